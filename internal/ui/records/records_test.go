package records

import (
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
