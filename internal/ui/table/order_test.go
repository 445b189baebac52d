package table_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/table"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

// sortable is a table whose number column can be sorted by; negative numbers
// are unknown. Its calls from commands are what a race would be found in.
func sortable(rows []item, w, h int) *table.Model[item] {
	columns := table.SortByText(columns())
	columns[1].Compare = func(a, b item) int { return cmp.Compare(a.n, b.n) }
	columns[1].Lacks = func(i item) bool { return i.n < 0 }
	m := table.New(plain(), keyOf, columns)
	m.SetSize(w, h)
	m.SetRows(rows)
	return m
}

func look(t *testing.T, m *table.Model[item], l pane.Look) {
	t.Helper()
	if work := m.SetLook(l); work != nil {
		work()()
	}
}

func TestSortIsStableAndUnknownComesLast(t *testing.T) {
	m := sortable([]item{{"a", 2}, {"b", -1}, {"c", 1}, {"d", 2}, {"e", -1}, {"f", 1}}, 30, 10)
	for _, c := range []struct {
		look pane.Look
		want string
	}{
		{pane.Look{Sort: "n"}, "c f a d b e"},
		{pane.Look{Sort: "n", Desc: true}, "a d c f b e"},
		{pane.Look{Sort: "name", Desc: true}, "f e d c b a"},
		{pane.Look{Sort: "no such column"}, "a b c d e f"},
		{pane.Look{}, "a b c d e f"},
	} {
		look(t, m, c.look)
		if got := shown(m); got != c.want {
			t.Errorf("%+v: %s, want %s", c.look, got, c.want)
		}
	}
}

// A short list is sorted by insertion, which is stable by itself: only a long
// one shows whether equals keep their order.
func TestLongListsAreSortedStably(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	rows := many(1500)
	for i := range rows {
		rows[i].n = r.IntN(5) - 1 // -1 is unknown
	}
	m := sortable(rows, 30, 10)
	for _, desc := range []bool{false, true} {
		look(t, m, pane.Look{Sort: "n", Desc: desc})
		sorted := m.Shown()
		for i := 1; i < len(sorted); i++ {
			if a, b := sorted[i-1], sorted[i]; a.n == b.n && a.key > b.key {
				t.Fatalf("reversed %t: %s stands before %s, and both have %d", desc, a.key, b.key, a.n)
			}
		}
	}
}

// A wish that is taken back while its sort is under way leaves the rows in the
// order that they have.
func TestSortTakenBackWhileUnderWay(t *testing.T) {
	m := sortable(many(table.AtOnce+10), 30, 10)
	late := m.SetLook(pane.Look{Sort: "n", Desc: true})()
	if work := m.SetLook(pane.Look{}); work != nil {
		work()()
	}
	late()
	m.Home()
	if got := under(t, m); m.Stale() || got != "row000000" {
		t.Errorf("the first row is %s", got)
	}
}

func TestSortedColumnIsMarkedAndNeverCut(t *testing.T) {
	m := sortable(items("a b"), 30, 4)
	look(t, m, pane.Look{Sort: "n"})
	if head := strings.Split(m.View(true), "\n")[0]; !strings.Contains(head, "n↑") || strings.Contains(head, "name↑") {
		t.Errorf("header %q", head)
	}
	look(t, m, pane.Look{Sort: "name", Desc: true})
	m.SetSize(9, 4)
	if head := strings.Split(m.View(true), "\n")[0]; !strings.Contains(head, "↓") {
		t.Errorf("in 9 cells: header %q", head)
	}
	look(t, m, pane.Look{Sort: "n"})
	m.SetSize(10, 4) // the column does not fit any more
	if got := m.Position(); !strings.Contains(got, "by n↑") {
		t.Errorf("sorted by a column that is not shown, and nobody says so: %q", got)
	}
	uitest.Fits(t, m.View(true), 10, 4)
}

func TestHiddenColumnsGiveTheirRoomAway(t *testing.T) {
	m := sortable(items("aaaaaaaaaaaaaa b"), 20, 4)
	before := m.View(true)
	look(t, m, pane.Look{Hidden: []string{"n"}})
	view := m.View(true)
	if strings.TrimSpace(strings.Split(view, "\n")[0]) != "name" || view == before {
		t.Errorf("still shown:\n%s", view)
	}
	uitest.Fits(t, view, 20, 4)
	look(t, m, pane.Look{})
	if m.View(true) != before {
		t.Error("showing the column again draws something else")
	}
}

