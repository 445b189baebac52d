package model

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// carryOut does in the world what the plan's changes say, checking each
// precondition, as the executor would.
func (w *world) carryOut(t *testing.T, p Plan) {
	t.Helper()
	w.now = w.now.Add(time.Minute)
	for _, c := range p.Changes {
		pkg := w.packages[c.Package]
		if pkg.tags[c.Tag] != c.From {
			t.Fatalf("%s:%s is at %s, the plan says %s", c.Package, c.Tag, pkg.tags[c.Tag].Short(), c.From.Short())
		}
		if c.Artifact != nil {
			raw, err := c.Artifact.Manifest()
			if err != nil {
				t.Fatal(err)
			}
			var doc map[string]any
			if err := json.Unmarshal(raw, &doc); err != nil {
				t.Fatal(err)
			}
			m, err := ParseManifest(raw, "")
			if err != nil || m.Digest != c.To {
				t.Fatalf("the artifact's manifest is %v, %v, not %s", m, err, c.To)
			}
			if _, known := pkg.place[m.Digest]; !known {
				pkg.place[m.Digest] = len(pkg.versions)
				pkg.versions = append(pkg.versions, Version{ID: int64(len(pkg.versions) + 1), Digest: m.Digest, Created: w.now, Updated: w.now})
				pkg.manifests[m.Digest] = m
			}
			channelDoc, err := ParseChannelDocument(c.Artifact.Content)
			if err != nil {
				t.Fatal(err)
			}
			pkg.documents[m.Digest] = channelDoc
		}
		w.tag(c.Package, w.now, c.To, c.Tag)
	}
}

// remembered is what the journal has of a plan that was just carried out.
func (w *world) remembered(p Plan) Past {
	var past Past
	for _, c := range p.Changes {
		past.Moves = append(past.Moves, JournalEvent{Kind: EventOutcome, State: StepDone, At: w.now, Registry: "ghcr.io", Owner: "novotnyllc",
			Package: c.Package, Tag: c.Tag, Before: c.From, After: c.To})
	}
	return past
}

// tagsNow is where all tags of all packages point.
func (w *world) tagsNow() map[tagPlace]Digest {
	out := make(map[tagPlace]Digest)
	for name, p := range w.packages {
		for tag, d := range p.tags {
			out[tagPlace{name, tag}] = d
		}
	}
	return out
}

// expectOnly fails unless the tags after are those before with exactly the
// plan's effects, each tag in one effect.
func expectOnly(t *testing.T, before, after map[tagPlace]Digest, p Plan) {
	t.Helper()
	want := make(map[tagPlace]Digest, len(before))
	for k, d := range before {
		want[k] = d
	}
	seen := make(map[tagPlace]bool)
	for _, e := range p.Effects {
		if e.Tag == "" {
			continue
		}
		at := tagPlace{e.Package, e.Tag}
		if seen[at] {
			t.Errorf("%v stands twice in the effects", at)
		}
		seen[at] = true
		if before[at] != e.Before {
			t.Errorf("%v: the effect says it was %s, it was %s", at, e.Before.Short(), before[at].Short())
		}
		want[at] = e.After
	}
	if d := cmp.Diff(want, after, cmp.AllowUnexported(tagPlace{})); d != "" {
		t.Errorf("tags after (-foretold +found):\n%s", d)
	}
}

func moves(p Plan) []string {
	var out []string
	for _, c := range p.Changes {
		out = append(out, fmt.Sprintf("%d %s %s:%s", c.Stage, c.Kind, strings.TrimPrefix(c.Package, "containai-"), c.Tag))
	}
	return out
}

func stays(p Plan) []string {
	var out []string
	for _, u := range p.Unmoved {
		out = append(out, strings.TrimSuffix(strings.TrimPrefix(u.Package, "containai-")+":"+u.Tag, ":")+" "+u.Why)
	}
	return out
}

func rollbackTo(w *world, release string) ChannelRequest {
	return ChannelRequest{Act: ActRollback, Channel: "prod", Release: release, At: w.now}
}

