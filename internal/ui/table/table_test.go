package table_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/google/go-cmp/cmp"
	"github.com/muesli/termenv"

	"github.com/novotnyllc/caitui/internal/ui/table"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// item is a row of the tests: its key and a number.
type item struct {
	key string
	n   int
}

func plain() theme.Theme {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.Ascii)
	return theme.New(theme.Options{Renderer: r})
}

func columns() []table.Column[item] {
	return []table.Column[item]{
		{ID: "name", Title: "name", Min: 6, Max: 20, Cell: func(i item) table.Cell { return table.Cell{Text: i.key} }},
		{ID: "n", Title: "n", Min: 4, Max: 4, Right: true, Drop: 1, Cell: func(i item) table.Cell { return table.Cell{Text: strconv.Itoa(i.n)} }},
	}
}

func keyOf(i item) string { return i.key }

func items(keys string) []item {
	var out []item
	for i, k := range strings.Fields(keys) {
		out = append(out, item{k, i})
	}
	return out
}

func many(n int) []item {
	out := make([]item, n)
	for i := range out {
		out[i] = item{fmt.Sprintf("row%06d", i), i}
	}
	return out
}

func newTable(rows []item, w, h int) *table.Model[item] {
	m := table.New(plain(), keyOf, columns())
	m.SetSize(w, h)
	m.SetRows(rows)
	return m
}

func under(t *testing.T, m *table.Model[item]) string {
	t.Helper()
	r, ok := m.Cursor()
	if !ok {
		return ""
	}
	return r.key
}

func shown(m *table.Model[item]) string {
	var out []string
	for _, r := range m.Visible() {
		out = append(out, r.key)
	}
	return strings.Join(out, " ")
}

func TestMoves(t *testing.T) {
	m := newTable(items("a b c d e f g h"), 30, 5) // four rows at a time
	steps := []struct {
		name   string
		do     func()
		cursor string
		shown  string
	}{
		{"at first", func() {}, "a", "a b c d"},
		{"up from the first stays", func() { m.Move(-1) }, "a", "a b c d"},
		{"down", func() { m.Move(1) }, "b", "a b c d"},
		{"down keeps one row below in sight", func() { m.Move(2) }, "d", "b c d e"},
		{"end", func() { m.End() }, "h", "e f g h"},
		{"down from the last stays", func() { m.Move(5) }, "h", "e f g h"},
		{"page up", func() { m.Page(-1) }, "e", "d e f g"},
		{"home", func() { m.Home() }, "a", "a b c d"},
		{"page down", func() { m.Page(1) }, "d", "b c d e"},
		{"go to", func() { m.GoTo("g") }, "g", "e f g h"},
	}
	for _, s := range steps {
		s.do()
		if got := under(t, m); got != s.cursor {
			t.Errorf("%s: the cursor is on %q, not %q", s.name, got, s.cursor)
		}
		if got := shown(m); got != s.shown {
			t.Errorf("%s: shown are %q, not %q", s.name, got, s.shown)
		}
	}
	if m.GoTo("nobody") {
		t.Error("GoTo found a row that is not there")
	}
	if got := under(t, m); got != "g" {
		t.Errorf("a vain GoTo moved the cursor to %q", got)
	}
}

func TestCursorFollowsItsRow(t *testing.T) {
	for _, c := range []struct{ name, before, at, after, want string }{
		{"nothing changed", "a b c d", "c", "a b c d", "c"},
		{"rows above are new", "a b c d", "c", "x y a b c d", "c"},
		{"order reversed", "a b c d", "b", "d c b a", "b"},
		{"gone: the next one", "a b c d", "b", "a c d", "c"},
		{"gone with the next ones", "a b c d", "b", "a d", "d"},
		{"gone at the end: the one before", "a b c d", "d", "a b c", "c"},
		{"all gone: the first", "a b c", "c", "x y z", "x"},
		{"empty", "a b c", "c", "", ""},
		{"gone in another order", "a b c d", "b", "d c a", "c"},
	} {
		m := newTable(items(c.before), 30, 10)
		m.GoTo(c.at)
		m.SetRows(items(c.after))
		if got := under(t, m); got != c.want {
			t.Errorf("%s: the cursor went to %q, not %q", c.name, got, c.want)
		}
	}
}

