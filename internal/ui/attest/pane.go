package attest

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/field"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/table"
	"github.com/novotnyllc/caitui/internal/ui/theme"
	"github.com/novotnyllc/caitui/internal/ui/tree"
)

// Name is the pane's address.
const Name pane.ID = "attestations"

// Pane shows what is attested about one digest.
type Pane struct {
	th      theme.Theme
	pkg     string
	digest  model.Digest
	width   int
	height  int
	focused bool

	survey model.Survey
	tried  time.Time // the reading of the survey under which the list was asked for
	list   *model.AttestationList
	// check is what checking the list came to, nil until it has ended.
	check *model.Verification
	err   error
	head  []string // drawn, for the present width

	table *table.Model[*row]
	tree  *tree.Model
	gen   uint64 // of the statement that is wanted
	shown *row   // whose statement the tree holds
	// building is set while a large statement is read.
	building  bool
	inDetails bool
	policy    bool // the demands of the policy are shown
	touched   bool // a person moved the cursor

	prompt field.Line

	teller pane.Teller
}

// row is one attestation of the list.
type row struct {
	model.Attestation
	key string
}

// New builds the pane of one digest. What was found comes as a Result, and again
// when it was checked.
func New(th theme.Theme, pkg string, digest model.Digest) *Pane {
	p := &Pane{th: th, pkg: pkg, digest: digest, prompt: field.NewLine(th), tree: tree.New(th)}
	p.table = table.New(th, func(r *row) string { return r.key }, p.columns())
	return p
}

// ID is the pane's address.
func (p *Pane) ID() pane.ID { return Name }

// Package is whose version it is about, Digest which.
func (p *Pane) Package() string { return p.pkg }

// Digest is the version that it is about.
func (p *Pane) Digest() model.Digest { return p.digest }

// Title is what it is about, as the breadcrumb shows it.
func (p *Pane) Title() string { return model.Sanitize(p.pkg) + " attestations" }

// Tables is the list, for its columns.
func (p *Pane) Tables() (all []pane.Table, here int) {
	return []pane.Table{{Name: "attestations", Arranger: p.table}}, 0
}

// CapturesText is true while a search is typed.
func (p *Pane) CapturesText() bool { return p.prompt.Typing() }

// SetFocus tells whether keys go here.
func (p *Pane) SetFocus(focused bool) { p.focused = focused }

// SetSize gives the pane its size in cells.
func (p *Pane) SetSize(width, height int) {
	p.width, p.height = width, height
	p.arrange()
}

// Update takes what was found and what checking it came to, surveys for names, statements that were read in a
// command, and the text of a search.
func (p *Pane) Update(msg tea.Msg) (pane.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case pane.Surveyed:
		return p.surveyed(msg.Survey), nil
	case pane.Result:
		return nil, p.result(msg)
	case tea.KeyMsg:
		if p.prompt.Typing() {
			p.typed(msg)
		}
	case tea.MouseMsg:
		return nil, p.moused(msg)
	}
	return nil, nil
}

// surveyed takes names from a survey. What failed, and sources that failed, are
// asked again when everything was read anew.
func (p *Pane) surveyed(s model.Survey) pane.Action {
	at := s.Inventory.ReadAt
	failed := p.err != nil || p.list != nil && !p.list.Whole()
	again := failed && !p.tried.IsZero() && at.After(p.tried)
	if p.tried.IsZero() || again {
		p.tried = at
	}
	p.survey = s
	p.arrange()
	if again {
		return pane.Again{}
	}
	return nil
}

// result takes the list, or a statement that was read in a command.
func (p *Pane) result(msg pane.Result) tea.Cmd {
	switch value := msg.Value.(type) {
	case model.AttestationList: // found, and being checked
		if value.Package != p.pkg || value.Subject != p.digest || p.check != nil {
			return nil // what is asked again replaces what is here when it is whole
		}
		p.err = nil
		return p.show(value)
	case model.Verification:
		if value.List.Package != p.pkg || value.List.Subject != p.digest {
			return nil
		}
		p.err, p.check = nil, &value
		return tea.Batch(p.show(value.List), p.toTrouble())
	case built:
		if value.of == p && msg.Gen == p.gen {
			p.building = false
			p.tree.SetDoc(value.doc)
			p.arrange()
		}
	case nil:
		if msg.Err != nil {
			p.err = msg.Err
			p.arrange()
		}
	}
	return nil
}

// show takes a list. The cursor stays on the attestation that it was on.
func (p *Pane) show(l model.AttestationList) tea.Cmd {
	p.list, p.shown = &l, nil
	rows := make([]*row, len(l.Items))
	seen := make(map[string]int, len(l.Items))
	for i, a := range l.Items {
		key := keyOf(a)
		seen[key]++
		for n := seen[key]; n > 1; n-- {
			key += "'" // two that nothing tells apart
		}
		rows[i] = &row{a, key}
	}
	p.table.SetRows(rows)
	p.arrange()
	return p.follow()
}

// toTrouble puts the cursor on the first attestation that did not hold, as long
// as nobody has moved it.
func (p *Pane) toTrouble() tea.Cmd {
	if p.touched {
		return nil
	}
	for _, r := range p.table.Shown() {
		if v := r.Check.Verdict; v == model.VerdictFailed || v == model.VerdictUnverifiable {
			p.table.GoTo(r.key)
			p.arrange()
			return p.follow()
		}
	}
	return nil
}

func keyOf(a model.Attestation) string {
	key := string(a.Digest) + " " + string(a.About)
	for _, o := range a.Origins {
		key += " " + string(o.Manifest) + " " + o.Title
	}
	return key
}

// current is the attestation under the cursor, nil where there is none.
func (p *Pane) current() *row {
	if p.list == nil {
		return nil
	}
	r, ok := p.table.Cursor()
	if !ok {
		return nil
	}
	return r
}

// built is a statement read in a command.
type built struct {
	of  *Pane
	doc *tree.Doc
}

// atOnce is up to how many bytes a statement is made a tree of at once: less
// than the round through the event loop takes.
const atOnce = 64 << 10

// follow shows the statement of the attestation under the cursor.
func (p *Pane) follow() tea.Cmd {
	r := p.current()
	if r == p.shown {
		return nil
	}
	p.shown, p.building = r, false
	p.gen++
	if r == nil {
		p.inDetails = false
		p.tree.SetDoc(nil)
		return nil
	}
	p.tree.Search("")
	p.prompt.Clear()
	list, check, now := *p.list, p.check, p.survey.Inventory.ReadAt
	if len(r.Raw)+len(r.Statement) <= atOnce {
		p.tree.SetDoc(document(list, check, r.Attestation, now))
		return nil
	}
	p.building = true
	p.tree.SetDoc(nil)
	gen := p.gen
	return func() tea.Msg {
		return pane.Result{To: Name, Gen: gen, Value: built{p, document(list, check, r.Attestation, now)}}
	}
}
