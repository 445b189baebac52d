package modal

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Message shows lines to read, and lets one of them be copied.
type Message struct {
	th      theme.Theme
	title   string
	lines   []Line
	copy    string
	guarded bool
	scroll  scroll
}

// NewMessage builds a message. What clip holds is what y puts into the
// clipboard, "" for nothing.
func NewMessage(th theme.Theme, title string, lines []Line, clip string) *Message {
	return &Message{th: th, title: title, lines: lines, copy: clip}
}

// NewReport is a message that appears without having been asked for at that
// moment, such as the end of a plan: keys typed before it was seen do not
// close it.
func NewReport(th theme.Theme, title string, lines []Line, clip string) *Message {
	return &Message{th: th, title: title, lines: lines, copy: clip, guarded: true}
}

// Title implements Modal.
func (m *Message) Title() string { return m.title }

// Guarded implements Modal.
func (m *Message) Guarded() bool { return m.guarded }

// Keys implements Modal.
func (m *Message) Keys() []keys.Binding {
	out := []keys.Binding{
		{ID: "close", Keys: []string{"esc", "enter", "left", "q"}, Does: "close", Help: "Close this and go on.", Footer: 1},
		m.scroll.keys("Scroll the lines.", 3),
	}
	if m.copy != "" {
		out = append(out, keys.Binding{ID: "tell", Keys: []string{"y"}, Does: "copy a line for the chat", Help: "Copy one line that tells this to others.", Footer: 2})
	}
	return out
}

// Update implements Modal.
func (m *Message) Update(msg tea.Msg) (Outcome, tea.Cmd) {
	if m.scroll.key(msg) {
		return nil, nil
	}
	k, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil, nil
	}
	switch b, _ := keys.Find(m.Keys(), k.String()); b.ID {
	case "close":
		return Closed{}, nil
	case "tell":
		return Copied{Text: m.copy}, nil
	}
	return nil, nil
}

// Want implements Modal.
func (m *Message) Want(maxWidth, _ int) (width, height int) {
	width = min(max(widest(m.lines), 60), maxWidth) // what y has copied is told in the last line
	return width, len(wrap(m.th, m.lines, width))
}

// SetSize implements Modal.
func (m *Message) SetSize(width, height int) {
	m.scroll.set(wrap(m.th, m.lines, width), height)
}

// View implements Modal.
func (m *Message) View() string { return strings.Join(m.scroll.visible(), "\n") }
