package ghcr

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/novotnyllc/caitui/internal/ghcr/store"
	"github.com/novotnyllc/caitui/internal/model"
)

const (
	// stageWidth is how many changes of one stage run at the same time.
	stageWidth = 12
	// stepDeadline bounds one step from its intent to its outcome. A step that
	// has begun is finished within it even when the caller has given up.
	stepDeadline = 90 * time.Second
)

// Execute is the one road to a write. It checks the right to write to every
// package concerned, saves the plan, and then stage by stage, for each change:
// appends the intent to the journal, re-reads the tag, writes once, reads back,
// and appends the outcome.
//
// The error is set only where nothing was begun: the plan is blocked, of
// another registry, or not to be executed at all. From then on what happened
// is the outcome, with the reason for stopping in its Err. A cancelled ctx
// stops after the steps under way.
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
		return e.outcome(ctx), nil
	}
	if e.prepare(ctx) {
		e.stages(ctx)
	}
	e.settleState(context.WithoutCancel(ctx))
	e.tidying.Wait()
	return e.outcome(ctx), nil
}

// executable refuses what must not even begin.
func (s *Service) executable(plan model.Plan) error {
	if s.o.ReadOnly {
		return errReadOnly()
	}
	if plan.Registry != s.host || plan.Owner != s.o.Layout.Owner {
		return model.Invalid(fmt.Sprintf("the plan is for %s of %s, not for %s of %s",
			model.Sanitize(plan.Owner), model.Sanitize(plan.Registry), s.o.Layout.Owner, s.host), "point caitui at what the plan is for")
	}
	if plan.ID != plan.CanonicalID() {
		return model.Invalid("the plan was altered after it was made: its content does not have its id", "make it anew")
	}
	if plan.Blocked() {
		return &model.Error{Kind: model.ErrBlocked, Message: "the plan is blocked: " + model.Sanitize(plan.Blockers[0].Message)}
	}
	if s.o.Journal == nil {
		return &model.Error{Kind: model.ErrUnsupported, Message: "there is no journal, and nothing is written without one"}
	}
	for _, c := range plan.Changes {
		if c.Kind != model.MoveTag && c.Kind != model.CreateTag {
			return &model.Error{Kind: model.ErrUnsupported, Message: fmt.Sprintf("this caitui cannot execute a %s", model.Sanitize(string(c.Kind)))}
		}
		if err := checkRetag(model.RetagRequest{Package: c.Package, Tag: c.Tag, Target: c.To}); err != nil {
			return err
		}
	}
	return nil
}

// execution is one plan under way.
type execution struct {
	s       *Service
	plan    model.Plan
	how     model.Conduct
	targets map[target]store.Content
	tidying sync.WaitGroup // giving up the uploads that tried the right to write

	mu     sync.Mutex // also makes Progress serial
	steps  []model.Step
	writes int                  // sent and not refused
	moves  []model.JournalEvent // outcomes of what was done
	err    error                // the first reason to stop
}

type target struct {
	pkg    string
	digest model.Digest
}

func newExecution(s *Service, plan model.Plan, how model.Conduct) *execution {
	e := &execution{s: s, plan: plan, how: how, targets: make(map[target]store.Content)}
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
	if err != nil && e.err == nil {
		e.err = err
	}
	if e.how.Progress != nil {
		e.how.Progress(*step)
	}
}

// stop records why the plan ends here, where no step of its own tells.
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

// packages are those that the plan writes to, in its order.
func (e *execution) packages() []string {
	var out []string
	for _, c := range e.plan.Changes {
		if !slices.Contains(out, c.Package) {
			out = append(out, c.Package)
		}
	}
	return out
}

