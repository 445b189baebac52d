package attest

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/field"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// The bindings of this pane.
const (
	keyOpen     keys.ID = "open"
	keyBack     keys.ID = "back"
	keySwitch   keys.ID = "switch"
	keySearch   keys.ID = "search"
	keyNext     keys.ID = "next-match"
	keyPrevious keys.ID = "previous-match"
	keyFold     keys.ID = "fold"
	keyUnfold   keys.ID = "unfold"
	keyTell     keys.ID = "tell"
	keyPull     keys.ID = "pull"
	keyPolicy   keys.ID = "policy"
	keySBOM     keys.ID = "sbom"
)

// Keys lists the bindings as they are now.
func (p *Pane) Keys() []keys.Binding {
	none := p.nothing()
	open, openHelp := "why", "Show the attestation whole: verdict and why with the whole chain of errors, what is proved, what is claimed, where it is, and the statement as a tree."
	policy, noPolicy := "policy", ""
	switch {
	case p.check == nil:
		noPolicy = "nothing was checked yet"
	case p.policy:
		policy = "fold policy"
	}
	tell, unread := "tell", none
	if p.list != nil {
		unread = "" // an empty list can be told too
	}
	if p.inDetails {
		open, tell = "unfold", "copy"
		if p.tree.Unfolded() {
			open = "fold"
		}
		openHelp = "Unfold or fold what is under the cursor; a long value is shown whole."
	}
	fold := "unfold all"
	if p.inDetails && p.tree.AllOpen() {
		fold = "fold all"
	}
	noTree, noMatch := none, none
	if none == "" && !p.inDetails {
		noTree = "it is about the statement: enter opens it"
	}
	if none == "" && p.tree.Query() == "" {
		noMatch = "nothing is searched for: / begins"
	}
	return append([]keys.Binding{
		{ID: keyOpen, Keys: []string{"enter"}, Does: open, Footer: 1, Disabled: none, Help: openHelp},
		{ID: keySearch, Keys: []string{"/"}, Does: "search", Footer: 2, Disabled: none,
			Help: "Search the statement for a text in names and values, folded ones too; n and N go on, esc ends it."},
		{ID: keyFold, Keys: []string{"z"}, Does: fold, Footer: 3, Disabled: noTree, Help: "Unfold the whole statement, or fold it."},
		{ID: keyTell, Keys: []string{"y"}, Does: p.teller.Does(tell), Footer: 4, Disabled: unread,
			Help: "In the list copy one line about the attestation; " + pane.FormsHelp + " In the statement the value under the cursor with all below it."},
		{ID: keyPolicy, Keys: []string{"p"}, Does: policy, Footer: 4, Disabled: noPolicy,
			Help: "Show what an attestation has to prove here: every demand of the policy in force."},
		{ID: keyPull, Keys: []string{"S"}, Does: "save files",
			Help: "Save the version that it is about in a directory of this machine. The files are shown first."},
		{ID: keySBOM, Keys: []string{"s"}, Does: "SBOM", Help: "The SBOMs of this version: components, licences, and what they describe."},
		{ID: keyBack, Keys: []string{"esc"}, Does: p.goesBack(), Footer: 5,
			Help: "Back: ends a search, goes from the statement to the list, and from there to where you came from."},
		{ID: keySwitch, Keys: []string{"tab", "shift+tab", "[", "]"}, Does: "list or statement", Disabled: none,
			Help: "Go from the list to the statement and back."},
		{ID: keyUnfold, Keys: []string{"right", " "}, Does: "unfold one", Disabled: noTree, Help: "Unfold what is under the cursor."},
		{ID: keyLeft, Keys: []string{"left"}, Does: "fold one, or back",
			Help: "Fold what is under the cursor, or go to what it belongs to; in the list: back to where you came from."},
		{ID: keyNext, Keys: []string{"n"}, Does: "next match", Disabled: noMatch, Help: "To the next match of the search."},
		{ID: keyPrevious, Keys: []string{"N"}, Does: "previous match", Disabled: noMatch, Help: "To the previous match of the search."},
	}, keys.Moves()...)
}

const keyLeft keys.ID = "fold-one"

// nothing says why there is no attestation to act on, "" where there is.
func (p *Pane) nothing() string {
	switch {
	case p.current() != nil:
		return ""
	case p.list == nil && p.err != nil:
		return "nobody could be asked: r tries again"
	case p.list == nil:
		return "nothing has come yet"
	}
	return "nothing was found"
}

// goesBack is what esc does now.
func (p *Pane) goesBack() string {
	switch {
	case p.tree.Query() != "":
		return "end search"
	case p.inDetails:
		return "to the list"
	}
	return "back"
}

