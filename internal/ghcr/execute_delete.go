package ghcr

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/novotnyllc/caitui/internal/model"
)

// deleteVersion deletes one version that is still what the plan showed.
func (e *execution) deleteVersion(ctx context.Context, c model.Change) (model.StepState, *bool, error) {
	there, err := e.asShown(ctx, c)
	switch {
	case errors.Is(err, model.ErrConflict):
		return model.StepConflict, nil, err
	case err != nil:
		return model.StepFailed, nil, fmt.Errorf("reading %s of %s before deleting it: %w", c.From.Short(), c.Package, err)
	case !there:
		return model.StepAlready, truth(true), nil
	}
	return e.sendDelete(ctx, c)
}

// sendDelete sends the deletion, once, and finds out what became of it.
func (e *execution) sendDelete(ctx context.Context, c model.Change) (model.StepState, *bool, error) {
	e.sent()
	err := e.s.api.deleteVersion(ctx, c.Package, c.VersionID)
	switch {
	case err == nil:
		// GitHub's answer counts: it may go on showing what is deleted.
		gone, err := e.gone(ctx, c, true)
		return model.StepDone, truth(gone && err == nil), nil
	case mayHaveHappened(err):
		return e.settleDelete(ctx, c, err)
	}
	e.unwritten()
	if errors.Is(err, model.ErrNotFound) {
		// Either somebody was faster, or this account may not.
		if gone, goneErr := e.gone(ctx, c, false); goneErr == nil && gone {
			return model.StepAlready, truth(true), nil
		}
		return model.StepRefused, nil, noAdmin(c.Package, "delete", err)
	}
	if kept := undeletable(err, c.Package, c.From); kept != nil {
		return model.StepRefused, nil, kept
	}
	return notDone(err)
}

func noAdmin(pkg, verb string, cause error) error {
	return &model.Error{Kind: model.ErrForbidden, Cause: cause, Message: fmt.Sprintf("this account may not %s versions of %s", verb, pkg),
		Cure: "it needs the admin role on the package: Package settings, Manage access"}
}

// settleDelete finds out by reading what became of a deletion without an answer.
func (e *execution) settleDelete(ctx context.Context, c model.Change, lost error) (model.StepState, *bool, error) {
	gone, err := e.gone(ctx, c, true)
	switch {
	case err != nil:
		return model.StepUnknown, nil, &model.Error{Kind: model.ErrUnreachable, Cause: err,
			Message: fmt.Sprintf("whether %s of %s was deleted is not known: the answer got lost and reading it failed", c.From.Short(), c.Package),
			Cure:    "look at the package when GitHub answers again; caitui resume goes on"}
	case gone:
		return model.StepDone, truth(true), nil
	}
	return model.StepFailed, truth(false), fmt.Errorf("deleting %s of %s: %w", c.From.Short(), c.Package, lost)
}

// gone reads whether a version is there no more. GitHub's API may show it for a
// while: then the registry's word counts. patient looks once more after a
// moment.
func (e *execution) gone(ctx context.Context, c model.Change, patient bool) (bool, error) {
	for attempt := 0; ; attempt++ {
		_, err := e.s.api.version(ctx, c.Package, c.VersionID)
		if errors.Is(err, model.ErrNotFound) && !isHidden(err) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		_, err = e.s.registry.head(ctx, c.Package, string(c.From))
		if errors.Is(err, model.ErrNotFound) {
			return true, nil
		}
		if err != nil || !patient || attempt == 1 {
			return false, err
		}
		if err := e.s.stack.pause(ctx, readBackPauses[1]); err != nil {
			return false, err
		}
	}
}

// asShown reports whether the version is still there, and an ErrConflict where
// it is not what the plan showed: deleting it would take a tag with it that
// nobody saw in the preview, or leave one that was seen there.
//
// GitHub's list of tags lags behind the registry, so the registry is asked for
// each tag that matters: those that the plan showed, those of the channels, and
// those that GitHub names besides.
func (e *execution) asShown(ctx context.Context, c model.Change) (there bool, err error) {
	shown, own := e.tagsShown(c)
	asked := slices.Clone(shown)
	for _, tag := range e.s.channelTags(e.s.o.Layout.Package(c.Package)) {
		if !slices.Contains(asked, tag) {
			asked = append(asked, tag)
		}
	}
	var v model.Version
	var digests []model.Digest
	var errs []error
	var g errgroup.Group
	g.Go(func() error {
		digests, errs = e.s.heads(ctx, c.Package, asked)
		return nil
	})
	v, err = e.s.api.version(ctx, c.Package, c.VersionID)
	_ = g.Wait()
	switch {
	case errors.Is(err, model.ErrNotFound) && !isHidden(err):
		return false, nil
	case err != nil:
		return false, err
	case v.Digest != c.From:
		return true, otherVersion(c, fmt.Sprintf("it is %s", v.Digest.Short()))
	}
	var besides []string
	for _, tag := range v.Tags {
		if !slices.Contains(asked, tag) && !slices.Contains(own, tag) {
			besides = append(besides, tag)
		}
	}
	more, moreErrs := e.s.heads(ctx, c.Package, besides)
	asked, digests, errs = append(asked, besides...), append(digests, more...), append(errs, moreErrs...)
	if err := firstError(errs); err != nil {
		return true, err
	}
	for i, tag := range asked {
		has, should := digests[i] == c.From, slices.Contains(shown, tag)
		if slices.Contains(own, tag) || has == should {
			continue
		}
		if has {
			return true, otherVersion(c, fmt.Sprintf("it has the tag %s now", tag))
		}
		return true, otherVersion(c, fmt.Sprintf("it does not have the tag %s any more", tag))
	}
	return true, nil
}

func otherVersion(c model.Change, what string) error {
	return &model.Error{Kind: model.ErrConflict, Message: fmt.Sprintf("somebody changed %s of %s since the preview: %s", c.From.Short(), c.Package, what),
		Cure: "look at what happened and make the plan anew"}
}

// tagsShown are the tags that the plan showed on a version that it deletes, and
// those that the plan itself writes, which may or may not be there.
func (e *execution) tagsShown(c model.Change) (shown, own []string) {
	for _, other := range e.plan.Changes {
		if other.Package == c.Package && other.Tag != "" {
			own = append(own, other.Tag)
		}
	}
	for _, effect := range e.plan.Effects {
		if effect.Package == c.Package && effect.Tag != "" && effect.Before == c.From && !slices.Contains(own, effect.Tag) {
			shown = append(shown, effect.Tag)
		}
	}
	return shown, own
}
