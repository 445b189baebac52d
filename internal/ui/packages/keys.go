package packages

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
)

// The bindings of this pane.
const (
	keyOpen     keys.ID = "open"
	keyBack     keys.ID = "back"
	keyNext     keys.ID = "next-part"
	keyPrevious keys.ID = "previous-part"
	keyChannels keys.ID = "part-1"
	keyPackages keys.ID = "part-2"
	keyFilter   keys.ID = "filter"
	keyDiff     keys.ID = "diff"
	keyProof    keys.ID = "attestations"
	keySBOM     keys.ID = "sbom"
	keyEvidence keys.ID = "evidence"
	keyRetag    keys.ID = "retag"
	keyRollback keys.ID = "rollback"
	keyPromote  keys.ID = "promote"
	keyTell     keys.ID = "tell"
	keyBrowse   keys.ID = "browse"
	keyAll      keys.ID = "all-versions"
)

// Keys lists the bindings as they are now.
func (p *Pane) Keys() []keys.Binding {
	open, openHelp := "to packages", "Go to the packages; the history opens on what this channel holds."
	if p.part == inPackages {
		open, openHelp = "history", "Open the package's history, the cursor on what the chosen channel holds."
	}
	nothing := ""
	if p.part == inPackages && p.current() == nil {
		nothing = "no package is under the cursor"
	}
	if p.part == inChannels && p.channel() == nil {
		nothing = "no channel is under the cursor"
	}
	_, noDiff := p.diff()
	_, noProof := p.proof()
	_, noSBOM := p.sbom()
	unfiltered := ""
	if p.query == "" {
		unfiltered = "this is the first screen; q quits"
	}
	return append([]keys.Binding{
		{ID: keyOpen, Keys: []string{"enter"}, Does: open, Footer: 1, Help: openHelp, Disabled: nothing},
		{ID: keyDiff, Keys: []string{"d"}, Does: "what changed", Footer: 2, Disabled: noDiff,
			Help: "What changed in the channel since its former release: in all packages, or in the one under the cursor."},
		{ID: keyProof, Keys: []string{"a"}, Does: "proof", Footer: 3, Disabled: noProof,
			Help: "Whether what the channel holds is attested: the verdicts on all packages, or on the one under the cursor."},
		{ID: keySBOM, Keys: []string{"s"}, Does: "SBOM", Disabled: noSBOM,
			Help: "The SBOMs of what the chosen channel holds of the package; on a channel those of its payload."},
		{ID: keyEvidence, Keys: []string{"E"}, Does: "evidence", Disabled: p.noMove(model.ActRollback), Help: pane.EvidenceHelp},
		{ID: keyTell, Keys: []string{"y"}, Does: p.teller.Does("tell"), Footer: 4, Disabled: nothing,
			Help: "Copy one line about the channel or package under the cursor; " + pane.FormsHelp},
		{ID: keyFilter, Keys: []string{"/"}, Does: "filter", Footer: 5,
			Help: "Show only packages that match: words, !word, name:, kind:, release:, seen:, state:."},
		{ID: keyRetag, Keys: []string{"t"}, Does: "retag", Danger: true,
			Disabled: "choose the version first: enter on a package opens its history, t is there",
			Help:     "Point a tag to a version; the version is chosen in the package's history."},
		{ID: keyRollback, Keys: []string{"R"}, Does: "roll back", Danger: true, Footer: 2, Disabled: p.noMove(model.ActRollback),
			Help: "Bring all packages of the channel back to one release: preview and confirmation in one dialog."},
		{ID: keyPromote, Keys: []string{"P"}, Does: "promote", Danger: true, Disabled: p.noMove(model.ActPromote),
			Help: "Point all packages of the channel to a tested build, without building it again."},
		{ID: keyBrowse, Keys: []string{"o"}, Does: "open page", Footer: 7, Disabled: p.noPage(),
			Help: "Open the package's page in the browser."},
		{ID: keyAll, Keys: []string{"A"}, Does: "all versions", Footer: 8, Help: "The versions of all packages in one list, newest first."},
		{ID: keyNext, Keys: []string{"tab", "]"}, Does: "other part", Footer: 6, Help: "Go to the other part: channels or packages."},
		{ID: keyPrevious, Keys: []string{"shift+tab", "["}, Does: "other part", Help: "Go to the other part, the other way round."},
		{ID: keyChannels, Keys: []string{"1"}, Does: "channels", Help: "Go to the channels."},
		{ID: keyPackages, Keys: []string{"2"}, Does: "packages", Help: "Go to the packages."},
		{ID: keyBack, Keys: []string{"esc", "left"}, Does: "clear filter", Disabled: unfiltered, Help: "Show all packages again."},
	}, keys.Moves()...)
}

