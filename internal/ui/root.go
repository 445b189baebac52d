package ui

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/modal"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Root is the tea.Model. It is touched by the event loop only.
type Root struct {
	o     Options
	ctx   context.Context //nolint:containedctx // commands outlive the call that makes them
	th    theme.Theme
	panes panes

	// As of the message being handled.
	now    time.Time
	status model.Status

	width, height int
	layout        layout.Layout

	stack  []open // panes, home first; the last one is shown
	ahead  []open // panes that going back has left, the nearest last
	modals *modal.Stack
	looks  map[string]pane.Look // how tables were arranged, by their names
	mouse  bool
	notice notice

	survey model.Survey
	have   bool // survey holds something
	load   loading
	read   reading
	whole  wholeReading

	gens    uint64     // numbers plans and executions
	flow    *flow      // the change under way, nil where none
	export  *export    // the export of evidence under way, nil where none
	pull    *pull      // the saving of a version under way, nil where none
	saves   []*pull    // those that may still be writing
	run     *execution // the plan being executed, nil where none
	last    *model.Outcome
	asking  modal.Modal // the question whether to quit, nil where not asked
	noting  *noting     // the remark that is being typed, nil where none is
	offered *offered    // the question about an unfinished plan, nil where not asked
	leaving bool        // quit as soon as the plan has ended
	gone    bool        // quitting: keys that are still on their way mean nothing
}

// open is a pane of the stack.
type open struct {
	pane pane.Pane
	pkg  string // the package whose versions it shows, "" for none
	// content is where its content comes from, nil for the survey.
	content ask
	fetches []*fetch
	// basis is the survey that it was left with, for the way forward.
	basis uint64
	// unanswered is whether it was left before its content came.
	unanswered bool
	// live is whether its content goes on coming as long as it is open.
	live bool
}

// notice is one line for the person; it goes with the next key.
type notice struct {
	text string
	bad  bool
}

// New builds the console. Nothing is read before the program starts.
func New(o Options) *Root {
	r := &Root{o: o, ctx: o.Context, th: o.Theme, mouse: o.Mouse, now: o.Now(), status: o.Service.Status()}
	if r.ctx == nil {
		r.ctx = context.Background()
	}
	r.panes = realPanes(o.Theme)
	if o.panes != nil {
		r.panes = *o.panes
	}
	if r.o.timer == nil {
		r.o.timer = modal.After
	}
	r.modals = modal.NewStack(o.Theme, r.o.timer)
	r.read = newReading()
	r.stack = []open{{pane: r.panes.home()}}
	r.top().SetFocus(true)
	return r
}

// Update handles one message; see route.go for the order.
func (r *Root) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	r.now = r.o.Now()
	r.status = r.o.Service.Status()
	cmd := tea.Batch(r.route(msg), r.comeBack())
	r.top().SetFocus(r.modals.Len() == 0)
	return r, cmd
}

// Busy is how many requests the console waits for. A driver that wants to see
// the screen come to rest waits for 0.
func (r *Root) Busy() int {
	n := 0
	for _, busy := range []bool{
		r.load.storing, r.load.busy, r.load.confirming, r.read.busy, r.whole.busy,
		r.flow != nil && (r.flow.planning || r.flow.looking), r.run != nil, r.pull != nil && r.pull.busy,
	} {
		if busy {
			n++
		}
	}
	return n + r.fetching()
}

// Outcome is how the last plan of this session ended, for a last word after
// the screen is gone.
func (r *Root) Outcome() (model.Outcome, bool) {
	if r.last == nil {
		return model.Outcome{}, false
	}
	return *r.last, true
}

// Settle stops what writes, a plan after the step under way and a saving at once,
// and waits for its end or for ctx. It is called after the program has
// ended, however it ended.
func (r *Root) Settle(ctx context.Context) {
	var ends []chan struct{}
	if r.run != nil {
		r.run.stop()
		ends = append(ends, r.run.ended)
	}
	for _, s := range r.saves {
		s.cancel()
		ends = append(ends, s.ended)
	}
	for _, end := range ends {
		select {
		case <-end:
		case <-ctx.Done():
		}
	}
}

// top is the pane that is shown.
func (r *Root) top() pane.Pane { return r.stack[len(r.stack)-1].pane }

// say shows a line until the next key.
func (r *Root) say(text string) {
	r.notice = notice{text: model.Sanitize(text)}
}

// complain is say for what went wrong.
func (r *Root) complain(text string) {
	r.notice = notice{text: model.Sanitize(text), bad: true}
}

// serverNow is the time that ages are counted to.
func (r *Root) serverNow() time.Time {
	return r.now.Add(r.survey.Inventory.Skew)
}

// latest is the server's time by the latest answer, for what was read a moment
// ago: clocks may have been set since the survey.
func (r *Root) latest() time.Time { return r.now.Add(r.status.Skew) }

// demo is whether this is the demo, by option or by what the service says.
func (r *Root) demo() bool { return r.o.Demo || r.status.Demo }

// readOnly is whether caitui refuses to write.
func (r *Root) readOnly() bool { return r.o.ReadOnly || r.status.ReadOnly }
