package matrix

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// The bindings of this pane.
const (
	keyOpen     keys.ID = "open"
	keyProof    keys.ID = "attestations"
	keyView     keys.ID = "view"
	keyRelease  keys.ID = "other-release"
	keyDiff     keys.ID = "diff"
	keyRollback keys.ID = "rollback"
	keyTell     keys.ID = "tell"
	keyTrouble  keys.ID = "next-finding"
	keyNext     keys.ID = "next-channel"
	keyPrevious keys.ID = "previous-channel"
	keyEvidence keys.ID = "evidence"
	keyBack     keys.ID = "back"
)

// Keys lists the bindings as they are now.
func (p *Pane) Keys() []keys.Binding {
	nothing := p.nothing()
	open, openHelp := "proof", "Open the attestations of the cell under the cursor: why, what is proved, what is claimed."
	view, viewHelp := "releases", "Show in the cells which release they are of, and drift, in place of verdicts."
	if p.releases {
		open, openHelp = "history", "Open the package's history, the cursor on what the cell holds."
		view, viewHelp = "verdicts", "Show in the cells what checking their attestations came to."
	}
	empty := nothing
	if _, c, ok := p.current(); ok && c.member.Digest == "" {
		empty = "there is nothing of the package here"
	}
	noTrouble := nothing
	if _, _, found := p.nextTrouble(); !found && noTrouble == "" {
		noTrouble = "no other cell is worse than verified, as far as they are checked"
	}
	noChannel, noDiff := p.noChannel(), p.noDiff()
	return append([]keys.Binding{
		{ID: keyOpen, Keys: []string{"enter"}, Does: open, Footer: 1, Disabled: empty, Help: openHelp},
		{ID: keyTrouble, Keys: []string{"n"}, Does: "next finding", Footer: 2, Disabled: noTrouble,
			Help: "To the next cell that failed, is unverifiable, was not checked, or lacks what is expected: down the channel, then in the next one."},
		{ID: keyView, Keys: []string{"v"}, Does: view, Footer: 2, Help: viewHelp},
		{ID: keyProof, Keys: []string{"a"}, Does: "proof", Footer: 3, Disabled: empty,
			Help: "Open the attestations of the cell under the cursor, in either view."},
		{ID: keyDiff, Keys: []string{"d"}, Does: "what changed", Footer: 4, Disabled: noDiff,
			Help: "What changed in the channel since its former release, in all packages."},
		{ID: keyTell, Keys: []string{"y"}, Does: p.teller.Does("tell"), Footer: 5, Disabled: p.untold(),
			Help: "Copy one line about the verdicts on the channel under the cursor; " + pane.FormsHelp},
		{ID: keyRelease, Keys: []string{"e"}, Does: "a release", Footer: 6, Disabled: p.noRelease(),
			Help: "Choose a release that gets a column of its own beside the channels."},
		{ID: keyEvidence, Keys: []string{"E"}, Does: "evidence", Footer: 5, Disabled: p.noColumn(), Help: pane.EvidenceHelp},
		{ID: keyRollback, Keys: []string{"R"}, Does: "roll back", Danger: true, Disabled: noChannel,
			Help: "Bring all packages of the channel back to one release: preview and confirmation in one dialog."},
		{ID: keyNext, Keys: []string{"right", "tab", "]"}, Does: "next channel", Footer: 7, Help: "To the next channel."},
		{ID: keyPrevious, Keys: []string{"left", "shift+tab", "["}, Does: "channel before", Help: "To the channel before; left of the first one: back to where you came from."},
		{ID: keyBack, Keys: []string{"esc"}, Does: "back", Footer: 8, Help: "Back to where you came from."},
	}, keys.Moves()...)
}

// nothing says why there is no cell to act on, "" where there is.
func (p *Pane) nothing() string {
	if _, _, ok := p.current(); ok {
		return ""
	}
	if !p.ready {
		return "nothing has come yet"
	}
	return "there is no package or no channel"
}

// column is the one under the cursor, nil where there is none.
func (p *Pane) column() *column {
	if p.at >= len(p.columns) {
		return nil
	}
	return p.columns[p.at]
}

func (p *Pane) noChannel() string {
	switch col := p.column(); {
	case col == nil:
		return "there is no channel"
	case col.channel == "":
		return "this is a release and no channel"
	}
	return ""
}

func (p *Pane) noDiff() string {
	if why := p.noChannel(); why != "" {
		return why
	}
	if c, ok := p.survey.Channel(p.column().channel); !ok || c.Previous == nil {
		return "no former release of " + p.column().title + " is known"
	}
	return ""
}

