package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/novotnyllc/caitui/internal/model"
)

// tail is what an append must know about the end of the file.
type tail struct {
	size  int64
	last  model.JournalEvent // the last readable one; Seq 0: there is none
	ended bool               // the file ends in a line feed, or is empty
	// loose are the bytes after the last readable line, without a final line
	// feed; there are none where looseFrom is -1.
	looseFrom, looseTo int64
}

// window is how much of the end is read first: many lines, so that it nearly
// always has the last one whole.
const window = 16 << 10

func readTail(f *os.File) (tail, error) {
	info, err := f.Stat()
	if err != nil {
		return tail{}, fmt.Errorf("looking at the journal: %w", err)
	}
	t := tail{size: info.Size(), ended: true, looseFrom: -1}
	if t.size == 0 {
		return t, nil
	}
	from := max(0, t.size-window)
	end := make([]byte, t.size-from)
	if _, err := f.ReadAt(end, from); err != nil {
		return tail{}, fmt.Errorf("reading the end of the journal: %w", err)
	}
	if rest, ok := bytes.CutSuffix(end, []byte("\n")); ok {
		i := bytes.LastIndexByte(rest, '\n')
		if i >= 0 || from == 0 {
			if e, err := decodeLine(rest[i+1:]); err == nil {
				t.last = e
				return t, nil
			}
		}
	}
	return readTailSlowly(f, t)
}

// readTailSlowly reads the whole file: its end is torn or spoilt.
func readTailSlowly(f io.ReaderAt, t tail) (tail, error) {
	err := scan(f, func(r row) error {
		t.ended = r.ended
		switch {
		case r.err == nil:
			t.last, t.looseFrom = r.event, -1
		case t.looseFrom < 0:
			t.looseFrom, t.looseTo = r.from, r.to
		default:
			t.looseTo = r.to
		}
		return nil
	})
	return t, err
}

// closing is the reason of the note that closes torn bytes.
func closing(f io.ReaderAt, from, to int64) (string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(f, from, to-from)); err != nil {
		return "", fmt.Errorf("reading a torn line: %w", err)
	}
	return fmt.Sprintf("closed a torn line of %d bytes, sha256:%s", to-from, hex.EncodeToString(h.Sum(nil))), nil
}

// headLost is the reason of the note that is written where HEAD was not there.
const headLost = "HEAD was missing or unreadable before this line: lines may have been cut off here"

// continueFrom decides what the next line's seq and prev are. Where HEAD and
// the journal contradict each other, HEAD is continued, so that the break
// stays in the chain.
func continueFrom(f io.ReaderAt, t tail, h headState) (model.JournalHead, error) {
	end := model.JournalHead{Seq: t.last.Seq, Hash: t.last.Hash}
	switch {
	case !h.there, h.head == end:
		return end, nil
	case h.head.Seq >= end.Seq:
		return h.head, nil
	case h.head.Seq == 0, h.head.Seq == end.Seq-1 && h.head.Hash == t.last.Prev:
		return end, nil // a crash came between the lines and HEAD
	}
	found := false
	err := scan(f, func(r row) error {
		if r.err == nil && r.event.Seq == h.head.Seq && r.event.Hash == h.head.Hash {
			found = true
			return errStop
		}
		return nil
	})
	if err != nil && !errors.Is(err, errStop) {
		return model.JournalHead{}, err
	}
	if !found {
		end.Hash = h.head.Hash
	}
	return end, nil
}

var errStop = errors.New("enough read")
