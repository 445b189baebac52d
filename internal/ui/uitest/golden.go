package uitest

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
	"github.com/muesli/termenv"

	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// update makes Golden write what it is given: go test ./internal/ui/... -update
var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// Renderer is a renderer that does not depend on where the test runs: it draws
// with this profile, on dark ground.
func Renderer(profile termenv.Profile) *lipgloss.Renderer {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(profile)
	r.SetHasDarkBackground(true)
	return r
}

// Theme is the theme for goldens: plain text, Unicode marks.
func Theme() theme.Theme { return theme.New(theme.Options{Renderer: Renderer(termenv.Ascii)}) }

// ASCIITheme is Theme for terminals that draw ASCII only.
func ASCIITheme() theme.Theme {
	return theme.New(theme.Options{Renderer: Renderer(termenv.Ascii), ASCII: true})
}

// ColourTheme is a theme by name, drawn with the colours of a profile.
func ColourTheme(name string, profile termenv.Profile) theme.Theme {
	return theme.New(theme.Options{Renderer: Renderer(profile), Name: name})
}

// Plain is a view as a person sees it without colour: escapes and spaces at
// line ends taken away.
func Plain(view string) string {
	lines := strings.Split(ansi.Strip(view), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n")
}

// Fits fails unless a view has exactly h lines and none is wider than w cells
// or holds a control character besides escapes.
func Fits(t testing.TB, view string, w, h int) {
	t.Helper()
	lines := strings.Split(view, "\n")
	if h <= 0 && view == "" {
		return
	}
	if len(lines) != h {
		t.Errorf("the view has %d lines, not %d:\n%s", len(lines), h, Plain(view))
	}
	for i, l := range lines {
		if n := ansi.StringWidth(l); n > w {
			t.Errorf("line %d is %d cells wide, not %d: %q", i, n, w, ansi.Strip(l))
		}
		if j := strings.IndexFunc(ansi.Strip(l), func(r rune) bool { return r < ' ' || r == 0x7f }); j >= 0 {
			t.Errorf("line %d holds a control character at byte %d: %q", i, j, l)
		}
	}
}

// Golden compares a view, as Plain has it, with testdata/NAME.golden of the
// package under test.
func Golden(t testing.TB, name, view string) {
	t.Helper()
	golden(t, name, Plain(view)+"\n")
}

// GoldenColour is Golden with the escapes kept, ESC written as ␛.
func GoldenColour(t testing.TB, name, view string) {
	t.Helper()
	golden(t, name, strings.ReplaceAll(view, "\x1b", "␛")+"\n")
}

func golden(t testing.TB, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Errorf("%v: run the test once with -update and read what it writes", err)
		return
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s differs (- golden, + now):\n%s", path, diff)
	}
}