func TestCursorMarksAndFilterOutliveASort(t *testing.T) {
	m := sortable([]item{{"a", 3}, {"b", 1}, {"ab", 2}, {"c", 0}}, 30, 10)
	m.SetFilter(func(i item) bool { return strings.ContainsAny(i.key, "ab") })
	m.GoTo("b")
	m.ToggleMark()
	look(t, m, pane.Look{Sort: "n"})
	if got := shown(m); got != "b ab a" || under(t, m) != "b" {
		t.Errorf("%s, the cursor on %s", got, under(t, m))
	}
	m.SetFilter(nil)
	if got := shown(m); got != "c b ab a" || under(t, m) != "b" || !slices.Equal(m.Marks(), []string{"b"}) {
		t.Errorf("%s, the cursor on %s, marks %v", got, under(t, m), m.Marks())
	}
	m.SetRows([]item{{"a", 0}, {"x", 5}, {"b", 9}})
	if got := shown(m); got != "a x b" || under(t, m) != "b" {
		t.Errorf("new rows: %s, the cursor on %s", got, under(t, m))
	}
	look(t, m, pane.Look{})
	if got := shown(m); got != "a x b" {
		t.Errorf("their own order: %s", got)
	}
}

// Sorts and filters of many rows run in commands: whatever order their answers
// come in, the newest wish of each holds in the end, for the newest rows.
func TestManyRowsInAnyOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		m := sortable(many(table.AtOnce+10), 30, 10)
		m.Move(700)
		under0 := under(t, m)
		var answers []func()
		want, filter := pane.Look{}, ""
		for range 5 {
			switch r.IntN(3) {
			case 0:
				want = pane.Look{Sort: []string{"n", "name", ""}[r.IntN(3)], Desc: r.IntN(2) == 0}
				if work := m.SetLook(want); work != nil {
					answers = append(answers, func() { work()() })
				}
			case 1:
				filter = []string{"", "row0007", "00"}[r.IntN(3)]
				var match func(item) bool
				if text := filter; text != "" {
					match = func(i item) bool { return strings.Contains(i.key, text) }
				}
				if cmd := m.FilterCmd(match, wrap); cmd != nil {
					answers = append(answers, func() { m.Apply(cmd().(table.Filtered)) })
				}
			case 2:
				m.SetOrdered(m.Orderer()(many(table.AtOnce + 20)))
				if cmd := m.Refilter(wrap); cmd != nil {
					answers = append(answers, func() { m.Apply(cmd().(table.Filtered)) })
				}
			}
		}
		r.Shuffle(len(answers), func(i, j int) { answers[i], answers[j] = answers[j], answers[i] })
		for _, a := range answers {
			a()
			_ = m.View(true)
		}
		if m.Stale() {
			t.Fatalf("the rows are not in the order of %+v", want)
		}
		rows := m.Shown()
		for i, row := range rows {
			if !strings.Contains(row.key, filter) {
				t.Fatalf("%s is shown by filter %q", row.key, filter)
			}
			if desc := want.Sort != "" && want.Desc; i > 0 && (rows[i-1].n < row.n) == desc {
				t.Fatalf("%+v: %s before %s", want, rows[i-1].key, row.key)
			}
		}
		if filter == "" && under(t, m) != under0 {
			t.Fatalf("the cursor went from %s to %s", under0, under(t, m))
		}
	}
}

// A sort that was wished for while rows were made is made up for.
func TestSortWishedForWhileRowsAreMade(t *testing.T) {
	m := sortable(many(table.AtOnce+10), 30, 10)
	make1 := m.Orderer()
	work := m.SetLook(pane.Look{Sort: "n", Desc: true})
	late := work()
	m.SetOrdered(make1(many(table.AtOnce + 20)))
	if late() {
		t.Error("the order of rows that are gone was taken")
	}
	cmd := m.Refilter(wrap)
	if !m.Stale() || cmd == nil {
		t.Fatal("nobody knows that the rows are not sorted")
	}
	m.Apply(cmd().(table.Filtered))
	m.Home()
	if got := under(t, m); got != "row002019" {
		t.Errorf("the first row is %s", got)
	}
}

// Budget: sorting 100,000 rows keeps no key waiting; what the event loop does of
// it is the second figure.
func BenchmarkSort(b *testing.B) {
	rows := versionRows(100_000)
	r := rand.New(rand.NewPCG(5, 6))
	r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	m := versionTable(rows)
	turns := 0
	wish := func() func() func() bool {
		turns++
		return m.SetLook(pane.Look{Sort: "commit", Desc: turns%2 == 0})
	}
	b.Run("in the command", func(b *testing.B) {
		for range b.N {
			wish()()
		}
	})
	b.Run("in the event loop", func(b *testing.B) {
		for range b.N {
			b.StopTimer()
			finish := wish()()
			b.StartTimer()
			finish()
			_ = m.View(true)
		}
	})
}
