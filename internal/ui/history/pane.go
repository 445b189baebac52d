package history

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/table"
	"github.com/novotnyllc/caitui/internal/ui/theme"
	"github.com/novotnyllc/caitui/internal/ui/versionrows"
)

// Name is the pane's address.
const Name pane.ID = "history"

// Pane shows the versions of one package.
type Pane struct {
	th      theme.Theme
	pkg     string
	width   int
	height  int
	focused bool

	list   *versionrows.List
	table  *table.Model[*row] // the list's
	data   loaded
	want   model.Digest // where the cursor shall go when rows are there
	placed bool         // the cursor stands where a person put it

	inDetails bool // the keys belong to the details
	open      bool // the details go down to the layers
	lines     []line
	linesOf   *row
	shown     model.Digest // whose details line and top are about
	line, top int
	far       []line // what changed, where there is a third column
	farTitle  string
	farOf     versionrows.Pair // what the third column is about

	teller pane.Teller
}

// New builds the pane of one package.
func New(th theme.Theme, pkg string) *Pane {
	p := &Pane{th: th, pkg: pkg}
	p.data.Package = &versionrows.Package{Name: pkg, Folded: true}
	p.table = table.New(th, (*row).Key, versionrows.Columns(th))
	p.list = versionrows.NewList(th, p.table, versionrows.Owner{
		To:       Name,
		Draw:     p.draw,
		Ref:      func(key string) model.VersionRef { return model.VersionRef{Package: pkg, Digest: model.Digest(key)} },
		OnScreen: p.onScreen,
		Move:     p.move,
		Arrange:  p.arrange,
		Settle:   p.settle,
	})
	return p
}

// GoTo puts the cursor on a digest, or on the row that it is folded under, now
// or as soon as the versions are there. The empty digest changes nothing.
func (p *Pane) GoTo(d model.Digest) {
	if d == "" {
		return
	}
	p.want, p.placed = d, true
	p.place()
	p.settle()
}

// goTo puts the cursor on a version that somebody asked for in particular: a
// filter that hides it gives way, and a part is shown in the details of its
// row.
func (p *Pane) goTo(d model.Digest) tea.Cmd {
	if d == "" {
		return nil
	}
	var cmd tea.Cmd
	row := p.data.Find(d)
	if p.list.Query() != "" && !p.table.GoTo(string(row)) {
		cmd = p.list.SetQuery("")
	}
	p.inDetails = false
	p.GoTo(d)
	if at := slices.IndexFunc(p.lines, func(l line) bool { return l.digest == d }); row != d && at >= 0 {
		p.inDetails, p.line = true, at
		p.settle()
	}
	return tea.Batch(cmd, p.list.AskSoon())
}

// ID is the pane's address.
func (p *Pane) ID() pane.ID { return Name }

// Package is whose versions are shown.
func (p *Pane) Package() string { return p.pkg }

// Title is the package's name, as the breadcrumb shows it.
func (p *Pane) Title() string { return model.Sanitize(p.pkg) }

// Marks lists the marked versions.
func (p *Pane) Marks() []model.Digest { return p.list.Marks() }

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
		return nil, p.goTo(msg.Digest)
	case tea.MouseMsg:
		return nil, p.moused(msg)
	}
	return p.list.Update(msg)
}

// draw draws the rows of the package out of a survey. It runs in a command.
func (p *Pane) draw(s model.Survey, folded bool) versionrows.Sheet {
	l := load(s, p.pkg, folded)
	return versionrows.Sheet{Rows: l.Rows, ReadAt: l.State.Snapshot.ReadAt, Show: func(was *row) { p.show(l, was) }}
}

// show takes new rows, which the table has already.
func (p *Pane) show(l loaded, was *row) {
	p.data = l
	if was != nil && p.want == "" {
		p.want = was.Digest // a part's row, or the row itself
	}
	p.place()
	p.linesOf = nil
	p.settle()
}

// Tables is the list, for its columns.
func (p *Pane) Tables() (all []pane.Table, here int) {
	return []pane.Table{{Name: "history", Arranger: p.table}}, 0
}

// place puts the cursor where it is wanted, at first on the row that the first
// channel points to.
func (p *Pane) place() {
	if !p.list.Ready() || len(p.data.Rows) == 0 {
		return
	}
	want := p.want
	if want == "" && !p.placed {
		want = p.data.First
	}
	if want == "" {
		return
	}
	p.table.GoTo(string(p.data.Find(want)))
	p.want = ""
}

// onScreen are the rows that a person sees, the one under the cursor first.
func (p *Pane) onScreen() []*row {
	visible := p.table.Visible()
	r := p.list.Current()
	if r == nil {
		return visible
	}
	return append([]*row{r}, visible...)
}

// target is the digest under the cursor: the row's, or in the details that of
// the line.
func (p *Pane) target(r *row) model.Digest {
	if p.inDetails && p.line < len(p.lines) && p.lines[p.line].digest != "" {
		return p.lines[p.line].digest
	}
	return r.Digest
}
