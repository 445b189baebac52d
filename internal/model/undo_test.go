package model

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var undoStart = at("2026-06-24T10:41:00")

// truth is a registry in small: tags and versions that changes act on.
type truth struct {
	versions map[string]map[Digest]int64
	tags     map[string]map[string]Digest
}

func (t truth) clone() truth {
	out := truth{versions: make(map[string]map[Digest]int64), tags: make(map[string]map[string]Digest)}
	for pkg := range t.versions {
		out.versions[pkg], out.tags[pkg] = maps.Clone(t.versions[pkg]), maps.Clone(t.tags[pkg])
	}
	return out
}

// apply does a change as the executor would, with its precondition.
func (t truth) apply(c Change) error {
	tags, versions := t.tags[c.Package], t.versions[c.Package]
	if c.Tag != "" && tags[c.Tag] != c.From {
		return fmt.Errorf("%s:%s points to %s, expected is %s", c.Package, c.Tag, tags[c.Tag].Short(), c.From.Short())
	}
	if _, there := versions[c.To]; c.Tag != "" && c.To != "" && !there && c.Kind != PutArtifact {
		return fmt.Errorf("%s has no version %s", c.Package, c.To.Short())
	}
	switch c.Kind {
	case MoveTag, CreateTag:
		tags[c.Tag] = c.To
	case PutArtifact:
		versions[c.To] = 1000
		tags[c.Tag] = c.To
	case RemoveTag:
		if len(tags) < 2 {
			return fmt.Errorf("%s:%s is the last tag", c.Package, c.Tag)
		}
		delete(tags, c.Tag)
	case DeleteVersion:
		if versions[c.From] != c.VersionID {
			return fmt.Errorf("%s has no version %d", c.Package, c.VersionID)
		}
		delete(versions, c.From)
		for _, tag := range tagsAtTruth(tags, c.From) {
			delete(tags, tag)
		}
	case RestoreVersion:
		versions[c.To] = c.VersionID
	}
	return nil
}

func tagsAtTruth(tags map[string]Digest, d Digest) []string {
	var out []string
	for tag, at := range tags {
		if at == d {
			out = append(out, tag)
		}
	}
	slices.Sort(out)
	return out
}

func (t truth) survey(when time.Time) Survey {
	inv := Inventory{Registry: "ghcr.io", Owner: "o", ReadAt: when}
	for _, pkg := range slices.Sorted(maps.Keys(t.versions)) {
		var list []Version
		for d, id := range t.versions[pkg] {
			list = append(list, Version{ID: id, Digest: d, Tags: tagsAtTruth(t.tags[pkg], d)})
		}
		slices.SortFunc(list, func(a, b Version) int { return int(a.ID - b.ID) })
		inv.Packages = append(inv.Packages, PackageState{Spec: PackageSpec{Name: pkg}, Known: true,
			Snapshot: NewSnapshot(pkg, OriginAPI, when, list)})
	}
	return Survey{Inventory: inv}
}

// randomTruth has two packages of six versions, each with a tag of its own and
// some with more.
func randomTruth(r *rand.Rand) truth {
	t := truth{versions: make(map[string]map[Digest]int64), tags: make(map[string]map[string]Digest)}
	for p := range 2 {
		pkg := fmt.Sprintf("p%d", p)
		t.versions[pkg], t.tags[pkg] = make(map[Digest]int64), make(map[string]Digest)
		for v := range 6 {
			d := DigestOf(fmt.Appendf(nil, "%s %d", pkg, v))
			t.versions[pkg][d] = int64(v + 1)
			t.tags[pkg][fmt.Sprintf("v%d", v)] = d
		}
		for _, tag := range []string{"prod", "dev", "latest"} {
			if r.IntN(4) > 0 {
				t.tags[pkg][tag] = DigestOf(fmt.Appendf(nil, "%s %d", pkg, r.IntN(5)))
			}
		}
	}
	return t
}

