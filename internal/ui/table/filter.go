package table

import (
	"runtime"
	"slices"
	"sync"

	tea "github.com/charmbracelet/bubbletea"
)

// AtOnce is up to how many rows a filter is applied at once and not in a
// command: fewer take less time than the round through the event loop.
const AtOnce = 2000

// Filtered is the answer of a filter that ran in a command, for Apply.
type Filtered struct {
	gen     uint64
	shown   []int // nil: all
	ordered any   // an Ordered, where the rows had to be sorted too
}

// SetFilter shows only rows that match; nil shows all. It runs at once, in
// time linear in the number of rows. The cursor stays on its row, or goes to
// the next one that is shown, and returns to its row when the filter lets it
// through again.
func (m *Model[R]) SetFilter(match func(R) bool) {
	m.match = match
	m.gen++
	m.refilter()
	m.scroll()
}

// FilterCmd is SetFilter for any number of rows: few are filtered at once and
// nil is returned; for many the returned command does it and its message,
// made by wrap, has to find its way back to Apply. match runs outside the
// event loop then, in several goroutines at once, and must not touch anything
// that changes.
func (m *Model[R]) FilterCmd(match func(R) bool, wrap func(Filtered) tea.Msg) tea.Cmd {
	few := len(m.rows) <= AtOnce
	if !m.Stale() && (match == nil || few) {
		m.SetFilter(match)
		return nil
	}
	m.match = match
	job := m.job()
	if few {
		m.Apply(job())
		return nil
	}
	return func() tea.Msg { return wrap(job()) }
}

// Refilter is FilterCmd with the filter that is set: it brings rows into order
// whose order changed while they were made; nil where there is nothing to do.
func (m *Model[R]) Refilter(wrap func(Filtered) tea.Msg) tea.Cmd {
	if !m.Stale() {
		return nil
	}
	return m.FilterCmd(m.match, wrap)
}

// Apply takes the answer of a filter and reports whether it is still wanted: a
// newer filter, or new rows, make an older answer void.
func (m *Model[R]) Apply(f Filtered) bool {
	if f.gen != m.gen || f.gen == 0 {
		return false
	}
	if o, ok := f.ordered.(Ordered[R]); ok {
		m.reorder(o)
	}
	m.show(f.shown)
	m.scroll()
	return true
}

// Filtering reports whether a filter is set.
func (m *Model[R]) Filtering() bool { return m.match != nil }

// share is how many rows one goroutine filters at least: fewer are done sooner
// than a goroutine starts.
const share = 4096

// matching lists the indices of the rows that match, never nil. Many rows are
// shared among the processors: a keystroke waits for the answer.
func matching[R any](rows []R, match func(R) bool) []int {
	parts := max(min(runtime.GOMAXPROCS(0), len(rows)/share), 1)
	if parts == 1 {
		return matchingIn(rows, 0, len(rows), match)
	}
	found := make([][]int, parts)
	var all sync.WaitGroup
	for k := range parts {
		from, to := k*len(rows)/parts, (k+1)*len(rows)/parts
		if k == parts-1 {
			found[k] = matchingIn(rows, from, to, match)
			continue
		}
		all.Go(func() { found[k] = matchingIn(rows, from, to, match) })
	}
	all.Wait()
	shown := slices.Concat(found...)
	if shown == nil {
		return []int{} // nil is all of them
	}
	return shown
}

// matchingIn is matching for a part of the rows.
func matchingIn[R any](rows []R, from, to int, match func(R) bool) []int {
	shown := make([]int, 0, 64)
	for i := from; i < to; i++ {
		if match(rows[i]) {
			shown = append(shown, i)
		}
	}
	return shown
}

// refilter applies the filter that is wanted to the rows that are there.
func (m *Model[R]) refilter() {
	if m.match == nil {
		m.show(nil)
		return
	}
	m.show(matching(m.rows, m.match))
}

// show exchanges the shown rows and finds the cursor's place among them.
func (m *Model[R]) show(shown []int) {
	m.shown = shown
	m.cursor = m.anchor
	if shown != nil {
		m.cursor, _ = slices.BinarySearch(shown, m.anchor)
	}
	m.cursor = max(min(m.cursor, m.Len()-1), 0)
	m.resolveRange()
}

// isShown reports whether the filter lets the row at an index through.
func (m *Model[R]) isShown(i int) bool {
	if m.shown == nil {
		return true
	}
	_, ok := slices.BinarySearch(m.shown, i)
	return ok
}
