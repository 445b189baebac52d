package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/modal"
)

// execution is a plan on its way down the one road.
type execution struct {
	gen    uint64
	plan   model.Plan
	dialog *modal.Progress
	stop   context.CancelFunc
	steps  chan model.Step
	result chan executedMsg
	ended  chan struct{} // closed when Execute has returned
}

// steppedMsg is the news of one step, executedMsg the end.
type (
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
		result: make(chan executedMsg, 1),
		ended:  make(chan struct{}),
	}
	r.run = run
	cmd := r.next(run.dialog)
	service := r.o.Service
	work := func() tea.Msg {
		defer close(run.ended)
		outcome, err := service.Execute(ctx, run.plan, model.Conduct{Progress: func(s model.Step) {
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
	gen, steps, result := e.gen, e.steps, e.result
	return func() tea.Msg {
		if s, ok := <-steps; ok {
			return steppedMsg{gen: gen, step: s}
		}
		return <-result
	}
}

func (r *Root) onStepped(msg steppedMsg) tea.Cmd {
	if r.run == nil || msg.gen != r.run.gen {
		return nil
	}
	r.run.dialog.Step(msg.step)
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
	title, lines, line := r.report(run.plan, msg.outcome, msg.err)
	report := modal.NewReport(r.th, title, lines, line)
	if r.flow == nil {
		return r.modals.Replace(run.dialog, report)
	}
	r.flow.executed = true
	return r.next(report)
}
