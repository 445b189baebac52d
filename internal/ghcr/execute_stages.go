package ghcr

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/novotnyllc/caitui/internal/ghcr/store"
	"github.com/novotnyllc/caitui/internal/model"
)

const (
	// stageWidth is how many tags of one stage are written at the same time.
	stageWidth = 12
	// stepDeadline bounds one attempt at a step. A step that has begun is
	// finished within it even when the caller has given up.
	stepDeadline = 90 * time.Second
	// limitPatience is how long one step waits in all where GitHub asks to be
	// left alone. Its secondary limits end after a minute or a few.
	limitPatience = 10 * time.Minute
	// untoldPause is the pause where GitHub does not say how long (GitHub Docs,
	// "Rate limits for the REST API": at least one minute).
	untoldPause = time.Minute
)

// stages runs the plan's stages in order. A failure ends its stage, after the
// steps under way, and the plan.
func (e *execution) stages(ctx context.Context) {
	order := e.order()
	for n, steps := range order {
		if n == 1 && e.how.AfterFirst != nil {
			if err := e.how.AfterFirst(ctx); err != nil {
				e.stop(fmt.Errorf("stopped after the first stage: %w", err))
				return
			}
		}
		var next []int
		if n+1 < len(order) { // where the first stage is waited after, what was read is too old by then
			next = order[n+1]
		}
		e.follows(steps, next)
		e.stage(ctx, steps)
		if e.stopped() {
			return
		}
	}
}

// order are the plan's steps, stage by stage.
func (e *execution) order() [][]int {
	byStage := make(map[int][]int)
	for i, c := range e.plan.Changes {
		byStage[c.Stage] = append(byStage[c.Stage], i)
	}
	var out [][]int
	for _, stage := range slices.Sorted(maps.Keys(byStage)) {
		out = append(out, byStage[stage])
	}
	return out
}

// stage writes tags side by side, and then deletes and restores versions one
// after the other in the plan's order: parents come before what belongs to
// them, and GitHub asks for mutations to be serial.
func (e *execution) stage(ctx context.Context, steps []int) {
	var g errgroup.Group
	g.SetLimit(stageWidth)
	var versions []int
	for _, i := range steps {
		switch e.plan.Changes[i].Kind {
		case model.DeleteVersion, model.RestoreVersion:
			versions = append(versions, i)
		default:
			g.Go(func() error { e.step(ctx, i); return nil })
		}
	}
	_ = g.Wait()
	for _, i := range versions {
		e.step(ctx, i)
	}
}

// step does one change from its intent to its outcome. Once begun it is
// finished, whatever becomes of ctx: half a step would leave the journal
// without its outcome.
func (e *execution) step(ctx context.Context, i int) {
	if err := ctx.Err(); err != nil {
		e.stop(err)
	}
	if e.stopped() || e.state(i) != model.StepNotStarted { // spared meanwhile
		return
	}
	c := e.plan.Changes[i]
	e.set(i, model.StepMoving, nil, nil)
	state, verified, err := e.perform(ctx, i, c)
	switch {
	case err == nil:
	case state == model.StepRefused && c.Kind == model.DeleteVersion && !lacksRight(err):
		// Not for want of a right: GitHub keeps this one version.
		defer e.spare(context.WithoutCancel(ctx), i)
	default:
		e.stop(err)
	}
	e.set(i, state, verified, err)
}

// perform carries out one change by the way of its kind.
func (e *execution) perform(ctx context.Context, i int, c model.Change) (model.StepState, *bool, error) {
	switch c.Kind {
	case model.RemoveTag:
		return e.untag(ctx, i, c)
	case model.DeleteVersion:
		return e.act(ctx, c, e.patiently(ctx, i, func(ctx context.Context) (model.StepState, *bool, error) { return e.deleteVersion(ctx, c) }))
	case model.RestoreVersion:
		return e.act(ctx, c, e.patiently(ctx, i, func(ctx context.Context) (model.StepState, *bool, error) { return e.restoreVersion(ctx, c) }))
	}
	bring := e.content
	if c.Kind == model.PutArtifact {
		bring = e.artifact
	}
	return e.act(ctx, c, func(ctx context.Context) (model.StepState, *bool, error) {
		return e.point(ctx, c, func(ctx context.Context) (store.Content, error) { return bring(ctx, c) })
	})
}

// act does one write, with its intent before and its outcome after it in the
// journal. Without an intent on disk nothing is written, and no outcome
// follows. verified is nil where nothing was read after the write.
func (e *execution) act(ctx context.Context, c model.Change, do deed) (model.StepState, *bool, error) {
	ctx = context.WithoutCancel(ctx)
	if _, err := e.s.o.Journal.Append(ctx, about(e.s.event(e.plan, model.EventIntent), c)); err != nil {
		return model.StepFailed, nil, fmt.Errorf("writing the intent into the journal: %w", err)
	}
	timed, cancel := context.WithTimeout(ctx, stepDeadline)
	state, verified, err := do(timed)
	cancel()
	ev := about(e.s.event(e.plan, model.EventOutcome), c)
	ev.State = state
	if err != nil {
		ev.Error = plain(err)
	}
	written, journalErr := e.s.o.Journal.Append(ctx, ev)
	if journalErr != nil {
		e.stop(fmt.Errorf("writing the outcome into the journal: %w", journalErr))
	} else if state == model.StepDone && c.Tag != "" {
		e.mu.Lock()
		e.moves = append(e.moves, written)
		e.mu.Unlock()
	}
	return state, verified, err
}

// deed is one attempt at a write and what came of it.
type deed func(context.Context) (model.StepState, *bool, error)

// patiently makes of something that GitHub may answer with a request to wait,
// and which then was not done, one that waits, says so, and begins again with
// its comparison. ctx ends the waiting, not an attempt under way.
func (e *execution) patiently(ctx context.Context, i int, try deed) deed {
	return func(context.Context) (model.StepState, *bool, error) {
		for waited := time.Duration(0); ; {
			attempt, cancel := context.WithTimeout(context.WithoutCancel(ctx), stepDeadline)
			state, verified, err := try(attempt)
			cancel()
			var limit *model.Error
			if state != model.StepFailed || !errors.Is(err, model.ErrRateLimited) || !errors.As(err, &limit) {
				return state, verified, err
			}
			wait := limit.Wait
			if wait == 0 {
				wait = untoldPause
			}
			if waited += wait; waited > limitPatience {
				return state, verified, err
			}
			e.set(i, model.StepWaiting, nil, err)
			if err := e.s.stack.pause(ctx, wait); err != nil {
				return model.StepNotStarted, nil, fmt.Errorf("stopped while GitHub asked to wait, nothing was sent: %w", err)
			}
			e.set(i, model.StepMoving, nil, nil)
		}
	}
}
