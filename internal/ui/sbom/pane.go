package sbom

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/records"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Name is the pane's address.
const Name pane.ID = "sbom"

// Pane shows the SBOMs of one version.
type Pane struct {
	*records.Browser[*row]
	th     theme.Theme
	pkg    string
	digest model.Digest

	survey model.Survey
	tried  time.Time // the reading of the survey under which the list was asked for
	list   *model.SBOMList
	err    error
	shown  int // the document that is shown, -1 for none

	by     model.SBOMGrouping
	folded map[string]bool // groups by name

	against   pane.CompareSBOM // what it is compared with, Digest "" for nothing
	other     *model.SBOMList  // of that
	failed    error            // why there is none
	compared  *comparison
	rows      *rows // what the table holds
	gen       uint64
	building  bool
	wantsMore pane.Action // asked for once the list is there

	teller pane.Teller
}

// comparison is the outcome of comparing with a document of another version.
type comparison struct {
	before model.SBOMDocument
	diff   model.SBOMDiff
}

// New builds the pane of one version. The list comes as a Result.
func New(th theme.Theme, a pane.ShowSBOM) *Pane {
	p := &Pane{th: th, pkg: a.Package, digest: a.Digest, shown: -1, folded: make(map[string]bool), rows: &rows{}}
	if a.Against != "" {
		p.wantsMore = pane.CompareSBOM{Package: a.Package, Digest: a.Against}
	}
	p.Browser = records.New(th, func(r *row) string { return r.key }, p.columns(), records.Form[*row]{
		Title: p.Title(), Details: "Component", Note: p.note, Message: p.message, Head: p.head,
		Count:  func(int) string { return present.Many(p.total(), p.noun()) },
		Beside: besideWidth, ListShare: 12, Below: below,
		Items: p.items, Labels: labelWidth, Margin: 1, Match: p.match,
		Fields: append(model.SBOMFields(), "change"),
	})
	p.Table.SetEmpty("The document lists no components.")
	return p
}

// ID is the pane's address.
func (p *Pane) ID() pane.ID { return Name }

// Title is what it is about, as the breadcrumb shows it.
func (p *Pane) Title() string { return model.Sanitize(p.pkg) + " SBOM" }

// Tables is the list, for its columns.
func (p *Pane) Tables() (all []pane.Table, here int) {
	name := "components"
	if p.compared != nil {
		name = "component changes"
	}
	return []pane.Table{{Name: name, Arranger: p.Table}}, 0
}

// document is what is shown, nil for nothing.
func (p *Pane) document() *model.SBOMDocument {
	if p.list == nil || p.shown < 0 || p.shown >= len(p.list.Documents) {
		return nil
	}
	return &p.list.Documents[p.shown]
}

// Update takes lists, surveys for names, rows that were made in a command, and
// the text of a search.
func (p *Pane) Update(msg tea.Msg) (pane.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case pane.Surveyed:
		return p.surveyed(msg.Survey), nil
	case pane.Result:
		return p.result(msg)
	case pane.CompareSBOM:
		p.against, p.other, p.failed, p.compared = msg, nil, nil, nil
		p.Arrange()
	case pane.Arranged:
		p.Arrange()
	case tea.KeyMsg:
		if p.CapturesText() {
			p.Typed(msg)
		}
	case tea.MouseMsg:
		p.Moused(msg)
		p.teller.Reset()
	}
	return nil, nil
}

// surveyed takes names from a survey. What failed is asked again when everything
// was read anew.
func (p *Pane) surveyed(s model.Survey) pane.Action {
	at := s.Inventory.ReadAt
	failed := p.err != nil || p.list != nil && !p.list.Whole()
	again := failed && !p.tried.IsZero() && at.After(p.tried)
	if p.tried.IsZero() || again {
		p.tried = at
	}
	p.survey = s
	p.Now = at
	p.Arrange()
	if again {
		return pane.Again{}
	}
	return nil
}

func (p *Pane) result(msg pane.Result) (pane.Action, tea.Cmd) {
	switch value := msg.Value.(type) {
	case model.SBOMList:
		switch {
		case value.Package == p.pkg && value.Subject == p.digest:
			return p.take(value)
		case value.Package == p.against.Package && value.Subject == p.against.Digest:
			p.other, p.failed = &value, nil
			return nil, p.build()
		}
	case built:
		if value.of == p && msg.Gen == p.gen {
			p.show(value)
		}
	case nil:
		switch {
		case msg.Err == nil:
		case p.waiting():
			p.failed = msg.Err
		default:
			p.err = msg.Err
		}
		p.Arrange()
	}
	return nil, nil
}

// waiting is whether the SBOMs of another version have been asked for.
func (p *Pane) waiting() bool { return p.against.Digest != "" && p.other == nil && p.failed == nil }

// take takes the version's list.
func (p *Pane) take(l model.SBOMList) (pane.Action, tea.Cmd) {
	var was model.Digest
	if d := p.document(); d != nil {
		was = d.Digest
	}
	p.list, p.err, p.shown = &l, nil, l.Best()
	for i, d := range l.Documents {
		if was != "" && d.Digest == was {
			p.shown = i
		}
	}
	more := p.wantsMore
	p.wantsMore = nil
	if p.shown < 0 {
		more = nil
	}
	return more, p.build()
}
