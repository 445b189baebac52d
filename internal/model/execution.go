package model

import (
	"cmp"
	"slices"
	"time"
)

// Execution is one carrying out of a plan as the journal tells it, or a plan
// that was only previewed or refused (Begun false). A plan that was carried out
// twice has two.
type Execution struct {
	// Plan is whole where it is kept; else it has what its events tell: id,
	// people and the changes that were begun.
	Plan     Plan
	Kept     bool
	Actor    string
	Host     string
	Reason   string
	Incident string
	Began    time.Time // first intent, else the first event
	Ended    time.Time // last event
	First    int64     // numbers of its first and last event
	Last     int64
	Start    int64 // number of its first intent, else of its first event
	Begun    bool  // an intent was written: the registry may have been changed
	Resumed  bool
	Steps    []ExecutionStep // in the plan's order
	Events   []JournalEvent
	// Undone is set where everything that was done was taken back since, and
	// Superseded where a later plan went over what was left of this one.
	Undone     bool
	Superseded bool
	// GivenUp is set where somebody said to leave it as it is.
	GivenUp bool
}

// StateGivenUp is what a note says of a plan that shall stay as it is, half
// done: neither continued nor reverted, and not asked about again.
const StateGivenUp StepState = "given-up"

// ExecutionStep is how far one change came.
type ExecutionStep struct {
	Change Change
	// State is StepUnknown for an intent without an outcome: caitui was ended
	// between the two, and only the registry knows.
	State StepState
	Error string
	At    time.Time // of its last event, by the server's clock
	Begun bool      // an intent was written
	// TakenBack is set where a later undo put back what this step did.
	TakenBack bool
}

// did reports whether the step changed the registry, for all that is recorded.
func (s ExecutionStep) did() bool { return s.State == StepDone }

// open reports whether there is something left to do. What GitHub refused to
// delete, and what was spared with it, is an end and not a gap.
func (s ExecutionStep) open() bool {
	switch s.State {
	case StepDone, StepAlready:
		return false
	case StepRefused, StepSpared:
		return s.Change.Kind != DeleteVersion
	default:
		return true
	}
}

// ID is the plan's id.
func (x Execution) ID() string { return x.Plan.ID }

// Whole reports whether nothing is left to do.
func (x Execution) Whole() bool {
	return x.Begun && !slices.ContainsFunc(x.Steps, ExecutionStep.open)
}

// Unfinished reports whether the plan was begun, did not come to its end, and
// nothing has settled it since.
func (x Execution) Unfinished() bool {
	return x.Begun && !x.Whole() && !x.Undone && !x.Superseded && !x.GivenUp
}

// Did reports whether the plan changed anything, for all that is recorded.
func (x Execution) Did() bool { return slices.ContainsFunc(x.Steps, ExecutionStep.did) }

// Doubtful lists the positions of steps of which only the registry can tell
// whether they were done.
func (x Execution) Doubtful() []int {
	var out []int
	for i, s := range x.Steps {
		if s.Begun && s.open() {
			out = append(out, i)
		}
	}
	return out
}

// Settled is the execution with what reading says of the steps whose outcome is
// not recorded: done where the registry shows it, not started where it shows
// what was before, else in conflict. A package that the survey does not know
// tells nothing.
func (x Execution) Settled(s Survey) Execution {
	x.Steps = slices.Clone(x.Steps)
	for _, i := range x.Doubtful() {
		step := &x.Steps[i]
		p, ok := s.Inventory.Package(step.Change.Package)
		if !ok || !p.Known {
			continue
		}
		done, undone := p.Snapshot.shows(step.Change)
		switch {
		case x.halfRemoved(step.Change, p.Snapshot.Tag(step.Change.Tag)): // neither
		case done:
			step.State, step.Error = StepDone, ""
		case undone:
			step.State = StepNotStarted
		default:
			step.State = StepConflict
		}
	}
	return x
}

// halfRemoved reports whether a tag that is being taken off stands on the
// placeholder that this is done with: it has left its version and is not gone.
func (x Execution) halfRemoved(c Change, now Digest) bool {
	if c.Kind != RemoveTag || now == "" {
		return false
	}
	_, d := UntagPlaceholder(x.ID(), c.Package, c.Tag)
	return now == d
}

// shows reports whether a snapshot is as after a change, or as before it.
func (s Snapshot) shows(c Change) (after, before bool) {
	switch c.Kind {
	case DeleteVersion:
		_, there := s.Version(c.From)
		return !there, there
	case RestoreVersion:
		_, there := s.Version(c.To)
		return there, !there
	case PutArtifact:
		if c.Tag == "" {
			_, there := s.Version(c.To)
			return there, !there
		}
	case MoveTag, CreateTag, RemoveTag:
	}
	now := s.Tag(c.Tag)
	return now == c.To, now == c.From
}

// Count is how many steps are in one of the states.
func (x Execution) Count(states ...StepState) int {
	n := 0
	for _, s := range x.Steps {
		if slices.Contains(states, s.State) {
			n++
		}
	}
	return n
}

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

// UnfinishedOf lists what did not come to its end, newest first.
func UnfinishedOf(list []Execution) []Execution {
	var out []Execution
	for _, x := range slices.Backward(list) {
		if x.Unfinished() {
			out = append(out, x)
		}
	}
	return out
}

// LastExecuted is the newest execution that may have changed something.
func LastExecuted(list []Execution) (Execution, bool) {
	for _, x := range slices.Backward(list) {
		if x.Begun && (x.Did() || len(x.Doubtful()) > 0) {
			return x, true
		}
	}
	return Execution{}, false
}

// ExecutionOf is the newest execution of a plan, a begun one before one that
// was only previewed. id may be the beginning of a plan's id, with or without
// "sha256:", where only one plan has it.
func ExecutionOf(list []Execution, id string) (Execution, error) {
	var found *Execution
	for i := range list {
		x := &list[i]
		if !IsPlanID(x.Plan.ID, id) {
			continue
		}
		if found != nil && found.Plan.ID != x.Plan.ID {
			return Execution{}, Invalid("more than one plan has an id that begins with "+Sanitize(id), "give more of the id; caitui journal shows it whole")
		}
		if found == nil || x.Begun || !found.Begun {
			found = x
		}
	}
	if found == nil {
		return Execution{}, &Error{Kind: ErrNotFound, Message: "the journal knows no plan " + Sanitize(id),
			Cure: "caitui journal lists the plans of this data directory; --data-dir chooses another"}
	}
	return *found, nil
}

// IsPlanID reports whether id is a plan's id or its beginning, with or without
// "sha256:".
func IsPlanID(whole, id string) bool {
	const scheme = "sha256:"
	if len(id) > len(scheme) && id[:len(scheme)] == scheme {
		id = id[len(scheme):]
	}
	hex := Digest(whole).Hex()
	return len(id) >= 6 && len(id) <= len(hex) && hex[:len(id)] == id
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
		one.ours[i] = s.did() || s.Begun && s.open()
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
