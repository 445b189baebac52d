package model

import (
	"testing"
)

// twoSteps is a plan of two moves in one package each.
func twoSteps() Plan {
	p := Plan{Title: "two", Changes: []Change{{Kind: MoveTag, Stage: 1, Package: "a", Tag: "prod", From: digestN(1), To: digestN(2)},
		{Kind: MoveTag, Stage: 2, Package: "b", Tag: "prod", From: digestN(3), To: digestN(4)}}}
	p.ID = p.CanonicalID()
	return p
}

func TestExecutionsOfOnePlan(t *testing.T) {
	p := twoSteps()
	a, b := p.Changes[0], p.Changes[1]
	type ev struct {
		kind  JournalKind
		c     Change
		state StepState
	}
	none := Change{}
	done := func(c Change) []ev { return []ev{{EventIntent, c, ""}, {EventOutcome, c, StepDone}} }
	both := append(done(a), done(b)...)
	for name, tc := range map[string]struct {
		events     []ev
		executions int
		unfinished bool
		states     [2]StepState // of the last
	}{
		"previewed only":          {[]ev{{EventPreview, none, ""}}, 1, false, [2]StepState{StepNotStarted, StepNotStarted}},
		"refused before anything": {[]ev{{EventRefused, a, StepRefused}}, 1, false, [2]StepState{StepRefused, StepNotStarted}},
		"refused, then done":      {append([]ev{{EventRefused, a, StepRefused}}, both...), 2, false, [2]StepState{StepDone, StepDone}},
		"done":                    {both, 1, false, [2]StepState{StepDone, StepDone}},
		"killed after an intent":  {[]ev{{EventIntent, a, ""}}, 1, true, [2]StepState{StepUnknown, StepNotStarted}},
		"killed between":          {done(a), 1, true, [2]StepState{StepDone, StepNotStarted}},
		"failed":                  {append(done(a), ev{EventIntent, b, ""}, ev{EventOutcome, b, StepFailed}), 1, true, [2]StepState{StepDone, StepFailed}},
		"resumed, and found done": {[]ev{{EventIntent, a, ""}, {EventResumed, none, ""}, {EventIntent, a, ""}, {EventOutcome, a, StepAlready}, {EventIntent, b, ""}, {EventOutcome, b, StepDone}}, 1, false, [2]StepState{StepDone, StepDone}},
		"resumed, not ours":       {append(done(a), ev{EventResumed, none, ""}, ev{EventOutcome, a, StepAlready}, ev{EventIntent, b, ""}, ev{EventOutcome, b, StepAlready}), 1, false, [2]StepState{StepDone, StepAlready}},
		"was so already":          {append(done(a), ev{EventIntent, b, ""}, ev{EventOutcome, b, StepAlready}), 1, false, [2]StepState{StepDone, StepAlready}},
		"twice":                   {append(append([]ev{}, both...), append([]ev{{EventPreview, none, ""}}, both...)...), 2, false, [2]StepState{StepDone, StepDone}},
		"twice, the second half":  {append(append([]ev{}, both...), done(a)...), 2, true, [2]StepState{StepDone, StepNotStarted}},
		"given up":                {append(done(a), ev{EventUndone, none, ""}), 1, false, [2]StepState{StepDone, StepNotStarted}},
	} {
		t.Run(name, func(t *testing.T) {
			l := &log{now: undoStart}
			for _, e := range tc.events {
				l.add(e.kind, p.ID, e.c, e.state)
			}
			list := Executions(l.events, map[string]Plan{p.ID: p})
			if len(list) != tc.executions {
				t.Fatalf("%d executions, want %d", len(list), tc.executions)
			}
			last := list[len(list)-1]
			if got := [2]StepState{last.Steps[0].State, last.Steps[1].State}; got != tc.states {
				t.Errorf("states %v, want %v", got, tc.states)
			}
			if last.Unfinished() != tc.unfinished {
				t.Errorf("unfinished = %v", last.Unfinished())
			}
			n := 0
			for _, x := range list {
				n += len(x.Events)
			}
			if n != len(tc.events) {
				t.Errorf("%d of %d events are told", n, len(tc.events))
			}
		})
	}
}