// randomPlan changes some of it in up to three stages: tags move, appear and
// vanish, a document is written, the last version is deleted.
func randomPlanOn(r *rand.Rand, t truth) Plan {
	p := Plan{Registry: "ghcr.io", Owner: "o", Title: fmt.Sprint("plan ", r.IntN(1000)), Aim: Aim{Act: ActRetag}, Incident: "INC-1"}
	for pkg := range 2 {
		name := fmt.Sprintf("p%d", pkg)
		for _, tag := range []string{"prod", "dev", "latest", "new"} {
			from := t.tags[name][tag]
			to := DigestOf(fmt.Appendf(nil, "%s %d", name, r.IntN(5)))
			c := Change{Kind: MoveTag, Stage: 1 + r.IntN(3), Package: name, Tag: tag, From: from, To: to}
			switch {
			case r.IntN(3) == 0 || from == to:
				continue
			case from == "":
				c.Kind = CreateTag
			case r.IntN(4) == 0:
				c.Kind, c.To = RemoveTag, ""
			case r.IntN(5) == 0:
				c.Kind, c.To = PutArtifact, DigestOf(fmt.Appendf(nil, "document %d", r.IntN(100)))
			}
			p.Changes = append(p.Changes, c)
		}
		if d := DigestOf(fmt.Appendf(nil, "%s 5", name)); r.IntN(2) == 0 {
			p.Changes = append(p.Changes, Change{Kind: DeleteVersion, Stage: 1 + r.IntN(3), Package: name, From: d, VersionID: t.versions[name][d]})
		}
	}
	slices.SortStableFunc(p.Changes, func(a, b Change) int { return a.Stage - b.Stage })
	p.Effects = EffectsOf(t.survey(undoStart), p.Changes)
	p.ID = p.CanonicalID()
	return p
}

// log writes the journal's events.
type log struct {
	events []JournalEvent
	now    time.Time
}

func (l *log) add(kind JournalKind, plan string, c Change, state StepState) {
	l.now = l.now.Add(time.Second)
	l.events = append(l.events, JournalEvent{Seq: int64(len(l.events) + 1), At: l.now, Kind: kind, Plan: plan, Actor: "alice", Incident: "INC-1",
		Package: c.Package, Tag: c.Tag, VersionID: c.VersionID, Before: c.From, After: c.To, State: state})
}

// carryOut does a plan's changes in order and is killed at an event, whole
// where there are not so many: even events are intents, odd ones outcomes. A
// kill between the two leaves the write done or not, as the coin falls.
func (l *log) carryOut(t *testing.T, world truth, p Plan, killAt int, coin bool) {
	t.Helper()
	for i, c := range p.Changes {
		if 2*i >= killAt {
			return
		}
		l.add(EventIntent, p.ID, c, "")
		killed := 2*i+1 >= killAt
		if killed && !coin {
			return
		}
		if err := world.apply(c); err != nil {
			t.Fatalf("applying %+v: %v", c, err)
		}
		if killed {
			return
		}
		l.add(EventOutcome, p.ID, c, StepDone)
	}
}

// Whatever a plan did until it was killed, at whatever event, the undo brings
// the registry back to what it was, and nothing of it fails on the way.
func TestUndoIsTheInverse(t *testing.T) {
	for seed := range uint64(600) {
		r := rand.New(rand.NewPCG(seed, 7))
		before := randomTruth(r)
		plan := randomPlanOn(r, before)
		world := before.clone()
		l := &log{now: undoStart}
		killAt := r.IntN(2*len(plan.Changes) + 2)
		l.carryOut(t, world, plan, killAt, r.IntN(2) == 0)
		kept := map[string]Plan{plan.ID: plan}
		if len(l.events) == 0 {
			continue
		}
		list := Executions(l.events, kept)
		if len(list) != 1 {
			t.Fatalf("seed %d: %d executions", seed, len(list))
		}
		whole := killAt >= 2*len(plan.Changes)
		if x := list[0]; x.Unfinished() == whole || x.Whole() != whole {
			t.Fatalf("seed %d: unfinished = %v, whole = %v after %d of %d events", seed, x.Unfinished(), x.Whole(), killAt, 2*len(plan.Changes))
		}
		undo := PlanUndo(world.survey(l.now.Add(time.Hour)), list[0], UndoRequest{Act: ActUndo, At: l.now}, UndoFacts{})
		if undo.Blocked() {
			t.Fatalf("seed %d: blocked: %+v", seed, undo.Blockers)
		}
		untouched := world.clone()
		for _, c := range undo.Changes {
			if err := world.apply(c); err != nil {
				t.Fatalf("seed %d: undoing: %v\nplan %+v\nundo %+v", seed, err, plan.Changes, undo.Changes)
			}
		}
		if diff := cmp.Diff(before.tags, world.tags); diff != "" {
			t.Fatalf("seed %d: after plan and undo (-before +after):\n%s\nplan %+v\nundo %+v", seed, diff, plan.Changes, undo.Changes)
		}
		for pkg, versions := range before.versions {
			for d, id := range versions {
				if world.versions[pkg][d] != id {
					t.Fatalf("seed %d: %s %s is missing", seed, pkg, d.Short())
				}
			}
		}
		checkUndone(t, seed, l, kept, undo, untouched, before)
	}
}

