package tagdiff

import (
	"fmt"
	"testing"

	"github.com/muesli/termenv"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/theme"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

// scenes are the screens that goldens hold, reached by keys as a person would.
func scenes() map[string]func(t testing.TB, w, h int) *Pane {
	return map[string]func(t testing.TB, w, h int) *Pane{
		"diff": func(_ testing.TB, w, h int) *Pane { return shows(story(), w, h) },
		"files": func(t testing.TB, w, h int) *Pane {
			p := shows(story(), w, h)
			uitest.Press(t, p, "f")
			give(p, files())
			return p
		},
		"reading": func(t testing.TB, w, h int) *Pane {
			p := shows(story(), w, h)
			uitest.Press(t, p, "f")
			p.Update(pane.Progress{Done: 34_000_000, Total: 62_000_000})
			return p
		},
		"unfolded": func(t testing.TB, w, h int) *Pane {
			p := shows(story(), w, h)
			uitest.Press(t, p, "z", "n", "n")
			return p
		},
		"search": func(t testing.TB, w, h int) *Pane {
			p := shows(story(), w, h)
			uitest.Press(t, p, "/", "c", "l", "a", "u", "d", "e")
			return p
		},
		"channel": func(_ testing.TB, w, h int) *Pane { return lists(channel(), w, h) },
		"drilled": func(t testing.TB, w, h int) *Pane {
			p := lists(channel(), w, h)
			uitest.Press(t, p, "j", "enter")
			return p
		},
		"loading":         func(_ testing.TB, w, h int) *Pane { return at(uitest.Theme(), w, h) },
		"loading-channel": func(_ testing.TB, w, h int) *Pane { return lists0(w, h) },
		"equal": func(_ testing.TB, w, h int) *Pane {
			d := story()
			d.Sections = []model.DiffSection{{Name: model.DiffManifest, Equal: 4}, {Name: model.DiffConfig, Equal: 12, Entries: []model.DiffEntry{noise(changed("created", "x", "y"))}},
				{Name: model.DiffLayers, Equal: 38}, {Name: model.DiffFiles, Note: "not read: no layer differs"}}
			return shows(d, w, h)
		},
		"failed": func(_ testing.TB, w, h int) *Pane {
			p := at(uitest.Theme(), w, h)
			p.Update(pane.Result{To: Name, Gen: 1, Err: &model.Error{Kind: model.ErrForbidden, Message: "this token may not read " + pkg, Cure: "give it read:packages"}})
			return p
		},
	}
}

func lists0(w, h int) *Pane {
	p := NewChannel(uitest.Theme(), "prod")
	p.SetFocus(true)
	p.SetSize(w, h)
	return p
}

func TestGoldens(t *testing.T) {
	for name, play := range scenes() {
		for _, size := range [][2]int{{80, 24}, {120, 40}, {160, 45}, {200, 60}, {40, 12}} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				p := play(t, size[0], size[1]-2)
				uitest.Fits(t, p.View(), size[0], size[1]-2)
				uitest.Golden(t, fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), p.View())
			})
		}
	}
}

func TestColours(t *testing.T) {
	p := at(uitest.ColourTheme(theme.Dark, termenv.TrueColor), 120, 38)
	give(p, story())
	uitest.Press(t, p, "/", "b", "i", "n", "enter")
	uitest.Fits(t, p.View(), 120, 38)
	uitest.GoldenColour(t, "colour", p.View())
}
