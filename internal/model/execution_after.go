package model

import (
	"slices"
	"strconv"
)

// This file tells what later plans mean for earlier ones.

// placeOf names what a change acts on, whatever it does to it.
func placeOf(c Change) string {
	switch {
	case c.Tag != "":
		return c.Package + ":" + c.Tag
	case c.VersionID != 0:
		return c.Package + "#" + strconv.FormatInt(c.VersionID, 10)
	}
	return c.Package + "@" + string(c.To)
}

// undo marks what later plans took back. A plan that takes another one back
// names it; the newest execution before it is meant.
func (r *recorder) undo() {
	for at, later := range r.all {
		id := later.Plan.Aim.Undoes
		if id == "" || !later.Begun {
			continue
		}
		i := at - 1
		for i >= 0 && (r.all[i].Plan.ID != id || !r.all[i].Begun) {
			i--
		}
		if i >= 0 {
			r.all[i].takenBackBy(later)
		}
	}
}

func (one *record) takenBackBy(later *record) {
	back := make(map[string]bool)
	for _, s := range later.Steps {
		if s.did() || s.State == StepAlready {
			back[placeOf(s.Change)] = true
		}
	}
	some, whole := false, true
	for i := range one.Steps {
		s := &one.Steps[i]
		// Of a step whose outcome is not known the undo knew from reading.
		if s.mayHave() && back[placeOf(s.Change)] {
			s.TakenBack, some = true, true
		}
		whole = whole && (!s.did() || s.TakenBack)
	}
	if some && whole && later.Whole() {
		one.Undone = true
	}
}

// supersede marks unfinished executions that a later plan has settled: all that
// was left to do, or all that had been done, was changed again by plans that
// came after. It does not ask whether these meant to.
func (r *recorder) supersede() {
	after := make(map[string]bool) // places changed by later executions
	for _, one := range slices.Backward(r.all) {
		if one.Unfinished() {
			one.Superseded = one.settledBy(after)
		}
		for _, s := range one.Steps {
			if s.did() {
				after[placeOf(s.Change)] = true
			}
		}
	}
}

func (one *record) settledBy(after map[string]bool) bool {
	var left, done, doubtful []bool
	for _, s := range one.Steps {
		again := after[placeOf(s.Change)]
		switch {
		case s.did():
			done = append(done, again)
		case s.State == StepUnknown:
			doubtful = append(doubtful, again)
		case s.open():
			left = append(left, again)
		}
	}
	all := func(list []bool) bool { return len(list) > 0 && !slices.Contains(list, false) }
	return all(left) || all(done) && !slices.Contains(doubtful, false) || len(left) == 0 && all(doubtful)
}
