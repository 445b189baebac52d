// Package field is one line that a person types into, for dialogs and for the
// filters of panes.
//
// Its law: it takes keys and draws text; what the text means is its owner's.
package field

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// maxText bounds what can be typed into a field, in characters: long enough
// for a reason, short enough for a journal line.
const maxText = 240

// Field is a line of text. Editing is bubbles' textinput; drawing is its own,
// for the cursor must be seen without colours and nothing may blink.
type Field struct {
	th    theme.Theme
	input textinput.Model
}

// New builds an empty field that takes keys at once.
func New(th theme.Theme) Field {
	in := textinput.New()
	in.Prompt = ""
	in.CharLimit = maxText
	in.KeyMap.Paste = key.NewBinding() // would run a foreign program; terminals paste by themselves
	in.KeyMap.AcceptSuggestion = key.NewBinding()
	in.KeyMap.NextSuggestion = key.NewBinding()
	in.KeyMap.PrevSuggestion = key.NewBinding()
	in.Focus()
	return Field{th: th, input: in}
}

// Update takes an editing key or text; it reports whether the text changed.
func (f *Field) Update(msg tea.KeyMsg) (changed bool) {
	if msg.Paste {
		// What a terminal pastes is foreign: it may hold anything.
		msg.Runes = []rune(model.Sanitize(string(msg.Runes)))
	}
	before := f.input.Value()
	f.input, _ = f.input.Update(msg) // the command is the cursor's blinking
	return f.input.Value() != before
}

// Value is the text without surrounding blanks.
func (f *Field) Value() string { return strings.TrimSpace(f.input.Value()) }

// Set replaces the text.
func (f *Field) Set(s string) {
	f.input.SetValue(model.Sanitize(s))
	f.input.CursorEnd()
}

// View draws the text in at most width cells, the cursor in sight where the
// field has the focus.
func (f *Field) View(width int, focused bool) string {
	if width < 1 {
		return ""
	}
	value := []rune(f.input.Value())
	if !focused {
		return f.th.Field.Render(ansi.Truncate(string(value), width, f.th.Glyphs.Ellipsis))
	}
	at := min(f.input.Position(), len(value))
	before, under, after := string(value[:at]), "_", ""
	if at < len(value) {
		under, after = string(value[at]), string(value[at+1:])
	}
	if ansi.StringWidth(under) > width {
		under = "_"
	}
	room := width - ansi.StringWidth(under)
	if w := ansi.StringWidth(before); w > room {
		before = ansi.TruncateLeft(before, w-room, "")
		if ansi.StringWidth(before) > room { // half of a wide character
			before = ansi.TruncateLeft(before, 2, "")
		}
	}
	after = ansi.Truncate(after, max(room-ansi.StringWidth(before), 0), "")
	return f.th.Field.Render(before) + f.th.Cursor.Render(under) + f.th.Field.Render(after)
}
