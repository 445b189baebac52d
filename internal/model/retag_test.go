package model

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func remarkCodes(list []Remark) []string {
	var out []string
	for _, r := range list {
		out = append(out, r.Code)
	}
	return out
}

func TestPlanRetagBackToTheGoodRelease(t *testing.T) {
	w := story()
	s := w.survey(view{manifests: true}, Past{})
	p := w.packages["containai"]
	bad, good := p.tags["v1.3.0"], p.tags["v1.2.0"]
	plan := PlanRetag(s, RetagRequest{Package: "containai", Tag: "prod", Target: good, Reason: "bad", Incident: "INC-1", Actor: "alice", At: w.now}, RetagFacts{})
	want := Plan{
		Registry: "ghcr.io", Owner: "novotnyllc", Title: "move containai:prod from v1.3.0 to v1.2.0",
		Reason: "bad", Incident: "INC-1", Actor: "alice", Created: w.now, ReadAt: w.now,
		Changes:  []Change{{Kind: MoveTag, Stage: 2, Package: "containai", Tag: "prod", From: bad, To: good}},
		Effects:  []Effect{{Package: "containai", Tag: "prod", Before: bad, After: good, Kind: EffectMoved, Undo: UndoFull}},
		Aim:      Aim{Act: ActRetag},
		Verdicts: []PlanVerdict{{Package: "containai", Digest: good, Platforms: -1, Resolved: -1}},
		Warnings: []Remark{{Code: CodeLeavesRelease, Package: "containai",
			Message: "prod will not be one set: containai leaves v1.3.0, where 9 of 10 packages stay"}},
	}
	want.ID = want.CanonicalID()
	if d := cmp.Diff(want, plan); d != "" {
		t.Errorf("plan (-want +got):\n%s", d)
	}
	if plan.Blocked() || plan.Empty() {
		t.Error("blocked or empty")
	}
}

func TestPlanRetagIDs(t *testing.T) {
	w := story()
	s := w.survey(view{}, Past{})
	p := w.packages["containai"]
	req := RetagRequest{Package: "containai", Tag: "prod", Target: p.tags["v1.2.0"], At: w.now}
	id := PlanRetag(s, req, RetagFacts{}).ID
	req.At, req.Actor, req.Reason = w.now.Add(1), "bob", "other"
	if again := PlanRetag(s, req, RetagFacts{Unchecked: []Remark{{Code: CodeUncheckedRuns}}}).ID; again != id {
		t.Error("time, people and remarks change the id")
	}
	req.Target = p.tags["v1.1.0"]
	if PlanRetag(s, req, RetagFacts{}).ID == id {
		t.Error("another target has the same id")
	}
	if _, err := ParseDigest(id); err != nil {
		t.Errorf("id: %v", err)
	}
	w.tag("containai", w.now, p.tags["v1.1.0"], "prod")
	req.Target = p.tags["v1.2.0"]
	if PlanRetag(w.survey(view{}, Past{}), req, RetagFacts{}).ID == id {
		t.Error("another state has the same id")
	}
}

