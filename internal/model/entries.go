package model

import (
	"runtime"
	"slices"
	"sync"
)

// Entries lists every version of a package with what is known about it,
// newest first; versions whose time nobody tells keep the order of the
// snapshot. A package that is not in the inventory has none.
func Entries(s Survey, pkg string) []Entry {
	l := newEntryLook(s, pkg)
	out := make([]Entry, len(l.snap.Versions))
	for i := range l.snap.Versions {
		out[i] = l.entry(i)
	}
	sortNewestFirst(out, func(e *Entry) *Entry { return e })
	return out
}

// sortNewestFirst sorts by creation, stable, and at no cost where the list is
// sorted already.
func sortNewestFirst[T any](list []T, entry func(*T) *Entry) {
	order := func(a, b T) int { return entry(&b).Created.Compare(entry(&a).Created) }
	if !slices.IsSortedFunc(list, order) {
		slices.SortStableFunc(list, order)
	}
}

// tagFacts are what the names of a version's tags tell together.
type tagFacts struct {
	commit   string // 40 hex, of a commit tag
	arch     string // of an architecture tag
	subject  Digest // what a plumbing tag belongs to
	plumbing bool
	cosign   bool // a plumbing tag of cosign's form
	own      bool // a tag that people use: the version stands for itself
}

func factsOf(layout Layout, tags []string) tagFacts {
	var f tagFacts
	for _, t := range tags {
		info := layout.Tag(t)
		switch {
		case info.Kind == TagPlumbing:
			f.plumbing = true
			if info.Subject != "" {
				f.subject = info.Subject
				f.cosign = t != info.Subject.FallbackTag()
			}
			continue
		case info.Arch != "":
			f.arch = info.Arch
		default:
			f.own = true
		}
		if len(info.Commit) == 40 {
			f.commit = info.Commit
		}
	}
	return f
}

// entryLook is what looking at all versions of a package shares.
type entryLook struct {
	survey Survey
	spec   PackageSpec
	snap   Snapshot
	layers map[Digest]bool
	names  map[string][]string // of platforms, as lists of one
	// By the place of the version, looked up once: digests are long keys.
	facts   []tagFacts
	read    []*Manifest // nil: not read
	rels    []related
	of      []*Release // nil: a member of none that is known
	commits []string
}

func newEntryLook(s Survey, pkg string) *entryLook {
	p := s.Inventory.stated(pkg)
	l := &entryLook{survey: s, spec: p.Spec, snap: p.Snapshot,
		layers:  make(map[Digest]bool),
		names:   make(map[string][]string),
		facts:   make([]tagFacts, len(p.Snapshot.Versions)),
		read:    make([]*Manifest, len(p.Snapshot.Versions)),
		rels:    make([]related, len(p.Snapshot.Versions)),
		of:      make([]*Release, len(p.Snapshot.Versions)),
		commits: make([]string, len(p.Snapshot.Versions)),
	}
	release := make(map[Digest]*Release, len(s.Releases))
	for i := len(s.Releases) - 1; i >= 0; i-- { // the newest is written last
		if m, has := s.Releases[i].Members[pkg]; has {
			release[m.Digest] = &s.Releases[i]
		}
	}
	sideBySide(len(l.snap.Versions), func(i int) {
		v := &l.snap.Versions[i]
		l.facts[i] = factsOf(s.Inventory.Layout, v.Tags)
		l.read[i] = l.snap.Manifests[v.Digest]
		l.rels[i] = l.snap.related(v.Digest)
		l.commits[i] = l.facts[i].commit
		l.of[i] = release[v.Digest]
		if r := l.of[i]; r != nil && r.Commit != "" {
			l.commits[i] = r.Commit
		}
	})
	l.inheritCommits()
	return l
}

// sideBySide calls f with 0 to n-1 on all cores where they are many. f may write
// nothing but what is of its own place.
func sideBySide(n int, f func(i int)) {
	const least = 4096 // below that a core alone is done before another has begun
	workers := max(1, min(runtime.GOMAXPROCS(0), n/least))
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for i := w * n / workers; i < (w+1)*n/workers; i++ {
				f(i)
			}
		})
	}
	all.Wait()
}

