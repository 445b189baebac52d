package tagdiff

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// bodyView draws the rows that fit, from the one scrolled to.
func (p *Pane) bodyView(height int) []string {
	a := arranging{width: max(p.bodyWidth(), 1), split: p.split()}
	end := min(p.top+height, len(p.shown.rows))
	out := make([]string, 0, height)
	for i := p.top; i < end; i++ {
		line := p.row(a, p.shown.rows[i])
		cursor := " "
		if i == p.cursor {
			cursor = p.th.Glyphs.Here
			if p.focused {
				cursor = p.th.Cursor.Render(cursor)
			}
		}
		out = append(out, layout.Truncate(cursor+line, a.width, ""))
	}
	return out
}

// row draws one row without the cursor's cell.
func (p *Pane) row(a arranging, r row) string {
	it := &p.doc.items[r.item]
	switch r.shape {
	case blank:
		return ""
	case folded:
		return "  " + p.th.Muted.Render(layout.Truncate(p.th.Text(p.foldedText(it, int(r.n))), a.width-indent, p.th.Glyphs.Ellipsis))
	case plain:
		return p.plainRow(a, r, it)
	case name:
		return p.nameRow(a, r, it)
	case arrow:
		return p.arrowRow(it)
	case former, latter:
		return p.sideRow(a, r, it)
	case both:
		return p.bothRow(a, r, it)
	}
	return ""
}

// foldedText says what is not shown.
func (p *Pane) foldedText(it *item, n int) string {
	if it.kind == single {
		if n == 1 {
			return "1 difference of little weight (" + it.label + "); z shows it"
		}
		return fmt.Sprintf("%s differences of little weight, such as %s; z shows them", present.Count(n), it.label)
	}
	return string(present.MarkEllipsis) + " " + present.Many(n, "equal line")
}

func (p *Pane) plainRow(a arranging, r row, it *item) string {
	switch it.kind {
	case heading:
		s := p.doc.sections[it.section]
		note := p.counts(s)
		if equal := present.Count(s.count.equal) + " equal"; note == "equal" {
			note = equal
		} else if s.count.equal > 0 {
			note += ", " + equal
		}
		return layout.Rule(p.th, it.label, note, a.width-1, false)
	case note:
		parts := wrap(it.label, a.width-indent)
		return "  " + p.paint(it.label, parts[min(int(r.part), len(parts)-1)], p.th.Muted, nil)
	default: // hunk
		return "  " + p.th.Muted.Render(layout.Truncate(it.label, a.width-indent, p.th.Glyphs.Ellipsis))
	}
}

// sign is the character that says how a thing changed, with its style.
func (p *Pane) sign(c model.DiffChange) (string, lipgloss.Style) {
	switch c {
	case model.DiffAdded:
		return "+", p.th.Added
	case model.DiffRemoved:
		return "-", p.th.Removed
	}
	return "~", p.th.Changed
}

// nameRow is what the rows below are about.
func (p *Pane) nameRow(a arranging, r row, it *item) string {
	sign, style := p.sign(it.change)
	if it.fold {
		style = p.th.Muted
	}
	parts := wrap(it.label, a.room()-indent)
	head := "  "
	if r.part == 0 {
		head = style.Render(sign) + " "
	}
	base := p.th.Base
	if it.before == "" && it.after == "" {
		base = style
	}
	line := head + p.paint(it.label, parts[min(int(r.part), len(parts)-1)], base, nil)
	if a.split && it.change == model.DiffAdded {
		// The new side has the right column.
		return strings.Repeat(" ", a.half()-1) + p.bar() + " " + line
	}
	return line
}

func (p *Pane) bar() string { return p.th.Border.Render(p.th.Glyphs.Side) }

// arrowRow is a change on one line.
func (p *Pane) arrowRow(it *item) string {
	sign, style := p.sign(it.change)
	old, now := p.th.Removed, p.th.Added
	if it.fold {
		style, old, now = p.th.Muted, p.th.Muted, p.th.Muted
	}
	emph := p.emphasis(it)
	label := p.paint(it.label, span{0, len(it.label)}, p.th.Base, nil)
	fill := strings.Repeat(" ", max(p.doc.sections[it.section].label-width(it.label), 0)+gap)
	return style.Render(sign) + " " + label + fill +
		p.paint(it.before, span{0, len(it.before)}, old, emph[0]) +
		p.th.Muted.Render(" "+p.th.Glyphs.Arrow+" ") +
		p.paint(it.after, span{0, len(it.after)}, now, emph[1])
}

