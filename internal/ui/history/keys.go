package history

import (
	"cmp"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/versionrows"
)

// The bindings that other lists of versions do not have.
const (
	keySwitch keys.ID = "switch-part"
	keyAll    keys.ID = "all-versions"
)

// Keys lists the bindings as they are now.
func (p *Pane) Keys() []keys.Binding {
	empty := p.list.NoVersion()
	fold := p.list.FoldKey("Show every version on a line of its own, plumbing included; in the details, show layers and configurations.")
	noVersion, noMarks, open := empty, empty, "details"
	if p.inDetails {
		fold.Does, fold.Help, fold.Disabled = p.unfoldsPieces()
		noVersion, noMarks, open = cmp.Or(empty, p.noVersion()), "marks are set in the list: esc goes there", "raw"
	}
	noUntag := noVersion
	if r := p.list.Current(); r != nil && noUntag == "" {
		noUntag = r.NoUntag(p.target(r))
	}
	back := "back"
	switch {
	case p.table.Ranging():
		back = "drop range"
	case p.inDetails:
		back = "to the list"
	case p.list.Query() != "":
		back = "clear filter"
	}
	_, noDiff := p.diff()
	return slices.Concat([]keys.Binding{
		{ID: versionrows.KeyRetag, Keys: []string{"t"}, Does: "retag", Danger: true, Footer: 1, Disabled: noVersion,
			Help: "Point a tag to the version under the cursor; a preview comes first."},
		{ID: versionrows.KeyOpen, Keys: []string{"enter"}, Does: open, Footer: 2, Disabled: empty,
			Help: "Show everything about the version: whole digests, parts, what needs it, what speaks of it. In the details: the manifest of the digest under the cursor, as it is."},
		{ID: versionrows.KeyDiff, Keys: []string{"d"}, Does: "what changed", Footer: 3, Disabled: noDiff,
			Help: "What differs between the two marked versions; with fewer marks, between the version under the cursor and what " + p.data.MainName() + " holds, for that itself what it held before."},
	}, versionrows.TellKeys(p.teller.Does("tell"), noVersion), []keys.Binding{
		{ID: versionrows.KeyFilter, Keys: []string{"/"}, Does: "filter", Footer: 6,
			Help: "Show only what matches: " + versionrows.Fields + "."},
		fold,
	}, p.list.MarkKeys("Mark the version under the cursor, or unmark it.", noMarks), p.list.WayKeys(noVersion), []keys.Binding{
		{ID: keyAll, Keys: []string{"A"}, Does: "all packages", Footer: 13,
			Help: "The versions of all packages in one list, the cursor on this one."},
		p.list.DeleteKey(14),
		versionrows.UntagKey(noUntag),
		{ID: versionrows.KeyBack, Keys: []string{"esc", "left"}, Does: back, Footer: 10,
			Help: "Back: from the details to the list, from a filter to all, from here to where you came from."},
		{ID: keySwitch, Keys: []string{"tab", "shift+tab", "[", "]"}, Does: "list or details", Disabled: empty,
			Help: "Go from the list to the details and back."},
	}, keys.Moves())
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
	r := p.list.Current()
	if !p.open || r == nil {
		return nil
	}
	return p.list.AskFor(p.pkg, p.data.unreadParts(r))
}

// noVersion says why what acts on versions does not act on the line under the
// cursor, "" where it does.
func (p *Pane) noVersion() string {
	if p.line < len(p.lines) && p.lines[p.line].blob {
		return "this is content of a version, no version: enter shows it"
	}
	return ""
}

// Do runs one of the bindings.
func (p *Pane) Do(id keys.ID) (pane.Action, tea.Cmd) {
	if id != versionrows.KeyTell {
		p.teller.Reset()
	}
	r := p.list.Current()
	switch id {
	case versionrows.KeyOpen:
		if r != nil && p.inDetails {
			return pane.ShowRaw{Package: p.pkg, Digest: p.target(r)}, nil
		}
		p.inDetails = r != nil
		return nil, p.list.Moved()
	case keySwitch:
		p.inDetails = r != nil && !p.inDetails
		return nil, p.list.Moved()
	case versionrows.KeyBack:
		return p.back()
	case versionrows.KeyFilter:
		p.inDetails = false
	case versionrows.KeyFold:
		if p.inDetails {
			return p.foldPieces(), p.list.AskSoon()
		}
	case versionrows.KeyDelete:
		return p.list.Delete(), nil
	case versionrows.KeyDiff:
		action, _ := p.diff()
		return action, nil
	case keyAll:
		return p.all(), nil
	}
	if cmd, done := p.list.Do(id); done || r == nil {
		return nil, cmd
	}
	if id == versionrows.KeySBOM {
		marks, n := p.fewMarks()
		return r.SBOM(p.target(r), marks, n), nil
	}
	return r.Act(id, p.target(r), &p.teller), nil
}

// all shows the versions of all packages on the version under the cursor.
func (p *Pane) all() pane.Action {
	if r := p.list.Current(); r != nil {
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
	case p.list.Query() != "":
		return nil, p.list.SetQuery("")
	default:
		return pane.Back{}, nil
	}
	return nil, p.list.Moved()
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
	return p.list.Moved()
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
