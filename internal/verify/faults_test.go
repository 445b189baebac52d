package verify_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/verify/simca"
)

func TestGoodBundles(t *testing.T) {
	roots := rootsOfAll(t)
	logged := []model.CheckedTime{{Kind: "transparency-log", Who: "https://rekor.sim", At: signedAt}}
	for name, c := range map[string]struct {
		persona  simca.Persona
		how      simca.Signing
		instance string
		logged   bool
		times    []model.CheckedTime
		note     string
	}{
		"public good": {simca.PublicGood, signing(), model.InstancePublicGood, true, logged, ""},
		"v0.2":        {simca.PublicGood, signing(func(s *simca.Signing) { s.Shape = simca.V02 }), model.InstancePublicGood, true, logged, ""},
		"v0.1":        {simca.PublicGood, signing(func(s *simca.Signing) { s.Shape = simca.V01 }), model.InstancePublicGood, true, logged, "legacy"},
		"second log": {simca.PublicGood, signing(func(s *simca.Signing) { s.SecondLog = true }), model.InstancePublicGood, true,
			[]model.CheckedTime{{Kind: "timestamp-authority", Who: "https://timestamp.sim", At: signedAt}}, ""},
		"GitHub": {simca.GitHub, signing(), model.InstanceGitHub, false,
			[]model.CheckedTime{{Kind: "timestamp-authority", Who: "https://timestamp.github.sim", At: signedAt}}, ""},
		"custom": {simca.Custom, signing(), model.InstanceCustom, true, []model.CheckedTime{
			{Kind: "transparency-log", Who: "https://rekor.custom.sim", At: signedAt}, {Kind: "timestamp-authority", Who: "https://timestamp.custom.sim", At: signedAt},
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := check(t, roots, found(t, attest(t, instance(c.persona), statement(), c.how)), policy())
			verified().hold(t, got)
			if diff := cmp.Diff([]model.Digest{image}, got.Proves); diff != "" {
				t.Errorf("proves (-want +got):\n%s", diff)
			}
			if got.Instance != c.instance || (got.LogIndex >= 0) != c.logged || got.Root == "" || len(got.Differences) > 0 {
				t.Errorf("instance %q, log index %d, root %q, differences %v", got.Instance, got.LogIndex, got.Root, got.Differences)
			}
			if diff := cmp.Diff(byKind(c.times), byKind(got.Timestamps)); diff != "" {
				t.Errorf("times (-want +got):\n%s", diff)
			}
			if notes := strings.Join(got.Notes, "|"); !strings.HasPrefix(notes, c.note) || c.note == "" && notes != "" {
				t.Errorf("notes %q, want %q", notes, c.note)
			}
			for field, value := range map[string]string{
				"SubjectAlternativeName": build().URI(), "SourceRepositoryDigest": commit, "RunnerEnvironment": "github-hosted",
				"RunInvocationURI": build().Run, "Issuer": model.IssuerGitHub,
			} {
				if got.Field(field) != value {
					t.Errorf("%s is %q, want %q", field, got.Field(field), value)
				}
			}
			if len(got.Identity) != 22 || got.Identity[0].Name != "SubjectAlternativeName" || got.Identity[2].Name != "BuildSignerURI" {
				t.Errorf("%d fields, beginning with %v", len(got.Identity), got.Identity[:min(3, len(got.Identity))])
			}
		})
	}
}

func byKind(list []model.CheckedTime) map[string]model.CheckedTime {
	out := map[string]model.CheckedTime{}
	for _, c := range list {
		out[c.Kind] = c
	}
	return out
}

