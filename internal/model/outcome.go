package model

// StepState is how far one change of a plan got.
type StepState string

// The states of a step. Moving and Waiting occur only while a plan runs.
const (
	StepNotStarted StepState = "not-started"
	StepMoving     StepState = "moving"
	StepWaiting    StepState = "waiting"
	StepDone       StepState = "done"
	StepAlready    StepState = "already"
	StepFailed     StepState = "failed"
	StepRefused    StepState = "refused"
	StepSpared     StepState = "spared"
	StepConflict   StepState = "conflict"
	StepUnknown    StepState = "unknown"
)

// Step is the progress or outcome of one change.
type Step struct {
	Index     int // position in the plan's changes
	Package   string
	Tag       string
	VersionID int64
	State     StepState
	Err       error
	// Verified is whether reading back showed what was wanted; nil: not read.
	Verified *bool
}

// Result is how a plan ended.
type Result string

// The results.
const (
	ResultDone     Result = "done"
	ResultStopped  Result = "stopped"
	ResultConflict Result = "conflict"
	ResultNothing  Result = "nothing-to-do"
)

// JournalHead is number and hash of the journal's last line.
type JournalHead struct {
	Seq  int64
	Hash string
}

// Outcome is what executing a plan came to.
type Outcome struct {
	Plan   string
	Result Result
	Steps  []Step
	Head   JournalHead
	// Written is whether any write was sent: it decides between exit 3 and 4.
	Written bool
	// Err is why the plan did not end, nil where it did.
	Err error
}
