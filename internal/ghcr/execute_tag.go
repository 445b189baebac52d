package ghcr

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/store"
	"github.com/novotnyllc/caitui/internal/model"
)

// point makes a tag point to what the plan says: it compares, brings what is
// needed, writes the very bytes of the target and reads back.
func (e *execution) point(ctx context.Context, c model.Change, content func(context.Context) (store.Content, error)) (model.StepState, *bool, error) {
	now, err := e.before(ctx, c)
	switch {
	case err != nil:
		return model.StepFailed, nil, fmt.Errorf("reading %s:%s before the write: %w", c.Package, c.Tag, err)
	case now == c.To:
		return model.StepAlready, truth(true), nil
	case now != c.From:
		return model.StepConflict, nil, conflict(c, now, "since the preview")
	}
	target, err := content(ctx)
	if err != nil {
		return notDone(err)
	}
	return e.put(ctx, c, target)
}

// put sends content under the tag, once, and finds out what became of it.
func (e *execution) put(ctx context.Context, c model.Change, content store.Content) (model.StepState, *bool, error) {
	e.sent()
	err := e.s.registry.put(ctx, c.Package, c.Tag, content)
	switch {
	case err == nil:
		e.answered(ctx)
		return e.readBack(ctx, c)
	case mayHaveHappened(err):
		return e.settle(ctx, c, err)
	}
	e.unwritten()
	return notDone(err)
}

// notDone is a write that the server did not do: refused for want of a right,
// or failed for another reason.
func notDone(err error) (model.StepState, *bool, error) {
	if lacksRight(err) {
		return model.StepRefused, nil, err
	}
	return model.StepFailed, nil, err
}

func lacksRight(err error) bool {
	return errors.Is(err, model.ErrForbidden) || errors.Is(err, model.ErrUnauthorized)
}

// now reads what the tag points to, "" where it does not exist.
func (e *execution) now(ctx context.Context, c model.Change) (model.Digest, error) {
	return e.s.registry.find(ctx, c.Package, c.Tag)
}

// mayHaveHappened reports whether a failed write may have been done all the
// same: no answer came, or one from something in between.
func mayHaveHappened(err error) bool {
	var send *sendError
	if errors.As(err, &send) {
		return send.lost
	}
	var a *answer
	var github *apiError
	return errors.As(err, &a) && a.status >= 500 || errors.As(err, &github) && github.status >= 500
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
