package model

import "time"

// JournalKind is what an event records.
type JournalKind string

// The kinds of event.
const (
	EventPreview  JournalKind = "preview"
	EventApproval JournalKind = "approval"
	EventIntent   JournalKind = "intent"
	EventOutcome  JournalKind = "outcome"
	EventRefused  JournalKind = "refused"
	EventResumed  JournalKind = "resumed"
	EventUndone   JournalKind = "undone"
	EventNote     JournalKind = "note"
)

// JournalEvent is one line of the journal. Seq, Prev and Hash are set by the
// journal when it appends.
type JournalEvent struct {
	Seq       int64
	At        time.Time
	Registry  string
	Owner     string
	Plan      string
	Kind      JournalKind
	Actor     string
	Host      string
	Reason    string
	Incident  string
	Package   string
	Tag       string
	VersionID int64
	Before    Digest
	After     Digest
	State     StepState
	Error     string
	Prev      string
	Hash      string
}

// JournalNote is a remark that a person puts into the journal.
type JournalNote struct {
	Plan     string // id of the plan that it is about, "" for none
	Text     string
	Incident string
}

// Record is the journal told as a whole: what became of each plan, and the
// remarks that belong to none.
type Record struct {
	Executions []Execution // oldest first
	Loose      []JournalEvent
	Head       JournalHead
	// Place is where the changes happened, for the commands that would do them.
	Place Place
}
