package packages

import (
	"fmt"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// tight is the height below which only the focused list has rows: the other is
// its title line.
const tight = 14

// arrange divides the pane and draws what does not change with every frame.
func (p *Pane) arrange() {
	screen := layout.Screen(p.width, p.height+2, layout.Options{Far: true})
	whole := layout.Rect{W: screen.Body.W, H: p.height}
	p.areas = areas{
		side: layout.Rect{X: screen.Side.X, W: screen.Side.W, H: p.height},
		far:  layout.Rect{X: screen.Far.X, W: screen.Far.W, H: p.height},
	}
	beside := !p.areas.side.Empty()
	room := max(1, p.height/6)
	most := 2
	if len(p.pic.findings) == 1 {
		most = room
	}
	if p.findings = p.drawFindings(whole.W, most); len(p.findings) > room {
		p.findings = p.drawFindings(whole.W, 1)
	}
	p.summary = nil
	if !beside && p.height >= tight {
		p.summary = p.drawSummary(whole.W)
	}
	channels := layout.Part{Want: 2 + len(p.pic.channels), Min: 3}
	packages := layout.Part{Want: 2 + len(p.pic.packages), Min: 5, Grow: true}
	if p.height < tight {
		if p.part == inChannels {
			packages = layout.Part{Want: 1, Min: 1, Grow: true, Drop: 3}
		} else {
			channels = layout.Part{Want: 1, Min: 1, Drop: 3}
		}
	}
	filter := layout.Part{}
	if p.prompt.Typing() || p.query != "" {
		filter = layout.Part{Want: 1, Min: 1}
	}
	found := layout.Part{Want: min(len(p.findings), room), Min: min(len(p.findings), 1), Drop: 1}
	foot := layout.Part{Want: len(p.summary), Min: min(len(p.summary), 3), Drop: 2}
	rects := layout.Rows(whole, channels, found, packages, filter, foot)
	p.areas.channels, p.areas.findings, p.areas.packages, p.areas.filter, p.areas.summary = rects[0], rects[1], rects[2], rects[3], rects[4]
	p.channels.SetSize(whole.W, p.areas.channels.H-1)
	p.packages.SetSize(whole.W, p.areas.packages.H-1)
	p.details = nil
	if beside {
		p.details = p.drawDetails(p.areas.side.W, p.areas.side.H)
	}
	p.arrangePast(p.areas.far)
}

// View draws the pane in exactly its size.
func (p *Pane) View() string {
	if p.width < 1 || p.height < 1 {
		return layout.Fit("", p.width, p.height)
	}
	if text := p.message(); text != nil {
		head := layout.Rule(p.th, "[1] Channels", "", p.width, p.focused)
		return layout.Fit(head+"\n"+strings.Join(text, "\n"), p.width, p.height)
	}
	a := p.areas
	parts := []string{}
	add := func(r layout.Rect, view string) {
		if r.H > 0 {
			parts = append(parts, layout.Fit(view, r.W, r.H))
		}
	}
	add(a.channels, p.titled("[1] Channels", p.channels.Position(), inChannels, a.channels, p.channels.View))
	add(a.findings, strings.Join(p.shownFindings(), "\n"))
	title := fmt.Sprintf("[2] Packages %s", present.Count(len(p.pic.packages)))
	add(a.packages, p.titled(title, p.packages.Position(), inPackages, a.packages, p.packages.View))
	add(a.filter, p.filterLine(a.filter.W))
	add(a.summary, strings.Join(p.summary, "\n"))
	view := strings.Join(parts, "\n")
	if a.side.Empty() {
		return layout.Fit(view, p.width, p.height)
	}
	columns := []layout.Column{{W: a.channels.W, Lines: strings.Split(view, "\n")}, {W: a.side.W, Lines: p.details}}
	if !a.far.Empty() {
		columns = append(columns, layout.Column{W: a.far.W, Lines: p.pastView(a.far)})
	}
	return layout.Fit(strings.Join(layout.Columns(p.th, p.height, columns...), "\n"), p.width, p.height)
}

// titled draws one of the two lists under its title.
func (p *Pane) titled(title, note string, which part, r layout.Rect, view func(focused bool) string) string {
	focused := p.focused && p.part == which
	if r.H < 2 {
		return layout.Rule(p.th, title, "", r.W, focused)
	}
	return layout.Rule(p.th, title, note, r.W, focused) + "\n" + view(focused)
}

// drawFindings writes the findings, each in at most so many lines of a width.
// The cure of a lesser one is left out where it would take a second line.
func (p *Pane) drawFindings(w, most int) []string {
	var out []string
	for _, f := range p.pic.findings {
		mark, style := p.th.Glyphs.Warn, p.th.Warn
		if f.severe {
			mark, style = p.th.Glyphs.Bad, p.th.Danger
		}
		text := f.text
		if f.cure != "" {
			text = strings.TrimSuffix(text, ".") + ". " + capital(f.cure)
		}
		if !f.severe && layout.Width(text) > w-3 {
			text = f.text
			if brief := text + "  (" + f.brief + ")"; f.brief != "" && layout.Width(brief) <= w-3 {
				text = brief
			}
		}
		lines := layout.Wrap(p.th.Text(text), max(w-3, 1))
		if len(lines) > most {
			rest := strings.Join(lines[most-1:], " ")
			lines = append(lines[:most-1:most-1], layout.Truncate(rest, w-3, p.th.Glyphs.Ellipsis))
		}
		for i, line := range lines {
			head := "   "
			if i == 0 {
				head = " " + mark + " "
			}
			out = append(out, style.Render(head)+p.th.Base.Render(line))
		}
	}
	return out
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// shownFindings is as many lines as there is room for; the last says how many
// more there are.
func (p *Pane) shownFindings() []string {
	room := p.areas.findings.H
	if len(p.findings) <= room || room < 2 {
		return p.findings[:min(room, len(p.findings))]
	}
	more := fmt.Sprintf(" %s %s more of this: a larger window shows them", p.th.Glyphs.Ellipsis, present.Count(len(p.findings)-room+1))
	return append(p.findings[:room-1:room-1], p.th.Muted.Render(more))
}

// selection is what summary and details are about.
func (p *Pane) selection() (title string, all []fact, short []present.Line) {
	if p.part == inPackages {
		if r := p.current(); r != nil {
			return model.Sanitize(r.Spec.Name), aboutPackage(p.pic, r, p.buildOf), packageSummary(p.pic, r)
		}
		return "", nil, nil
	}
	c := p.channel()
	switch {
	case c == nil:
		return "", nil, nil
	case !told(c.ChannelState):
		short = []present.Line{{Text: "Nothing is known of " + c.cells.Name.Text + ": none of its packages could be read.", Tone: present.Warn}}
	default:
		short = present.ChannelSummary(c.ChannelState, p.pic.now)
	}
	return c.cells.Name.Text, aboutChannel(p.pic, c), short
}

// summaryLines is how many lines about the selection there are at the foot.
const summaryLines = 3

// drawSummary is the foot of a screen that has no room for details.
func (p *Pane) drawSummary(w int) []string {
	title, _, lines := p.selection()
	if len(lines) == 0 {
		return nil
	}
	out := []string{layout.Rule(p.th, title, p.legend(), w, false)}
	for _, l := range lines[:min(len(lines), summaryLines)] {
		out = append(out, " "+layout.Truncate(p.th.Line(l), w-1, p.th.Glyphs.Ellipsis))
	}
	return out
}

// legend explains the tilde where there is one on the screen.
func (p *Pane) legend() string {
	for _, r := range p.pic.packages {
		for _, m := range r.members {
			if m.Via == model.ViaMetadata {
				return "~ has no channel tag, named by metadata"
			}
		}
	}
	return ""
}

// message is what is said where there is nothing to list, nil where there is.
func (p *Pane) message() []string {
	inv := p.pic.survey.Inventory
	switch {
	case !p.ready && p.err != nil:
		return p.say("The packages could not be read: "+present.Why(p.err)+".", "r tries again, q quits, ? helps.")
	case !p.ready:
		return p.say("Reading the packages. Nothing of them is stored here yet, so this takes as long as the servers take.",
			"What was read shows up at once from then on, network or not.")
	case len(p.pic.packages) == 0:
		return p.say("No packages were found for "+place(p.pic)+": neither is there a list of them from the server nor does the configuration name any.",
			"Check --owner, name them with --package or in the configuration; then r reads again.")
	case p.pic.waiting && p.err != nil:
		return p.say("The packages of "+place(p.pic)+" could not be read: "+present.Why(p.err)+".", "r tries again, q quits, ? helps.")
	case p.pic.waiting && inv.ReadAt.IsZero():
		return p.say(fmt.Sprintf("Reading %s of %s. Nothing of them is stored here yet, so this takes as long as the servers take.",
			present.Many(len(p.pic.packages), "package"), place(p.pic)),
			"What was read shows up at once from then on, network or not.")
	}
	return nil
}

// say is what is said where there is nothing to show.
func (p *Pane) say(sentences ...string) []string {
	return layout.Sentences(p.th, p.width, sentences...)
}
