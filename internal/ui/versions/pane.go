package versions

import (
	"maps"
	"slices"
	"strings"
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
const Name pane.ID = "versions"

// settleTime is how long the screen has to stand still before manifests are
// asked for: whoever scrolls past rows does not want them read.
const settleTime = 60 * time.Millisecond

type row = versionrows.Row

// Pane shows the versions of all packages.
type Pane struct {
	th      theme.Theme
	width   int
	height  int
	focused bool

	told      *model.Survey // the newest survey, nil before the first
	gen       uint64        // of the computation that is wanted
	computing bool
	again     bool // a survey came while computing
	data      *versionrows.All
	ready     bool
	err       error // what the root could not do for this pane
	folded    bool

	table *table.Model[*row]
	want  pane.GoTo // where the cursor shall go when rows are there

	prompt field.Line
	query  string
	bad    error // why the filter cannot be read

	asked   versionrows.Asked
	askedOf time.Time // the reading that asked is about
	askGen  uint64

	teller pane.Teller
}

// New builds the pane.
func New(th theme.Theme) *Pane {
	p := &Pane{th: th, folded: true, data: &versionrows.All{Folded: true}, asked: versionrows.Asked{}, prompt: field.NewLine(th)}
	p.table = table.New(th, (*row).FullKey, versionrows.ColumnsOfAll(th))
	p.table.SetUnmatched("Nothing matches the filter. esc clears it; z looks at what is folded, too.")
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
	return p.askSoon()
}

// ID is the pane's address.
func (p *Pane) ID() pane.ID { return Name }

// Title is the pane's part of the breadcrumb.
func (p *Pane) Title() string { return "all versions" }

// Marks lists the marked versions.
func (p *Pane) Marks() []model.Digest {
	var out []model.Digest
	for _, m := range p.marked() {
		out = append(out, m.Digest)
	}
	return out
}

// marked lists the marked versions with their packages, in the rows' order.
func (p *Pane) marked() []pane.GoTo {
	var out []pane.GoTo
	for _, key := range p.table.Marks() {
		out = append(out, place(key))
	}
	return out
}

// place is what a row's key tells.
func place(key string) pane.GoTo {
	pkg, d, _ := strings.Cut(key, "@")
	return pane.GoTo{Package: pkg, Digest: model.Digest(d)}
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
		return nil, p.GoTo(msg)
	case pane.Arranged:
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

// answer is what a command of this very pane brings.
type answer struct {
	to    *Pane
	value any
}

// drawn is the rows of a survey, in the table's order.
type drawn struct {
	*versionrows.All
	ordered table.Ordered[*row]
}

// askNow is the end of a settle time.
type askNow struct{}

// compute draws the rows of the newest survey in a command. What an older one
// still brings is dropped.
func (p *Pane) compute() tea.Cmd {
	if p.told == nil {
		return nil
	}
	p.gen++
	p.computing, p.again = true, false
	gen, s, folded, order := p.gen, *p.told, p.folded, p.table.Orderer()
	return func() tea.Msg {
		all := versionrows.LoadAll(s, folded)
		return pane.Result{To: Name, Gen: gen, Value: answer{p, drawn{all, order(all.Rows)}}}
	}
}

// result takes the answer to one of the pane's own commands.
func (p *Pane) result(msg pane.Result) (pane.Action, tea.Cmd) {
	a, own := msg.Value.(answer)
	if own && a.to != p {
		return nil, nil
	}
	switch value := a.value.(type) {
	case drawn:
		if msg.Gen != p.gen {
			return nil, nil
		}
		marks := p.table.MarkCount()
		cmd := p.loaded(value.All, value.ordered)
		if lost := marks - p.table.MarkCount(); lost > 0 {
			return pane.Notice{Text: present.Many(lost, "mark") + " dropped: gone, or folded under what it belongs to"}, cmd
		}
		return nil, cmd
	case table.Filtered:
		if !p.table.Apply(value) {
			return nil, nil
		}
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
func (p *Pane) loaded(all *versionrows.All, rows table.Ordered[*row]) tea.Cmd {
	p.computing, p.ready = false, true
	if r := p.current(); r != nil && p.data.Folded != all.Folded && p.want.Digest == "" {
		p.want = pane.GoTo{Package: r.In.Name, Digest: r.Digest} // a part's row, or the row itself
	}
	p.data = all
	if at := all.Survey.Inventory.ReadAt; !at.Equal(p.askedOf) {
		p.asked, p.askedOf = versionrows.Asked{}, at
	}
	p.table.SetOrdered(rows)
	p.place()
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
		p.setQuery("")
		p.table.GoTo(key)
	}
	p.want = pane.GoTo{}
}

// askSoon waits until the screen stands still, if something on it is unread.
func (p *Pane) askSoon() tea.Cmd {
	if !p.ready || len(versionrows.Wanted(p.table.Visible(), p.asked)) == 0 {
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
	var out pane.Several
	wanted := versionrows.Wanted(p.table.Visible(), p.asked)
	for _, pkg := range slices.Sorted(maps.Keys(wanted)) {
		p.asked.Note(pkg, wanted[pkg])
		out = append(out, pane.ReadManifests{Package: pkg, Digests: wanted[pkg]})
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// current is the row under the cursor, nil where there is none.
func (p *Pane) current() *row {
	r, ok := p.table.Cursor()
	if !p.ready || !ok {
		return nil
	}
	return r
}
