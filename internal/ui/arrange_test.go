package ui

import (
	"cmp"
	"fmt"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/table"
	"github.com/novotnyllc/caitui/internal/ui/theme"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

// tabled is a stub with a table of numbers.
type tabled struct {
	*stub
	table *table.Model[int]
}

func (t *tabled) Tables() (all []pane.Table, here int) {
	return []pane.Table{{Name: "numbers", Arranger: t.table}}, 0
}

func (t *tabled) View() string { return t.table.View(t.focused) }

func (t *tabled) SetSize(w, h int) { t.table.SetSize(w, h) }

func newTabled(s *stub, th theme.Theme, n int) *tabled {
	text := func(i int) table.Cell { return table.Cell{Text: fmt.Sprint("row", i)} }
	m := table.New(th, func(i int) string { return fmt.Sprint(i) }, []table.Column[int]{
		{ID: "name", Title: "name", Min: 10, Cell: text, Compare: cmp.Compare[int]},
		{ID: "twin", Title: "twin", Min: 10, Drop: 1, Cell: text},
	})
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	m.SetRows(rows)
	return &tabled{s, m}
}

// arranging is a bench whose histories have tables of n rows.
func arranging(t *testing.T, n int, changes ...func(*Options)) (b *bench, last func() *tabled) {
	t.Helper()
	var pn *tabled
	b = newBench(t, func(o *Options) {
		for _, change := range changes {
			change(o)
		}
		plain := o.panes.history
		o.panes.history = func(pkg string, at model.Digest) pane.Pane {
			pn = newTabled(plain(pkg, at).(*stub), o.Theme, n)
			return pn
		}
	})
	b.rest()
	b.press("enter")
	return b, func() *tabled { return pn }
}

func TestColumnsDialog(t *testing.T) {
	b, _ := arranging(t, 3)
	b.press("c")
	b.sees("Columns of numbers", "[x] twin")
	b.press(" ")
	b.sees("name stays: it says what the row is")
	b.press("down", "enter")
	b.sees("rows cannot be sorted by twin")
	b.press(" ")
	b.sees("[ ] twin", "hidden")
	b.press("up", "enter")
	b.sees("↑ sorted by this")
	b.press("enter")
	b.sees("↓ sorted by this, reversed", "name↓")
	if view := b.root.View(); strings.Index(view, "row2") > strings.Index(view, "row0") {
		t.Errorf("the rows are not reversed behind the dialog:\n%s", view)
	}
	b.press("enter")
	b.seesNot("sorted by this")
	b.press("enter", "0")
	b.sees("[x] twin")
	b.seesNot("sorted by this")
	b.press("esc")
	b.seesNot("Columns of numbers")
}

func TestWhatIsArrangedHoldsForEveryPaneOfTheKind(t *testing.T) {
	b, last := arranging(t, 3)
	first := last()
	b.press("c", "enter", "enter", "down", " ", "esc")
	b.later(b.root.act(pane.OpenHistory{Package: "containai-base"}))
	if last() == first {
		t.Fatal("no other pane was opened")
	}
	b.sees("name↓")
	b.seesNot("twin")
	b.press("c", "0", "esc", "esc")
	b.sees("twin") // the pane below was arranged too
	b.seesNot("name↓")
	b.press("alt+right")
	b.sees("twin")
}

// Many rows are sorted in a command; keys go on meanwhile, and only the newest
// wish counts.
func TestManyRowsAreSortedInACommand(t *testing.T) {
	b, last := arranging(t, 5000)
	b.press("c", "enter", "enter")
	b.seesNot("row4999")
	answers := b.answers()
	if len(answers) != 2 {
		t.Fatalf("%d answers, want that of two sorts", len(answers))
	}
	for _, m := range []tea.Msg{answers[1], answers[0]} {
		b.send(m)
	}
	b.press("esc")
	last().table.Home()
	b.sees("name↓", "row4999")
	if n := len(last().got); n == 0 || last().got[n-1] != tea.Msg(pane.Arranged{}) {
		t.Error("the pane was not told that other rows are on the screen")
	}
}

func TestNoColumnsWhereThereIsNoTable(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.press("c")
	b.sees("c does nothing now: nothing here has columns")
}

func TestColumnsGoldens(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		b, _ := arranging(t, 30)
		b.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		b.press("c", "enter", "enter", "down", " ")
		uitest.Golden(t, fmt.Sprintf("columns-%dx%d", size[0], size[1]), b.root.View())
	}
}
