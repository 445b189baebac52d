package versionrows

import (
	"maps"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/field"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/table"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// settleTime is how long the screen has to stand still before manifests are
// asked for: whoever scrolls past rows does not want them read.
const settleTime = 60 * time.Millisecond

// Sheet is what a command drew of a survey.
type Sheet struct {
	Rows   []*Row
	ReadAt time.Time // of what is listed; what could not be read is asked for again after a newer reading
	// Show gives the pane what was drawn, once the table has the rows. was is
	// the row that was under the cursor if folding or unfolding changed the
	// rows, else nil.
	Show func(was *Row)

	survey  model.Survey
	folded  bool
	ordered table.Ordered[*Row]
}

// Owner is what the panes with a List do each in its own way. All but Draw
// belongs to the event loop.
type Owner struct {
	To pane.ID
	// Draw is pure and may take long: it runs in a command.
	Draw func(s model.Survey, folded bool) Sheet
	// Ref is the version that a key of the table stands for.
	Ref func(key string) model.VersionRef
	// OnScreen are the rows that a person sees, the first to be read first.
	OnScreen func() []*Row
	// Move does a movement.
	Move func(keys.ID)
	// Arrange gives the parts their sizes: the filter's line comes and goes.
	Arrange func()
	// Settle brings up to date what depends on the cursor.
	Settle func()
}

// List is a list of versions as every pane has it: rows are drawn in commands,
// of the newest survey alone; a filter narrows them down; and what is on the
// screen and unread is asked for once, when the screen stands still.
type List struct {
	table *table.Model[*Row]
	owner Owner

	told      *model.Survey // the newest survey, nil before the first
	gen       uint64        // of the computation that is wanted
	computing bool
	again     bool // a survey came while computing
	ready     bool
	err       error // what the root could not do for the pane
	folded    bool

	survey model.Survey // what the rows were drawn from
	flat   bool         // they were drawn unfolded
	readAt time.Time    // of what is listed: asked is about this reading

	prompt field.Line
	query  string
	bad    error // why the filter cannot be read

	asked  Asked
	askGen uint64
}

// NewList builds a list, folded and without rows, that shows them in a table.
func NewList(th theme.Theme, t *table.Model[*Row], owner Owner) *List {
	t.SetUnmatched("Nothing matches the filter. esc clears it; z looks at what is folded, too.")
	return &List{table: t, owner: owner, folded: true, asked: Asked{}, prompt: field.NewLine(th)}
}

// Ready is whether rows were drawn, be it none.
func (l *List) Ready() bool { return l.ready }

// Err is what the root could not do for the pane since the newest survey.
func (l *List) Err() error { return l.err }

// Current is the row under the cursor, nil where there is none.
func (l *List) Current() *Row {
	r, ok := l.table.Cursor()
	if !ok {
		return nil
	}
	return r
}

// Marked lists the marked versions, in the rows' order.
func (l *List) Marked() []model.VersionRef {
	var out []model.VersionRef
	for _, key := range l.table.Marks() {
		out = append(out, l.owner.Ref(key))
	}
	return out
}

// Marks is the digests of the marked versions.
func (l *List) Marks() []model.Digest {
	var out []model.Digest
	for _, v := range l.Marked() {
		out = append(out, v.Digest)
	}
	return out
}

// Update takes surveys, the answers to the list's own commands, and the
// filter's text.
func (l *List) Update(msg tea.Msg) (pane.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case pane.Surveyed:
		return nil, l.surveyed(msg.Survey)
	case pane.Arranged:
		return nil, l.Moved()
	case pane.Result:
		return l.result(msg)
	case tea.KeyMsg:
		if l.prompt.Typing() {
			return nil, l.typed(msg)
		}
	}
	return nil, nil
}

// surveyed takes a newer survey. While a computation runs, only the newest of
// those that come meanwhile is kept.
func (l *List) surveyed(s model.Survey) tea.Cmd {
	l.told, l.err = &s, nil
	if l.computing {
		l.again = true
		return nil
	}
	return l.compute()
}

// answer is what a command of this very list brings: another pane of the same
// kind may be open too.
type answer struct {
	to    *List
	value any
}

