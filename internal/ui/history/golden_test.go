package history

import (
	"fmt"
	"testing"

	"github.com/muesli/termenv"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
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
		uitest.Press(t, p, "enter", "j")
		uitest.Golden(t, fmt.Sprintf("details-%dx%d", width, size[1]), p.View())
		uitest.Press(t, p, "z", "G", "pgup")
		uitest.Golden(t, fmt.Sprintf("layers-%dx%d", width, size[1]), p.View())
		p = at(unread, width, height)
		uitest.Golden(t, fmt.Sprintf("unread-%dx%d", width, size[1]), p.View())
	}
	p := at(read, 80, 22)
	uitest.Press(t, p, "z")
	uitest.Golden(t, "unfolded", p.View())
	p = at(read, 80, 22)
	uitest.Press(t, p, "k", "v", "j", "j", "v", "/", "v", "1")
	uitest.Golden(t, "marks-and-filter", p.View())
	uitest.Press(t, p, "x", "y", "z")
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
	uitest.Bring(p, pane.Surveyed{Survey: survey(w, w.snapshot(true))})
	uitest.Press(t, p, " ", "enter", "j")
	uitest.Fits(t, p.View(), 120, 20)
	uitest.GoldenColour(t, "colour", p.View())
}
