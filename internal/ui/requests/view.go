package requests

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// leastList is how many lines of the list the details below it must leave, its
// header counted.
const leastList = 5

// besideWidth is from which width on the details stand beside the list. It is
// more than elsewhere: commands are long, and below the list they break less.
const besideWidth = 160

// split divides the pane into the list and the details, beside or below it.
func (p *Pane) split() (list, details layout.Rect) {
	h := p.bodyHeight()
	if p.current() == nil { // nothing to tell about
		return layout.Rect{Y: 1, W: p.width, H: h}, layout.Rect{}
	}
	if p.width >= besideWidth {
		half := (p.width - 1) * 11 / 20
		return layout.Rect{Y: 1, W: half, H: h}, layout.Rect{X: half + 1, Y: 1, W: p.width - half - 1, H: h}
	}
	lines, _ := p.drawDetails(p.width, false)
	below := min(len(lines)+1, max(h-leastList, 0)) // and their rule
	if below < 4 {
		below = 0
	}
	return layout.Rect{Y: 1, W: p.width, H: h - below}, layout.Rect{Y: 1 + h - below, W: p.width, H: below}
}

// filtering is whether the last line belongs to the filter.
func (p *Pane) filtering() bool { return p.prompt.Typing() || p.query != "" }

// bodyHeight is what title and filter leave.
func (p *Pane) bodyHeight() int {
	h := p.height - 1
	if p.filtering() {
		h--
	}
	return max(h, 0)
}

// arrange brings the details up to date and gives the parts their sizes.
func (p *Pane) arrange() {
	r := p.current()
	switch {
	case r == nil:
		p.items, p.shown, p.inDetails = nil, 0, false
	case r.N != p.shown:
		p.items, p.shown = itemsOf(r.Request), r.N
		p.item = p.firstCommand()
	}
	list, _ := p.split()
	p.table.SetSize(list.W, list.H)
	if p.following {
		p.table.End()
	}
}

// View draws the pane in exactly its size.
func (p *Pane) View() string {
	if p.width < 1 || p.height < 1 {
		return layout.Fit("", p.width, p.height)
	}
	head := []string{layout.Rule(p.th, title, p.note(), p.width, p.focused)}
	var foot []string
	if p.filtering() {
		found, warn := present.Count(p.table.Len())+" of "+present.Many(p.table.Total(), "request"), p.table.Len() == 0
		if p.wrong != "" {
			found, warn = p.wrong, true
		}
		foot = []string{p.prompt.View(p.width, found, warn)}
	}
	return layout.Stack(p.width, p.height, head, p.body(), foot)
}

func (p *Pane) body() []string {
	if text := p.message(); text != nil {
		return text
	}
	list, details := p.split()
	rows := strings.Split(p.table.View(p.focused && !p.inDetails), "\n")
	switch {
	case details.Empty():
		return rows
	case details.X > 0:
		return layout.Columns(p.th, p.bodyHeight(), layout.Column{W: list.W, Lines: rows},
			layout.Column{W: details.W, Lines: p.detailLines(details.W, details.H, p.focused && p.inDetails)})
	}
	rule := layout.Rule(p.th, "The same by other programs", "", p.width, p.focused && p.inDetails)
	return append(append(rows[:min(len(rows), list.H)], rule), p.detailLines(details.W, details.H-1, p.focused && p.inDetails)...)
}

// title is what the pane's title line says.
const title = "Requests that caitui sent"

// note tells how much there is, at the right of the title. That the list stands
// still comes first: it looks like the newest otherwise.
func (p *Pane) note() string {
	if !p.have {
		return ""
	}
	still, following, kept := "", "G follows", ""
	if p.err != nil {
		still = "! asking again failed"
	}
	if p.following {
		following = "following"
	}
	if n := p.table.Total(); int64(n) < p.total {
		kept = "the newest " + present.Count(n) + " kept"
	}
	return layout.Note(p.th, title, p.width, still, present.Many(int(p.total), "request"), following, kept)
}

// message is what is said where there is no list.
func (p *Pane) message() []string {
	switch {
	case p.err != nil && !p.have:
		return layout.Sentences(p.th, p.width, "What was sent cannot be told: "+present.Why(p.err)+".")
	case !p.have:
		return layout.Sentences(p.th, p.width, "Looking at what was sent.")
	}
	return nil
}
