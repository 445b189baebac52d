package journal

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// besideWidth is from which width on the details stand beside the list.
const besideWidth = 150

// leastDetails is how few lines of details below the list are worth having.
const leastDetails = 5

// split divides the pane into the list and the details, beside or below it.
// Who goes to the details gets more of the room for them.
func (p *Pane) split() (list, details layout.Rect) {
	h := p.bodyHeight()
	if p.current() == nil { // nothing to tell about
		return layout.Rect{Y: 1, W: p.width, H: h}, layout.Rect{}
	}
	if p.width >= besideWidth {
		half := (p.width - 1) / 2
		return layout.Rect{Y: 1, W: half, H: h}, layout.Rect{X: half + 1, Y: 1, W: p.width - half - 1, H: h}
	}
	below := h / 2
	if p.inDetails {
		below = h - min(h/4, 4)
	}
	if below < leastDetails {
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
		p.items, p.shown, p.inDetails, p.item = nil, "", false, 0
	case r.key != p.shown:
		p.items, p.shown, p.item = itemsOf(r, p.record.Place), r.key, 0
	}
	list, _ := p.split()
	p.table.SetSize(list.W, list.H)
}

// View draws the pane in exactly its size.
func (p *Pane) View() string {
	if p.width < 1 || p.height < 1 {
		return layout.Fit("", p.width, p.height)
	}
	head := []string{layout.Rule(p.th, title, p.note(), p.width, p.focused)}
	var foot []string
	if p.filtering() {
		found, warn := present.Count(p.table.Len())+" of "+present.Count(p.table.Total()), p.table.Len() == 0
		if p.wrong != "" {
			found, warn = p.wrong, true
		}
		foot = []string{p.prompt.View(p.width, found, warn)}
	}
	return layout.Stack(p.width, p.height, head, p.body(), foot)
}

func (p *Pane) body() []string {
	switch {
	case p.err != nil && !p.have:
		return layout.Sentences(p.th, p.width, "The journal cannot be read: "+present.Why(p.err)+".", "r tries again.")
	case !p.have:
		return layout.Sentences(p.th, p.width, "Reading the journal.")
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
	rule := layout.Rule(p.th, "Details", "", p.width, p.focused && p.inDetails)
	return append(append(rows[:min(len(rows), list.H)], rule), p.detailLines(details.W, details.H-1, p.focused && p.inDetails)...)
}

// title is what the pane's title line says.
const title = "What was done from this machine"

// note tells the head to check the journal against, and before it that what is
// shown is not what was read last.
func (p *Pane) note() string {
	stale, head := "", ""
	if p.err != nil && p.have {
		stale = "! not read anew"
	}
	if p.have && p.record.Head.Seq != 0 {
		head = "head " + present.JournalHead(p.record.Head)
	}
	return layout.Note(p.th, title, p.width, stale, head)
}
