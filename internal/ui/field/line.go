package field

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Line is the last line of a pane while it is searched or filtered: the text
// behind a slash, and at the right what it found. It takes keys in one way
// everywhere: enter keeps the text, esc drops it, the arrows move in what it
// shows, everything else is text.
type Line struct {
	th     theme.Theme
	field  Field
	typing bool
}

// NewLine builds a line that nobody types into yet.
func NewLine(th theme.Theme) Line { return Line{th: th, field: New(th)} }

// Open gives the keys to the line, text being what stands in it.
func (l *Line) Open(text string) {
	l.field.Set(text)
	l.typing = true
}

// Typing is true while the keys belong to the line.
func (l *Line) Typing() bool { return l.typing }

// Value is the text without surrounding blanks.
func (l *Line) Value() string { return l.field.Value() }

// Clear takes the text away.
func (l *Line) Clear() { l.field.Set("") }

// Event is what a key did to a line.
type Event int

// The events.
const (
	Nothing Event = iota
	Edited        // the text is another
	Kept          // enter: the keys are the pane's again, the text stays
	Dropped       // esc: the keys are the pane's again, the text is gone
	Moved         // a movement for the pane, which comes with it
)

// moves are the keys that move while text is typed.
var moves = map[string]keys.ID{
	"up": keys.Up, "down": keys.Down, "pgup": keys.PageUp, "pgdown": keys.PageDown,
}

// Take takes a key and says what it did; move is set with Moved alone.
func (l *Line) Take(msg tea.KeyMsg) (did Event, move keys.ID) {
	switch name := msg.String(); name {
	case "enter":
		l.typing = false
		return Kept, ""
	case "esc":
		l.typing = false
		l.Clear()
		return Dropped, ""
	default:
		if move, ok := moves[name]; ok {
			return Moved, move
		}
	}
	if l.field.Update(msg) {
		return Edited, ""
	}
	return Nothing, ""
}

// View draws the line in w cells: what it found, and whether that is a warning,
// stands at its right and is cut where it would take more than half.
func (l *Line) View(w int, found string, warn bool) string {
	style := l.th.Muted
	if warn {
		style = l.th.Warn
	}
	found = layout.Truncate(l.th.Text(found), max(w/2, 1), l.th.Glyphs.Ellipsis)
	left := l.th.Key.Render("/") + " " + l.field.View(max(w-layout.Width(found)-4, 1), l.typing)
	return layout.Sides(left, style.Render(found)+" ", w, "")
}
