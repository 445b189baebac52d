package records

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// Item is one thing that is said about a record.
type Item struct {
	Label string
	Line  present.Line
	// Command is what is copied of it; "" where that is the line's text.
	Command string
	Note    string // in brackets below it
	Indent  int

	// Key is the item's own, lasting key where it can be marked. Find and Field
	// are then what a search looks at: a text in lower case, and named values.
	Key   string
	Find  string
	Field func(name string) string
}

// Copied is what is copied of an item.
func (i Item) Copied() string {
	if i.Command != "" {
		return i.Command
	}
	return i.Line.String()
}

// inDetails moves the cursor of the details from item to item.
type inDetails[R any] struct{ b *Browser[R] }

func (d inDetails[R]) Move(delta int) {
	d.b.Item = max(min(d.b.Item+delta, len(d.b.Items)-1), 0)
}
func (d inDetails[R]) Home()        { d.b.Item = 0 }
func (d inDetails[R]) End()         { d.b.Item = max(len(d.b.Items)-1, 0) }
func (d inDetails[R]) Page(dir int) { d.Move(dir * max(d.b.bodyHeight()-2, 1)) }

// drawing is the items wrapped for a width. It is made once for all frames: of
// hundreds of items only those on the screen are styled.
type drawing struct {
	width  int
	blocks []block
	starts []int // the line at which each block begins
	height int
}

// block is an item in lines: its text, and the note in brackets below it.
type block struct{ text, note []string }

func (k block) lines() int { return len(k.text) + len(k.note) }

// gutter is the cells for the cursor, and before it for the mark where there is
// something to mark.
func (b *Browser[R]) gutter() int {
	if b.markable() {
		return 3
	}
	return 2
}

func (b *Browser[R]) wrapped(w int) *drawing {
	if b.drawn.width == w && len(b.drawn.blocks) == len(b.Items) {
		return &b.drawn
	}
	d := drawing{width: w, blocks: make([]block, len(b.Items)), starts: make([]int, len(b.Items))}
	for i, it := range b.Items {
		room := max(w-b.gutter()-b.form.Labels-it.Indent-b.form.Margin, 8)
		k := block{text: layout.Wrap(b.th.Text(it.Line.String()), room)}
		if it.Note != "" {
			k.note = layout.Wrap(b.th.Text("("+it.Note+")"), room)
		}
		d.blocks[i], d.starts[i] = k, d.height
		d.height += k.lines()
	}
	b.drawn = d
	return &b.drawn
}

// draw draws one item.
func (b *Browser[R]) draw(i int, k block, focused bool) []string {
	it := b.Items[i]
	blank := strings.Repeat(" ", b.gutter()+b.form.Labels+it.Indent)
	style, mark, cursor := b.th.Tone(it.Line.Tone), " ", " "
	if b.drawnMarked(i) {
		style, mark = b.th.Marked, b.th.Marked.Render(b.th.Glyphs.Here)
	}
	if i == b.Item && focused {
		cursor = b.th.Cursor.Render(b.th.Glyphs.Cursor)
	}
	lead := cursor + " "
	if b.gutter() > len("> ") {
		lead = mark + lead
	}
	lead += b.th.Muted.Render(layout.Pad(it.Label, b.form.Labels)) + strings.Repeat(" ", it.Indent)
	var out []string
	for _, part := range k.text {
		out = append(out, lead+style.Render(part))
		lead = blank
	}
	for _, part := range k.note {
		out = append(out, blank+b.th.Muted.Render(part))
	}
	return out
}

// visible is the part of the details that h lines have room for, with the item
// under the cursor in sight.
func (b *Browser[R]) visible(w, h int, focused bool) []string {
	if h <= 0 {
		return nil
	}
	d := b.wrapped(w)
	top := 0
	if focused && b.Item < len(d.starts) {
		start := d.starts[b.Item]
		end := start + d.blocks[b.Item].lines()
		if b.form.Centre {
			top = max(min(start-h/2, d.height-h), end-h, 0)
		} else {
			top = max(min(start, end-h), 0)
		}
	}
	var out []string
	for i, k := range d.blocks {
		if d.starts[i]+k.lines() <= top || d.starts[i] >= top+h {
			continue
		}
		for j, line := range b.draw(i, k, focused) {
			if at := d.starts[i] + j; at >= top && at < top+h {
				out = append(out, line)
			}
		}
	}
	return out
}