func TestCanonicalIDCoversWhatIsExecuted(t *testing.T) {
	base := func() Plan {
		return Plan{Registry: "r", Owner: "o", Title: "t", Changes: []Change{{Kind: MoveTag, Stage: 1, Package: "a", Tag: "x", From: digestN(1), To: digestN(2)}},
			Effects: []Effect{{Package: "a", Tag: "x", Before: digestN(1), After: digestN(2), Kind: EffectMoved, Undo: UndoFull}}}
	}
	seen := map[string]string{base().CanonicalID(): "the plan itself"}
	for name, alter := range map[string]func(*Plan){
		"registry": func(p *Plan) { p.Registry = "x" }, "owner": func(p *Plan) { p.Owner = "x" }, "title": func(p *Plan) { p.Title = "x" },
		"kind": func(p *Plan) { p.Changes[0].Kind = CreateTag }, "stage": func(p *Plan) { p.Changes[0].Stage = 2 },
		"package": func(p *Plan) { p.Changes[0].Package = "b" }, "tag": func(p *Plan) { p.Changes[0].Tag = "y" },
		"from": func(p *Plan) { p.Changes[0].From = "" }, "to": func(p *Plan) { p.Changes[0].To = digestN(3) },
		"version": func(p *Plan) { p.Changes[0].VersionID = 4 }, "no change": func(p *Plan) { p.Changes = nil },
		"effect package": func(p *Plan) { p.Effects[0].Package = "b" }, "effect tag": func(p *Plan) { p.Effects[0].Tag = "" },
		"effect version": func(p *Plan) { p.Effects[0].VersionID = 4 }, "before": func(p *Plan) { p.Effects[0].Before = "" },
		"after": func(p *Plan) { p.Effects[0].After = "" }, "effect": func(p *Plan) { p.Effects[0].Kind = EffectRemoved },
		"undo": func(p *Plan) { p.Effects[0].Undo = UndoNone }, "no effect": func(p *Plan) { p.Effects = nil },
	} {
		p := base()
		alter(&p)
		id := p.CanonicalID()
		if other, taken := seen[id]; taken {
			t.Errorf("%s has the id of %s", name, other)
		}
		seen[id] = name
	}
	p := base()
	p.Reason, p.Actor, p.Warnings, p.Effects[0].UndoUntil = "r", "a", []Remark{{Code: "c"}}, at("2026-01-01T00:00:00")
	if p.CanonicalID() != base().CanonicalID() {
		t.Error("people, remarks or times change the id")
	}
}

func TestPlanRetagSameDigest(t *testing.T) {
	w := story()
	s := w.survey(view{}, Past{})
	d := w.packages["containai"].tags["prod"]
	plan := PlanRetag(s, RetagRequest{Package: "containai", Tag: "prod", Target: d}, RetagFacts{Running: []Run{{ID: 1}}})
	if !plan.Empty() || plan.Blocked() || len(plan.Warnings) > 0 || plan.Title != "leave containai:prod at v1.3.0" {
		t.Errorf("%+v", plan)
	}
	if d := cmp.Diff([]Effect{{Package: "containai", Tag: "prod", Before: d, After: d, Kind: EffectUnchanged, Undo: UndoFull}}, plan.Effects); d != "" {
		t.Errorf("effects:\n%s", d)
	}
	// An immutable tag that is where it should be is no question.
	if plan := PlanRetag(s, RetagRequest{Package: "containai", Tag: "v1.3.0", Target: d}, RetagFacts{}); plan.Blocked() || !plan.Empty() {
		t.Errorf("v1.3.0 left alone: %+v", plan)
	}
}

