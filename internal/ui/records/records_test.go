package records

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/table"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

// browser has n records with two details each, and counts movements.
func browser(n int, moved *int) *Browser[int] {
	b := New(uitest.Theme(), strconv.Itoa, []table.Column[int]{{ID: "n", Title: "n", Min: 8, Cell: func(i int) table.Cell {
		return table.Cell{Text: "record " + strconv.Itoa(i)}
	}}}, Form[int]{
		Title: "Records", Details: "Details", Note: func() string { return "" }, Message: func() []string { return nil },
		Count: func(n int) string { return present.Many(n, "record") }, Beside: 120, ListShare: 10,
		Below: func(h int, _ bool, drawn func() int) int { return min(drawn()+1, h-3) },
		Items: func(i int) ([]Item, int) {
			return []Item{{Label: "what", Line: present.Line{Text: "detail of " + strconv.Itoa(i)}},
				{Label: "do", Line: present.Line{Text: "command"}, Command: "run " + strconv.Itoa(i), Note: "a note"}}, 1
		},
		Labels: 6, Text: func(i int) string { return "record " + strconv.Itoa(i) },
		Field: func(i int, name string) string {
			if name == "kind" && i%2 == 0 {
				return "even"
			}
			return ""
		},
		Fields: []string{"kind"}, ItemFields: []string{"pkg", "name", "tag"},
		At:    func(int) time.Time { return time.Time{} },
		Moved: func() { *moved++ },
	})
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	b.Table.SetRows(rows)
	b.SetSize(60, 16)
	b.SetFocus(true)
	return b
}

func TestDetailsFollowTheList(t *testing.T) {
	moved := 0
	b := browser(9, &moved)
	if b.Item != 1 || b.Items[1].Copied() != "run 0" || b.Items[0].Copied() != "detail of 0" {
		t.Errorf("item %d of %+v", b.Item, b.Items)
	}
	b.Move(keys.Down)
	b.Arrange()
	if moved != 1 || b.Items[1].Copied() != "run 1" {
		t.Errorf("%d movements, %+v", moved, b.Items)
	}
	b.Switch()
	b.Move(keys.Top)
	if b.Item != 0 || moved != 1 {
		t.Errorf("in the details: item %d, %d movements of the list", b.Item, moved)
	}
	if r, _ := b.Table.Cursor(); r != 1 {
		t.Errorf("the list went to %d", r)
	}
	view := ansi.Strip(b.View())
	for _, want := range []string{"Records", "record 8", "Details", "detail of 1", "(a note)"} {
		if !strings.Contains(view, want) {
			t.Errorf("%q is not in\n%s", want, view)
		}
	}
}

func TestFilterAndWayBack(t *testing.T) {
	moved := 0
	b := browser(9, &moved)
	b.OpenFilter()
	for _, k := range "kind:even" {
		b.Typed(uitest.Key(string(k)))
	}
	b.Typed(uitest.Key("enter"))
	if b.CapturesText() || b.Table.Len() != 5 {
		t.Errorf("%d records are shown", b.Table.Len())
	}
	b.Filter("age>soon") // cannot be read: what was before stays, and why is said
	if view := ansi.Strip(b.View()); b.Query != "kind:even" || b.Table.Len() != 5 || strings.Contains(view, "5 of 9 records") {
		t.Errorf("query %q, %d records:\n%s", b.Query, b.Table.Len(), view)
	}
	b.Switch()
	for _, want := range []string{"to the list", "clear filter", "back"} {
		if got := b.GoesBack(); got != want {
			t.Errorf("back means %q, want %q", got, want)
		}
		if b.Back() == (want == "back") {
			t.Errorf("%q was not there to leave", want)
		}
	}
	if b.Table.Len() != 9 {
		t.Errorf("%d records after all", b.Table.Len())
	}
}

func TestClicksAndTheWheel(t *testing.T) {
	moved := 0
	b := browser(9, &moved)
	click := func(x, y int) {
		b.Moused(tea.MouseMsg{X: x, Y: y, Action: tea.MouseActionPress, Button: tea.MouseButtonLeft})
	}
	click(3, 4)
	if r, _ := b.Table.Cursor(); r != 2 || moved != 1 {
		t.Errorf("the click went to %d, %d movements", r, moved)
	}
	click(3, 14)
	if !b.InDetails {
		t.Error("a click on the details does not go there")
	}
	b.Moused(tea.MouseMsg{Action: tea.MouseActionPress, Button: tea.MouseButtonWheelUp})
	if b.Item != 0 || moved != 1 {
		t.Errorf("the wheel: item %d, %d movements", b.Item, moved)
	}
	none := browser(0, &moved)
	none.Switch()
	none.Moused(tea.MouseMsg{Action: tea.MouseActionPress, Button: tea.MouseButtonWheelUp})
	if none.InDetails || len(none.Items) != 0 {
		t.Error("there are details of nothing")
	}
}

