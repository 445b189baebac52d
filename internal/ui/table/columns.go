package table

import (
	"cmp"
	"slices"

	"github.com/charmbracelet/lipgloss"

	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Cell is what stands in one column of one row. Text is plain: no escapes, no
// line ends; it is sanitised and cut by the table.
type Cell struct {
	Text  string
	Style lipgloss.Style // zero: the row's
	// Mark stands before the text, with a space between, in a style of its own
	// where that is set: a green tick before quiet words.
	Mark      string
	MarkStyle lipgloss.Style
}

// CellOf is a presenter's cell in the theme's styles. Good news is quiet: only
// its mark is coloured.
func CellOf(th theme.Theme, c present.Cell) Cell {
	out := Cell{Text: c.Text, Mark: th.Glyph(c.Mark), MarkStyle: th.Tone(c.Tone)}
	if c.Tone != present.Good || c.Mark == present.MarkNone {
		out.Style = th.Tone(c.Tone)
	}
	return out
}

// Column is one column of a table of rows of type R.
type Column[R any] struct {
	ID, Title string
	// Min and Max bound the width in cells. Max 0 grows without bound; growing
	// columns share what is left. Max below Min counts as Min.
	Min, Max int
	Right    bool // align to the right, for numbers
	// Drop is when the column goes as the width shrinks: larger goes first, 0
	// never goes.
	Drop int
	Cell func(R) Cell
	// Compare orders rows by what the column shows, smallest or nearest first;
	// nil: nobody sorts by it. It may run outside the event loop and touches
	// nothing that changes.
	Compare func(a, b R) int
	// Lacks tells rows that have no value here: they come last, whichever way
	// the others are sorted. nil: none.
	Lacks func(R) bool
}

// gutter is the cells before the first column: mark, cursor, space.
const gutter = 3

// wide is from which width on columns stand two cells apart.
const wide = 100

// arrange gives each column its width for the width of the view.
func (m *Model[R]) arrange() {
	m.gap = 1
	if m.width >= wide {
		m.gap = 2
	}
	var specs []spec
	var at []int
	for i, c := range m.columns {
		if !slices.Contains(m.look.Hidden, c.ID) {
			specs = append(specs, spec{min: c.Min, max: c.Max, drop: c.Drop})
			at = append(at, i)
		}
	}
	m.widths = make([]int, len(m.columns))
	for i, w := range fit(specs, m.width-gutter, m.gap) {
		m.widths[at[i]] = w
	}
}

// spec is what the widths of columns are computed from.
type spec struct{ min, max, drop int }

// fit shares width cells among columns that stand gap apart: what does not fit
// is dropped, largest drop first, the rightmost of equals first; what must stay
// is narrowed, widest first; what is left goes first to the columns that have a
// bound, then in equal parts to those that have none. A width of 0 is a column
// that is not shown.
func fit(specs []spec, width, gap int) []int {
	widths := make([]int, len(specs))
	for i, s := range specs {
		widths[i] = max(s.min, 1)
	}
	for excess(widths, gap, width) > 0 {
		i := droppable(specs, widths)
		if i < 0 {
			break
		}
		widths[i] = 0
	}
	narrow(widths, gap, width)
	widen(widths, specs, -excess(widths, gap, width))
	return widths
}

// excess is by how many cells the columns are wider than width.
func excess(widths []int, gap, width int) int {
	sum, n := 0, 0
	for _, w := range widths {
		if w > 0 {
			sum += w
			n++
		}
	}
	return sum + gap*max(n-1, 0) - width
}

func droppable(specs []spec, widths []int) int {
	best := -1
	for i, s := range specs {
		if widths[i] > 0 && s.drop > 0 && (best < 0 || s.drop >= specs[best].drop) {
			best = i
		}
	}
	return best
}

// narrow takes cells from the widest column until all fit or all have one.
func narrow(widths []int, gap, width int) {
	for over := excess(widths, gap, width); over > 0; over-- {
		i := widest(widths)
		if i < 0 || widths[i] <= 1 {
			break
		}
		widths[i]--
	}
}

func widest(widths []int) int {
	if len(widths) == 0 {
		return -1
	}
	return slices.Index(widths, slices.MaxFunc(widths, cmp.Compare))
}

// widen gives spare cells away.
func widen(widths []int, specs []spec, spare int) {
	var growing []int
	for i, s := range specs {
		switch {
		case widths[i] == 0 || spare <= 0:
		case s.max == 0:
			growing = append(growing, i)
		case s.max > widths[i]:
			more := min(s.max-widths[i], spare)
			widths[i] += more
			spare -= more
		}
	}
	for n := len(growing); n > 0 && spare > 0; n-- {
		share := spare / n
		widths[growing[n-1]] += share
		spare -= share
	}
}
