package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// Report is what checking the chain found.
type Report struct {
	Intact bool
	Head   model.JournalHead // of the last readable line; Seq 0: none
	// BrokenAt is the number (seq) of the first event that does not hold: is
	// altered, missing, out of its place or cut off. 0 where all is intact.
	BrokenAt int64
	// Why says it in a sentence, "" where all is intact.
	Why string
	// Torn reports an end that a crash, or an append going on just now, has
	// left unreadable. It is no break: the next append closes it.
	Torn bool
}

// Verify checks the whole chain, HEAD and, where it is given, a head that was
// quoted elsewhere, against what is there. An error means that nothing could
// be read, never that something is wrong with the journal.
func (j *Journal) Verify(ctx context.Context, quoted *model.JournalHead) (Report, error) {
	// HEAD first: it is written after the lines, so without any lock the
	// lines read after it reach at least as far.
	h, err := readHead(j.path(headName))
	if err != nil {
		return Report{}, err
	}
	file, err := os.Open(j.path(journalName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Report{}, fmt.Errorf("reading the journal: %w", err)
	}
	c := checker{file: file, looseFrom: -1}
	if h.there && h.head.Seq > 0 {
		c.heads = append(c.heads, namedHead{JournalHead: h.head, from: "HEAD"})
	}
	if quoted != nil && quoted.Seq > 0 {
		c.heads = append(c.heads, namedHead{JournalHead: *quoted, from: "the quoted head"})
	}
	if file != nil {
		defer func() { _ = file.Close() }()
		err := scan(file, func(r row) error {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("reading the journal: %w", err)
			}
			return c.line(r)
		})
		if err != nil {
			return Report{}, err
		}
	}
	return c.finish(h.there), nil
}

type namedHead struct {
	model.JournalHead
	from string
}

// means reports whether the head is that of a hash. People quote the beginning
// of a hash, as they do with digests; as many characters as a short digest
// has are enough, and "sha256:" may be left out.
func (h namedHead) means(hash string) bool {
	part := strings.TrimPrefix(h.Hash, "sha256:")
	return len(part) >= model.ShortLen && strings.HasPrefix(strings.TrimPrefix(hash, "sha256:"), part)
}

// checker walks down the chain. It remembers the first break and goes on, to
// learn where the journal ends.
type checker struct {
	file   *os.File
	heads  []namedHead
	report Report

	last               model.JournalEvent // the line before
	looseFrom, looseTo int64              // unreadable bytes before this line; -1: none
	looseLine          int64
}

func (c *checker) broken(at int64, format string, args ...any) {
	if c.report.Why == "" {
		c.report.BrokenAt, c.report.Why = at, fmt.Sprintf(format, args...)
	}
}

func (c *checker) line(r row) error {
	if r.err != nil {
		if c.looseFrom < 0 {
			c.looseFrom, c.looseLine = r.from, r.number
		}
		c.looseTo = r.to
		return nil
	}
	e := r.event
	if c.looseFrom >= 0 {
		want, err := closing(c.file, c.looseFrom, c.looseTo)
		if err != nil {
			return err
		}
		if e.Kind != model.EventNote || e.Reason != want {
			c.broken(c.last.Seq+1, "line %d of the file is not readable, and it is no torn line that was closed", c.looseLine)
		}
		c.looseFrom = -1
	}
	c.link(r)
	c.compareHeads(e)
	c.last = e
	c.report.Head = model.JournalHead{Seq: e.Seq, Hash: e.Hash}
	return nil
}

// link checks one event by itself and against the one before.
func (c *checker) link(r row) {
	e, want := r.event, c.last.Seq+1
	switch {
	case !sealed(r.raw, e):
		c.broken(want, "event %d was altered: its hash is not that of its line", e.Seq)
	case e.Seq > want:
		c.broken(want, "%s missing before event %d", spell(want, e.Seq-1), e.Seq)
	case e.Seq < want:
		c.broken(e.Seq, "event %d comes after event %d: lines were repeated or reordered", e.Seq, c.last.Seq)
	case e.Prev != c.last.Hash:
		c.broken(e.Seq, "event %d does not follow from the line before it: one of the two was exchanged", e.Seq)
	case e.Kind == model.EventNote && e.Reason == headLost:
		c.broken(e.Seq, "HEAD was lost before event %d: whether lines were cut off there cannot be told", e.Seq)
	}
}

func (c *checker) compareHeads(e model.JournalEvent) {
	for _, h := range c.heads {
		if h.Seq == e.Seq && !h.means(e.Hash) {
			c.broken(e.Seq, "event %d is not the one that %s names", e.Seq, h.from)
		}
	}
}

func (c *checker) finish(headThere bool) Report {
	end := c.last.Seq
	for _, h := range c.heads {
		if h.Seq > end {
			c.broken(end+1, "%s cut off: %s names event %d", spell(end+1, h.Seq), h.from, h.Seq)
		}
	}
	// Had a line that HEAD names been spoilt, it would be cut off by now.
	c.report.Torn = c.looseFrom >= 0
	if !headThere && end > 0 {
		c.broken(end+1, "HEAD is missing or unreadable: whether lines were cut off cannot be told")
	}
	c.report.Intact = c.report.Why == ""
	return c.report
}

// spell names events from a to b with their verb: "event 3 is".
func spell(a, b int64) string {
	if a == b {
		return fmt.Sprintf("event %d is", a)
	}
	return fmt.Sprintf("events %d to %d are", a, b)
}
