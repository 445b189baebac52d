package sbom

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// The bindings of this pane.
const (
	keyOpen     keys.ID = "open"
	keyBack     keys.ID = "back"
	keySwitch   keys.ID = "switch-part"
	keySearch   keys.ID = "search"
	keyGroup    keys.ID = "group"
	keyFold     keys.ID = "fold"
	keyDiff     keys.ID = "diff"
	keyNext     keys.ID = "next-document"
	keyPrevious keys.ID = "previous-document"
	keyRaw      keys.ID = "raw"
	keyTell     keys.ID = "tell"
	keyPull     keys.ID = "pull"
)

// Keys lists the bindings as they are now.
func (p *Pane) Keys() []keys.Binding {
	no, noDocument := p.nothing(), p.noDocument()
	open, noOpen := "details", no
	r, _ := p.Table.Cursor()
	switch {
	case p.InDetails:
		open = "to the list"
	case r != nil && r.head:
		open = "fold"
		if p.folded[p.rows.groups[r.group].key] {
			open = "unfold"
		}
	case p.list != nil && p.document() == nil:
		open, noOpen = "payload's SBOM", ""
		if _, _, ok := p.survey.PayloadBeside(p.pkg, p.digest); !ok {
			noOpen = "no payload of the same release is known"
		}
	}
	noGroup, noFold, noNext := no, no, "there is no other document"
	if no == "" && p.compared != nil {
		noGroup = "differences stand in groups already"
	}
	if no == "" && len(p.rows.groups) == 0 {
		noFold = "there are no groups: b makes some"
	}
	if p.list != nil && (len(p.list.Documents) > 1 || len(p.list.Documents) == 1 && p.shown < 0) {
		noNext = ""
	}
	fold := "fold all"
	if len(p.folded) > 0 {
		fold = "unfold all"
	}
	return append([]keys.Binding{
		{ID: keyOpen, Keys: []string{"enter"}, Does: open, Footer: 1, Disabled: noOpen,
			Help: "Go to the details of the component, or back; fold or unfold a group. Where there is no SBOM, open that of the payload of the same release."},
		{ID: keyDiff, Keys: []string{"d"}, Does: "compare", Footer: 2, Disabled: noDocument,
			Help: "What changed in the components against another version of this package: it is chosen from a list."},
		{ID: keySearch, Keys: []string{"/"}, Does: "search", Footer: 3, Disabled: no,
			Help: "Show only what matches: words, !word, name:, version:, type:, licence:, purl:, change:."},
		{ID: keyGroup, Keys: []string{"b"}, Does: p.nextGrouping(), Footer: 4, Disabled: noGroup,
			Help: "Put components together by licence; again: by type, by ecosystem, not at all."},
		{ID: keyTell, Keys: []string{"y"}, Does: p.teller.Does("tell"), Footer: 5, Disabled: noDocument,
			Help: "Copy one line about the component, or the document; " + pane.FormsHelp},
		{ID: keyFold, Keys: []string{"z"}, Does: fold, Disabled: noFold, Help: "Fold all groups, or unfold them."},
		{ID: keyNext, Keys: []string{"n"}, Does: "next document", Footer: 6, Disabled: noNext,
			Help: "Show the next of several documents, also one that describes something else."},
		{ID: keyPrevious, Keys: []string{"N"}, Does: "previous document", Disabled: noNext, Help: "Show the document before."},
		{ID: keyRaw, Keys: []string{"v"}, Does: "raw", Footer: 7, Disabled: p.noRaw(), Help: "The document as it is, as a tree."},
		{ID: keyPull, Keys: []string{"S"}, Does: "save files",
			Help: "Save the version in a directory of this machine; the document by itself comes from caitui sbom --raw."},
		{ID: keyBack, Keys: []string{"esc", "left"}, Does: p.goesBack(), Footer: 8,
			Help: "Back: from the details to the list, from a search to all, from a comparison to the components, then to where you came from."},
		{ID: keySwitch, Keys: []string{"tab", "shift+tab", "[", "]"}, Does: "list or details", Disabled: no,
			Help: "Go from the list to the details and back."},
	}, keys.Moves()...)
}

