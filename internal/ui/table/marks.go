package table

import (
	"maps"
	"slices"
)

// ToggleMark marks the row under the cursor, or takes its mark away, and ends
// a range that is being marked by marking it.
func (m *Model[R]) ToggleMark() {
	if m.ranging {
		m.MarkRange()
		return
	}
	r, ok := m.Cursor()
	if !ok {
		return
	}
	if k := m.key(r); m.marks[k] {
		delete(m.marks, k)
	} else {
		m.marks[k] = true
	}
}

// MarkRange begins a range at the cursor; moving the cursor stretches it, and
// calling MarkRange again marks what it holds.
func (m *Model[R]) MarkRange() {
	r, ok := m.Cursor()
	switch {
	case !ok:
		return
	case !m.ranging:
		m.ranging, m.from, m.fromAt = true, m.key(r), m.cursor
		return
	}
	for i := min(m.fromAt, m.cursor); i <= max(m.fromAt, m.cursor); i++ {
		m.marks[m.key(m.rows[m.index(i)])] = true
	}
	m.ranging = false
}

// Ranging reports whether a range is being marked.
func (m *Model[R]) Ranging() bool { return m.ranging }

// CancelRange forgets the range that is being marked and reports whether there
// was one. Marks set before stay.
func (m *Model[R]) CancelRange() bool {
	was := m.ranging
	m.ranging = false
	return was
}

// MarkAll marks every row that the filter shows; where all of them are marked
// already it takes their marks away. Marks of hidden rows stay as they are.
func (m *Model[R]) MarkAll() {
	m.ranging = false
	fresh := false
	for i := range m.Len() {
		k := m.key(m.rows[m.index(i)])
		if !m.marks[k] {
			m.marks[k] = true
			fresh = true
		}
	}
	if fresh {
		return
	}
	for i := range m.Len() {
		delete(m.marks, m.key(m.rows[m.index(i)]))
	}
}

// ClearMarks takes all marks away, those of hidden rows too.
func (m *Model[R]) ClearMarks() {
	m.ranging = false
	clear(m.marks)
}

// Marks lists the keys of the marked rows in row order, hidden ones and a
// range that is being marked included: exactly what is drawn as marked.
func (m *Model[R]) Marks() []string {
	if len(m.marks) == 0 && !m.ranging {
		return nil
	}
	out := make([]string, 0, len(m.marks))
	low, high := m.rangeRows()
	for i, r := range m.rows {
		if k := m.key(r); m.marks[k] || i >= low && i <= high && m.isShown(i) {
			out = append(out, k)
		}
	}
	return out
}

// FewMarks lists the keys of the marked rows as long as no more than n are
// marked, in no order of the rows, and how many are marked altogether, a range
// that is being marked included. Unlike Marks it takes no time in proportion to
// the rows, so that it may be asked with every frame.
func (m *Model[R]) FewMarks(n int) (marked []string, count int) {
	keys := make(map[string]bool, n)
	if len(m.marks) <= n {
		for k := range m.marks {
			keys[k] = true
		}
	}
	count = len(m.marks)
	if m.ranging {
		low, high := min(m.fromAt, m.cursor), max(m.fromAt, m.cursor)
		if len(m.marks) > n || high-low+1 > n {
			return nil, max(count, high-low+1)
		}
		for i := low; i <= high && i < m.Len(); i++ {
			keys[m.key(m.rows[m.index(i)])] = true
		}
		count = len(keys)
	}
	if count > n {
		return nil, count
	}
	return slices.Sorted(maps.Keys(keys)), count
}

// MarkCount is how many rows are marked, without a range that is being marked.
func (m *Model[R]) MarkCount() int { return len(m.marks) }

// Marked reports whether the row with this key is marked, or in the range that
// is being marked and on the screen.
func (m *Model[R]) Marked(key string) bool {
	if m.marks[key] {
		return true
	}
	if !m.ranging {
		return false
	}
	for i := m.top; i < min(m.top+m.lines(), m.Len()); i++ {
		if m.inRange(i) && m.key(m.rows[m.index(i)]) == key {
			return true
		}
	}
	return false
}

// inRange reports whether a position among the shown rows lies in the range
// that is being marked.
func (m *Model[R]) inRange(i int) bool {
	return m.ranging && i >= min(m.fromAt, m.cursor) && i <= max(m.fromAt, m.cursor)
}

// rangeRows is the range that is being marked as indices in rows; an empty one
// where there is none.
func (m *Model[R]) rangeRows() (low, high int) {
	if !m.ranging || m.Len() == 0 {
		return 0, -1
	}
	return m.index(min(m.fromAt, m.cursor)), m.index(max(m.fromAt, m.cursor))
}

// pruneMarks drops the marks of rows that are no longer there.
func (m *Model[R]) pruneMarks() {
	if len(m.marks) == 0 {
		return
	}
	kept := make(map[string]bool, len(m.marks))
	for _, r := range m.rows {
		if k := m.key(r); m.marks[k] {
			kept[k] = true
		}
	}
	m.marks = kept
}

// resolveRange finds where a range began after the shown rows have changed. It
// ends the range where that row is not shown any more: nothing was marked.
func (m *Model[R]) resolveRange() {
	if !m.ranging {
		return
	}
	for i := range m.Len() {
		if m.key(m.rows[m.index(i)]) == m.from {
			m.fromAt = i
			return
		}
	}
	m.ranging = false
}