func TestRollBackTheWholeChannel(t *testing.T) {
	w := story()
	s := w.survey(view{manifests: true}, Past{})
	p := PlanChannel(s, rollbackTo(w, "v1.2.0"), ChannelFacts{Attested: AttestedTargets(s, rollbackTo(w, "v1.2.0"))})
	if p.Title != "roll prod back from v1.3.0 to v1.2.0" || p.Aim != (Aim{Act: ActRollback, Channel: "prod", From: "v1.3.0", To: "v1.2.0"}) {
		t.Errorf("title %q, aim %+v", p.Title, p.Aim)
	}
	want := []string{
		"2 MoveTag containai:prod", "2 MoveTag base:prod", "2 MoveTag claude:prod", "2 MoveTag codex:prod", "2 MoveTag copilot:prod",
		"1 MoveTag log-forwarder:prod", "2 MoveTag proxy:prod", "3 MoveTag installer:prod", "3 MoveTag installer:latest", "4 MoveTag metadata:prod",
	}
	if d := cmp.Diff(want, moves(p)); d != "" {
		t.Errorf("changes (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{
		"payload v1.2.0 by metadata, nothing moves",
		"metadata a twin of the document that is taken",
		"metadata:channels it holds the document of dev",
	}, stays(p)); d != "" {
		t.Errorf("what stays (-want +got):\n%s", d)
	}
	if p.Blocked() {
		t.Errorf("blocked: %v", p.Blockers)
	}
	if d := cmp.Diff([]string{CodeOrphan, CodeCleanup}, remarkCodes(p.Warnings)); d != "" {
		t.Errorf("warnings (-want +got):\n%s", d)
	}
	if w := p.Warnings[1].Message; w != "from 14 Nov 2026 on the pipeline's cleanup may delete parts of v1.2.0" {
		t.Errorf("cleanup: %q", w)
	}
	older := w.packages["containai-metadata"]
	if to := p.Changes[9].To; older.documents[to].Version != "v1.2.0" {
		t.Errorf("the document taken is %+v", older.documents[to])
	}
	for _, twin := range p.Unmoved {
		if strings.Contains(twin.Why, "twin") && older.place[twin.Digest] < older.place[p.Changes[9].To] {
			t.Error("the newer twin was taken")
		}
	}
	before := w.tagsNow()
	w.carryOut(t, p)
	expectOnly(t, before, w.tagsNow(), p)
	after := w.survey(view{manifests: true}, Past{})
	prod := channel(t, after, "prod")
	if prod.Drift() || prod.Release == nil || prod.Release.Name != "v1.2.0" {
		t.Errorf("prod afterwards: %v, drift %v", prod.Release, prod.Drift())
	}
	again := PlanChannel(after, rollbackTo(w, "v1.2.0"), ChannelFacts{})
	if !again.Empty() || again.Blocked() || again.Title != "bring all of prod to v1.2.0" {
		t.Errorf("a second time: %v %v, %q", moves(again), again.Blockers, again.Title)
	}
	for _, target := range ChannelTargets(after, "prod") {
		if target.Advised && target.Release.Name != "v1.1.0" {
			t.Errorf("after the rollback %s is advised", target.Release.Name)
		}
	}
}

