package versions

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/versionrows"
)

// The bindings of this pane.
const (
	keyOpen    keys.ID = "open"
	keyBack    keys.ID = "back"
	keyFilter  keys.ID = "filter"
	keyMark    keys.ID = "mark"
	keyRange   keys.ID = "mark-range"
	keyMarkAll keys.ID = "mark-all"
	keyFold    keys.ID = "fold"
	keyDiff    keys.ID = "diff"
	keyProof   keys.ID = "attestations"
	keyRetag   keys.ID = "retag"
	keyDelete  keys.ID = "delete"
	keyTell    keys.ID = "tell"
	keyBrowse  keys.ID = "browse"
	keyRelease keys.ID = "same-release"
	keyTags    keys.ID = "tags"
	keyPull    keys.ID = "pull"
)

// Keys lists the bindings as they are now.
func (p *Pane) Keys() []keys.Binding {
	r := p.current()
	empty, main := "", "the first channel"
	var noPage, noRelease, noTags string
	if r == nil {
		empty = "no version is under the cursor"
		noPage, noRelease, noTags = empty, empty, empty
	} else {
		noPage, noRelease, noTags, main = r.In.NoPage(), r.NoRelease(), r.NoTags(), r.In.MainName()
	}
	fold, foldHelp, noFold := "unfold", "Show every version on a line of its own, plumbing included.", ""
	if !p.folded {
		fold, foldHelp = "fold", "Fold children, attestations and plumbing under what they belong to."
		if p.table.MarkCount() > 0 {
			noFold = "marked versions could be folded away: take the marks off first"
		}
	}
	back := "back"
	switch {
	case p.table.Ranging():
		back = "drop range"
	case p.query != "":
		back = "clear filter"
	}
	_, noDiff := p.diff()
	return append([]keys.Binding{
		{ID: keyOpen, Keys: []string{"enter"}, Does: "history", Footer: 1, Disabled: empty,
			Help: "Open the history of the version's package, the cursor on the version."},
		{ID: keyRetag, Keys: []string{"t"}, Does: "retag", Danger: true, Footer: 2, Disabled: empty,
			Help: "Point a tag of the version's package to it; a preview comes first."},
		{ID: keyDiff, Keys: []string{"d"}, Does: "what changed", Footer: 3, Disabled: noDiff,
			Help: "What differs between the two marked versions of one package; with fewer marks, between the version under the cursor and what " + main + " holds, for that itself what it held before."},
		{ID: keyProof, Keys: []string{"a"}, Does: "proof", Footer: 4, Disabled: empty,
			Help: "All attestations found for the version under the cursor and its parts."},
		{ID: keyTell, Keys: []string{"y"}, Does: p.teller.Does("tell"), Footer: 5, Disabled: empty,
			Help: "Copy one line about the version, with its whole digest; " + pane.FormsHelp},
		{ID: keyFilter, Keys: []string{"/"}, Does: "filter", Footer: 6,
			Help: "Show only what matches: name: for the package, " + versionrows.Fields + "."},
		{ID: keyFold, Keys: []string{"z"}, Does: fold, Footer: 7, Help: foldHelp, Disabled: noFold},
		{ID: keyMark, Keys: []string{" "}, Does: "mark", Footer: 8, Disabled: empty,
			Help: "Mark the version under the cursor, or unmark it. Marks may stand in several packages."},
		{ID: keyRange, Keys: []string{"v"}, Does: "mark range", Disabled: empty,
			Help: "Mark a range: v at its one end, move, v at its other end."},
		{ID: keyMarkAll, Keys: []string{"*"}, Does: "mark all", Disabled: empty,
			Help: "Mark everything that the filter shows; again: unmark all."},
		{ID: keyPull, Keys: []string{"S"}, Does: "save files", Footer: 14, Disabled: empty, Help: versionrows.HelpPull},
		{ID: keyBrowse, Keys: []string{"o"}, Does: "open page", Footer: 9, Disabled: noPage,
			Help: "Open the version's page in the browser."},
		{ID: keyRelease, Keys: []string{"p"}, Does: "same release", Footer: 11, Disabled: noRelease, Help: versionrows.HelpRelease},
		{ID: keyTags, Keys: []string{"#"}, Does: "its tags", Footer: 12, Disabled: noTags, Help: versionrows.HelpTags},
		{ID: keyDelete, Keys: []string{"D"}, Does: "delete marked", Danger: true, Footer: 13, Disabled: versionrows.NoDelete(p.table.MarkCount(), p.table.Ranging()),
			Help: versionrows.HelpDelete},
		{ID: keyBack, Keys: []string{"esc", "left"}, Does: back, Footer: 10,
			Help: "Back: from a range, from a filter to all, from here to where you came from."},
	}, keys.Moves()...)
}

// Do runs one of the bindings.
func (p *Pane) Do(id keys.ID) (pane.Action, tea.Cmd) {
	if id != keyTell {
		p.teller.Reset()
	}
	if keys.Move(p.table, id) {
		return nil, p.askSoon()
	}
	switch id {
	case keyBack:
		return p.back()
	case keyFilter:
		p.prompt.Open(p.query)
		p.arrange()
	case keyMark:
		p.table.ToggleMark()
	case keyRange:
		p.table.MarkRange()
	case keyMarkAll:
		p.table.MarkAll()
	case keyFold:
		p.folded = !p.folded
		return nil, p.compute()
	case keyDelete:
		return p.doomed(), nil
	default:
		return p.act(id), nil
	}
	return nil, p.askSoon()
}

// act does what is about the version under the cursor.
func (p *Pane) act(id keys.ID) pane.Action {
	r := p.current()
	if r == nil {
		return nil
	}
	switch id {
	case keyOpen:
		return pane.OpenHistory{Package: r.In.Name, Digest: r.Digest}
	case keyDiff:
		action, _ := p.diff()
		return action
	case keyProof:
		return pane.ShowAttestations{Package: r.In.Name, Digest: r.Digest}
	case keyRetag:
		return pane.Retag{Package: r.In.Name, Digest: r.Digest}
	case keyTell:
		return p.teller.Tell(string(r.Digest), r.Forms(r.Digest)...)
	case keyRelease:
		return r.SameRelease()
	case keyTags:
		return r.OtherTags()
	case keyPull:
		return pane.Pull{Package: r.In.Name, Digest: r.Digest}
	case keyBrowse:
		return pane.Browse{URL: r.In.Page(r.Digest)}
	}
	return nil
}

// doomed asks for the deletion of the marked versions, those of folded rows with
// what is folded under them.
func (p *Pane) doomed() pane.Action {
	out := pane.Delete{WithParts: p.folded}
	for _, key := range p.table.Marks() {
		at := place(key)
		out.Versions = append(out.Versions, model.VersionRef{Package: at.Package, Digest: at.Digest})
	}
	return out
}

// diff compares the two marked versions, or the one under the cursor with what
// the main channel holds of its package.
func (p *Pane) diff() (action pane.Action, why string) {
	r := p.current()
	if r == nil {
		return nil, "no version is under the cursor"
	}
	marked, n := p.table.FewMarks(2)
	if n != 2 {
		return r.Compare(nil, n)
	}
	a, b := place(marked[0]), place(marked[1])
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
	case p.query != "":
		return nil, p.setQuery("")
	default:
		return pane.Back{}, nil
	}
	return nil, p.askSoon()
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
	return p.askSoon()
}