func TestCursorComesBackAfterEmptyRows(t *testing.T) {
	m := newTable(items("a b c"), 30, 10)
	m.End()
	m.SetRows(nil)
	if _, ok := m.Cursor(); ok {
		t.Error("there is a row under the cursor of an empty table")
	}
	m.Move(1)
	m.ToggleMark()
	m.MarkRange()
	m.Page(1)
	m.SetRows(items("a b c"))
	if got := under(t, m); got == "" {
		t.Error("no row under the cursor although there are rows again")
	}
}

func TestScrollStaysWhereRowsComeOnTop(t *testing.T) {
	m := newTable(many(100), 30, 11)
	m.GoTo("row000050")
	m.Move(-4) // to the middle of the screen
	before := shown(m)
	fresh := append(items("new1 new2 new3"), many(100)...)
	m.SetRows(fresh)
	if got := shown(m); got != before {
		t.Errorf("the screen moved from %q to %q", before, got)
	}
}

func TestMarks(t *testing.T) {
	m := newTable(items("a b c d e f"), 30, 10)
	m.ToggleMark()
	m.Move(2)
	m.ToggleMark()
	m.ToggleMark()
	m.Move(1)
	m.ToggleMark()
	if diff := cmp.Diff([]string{"a", "d"}, m.Marks()); diff != "" {
		t.Errorf("marks (- want, + got):\n%s", diff)
	}
	m.SetFilter(func(i item) bool { return i.key > "c" })
	if diff := cmp.Diff([]string{"a", "d"}, m.Marks()); diff != "" {
		t.Errorf("a filter changed marks:\n%s", diff)
	}
	m.MarkAll()
	if diff := cmp.Diff([]string{"a", "d", "e", "f"}, m.Marks()); diff != "" {
		t.Errorf("mark all under a filter:\n%s", diff)
	}
	m.MarkAll()
	if diff := cmp.Diff([]string{"a"}, m.Marks()); diff != "" {
		t.Errorf("mark all again takes away what is shown only:\n%s", diff)
	}
	m.SetFilter(nil)
	m.SetRows(items("f e d c b a"))
	if !m.Marked("a") || m.Marked("b") {
		t.Error("a refresh moved marks")
	}
	m.SetRows(items("f e d"))
	m.SetRows(items("a b c"))
	if len(m.Marks()) != 0 {
		t.Errorf("the mark of a row that was gone came back: %v", m.Marks())
	}
}

func TestRange(t *testing.T) {
	m := newTable(items("a b c d e f"), 30, 10)
	m.Move(3)
	m.MarkRange()
	m.Move(-2)
	if !m.Ranging() || m.Marked("a") || !m.Marked("b") || !m.Marked("d") || m.Marked("e") {
		t.Errorf("the range in progress holds %v, not b c d", m.Marks())
	}
	if diff := cmp.Diff([]string{"b", "c", "d"}, m.Marks()); diff != "" {
		t.Errorf("marks of the range in progress:\n%s", diff)
	}
	if !m.CancelRange() || m.CancelRange() {
		t.Error("cancelling says wrongly whether there was a range")
	}
	if len(m.Marks()) != 0 {
		t.Errorf("a cancelled range left %v", m.Marks())
	}
	m.MarkRange()
	m.End()
	m.MarkRange()
	if diff := cmp.Diff([]string{"b", "c", "d", "e", "f"}, m.Marks()); diff != "" || m.Ranging() {
		t.Errorf("marks of the range:\n%s", diff)
	}
}

func TestRangeMarksOnlyWhatTheFilterShows(t *testing.T) {
	m := newTable(items("a1 b2 c1 d2 e1"), 30, 10)
	m.SetFilter(func(i item) bool { return strings.HasSuffix(i.key, "1") })
	m.MarkRange()
	m.End()
	if diff := cmp.Diff([]string{"a1", "c1", "e1"}, m.Marks()); diff != "" {
		t.Errorf("range in progress:\n%s", diff)
	}
	m.MarkRange()
	m.SetFilter(nil)
	if diff := cmp.Diff([]string{"a1", "c1", "e1"}, m.Marks()); diff != "" {
		t.Errorf("range:\n%s", diff)
	}
}

