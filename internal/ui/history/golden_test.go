package history

import (
	"fmt"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/theme"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

func TestGoldens(t *testing.T) {
	w := story(t)
	read, unread := survey(w, w.snapshot(true)), survey(w, w.snapshot(false))
	for _, size := range [][2]int{{80, 24}, {120, 40}, {160, 45}, {200, 60}, {40, 12}} {
		width, height := size[0], size[1]-2
		p := at(read, width, height)
		uitest.Golden(t, fmt.Sprintf("story-%dx%d", width, size[1]), p.View())
		press(t, p, "enter", "j")
		uitest.Golden(t, fmt.Sprintf("details-%dx%d", width, size[1]), p.View())
		press(t, p, "z", "G", "pgup")
		uitest.Golden(t, fmt.Sprintf("layers-%dx%d", width, size[1]), p.View())
		p = at(unread, width, height)
		uitest.Golden(t, fmt.Sprintf("unread-%dx%d", width, size[1]), p.View())
	}
	p := at(read, 80, 22)
	press(t, p, "z")
	uitest.Golden(t, "unfolded", p.View())
	p = at(read, 80, 22)
	press(t, p, "k", "v", "j", "j", "v", "/", "v", "1")
	uitest.Golden(t, "marks-and-filter", p.View())
	press(t, p, "x", "y", "z")
	uitest.Golden(t, "nothing-matches", p.View())
	failed := survey(w, model.Snapshot{})
	failed.Inventory.Packages[0].Known = false
	failed.Inventory.Packages[0].Err = &model.Error{Kind: model.ErrForbidden, Message: "this token may not read packages", Cure: "give it read:packages"}
	uitest.Golden(t, "failed", at(failed, 80, 22).View())
	uitest.Golden(t, "empty", at(survey(w, model.NewSnapshot(pkg, model.OriginAPI, now, nil)), 80, 22).View())
	p = New(uitest.Theme(), pkg)
	p.SetSize(80, 22)
	uitest.Golden(t, "loading", p.View())
}

func TestColours(t *testing.T) {
	w := story(t)
	p := New(uitest.ColourTheme(theme.Dark, termenv.TrueColor), pkg)
	p.SetFocus(true)
	p.SetSize(120, 20)
	tell(p, survey(w, w.snapshot(true)))
	press(t, p, " ", "enter", "j")
	uitest.Fits(t, p.View(), 120, 20)
	uitest.GoldenColour(t, "colour", p.View())
}

// BenchmarkKeyAndView is one key and one frame in 100,000 versions. Budget:
// 2 ms.
func BenchmarkKeyAndView(b *testing.B) {
	p := at(scale(100_000), 120, 40)
	p.table.Page(1)
	b.ResetTimer()
	for i := range b.N {
		id := keys.Down
		if i/1000%2 == 1 {
			id = keys.Up
		}
		p.Do(id)
		_ = p.Keys()
		_ = p.View()
	}
}

// BenchmarkFilterKeystroke is what one character of a filter costs in 100,000
// versions, the command included. Budget: 16 ms.
func BenchmarkFilterKeystroke(b *testing.B) {
	p := at(scale(100_000), 120, 40)
	b.ResetTimer()
	for range b.N {
		for _, q := range []string{"a", "ab"} {
			msg := p.setQuery(q)()
			if batch, ok := msg.(tea.BatchMsg); ok {
				msg = batch[0]() // the filter; the others are timers
			}
			p.Update(msg)
			_ = p.View()
		}
	}
}

// BenchmarkLoad is the computation behind a survey of 100,000 versions.
func BenchmarkLoad(b *testing.B) {
	s := scale(100_000)
	b.ResetTimer()
	for range b.N {
		load(s, pkg, true)
	}
}
