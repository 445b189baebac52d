package theme_test

import (
	"bytes"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

func renderer(p termenv.Profile, dark bool) *lipgloss.Renderer {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(p)
	r.SetHasDarkBackground(dark)
	return r
}

func TestChoice(t *testing.T) {
	for _, c := range []struct {
		name    string
		profile termenv.Profile
		dark    bool
		want    string
	}{
		{"", termenv.TrueColor, true, theme.Dark},
		{"auto", termenv.ANSI256, false, theme.Light},
		{"", termenv.ANSI, true, theme.ANSI16},
		{"", termenv.Ascii, true, theme.None},
		{"light", termenv.TrueColor, true, theme.Light},
		{"none", termenv.TrueColor, true, theme.None},
		{"nonsense", termenv.TrueColor, true, theme.Dark},
	} {
		if got := theme.New(theme.Options{Renderer: renderer(c.profile, c.dark), Name: c.name}).Name; got != c.want {
			t.Errorf("%q on %v, dark %v: %s, want %s", c.name, c.profile, c.dark, got, c.want)
		}
	}
}

// every visits each style of a theme by its name.
func every(th theme.Theme, visit func(name string, s lipgloss.Style)) {
	v := reflect.ValueOf(th)
	for i := range v.NumField() {
		if s, ok := v.Field(i).Interface().(lipgloss.Style); ok {
			visit(v.Type().Field(i).Name, s)
		}
	}
}

func TestNoStyleChangesTextOrWidth(t *testing.T) {
	for _, name := range theme.Names() {
		for _, p := range []termenv.Profile{termenv.TrueColor, termenv.ANSI256, termenv.ANSI, termenv.Ascii} {
			n := 0
			every(theme.New(theme.Options{Renderer: renderer(p, true), Name: name}), func(style string, s lipgloss.Style) {
				n++
				got := s.Render("prod → v1.3.0")
				if ansi.Strip(got) != "prod → v1.3.0" {
					t.Errorf("%s %s makes %q of it", name, style, got)
				}
				if p == termenv.Ascii && strings.Contains(got, "\x1b") {
					t.Errorf("%s %s writes escapes without colours: %q", name, style, got)
				}
			})
			if n < 25 {
				t.Fatalf("only %d styles were looked at", n)
			}
		}
	}
}

func TestNoneHasNoColour(t *testing.T) {
	every(theme.New(theme.Options{Renderer: renderer(termenv.TrueColor, true), Name: theme.None}), func(name string, s lipgloss.Style) {
		got := s.Render("x")
		for _, colour := range []string{"[3", ";3", "[9", ";9", "[4m"[:2] + "8", ";48", "[10"} {
			if strings.Contains(strings.SplitN(got, "x", 2)[0], colour) {
				t.Errorf("%s is coloured: %q", name, got)
			}
		}
	})
}

func TestSixteenColoursAreReadableOnBothGrounds(t *testing.T) {
	every(theme.New(theme.Options{Renderer: renderer(termenv.TrueColor, true), Name: theme.ANSI16}), func(name string, s lipgloss.Style) {
		c, ok := s.GetForeground().(lipgloss.Color)
		if ok && (c == "0" || c == "7" || c == "8" || c == "15") {
			t.Errorf("%s is drawn in %s, which is the ground of some terminals", name, c)
		}
	})
}

func TestFromEnv(t *testing.T) {
	for _, c := range []struct {
		env     string
		ask     string
		profile termenv.Profile
		name    string
		ascii   bool
	}{
		{"TERM=xterm-256color NO_COLOR=1", "", termenv.ANSI, "none", false},
		{"TERM=xterm-256color NO_COLOR=1", "dark", termenv.ANSI, "none", false},
		{"TERM=dumb", "dark", termenv.Ascii, "none", true},
		{"TERM=linux LANG=en_US.UTF-8", "ansi16", termenv.Ascii, "ansi16", true},
		{"TERM=xterm LANG=C", "", termenv.Ascii, "none", true},
		{"TERM=xterm LANG=en_US.UTF-8 LC_ALL=C", "", termenv.Ascii, "none", true},
		{"TERM=xterm LANG=C LC_CTYPE=de_DE.utf8", "", termenv.Ascii, "none", false},
		{"TERM=xterm", "", termenv.Ascii, "none", false},
		{"TERM=xterm LANG=en_US.ISO-8859-1", "", termenv.Ascii, "none", true},
	} {
		env := map[string]string{}
		for _, kv := range strings.Fields(c.env) {
			k, v, _ := strings.Cut(kv, "=")
			env[k] = v
		}
		o := theme.FromEnv(&bytes.Buffer{}, func(k string) string { return env[k] }, c.ask)
		if got := o.Renderer.ColorProfile(); got != c.profile {
			t.Errorf("%s: profile %v, want %v", c.env, got, c.profile)
		}
		if got := theme.New(o); got.Name != c.name || got.ASCII != c.ascii {
			t.Errorf("%s: %s, ASCII %v; want %s, %v", c.env, got.Name, got.ASCII, c.name, c.ascii)
		}
	}
}

func TestGlyphs(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		th := theme.New(theme.Options{Renderer: renderer(termenv.Ascii, true), ASCII: ascii})
		v := reflect.ValueOf(th.Glyphs)
		for i := range v.NumField() {
			g, name := v.Field(i).String(), v.Type().Field(i).Name
			want := 1
			if ascii && name == "Arrow" {
				want = 2
			}
			if ansi.StringWidth(g) != want {
				t.Errorf("%s is %q, %d cells wide", name, g, ansi.StringWidth(g))
			}
			if ascii && present.ASCII(g) != g {
				t.Errorf("%s is %q, not ASCII", name, g)
			}
		}
	}
}

func TestTonesDiffer(t *testing.T) {
	th := theme.New(theme.Options{Renderer: renderer(termenv.TrueColor, true), Name: theme.Dark})
	seen := map[string]present.Tone{}
	for tone := present.Plain; tone <= present.Strong; tone++ {
		drawn := th.Tone(tone).Render("x")
		if other, ok := seen[drawn]; ok {
			t.Errorf("tones %d and %d look the same", tone, other)
		}
		seen[drawn] = tone
	}
	if got := ansi.Strip(th.Line(present.Line{Mark: present.MarkWarn, Text: "old", Tone: present.Warn})); got != "! old" {
		t.Errorf("a line is drawn as %q", got)
	}
}

func TestOn(t *testing.T) {
	r := renderer(termenv.TrueColor, true)
	red, ground := r.NewStyle().Foreground(lipgloss.Color("#ff0000")), r.NewStyle().Background(lipgloss.Color("#000080"))
	if got := theme.On(red, ground).Render("x"); !strings.Contains(got, "38;2;255;0;0") || !strings.Contains(got, "48;2;0;0;128") {
		t.Errorf("ink or ground is lost: %q", got)
	}
	if got := theme.On(red, r.NewStyle().Reverse(true)).Render("x"); strings.Contains(got, "38;2") {
		t.Errorf("a coloured cell on a reversed row: %q", got)
	}
	if !theme.Unset(lipgloss.Style{}) || !theme.Unset(r.NewStyle()) || theme.Unset(red) || theme.Unset(ground) || theme.Unset(r.NewStyle().Faint(true)) {
		t.Error("unset styles are told wrongly")
	}
}
