package journal

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/wire"
)

const (
	hashMember = `,"hash":"`
	noHash     = `,"hash":null}`
	hashLen    = len("sha256:") + 64
	// suffixLen is the length of the member "hash" and the closing brace.
	suffixLen = len(hashMember) + hashLen + len(`"}`)
	// maxLine bounds a line that is read; none that is written comes near it.
	maxLine = 1 << 20
)

var errLine = errors.New("not a line of a journal")

// encodeLine returns the line of an event, without line feed, and its hash.
func encodeLine(e model.JournalEvent) ([]byte, string, error) {
	e.Hash = ""
	raw, err := json.Marshal(wire.FromEvent(e))
	if err != nil {
		return nil, "", fmt.Errorf("encoding event %d: %w", e.Seq, err)
	}
	body, ok := bytes.CutSuffix(raw, []byte(noHash))
	if !ok {
		return nil, "", fmt.Errorf("encoding event %d: its form does not end in the hash", e.Seq)
	}
	hash := hashOf(body)
	line := append(bytes.Clone(body), hashMember+hash+`"}`...)
	// What cannot be read back must not be written: it would be a torn line.
	if _, err := decodeLine(line); err != nil {
		return nil, "", fmt.Errorf("encoding event %d: %w", e.Seq, err)
	}
	return line, hash, nil
}

// hashOf is the hash of a line whose bytes before the member "hash" are body.
func hashOf(body []byte) string {
	return string(model.DigestOf(append(bytes.Clone(body), '}')))
}

// decodeLine reads a line without its line feed. It does not check the hash.
// Members that it does not know are ignored: a newer caitui adds some.
func decodeLine(line []byte) (model.JournalEvent, error) {
	if len(line) < suffixLen || !bytes.HasPrefix(line[len(line)-suffixLen:], []byte(hashMember)) {
		return model.JournalEvent{}, errLine
	}
	var e wire.Event
	if err := json.Unmarshal(line, &e); err != nil {
		return model.JournalEvent{}, fmt.Errorf("%w: %w", errLine, err)
	}
	out := e.Model()
	end := len(line) - len(`"}`)
	// The bytes count, for they are what people compare: an escape among them
	// would mean another hash.
	if out.Seq < 1 || out.Hash != string(line[end-hashLen:end]) {
		return model.JournalEvent{}, errLine
	}
	return out, nil
}

// sealed reports whether a decoded line's hash is that of its bytes.
func sealed(line []byte, e model.JournalEvent) bool {
	return hashOf(line[:len(line)-suffixLen]) == e.Hash
}

// row is one line of the file, readable or not.
type row struct {
	number   int64 // from 1
	from, to int64 // bytes in the file, the line feed left out
	ended    bool  // a line feed follows
	raw      []byte
	event    model.JournalEvent
	err      error // not nil where the line is no event
}

// scan calls f with every line, in order. raw is valid during the call only.
// It fails only where the file cannot be read or f says so.
func scan(file io.ReaderAt, f func(row) error) error {
	r := bufio.NewReaderSize(io.NewSectionReader(file, 0, math.MaxInt64), 1<<16)
	var pos int64
	for number := int64(1); ; number++ {
		raw, size, ended, err := readLine(r)
		if err != nil {
			return fmt.Errorf("reading the journal: %w", err)
		}
		if size == 0 && !ended {
			return nil
		}
		line := row{number: number, from: pos, to: pos + size, ended: ended, raw: raw, err: errLine}
		if int64(len(raw)) == size {
			line.event, line.err = decodeLine(raw)
		}
		if err := f(line); err != nil {
			return err
		}
		pos = line.to
		if ended {
			pos++
		}
	}
}

// readLine returns a line, or the first maxLine bytes of it, and its size
// without the line feed.
func readLine(r *bufio.Reader) (raw []byte, size int64, ended bool, err error) {
	for {
		part, err := r.ReadSlice('\n')
		if len(part) > 0 && part[len(part)-1] == '\n' {
			part, ended = part[:len(part)-1], true
		}
		size += int64(len(part))
		if len(raw) < maxLine {
			raw = append(raw, part...)
		}
		switch {
		case err == nil, errors.Is(err, io.EOF):
			return raw, size, ended, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, 0, false, err
		}
	}
}
