package present

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/novotnyllc/caitui/internal/model"
)

// Column is one column of a Table.
type Column struct {
	Title string
	Right bool // numbers
}

// Table is rows of cells for a person at a shell or for a ticket.
type Table struct {
	Columns []Column
	Rows    [][]Cell // a short row is filled with empty cells
	// Empty is the sentence that stands for no rows.
	Empty string

	ascii bool
}

// ASCII is the table with all glyphs replaced by their ASCII twins.
func (t Table) ASCII() Table {
	out := Table{Columns: make([]Column, len(t.Columns)), Rows: make([][]Cell, len(t.Rows)), Empty: ASCII(t.Empty), ascii: true}
	for i, c := range t.Columns {
		out.Columns[i] = Column{Title: ASCII(c.Title), Right: c.Right}
	}
	for i, row := range t.Rows {
		out.Rows[i] = make([]Cell, len(row))
		for j, c := range row {
			out.Rows[i][j] = Cell{Mark: Mark(ASCII(string(c.Mark))), Text: ASCII(model.Sanitize(c.Text)), Tone: c.Tone}
		}
	}
	return out
}

// ellipsis ends what was cut.
func (t Table) ellipsis() string {
	if t.ascii {
		return MarkEllipsis.ASCII()
	}
	return string(MarkEllipsis)
}

// minColumn is below how many cells Text does not narrow a column.
const minColumn = 8

// Text is the table for a terminal: columns as wide as what they hold, two
// cells apart, upper-case titles. A width above 0 narrows the widest columns
// until the lines fit, and cuts lines that still do not; 0 is for pipes and
// files, where nothing is cut. Every line ends with a newline and never with a
// space.
func (t Table) Text(width int) string {
	if len(t.Rows) == 0 {
		if t.Empty == "" {
			return ""
		}
		return t.Empty + "\n"
	}
	widths := t.natural()
	if width > 0 {
		shrink(widths, width)
	}
	var b strings.Builder
	titles := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		titles[i] = strings.ToUpper(c.Title)
	}
	t.writeLine(&b, titles, widths, width)
	for _, row := range t.Rows {
		texts := make([]string, len(t.Columns))
		for i := range t.Columns {
			if i < len(row) {
				texts[i] = plain(row[i])
			}
		}
		t.writeLine(&b, texts, widths, width)
	}
	return b.String()
}

// plain is a cell's text on one line.
func plain(c Cell) string { return model.Sanitize(c.String()) }

func (t Table) natural() []int {
	widths := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		widths[i] = ansi.StringWidth(c.Title)
		for _, row := range t.Rows {
			if i < len(row) {
				widths[i] = max(widths[i], ansi.StringWidth(plain(row[i])))
			}
		}
	}
	return widths
}

const columnGap = 2

func shrink(widths []int, width int) {
	sum := columnGap * max(len(widths)-1, 0)
	for _, w := range widths {
		sum += w
	}
	for ; sum > width; sum-- {
		widest := 0
		for i, w := range widths {
			if w > widths[widest] {
				widest = i
			}
		}
		if len(widths) == 0 || widths[widest] <= minColumn {
			return
		}
		widths[widest]--
	}
}

func (t Table) writeLine(b *strings.Builder, texts []string, widths []int, width int) {
	var line strings.Builder
	for i, text := range texts {
		if i > 0 {
			line.WriteString(strings.Repeat(" ", columnGap))
		}
		text = ansi.Truncate(text, widths[i], t.ellipsis())
		fill := strings.Repeat(" ", max(widths[i]-ansi.StringWidth(text), 0))
		if t.Columns[i].Right {
			line.WriteString(fill + text)
		} else {
			line.WriteString(text + fill)
		}
	}
	out := strings.TrimRight(line.String(), " ")
	if width > 0 {
		out = strings.TrimRight(ansi.Truncate(out, width, t.ellipsis()), " ")
	}
	b.WriteString(out + "\n")
}

// Markdown is the table for a ticket, in GitHub's form. Everything is escaped
// so that no cell can become markup, a link or a second cell.
func (t Table) Markdown() string {
	if len(t.Rows) == 0 {
		if t.Empty == "" {
			return ""
		}
		return Markdown(t.Empty) + "\n"
	}
	var b strings.Builder
	for _, c := range t.Columns {
		b.WriteString("| " + Markdown(c.Title) + " ")
	}
	b.WriteString("|\n")
	for _, c := range t.Columns {
		if c.Right {
			b.WriteString("| ---: ")
		} else {
			b.WriteString("| --- ")
		}
	}
	b.WriteString("|\n")
	for _, row := range t.Rows {
		for i := range t.Columns {
			text := ""
			if i < len(row) {
				text = Markdown(row[i].String())
			}
			b.WriteString("| " + text + " ")
		}
		b.WriteString("|\n")
	}
	return b.String()
}

// Markdown escapes text for Markdown: sanitised, on one line, nothing in it
// markup.
func Markdown(s string) string {
	s = model.Sanitize(s)
	var b strings.Builder
	for _, r := range s {
		switch r {
		case '\\', '`', '*', '_', '{', '}', '[', ']', '|', '#', '~':
			b.WriteByte('\\')
			b.WriteRune(r)
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '&':
			b.WriteString("&amp;")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
