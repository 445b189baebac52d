package uitest

import (
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
)

// Pane is as much of a pane as its own tests drive without the root.
type Pane interface {
	Update(tea.Msg) (pane.Action, tea.Cmd)
	CapturesText() bool
	Keys() []keys.Binding
	Do(keys.ID) (pane.Action, tea.Cmd)
}

// Bring delivers a message, and what the pane's own commands answer until it
// wants no more. It returns the action that the message led to.
func Bring(p Pane, msg tea.Msg) pane.Action {
	action, cmd := p.Update(msg)
	Answer(p, cmd)
	return action
}

// Answer runs a command of a pane and gives it what comes of it. What only waits
// for time is left alone.
func Answer(p Pane, cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	if name, file := origin(cmd); isTimer(name, file) {
		return
	}
	msg := cmd()
	if batch, ok := msg.(tea.BatchMsg); ok {
		for _, c := range batch {
			Answer(p, c)
		}
		return
	}
	_, next := p.Update(msg)
	Answer(p, next)
}

// Press runs the bindings of keys as the root does, or types where the pane
// takes text, and answers what the pane asks itself. It returns the action of the
// last key. A key that is not declared or disabled ends the test.
func Press(t testing.TB, p Pane, names ...string) pane.Action {
	t.Helper()
	var last pane.Action
	for _, name := range names {
		if p.CapturesText() {
			last = Bring(p, Key(name))
			continue
		}
		b, ok := keys.Find(p.Keys(), name)
		if !ok || b.Disabled != "" {
			t.Fatalf("key %s: declared %t, disabled %q", name, ok, b.Disabled)
		}
		var cmd tea.Cmd
		last, cmd = p.Do(b.ID)
		Answer(p, cmd)
	}
	return last
}
