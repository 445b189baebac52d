package versions

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// arrange gives the list what the title's line and the filter's leave.
func (p *Pane) arrange() {
	p.table.SetSize(p.width, p.list.BodyHeight(p.height))
}

// ruleRoom is the cells of a title's line that title and note cannot have.
const ruleRoom = 10

// View draws the pane in exactly its size.
func (p *Pane) View() string {
	if p.width < 1 || p.height < 1 {
		return layout.Fit("", p.width, p.height)
	}
	title, note := "All versions", p.note()
	if where := p.table.Position(); layout.Width(title)+layout.Width(note)+ruleRoom > p.width && where != "" {
		note = where
	}
	body := p.message()
	if body == nil {
		body = strings.Split(p.table.View(p.focused), "\n")
	}
	return layout.Stack(p.width, p.height, []string{layout.Rule(p.th, title, note, p.width, p.focused)}, body, p.list.Foot(p.width))
}

// tally is what there is of all packages together.
type tally struct {
	packages, versions, parts, unread int
	partial                           int // packages of which only the newest versions were read
	unknown                           int // packages of which nothing is known
	stale                             int // packages that show an older state, for the newest failed
	failed                            []string
}

func (p *Pane) count() tally {
	t := tally{packages: len(p.data.Packages)}
	for _, in := range p.data.Packages {
		t.versions += len(in.State.Snapshot.Versions)
		t.parts += in.Parts
		t.unread += in.Unread
		if in.State.Snapshot.Partial {
			t.partial++
		}
		switch {
		case in.State.Err != nil && in.State.Known:
			t.stale++
		case in.State.Err != nil:
			t.failed = append(t.failed, model.Sanitize(in.Name))
		case !in.State.Known:
			t.unknown++
		}
	}
	return t
}

// note tells how much there is, at the right of the title. What is missing from
// the list comes first: it looks complete otherwise.
func (p *Pane) note() string {
	if !p.list.Ready() {
		return ""
	}
	t := p.count()
	var parts []string
	if n := len(t.failed); n > 0 {
		parts = append(parts, "! "+present.Many(n, "package")+" not read")
	}
	if t.stale > 0 {
		parts = append(parts, "! "+present.Many(t.stale, "package")+" not refreshed")
	}
	if t.unknown > 0 {
		parts = append(parts, present.Many(t.unknown, "package")+" not read yet")
	}
	if t.partial > 0 {
		parts = append(parts, "the newest only of "+present.Many(t.partial, "package"))
	}
	if where := p.table.Position(); where != "" {
		parts = append(parts, where)
	}
	parts = append(parts, present.Many(t.versions, "version"))
	switch {
	case !p.data.Folded:
		parts = append(parts, "unfolded")
	default:
		parts = append(parts, present.Count(t.parts)+" folded")
	}
	room := p.width - layout.Width("All versions") - ruleRoom
	dot := " " + p.th.Glyphs.Dot + " "
	for len(parts) > 1 && layout.Width(strings.Join(parts, dot)) > room {
		parts = parts[:len(parts)-1]
	}
	return strings.Join(parts, dot)
}

// message is what is said where there is no row to show, nil where there is.
func (p *Pane) message() []string {
	t := p.count()
	switch {
	case !p.list.Ready() && p.list.Err() != nil:
		return p.say("The versions could not be read: "+present.Why(p.list.Err())+".", "r tries again, esc goes back.")
	case !p.list.Ready():
		return p.say("Reading the versions of all packages.")
	case len(p.data.Rows) > 0:
		return nil
	case t.packages == 0:
		return p.say("No packages are known, so there are no versions.", "Name them with --package or in the configuration; then r reads again.")
	case len(t.failed) > 0:
		return p.say("The versions could not be read of "+strings.Join(t.failed, ", ")+": "+present.Why(p.firstError())+".", "r tries again, esc goes back.")
	case p.list.Err() != nil:
		return p.say("The versions could not be read: "+present.Why(p.list.Err())+".", "r tries again, esc goes back.")
	case t.unknown > 0:
		return p.say("Reading the versions of " + present.Many(t.packages, "package") + ". Nothing of them is stored here yet.")
	}
	return p.say("None of "+present.Many(t.packages, "package")+" has a version.", "What is published shows up here after r.")
}

func (p *Pane) firstError() error {
	for _, in := range p.data.Packages {
		if in.State.Err != nil {
			return in.State.Err
		}
	}
	return p.list.Err()
}

// say is what is said where there is nothing to show.
func (p *Pane) say(sentences ...string) []string {
	return layout.Sentences(p.th, p.width, sentences...)
}
