package ghcr

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// step does one change from its intent to its outcome. Once begun it is
// finished, whatever becomes of ctx: half a step would leave the journal
// without its outcome.
func (e *execution) step(ctx context.Context, i int) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stepDeadline)
	defer cancel()
	c := e.plan.Changes[i]
	e.set(i, model.StepMoving, nil, nil)
	if _, err := e.s.o.Journal.Append(ctx, about(e.s.event(e.plan, model.EventIntent), c)); err != nil {
		// Without an intent on disk nothing is written, and no outcome follows.
		e.set(i, model.StepFailed, nil, fmt.Errorf("writing the intent into the journal: %w", err))
		return
	}
	state, verified, err := e.change(ctx, c)
	ev := about(e.s.event(e.plan, model.EventOutcome), c)
	ev.State = state
	if err != nil {
		ev.Error = plain(err)
	}
	written, journalErr := e.s.o.Journal.Append(ctx, ev)
	if journalErr != nil {
		e.stop(fmt.Errorf("writing the outcome into the journal: %w", journalErr))
	} else if state == model.StepDone {
		e.mu.Lock()
		e.moves = append(e.moves, written)
		e.mu.Unlock()
	}
	e.set(i, state, verified, err)
}

// change compares, writes and reads back. verified is nil where nothing was
// read after the write.
func (e *execution) change(ctx context.Context, c model.Change) (model.StepState, *bool, error) {
	now, err := e.now(ctx, c)
	switch {
	case err != nil:
		return model.StepFailed, nil, fmt.Errorf("reading %s:%s before the write: %w", c.Package, c.Tag, err)
	case now == c.To:
		return model.StepAlready, truth(true), nil
	case now != c.From:
		return model.StepConflict, nil, conflict(c, now, "since the preview")
	}
	e.mu.Lock()
	content := e.targets[target{c.Package, c.To}]
	e.writes++
	e.mu.Unlock()
	err = e.s.registry.put(ctx, c.Package, c.Tag, content)
	if err == nil {
		return e.readBack(ctx, c)
	}
	if !mayHaveHappened(err) {
		e.unwritten()
		if errors.Is(err, model.ErrForbidden) || errors.Is(err, model.ErrUnauthorized) {
			return model.StepRefused, nil, err
		}
		return model.StepFailed, nil, err
	}
	return e.settle(ctx, c, err)
}

// unwritten takes back that something was written: the request never left, or
// the registry's own answer says that it was not done.
func (e *execution) unwritten() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.writes--
}

// now reads what the tag points to, "" where it does not exist.
func (e *execution) now(ctx context.Context, c model.Change) (model.Digest, error) {
	d, err := e.s.registry.head(ctx, c.Package, c.Tag)
	if errors.Is(err, model.ErrNotFound) {
		return "", nil
	}
	return d, err
}

// mayHaveHappened reports whether a failed PUT may have been done all the
// same: no answer came, or one from something in between.
func mayHaveHappened(err error) bool {
	var send *sendError
	if errors.As(err, &send) {
		return send.lost
	}
	var a *answer
	return errors.As(err, &a) && a.status >= 500
}

// readBackPauses are the pauses between readings after an accepted write: a
// registry may take a moment to show it.
var readBackPauses = [...]time.Duration{100 * time.Millisecond, 400 * time.Millisecond, 1500 * time.Millisecond}

// readBack compares what the registry shows with what was written.
func (e *execution) readBack(ctx context.Context, c model.Change) (model.StepState, *bool, error) {
	for attempt := 0; ; attempt++ {
		now, err := e.now(ctx, c)
		switch {
		case err != nil:
			return model.StepUnknown, nil, unknown(c, "the registry accepted the write, but reading it back failed", err)
		case now == c.To:
			return model.StepDone, truth(true), nil
		case now != c.From:
			return model.StepConflict, truth(false), conflict(c, now, "right after the write")
		case attempt == len(readBackPauses):
			return model.StepUnknown, truth(false), unknown(c, "the registry accepted the write but goes on showing the former digest", nil)
		}
		if err := e.s.stack.pause(ctx, readBackPauses[attempt]); err != nil {
			return model.StepUnknown, nil, unknown(c, "the registry accepted the write and did not show it in time", err)
		}
	}
}

// settle finds out by reading what became of a write without an answer. It is
// never sent again: the tag may have been moved by somebody else since.
func (e *execution) settle(ctx context.Context, c model.Change, lost error) (model.StepState, *bool, error) {
	for attempt := 0; ; attempt++ {
		now, err := e.now(ctx, c)
		switch {
		case err != nil:
			return model.StepUnknown, nil, unknown(c, "the answer to the write got lost and reading the tag failed", err)
		case now == c.To:
			return model.StepDone, truth(true), nil
		case now != c.From:
			return model.StepConflict, truth(false), conflict(c, now, "while its answer got lost")
		case attempt == 1:
			return model.StepFailed, truth(false), fmt.Errorf("writing %s:%s: %w", c.Package, c.Tag, lost)
		}
		// The registry may still be at it: look once more.
		if err := e.s.stack.pause(ctx, readBackPauses[1]); err != nil {
			return model.StepUnknown, nil, unknown(c, "the answer to the write got lost", err)
		}
	}
}

func unknown(c model.Change, why string, cause error) error {
	return &model.Error{Kind: model.ErrUnreachable, Message: fmt.Sprintf("whether %s:%s was moved is not known: %s", c.Package, c.Tag, why),
		Cure: "look at the tag when the registry answers again; the journal has the intent", Cause: cause}
}

func conflict(c model.Change, now model.Digest, when string) error {
	is := "is gone"
	if now != "" {
		is = "points to " + now.Short()
	}
	was := "not there"
	if c.From != "" {
		was = c.From.Short()
	}
	return &model.Error{Kind: model.ErrConflict,
		Message: fmt.Sprintf("somebody changed %s:%s %s: it %s, expected was %s", c.Package, c.Tag, when, is, was),
		Cure:    "look at what happened and make the plan anew"}
}

func truth(b bool) *bool { return &b }

// settleState takes what was read into the state, so that the next survey
// shows it before the next refresh, and records the sightings.
func (e *execution) settleState(ctx context.Context) {
	s := e.s
	at, _ := s.stack.seen.clock(s.o.Now())
	confirmed := make(map[string]map[string]model.Digest)
	var seen []model.Observation
	for i, step := range e.steps {
		if step.State != model.StepDone && step.State != model.StepAlready {
			continue
		}
		c := e.plan.Changes[i]
		if confirmed[c.Package] == nil {
			confirmed[c.Package] = make(map[string]model.Digest)
		}
		confirmed[c.Package][c.Tag] = c.To
		seen = append(seen, model.Observation{Package: c.Package, Tag: c.Tag, Digest: c.To, At: at, Last: at, Source: "execute"})
	}
	if len(seen) == 0 {
		return
	}
	s.remember(ctx, seen, nil)
	s.publish(func() {
		for pkg, tags := range confirmed {
			if st := s.stateLocked(pkg); st.Known {
				st.Snapshot = st.Snapshot.WithTags(tags)
				s.states[pkg] = st
			}
		}
		s.past = model.Past{
			Moves:        append(slices.Clone(s.past.Moves), e.moves...),
			Observations: withSightings(s.past.Observations, seen),
		}
	})
}
