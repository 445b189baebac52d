package journal

import (
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// besideWidth is from which width on the details stand beside the list.
const besideWidth = 150

// leastDetails is how few lines of details below the list are worth having.
const leastDetails = 5

// below divides the room below each other. Who goes to the details gets more of
// it for them.
func below(h int, inDetails bool, _ func() int) int {
	lines := h / 2
	if inDetails {
		lines = h - min(h/4, 4)
	}
	if lines < leastDetails {
		return 0
	}
	return lines
}

// message is what is said where there is no list.
func (p *Pane) message() []string {
	switch {
	case p.err != nil && !p.have:
		return layout.Sentences(p.th, p.Width(), "The journal cannot be read: "+present.Why(p.err)+".", "r tries again.")
	case !p.have:
		return layout.Sentences(p.th, p.Width(), "Reading the journal.")
	}
	return nil
}

// title is what the pane's title line says.
const title = "What was done from this machine"

// note tells the head to check the journal against, and before it that what is
// shown is not what was read last, and what is marked where the details stand
// beside the list.
func (p *Pane) note() string {
	stale, head, marks := "", "", ""
	if p.Width() >= besideWidth { // else it stands above the details
		marks = p.MarkNote()
	}
	if p.err != nil && p.have {
		stale = "! not read anew"
	}
	if p.have && p.record.Head.Seq != 0 {
		head = "head " + present.JournalHead(p.record.Head)
	}
	return layout.Note(p.th, title, p.Width(), stale, marks, head)
}
