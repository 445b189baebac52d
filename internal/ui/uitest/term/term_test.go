package term_test

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"github.com/novotnyllc/caitui/internal/ui/uitest/term"
)

const limit = 10 * time.Second

// TestMain is the program under test too: started with this variable it shows
// what it is told.
const asProgram = "UITEST_TERM_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) == "" {
		os.Exit(m.Run())
	}
	final, err := tea.NewProgram(echo{}, tea.WithAltScreen()).Run()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	e, _ := final.(echo)
	os.Exit(e.code)
}

// echo shows its size, its keys and a coloured word.
type echo struct {
	w, h, code int
	keys       []string
}

func (e echo) Init() tea.Cmd { return nil }

func (e echo) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		e.w, e.h = msg.Width, msg.Height
	case tea.KeyMsg:
		if msg.String() == "q" {
			e.code = 7
			return e, tea.Quit
		}
		e.keys = append(e.keys[:len(e.keys):len(e.keys)], msg.String())
	}
	return e, nil
}

func (e echo) View() string {
	red := lipgloss.NewStyle().Foreground(lipgloss.Color("#ff0000")).Background(lipgloss.Color("#000080"))
	return fmt.Sprintf("size %dx%d\n漢字 %s plain\nkeys %d: %s", e.w, e.h, red.Render("red"), len(e.keys), strings.Join(e.keys, ","))
}

func start(t *testing.T, cols, rows int) *term.Term {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	x := term.Start(t, cols, rows, []string{asProgram + "=1"}, exe)
	x.WaitFor(fmt.Sprintf("size %dx%d", cols, rows), limit)
	return x
}

func TestSession(t *testing.T) {
	x := start(t, 100, 12)
	if !x.AltScreen() || !x.CursorHidden() {
		t.Error("the program has no screen of its own, or shows a cursor")
	}
	x.Type("jjyé漢")
	x.Press("esc", "j", "enter", "shift+tab", "up", "ctrl+r", "alt+x", "space", "pgdown", "delete")
	x.WaitFor(`keys 15: j,j,y,é,漢,esc,j,enter,shift\+tab,up,ctrl\+r,alt\+x, ,pgdown,delete`, limit)
	if x.KeyCount() != 15 || x.Keys()[5] != "esc" {
		t.Errorf("%d keys: %q", x.KeyCount(), x.Keys())
	}
	col, line, ok := x.Find("red")
	if !ok || col != 5 || line != 1 {
		t.Fatalf("the red word is at %d,%d (%v)\n%s", col, line, ok, x.Screen())
	}
	if ink, ground := x.Colors(col, line); ink != "#ff0000" || ground != "#000080" {
		t.Errorf("the red word is drawn in %q on %q", ink, ground)
	}
	if ink, ground := x.Colors(col+4, line); ink != "" || ground != "" {
		t.Errorf("plain text is drawn in %q on %q", ink, ground)
	}
	if got := x.Line(1); got != "漢字 red plain" {
		t.Errorf("line 1 is %q", got)
	}
	if _, _, ok := x.Find("nowhere"); ok {
		t.Error("found what is nowhere")
	}
	if !strings.Contains(x.ANSI(), "38;2;255;0;0") || len(x.Raw()) == 0 {
		t.Error("the colours are lost")
	}
	x.Resize(80, 20)
	x.WaitFor("size 80x20", limit)
	x.WaitGone("size 100x12", limit)
	if got := strings.Count(x.Screen(), "\n") + 1; got != 20 {
		t.Errorf("the screen has %d lines", got)
	}
	x.Press("q")
	if code := x.WaitExit(limit); code != 7 {
		t.Errorf("exit code %d", code)
	}
	if x.AltScreen() {
		t.Error("the alternate screen was not left")
	}
}

func TestBurstIsOneKey(t *testing.T) {
	x := start(t, 60, 12)
	x.Burst("jjy")
	x.WaitFor("keys 1: jjy", limit)
}

func TestSignal(t *testing.T) {
	x := start(t, 60, 12)
	x.Signal(syscall.SIGTERM)
	if code := x.WaitExit(limit); code == 7 {
		t.Errorf("exit code %d", code)
	}
	x.Press("j") // nobody reads it; it must not hang
}

func TestEnvironment(t *testing.T) {
	t.Setenv("NO_COLOR", "1")
	t.Setenv("TMUX", "x")
	x := term.Start(t, 80, 24, []string{"OWN=yes"}, "/bin/sh", "-c", `echo "[$NO_COLOR$TMUX][$TERM][$COLORTERM][$OWN]"; stty size`)
	x.WaitFor(`\[\]\[xterm-256color\]\[truecolor\]\[yes\]`, limit)
	x.WaitFor("24 80", limit)
	if code := x.WaitExit(limit); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestLastOutputIsSeen(t *testing.T) {
	for range 5 {
		x := term.Start(t, 80, 24, nil, "/bin/sh", "-c", `printf 'a\nb\nlast words'; exit 4`)
		x.WaitFor("last words", limit)
		if code := x.WaitExit(limit); code != 4 {
			t.Errorf("exit code %d", code)
		}
	}
}

// failing records what a driver ends a test with, and stops it there as a test
// would.
type failing struct {
	testing.TB
	said string
}

func (f *failing) Helper() {}
func (f *failing) Fatalf(format string, args ...any) {
	f.said = fmt.Sprintf(format, args...)
	panic(f)
}

func said(f *failing, do func()) (out string) {
	defer func() {
		if recover() != nil {
			out = f.said
		}
	}()
	do()
	return ""
}

func TestFailuresShowTheScreen(t *testing.T) {
	f := &failing{TB: t}
	x := term.Start(f, 40, 5, nil, "/bin/sh", "-c", `printf 'what was there'; read x; read y`)
	x.WaitFor("what was there", limit)
	x.Press("enter")
	got := said(f, func() { x.WaitFor("what never comes", 50*time.Millisecond) })
	for _, want := range []string{"what never comes", "|what was there", `["enter"]`, "50ms"} {
		if !strings.Contains(got, want) {
			t.Errorf("the failure does not say %q:\n%s", want, got)
		}
	}
	if got := said(f, func() { x.WaitExit(50 * time.Millisecond) }); !strings.Contains(got, "still runs") {
		t.Errorf("a running program: %q", got)
	}
	if got := said(f, func() { x.Press("no such key") }); !strings.Contains(got, "no such key") {
		t.Errorf("an unknown key: %q", got)
	}
	x.Press("enter")
	if got := said(f, func() { x.WaitFor("what never comes", limit) }); !strings.Contains(got, "has ended") {
		t.Errorf("a program that has ended: %q", got)
	}
}
