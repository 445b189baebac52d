package uitest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/muesli/termenv"

	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// View is what draws itself in a size: a pane.
type View interface {
	SetSize(width, height int)
	View() string
}

// State is a pane with something to show, or with nothing: loading, empty,
// failed, forbidden, stale. Draw makes it anew each time.
type State struct {
	Name string
	Draw func(th theme.Theme, w, h int) View
}

// screens are terminals: those that people have, and sizes that fall between
// two layouts or are odd.
var screens = [][2]int{{60, 16}, {61, 17}, {79, 23}, {80, 24}, {119, 30}, {120, 40}, {133, 33}, {199, 50}, {200, 60}, {250, 70}}

// chrome is the lines of the screen that a pane does not have.
const chrome = 2

// looks are the themes that a screen is drawn with.
var looks = []struct {
	name  string
	theme func() theme.Theme
}{
	{"plain", Theme},
	{"ascii", ASCIITheme},
	{theme.Dark, func() theme.Theme { return ColourTheme(theme.Dark, termenv.TrueColor) }},
	{theme.Light, func() theme.Theme { return ColourTheme(theme.Light, termenv.ANSI256) }},
	{theme.ANSI16, func() theme.Theme { return ColourTheme(theme.ANSI16, termenv.ANSI) }},
	{theme.None, func() theme.Theme { return ColourTheme(theme.None, termenv.ANSI) }},
}

// States holds a pane to the terminal's contract in every state: it fits every
// size, made at it or resized to it, with every theme; it says without colours
// what it says with them, and all of it in ASCII where that is all there is.
// Three goldens hold all states together: states-80x24, states-200x60 and, in
// ASCII on the smallest screen, states-60x16.
func States(t *testing.T, states ...State) {
	t.Helper()
	for _, s := range states {
		t.Run(s.Name, func(t *testing.T) {
			for _, size := range screens {
				t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) { everyLook(t, s, size[0], size[1]-chrome) })
			}
		})
	}
	sheet(t, "states-80x24", Theme(), 80, 24, states)
	sheet(t, "states-200x60", Theme(), 200, 60, states)
	sheet(t, "states-60x16", ASCIITheme(), 60, 16, states)
}

func everyLook(t *testing.T, s State, w, h int) {
	t.Helper()
	plain := s.Draw(Theme(), w, h).View()
	for _, look := range looks {
		v := s.Draw(look.theme(), w, h)
		view := v.View()
		Fits(t, view, w, h)
		switch {
		case look.name == "ascii":
			if i := strings.IndexFunc(view, func(r rune) bool { return r > '~' }); i >= 0 {
				t.Errorf("%q is not ASCII:\n%s", view[i:min(i+3, len(view))], view)
			}
		case Plain(view) != Plain(plain):
			t.Errorf("%s says something else than without colour:\n%s\ninstead of\n%s", look.name, Plain(view), Plain(plain))
		}
		if look.name != theme.Dark {
			continue // sizes are the same in all of them
		}
		for _, other := range [][2]int{{200, 58}, {60, 14}, {w, h}} {
			v.SetSize(other[0], other[1])
			Fits(t, v.View(), other[0], other[1])
		}
	}
}

// sheet compares several screens with one golden file: what belongs together is
// read together. Empty lines at the end of a screen are left out.
func sheet(t *testing.T, name string, th theme.Theme, w, h int, states []State) {
	t.Helper()
	var b strings.Builder
	for _, s := range states {
		lines := strings.Split(Plain(s.Draw(th, w, h-chrome).View()), "\n")
		last := len(lines) - 1
		for last > 0 && strings.Trim(lines[last], " │|") == "" {
			last--
		}
		fmt.Fprintf(&b, "%s %s\n%s\n", strings.Repeat("=", 8), s.Name, strings.Join(slices.Clip(lines[:last+1]), "\n"))
	}
	golden(t, name, b.String())
}
