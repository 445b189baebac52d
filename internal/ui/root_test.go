package ui

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

func TestFirstFrameHasDataWithoutACommand(t *testing.T) {
	b := newBench(t, func(o *Options) { o.First = survey(time.Hour) })
	if n := len(b.home.surveys()); n != 1 {
		t.Fatalf("the home pane got %d surveys before any command ran, want 1", n)
	}
	b.sees("LIVE ghcr.io/novotnyllc @alice", "1 h old", "the home pane")
	if b.fake.called("stored") != 0 {
		t.Error("the store is asked for what was given")
	}
}

func TestStoreThenServers(t *testing.T) {
	b := newBench(t, nil)
	b.sees("reading")
	b.rest()
	surveys := b.home.surveys()
	if len(surveys) != 2 || surveys[1].Inventory.ReadAt != noon() {
		t.Fatalf("the pane got %d surveys, want the stored and the fresh one", len(surveys))
	}
	b.sees("12:00:04Z fresh, 4,988 left")
}

func TestStoreAnsweringAfterTheServersIsDropped(t *testing.T) {
	b := newBench(t, nil)
	answers := b.answers()
	slices.SortFunc(answers, func(x, y tea.Msg) int { return strings.Compare(typeOf(x), typeOf(y)) }) // refreshed before stored
	for _, m := range answers {
		b.send(m)
	}
	if surveys := b.home.surveys(); len(surveys) != 1 || surveys[0].Inventory.ReadAt != noon() {
		t.Errorf("the stored survey replaced the fresh one: %d surveys", len(surveys))
	}
}

func TestOnlyTheNewestRefreshCounts(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.fake.fresh = survey(30 * time.Second)
	b.press("r")
	older := b.answers()
	first := b.fake.asked("refresh")
	b.fake.fresh = survey(10 * time.Second)
	b.press("r")
	if first.Err() == nil {
		t.Error("the older request goes on")
	}
	newer := b.answers()
	for _, m := range append(newer, older...) { // swapped
		b.send(m)
	}
	surveys := b.home.surveys()
	if got := surveys[len(surveys)-1].Inventory.ReadAt; !got.Equal(noon().Add(-10 * time.Second)) {
		t.Errorf("the pane shows the data of %s", got)
	}
	b.rest() // the newer one is confirmed
	if b.root.Busy() != 0 {
		t.Errorf("%d requests are waited for", b.root.Busy())
	}
}

// What a refresh leaves unread comes afterwards; if something else was shown
// meanwhile, nobody knows which is the older, and the service is asked again.
func TestConfirmingNeverTakesTheScreenBack(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	asked := b.fake.called("confirm")
	b.fake.confirm = func() (model.Survey, error) { return survey(40 * time.Second), nil }
	b.press("r")
	for _, m := range b.answers() { // of the refresh
		b.send(m)
	}
	crossing := b.answers() // of confirm, drawn up before what comes now
	b.root.spread(survey(20 * time.Second))
	b.fake.confirm = func() (model.Survey, error) { return survey(10 * time.Second), nil }
	for _, m := range crossing {
		b.send(m)
	}
	b.rest()
	for _, s := range b.home.surveys() {
		if s.Inventory.ReadAt.Equal(noon().Add(-40 * time.Second)) {
			t.Error("the pane was shown a survey that may be older than the one before")
		}
	}
	surveys := b.home.surveys()
	if got := surveys[len(surveys)-1].Inventory.ReadAt; !got.Equal(noon().Add(-10 * time.Second)) {
		t.Errorf("the pane shows the data of %s", got)
	}
	if n := b.fake.called("confirm") - asked; n != 2 {
		t.Errorf("the service was asked %d times to confirm, want 2", n)
	}
}

func TestFailedRefreshKeepsWhatIsKnown(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.now = noon().Add(3 * time.Minute)
	b.fake.refreshErr = errDown
	b.press("r")
	b.rest()
	if n := len(b.home.surveys()); n != 2 {
		t.Errorf("the pane got %d surveys, want the two from before", n)
	}
	b.sees("not refreshed, 3 min old", "ghcr.io did not answer", "check the network")
	last := b.home.got[len(b.home.got)-1]
	if res, ok := last.(pane.Result); !ok || !errors.Is(res.Err, model.ErrUnreachable) {
		t.Errorf("the pane was told %v", last)
	}
	b.fake.refreshErr = nil
	b.press("r")
	b.rest()
	b.seesNot("not refreshed", "refresh failed")
}