// inheritCommits gives a version without a commit of its own that of the
// indexes that list it, then that of the children it lists, then that of what
// it speaks about; nothing where they disagree.
func (l *entryLook) inheritCommits() {
	for i := range l.commits {
		if l.commits[i] == "" {
			l.commits[i] = l.agreed(l.rels[i].listed)
		}
	}
	for i, m := range l.read {
		if l.commits[i] != "" || m == nil {
			continue
		}
		var commit consensus
		for k := range m.Manifests {
			if j, ok := l.snap.byDigest[m.Manifests[k].Digest]; ok && l.facts[i].subject == "" {
				commit.add(l.commits[j])
			}
		}
		l.commits[i] = commit.get()
	}
	for i, m := range l.read {
		subject := l.facts[i].subject
		if m != nil && m.Subject != nil {
			subject = m.Subject.Digest
		}
		if subject == "" || l.commits[i] != "" {
			continue
		}
		if j, ok := l.snap.byDigest[subject]; ok {
			l.commits[i] = l.commits[j]
		}
	}
}

// agreed is the commit of the indexes that list a child.
func (l *entryLook) agreed(list []listing) string {
	var commit consensus
	for _, listing := range list {
		if j := listing.at; j >= 0 && l.facts[j].subject == "" {
			commit.add(l.commits[j])
		}
	}
	return commit.get()
}

// consensus is what several say, where those who say anything agree.
type consensus struct {
	said    string
	dispute bool
}

func (c *consensus) add(s string) {
	if s != "" {
		c.dispute = c.dispute || c.said != "" && c.said != s
		c.said = s
	}
}

func (c *consensus) get() string {
	if c.dispute {
		return ""
	}
	return c.said
}

func (l *entryLook) entry(i int) Entry {
	v := l.snap.Versions[i]
	e := Entry{
		Version: v, Kind: l.kind(i), Platforms: l.platforms(i), Size: l.size(l.read[i]), Commit: l.commits[i],
		Parents: l.rels[i].parents, Referrers: l.rels[i].referrers,
	}
	if r := l.of[i]; r != nil {
		e.Release = r.Name
	}
	return e
}

// kind is Snapshot.Kind for a version whose tags were read already.
func (l *entryLook) kind(i int) VersionKind {
	if !l.facts[i].plumbing {
		return l.snap.kindOfContent(l.survey.Inventory.Layout, l.read[i], l.rels[i].listed)
	}
	if l.facts[i].cosign {
		return VersionAttestation
	}
	return VersionReferrers
}

// platforms are those of an index by its entries, of a child by the index that
// lists it, of an index that was not read by its architecture tag.
func (l *entryLook) platforms(i int) []string {
	m := l.read[i]
	if m != nil && m.IsIndex() {
		var out []string
		for k := range m.Manifests {
			if child := &m.Manifests[k]; child.Platform != nil && !child.BuildxAttestation() {
				out = append(out, child.Platform.String())
			}
		}
		return out
	}
	for _, listing := range l.rels[i].listed {
		if p := listing.entry.Platform; p != nil && !listing.entry.BuildxAttestation() {
			return l.alone(p.String())
		}
	}
	if arch := l.facts[i].arch; arch != "" && m == nil {
		return l.alone(arch)
	}
	return nil
}

// alone is a list of one name, made once for all who need it.
func (l *entryLook) alone(name string) []string {
	if l.names[name] == nil {
		l.names[name] = []string{name}
	}
	return l.names[name]
}

// size is the bytes of config and layers; of an index, of everything in it
// that runs, with layers that its children share counted once. -1 where one of
// the manifests needed was not read.
func (l *entryLook) size(m *Manifest) int64 {
	if m == nil {
		return -1
	}
	clear(l.layers)
	var sum int64
	whole := l.snap.content(m, func(part Descriptor) { sum = addBytes(sum, l.once(part)) })
	if !whole {
		return -1
	}
	return sum
}

func (l *entryLook) once(part Descriptor) int64 {
	if l.layers[part.Digest] {
		return 0
	}
	l.layers[part.Digest] = true
	return part.Size
}
