package modal

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// inRows runs a key while the rows have the focus.
func (c *Channel) inRows(name string) Outcome {
	b, ok := keys.Find(c.Keys(), name)
	if !ok {
		return nil
	}
	if !b.Enabled() {
		c.wrong = b.Label() + " does nothing now: " + b.Disabled
		return nil
	}
	c.wrong = ""
	r := c.row()
	switch b.ID {
	case "word":
		c.focus = onWord
	case "leave-out":
		return c.revise(Revised{Package: r.Package})
	case "keep":
		return c.revise(Revised{Keep: true})
	case "target":
		reason, incident := c.remarked()
		return OtherTarget{Reason: reason, Incident: incident}
	case "diff":
		return Differs{Package: r.Package, A: r.Now.Digest, B: r.Aim.Digest}
	case "save":
		reason, incident := c.remarked()
		return Saved{Reason: reason, Incident: incident}
	case "wait":
		c.wait = !c.wait
	case "tell":
		return Copied{Text: c.p.Tell}
	default:
		keys.Move(c, b.ID)
	}
	return nil
}

// revise asks for another plan, one at a time.
func (c *Channel) revise(o Revised) Outcome {
	if c.busy {
		c.wrong = "one moment, the plan is being made again"
		return nil
	}
	o.Reason, o.Incident = c.remarked()
	return o
}

// Move implements keys.Mover.
func (c *Channel) Move(delta int) { c.goTo(c.grid.here + delta) }

// Page implements keys.Mover.
func (c *Channel) Page(delta int) { c.goTo(c.grid.here + delta*max(c.scroll.height-1, 1)) }

// Home implements keys.Mover.
func (c *Channel) Home() {
	c.goTo(0)
	c.scroll.move(-len(c.scroll.lines))
}

// End implements keys.Mover.
func (c *Channel) End() {
	c.goTo(len(c.p.Rows) - 1)
	c.scroll.move(len(c.scroll.lines))
}

// goTo moves the cursor; past the last row the notes below scroll into sight.
func (c *Channel) goTo(row int) {
	if row >= len(c.p.Rows) {
		c.scroll.move(row - len(c.p.Rows) + 1)
	}
	here := max(min(row, len(c.p.Rows)-1), 0)
	moved := here != c.grid.here
	c.grid.here = here
	if moved && here < len(c.at) {
		c.scroll.reveal(c.at[here])
	}
	if moved && here == 0 {
		c.scroll.move(-len(c.scroll.lines))
	}
}

// Want implements Modal.
func (c *Channel) Want(maxWidth, _ int) (width, height int) {
	const whole = 118 // the rows with releases and ages
	width = min(maxWidth, whole)
	lines, _ := c.body(width)
	return whole, len(lines) + len(c.foot(width))
}

// SetSize implements Modal.
func (c *Channel) SetSize(width, height int) {
	c.width, c.height = width, height
	var lines []string
	lines, c.at = c.body(width)
	c.scroll.set(lines, height-len(c.foot(width)))
}

// View implements Modal.
func (c *Channel) View() string {
	lines := append([]string{}, c.scroll.visible()...)
	lines = append(lines, c.foot(c.width)...)
	return strings.Join(lines[:min(len(lines), c.height)], "\n")
}

// body is what scrolls, and where in it the rows are.
func (c *Channel) body(width int) (lines []string, at []int) {
	g := c.grid
	if c.focus != onRows {
		g.here = -1
	}
	lines = wrap(c.th, c.p.Head, width)
	rows, at := g.lines(width)
	for i := range at {
		at[i] += len(lines)
	}
	lines = append(lines, rows...)
	if len(c.p.Notes) > 0 {
		lines = append(lines, layout.Rule(c.th, "", "", width, false))
	}
	return append(lines, wrap(c.th, c.p.Notes, width)...), at
}

// Position implements positioned.
func (c *Channel) Position() string { return c.unsaid(c.summary(), c.scroll.where(), c.width) }

func (c *Channel) summary() string {
	if c.busy {
		return "planning again, nothing changes"
	}
	return c.p.Summary
}

// foot is what is always in sight.
func (c *Channel) foot(width int) []string {
	c.note = ""
	if c.wait && c.p.Stages > 1 {
		c.note = "waits for you after the first stage"
	}
	out := c.asker.foot(c.summary(), c.scroll.where(), width)
	if c.wrong != "" && !c.asks() {
		out = append(out, wrap(c.th, []Line{{Text: c.wrong, Tone: present.Warn}}, width)...)
	}
	return out
}
