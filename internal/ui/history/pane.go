package history

import (
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/field"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/table"
	"github.com/novotnyllc/caitui/internal/ui/theme"
	"github.com/novotnyllc/caitui/internal/ui/versionrows"
)

// Name is the pane's address.
const Name pane.ID = "history"

// settleTime is how long the screen has to stand still before manifests are
// asked for: whoever scrolls past rows does not want them read.
const settleTime = 60 * time.Millisecond

// Pane shows the versions of one package.
type Pane struct {
	th      theme.Theme
	pkg     string
	width   int
	height  int
	focused bool

	told      *model.Survey // the newest survey, nil before the first
	gen       uint64        // of the computation that is wanted
	computing bool
	again     bool // a survey came while computing
	data      loaded
	ready     bool
	err       error // what the root could not do for this pane
	folded    bool

	table  *table.Model[*row]
	want   model.Digest // where the cursor shall go when rows are there
	placed bool         // the cursor stands where a person put it

	prompt field.Line
	query  string
	bad    error // why the filter cannot be read

	inDetails bool // the keys belong to the details
	open      bool // the details go down to the layers
	lines     []line
	linesOf   *row
	shown     model.Digest // whose details line and top are about
	line, top int
	far       []line // what changed, where there is a third column
	farTitle  string
	farOf     versionrows.Pair // what the third column is about

	asked   versionrows.Asked
	askedOf time.Time // the reading of the package that asked is about
	askGen  uint64

	teller pane.Teller
}

// New builds the pane of one package.
func New(th theme.Theme, pkg string) *Pane {
	p := &Pane{th: th, pkg: pkg, folded: true, asked: versionrows.Asked{}, prompt: field.NewLine(th)}
	p.data.Package = &versionrows.Package{Name: pkg, Folded: true}
	p.table = table.New(th, (*row).Key, versionrows.Columns(th))
	p.table.SetUnmatched("Nothing matches the filter. esc clears it; z looks at what is folded, too.")
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
	if p.query != "" && !p.table.GoTo(string(row)) {
		cmd = p.setQuery("")
	}
	p.inDetails = false
	p.GoTo(d)
	if at := slices.IndexFunc(p.lines, func(l line) bool { return l.digest == d }); row != d && at >= 0 {
		p.inDetails, p.line = true, at
		p.settle()
	}
	return tea.Batch(cmd, p.askSoon())
}

// ID is the pane's address.
func (p *Pane) ID() pane.ID { return Name }

// Package is whose versions are shown.
func (p *Pane) Package() string { return p.pkg }

// Title is the package's name, as the breadcrumb shows it.
func (p *Pane) Title() string { return model.Sanitize(p.pkg) }

// Marks lists the marked versions.
func (p *Pane) Marks() []model.Digest {
	var out []model.Digest
	for _, key := range p.table.Marks() {
		out = append(out, model.Digest(key))
	}
	return out
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

// Update takes surveys, the pane's own results, and the filter's text.
func (p *Pane) Update(msg tea.Msg) (pane.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case pane.Surveyed:
		return nil, p.survey(msg.Survey)
	case pane.GoTo:
		return nil, p.goTo(msg.Digest)
	case pane.Arranged:
		p.settle()
		return nil, p.askSoon()
	case pane.Result:
		return p.result(msg)
	case tea.KeyMsg:
		if p.prompt.Typing() {
			return nil, p.typed(msg)
		}
	case tea.MouseMsg:
		return nil, p.moused(msg)
	}
	return nil, nil
}

// survey takes a newer survey. While a computation runs, only the newest of
// those that come meanwhile is kept.
func (p *Pane) survey(s model.Survey) tea.Cmd {
	p.told, p.err = &s, nil
	if p.computing {
		p.again = true
		return nil
	}
	return p.compute()
}

// compute draws the rows of the newest survey in a command, for it takes time
// in proportion to the package. What an older command still brings is dropped.
func (p *Pane) compute() tea.Cmd {
	if p.told == nil {
		return nil
	}
	p.gen++
	p.computing, p.again = true, false
	gen, s, pkg, folded, order := p.gen, *p.told, p.pkg, p.folded, p.table.Orderer()
	return func() tea.Msg {
		l := load(s, pkg, folded)
		l.ordered = order(l.Rows)
		return pane.Result{To: Name, Gen: gen, Value: answer{p, l}}
	}
}

