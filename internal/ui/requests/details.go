package requests

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// item is one thing that is said about a request.
type item struct {
	label string
	line  present.Line
	// command is what y copies here; "" where it copies the line's text.
	command string
	note    string
}

// labelWidth is the room of the labels.
const labelWidth = 8

// itemsOf are the details of a request.
func itemsOf(r model.Request) []item {
	address := model.Sanitize(r.Method + " " + r.Target())
	if r.To == model.ToElsewhere {
		address += ", the path is not kept"
	}
	sent := present.Full(r.At)
	if r.Attempt > 1 {
		sent += ", attempt " + present.Count(r.Attempt)
	}
	out := []item{{label: "request", line: present.Line{Text: address, Tone: present.Strong}}}
	if r.Withheld {
		out[0].note = "its query had more than is kept here"
	}
	for _, e := range model.EquivalentOfRequest(r) {
		it := item{label: e.Tool, command: e.Command, note: e.Note, line: present.Line{Text: e.Command}}
		if e.Command == "" {
			it.line = present.Line{Text: e.None, Tone: present.Muted}
		}
		out = append(out, it)
	}
	out = append(out,
		item{label: "answer", line: present.RequestAnswerLine(r)},
		item{label: "sent", line: present.Line{Text: sent}})
	if r.Digest != "" {
		out = append(out, item{label: "stored", line: present.Line{Text: string(r.Digest)}})
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
func (d inDetails) Page(dir int) { d.Move(dir * len(d.p.items)) }

// drawDetails draws the items into w cells: all lines, and where each item
// begins.
func (p *Pane) drawDetails(w int, focused bool) (lines []string, starts []int) {
	room := w - labelWidth - 3
	for i, it := range p.items {
		starts = append(starts, len(lines))
		cursor := "  "
		if i == p.item && focused {
			cursor = p.th.Cursor.Render(p.th.Glyphs.Cursor) + " "
		}
		style := p.th.Tone(it.line.Tone)
		label := p.th.Muted.Render(layout.Pad(it.label, labelWidth))
		for j, part := range layout.Wrap(p.th.Text(it.line.String()), max(room, 8)) {
			if j > 0 {
				cursor, label = "  ", strings.Repeat(" ", labelWidth)
			}
			lines = append(lines, cursor+label+style.Render(part))
		}
		if it.note != "" {
			for _, part := range layout.Wrap(p.th.Text("("+it.note+")"), max(room, 8)) {
				lines = append(lines, strings.Repeat(" ", labelWidth+2)+p.th.Muted.Render(part))
			}
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
		top = max(min(starts[p.item], end-h), min(end-h, starts[p.item]), 0)
	}
	return lines[min(top, len(lines)):min(top+max(h, 0), len(lines))]
}
