package versions

import (
	"fmt"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/theme"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
	"github.com/novotnyllc/caitui/internal/ui/versionrows"
)

func TestGoldens(t *testing.T) {
	s := world(t, story(), true)
	show := func(name string, p *Pane, w, h int) {
		t.Helper()
		uitest.Fits(t, p.View(), w, h)
		uitest.Golden(t, name, p.View())
	}
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}, {40, 12}} {
		w, h := size[0], size[1]-2
		show(fmt.Sprintf("story-%dx%d", w, size[1]), at(s, w, h), w, h)
		p := at(s, w, h)
		uitest.Press(t, p, "v", "j", "j", "v", "/", "t", "a", "g", ":", "v", "1")
		show(fmt.Sprintf("marks-and-filter-%dx%d", w, size[1]), p, w, h)
	}
	p := at(s, 80, 22)
	uitest.Press(t, p, "z")
	show("unfolded", p, 80, 22)
	p = New(uitest.Theme())
	p.SetSize(80, 22)
	show("loading", p, 80, 22)
	show("empty", at(model.Survey{Inventory: model.Inventory{ReadAt: now}}, 80, 22), 80, 22)
	half := world(t, story(), true)
	half.Inventory.Packages[0].Err = &model.Error{Kind: model.ErrForbidden, Message: "this token may not read packages", Cure: "give it read:packages"}
	half.Inventory.Packages[1].Known = false
	half.Inventory.Packages[1].Snapshot = model.Snapshot{}
	half.Inventory.Packages[2].Snapshot.Partial = true
	half.Inventory.Packages = append(half.Inventory.Packages, model.PackageState{Spec: model.PackageSpec{Name: "containai"}, Err: half.Inventory.Packages[0].Err})
	show("incomplete", at(half, 120, 22), 120, 22)
	half.Inventory.Packages = half.Inventory.Packages[:1]
	half.Inventory.Packages[0].Known = false
	show("forbidden", at(half, 80, 22), 80, 22)
}

func TestColours(t *testing.T) {
	p := New(uitest.ColourTheme(theme.Dark, termenv.TrueColor))
	p.SetFocus(true)
	p.SetSize(120, 14)
	uitest.Bring(p, pane.Surveyed{Survey: world(t, story(), true)})
	uitest.Press(t, p, " ", "j")
	uitest.GoldenColour(t, "colour", p.View())
}

func TestASCII(t *testing.T) {
	p := New(uitest.ASCIITheme())
	p.SetSize(120, 14)
	uitest.Bring(p, pane.Surveyed{Survey: world(t, story(), true)})
	for _, c := range uitest.Plain(p.View()) {
		if c > 0x7e {
			t.Fatalf("%q is not ASCII:\n%s", c, p.View())
		}
	}
}

// BenchmarkKeyAndView is one key and one frame in ten packages of 10,000
// versions, with two marks. Budget: 2 ms.
func BenchmarkKeyAndView(b *testing.B) {
	p := at(scale(10, 10_000), 120, 40)
	uitest.Press(b, p, " ", "j", " ")
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

// BenchmarkFilterKeystroke is what one character of a filter costs there, the
// command included. Budget: 16 ms.
func BenchmarkFilterKeystroke(b *testing.B) {
	p := at(scale(10, 10_000), 120, 40)
	b.ResetTimer()
	for i := range b.N {
		msg := p.list.SetQuery([]string{"a", "name:base ab"}[i%2])()
		if batch, ok := msg.(tea.BatchMsg); ok {
			msg = batch[0]() // the filter; the others are timers
		}
		p.Update(msg)
		_ = p.View()
	}
}

// BenchmarkLoad is the command behind a survey, BenchmarkNewRows what of it the
// event loop has to do.
func BenchmarkLoad(b *testing.B) {
	s := scale(10, 10_000)
	b.ResetTimer()
	for range b.N {
		versionrows.LoadAll(s, true)
	}
}

func BenchmarkNewRows(b *testing.B) {
	s := scale(10, 10_000)
	p := at(s, 120, 40)
	uitest.Press(b, p, "pgdown", " ")
	_, cmd := p.Update(pane.Surveyed{Survey: s})
	rows := cmd()
	b.ResetTimer()
	for range b.N {
		p.Update(rows)
	}
}