func TestPlanRetagRemarks(t *testing.T) {
	w := story()
	s := w.survey(view{manifests: true}, Past{})
	p := w.packages["containai"]
	good := p.tags["v1.2.0"]
	index := p.manifests[good]
	child, provenance := index.Manifests[0].Digest, index.Manifests[1].Digest
	unknown := DigestOf([]byte("nowhere"))
	plumbing := p.tags["sha-"+sha("b81e6f4")+"-amd64"].FallbackTag()
	for name, tc := range map[string]struct {
		req      RetagRequest
		facts    RetagFacts
		blockers []string
		warnings []string
		says     string
	}{
		"new version tag":   {req: RetagRequest{Tag: "v7.0.0", Target: good}},
		"new tag":           {req: RetagRequest{Tag: "keep-me", Target: good}},
		"moved version tag": {req: RetagRequest{Tag: "v1.3.0", Target: good}, blockers: []string{CodeImmutableTag}, says: "never to move"},
		"lifted": {req: RetagRequest{Tag: "v1.3.0", Target: good, Overrides: []string{CodeImmutableTag}},
			warnings: []string{CodeImmutableTag}, says: "overridden"},
		"other override":  {req: RetagRequest{Tag: "v1.3.0", Target: good, Overrides: []string{CodePlumbingTag}}, blockers: []string{CodeImmutableTag}},
		"plumbing":        {req: RetagRequest{Tag: plumbing, Target: good, Overrides: []string{CodePlumbingTag}}, blockers: []string{CodePlumbingTag}, warnings: []string{CodeOrphan}},
		"new plumbing":    {req: RetagRequest{Tag: unknown.FallbackTag(), Target: good}, blockers: []string{CodePlumbingTag}},
		"invalid tag":     {req: RetagRequest{Tag: "-x\x1b", Target: good}, blockers: []string{CodeInvalidTag}},
		"unknown target":  {req: RetagRequest{Tag: "x", Target: unknown}, blockers: []string{CodeTargetUnknown}, says: unknown.Short()},
		"no target":       {req: RetagRequest{Tag: "x"}, blockers: []string{CodeTargetUnknown}},
		"vanished target": {req: RetagRequest{Tag: "x", Target: good}, facts: RetagFacts{Missing: []Digest{good}}, blockers: []string{CodeTargetUnknown}},
		"missing child": {req: RetagRequest{Tag: "x", Target: good, Overrides: []string{CodeTargetPartial}}, facts: RetagFacts{Missing: []Digest{child}},
			blockers: []string{CodeTargetPartial}, says: "amd64 " + child.Short()},
		"missing provenance": {req: RetagRequest{Tag: "x", Target: good}, facts: RetagFacts{Missing: []Digest{provenance}}, warnings: []string{CodeTargetPartial}},
		"platform child":     {req: RetagRequest{Tag: "x", Target: child}, warnings: []string{CodeOtherKind}, says: "one platform"},
		"provenance":         {req: RetagRequest{Tag: "x", Target: provenance}, warnings: []string{CodeOtherKind}, says: "attestations"},
		"referrers": {req: RetagRequest{Tag: "x", Target: p.tags[p.tags["sha-"+sha("6e19a5d")+"-amd64"].FallbackTag()]},
			warnings: []string{CodeOtherKind}},
		"one architecture": {req: RetagRequest{Tag: "prod", Target: p.tags["sha-"+sha("3f9c82b")+"-amd64"]},
			warnings: []string{CodeOtherKind, CodeFewerPlatform, CodeLeavesRelease}, says: "does not run on arm64"},
		"its own tag": {req: RetagRequest{Tag: "sha-" + sha("1234567") + "-amd64", Target: p.tags["sha-"+sha("3f9c82b")+"-amd64"]}},
		"run": {req: RetagRequest{Tag: "x", Target: good}, facts: RetagFacts{Running: []Run{{ID: 4711, Actor: "bob", Status: "in_progress"}}},
			warnings: []string{CodeRunInProgress}, says: "run 4711 of @bob is in progress and may move x again"},
		"unchecked": {req: RetagRequest{Tag: "x", Target: good}, facts: RetagFacts{Unchecked: []Remark{{Code: CodeUncheckedRuns, Message: "down"}}},
			warnings: []string{CodeUncheckedRuns}},
	} {
		t.Run(name, func(t *testing.T) {
			tc.req.Package = "containai"
			plan := PlanRetag(s, tc.req, tc.facts)
			if d := cmp.Diff(tc.blockers, remarkCodes(plan.Blockers)); d != "" {
				t.Errorf("blockers (-want +got):\n%s", d)
			}
			if d := cmp.Diff(tc.warnings, remarkCodes(plan.Warnings)); d != "" {
				t.Errorf("warnings (-want +got):\n%s", d)
			}
			if plan.Blocked() != (len(tc.blockers) > 0) {
				t.Error("blocked is not what the blockers say")
			}
			text := plan.Title
			for _, r := range slices.Concat(plan.Blockers, plan.Warnings) {
				text += "\n" + r.Message
			}
			if !strings.Contains(text, tc.says) {
				t.Errorf("%q is not said in %q", tc.says, text)
			}
			if Sanitize(strings.ReplaceAll(text, "\n", "")) != strings.ReplaceAll(text, "\n", "") {
				t.Errorf("unsafe text %q", text)
			}
		})
	}
}

