package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/modal"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// execution is a plan on its way down the one road.
type execution struct {
	gen    uint64
	plan   model.Plan
	dialog *modal.Progress
	stop   context.CancelFunc
	steps  chan model.Step
	pauses chan chan<- error // the first stage is done; an answer begins the second
	goOn   chan<- error      // the answer that is waited for, nil where none is
	result chan executedMsg
	ended  chan struct{} // closed when Execute has returned
}

// steppedMsg is the news of one step, pausedMsg that the first stage is done,
// executedMsg the end.
type (
	pausedMsg struct {
		gen    uint64
		answer chan<- error
	}
	steppedMsg struct {
		gen  uint64
		step model.Step
	}
	executedMsg struct {
		gen     uint64
		outcome model.Outcome
		err     error
	}
)

// execute starts the plan that was confirmed. This is the only call of
// Execute.
func (r *Root) execute(c modal.Confirmed) tea.Cmd {
	f := r.flow
	if f == nil || r.run != nil || f.plan.Blocked() || f.plan.Empty() || r.readOnly() {
		return nil
	}
	f.plan.Reason, f.plan.Incident = c.Reason, c.Incident
	ctx, cancel := context.WithCancel(r.ctx)
	run := &execution{
		gen: f.gen, plan: f.plan, stop: cancel,
		dialog: modal.NewProgress(r.th, "Executing "+f.intent.words().subject, r.place(), f.plan),
		// Room for every step's news, so that a screen that is gone cannot
		// hold up a plan; the outcome has all steps once more.
		steps:  make(chan model.Step, 8*len(f.plan.Changes)+8),
		pauses: make(chan chan<- error),
		result: make(chan executedMsg, 1),
		ended:  make(chan struct{}),
	}
	if _, ok := f.intent.(channelChange); ok {
		run.dialog.InRows(present.Matrix(f.plan, r.survey, r.latest())).Waiting(c.Wait)
	}
	r.run, f.began = run, r.latest()
	cmd := r.next(run.dialog)
	service := r.o.Service
	_, resumes := f.intent.(resuming)
	work := func() tea.Msg {
		defer close(run.ended)
		outcome, err := service.Execute(ctx, run.plan, model.Conduct{Resumes: resumes, AfterFirst: run.afterFirst, Progress: func(s model.Step) {
			select {
			case run.steps <- s:
			default:
			}
		}})
		run.result <- executedMsg{gen: run.gen, outcome: outcome, err: err}
		close(run.steps)
		return nil
	}
	return tea.Batch(cmd, work, run.listen())
}

// listen waits for the next news; it is issued again after each. The end comes
// after all steps.
func (e *execution) listen() tea.Cmd {
	gen, steps, pauses, result := e.gen, e.steps, e.pauses, e.result
	return func() tea.Msg {
		select {
		case s, ok := <-steps:
			if ok {
				return steppedMsg{gen: gen, step: s}
			}
			return <-result
		case answer := <-pauses:
			return pausedMsg{gen: gen, answer: answer}
		}
	}
}

// afterFirst asks the screen whether to go on, and waits for the answer or for
// the stop. It is called by the service, beside the event loop.
func (e *execution) afterFirst(ctx context.Context) error {
	answer := make(chan error, 1)
	select {
	case e.pauses <- answer:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// onPaused waits for a person where that is wanted, else the second stage
// begins at once.
func (r *Root) onPaused(msg pausedMsg) tea.Cmd {
	if r.run == nil || msg.gen != r.run.gen {
		return nil
	}
	r.run.goOn = msg.answer
	if !r.run.dialog.Pause() {
		r.goOn()
		return r.run.listen()
	}
	// The same dialog once more, so that a key typed for what was there does not
	// make it go on.
	return tea.Batch(r.run.listen(), r.modals.Replace(r.run.dialog, r.run.dialog))
}

// goOn begins the second stage.
func (r *Root) goOn() {
	if r.run == nil || r.run.goOn == nil {
		return
	}
	r.run.goOn <- nil
	r.run.goOn = nil
	r.run.dialog.GoOn()
}

func (r *Root) onStepped(msg steppedMsg) tea.Cmd {
	if r.run == nil || msg.gen != r.run.gen {
		return nil
	}
	r.run.dialog.Step(msg.step, r.now)
	return r.run.listen()
}

// stop asks the plan to stop after the step under way.
func (r *Root) stop() {
	if r.run != nil {
		r.run.dialog.Stopping()
		r.run.stop()
	}
}

// onExecuted shows how the plan ended.
func (r *Root) onExecuted(msg executedMsg) tea.Cmd {
	if r.run == nil || msg.gen != r.run.gen {
		return nil
	}
	run := r.run
	run.stop() // frees the context
	r.run, r.last = nil, &msg.outcome
	if r.leaving {
		return r.leave()
	}
	if r.asking != nil { // what was asked has answered itself
		r.modals.Remove(r.asking)
		r.asking = nil
	}
	if r.flow == nil {
		return r.modals.Remove(run.dialog)
	}
	r.flow.executed, r.flow.ended = true, r.latest()
	report := r.report(run.plan, msg.outcome, msg.err)
	cmd := r.next(report)
	if !looks(run.plan, msg.outcome) {
		return cmd
	}
	return tea.Batch(cmd, r.lookAfter(run.plan))
}
