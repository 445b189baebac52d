package tagdiff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// sideWidth is the list of sections beside the body.
const sideWidth = 26

// wide reports whether there is room for the list of sections and for two
// columns.
func (p *Pane) wide() bool { return p.width >= layout.SideWidth }

func (p *Pane) bodyWidth() int {
	if p.wide() {
		return p.width - sideWidth - 1
	}
	return p.width
}

// headHeight is the lines above the body.
func (p *Pane) headHeight() int { return len(p.head()) }

// footHeight is the lines below it.
func (p *Pane) footHeight() int {
	if p.foot() == "" {
		return 0
	}
	return 1
}

func (p *Pane) bodyHeight() int { return max(p.height-p.headHeight()-p.footHeight(), 0) }

// View draws the pane in exactly its size.
func (p *Pane) View() string {
	if p.width < 1 || p.height < 1 {
		return layout.Fit("", p.width, p.height)
	}
	if p.index {
		return layout.Fit(strings.Join(p.listView(), "\n"), p.width, p.height)
	}
	height := p.bodyHeight()
	var body []string
	switch text := p.message(); {
	case text != nil:
		body = text
	case p.wide():
		body = layout.Columns(p.th, height, layout.Column{W: sideWidth, Lines: p.sectionList()},
			layout.Column{W: p.bodyWidth(), Lines: p.bodyView(height)})
	default:
		body = p.bodyView(height)
	}
	var foot []string
	if text := p.foot(); text != "" {
		foot = []string{text}
	}
	return layout.Stack(p.width, p.height, p.head(), body, foot)
}

// sectionList lists the sections with what differs in them.
func (p *Pane) sectionList() []string {
	out := []string{p.th.Header.Render(" sections")}
	here := p.sectionHere()
	for i, s := range p.doc.sections {
		line := " " + layout.Pad(s.name, 13) + " " + p.counts(s)
		if i == here {
			out = append(out, p.th.Selected.Render(layout.Pad(p.th.Glyphs.Cursor+layout.Truncate(line, sideWidth, "")[1:], sideWidth)))
			continue
		}
		style := p.th.Muted
		if s.count.changes() > 0 {
			style = p.th.Base
		}
		out = append(out, style.Render(layout.Truncate(line, sideWidth, p.th.Glyphs.Ellipsis)))
	}
	return out
}

// counts says in few cells how a section stands.
func (p *Pane) counts(s section) string {
	var out []string
	for _, c := range []struct {
		sign string
		n    int
	}{{"+", s.count.added}, {"-", s.count.removed}, {"~", s.count.changed}} {
		if c.n > 0 {
			out = append(out, c.sign+present.Count(c.n))
		}
	}
	switch {
	case len(out) > 0:
		return strings.Join(out, " ")
	case s.count.noise > 0:
		return "built anew"
	case s.count.equal > 0:
		return "equal"
	}
	return "not read"
}

// sectionHere is the section of the row under the cursor.
func (p *Pane) sectionHere() int {
	if p.doc == nil || p.cursor >= len(p.shown.rows) {
		return -1
	}
	return p.doc.items[p.shown.rows[p.cursor].item].section
}

// head draws the title, both sides, and where there is no list of sections
// beside the body a line about them.
func (p *Pane) head() []string {
	out := []string{layout.Rule(p.th, p.title(), p.position(), p.width, p.focused)}
	if p.height < 6 {
		return out
	}
	a, b := p.sidesShown()
	for _, s := range []struct {
		sign  string
		style lipgloss.Style
		text  string
	}{{"-", p.th.Removed, a}, {"+", p.th.Added, b}} {
		out = append(out, " "+s.style.Render(s.sign)+" "+layout.Truncate(p.th.Text(s.text), p.width-3, p.th.Glyphs.Ellipsis))
	}
	if p.doc != nil && !p.wide() && p.height >= 12 && len(p.shown.stops) > 0 {
		out = append(out, p.summary()...)
	}
	return out
}

func (p *Pane) title() string {
	name := model.Sanitize(p.pkg)
	if p.channel != "" {
		return model.Sanitize(p.channel) + ": " + name
	}
	return name + " differences"
}