// Without the plan's file the journal's own lines tell what was done.
func TestExecutionWithoutItsPlan(t *testing.T) {
	p := twoSteps()
	l := &log{now: undoStart}
	l.add(EventIntent, p.ID, p.Changes[0], "")
	l.add(EventOutcome, p.ID, p.Changes[0], StepDone)
	x := Executions(l.events, nil)[0]
	if x.Kept || len(x.Steps) != 1 || x.Steps[0].State != StepDone || x.Steps[0].Change.Kind != MoveTag || x.Plan.ID != p.ID {
		t.Errorf("%+v", x)
	}
}

func TestSupersededByALaterPlan(t *testing.T) {
	p := twoSteps()
	a, b := p.Changes[0], p.Changes[1]
	for name, tc := range map[string]struct {
		later Change
		want  bool
	}{
		"the rest was done":    {Change{Kind: MoveTag, Package: "b", Tag: "prod", From: b.From, To: b.To}, true},
		"what was done undone": {Change{Kind: MoveTag, Package: "a", Tag: "prod", From: a.To, To: a.From}, true},
		"something else":       {Change{Kind: MoveTag, Package: "b", Tag: "dev", From: b.From, To: b.To}, false},
	} {
		later := Plan{Title: "later", Changes: []Change{tc.later}}
		later.ID = later.CanonicalID()
		l := &log{now: undoStart}
		l.add(EventIntent, p.ID, a, "")
		l.add(EventOutcome, p.ID, a, StepDone)
		l.add(EventIntent, later.ID, tc.later, "")
		l.add(EventOutcome, later.ID, tc.later, StepDone)
		list := Executions(l.events, map[string]Plan{p.ID: p, later.ID: later})
		if list[0].Superseded != tc.want || (len(UnfinishedOf(list)) == 0) != tc.want {
			t.Errorf("%s: superseded = %v", name, list[0].Superseded)
		}
	}
}

// A plan may be shown, laid aside and carried out after others: the one carried
// out last is what undo means, and an undo that was shown early is an undo.
func TestExecutionsStandInTheOrderOfTheirBeginning(t *testing.T) {
	shown := twoSteps()
	other := Plan{Title: "other", Changes: []Change{{Kind: MoveTag, Stage: 1, Package: "c", Tag: "prod", From: digestN(5), To: digestN(6)}}}
	other.ID = other.CanonicalID()
	undo := Plan{Title: "undo", Aim: Aim{Act: ActUndo, Undoes: other.ID}, Changes: []Change{{Kind: MoveTag, Stage: 1, Package: "c", Tag: "prod", From: digestN(6), To: digestN(5)}}}
	undo.ID = undo.CanonicalID()
	plans := map[string]Plan{shown.ID: shown, other.ID: other, undo.ID: undo}
	l := &log{now: undoStart}
	for _, p := range []Plan{undo, shown, other} {
		l.add(EventPreview, p.ID, Change{}, "")
	}
	for _, p := range []Plan{other, shown, undo} {
		for _, c := range p.Changes {
			l.add(EventIntent, p.ID, c, "")
			l.add(EventOutcome, p.ID, c, StepDone)
		}
		list := Executions(l.events, plans)
		if last, ok := LastExecuted(list); !ok || last.ID() != p.ID {
			t.Errorf("after %s the last is %s", p.Title, last.Plan.Title)
		}
	}
	if x, err := ExecutionOf(Executions(l.events, plans), other.ID); err != nil || !x.Undone {
		t.Errorf("%s is not known to be undone: %v", other.Title, err)
	}
}

func TestExecutionOf(t *testing.T) {
	p := twoSteps()
	l := &log{now: undoStart}
	l.add(EventIntent, p.ID, p.Changes[0], "")
	list := Executions(l.events, map[string]Plan{p.ID: p})
	hex := Digest(p.ID).Hex()
	for _, id := range []string{p.ID, hex, hex[:12], "sha256:" + hex[:8]} {
		if x, err := ExecutionOf(list, id); err != nil || x.ID() != p.ID {
			t.Errorf("%s: %v", id, err)
		}
	}
	for _, id := range []string{"", "sha256:", hex[:3], "zz" + hex, hex + "0"} {
		if _, err := ExecutionOf(list, id); err == nil {
			t.Errorf("%q is taken for the plan", id)
		}
	}
}
