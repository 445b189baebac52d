package ghcr

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/novotnyllc/caitui/internal/model"
)

// restoreVersion takes a deletion back. Tags that do not come back with the
// version are changes of their own.
func (e *execution) restoreVersion(ctx context.Context, c model.Change) (model.StepState, *bool, error) {
	there, err := e.backAgain(ctx, c)
	switch {
	case errors.Is(err, model.ErrConflict):
		return model.StepConflict, nil, err
	case err != nil:
		return model.StepFailed, nil, fmt.Errorf("reading %s of %s before restoring it: %w", c.To.Short(), c.Package, err)
	case there:
		return model.StepAlready, truth(true), nil
	}
	e.sent()
	err = e.s.api.restoreVersion(ctx, c.Package, c.VersionID)
	if err == nil || mayHaveHappened(err) {
		return e.settleRestore(ctx, c, err)
	}
	e.unwritten()
	status, _ := answeredBy(err)
	switch {
	case status == http.StatusBadRequest, status == http.StatusUnprocessableEntity, status == http.StatusConflict:
		// The same content was pushed again meanwhile: what was wanted is there.
		if d, headErr := e.s.registry.head(ctx, c.Package, string(c.To)); headErr == nil && d == c.To {
			return model.StepAlready, truth(true), nil
		}
		return model.StepFailed, nil, err
	case isHidden(err):
		return model.StepRefused, nil, noAdmin(c.Package, "restore", err)
	case errors.Is(err, model.ErrNotFound):
		return model.StepFailed, nil, &model.Error{Kind: model.ErrNotFound, Cause: err,
			Message: fmt.Sprintf("%s of %s cannot be restored any more", c.To.Short(), c.Package),
			Cure:    "GitHub keeps deleted versions for 30 days; after that push it again: its manifest is in the folder saved of the data directory"}
	}
	return notDone(err)
}

// backAgain reads whether a version is there, with the digest that it should
// have.
func (e *execution) backAgain(ctx context.Context, c model.Change) (bool, error) {
	v, err := e.s.api.version(ctx, c.Package, c.VersionID)
	switch {
	case errors.Is(err, model.ErrNotFound) && !isHidden(err):
		return false, nil
	case err != nil:
		return false, err
	case v.Digest != c.To:
		return true, &model.Error{Kind: model.ErrConflict, Message: fmt.Sprintf("version %d of %s is %s, not %s", c.VersionID, c.Package, v.Digest.Short(), c.To.Short()),
			Cure: "make the plan anew"}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.restored[target{c.Package, c.To}] = v
	return true, nil
}

// settleRestore reads whether the version is back: after GitHub said so, or
// where its answer got lost. GitHub's API may need a moment to show it; the
// registry's word counts as well.
func (e *execution) settleRestore(ctx context.Context, c model.Change, lost error) (model.StepState, *bool, error) {
	for attempt := 0; ; attempt++ {
		there, err := e.backAgain(ctx, c)
		if err == nil && !there {
			var d model.Digest
			d, err = e.s.registry.find(ctx, c.Package, string(c.To))
			there = err == nil && d == c.To
		}
		switch {
		case there && err == nil:
			return model.StepDone, truth(true), nil
		case err != nil:
			return model.StepUnknown, nil, &model.Error{Kind: model.ErrUnreachable, Cause: err,
				Message: fmt.Sprintf("whether %s of %s was restored is not known: reading it failed", c.To.Short(), c.Package),
				Cure:    "look at the package when GitHub answers again; caitui resume goes on"}
		case attempt < len(readBackPauses):
		case lost == nil:
			return model.StepUnknown, truth(false), &model.Error{Kind: model.ErrUnreachable,
				Message: fmt.Sprintf("GitHub accepted the restoring of %s of %s and does not show it", c.To.Short(), c.Package),
				Cure:    "look at the package in a while; caitui resume goes on"}
		default:
			return model.StepFailed, truth(false), fmt.Errorf("restoring %s of %s: %w", c.To.Short(), c.Package, lost)
		}
		if err := e.s.stack.pause(ctx, readBackPauses[attempt]); err != nil {
			return model.StepUnknown, nil, err
		}
	}
}
