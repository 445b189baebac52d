package modal

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"github.com/novotnyllc/caitui/internal/ui/field"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Prompt shows lines and asks for one line of text.
type Prompt struct {
	th     theme.Theme
	title  string
	lines  []Line
	label  string
	does   string // what enter does, in two or three words
	field  field.Field
	scroll scroll
	width  int
	height int
}

// NewPrompt builds the dialog with text in its field already.
func NewPrompt(th theme.Theme, title string, lines []Line, label, text, does string) *Prompt {
	p := &Prompt{th: th, title: title, lines: lines, label: label, does: does, field: field.New(th)}
	p.field.Set(text)
	return p
}

// Title implements Modal.
func (p *Prompt) Title() string { return p.title }

// Guarded implements Modal: an enter meant for the screen before starts nothing.
func (p *Prompt) Guarded() bool { return true }

// Keys implements Modal.
func (p *Prompt) Keys() []keys.Binding {
	return []keys.Binding{
		{ID: "name", Keys: []string{"enter"}, Does: p.does, Help: "Go on with the text that is typed.", Footer: 1},
		{ID: "cancel", Keys: []string{"esc"}, Does: "cancel", Help: "Close without doing anything.", Footer: 2},
		p.scroll.keys("Scroll the lines.", 3),
	}
}

// Update implements Modal.
func (p *Prompt) Update(msg tea.Msg) (Outcome, tea.Cmd) {
	if p.scroll.key(msg) {
		return nil, nil
	}
	k, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil, nil
	}
	switch k.String() {
	case "esc":
		return Cancelled{}, nil
	case "enter":
		if text := p.field.Value(); text != "" {
			return Named{Text: text}, nil
		}
		return nil, nil
	}
	p.field.Update(k)
	return nil, nil
}

// footLines are those below the lines: a rule and the field.
const footLines = 2

// Want implements Modal.
func (p *Prompt) Want(maxWidth, _ int) (width, height int) {
	width = min(max(widest(p.lines), 60), maxWidth)
	return width, len(wrap(p.th, p.lines, width)) + footLines
}

// SetSize implements Modal.
func (p *Prompt) SetSize(width, height int) {
	p.width, p.height = width, height
	p.scroll.set(wrap(p.th, p.lines, width), height-footLines)
}

// View implements Modal.
func (p *Prompt) View() string {
	label := ansi.Truncate(p.label, max(p.width-12, 0), "") + " "
	lines := append([]string{}, p.scroll.visible()...)
	lines = append(lines,
		layout.Rule(p.th, "", p.scroll.where(), p.width, false),
		label+p.field.View(max(p.width-ansi.StringWidth(label), 1), true))
	return strings.Join(lines[max(len(lines)-max(p.height, 0), 0):], "\n")
}
