package modal

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"github.com/novotnyllc/caitui/internal/ui/field"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Help lists bindings in full. Typing narrows them down.
type Help struct {
	th     theme.Theme
	scopes []keys.Scope
	field  field.Field
	scroll scroll
	width  int
	height int
}

// NewHelp builds the overlay, in the order of the scopes.
func NewHelp(th theme.Theme, scopes []keys.Scope) *Help {
	return &Help{th: th, scopes: scopes, field: field.New(th)}
}

// Title implements Modal.
func (h *Help) Title() string { return "Keys" }

// Guarded implements Modal.
func (h *Help) Guarded() bool { return false }

// Keys implements Modal.
func (h *Help) Keys() []keys.Binding {
	return []keys.Binding{
		{ID: "cancel", Keys: []string{"esc", "enter"}, Does: "close", Help: "Close the help.", Footer: 1},
		h.scroll.keys("Scroll the list.", 2),
	}
}

// Update implements Modal.
func (h *Help) Update(msg tea.Msg) (Outcome, tea.Cmd) {
	if h.scroll.key(msg) {
		return nil, nil
	}
	k, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil, nil
	}
	if _, ok := keys.Find(h.Keys(), k.String()); ok {
		return Cancelled{}, nil
	}
	if h.field.Update(k) {
		h.scroll.top = 0
		h.layOut()
	}
	return nil, nil
}

// Want implements Modal.
func (h *Help) Want(maxWidth, _ int) (width, height int) {
	const whole = 100
	width = min(maxWidth, whole)
	return whole, len(keys.HelpLines(h.th, h.scopes, "", width)) + 1
}

// SetSize implements Modal.
func (h *Help) SetSize(width, height int) {
	h.width, h.height = width, height
	h.layOut()
}

func (h *Help) layOut() {
	h.scroll.set(keys.HelpLines(h.th, h.scopes, h.field.Value(), h.width), h.height-1)
}

// View implements Modal.
func (h *Help) View() string {
	const prompt = "find: "
	top := h.th.Key.Render(prompt) + h.field.View(min(30, h.width-len(prompt)), true)
	if w := h.scroll.where(); w != "" {
		top += "  " + h.th.Muted.Render(ansi.Truncate(w, max(h.width-38, 0), ""))
	}
	lines := append([]string{top}, h.scroll.visible()...)
	return strings.Join(lines[:min(len(lines), h.height)], "\n")
}
