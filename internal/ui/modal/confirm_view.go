package modal

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/ui/present"
)

// Want implements Modal.
func (c *Confirm) Want(maxWidth, maxHeight int) (width, height int) {
	const whole = 112 // a preview's columns have all they need
	width = min(maxWidth, whole)
	return whole, len(c.body(width, maxHeight)) + len(c.foot(width))
}

// SetSize implements Modal: the foot with the word is never scrolled away, the
// lines above it get what is left.
func (c *Confirm) SetSize(width, height int) {
	c.width, c.height = width, height
	c.scroll.set(c.body(width, height), height-len(c.foot(width)))
}

// View implements Modal.
func (c *Confirm) View() string {
	lines := append([]string{}, c.scroll.visible()...)
	lines = append(lines, c.foot(c.width)...)
	return strings.Join(lines[:min(len(lines), c.height)], "\n")
}

// body is what scrolls: what is wrong first, then every effect, then the rest.
// Lines say all they know, broken where they must be, as long as everything is
// in sight together; else they leave out ages and names before they break.
func (c *Confirm) body(width, height int) []string {
	whole := func(l present.PlanLine) []string { return fold(c.th.Text(l.String()), width) }
	if lines := c.lines(width, whole); len(lines)+len(c.foot(width)) <= height {
		return lines
	}
	return c.lines(width, func(l present.PlanLine) []string {
		var out []string
		for _, text := range l.Fit(width) {
			out = append(out, fold(c.th.Text(text), width)...) // ASCII twins are wider
		}
		return out
	})
}

func (c *Confirm) lines(width int, fit func(present.PlanLine) []string) []string {
	var out []string
	head := wrap(c.th, c.p.Head, width)
	for _, l := range c.p.Lines {
		if l.Kind == present.PlanCount {
			continue // in sight always, see foot
		}
		if l.Kind != present.PlanBlocker {
			out = append(out, head...)
			head = nil
		}
		style := c.th.Tone(l.Tone)
		for _, text := range fit(l) {
			out = append(out, style.Render(text))
		}
	}
	return append(out, head...)
}

// Position implements positioned.
func (c *Confirm) Position() string { return c.unsaid(c.summary(), c.scroll.where(), c.width) }

// summary counts what the plan does.
func (c *Confirm) summary() string {
	for _, l := range c.p.Lines {
		if l.Kind == present.PlanCount {
			return l.Text
		}
	}
	return ""
}

// foot is what is always in sight.
func (c *Confirm) foot(width int) []string {
	return c.asker.foot(c.summary(), c.scroll.where(), width)
}
