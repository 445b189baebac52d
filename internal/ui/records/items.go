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

// draw draws the items into w cells: all lines, and where each item begins.
func (b *Browser[R]) draw(w int, focused bool) (lines []string, starts []int) {
	const gutter = 2 // for the cursor
	for i, it := range b.Items {
		starts = append(starts, len(lines))
		cursor := strings.Repeat(" ", gutter)
		if i == b.Item && focused {
			cursor = b.th.Cursor.Render(b.th.Glyphs.Cursor) + " "
		}
		lead := b.th.Muted.Render(layout.Pad(it.Label, b.form.Labels)) + strings.Repeat(" ", it.Indent)
		blank := strings.Repeat(" ", b.form.Labels+it.Indent)
		room := max(w-gutter-b.form.Labels-it.Indent-b.form.Margin, 8)
		style := b.th.Tone(it.Line.Tone)
		for j, part := range layout.Wrap(b.th.Text(it.Line.String()), room) {
			if j > 0 {
				cursor, lead = strings.Repeat(" ", gutter), blank
			}
			lines = append(lines, cursor+lead+style.Render(part))
		}
		if it.Note == "" {
			continue
		}
		for _, part := range layout.Wrap(b.th.Text("("+it.Note+")"), room) {
			lines = append(lines, strings.Repeat(" ", gutter)+blank+b.th.Muted.Render(part))
		}
	}
	return lines, starts
}

// visible is the part of the details that h lines have room for, with the item
// under the cursor in sight.
func (b *Browser[R]) visible(w, h int, focused bool) []string {
	lines, starts := b.draw(w, focused)
	top := 0
	if focused && b.Item < len(starts) {
		end := len(lines)
		if b.Item+1 < len(starts) {
			end = starts[b.Item+1]
		}
		if b.form.Centre {
			top = max(min(starts[b.Item]-h/2, len(lines)-h), end-h, 0)
		} else {
			top = max(min(starts[b.Item], end-h), 0)
		}
	}
	return lines[min(top, len(lines)):min(top+max(h, 0), len(lines))]
}
