package archive

import (
	"archive/tar"
	"fmt"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// Kind is what an entry is.
type Kind uint8

// The kinds.
const (
	File Kind = iota
	Directory
	Symlink
	Hardlink
	Device
	Pipe
	Other
	Content // what is no archive: it has no mode and no owner
)

// Entry is one thing in an archive.
type Entry struct {
	Path     string // from the root, without a slash at either end; "" is the root
	Kind     Kind
	Mode     int64 // permissions with set-uid, set-gid and sticky
	UID, GID int
	Size     int64        // of files, in bytes
	Digest   model.Digest // of files
	Link     string       // where links lead, as written
	// Hard is set for what is a hard link to this path; everything else is
	// that of the file it leads to.
	Hard string
	// Extra tells devices and capabilities apart.
	Extra string
	// Text is the content of a file that is text and not too long; IsText says
	// whether it is.
	Text   string
	IsText bool
}

// String is all that is compared of an entry, on one line.
func (e *Entry) String() string {
	mode := fmt.Sprintf("%04o %d:%d", e.Mode, e.UID, e.GID)
	out := ""
	switch e.Kind {
	case File:
		out = fmt.Sprintf("file %s %d bytes %s", mode, e.Size, e.Digest)
	case Directory:
		out = "directory " + mode
	case Symlink:
		out = fmt.Sprintf("link %d:%d to %s", e.UID, e.GID, e.Link)
	case Hardlink:
		out = "hard link to " + e.Link
		if e.Open() {
			out += ", which was not read"
		}
		return out + e.Extra
	case Device:
		out = "device " + mode
	case Pipe:
		out = "pipe " + mode
	case Content:
		out = fmt.Sprintf("%d bytes %s", e.Size, e.Digest)
	case Other:
		out = "other " + mode
	}
	if e.Extra != "" {
		out += " " + e.Extra
	}
	if e.Hard != "" {
		out += " (hard link to " + e.Hard + ")"
	}
	return out
}

// same reports whether two entries differ in nothing that counts. Times do
// not: every build writes them anew. Nor does which of several names of a file
// is the link: that is as the builder happened to find them.
func (e *Entry) same(o *Entry) bool {
	if e.Blind() || o.Blind() {
		return false
	}
	a, b := *e, *o
	a.Path, b.Path, a.Hard, b.Hard = "", "", "", ""
	a.Text, b.Text, a.IsText, b.IsText = "", "", false, false
	return a == b
}

// entryOf reads a header; its path is cleaned already.
func entryOf(h *tar.Header, name string) Entry {
	e := Entry{Path: name, Mode: h.Mode & 0o7777, UID: h.Uid, GID: h.Gid}
	switch h.Typeflag {
	case tar.TypeReg, tar.TypeGNUSparse, '\x00': // the last is TypeRegA of old archives
		e.Kind = File
		if strings.HasSuffix(h.Name, "/") {
			e.Kind = Directory
		}
	case tar.TypeDir:
		e.Kind = Directory
	case tar.TypeSymlink:
		e.Kind, e.Link, e.Mode = Symlink, h.Linkname, 0
	case tar.TypeLink:
		hardlink(&e, h)
	case tar.TypeChar:
		e.Kind, e.Extra = Device, fmt.Sprintf("character %d:%d", h.Devmajor, h.Devminor)
	case tar.TypeBlock:
		e.Kind, e.Extra = Device, fmt.Sprintf("block %d:%d", h.Devmajor, h.Devminor)
	case tar.TypeFifo:
		e.Kind = Pipe
	default:
		e.Kind, e.Extra = Other, fmt.Sprintf("type %q", h.Typeflag)
	}
	if c := h.PAXRecords["SCHILY.xattr.security.capability"]; c != "" {
		e.Extra = strings.TrimSpace(fmt.Sprintf("%s capabilities %x", e.Extra, c))
	}
	return e
}

// Bounds on names, those of Linux (PATH_MAX, NAME_MAX).
const (
	maxPath = 4096
	maxName = 255
)

// cleanName turns a name into a path from the root; ok is false where it leaves
// the root or is none that a file system takes.
func cleanName(name string) (clean string, ok bool) {
	if len(name) > maxPath || strings.IndexByte(name, 0) >= 0 {
		return "", false
	}
	parts := strings.Split(name, "/")
	kept := parts[:0]
	for _, p := range parts {
		switch {
		case p == "" || p == ".":
		case p == ".." || len(p) > maxName:
			return "", false
		default:
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "/"), true
}

// Marks of whiteouts (layer.md; the double prefix is AUFS's own bookkeeping).
const (
	whiteout       = ".wh."
	whiteoutOpaque = ".wh..wh..opq"
	whiteoutAUFS   = ".wh..wh."
)
