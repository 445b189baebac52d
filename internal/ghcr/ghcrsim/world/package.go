package world

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// record is one version with its bytes. A record of a Source exists only while
// it is looked at, unless something was written to it.
type record struct {
	Version
	raw []byte
}

// gone is what the tag overlay holds for a tag of the source that went away.
const gone = -1

// pkg is one package: a source's versions, numbered 0 to Len-1, then those
// written later. All that changes is an overlay over the source.
type pkg struct {
	mu     sync.Mutex
	meta   Package
	source Source // nil: none
	base   int    // versions of the source

	kept    map[int]*record      // versions of the source that were written to
	added   []*record            // version base+i
	active  []int32              // version numbers by creation, oldest first
	deleted []int32              // the same for deleted ones
	digests map[model.Digest]int // active added versions
	tags    map[string]int       // overlay: tag → version number or gone
	order   []string             // tags of the overlay, oldest pushed first
	moves   []TagMove
}

func newPkg(meta Package, source Source) *pkg {
	p := &pkg{
		meta: meta, source: source, kept: map[int]*record{},
		digests: map[model.Digest]int{}, tags: map[string]int{},
	}
	if source != nil {
		p.base = source.Len()
		p.active = make([]int32, p.base)
		for i := range p.active {
			p.active[i] = int32(i)
		}
	}
	return p
}

func (p *pkg) gone() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.meta.Deleted != nil
}

func (p *pkg) info() Package {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := p.meta
	out.Roles = maps.Clone(out.Roles)
	out.VersionCount = len(p.active)
	return out
}

// look returns version n for reading.
func (p *pkg) look(n int) *record {
	if n >= p.base {
		return p.added[n-p.base]
	}
	if r, ok := p.kept[n]; ok {
		return r
	}
	return &record{Version: p.source.Version(n)}
}

// own returns version n for writing.
func (p *pkg) own(n int) *record {
	r := p.look(n)
	if n < p.base {
		p.kept[n] = r
	}
	return r
}

// bytes returns the manifest of version n.
func (p *pkg) bytes(n int) ([]byte, string) {
	if n < p.base {
		return p.source.Manifest(n)
	}
	r := p.added[n-p.base]
	return r.raw, r.MediaType
}

// byDigest finds the active version of a digest.
func (p *pkg) byDigest(d model.Digest) (int, bool) {
	if n, ok := p.digests[d]; ok {
		return n, true
	}
	if p.source == nil {
		return 0, false
	}
	n, ok := p.source.Find(d)
	if ok && p.look(n).Deleted != nil {
		return 0, false
	}
	return n, ok
}

// byTag finds the version that holds a tag.
func (p *pkg) byTag(tag string) (int, bool) {
	if n, ok := p.tags[tag]; ok {
		return n, n != gone
	}
	if p.source == nil {
		return 0, false
	}
	return p.source.FindTag(tag)
}

// byID finds a version, deleted or not. IDs rise with the number.
func (p *pkg) byID(id int64) (int, bool) {
	total := p.base + len(p.added)
	lo, hi := 0, total
	for lo < hi {
		mid := (lo + hi) / 2
		if p.look(mid).ID < id {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo, lo < total && p.look(lo).ID == id
}

// older orders version numbers by creation, then by ID.
func (p *pkg) older(a, b int32) int {
	x, y := p.look(int(a)), p.look(int(b))
	return cmp.Or(x.Created.Compare(y.Created), cmp.Compare(x.ID, y.ID))
}

// insert puts a version number into a list ordered by creation.
func (p *pkg) insert(list []int32, n int) []int32 {
	v := int32(n)
	if len(list) == 0 || p.older(list[len(list)-1], v) < 0 {
		return append(list, v)
	}
	i, _ := slices.BinarySearchFunc(list, v, p.older)
	return slices.Insert(list, i, v)
}

// remove takes a version number out of a list ordered by creation.
func (p *pkg) remove(list []int32, n int) []int32 {
	i, ok := slices.BinarySearchFunc(list, int32(n), p.older)
	if !ok {
		return list
	}
	return slices.Delete(list, i, i+1)
}

// touch moves the package's own time forward.
func (p *pkg) touch(at time.Time) {
	if at.After(p.meta.Updated) {
		p.meta.Updated = at
	}
}

// copyOut gives a version away.
func (r *record) copyOut() Version {
	v := r.Version
	v.Tags = slices.Clone(v.Tags)
	return v
}