// sideRow is a part of one side, in one column.
func (p *Pane) sideRow(a arranging, r row, it *item) string {
	if it.kind == context {
		return "  " + p.text(it.before, a.width-indent, r.part, p.th.Base, nil)
	}
	sign, style, text, emph := "-", p.th.Removed, it.before, p.emphasis(it)[0]
	if r.shape == latter {
		sign, style, text, emph = "+", p.th.Added, it.after, p.emphasis(it)[1]
	}
	if it.fold {
		style, emph = p.th.Muted, nil
	}
	at := indent
	if it.kind == single {
		ok, column := a.beside(p.doc, it)
		if ok && it.change != model.DiffChanged {
			return p.labelled(it, sign, style, column, r.part) + p.text(text, a.width-column, r.part, style, emph)
		}
		at = inner
	}
	head := strings.Repeat(" ", at-1)
	if r.part == 0 {
		head = strings.Repeat(" ", at-indent) + style.Render(sign) + " "
	}
	return head + p.text(text, a.width-at, r.part, style, emph)
}

// labelled is sign and label in front of a value that begins at a column; below
// the first part it is room.
func (p *Pane) labelled(it *item, sign string, style lipgloss.Style, column int, part int32) string {
	if part > 0 {
		return strings.Repeat(" ", column-1)
	}
	label := p.paint(it.label, span{0, len(it.label)}, p.th.Base, nil)
	return style.Render(sign) + " " + label + strings.Repeat(" ", max(column-indent-width(it.label), 1))
}

// bothRow is a part of both sides, each in its column.
func (p *Pane) bothRow(a arranging, r row, it *item) string {
	half := a.half()
	left := p.column(a, r, it, model.DiffRemoved)
	right := p.column(a, r, it, model.DiffAdded)
	// The cursor's cell belongs to the left column.
	return layout.Pad(left, half-1) + p.bar() + " " + right
}

// column is one side of a row in two columns, without its first cell.
func (p *Pane) column(a arranging, r row, it *item, side model.DiffChange) string {
	half := a.half()
	if it.kind == context {
		return "  " + p.text(it.before, half-indent, r.part, p.th.Base, nil)
	}
	if it.change != model.DiffChanged && it.change != side {
		return ""
	}
	sign, style := p.sign(side)
	text, emph := it.before, p.emphasis(it)[0]
	if side == model.DiffAdded {
		text, emph = it.after, p.emphasis(it)[1]
	}
	if it.fold {
		style, emph = p.th.Muted, nil
	}
	if it.kind == single {
		if ok, column := a.beside(p.doc, it); ok {
			return p.labelled(it, sign, style, column, r.part) + p.text(text, half-column, r.part, style, emph)
		}
		head := strings.Repeat(" ", inner-1)
		if r.part == 0 {
			head = strings.Repeat(" ", inner-indent) + style.Render(sign) + " "
		}
		return head + p.text(text, half-inner, r.part, style, emph)
	}
	head := "  "
	if r.part == 0 {
		head = style.Render(sign) + " "
	}
	return head + p.text(text, half-indent, r.part, style, emph)
}

// text draws a part of a text that is broken into so many cells; nothing where
// there is no such part.
func (p *Pane) text(s string, cells int, part int32, base lipgloss.Style, emph []span) string {
	parts := wrap(s, cells)
	if int(part) >= len(parts) {
		return ""
	}
	return p.paint(s, parts[part], base, emph)
}

// emphasis are the words in which the sides of an item differ, computed once.
func (p *Pane) emphasis(it *item) [2][]span {
	if it.change != model.DiffChanged || it.before == "" || it.after == "" {
		return [2][]span{}
	}
	key := it.id
	if e, ok := p.emph[key]; ok {
		return e
	}
	a, b := differing(it.before, it.after)
	p.emph[key] = [2][]span{a, b}
	return p.emph[key]
}

// paint draws a part of a text: words that differ emphasised, what a search
// found marked.
func (p *Pane) paint(s string, part span, base lipgloss.Style, emph []span) string {
	found := p.matches(s)
	if len(emph) == 0 && len(found) == 0 {
		return base.Render(s[part.from:part.to])
	}
	strong := base.Bold(true).Underline(true)
	var out strings.Builder
	for i := part.from; i < part.to; {
		inEmph, emphEnd := within(emph, i, part.to)
		inFound, foundEnd := within(found, i, part.to)
		end := min(emphEnd, foundEnd)
		style := base
		switch {
		case inFound:
			style = p.th.Match
		case inEmph:
			style = strong
		}
		out.WriteString(style.Render(s[i:end]))
		i = end
	}
	return out.String()
}

// within reports whether a place is in one of some spans, and where that
// changes next.
func within(spans []span, at, end int) (in bool, until int) {
	for _, s := range spans {
		switch {
		case at < s.from:
			return false, min(s.from, end)
		case at < s.to:
			return true, min(s.to, end)
		}
	}
	return false, end
}