// checkUndone records the undo and looks at what the journal tells then; and
// undoes the undo.
func checkUndone(t *testing.T, seed uint64, l *log, kept map[string]Plan, undo Plan, untouched, before truth) {
	t.Helper()
	if undo.Empty() {
		return
	}
	kept[undo.ID] = undo
	world := untouched.clone()
	l.carryOut(t, world, undo, 2*len(undo.Changes), true)
	list := Executions(l.events, kept)
	if len(list) != 2 || list[0].Unfinished() || list[1].Unfinished() {
		t.Fatalf("seed %d: after the undo: %d executions, unfinished %v", seed, len(list), UnfinishedOf(list))
	}
	if list[0].Did() && !list[0].Undone {
		t.Fatalf("seed %d: not seen as undone: %+v", seed, list[0].Steps)
	}
	last, ok := LastExecuted(list)
	if !ok || last.ID() != undo.ID {
		t.Fatalf("seed %d: the last executed is %s", seed, last.ID())
	}
	redo := PlanUndo(world.survey(l.now), last, UndoRequest{Act: ActUndo, At: l.now}, UndoFacts{})
	for _, c := range redo.Changes {
		if err := world.apply(c); err != nil {
			t.Fatalf("seed %d: undoing the undo: %v", seed, err)
		}
	}
	if diff := cmp.Diff(untouched.tags, world.tags); diff != "" {
		t.Fatalf("seed %d: after the undo of the undo:\n%s", seed, diff)
	}
}

// What somebody changed in between is never touched, and always told.
func TestUndoLeavesWhatMovedSince(t *testing.T) {
	for seed := range uint64(250) {
		r := rand.New(rand.NewPCG(seed, 11))
		before := randomTruth(r)
		plan := randomPlanOn(r, before)
		world := before.clone()
		l := &log{now: undoStart}
		l.carryOut(t, world, plan, 1<<20, true)
		foreign := make(map[string]Digest)
		for _, c := range plan.Changes {
			if c.Tag == "" || r.IntN(2) == 0 {
				continue
			}
			to := DigestOf(fmt.Appendf(nil, "%s %d", c.Package, r.IntN(5)))
			if to == c.From || to == c.To {
				continue
			}
			world.tags[c.Package][c.Tag] = to
			foreign[c.Package+":"+c.Tag] = to
		}
		list := Executions(l.events, map[string]Plan{plan.ID: plan})
		if len(list) == 0 {
			continue
		}
		undo := PlanUndo(world.survey(l.now), list[0], UndoRequest{Act: ActUndo, At: l.now}, UndoFacts{})
		for _, c := range undo.Changes {
			if _, is := foreign[c.Package+":"+c.Tag]; is {
				t.Fatalf("seed %d: moves %s:%s, which somebody moved since", seed, c.Package, c.Tag)
			}
		}
		for name := range foreign {
			if !slices.ContainsFunc(undo.Unmoved, func(m Unmoved) bool { return m.Package+":"+m.Tag == name && m.Why != "" }) {
				t.Fatalf("seed %d: %s is not told: %+v", seed, name, undo.Unmoved)
			}
		}
		if undo.Empty() && len(foreign) > 0 && !undo.Blocked() {
			t.Fatalf("seed %d: nothing can be taken back, and it is not said", seed)
		}
	}
}

