package modal

import (
	"errors"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/field"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

func running() *Progress {
	return NewProgress(uitest.Theme(), "Executing", "DEMO localhost", model.Plan{Changes: []model.Change{
		{Kind: model.MoveTag, Package: "containai", Tag: "prod", From: model.DigestOf([]byte("a")), To: model.DigestOf([]byte("b"))},
		{Kind: model.CreateTag, Package: "containai-base", Tag: "prod", To: model.DigestOf([]byte("c"))},
	}})
}

func TestOutcomesOfTheOtherDialogs(t *testing.T) {
	th := uitest.Theme()
	choices := []TagChoice{{Tag: "prod", Note: "now v1.3.0"}, {Tag: "nightly"}, {Tag: "dev"}, {Tag: "latest"}}
	chooser := func() Modal { return NewChooser(th, "Retag", []Line{{Text: "which tag"}}, choices) }
	palette := func() Modal {
		return NewPalette(th, []Entry{
			{Label: "quit", Outcome: Ran{ID: "quit"}},
			{Label: "mark a range", Disabled: "nothing is here", Outcome: Ran{ID: "mark-range"}},
			{Label: "q", Outcome: Ran{ID: "q"}},
			{Label: "pkg containai-claude", Outcome: Commanded{Name: "pkg", Argument: "containai-claude"}},
			{Label: "pkg containai", Outcome: Commanded{Name: "pkg", Argument: "containai"}},
		})
	}
	ask := func() Modal { return NewAsk(th, "Quit?", []Line{{Text: "marks stand"}}, "quit", "stay") }
	message := func() Modal { return NewMessage(th, "Read", []Line{{Text: "text"}}, "for the chat") }
	stopping := func() Modal { p := running(); p.Stopping(); return p }
	tests := map[string]struct {
		modal func() Modal
		keys  []string
		want  Outcome
	}{
		"chooser: first":             {chooser, []string{"enter"}, Chosen{Tag: "prod"}},
		"chooser: moved":             {chooser, []string{"down", "down", "enter"}, Chosen{Tag: "dev"}},
		"chooser: not beyond":        {chooser, []string{"pgdown", "down", "down", "enter"}, Chosen{Tag: "latest"}},
		"chooser: narrowed":          {chooser, []string{"word:night", "enter"}, Chosen{Tag: "nightly"}},
		"chooser: exact wins":        {chooser, []string{"word:dev", "enter"}, Chosen{Tag: "dev"}},
		"chooser: new":               {chooser, []string{"word:v9.9.9", "enter"}, Chosen{Tag: "v9.9.9"}},
		"chooser: new beside others": {chooser, []string{"word:pro", "down", "enter"}, Chosen{Tag: "pro"}},
		"chooser: malformed":         {chooser, []string{"word:-x y", "enter"}, nil},
		"chooser: esc":               {chooser, []string{"word:dev", "esc"}, Cancelled{}},
		"palette: whole command":     {palette, []string{"q", "enter"}, Ran{ID: "q"}},
		"palette: whole package":     {palette, []string{"word:pkg containai", "enter"}, Commanded{Name: "pkg", Argument: "containai"}},
		"palette: letters":           {palette, []string{"word:claude", "enter"}, Commanded{Name: "pkg", Argument: "containai-claude"}},
		"palette: disabled":          {palette, []string{"word:mark", "enter"}, nil},
		"palette: nothing":           {palette, []string{"word:zzzz", "enter"}, nil},
		"palette: esc":               {palette, []string{"esc"}, Cancelled{}},
		"ask: y":                     {ask, []string{"y"}, Agreed{}},
		"ask: enter is no":           {ask, []string{"enter"}, Cancelled{}},
		"ask: n":                     {ask, []string{"n"}, Cancelled{}},
		"ask: Y is nothing":          {ask, []string{"Y"}, nil},
		"ask: ctrl+c is nothing":     {ask, []string{"ctrl+c"}, nil},
		"message: enter":             {message, []string{"enter"}, Closed{}},
		"message: y":                 {message, []string{"down", "y"}, Copied{Text: "for the chat"}},
		"progress: x":                {func() Modal { return running() }, []string{"x"}, StopAsked{}},
		"progress: ctrl+x":           {func() Modal { return running() }, []string{"ctrl+x"}, StopAsked{}},
		"progress: ctrl+c":           {func() Modal { return running() }, []string{"ctrl+c"}, StopAsked{}},
		"progress: q asks":           {func() Modal { return running() }, []string{"q"}, QuitAsked{}},
		"progress: esc does not":     {func() Modal { return running() }, []string{"esc", "enter"}, nil},
		"stopping: x once":           {stopping, []string{"x", "ctrl+x"}, nil},
		"stopping: ctrl+c asks":      {stopping, []string{"ctrl+c"}, QuitAsked{}},
		"working: esc":               {func() Modal { return NewWorking(th, "Planning", nil) }, []string{"x", "enter", "esc"}, Cancelled{}},
		"help: esc":                  {func() Modal { return NewHelp(th, KeyScopes(th)) }, []string{"word:quit", "esc"}, Cancelled{}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := tt.modal()
			m.SetSize(70, 12)
			if diff := cmp.Diff(tt.want, send(m, tt.keys...)); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
		})
	}
}

