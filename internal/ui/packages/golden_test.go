package packages

import (
	"fmt"
	"testing"

	"github.com/muesli/termenv"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/theme"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

// states are the surveys that the pane has to show well.
func states() map[string]model.Survey {
	empty := healthy()
	empty.Inventory.Packages, empty.Channels, empty.Releases = nil, nil, nil
	unread := healthy()
	unread.Inventory.ReadAt = now.AddDate(-3000, 0, 0).UTC()
	unread.Inventory = model.Inventory{Registry: "ghcr.io", Owner: "novotnyllc", Layout: unread.Inventory.Layout}
	for _, spec := range unread.Inventory.Layout.Packages {
		unread.Inventory.Packages = append(unread.Inventory.Packages, model.PackageState{Spec: spec, Info: model.PackageInfo{VersionCount: -1}})
	}
	return map[string]model.Survey{
		"healthy": healthy(), "drifted": drifted(), "failing": failing(), "hostile": hostile(), "empty": empty, "unread": unread, "none": {},
	}
}

func TestGoldens(t *testing.T) {
	sizes := [][2]int{{80, 24}, {120, 40}, {160, 45}, {200, 60}, {40, 12}}
	for _, size := range sizes {
		w, h := size[0], size[1]-2
		for _, name := range []string{"healthy", "drifted", "failing"} {
			p := at(states()[name], w, h)
			uitest.Fits(t, p.View(), w, h)
			uitest.Golden(t, fmt.Sprintf("%s-%dx%d", name, w, size[1]), p.View())
		}
		p := at(built(t), w, h)
		uitest.Press(t, p, "2", "j")
		uitest.Golden(t, fmt.Sprintf("package-%dx%d", w, size[1]), p.View())
	}
	for _, name := range []string{"empty", "unread"} {
		uitest.Golden(t, name, at(states()[name], 80, 22).View())
	}
	p := New(uitest.Theme())
	p.SetSize(80, 22)
	uitest.Golden(t, "loading", p.View())
	p = at(healthy(), 80, 22)
	uitest.Press(t, p, "/", "k", "i", "n", "d", ":", "a", "r")
	uitest.Golden(t, "filter", p.View())
}

func TestColours(t *testing.T) {
	p := New(uitest.ColourTheme(theme.Light, termenv.ANSI256))
	p.SetFocus(true)
	p.SetSize(120, 22)
	p.Update(pane.Surveyed{Survey: failing()})
	uitest.Fits(t, p.View(), 120, 22)
	uitest.GoldenColour(t, "colour", p.View())
}
