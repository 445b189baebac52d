package ghcr_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr"
	"github.com/novotnyllc/caitui/internal/model"
)

// believer is a verifier that believes every signed statement about what it
// names. judge may know better.
type believer struct {
	judge func(ctx context.Context, a model.Attestation, p model.Policy) (model.Check, bool)
}

func (b believer) Roots() []model.TrustRoot {
	return []model.TrustRoot{{Digest: model.DigestOf([]byte("root")), Instance: model.InstanceCustom, Origin: "a test", JSON: []byte("root")}}
}

func (b believer) Check(ctx context.Context, items []model.Attestation, p model.Policy, about model.ArtifactDigests) []model.Check {
	out := make([]model.Check, len(items))
	for i, a := range items {
		if b.judge != nil {
			if c, sure := b.judge(ctx, a, p); sure {
				out[i] = c
				continue
			}
		}
		out[i] = model.Check{Verdict: model.VerdictFailed, Step: model.StepRead, Expected: "a signature", Actual: "none", LogIndex: -1}
		if !a.Signed {
			continue
		}
		var proves []model.Digest
		for _, d := range append([]model.Digest{a.About}, a.Also...) {
			if a.Names(d) {
				proves = append(proves, d)
			}
		}
		if len(about.Of) > 0 && a.Names(model.Digest("sha256:"+about.Of["sha256"])) {
			proves = about.All()
		}
		out[i] = model.Check{Verdict: model.VerdictVerified, Proves: proves, LogIndex: -1}
		if len(proves) == 0 {
			out[i] = model.Check{Verdict: model.VerdictFailed, Step: model.StepDigest, Expected: string(a.About), LogIndex: -1}
		}
	}
	return out
}

// saying is a verifier that says one thing of every signed statement.
func saying(c model.Check) believer {
	return believer{func(_ context.Context, a model.Attestation, _ model.Policy) (model.Check, bool) { return c, a.Signed }}
}

func refusing() believer {
	return saying(model.Check{Verdict: model.VerdictFailed, Step: model.StepIdentity, Expected: "us", Actual: "them", LogIndex: -1})
}

// trusting opens a service with a verifier.
func (r *rig) trusting(v ghcr.Verifier, edit func(*ghcr.Options)) *ghcr.Service {
	o := r.options(r.Tokens.Write)
	o.Verifier = v
	if edit != nil {
		edit(&o)
	}
	return open(r.t, o)
}