func TestNothingKnownAndServersDown(t *testing.T) {
	b := newBench(t, nil)
	b.fake.stored, b.fake.refreshErr = model.Survey{}, errDown
	b.rest()
	b.sees("nothing read: unreachable")
	b.press("enter")
	if len(b.history.surveys()) != 0 {
		t.Error("an empty survey was shown as one")
	}
	if res, ok := b.history.got[0].(pane.Result); !ok || res.Err == nil {
		t.Error("the pane is not told why it stays empty")
	}
}

func TestFastTypingIsTakenApart(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("jjy")})
	if diff := cmp.Diff([]keys.ID{"down", "down", "tell"}, b.home.did); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	b.home.did = nil
	b.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("j/jy")})
	if diff := cmp.Diff([]keys.ID{"down", "filter"}, b.home.did); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var text string
	for _, m := range b.home.got {
		if k, ok := m.(tea.KeyMsg); ok {
			text += k.String()
		}
	}
	if text != "jy" {
		t.Errorf("the filter got %q, want jy", text)
	}
}

func TestEscFollowedAtOnceByAKey(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.press("enter")
	b.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("j"), Alt: true})
	if b.root.top().ID() != "packages" || !slices.Contains(b.home.did, "down") {
		t.Error("esc and j, joined by the terminal, did not work as both")
	}
}

func TestPastedTextIsNoKeys(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("jy"), Paste: true})
	if len(b.home.did) != 0 {
		t.Errorf("pasted text ran %v", b.home.did)
	}
	b.sees("pasted text is not taken here")
}

func TestKeysThatDoNothingSayWhy(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.press("o")
	b.sees("o does nothing now: no page is known")
	b.press("D")
	b.sees("D does nothing here; ? lists the keys")
	b.press("esc")
	b.sees("this is the first screen; q quits")
	if b.quit || len(b.home.did) != 0 {
		t.Error("something was done all the same")
	}
}

func TestTellSanitizesAndSaysSo(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.press("y")
	b.rest()
	if len(b.copied) != 1 || strings.ContainsRune(b.copied[0], 0x1b) {
		t.Errorf("the clipboard got %q", b.copied)
	}
	b.sees("sent, not confirmed: prod is v1.3.0")
	without := newBench(t, func(o *Options) { o.Clipboard = nil })
	without.rest()
	without.press("y")
	without.sees("To copy", "prod is v1.3.0")
}

func TestBrowseShowsTheAddressWhereThereIsNoBrowser(t *testing.T) {
	for name, browser := range map[string]func(string) error{
		"none": nil, "fails": func(string) error { return errors.New("no display") },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, func(o *Options) { o.Browser = browser })
			b.rest()
			b.later(b.root.act(pane.Browse{URL: "https://github.com/x"}))
			b.rest()
			b.sees("https://github.com/x")
		})
	}
}

func TestQuit(t *testing.T) {
	tests := map[string]struct {
		marks int
		keys  []string
		want  bool
	}{
		"q":                  {0, []string{"q"}, true},
		"ctrl+c":             {0, []string{"ctrl+c"}, true},
		"ctrl+c in a dialog": {0, []string{"?", "ctrl+c"}, true},
		"q in the help":      {0, []string{"?", "q"}, false},
		"esc":                {0, []string{"esc", "esc", "left"}, false},
		"marks":              {2, []string{"q"}, false},
		"marks, ctrl+c":      {2, []string{"ctrl+c", "ctrl+c"}, false},
		"palette":            {0, []string{":", "q", "enter"}, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, nil)
			b.rest()
			b.home.marks = make([]model.Digest, tt.marks)
			b.press(tt.keys...)
			b.rest()
			if b.quit != tt.want {
				t.Errorf("quit is %v, want %v", b.quit, tt.want)
			}
		})
	}
}

