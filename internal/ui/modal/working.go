package modal

import (
	"strings"

	"github.com/charmbracelet/bubbles/spinner"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Working says what is being waited for and lets it be given up.
type Working struct {
	th      theme.Theme
	title   string
	lines   []Line
	spinner spinner.Model
	width   int
	height  int
}

// NewWorking builds the dialog; Init starts its spinner.
func NewWorking(th theme.Theme, title string, lines []Line) *Working {
	s := spinner.New(spinner.WithSpinner(spinner.Line), spinner.WithStyle(th.Accent))
	return &Working{th: th, title: title, lines: lines, spinner: s}
}

// Init is the command that turns the spinner.
func (w *Working) Init() tea.Cmd { return w.spinner.Tick }

// Title implements Modal.
func (w *Working) Title() string { return w.title }

// Guarded implements Modal: the only key here is cancel.
func (w *Working) Guarded() bool { return false }

// Keys implements Modal.
func (w *Working) Keys() []keys.Binding {
	return []keys.Binding{{
		ID: "cancel", Keys: []string{"esc", "left"}, Does: "cancel, nothing done",
		Help: "Stop waiting. Nothing has been changed.", Footer: 1,
	}}
}

// Update implements Modal.
func (w *Working) Update(msg tea.Msg) (Outcome, tea.Cmd) {
	switch msg := msg.(type) {
	case spinner.TickMsg:
		var cmd tea.Cmd
		w.spinner, cmd = w.spinner.Update(msg)
		return nil, cmd
	case tea.KeyMsg:
		if _, ok := keys.Find(w.Keys(), msg.String()); ok {
			return Cancelled{}, nil
		}
	}
	return nil, nil
}

// Want implements Modal.
func (w *Working) Want(maxWidth, _ int) (width, height int) {
	width = min(max(widest(w.lines)+2, 40), maxWidth)
	return width, len(wrap(w.th, w.lines, width-2))
}

// SetSize implements Modal.
func (w *Working) SetSize(width, height int) { w.width, w.height = width, height }

// View implements Modal.
func (w *Working) View() string {
	lines := wrap(w.th, w.lines, w.width-2)
	for i, l := range lines {
		mark := "  "
		if i == 0 {
			mark = w.spinner.View() + " "
		}
		lines[i] = mark + l
	}
	return strings.Join(lines[:min(len(lines), w.height)], "\n")
}
