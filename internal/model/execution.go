package model

import (
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

// Standing is how an execution stands, in a word that stays the same for
// programs.
type Standing string

// The standings, in the order in which one hides those after it.
const (
	StandsRefused    Standing = "refused" // before anything was written
	StandsPreviewed  Standing = "previewed"
	StandsUnfinished Standing = "unfinished"
	StandsUndone     Standing = "undone"
	StandsGivenUp    Standing = Standing(StateGivenUp)
	StandsSuperseded Standing = "superseded"
	StandsDone       Standing = "done"
)

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

// ToTakeBack reports whether the step changed the registry, or may have, and
// nobody has put that back since.
func (s ExecutionStep) ToTakeBack() bool { return !s.TakenBack && s.mayHave() }

// doubtful reports whether only the registry can tell whether the step was
// done, mayHave whether it changed the registry or may have.
func (s ExecutionStep) doubtful() bool { return s.Begun && s.open() }
func (s ExecutionStep) mayHave() bool  { return s.did() || s.doubtful() }

// Deletion reports whether deleting versions is all that is left to take back.
func (x Execution) Deletion() bool {
	some := false
	for _, s := range x.Steps {
		if s.ToTakeBack() {
			if some = true; s.Change.Kind != DeleteVersion {
				return false
			}
		}
	}
	return some
}

// NoParts says why no part of the execution can be taken back alone, "" where it
// can.
func (x Execution) NoParts() string {
	switch {
	case x.Unfinished():
		return "the plan did not come to its end: continue it or take it back first"
	case slices.ContainsFunc(x.Steps, func(s ExecutionStep) bool { return s.Change.Kind == RestoreVersion }):
		return "what was restored is taken back whole: a version of it may be needed by another"
	}
	return ""
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

// Standing is how the execution stands.
func (x Execution) Standing() Standing {
	switch {
	case !x.Begun && x.Count(StepRefused) > 0:
		return StandsRefused
	case !x.Begun:
		return StandsPreviewed
	case x.Unfinished():
		return StandsUnfinished
	case x.Undone:
		return StandsUndone
	case x.GivenUp:
		return StandsGivenUp
	case x.Superseded:
		return StandsSuperseded
	}
	return StandsDone
}

// Did reports whether the plan changed anything, for all that is recorded.
func (x Execution) Did() bool { return slices.ContainsFunc(x.Steps, ExecutionStep.did) }

// Doubtful lists the positions of steps of which only the registry can tell
// whether they were done.
func (x Execution) Doubtful() []int {
	var out []int
	for i, s := range x.Steps {
		if s.doubtful() {
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