// prepare does everything that must succeed before the first write: the right
// to push to every package, the bytes of every target, the plan on disk. It
// reports whether to go on; if not, nothing was written.
func (e *execution) prepare(ctx context.Context) bool {
	packages := e.packages()
	repos := make([]string, len(packages))
	for i, pkg := range packages {
		repos[i] = e.s.registry.repo(pkg)
	}
	refusals := make([]error, len(packages))
	var saving sync.WaitGroup
	var saveErr error
	saving.Go(func() { saveErr = e.s.o.Journal.SavePlan(ctx, e.plan) })
	e.s.registry.tokens.warm(ctx, repos, push)
	var g errgroup.Group
	g.SetLimit(2 * stageWidth)
	for i, pkg := range packages {
		g.Go(func() error {
			giveUp, err := e.s.tryPush(ctx, pkg)
			if refusals[i] = err; err == nil {
				e.tidying.Go(func() { giveUp(context.WithoutCancel(ctx)) })
			}
			return nil
		})
	}
	for _, c := range e.plan.Changes {
		g.Go(func() error {
			if err := e.fetch(ctx, c); err != nil {
				e.stop(err)
			}
			return nil
		})
	}
	_ = g.Wait()
	saving.Wait()
	if e.refuse(ctx, packages, refusals) || e.stopped() {
		return false
	}
	if err := ctx.Err(); err != nil {
		e.stop(err)
		return false
	}
	if saveErr != nil {
		e.stop(fmt.Errorf("saving the plan before the first write: %w", saveErr))
		return false
	}
	return true
}

// refuse marks the steps of packages that may not be written to and journals
// it. It reports whether there are any.
func (e *execution) refuse(ctx context.Context, packages []string, refusals []error) bool {
	refused := false
	for i, c := range e.plan.Changes {
		err := refusals[slices.Index(packages, c.Package)]
		if err == nil {
			continue
		}
		refused = true
		if !isRefusal(err) && !errors.Is(err, model.ErrUnsupported) {
			e.stop(err) // not answered is not refused
			continue
		}
		e.set(i, model.StepRefused, nil, err)
		ev := about(e.s.event(e.plan, model.EventRefused), c)
		ev.State, ev.Error = model.StepRefused, plain(err)
		if _, err := e.s.o.Journal.Append(context.WithoutCancel(ctx), ev); err != nil {
			e.s.o.Log.WarnContext(ctx, "journalling a refusal", "error", err)
		}
	}
	return refused
}

// tryPush tries the right to write. A short pause that the registry asks for
// is made here: the attempt changes nothing, so it may be repeated.
func (s *Service) tryPush(ctx context.Context, pkg string) (giveUp func(context.Context), err error) {
	for attempt := 1; ; attempt++ {
		giveUp, err := s.registry.mayPush(ctx, pkg)
		if attempt == 3 || !errors.Is(err, model.ErrRateLimited) {
			return giveUp, err
		}
		if err := s.stack.pause(ctx, firstPause<<attempt); err != nil {
			return nil, err
		}
	}
}

// fetch gets the exact bytes that a change will put under its tag.
func (e *execution) fetch(ctx context.Context, c model.Change) error {
	m, content, err := e.s.manifest(ctx, c.Package, c.To)
	if err != nil {
		return fmt.Errorf("reading what %s:%s is to point to: %w", c.Package, c.Tag, err)
	}
	content.MediaType = m.MediaType
	e.mu.Lock()
	defer e.mu.Unlock()
	e.targets[target{c.Package, c.To}] = content
	return nil
}

// stages runs the plan's stages in order. A failure ends its stage, after the
// steps under way, and the plan.
func (e *execution) stages(ctx context.Context) {
	byStage := make(map[int][]int)
	var order []int
	for i, c := range e.plan.Changes {
		if byStage[c.Stage] == nil {
			order = append(order, c.Stage)
		}
		byStage[c.Stage] = append(byStage[c.Stage], i)
	}
	slices.Sort(order)
	for _, stage := range order {
		var g errgroup.Group
		g.SetLimit(stageWidth)
		for _, i := range byStage[stage] {
			g.Go(func() error {
				if err := ctx.Err(); err != nil {
					e.stop(err)
				}
				if !e.stopped() {
					e.step(ctx, i)
				}
				return nil
			})
		}
		_ = g.Wait()
		if e.stopped() {
			return
		}
	}
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
	if e.s.o.Journal != nil {
		head, err := e.s.o.Journal.Head(context.WithoutCancel(ctx))
		if err != nil {
			e.s.o.Log.WarnContext(ctx, "reading the journal's head", "error", err)
		}
		out.Head = head
	}
	return out
}
