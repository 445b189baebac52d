package model

import (
	"slices"
	"strings"
)

// related is what is known of a digest's relations inside one package, as far
// as tags and the manifests read so far tell: who needs it, who speaks of it.
type related struct {
	parents   []Digest // sorted
	referrers []Digest // sorted
	listed    []listing
}

// listing is one entry of an index, seen from the child.
type listing struct {
	parent Digest
	at     int // place of the parent among the versions, -1: it is none
	entry  *Descriptor
}

// relate derives the relations anew. Its work is in proportion to what the
// manifests list, however often they list the same thing.
func (s *Snapshot) relate() {
	s.relations = make(map[Digest]*related, len(s.Manifests))
	of := func(d Digest) *related {
		r := s.relations[d]
		if r == nil {
			r = new(related)
			s.relations[d] = r
		}
		return r
	}
	refers := func(about, by Digest) {
		if about != "" && about != by {
			r := of(about)
			r.referrers = append(r.referrers, by)
		}
	}
	for d, m := range s.Manifests {
		at := -1
		if i, ok := s.byDigest[d]; ok {
			at = i
		}
		for i := range m.Manifests {
			child := &m.Manifests[i]
			r := of(child.Digest)
			r.parents = append(r.parents, d)
			r.listed = append(r.listed, listing{d, at, child})
			refers(Digest(child.Annotations[AnnotationRefDigest]), child.Digest)
		}
		if m.Subject != nil {
			refers(m.Subject.Digest, d)
		}
	}
	for tag, d := range s.byTag {
		subject := plumbingSubject(tag)
		if subject == "" {
			continue
		}
		if strings.Contains(tag, ".") { // cosign's: the tagged manifest itself
			refers(subject, d)
			continue
		}
		if m := s.Manifests[d]; m != nil {
			for i := range m.Manifests {
				refers(subject, m.Manifests[i].Digest)
			}
		}
	}
	for _, r := range s.relations {
		r.parents = sortedSet(r.parents)
		r.referrers = sortedSet(r.referrers)
		if len(r.listed) > 1 {
			slices.SortStableFunc(r.listed, func(a, b listing) int { return strings.Compare(string(a.parent), string(b.parent)) })
		}
	}
}

func sortedSet(list []Digest) []Digest {
	if len(list) < 2 {
		return list
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// related is what is known of a digest, nothing where nothing is.
func (s Snapshot) related(d Digest) related {
	if r := s.relations[d]; r != nil {
		return *r
	}
	return related{}
}

// Subjects are what a manifest speaks of: by its subject, by the referrers tag
// that it bears or is listed under, or by BuildKit's annotation; sorted.
func (s Snapshot) Subjects(d Digest) []Digest {
	var out []Digest
	add := func(about Digest) {
		if about != "" && about != d {
			out = append(out, about)
		}
	}
	if m := s.Manifests[d]; m != nil && m.Subject != nil {
		add(m.Subject.Digest)
	}
	if v, ok := s.Version(d); ok {
		for _, t := range v.Tags {
			add(plumbingSubject(t))
		}
	}
	for _, l := range s.related(d).listed {
		add(Digest(l.entry.Annotations[AnnotationRefDigest]))
		if v, ok := s.Version(l.parent); ok {
			for _, t := range v.Tags {
				add(plumbingSubject(t))
			}
		}
	}
	return sortedSet(out)
}

// PartIndexes lists the indexes read so far that run a part of what an index
// runs and nothing else, sorted: those of one architecture each that it was made
// of. They are what is attested, so it loses its proof with them. What BuildKit
// says beside the platforms may differ.
func (s Snapshot) PartIndexes(whole Digest) []Digest {
	m := s.Manifests[whole]
	if m == nil {
		return nil
	}
	var out []Digest
	for i := range m.Manifests {
		for _, p := range s.Parents(m.Manifests[i].Digest) {
			if small := s.Manifests[p]; platformCount(small) < platformCount(m) && holds(m, small) {
				out = append(out, p)
			}
		}
	}
	return sortedSet(out)
}