// parts has records with many details that can be marked, after one that cannot.
func parts(n int) *Browser[int] {
	moved := 0
	b := browser(3, &moved)
	b.form.Items = func(r int) ([]Item, int) {
		out := []Item{{Line: present.Line{Text: "head"}}}
		for i := range n {
			name := "p" + strconv.Itoa(100+i)
			out = append(out, Item{Key: name, Find: name, Line: present.Line{Text: name}, Field: func(field string) string {
				if field == "tag" && i%10 == 0 {
					return "round"
				}
				return ""
			}})
		}
		return out, 0
	}
	b.Redraw()
	b.about = "" // these are details of another record
	b.SetSize(60, 16)
	return b
}

func typeInto(b *Browser[int], text string) {
	b.OpenFilter()
	for _, k := range text {
		b.Typed(uitest.Key(string(k)))
	}
	b.Typed(uitest.Key("enter"))
}

func TestMarksInTheDetails(t *testing.T) {
	b := parts(300)
	if b.NoMark() == "" || b.NoMarks() == "" {
		t.Error("marks can be set from the list")
	}
	b.Switch()
	if b.NoMarks() != "" || b.NoMark() == "" {
		t.Errorf("in the details, on the head: %q, %q", b.NoMarks(), b.NoMark())
	}
	b.ToggleMark()
	b.MarkRange()
	if b.MarkCount() != 0 || b.Ranging() {
		t.Error("the head is marked")
	}
	typeInto(b, "p17")
	if len(b.Items) != 10 || b.Items[0].Key != "p170" {
		t.Fatalf("the search shows %d", len(b.Items))
	}
	b.ToggleMark()
	b.Move(keys.Down)
	b.MarkRange()
	b.Move(keys.Down)
	b.Move(keys.Down)
	if view := ansi.Strip(b.View()); strings.Count(view, "▌") < 4 || !strings.Contains(view, "10 of 300 shown, 1 marked") || b.GoesBack() != "end range" {
		t.Errorf("while a range grows:\n%s", view)
	}
	b.MarkRange()
	b.Back() // from the search
	typeInto(b, "tag:round 28")
	b.MarkAll()
	want := []string{"p170", "p171", "p172", "p173", "p280"}
	if got := b.Marked(); !slices.Equal(got, want) {
		t.Errorf("marked %v", got)
	}
	b.MarkAll()
	if b.MarkCount() != 4 {
		t.Errorf("unmarking what is shown left %d", b.MarkCount())
	}
	if view := ansi.Strip(b.View()); !strings.Contains(view, "1 of 300") {
		t.Errorf("the search is not told:\n%s", view)
	}
	// Marks belong to their record.
	b.Back()
	b.Back()
	b.Move(keys.Down)
	b.Arrange()
	if b.MarkCount() != 0 || !b.IsMarked("0", "p170") || b.Marked() != nil || len(b.Items) != 301 {
		t.Errorf("another record has %d marks and %d details", b.MarkCount(), len(b.Items))
	}
	b.Move(keys.Up)
	b.Arrange()
	if b.MarkCount() != 4 {
		t.Errorf("%d marks after coming back", b.MarkCount())
	}
	// What is not there any more is not marked any more.
	items := b.form.Items
	b.form.Items = func(r int) ([]Item, int) { all, at := items(r); return all[:72], at }
	b.Redraw()
	b.Arrange()
	if got := b.Marked(); !slices.Equal(got, want[:1]) {
		t.Errorf("marked %v", got)
	}
}

func TestSearchInTheDetails(t *testing.T) {
	b := parts(30)
	b.Switch()
	b.OpenFilter()
	b.search("age>soon") // cannot be read
	if view := ansi.Strip(b.View()); len(b.Items) != 31 || strings.Contains(view, "30 of 30") {
		t.Errorf("%d details:\n%s", len(b.Items), view)
	}
	b.Typed(uitest.Key("esc"))
	typeInto(b, "none of it")
	if len(b.Items) != 0 || b.NoMark() == "" {
		t.Errorf("%d details match", len(b.Items))
	}
	b.ToggleMark()
	b.MarkRange()
	b.MarkAll()
	for w := 1; w < 150; w += 7 {
		b.SetSize(w, 9)
		uitest.Fits(t, b.View(), w, 9)
	}
	for _, want := range []string{"clear filter", "to the list", "back"} {
		if got := b.GoesBack(); got != want {
			t.Errorf("back means %q, want %q", got, want)
		}
		b.Back()
	}
	b.OpenFilter()
	b.Typed(uitest.Key("1"))
	if b.Query != "1" || b.Table.Len() != 1 {
		t.Errorf("in the list the filter is the list's: %q, %d rows", b.Query, b.Table.Len())
	}
}
