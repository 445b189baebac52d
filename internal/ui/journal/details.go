package journal

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// item is one thing that is said about a plan.
type item struct {
	line present.Line
	// command is what y copies here; "" where it copies the line's text.
	command string
	indent  int
}

// itemsOf are the details of a row: how it stands, each step with the commands
// that would do it, what is told of the whole, and the journal's own events.
func itemsOf(r *row, at model.Place) []item {
	if r.x == nil {
		return []item{{line: present.JournalLine(r.note, r.at)}}
	}
	x := *r.x
	var out []item
	for _, l := range present.ExecutionLines(x) {
		out = append(out, item{line: l})
	}
	for _, s := range x.Steps {
		c := present.ExecutionStep(s)
		c.Text = present.ChangeName(s.Change) + "  " + present.ChangeEnds(s.Change) + "  " + c.Text
		out = append(out, item{line: c})
	}
	for _, part := range present.ReportParts(x) {
		out = append(out, item{line: present.Line{Text: part.Title + ":", Tone: present.Strong}})
		for _, l := range part.Lines {
			out = append(out, item{line: present.Line{Mark: present.MarkDot, Text: l}})
		}
	}
	if len(x.Steps) > 0 {
		out = append(out, item{line: present.Line{Text: "The same by other programs:", Tone: present.Strong}})
	}
	for _, s := range x.Steps {
		for _, e := range model.EquivalentOf(s.Change, at) {
			if e.Command != "" {
				out = append(out, item{line: present.Line{Text: e.Command, Tone: present.Muted}, command: e.Command, indent: 2})
			}
		}
	}
	out = append(out, item{line: present.Line{Text: "In the journal:", Tone: present.Strong}})
	for _, e := range x.Events {
		out = append(out, item{line: present.JournalLine(e, x.Ended)})
	}
	return out
}

// copied is what y copies of an item.
func (i item) copied() string {
	if i.command != "" {
		return i.command
	}
	return i.line.String()
}

// inDetails moves the cursor of the details from item to item.
type inDetails struct{ p *Pane }

func (d inDetails) Move(delta int) {
	d.p.item = max(min(d.p.item+delta, len(d.p.items)-1), 0)
}
func (d inDetails) Home()        { d.p.item = 0 }
func (d inDetails) End()         { d.p.item = max(len(d.p.items)-1, 0) }
func (d inDetails) Page(dir int) { d.Move(dir * max(d.p.bodyHeight()-2, 1)) }

// drawDetails draws the items into w cells: all lines, and where each item
// begins.
func (p *Pane) drawDetails(w int, focused bool) (lines []string, starts []int) {
	for i, it := range p.items {
		starts = append(starts, len(lines))
		cursor := "  "
		if i == p.item && focused {
			cursor = p.th.Cursor.Render(p.th.Glyphs.Cursor) + " "
		}
		style := p.th.Tone(it.line.Tone)
		indent := strings.Repeat(" ", it.indent)
		for j, part := range layout.Wrap(p.th.Text(it.line.String()), max(w-2-it.indent, 8)) {
			if j > 0 {
				cursor = "  "
			}
			lines = append(lines, cursor+indent+style.Render(part))
		}
	}
	return lines, starts
}

// detailLines is the part of the details that h lines have room for, with the
// item under the cursor in sight.
func (p *Pane) detailLines(w, h int, focused bool) []string {
	if p.current() == nil {
		return nil
	}
	lines, starts := p.drawDetails(w, focused)
	top := 0
	if focused && p.item < len(starts) {
		end := len(lines)
		if p.item+1 < len(starts) {
			end = starts[p.item+1]
		}
		top = max(min(starts[p.item]-h/2, len(lines)-h), end-h, 0)
	}
	return lines[min(top, len(lines)):min(top+max(h, 0), len(lines))]
}
