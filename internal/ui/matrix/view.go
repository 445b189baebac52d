package matrix

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// Heights of the parts below each other: what the rows keep, and what is said
// about the cell under the cursor.
const (
	minRows    = 5
	minDetails = 3
	maxDetails = 12
)

// arrange gives the parts their sizes and draws what is said about the cell.
func (p *Pane) arrange() {
	screen := layout.Screen(p.width, p.height+2, layout.Options{})
	if side := screen.Side; !side.Empty() {
		p.table.SetSize(screen.Body.W, max(p.height-1, 0))
		p.details = p.drawDetails(side.W, p.height-1)
		return
	}
	body := max(p.height-1, 0)
	most := max(min(body-1-min(p.table.Total()+1, max(body-minDetails-1, minRows)), maxDetails), 0)
	p.details = nil
	if most >= minDetails {
		p.details = p.drawDetails(p.width, most)
	}
	rows := body
	if len(p.details) > 0 {
		rows = body - 1 - len(p.details)
	}
	p.table.SetSize(p.width, rows)
}

// View draws the pane in exactly its size.
func (p *Pane) View() string {
	if p.width < 1 || p.height < 1 {
		return layout.Fit("", p.width, p.height)
	}
	head := []string{layout.Rule(p.th, p.heading(), p.note(), p.width, p.focused)}
	if text := p.message(); text != nil {
		return layout.Stack(p.width, p.height, head, text, nil)
	}
	rows := strings.Split(p.table.View(p.focused), "\n")
	screen := layout.Screen(p.width, p.height+2, layout.Options{})
	if side := screen.Side; !side.Empty() {
		return layout.Stack(p.width, p.height, head, layout.Columns(p.th, p.height-1,
			layout.Column{W: screen.Body.W, Lines: rows}, layout.Column{W: side.W, Lines: p.details}), nil)
	}
	var foot []string
	if len(p.details) > 0 {
		foot = append([]string{layout.Rule(p.th, p.cellName(), "", p.width, false)}, p.details...)
	}
	return layout.Stack(p.width, p.height, head, rows, foot)
}

func (p *Pane) heading() string {
	if p.releases {
		return "Releases: packages × channels"
	}
	return "Verdicts: packages × channels"
}

// note sums the channel under the cursor up, at the right of the title.
func (p *Pane) note() string {
	if !p.ready {
		return ""
	}
	parts := []string{}
	switch {
	case p.err != nil:
		parts = append(parts, "checking failed")
	case !p.done:
		parts = append(parts, "checking")
	}
	if col := p.column(); col != nil && col.set != nil {
		parts = append(parts, col.title+" "+present.Verdict(col.set.Verdict()).Text)
	}
	return layout.Note(p.th, p.heading(), p.width, append(parts, p.table.Position())...)
}

// cellName is what the cursor is on, in words.
func (p *Pane) cellName() string {
	r, _, ok := p.current()
	if !ok {
		return ""
	}
	return model.Sanitize(r.pkg) + " in " + p.column().title
}

// drawDetails says in at most h lines of w cells what is in the cell under the
// cursor, what checking came to and why, and how the whole channel stands.
func (p *Pane) drawDetails(w, h int) []string {
	_, c, ok := p.current()
	if !ok || w < 8 || h < 1 {
		return nil
	}
	var out []string
	say := func(l present.Line) {
		indent := 1
		if l.Mark != present.MarkNone {
			indent = 3
		}
		style := p.th.Tone(l.Tone)
		for i, text := range layout.Wrap(p.th.Text(l.Text), max(w-indent-1, 6)) {
			lead := strings.Repeat(" ", indent)
			if i == 0 && l.Mark != present.MarkNone {
				lead = " " + style.Render(p.th.Glyph(l.Mark)) + " "
			}
			out = append(out, layout.Truncate(lead+style.Render(text), w, ""))
		}
	}
	if w < p.width { // beside the rows nothing else names it
		say(present.Line{Text: p.cellName(), Tone: present.Strong})
	}
	say(p.held(c))
	for _, l := range p.verdictLines(c) {
		say(l)
	}
	if len(out) > h {
		out = append(out[:h-1], layout.Truncate(" "+p.th.Muted.Render(p.th.Text("… enter shows the rest")), w, ""))
		return out
	}
	for _, l := range p.channelLines() {
		before := len(out)
		say(l)
		if len(out) > h {
			return out[:before]
		}
	}
	return out
}

// held is what the column holds of the package.
func (p *Pane) held(c *cell) present.Line {
	cell := present.Member(c.member)
	if c.member.Digest == "" {
		text := cell.Text
		if c.member.Err != nil {
			text = present.Why(c.member.Err)
		}
		return present.Line{Mark: cell.Mark, Tone: cell.Tone, Text: text}
	}
	text := string(c.member.Digest)
	if p.width < 100 {
		text = present.Short(c.member.Digest)
	}
	text += "  " + cell.Text
	if c.member.Via == model.ViaMetadata {
		text += ", named by the channel's metadata"
	}
	if c.member.State == model.MemberDrift {
		text += ", not of the channel's release"
	}
	return present.Line{Text: text}
}

// verdictLines are what checking the cell came to.
func (p *Pane) verdictLines(c *cell) []present.Line {
	switch {
	case c.member.Digest == "":
		return nil
	case c.checked == nil && p.done && p.err != nil:
		return []present.Line{{Mark: present.MarkDot, Tone: present.Warn, Text: "not checked: " + present.Why(p.err)}}
	case c.checked == nil:
		return []present.Line{p.verdict(c)}
	case c.checked.Err != nil:
		return []present.Line{{Mark: present.MarkUnknown, Tone: present.Warn, Text: "not checked: " + present.Why(c.checked.Err)}}
	}
	tag := ""
	if col := p.column(); col != nil {
		tag = col.title
	}
	return present.VerificationHead(c.checked.Verification, tag)
}

// channelLines say how the column under the cursor stands as a whole.
func (p *Pane) channelLines() []present.Line {
	col := p.column()
	if col == nil || col.set == nil {
		return nil
	}
	return []present.Line{present.AuditSum(*col.set)}
}

// message is what is said where there is no matrix to show, nil where there is.
func (p *Pane) message() []string {
	switch {
	case !p.ready && p.err != nil:
		return p.say("What the channels point to is not known: "+present.Why(p.err)+".", "r tries again, esc goes back.")
	case !p.ready:
		return p.say("Reading what the channels point to.")
	case len(p.survey.Inventory.Packages) == 0:
		return p.say("No packages are known, so there is nothing to check.", "Name them with --package or in the configuration; then r reads again.")
	case len(p.columns) == 0:
		return p.say("No channels are configured.", "Name them in the configuration under channels; a release can be chosen with e.")
	}
	return nil
}

func (p *Pane) say(sentences ...string) []string {
	return layout.Sentences(p.th, p.width, sentences...)
}
