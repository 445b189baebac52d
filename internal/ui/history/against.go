package history

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/versionrows"
)

// against draws up the third column: what differs between the two that d
// compares, as far as what was read already tells.
func (p *Pane) against(two versionrows.Pair, width int) []line {
	if two.Why != "" {
		return fold([]line{{text: "Nothing is compared: " + two.Why + ".", tone: quiet, flush: true}}, width)
	}
	var out []line
	out = append(out, line{text: two.A.Short() + " " + string(present.MarkArrow) + " " + two.B.Short(), tone: quiet, flush: true})
	d, ok := p.data.State.Snapshot.CompareRead(two.A, two.B)
	if !ok {
		return fold(append(out, line{text: "The manifest of one of the two has not been read yet; d compares them.", tone: quiet, flush: true}), width)
	}
	short := present.DiffShort(d)
	for i, s := range d.Sections {
		out = append(out, line{text: short[i].Text, tone: heading})
		for _, e := range s.Entries {
			out = append(out, change(e, width)...)
		}
	}
	out = append(out, line{text: "Configuration, environment and files: d", tone: quiet, flush: true})
	return fold(out, width)
}

// change is one thing that differs: on one line where that is wide enough.
func change(e model.DiffEntry, width int) []line {
	t := plain
	if e.Noise {
		t = quiet
	}
	name := present.DiffWord(e.Change).Text + " " + present.DiffValue(e.Path)
	before, after := present.DiffValue(e.Before), present.DiffValue(e.After)
	if i, j := strings.IndexByte(before, ' '), strings.IndexByte(after, ' '); i > 0 && j > 0 && before[i:] == after[j:] {
		before, after = before[:i], after[:j] // the size is the same
	}
	var sides []string
	if e.HasBefore() {
		sides = append(sides, before)
	}
	if e.HasAfter() {
		sides = append(sides, after)
	}
	short := line{text: name + "  " + strings.Join(sides, " "+string(present.MarkArrow)+" "), tone: t, flush: true}
	if short.indent()+layout.Width(short.text) <= width {
		return []line{short}
	}
	out := []line{{text: name, tone: t, flush: true}}
	if e.HasBefore() {
		out = append(out, line{text: "  - " + present.DiffValue(e.Before), tone: quiet, flush: true})
	}
	if e.HasAfter() {
		out = append(out, line{text: "  + " + present.DiffValue(e.After), tone: quiet, flush: true})
	}
	return out
}

// farView draws the third column, cut where the pane ends.
func (p *Pane) farView(width int) []string {
	out := []string{" " + p.th.Header.Render(layout.Truncate(p.th.Text(p.farTitle), width-1, p.th.Glyphs.Ellipsis))}
	for _, l := range p.far {
		out = append(out, p.drawLine(l, false))
	}
	if room := p.bodyHeight(); len(out) > room && room > 1 {
		more := " " + p.th.Glyphs.Ellipsis + " " + present.Count(len(out)-room+1) + " more lines: d shows them"
		out = append(out[:room-1], p.th.Muted.Render(layout.Truncate(more, width, "")))
	}
	return out
}
