package table

import (
	"slices"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
)

// by is a column that rows are in the order of, and whether reversed. The zero
// value is the order in which they were given.
type by struct {
	column string
	desc   bool
}

// Ordered is rows together with the order in which a table shows them, for
// SetOrdered.
type Ordered[R any] struct {
	given, rows []R
	by          by
}

// ByText orders rows by what stands in a column, without regard to case; rows
// without anything there come last. The cell is made for every row, so it is for
// tables of few rows only.
func ByText[R any](cell func(R) Cell) (compare func(a, b R) int, lacks func(R) bool) {
	text := func(r R) string { return strings.ToLower(model.Sanitize(cell(r).Text)) }
	return func(a, b R) int { return strings.Compare(text(a), text(b)) },
		func(r R) bool { return strings.Trim(text(r), " -–·") == "" }
}

// SortByText makes columns sortable by their text where they have no order of
// their own; see ByText.
func SortByText[R any](columns []Column[R]) []Column[R] {
	for i := range columns {
		if c := &columns[i]; c.Compare == nil {
			c.Compare, c.Lacks = ByText(c.Cell)
		}
	}
	return columns
}

// wanted is the order that was asked for, as far as there is such a column.
func (m *Model[R]) wanted() by {
	if c := m.sorting(); c != nil {
		return by{c.ID, m.look.Desc}
	}
	return by{}
}

// sorting is the column that rows shall be sorted by, nil for none.
func (m *Model[R]) sorting() *Column[R] {
	i := slices.IndexFunc(m.columns, func(c Column[R]) bool { return c.ID == m.look.Sort && c.Compare != nil })
	if i < 0 {
		return nil
	}
	return &m.columns[i]
}

// Orderer is what puts rows into the order that is wanted now. It may run
// outside the event loop, where the rows are made.
func (m *Model[R]) Orderer() func(rows []R) Ordered[R] {
	want := m.wanted()
	if want == (by{}) {
		return func(rows []R) Ordered[R] { return Ordered[R]{given: rows, rows: rows} }
	}
	column := *m.sorting()
	return func(rows []R) Ordered[R] {
		return Ordered[R]{given: rows, rows: permuted(rows, order(rows, column, want.desc)), by: want}
	}
}

// order is the places of rows in the order of a column. What is equal keeps the
// order in which it was given, and what lacks a value comes last, whichever way
// the rest goes.
func order[R any](rows []R, c Column[R], desc bool) []int {
	out := make([]int, len(rows))
	for i := range out {
		out[i] = i
	}
	slices.SortFunc(out, func(i, j int) int {
		if c.Lacks != nil {
			if a, b := c.Lacks(rows[i]), c.Lacks(rows[j]); a != b {
				if a {
					return 1
				}
				return -1
			} else if a {
				return i - j
			}
		}
		n := c.Compare(rows[i], rows[j])
		switch {
		case n == 0:
			return i - j
		case desc:
			return -n
		}
		return n
	})
	return out
}

func permuted[R any](rows []R, order []int) []R {
	out := make([]R, len(rows))
	for i, at := range order {
		out[i] = rows[at]
	}
	return out
}

// job is the work of bringing order and filter up to date, for any goroutine,
// and makes the answer of every older job void.
func (m *Model[R]) job() func() Filtered {
	m.gen++
	gen, rows, match := m.gen, m.rows, m.match
	stale, orderer, given := m.wanted() != m.inOrder, m.Orderer(), m.given
	return func() Filtered {
		out := Filtered{gen: gen}
		if stale {
			ordered := orderer(given)
			rows, out.ordered = ordered.rows, ordered
		}
		if match != nil {
			out.shown = matching(rows, match)
		}
		return out
	}
}

// Look is how the table is arranged.
func (m *Model[R]) Look() pane.Look { return m.look }

// Columns tells what columns there are, for a dialog.
func (m *Model[R]) Columns() []pane.Column {
	out := make([]pane.Column, len(m.columns))
	for i, c := range m.columns {
		title := c.Title
		if title == "" {
			title = c.ID
		}
		out[i] = pane.Column{ID: c.ID, Title: title, Sorts: c.Compare != nil, Stays: c.Drop == 0}
	}
	return out
}

// SetLook sorts by a column and hides others. Cursor and marks stay on their
// rows. Few rows are sorted at once; for many work is returned: it may run
// anywhere, and what it returns has to be called in the event loop and reports
// whether it changed anything.
func (m *Model[R]) SetLook(look pane.Look) (work func() (finish func() bool)) {
	before := m.wanted()
	m.look = look
	m.arrange()
	if m.wanted() == before {
		return nil
	}
	job := m.job() // even back to the order that is shown: a sort may be under way
	if len(m.given) <= AtOnce {
		m.Apply(job())
		return nil
	}
	return func() func() bool {
		done := job()
		return func() bool { return m.Apply(done) }
	}
}

// Stale reports whether the rows are not in the order that is wanted: it
// changed while they were made. FilterCmd with the filter that is set puts them
// right.
func (m *Model[R]) Stale() bool { return m.wanted() != m.inOrder }

// reorder takes rows in another order; the cursor stays on its row.
func (m *Model[R]) reorder(o Ordered[R]) {
	var key string
	at := m.anchor < len(m.rows)
	if at {
		key = m.key(m.rows[m.anchor])
	}
	m.rows, m.inOrder = o.rows, o.by
	if at {
		m.anchor = max(slices.IndexFunc(m.rows, func(r R) bool { return m.key(r) == key }), 0)
	}
}

// sortMark stands behind the title of the column that the rows are sorted by.
func (m *Model[R]) sortMark(id string) string {
	switch {
	case id == "" || m.inOrder.column != id:
		return ""
	case m.inOrder.desc:
		return m.th.Text("↓")
	}
	return m.th.Text("↑")
}

// sortedUnseen names the column that the rows are sorted by where it is not on
// the screen, "" where it is or none is.
func (m *Model[R]) sortedUnseen() string {
	for i, c := range m.columns {
		if c.ID == m.inOrder.column && m.inOrder.column != "" && m.widths[i] == 0 {
			return "by " + c.Title + m.sortMark(c.ID)
		}
	}
	return ""
}
