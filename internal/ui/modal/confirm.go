package modal

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Preview is everything a person must see before saying yes. All text is clean.
type Preview struct {
	Terms
	Title string
	Head  []Line
	// Lines are the plan's: blockers, every effect, warnings.
	Lines []present.PlanLine
}

// Confirm is preview and confirmation in one. It executes nothing: Confirmed
// comes out once the whole word stands in its field and enter is pressed there.
type Confirm struct {
	asker
	p      Preview
	scroll scroll
	width  int
	height int
}

// NewConfirm builds the confirmation of a preview.
func NewConfirm(th theme.Theme, p Preview) *Confirm {
	return &Confirm{asker: newAsker(th, p.Terms, onWord, onReason, onIncident), p: p}
}

// Title implements Modal.
func (c *Confirm) Title() string { return c.p.Title }

// Guarded implements Modal: it appears when planning is done, maybe under the
// fingers of somebody who types.
func (c *Confirm) Guarded() bool { return true }

// Danger is whether the dialog can set something going.
func (c *Confirm) Danger() bool { return c.ready() }

// SetQuiet implements Quieter.
func (c *Confirm) SetQuiet(quiet bool) {
	c.quiet = quiet
	c.SetSize(c.width, c.height)
}

// Keys implements Modal.
func (c *Confirm) Keys() []keys.Binding {
	cancel := cancelKey()
	scrolling := c.scroll.keys("Scroll the preview.", 4)
	next := keys.Binding{ID: "field", Keys: []string{"tab", "shift+tab"}, Does: "reason, incident", Help: "Go to the fields for reason and incident, and back to the word.", Footer: 3}
	if !c.asks() {
		cancel.Keys, cancel.Does = []string{"esc", "enter"}, "close, nothing done"
		return []keys.Binding{cancel, scrolling}
	}
	return []keys.Binding{c.sets(), cancel, next, scrolling}
}

// Update implements Modal.
func (c *Confirm) Update(msg tea.Msg) (Outcome, tea.Cmd) {
	if c.scroll.key(msg) {
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
		out := c.enter()
		c.SetSize(c.width, c.height)
		return out, nil
	}
	if !c.asks() {
		return nil, nil
	}
	switch k.String() {
	case "tab":
		c.turn(1)
	case "shift+tab":
		c.turn(-1)
	default:
		if c.typed(k) {
			c.SetSize(c.width, c.height)
		}
	}
	return nil, nil
}