func TestRangeFollowsItsRows(t *testing.T) {
	m := newTable(items("a b c d"), 30, 10)
	m.Move(1)
	m.MarkRange()
	m.Move(1)
	m.SetRows(items("x y a b c d"))
	if diff := cmp.Diff([]string{"b", "c"}, m.Marks()); diff != "" {
		t.Errorf("range after a refresh:\n%s", diff)
	}
	m.SetRows(items("x y c d"))
	if m.Ranging() || len(m.Marks()) != 0 {
		t.Errorf("the range's first row is gone, yet it holds %v", m.Marks())
	}
}

func TestFilterMovesCursorAndBack(t *testing.T) {
	m := newTable(items("a b c d e"), 30, 10)
	m.GoTo("b")
	m.SetFilter(func(i item) bool { return i.key == "a" || i.key == "d" })
	if got := under(t, m); got != "d" {
		t.Errorf("the cursor went to %q, not to the next shown row", got)
	}
	m.SetFilter(func(item) bool { return false })
	if _, ok := m.Cursor(); ok || m.Len() != 0 || m.Total() != 5 {
		t.Error("a filter that hides all shows something")
	}
	m.SetFilter(nil)
	if got := under(t, m); got != "b" {
		t.Errorf("after the filter the cursor is on %q, not back on b", got)
	}
	m.SetFilter(func(i item) bool { return i.key < "c" })
	m.SetRows(items("z a b bb c"))
	if m.Len() != 3 || shown(m) != "a b bb" {
		t.Errorf("the filter does not hold for new rows: %s", shown(m))
	}
}

// A long walk of random acts: whatever happens, cursor, window and marks keep
// their promises.
func TestProperties(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 7))
		m := newTable(nil, 40, 8)
		w, h := 40, 8
		for step := range 80 {
			act := r.IntN(14)
			switch act {
			case 0, 1:
				rows := many(r.IntN(40))
				r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
				m.SetRows(rows)
			case 2:
				mod := r.IntN(4) + 1
				m.SetFilter(func(i item) bool { return i.n%mod == 0 })
			case 3:
				m.SetFilter(nil)
			case 4:
				w, h = r.IntN(60)-3, r.IntN(14)-2
				m.SetSize(w, h)
			case 5:
				m.ToggleMark()
			case 6:
				m.MarkRange()
			case 7:
				m.MarkAll()
			case 8:
				m.CancelRange()
			case 9:
				m.End()
			case 10:
				m.Page(1 - 2*r.IntN(2))
			default:
				m.Move(r.IntN(21) - 10)
			}
			check(t, m, w, h, fmt.Sprintf("seed %d step %d act %d", seed, step, act))
		}
	}
}

func check(t *testing.T, m *table.Model[item], w, h int, when string) {
	t.Helper()
	row, ok := m.Cursor()
	if ok != (m.Len() > 0) {
		t.Fatalf("%s: cursor %v with %d rows", when, ok, m.Len())
	}
	vis := m.Visible()
	if ok && h > 1 && !slices.Contains(vis, row) {
		t.Fatalf("%s: the cursor's row is not on the screen: %v", when, vis)
	}
	if room := h - 1; h > 1 && len(vis) != min(room, m.Len()) {
		t.Fatalf("%s: %d rows on the screen, with room for %d of %d", when, len(vis), room, m.Len())
	}
	for _, k := range m.Marks() {
		if !m.Marked(k) && !m.Ranging() {
			t.Fatalf("%s: %s is listed as marked and is not", when, k)
		}
	}
	fits(t, m.View(true), w, h, when)
	fits(t, m.View(false), w, h, when)
}

func fits(t *testing.T, view string, w, h int, when string) {
	t.Helper()
	lines := strings.Split(view, "\n")
	if h <= 0 {
		if view != "" {
			t.Fatalf("%s: a view without height draws %q", when, view)
		}
		return
	}
	if len(lines) != h {
		t.Fatalf("%s: %d lines, not %d", when, len(lines), h)
	}
	for _, l := range lines {
		if lipgloss.Width(l) > max(w, 0) {
			t.Fatalf("%s: %q is wider than %d", when, l, w)
		}
	}
}

func TestClick(t *testing.T) {
	m := newTable(items("a b c d e f g h"), 30, 5)
	m.GoTo("e")
	if _, ok := m.At(0); ok {
		t.Error("the header is a row")
	}
	if r, ok := m.At(2); !ok || r.key != strings.Fields(shown(m))[1] {
		t.Errorf("the second line is %q", r.key)
	}
	short := newTable(items("a"), 30, 5)
	if _, ok := short.At(3); ok {
		t.Error("an empty line is a row")
	}
}