// noDocument says why there is no document to act on, "" where there is.
func (p *Pane) noDocument() string {
	switch d := p.document(); {
	case p.list == nil && p.err != nil:
		return "nobody could be asked: r tries again"
	case p.list == nil:
		return "nothing has come yet"
	case d == nil:
		return "there is no SBOM of this version"
	case d.Err != nil:
		return "the document cannot be read"
	}
	return ""
}

// nothing says why there is nothing in the list, "" where there is.
func (p *Pane) nothing() string {
	if why := p.noDocument(); why != "" {
		return why
	}
	if p.building {
		return "the document is being read"
	}
	if p.total() == 0 {
		return "the list is empty"
	}
	return ""
}

// noRaw says why there are no bytes to show: also a document that cannot be read
// has some.
func (p *Pane) noRaw() string {
	if d := p.document(); d == nil || len(d.Raw) == 0 {
		if why := p.noDocument(); why != "" {
			return why
		}
		return "there is no content"
	}
	return ""
}

// groupings in the order in which the key goes through them.
func groupings() []model.SBOMGrouping { return append(model.SBOMGroupings(), model.GroupNone) }

// following is the grouping that comes next.
func (p *Pane) following() model.SBOMGrouping {
	all := groupings()
	for i, g := range all {
		if g == p.by {
			return all[(i+1)%len(all)]
		}
	}
	return all[0]
}

func (p *Pane) nextGrouping() string {
	if next := p.following(); next != model.GroupNone {
		return "by " + string(next)
	}
	return "no groups"
}

// goesBack is what esc does now.
func (p *Pane) goesBack() string {
	if does := p.GoesBack(); does != "back" {
		return does
	}
	if p.against.Digest != "" {
		return "end comparison"
	}
	return "back"
}

// Do runs one of the bindings.
func (p *Pane) Do(id keys.ID) (pane.Action, tea.Cmd) {
	if id == keyTell {
		return p.tell(), nil
	}
	p.teller.Reset()
	switch id {
	case keyOpen:
		return p.openUnderCursor(), nil
	case keySwitch:
		p.Switch()
	case keySearch:
		p.OpenFilter()
	case keyGroup:
		p.by = p.following()
		p.folded = make(map[string]bool)
		return nil, p.build()
	case keyFold:
		p.foldAll()
	case keyDiff:
		return p.choose(), nil
	case keyNext:
		return nil, p.turn(1)
	case keyPrevious:
		return nil, p.turn(-1)
	case keyRaw:
		return p.raw(), nil
	case keyPull:
		return pane.Pull{Package: p.pkg, Digest: p.digest}, nil
	case keyBack:
		return p.leave()
	default:
		p.Move(id)
	}
	p.Arrange()
	return nil, nil
}

// openUnderCursor folds a group, goes to the details, or to the payload's SBOM
// where there is none.
func (p *Pane) openUnderCursor() pane.Action {
	if p.list != nil && p.document() == nil {
		if ref, _, ok := p.survey.PayloadBeside(p.pkg, p.digest); ok {
			return pane.ShowSBOM{Package: ref.Package, Digest: ref.Digest}
		}
		return nil
	}
	if r, ok := p.Table.Cursor(); ok && r.head && !p.InDetails {
		key := p.rows.groups[r.group].key
		if p.folded[key] {
			delete(p.folded, key)
		} else {
			p.folded[key] = true
		}
		p.Filter(p.Query)
		return nil
	}
	p.Switch()
	p.Arrange()
	return nil
}

func (p *Pane) foldAll() {
	if len(p.folded) > 0 {
		p.folded = make(map[string]bool)
	} else {
		for _, g := range p.rows.groups {
			p.folded[g.key] = true
		}
	}
	p.Filter(p.Query)
}

