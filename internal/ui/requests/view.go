package requests

import (
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// leastList is how many lines of the list the details below it must leave, its
// header counted.
const leastList = 5

// besideWidth is from which width on the details stand beside the list. It is
// more than elsewhere: commands are long, and below the list they break less.
const besideWidth = 160

// below gives the details below the list the lines that they have, as far as
// the list keeps its own.
func below(h int, _ bool, drawn func() int) int {
	lines := min(drawn()+1, max(h-leastList, 0)) // and their rule
	if lines < 4 {
		return 0
	}
	return lines
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
	if n := p.Table.Total(); int64(n) < p.total {
		kept = "the newest " + present.Count(n) + " kept"
	}
	return layout.Note(p.th, title, p.Width(), still, present.Many(int(p.total), "request"), following, kept)
}

// message is what is said where there is no list.
func (p *Pane) message() []string {
	switch {
	case p.err != nil && !p.have:
		return layout.Sentences(p.th, p.Width(), "What was sent cannot be told: "+present.Why(p.err)+".")
	case !p.have:
		return layout.Sentences(p.th, p.Width(), "Looking at what was sent.")
	}
	return nil
}
