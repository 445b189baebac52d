package versions

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/versionrows"
)

// Keys lists the bindings as they are now.
func (p *Pane) Keys() []keys.Binding {
	empty, main := p.list.NoVersion(), "the first channel"
	noUntag := empty
	if r := p.list.Current(); r != nil {
		main, noUntag = r.In.MainName(), r.NoUntag(r.Digest)
	}
	back := "back"
	switch {
	case p.table.Ranging():
		back = "drop range"
	case p.list.Query() != "":
		back = "clear filter"
	}
	_, noDiff := p.diff()
	return slices.Concat([]keys.Binding{
		{ID: versionrows.KeyOpen, Keys: []string{"enter"}, Does: "history", Footer: 1, Disabled: empty,
			Help: "Open the history of the version's package, the cursor on the version."},
		{ID: versionrows.KeyRetag, Keys: []string{"t"}, Does: "retag", Danger: true, Footer: 2, Disabled: empty,
			Help: "Point a tag of the version's package to it; a preview comes first."},
		{ID: versionrows.KeyDiff, Keys: []string{"d"}, Does: "what changed", Footer: 3, Disabled: noDiff,
			Help: "What differs between the two marked versions of one package; with fewer marks, between the version under the cursor and what " + main + " holds, for that itself what it held before."},
	}, versionrows.TellKeys(p.teller.Does("tell"), empty), []keys.Binding{
		{ID: versionrows.KeyFilter, Keys: []string{"/"}, Does: "filter", Footer: 6,
			Help: "Show only what matches: name: for the package, " + versionrows.Fields + "."},
		p.list.FoldKey("Show every version on a line of its own, plumbing included."),
	}, p.list.MarkKeys("Mark the version under the cursor, or unmark it. Marks may stand in several packages.", empty),
		p.list.WayKeys(empty), []keys.Binding{
			p.list.DeleteKey(13),
			versionrows.UntagKey(noUntag),
			{ID: versionrows.KeyBack, Keys: []string{"esc", "left"}, Does: back, Footer: 10,
				Help: "Back: from a range, from a filter to all, from here to where you came from."},
		}, keys.Moves())
}

// Do runs one of the bindings.
func (p *Pane) Do(id keys.ID) (pane.Action, tea.Cmd) {
	if id != versionrows.KeyTell {
		p.teller.Reset()
	}
	if cmd, done := p.list.Do(id); done {
		return nil, cmd
	}
	switch id {
	case versionrows.KeyBack:
		return p.back()
	case versionrows.KeyDelete:
		return p.list.Delete(), nil
	}
	return p.act(id), nil
}

// act does what is about the version under the cursor.
func (p *Pane) act(id keys.ID) pane.Action {
	r := p.list.Current()
	if r == nil {
		return nil
	}
	switch id {
	case versionrows.KeyOpen:
		return pane.OpenHistory{Package: r.In.Name, Digest: r.Digest}
	case versionrows.KeyDiff:
		action, _ := p.diff()
		return action
	}
	return r.Act(id, r.Digest, &p.teller)
}

// diff compares the two marked versions, or the one under the cursor with what
// the main channel holds of its package.
func (p *Pane) diff() (action pane.Action, why string) {
	r := p.list.Current()
	if r == nil {
		return nil, p.list.NoVersion()
	}
	marked, n := p.table.FewMarks(2)
	if n != 2 {
		return r.Compare(nil, n)
	}
	a, b := versionOf(marked[0]), versionOf(marked[1])
	in := p.data.Package(a.Package)
	if b.Package != a.Package || in == nil || len(in.Rows) == 0 {
		return nil, "the two marked versions are of different packages"
	}
	return in.Rows[0].Compare([]model.Digest{a.Digest, b.Digest}, n)
}

// back leaves the innermost thing that is open. Marks stay.
func (p *Pane) back() (pane.Action, tea.Cmd) {
	switch {
	case p.table.CancelRange():
	case p.list.Query() != "":
		return nil, p.list.SetQuery("")
	default:
		return pane.Back{}, nil
	}
	return nil, p.list.AskSoon()
}

// moused takes the wheel, and clicks into the list.
func (p *Pane) moused(msg tea.MouseMsg) tea.Cmd {
	if p.message() != nil {
		return nil
	}
	if lines := keys.Wheel(msg); lines != 0 {
		p.table.Move(lines)
	} else if keys.Click(msg) {
		p.table.At(msg.Y - 1)
	}
	return p.list.AskSoon()
}
