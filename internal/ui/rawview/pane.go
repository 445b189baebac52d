package rawview

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/field"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/theme"
	"github.com/novotnyllc/caitui/internal/ui/tree"
)

// Name is the pane's address.
const Name pane.ID = "raw"

// Pane shows the content of one digest.
type Pane struct {
	th      theme.Theme
	pkg     string
	digest  model.Digest
	width   int
	height  int
	focused bool

	tried    time.Time // the reading of the survey under which the content was asked for
	have     bool
	manifest bool // what came is one
	building bool // large content is made a tree
	err      error
	tree     *tree.Model

	prompt field.Line
}

// New builds the pane of one digest. The content comes as a Result.
func New(th theme.Theme, pkg string, digest model.Digest) *Pane {
	return &Pane{th: th, pkg: pkg, digest: digest, tree: tree.New(th), prompt: field.NewLine(th)}
}

// ID is the pane's address.
func (p *Pane) ID() pane.ID { return Name }

// Title is what it is about, as the breadcrumb shows it.
func (p *Pane) Title() string {
	return model.Sanitize(p.pkg) + " raw " + model.Sanitize(p.digest.Short())
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

// built is content that was made a tree in a command.
type built struct {
	of  *Pane
	doc *tree.Doc
}

// Update takes the content, and the text of a search.
func (p *Pane) Update(msg tea.Msg) (pane.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case pane.Surveyed:
		return p.surveyed(msg.Survey.Inventory.ReadAt), nil
	case pane.Result:
		return nil, p.result(msg)
	case tea.KeyMsg:
		if p.prompt.Typing() {
			p.typed(msg)
		}
	case tea.MouseMsg:
		p.moused(msg)
	}
	return nil, nil
}

// surveyed asks again for what failed, when everything was read anew.
func (p *Pane) surveyed(at time.Time) pane.Action {
	again := p.err != nil && !p.tried.IsZero() && at.After(p.tried)
	if p.tried.IsZero() || again {
		p.tried = at
	}
	if again {
		return pane.Again{}
	}
	return nil
}

// atOnce is up to how many bytes content is made a tree of at once: less than
// the round through the event loop takes.
const atOnce = 64 << 10

func (p *Pane) result(msg pane.Result) tea.Cmd {
	switch value := msg.Value.(type) {
	case model.RawContent:
		if value.Package != p.pkg || value.Digest != p.digest {
			return nil
		}
		p.err, p.have, p.manifest = nil, true, value.Manifest
		if len(value.Body) > atOnce {
			p.building = true
			return func() tea.Msg { return pane.Result{To: Name, Value: built{p, document(value)}} }
		}
		p.take(document(value))
	case built:
		if value.of == p {
			p.take(value.doc)
		}
	case nil:
		if msg.Err != nil && !p.have { // content never changes: what is there stays
			p.err = msg.Err
		}
	}
	return nil
}

func (p *Pane) take(doc *tree.Doc) {
	p.building = false
	p.tree.SetDoc(doc)
	p.arrange()
}