func TestHelpNarrowsDown(t *testing.T) {
	h := NewHelp(uitest.Theme(), []keys.Scope{{Name: "Here", Bindings: []keys.Binding{
		{ID: "retag", Keys: []string{"t"}, Does: "retag", Help: "Point a tag to the version."},
		{ID: "filter", Keys: []string{"/"}, Does: "filter", Help: "Show what matches."},
	}}})
	h.SetSize(80, 10)
	send(h, "word:point")
	if view := h.View(); !strings.Contains(view, "Point a tag") || strings.Contains(view, "Show what matches") {
		t.Errorf("help does not show just what was typed:\n%s", view)
	}
}

func TestProgressFollowsSteps(t *testing.T) {
	p := running()
	p.SetSize(100, 10)
	yes := true
	p.Step(model.Step{Index: 0, Package: "containai", Tag: "prod", State: model.StepDone, Verified: &yes}, time.Time{})
	p.Step(model.Step{Index: 1, Package: "containai-base", Tag: "prod", State: model.StepFailed, Err: errors.New("503\x1b[2J")}, time.Time{})
	p.Step(model.Step{Index: 7, State: model.StepDone}, time.Time{}) // another plan's
	if done, all := p.Count(); done != 2 || all != 2 {
		t.Errorf("count is %d of %d, want 2 of 2", done, all)
	}
	view := p.View()
	for _, want := range []string{"done, read back", "failed: 503", "2 of 2 steps"} {
		if !strings.Contains(view, want) {
			t.Errorf("%q is not shown:\n%s", want, view)
		}
	}
	if strings.Contains(view, "\x1b") {
		t.Error("an escape of a server's error reached the screen")
	}
}

func TestFieldIsDrawnWithinItsWidth(t *testing.T) {
	f := field.New(uitest.Theme())
	f.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("日本語 and a long reason\x1b[31m that goes on\u202e"), Paste: true})
	for range 50 {
		for w := range 24 {
			for _, focused := range []bool{true, false} {
				if got := ansi.StringWidth(f.View(w, focused)); got > w {
					t.Fatalf("width %d, want at most %d", got, w)
				}
			}
		}
		f.Update(uitest.Key("left"))
	}
	if strings.ContainsAny(f.Value(), "\x1b\u202e") {
		t.Errorf("pasted text was not cleaned: %q", f.Value())
	}
}

func TestFoldLosesNothing(t *testing.T) {
	texts := []string{
		"", "word", "  indented words that go on for a while and then some more",
		"sha256:9a01d2c3b4f59a01d2c3b4f59a01d2c3b4f59a01d2c3b4f59a01d2c3b4f5abcd",
		"日本語日本語日本語 日本語日本語", "ends in a blank ", strings.Repeat("a b ", 50),
	}
	for _, text := range texts {
		for w := 2; w < 60; w++ {
			var got strings.Builder
			for _, part := range fold(text, w) {
				if ansi.StringWidth(part) > w {
					t.Fatalf("fold(%q, %d): %q is too wide", text, w, part)
				}
				got.WriteString(strings.ReplaceAll(part, " ", ""))
			}
			if want := strings.ReplaceAll(text, " ", ""); got.String() != want {
				t.Fatalf("fold(%q, %d) has %q", text, w, got.String())
			}
		}
	}
}

func TestKeysOfDialogsDoNotConflict(t *testing.T) {
	for _, c := range keys.Conflicts(KeyScopes(uitest.Theme())...) {
		t.Error(c)
	}
}