// Every fault is told at its step, in words, for each persona that it concerns.
func TestFaults(t *testing.T) {
	roots := rootsOfAll(t)
	altered := signing(func(s *simca.Signing) {
		s.Alter = func(p []byte) []byte { return []byte(strings.Replace(string(p), commit, strings.Repeat("4a", 20), 1)) }
	})
	none := want{}
	for name, c := range map[string]struct {
		how     simca.Signing
		about   model.Digest // another than the image
		foreign bool
		want    [3]want // by persona; none: it does not concern it
	}{
		"statement about another image": {about: another, how: signing(), want: all(refused(model.StepDigest, string(image), another.Hex()))},
		"foreign root":                  {foreign: true, how: signing(), want: all(refused(model.StepRoot, "sim intermediate", "another key"))},
		"altered payload": {how: altered, want: [3]want{
			refused(model.StepLog, "payload that was logged", "another one"), refused(model.StepSignature, "signature over the content", "does not fit"),
			refused(model.StepLog, "payload that was logged", "another one")}},
		"bad signature": {how: flawed(simca.BadSignature), want: all(refused(model.StepSignature, "signature over the content", "does not fit"))},
		"expired": {how: flawed(simca.Expired), want: all(
			refused(model.StepCertificate, "between 2026-03-01T11:00:00Z and 2026-03-01T11:10:00Z", "2026-03-01T12:00:00Z"))},
		"no SCT":  {how: flawed(simca.NoSCT), want: [3]want{refused(model.StepSCT, "SCT", ""), none, refused(model.StepSCT, "SCT", "")}},
		"bad SCT": {how: flawed(simca.BadSCT), want: [3]want{refused(model.StepSCT, "SCT", "does not fit"), none, refused(model.StepSCT, "SCT", "does not fit")}},
		"no promise": {how: flawed(simca.NoSET), want: [3]want{
			refused(model.StepTime, "a time by the log or by a timestamp authority", ""), none, verified()}},
		"bad promise": {how: flawed(simca.BadSET), want: [3]want{
			refused(model.StepLog, "promise signed by https://rekor.sim", "did not sign"), none, refused(model.StepLog, "promise signed by", "did not sign")}},
		"no proof":       {how: flawed(simca.NoProof), want: [3]want{refused(model.StepRead, "bundle", "inclusion proof missing"), none, refused(model.StepRead, "bundle", "inclusion proof missing")}},
		"bad proof":      {how: flawed(simca.BadProof), want: [3]want{refused(model.StepLog, "entry", "root"), none, refused(model.StepLog, "entry", "root")}},
		"bad checkpoint": {how: flawed(simca.BadCheckpoint), want: [3]want{refused(model.StepLog, "entry", ""), none, refused(model.StepLog, "entry", "")}},
		"not logged":     {how: flawed(simca.Unlogged), want: [3]want{refused(model.StepLog, "an entry in the transparency log", ""), none, refused(model.StepLog, "an entry in the transparency log", "")}},
		"no timestamp":   {how: flawed(simca.Unstamped), want: [3]want{none, refused(model.StepTime, "timestamp by an authority of the root", ""), verified()}},
		"bad timestamp":  {how: flawed(simca.BadStamp), want: [3]want{none, refused(model.StepTime, "of this signature", ""), verified()}},
		"other repository": {how: by(func(w *simca.Workflow) { w.Repository = "Acme/Other" }),
			want: all(refused(model.StepIdentity, "a workflow of https://github.com/acme/app", "https://github.com/Acme/Other/.github/workflows/release.yml@refs/heads/main"))},
		"other issuer":        {how: by(func(w *simca.Workflow) { w.Issuer = "https://accounts.example" }), want: all(refused(model.StepIssuer, model.IssuerGitHub, "https://accounts.example"))},
		"enterprise's issuer": {how: by(func(w *simca.Workflow) { w.Issuer = simca.Issuer + "/hammer" }), want: all(refused(model.StepIssuer, model.IssuerGitHub, "/hammer"))},
		"own runner":          {how: by(func(w *simca.Workflow) { w.Runner = "self-hosted" }), want: all(refused(model.StepSource, "the runner github-hosted", "self-hosted"))},
		"other branch":        {how: by(func(w *simca.Workflow) { w.Ref = "refs/heads/wild" }), want: all(refused(model.StepSource, "refs/heads/main", "refs/heads/wild"))},
		"other commit":        {how: by(func(w *simca.Workflow) { w.Commit = strings.Repeat("4a", 20) }), want: all(refused(model.StepRelease, commit, strings.Repeat("4a", 20)))},
	} {
		for i, p := range personas() {
			if c.want[i] == none {
				continue
			}
			t.Run(name+"/"+p.Organization(), func(t *testing.T) {
				signer := instance(p)
				if c.foreign {
					signer = simca.MustNew(p, "foreign")
				}
				content := statement()
				if c.about != "" {
					content = statementOf(provenance(build()), about(c.about))
				}
				c.want[i].hold(t, check(t, roots, found(t, attest(t, signer, content, c.how)), policy()))
			})
		}
	}
}

func all(w want) [3]want { return [3]want{w, w, w} }

// Without a root nothing is said of a bundle but whose it seems to be.
func TestNoRoot(t *testing.T) {
	for _, p := range personas() {
		var others []*simca.Instance
		for _, o := range personas() {
			if o != p {
				others = append(others, instance(o))
			}
		}
		t.Run(p.Organization(), func(t *testing.T) {
			got := check(t, rootsOf(t, simca.JoinRoots(others...)), found(t, attest(t, instance(p), statement(), signing())), policy())
			want{model.VerdictUnverifiable, model.StepRoot, "an instance whose root is here", p.Organization()}.hold(t, got)
			if got.Err.Error() != "no root for "+p.Organization() || strings.Contains(model.CureOf(got.Err), "--refresh github") != (p == simca.GitHub) || got.Instance != model.InstanceUnknown || got.Root != "" {
				t.Errorf("%v, instance %q, root %q", got.Err, got.Instance, got.Root)
			}
			if got.Field("SubjectAlternativeName") != build().URI() {
				t.Error("what the certificate says is not shown")
			}
		})
	}
}

// Of two roots of one name, as after a rotation of keys, the right one counts.
func TestTwoRootsOfOneName(t *testing.T) {
	old, young := simca.MustNew(simca.PublicGood, "old"), simca.MustNew(simca.PublicGood, "young")
	for _, order := range [][]*simca.Instance{{old, young}, {young, old}} {
		roots := rootsOf(t, simca.JoinRoots(order...))
		for _, signer := range order {
			got := check(t, roots, found(t, attest(t, signer, statement(), signing())), policy())
			verified().hold(t, got)
			if want := model.DigestOf(signer.TrustedRoot()); got.Root != want {
				t.Errorf("root %s, want %s", got.Root, want)
			}
		}
	}
}

// A policy that lets anybody sign verifies nothing, however good a bundle is.
func TestVaguePolicyVerifiesNothing(t *testing.T) {
	a := found(t, attest(t, instance(simca.PublicGood), statement(), signing()))
	for name, p := range map[string]model.Policy{
		"empty":          {},
		"issuer alone":   {Issuer: model.IssuerGitHub},
		"no issuer":      {Repository: "acme/app"},
		"bad expression": {CertIdentityRegex: "(", Issuer: model.IssuerGitHub},
		"bad key":        {Key: []byte("nonsense")},
	} {
		t.Run(name, func(t *testing.T) {
			want{verdict: model.VerdictUnverifiable, step: model.StepIdentity, expected: "a policy"}.hold(t, check(t, rootsOfAll(t), a, p))
		})
	}
}