func TestQuitWithMarksAsks(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.home.marks = make([]model.Digest, 3)
	b.press("q")
	b.elapse()
	b.sees("3 versions marked")
	b.press("enter")
	b.rest()
	b.seesNot("3 versions marked")
	b.press("q")
	b.elapse()
	b.press("y")
	b.rest()
	if !b.quit {
		t.Error("yes did not quit")
	}
}

func TestInterruptIsTheKey(t *testing.T) {
	if k, ok := Filter(nil, tea.InterruptMsg{}).(tea.KeyMsg); !ok || k.String() != "ctrl+c" {
		t.Error("SIGINT is not taken for ctrl+c")
	}
	if _, ok := Filter(nil, tea.QuitMsg{}).(tea.QuitMsg); !ok {
		t.Error("quitting was filtered out")
	}
}

func TestPalette(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.press("ctrl+p", "pkg containai-base", "enter")
	if b.history == nil || b.history.title != "containai-base" {
		t.Fatal("pkg did not open the package")
	}
	b.press(":", "pkg containai-base", "enter")
	if len(b.root.stack) != 2 {
		t.Errorf("the same package was opened again: %d panes", len(b.root.stack))
	}
	b.press(":", "pkg containai-proxy", "enter")
	if len(b.root.stack) != 2 || b.history.title != "containai-proxy" {
		t.Error("another package did not take the place of the first")
	}
	b.press(":", "refresh", "enter")
	b.rest()
	if b.fake.called("refresh") != 2 {
		t.Errorf("refreshed %d times, want 2", b.fake.called("refresh"))
	}
	b.press(":", "help", "enter")
	b.sees("Everywhere")
}

func TestHelpIsAboutHere(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.press("?")
	b.sees("Here: packages", "Not now: no page is known")
	b.press("mouse")
	b.sees("Turn the mouse on or off")
	b.seesNot("Every action and command")
	b.press("esc")
	b.sees("the home pane")
}

func TestMouse(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.press("M")
	b.sees("mouse on")
	b.send(tea.MouseMsg{X: 3, Y: 5, Action: tea.MouseActionPress, Button: tea.MouseButtonLeft})
	if m, ok := b.home.got[len(b.home.got)-1].(tea.MouseMsg); !ok || m.X != 3 || m.Y != 4 {
		t.Errorf("the pane got %v, want the click in its own cells", b.home.got[len(b.home.got)-1])
	}
	n := len(b.home.got)
	b.press("?")
	b.send(tea.MouseMsg{X: 3, Y: 5, Action: tea.MouseActionPress, Button: tea.MouseButtonLeft})
	if len(b.home.got) != n {
		t.Error("a click went through the dialog")
	}
}

func TestResultsGoToTheirPane(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.press("enter")
	n := len(b.history.got)
	b.send(pane.Result{To: "packages", Gen: 1, Value: "x"})
	if len(b.history.got) != n || b.home.got[len(b.home.got)-1] != tea.Msg(pane.Result{To: "packages", Gen: 1, Value: "x"}) {
		t.Error("a result went to another pane")
	}
	gone := b.history
	b.press("esc")
	n = len(gone.got)
	b.send(pane.Result{To: "history", Gen: 1})
	if len(gone.got) != n+1 {
		t.Error("a pane that forward leads back to did not get its result")
	}
	b.press(":", "pkg containai-base", "enter") // another way: what lay ahead is gone
	n = len(gone.got)
	b.send(pane.Result{To: "history", Gen: 1})
	if len(gone.got) != n {
		t.Error("a closed pane got a result")
	}
}

