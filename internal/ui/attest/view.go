package attest

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// split divides the pane's columns: the list, and from layout.SideWidth on the
// statement beside it. Whoever reads the statement gets all of them for it, up to
// where there is room for both: digests and addresses are long.
func (p *Pane) split() (list, side layout.Rect) {
	reading := p.inDetails && p.width < layout.FarWidth
	screen := layout.Screen(p.width, p.height+2, layout.Options{Alone: reading})
	return screen.Body, screen.Side
}

func (p *Pane) beside() bool {
	_, side := p.split()
	return !side.Empty()
}

// bodyHeight is what title, head and search leave.
func (p *Pane) bodyHeight() int {
	h := p.height - 1 - len(p.head)
	if p.searching() {
		h--
	}
	return max(h, 0)
}

func (p *Pane) searching() bool { return p.prompt.Typing() || p.tree.Query() != "" }

// arrange gives the parts their sizes.
func (p *Pane) arrange() {
	p.head = p.drawHead()
	list, side := p.split()
	p.table.SetSize(list.W, p.bodyHeight())
	if side.Empty() {
		p.tree.SetSize(p.width, p.bodyHeight())
		return
	}
	p.tree.SetSize(side.W, p.bodyHeight())
}

// minBody is how many lines of list or statement the head must leave.
const minBody = 6

// drawHead draws what is said about all of them, the most important first: what
// they are about, what checking came to, the policy, what is wrong, and the
// sources with their states.
func (p *Pane) drawHead() []string {
	if p.list == nil || p.width < 1 {
		return nil
	}
	out := []string{p.subjectLine()}
	verdict := p.verdictLines()
	if p.inDetails && !p.beside() && len(verdict) > 0 { // one attestation has the screen
		return append(out, verdict[0])[:max(min(2, p.height-1-minBody), 0)]
	}
	out = append(out, verdict...)
	out = append(out, p.troubleLines()...)
	if p.policy {
		out = append(out, p.policyLines()...)
	} else {
		out = append(out, p.sourceLines()...)
	}
	for _, text := range present.AttestationRemarks(*p.list) {
		if p.check == nil && p.err == nil && strings.HasPrefix(text, "Nothing of this is checked") {
			continue // it is being checked
		}
		out = append(out, p.said(present.Line{Text: text, Tone: present.Warn}, 1)...)
	}
	return out[:max(min(len(out), p.height-1-minBody), 0)]
}

// verdictLines say what checking came to, and by what or why not.
func (p *Pane) verdictLines() []string {
	if p.check == nil {
		if p.err != nil || len(p.list.Items) == 0 {
			return nil
		}
		return p.said(present.Line{Mark: present.MarkDot, Tone: present.Muted,
			Text: "checking " + present.Many(len(p.list.Items), "attestation") + " against the policy"}, 1)
	}
	var out []string
	for i, l := range present.VerificationHead(*p.check, p.tag()) {
		most := 2
		if i == 0 {
			most = 3
		}
		out = append(out, p.said(l, most)...)
	}
	return append(out, p.policyLine()...)
}

// policyLine is the policy folded.
func (p *Pane) policyLine() []string {
	demands := present.PolicyLines(p.check.Policy)
	if len(demands) == 0 || p.policy {
		return nil
	}
	return p.said(present.Line{Tone: present.Muted, Text: "policy (p): " + present.Many(len(demands), "demand") + ", " + demands[0].Text}, 1)
}

// policyLines are the demands of the policy.
func (p *Pane) policyLines() []string {
	if p.check == nil {
		return nil
	}
	out := p.said(present.Line{Tone: present.Strong, Text: "policy (p), in the order in which it is checked"}, 1)
	for _, l := range present.PolicyLines(p.check.Policy) {
		out = append(out, p.said(l, 1)...)
	}
	return out
}

// said draws a line about everything, on most lines at most.
func (p *Pane) said(l present.Line, most int) []string {
	indent := 1
	if l.Mark != present.MarkNone {
		indent = 3
	}
	style := p.th.Tone(l.Tone)
	wrapped := layout.Wrap(p.th.Text(l.Text), max(p.width-indent-1, 8))
	if len(wrapped) > most {
		rest := strings.Join(wrapped[most-1:], " ")
		wrapped = append(wrapped[:most-1], layout.Truncate(rest, max(p.width-indent-1, 1), p.th.Glyphs.Ellipsis))
	}
	out := make([]string, len(wrapped))
	for i, text := range wrapped {
		lead := strings.Repeat(" ", indent)
		if i == 0 && l.Mark != present.MarkNone {
			lead = " " + style.Render(p.th.Glyph(l.Mark)) + " "
		}
		out[i] = layout.Truncate(lead+style.Render(text), p.width, "")
	}
	return out
}

// tag is what people call the digest, "" for nothing.
func (p *Pane) tag() string {
	for _, c := range p.survey.Channels {
		for _, m := range c.Members {
			if m.Package == p.pkg && m.Digest == p.digest {
				return c.Name
			}
		}
	}
	if state, ok := p.survey.Inventory.Package(p.pkg); ok {
		if v, ok := state.Snapshot.Version(p.digest); ok && len(v.Tags) > 0 {
			return v.Tags[0]
		}
	}
	return ""
}

