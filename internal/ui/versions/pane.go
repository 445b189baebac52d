package versions

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/table"
	"github.com/novotnyllc/caitui/internal/ui/theme"
	"github.com/novotnyllc/caitui/internal/ui/versionrows"
)

// Name is the pane's address.
const Name pane.ID = "versions"

type row = versionrows.Row

// Pane shows the versions of all packages.
type Pane struct {
	th      theme.Theme
	width   int
	height  int
	focused bool

	list  *versionrows.List
	table *table.Model[*row] // the list's
	data  *versionrows.All
	want  pane.GoTo // where the cursor shall go when rows are there

	teller pane.Teller
}

// New builds the pane.
func New(th theme.Theme) *Pane {
	p := &Pane{th: th, data: &versionrows.All{Folded: true}}
	p.table = table.New(th, (*row).FullKey, versionrows.ColumnsOfAll(th))
	p.list = versionrows.NewList(th, p.table, versionrows.Owner{
		To:       Name,
		Draw:     p.draw,
		Ref:      versionOf,
		OnScreen: p.table.Visible,
		Move:     func(id keys.ID) { keys.Move(p.table, id) },
		Arrange:  p.arrange,
		Settle:   func() {}, // nothing depends on the cursor
	})
	return p
}

// GoTo puts the cursor on a version, or on the row that it is folded under,
// now or as soon as the versions are there.
func (p *Pane) GoTo(to pane.GoTo) tea.Cmd {
	if to.Digest == "" {
		return nil
	}
	p.want = to
	p.place()
	return p.list.AskSoon()
}

// ID is the pane's address.
func (p *Pane) ID() pane.ID { return Name }

// Title is the pane's part of the breadcrumb.
func (p *Pane) Title() string { return "all versions" }

// Marks lists the marked versions.
func (p *Pane) Marks() []model.Digest { return p.list.Marks() }

// versionOf is the version that a row's key tells.
func versionOf(key string) model.VersionRef {
	pkg, d, _ := strings.Cut(key, "@")
	return model.VersionRef{Package: pkg, Digest: model.Digest(d)}
}

// CapturesText is true while the filter is typed.
func (p *Pane) CapturesText() bool { return p.list.Typing() }

// SetFocus tells whether keys go here.
func (p *Pane) SetFocus(focused bool) { p.focused = focused }

// SetSize gives the pane its size in cells.
func (p *Pane) SetSize(width, height int) {
	p.width, p.height = width, height
	p.arrange()
}

// Update takes what the list takes, and where to go.
func (p *Pane) Update(msg tea.Msg) (pane.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case pane.GoTo:
		return nil, p.GoTo(msg)
	case tea.MouseMsg:
		return nil, p.moused(msg)
	}
	return p.list.Update(msg)
}

// draw draws the rows of all packages out of a survey. It runs in a command.
func (p *Pane) draw(s model.Survey, folded bool) versionrows.Sheet {
	all := versionrows.LoadAll(s, folded)
	return versionrows.Sheet{Rows: all.Rows, ReadAt: s.Inventory.ReadAt, Show: func(was *row) { p.show(all, was) }}
}

// show takes new rows, which the table has already.
func (p *Pane) show(all *versionrows.All, was *row) {
	p.data = all
	if was != nil && p.want.Digest == "" {
		p.want = pane.GoTo{Package: was.In.Name, Digest: was.Digest} // a part's row, or the row itself
	}
	p.place()
}

// Tables is the list, for its columns.
func (p *Pane) Tables() (all []pane.Table, here int) {
	return []pane.Table{{Name: "all versions", Arranger: p.table}}, 0
}

// place puts the cursor where it is wanted. A filter that hides the row gives
// way: somebody asked for this very version.
func (p *Pane) place() {
	in := p.data.Package(p.want.Package)
	if p.want.Digest == "" || in == nil || len(in.Rows) == 0 {
		return
	}
	key := versionrows.FullKey(in.Name, in.Find(p.want.Digest))
	if !p.table.GoTo(key) && p.table.Filtering() {
		p.list.SetQuery("")
		p.table.GoTo(key)
	}
	p.want = pane.GoTo{}
}
