package tagdiff

import (
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/field"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/table"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Name is the pane's address.
const Name pane.ID = "tagdiff"

// Pane shows the differences of one package, or a channel's packages and the
// differences of the one that is open.
type Pane struct {
	th      theme.Theme
	width   int
	height  int
	focused bool

	channel string // "" where two versions were asked for
	whole   *model.ChannelDiff
	members []*member // in the order of the list
	table   *table.Model[*member]
	index   bool // the list of packages has the keys

	pkg    string
	a, b   model.Digest
	diff   *model.Diff // nil until it is there
	gen    uint64      // of the drawing that is wanted
	doc    *document   // nil until it is drawn
	emph   map[int][2][]span
	err    error
	survey model.Survey
	tried  time.Time // the reading of the survey when the content was asked for last

	files   map[compared]model.DiffSection // what was read
	reading *pane.Progress                 // nil while no files are read
	filesOf compared                       // whose files are read, or could not be
	failed  error                          // why they could not be
	moved   bool                           // the cursor was moved since the files were asked for

	shown  arrangement
	cursor int // into the rows shown
	top    int
	narrow bool // one column even where there is room for two
	folded bool

	prompt field.Line
	query  string
	hits   []int // items that match
	from   int   // item under the cursor when the search began
	teller pane.Teller
}

// compared is two versions of a package.
type compared struct {
	pkg  string
	a, b model.Digest
}

// here is what is compared on the screen.
func (p *Pane) here() compared { return compared{p.pkg, p.a, p.b} }

// New builds the pane of two versions of a package.
func New(th theme.Theme, what pane.Compare) *Pane {
	p := empty(th)
	p.pkg, p.a, p.b = what.Package, what.A, what.B
	return p
}

// NewChannel builds the pane of a channel and its former release.
func NewChannel(th theme.Theme, channel string) *Pane {
	p := empty(th)
	p.channel, p.index = channel, true
	return p
}

func empty(th theme.Theme) *Pane {
	p := &Pane{th: th, folded: true, prompt: field.NewLine(th), files: make(map[compared]model.DiffSection)}
	p.table = table.New(th, memberKey, memberColumns(th, nil))
	return p
}

// ID is the pane's address.
func (p *Pane) ID() pane.ID { return Name }

// Title is the pane's part of the breadcrumb.
func (p *Pane) Title() string {
	if p.channel != "" {
		return model.Sanitize(p.channel) + " changes"
	}
	return model.Sanitize(p.pkg) + " diff"
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

// Update takes what the root brings: surveys for names and ages, the
// differences, progress; and the text of a search.
func (p *Pane) Update(msg tea.Msg) (pane.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case pane.Surveyed:
		return p.surveyed(msg.Survey), nil
	case pane.Result:
		return p.result(msg)
	case pane.Progress:
		if p.reading != nil {
			p.reading = &msg
		}
	case tea.KeyMsg:
		if p.prompt.Typing() {
			p.typed(msg)
		}
	case tea.MouseMsg:
		p.moused(msg)
	}
	return nil, nil
}

// surveyed takes names and ages from a survey. What could not be compared is
// tried again when everything was read anew.
func (p *Pane) surveyed(s model.Survey) pane.Action {
	at := s.Inventory.ReadAt
	again := p.err != nil && at.After(p.tried)
	if p.err == nil || again {
		p.tried = at
	}
	p.survey = s
	if again {
		p.err = nil
		return pane.Again{}
	}
	p.arrange()
	return nil
}

// result takes the answer to what was asked for, or to the pane's own drawing.
func (p *Pane) result(msg pane.Result) (pane.Action, tea.Cmd) {
	switch value := msg.Value.(type) {
	case model.Diff:
		return nil, p.open(value)
	case model.ChannelDiff:
		p.err = nil
		p.list(value)
	case model.DiffSection:
		return p.filesRead(value)
	case drawn:
		if value.of == p && msg.Gen == p.gen {
			p.drawn(value)
		}
	case nil:
		switch {
		case msg.Err == nil:
		case p.reading != nil:
			p.reading, p.failed = nil, msg.Err
			p.arrange()
		default:
			p.err = msg.Err
		}
	}
	return nil, nil
}

// open shows the differences of a package.
func (p *Pane) open(d model.Diff) tea.Cmd {
	p.err, p.doc = nil, nil
	p.cursor, p.top, p.query, p.hits = 0, 0, "", nil
	if s, ok := p.files[p.here()]; ok {
		d = d.WithSection(s)
	}
	p.diff = &d
	return p.draw("")
}

// drawn is a document, ready to be shown, and whom it is for: there may be
// several panes of this kind.
type drawn struct {
	of  *Pane // compared, never touched
	doc document
	to  string // the section that the cursor shall go to, "" for none
}

// draw draws up the differences in a command, for there may be many.
func (p *Pane) draw(to string) tea.Cmd {
	p.gen++
	of, gen, d, ascii := p, p.gen, *p.diff, p.th.ASCII
	return func() tea.Msg {
		return pane.Result{To: Name, Gen: gen, Value: drawn{of: of, doc: draw(d, ascii), to: to}}
	}
}

// drawn shows a document. The cursor starts on the first change, for what is
// equal nobody came to see.
func (p *Pane) drawn(d drawn) {
	first := p.doc == nil
	p.doc, p.emph = &d.doc, make(map[int][2][]span)
	p.search()
	p.rearrange()
	switch {
	case d.to != "":
		p.goTo(d.to)
	case first && len(p.shown.stops) > 0:
		p.cursor, p.top = p.shown.stops[0], 0
	}
	p.scroll()
}

// filesRead puts what was read among the other sections. The cursor goes there
// unless it was moved meanwhile.
func (p *Pane) filesRead(s model.DiffSection) (pane.Action, tea.Cmd) {
	if p.reading == nil || p.diff == nil || p.filesOf != p.here() {
		return nil, nil // given up
	}
	p.reading = nil
	p.files[p.here()] = s
	d := p.diff.WithSection(s)
	p.diff = &d
	if p.moved {
		return pane.Notice{Text: "the files have been read, they stand at " + s.Name}, p.draw("")
	}
	return nil, p.draw(s.Name)
}

// goTo puts the cursor on the first change of a section.
func (p *Pane) goTo(name string) {
	at := slices.IndexFunc(p.doc.sections, func(s section) bool { return s.name == name })
	if at < 0 || at >= len(p.shown.heads) {
		return
	}
	for _, stop := range p.shown.stops {
		if p.doc.items[p.shown.rows[stop].item].section == at {
			p.jump(stop)
			return
		}
	}
	p.jump(p.shown.heads[at])
}

// split reports whether both sides have a column of their own.
func (p *Pane) split() bool { return p.wide() && !p.narrow }

// arrange brings everything up to date with the size.
func (p *Pane) arrange() {
	p.table.SetSize(p.width, max(p.listHeight(), 0))
	p.rearrange()
}

// rearrange breaks the document into rows anew, the cursor on the same thing.
func (p *Pane) rearrange() {
	if p.doc == nil {
		return
	}
	at, offset := 0, p.cursor-p.top
	if p.cursor < len(p.shown.rows) {
		at = int(p.shown.rows[p.cursor].item)
	}
	hits := make(map[int]bool, len(p.hits))
	for _, i := range p.hits {
		hits[i] = true
	}
	p.shown = arrange(p.doc, arranging{width: max(p.bodyWidth(), 1), split: p.split(), fold: p.folded, keep: func(i int) bool { return hits[i] }})
	p.cursor = p.shown.at(at)
	p.top = p.cursor - offset
	p.scroll()
}

// scroll keeps the cursor on a row, and that on the screen.
func (p *Pane) scroll() {
	height := max(p.bodyHeight(), 1)
	p.cursor = max(min(p.cursor, len(p.shown.rows)-1), 0)
	p.top = min(p.top, p.cursor)
	p.top = max(p.top, p.cursor-height+1)
	p.top = max(min(p.top, len(p.shown.rows)-height), 0)
}

// jump puts the cursor on a row far away, with what follows it in sight.
func (p *Pane) jump(to int) {
	height := p.bodyHeight()
	p.cursor = to
	if to < p.top || to >= p.top+height-height/3 {
		p.top = to - height/4
	}
	p.scroll()
}