// rolledBack is a rollback of two packages, carried out.
func rolledBack(t *testing.T) (Execution, truth, Plan) {
	t.Helper()
	world := truth{versions: map[string]map[Digest]int64{"a": {digestN(1): 1, digestN(2): 2}, "b": {digestN(3): 3, digestN(4): 4}},
		tags: map[string]map[string]Digest{"a": {"prod": digestN(2), "v1": digestN(1), "v2": digestN(2)}, "b": {"prod": digestN(4), "v1": digestN(3), "v2": digestN(4)}}}
	p := Plan{Registry: "ghcr.io", Owner: "o", Title: "roll prod back", Incident: "INC-412", Aim: Aim{Act: ActRollback, Channel: "prod", From: "v1.3.0", To: "v1.2.0"},
		Changes: []Change{{Kind: MoveTag, Stage: 1, Package: "a", Tag: "prod", From: digestN(2), To: digestN(1)},
			{Kind: MoveTag, Stage: 4, Package: "b", Tag: "prod", From: digestN(4), To: digestN(3)}}}
	p.ID = p.CanonicalID()
	l := &log{now: undoStart}
	l.carryOut(t, world, p, 100, true)
	for i := range l.events {
		l.events[i].Incident = "INC-412"
	}
	return Executions(l.events, map[string]Plan{p.ID: p})[0], world, p
}

func TestUndoIsTitledByWhatItDoes(t *testing.T) {
	x, world, p := rolledBack(t)
	undo := PlanUndo(world.survey(undoStart), x, UndoRequest{Act: ActUndo, Actor: "bob", Reason: "v1.2.0 is worse", At: undoStart}, UndoFacts{})
	if want := "put prod back to v1.3.0, undoing INC-412"; undo.Title != want {
		t.Errorf("title %q, want %q", undo.Title, want)
	}
	if want := (Aim{Act: ActUndo, Channel: "prod", From: "v1.2.0", To: "v1.3.0", Undoes: p.ID}); undo.Aim != want {
		t.Errorf("aim %+v", undo.Aim)
	}
	want := []Change{{Kind: MoveTag, Stage: 1, Package: "b", Tag: "prod", From: digestN(3), To: digestN(4)},
		{Kind: MoveTag, Stage: 2, Package: "a", Tag: "prod", From: digestN(1), To: digestN(2)}}
	if diff := cmp.Diff(want, undo.Changes); diff != "" {
		t.Errorf("changes:\n%s", diff)
	}
	if undo.Incident != "INC-412" || undo.Actor != "bob" || undo.Blocked() {
		t.Errorf("plan %+v", undo)
	}
	x.Incident = ""
	revert := PlanUndo(world.survey(undoStart), x, UndoRequest{Act: ActRevert}, UndoFacts{})
	if want := "put prod back to v1.3.0, reverting the rollback of 24 Jun 2026 10:41Z"; revert.Title != want {
		t.Errorf("title %q, want %q", revert.Title, want)
	}
}

