package history

import (
	"slices"

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
	keySwitch  keys.ID = "switch-part"
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
	keyAll     keys.ID = "all-versions"
	keyPull    keys.ID = "pull"
)

// Keys lists the bindings as they are now.
func (p *Pane) Keys() []keys.Binding {
	empty := ""
	if p.current() == nil {
		empty = "no version is under the cursor"
	}
	fold, foldHelp, noFold := "unfold", "Show every version on a line of its own, plumbing included; in the details, show layers and configurations.", ""
	if !p.folded {
		fold, foldHelp = "fold", "Fold children, attestations and plumbing under what they belong to."
		if p.table.MarkCount() > 0 {
			noFold = "marked versions could be folded away: take the marks off first"
		}
	}
	noVersion := empty
	if p.inDetails {
		fold, foldHelp, noFold = p.unfoldsPieces()
		noVersion = first(empty, p.noVersion())
	}
	noRelease, noTags := empty, empty
	if r := p.current(); r != nil {
		noRelease, noTags = r.NoRelease(), r.NoTags()
	}
	back := "back"
	switch {
	case p.table.Ranging():
		back = "drop range"
	case p.inDetails:
		back = "to the list"
	case p.query != "":
		back = "clear filter"
	}
	_, noDiff := p.diff()
	main := p.data.MainName()
	listOnly, open := "", "details"
	openHelp := "Show everything about the version: whole digests, parts, what needs it, what speaks of it. In the details: the manifest of the digest under the cursor, as it is."
	if p.inDetails {
		open = "raw"
		listOnly = "marks are set in the list: esc goes there"
	}
	return append([]keys.Binding{
		{ID: keyRetag, Keys: []string{"t"}, Does: "retag", Danger: true, Footer: 1, Disabled: noVersion,
			Help: "Point a tag to the version under the cursor; a preview comes first."},
		{ID: keyOpen, Keys: []string{"enter"}, Does: open, Footer: 2, Disabled: empty, Help: openHelp},
		{ID: keyDiff, Keys: []string{"d"}, Does: "what changed", Footer: 3, Disabled: noDiff,
			Help: "What differs between the two marked versions; with fewer marks, between the version under the cursor and what " + main + " holds, for that itself what it held before."},
		{ID: keyProof, Keys: []string{"a"}, Does: "proof", Footer: 4, Disabled: noVersion,
			Help: "All attestations found for the version under the cursor and its parts."},
		{ID: keyTell, Keys: []string{"y"}, Does: p.teller.Does("tell"), Footer: 5, Disabled: noVersion,
			Help: "Copy one line about the version, with its whole digest; " + pane.FormsHelp},
		{ID: keyFilter, Keys: []string{"/"}, Does: "filter", Footer: 6,
			Help: "Show only what matches: " + versionrows.Fields + "."},
		{ID: keyFold, Keys: []string{"z"}, Does: fold, Footer: 7, Help: foldHelp, Disabled: noFold},
		{ID: keyMark, Keys: []string{" "}, Does: "mark", Footer: 8, Disabled: first(listOnly, empty),
			Help: "Mark the version under the cursor, or unmark it."},
		{ID: keyRange, Keys: []string{"v"}, Does: "mark range", Disabled: first(listOnly, empty),
			Help: "Mark a range: v at its one end, move, v at its other end."},
		{ID: keyMarkAll, Keys: []string{"*"}, Does: "mark all", Disabled: first(listOnly, empty),
			Help: "Mark everything that the filter shows; again: unmark all."},
		{ID: keyPull, Keys: []string{"S"}, Does: "save files", Footer: 14, Disabled: noVersion, Help: versionrows.HelpPull},
		{ID: keyBrowse, Keys: []string{"o"}, Does: "open page", Footer: 9, Disabled: first(noVersion, p.data.NoPage()),
			Help: "Open the version's page in the browser."},
		{ID: keyRelease, Keys: []string{"p"}, Does: "same release", Footer: 11, Disabled: noRelease, Help: versionrows.HelpRelease},
		{ID: keyTags, Keys: []string{"#"}, Does: "its tags", Footer: 12, Disabled: noTags, Help: versionrows.HelpTags},
		{ID: keyAll, Keys: []string{"A"}, Does: "all packages", Footer: 13,
			Help: "The versions of all packages in one list, the cursor on this one."},
		{ID: keyDelete, Keys: []string{"D"}, Does: "delete marked", Danger: true, Footer: 14, Disabled: versionrows.NoDelete(p.table.MarkCount(), p.table.Ranging()),
			Help: versionrows.HelpDelete},
		{ID: keyBack, Keys: []string{"esc", "left"}, Does: back, Footer: 10,
			Help: "Back: from the details to the list, from a filter to all, from here to where you came from."},
		{ID: keySwitch, Keys: []string{"tab", "shift+tab", "[", "]"}, Does: "list or details", Disabled: empty,
			Help: "Go from the list to the details and back."},
	}, keys.Moves()...)
}

// unfoldsPieces is what the folding key does in the details.
func (p *Pane) unfoldsPieces() (does, help, disabled string) {
	if p.open {
		return "fold", "Leave out what the parts are made of.", ""
	}
	return "layers", "Show what the version and its parts are made of, down to configurations and layers; manifests that are not known yet are read for it.", ""
}

// foldPieces shows or hides what the version is made of, and asks for the
// manifests that this takes.
func (p *Pane) foldPieces() pane.Action {
	p.open = !p.open
	p.linesOf = nil
	p.settle()
	r := p.current()
	if !p.open || r == nil {
		return nil
	}
	digests := slices.DeleteFunc(p.data.unreadParts(r), func(d model.Digest) bool { return p.asked.Has(p.pkg, d) })
	if len(digests) == 0 {
		return nil
	}
	p.asked.Note(p.pkg, digests)
	return pane.ReadManifests{Package: p.pkg, Digests: digests}
}

