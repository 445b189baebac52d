package model

import (
	"slices"
	"time"
)

// Evidence is how something about the past is known. Wire words of the
// "timeline" document.
type Evidence string

// The evidences, strongest first.
const (
	EvidenceJournal  Evidence = "journal"  // caitui wrote it itself
	EvidenceObserved Evidence = "observed" // caitui saw the tag at that time
	EvidenceMetadata Evidence = "metadata" // a channel document says so
	EvidenceTag      Evidence = "tag"      // a version or commit tag says so
	EvidenceInferred Evidence = "inferred" // concluded from times
)

// Member is what a release has of one package.
type Member struct {
	Digest   Digest
	Evidence Evidence
}

// Release is the set of digests, one a package, that one publish produced.
type Release struct {
	// Name is the version tag, else the 40-hex commit, else "" for a publish
	// of which neither is known (never listed).
	Name    string
	Version string
	Commit  string
	Built   time.Time
	// Channel is the channel that the publish was made for, "" where unknown.
	Channel string
	Members map[string]Member
	// Missing are the layout's packages without a member, in its order.
	Missing []string
	// Documents are the metadata manifests that describe this publish, the
	// older twin first.
	Documents []Digest
}

// Complete reports whether every package of the layout has a member.
func (r Release) Complete() bool { return len(r.Missing) == 0 }

// Same reports whether two values are of the same publish: a release has no
// identity besides what it holds.
func (r Release) Same(o Release) bool {
	return r.Name == o.Name && r.Built.Equal(o.Built) && slices.Equal(r.Documents, o.Documents)
}

// Digests is what the release has of each of its packages.
func (r Release) Digests() map[string]Digest {
	out := make(map[string]Digest, len(r.Members))
	for pkg, m := range r.Members {
		out[pkg] = m.Digest
	}
	return out
}

// Label is Name as lists show it: the version, or 7 characters of the commit.
func (r Release) Label() string {
	if r.Version == "" && len(r.Name) == 40 {
		return r.Name[:7]
	}
	return r.Name
}

// Has reports whether the release's member of a package is d.
func (r Release) Has(pkg string, d Digest) bool {
	m, ok := r.Members[pkg]
	return ok && m.Digest == d
}