func (p *Pane) noColumn() string {
	if p.column() == nil {
		return "there is no channel"
	}
	return ""
}

// evidence asks for evidence about the channel or release under the cursor.
func (p *Pane) evidence() pane.Action {
	col := p.column()
	if col == nil {
		return nil
	}
	if col.channel == "" {
		return pane.ChooseEvidence(col.title, model.EvidenceRequest{Release: p.release})
	}
	return pane.ChooseEvidence(col.channel, model.EvidenceRequest{Channel: col.channel})
}

func (p *Pane) noRelease() string {
	if len(p.survey.Releases) == 0 {
		return "no release is known"
	}
	return ""
}

func (p *Pane) untold() string {
	switch col := p.column(); {
	case col == nil:
		return "there is no channel"
	case col.set == nil && p.done:
		return "nothing was checked"
	case col.set == nil:
		return "it is being checked"
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
	case keyOpen, keyProof:
		return p.open(id), nil
	case keyView:
		p.releases = !p.releases
	case keyDiff:
		if p.noDiff() == "" {
			return pane.CompareChannel{Channel: p.column().channel}, nil
		}
	case keyRollback:
		if p.noChannel() == "" {
			return pane.MoveChannel{Act: model.ActRollback, Channel: p.column().channel}, nil
		}
	case keyRelease:
		return p.choose(), nil
	case keyEvidence:
		return p.evidence(), nil
	case keyTell:
		return p.tell(), nil
	case keyTrouble:
		if at, pkg, found := p.nextTrouble(); found {
			p.to(at)
			p.table.GoTo(pkg)
		}
	case keyNext:
		p.to(p.at + 1)
	case keyPrevious:
		if p.at == 0 {
			return pane.Back{}, nil
		}
		p.to(p.at - 1)
	case keyBack:
		return pane.Back{}, nil
	default:
		keys.Move(p.table, id)
	}
	p.arrange()
	return nil, nil
}

// to moves the cursor to a column.
func (p *Pane) to(at int) {
	p.at = max(min(at, len(p.columns)-1), 0)
	p.setColumns()
}

// nextTrouble is the next cell that needs a look: down the column, then in the
// columns to the right, and round again. false where there is no other.
func (p *Pane) nextTrouble() (at int, pkg string, found bool) {
	here, _, ok := p.current()
	if !ok {
		return 0, "", false
	}
	rows := p.table.Shown()
	first := slices.Index(rows, here)
	all := len(rows) * len(p.columns)
	for i := 1; i < all; i++ {
		place := (p.at*len(rows) + first + i) % all
		c := rows[place%len(rows)].cells[place/len(rows)]
		if c.trouble() {
			return place / len(rows), rows[place%len(rows)].pkg, true
		}
	}
	return 0, "", false
}

// trouble reports whether a cell is worse than its policy wants.
func (c *cell) trouble() bool {
	if c.checked == nil {
		return false
	}
	v := c.checked.Verification
	return c.checked.Err != nil || v.Expected() && v.Verdict != model.VerdictVerified
}

// open drills into the cell under the cursor.
func (p *Pane) open(id keys.ID) pane.Action {
	r, c, ok := p.current()
	if !ok {
		return nil
	}
	if id == keyOpen && p.releases {
		return pane.OpenHistory{Package: r.pkg, Digest: c.member.Digest}
	}
	if c.member.Digest == "" {
		return nil
	}
	return pane.ShowAttestations{Package: r.pkg, Digest: c.member.Digest}
}

// mostReleases is how many releases are offered.
const mostReleases = 40

// choose offers the releases that may get a column.
func (p *Pane) choose() pane.Action {
	out := pane.Choose{Title: "Which release?", Head: []string{"It gets a column beside the channels."}}
	for i, r := range p.survey.Releases {
		if i == mostReleases {
			break
		}
		c := pane.Choice{Label: model.Sanitize(r.Label()), Action: pane.ShowMatrix{Release: r.Name},
			Note: present.Day(r.Built) + ", " + present.Many(len(r.Members), "package")}
		if r.Name == p.release {
			c.Disabled = "it is shown"
		}
		out.Choices = append(out.Choices, c)
	}
	return out
}

// moused takes the wheel, and clicks into the matrix.
func (p *Pane) moused(msg tea.MouseMsg) {
	if p.message() != nil {
		return
	}
	if lines := keys.Wheel(msg); lines != 0 {
		p.table.Move(lines)
	} else if keys.Click(msg) {
		p.table.At(msg.Y - 1)
	}
	p.touched = true
	p.arrange()
}
