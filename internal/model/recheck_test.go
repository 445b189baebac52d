package model

import (
	"strings"
	"testing"
)

func TestRecheck(t *testing.T) {
	for name, tc := range map[string]struct {
		alter   func(world truth)
		missing map[string][]Digest
		want    string // "": no difference
	}{
		"as it was":             {func(truth) {}, nil, ""},
		"done already":          {func(w truth) { w.tags["a"]["prod"] = digestN(1) }, nil, ""},
		"moved elsewhere":       {func(w truth) { w.tags["a"]["prod"] = digestN(7) }, nil, "a:prod points to " + digestN(7).Short()},
		"gone":                  {func(w truth) { delete(w.tags["a"], "prod") }, nil, "a:prod is gone now"},
		"target gone":           {func(truth) {}, map[string][]Digest{"b": {digestN(3)}}, "is not there any more"},
		"loses its last tag":    {func(w truth) { delete(w.tags["a"], "v2") }, nil, "would lose its last tag"},
		"a tag more to lose":    {func(w truth) { w.tags["b"]["keep"] = digestN(5) }, nil, "has the tag keep now"},
		"deleted already":       {func(w truth) { delete(w.versions["b"], digestN(5)); delete(w.tags["b"], "old") }, nil, ""},
		"another tag elsewhere": {func(w truth) { w.tags["a"]["other"] = digestN(1) }, nil, ""},
	} {
		world := truth{versions: map[string]map[Digest]int64{"a": {digestN(1): 1, digestN(2): 2, digestN(7): 7}, "b": {digestN(3): 3, digestN(4): 4, digestN(5): 5}},
			tags: map[string]map[string]Digest{"a": {"prod": digestN(2), "v1": digestN(1), "v2": digestN(2)}, "b": {"prod": digestN(4), "v1": digestN(3), "v2": digestN(4), "old": digestN(5)}}}
		p := Plan{Changes: []Change{{Kind: MoveTag, Package: "a", Tag: "prod", From: digestN(2), To: digestN(1)},
			{Kind: MoveTag, Package: "b", Tag: "prod", From: digestN(4), To: digestN(3)},
			{Kind: DeleteVersion, Package: "b", From: digestN(5), VersionID: 5}}}
		p.Effects = EffectsOf(world.survey(undoStart), p.Changes)
		tc.alter(world)
		var said []string
		for _, r := range Recheck(world.survey(undoStart), p, tc.missing) {
			said = append(said, r.Message)
		}
		if got := strings.Join(said, "; "); (tc.want == "") != (got == "") || !strings.Contains(got, tc.want) {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

func TestApprove(t *testing.T) {
	base := twoSteps()
	base.Actor = "alice"
	if p, err := Approve(base, Account{Login: "bob"}, "fine\x1b", undoStart); err != nil || len(p.Approvals) != 1 || p.Approvals[0].Plan != p.ID || p.Approvals[0].Login != "bob" || strings.Contains(p.Approvals[0].Note, "\x1b") {
		t.Errorf("bob: %+v %v", p.Approvals, err)
	} else if again, err := Approve(p, Account{Login: "Bob"}, "", undoStart); err != nil || len(again.Approvals) != 1 {
		t.Errorf("bob again: %+v %v", again.Approvals, err)
	}
	altered, blocked, nobody := base, base, base
	altered.Title = "another"
	blocked.Blockers = []Remark{{Code: "x", Message: "no"}}
	nobody.Actor = ""
	for name, tc := range map[string]struct {
		plan Plan
		who  string
	}{"author": {base, "Alice"}, "unknown": {base, ""}, "altered": {altered, "bob"}, "blocked": {blocked, "bob"}, "no author": {nobody, "bob"}} {
		if p, err := Approve(tc.plan, Account{Login: tc.who}, "", undoStart); err == nil || len(p.Approvals) > 0 {
			t.Errorf("%s: approved", name)
		}
	}
}

// Reading tells what became of the steps whose outcome is not recorded.
func TestSettled(t *testing.T) {
	p := twoSteps()
	world := truth{versions: map[string]map[Digest]int64{"a": {digestN(1): 1, digestN(2): 2, digestN(9): 9}, "b": {}},
		tags: map[string]map[string]Digest{"a": {"prod": digestN(2)}, "b": {}}}
	l := &log{now: undoStart}
	l.add(EventIntent, p.ID, p.Changes[0], "")
	x := Executions(l.events, map[string]Plan{p.ID: p})[0]
	for d, want := range map[Digest]StepState{digestN(2): StepDone, digestN(1): StepNotStarted, digestN(9): StepConflict} {
		world.tags["a"]["prod"] = d
		got := x.Settled(world.survey(undoStart))
		if got.Steps[0].State != want || got.Steps[1].State != StepNotStarted || x.Steps[0].State != StepUnknown {
			t.Errorf("%s: %s, %s", d.Short(), got.Steps[0].State, got.Steps[1].State)
		}
	}
	if got := x.Settled(Survey{}); got.Steps[0].State != StepUnknown {
		t.Errorf("nothing read: %s", got.Steps[0].State)
	}
	l.add(EventNote, p.ID, Change{}, StateGivenUp)
	if x := Executions(l.events, map[string]Plan{p.ID: p})[0]; x.Unfinished() || !x.GivenUp {
		t.Error("given up, and still asked about")
	}
}
