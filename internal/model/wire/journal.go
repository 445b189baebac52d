package wire

import (
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// Event is one event of the journal: a line of journal.jsonl and an entry of
// the "journal" document. The order of its fields is the order on the line,
// so that the same event always has the same bytes and the same hash.
type Event struct {
	Seq       int64  `json:"seq"`
	At        Time   `json:"at"`
	Registry  Text   `json:"registry"`
	Owner     Text   `json:"owner"`
	Plan      Text   `json:"plan"`
	Kind      string `json:"kind"`
	Actor     Text   `json:"actor"`
	Host      Text   `json:"host"`
	Reason    Text   `json:"reason"`
	Incident  Text   `json:"incident"`
	Package   Text   `json:"package"`
	Tag       Text   `json:"tag"`
	VersionID ID     `json:"version_id"`
	Before    Digest `json:"before"`
	After     Digest `json:"after"`
	State     Text   `json:"state"`
	Error     Text   `json:"error"`
	Prev      Text   `json:"prev"`
	Hash      Text   `json:"hash"`
}

// FromEvent is the wire form of an event. Text that a server or a person put
// in is sanitised: the journal is read with grep in a terminal.
func FromEvent(e model.JournalEvent) Event {
	return Event{
		Seq: e.Seq, At: Time(e.At), Registry: remote(e.Registry), Owner: remote(e.Owner), Plan: Text(e.Plan),
		Kind: string(e.Kind), Actor: remote(e.Actor), Host: remote(e.Host),
		Reason: remote(e.Reason), Incident: remote(e.Incident),
		Package: remote(e.Package), Tag: remote(e.Tag), VersionID: ID(e.VersionID),
		Before: Digest(e.Before), After: Digest(e.After), State: Text(e.State),
		Error: remote(e.Error), Prev: Text(e.Prev), Hash: Text(e.Hash),
	}
}

// Model is the event that the line tells of.
func (e Event) Model() model.JournalEvent {
	return model.JournalEvent{
		Seq: e.Seq, At: time.Time(e.At), Registry: string(e.Registry), Owner: string(e.Owner), Plan: string(e.Plan),
		Kind: model.JournalKind(e.Kind), Actor: string(e.Actor), Host: string(e.Host),
		Reason: string(e.Reason), Incident: string(e.Incident),
		Package: string(e.Package), Tag: string(e.Tag), VersionID: int64(e.VersionID),
		Before: model.Digest(e.Before), After: model.Digest(e.After), State: model.StepState(e.State),
		Error: string(e.Error), Prev: string(e.Prev), Hash: string(e.Hash),
	}
}

// Head is number and hash of the journal's last line.
type Head struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
}

// head is nil, and so null, for a journal without a line.
func head(h model.JournalHead) *Head {
	if h.Hash == "" {
		return nil
	}
	return &Head{Seq: h.Seq, Hash: h.Hash}
}

// Journal is the "journal" document. Intact, Head and BrokenAt are null
// unless the chain was checked.
type Journal struct {
	Schema   string  `json:"schema"`
	Events   []Event `json:"events"`
	Intact   *bool   `json:"intact"`
	Head     *Head   `json:"head"`
	BrokenAt ID      `json:"broken_at"`
}

// JournalDoc is the document of events, oldest first.
func JournalDoc(events []model.JournalEvent) Journal {
	doc := Journal{Schema: schema("journal"), Events: make([]Event, len(events))}
	for i, e := range events {
		doc.Events[i] = FromEvent(e)
	}
	return doc
}

// Checked adds what checking the chain of hashes found: brokenAt is the
// sequence number of the first line that does not hold, 0 where all do.
func (doc Journal) Checked(h model.JournalHead, brokenAt int64) Journal {
	intact := brokenAt == 0
	doc.Intact, doc.Head, doc.BrokenAt = &intact, head(h), ID(brokenAt)
	return doc
}
