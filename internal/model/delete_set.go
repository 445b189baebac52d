package model

import (
	"cmp"
	"slices"
)

// deletionSet is what of one package is deleted, and why.
type deletionSet struct {
	pkg    string
	layout Layout
	state  PackageState
	snap   Snapshot
	rows   []Row
	rowOf  map[Digest]int // version → its row, for parts too
	asked  map[Digest]bool
	goes   map[Digest]bool
	absent []VersionRef // asked for and not there
	stays  []Digest     // parts of what was asked that something kept needs
}

// newDeletionSet finds what the refs of one package mean and, with parts, what
// goes along.
func newDeletionSet(s Survey, pkg string, refs []VersionRef, withParts bool) *deletionSet {
	state := s.Inventory.stated(pkg)
	d := &deletionSet{pkg: pkg, layout: s.Inventory.Layout, state: state, snap: state.Snapshot, asked: make(map[Digest]bool), goes: make(map[Digest]bool)}
	byID := make(map[int64]Digest, len(d.snap.Versions))
	for _, v := range d.snap.Versions {
		byID[v.ID] = v.Digest
	}
	for _, ref := range refs {
		at := ref.Digest
		if ref.ID != 0 {
			at = byID[ref.ID]
		}
		if _, listed := d.snap.Version(at); !listed || ref.Digest != "" && ref.Digest != at {
			d.absent = append(d.absent, ref)
			continue
		}
		d.asked[at], d.goes[at] = true, true
	}
	d.fold(s)
	if withParts {
		d.grow()
	}
	return d
}

// fold says which row every version stands in.
func (d *deletionSet) fold(s Survey) {
	d.rows = Fold(s, d.pkg)
	d.rowOf = make(map[Digest]int, len(d.snap.Versions))
	for i, r := range d.rows {
		d.rowOf[r.Digest] = i
		for _, p := range r.Parts {
			d.rowOf[p.Digest] = i
		}
	}
}

// grow takes along what belongs to the versions asked for: first all that could,
// then without what something needs or speaks of that stays. What only seems to
// belong by the time of its push stays.
func (d *deletionSet) grow() {
	for _, r := range d.rows {
		if !d.asked[r.Digest] {
			continue
		}
		for _, p := range r.Parts {
			if p.Role != PartInferred {
				d.goes[p.Digest] = true
			}
		}
	}
	d.follow()
	for again := true; again; {
		again = false
		for _, v := range d.snap.Versions {
			if d.goes[v.Digest] && !d.asked[v.Digest] && d.heldBy(v) != "" {
				delete(d.goes, v.Digest)
				d.stays = append(d.stays, v.Digest)
				again = true
			}
		}
	}
}

// follow adds what the versions that go list and what speaks of them: what
// stands under another row, for it belongs to several.
func (d *deletionSet) follow() {
	queue := make([]Digest, 0, len(d.goes))
	for _, v := range d.snap.Versions {
		if d.goes[v.Digest] {
			queue = append(queue, v.Digest)
		}
	}
	for len(queue) > 0 {
		at := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		for _, next := range d.belongings(at) {
			v, listed := d.snap.Version(next)
			if !listed || d.goes[next] || factsOf(d.layout, v.Tags).own {
				continue
			}
			d.goes[next] = true
			queue = append(queue, next)
		}
	}
}

// belongings are the children of a version and what speaks of it.
func (d *deletionSet) belongings(at Digest) []Digest {
	out := slices.Clone(d.snap.Referrers(at))
	if m := d.snap.Manifests[at]; m != nil {
		for i := range m.Manifests {
			out = append(out, m.Manifests[i].Digest)
		}
	}
	if fallback := d.snap.Tag(at.FallbackTag()); fallback != "" {
		out = append(out, fallback)
	}
	return out
}

