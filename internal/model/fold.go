package model

import (
	"slices"
	"strings"
	"time"
)

// Fold puts children, attestations and plumbing under what they belong to:
// every version of the snapshot is exactly once either a row or a part of one.
// Rows are newest first. What several rows need stands under the newest.
//
// A version stands for itself where it bears a tag that people use, whatever
// else it may be: a channel tag on a platform child is a mistake that must be
// seen.
func Fold(s Survey, pkg string) []Row {
	f := &folder{entryLook: newEntryLook(s, pkg)}
	n := len(f.snap.Versions)
	f.kinds = make([]VersionKind, n)
	f.under = make([]int, n)
	f.role = make([]PartRole, n)
	f.state = make([]byte, n)
	f.biggest = make(map[Digest]int)
	f.ofCommit = make(map[string]int)
	f.apart = make(map[string][]int)
	for i := range f.snap.Versions {
		f.kinds[i] = f.kind(i)
		f.under[i] = i
		if c := f.facts[i]; c.own && c.arch == "" && c.commit != "" {
			if _, seen := f.ofCommit[c.commit]; !seen {
				f.ofCommit[c.commit] = i
			}
		}
	}
	for i := range f.snap.Versions {
		f.place(i)
	}
	f.joinUnmerged()
	f.infer()
	return f.rows()
}

// inferredWithin is how long before an index its parts are pushed at most.
const inferredWithin = 15 * time.Minute

type folder struct {
	*entryLook
	kinds    []VersionKind
	under    []int // the version that this one is folded under; itself: a row
	role     []PartRole
	state    []byte           // of placing: 0 not begun, 1 under way, 2 done
	biggest  map[Digest]int   // child → the index with most platforms that lists it, the newest of equals
	ofCommit map[string]int   // commit → the version that bears its tag
	apart    map[string][]int // commit → architecture indexes that no index joins
}

// at is the place of a digest that is a version of this package.
func (f *folder) at(d Digest) (int, bool) {
	if d == "" {
		return 0, false
	}
	i, ok := f.snap.byDigest[d]
	return i, ok
}

// root follows under to the row.
func (f *folder) root(i int) int {
	for f.under[i] != i {
		i = f.under[i]
	}
	return i
}

// put folds i under where target stands, unless that is i itself.
func (f *folder) put(i, target int, role PartRole) bool {
	if r := f.root(target); r != i {
		f.under[i], f.role[i] = r, role
		return true
	}
	return false
}

// place finds what a version belongs to by what is known for certain. Tags can
// be put in a circle (each the referrers tag of the other's digest): what is
// under way already is taken as a row.
func (f *folder) place(i int) {
	if f.state[i] != 0 {
		return
	}
	f.state[i] = 1
	f.placeKnown(i)
	f.state[i] = 2
}

func (f *folder) placeKnown(i int) {
	facts := f.facts[i]
	if facts.own && !f.namesOwnPlatform(i) {
		return
	}
	if j, ok := f.at(facts.subject); ok {
		f.place(j)
		role := PartFallback
		if facts.cosign {
			role = PartCosign
		}
		if f.put(i, j, role) {
			return
		}
	}
	if m := f.read[i]; m != nil && m.Subject != nil {
		if j, ok := f.at(m.Subject.Digest); ok {
			f.place(j)
			if f.put(i, j, PartAttestation) {
				return
			}
		}
	}
	if f.placeArchIndex(i) {
		return
	}
	f.placeChild(i)
}

// namesOwnPlatform reports whether all tags of a child or one-platform index
// that look like people's end in its platform: 1.2-amd64.
func (f *folder) namesOwnPlatform(i int) bool {
	platforms := f.platforms(i)
	if len(platforms) != 1 {
		return false
	}
	suffix := "-" + strings.ReplaceAll(platforms[0], "/", "-")
	for _, t := range f.snap.Versions[i].Tags {
		if !strings.HasSuffix(t, suffix) {
			return false
		}
	}
	return true
}