func TestRollbackSaysWhoGetsWhat(t *testing.T) {
	w := story()
	p := PlanChannel(w.survey(view{manifests: true}, Past{}), rollbackTo(w, "v1.2.0"), ChannelFacts{})
	var got []string
	for _, c := range p.Consumers {
		got = append(got, c.Who+": "+c.Gets)
	}
	text := strings.Join(got, "\n")
	for _, want := range []string{"docker pull IMAGE:prod: v1.2.0 in 7 of 7 images", "install from containai-installer:latest: v1.2.0",
		"asks for containai-payload:latest, which does not exist", "installed users: nothing new", "readers of containai-metadata:prod: v1.2.0"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

func TestWhatIsLeftOutStays(t *testing.T) {
	w := story()
	s := w.survey(view{manifests: true}, Past{})
	req := rollbackTo(w, "v1.2.0")
	req.Exclude = []string{"containai-proxy", "containai-metadata"}
	p := PlanChannel(s, req, ChannelFacts{})
	for _, c := range p.Changes {
		if slices.Contains(req.Exclude, c.Package) {
			t.Errorf("%s:%s moves", c.Package, c.Tag)
		}
	}
	for _, code := range []string{CodeLeftOut, CodePayloadNotAligned} {
		if !slices.Contains(remarkCodes(p.Warnings), code) {
			t.Errorf("no warning %s: %v", code, p.Warnings)
		}
	}
	if len(p.Changes) != 8 {
		t.Errorf("changes %v", moves(p))
	}
}

func TestKeepATagOnWhatWouldLoseIt(t *testing.T) {
	w := story()
	req := rollbackTo(w, "v1.2.0")
	req.Keep = true
	s := w.survey(view{manifests: true}, Past{})
	p := PlanChannel(s, req, ChannelFacts{})
	former := s.Channels[0].Members[9].Digest
	last := p.Changes[len(p.Changes)-1]
	if last.Kind != CreateTag || last.Package != "containai-metadata" || last.Tag != KeptTag(former) || last.To != former {
		t.Errorf("kept: %+v", last)
	}
	if slices.Contains(remarkCodes(p.Warnings), CodeOrphan) {
		t.Error("something is orphaned all the same")
	}
	before := w.tagsNow()
	w.carryOut(t, p)
	expectOnly(t, before, w.tagsNow(), p)
}

// A document that could not be read is not one that there is not: its younger
// twin goes on standing for it, which is said; with neither the plan is blocked
// and says why.
func TestUnreadDocumentsAreSaid(t *testing.T) {
	w := story()
	metadata := w.packages["containai-metadata"]
	plan := func() Plan {
		return PlanChannel(w.survey(view{manifests: true}, Past{}), rollbackTo(w, "v1.2.0"), ChannelFacts{})
	}
	forget := func(d Digest) {
		delete(metadata.manifests, d)
		delete(metadata.documents, d)
	}
	whole := plan()
	older := whole.Changes[9].To
	document := metadata.documents[older]
	delete(metadata.documents, older) // its manifest is read, the document in it is not
	for range 2 {
		p := plan()
		younger := p.Changes[9].To
		if p.Blocked() || younger == older || metadata.documents[younger].Version != document.Version {
			t.Fatalf("taken is %s, blockers %v", younger.Short(), p.Blockers)
		}
		i := slices.IndexFunc(p.Warnings, func(r Remark) bool { return r.Code == CodeUncheckedParts })
		if i < 0 || !strings.Contains(p.Warnings[i].Message, older.Short()+" of containai-metadata could not be read") {
			t.Errorf("warnings %v", p.Warnings)
		}
		if forget(older); len(p.Warnings) != len(whole.Warnings)+1 {
			t.Errorf("warnings %v, before %v", p.Warnings, whole.Warnings)
		}
	}
	forget(plan().Changes[9].To)
	p := plan()
	if !p.Blocked() || !strings.Contains(p.Blockers[0].Message, "2 versions of containai-metadata could not be read and may be what is lacking") {
		t.Errorf("blockers %v", p.Blockers)
	}
}

func TestBlockersOfAChannelsPlan(t *testing.T) {
	for name, c := range map[string]struct {
		alter  func(*world, *ChannelRequest, *ChannelFacts)
		code   string
		lifted bool
	}{
		"unknown release": {func(_ *world, r *ChannelRequest, _ *ChannelFacts) { r.Release = "v9.9.9" }, CodeUnknownRelease, false},
		"a platform is gone": {func(w *world, _ *ChannelRequest, f *ChannelFacts) {
			p := w.packages["containai"]
			f.Packages = map[string]RetagFacts{"containai": {Missing: []Digest{p.manifests[p.tags["v1.2.0"]].Manifests[0].Digest}}}
		}, CodeTargetPartial, false},
		"never again": {func(w *world, _ *ChannelRequest, _ *ChannelFacts) {
			w.layout.NeverReturn = []NeverReturn{{Release: "v1.2.0", Why: "CVE"}}
		}, CodeNeverReturn, true},
		"never to a digest": {func(w *world, _ *ChannelRequest, _ *ChannelFacts) {
			w.layout.NeverReturn = []NeverReturn{{Digest: w.packages["containai-proxy"].tags["v1.2.0"]}}
		}, CodeNeverReturn, true},
		"a build that failed": {func(_ *world, r *ChannelRequest, _ *ChannelFacts) { r.Release = sha("f24b770") }, CodeIncompleteTarget, true},
		"payload of nightly":  {func(_ *world, r *ChannelRequest, _ *ChannelFacts) { r.Act, r.Release = ActPromote, sha("08dd3c9") }, CodePayloadChannel, true},
		"a version that is taken": {func(_ *world, r *ChannelRequest, _ *ChannelFacts) {
			r.Act, r.Release, r.As, r.Overrides = ActPromote, sha("08dd3c9"), "v1.1.0", []string{CodePayloadChannel}
		}, CodeImmutableTag, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := story()
			req, facts := rollbackTo(w, "v1.2.0"), ChannelFacts{}
			c.alter(w, &req, &facts)
			s := w.survey(view{manifests: true}, Past{})
			p := PlanChannel(s, req, facts)
			if !p.Blocked() || p.Blockers[0].Code != c.code || p.Blockers[0].Override != c.lifted {
				t.Fatalf("blockers %+v", p.Blockers)
			}
			req.Overrides = append(req.Overrides, c.code)
			if p := PlanChannel(s, req, facts); p.Blocked() == c.lifted {
				t.Errorf("named: blockers %+v", p.Blockers)
			} else if c.lifted && !slices.Contains(remarkCodes(p.Warnings), c.code) {
				t.Error("what was lifted is not said any more")
			}
		})
	}
}

func TestPromoteWithoutARebuild(t *testing.T) {
	w := story()
	s := w.survey(view{manifests: true}, Past{})
	req := ChannelRequest{Act: ActPromote, Channel: "prod", Release: "08dd3c9", As: "v1.4.0", At: w.now, Overrides: []string{CodePayloadChannel}}
	p := PlanChannel(s, req, ChannelFacts{})
	if p.Blocked() || p.Title != "promote 08dd3c9 to prod as v1.4.0" {
		t.Fatalf("%q, blockers %v", p.Title, p.Blockers)
	}
	list := moves(p)
	for _, want := range []string{"2 CreateTag containai:v1.4.0", "3 CreateTag payload:v1.4.0", "3 CreateTag installer:v1.4.0",
		"3 MoveTag installer:latest", "4 PutArtifact metadata:prod"} {
		if !slices.Contains(list, want) {
			t.Errorf("no %q in %v", want, list)
		}
	}
	if slices.Contains(list, "4 PutArtifact metadata:v1.4.0") {
		t.Error("the documents bear no versions here")
	}
	for _, code := range []string{CodeNotScanned, CodePayloadChannel} {
		if !slices.Contains(remarkCodes(p.Warnings), code) {
			t.Errorf("no warning %s", code)
		}
	}
	doc, err := ParseChannelDocument(p.Changes[len(p.Changes)-1].Artifact.Content)
	if err != nil || doc.Channel != "prod" || doc.Version != "v1.4.0" || doc.Commit() != sha("08dd3c9") || len(doc.Images) != 7 ||
		doc.PayloadTag() != "v1.4.0" || doc.Payload != w.packages["containai-payload"].tags["nightly-08dd3c9"] || !doc.GeneratedAt.Equal(w.now) {
		t.Errorf("document %+v, %v", doc, err)
	}
	if same := PlanChannel(s, req, ChannelFacts{}); same.ID != p.ID {
		t.Error("the same request at the same time gives another plan")
	}
	before := w.tagsNow()
	w.carryOut(t, p)
	expectOnly(t, before, w.tagsNow(), p)
	after := w.survey(view{manifests: true}, w.remembered(p))
	if prod := channel(t, after, "prod"); prod.Drift() || prod.Release == nil || prod.Release.Name != "v1.4.0" || !prod.Complete() {
		t.Errorf("prod afterwards: %+v", prod.Release)
	}
	// The nightly is the same build: prod did not point there before.
	if prev := channel(t, after, "prod").Previous; prev == nil || prev.Release.Name != "v1.3.0" {
		t.Errorf("before it: %+v", prev)
	}
	for _, target := range ChannelTargets(after, "prod") {
		if target.Advised != (target.Release.Name == "v1.3.0") || target.Release.Channel == "nightly" && len(target.Stays) > 0 {
			t.Errorf("target %s of %s: advised %v, stays %v", target.Release.Name, target.Release.Channel, target.Advised, target.Stays)
		}
	}
}

func TestAfterARollbackPromotionWarns(t *testing.T) {
	w := story()
	s := w.survey(view{manifests: true}, Past{})
	p := PlanChannel(s, rollbackTo(w, "v1.2.0"), ChannelFacts{})
	w.carryOut(t, p)
	again := PlanChannel(w.survey(view{manifests: true}, w.remembered(p)), rollbackTo(w, "v1.3.0"), ChannelFacts{})
	if !slices.Contains(remarkCodes(again.Warnings), CodeLeftByRollback) || again.Title != "move prod from v1.2.0 to v1.3.0" {
		t.Errorf("%q, warnings %v", again.Title, again.Warnings)
	}
}

func TestAdvisedTargets(t *testing.T) {
	advised := func(s Survey, channel string) string {
		for _, target := range ChannelTargets(s, channel) {
			if target.Advised {
				return target.Release.Label() + ": " + target.Why
			}
		}
		return ""
	}
	half := story()
	for name, p := range half.packages {
		if p.tags["v1.2.0"] != "" && name != "containai" && half.layout.Package(name).Kind == KindImage {
			half.tag(name, half.now, p.tags["v1.2.0"], "prod")
		}
	}
	partial := story()
	partial.publish(publish{at: "2026-07-01T09:00:00", commit: "c41d90e", channel: "prod", version: "v1.4.0", until: "tags"})
	never := story()
	never.layout.NeverReturn = []NeverReturn{{Release: "v1.2.0"}}
	for name, c := range map[string]struct {
		w    *world
		want string
	}{
		"the story":            {story(), "v1.2.0: prod pointed there before"},
		"half a rollback":      {half, "v1.2.0: most of prod is there already, this completes the move"},
		"a publish that ended": {partial, "v1.3.0: part of prod is still there, this takes back what was begun"},
		"never again":          {never, ""},
	} {
		if got := advised(c.w.survey(view{manifests: true}, Past{}), "prod"); got != c.want {
			t.Errorf("%s: advised is %q, want %q", name, got, c.want)
		}
	}
	s := half.survey(view{manifests: true}, Past{})
	plan := PlanChannel(s, rollbackTo(half, "v1.2.0"), ChannelFacts{})
	if i := slices.Index(remarkCodes(plan.Warnings), CodeOtherWay); i < 0 || !strings.Contains(plan.Warnings[i].Message, "going to v1.3.0 would take the move back instead") {
		t.Errorf("half a rollback does not name the other way: %v", plan.Warnings)
	}
	back := PlanChannel(s, rollbackTo(half, "v1.3.0"), ChannelFacts{})
	if i := slices.Index(remarkCodes(back.Warnings), CodeOtherWay); i < 0 || !strings.Contains(back.Warnings[i].Message, "going to v1.2.0 would complete the move instead") {
		t.Errorf("taking it back does not name the other way: %v", back.Warnings)
	}
	if got := ChannelTargets(story().survey(view{}, Past{}), "staging"); got != nil {
		t.Errorf("targets of a channel that there is not: %v", got)
	}
}

func TestTargetsTellTheirStays(t *testing.T) {
	w := story()
	for _, target := range ChannelTargets(w.survey(view{manifests: true}, Past{}), "prod") {
		switch target.Release.Label() {
		case "v1.3.0":
			if !target.Now || len(target.Stays) != 1 || !target.Stays[0].To.IsZero() {
				t.Errorf("v1.3.0: %+v", target)
			}
		case "v1.2.0":
			if target.Now || len(target.Stays) != 1 || target.Stays[0].To.IsZero() || target.Stays[0].Evidence != EvidenceMetadata {
				t.Errorf("v1.2.0: %+v", target.Stays)
			}
		case "08dd3c9":
			if len(target.Stays) != 0 {
				t.Errorf("a nightly was in prod: %+v", target.Stays)
			}
		}
	}
}

func TestFindReleaseAndNextVersions(t *testing.T) {
	s := story().survey(view{}, Past{})
	for name, want := range map[string]int{"v1.2.0": 1, "3f9c82b": 1, sha("3f9c82b"): 1, "b81e6f4": 2, "b81e6": 0, "v1.2": 0, "": 0} {
		if _, n := FindRelease(s, name); n != want {
			t.Errorf("%q finds %d, want %d", name, n, want)
		}
	}
	if r, _ := FindRelease(s, "b81e6f4"); r.Version != "v1.3.0" {
		t.Errorf("of one commit %s is taken, want the newest", r.Name)
	}
	if d := cmp.Diff([]string{"v1.4.0", "v1.3.1", "v2.0.0"}, SuggestVersions(s)); d != "" {
		t.Errorf("suggested (-want +got):\n%s", d)
	}
	if got := SuggestVersions(Survey{}); got != nil {
		t.Errorf("of nothing: %v", got)
	}
}

// Whatever is asked for, a plan that is not blocked does exactly what it says,
// and asking for the same again finds nothing to do.
func TestChannelPlansKeepTheirWord(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 60 {
		w := story()
		names := memberNames(w.inventory(view{}))
		for range r.IntN(4) { // somebody moved single tags
			p := w.packages[names[r.IntN(len(names))]]
			v := p.versions[r.IntN(len(p.versions))]
			w.tag(nameOf(w, p), w.now, v.Digest, []string{"prod", "latest", "nightly"}[r.IntN(3)])
		}
		s := w.survey(view{manifests: true}, Past{})
		pick := s.Releases[r.IntN(len(s.Releases))]
		req := ChannelRequest{Act: ActRollback, Channel: []string{"prod", "nightly", "dev"}[r.IntN(3)], Release: pick.Name, At: w.now, Keep: r.IntN(2) == 0,
			Overrides: []string{CodeIncompleteTarget, CodePayloadChannel, CodeImmutableTag}}
		if r.IntN(2) == 0 {
			req.Act, req.As = ActPromote, []string{"", "v7.0.0"}[r.IntN(2)]
		}
		for _, name := range names {
			if r.IntN(6) == 0 {
				req.Exclude = append(req.Exclude, name)
			}
		}
		p := PlanChannel(s, req, ChannelFacts{})
		if p.Blocked() {
			t.Fatalf("%+v: %v", req, p.Blockers)
		}
		before := w.tagsNow()
		w.carryOut(t, p)
		expectOnly(t, before, w.tagsNow(), p)
		if req.Keep {
			for _, e := range p.Effects {
				if e.Kind == EffectOrphaned {
					t.Errorf("%s of %s loses its last tag though one is to be kept", e.Before.Short(), e.Package)
				}
			}
		}
		req.Keep = false
		if again := PlanChannel(w.survey(view{manifests: true}, Past{}), req, ChannelFacts{}); !again.Empty() {
			t.Errorf("%+v asks once more for %v", req, moves(again))
		}
	}
}

func nameOf(w *world, p *worldPackage) string {
	for name, have := range w.packages {
		if have == p {
			return name
		}
	}
	return ""
}