// subjectLine names the digest by what people call it.
func (p *Pane) subjectLine() string {
	text := string(p.digest)
	if layout.Width(text)+30 > p.width {
		text = p.digest.Short()
	}
	if release, ok := p.survey.ReleaseOf(p.pkg, p.digest); ok {
		text += "  " + model.Sanitize(release.Label())
	}
	if state, ok := p.survey.Inventory.Package(p.pkg); ok {
		if v, ok := state.Snapshot.Version(p.digest); ok && len(v.Tags) > 0 {
			text += "  " + present.Tags(p.survey.Inventory.Layout, v.Tags)
		}
	}
	return " " + p.th.Strong.Render(layout.Truncate(p.th.Text(text), p.width-2, p.th.Glyphs.Ellipsis))
}

// sourceLines are all sources with what became of asking them, as many on a
// line as fit.
func (p *Pane) sourceLines() []string {
	var lines []string
	line, used := "", 0
	for _, s := range p.list.Sources {
		state := present.Source(s)
		name, said := p.th.Text(present.SourceName(s.Name)+" "), p.th.Text(state.String())
		w := layout.Width(name) + layout.Width(said)
		if used > 0 && used+w+4 > p.width {
			lines, line, used = append(lines, line), "", 0
		}
		gap := " "
		if used > 0 {
			gap = "  " + p.th.Border.Render(p.th.Glyphs.Side) + " "
		}
		line += gap + p.th.Muted.Render(name) + p.th.Tone(state.Tone).Render(said)
		used += w + layout.Width(gap)
	}
	if used > 0 {
		lines = append(lines, line)
	}
	return lines
}

// troubleLines say why a source could not tell everything.
func (p *Pane) troubleLines() []string {
	var out []string
	for _, s := range p.list.Sources {
		if text := present.SourceTrouble(s); text != "" {
			text = p.th.Glyphs.Bad + " " + p.th.Text(present.SourceName(s.Name)+": "+text)
			out = append(out, " "+p.th.Danger.Render(layout.Truncate(text, p.width-2, p.th.Glyphs.Ellipsis)))
		}
	}
	return out
}

// View draws the pane in exactly its size.
func (p *Pane) View() string {
	if p.width < 1 || p.height < 1 {
		return layout.Fit("", p.width, p.height)
	}
	head := append([]string{layout.Rule(p.th, p.Title(), p.note(), p.width, p.focused)}, p.head...)
	var body, foot []string
	switch text := p.message(); {
	case text != nil:
		body = text
	case p.beside():
		list, side := p.split()
		body = layout.Columns(p.th, p.bodyHeight(),
			layout.Column{W: list.W, Lines: strings.Split(p.table.View(p.focused && !p.inDetails), "\n")},
			layout.Column{W: side.W, Lines: p.detailsView(p.focused && p.inDetails, side.W)})
	case p.inDetails:
		body = p.detailsView(p.focused, p.width)
	default:
		body = strings.Split(p.table.View(p.focused), "\n")
	}
	if p.searching() {
		found, none := p.tree.Found()
		foot = []string{p.prompt.View(p.width, found, none)}
	}
	return layout.Stack(p.width, p.height, head, body, foot)
}

func (p *Pane) detailsView(focused bool, width int) []string {
	if p.building {
		return []string{"", " " + p.th.Muted.Render(layout.Truncate("Reading a large statement.", width-1, ""))}
	}
	return strings.Split(p.tree.View(focused), "\n")
}

// note tells how much there is, at the right of the title.
func (p *Pane) note() string {
	if p.list == nil {
		return ""
	}
	stale, where := "", ""
	if p.err != nil {
		stale = "asking again failed"
	}
	if !p.inDetails {
		where = p.table.Position()
	} else if path := p.tree.Path(); layout.Width(path) < p.width/3 && (strings.HasPrefix(path, "statement.") || strings.HasPrefix(path, "content.")) {
		where = path
	}
	if len(p.list.Items) == 0 {
		return layout.Note(p.th, p.Title(), p.width, stale, "nothing found", where)
	}
	verdict := "checking"
	switch {
	case p.check != nil:
		verdict = present.Verdict(p.check.Verdict).Text
		if p.check.Coverage == model.CoverageThrough {
			verdict = "covered through"
		}
	case p.err != nil:
		verdict = "not checked"
	}
	return layout.Note(p.th, p.Title(), p.width, stale, verdict, present.Many(len(p.list.Items), "attestation"), where)
}

// message is what is said where there is nothing to show, nil where there is.
func (p *Pane) message() []string {
	name := model.Sanitize(p.pkg) + "@" + model.Sanitize(p.digest.Short())
	switch {
	case p.list == nil && p.err != nil:
		return p.say("What is attested about "+name+" is not known: "+present.Why(p.err)+".", "r tries again, esc goes back.")
	case p.list == nil:
		return p.say("Looking for attestations about "+name+", to check them.",
			"Asked are GitHub's store, the registry's referrers and their tag, cosign's tags, BuildKit's entries and files.")
	case len(p.list.Items) == 0 && p.list.Whole():
		return p.say(present.NoAttestations(*p.list),
			"Where a pipeline attests, it leaves something in one of these; what was never attested stays without.")
	case len(p.list.Items) == 0:
		return p.say(present.NoAttestations(*p.list), "r asks again, esc goes back.")
	}
	return nil
}

// say is what is said where there is nothing to show.
func (p *Pane) say(sentences ...string) []string {
	return layout.Sentences(p.th, p.width, sentences...)
}
