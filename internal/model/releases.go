package model

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// Releases derives the releases of an inventory, newest first; those whose
// time nobody tells come last, by version. Channel documents are the strongest
// word on what one publish produced, version tags come next and also name what
// documents leave unnamed, commit tags come last.
//
// A release that only lacks the packages that a document does not name is
// completed by version tags, channel tags and times; each member says by its
// evidence how it is known. What neither a document nor a tag names is no
// release: nothing is invented for a publish whose commit is not known whole.
func Releases(inv Inventory) []Release {
	b := newReleaseBuilder(inv)
	b.fromDocuments()
	b.fromVersionTags()
	b.fromCommitTags()
	return b.finish()
}

// artifactWindow is how long after a channel document an artifact that the
// document does not name may appear and still count as of the same publish.
const artifactWindow = 30 * time.Minute

// placed is a digest in its package: what a release is a set of.
type placed struct {
	pkg    string
	digest Digest
}

type releaseBuilder struct {
	inv      Inventory
	packages []*PackageState // those of which anything is known
	byName   map[string]*PackageState
	tags     tagIndex
	drafts   []*Release
	claimed  map[placed]*Release // the first, and so strongest, claim
	pubs     []*publication      // by the time of their document
	hashes   []string            // known commits, sorted
}

func newReleaseBuilder(inv Inventory) *releaseBuilder {
	b := &releaseBuilder{inv: inv, byName: make(map[string]*PackageState, len(inv.Packages)), claimed: make(map[placed]*Release)}
	for i := range inv.Packages {
		p := &inv.Packages[i]
		if !p.Known {
			continue
		}
		b.packages = append(b.packages, p)
		b.byName[p.Spec.Name] = p
	}
	b.tags = indexTags(inv.Layout, b.packages)
	b.hashes = slices.Sorted(maps.Keys(b.tags.commits))
	return b
}

// claim makes d the release's member of a package, unless it has one or d is
// known to be gone.
func (b *releaseBuilder) claim(r *Release, pkg string, d Digest, ev Evidence) bool {
	if _, has := r.Members[pkg]; has || d == "" || b.gone(pkg, d) {
		return false
	}
	r.Members[pkg] = Member{Digest: d, Evidence: ev}
	at := placed{pkg, d}
	if _, taken := b.claimed[at]; !taken {
		b.claimed[at] = r
	}
	return true
}

// gone reports whether a digest is known not to exist any more: the API listed
// every version of the package and it is not among them.
func (b *releaseBuilder) gone(pkg string, d Digest) bool {
	p := b.byName[pkg]
	if p == nil || p.Snapshot.Partial || p.Snapshot.Origin != OriginAPI {
		return false
	}
	_, listed := p.Snapshot.Version(d)
	return !listed
}

// fromVersionTags completes the releases that bear a version and makes those
// that only version tags tell of.
func (b *releaseBuilder) fromVersionTags() {
	known := make(map[string]bool, len(b.drafts))
	for _, r := range b.drafts {
		known[r.Version] = true
	}
	channel := b.versionChannel()
	for _, version := range slices.Sorted(maps.Keys(b.tags.versions)) {
		members := b.tags.versions[version]
		if known[version] || b.allClaimed(members) {
			continue // a name of something, not a publish of its own
		}
		r := &Release{Version: version, Channel: channel, Members: make(map[string]Member, len(members))}
		b.drafts = append(b.drafts, r)
		for pkg, d := range members {
			b.claim(r, pkg, d, EvidenceTag)
		}
		r.Commit = b.commitOf(r)
	}
}

// versionChannel is the channel whose releases bear version tags, "" where
// the layout does not leave one alone.
func (b *releaseBuilder) versionChannel() string {
	name := ""
	for _, c := range b.inv.Layout.Channels {
		if c.VersionTags {
			if name != "" {
				return ""
			}
			name = c.Name
		}
	}
	return name
}

func (b *releaseBuilder) allClaimed(members map[string]Digest) bool {
	for pkg, d := range members {
		if b.claimed[placed{pkg, d}] == nil {
			return false
		}
	}
	return true
}