// noVersion says why what acts on versions does not act on the line under the
// cursor, "" where it does.
func (p *Pane) noVersion() string {
	if p.line < len(p.lines) && p.lines[p.line].blob {
		return "this is content of a version, no version: enter shows it"
	}
	return ""
}

// first returns the first reason there is.
func first(reasons ...string) string {
	for _, r := range reasons {
		if r != "" {
			return r
		}
	}
	return ""
}

// Do runs one of the bindings.
func (p *Pane) Do(id keys.ID) (pane.Action, tea.Cmd) {
	if id != keyTell {
		p.teller.Reset()
	}
	switch id {
	case keys.Up, keys.Down, keys.Top, keys.Bottom, keys.PageUp, keys.PageDown:
		p.move(id)
	case keyOpen:
		if r := p.current(); r != nil && p.inDetails {
			return pane.ShowRaw{Package: p.pkg, Digest: p.target(r)}, nil
		}
		p.inDetails = p.current() != nil
	case keySwitch:
		p.inDetails = p.current() != nil && !p.inDetails
	case keyBack:
		return p.back()
	case keyFilter:
		p.openFilter()
	case keyMark:
		p.table.ToggleMark()
	case keyRange:
		p.table.MarkRange()
	case keyMarkAll:
		p.table.MarkAll()
	case keyFold:
		if p.inDetails {
			return p.foldPieces(), p.askSoon()
		}
		p.folded = !p.folded
		return nil, p.compute()
	case keyAll:
		return p.all(), nil
	case keyDelete:
		return p.doomed(), nil
	case keyDiff, keyProof, keyRetag, keyTell, keyBrowse, keyRelease, keyTags, keyPull:
		return p.act(id), nil
	}
	p.settle()
	return nil, p.askSoon()
}

// act does what is about the version under the cursor.
func (p *Pane) act(id keys.ID) pane.Action {
	r := p.current()
	if r == nil {
		return nil
	}
	d := p.target(r)
	switch id {
	case keyDiff:
		action, _ := p.diff()
		return action
	case keyProof:
		return pane.ShowAttestations{Package: p.pkg, Digest: d}
	case keyRetag:
		return pane.Retag{Package: p.pkg, Digest: d}
	case keyTell:
		return p.teller.Tell(string(d), r.Forms(d)...)
	case keyRelease:
		return r.SameRelease()
	case keyTags:
		return r.OtherTags()
	case keyPull:
		return pane.Pull{Package: p.pkg, Digest: d}
	case keyBrowse:
		return pane.Browse{URL: p.data.Page(d)}
	}
	return nil
}

// doomed asks for the deletion of the marked versions, those of folded rows with
// what is folded under them.
func (p *Pane) doomed() pane.Action {
	out := pane.Delete{WithParts: p.folded}
	for _, key := range p.table.Marks() {
		out.Versions = append(out.Versions, model.VersionRef{Package: p.pkg, Digest: model.Digest(key)})
	}
	return out
}

// all shows the versions of all packages on the version under the cursor.
func (p *Pane) all() pane.Action {
	if r := p.current(); r != nil {
		return pane.OpenVersions{Package: p.pkg, Digest: r.Digest}
	}
	return pane.OpenVersions{}
}

// back leaves the innermost thing that is open. Marks stay.
func (p *Pane) back() (pane.Action, tea.Cmd) {
	switch {
	case p.table.CancelRange():
	case p.inDetails:
		p.inDetails = false
	case p.query != "":
		return nil, p.setQuery("")
	default:
		return pane.Back{}, nil
	}
	p.settle()
	return nil, p.askSoon()
}

// move moves the cursor of the list, or of the details.
func (p *Pane) move(id keys.ID) {
	if p.inDetails {
		p.moveInDetails(id)
		return
	}
	keys.Move(p.table, id)
	p.placed = true
}

// moveInDetails moves the line cursor of the details.
func (p *Pane) moveInDetails(id keys.ID) {
	page := max(p.detailHeight()-1, 1)
	switch id {
	case keys.Up:
		p.line--
	case keys.Down:
		p.line++
	case keys.Top:
		p.line = 0
	case keys.Bottom:
		p.line = len(p.lines) - 1
	case keys.PageUp:
		p.line -= page
	case keys.PageDown:
		p.line += page
	}
}

// moused takes the wheel, and clicks.
func (p *Pane) moused(msg tea.MouseMsg) tea.Cmd {
	if p.message() != nil {
		return nil
	}
	if lines := keys.Wheel(msg); lines != 0 {
		p.turn(lines)
	}
	if keys.Click(msg) {
		p.clicked(msg.X, msg.Y-1)
	}
	p.settle()
	return p.askSoon()
}

// clicked puts the cursor where the mouse points: in the list, or in the
// details.
func (p *Pane) clicked(x, y int) {
	list, side, _ := p.split()
	onDetails := p.inDetails
	if p.beside() {
		onDetails = x > list.W && x <= list.W+side.W
		if !onDetails && x >= list.W {
			return // a divider, or what changed
		}
	}
	if onDetails {
		if at := p.top + y; y >= 0 && y < p.detailHeight() && at < len(p.lines) {
			p.inDetails, p.line = true, at
		}
		return
	}
	if _, ok := p.table.At(y); ok {
		p.inDetails, p.placed = false, true
	}
}

func (p *Pane) turn(lines int) {
	if p.inDetails {
		p.line += lines
		return
	}
	p.table.Move(lines)
	p.placed = true
}