// Do runs one of the bindings.
func (p *Pane) Do(id keys.ID) (pane.Action, tea.Cmd) {
	if id != keyTell {
		p.teller.Reset()
	}
	p.touched = true
	switch id {
	case keyOpen:
		if p.inDetails {
			p.tree.Toggle()
		} else {
			p.inDetails = p.current() != nil
		}
	case keySwitch:
		p.inDetails = !p.inDetails && p.current() != nil
	case keyBack:
		return p.back(), nil
	case keyLeft:
		if !p.inDetails {
			return p.back(), nil
		}
		if !p.tree.Collapse() {
			p.inDetails = false
		}
	case keyUnfold:
		p.tree.Expand()
	case keyFold:
		p.tree.SetAll(!p.tree.AllOpen())
	case keySearch:
		p.inDetails = true
		p.prompt.Open(p.prompt.Value())
	case keyNext:
		p.inDetails = p.tree.Next(1) || p.inDetails
	case keyPrevious:
		p.inDetails = p.tree.Next(-1) || p.inDetails
	case keyPolicy:
		p.policy = !p.policy
	case keyPull:
		return pane.Pull{Package: p.pkg, Digest: p.digest}, nil
	case keySBOM:
		return pane.ShowSBOM{Package: p.pkg, Digest: p.digest}, nil
	case keyTell:
		return p.tell(), nil
	default:
		keys.Move(p.mover(), id)
	}
	p.arrange()
	return nil, p.follow()
}

// back leaves the innermost thing that is open.
func (p *Pane) back() pane.Action {
	switch {
	case p.tree.Query() != "":
		p.tree.Search("")
		p.prompt.Clear()
	case p.inDetails:
		p.inDetails = false
	default:
		return pane.Back{}
	}
	p.arrange()
	return nil
}

// tell copies a line about what is here, or what is under the cursor of the
// statement.
func (p *Pane) tell() pane.Action {
	r := p.current()
	switch {
	case p.inDetails && r != nil:
		text := p.tree.Copy()
		if text == "" {
			return pane.Notice{Text: "there is nothing to copy here"}
		}
		if !strings.Contains(text, "\n") {
			return pane.Tell{Text: text}
		}
		said := p.tree.Path()
		if said == "" {
			said = "the section"
		}
		return pane.Copy{Text: text, Said: said}
	case p.list == nil:
		return nil
	case r == nil && p.check != nil:
		return p.tellAll(present.TellVerification(*p.check, p.tag()), "")
	case r == nil:
		return p.tellAll(present.TellAttestations(*p.list, p.tag()), "")
	}
	return p.tellAll(present.TellAttestation(*p.list, r.Attestation), r.key)
}

// tellAll tells of one attestation in a line, and with further presses of all
// of them.
func (p *Pane) tellAll(line, key string) pane.Action {
	list, check := *p.list, p.check
	var of any = list
	if check != nil {
		of = *check
	}
	markdown := func() string {
		return markdown(list, check, p.tag())
	}
	what := "the attestations of " + model.Sanitize(p.pkg) + "@" + present.Short(p.digest)
	return p.teller.Tell("list "+key, pane.Forms(line, what, markdown, of)...)
}

// markdown is all of it for a ticket.
func markdown(l model.AttestationList, check *model.Verification, tag string) string {
	out := ""
	if check != nil {
		for _, line := range present.Texts(present.VerificationHead(*check, tag)) {
			out += "- " + present.Markdown(line) + "\n"
		}
		out += "\n" + present.PolicyTable(check.Policy).Markdown() + "\n"
	}
	return out + present.AttestationsTable(l).Markdown() + "\n" + present.AttestationSourcesTable(l).Markdown()
}

// mover is what the keys move: the list, or the statement.
func (p *Pane) mover() keys.Mover {
	if p.inDetails {
		return p.tree
	}
	return p.table
}

// typed takes a key while a search is typed; the arrows go from match to match.
func (p *Pane) typed(msg tea.KeyMsg) {
	switch did, move := p.prompt.Take(msg); did {
	case field.Edited, field.Dropped:
		p.tree.Search(p.prompt.Value())
	case field.Moved:
		p.tree.Walk(move)
	case field.Kept, field.Nothing:
	}
	p.arrange()
}

// moused takes the wheel, and clicks into list and statement.
func (p *Pane) moused(msg tea.MouseMsg) tea.Cmd {
	if p.current() == nil {
		return nil
	}
	if lines := keys.Wheel(msg); lines != 0 {
		p.mover().Move(lines)
	}
	p.touched = true
	if keys.Click(msg) {
		p.clicked(msg.X, msg.Y-1-len(p.head))
	}
	p.arrange()
	return p.follow()
}

// clicked puts the cursor where the mouse points.
func (p *Pane) clicked(x, line int) {
	list, _ := p.split()
	onStatement := p.inDetails
	if p.beside() {
		if x == list.W {
			return // the divider
		}
		onStatement = x > list.W
	}
	if onStatement {
		p.inDetails = p.tree.Click(line) || p.inDetails
		return
	}
	if _, ok := p.table.At(line); ok {
		p.inDetails = false
	}
}
