package model

import "time"

// ChannelRequest asks for a channel to point, in all packages, to one set of
// digests: back to a former release, or forward to a tested build.
type ChannelRequest struct {
	Act     Act // ActRollback or ActPromote
	Channel string
	// Release names the set aimed at: a version tag or a commit. Digests name
	// single ones by hand and win over the release's.
	Release string
	Digests map[string]Digest
	// As is the version tag that a promotion gives the set, "" for none.
	As string
	// Exclude are packages that stay where they are.
	Exclude []string
	// Keep puts a tag on every version that would lose its last one.
	Keep      bool
	Reason    string
	Incident  string
	Actor     string
	Overrides []string // codes of blockers that the person lifts by name
	At        time.Time
}

// ChannelFacts is what the service found out for a channel's plan beyond the
// snapshots.
type ChannelFacts struct {
	// Packages are the facts by package. Running and what concerns no single
	// package stand outside.
	Packages map[string]RetagFacts
	// Attested is how many signed statements were found about a target, by
	// package; a missing one was not looked at.
	Attested  map[string]Attested
	Running   []Run
	Unchecked []Remark
}

// ChannelTarget is a set that a channel can go to.
type ChannelTarget struct {
	Release Release
	// Stays are when this channel pointed there, newest first; empty where it
	// is not known to have.
	Stays []Stay
	// Now is set for what most of the channel points to.
	Now bool
	// Partly is set where some packages of the channel point there already,
	// though not all.
	Partly bool
	// Advised is set for the one target that a person most likely wants, and
	// Why says why in a few words ("prod had it before", "completes what was begun").
	Advised bool
	Why     string
	// Never is why the project's configuration forbids to return there, "" where
	// it does not.
	Never string
}