// noPage says why no page can be opened, "" where one can.
func (p *Pane) noPage() string {
	switch r := p.current(); {
	case p.part != inPackages:
		return "a channel has no page of its own: 2 goes to the packages"
	case r == nil:
		return "no package is under the cursor"
	case r.Info.URL == "":
		return "no page is known: GitHub's API was not asked or did not tell"
	}
	return ""
}

// noMove says why the chosen channel cannot be moved, "" where it can.
func (p *Pane) noMove(act model.Act) string {
	c := p.channel()
	switch {
	case c == nil:
		return "no channel is under the cursor"
	case act == model.ActRollback && !c.Published():
		return "nothing is published in " + model.Sanitize(c.Name)
	}
	return ""
}

// Do runs one of the bindings.
func (p *Pane) Do(id keys.ID) (pane.Action, tea.Cmd) {
	if id != keyTell {
		p.teller.Reset()
	}
	p.touched = true
	switch id {
	case keyNext, keyPrevious:
		p.part = inPackages - p.part
	case keyChannels:
		p.part = inChannels
	case keyPackages:
		p.part = inPackages
	case keyFilter:
		p.openFilter()
	case keyBack:
		p.setQuery("")
	case keyOpen:
		if p.part == inPackages {
			return p.open(), nil
		}
		if p.channel() != nil {
			p.part = inPackages
		}
	case keyDiff:
		action, _ := p.diff()
		return action, nil
	case keySBOM:
		action, _ := p.sbom()
		return action, nil
	case keyProof:
		action, _ := p.proof()
		return action, nil
	case keyEvidence:
		if p.noMove(model.ActRollback) == "" {
			return pane.ChooseEvidence(p.channel().Name, model.EvidenceRequest{Channel: p.channel().Name}), nil
		}
	case keyAll:
		return pane.OpenVersions{}, nil
	case keyRollback:
		return p.moveChannel(model.ActRollback), nil
	case keyPromote:
		return p.moveChannel(model.ActPromote), nil
	case keyTell:
		return p.tell(), nil
	case keyBrowse:
		if r := p.current(); r != nil && p.noPage() == "" {
			return pane.Browse{URL: r.Info.URL}, nil
		}
	default:
		keys.Move(p.list(), id)
	}
	p.arrange()
	return nil, p.follow()
}

// open shows the history of the package on what the chosen channel holds.
func (p *Pane) open() pane.Action {
	r := p.current()
	if r == nil {
		return nil
	}
	var d model.Digest
	if c := p.channel(); c != nil {
		d = memberOf(c.ChannelState, r.Spec.Name).Digest
	}
	return pane.OpenHistory{Package: r.Spec.Name, Digest: d}
}

func (p *Pane) moveChannel(act model.Act) pane.Action {
	if p.noMove(act) != "" {
		return nil
	}
	return pane.MoveChannel{Act: act, Channel: p.channel().Name}
}

func (p *Pane) tell() pane.Action {
	if p.part == inPackages {
		if r := p.current(); r != nil {
			return p.tellPackage(p.pic.survey, r.Spec.Name)
		}
		return nil
	}
	if c := p.channel(); c != nil {
		return p.tellChannel(p.pic.survey, c.ChannelState)
	}
	return nil
}

// list is the one of the two lists that has the focus.
func (p *Pane) list() keys.Mover {
	if p.part == inPackages {
		return p.packages
	}
	return p.channels
}

// moused takes the wheel, and clicks into the lists.
func (p *Pane) moused(msg tea.MouseMsg) {
	if p.message() != nil {
		return
	}
	lines := keys.Wheel(msg)
	switch {
	case lines != 0:
		p.list().Move(lines)
	case keys.Click(msg) && msg.X < p.areas.channels.W:
		p.clicked(msg.Y)
	default:
		return
	}
	p.touched = true
	p.arrange()
}

// clicked puts the cursor on the row at a line of the pane.
func (p *Pane) clicked(y int) {
	if line := y - p.areas.packages.Y; line >= 0 && line < p.areas.packages.H {
		p.part = inPackages
		p.packages.At(line - 1)
		return
	}
	if line := y - p.areas.channels.Y; line >= 0 && line < p.areas.channels.H {
		p.part = inChannels
		p.channels.At(line - 1)
	}
}
