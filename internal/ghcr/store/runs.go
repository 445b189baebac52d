package store

import (
	"slices"

	"github.com/novotnyllc/caitui/internal/model"
)

// run is a time during which every sighting of a tag showed the same digest.
// first and last are themselves sightings, in milliseconds since 1970.
type run struct {
	id          int64 // of its row; 0: not written yet
	digest      model.Digest
	first, last int64
	source      string
	dirty       bool // differs from its row
}

// timeline is the runs of one tag, oldest first. Two runs side by side have
// different digests, unless a sighting of something else came between them.
type timeline []*run

// see adds one sighting. Sightings mostly come in order, but several
// processes watch, and the server's clock may be set back: one that falls
// into the past is put where it belongs, and the run that it contradicts is
// split into what is known of its two ends.
//
// An absence (empty digest) is kept only of a tag that has been seen to exist
// before: otherwise there is nothing that went away.
func (t timeline) see(digest model.Digest, at int64, source string) timeline {
	next := t.after(at)
	if next == 0 {
		if digest == "" {
			return t
		}
		if len(t) > 0 && t[0].digest == digest {
			t[0].first, t[0].dirty = at, true
			return t
		}
		return t.insert(0, &run{digest: digest, first: at, last: at, source: source})
	}
	here := t[next-1]
	switch {
	case here.digest == digest:
		if at > here.last {
			here.last, here.dirty = at, true
		}
		return t
	case at < here.last:
		return t.split(next-1, &run{digest: digest, first: at, last: at, source: source})
	case next < len(t) && t[next].digest == digest:
		t[next].first, t[next].dirty = at, true
		return t
	default:
		return t.insert(next, &run{digest: digest, first: at, last: at, source: source})
	}
}

// after returns the index of the first run that begins later than at.
func (t timeline) after(at int64) int {
	// From the end, where nearly every sighting belongs.
	for i := len(t); i > 0; i-- {
		if t[i-1].first <= at {
			return i
		}
	}
	return 0
}

func (t timeline) insert(i int, r *run) timeline {
	r.dirty = true
	return slices.Insert(t, i, r)
}

// split puts r into the middle of run i.
func (t timeline) split(i int, r *run) timeline {
	whole := t[i]
	tail := &run{digest: whole.digest, first: whole.last, last: whole.last, source: whole.source, dirty: true}
	whole.last, whole.dirty = whole.first, true
	r.dirty = true
	return slices.Insert(t, i+1, r, tail)
}