// commitOf is the commit that most members' tags name; ties go to the first in
// order, so that the answer does not depend on a map.
func (b *releaseBuilder) commitOf(r *Release) string {
	votes := make(map[string]int)
	for pkg, m := range r.Members {
		for _, c := range b.tags.commitsOf[placed{pkg, m.Digest}] {
			votes[c]++
		}
	}
	return winner(votes, strings.Compare)
}

// winner is the key with most votes, by order the first among equals.
func winner(votes map[string]int, order func(a, b string) int) string {
	best := ""
	for key, n := range votes {
		if best == "" || n > votes[best] || n == votes[best] && order(key, best) < 0 {
			best = key
		}
	}
	return best
}

// fromCommitTags lets commit tags complete the releases of that commit, then
// makes a release of what they name and nothing else claims: a publish that
// ended before its channel moved, or one whose tags were all it left.
func (b *releaseBuilder) fromCommitTags() {
	ofCommit := make(map[string][]*Release)
	for _, r := range b.drafts {
		if r.Commit != "" {
			ofCommit[r.Commit] = append(ofCommit[r.Commit], r)
		}
	}
	for _, commit := range b.hashes {
		members := b.tags.commits[commit]
		for _, r := range ofCommit[commit] {
			if b.agrees(r, members) {
				for pkg, d := range members {
					if b.claimed[placed{pkg, d}] == nil {
						b.claim(r, pkg, d, EvidenceTag)
					}
				}
			}
		}
		r := &Release{Commit: commit, Members: make(map[string]Member)}
		for pkg, d := range members {
			if b.claimed[placed{pkg, d}] == nil {
				b.claim(r, pkg, d, EvidenceTag)
			}
		}
		if len(r.Members) == 0 {
			continue
		}
		b.drafts = append(b.drafts, r)
		b.namedAfterCommit(r)
	}
}

// agrees reports whether a release is the one that the commit's tags point
// into now: more of its members bear them than do not.
func (b *releaseBuilder) agrees(r *Release, members map[string]Digest) bool {
	same, other := 0, 0
	for pkg, d := range members {
		switch m, has := r.Members[pkg]; {
		case !has:
		case m.Digest == d:
			same++
		default:
			other++
		}
	}
	return same > other
}

// finish names the releases, dates them, says what they lack and sorts them.
func (b *releaseBuilder) finish() []Release {
	names := memberNames(b.inv)
	out := make([]Release, 0, len(b.drafts))
	for _, r := range b.drafts {
		r.Name = cmp.Or(r.Version, r.Commit)
		if r.Name == "" {
			continue
		}
		if r.Built.IsZero() {
			r.Built = b.newestMember(r)
		}
		for _, name := range names {
			if _, has := r.Members[name]; !has {
				r.Missing = append(r.Missing, name)
			}
		}
		out = append(out, *r)
	}
	slices.SortStableFunc(out, newestFirst)
	return out
}

func newestFirst(a, b Release) int {
	switch {
	case a.Built.IsZero() != b.Built.IsZero():
		if a.Built.IsZero() {
			return 1
		}
		return -1
	case !a.Built.Equal(b.Built):
		return b.Built.Compare(a.Built)
	case (a.Version == "") != (b.Version == ""):
		if a.Version == "" {
			return 1
		}
		return -1
	}
	if c := compareVersions(b.Version, a.Version); c != 0 {
		return c
	}
	return strings.Compare(a.Name, b.Name)
}

// newestMember is when the last of the members was pushed, zero where a
// registry does not tell.
func (b *releaseBuilder) newestMember(r *Release) time.Time {
	var newest time.Time
	for pkg, m := range r.Members {
		if p := b.byName[pkg]; p != nil {
			if v, ok := p.Snapshot.Version(m.Digest); ok && v.Created.After(newest) {
				newest = v.Created
			}
		}
	}
	return newest
}

// memberNames are the packages that make up a release or a channel: the
// layout's, or where it lists none, all of the inventory.
func memberNames(inv Inventory) []string {
	var names []string
	for _, spec := range inv.Layout.Packages {
		names = append(names, spec.Name)
	}
	if len(names) == 0 {
		for _, p := range inv.Packages {
			names = append(names, p.Spec.Name)
		}
	}
	return names
}