func TestPlanRetagOrphansAndAliases(t *testing.T) {
	w := story()
	s := w.survey(view{}, Past{})
	installer := w.packages["containai-installer"]
	plan := PlanRetag(s, RetagRequest{Package: "containai-installer", Tag: "dev", Target: installer.tags["nightly"]}, RetagFacts{})
	v, _ := s.Inventory.Packages[8].Snapshot.Version(installer.tags["dev"])
	want := []Effect{
		{Package: "containai-installer", Tag: "dev", Before: v.Digest, After: installer.tags["nightly"], Kind: EffectMoved, Undo: UndoFull},
		{Package: "containai-installer", VersionID: v.ID, Before: v.Digest, After: v.Digest, Kind: EffectOrphaned, Undo: UndoFull},
	}
	if d := cmp.Diff(want, plan.Effects); d != "" {
		t.Errorf("effects (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{CodeLeavesRelease, CodeOrphan}, remarkCodes(plan.Warnings)); d != "" {
		t.Errorf("warnings (-want +got):\n%s", d)
	}
	plan = PlanRetag(s, RetagRequest{Package: "containai-installer", Tag: "prod", Target: installer.tags["v1.2.0"]}, RetagFacts{})
	if d := cmp.Diff([]string{CodeAliasStays, CodeLeavesRelease}, remarkCodes(plan.Warnings)); d != "" {
		t.Errorf("warnings (-want +got):\n%s", d)
	}
	// A document of another channel under prod would lie.
	meta := w.packages["containai-metadata"]
	plan = PlanRetag(s, RetagRequest{Package: "containai-metadata", Tag: "prod", Target: meta.tags["nightly"]}, RetagFacts{})
	if !slices.Contains(remarkCodes(plan.Warnings), CodeOtherChannel) {
		t.Errorf("warnings %v", remarkCodes(plan.Warnings))
	}
	// The payload has no tag prod: it appears.
	payload := w.packages["containai-payload"]
	plan = PlanRetag(s, RetagRequest{Package: "containai-payload", Tag: "prod", Target: payload.tags["v1.3.0"]}, RetagFacts{})
	if plan.Title != "create containai-payload:prod at v1.3.0" || plan.Changes[0].Kind != CreateTag || plan.Changes[0].From != "" ||
		plan.Effects[0].Kind != EffectCreated || len(plan.Warnings) > 0 {
		t.Errorf("payload: %+v", plan)
	}
}

func TestPlanRetagThatHealsTheChannel(t *testing.T) {
	w := story()
	for _, p := range w.layout.Packages {
		if p.Name != "containai" && p.Kind == KindImage {
			w.tag(p.Name, w.now, w.packages[p.Name].tags["v1.2.0"], "prod")
		}
	}
	s := w.survey(view{}, Past{})
	plan := PlanRetag(s, RetagRequest{Package: "containai", Tag: "prod", Target: w.packages["containai"].tags["v1.2.0"]}, RetagFacts{})
	if len(plan.Warnings) > 0 {
		t.Errorf("healing is warned of: %+v", plan.Warnings)
	}
	// Two builds of one commit and channel are told apart by their digests.
	w = story()
	w.publish(publish{at: "2026-07-01T03:00:00", commit: "6e19a5d", channel: "dev"})
	dev := Releases(w.inventory(view{}))[:2]
	plan = PlanRetag(w.survey(view{}, Past{}), RetagRequest{Package: "containai", Tag: "dev", Target: dev[1].Members["containai"].Digest}, RetagFacts{})
	want := fmt.Sprintf("move containai:dev from 6e19a5d (%s) to 6e19a5d (%s)", dev[0].Members["containai"].Digest.Short(), dev[1].Members["containai"].Digest.Short())
	if plan.Title != want {
		t.Errorf("title %q, want %q", plan.Title, want)
	}
}

// tagsOf is every tag of a survey.
func tagsOf(s Survey) map[tagPlace]Digest {
	out := make(map[tagPlace]Digest)
	for _, p := range s.Inventory.Packages {
		for _, t := range p.Snapshot.TagNames() {
			out[tagPlace{p.Spec.Name, t}] = p.Snapshot.Tag(t)
		}
	}
	return out
}

func TestEffectsAreWhatHappens(t *testing.T) {
	s := story().survey(view{}, Past{})
	r := rand.New(rand.NewPCG(5, 6))
	names := []string{"containai", "containai-installer", "containai-metadata"}
	for range 400 {
		truth := tagsOf(s)
		var changes []Change
		deleted := make(map[placed]bool)
		for range 1 + r.IntN(6) {
			pkg := names[r.IntN(len(names))]
			p, _ := s.Inventory.Package(pkg)
			v := p.Snapshot.Versions[r.IntN(20)]
			tag := []string{"prod", "dev", "latest", "new", "v1.3.0"}[r.IntN(5)]
			at := tagPlace{pkg, tag}
			c := Change{Package: pkg, Tag: tag, From: truth[at], To: v.Digest, Kind: MoveTag}
			switch {
			case r.IntN(5) == 0:
				c.Kind, c.To = RemoveTag, ""
				delete(truth, at)
			case r.IntN(5) == 0 && !deleted[placed{pkg, v.Digest}]:
				c = Change{Kind: DeleteVersion, Package: pkg, VersionID: v.ID}
				maps.DeleteFunc(truth, func(k tagPlace, d Digest) bool { return k.pkg == pkg && d == v.Digest })
				deleted[placed{pkg, v.Digest}] = true
			default:
				if deleted[placed{pkg, v.Digest}] {
					continue
				}
				truth[at] = c.To
			}
			changes = append(changes, c)
		}
		effects := EffectsOf(s, changes)
		applied, seen := tagsOf(s), make(map[tagPlace]bool)
		for _, e := range effects {
			at := tagPlace{e.Package, e.Tag}
			if e.Tag == "" {
				continue
			}
			if seen[at] {
				t.Fatalf("%v stands twice in the effects of %+v", at, changes)
			}
			seen[at] = true
			if applied[at] != e.Before || (e.Before == e.After) != (e.Kind == EffectUnchanged) {
				t.Fatalf("effect %+v, but the tag is at %s", e, applied[at])
			}
			if applied[at] = e.After; e.After == "" {
				delete(applied, at)
			}
		}
		if d := cmp.Diff(truth, applied, cmp.AllowUnexported(tagPlace{})); d != "" {
			t.Fatalf("effects of %+v (-truth +applied):\n%s", changes, d)
		}
		checkVersions(t, s, effects, truth, deleted)
		for _, c := range Inverse(effects) {
			at := tagPlace{c.Package, c.Tag}
			if applied[at] != c.From {
				t.Fatalf("inverse %+v expects another state", c)
			}
			if applied[at] = c.To; c.To == "" {
				delete(applied, at)
			}
		}
		if d := cmp.Diff(tagsOf(s), applied, cmp.AllowUnexported(tagPlace{})); d != "" {
			t.Fatalf("inverse does not give back (-before +after):\n%s", d)
		}
	}
}

// checkVersions compares the effects on versions with the tags that are left.
func checkVersions(t *testing.T, s Survey, effects []Effect, truth map[tagPlace]Digest, deleted map[placed]bool) {
	t.Helper()
	tagged := make(map[placed]bool)
	for at, d := range truth {
		tagged[placed{at.pkg, d}] = true
	}
	want := make(map[placed]EffectKind)
	for _, p := range s.Inventory.Packages {
		for _, v := range p.Snapshot.Versions {
			at := placed{p.Spec.Name, v.Digest}
			switch {
			case deleted[at]:
				want[at] = EffectDeleted
			case len(v.Tags) > 0 && !tagged[at]:
				want[at] = EffectOrphaned
			}
		}
	}
	got := make(map[placed]EffectKind)
	for _, e := range effects {
		if e.Tag == "" {
			if kind, twice := got[placed{e.Package, e.Before}]; twice {
				t.Errorf("%s is %s and %s", e.Before.Short(), kind, e.Kind)
			}
			got[placed{e.Package, e.Before}] = e.Kind
			if e.VersionID == 0 {
				t.Errorf("effect on a version without its id: %+v", e)
			}
			if (e.Kind == EffectDeleted) != (e.Undo == UndoUntil) || e.Kind == EffectDeleted && !e.UndoUntil.Equal(s.Inventory.ReadAt.Add(restorableFor)) {
				t.Errorf("undo of %+v", e)
			}
		}
	}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(placed{})); d != "" {
		t.Fatalf("versions (-want +got):\n%s", d)
	}
}

func TestEffectsOfRestoring(t *testing.T) {
	s := story().survey(view{}, Past{})
	d := DigestOf([]byte("x"))
	got := EffectsOf(s, []Change{{Kind: RestoreVersion, Package: "containai", VersionID: 9, To: d}})
	if diff := cmp.Diff([]Effect{{Package: "containai", VersionID: 9, After: d, Kind: EffectRestored, Undo: UndoFull}}, got); diff != "" {
		t.Error(diff)
	}
	if got := EffectsOf(Survey{}, []Change{{Kind: CreateTag, Package: "a", Tag: "x", To: d}}); len(got) != 1 || got[0].Kind != EffectCreated {
		t.Errorf("in an unknown package: %+v", got)
	}
}