// turn shows another document.
func (p *Pane) turn(by int) tea.Cmd {
	n := len(p.list.Documents)
	if p.shown < 0 && by < 0 {
		p.shown = 0
	}
	p.shown = (p.shown + by + n) % n
	p.folded = make(map[string]bool)
	p.InDetails = false
	return p.build()
}

// raw shows the document's bytes.
func (p *Pane) raw() pane.Action {
	d := p.document()
	if d == nil {
		return nil
	}
	return pane.ShowContent{Content: &model.RawContent{Package: p.pkg, Digest: d.Digest, MediaType: present.SBOMFormat(d.SBOM), Body: d.Raw}}
}

// leave goes back by one step.
func (p *Pane) leave() (pane.Action, tea.Cmd) {
	if p.Back() {
		p.Arrange()
		return nil, nil
	}
	if p.against.Digest == "" {
		return pane.Back{}, nil
	}
	p.against, p.other, p.failed, p.compared = pane.CompareSBOM{}, nil, nil, nil
	p.folded = make(map[string]bool)
	return pane.Stop{}, p.build()
}

// maxChoices bounds how many releases are offered.
const maxChoices = 40

// choose offers the versions to compare with: what the channels hold, then the
// releases, newest first.
func (p *Pane) choose() pane.Action {
	out := pane.Choose{Title: "Compare with", Head: []string{"What changed in the components of " + p.label(p.digest) + " since:"}}
	seen := map[model.Digest]bool{p.digest: true}
	offer := func(label, note string, d model.Digest) {
		if d != "" && !seen[d] && len(out.Choices) < maxChoices {
			seen[d] = true
			out.Choices = append(out.Choices, pane.Choice{Label: model.Sanitize(label), Note: model.Sanitize(note), Action: pane.CompareSBOM{Package: p.pkg, Digest: d}})
		}
	}
	for _, c := range p.survey.Channels {
		for _, m := range c.Members {
			if m.Package == p.pkg {
				offer(c.Name, p.label(m.Digest), m.Digest)
			}
		}
	}
	for _, r := range p.survey.Releases {
		offer(r.Label(), r.Members[p.pkg].Digest.Short()+"  "+present.When(r.Built, p.Now), r.Members[p.pkg].Digest)
	}
	if len(out.Choices) == 0 {
		return pane.Notice{Text: "no other version of this package is known to compare with"}
	}
	return out
}

// tell copies one line about the component, or the document; pressed again, all
// that the search shows, and the document of the verb.
func (p *Pane) tell() pane.Action {
	d := p.document()
	if d == nil {
		return nil
	}
	line, about := present.TellSBOM(*p.list, *d, p.named()), "document"
	if r, ok := p.Table.Cursor(); ok && !r.head {
		line, about = present.TellComponent(*r.component()), r.key
	}
	if p.InDetails && p.Item < len(p.Items) {
		copied := p.Items[p.Item].Copied()
		return p.teller.Tell("item "+copied, pane.Form{Name: "copy", Make: func() pane.Action { return pane.Tell{Text: copied} }})
	}
	of := pane.SBOMOf{List: *p.list, Shown: p.shown, Group: p.by}
	var markdown func() string
	if p.compared != nil {
		compared := *p.compared
		of.Against, of.AgainstOf, of.Diff = &compared.before, model.VersionRef{Package: p.against.Package, Digest: p.against.Digest}, &compared.diff
		markdown = func() string { return present.SBOMDiffTable(compared.diff).Markdown() }
	} else {
		list := p.shownComponents()
		markdown = func() string { return present.SBOMTable(list, model.GroupNone).Markdown() }
	}
	return p.teller.Tell(about, pane.Forms(line, "the SBOM of "+model.Sanitize(p.pkg)+"@"+present.Short(p.digest), markdown, of)...)
}

// maxTold bounds the components that are copied at once: no clipboard takes
// more.
const maxTold = 5000

func (p *Pane) shownComponents() []model.SBOMComponent {
	var out []model.SBOMComponent
	for _, r := range p.Table.Shown() {
		if !r.head && len(out) < maxTold {
			out = append(out, *r.component())
		}
	}
	return out
}
