package theme

import (
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// FromEnv chooses renderer, theme and glyphs for a terminal by its
// environment, without asking the person: NO_COLOR (no-color.org) takes colour
// away but keeps bold and reversed text, TERM=dumb takes all; ASCII twins are
// drawn where the locale is not UTF-8 or the terminal is known to lack the
// glyphs. name is what the person asked for, "" for nothing.
func FromEnv(out io.Writer, getenv func(string) string, name string) Options {
	o := Options{Renderer: lipgloss.NewRenderer(out), Name: name, ASCII: ASCIIOnly(getenv)}
	// bubbletea has asked the terminal for its ground already; asking again
	// would cost another round trip, or seconds where nothing answers.
	o.Renderer.SetHasDarkBackground(lipgloss.HasDarkBackground())
	switch {
	case getenv("TERM") == "dumb":
		o.Renderer.SetColorProfile(termenv.Ascii)
		o.Name = None
	case getenv("NO_COLOR") != "":
		o.Renderer.SetColorProfile(termenv.ANSI)
		o.Name = None
	}
	return o
}

// ASCIIOnly tells by locale and TERM whether a terminal can draw only ASCII.
// An unset locale counts as UTF-8: containers and services run without one,
// while their terminals have it.
func ASCIIOnly(getenv func(string) string) bool {
	switch getenv("TERM") {
	case "dumb", "linux", "vt100", "vt102", "vt220":
		return true
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := strings.ToLower(getenv(name)); v != "" {
			return !strings.Contains(v, "utf-8") && !strings.Contains(v, "utf8")
		}
	}
	return false
}
