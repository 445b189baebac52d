package ui

import (
	"context"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/modal"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// intent is what somebody wants changed. There is one road for all of them:
// plan on fresh data, preview and confirm in one dialog, execute, read the
// result. An intent is a value: the road asks it for a plan as often as
// somebody lifts a blocker or leaves something out.
type intent interface {
	// plan reads and plans, and writes nothing.
	plan(ctx context.Context, service Service, t terms) (model.Plan, error)
	// words are what the dialogs say of it, sanitised.
	words() words
}

// terms are what a person adds to an intent in its dialogs.
type terms struct {
	actor            string
	reason, incident string
	overrides        []string // codes of blockers lifted by name
}

// remembering is an intent about a plan that was executed before, whose reason
// and incident stand in the fields already.
type remembering interface {
	remembered() (reason, incident string)
}

// words name an intent.
type words struct {
	act     string // in front of the subject: "retag", "ROLL BACK"
	subject string // "containai:prod"
	reading string // a sentence: what is read while it is planned
	nothing string // a sentence: why an empty plan has nothing to do
}

// flow is one intent on its way. One dialog of it is open at a time, and
// closing that ends the way.
type flow struct {
	gen      uint64
	intent   intent // nil until it is known what is wanted
	terms    terms
	dialog   modal.Modal
	planning bool
	cancel   context.CancelFunc // of the planning under way
	plan     model.Plan
	executed bool
	began    time.Time // the execution, by the server's clock
	ended    time.Time
	// looking is while it is asked what stands after the execution.
	looking bool
	// wait is whether to wait for a person after the first stage.
	wait bool
	// former is what was wanted before the plan is made again under its preview,
	// nil where it is not.
	former intent
	// away is how many panes lay on each other when the dialog stepped aside for
	// one more, 0 where it has not.
	away int
}

// remark takes over what was typed beside the word.
func (f *flow) remark(reason, incident string) {
	f.terms.reason, f.terms.incident = reason, incident
	if c, ok := f.dialog.(*modal.Channel); ok {
		f.wait = c.Waits()
	}
}

type plannedMsg struct {
	gen  uint64
	plan model.Plan
	err  error
}

// begin starts a way, nil where another is under way. what may be nil as long
// as a dialog asks for it.
func (r *Root) begin(what intent) *flow {
	if r.flow != nil {
		if r.flow.away > 0 {
			r.say("a change is being previewed: esc goes back to it")
		}
		return nil
	}
	r.gens++
	r.flow = &flow{gen: r.gens, intent: what, terms: terms{actor: r.status.Account.Login}}
	if of, ok := what.(remembering); ok {
		r.flow.terms.reason, r.flow.terms.incident = of.remembered()
	}
	return r.flow
}

// change goes the whole way with what is wanted.
func (r *Root) change(what intent) tea.Cmd {
	if r.begin(what) == nil {
		return nil
	}
	return r.plan()
}

// next puts the dialog of the way's next part in the place of the present one.
func (r *Root) next(m modal.Modal) tea.Cmd {
	cmd := r.modals.Replace(r.flow.dialog, m)
	r.flow.dialog = m
	return cmd
}

// plan makes the plan on fresh data. Nothing is changed by it, so giving it up
// is free.
func (r *Root) plan() tea.Cmd {
	return tea.Batch(r.planning(r.flow.intent.words().reading), r.request())
}

// planning shows that the way is being prepared, and what is done for it.
func (r *Root) planning(what string) tea.Cmd {
	working := modal.NewWorking(r.th, "Planning "+r.flow.intent.words().subject, []modal.Line{
		{Text: what},
		{Text: "Nothing changes before you have seen the preview.", Tone: present.Muted},
	})
	return tea.Batch(r.next(working), working.Init())
}

// request asks for the plan, whatever is on the screen meanwhile. An older
// question is given up for it.
func (r *Root) request() tea.Cmd {
	f := r.flow
	if f.cancel != nil {
		f.cancel()
	}
	r.gens++
	f.gen, f.planning = r.gens, true
	ctx, cancel := context.WithCancel(r.ctx)
	f.cancel = cancel
	gen, what, t, service := f.gen, f.intent, f.terms, r.o.Service
	t.overrides = slices.Clone(t.overrides)
	return func() tea.Msg {
		plan, err := what.plan(ctx, service, t)
		return plannedMsg{gen: gen, plan: plan, err: err}
	}
}

// onPlanned shows the preview, which is the confirmation.
func (r *Root) onPlanned(msg plannedMsg) tea.Cmd {
	f := r.flow
	if f == nil || msg.gen != f.gen || !f.planning {
		return nil // given up
	}
	f.cancel()
	f.planning, f.cancel = false, nil
	switch dialog, again := f.dialog.(*modal.Channel); {
	case msg.err == nil:
	case again && f.former != nil:
		f.intent, f.former = f.former, nil
		dialog.NotReplanned(model.Sanitize(trouble("reading anew", msg.err)))
		return nil
	default:
		return r.next(r.noPlan(f, msg.err))
	}
	f.plan = msg.plan
	if what, ok := f.intent.(channelChange); ok {
		return r.showChannel(what)
	}
	return r.next(modal.NewConfirm(r.th, r.preview(f)))
}

// noPlan says why there is none.
func (r *Root) noPlan(f *flow, err error) modal.Modal {
	lines := append(present.Failure(err), modal.Line{Text: "Nothing has been changed.", Tone: present.Muted})
	return modal.NewReport(r.th, "No plan "+f.intent.words().subject, lines, model.Sanitize(err.Error()))
}

// lifted plans again without a blocker that the person has named.
func (r *Root) lifted(o modal.Lifted) tea.Cmd {
	f := r.flow
	if f == nil || f.planning || r.run != nil {
		return nil
	}
	f.remark(o.Reason, o.Incident)
	if !slices.Contains(f.terms.overrides, o.Code) {
		f.terms.overrides = append(f.terms.overrides, o.Code)
	}
	return r.plan()
}

// endFlow forgets the way; after an execution everything is read anew.
func (r *Root) endFlow() tea.Cmd {
	f := r.flow
	r.flow = nil
	if f.cancel != nil {
		f.cancel()
	}
	if f.executed {
		return tea.Batch(r.refresh(), r.journalAgain())
	}
	r.say("cancelled, nothing has been changed")
	return nil
}
