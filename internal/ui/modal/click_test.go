package modal

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

// pointAt finds a text on the screen of a stack.
func pointAt(t *testing.T, s *Stack, w, h int, text string) (x, y int) {
	t.Helper()
	view := ansi.Strip(s.View(strings.TrimSuffix(strings.Repeat(strings.Repeat(".", w)+"\n", h), "\n"), ""))
	for y, line := range strings.Split(view, "\n") {
		if before, _, ok := strings.Cut(line, text); ok {
			return ansi.StringWidth(before), y
		}
	}
	t.Fatalf("%q is not on the screen:\n%s", text, view)
	return 0, 0
}

func newStack(w, h int, m Modal) *Stack {
	s := NewStack(uitest.Theme(), func(time.Duration, tea.Msg) tea.Cmd { return nil })
	s.SetSize(w, h)
	s.Push(m)
	return s
}

func TestClicksGoToTheRowThatIsSeen(t *testing.T) {
	entries := make([]Entry, 40)
	choices := make([]TagChoice, 40)
	for i := range entries {
		entries[i] = Entry{Label: fmt.Sprintf("action %02d", i), Outcome: Commanded{Name: fmt.Sprint(i)}}
		choices[i] = TagChoice{Tag: fmt.Sprintf("tag-%02d", i)}
	}
	for _, size := range [][2]int{{60, 15}, {80, 23}, {121, 39}, {200, 59}} {
		w, h := size[0], size[1]
		for name, c := range map[string]struct {
			modal     Modal
			far, near string // after moving to the 10th
			want      Outcome
		}{
			"palette": {NewPalette(uitest.Theme(), entries), "action 09", "action 08", Commanded{Name: "8"}},
			"chooser": {NewChooser(uitest.Theme(), "Retag", []Line{{Text: strings.Repeat("which tag of all these ", 6)}}, choices), "tag-09", "tag-08", Chosen{Tag: "tag-08"}},
		} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, w, h), func(t *testing.T) {
				s := newStack(w, h, c.modal)
				for range 9 {
					c.modal.Update(uitest.Key("down"))
				}
				x, y := pointAt(t, s, w, h, c.near)
				if out := s.Click(x, y); out != nil {
					t.Errorf("the first click does %v", out)
				}
				if out := s.Click(pointAt(t, s, w, h, c.near)); out != c.want {
					t.Errorf("the second click does %v, want %v", out, c.want)
				}
				for _, p := range [][2]int{{0, 0}, {-1, -1}, {w - 1, h - 1}, {x, 0}, {0, y}} {
					if out := s.Click(p[0], p[1]); out != nil {
						t.Errorf("a click beside the list at %v does %v", p, out)
					}
				}
			})
		}
	}
}

func TestNoClickConfirms(t *testing.T) {
	for name, m := range map[string]Modal{
		"ask": NewAsk(uitest.Theme(), "Quit?", []Line{{Text: "marks stand"}}, "quit", "stay"), "running": running(),
	} {
		s := newStack(80, 23, m)
		for y := range 23 {
			for x := 0; x < 80; x += 3 {
				if out := s.Click(x, y); out != nil {
					t.Fatalf("%s: a click at %d, %d does %v", name, x, y, out)
				}
			}
		}
	}
	if out := NewStack(uitest.Theme(), nil).Click(3, 3); out != nil {
		t.Errorf("a click without a dialog does %v", out)
	}
}

// A palette that comes in the place of another while somebody uses it keeps the
// text and the entry under the cursor: enter does what it was pressed for.
func TestPaletteKeepsItsPlace(t *testing.T) {
	entries := []Entry{{Label: "later", Outcome: Cancelled{}}, {Label: "continue", Outcome: Closed{}}, {Label: "take back", Outcome: Agreed{}}}
	former := NewPicker(uitest.Theme(), "t", nil, entries)
	former.SetSize(60, 12)
	former.Update(uitest.Key("down"))
	former.Update(uitest.Key("down"))
	next := NewPicker(uitest.Theme(), "t", []Line{{Text: "read meanwhile"}}, append([]Entry{{Label: "first of all"}}, entries...))
	next.SetSize(60, 12)
	next.Keep(former)
	if out, _ := next.Update(uitest.Key("enter")); out != (Agreed{}) {
		t.Errorf("enter gives %T", out)
	}
	former.Update(uitest.Key("c"))
	gone := NewPicker(uitest.Theme(), "t", nil, entries[:1])
	gone.Keep(former)
	if out, _ := gone.Update(uitest.Key("enter")); out != nil {
		t.Errorf("an entry that is gone gives %T", out)
	}
}
