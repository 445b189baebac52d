package modal

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/novotnyllc/caitui/internal/ui/layout"
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

// foot is what is always in sight.
func (c *Confirm) foot(width int) []string {
	summary := ""
	for _, l := range c.p.Lines {
		if l.Kind == present.PlanCount {
			summary = l.Text
		}
	}
	out := []string{layout.Rule(c.th, summary, c.scroll.where(), width, false)}
	switch {
	case c.p.Closed != "":
		return append(out, wrap(c.th, []Line{{Text: c.p.Closed, Tone: present.Strong}}, width)...)
	case c.ready():
		out = append(out, c.remarks(width), layout.Rule(c.th, c.p.Where, "", width, true))
		return append(out, c.prompt("Type "+c.p.Word+" to "+c.p.Act+":", width)...)
	case c.liftedBy():
		out = append(out, c.remarks(width), layout.Rule(c.th, c.p.Where, "", width, true))
		return append(out, c.prompt("Blocked. To lift it, type "+either(c.p.liftable())+" and enter; the plan is made again:", width)...)
	}
	return append(out, wrap(c.th, []Line{{Text: "Blocked: nothing can be executed. esc closes.", Tone: present.Strong}}, width)...)
}

// remarks is the line with the fields for reason and incident.
func (c *Confirm) remarks(width int) string {
	const reason, incident = "reason ", "incident "
	right := min(24, width/3)
	left := width - right - 2
	field := func(f focus, label string, w int) string {
		style := c.th.Muted
		if c.focus == f {
			style = c.th.Key
		}
		text := style.Render(label) + c.input[f].View(w-len(label), c.focus == f)
		return text + strings.Repeat(" ", max(w-ansi.StringWidth(text), 0))
	}
	return field(onReason, reason, left) + "  " + field(onIncident, incident, right)
}

// prompt is the word's field with its question, on one line where that leaves
// room to type, and what is wrong with the word.
func (c *Confirm) prompt(question string, width int) []string {
	if c.quiet {
		return []string{c.th.Muted.Render(ansi.Truncate("One moment, read first: keys are not taken yet", width, ""))}
	}
	const room = 16 // enough for any channel's name
	lines := fold(question, width)
	for i := range lines {
		lines[i] = c.th.Title.Render(lines[i])
	}
	last := len(lines) - 1
	if used := ansi.StringWidth(lines[last]); used+1+room <= width {
		lines[last] += " " + c.input[onWord].View(width-used-1, c.focus == onWord)
	} else {
		lines = append(lines, c.input[onWord].View(width, c.focus == onWord))
	}
	if c.wrong != "" {
		lines = append(lines, wrap(c.th, []Line{{Text: c.wrong, Tone: present.Warn}}, width)...)
	}
	return lines
}

// either joins alternatives as people do.
func either(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " or " + list[len(list)-1]
}