// placeArchIndex folds the index of one architecture under the index that was
// made of it: the one with the same children, else the one with the commit's
// tag. What bears an architecture tag and belongs to no index is set apart.
func (f *folder) placeArchIndex(i int) bool {
	m, facts := f.read[i], f.facts[i]
	if m != nil && m.IsIndex() {
		if j, ok := f.whole(i, m); ok {
			f.place(j)
			return f.put(i, j, PartArchIndex)
		}
	}
	if facts.arch == "" || m != nil && !m.IsIndex() && len(f.rels[i].parents) > 0 {
		return false
	}
	if j, ok := f.ofCommit[facts.commit]; ok && facts.commit != "" && j != i && !f.strangers(m, j) {
		f.place(j)
		return f.put(i, j, PartArchIndex)
	}
	if facts.commit != "" {
		f.apart[facts.commit] = append(f.apart[facts.commit], i)
	}
	return false
}

// whole finds the index that holds everything that runs in a smaller one. A
// build's own unsigned attestation is asked first, for another build may hold
// the same platforms.
func (f *folder) whole(i int, m *Manifest) (int, bool) {
	mine := platformCount(m)
	for _, attestations := range []bool{true, false} {
		for k := range m.Manifests {
			child := &m.Manifests[k]
			if child.BuildxAttestation() != attestations {
				continue
			}
			j := f.biggestOf(child.Digest)
			if j < 0 || j == i {
				continue
			}
			big := f.read[j]
			if platformCount(big) > mine && holds(big, m) {
				return j, true
			}
		}
	}
	return 0, false
}

// biggestOf is the index with most platforms that lists a child, the newest of
// equals, -1 where none does.
func (f *folder) biggestOf(child Digest) int {
	if j, ok := f.biggest[child]; ok {
		return j
	}
	best, most := -1, 0
	for _, l := range f.snap.related(child).listed {
		j := l.at
		if j < 0 || f.facts[j].subject != "" {
			continue
		}
		n := platformCount(f.read[j])
		if best < 0 || n > most || n == most && f.newer(j, best) {
			best, most = j, n
		}
	}
	f.biggest[child] = best
	return best
}

func platformCount(m *Manifest) int {
	n := 0
	for i := range m.Manifests {
		if m.Manifests[i].Platform != nil && !m.Manifests[i].BuildxAttestation() {
			n++
		}
	}
	return n
}

// holds reports whether everything that runs in small is in big too.
func holds(big, small *Manifest) bool {
	some := false
	for i := range small.Manifests {
		if small.Manifests[i].BuildxAttestation() {
			continue
		}
		some = true
		if !slices.ContainsFunc(big.Manifests, func(d Descriptor) bool { return d.Digest == small.Manifests[i].Digest }) {
			return false
		}
	}
	return some
}

// strangers reports whether it is known that an architecture's index is not
// what the commit's index was made of: then the tag was moved by another build.
func (f *folder) strangers(m *Manifest, j int) bool {
	big := f.read[j]
	return m != nil && m.IsIndex() && big != nil && big.IsIndex() && !holds(big, m)
}

// newer compares by creation, then by place in the snapshot.
func (f *folder) newer(a, b int) bool {
	va, vb := &f.snap.Versions[a], &f.snap.Versions[b]
	if !va.Created.Equal(vb.Created) {
		return va.Created.After(vb.Created)
	}
	return a < b
}

// placeChild folds a version under the newest row among the indexes that list
// it.
func (f *folder) placeChild(i int) {
	best, role := -1, PartPlatform
	for _, l := range f.rels[i].listed {
		j := l.at
		if j < 0 || j == i {
			continue
		}
		f.place(j)
		if r := f.root(j); r != i && (best < 0 || f.newer(r, best)) {
			best, role = r, f.roleIn(l, j)
		}
	}
	if best >= 0 {
		f.put(i, best, role)
	}
}

func (f *folder) roleIn(l listing, parent int) PartRole {
	switch {
	case f.facts[parent].plumbing, isAttestationType(l.entry.ArtifactType):
		return PartAttestation
	case l.entry.BuildxAttestation():
		return PartBuildx
	case l.entry.MediaType == MediaOCIIndex, l.entry.MediaType == MediaDockerList:
		return PartArchIndex
	}
	return PartPlatform
}

// joinUnmerged makes one row of the architecture indexes of a publish that
// never got the index over them.
func (f *folder) joinUnmerged() {
	for _, list := range f.apart {
		lead := list[0]
		for _, i := range list[1:] {
			if f.newer(i, lead) {
				lead = i
			}
		}
		for _, i := range list {
			if i != lead && f.under[i] == i {
				f.put(i, lead, PartArchIndex)
			}
		}
	}
}
