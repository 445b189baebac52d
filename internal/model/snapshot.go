package model

import (
	"maps"
	"slices"
	"time"
)

// Version is GitHub's package version: one digest with its id, tags and times.
// A registry without the Packages API has digests and tags only: ID is 0 and
// the times are zero there.
type Version struct {
	ID      int64     `json:"id"`
	Digest  Digest    `json:"digest"`
	Tags    []string  `json:"tags"`
	Created time.Time `json:"created"` // first push of the digest; never moves
	Updated time.Time `json:"updated"` // moves when the version gains or loses a tag
}

// Origin says where a snapshot's versions come from.
type Origin string

// The origins.
const (
	OriginAPI      Origin = "api"      // GitHub's Packages API: every version, with ids and times
	OriginRegistry Origin = "registry" // tags/list and HEAD: tagged versions only
)

// Snapshot is an immutable picture of one package read at one time. Build it
// with NewSnapshot; derive others with the With methods.
type Snapshot struct {
	Package string
	Origin  Origin
	ReadAt  time.Time // by the server's clock
	// Partial is set where only the newest versions were read: older ones
	// exist. Total is how many there are in all, -1 where nobody told.
	Partial bool
	Total   int
	// Versions are newest first by creation; registry-only ones in tag order.
	Versions []Version
	// Manifests are those that have been read so far, by digest.
	Manifests map[Digest]*Manifest
	// Documents are the channel documents read so far, by the digest of the
	// metadata manifest that carries them.
	Documents map[Digest]ChannelDocument

	byDigest  map[Digest]int
	byTag     map[string]Digest
	relations map[Digest]*related
}

// NewSnapshot builds a snapshot and its lookups. GitHub's list is eventually
// consistent and shifts while it is paged through: a tag that stands on two
// versions stays on the first, the newest, until the registry is asked, and a
// version that is listed twice is one. The versions passed in are not changed.
func NewSnapshot(pkg string, origin Origin, at time.Time, versions []Version) Snapshot {
	s := newSnapshot(pkg, origin, at, versions)
	s.relate()
	return s
}

// newSnapshot is NewSnapshot before relations are derived.
func newSnapshot(pkg string, origin Origin, at time.Time, versions []Version) Snapshot {
	s := Snapshot{Package: pkg, Origin: origin, ReadAt: at}
	s.byDigest = make(map[Digest]int, len(versions))
	s.byTag = make(map[string]Digest)
	s.Versions = make([]Version, 0, len(versions))
	for _, v := range versions {
		tags := s.untaken(v.Tags)
		for _, t := range tags {
			s.byTag[t] = v.Digest
		}
		if i, seen := s.byDigest[v.Digest]; seen {
			s.Versions[i].Tags = slices.Concat(s.Versions[i].Tags, tags)
			continue
		}
		v.Tags = tags
		s.byDigest[v.Digest] = len(s.Versions)
		s.Versions = append(s.Versions, v)
	}
	s.Total = len(s.Versions)
	return s
}

// untaken are the tags that no version has yet: the list itself where that is
// all of them.
func (s *Snapshot) untaken(tags []string) []string {
	for i, t := range tags {
		if _, taken := s.byTag[t]; !taken && !slices.Contains(tags[:i], t) {
			continue
		}
		out := slices.Clone(tags[:i])
		for _, t := range tags[i:] {
			if _, taken := s.byTag[t]; !taken && !slices.Contains(out, t) {
				out = append(out, t)
			}
		}
		return out
	}
	return tags
}

// WithTags returns a copy in which the registry's own word about tags replaces
// the list's: an empty digest means that the tag does not exist. A digest that
// the list does not have yet becomes a version without id, in front.
func (s Snapshot) WithTags(confirmed map[string]Digest) Snapshot {
	names := slices.Sorted(maps.Keys(confirmed))
	names = slices.DeleteFunc(names, func(t string) bool { return s.byTag[t] == confirmed[t] })
	if len(names) == 0 {
		return s
	}
	var unlisted []Version
	added := make(map[Digest]int) // position in unlisted
	for _, t := range names {
		d := confirmed[t]
		_, listed := s.byDigest[d]
		if _, seen := added[d]; d != "" && !listed && !seen {
			added[d] = len(unlisted)
			unlisted = append(unlisted, Version{Digest: d})
		}
	}
	versions := append(unlisted, s.Versions...)
	at := func(d Digest) *Version {
		if i, ok := added[d]; ok {
			return &versions[i]
		}
		return &versions[len(unlisted)+s.byDigest[d]]
	}
	for _, t := range names {
		if old := s.byTag[t]; old != "" {
			v := at(old)
			v.Tags = slices.DeleteFunc(slices.Clone(v.Tags), func(x string) bool { return x == t })
		}
		if d := confirmed[t]; d != "" {
			v := at(d)
			v.Tags = append(slices.Clone(v.Tags), t)
			slices.Sort(v.Tags)
		}
	}
	out := newSnapshot(s.Package, s.Origin, s.ReadAt, versions)
	out.Partial, out.Total = s.Partial, s.Total
	out.Documents, out.Manifests = s.Documents, s.Manifests
	out.relate()
	return out
}

// WithManifests returns a copy that also knows these manifests, with parents
// and referrers derived anew.
func (s Snapshot) WithManifests(more map[Digest]*Manifest) Snapshot {
	all := make(map[Digest]*Manifest, len(s.Manifests)+len(more))
	for d, m := range s.Manifests {
		all[d] = m
	}
	for d, m := range more {
		all[d] = m
	}
	s.Manifests = all
	s.relate()
	return s
}

// WithDocuments returns a copy that also knows these channel documents.
func (s Snapshot) WithDocuments(more map[Digest]ChannelDocument) Snapshot {
	all := make(map[Digest]ChannelDocument, len(s.Documents)+len(more))
	for d, doc := range s.Documents {
		all[d] = doc
	}
	for d, doc := range more {
		all[d] = doc
	}
	s.Documents = all
	return s
}

// Version returns the version of a digest.
func (s Snapshot) Version(d Digest) (Version, bool) {
	i, ok := s.byDigest[d]
	if !ok {
		return Version{}, false
	}
	return s.Versions[i], true
}

// Tag returns the digest that a tag points to, or "" where it does not exist.
func (s Snapshot) Tag(name string) Digest { return s.byTag[name] }

// TagNames lists all tags, sorted.
func (s Snapshot) TagNames() []string {
	out := make([]string, 0, len(s.byTag))
	for t := range s.byTag {
		out = append(out, t)
	}
	slices.Sort(out)
	return out
}

// Resolve finds the digest that a reference into this package means.
func (s Snapshot) Resolve(ref Reference) (Digest, bool) {
	if ref.Digest != "" {
		return ref.Digest, true
	}
	d := s.byTag[ref.Tag]
	return d, d != ""
}

// Parents lists the indexes read so far that need d, sorted.
func (s Snapshot) Parents(d Digest) []Digest { return s.related(d).parents }

// Referrers lists the manifests read so far that say something about d:
// by subject, by fallback index or by BuildKit's annotation; sorted.
func (s Snapshot) Referrers(d Digest) []Digest { return s.related(d).referrers }
