package world

import (
	"fmt"
	"slices"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// SetTag puts a tag on a digest, taking it off where it was. Both versions'
// Updated becomes at (zero: now); Created stays. A tag that is there already
// changes nothing, as pushing the same manifest again does.
func (w *World) SetTag(name, tag string, d model.Digest, at time.Time) error {
	at = w.at(at)
	p := w.pkg(name)
	if p == nil {
		return fmt.Errorf("tagging %s:%s: %w", name, tag, ErrNoPackage)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	n, ok := p.byDigest(d)
	if !ok {
		return fmt.Errorf("tagging %s:%s: %s: %w", name, tag, d, ErrNoManifest)
	}
	move := TagMove{At: at, Tag: tag, To: d}
	if old, ok := p.byTag(tag); ok {
		if old == n {
			return nil
		}
		r := p.own(old)
		r.Tags = without(r.Tags, tag)
		r.Updated = at
		move.From = r.Digest
	}
	r := p.own(n)
	r.Tags = append(slices.Clone(r.Tags), tag)
	r.Updated = at
	p.giveTag(tag, n)
	p.moves = append(p.moves, move)
	p.touch(at)
	return nil
}

// giveTag notes which version holds a tag. A tag keeps its place in the order
// of first pushes while it exists.
func (p *pkg) giveTag(tag string, n int) {
	held, ok := p.tags[tag]
	switch {
	case ok && held != gone: // moved
	case !ok && p.ofSource(tag): // a tag of the source keeps the source's place
	default:
		p.order = append(p.order, tag)
	}
	p.tags[tag] = n
}

// ofSource reports whether the source has the tag.
func (p *pkg) ofSource(tag string) bool {
	if p.source == nil {
		return false
	}
	_, ok := p.source.FindTag(tag)
	return ok
}

// dropTag forgets a tag.
func (p *pkg) dropTag(tag string) {
	p.order = without(p.order, tag)
	if p.ofSource(tag) {
		p.tags[tag] = gone
	} else {
		delete(p.tags, tag)
	}
}

// without copies list with s left out.
func without(list []string, s string) []string {
	out := make([]string, 0, len(list))
	for _, x := range list {
		if x != s {
			out = append(out, x)
		}
	}
	return out
}

// Resolve gives the digest a tag points to.
func (w *World) Resolve(name, tag string) (model.Digest, bool) {
	p := w.pkg(name)
	if p == nil {
		return "", false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	n, ok := p.byTag(tag)
	if !ok {
		return "", false
	}
	return p.look(n).Digest, true
}

// TagNames lists the tags of a package, the one pushed first first. A tag that
// moves keeps its place. A package without tags gives an empty list, one that
// is not there nil.
func (w *World) TagNames(name string) []string {
	p := w.pkg(name)
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	out := []string{}
	if p.source != nil {
		again := make(map[string]bool, len(p.order))
		for _, tag := range p.order {
			again[tag] = true
		}
		for _, tag := range p.source.Tags() {
			if n, ok := p.tags[tag]; (!ok || n != gone) && !again[tag] {
				out = append(out, tag)
			}
		}
	}
	return append(out, p.order...)
}

// TagMoves lists every change of a tag that was written to the package, oldest
// first. It is what an engine needs to answer as of an earlier moment.
func (w *World) TagMoves(name string) []TagMove {
	p := w.pkg(name)
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.moves)
}
