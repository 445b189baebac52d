package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/ui/uitest/term"
)

// openAs starts the console in a terminal that says something else about
// itself.
func (r *rig) openAs(cols, rows int, env []string, args ...string) *term.Term {
	r.t.Helper()
	var all []string
	for name, value := range r.variables() {
		all = append(all, name+"="+value)
	}
	return term.Start(r.t, cols, rows, append(all, env...), append([]string{program}, args...)...)
}

// Letters of an action find it, with its key; what does nothing now says why.
func TestSessionPaletteAndHelp(t *testing.T) {
	t.Parallel()
	x := newRig(t, "containai").open(80, 24)
	fresh(x)
	x.Type(":")
	x.WaitFor(`what changed +d `, limit)
	x.Type("retg")
	x.WaitFor(`retag +t +not now: choose the version first`, limit)
	x.Press("enter")
	x.WaitFor(`not now: choose the version first`, limit)
	for range len("retg") {
		x.Press("backspace")
	}
	x.Type("whchng")
	x.WaitGone(`retag`, limit)
	x.Press("enter")
	x.WaitFor(`prod changes`, limit)
	x.Press("esc")
	x.Type("?")
	x.WaitFor(`find: `, limit)
	x.Type("mouse")
	x.WaitFor(`Turn the mouse on or off`, limit)
	x.WaitGone(`Every action and command`, limit)
	x.Press("esc")
	x.WaitFor(`Channels`, limit)
}

// What a terminal can draw is found out by locale and TERM: nobody is asked.
func TestSessionASCII(t *testing.T) {
	for name, env := range map[string][]string{
		"locale": {"LANG=C"}, "console": {"TERM=linux"}, "dumb": {"TERM=dumb"}, "flag": nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var args []string
			if name == "flag" {
				args = []string{"--ascii"}
			}
			x := newRig(t, "containai").openAs(80, 24, env, args...)
			x.WaitFor(`! 15 of 16`, limit)
			x.WaitFor(`\+ 10 of 10`, limit)
			x.Press("2", "j", "j", "j", "enter")
			x.WaitFor(`-> prod now`, limit)
			if i := strings.IndexFunc(x.Screen(), func(r rune) bool { return r > '~' }); i >= 0 {
				t.Errorf("%q is not ASCII:\n%s", x.Screen()[i:i+4], x.Screen())
			}
			if name == "dumb" && colours.Match(x.Raw()) {
				t.Error("a dumb terminal gets colours")
			}
		})
	}
}

// colours are sequences that set a colour: SGR 30 to 49, 90 to 107.
var colours = regexp.MustCompile(`\x1b\[(?:[\d;]*;)?(?:[34][0-8]|9[0-7]|10[0-7])[;m]`)

// A theme decides how colours are said, and whether; never what is said.
func TestSessionThemes(t *testing.T) {
	rich, indexed := regexp.MustCompile(`\x1b\[[\d;]*[34]8;2;`), regexp.MustCompile(`\x1b\[[\d;]*[34]8;5;`)
	for _, c := range []struct {
		theme           string
		env             []string
		coloured, plain bool
	}{
		{theme: "dark", coloured: true}, {theme: "light", coloured: true},
		{theme: "ansi16", coloured: true, plain: true}, {theme: "none"},
		{theme: "auto", env: []string{"NO_COLOR=1"}},
	} {
		t.Run(c.theme+strings.Join(c.env, ""), func(t *testing.T) {
			t.Parallel()
			x := newRig(t, "containai").openAs(80, 24, c.env, "--theme", c.theme)
			x.WaitFor(`! 15 of 16`, limit)
			x.WaitFor(`PRIVATE`, limit)
			raw := x.Raw()
			if got := colours.Match(raw); got != c.coloured {
				t.Errorf("colours on the screen: %v, want %v", got, c.coloured)
			}
			if c.plain && (rich.Match(raw) || indexed.Match(raw)) {
				t.Error("a theme of 16 colours uses others")
			}
		})
	}
}

// click is a press and a release of the left button at a cell from the corner.
func click(x *term.Term, col, line int) {
	x.Burst(fmt.Sprintf("\x1b[<0;%d;%dM", col+1, line+1))
	x.Burst(fmt.Sprintf("\x1b[<0;%d;%dm", col+1, line+1))
}

// at finds a text on the screen.
func at(t *testing.T, x *term.Term, text string) (col, line int) {
	t.Helper()
	col, line, ok := x.Find(text)
	if !ok {
		t.Fatalf("%q is not on the screen:\n%s", text, x.Screen())
	}
	return col, line
}

// The mouse is off until it is asked for, so that the terminal selects text; on,
// clicks go to rows and to the lists of dialogs.
func TestSessionMouse(t *testing.T) {
	t.Parallel()
	x := newRig(t, "containai").open(120, 40)
	fresh(x)
	if strings.Contains(string(x.Raw()), "\x1b[?1002h") {
		t.Error("the mouse is taken without being asked for")
	}
	x.Type("M")
	x.WaitFor(`mouse on`, limit)
	col, line := at(t, x, "nightly ")
	click(x, col, line)
	x.WaitFor(`> nightly`, limit)
	x.WaitFor(`── nightly ─`, limit) // the details follow
	col, line = at(t, x, "containai-codex ")
	click(x, col, line)
	x.WaitFor(`> containai-codex`, limit)
	x.WaitFor(`── containai-codex ─`, limit)
	x.Press("enter")
	x.WaitFor(`codex history.*14 builds`, limit)
	x.Type(":")
	x.WaitFor(`enter do it`, limit) // its last line: a frame may come in two parts
	col, line = at(t, x, "what changed")
	click(x, col, line) // there
	x.WaitFor(`> what changed`, limit)
	click(x, col, line) // and do it
	x.WaitFor(`codex differences`, limit)
	x.Press("esc")
	x.Type("M")
	x.WaitFor(`mouse off`, limit)
	// The sequence that lets go of it may come after the words.
	x.WaitScreen("the mouse to be let go of", limit, func(string) bool {
		raw := string(x.Raw())
		return strings.LastIndex(raw, "\x1b[?1002l") > strings.LastIndex(raw, "\x1b[?1002h")
	})
}
