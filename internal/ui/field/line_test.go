package field_test

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/ui/field"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

func press(l *field.Line, name string) (field.Event, keys.ID) { return l.Take(uitest.Key(name)) }

func TestLineTakesKeysInOneWay(t *testing.T) {
	l := field.NewLine(uitest.Theme())
	if l.Typing() {
		t.Fatal("a new line wants keys before it was opened")
	}
	l.Open("old")
	steps := []struct {
		key    string
		did    field.Event
		move   keys.ID
		value  string
		typing bool
	}{
		{"x", field.Edited, "", "oldx", true},
		{"backspace", field.Edited, "", "old", true},
		{"left", field.Nothing, "", "old", true},
		{"down", field.Moved, keys.Down, "old", true},
		{"up", field.Moved, keys.Up, "old", true},
		{"pgup", field.Moved, keys.PageUp, "old", true},
		{"pgdown", field.Moved, keys.PageDown, "old", true},
		{"enter", field.Kept, "", "old", false},
	}
	for _, s := range steps {
		did, move := press(&l, s.key)
		if did != s.did || move != s.move || l.Value() != s.value || l.Typing() != s.typing {
			t.Errorf("%s: event %d, move %q, text %q, typing %v; want %d, %q, %q, %v",
				s.key, did, move, l.Value(), l.Typing(), s.did, s.move, s.value, s.typing)
		}
	}
	l.Open(l.Value())
	if did, _ := press(&l, "esc"); did != field.Dropped || l.Value() != "" || l.Typing() {
		t.Errorf("esc: event %d, text %q, typing %v", did, l.Value(), l.Typing())
	}
}

func TestLineTakesPastedTextClean(t *testing.T) {
	l := field.NewLine(uitest.Theme())
	l.Open("")
	l.Take(tea.KeyMsg{Type: tea.KeyRunes, Paste: true, Runes: []rune("a\x1b[31mb")})
	if strings.ContainsRune(l.View(40, "", false), '\x1b') {
		t.Errorf("an escape came through: %q", l.View(40, "", false))
	}
}

func TestLineFits(t *testing.T) {
	for w := 1; w < 90; w++ {
		l := field.NewLine(uitest.Theme())
		l.Open(strings.Repeat("漢字 and more ", 8))
		for _, found := range []string{"", "3 of 142 rows", strings.Repeat("a reason, ", 12)} {
			uitest.Fits(t, l.View(w, found, true), w, 1)
		}
	}
}