func TestAnyTerminalSize(t *testing.T) {
	b := newBench(t, func(o *Options) { o.Demo = true })
	if got := New(b.root.o).View(); got != "caitui is starting" {
		t.Errorf("without a size the view is %q", got)
	}
	b.rest()
	b.home.view = strings.Repeat(strings.Repeat("wide ", 100)+"\n", 100)
	for _, open := range []string{"", "?", ":"} {
		if open != "" {
			b.press(open)
		}
		for _, size := range [][2]int{{40, 12}, {59, 24}, {60, 16}, {61, 17}, {80, 24}, {100, 30}, {160, 45}, {200, 60}, {300, 3}, {1, 1}, {0, 5}, {5, 0}, {-3, -1}} {
			b.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
			view := b.root.View()
			if size[0] <= 0 || size[1] <= 0 {
				if view != "caitui is starting" {
					t.Errorf("%v: %q", size, view)
				}
				continue
			}
			lines := strings.Split(view, "\n")
			if len(lines) != size[1] {
				t.Errorf("%v: %d lines", size, len(lines))
			}
			for _, l := range lines {
				if w := ansi.StringWidth(l); w > size[0] {
					t.Errorf("%v: a line of %d cells: %q", size, w, l)
				}
			}
			if size[0] >= 40 && !strings.Contains(view, "DEMO") {
				t.Errorf("%v does not say DEMO:\n%s", size, view)
			}
		}
		b.send(tea.WindowSizeMsg{Width: 80, Height: 24})
		b.press("esc")
	}
}

func TestTooSmallTakesNoKeysButQuit(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.send(tea.WindowSizeMsg{Width: 40, Height: 12})
	b.sees("needs 60×16, has 40×12", "LIVE")
	b.press("j", "enter", "t", ":")
	if len(b.home.did) != 0 || b.root.modals.Len() != 0 {
		t.Error("keys worked blindly")
	}
	b.press("q")
	b.rest()
	if !b.quit {
		t.Error("q does not quit")
	}
}

func TestFocusFollowsDialogs(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	if !b.home.focused {
		t.Error("home has no focus at first")
	}
	b.press("?")
	if b.home.focused {
		t.Error("the pane behind a dialog shows the focus")
	}
	b.press("esc", "enter")
	if b.home.focused || !b.history.focused {
		t.Error("the focus did not go to the pane on top")
	}
}

func TestRootContextEndsRequests(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	b := newBench(t, func(o *Options) { o.Context = ctx })
	b.answers()
	cancel()
	if b.fake.asked("refresh").Err() == nil {
		t.Error("a request outlives the console")
	}
}

func TestKeyScopes(t *testing.T) {
	scopes := KeyScopes()
	names := map[string]bool{}
	for _, s := range scopes {
		names[s.Name] = true
		if len(s.Bindings) == 0 {
			t.Errorf("%s has no keys", s.Name)
		}
		for _, b := range s.Bindings {
			if b.ID == "" || len(b.Keys) == 0 || b.Does == "" || b.Help == "" {
				t.Errorf("%s: %+v is not declared in full", s.Name, b)
			}
			for _, k := range b.Keys {
				if name, ok := keys.Canonical(k); !ok || name != k {
					t.Errorf("%s: %q is no key that a terminal sends", s.Name, k)
				}
			}
		}
	}
	for _, c := range keys.Conflicts(scopes...) {
		t.Error(c)
	}
	for _, s := range PaneScopes()[1:] {
		for _, c := range keys.Conflicts(keys.Join(s.Name, s, scopes[0])) {
			t.Error(c)
		}
	}
	if !names[Everywhere] || !names["home"] || !names["confirmation"] {
		t.Errorf("scopes are %v", names)
	}
}

func TestOwnKeys(t *testing.T) {
	b := newBench(t, func(o *Options) { o.Keys = map[keys.ID][]string{"down": {"n"}, "refresh": {"f5"}} })
	b.rest()
	b.press("n", "j", "r")
	b.send(uitest.Key("f5"))
	b.rest()
	if !slices.Equal(b.home.did, []keys.ID{"down"}) || b.fake.called("refresh") != 2 {
		t.Errorf("did %v, refreshed %d times", b.home.did, b.fake.called("refresh"))
	}
}

func TestRealPanes(t *testing.T) {
	b := newBench(t, func(o *Options) { o.panes, o.First = nil, survey(0) })
	for _, size := range [][2]int{{60, 16}, {80, 24}, {120, 40}, {160, 45}, {200, 60}} {
		b.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		b.sees("containai-base")
	}
	b.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	b.press("2", "g", "enter")
	if b.root.top().ID() != "history" {
		t.Fatalf("enter on a package shows %s", b.root.top().ID())
	}
	b.press("esc")
	if b.root.top().ID() != "packages" {
		t.Error("esc does not go back")
	}
}