func TestVerify(t *testing.T) {
	r := newRig(t, "containai")
	dir := t.TempDir()
	s := r.trusting(believer{}, func(o *ghcr.Options) { o.Store = openStore(t, dir) })
	survey := refresh(t, s)
	prod, _ := survey.Channel("prod")

	t.Run("what is found is told before it is checked", func(t *testing.T) {
		var early []model.AttestationList
		v, err := s.Attested(t.Context(), "containai-proxy", prod.Release.Members["containai-proxy"].Digest, func(l model.AttestationList) { early = append(early, l) })
		if err != nil || v.Verdict != model.VerdictVerified {
			t.Fatalf("%q: %v", v.Verdict, err)
		}
		if len(early) != 1 || len(early[0].Items) != len(v.List.Items) || len(early[0].Items) == 0 {
			t.Fatalf("told %d times", len(early))
		}
		for i, a := range early[0].Items {
			if a.Check.Done() || a.Signed && !v.List.Items[i].Check.Done() {
				t.Errorf("%s was %q when it was told, and is %q", a.Digest.Short(), a.Check.Verdict, v.List.Items[i].Check.Verdict)
			}
		}
	})
	t.Run("channel", func(t *testing.T) {
		set, err := s.VerifyChannel(t.Context(), "prod")
		if err != nil {
			t.Fatal(err)
		}
		if !set.Met() || set.Release != "v1.3.0" || len(set.Packages) != 10 || set.Owner != r.Owner {
			t.Errorf("%q of %s: %d packages", set.Verdict(), set.Release, len(set.Packages))
		}
		for _, p := range set.Packages {
			v, spec := p.Verification, model.ContainAI().Package(p.Package)
			want, coverage := model.VerdictVerified, model.CoverageDirect
			switch {
			case spec.Kind == model.KindImage:
				coverage = model.CoverageThrough
			case spec.Role == model.RoleMetadata:
				want, coverage = model.VerdictNone, model.CoverageNone
			}
			if p.Err != nil || v.Verdict != want || v.Coverage != coverage {
				t.Errorf("%s: %q by %q: %s (%v)", p.Package, v.Verdict, v.Coverage, v.Why(), p.Err)
			}
			if v.Policy.Commit != prod.Release.Commit || len(v.Roots) != 1 {
				t.Errorf("%s is held to %q, want the release's %s; %d roots", p.Package, v.Policy.Commit, prod.Release.Commit, len(v.Roots))
			}
			for _, link := range v.Links() {
				if spec.Kind == model.KindImage && (len(link.Chain) != 3 || link.Chain[0] != p.Digest) {
					t.Errorf("%s: chain %v", p.Package, link.Chain)
				}
			}
		}
	})
	t.Run("release", func(t *testing.T) {
		set, err := s.VerifyRelease(t.Context(), "v1.2.0")
		if err != nil || !set.Met() || set.Release != "v1.2.0" || len(set.Packages) != 10 {
			t.Errorf("%q of %s: %d packages, %v", set.Verdict(), set.Release, len(set.Packages), err)
		}
	})
	t.Run("nonsense", func(t *testing.T) {
		if _, err := s.VerifyChannel(t.Context(), "prd"); !errors.Is(err, model.ErrInvalid) {
			t.Errorf("no channel: %v", err)
		}
		if _, err := s.VerifyRelease(t.Context(), "v9.9.9"); !errors.Is(err, model.ErrNotFound) {
			t.Errorf("no release: %v", err)
		}
		if _, err := s.Verify(t.Context(), "containai", r.prod["containai"], model.Policy{Predicates: []string{slsa}}); !errors.Is(err, model.ErrInvalid) {
			t.Errorf("a policy that trusts anybody: %v", err)
		}
	})
	t.Run("offline", func(t *testing.T) {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		n := r.mark()
		off := r.trusting(believer{}, func(o *ghcr.Options) { o.Store, o.Offline = openStore(t, dir), true })
		ref := model.Reference{Package: "containai-payload", Tag: "prod"}
		d, via, err := off.Resolve(t.Context(), ref)
		if err != nil || d == "" || via != model.ViaMetadata {
			t.Errorf("%s is %s via %s: %v", ref, d, via, err)
		}
		for name, tag := range map[string]string{"containai-claude": "prod", "containai-payload": "prod"} {
			d, _, err := off.Resolve(t.Context(), model.Reference{Package: name, Tag: tag})
			if err != nil {
				t.Fatal(err)
			}
			v, err := off.Verify(t.Context(), name, d, model.ContainAI().PolicyOf(name))
			if err != nil || !v.Met() {
				t.Errorf("%s offline: %q: %s (%v)", name, v.Verdict, v.Why(), err)
			}
		}
		if sent := r.since(n); len(sent) > 0 {
			t.Errorf("offline sent %v", sent)
		}
		// That the store has nothing is not that there is nothing.
		v, err := off.Verify(t.Context(), "containai-base", model.DigestOf([]byte("never seen")), model.ContainAI().PolicyOf("containai-base"))
		if err == nil && v.Verdict != model.VerdictUnchecked {
			t.Errorf("unknown and offline: %q", v.Verdict)
		}
	})
}

// What is stated is checked, whatever it comes to; without a verifier nothing is
// said to hold or to be absent.
func TestVerdicts(t *testing.T) {
	r := newRig(t, "containai")
	for name, c := range map[string]struct {
		verifier ghcr.Verifier
		want     model.VerdictKind
		why      string
	}{
		"refused":     {refusing(), model.VerdictFailed, "identity: expected us, found them"},
		"no root":     {saying(model.Check{Verdict: model.VerdictUnverifiable, Step: model.StepRoot, Err: errors.New("no root"), LogIndex: -1}), model.VerdictUnverifiable, "no root"},
		"not checked": {saying(model.Check{}), model.VerdictUnchecked, "not checked"},
		"no verifier": {nil, model.VerdictUnchecked, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := r.trusting(c.verifier, nil)
			v, err := s.Verify(t.Context(), "containai-installer", r.prod["containai-installer"], model.ContainAI().PolicyOf("containai-installer"))
			if err != nil || v.Verdict != c.want || v.Met() || len(v.List.Items) == 0 {
				t.Errorf("%q of %d: %v", v.Verdict, len(v.List.Items), err)
			}
			if c.why != "" && !strings.Contains(v.Why(), c.why) {
				t.Errorf("why: %q", v.Why())
			}
		})
	}
}

