package archive

import (
	"archive/tar"
	"strings"
)

// Words for hard links that lead nowhere.
const (
	leavesRoot  = ", which leaves the root"
	nothingHere = ", where nothing is"
	throughLink = " by way of another link, content not compared"
)

// hardlink reads the header of a hard link. It has no mode and no owner of its
// own: it is the file it leads to.
func hardlink(e *Entry, h *tar.Header) {
	e.Kind, e.Mode, e.UID, e.GID = Hardlink, 0, 0, 0
	to, ok := cleanName(h.Linkname)
	if e.Link = "/" + to; !ok {
		e.Link, e.Extra = h.Linkname, leavesRoot
	}
}

// follow gives a hard link the content that it leads to as the tree is now: a
// later file under that name leaves the link alone. Where lower layers that
// were not read have the target, the link stays open.
func (t *Tree) follow(e *Entry) *Entry {
	if e.Extra != "" {
		return e // leads nowhere
	}
	target, hidden, blind := t.find(strings.TrimPrefix(e.Link, "/"))
	out := *e
	switch {
	case blind:
		out.Extra = throughLink
	case target == nil && !hidden:
		return e
	case target == nil, target.Kind == Directory:
		out.Extra = nothingHere
	case target.Kind == Hardlink:
		out.Link, out.Extra = target.Link, target.Extra // as open, or as dead
	default:
		out = *target
		out.Path, out.Hard = e.Path, e.Link
	}
	return &out
}

// Open reports whether a hard link leads to what was not read.
func (e *Entry) Open() bool { return e != nil && e.Kind == Hardlink && e.Extra == "" }

// Blind reports whether a hard link leads to what cannot be told: it is then
// like nothing else, not even like itself.
func (e *Entry) Blind() bool { return e != nil && e.Kind == Hardlink && e.Extra == throughLink }

// find is what the tree has at a path; hidden says that lower layers have
// nothing to add there, blind that the path goes through a symbolic link.
func (t *Tree) find(path string) (e *Entry, hidden, blind bool) {
	n := &t.root
	hidden = n.gone
	for path != "" {
		if n.entry != nil && n.entry.Kind == Symlink {
			return nil, hidden, true
		}
		var name string
		name, path, _ = strings.Cut(path, "/")
		hidden = hidden || n.opaque
		child := n.children[name]
		if child == nil {
			return nil, hidden, false
		}
		n = child
		hidden = hidden || n.gone
	}
	return n.entry, hidden, false
}
