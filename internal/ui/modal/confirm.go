package modal

import (
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/field"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Preview is everything a person must see before saying yes. All text is clean.
type Preview struct {
	Title string
	// Where is LIVE or DEMO with registry and owner: it stands above the word.
	Where string
	Head  []Line
	// Lines are the plan's: blockers, every effect, warnings.
	Lines    []present.PlanLine
	Blockers []model.Remark
	// Word must be typed, Act says what it sets going ("move 1 tag").
	Word string
	Act  string
	// Closed says why there is nothing to confirm though nothing blocks:
	// nothing to do, or caitui may not write. "" where there is.
	Closed           string
	Reason, Incident string
}

// liftable are the codes of the blockers, where each may be lifted by its name.
func (p Preview) liftable() []string {
	var out []string
	for _, b := range p.Blockers {
		if !b.Override {
			return nil
		}
		out = append(out, b.Code)
	}
	return out
}

// focus is which field of the confirmation takes the keys.
type focus int

const (
	onWord focus = iota
	onReason
	onIncident
	fields
)

// Confirm is preview and confirmation in one. It executes nothing: Confirmed
// comes out once the whole word stands in its field and enter is pressed there.
type Confirm struct {
	th     theme.Theme
	p      Preview
	input  [fields]field.Field
	focus  focus
	scroll scroll
	width  int
	height int
	quiet  bool
	wrong  string // what is wrong with the word
}

// NewConfirm builds the confirmation of a preview.
func NewConfirm(th theme.Theme, p Preview) *Confirm {
	c := &Confirm{th: th, p: p}
	for i := range c.input {
		c.input[i] = field.New(th)
	}
	c.input[onReason].Set(p.Reason)
	c.input[onIncident].Set(p.Incident)
	return c
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

// ready is whether there is a word to type, liftedBy whether a code is.
func (c *Confirm) ready() bool    { return c.p.Closed == "" && len(c.p.Blockers) == 0 }
func (c *Confirm) liftedBy() bool { return c.p.Closed == "" && len(c.p.liftable()) > 0 }

// Keys implements Modal.
func (c *Confirm) Keys() []keys.Binding {
	cancel := keys.Binding{ID: "cancel", Keys: []string{"esc"}, Does: "cancel, nothing done", Help: "Close without doing anything.", Footer: 2}
	scrolling := keys.Binding{ID: "scroll", Keys: []string{"up", "down", "pgup", "pgdown"}, Does: "scroll", Help: "Scroll the preview.", Footer: c.scroll.hint(4)}
	next := keys.Binding{ID: "field", Keys: []string{"tab", "shift+tab"}, Does: "reason, incident", Help: "Go to the fields for reason and incident, and back to the word.", Footer: 3}
	switch {
	case c.ready():
		return []keys.Binding{
			{ID: "confirm", Keys: []string{"enter"}, Does: "execute", Help: "Execute the plan, once the word is typed.", Footer: 1, Danger: true, Disabled: c.unready()},
			cancel, next, scrolling,
		}
	case c.liftedBy():
		return []keys.Binding{
			{ID: "lift", Keys: []string{"enter"}, Does: "plan again", Help: "Plan again without the blocker whose code is typed.", Footer: 1, Danger: true},
			cancel, next, scrolling,
		}
	}
	cancel.Keys, cancel.Does = []string{"esc", "enter"}, "close, nothing done"
	return []keys.Binding{cancel, scrolling}
}

// unready says why enter would not execute now.
func (c *Confirm) unready() string {
	if c.input[onWord].Value() == c.p.Word {
		return ""
	}
	return fmt.Sprintf("type %s first", c.p.Word)
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
	if !c.ready() && !c.liftedBy() {
		return nil, nil
	}
	switch k.String() {
	case "tab":
		c.focus = (c.focus + 1) % fields
	case "shift+tab":
		c.focus = (c.focus + fields - 1) % fields
	default:
		if c.input[c.focus].Update(k) && c.focus == onWord {
			c.wrong = ""
			c.SetSize(c.width, c.height)
		}
	}
	return nil, nil
}

// enter does what the focus says; only the word's field can set going.
func (c *Confirm) enter() Outcome {
	if !c.ready() && !c.liftedBy() {
		return Cancelled{}
	}
	if c.focus != onWord {
		c.focus = (c.focus + 1) % fields
		return nil
	}
	typed := c.input[onWord].Value()
	reason, incident := c.input[onReason].Value(), c.input[onIncident].Value()
	if c.ready() {
		if typed == c.p.Word {
			return Confirmed{Reason: reason, Incident: incident}
		}
		c.wrong = fmt.Sprintf("the word is %s; nothing has been done", c.p.Word)
		return nil
	}
	codes := c.p.liftable()
	for _, code := range codes {
		if typed == code {
			return Lifted{Code: code, Reason: reason, Incident: incident}
		}
	}
	c.wrong = "the code to type is " + either(codes) + "; nothing has been done"
	return nil
}
