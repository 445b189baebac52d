package modal

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// ChannelPlan is everything a person must see of a plan that moves a channel
// before saying yes. All text is clean, the rows' Package and Tag excepted.
type ChannelPlan struct {
	Terms
	Title string
	Head  []Line // blockers, from where to where
	Rows  []present.MatrixRow
	Notes []Line
	// Summary counts what happens: it is always in sight.
	Summary string
	// Stages is how many stages write something: with more than one there is
	// something to wait for after the first.
	Stages int
	Wait   bool
	// Orphans is whether something loses its last tag, Kept whether a tag is kept
	// on it already.
	Orphans, Kept bool
	// Tell is one line about the plan for the chat.
	Tell string
	// CanSave is whether a plan can be written to a file here.
	CanSave bool
}

// Channel is preview and confirmation of a plan that moves a channel: the
// matrix, everything there is to know, and the word, in one dialog. It plans
// and executes nothing; what it wants comes out of it.
type Channel struct {
	asker
	p      ChannelPlan
	grid   grid
	wait   bool
	busy   bool // the plan is being made anew
	scroll scroll
	at     []int // the line of each row
	width  int
	height int
}

// NewChannel builds the dialog. Where there is nothing to type the keys go to
// the rows.
func NewChannel(th theme.Theme, p ChannelPlan) *Channel {
	c := &Channel{asker: newAsker(th, p.Terms, onWord, onRows, onReason, onIncident), wait: p.Wait}
	c.show(p)
	return c
}

// show takes a plan; the cursor stays on its row.
func (c *Channel) show(p ChannelPlan) {
	var at present.MatrixRow
	if r := c.row(); r != nil {
		at = *r
	}
	c.p, c.terms = p, p.Terms
	c.grid = grid{th: c.th, rows: p.Rows, here: -1}
	if !c.asks() {
		c.stops, c.focus = []focus{onRows}, onRows
	} else if len(c.stops) == 1 {
		c.stops = []focus{onWord, onRows, onReason, onIncident}
	}
	c.grid.here = c.find(at)
}

// find is the row about the same tag, else about the same package, else the
// first.
func (c *Channel) find(at present.MatrixRow) int {
	near := 0
	for i, r := range c.p.Rows {
		switch {
		case r.Package != at.Package:
		case r.Tag == at.Tag:
			return i
		case near == 0:
			near = i
		}
	}
	return near
}

// Again shows that the plan is being made anew: until it is there nothing can
// be confirmed.
func (c *Channel) Again() {
	c.busy = true
	c.SetSize(c.width, c.height)
}

// Replanned shows the new plan.
func (c *Channel) Replanned(p ChannelPlan) {
	c.busy, c.wrong = false, ""
	c.show(p)
	c.SetSize(c.width, c.height)
}

// NotReplanned says why there is no new plan; the one that is shown stands.
func (c *Channel) NotReplanned(why string) {
	c.busy, c.wrong = false, "not planned again: "+why+"; the plan is the one from before"
	c.SetSize(c.width, c.height)
}

// Remarked are reason and incident as they stand.
func (c *Channel) Remarked() (reason, incident string) { return c.remarked() }

// Waits is whether to wait for a person after the first stage.
func (c *Channel) Waits() bool { return c.wait }

// Title implements Modal.
func (c *Channel) Title() string { return c.p.Title }

// Guarded implements Modal.
func (c *Channel) Guarded() bool { return true }

// Danger is whether the dialog can set something going.
func (c *Channel) Danger() bool { return c.ready() }

// SetQuiet implements Quieter.
func (c *Channel) SetQuiet(quiet bool) {
	c.quiet = quiet
	c.SetSize(c.width, c.height)
}

// row is the one under the cursor, nil where there is none.
func (c *Channel) row() *present.MatrixRow {
	if c.grid.here < 0 || c.grid.here >= len(c.p.Rows) {
		return nil
	}
	return &c.p.Rows[c.grid.here]
}

