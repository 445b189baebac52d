package table

import (
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Model is the state of one table of rows of type R. It belongs to the event
// loop: nothing here may be called from a command.
type Model[R any] struct {
	th      theme.Theme
	key     func(R) string
	columns []Column[R]

	given   []R   // as given, never changed
	rows    []R   // the same in the order that is shown
	inOrder by    // what that order is
	shown   []int // indices of the rows that the filter lets through; nil: all
	look    pane.Look

	// anchor is the index in rows of the row the person chose last. A filter
	// that hides it moves the cursor, and when it is cleared the cursor returns.
	anchor int
	cursor int // position among the shown rows; meaningless without any
	top    int // position of the first row on the screen

	marks   map[string]bool
	ranging bool
	from    string // key of the row where the range began
	fromAt  int    // its position among the shown rows

	match func(R) bool // the filter wanted last, nil: none
	gen   uint64       // rises with every filter and every set of rows

	width, height    int
	widths           []int // of the columns, 0: dropped
	gap              int
	empty, unmatched string
}

// New makes an empty table. key must give every row its own, lasting key;
// columns are in reading order.
func New[R any](th theme.Theme, key func(R) string, columns []Column[R]) *Model[R] {
	return &Model[R]{
		th: th, key: key, columns: columns, marks: make(map[string]bool),
		empty: "Nothing here.", unmatched: "Nothing matches the filter; esc clears it.",
		widths: make([]int, len(columns)), gap: 1,
	}
}

// SetEmpty sets the sentence that stands where there are no rows at all.
func (m *Model[R]) SetEmpty(text string) { m.empty = text }

// SetUnmatched sets the sentence for rows that the filter hides altogether.
func (m *Model[R]) SetUnmatched(text string) { m.unmatched = text }

// SetColumns exchanges the columns, for data that changes what is worth
// showing. Cursor, marks and filter stay.
func (m *Model[R]) SetColumns(columns []Column[R]) {
	m.columns = columns
	m.arrange()
}

// SetRows exchanges the rows; the table keeps the slice and never changes it.
// The cursor stays on its row by key, at the same height on the screen; where
// the row is gone it goes to the next one that is still there, else to the one
// before. Marks of rows that are gone are dropped. A filter stays. Takes time
// linear in the number of rows; where they are sorted by a column and many, use
// SetOrdered.
func (m *Model[R]) SetRows(rows []R) { m.SetOrdered(m.Orderer()(rows)) }

// SetOrdered is SetRows for rows that an Orderer has put into their order.
func (m *Model[R]) SetOrdered(o Ordered[R]) {
	rows := o.rows
	line := m.cursor - m.top
	m.anchor = m.follow(rows)
	m.given, m.rows, m.inOrder = o.given, rows, o.by
	m.gen++
	m.pruneMarks()
	m.refilter()
	m.top = m.cursor - line
	m.scroll()
}

// follow finds where in the new rows the anchor's row went.
func (m *Model[R]) follow(rows []R) int {
	if len(m.rows) == 0 || m.anchor >= len(m.rows) {
		return 0
	}
	want := m.key(m.rows[m.anchor])
	if m.anchor < len(rows) && m.key(rows[m.anchor]) == want {
		return m.anchor // the ordinary refresh: nothing moved
	}
	for i, r := range rows {
		if m.key(r) == want {
			return i
		}
	}
	at := make(map[string]int, len(rows))
	for i, r := range rows {
		at[m.key(r)] = i
	}
	for _, r := range m.rows[m.anchor+1:] {
		if i, ok := at[m.key(r)]; ok {
			return i
		}
	}
	for i := m.anchor - 1; i >= 0; i-- {
		if j, ok := at[m.key(m.rows[i])]; ok {
			return j
		}
	}
	return 0
}

// SetSize sets the size of the view in cells, the header's line included. Any
// size is fine, zero and below draw nothing.
func (m *Model[R]) SetSize(w, h int) {
	m.width, m.height = max(w, 0), max(h, 0)
	m.arrange()
	m.scroll()
}

// Len is the number of rows that the filter lets through.
func (m *Model[R]) Len() int {
	if m.shown == nil {
		return len(m.rows)
	}
	return len(m.shown)
}

// Total is the number of all rows.
func (m *Model[R]) Total() int { return len(m.rows) }

// Cursor returns the row under the cursor, false where there is none.
func (m *Model[R]) Cursor() (R, bool) { return m.at(m.cursor) }

// At returns the row at a line of the view, counted from 0 with the header's,
// and moves the cursor there: a click.
func (m *Model[R]) At(line int) (R, bool) {
	i := m.top + line - m.headerLines()
	if line < m.headerLines() || line >= m.height || i >= m.Len() {
		var none R
		return none, false
	}
	m.moveTo(i)
	return m.at(i)
}

// at returns the row at a position among the shown ones.
func (m *Model[R]) at(i int) (R, bool) {
	if i < 0 || i >= m.Len() {
		var none R
		return none, false
	}
	return m.rows[m.index(i)], true
}

// index is the index in rows of a position among the shown ones.
func (m *Model[R]) index(i int) int {
	if m.shown == nil {
		return i
	}
	return m.shown[i]
}

// Move moves the cursor by delta rows and stops at the ends.
func (m *Model[R]) Move(delta int) { m.moveTo(m.cursor + delta) }

// Home moves the cursor to the first row.
func (m *Model[R]) Home() { m.moveTo(0) }

// End moves the cursor to the last row.
func (m *Model[R]) End() { m.moveTo(m.Len() - 1) }

// Page moves the cursor by a screen of rows, dir is -1 or 1. One row stays to
// read on from.
func (m *Model[R]) Page(dir int) { m.Move(dir * max(m.lines()-1, 1)) }

// GoTo moves the cursor to the row with this key and reports whether it is
// shown.
func (m *Model[R]) GoTo(key string) bool {
	for i := range m.Len() {
		if m.key(m.rows[m.index(i)]) == key {
			m.moveTo(i)
			return true
		}
	}
	return false
}

func (m *Model[R]) moveTo(i int) {
	m.cursor = max(min(i, m.Len()-1), 0)
	if m.Len() > 0 {
		m.anchor = m.index(m.cursor)
	}
	m.scroll()
}

// margin is how many rows stay visible beyond the cursor where there are any.
const margin = 2

// scroll moves the window as little as needed to show the cursor.
func (m *Model[R]) scroll() {
	lines, n := m.lines(), m.Len()
	keep := min(margin, max(lines-1, 0)/2)
	m.top = min(m.top, m.cursor-keep)
	m.top = max(m.top, m.cursor+keep-lines+1)
	m.top = max(min(m.top, n-lines), 0)
}

// headerLines is 1, or 0 where there is room for one line only: a row is worth
// more than the titles.
func (m *Model[R]) headerLines() int {
	if m.height <= 1 {
		return 0
	}
	return 1
}

// lines is how many rows the view has room for.
func (m *Model[R]) lines() int { return m.height - m.headerLines() }

// Visible returns the rows on the screen now, for what is read only when it is
// looked at.
func (m *Model[R]) Visible() []R {
	end := min(m.top+m.lines(), m.Len())
	if end <= m.top {
		return nil
	}
	out := make([]R, 0, end-m.top)
	for i := m.top; i < end; i++ {
		out = append(out, m.rows[m.index(i)])
	}
	return out
}

// AtEnd reports whether the cursor is on the last row that is shown.
func (m *Model[R]) AtEnd() bool { return m.Len() > 0 && m.cursor == m.Len()-1 }

// Shown returns all rows that the filter lets through, on the screen or not.
func (m *Model[R]) Shown() []R {
	out := make([]R, 0, m.Len())
	for i := range m.Len() {
		out = append(out, m.rows[m.index(i)])
	}
	return out
}
