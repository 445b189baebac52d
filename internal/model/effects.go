package model

import (
	"slices"
	"time"
)

// restorableFor is how long GitHub keeps a deleted version for restoring
// (GitHub Docs, "Deleting and restoring a package").
const restorableFor = 30 * 24 * time.Hour

// EffectsOf lists what changes, carried out in their order, do to every tag
// and version of the survey's snapshots: first the tags, each once and with
// where it stands before all changes and after them, in the order in which the
// changes come to them; then the versions that are deleted or restored or lose
// their last tag, their Tag empty.
//
// A tag that ends where it began is unchanged. Tags come from the snapshots,
// not from the changes' preconditions.
func EffectsOf(s Survey, changes []Change) []Effect {
	w := &workings{survey: s, packages: make(map[string]*tagWorkings)}
	for _, c := range changes {
		w.apply(c)
	}
	return w.effects()
}

// workings follow the tags of all packages through a list of changes.
type workings struct {
	survey   Survey
	packages map[string]*tagWorkings
	order    []string
	touched  []tagPlace // tags in the order in which the changes come to them
}

type tagWorkings struct {
	snap     Snapshot
	after    map[string]Digest // of touched tags
	deleted  map[Digest]int64
	restored []Change
	losing   []Digest            // that lost a tag, in order
	gained   map[Digest][]string // tags that were pointed here on the way
	byID     map[int64]Digest    // made when first needed
}

func (w *workings) of(pkg string) *tagWorkings {
	t := w.packages[pkg]
	if t == nil {
		p, _ := w.survey.Inventory.Package(pkg)
		t = &tagWorkings{snap: p.Snapshot, after: make(map[string]Digest), deleted: make(map[Digest]int64), gained: make(map[Digest][]string)}
		w.packages[pkg] = t
		w.order = append(w.order, pkg)
	}
	return t
}

func (w *workings) apply(c Change) {
	t := w.of(c.Package)
	switch c.Kind {
	case MoveTag, CreateTag, RemoveTag, PutArtifact:
		if c.Tag != "" {
			w.point(c.Package, t, c.Tag, c.To)
		}
	case DeleteVersion:
		d := c.From
		if d == "" {
			d = t.withID(c.VersionID)
		}
		t.deleted[d] = c.VersionID
		for _, tag := range t.tagsAt(d) {
			w.point(c.Package, t, tag, "")
		}
	case RestoreVersion:
		t.restored = append(t.restored, c)
	}
}

func (w *workings) point(pkg string, t *tagWorkings, tag string, to Digest) {
	before := t.now(tag)
	if _, seen := t.after[tag]; !seen {
		w.touched = append(w.touched, tagPlace{pkg, tag})
	}
	t.after[tag] = to
	t.gained[to] = append(t.gained[to], tag)
	if before != "" && before != to {
		t.losing = append(t.losing, before)
	}
}

// now is where a tag points after the changes so far.
func (t *tagWorkings) now(tag string) Digest {
	if d, touched := t.after[tag]; touched {
		return d
	}
	return t.snap.Tag(tag)
}

// withID is the digest of the version with an id, "" where there is none.
func (t *tagWorkings) withID(id int64) Digest {
	if t.byID == nil {
		t.byID = make(map[int64]Digest, len(t.snap.Versions))
		for _, v := range t.snap.Versions {
			t.byID[v.ID] = v.Digest
		}
	}
	return t.byID[id]
}

// tagsAt lists the tags that point to a digest after the changes so far: those
// of the snapshot first, then those that were moved here.
func (t *tagWorkings) tagsAt(d Digest) []string {
	var out []string
	v, _ := t.snap.Version(d)
	for _, tag := range v.Tags {
		if t.now(tag) == d {
			out = append(out, tag)
		}
	}
	for _, tag := range t.gained[d] {
		if t.now(tag) == d && !slices.Contains(out, tag) {
			out = append(out, tag)
		}
	}
	return out
}

func (w *workings) effects() []Effect {
	var out []Effect
	for _, at := range w.touched {
		t := w.packages[at.pkg]
		e := Effect{Package: at.pkg, Tag: at.tag, Before: t.snap.Tag(at.tag), After: t.after[at.tag], Undo: UndoFull}
		switch {
		case e.Before == e.After:
			e.Kind = EffectUnchanged
		case e.Before == "":
			e.Kind = EffectCreated
		case e.After == "":
			e.Kind = EffectRemoved
		default:
			e.Kind = EffectMoved
		}
		if id, gone := t.deleted[e.Before]; gone && id != 0 && e.Kind != EffectUnchanged {
			e.Undo, e.UndoUntil = UndoUntil, w.restorableUntil()
		}
		out = append(out, e)
	}
	for _, pkg := range w.order {
		out = append(out, w.versionEffects(pkg)...)
	}
	return out
}

func (w *workings) restorableUntil() time.Time {
	if now := w.survey.Inventory.ReadAt; !now.IsZero() {
		return now.Add(restorableFor)
	}
	return time.Time{}
}

func (w *workings) versionEffects(pkg string) []Effect {
	t := w.packages[pkg]
	var out []Effect
	for _, v := range t.snap.Versions {
		if id, gone := t.deleted[v.Digest]; gone {
			out = append(out, Effect{Package: pkg, VersionID: id, Before: v.Digest, Kind: EffectDeleted,
				Undo: UndoUntil, UndoUntil: w.restorableUntil()})
		}
	}
	for _, c := range t.restored {
		out = append(out, Effect{Package: pkg, VersionID: c.VersionID, After: c.To, Kind: EffectRestored, Undo: UndoFull})
	}
	said := make(map[Digest]bool)
	for _, d := range t.losing {
		v, listed := t.snap.Version(d)
		_, gone := t.deleted[d]
		if !listed || gone || said[d] || len(v.Tags) == 0 || len(t.tagsAt(d)) > 0 {
			continue
		}
		said[d] = true
		out = append(out, Effect{Package: pkg, VersionID: v.ID, Before: d, After: d, Kind: EffectOrphaned, Undo: UndoFull})
	}
	return out
}

// Inverse lists the changes that take a plan's effects on tags back, in
// reverse order. What is orphaned gets its tag back by them; deleted and
// restored versions are not a matter of tags and are left out.
func Inverse(effects []Effect) []Change {
	var out []Change
	for i := len(effects) - 1; i >= 0; i-- {
		e := effects[i]
		if e.Tag == "" {
			continue
		}
		c := Change{Package: e.Package, Tag: e.Tag, From: e.After, To: e.Before}
		switch e.Kind {
		case EffectMoved:
			c.Kind = MoveTag
		case EffectCreated:
			c.Kind = RemoveTag
		case EffectRemoved:
			c.Kind = CreateTag
		default:
			continue
		}
		out = append(out, c)
	}
	return out
}