// Of a plan's tags some can be taken back alone; the others stay and it is said
// that somebody left them out.
func TestUndoOfAPart(t *testing.T) {
	x, world, p := rolledBack(t)
	req := UndoRequest{Act: ActUndo, Only: []StepRef{{Package: "b", Tag: "prod"}}}
	if err := CheckUndo(x, req); err != nil {
		t.Fatal(err)
	}
	undo := PlanUndo(world.survey(undoStart), x, req, UndoFacts{})
	if len(undo.Changes) != 1 || undo.Changes[0].Package != "b" || undo.Title != "put prod back to v1.3.0, undoing part of INC-412" {
		t.Errorf("%q: %+v", undo.Title, undo.Changes)
	}
	if want := []Unmoved{{Package: "a", Tag: "prod", Digest: digestN(1), Why: "left out", Excluded: true}}; !slices.Equal(undo.Unmoved, want) {
		t.Errorf("unmoved %+v", undo.Unmoved)
	}
	for name, ref := range map[string]StepRef{"another tag": {Package: "b", Tag: "v1"}, "another package": {Package: "c", Tag: "prod"}, "a version": {Package: "b", VersionID: 3}} {
		if err := CheckUndo(x, UndoRequest{Only: []StepRef{ref}}); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	x.Steps[1].State = StepUnknown // begun, and nobody knows
	if err := CheckUndo(x, req); !errors.Is(err, ErrInvalid) || !strings.Contains(CureOf(err), "continue it") {
		t.Errorf("of an unfinished plan: %v", err)
	}
	p.Changes = []Change{{Kind: RestoreVersion, Stage: 1, Package: "a", To: digestN(9), VersionID: 9}}
	restored := executed(p)
	if err := CheckUndo(restored, UndoRequest{Only: []StepRef{{Package: "a", VersionID: 9}}}); !errors.Is(err, ErrInvalid) {
		t.Errorf("of a restore: %v", err)
	}
}

func TestWithoutLeavesStepsOut(t *testing.T) {
	x := executed(Plan{Changes: []Change{{Kind: MoveTag, Package: "a", Tag: "prod", To: digestN(1)}, {Kind: CreateTag, Package: "a", Tag: "v1.4.0", To: digestN(1)},
		{Kind: MoveTag, Package: "b", Tag: "prod", To: digestN(2)}, {Kind: CreateTag, Package: "b", Tag: "v1.4.0", To: digestN(2)}}})
	prod := []StepRef{{Package: "a", Tag: "prod"}, {Package: "b", Tag: "prod"}}
	if left, err := x.Without([]StepRef{{Tag: "v1.4.0"}}); err != nil || !slices.Equal(left, prod) {
		t.Errorf("a tag of all packages: %v, %v", left, err)
	}
	if left, err := x.Without([]StepRef{{Package: "b"}, {Package: "a", Tag: "v1.4.0"}}); err != nil || !slices.Equal(left, prod[:1]) {
		t.Errorf("a package and a tag: %v, %v", left, err)
	}
	for _, out := range [][]StepRef{{{Tag: "prod"}, {Tag: "v1.4.0"}}, {{Tag: "dev"}}, {{Package: "a"}, {Package: "c"}}} {
		if left, err := x.Without(out); !errors.Is(err, ErrInvalid) || CureOf(err) == "" {
			t.Errorf("without %v: %v, %v", out, left, err)
		}
	}
}

func TestUndoExplainsWhatCannotComeBack(t *testing.T) {
	x, world, _ := rolledBack(t)
	gone := UndoFacts{Missing: map[string][]Digest{"a": {digestN(2)}}}
	undo := PlanUndo(world.survey(undoStart), x, UndoRequest{Act: ActUndo}, gone)
	if !slices.Equal(remarkCodes(undo.Blockers), []string{CodeGone}) || !undo.Blockers[0].Override {
		t.Errorf("blockers %+v", undo.Blockers)
	}
	undo = PlanUndo(world.survey(undoStart), x, UndoRequest{Act: ActUndo, Overrides: []string{CodeGone}}, gone)
	if undo.Blocked() || len(undo.Changes) != 1 || undo.Changes[0].Package != "b" || len(undo.Unmoved) != 1 {
		t.Errorf("lifted: %+v", undo)
	}
	world.tags["a"]["prod"], world.tags["b"]["prod"] = digestN(9), digestN(9)
	undo = PlanUndo(world.survey(undoStart), x, UndoRequest{Act: ActUndo}, UndoFacts{})
	if !undo.Empty() || !undo.Blocked() || !strings.Contains(undo.Blockers[0].Message, "somebody moved it since") {
		t.Errorf("all moved since: %+v", undo)
	}
	world.tags["a"]["prod"], world.tags["b"]["prod"] = digestN(2), digestN(4)
	undo = PlanUndo(world.survey(undoStart), x, UndoRequest{Act: ActUndo}, UndoFacts{})
	if !undo.Empty() || undo.Blocked() {
		t.Errorf("all back already: %+v", undo)
	}
}

// A deleted version can be restored for 30 days; the countdown is told, and
// afterwards that it is over.
func TestUndoOfADeletion(t *testing.T) {
	world := truth{versions: map[string]map[Digest]int64{"a": {digestN(1): 1, digestN(2): 2}},
		tags: map[string]map[string]Digest{"a": {"v1": digestN(1), "old": digestN(1), "v2": digestN(2)}}}
	p := Plan{Title: "delete 1 version", Aim: Aim{Act: ActDelete}, Changes: []Change{{Kind: DeleteVersion, Stage: 1, Package: "a", From: digestN(1), VersionID: 1}}}
	p.Effects = EffectsOf(world.survey(undoStart), p.Changes)
	p.ID = p.CanonicalID()
	l := &log{now: undoStart}
	l.carryOut(t, world, p, 100, true)
	world.tags["a"]["old"] = digestN(2) // given to another version since
	x := Executions(l.events, map[string]Plan{p.ID: p})[0]
	undo := PlanUndo(world.survey(undoStart.Add(20*24*time.Hour)), x, UndoRequest{Act: ActUndo}, UndoFacts{})
	want := []Change{{Kind: RestoreVersion, Stage: 1, Package: "a", To: digestN(1), VersionID: 1},
		{Kind: CreateTag, Stage: 2, Package: "a", Tag: "v1", To: digestN(1)}}
	if diff := cmp.Diff(want, undo.Changes); diff != "" {
		t.Errorf("changes:\n%s", diff)
	}
	if !slices.Equal(remarkCodes(undo.Warnings), []string{CodeTagTaken, CodeRestoreUntil}) || !strings.Contains(undo.Warnings[1].Message, "10 days") {
		t.Errorf("warnings %+v", undo.Warnings)
	}
	if undo.Title != "restore 1 version, undoing INC-1" {
		t.Errorf("title %q", undo.Title)
	}
	late := PlanUndo(world.survey(undoStart.Add(31*24*time.Hour)), x, UndoRequest{Act: ActUndo}, UndoFacts{})
	if !late.Empty() || !late.Blocked() || len(late.Unmoved) == 0 {
		t.Errorf("after 31 days: %+v", late)
	}
}

// A tag that was being taken off when caitui was killed stands on a
// placeholder: that is where the plan left it.
func TestUndoOfHalfARemoval(t *testing.T) {
	world := truth{versions: map[string]map[Digest]int64{"a": {digestN(1): 1, digestN(2): 2}},
		tags: map[string]map[string]Digest{"a": {"dev": digestN(1), "v2": digestN(2)}}}
	p := Plan{Title: "untag", Changes: []Change{{Kind: RemoveTag, Stage: 1, Package: "a", Tag: "dev", From: digestN(1)}}}
	p.ID = p.CanonicalID()
	_, placeholder := UntagPlaceholder(p.ID, "a", "dev")
	l := &log{now: undoStart}
	l.add(EventIntent, p.ID, p.Changes[0], "")
	world.versions["a"][placeholder], world.tags["a"]["dev"] = 3, placeholder
	x := Executions(l.events, map[string]Plan{p.ID: p})[0]
	if s := x.Settled(world.survey(undoStart)).Steps[0].State; s != StepUnknown {
		t.Errorf("settled as %s", s)
	}
	undo := PlanUndo(world.survey(undoStart), x, UndoRequest{Act: ActRevert}, UndoFacts{})
	want := []Change{{Kind: MoveTag, Stage: 1, Package: "a", Tag: "dev", From: placeholder, To: digestN(1)}}
	if diff := cmp.Diff(want, undo.Changes); diff != "" {
		t.Errorf("changes:\n%s", diff)
	}
	if !slices.ContainsFunc(undo.Warnings, func(r Remark) bool { return r.Code == CodePlaceholderStays }) {
		t.Errorf("that the placeholder stays is not said: %v", undo.Warnings)
	}
}
