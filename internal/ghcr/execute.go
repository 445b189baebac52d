package ghcr

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/novotnyllc/caitui/internal/ghcr/store"
	"github.com/novotnyllc/caitui/internal/model"
)

// Execute is the one road to a write. It checks the right to write to every
// package concerned, saves the plan and the manifests of what it deletes, and
// then stage by stage, for each change: appends the intent to the journal,
// re-reads what is there, writes once, reads back, and appends the outcome.
//
// The error is set only where nothing was begun: the plan is blocked, lacks an
// approval, is of another registry, or not to be executed at all. From then on
// what happened is the outcome, with the reason for stopping in its Err. A
// cancelled ctx stops after the steps under way.
//
// A plan that was begun before may be executed again: what is done already is
// found out by reading and not done twice.
func (s *Service) Execute(ctx context.Context, plan model.Plan, how model.Conduct) (model.Outcome, error) {
	if err := s.executable(plan); err != nil {
		return model.Outcome{}, err
	}
	if !s.executing.TryLock() {
		return model.Outcome{}, &model.Error{Kind: model.ErrConflict, Message: "another plan is being executed", Cure: "wait until it has ended"}
	}
	defer s.executing.Unlock()
	if err := s.load(ctx); err != nil {
		return model.Outcome{}, err
	}
	e := newExecution(s, plan, how)
	if len(plan.Changes) == 0 {
		return s.conclude(ctx, e), nil
	}
	if e.prepare(ctx) {
		e.stages(ctx)
	}
	e.settleState(context.WithoutCancel(ctx))
	e.tidying.Wait()
	return s.conclude(ctx, e), nil
}

// execution is one plan under way.
type execution struct {
	s       *Service
	plan    model.Plan
	how     model.Conduct
	targets map[target]store.Content // what is put under tags
	saved   map[target]store.Content // manifests of what is deleted
	early   early
	tidying sync.WaitGroup // what runs beside: giving up uploads that tried the right to write, reading ahead

	mu       sync.Mutex // also makes Progress serial
	steps    []model.Step
	writes   int                      // sent and not refused
	moves    []model.JournalEvent     // outcomes of what was done to tags
	restored map[target]model.Version // as read back
	err      error                    // the first reason to stop
}

type target struct {
	pkg    string
	digest model.Digest
}

func newExecution(s *Service, plan model.Plan, how model.Conduct) *execution {
	e := &execution{s: s, plan: plan, how: how, targets: make(map[target]store.Content),
		saved: make(map[target]store.Content), early: early{reads: make(map[string]*earlyRead)}, restored: make(map[target]model.Version)}
	for i, c := range plan.Changes {
		e.steps = append(e.steps, model.Step{Index: i, Package: c.Package, Tag: c.Tag, VersionID: c.VersionID, State: model.StepNotStarted})
	}
	return e
}

// set records where a step stands and tells whoever watches.
func (e *execution) set(i int, state model.StepState, verified *bool, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	step := &e.steps[i]
	step.State, step.Verified, step.Err = state, verified, err
	if e.how.Progress != nil {
		e.how.Progress(*step)
	}
}

func (e *execution) state(i int) model.StepState {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.steps[i].State
}

// stop records why the plan ends here.
func (e *execution) stop(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.err == nil {
		e.err = err
	}
}

func (e *execution) stopped() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.err != nil
}

// sent counts a write that is about to be sent; unwritten takes it back: it
// never left, or the server's own answer says that it was not done.
func (e *execution) sent() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.writes++
}

func (e *execution) unwritten() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.writes--
}

// outcome sums up. It holds for an empty plan too.
func (e *execution) outcome(ctx context.Context) model.Outcome {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := model.Outcome{Plan: e.plan.ID, Steps: slices.Clone(e.steps), Written: e.writes > 0, Err: e.err}
	is := func(states ...model.StepState) int {
		n := 0
		for _, step := range e.steps {
			if slices.Contains(states, step.State) {
				n++
			}
		}
		return n
	}
	switch {
	case is(model.StepConflict) > 0:
		out.Result = model.ResultConflict
	case e.err != nil || is(model.StepDone, model.StepAlready) < len(e.steps):
		out.Result = model.ResultStopped
	case is(model.StepDone) == 0:
		out.Result = model.ResultNothing
	default:
		out.Result = model.ResultDone
	}
	if out.Err == nil && out.Result == model.ResultStopped {
		out.Err = keptBack(e.steps, is(model.StepRefused), is(model.StepSpared))
	}
	if e.s.o.Journal != nil {
		head, err := e.s.o.Journal.Head(context.WithoutCancel(ctx))
		if err != nil {
			e.s.o.Log.WarnContext(ctx, "reading the journal's head", "error", err)
		}
		out.Head = head
	}
	return out
}

// keptBack is why a plan that ran to its end is not done: versions that are
// refused, and spared with them.
func keptBack(steps []model.Step, refused, spared int) error {
	for _, step := range steps {
		if step.State != model.StepRefused {
			continue
		}
		text := fmt.Sprintf("%d of %d were refused", refused, len(steps))
		if spared > 0 {
			text += fmt.Sprintf(" and %d spared, which belong to them", spared)
		}
		return &model.Error{Kind: model.ErrUnsupported, Message: text, Cure: model.CureOf(step.Err), Cause: step.Err}
	}
	return nil
}
