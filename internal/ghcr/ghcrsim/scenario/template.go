package scenario

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"

	"github.com/novotnyllc/caitui/internal/model"
)

// template is a document with blanks, for writing the same shape a hundred
// thousand times. Values have a fixed length, so sizes inside a template hold.
type template struct {
	parts [][]byte
	slots []int // which value follows parts[i]
	size  int   // without the values
}

// newTemplate cuts raw at the given marks; mark i is filled with value i.
func newTemplate(raw []byte, marks ...string) template {
	var t template
	for {
		first, which := -1, -1
		for i, mark := range marks {
			if at := bytes.Index(raw, []byte(mark)); at >= 0 && (first < 0 || at < first) {
				first, which = at, i
			}
		}
		if first < 0 {
			t.parts = append(t.parts, raw)
			t.size += len(raw)
			return t
		}
		t.parts = append(t.parts, raw[:first])
		t.slots = append(t.slots, which)
		t.size += first
		raw = raw[first+len(marks[which]):]
	}
}

// fill writes the document with the blanks filled.
func (t template) fill(values ...string) []byte {
	n := t.size
	for _, slot := range t.slots {
		n += len(values[slot])
	}
	out := make([]byte, 0, n)
	for i, part := range t.parts {
		out = append(out, part...)
		if i < len(t.slots) {
			out = append(out, values[t.slots[i]]...)
		}
	}
	return out
}

// mark is a blank for a digest: it has a digest's length, so that the size of
// a document is known before it is filled.
func mark(letter byte) model.Digest {
	return model.Digest("sha256:" + string(bytes.Repeat([]byte{'<', letter, '>', '.'}, 16)))
}

// key is a digest's 32 bytes: half of what its text takes in a map.
type key [sha256.Size]byte

// keyOf reads a digest; anything else has no key.
func keyOf(d model.Digest) (key, bool) {
	var k key
	n, err := hex.Decode(k[:], []byte(d.Hex()))
	return k, err == nil && n == len(k)
}