// heldBy is something that stays and needs a version, or that stays and that the
// version speaks of; "" where there is nothing.
func (d *deletionSet) heldBy(v Version) Digest {
	if p := d.neededBy(v.Digest); p != "" {
		return p
	}
	for _, subject := range d.subjects(v) {
		if _, listed := d.snap.Version(subject); listed && !d.goes[subject] {
			return subject
		}
	}
	return ""
}

// neededBy is an index that stays and lists a version, one that people know by a
// tag before others; "" where none does.
func (d *deletionSet) neededBy(at Digest) Digest {
	var by Digest
	for _, p := range d.snap.Parents(at) {
		v, listed := d.snap.Version(p)
		if !listed || d.goes[p] || p == at {
			continue
		}
		if factsOf(d.layout, v.Tags).own {
			return p
		}
		by = p
	}
	return by
}

// subjects are what a version says something about, by its manifest and by its
// tags.
func (d *deletionSet) subjects(v Version) []Digest {
	var out []Digest
	if m := d.snap.Manifests[v.Digest]; m != nil && m.Subject != nil {
		out = append(out, m.Subject.Digest)
	}
	for _, t := range v.Tags {
		if subject := plumbingSubject(t); subject != "" {
			out = append(out, subject)
		}
	}
	return out
}

// speaks reports whether a version is no content itself but speaks of other:
// by its manifest, its tags or the list that names it.
func (d *deletionSet) speaks(v Version) bool {
	if len(d.subjects(v)) > 0 {
		return true
	}
	for _, p := range d.snap.Parents(v.Digest) {
		if parent, ok := d.snap.Version(p); ok && len(d.subjects(parent)) > 0 {
			return true
		}
	}
	return false
}

// stages is when each version goes, from 1: what lists others before what it
// lists and before the indexes that it was made of, and what speaks of others
// after all of them. Whoever stops in between leaves what nobody asks for, never
// something broken; and an index that GitHub keeps is known to be kept while
// everything that it needs and that proves it is there.
func (d *deletionSet) stages() map[Digest]int {
	out := make(map[Digest]int, len(d.goes))
	under := make(map[Digest]bool)
	content := 0
	wholes := d.wholes()
	var depth func(v Version, base int) int
	depth = func(v Version, base int) int {
		if at, done := out[v.Digest]; done || under[v.Digest] {
			return at
		}
		under[v.Digest] = true // indexes that list each other end here
		at := base + 1
		for _, p := range slices.Concat(d.snap.Parents(v.Digest), wholes[v.Digest]) {
			parent, listed := d.snap.Version(p)
			if listed && d.goes[p] && d.speaks(parent) == d.speaks(v) {
				at = max(at, depth(parent, base)+1)
			}
		}
		out[v.Digest] = at
		return at
	}
	for _, speaking := range []bool{false, true} {
		base := content
		for _, v := range d.snap.Versions {
			if d.goes[v.Digest] && d.speaks(v) == speaking {
				content = max(content, depth(v, base))
			}
		}
	}
	return out
}

// wholes are, by the index of a part, the indexes that go and run all of it and
// more.
func (d *deletionSet) wholes() map[Digest][]Digest {
	out := make(map[Digest][]Digest)
	for _, v := range d.snap.Versions {
		if !d.goes[v.Digest] {
			continue
		}
		for _, part := range d.snap.PartIndexes(v.Digest) {
			out[part] = append(out[part], v.Digest)
		}
	}
	return out
}

// deletions are the changes of all packages in the order of their stages, and
// within one as the packages and their versions stand.
func deletions(sets []*deletionSet) []Change {
	var out []Change
	for _, d := range sets {
		stages := d.stages()
		for _, v := range d.snap.Versions {
			if d.goes[v.Digest] {
				out = append(out, Change{Kind: DeleteVersion, Stage: stages[v.Digest], Package: d.pkg, From: v.Digest, VersionID: v.ID})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Change) int { return cmp.Compare(a.Stage, b.Stage) })
	return out
}
