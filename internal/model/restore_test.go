package model

import (
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// registryState is all that a plan's effects speak of.
type registryState struct {
	Tags     map[tagPlace]Digest
	Versions map[placed]int64 // the active ones with their ids
}

func stateOf(s Survey) registryState {
	out := registryState{Tags: tagsOf(s), Versions: make(map[placed]int64)}
	for _, p := range s.Inventory.Packages {
		for _, v := range p.Snapshot.Versions {
			out.Versions[placed{p.Spec.Name, v.Digest}] = v.ID
		}
	}
	return out
}

// after is the state once effects have happened, which must fit to it.
func (r registryState) after(t *testing.T, effects []Effect) registryState {
	t.Helper()
	out := registryState{Tags: maps.Clone(r.Tags), Versions: maps.Clone(r.Versions)}
	seen := make(map[tagPlace]bool)
	for _, e := range effects {
		if e.Tag != "" {
			at := tagPlace{e.Package, e.Tag}
			if seen[at] || out.Tags[at] != e.Before {
				t.Fatalf("%+v: the tag is at %s; twice: %v", e, out.Tags[at].Short(), seen[at])
			}
			seen[at] = true
			if out.Tags[at] = e.After; e.After == "" {
				delete(out.Tags, at)
			}
			continue
		}
		switch e.Kind {
		case EffectDeleted:
			delete(out.Versions, placed{e.Package, e.Before})
		case EffectRestored:
			out.Versions[placed{e.Package, e.After}] = e.VersionID
		case EffectOrphaned, EffectMoved, EffectCreated, EffectRemoved, EffectUnchanged:
		}
	}
	return out
}

// deleteFrom is the world after a deletion, and what GitHub would give back.
func (w *world) deleteFrom(s Survey, plan Plan, tagsListed bool) (Survey, RestoreFacts) {
	facts := RestoreFacts{Deleted: make(map[string][]DeletedVersion), Manifests: make(map[string]map[Digest]*Manifest)}
	inv := s.Inventory
	inv.Packages = slices.Clone(inv.Packages)
	for i := range inv.Packages {
		p := &inv.Packages[i]
		name := p.Spec.Name
		facts.Manifests[name] = w.packages[name].manifests
		var kept []Version
		for _, v := range p.Snapshot.Versions {
			gone := slices.ContainsFunc(plan.Changes, func(c Change) bool { return c.Package == name && c.From == v.Digest })
			if !gone {
				kept = append(kept, v)
				continue
			}
			if !tagsListed {
				v.Tags = nil
			}
			facts.Deleted[name] = append(facts.Deleted[name], DeletedVersion{Version: v, At: w.now})
		}
		p.Snapshot = NewSnapshot(name, OriginAPI, w.now, kept)
	}
	return NewSurvey(inv, s.Past), facts
}

func lostTags(p Plan) []TagRef {
	var out []TagRef
	for _, e := range p.Effects {
		if e.Kind == EffectRemoved {
			out = append(out, TagRef{e.Package, e.Tag, e.Before})
		}
	}
	return out
}

// Any deletion of any versions can be taken back whole within 30 days, whether
// GitHub tells the tags of deleted versions or not; and what is asked back in
// part comes back whole with all that it needs.
func TestDeleteAndRestoreGiveBack(t *testing.T) {
	w := story()
	s := wholly(w)
	before := stateOf(s)
	random := rand.New(rand.NewPCG(3, 5))
	for round := range 60 {
		var refs []VersionRef
		for range 1 + random.IntN(9) {
			p := s.Inventory.Packages[random.IntN(len(s.Inventory.Packages))]
			v := p.Snapshot.Versions[random.IntN(len(p.Snapshot.Versions))]
			refs = append(refs, VersionRef{Package: p.Spec.Name, ID: v.ID, Digest: v.Digest})
		}
		plan := PlanDelete(s, DeleteRequest{Versions: refs, WithParts: random.IntN(3) > 0, At: w.now}, DeleteFacts{})
		after := before.after(t, plan.Effects)
		checkKept(t, w, before, after, plan)
		left, facts := w.deleteFrom(s, plan, round%2 == 0)
		if d := cmp.Diff(stateOf(left), after, cmp.AllowUnexported(placed{}, tagPlace{})); d != "" {
			t.Fatalf("effects of a deletion (-truth +applied):\n%s", d)
		}
		req := RestoreRequest{Tags: lostTags(plan), At: w.now}
		for _, c := range plan.Changes {
			req.Versions = append(req.Versions, VersionRef{Package: c.Package, ID: c.VersionID})
		}
		back := PlanRestore(left, req, facts)
		if back.Blocked() || len(back.Unmoved) > 0 {
			t.Fatalf("restore: %v, %v", back.Blockers, back.Unmoved)
		}
		if d := cmp.Diff(before, after.after(t, back.Effects), cmp.AllowUnexported(placed{}, tagPlace{})); d != "" {
			t.Fatalf("delete and restore (-before +after):\n%s", d)
		}
		one := plan.Changes[random.IntN(len(plan.Changes))]
		req.Versions = []VersionRef{{Package: one.Package, ID: one.VersionID}}
		part := PlanRestore(left, req, facts)
		checkWhole(t, w, after.after(t, part.Effects), part)
	}
}

// checkKept looks at a deletion that nothing blocks as needed: everything that
// is listed by what stays stays.
func checkKept(t *testing.T, w *world, before, after registryState, plan Plan) {
	t.Helper()
	if hasCode(plan.Blockers, CodeNeeded) {
		return
	}
	for at := range after.Versions {
		for _, child := range w.packages[at.pkg].manifests[at.digest].Manifests {
			c := placed{at.pkg, child.Digest}
			if before.Versions[c] != 0 && after.Versions[c] == 0 {
				t.Fatalf("%s of %s stays and lists %s, which goes (%s)", at.digest.Short(), at.pkg, child.Digest.Short(), plan.Title)
			}
		}
	}
}

// checkWhole looks at a restore: what came back has its children, and came after
// them.
func checkWhole(t *testing.T, w *world, after registryState, plan Plan) {
	t.Helper()
	stage := make(map[Digest]int)
	for _, c := range plan.Changes {
		if c.Kind == RestoreVersion {
			stage[c.To] = c.Stage
		}
	}
	for _, c := range plan.Changes {
		if c.Kind == CreateTag && c.Stage <= stage[c.To] {
			t.Fatalf("%s is set before its version is there", c.Tag)
		}
		if c.Kind != RestoreVersion {
			continue
		}
		m := w.packages[c.Package].manifests[c.To]
		for _, child := range m.Manifests {
			if after.Versions[placed{c.Package, child.Digest}] == 0 {
				t.Fatalf("%s comes back without %s", c.To.Short(), child.Digest.Short())
			}
			if stage[child.Digest] >= c.Stage {
				t.Fatalf("%s comes back in stage %d, its child in %d", c.To.Short(), c.Stage, stage[child.Digest])
			}
		}
	}
}

func deletedBuild(t *testing.T) (*world, Survey, RestoreFacts, Plan) {
	t.Helper()
	w := story()
	s := wholly(w)
	plan := PlanDelete(s, DeleteRequest{Versions: w.refs("containai", "sha-"+sha("e0927dc")), WithParts: true, At: w.now}, DeleteFacts{})
	left, facts := w.deleteFrom(s, plan, true)
	return w, left, facts, plan
}

func TestPlanRestoreGrows(t *testing.T) {
	w, left, facts, deletion := deletedBuild(t)
	index := deletion.Changes[0]
	plan := PlanRestore(left, RestoreRequest{Versions: []VersionRef{{Package: "containai", ID: index.VersionID}}, Undoes: deletion.ID, At: w.now}, facts)
	// Four children, two architecture indexes, and what attests these.
	if want := "restore 11 versions of containai: 1 asked for, 10 that belong to them"; plan.Title != want {
		t.Errorf("title %q", plan.Title)
	}
	i := slices.IndexFunc(plan.Changes, func(c Change) bool { return c.Tag == "sha-"+sha("e0927dc") })
	if i < 0 || plan.Changes[i].Kind != CreateTag || plan.Changes[i].To != index.From || plan.Changes[i].From != "" {
		t.Errorf("changes %+v", plan.Changes)
	}
	if plan.Aim.Undoes != deletion.ID || plan.Aim.Act != ActRestore {
		t.Errorf("aim %+v", plan.Aim)
	}
	if m := messageOf(plan.Warnings, CodeRestorable); !strings.HasSuffix(m, "30 days left") {
		t.Errorf("countdown %q", m)
	}
	// An architecture index brings its attestation and the list of it.
	arch := "sha-" + sha("e0927dc") + "-amd64"
	i = slices.IndexFunc(deletion.Effects, func(e Effect) bool { return e.Tag == arch })
	plan = PlanRestore(left, RestoreRequest{Versions: []VersionRef{{Package: "containai", Digest: deletion.Effects[i].Before}}, At: w.now}, facts)
	if want := "restore 5 versions of containai: 1 asked for, 4 that belong to them"; plan.Title != want {
		t.Errorf("title %q", plan.Title)
	}
}

func TestPlanRestoreRemarks(t *testing.T) {
	w, left, facts, deletion := deletedBuild(t)
	index := deletion.Changes[0]
	ask := func(s Survey, f RestoreFacts, refs ...VersionRef) Plan {
		return PlanRestore(s, RestoreRequest{Versions: refs, At: w.now}, f)
	}
	ref := VersionRef{Package: "containai", ID: index.VersionID}
	if p := ask(left, facts, VersionRef{Package: "containai", ID: 4711}); !hasCode(p.Blockers, CodeNotRestorable) || !p.Empty() {
		t.Errorf("unknown: %+v", p)
	}
	if p := ask(left, facts, w.refs("containai", "prod")...); p.Blocked() || !p.Empty() || !hasCode(p.Warnings, CodeAlreadyThere) {
		t.Errorf("there: %+v", p)
	}
	late := left
	late.Inventory.ReadAt = w.now.Add(31 * 24 * time.Hour)
	if p := ask(late, facts, ref); !hasCode(p.Blockers, CodeRestoreExpired) {
		t.Errorf("expired: %v", p.Blockers)
	}
	late.Inventory.ReadAt = w.now.Add(29*24*time.Hour + time.Minute)
	if m := messageOf(ask(late, facts, ref).Warnings, CodeRestorable); !strings.HasSuffix(m, ": 23 hours left") {
		t.Errorf("countdown %q", m)
	}
	blind := facts
	blind.Manifests = nil
	if p := ask(left, blind, ref); !hasCode(p.Warnings, CodeUncheckedParts) || len(p.Changes) != 2 {
		t.Errorf("unread: %+v", p)
	}
	partial := facts
	child := w.packages["containai"].manifests[index.From].Platforms()[0]
	partial.Deleted = map[string][]DeletedVersion{"containai": slices.DeleteFunc(slices.Clone(facts.Deleted["containai"]),
		func(v DeletedVersion) bool { return v.Digest == child.Digest })}
	if p := ask(left, partial, ref); !strings.Contains(messageOf(p.Blockers, CodeTargetPartial), child.Platform.String()) {
		t.Errorf("partial: %v", p.Blockers)
	}
}

// A tag that has gone elsewhere is not taken from there.
func TestPlanRestoreLeavesTakenTags(t *testing.T) {
	w, left, facts, deletion := deletedBuild(t)
	tag := "sha-" + sha("e0927dc")
	other := w.packages["containai"].tags["prod"]
	for i := range left.Inventory.Packages {
		if p := &left.Inventory.Packages[i]; p.Spec.Name == "containai" {
			p.Snapshot = p.Snapshot.WithTags(map[string]Digest{tag: other})
		}
	}
	plan := PlanRestore(left, RestoreRequest{Versions: []VersionRef{{Package: "containai", Digest: deletion.Changes[0].From}}, At: w.now}, facts)
	if len(plan.Unmoved) != 1 || plan.Unmoved[0].Digest != other || !hasCode(plan.Warnings, CodeTagElsewhere) {
		t.Errorf("unmoved %+v", plan.Unmoved)
	}
	for _, c := range plan.Changes {
		if c.Tag == tag {
			t.Errorf("the tag is taken: %+v", c)
		}
	}
}

// executed is a plan as the journal tells it once all of it is done.
func executed(p Plan) Execution {
	x := Execution{Plan: p, Kept: true, Begun: true, Incident: p.Incident, Began: p.Created}
	for _, c := range p.Changes {
		x.Steps = append(x.Steps, ExecutionStep{Change: c, State: StepDone, Begun: true})
	}
	return x
}

// A deletion is taken back as a whole by everything it did, in part by what is
// named and what that needs.
func TestRestoreOfADeletion(t *testing.T) {
	w, left, facts, deletion := deletedBuild(t)
	x := executed(deletion)
	if !x.Deletion() || x.NoParts() != "" {
		t.Fatalf("no deletion, or %q", x.NoParts())
	}
	whole := PlanRestore(left, RestoreOf(x, UndoRequest{At: w.now}), facts)
	if !strings.HasPrefix(whole.Title, "restore 11 versions of containai, undoing the delete of ") || whole.Aim.Act != ActUndo || whole.Aim.Undoes != deletion.ID {
		t.Errorf("whole: %q, %+v", whole.Title, whole.Aim)
	}
	only := []StepRef{deletion.Changes[0].Ref()}
	part := PlanRestore(left, RestoreOf(x, UndoRequest{Only: only, At: w.now}), facts)
	if !strings.HasPrefix(part.Title, "restore 11 versions of containai: 1 asked for, 10 that belong to them, undoing part of ") || part.Aim.Act != ActRestore {
		t.Errorf("part: %q, %+v", part.Title, part.Aim)
	}
	// What GitHub gives back no more is left out of the whole and named, but a part
	// that somebody named must come.
	late := left
	late.Inventory.ReadAt = w.now.Add(31 * 24 * time.Hour)
	if p := PlanRestore(late, RestoreOf(x, UndoRequest{At: w.now}), facts); !p.Empty() || len(p.Unmoved) != len(deletion.Changes) || !slices.Equal(remarkCodes(p.Blockers), []string{CodeRestoreOver}) {
		t.Errorf("whole and late: blockers %v, %d stay", p.Blockers, len(p.Unmoved))
	}
	if p := PlanRestore(late, RestoreOf(x, UndoRequest{Only: only, At: w.now}), facts); !hasCode(p.Blockers, CodeRestoreExpired) {
		t.Errorf("part and late: %v", p.Blockers)
	}
	lost := facts
	lost.Deleted = map[string][]DeletedVersion{"containai": slices.DeleteFunc(slices.Clone(facts.Deleted["containai"]),
		func(v DeletedVersion) bool { return v.Digest == deletion.Changes[0].From })}
	if p := PlanRestore(left, RestoreOf(x, UndoRequest{At: w.now}), lost); p.Blocked() || len(p.Unmoved) != 1 || !hasCode(p.Warnings, CodeRestoreOver) || p.Empty() {
		t.Errorf("one lost: blockers %v, %+v", p.Blockers, p.Unmoved)
	}
	x.Steps[0].TakenBack = true
	if err := CheckUndo(x, UndoRequest{Only: only}); !errors.Is(err, ErrInvalid) {
		t.Errorf("taken back before: %v", err)
	}
	if refs := RestoreOf(x, UndoRequest{}).Versions; len(refs) != len(deletion.Changes)-1 {
		t.Errorf("%d versions are asked back", len(refs))
	}
}
