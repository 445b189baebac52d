package model

import (
	"cmp"
	"slices"
)

// This file puts executions together from the lines of the journal.

// Executions tells from the journal what became of each plan, oldest first: by
// when it was begun, however long before that it was shown. plans are those that
// are kept, by id. Events that belong to no plan are left out.
func Executions(events []JournalEvent, plans map[string]Plan) []Execution {
	r := &recorder{plans: plans, latest: make(map[string]*record)}
	for _, e := range events {
		if e.Plan != "" {
			r.take(e)
		}
	}
	slices.SortStableFunc(r.all, func(a, b *record) int { return cmp.Compare(a.Start, b.Start) })
	r.undo()
	r.supersede()
	out := make([]Execution, len(r.all))
	for i, one := range r.all {
		out[i] = one.Execution
	}
	return out
}

// record is an execution being put together.
type record struct {
	Execution
	intended map[int]bool // since it began or was last resumed
	ours     map[int]bool // may have been done before it was last resumed
	refused  bool         // before anything was begun
	byPlace  map[stepPlace]int
}

// stepPlace is what a change acts on, with its two ends: it tells the changes
// of one plan apart.
type stepPlace struct {
	pkg, tag      string
	version       int64
	before, after Digest
}

type recorder struct {
	plans  map[string]Plan
	all    []*record
	latest map[string]*record
}

func (r *recorder) open(e JournalEvent) *record {
	one := &record{intended: make(map[int]bool), ours: make(map[int]bool), byPlace: make(map[stepPlace]int)}
	one.Plan, one.Kept = r.plans[e.Plan]
	if !one.Kept {
		one.Plan = Plan{ID: e.Plan, Registry: e.Registry, Owner: e.Owner, Reason: e.Reason, Incident: e.Incident, Actor: e.Actor}
	}
	for _, c := range one.Plan.Changes {
		one.add(c)
	}
	one.First, one.Start, one.Began = e.Seq, e.Seq, e.At
	r.all = append(r.all, one)
	r.latest[e.Plan] = one
	return one
}

func (one *record) add(c Change) int {
	i := len(one.Steps)
	one.Steps = append(one.Steps, ExecutionStep{Change: c, State: StepNotStarted})
	one.byPlace[stepPlace{c.Package, c.Tag, c.VersionID, c.From, c.To}] = i
	if c.Kind == RemoveTag { // in two writes: see UntagPlaceholder
		_, between := UntagPlaceholder(one.Plan.ID, c.Package, c.Tag)
		one.byPlace[stepPlace{c.Package, c.Tag, 0, c.From, between}] = i
		one.byPlace[stepPlace{c.Package, c.Tag, 0, between, c.To}] = i
	}
	return i
}

// half reports whether an event is about the first or the second write of a
// step that takes two.
func (one *record) half(i int, e JournalEvent) (first, second bool) {
	c := one.Steps[i].Change
	return c.Kind == RemoveTag && e.After != c.To, c.Kind == RemoveTag && e.Before != c.From
}

// step is the position of the change that an event is about. A change that the
// kept plan does not have is added where no plan is kept, else -1.
func (one *record) step(e JournalEvent) int {
	if i, ok := one.byPlace[stepPlace{e.Package, e.Tag, e.VersionID, e.Before, e.After}]; ok {
		return i
	}
	if i, ok := one.byPlace[stepPlace{e.Package, e.Tag, 0, e.Before, e.After}]; ok && e.Tag != "" {
		return i // the journal names the version that was deleted with the tag
	}
	if one.Kept || e.Package == "" {
		return -1
	}
	c := Change{Kind: kindOfEvent(e), Stage: 1, Package: e.Package, Tag: e.Tag, From: e.Before, To: e.After, VersionID: e.VersionID}
	one.Plan.Changes = append(one.Plan.Changes, c)
	return one.add(c)
}

// kindOfEvent guesses the kind of a change from what the journal says of it.
func kindOfEvent(e JournalEvent) ChangeKind {
	switch {
	case e.Tag == "" && e.VersionID != 0 && e.After == "":
		return DeleteVersion
	case e.Tag == "" && e.VersionID != 0:
		return RestoreVersion
	case e.Tag == "":
		return PutArtifact
	case e.Before == "":
		return CreateTag
	case e.After == "":
		return RemoveTag
	}
	return MoveTag
}

func (r *recorder) take(e JournalEvent) {
	one := r.latest[e.Plan]
	if one == nil || r.begins(one, e) {
		one = r.open(e)
	}
	one.Events = append(one.Events, e)
	one.Last, one.Ended = e.Seq, e.At
	if one.Actor == "" || e.Kind == EventIntent {
		one.Actor, one.Host = e.Actor, e.Host
	}
	if e.Kind != EventNote {
		one.Reason, one.Incident = cmp.Or(one.Reason, e.Reason), cmp.Or(one.Incident, e.Incident)
	}
	switch e.Kind {
	case EventIntent:
		one.intend(e)
	case EventOutcome:
		one.conclude(e)
	case EventRefused:
		one.refuse(e)
	case EventResumed:
		one.resume()
	case EventUndone:
		one.Undone = true
	case EventNote:
		one.GivenUp = one.GivenUp || e.State == StateGivenUp
	case EventPreview, EventApproval:
	}
}

// begins reports whether an event starts a further execution of a plan whose
// newest one is known.
func (r *recorder) begins(one *record, e JournalEvent) bool {
	switch e.Kind {
	case EventPreview:
		return one.Whole() || one.Undone
	case EventIntent:
		i := one.step(e)
		again := i >= 0 && one.intended[i]
		if again {
			_, second := one.half(i, e)
			again = !second
		}
		return one.Whole() || one.Undone || one.refused || again
	default:
		return false
	}
}

func (one *record) intend(e JournalEvent) {
	if !one.Begun {
		one.Begun, one.Began, one.Start = true, e.At, e.Seq
	}
	i := one.step(e)
	if i < 0 {
		return
	}
	one.intended[i] = true
	s := &one.Steps[i]
	s.Begun, s.At = true, e.At
	if !s.did() {
		s.State, s.Error = StepUnknown, ""
	}
}

// conclude takes an outcome. That something is there already counts as done
// where this very plan may have done it: its outcome got lost, or it is being
// resumed.
func (one *record) conclude(e JournalEvent) {
	i := one.step(e)
	if i < 0 {
		return
	}
	s := &one.Steps[i]
	state := e.State
	if state == StepAlready && (s.did() || one.ours[i]) {
		state = StepDone
	}
	s.Begun, s.State, s.Error, s.At = true, state, e.Error, e.At
	one.Begun = true
	if first, _ := one.half(i, e); first && state == StepDone {
		s.State, s.Error = StepUnknown, "the tag serves a placeholder: its removal was not ended"
	}
}

// resume notes what the plan may have done before: found done from now on, it
// was done by this plan and by nobody else.
func (one *record) resume() {
	one.Resumed, one.refused = true, false
	clear(one.intended)
	for i, s := range one.Steps {
		one.ours[i] = s.mayHave()
	}
}

func (one *record) refuse(e JournalEvent) {
	i := one.step(e)
	if !one.Begun {
		one.refused = true
	}
	if i >= 0 && !one.Steps[i].did() {
		state := StepRefused
		if e.State == StepSpared {
			state = StepSpared
		}
		one.Steps[i].State, one.Steps[i].Error, one.Steps[i].At = state, e.Error, e.At
	}
}
