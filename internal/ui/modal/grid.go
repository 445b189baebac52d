package modal

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// grid draws the matrix of a channel's plan, before and while it is executed:
// the rows keep their places, so that the eye finds again what it has read.
type grid struct {
	th    theme.Theme
	rows  []present.MatrixRow
	steps []model.Step // by change, nil before the execution
	here  int          // the row under the cursor, -1 for none
}

// form is how much of a row is drawn. The first form that fits is taken.
type form struct {
	releases, ages bool // beside the digests
	arch, trust    bool // trust in words, else as its mark alone
	mark           bool
	second         bool // digests on a line of their own
}

func forms() []form {
	return []form{
		{releases: true, ages: true, arch: true, trust: true, mark: true},
		{releases: true, arch: true, trust: true, mark: true},
		{arch: true, trust: true, mark: true},
		{trust: true, mark: true},
		{mark: true},
		{},
		{second: true, trust: true, mark: true},
	}
}

// longTag is up to which width a tag makes its column wider. A longer one
// pushes aside what stands behind it in its own row.
const longTag = 12

// columns are the widths of a form.
type columns struct {
	form
	stage, name, tag, now, aim, arch, trust int
}

func (g *grid) measure(f form) columns {
	c := columns{form: f, stage: 1, name: len("package"), tag: len("tag"), now: len("now"), aim: len("target"), arch: len("cpu")}
	for _, r := range g.rows {
		c.stage = max(c.stage, g.width(r.Stage))
		if !r.Moves() && !r.Out {
			continue // flows
		}
		if !r.Same {
			c.name = max(c.name, g.width(r.Name))
		}
		if r.Out {
			continue
		}
		if w := g.width(tagOf(r)); w <= longTag {
			c.tag = max(c.tag, w)
		}
		c.now = max(c.now, g.width(r.Now.Say(f.releases, f.ages)))
		c.aim = max(c.aim, g.width(r.Aim.Say(f.releases, f.ages)))
		c.arch = max(c.arch, g.width(r.Arch.Text))
		c.trust = max(c.trust, g.width(g.last(r, f)))
	}
	return c
}

// last is the last cell of a row that moves: what is known of the target, or
// how far its change is.
func (g *grid) last(r present.MatrixRow, f form) string {
	cell := r.Trust
	if g.steps != nil {
		return present.Progress(g.steps[r.Change]).String()
	}
	switch {
	case f.trust:
		return cell.String()
	case f.mark:
		return string(cell.Mark)
	}
	return ""
}

func (g *grid) width(s string) int { return ansi.StringWidth(g.th.Text(s)) }

// total is how wide a row is that moves.
func (c columns) total(arrow int) int {
	w := c.stage + 3 + c.name + 1 + c.tag
	if !c.second {
		w += 1 + c.now + 2 + arrow + c.aim
	}
	if c.form.arch {
		w += 1 + c.arch
	}
	if c.trust > 0 {
		w += 1 + c.trust
	}
	return w
}

// fit is the form for a width.
func (g *grid) fit(width int) columns {
	var c columns
	for _, f := range forms() {
		c = g.measure(f)
		if g.steps != nil {
			c.form.arch = false
		}
		if c.total(g.width(string(present.MarkArrow))) <= width {
			return c
		}
	}
	return c
}

// lines draws all rows under their header; at is the line at which each row
// begins.
func (g *grid) lines(width int) (out []string, at []int) {
	c := g.fit(width)
	out = append(out, g.th.Header.Render(ansi.Truncate(g.header(c), width, "")))
	for i, r := range g.rows {
		at = append(at, len(out))
		out = append(out, g.row(c, r, i == g.here, width)...)
	}
	return out, at
}

func (g *grid) header(c columns) string {
	parts := pad("#", c.stage) + "   " + pad("package", c.name) + " " + pad("tag", c.tag)
	if !c.second {
		parts += " " + pad("now", c.now+2+g.width(string(present.MarkArrow))) + pad("target", c.aim)
	}
	if c.form.arch {
		parts += " " + pad("cpu", c.arch)
	}
	switch {
	case g.steps != nil:
		parts += " state"
	case c.form.trust:
		parts += " trust"
	}
	return parts
}

func (g *grid) row(c columns, r present.MatrixRow, here bool, width int) []string {
	cursor := " "
	if here {
		cursor = g.th.Glyphs.Cursor
	}
	if !r.Moves() {
		return g.styled(here, present.Muted, g.staying(cursor, r, c, width))
	}
	name := r.Name
	if r.Same {
		name = "  same"
	}
	line := pad(g.th.Text(r.Stage), c.stage) + cursor + "x " + pad(g.th.Text(name), c.name) + " " + pad(g.th.Text(tagOf(r)), c.tag)
	now, aim := g.th.Text(r.Now.Say(c.releases, c.ages)), g.th.Text(r.Aim.Say(c.releases, c.ages))
	ends := pad(now, c.now) + " " + g.th.Glyphs.Arrow + " "
	rest := " " + ends + pad(aim, c.aim)
	if c.form.arch {
		rest += " " + pad(g.th.Text(r.Arch.Text), c.arch)
	}
	last, tone := g.th.Text(g.last(r, c.form)), r.Trust.Tone
	if g.steps != nil {
		tone = present.Progress(g.steps[r.Change]).Tone
	}
	if last != "" {
		last = " " + last
	}
	style, end := g.th.Base, g.th.Tone(tone)
	if here {
		style, end = g.th.Selected, g.th.Selected
	}
	below := c.second || ansi.StringWidth(line+strings.TrimRight(rest+last, " ")) > width
	if !below {
		line += rest
	}
	out := []string{ansi.Truncate(style.Render(line)+end.Render(last), width, "")}
	if below {
		for _, l := range fold(strings.Repeat(" ", c.stage+3)+ends+aim, width) {
			out = append(out, style.Render(l))
		}
	}
	return out
}

// staying is a row that does not move: where it is, and why it stays. What was
// left out keeps its place in the columns; the rest flows.
func (g *grid) staying(cursor string, r present.MatrixRow, c columns, width int) []string {
	why := r.Why
	if r.Now.Digest != "" {
		why = present.Short(r.Now.Digest) + ", " + why
	}
	head := pad(g.th.Text(r.Stage), c.stage) + cursor
	if r.Out {
		text := head + "  " + pad(g.th.Text(r.Name), c.name) + " " + pad("", c.tag) + " " + g.th.Text(why)
		return []string{ansi.Truncate(text, width, g.th.Glyphs.Ellipsis)}
	}
	head += "- "
	what := r.Name
	if r.Label != "" {
		what += " " + r.Label
	}
	var out []string
	for i, part := range layout.Wrap(g.th.Text(what+": "+why), max(width-c.stage-3, 1)) {
		if i > 0 {
			head = strings.Repeat(" ", c.stage+3)
		}
		out = append(out, head+part)
	}
	return out
}

func (g *grid) styled(here bool, tone present.Tone, lines []string) []string {
	style := g.th.Tone(tone)
	if here {
		style = g.th.Selected
	}
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = style.Render(l)
	}
	return out
}

func tagOf(r present.MatrixRow) string {
	if r.Label == "" {
		return "none"
	}
	return r.Label
}

// pad fills text with blanks to w cells.
func pad(s string, w int) string {
	return s + strings.Repeat(" ", max(w-ansi.StringWidth(s), 0))
}
