package model

import "time"

// Via is how a channel's digest of a package was found.
type Via string

// The ways.
const (
	ViaTag      Via = "tag"
	ViaMetadata Via = "metadata"
)

// MemberState is how a package stands in its channel.
type MemberState string

// The states. Missing: asked, and the channel has nothing of this package.
// Unknown: not asked, or not answerable. Error: asking failed.
const (
	MemberOK      MemberState = "ok"
	MemberDrift   MemberState = "drift"
	MemberMissing MemberState = "missing"
	MemberUnknown MemberState = "unknown"
	MemberError   MemberState = "error"
)

// ChannelMember is one package of a channel.
type ChannelMember struct {
	Package string
	Digest  Digest
	Via     Via
	Release string // name of the release this digest belongs to, "" if none is known
	Commit  string
	State   MemberState
	Err     error
}

// Previous is what a channel pointed to before, and for how long.
type Previous struct {
	Release  Release
	From, To time.Time // zero where unknown
	Evidence Evidence
}

// Incoherence is one way in which a channel is not one set.
type Incoherence struct {
	Code    string // drift, metadata-old, metadata-other-channel, incomplete, unresolved, alias-differs
	Message string
}

// Attested counts signed statements in the registry as far as tags tell. Found
// and Expected are -1 where they cannot be known without reading more.
type Attested struct {
	Found    int
	Expected int
}

// ChannelState is what a channel is now and was before.
type ChannelState struct {
	Name string
	// Release is the one most members belong to; nil where none is known.
	Release *Release
	Since   time.Time // when the channel came to point here; zero: unknown
	// SinceEvidence says how Since is known.
	SinceEvidence Evidence
	Previous      *Previous // nil: none known
	Members       []ChannelMember
	Incoherent    []Incoherence
	Attested      Attested
}

// Complete reports whether every package of the layout has a digest here.
func (c ChannelState) Complete() bool {
	for _, m := range c.Members {
		if m.Digest == "" {
			return false
		}
	}
	return len(c.Members) > 0
}

// Published reports whether the channel exists at all: a channel that no
// package has is one that the project does not use, and nothing to mend.
func (c ChannelState) Published() bool {
	for _, m := range c.Members {
		if m.State != MemberMissing {
			return true
		}
	}
	return false
}

// Drift reports whether the packages do not all point into one release.
func (c ChannelState) Drift() bool {
	for _, m := range c.Members {
		if m.State == MemberDrift {
			return true
		}
	}
	return false
}

// Count returns how many members are in order, and how many there are.
func (c ChannelState) Count() (ok, all int) {
	for _, m := range c.Members {
		if m.State == MemberOK {
			ok++
		}
	}
	return ok, len(c.Members)
}

// Past is what is remembered of a channel beyond the registry itself: tag
// moves from the journal and sightings from the store, oldest first.
type Past struct {
	Moves        []JournalEvent
	Observations []Observation
}
