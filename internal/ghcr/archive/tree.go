package archive

import (
	"maps"
	"slices"
	"strings"
)

// Tree is what a stack of layers makes of a file system, as far as these layers
// tell.
type Tree struct{ root node }

// node is one path.
type node struct {
	children map[string]*node
	entry    *Entry // nil: these layers have nothing here
	gone     bool   // what lower layers have here and below is hidden
	opaque   bool   // what they have below here is hidden
}

// NewTree is an empty tree. complete says that no layers lie below those that
// will be applied.
func NewTree(complete bool) *Tree {
	return &Tree{node{gone: complete}}
}

// Apply puts a layer on top.
func (t *Tree) Apply(l *Listing) {
	for _, p := range l.Gone {
		n := t.at(p)
		*n = node{gone: true}
	}
	for _, p := range l.Opaque {
		n := t.at(p)
		n.children, n.opaque = nil, true
	}
	for i := range l.Entries {
		e := &l.Entries[i]
		if e.Kind == Hardlink {
			e = t.follow(e)
		}
		n := t.at(e.Path)
		if e.Kind != Directory {
			n.children, n.opaque = nil, true
		} else if n.entry != nil && n.entry.Kind != Directory {
			n.opaque = true
		}
		n.entry = e
	}
}

// at finds the node of a path, or makes it.
func (t *Tree) at(path string) *node {
	n := &t.root
	for path != "" {
		var name string
		name, path, _ = strings.Cut(path, "/")
		child := n.children[name]
		if child == nil {
			if n.children == nil {
				n.children = make(map[string]*node)
			}
			child = &node{}
			n.children[name] = child
		}
		n = child
	}
	return n
}

// Delta is one path that differs. A side without an entry has nothing there,
// unless it is Below: then it has what unread lower layers have.
type Delta struct {
	Path          string
	Before, After *Entry
	BeforeBelow   bool
	AfterBelow    bool
	// Contents is set where not the directory itself is meant but all that
	// lower layers have in it.
	Contents bool
}

// Compare tells what differs between two trees over the same lower layers, in
// the order of paths, and how many entries are equal.
func Compare(a, b *Tree) (deltas []Delta, equal int) {
	w := walk{}
	w.node("", &a.root, &b.root, false, false)
	return w.deltas, w.equal
}

// Unsettled reports whether a delta depends on lower layers.
func Unsettled(deltas []Delta) bool {
	return slices.ContainsFunc(deltas, func(d Delta) bool {
		return d.BeforeBelow || d.AfterBelow || d.Before.Open() || d.After.Open()
	})
}

type walk struct {
	deltas []Delta
	equal  int
}

// side is what one tree says about a path.
type side struct {
	entry  *Entry
	hidden bool // what lower layers have here
	below  bool // what they have below here
}

func sideOf(n *node, hidden bool) side {
	if n == nil {
		return side{hidden: hidden, below: hidden}
	}
	return side{n.entry, hidden || n.gone, hidden || n.gone || n.opaque}
}

// open reports whether lower layers decide.
func (s side) open() bool { return s.entry == nil && !s.hidden }

// covered reports whether the delta of the path itself says all there is: x has
// what lower layers have, y something that holds nothing.
func covered(x, y side) bool {
	return x.open() && !y.open() && (y.entry == nil || y.entry.Kind != Directory)
}

func (w *walk) node(path string, a, b *node, hiddenA, hiddenB bool) {
	x, y := sideOf(a, hiddenA), sideOf(b, hiddenB)
	w.compare(path, x, y)
	if x.below != y.below && !covered(x, y) && !covered(y, x) {
		w.deltas = append(w.deltas, Delta{Path: path, Contents: true, BeforeBelow: !x.below, AfterBelow: !y.below})
	}
	if a == nil && b == nil {
		return
	}
	for _, name := range childrenOf(a, b) {
		child := name
		if path != "" {
			child = path + "/" + name
		}
		w.node(child, a.child(name), b.child(name), x.below, y.below)
	}
}

func (w *walk) compare(path string, x, y side) {
	switch {
	case x.entry != nil && y.entry != nil:
		if x.entry.same(y.entry) {
			w.equal++
			return
		}
	case x.entry == nil && y.entry == nil && x.hidden == y.hidden:
		return // both have nothing, or the same of lower layers
	}
	w.deltas = append(w.deltas, Delta{Path: path, Before: x.entry, After: y.entry, BeforeBelow: x.open(), AfterBelow: y.open()})
}

func (n *node) child(name string) *node {
	if n == nil {
		return nil
	}
	return n.children[name]
}

func childrenOf(a, b *node) []string {
	var out []string
	for _, n := range []*node{a, b} {
		if n != nil {
			out = slices.AppendSeq(out, maps.Keys(n.children))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