// The commit that a version is held to is its tag's, wherever that tag was put.
func TestVerifyIsBoundToTheTag(t *testing.T) {
	r := newRig(t, "containai")
	s := r.trusting(believer{}, nil)
	survey := refresh(t, s)
	prod, _ := survey.Channel("prod")
	other := strings.Repeat("ab", 20)
	for name, c := range map[string]struct{ commit, note string }{
		"containai-installer": {other, "held to the commit of its tag sha-abab"},
		"containai-proxy":     {"", "its tags name 2 commits"}, // the real one is there too
	} {
		if v, err := s.Verify(t.Context(), name, r.prod[name], model.ContainAI().PolicyOf(name)); err != nil || v.Policy.Commit != prod.Release.Commit {
			t.Errorf("%s as it is: held to %q (%v)", name, v.Policy.Commit, err)
		}
		if err := r.World().SetTag(name, "sha-"+other, r.prod[name], time.Time{}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Versions(t.Context(), name); err != nil {
			t.Fatal(err)
		}
		v, err := s.Verify(t.Context(), name, r.prod[name], model.ContainAI().PolicyOf(name))
		if err != nil || c.commit != "" && v.Policy.Commit != c.commit ||
			!slices.ContainsFunc(v.List.Notes, func(n string) bool { return strings.Contains(n, c.note) }) {
			t.Errorf("%s: held to %q; notes %q (%v)", name, v.Policy.Commit, v.List.Notes, err)
		}
	}
}

func TestVerifyFile(t *testing.T) {
	r := newRig(t, "containai")
	s := r.trusting(believer{}, nil)
	d, _ := r.World().Resolve("containai-payload", "v1.2.0")
	list := r.attested(s, "containai-payload", "v1.2.0")
	about := model.ArtifactFile{Name: "payload", Of: map[string]string{"sha256": d.Hex(), "sha512": strings.Repeat("0", 128)}}
	policy := model.Policy{Host: "github.com", Repository: r.Repository, Issuer: model.IssuerGitHub, Predicates: []string{slsa}}

	v, err := s.VerifyFile(t.Context(), about, policy)
	if err != nil || !v.Met() || v.Coverage != model.CoverageDirect || v.List.Source(model.SourceGitHub).Count == 0 {
		t.Errorf("by GitHub: %q %s (%v)", v.Verdict, v.Why(), err)
	}
	byOwner := policy
	byOwner.Repository, byOwner.Owner = "", r.Owner
	if v, err := s.VerifyFile(t.Context(), about, byOwner); err != nil || !v.Met() {
		t.Errorf("by owner: %q (%v)", v.Verdict, err)
	}
	for _, elsewhere := range []model.Policy{{Repository: "acme/app"}, {Owner: "acme"}} {
		elsewhere.Host, elsewhere.Issuer, elsewhere.Predicates = "github.com", model.IssuerGitHub, policy.Predicates
		n := r.mark()
		v, err := s.VerifyFile(t.Context(), about, elsewhere)
		if err != nil || v.Verdict != model.VerdictNone || v.Met() {
			t.Errorf("%s%s: %q (%v)", elsewhere.Owner, elsewhere.Repository, v.Verdict, err)
		}
		for _, e := range r.since(n) {
			if !strings.Contains(e.Path, "acme") {
				t.Errorf("%s%s: asked %s", elsewhere.Owner, elsewhere.Repository, e.Path)
			}
		}
	}
	if _, err := s.VerifyFile(t.Context(), about, model.Policy{Predicates: []string{slsa}}); !errors.Is(err, model.ErrInvalid) {
		t.Errorf("anybody: %v", err)
	}

	n := r.mark()
	var lines bytes.Buffer
	for _, a := range signed(list) {
		lines.Write(bytes.TrimSpace(a.Raw))
		lines.WriteByte('\n')
	}
	given := model.ParseAttestations(lines.Bytes())
	if v, err := s.VerifyGiven(t.Context(), about, given, policy); err != nil || !v.Met() {
		t.Errorf("given: %q %s (%v)", v.Verdict, v.Why(), err)
	}
	wrong := model.ArtifactFile{Of: map[string]string{"sha256": strings.Repeat("9", 64)}}
	if v, err := s.VerifyGiven(t.Context(), wrong, given, policy); err != nil || v.Verdict != model.VerdictFailed {
		t.Errorf("about something else: %q (%v)", v.Verdict, err)
	}
	if v, err := s.VerifyGiven(t.Context(), about, nil, policy); err != nil || v.Verdict != model.VerdictNone || v.Met() {
		t.Errorf("nothing given: %q (%v)", v.Verdict, err)
	}
	if _, err := s.VerifyGiven(t.Context(), about, given, model.Policy{}); !errors.Is(err, model.ErrInvalid) {
		t.Errorf("anybody: %v", err)
	}
	if sent := r.since(n); len(sent) > 0 {
		t.Errorf("what is given needs no request: %v", sent)
	}
}

// planBack plans prod back to v1.2.0.
func planBack(t *testing.T, s *ghcr.Service, overrides ...string) model.Plan {
	t.Helper()
	plan, err := s.PlanChannel(t.Context(), model.ChannelRequest{Act: model.ActRollback, Channel: "prod", Release: "v1.2.0", Overrides: overrides})
	if err != nil {
		t.Fatalf("planning: %v", err)
	}
	return plan
}

func remarked(list []model.Remark, code string) (out []model.Remark) {
	for _, r := range list {
		if r.Code == code {
			out = append(out, r)
		}
	}
	return out
}

// A plan shows what its targets are worth. What a verdict needs is read once
// ever, and GitHub's API is not asked where the registry has it all.
func TestPlanShowsVerdicts(t *testing.T) {
	r := newRig(t, "containai")
	s := r.trusting(believer{}, nil)
	refresh(t, s)
	costs := func(n int64) (attested, content int) {
		for _, e := range r.since(n) {
			if strings.Contains(e.Path, "/attestations/") {
				attested++
			}
			if e.Method == http.MethodGet && (strings.Contains(e.Path, "/blobs/") || strings.Contains(e.Path, "/manifests/")) {
				content++
			}
		}
		return attested, content
	}
	n := r.mark()
	plan := planBack(t, s)
	asked, read := costs(n)
	if asked != 0 || read > 130 {
		t.Errorf("the first plan asked %d times for attestations and read %d times", asked, read)
	}
	for _, v := range plan.Verdicts {
		want := model.VerdictVerified
		if v.Package == "containai-metadata" {
			want = model.VerdictUnchecked // nothing is expected of it
		}
		if v.Verdict != want {
			t.Errorf("%s: %q", v.Package, v.Verdict)
		}
	}
	if len(plan.Verdicts) != 10 || plan.Blocked() || len(remarked(plan.Warnings, model.CodeVerdict))+len(remarked(plan.Warnings, model.CodeUncheckedVerdict)) > 0 {
		t.Errorf("%d verdicts, warnings %v", len(plan.Verdicts), plan.Warnings)
	}
	n = r.mark()
	if again := planBack(t, s); again.ID != plan.ID {
		t.Error("a second plan differs")
	}
	if asked, read := costs(n); asked != 0 || read != 0 {
		t.Errorf("the second plan asked %d times for attestations and read %d times", asked, read)
	}

	retag, err := s.PlanRetag(t.Context(), model.RetagRequest{Package: "containai-proxy", Tag: "prod", Target: mustResolve(t, r, "containai-proxy", "v1.2.0")})
	if err != nil || retag.Verdicts[0].Verdict != model.VerdictVerified {
		t.Errorf("retag: %+v (%v)", retag.Verdicts, err)
	}
	n = r.mark()
	for _, p := range s.After(t.Context(), plan).Packages {
		if p.Trust.Verdict != model.VerdictVerified && p.Trust.Expected {
			t.Errorf("%s afterwards: %+v", p.Package, p.Trust)
		}
	}
	if asked, read := costs(n); asked != 0 || read != 0 {
		t.Errorf("looking afterwards asked %d times for attestations and read %d times", asked, read)
	}
}

// Releases that are offered are checked as far as the registry's tags lead, each
// once ever: what GitHub alone has leaves a package unsure and the API unasked.
func TestTrustedAsksTheRegistryAlone(t *testing.T) {
	r := newRig(t, "containai")
	s := r.trusting(believer{}, nil)
	refresh(t, s)
	digests := func(release string) map[string]model.Digest {
		found, n := model.FindRelease(s.Survey(), release)
		if n == 0 {
			t.Fatalf("there is no %s", release)
		}
		return found.Digests()
	}
	for _, c := range []struct {
		release  string
		verified int
	}{{"v1.2.0", 9}, {"v1.2.0", 9}, {"08dd3c9", 7}} { // one copy is not in the registry, one statement is of another digest
		n := r.mark()
		of, err := s.Trusted(t.Context(), digests(c.release))
		if err != nil {
			t.Fatal(err)
		}
		sum := model.SumTrust(of)
		if sum.Verified != c.verified || sum.Expected != 9 || sum.Unsure != (c.verified < 9) {
			t.Errorf("%s: %+v", c.release, sum)
		}
		for _, e := range r.since(n) {
			if strings.Contains(e.Path, "/attestations/") {
				t.Errorf("%s: GitHub was asked for %s", c.release, e.Path)
			}
		}
	}
	n := r.mark()
	if _, err := s.Trusted(t.Context(), digests("v1.2.0")); err != nil || len(r.since(n)) > 0 {
		t.Errorf("again: %v, %d requests", err, len(r.since(n)))
	}
}

func mustResolve(t *testing.T, r *rig, name, tag string) model.Digest {
	t.Helper()
	d, ok := r.World().Resolve(name, tag)
	if !ok {
		t.Fatalf("%s:%s is not there", name, tag)
	}
	return d
}

// What is wrong with a target is a warning, and a blocker where the
// configuration wants one. What is not known never blocks.
func TestPlanOfUnverifiedTargets(t *testing.T) {
	r := newRig(t, "containai")
	block := func(o *ghcr.Options) { o.Layout.BlockUnverified = true }
	t.Run("warned of", func(t *testing.T) {
		s := r.trusting(refusing(), nil)
		refresh(t, s)
		plan := planBack(t, s)
		found := remarked(plan.Warnings, model.CodeVerdict)
		if plan.Blocked() || len(found) != 9 || !strings.Contains(found[0].Message, "do not hold: identity: expected us, found them") {
			t.Errorf("blockers %v, %d warnings: %v", plan.Blockers, len(found), found)
		}
	})
	t.Run("blocked and lifted", func(t *testing.T) {
		s := r.trusting(refusing(), block)
		refresh(t, s)
		plan := planBack(t, s)
		if found := remarked(plan.Blockers, model.CodeVerdict); len(found) != 9 || !found[0].Override {
			t.Errorf("blockers %v", plan.Blockers)
		}
		lifted := planBack(t, s, model.CodeVerdict)
		if lifted.Blocked() || len(remarked(lifted.Warnings, model.CodeVerdict)) != 9 {
			t.Errorf("lifted: blockers %v", lifted.Blockers)
		}
		retag, err := s.PlanRetag(t.Context(), model.RetagRequest{Package: "containai-proxy", Tag: "prod", Target: mustResolve(t, r, "containai-proxy", "v1.2.0")})
		if err != nil || len(remarked(retag.Blockers, model.CodeVerdict)) != 1 {
			t.Errorf("retag: blockers %v (%v)", retag.Blockers, err)
		}
	})
	t.Run("no time", func(t *testing.T) {
		s := r.trusting(believer{func(ctx context.Context, _ model.Attestation, _ model.Policy) (model.Check, bool) {
			<-ctx.Done()
			return model.Check{}, true
		}}, block)
		refresh(t, s)
		s.Hurry(300 * time.Millisecond)
		plan := planBack(t, s)
		found := remarked(plan.Warnings, model.CodeUncheckedVerdict)
		if plan.Blocked() || len(found) != 9 || !strings.Contains(found[0].Message, "no answer in time") {
			t.Errorf("blockers %v, warnings %v", plan.Blockers, found)
		}
		for _, v := range plan.Verdicts {
			if v.Verdict != model.VerdictUnchecked {
				t.Errorf("%s: %q", v.Package, v.Verdict)
			}
		}
	})
	t.Run("GitHub down", func(t *testing.T) {
		s := r.trusting(refusing(), block)
		refresh(t, s)
		r.post("faults", []any{map[string]any{"host": "api", "do": map[string]any{"status": 403, "body": `{"message":"Forbidden"}`}, "path": "/attestations/"}})
		plan := planBack(t, s)
		if plan.Blocked() || len(remarked(plan.Warnings, model.CodeVerdict)) != 9 {
			t.Errorf("blockers %v, warnings %v", plan.Blockers, plan.Warnings)
		}
		r.restore()
	})
}
