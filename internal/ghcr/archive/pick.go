package archive

import (
	"archive/tar"
	"context"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// PickLimits bound what picking files out of one archive may take.
type PickLimits struct {
	Bytes   int64 // the archive unpacked
	Entries int
	File    int64 // bytes of one picked file
	Files   int   // how many are picked
}

// Picked is a file that was asked for. Err says why it was not taken: it is a
// link, its name leaves the archive, it is too large.
type Picked struct {
	Path string // from the root; of a refused name as far as it can be made sense of
	Body []byte // nil where it was not taken
	Err  error
}

// Selection is what was picked, in the order of the archive. A name that comes
// twice is there twice: which of them an unpacker would keep is its affair.
type Selection struct {
	Files   []Picked
	Entries int // all entries gone through
	// Refused counts entries whose names are absolute or leave the root, Odd
	// are the first of these names.
	Refused int
	Odd     []string
}

// Pick reads the files out of an archive that want asks for by their paths,
// without anything written anywhere. Links are not followed, and neither they
// nor names that are absolute or lead out of the archive are read: where one
// of them is wanted, that is said. What is no archive is ErrUnsupported, a
// damaged one ErrMalformed, one that exceeds a limit ErrTooLarge. Only when r is
// read to its end afterwards is its digest known to be right.
func Pick(ctx context.Context, r io.Reader, l PickLimits, want func(path string) bool) (*Selection, error) {
	in, _, err := unpack(r)
	if err != nil {
		return nil, err
	}
	defer in.close()
	rd := newReader(ctx, in, Limits{Bytes: l.Bytes, Entries: l.Entries})
	if !rd.isTar() {
		if rd.bound.err != nil {
			return nil, explain(rd.bound.err)
		}
		return nil, &model.Error{Kind: model.ErrUnsupported, Message: "the content is no tar archive, packed or not"}
	}
	out := &Selection{}
	err = rd.each(func(tr *tar.Reader, h *tar.Header) error {
		out.Entries++
		return rd.pick(out, tr, h, l, want)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (r *reader) pick(out *Selection, tr *tar.Reader, h *tar.Header, l PickLimits, want func(string) bool) error {
	name, ok := cleanName(h.Name)
	if ok && strings.HasPrefix(h.Name, "/") {
		ok = false
	}
	if !ok {
		if out.Refused++; len(out.Odd) < maxOdd {
			out.Odd = append(out.Odd, strings.Clone(h.Name[:min(len(h.Name), maxName)]))
		}
		// What would it be if it were inside?
		name = strings.TrimPrefix(path.Clean("/"+h.Name[:min(len(h.Name), maxPath)]), "/")
	}
	if name == "" || !want(name) {
		return nil
	}
	e := entryOf(h, name)
	p := Picked{Path: strings.Clone(name)}
	switch {
	case e.Kind == Directory:
		return nil
	case !ok:
		p.Err = refusedFile("its name %q is absolute or leads out of the archive", h.Name[:min(len(h.Name), maxName)])
	case e.Kind == Symlink || e.Kind == Hardlink:
		p.Err = refusedFile("it is a link to %q, and links are not followed", h.Linkname[:min(len(h.Linkname), maxName)])
	case e.Kind != File:
		p.Err = refusedFile("it is no file (%s)", e.String())
	case h.Size > l.File:
		p.Err = &model.Error{Kind: model.ErrTooLarge, Message: fmt.Sprintf("it has %d bytes, more than the %d that are read", h.Size, l.File)}
	case len(out.Files) >= l.Files:
		return &model.Error{Kind: model.ErrTooLarge, Message: fmt.Sprintf("the archive has more than the %d such files allowed for it", l.Files)}
	default:
		r.files.r = tr
		body, err := io.ReadAll(io.LimitReader(r.files, l.File+1))
		if err != nil {
			return err
		}
		p.Body = body
	}
	out.Files = append(out.Files, p)
	return nil
}

func refusedFile(format string, args ...any) error {
	return &model.Error{Kind: model.ErrUnsupported, Message: "not read: " + fmt.Sprintf(format, args...)}
}
