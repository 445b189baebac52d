package packages

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/field"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/table"
	"github.com/novotnyllc/caitui/internal/ui/theme"
	"github.com/novotnyllc/caitui/internal/ui/versionrows"
)

// Name is the pane's address.
const Name pane.ID = "packages"

// part is one of the two lists.
type part int

const (
	inChannels part = iota
	inPackages
)

// Pane is the home screen.
type Pane struct {
	th      theme.Theme
	width   int
	height  int
	focused bool

	pic     picture
	ready   bool  // a survey is there
	err     error // what the root could not do for this pane
	touched bool  // a person moved a cursor or the focus

	part     part
	channels *table.Model[*channelRow]
	packages *table.Model[*packageRow]

	told     uint64 // how many surveys came
	past     sorted // the history of the package under the cursor
	sorting  bool
	builds   *table.Model[*versionrows.Row]
	releases *table.Model[*releaseRow]

	prompt field.Line
	query  string
	bad    error // why the filter cannot be read

	areas    areas
	findings []string // drawn, for the area's width
	summary  []string // drawn: about the selected thing, at the foot
	details  []string // drawn: about the selected thing, beside the lists

	teller pane.Teller
}

// areas is where the parts of the pane go.
type areas struct {
	channels, findings, packages, filter, summary, side, far layout.Rect
}

// New builds the home pane.
func New(th theme.Theme) *Pane {
	p := &Pane{th: th, prompt: field.NewLine(th)}
	p.channels = table.New(th, channelKey, channelColumns(th, nil))
	p.packages = table.New(th, packageKey, packageColumns(th, nil, nil))
	p.builds = table.New(th, (*versionrows.Row).Key, buildColumns(th))
	p.releases = table.New(th, releaseKey, releaseColumns(th, picture{}))
	return p
}

// ID is the pane's address.
func (p *Pane) ID() pane.ID { return Name }

// Title is the pane's part of the breadcrumb.
func (p *Pane) Title() string { return "packages" }

// Tables are the channels and the packages.
func (p *Pane) Tables() (all []pane.Table, here int) {
	return []pane.Table{{Name: "channels", Arranger: p.channels}, {Name: "packages", Arranger: p.packages}}, int(p.part)
}

// CapturesText is true while the filter is typed.
func (p *Pane) CapturesText() bool { return p.prompt.Typing() }

// SetFocus tells whether keys go here.
func (p *Pane) SetFocus(focused bool) { p.focused = focused }

// SetSize gives the pane its size in cells.
func (p *Pane) SetSize(width, height int) {
	p.width, p.height = width, height
	p.arrange()
}

// Update takes surveys, histories that were sorted, and the filter's text.
func (p *Pane) Update(msg tea.Msg) (pane.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case pane.Surveyed:
		p.survey(msg.Survey)
	case pane.Result:
		if f, ok := msg.Value.(sorted); ok {
			return nil, p.take(f)
		}
		if msg.Err != nil {
			p.err = msg.Err
		}
	case tea.KeyMsg:
		if p.prompt.Typing() {
			p.typed(msg)
		}
	case tea.MouseMsg:
		p.moused(msg)
	}
	return nil, p.follow()
}

// survey shows a newer survey under the cursors that were there. As long as
// nobody touched a key the cursor goes to what needs attention.
func (p *Pane) survey(s model.Survey) {
	p.pic, p.ready, p.err = draw(s), true, nil
	p.channels.SetColumns(channelColumns(p.th, p.pic.channels))
	p.packages.SetColumns(packageColumns(p.th, p.pic.channels, p.pic.packages))
	p.channels.SetRows(p.pic.channels)
	p.packages.SetRows(p.pic.packages)
	p.releases.SetColumns(releaseColumns(p.th, p.pic))
	p.releases.SetRows(p.pic.releases)
	p.told++
	if !p.touched {
		p.channels.GoTo(p.pic.needy())
		p.packages.Home()
		p.part = inChannels
		if len(p.pic.channels) == 0 {
			p.part = inPackages
		}
	}
	p.arrange()
}

// channel is the channel under the cursor, nil where there is none.
func (p *Pane) channel() *channelRow {
	r, ok := p.channels.Cursor()
	if !p.ready || !ok {
		return nil
	}
	return r
}

// current is the package under the cursor, nil where there is none.
func (p *Pane) current() *packageRow {
	r, ok := p.packages.Cursor()
	if !p.ready || !ok {
		return nil
	}
	return r
}
