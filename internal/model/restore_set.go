package model

import (
	"maps"
	"slices"
)

// restoreSet is what of one package comes back.
type restoreSet struct {
	pkg       string
	snap      Snapshot
	deleted   map[Digest]DeletedVersion // of one digest deleted twice the one asked for, else the latest
	manifests map[Digest]*Manifest
	order     []Digest // that come back, those asked for first
	comes     map[Digest]bool
	asked     map[Digest]bool
	there     []Version    // asked for and not deleted
	absent    []VersionRef // asked for and not to be had
	opaque    []Digest     // that come back and whose manifest was not kept
	missing   map[Digest][]Descriptor
}

func newRestoreSet(s Survey, facts RestoreFacts, pkg string, refs []VersionRef) *restoreSet {
	state, _ := s.Inventory.Package(pkg)
	r := &restoreSet{pkg: pkg, snap: state.Snapshot, deleted: make(map[Digest]DeletedVersion), comes: make(map[Digest]bool),
		asked: make(map[Digest]bool), manifests: facts.Manifests[pkg], missing: make(map[Digest][]Descriptor)}
	for _, v := range facts.Deleted[pkg] {
		if have, known := r.deleted[v.Digest]; !known || v.At.After(have.At) {
			r.deleted[v.Digest] = v
		}
	}
	for _, ref := range refs {
		r.ask(ref, facts.Deleted[pkg])
	}
	r.grow()
	return r
}

// ask takes up one version that is wanted.
func (r *restoreSet) ask(ref VersionRef, deleted []DeletedVersion) {
	means := func(v Version) bool {
		return (ref.ID == 0 || v.ID == ref.ID) && (ref.Digest == "" || v.Digest == ref.Digest) && (ref.ID != 0 || ref.Digest != "")
	}
	if i := slices.IndexFunc(r.snap.Versions, means); i >= 0 {
		r.there = append(r.there, r.snap.Versions[i])
		return
	}
	i := slices.IndexFunc(deleted, func(v DeletedVersion) bool { return means(v.Version) })
	if i < 0 {
		r.absent = append(r.absent, ref)
		return
	}
	d := deleted[i].Digest
	if again, active := r.snap.Version(d); active { // pushed anew meanwhile: its id is taken
		r.there = append(r.there, again)
		return
	}
	if ref.ID != 0 {
		r.deleted[d] = deleted[i]
	}
	r.asked[d] = true
	r.take(d)
}

func (r *restoreSet) take(d Digest) {
	if !r.comes[d] {
		r.comes[d] = true
		r.order = append(r.order, d)
	}
}

// grow adds what the versions need, the indexes of one architecture that an index
// was made of, for they are what is attested, and what speaks of all these, until
// there is no more.
func (r *restoreSet) grow() {
	speaking := r.speaking()
	indexes := r.indexes()
	for i := 0; i < len(r.order); i++ {
		d := r.order[i]
		m := r.manifest(d)
		if m == nil {
			r.opaque = append(r.opaque, d)
		} else {
			for k := range m.Manifests {
				r.need(d, m.Manifests[k])
			}
			for _, small := range indexes {
				if platformCount(small) < platformCount(m) && holds(m, small) {
					r.take(small.Digest)
				}
			}
		}
		for _, by := range speaking[d] {
			if _, active := r.snap.Version(by); !active {
				r.take(by)
			}
		}
	}
}

// indexes are the deleted indexes of what runs.
func (r *restoreSet) indexes() []*Manifest {
	var out []*Manifest
	for _, d := range slices.Sorted(maps.Keys(r.deleted)) {
		_, active := r.snap.Version(d)
		if m := r.manifest(d); m != nil && !active && m.IsIndex() && platformCount(m) > 0 {
			out = append(out, m)
		}
	}
	return out
}

// need takes up a child that was deleted too, or notes that it is gone.
func (r *restoreSet) need(parent Digest, child Descriptor) {
	if _, active := r.snap.Version(child.Digest); active {
		return
	}
	if _, deleted := r.deleted[child.Digest]; deleted {
		r.take(child.Digest)
		return
	}
	r.missing[parent] = append(r.missing[parent], child)
}

func (r *restoreSet) manifest(d Digest) *Manifest {
	if m := r.manifests[d]; m != nil {
		return m
	}
	return r.snap.Manifests[d]
}

// speaking lists the deleted versions that say something of a digest, by their
// manifests and by the tags that they had, newest first.
func (r *restoreSet) speaking() map[Digest][]Digest {
	out := make(map[Digest][]Digest)
	for _, d := range slices.Sorted(maps.Keys(r.deleted)) {
		for _, about := range r.subjects(d) {
			out[about] = append(out[about], d)
		}
	}
	return out
}

func (r *restoreSet) subjects(d Digest) []Digest {
	var out []Digest
	if m := r.manifest(d); m != nil && m.Subject != nil {
		out = append(out, m.Subject.Digest)
	}
	for _, t := range r.deleted[d].Tags {
		if subject := plumbingSubject(t); subject != "" {
			out = append(out, subject)
		}
	}
	return out
}

// stages is when each version comes back, from 1: children before what lists
// them, and what is spoken of before what speaks. Nothing is ever listed that is
// not there.
func (r *restoreSet) stages() map[Digest]int {
	out := make(map[Digest]int, len(r.order))
	under := make(map[Digest]bool)
	var depth func(d Digest) int
	depth = func(d Digest) int {
		if at, done := out[d]; done || under[d] {
			return at
		}
		under[d] = true // what needs itself in a circle ends here
		at := 1
		needs := r.subjects(d)
		if m := r.manifest(d); m != nil {
			for k := range m.Manifests {
				needs = append(needs, m.Manifests[k].Digest)
			}
		}
		for _, n := range needs {
			if r.comes[n] && n != d {
				at = max(at, depth(n)+1)
			}
		}
		out[d] = at
		return at
	}
	for _, d := range r.order {
		depth(d)
	}
	return out
}
