package modal

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Ask is a question with one dangerous answer. Enter, n and esc all mean no;
// only the key y means yes.
type Ask struct {
	th     theme.Theme
	title  string
	lines  []Line
	yes    string
	no     string
	width  int
	height int
}

// NewAsk builds a question. yes and no say in two or three words what the
// answers do.
func NewAsk(th theme.Theme, title string, lines []Line, yes, no string) *Ask {
	return &Ask{th: th, title: title, lines: lines, yes: yes, no: no}
}

// Title implements Modal.
func (a *Ask) Title() string { return a.title }

// Guarded implements Modal.
func (a *Ask) Guarded() bool { return true }

// Keys implements Modal.
func (a *Ask) Keys() []keys.Binding {
	return []keys.Binding{
		{ID: "cancel", Keys: []string{"esc", "enter", "n", "left"}, Does: a.no, Help: "No: nothing changes.", Footer: 1},
		{ID: "agree", Keys: []string{"y"}, Does: a.yes, Help: "Yes, do it.", Footer: 2, Danger: true},
	}
}

// Update implements Modal.
func (a *Ask) Update(msg tea.Msg) (Outcome, tea.Cmd) {
	k, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil, nil
	}
	b, ok := keys.Find(a.Keys(), k.String())
	switch {
	case !ok:
		return nil, nil
	case b.ID == "agree":
		return Agreed{}, nil
	default:
		return Cancelled{}, nil
	}
}

// Want implements Modal.
func (a *Ask) Want(maxWidth, _ int) (width, height int) {
	width = min(max(widest(a.lines), 40), maxWidth)
	return width, len(wrap(a.th, a.lines, width))
}

// SetSize implements Modal.
func (a *Ask) SetSize(width, height int) { a.width, a.height = width, height }

// View implements Modal.
func (a *Ask) View() string {
	lines := wrap(a.th, a.lines, a.width)
	return strings.Join(lines[:min(len(lines), a.height)], "\n")
}
