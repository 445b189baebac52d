package history

import (
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/versionrows"
)

// split divides the pane's columns: the list, from layout.SideWidth on the
// details beside it, from layout.FarWidth on what changed.
func (p *Pane) split() (list, side, far layout.Rect) {
	screen := layout.Screen(p.width, p.height+2, layout.Options{Far: true})
	return screen.Body, screen.Side, screen.Far
}

func (p *Pane) beside() bool {
	_, side, _ := p.split()
	return !side.Empty()
}

// sideWidth is the width of the details.
func (p *Pane) sideWidth() int {
	if _, side, _ := p.split(); !side.Empty() {
		return side.W
	}
	return p.width
}

// bodyHeight is what the title's line and the filter's leave.
func (p *Pane) bodyHeight() int { return p.list.BodyHeight(p.height) }

func (p *Pane) detailHeight() int { return p.bodyHeight() }

// arrange gives the parts their sizes.
func (p *Pane) arrange() {
	list, _, _ := p.split()
	p.table.SetSize(list.W, p.bodyHeight())
	p.linesOf = nil
	p.settle()
}

// settle brings what depends on the cursor up to date: the details of its row
// and their scrolling.
func (p *Pane) settle() {
	r := p.list.Current()
	if r == nil {
		p.inDetails, p.lines, p.linesOf, p.line, p.top = false, nil, nil, 0, 0
		return
	}
	if p.linesOf != r {
		if p.linesOf == nil || p.linesOf.Digest != r.Digest {
			p.keepLine(r)
		}
		p.lines, p.linesOf = fold(details(p.data, r, p.open), p.sideWidth()), r
		p.farOf = versionrows.Pair{}
	}
	if _, _, far := p.split(); !far.Empty() {
		if two := r.Pair(p.fewMarks()); two != p.farOf {
			p.farOf, p.farTitle, p.far = two, "what changed "+two.What, p.against(two, far.W)
		}
	}
	p.line = min(max(p.line, 0), len(p.lines)-1)
	height := max(p.detailHeight(), 1)
	p.top = min(p.top, p.line)
	p.top = max(p.top, p.line-height+1)
	p.top = max(min(p.top, len(p.lines)-height), 0)
}

// keepLine starts the details of another row at their top.
func (p *Pane) keepLine(r *row) {
	if p.shown == r.Digest {
		return
	}
	p.shown, p.line, p.top = r.Digest, 0, 0
}

// View draws the pane in exactly its size.
func (p *Pane) View() string {
	if p.width < 1 || p.height < 1 {
		return layout.Fit("", p.width, p.height)
	}
	title := p.Title() + " history"
	head := []string{layout.Rule(p.th, title, p.note(title), p.width, p.focused)}
	var body []string
	switch text := p.message(); {
	case text != nil:
		body = text
	case p.beside():
		list, side, far := p.split()
		columns := []layout.Column{
			{W: list.W, Lines: strings.Split(p.table.View(p.focused && !p.inDetails), "\n")},
			{W: side.W, Lines: p.detailsView(p.inDetails)}}
		if !far.Empty() {
			columns = append(columns, layout.Column{W: far.W, Lines: p.farView(far.W)})
		}
		body = layout.Columns(p.th, p.bodyHeight(), columns...)
	case p.inDetails:
		body = p.detailsView(true)
	default:
		body = strings.Split(p.table.View(p.focused), "\n")
	}
	return layout.Stack(p.width, p.height, head, body, p.list.Foot(p.width))
}

// labelWidth is the width of the details' labels.
const labelWidth = 12

// detailsView draws the details that fit, from the line scrolled to.
func (p *Pane) detailsView(focused bool) []string {
	end := min(p.top+p.detailHeight(), len(p.lines))
	out := make([]string, 0, max(end-p.top, 0))
	for i := p.top; i < end; i++ {
		out = append(out, p.drawLine(p.lines[i], focused && i == p.line))
	}
	return out
}

func (p *Pane) drawLine(l line, cursor bool) string {
	label := layout.Pad(" "+l.label, l.indent())
	if cursor {
		return p.th.Selected.Render(layout.Pad(p.th.Glyphs.Cursor+label[1:]+p.th.Text(l.text), p.sideWidth()))
	}
	return p.th.Muted.Render(label) + p.style(l.tone).Render(p.th.Text(l.text))
}

