package ghcr

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/store"
	"github.com/novotnyllc/caitui/internal/model"
)

// A tag is removed in two writes, each with its intent and outcome in the
// journal, because GHCR has none that does it: a placeholder made for this is
// put under the tag, and then the placeholder is deleted, which takes the tag
// with it. Where there is no GitHub beside the registry, the tag is deleted
// there, still by way of the placeholder: some registries delete what a tag
// points to together with it, and then that is nobody's loss.
//
// Between the two the tag serves the placeholder. A run that finds it there
// goes on with the second write.

// untag removes one tag.
func (e *execution) untag(ctx context.Context, i int, c model.Change) (model.StepState, *bool, error) {
	raw, d := model.UntagPlaceholder(e.plan.ID, c.Package, c.Tag)
	placeholder := store.Content{Digest: d, MediaType: model.MediaOCIIndex, Body: raw}
	first, second := c, c
	first.To, second.From = d, d
	now, err := e.nowSteadily(ctx, c)
	switch {
	case err != nil:
		return e.act(ctx, c, decided(model.StepFailed, fmt.Errorf("reading %s:%s before the write: %w", c.Package, c.Tag, err)))
	case now == "":
		return e.act(ctx, c, func(context.Context) (model.StepState, *bool, error) { return model.StepAlready, truth(true), nil })
	case now != d && now != c.From:
		return e.act(ctx, c, decided(model.StepConflict, conflict(c, now, "since the preview")))
	case now == c.From:
		state, verified, err := e.act(ctx, first, func(ctx context.Context) (model.StepState, *bool, error) {
			return e.point(ctx, first, func(context.Context) (store.Content, error) { return placeholder, nil })
		})
		if err != nil {
			return state, verified, err
		}
	}
	if e.s.api == nil {
		return e.act(ctx, second, func(ctx context.Context) (model.StepState, *bool, error) { return e.untagAtRegistry(ctx, second) })
	}
	state, verified, err := e.untagAtGitHub(ctx, i, second)
	if state == model.StepRefused {
		err = e.putBack(ctx, c, second, err)
	}
	return state, verified, err
}

// decided is a deed that was decided without doing anything.
func decided(state model.StepState, err error) deed {
	return func(context.Context) (model.StepState, *bool, error) { return state, nil, err }
}

// nowSteadily reads the tag although the caller may have given up meanwhile.
func (e *execution) nowSteadily(ctx context.Context, c model.Change) (model.Digest, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stepDeadline)
	defer cancel()
	return e.now(ctx, c)
}

// untagAtGitHub deletes the version that the placeholder has become.
func (e *execution) untagAtGitHub(ctx context.Context, i int, c model.Change) (model.StepState, *bool, error) {
	id, err := e.findPlaceholder(ctx, c)
	if err != nil {
		state := model.StepFailed
		if errors.Is(err, model.ErrConflict) {
			state = model.StepConflict
		}
		return e.act(ctx, c, decided(state, err))
	}
	c.VersionID = id
	return e.act(ctx, c, e.patiently(ctx, i, func(ctx context.Context) (model.StepState, *bool, error) {
		now, err := e.now(ctx, c)
		switch {
		case err != nil:
			return model.StepFailed, nil, fmt.Errorf("reading %s:%s before deleting its placeholder: %w", c.Package, c.Tag, err)
		case now == "":
			return model.StepAlready, truth(true), nil
		case now != c.From:
			return model.StepConflict, nil, conflict(c, now, "while it was being removed")
		}
		state, _, err := e.sendDelete(ctx, c)
		if state != model.StepDone {
			return state, nil, err
		}
		return e.untagged(ctx, c)
	}))
}

// findPauses are the pauses between looks at GitHub's list, which shows a new
// version a little later than the registry.
var findPauses = [...]time.Duration{
	200 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 15 * time.Second,
}

// findPlaceholder finds the number of the version that holds the tag and no
// other one.
func (e *execution) findPlaceholder(ctx context.Context, c model.Change) (int64, error) {
	steady, cancel := context.WithTimeout(context.WithoutCancel(ctx), stepDeadline)
	defer cancel()
	for attempt := 0; ; attempt++ {
		v, found, err := e.listedVersion(steady, c.Package, c.From)
		switch {
		case err != nil:
			return 0, fmt.Errorf("%s:%s now points to a placeholder, whose version cannot be looked up: %w", c.Package, c.Tag, err)
		case found && slices.Equal(v.Tags, []string{c.Tag}):
			return v.ID, nil
		case found && slices.ContainsFunc(v.Tags, func(t string) bool { return t != c.Tag }):
			return 0, &model.Error{Kind: model.ErrConflict, Cure: "move the other tag away, then caitui resume goes on",
				Message: fmt.Sprintf("somebody gave the placeholder of %s:%s another tag (%s), which deleting it would take away too", c.Package, c.Tag, enumerateTags(v.Tags))}
		case attempt == len(findPauses):
			return 0, &model.Error{Kind: model.ErrUnreachable, Cure: "caitui resume goes on once it does",
				Message: fmt.Sprintf("%s:%s now points to a placeholder, whose version GitHub does not list yet", c.Package, c.Tag)}
		}
		if err := e.s.stack.pause(steady, findPauses[attempt]); err != nil {
			return 0, err
		}
	}
}