// position says where in the differences the cursor is.
func (p *Pane) position() string {
	if p.doc == nil {
		return ""
	}
	n := len(p.shown.stops)
	if n == 0 {
		return "no change"
	}
	i, on := slices.BinarySearch(p.shown.stops, p.cursor)
	if on {
		i++
	}
	if i == 0 {
		return present.Many(n, "change")
	}
	return fmt.Sprintf("change %s of %s", present.Count(i), present.Count(n))
}

// summaryLines is the most lines about the sections above the body.
const summaryLines = 2

// summary names the sections: those that differ with their counts, then those
// that differ as any two builds do, the equal ones, and what was not read.
func (p *Pane) summary() []string {
	var differ, anew, equal, unread []string
	for _, s := range p.doc.sections {
		switch {
		case s.count.changes() > 0:
			differ = append(differ, s.name+" "+p.counts(s))
		case s.count.noise > 0:
			anew = append(anew, s.name)
		case s.count.equal > 0:
			equal = append(equal, s.name)
		default:
			unread = append(unread, s.name)
		}
	}
	dot := p.th.Text(" " + string(present.MarkDot) + " ")
	parts := differ
	if len(anew) > 0 {
		parts = append(parts, "only built anew: "+strings.Join(anew, ", "))
	}
	if len(equal) > 0 {
		parts = append(parts, "equal: "+strings.Join(equal, ", "))
	}
	if len(unread) > 0 {
		parts = append(parts, "not read: "+strings.Join(unread, ", "))
	}
	text := strings.Join(parts, dot)
	var out []string
	for _, part := range layout.Wrap(text, max(p.width-4, 1)) {
		out = append(out, "   "+p.th.Muted.Render(part))
	}
	if len(out) > summaryLines {
		out = out[:summaryLines]
		out[summaryLines-1] = layout.Truncate(out[summaryLines-1], p.width-2, "") + p.th.Glyphs.Ellipsis
	}
	return out
}

// foot is the last line while there is something to say in it.
func (p *Pane) foot() string {
	switch {
	case p.index:
		return ""
	case p.reading != nil:
		return p.progressLine()
	case p.prompt.Typing() || p.query != "":
		return p.searchLine()
	case p.failed != nil && p.filesOf == p.here():
		text := "the files could not be read: " + present.Why(p.failed) + "; f tries again"
		return " " + p.th.Danger.Render(layout.Truncate(p.th.Glyphs.Bad+" "+p.th.Text(text), p.width-1, p.th.Glyphs.Ellipsis))
	}
	return ""
}

// progressLine says how far the reading of files is.
func (p *Pane) progressLine() string {
	text := "reading the layers that differ"
	bar := ""
	if r := p.reading; r.Total > 0 {
		done := min(max(r.Done, 0), r.Total)
		text += fmt.Sprintf(": %s of %s", present.Size(done), present.Size(r.Total))
		if cells := min(p.width/4, 40); cells > 5 {
			full := int(done * int64(cells) / r.Total)
			bar = p.th.Accent.Render(strings.Repeat(p.th.Text("━"), full)) + p.th.Border.Render(strings.Repeat(p.th.Glyphs.Rule, cells-full)) + " "
		}
	} else if r.Done > 0 {
		text += ": " + present.Size(r.Done)
	}
	return layout.Truncate(" "+bar+p.th.Text(text)+p.th.Muted.Render("  esc stops"), p.width, p.th.Glyphs.Ellipsis)
}

// message is what is said where there are no differences to show, nil where
// there are.
func (p *Pane) message() []string {
	name := model.Sanitize(p.pkg)
	switch {
	case p.err != nil:
		return p.say(name+" could not be compared: "+present.Why(p.err)+".", "r tries again, esc goes back.")
	case p.doc == nil:
		return p.say("Comparing two versions of "+name+".", "Manifests and configurations are read for it; layers only when f asks for their files.")
	case len(p.doc.items) == 0:
		return p.say("Nothing could be compared: neither version of "+name+" has a manifest that can be read.", "esc goes back.")
	}
	return nil
}

// say is what is said where there is nothing to show.
func (p *Pane) say(sentences ...string) []string {
	return layout.Sentences(p.th, p.width, sentences...)
}
