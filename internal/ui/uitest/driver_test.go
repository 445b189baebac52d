package uitest_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/bubbles/spinner"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

// loader is a model that loads things and shows what it has been told.
type loader struct {
	w, h  int
	lines []string
	init  tea.Cmd
	on    map[string]tea.Cmd
}

func say(s string) tea.Cmd { return func() tea.Msg { return s } }

func (l loader) Init() tea.Cmd { return l.init }

func (l loader) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		l.w, l.h = msg.Width, msg.Height
	case tea.KeyMsg:
		l.lines = append(l.lines[:len(l.lines):len(l.lines)], "key "+msg.String())
		return l, l.on[msg.String()]
	case string:
		l.lines = append(l.lines[:len(l.lines):len(l.lines)], msg)
	}
	return l, nil
}

func (l loader) View() string {
	lines := append([]string(nil), l.lines...)
	for len(lines) < l.h {
		lines = append(lines, "")
	}
	return strings.Join(lines[:l.h], "\n")
}

func TestSwappedDelivery(t *testing.T) {
	d := uitest.New(t, loader{init: tea.Batch(say("first"), nil, tea.Batch(say("second"), say("third")))}, 20, 6)
	calls := d.Pending()
	if len(calls) != 3 {
		t.Fatalf("%d calls pending", len(calls))
	}
	d.Run(calls[0]) // its answer is there, but comes late
	d.Deliver(calls[2])
	d.Deliver(calls[0])
	d.Drop(calls[1])
	if got := d.View(); got != "third\nfirst\n\n\n\n" {
		t.Errorf("%q", got)
	}
	if len(d.Pending()) != 0 {
		t.Errorf("%d calls are left", len(d.Pending()))
	}
}

func TestSettleLetsCommandsWaitForEachOther(t *testing.T) {
	gate := make(chan struct{})
	d := uitest.New(t, loader{init: tea.Batch(
		func() tea.Msg { <-gate; return "waited" },
		func() tea.Msg { close(gate); return "opened" },
	)}, 20, 4)
	d.Settle()
	d.Shows("waited")
	d.Shows("opened")
}

func TestSequenceKeepsItsOrder(t *testing.T) {
	d := uitest.New(t, loader{init: tea.Sequence(say("one"), tea.Batch(say("two"), say("three")), say("four"))}, 20, 4)
	d.Settle()
	if got := d.View(); got != "one\ntwo\nthree\nfour" {
		t.Errorf("%q", got)
	}
}

func TestTimersDoNotRunByThemselves(t *testing.T) {
	s := spinner.New()
	d := uitest.New(t, loader{init: tea.Batch(say("now"), tea.Tick(time.Millisecond, func(time.Time) tea.Msg { return "tick" }), s.Tick)}, 20, 4)
	d.Settle()
	d.Hides("tick")
	timers := d.Timers()
	if len(timers) != 2 {
		t.Fatalf("%d timers", len(timers))
	}
	d.Deliver(timers[0])
	d.Shows("tick")
}

func TestKeys(t *testing.T) {
	d := uitest.New(t, loader{on: map[string]tea.Cmd{"q": tea.Quit, "r": say("read")}}, 20, 16)
	d.Press("enter", "ctrl+c", "shift+tab", "space", "alt+x", "pgdown", "é")
	d.Type("jk")
	d.Burst("jjy")
	d.Press("r")
	if got := d.WaitFor("rea."); got != "read" {
		t.Errorf("waited for %q", got)
	}
	want := "key enter|key ctrl+c|key shift+tab|key|key alt+x|key pgdown|key é|key j|key k|key jjy|key r|read||||"
	if got := strings.ReplaceAll(d.View(), "\n", "|"); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	d.Press("q")
	if !d.Quit() {
		t.Error("quitting was not seen")
	}
	if got := fmt.Sprint(len(d.Keys())); got != "12" {
		t.Errorf("%s keys", got)
	}
	if d.Line(0) != "key enter" || d.Line(99) != "" {
		t.Error("lines are numbered wrongly")
	}
}

func TestPasteIsNoKey(t *testing.T) {
	if got := uitest.Paste("y").String(); got != "[y]" {
		t.Errorf("a paste looks like key %q", got)
	}
}

// spy records what a check would have failed with.
type spy struct {
	testing.TB
	errors []string
}

func (s *spy) Helper()                        {}
func (s *spy) Errorf(format string, a ...any) { s.errors = append(s.errors, fmt.Sprintf(format, a...)) }

func TestFits(t *testing.T) {
	for _, c := range []struct {
		name, view string
		w, h       int
		faults     int
	}{
		{"good", "ab\n漢", 2, 2, 0}, {"styled", "\x1b[31mab\x1b[0m", 2, 1, 0}, {"nothing", "", 0, 0, 0},
		{"too wide", "abc\nabc", 2, 2, 2}, {"too tall", "a\nb\nc", 2, 2, 1}, {"too short", "a", 2, 2, 1},
		{"tab", "a\tb", 9, 1, 1}, {"bell", "a\x07", 9, 1, 1},
	} {
		s := &spy{TB: t}
		uitest.Fits(s, c.view, c.w, c.h)
		if len(s.errors) != c.faults {
			t.Errorf("%s: %d faults, want %d: %q", c.name, len(s.errors), c.faults, s.errors)
		}
	}
}

// writing sets whether goldens are written, whatever the test was started with.
func writing(t *testing.T, on bool) {
	t.Helper()
	f := flag.Lookup("update")
	was := f.Value.String()
	set := func(v string) {
		if err := flag.Set(f.Name, v); err != nil {
			t.Fatal(err)
		}
	}
	set(strconv.FormatBool(on))
	t.Cleanup(func() { set(was) })
}

func TestGoldenIsWritten(t *testing.T) {
	t.Chdir(t.TempDir())
	writing(t, true)
	uitest.Golden(t, "new/x", "\x1b[1mone\x1b[0m  \ntwo")
	got, err := os.ReadFile(filepath.Join("testdata", "new", "x.golden"))
	if err != nil || string(got) != "one\ntwo\n" {
		t.Errorf("wrote %q, %v", got, err)
	}
}

func TestGolden(t *testing.T) {
	t.Chdir(t.TempDir())
	writing(t, false)
	if err := os.Mkdir("testdata", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("testdata", "x.golden"), []byte("one\ntwo\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	s := &spy{TB: t}
	uitest.Golden(s, "x", "\x1b[1mone\x1b[0m  \ntwo")
	if len(s.errors) != 0 {
		t.Errorf("colour or spaces at the end made a difference: %q", s.errors)
	}
	uitest.Golden(s, "x", "one\nthree")
	uitest.Golden(s, "missing", "one")
	uitest.GoldenColour(s, "x", "\x1b[1mone\x1b[0m\ntwo")
	if len(s.errors) != 3 {
		t.Errorf("%d of 3 differences were seen: %q", len(s.errors), s.errors)
	}
}