// askNow is the end of a settle time.
type askNow struct{}

// compute draws the rows of the newest survey in a command, for it takes time
// in proportion to the packages. What an older command still brings is dropped.
func (l *List) compute() tea.Cmd {
	if l.told == nil {
		return nil
	}
	l.gen++
	l.computing, l.again = true, false
	gen, s, folded, order, owner := l.gen, *l.told, l.folded, l.table.Orderer(), l.owner
	return func() tea.Msg {
		sheet := owner.Draw(s, folded)
		sheet.survey, sheet.folded, sheet.ordered = s, folded, order(sheet.Rows)
		return pane.Result{To: owner.To, Gen: gen, Value: answer{l, sheet}}
	}
}

// result takes the answer to one of the list's own commands.
func (l *List) result(msg pane.Result) (pane.Action, tea.Cmd) {
	a, own := msg.Value.(answer)
	if own && a.to != l {
		return nil, nil
	}
	switch value := a.value.(type) {
	case Sheet:
		if msg.Gen != l.gen {
			return nil, nil
		}
		marks := l.table.MarkCount()
		cmd := l.show(value)
		if lost := marks - l.table.MarkCount(); lost > 0 {
			return pane.Notice{Text: present.Many(lost, "mark") + " dropped: gone, or folded under what it belongs to"}, cmd
		}
		return nil, cmd
	case table.Filtered:
		if !l.table.Apply(value) {
			return nil, nil
		}
		return nil, l.Moved()
	case askNow:
		if msg.Gen != l.askGen {
			return nil, nil
		}
		return l.ask(), nil
	default:
		if msg.Err != nil {
			l.err = msg.Err
		}
		return nil, nil
	}
}

// show shows new rows under the cursor that was there.
func (l *List) show(sheet Sheet) tea.Cmd {
	l.computing, l.ready = false, true
	var was *Row
	if sheet.folded == l.flat {
		was = l.Current()
	}
	if !sheet.ReadAt.Equal(l.readAt) {
		l.asked = Asked{}
	}
	l.survey, l.flat, l.readAt = sheet.survey, !sheet.folded, sheet.ReadAt
	l.table.SetOrdered(sheet.ordered)
	sheet.Show(was)
	sort := l.table.Refilter(l.filtered)
	if l.again {
		return tea.Batch(l.compute(), sort, l.AskSoon())
	}
	return tea.Batch(sort, l.AskSoon())
}

// filtered is the message of the table's work.
func (l *List) filtered(f table.Filtered) tea.Msg {
	return pane.Result{To: l.owner.To, Value: answer{l, f}}
}

// Moved is called when something else may be under the cursor or on the screen.
func (l *List) Moved() tea.Cmd {
	l.owner.Settle()
	return l.AskSoon()
}

// AskSoon waits until the screen stands still, if something on it is unread.
func (l *List) AskSoon() tea.Cmd {
	if !l.ready || len(Wanted(l.owner.OnScreen(), l.asked)) == 0 {
		return nil
	}
	l.askGen++
	gen := l.askGen
	return tea.Tick(settleTime, func(time.Time) tea.Msg {
		return pane.Result{To: l.owner.To, Gen: gen, Value: answer{l, askNow{}}}
	})
}

// ask asks for what is on the screen and unread.
func (l *List) ask() pane.Action {
	var out pane.Several
	wanted := Wanted(l.owner.OnScreen(), l.asked)
	for _, pkg := range slices.Sorted(maps.Keys(wanted)) {
		out = append(out, l.AskFor(pkg, wanted[pkg]))
	}
	switch len(out) {
	case 0:
		return nil
	case 1:
		return out[0]
	}
	return out
}

// AskFor asks for manifests of a package, never twice for the same.
func (l *List) AskFor(pkg string, digests []model.Digest) pane.Action {
	digests = slices.DeleteFunc(digests, func(d model.Digest) bool { return l.asked.Has(pkg, d) })
	if len(digests) == 0 {
		return nil
	}
	l.asked.Note(pkg, digests)
	return pane.ReadManifests{Package: pkg, Digests: digests}
}