func enumerateTags(tags []string) string {
	const most = 3
	text := ""
	for i, t := range tags {
		switch {
		case i == most:
			return text + ", …"
		case i > 0:
			text += ", "
		}
		text += model.Sanitize(t)
	}
	return text
}

// listedVersion looks for a digest among the newest versions.
func (e *execution) listedVersion(ctx context.Context, pkg string, d model.Digest) (model.Version, bool, error) {
	for number := 1; number <= refreshPages; number++ {
		p, err := e.s.api.versions(ctx, pkg, number)
		if err != nil {
			return model.Version{}, false, err
		}
		if i := slices.IndexFunc(p.versions, func(v model.Version) bool { return v.Digest == d }); i >= 0 {
			return p.versions[i], true, nil
		}
		if p.next == 0 {
			break
		}
	}
	return model.Version{}, false, nil
}

// untagged reads that the tag is there no more.
func (e *execution) untagged(ctx context.Context, c model.Change) (model.StepState, *bool, error) {
	for attempt := 0; ; attempt++ {
		now, err := e.now(ctx, c)
		switch {
		case err != nil:
			return model.StepUnknown, nil, unknown(c, "the placeholder was deleted, but reading the tag failed", err)
		case now == "":
			return model.StepDone, truth(true), nil
		case now != c.From:
			return model.StepConflict, truth(false), conflict(c, now, "right after it was removed")
		case attempt == len(readBackPauses):
			return model.StepUnknown, truth(false), unknown(c, "the placeholder was deleted, but the registry goes on showing it", nil)
		}
		if err := e.s.stack.pause(ctx, readBackPauses[attempt]); err != nil {
			return model.StepUnknown, nil, unknown(c, "the placeholder was deleted, and the registry did not show it in time", err)
		}
	}
}

// untagAtRegistry deletes the tag, and with it at most its placeholder.
func (e *execution) untagAtRegistry(ctx context.Context, c model.Change) (model.StepState, *bool, error) {
	e.sent()
	err := e.s.registry.deleteTag(ctx, c.Package, c.Tag)
	if err == nil || mayHaveHappened(err) {
		state, verified, readErr := e.untagged(ctx, c)
		if err != nil && state == model.StepUnknown && verified != nil { // it was read, and is there
			return model.StepFailed, verified, fmt.Errorf("removing %s:%s: %w", c.Package, c.Tag, err)
		}
		return state, verified, readErr
	}
	e.unwritten()
	if errors.Is(err, model.ErrNotFound) {
		return e.untagged(ctx, c)
	}
	return notDone(err)
}

// putBack gives a tag back what it pointed to, where GitHub does not delete the
// placeholder: what cannot be removed shall not be left broken.
func (e *execution) putBack(ctx context.Context, c, second model.Change, refused error) error {
	back := c
	back.From, back.To = second.From, c.From
	state, _, err := e.act(ctx, back, func(ctx context.Context) (model.StepState, *bool, error) {
		return e.point(ctx, back, func(ctx context.Context) (store.Content, error) { return e.content(ctx, back) })
	})
	out := &model.Error{Kind: refusalKind(refused), Cause: refused, Cure: model.CureOf(refused),
		Message: fmt.Sprintf("%s:%s was not removed and points to %s again", c.Package, c.Tag, c.From.Short())}
	if state != model.StepDone && state != model.StepAlready {
		out.Message = fmt.Sprintf("%s:%s was not removed, and giving it back %s failed (%s): it points to a placeholder", c.Package, c.Tag, c.From.Short(), plain(err))
		out.Cure = "point the tag to " + string(c.From) + " with caitui retag"
	}
	return out
}

// refusalKind is the class of a refusal.
func refusalKind(err error) error {
	if lacksRight(err) {
		return model.ErrForbidden
	}
	return model.ErrUnsupported
}

// mayUntag finds out, without changing anything, whether tags of a package can
// be removed here.
func (e *execution) mayUntag(ctx context.Context, pkg string) error {
	if e.s.api == nil {
		return e.s.registry.mayDeleteTags(ctx, pkg)
	}
	tags, err := e.s.registry.tags(ctx, pkg)
	if err != nil {
		return fmt.Errorf("reading which tags %s would keep: %w", pkg, err)
	}
	for _, c := range e.plan.Changes {
		if c.Package == pkg && c.Kind == model.RemoveTag {
			tags = slices.DeleteFunc(tags, func(t string) bool { return t == c.Tag })
		}
	}
	if len(tags) > 0 {
		return nil
	}
	return &model.Error{Kind: model.ErrUnsupported, Message: fmt.Sprintf("the plan would remove the last tag of %s, and GitHub deletes no last tagged version", pkg),
		Cure: "give the package another tag first, or delete it on its page at GitHub"}
}