// indent is where the text of a line begins.
func (l line) indent() int {
	switch {
	case l.tone == heading:
		return 1
	case l.flush:
		return 2 + 2*l.depth
	default:
		return labelWidth
	}
}

func (p *Pane) style(t tone) lipgloss.Style {
	switch t {
	case heading:
		return p.th.Title
	case quiet:
		return p.th.Muted
	case warning:
		return p.th.Warn
	case plain:
	}
	return p.th.Base
}

// fold breaks lines that are wider than the details. A whole digest starts at
// the left then, to be in as few pieces as can be.
func fold(lines []line, width int) []line {
	out := make([]line, 0, len(lines))
	for _, l := range lines {
		if l.indent()+layout.Width(l.text) > width && strings.HasPrefix(l.text, "sha256:") {
			if l.label != "" {
				out = append(out, line{label: l.label, digest: l.digest})
			}
			l.label, l.flush = "", true
		}
		for i, part := range layout.Wrap(l.text, max(width-l.indent(), 1)) {
			next := l
			next.text = part
			if i > 0 {
				next.label = ""
			}
			out = append(out, next)
		}
	}
	return out
}

// note tells how old it is where that matters, where the cursor stands and how
// much there is, at the right of the title.
func (p *Pane) note(title string) string {
	snap := p.data.State.Snapshot
	if !p.list.Ready() || !p.data.State.Known {
		return ""
	}
	all := len(snap.Versions)
	count := present.Many(all, "version")
	switch {
	case snap.Partial && snap.Total > all:
		count = "the newest " + present.Count(all) + " of " + present.Count(snap.Total) + " versions"
	case snap.Partial:
		count = "the newest " + count
	}
	if snap.Partial && p.list.Err() != nil {
		count += ", older ones could not be read"
	}
	stale := ""
	if p.data.State.Err != nil {
		stale = "as of " + present.Full(snap.ReadAt)
	}
	parts := []string{stale, p.table.Position(), count}
	if !p.data.Folded {
		return layout.Note(p.th, title, p.width, append(parts, "unfolded")...)
	}
	parts = append(parts, present.Many(len(p.data.Rows)-p.data.Unread, "build"))
	if p.data.Unread > 0 {
		parts = append(parts, present.Count(p.data.Unread)+" not read yet")
	}
	return layout.Note(p.th, title, p.width, append(parts, present.Count(p.data.Parts)+" folded")...)
}

// message is what is said where there is no row to show, nil where there is.
func (p *Pane) message() []string {
	name := model.Sanitize(p.pkg)
	switch state := p.data.State; {
	case !p.list.Ready() && p.list.Err() != nil:
		return p.say("The versions of "+name+" could not be read: "+present.Why(p.list.Err())+".", "r tries again, esc goes back.")
	case !p.list.Ready():
		return p.say("Reading the versions of " + name + ".")
	case !p.data.Listed:
		return p.say("There is no package "+name+" in "+model.Sanitize(p.data.Survey.Inventory.Registry+"/"+p.data.Survey.Inventory.Owner)+".",
			"Check the name and the owner; esc goes back to the packages that there are.")
	case !state.Known && state.Err != nil:
		return p.say("The versions of "+name+" could not be read: "+present.Why(state.Err)+".", "r tries again, esc goes back.")
	case !state.Known && p.list.Err() != nil:
		return p.say("The versions of "+name+" could not be read: "+present.Why(p.list.Err())+".", "r tries again, esc goes back.")
	case !state.Known:
		return p.say("Reading the versions of " + name + ". Nothing of it is stored here yet.")
	case len(state.Snapshot.Versions) == 0:
		where := "the package versions of GitHub's API"
		if state.Snapshot.Origin == model.OriginRegistry {
			where = "the registry's list of tags"
		}
		return p.say(name+" has no versions: "+where+" is empty.", "What is published shows up here after r.")
	}
	return nil
}

// say is what is said where there is nothing to show.
func (p *Pane) say(sentences ...string) []string {
	return layout.Sentences(p.th, p.width, sentences...)
}
