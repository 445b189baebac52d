package keys_test

import (
	"slices"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/ui/keys"
)

// recorder notes how it was moved.
type recorder struct{ got []string }

func (r *recorder) note(s string) { r.got = append(r.got, s) }
func (r *recorder) Move(n int) {
	if n > 0 {
		r.note("down")
	} else {
		r.note("up")
	}
}
func (r *recorder) Home() { r.note("top") }
func (r *recorder) End()  { r.note("bottom") }
func (r *recorder) Page(n int) {
	if n > 0 {
		r.note("page-down")
	} else {
		r.note("page-up")
	}
}

func TestMoveDoesEveryMovementThatIsDeclared(t *testing.T) {
	var r recorder
	var want []string
	for _, b := range keys.Moves() {
		want = append(want, string(b.ID))
		if !keys.Move(&r, b.ID) {
			t.Errorf("%s is declared as a movement and is none", b.ID)
		}
	}
	if !slices.Equal(r.got, want) {
		t.Errorf("moved %q, want %q", r.got, want)
	}
	if keys.Move(&r, "open") {
		t.Error("what is no movement moved something")
	}
}

func TestMouse(t *testing.T) {
	for _, c := range []struct {
		name  string
		msg   tea.MouseMsg
		lines int
		click bool
	}{
		{"wheel down", tea.MouseMsg{Button: tea.MouseButtonWheelDown, Action: tea.MouseActionPress}, 3, false},
		{"wheel up", tea.MouseMsg{Button: tea.MouseButtonWheelUp, Action: tea.MouseActionPress}, -3, false},
		{"press", tea.MouseMsg{Button: tea.MouseButtonLeft, Action: tea.MouseActionPress}, 0, true},
		{"release", tea.MouseMsg{Button: tea.MouseButtonLeft, Action: tea.MouseActionRelease}, 0, false},
		{"other button", tea.MouseMsg{Button: tea.MouseButtonRight, Action: tea.MouseActionPress}, 0, false},
		{"movement", tea.MouseMsg{Button: tea.MouseButtonLeft, Action: tea.MouseActionMotion}, 0, false},
	} {
		if got := keys.Wheel(c.msg); got != c.lines {
			t.Errorf("%s: wheel %d lines, want %d", c.name, got, c.lines)
		}
		if got := keys.Click(c.msg); got != c.click {
			t.Errorf("%s: click %v, want %v", c.name, got, c.click)
		}
	}
}
