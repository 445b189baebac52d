package tree

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// JSON adds a document under a key, its first levels unfolded. It never fails:
// where the text cannot be read, or goes beyond the bounds, a remark says so
// and what came before is there. Names that come twice are shown twice.
func (b *Builder) JSON(key string, raw []byte, levels int) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	r := reader{b: b, dec: dec, base: len(b.above), levels: levels}
	if err := r.value(key); err != nil {
		b.Remark(err.Error())
	}
	for len(b.above) > r.base {
		b.Close()
	}
	if _, err := dec.Token(); r.complete && !errors.Is(err, io.EOF) {
		b.Remark("more follows behind the document, which is not shown")
	}
}

// JSONDoc is a document by itself.
func JSONDoc(raw []byte, levels int) *Doc {
	var b Builder
	b.JSON("", raw, levels)
	return b.Doc()
}

// reader turns the tokens of one document into items, without recursion: a
// document may be nested deeper than is good.
type reader struct {
	b        *Builder
	dec      *json.Decoder
	base     int
	levels   int
	complete bool
	frames   []frame
}

// frame is an object or list that is not closed yet.
type frame struct {
	object  bool
	wants   bool // of an object: a name comes next
	name    string
	n       int  // elements so far
	skipped bool // too deep to be shown
}

// value reads one whole document.
func (r *reader) value(key string) error {
	for {
		token, err := r.dec.Token()
		if err != nil {
			return trouble(err)
		}
		if len(r.b.items) >= MaxItems {
			return fmt.Errorf("the rest is not shown: there are more than %d values", MaxItems)
		}
		r.take(key, token)
		if len(r.frames) == 0 {
			r.complete = true
			return nil
		}
	}
}

func trouble(err error) error {
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the document ends in the middle")
	}
	return fmt.Errorf("not readable from here on: %w", err)
}

func (r *reader) take(key string, token json.Token) {
	if d, ok := token.(json.Delim); ok && (d == '}' || d == ']') {
		last := len(r.frames) - 1
		if !r.frames[last].skipped {
			r.b.Close()
		}
		r.frames = r.frames[:last]
		return
	}
	listed := false
	if n := len(r.frames); n > 0 {
		f := &r.frames[n-1]
		if f.object && f.wants {
			f.name, _ = token.(string)
			f.wants = false
			return
		}
		f.wants = true
		key, listed = f.name, !f.object
		if listed {
			key = strconv.Itoa(f.n)
		}
		f.n++
	}
	if d, ok := token.(json.Delim); ok {
		r.begin(key, d, listed)
		return
	}
	if r.skipping() {
		return
	}
	value, kind := leaf(token)
	r.b.add(item{key: key, value: value, kind: kind, listed: listed})
}

func (r *reader) skipping() bool {
	return len(r.frames) > 0 && r.frames[len(r.frames)-1].skipped
}

func (r *reader) begin(key string, d json.Delim, listed bool) {
	f := frame{object: d == '{', wants: true, skipped: r.skipping()}
	kind := Array
	if f.object {
		kind = Object
	}
	switch {
	case f.skipped:
	case len(r.frames) == MaxDepth:
		f.skipped = true
		r.b.add(item{key: key, value: fmt.Sprintf("nested more than %d deep: not shown", MaxDepth), kind: Remark, listed: listed})
	default:
		r.b.Open(key, kind, len(r.frames) < r.levels)
		r.b.items[len(r.b.items)-1].listed = listed
	}
	r.frames = append(r.frames, f)
}

func leaf(token json.Token) (string, Kind) {
	switch v := token.(type) {
	case string:
		return v, Text
	case json.Number:
		return v.String(), Literal
	case bool:
		return strconv.FormatBool(v), Literal
	}
	return "null", Literal
}
