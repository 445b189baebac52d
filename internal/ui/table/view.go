package table

import (
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// View draws the table: exactly as many lines as SetSize said, none wider.
// Only the rows on the screen are presented. focused is whether keys go here:
// the cursor is drawn by another glyph without, so that it shows without
// colour too.
func (m *Model[R]) View(focused bool) string {
	if m.height <= 0 {
		return ""
	}
	lines := make([]string, 0, m.height)
	if m.headerLines() > 0 {
		lines = append(lines, m.header())
	}
	if m.Len() == 0 {
		lines = append(lines, m.nothing()...)
	}
	for i := m.top; i < m.Len() && len(lines) < m.height; i++ {
		lines = append(lines, m.row(i, focused))
	}
	for len(lines) < m.height {
		lines = append(lines, "")
	}
	return strings.Join(lines[:m.height], "\n")
}

// Position says which rows are on the screen: "12–34 of 142", or "" where all
// are and nothing is filtered or marked. It is for the pane's title line.
func (m *Model[R]) Position() string {
	var parts []string
	n := m.Len()
	if n > 0 && (n > m.lines() || m.match != nil) {
		first, last := m.top+1, min(m.top+m.lines(), n)
		parts = append(parts, present.Count(first)+string(present.MarkDash)+present.Count(max(last, first))+" of "+present.Count(n))
	}
	if m.match != nil && n != len(m.rows) {
		parts = append(parts, present.Count(len(m.rows)-n)+" hidden")
	}
	if unseen := m.sortedUnseen(); unseen != "" {
		parts = append(parts, unseen)
	}
	if len(m.marks) > 0 {
		parts = append(parts, present.Count(len(m.marks))+" marked")
	}
	if m.ranging {
		parts = append(parts, "marking "+present.Count(max(m.fromAt, m.cursor)-min(m.fromAt, m.cursor)+1))
	}
	return m.th.Text(strings.Join(parts, ", "))
}

func (m *Model[R]) nothing() []string {
	text := m.empty
	if len(m.rows) > 0 {
		text = m.unmatched
	}
	room := m.width - gutter
	if room <= 0 {
		return nil
	}
	var out []string
	for _, line := range strings.Split(ansi.Wrap(m.th.Text(model.Sanitize(text)), room, ""), "\n") {
		out = append(out, strings.Repeat(" ", gutter)+m.th.Muted.Render(line))
	}
	return out
}

func (m *Model[R]) header() string {
	p := pen{th: m.th, row: m.th.Header, room: m.width}
	p.plain(strings.Repeat(" ", gutter))
	first := true
	for i, c := range m.columns {
		if m.widths[i] == 0 {
			continue
		}
		if !first {
			p.plain(strings.Repeat(" ", m.gap))
		}
		first = false
		p.cell(Cell{Text: m.title(c, m.widths[i])}, m.widths[i], c.Right)
	}
	return p.done(false)
}

// title is a column's title; that the rows are sorted by it is never cut off.
func (m *Model[R]) title(c Column[R], w int) string {
	sorted := m.sortMark(c.ID)
	if sorted == "" {
		return c.Title
	}
	return cut(c.Title, w-width(sorted), m.th.Glyphs.Ellipsis) + sorted
}

func (m *Model[R]) row(i int, focused bool) string {
	r := m.rows[m.index(i)]
	marked := m.inRange(i) || len(m.marks) > 0 && m.marks[m.key(r)]
	p := pen{th: m.th, row: m.th.Base, room: m.width}
	mark, cursor, here := " ", " ", i == m.cursor
	if marked {
		mark, p.row = m.th.Glyphs.Here, m.th.Marked
	}
	switch {
	case here && focused:
		cursor, p.row, p.ground = m.th.Glyphs.Cursor, m.th.Selected, true
	case here:
		cursor, p.row, p.ground = m.th.Glyphs.Dot, m.th.SelectedBlur, true
	}
	p.add(mark, m.th.Marked)
	p.add(cursor+" ", m.th.Cursor)
	first := true
	for c, column := range m.columns {
		if m.widths[c] == 0 {
			continue
		}
		if !first {
			p.plain(strings.Repeat(" ", m.gap))
		}
		first = false
		p.cell(column.Cell(r), m.widths[c], column.Right)
	}
	return p.done(here)
}

// pen draws one line: neighbours in the row's style are drawn together, so
// that most rows need one styled run.
type pen struct {
	th     theme.Theme
	row    lipgloss.Style
	ground bool // the row has a ground that its cells take on
	room   int  // cells left
	run    strings.Builder
	out    strings.Builder
}

// add writes plain text in a style, the row's where it is unset, and cuts it
// at the end of the line.
func (p *pen) add(text string, style lipgloss.Style) {
	if strings.TrimSpace(text) == "" || theme.Unset(style) {
		p.plain(text)
		return
	}
	text = p.take(text)
	if text == "" {
		return
	}
	p.flush()
	if p.ground {
		style = theme.On(style, p.row)
	}
	p.out.WriteString(style.Render(text))
}

// plain is add in the row's own style. Asking a style whether it is unset costs
// more than all the rest of a gap.
func (p *pen) plain(text string) { p.run.WriteString(p.take(text)) }

// take cuts text at the end of the line and takes the cells that it needs.
func (p *pen) take(text string) string {
	if p.room <= 0 {
		return ""
	}
	w := width(text)
	if w > p.room {
		text = ansi.Truncate(text, p.room, "")
		w = width(text)
	}
	p.room -= w
	return text
}

// cell writes a cell cut and filled to exactly w cells.
func (p *pen) cell(c Cell, w int, right bool) {
	text := p.th.Text(model.Sanitize(c.Text))
	mark := c.Mark
	if mark != "" && text != "" {
		mark += " "
	}
	have := width(mark) + width(text)
	if have > w {
		mark = cut(mark, w, "")
		text = cut(text, w-width(mark), p.th.Glyphs.Ellipsis)
		have = width(mark) + width(text)
	}
	fill := strings.Repeat(" ", max(w-have, 0))
	if right {
		p.plain(fill)
	}
	if mark != "" {
		markStyle := c.MarkStyle
		if theme.Unset(markStyle) {
			markStyle = c.Style
		}
		p.add(mark, markStyle)
	}
	p.add(text, c.Style)
	if !right {
		p.plain(fill)
	}
}

func (p *pen) flush() {
	if p.run.Len() == 0 {
		return
	}
	if theme.Unset(p.row) {
		p.out.WriteString(p.run.String())
	} else {
		p.out.WriteString(p.row.Render(p.run.String()))
	}
	p.run.Reset()
}

// done returns the line; whole fills it to the end, for a row with a ground.
func (p *pen) done(whole bool) string {
	if whole {
		p.plain(strings.Repeat(" ", max(p.room, 0)))
	}
	p.flush()
	return p.out.String()
}

// width is the cells that plain text takes. Of texts of ASCII and the few signs
// that nearly every row has it is the number of characters, so that those need
// not be taken apart.
func width(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r >= 0x20 && r <= 0x7e, r == '…', r == '–', r == '→', r == '·':
			n++
		default:
			return ansi.StringWidth(s)
		}
	}
	return n
}

// cut shortens plain text to at most w cells, with tail at the end of what is
// cut. A wide character that does not fit whole goes.
func cut(s string, w int, tail string) string {
	switch {
	case w <= 0:
		return ""
	case width(s) <= w:
		return s
	case width(tail) >= w:
		return ansi.Truncate(tail, w, "")
	}
	return ansi.Truncate(s, w, tail)
}