// answer is what a command of this very pane brings: another history of the
// same package may be open too.
type answer struct {
	to    *Pane
	value any
}

// askNow is the end of a settle time.
type askNow struct{}

// result takes the answer to one of the pane's own commands.
func (p *Pane) result(msg pane.Result) (pane.Action, tea.Cmd) {
	a, own := msg.Value.(answer)
	if own && a.to != p {
		return nil, nil
	}
	switch value := a.value.(type) {
	case loaded:
		if msg.Gen != p.gen {
			return nil, nil
		}
		marks := p.table.MarkCount()
		cmd := p.loaded(value)
		if lost := marks - p.table.MarkCount(); lost > 0 {
			return pane.Notice{Text: present.Many(lost, "mark") + " dropped: gone, or folded under what it belongs to"}, cmd
		}
		return nil, cmd
	case table.Filtered:
		if !p.table.Apply(value) {
			return nil, nil
		}
		p.settle()
		return nil, p.askSoon()
	case askNow:
		if msg.Gen != p.askGen {
			return nil, nil
		}
		return p.ask(), nil
	default:
		if msg.Err != nil {
			p.err = msg.Err
		}
		return nil, nil
	}
}

// loaded shows new rows under the cursor that was there.
func (p *Pane) loaded(l loaded) tea.Cmd {
	p.computing, p.ready = false, true
	if p.data.Folded != l.Folded && p.want == "" {
		if r, ok := p.table.Cursor(); ok {
			p.want = r.Digest // a part's row, or the row itself
		}
	}
	p.data = l
	if at := l.State.Snapshot.ReadAt; !at.Equal(p.askedOf) {
		p.asked, p.askedOf = versionrows.Asked{}, at
	}
	p.table.SetOrdered(l.ordered)
	p.place()
	p.linesOf = nil
	p.settle()
	sort := p.table.Refilter(p.filtered)
	if p.again {
		return tea.Batch(p.compute(), sort, p.askSoon())
	}
	return tea.Batch(sort, p.askSoon())
}

// filtered is the message of the table's work.
func (p *Pane) filtered(f table.Filtered) tea.Msg { return pane.Result{To: Name, Value: answer{p, f}} }

// Tables is the list, for its columns.
func (p *Pane) Tables() (all []pane.Table, here int) {
	return []pane.Table{{Name: "history", Arranger: p.table}}, 0
}

// place puts the cursor where it is wanted, at first on the row that the first
// channel points to.
func (p *Pane) place() {
	if !p.ready || len(p.data.Rows) == 0 {
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

// askSoon waits until the screen stands still, if something on it is unread.
func (p *Pane) askSoon() tea.Cmd {
	if !p.ready || len(versionrows.Wanted(p.onScreen(), p.asked)) == 0 {
		return nil
	}
	p.askGen++
	gen := p.askGen
	return tea.Tick(settleTime, func(time.Time) tea.Msg {
		return pane.Result{To: Name, Gen: gen, Value: answer{p, askNow{}}}
	})
}

// ask asks for what is on the screen and unread, never twice for the same.
func (p *Pane) ask() pane.Action {
	digests := versionrows.Wanted(p.onScreen(), p.asked)[p.pkg]
	if len(digests) == 0 {
		return nil
	}
	p.asked.Note(p.pkg, digests)
	return pane.ReadManifests{Package: p.pkg, Digests: digests}
}

// onScreen are the rows that a person sees, the one under the cursor first.
func (p *Pane) onScreen() []*row {
	visible := p.table.Visible()
	r := p.current()
	if r == nil {
		return visible
	}
	return append([]*row{r}, visible...)
}

// current is the row under the cursor, nil where there is none.
func (p *Pane) current() *row {
	if !p.ready {
		return nil
	}
	r, ok := p.table.Cursor()
	if !ok {
		return nil
	}
	return r
}

// target is the digest under the cursor: the row's, or in the details that of
// the line.
func (p *Pane) target(r *row) model.Digest {
	if p.inDetails && p.line < len(p.lines) && p.lines[p.line].digest != "" {
		return p.lines[p.line].digest
	}
	return r.Digest
}