// Keys implements Modal: those of the part that has the focus.
func (c *Channel) Keys() []keys.Binding {
	cancel := cancelKey()
	if c.focus != onRows {
		return []keys.Binding{
			c.sets(), cancel,
			{ID: "field", Keys: []string{"tab", "shift+tab"}, Does: "rows: space e d + s w y", Help: "Go to the rows, to reason and incident, and back to the word.", Footer: 3},
			c.scroll.keys("Scroll the preview.", 4),
		}
	}
	cancel.Does = "cancel"
	return append(c.rowKeys(cancel), keys.Moves()...)
}

func (c *Channel) rowKeys(cancel keys.Binding) []keys.Binding {
	r := c.row()
	noRow, noDiff, noKeep, noWait, noSave := "", "", "", "", ""
	out := "leave out"
	switch {
	case r == nil:
		noRow = "no row is under the cursor"
	case r.Out:
		out = "take in"
	case !r.Moves():
		noRow = "it stays where it is by itself"
	}
	if r == nil || r.Now.Digest == "" || r.Aim.Digest == "" {
		noDiff = "there are no two versions to compare in this row"
	}
	keep := "keep"
	switch {
	case c.p.Kept:
		keep = "keep none"
	case !c.p.Orphans:
		noKeep = "nothing loses its last tag"
	}
	wait := "wait"
	if c.wait {
		wait = "no wait"
	}
	if c.p.Stages < 2 {
		noWait = "there is only one stage"
	}
	if !c.p.CanSave {
		noSave = "a plan that is blocked or empty is not saved"
	}
	back := keys.Binding{ID: "field", Keys: []string{"tab", "shift+tab"}, Does: "word", Help: "Go to reason, incident and the word.", Footer: 8}
	enter := keys.Binding{ID: "word", Keys: []string{"enter"}, Does: "to the word", Help: "Go back to the word."}
	if !c.asks() {
		back.Disabled, enter.Disabled = "there is nothing to type", "there is nothing to type"
		back.Footer = 0
	}
	return []keys.Binding{
		{ID: "leave-out", Keys: []string{" "}, Does: out, Help: "Leave the package of this row where it is, or take it in again; the plan is made anew.", Footer: 1, Disabled: noRow},
		cancel, back, enter,
		{ID: "target", Keys: []string{"e"}, Does: "target", Help: "List what the channel can go to instead.", Footer: 3},
		{ID: "diff", Keys: []string{"d"}, Does: "diff", Help: "What differs between now and the target in this package. Coming back shows this again.", Footer: 4, Disabled: noDiff},
		{ID: "keep", Keys: []string{"+"}, Does: keep, Help: "Put a tag on each version that would lose its last one, so that nothing deletes what undo needs.", Footer: 5, Disabled: noKeep},
		{ID: "save", Keys: []string{"s"}, Does: "save", Help: "Write the plan to a file, for somebody else to look at or to execute.", Footer: 6, Disabled: noSave},
		{ID: "wait", Keys: []string{"w"}, Does: wait, Help: "Stop after the first stage is read back, and go on when told to.", Footer: 7, Disabled: noWait},
		{ID: "tell", Keys: []string{"y"}, Does: "tell", Help: "Copy one line about this plan.", Footer: 9},
	}
}

// Update implements Modal.
func (c *Channel) Update(msg tea.Msg) (Outcome, tea.Cmd) {
	k, isKey := msg.(tea.KeyMsg)
	if c.focus != onRows || !isKey {
		if c.scroll.key(msg) {
			return nil, nil
		}
	}
	if !isKey {
		return nil, nil
	}
	if k.String() == "esc" {
		return Cancelled{}, nil
	}
	out := c.press(k)
	c.SetSize(c.width, c.height)
	return out, nil
}

// press is a key for the part that has the focus.
func (c *Channel) press(k tea.KeyMsg) Outcome {
	switch name := k.String(); {
	case name == "tab":
		c.turn(1)
	case name == "shift+tab":
		c.turn(-1)
	case c.focus == onRows:
		return c.inRows(name)
	case name == "enter" && c.busy:
		c.wrong = "one moment, the plan is being made again; nothing has been done"
	case name == "enter":
		out := c.enter()
		if ok, is := out.(Confirmed); is {
			ok.Wait = c.wait && c.p.Stages > 1
			return ok
		}
		return out
	default:
		c.typed(k)
	}
	return nil
}
