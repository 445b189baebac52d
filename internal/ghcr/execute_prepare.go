package ghcr

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/novotnyllc/caitui/internal/ghcr/store"
	"github.com/novotnyllc/caitui/internal/model"
)

// prepare does everything that must succeed before the first write: the right
// to do what the plan does in every package, the bytes of every target, the
// manifests of what is deleted and the plan on disk. It reports whether to go
// on; if not, nothing was written.
func (e *execution) prepare(ctx context.Context) bool {
	if !e.journalResumed(ctx) {
		return false
	}
	packages := e.packages()
	refusals := make([]error, len(packages))
	var saving sync.WaitGroup
	var saveErr error
	saving.Go(func() { saveErr = e.s.o.Journal.SavePlan(ctx, e.plan) })
	e.s.registry.warm(ctx, slices.DeleteFunc(slices.Clone(packages), func(pkg string) bool { return !e.pushes(pkg) }), push)
	if order := e.order(); len(order) > 0 {
		e.readAhead(ctx, order[0])
	}
	var g errgroup.Group
	g.SetLimit(2 * stageWidth)
	for i, pkg := range packages {
		g.Go(func() error { refusals[i] = e.mayChange(ctx, pkg); return nil })
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
	if err := e.saveManifests(ctx); err != nil {
		e.stop(fmt.Errorf("keeping the manifests of what is deleted: %w", err))
		return false
	}
	return e.journalLifted(ctx)
}

// journalLifted records which blockers somebody lifted, before what they stood
// against is done. A plan that is resumed has said so before.
func (e *execution) journalLifted(ctx context.Context) bool {
	lifted := e.plan.Lifted()
	if lifted == "" || e.how.Resumes {
		return true
	}
	ev := e.s.event(e.plan, model.EventNote)
	ev.Reason = lifted
	if e.plan.Reason != "" {
		ev.Reason += "; reason: " + e.plan.Reason
	}
	if _, err := e.s.o.Journal.Append(ctx, ev); err != nil {
		e.stop(fmt.Errorf("writing into the journal what was lifted: %w", err))
		return false
	}
	return true
}

// journalResumed records that a plan is taken up again.
func (e *execution) journalResumed(ctx context.Context) bool {
	if !e.how.Resumes {
		return true
	}
	if _, err := e.s.o.Journal.Append(ctx, e.s.event(e.plan, model.EventResumed)); err != nil {
		e.stop(fmt.Errorf("writing into the journal that the plan is resumed: %w", err))
		return false
	}
	return true
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

// does reports whether the plan has changes of these kinds in a package.
func (e *execution) does(pkg string, kinds ...model.ChangeKind) bool {
	return slices.ContainsFunc(e.plan.Changes, func(c model.Change) bool {
		return c.Package == pkg && slices.Contains(kinds, c.Kind)
	})
}

// pushes reports whether the plan writes to the registry in a package, and not
// by GitHub's API alone.
func (e *execution) pushes(pkg string) bool {
	return e.does(pkg, model.MoveTag, model.CreateTag, model.PutArtifact, model.RemoveTag)
}

// mayChange tries, without changing anything, whether all that the plan does
// in a package is allowed.
func (e *execution) mayChange(ctx context.Context, pkg string) error {
	if e.pushes(pkg) {
		giveUp, err := e.s.tryPush(ctx, pkg)
		if err != nil {
			return err
		}
		e.tidying.Go(func() { giveUp(context.WithoutCancel(ctx)) })
	}
	if e.does(pkg, model.RemoveTag) {
		if err := e.mayUntag(ctx, pkg); err != nil {
			return err
		}
	}
	if e.s.api == nil {
		return nil
	}
	deletes, restores := e.does(pkg, model.DeleteVersion, model.RemoveTag), e.does(pkg, model.RestoreVersion)
	if !deletes && !restores {
		return nil
	}
	return e.inPart(pkg, e.s.api.mayChangeVersions(ctx, pkg, deletes, restores))
}

// inPart adds to a refusal that an undo is possible without the tags that would
// be taken off: that alone takes the right to delete.
func (e *execution) inPart(pkg string, err error) error {
	var refused *model.Error
	others := slices.ContainsFunc(e.plan.Changes, func(c model.Change) bool { return c.Kind != model.RemoveTag && c.Tag != "" })
	if !errors.As(err, &refused) || e.plan.Aim.Act != model.ActUndo || !e.does(pkg, model.RemoveTag) || !others {
		return err
	}
	i := slices.IndexFunc(e.plan.Changes, func(c model.Change) bool { return c.Package == pkg && c.Kind == model.RemoveTag })
	cured := *refused
	cured.Cure += "; or leave what is to be taken off where it is: caitui undo --exclude :" + e.plan.Changes[i].Tag + ", or mark the other steps in the journal"
	return &cured
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
		e.stop(err)
		if !isRefusal(err) && !errors.Is(err, model.ErrUnsupported) {
			continue // not answered is not refused
		}
		e.set(i, model.StepRefused, nil, err)
		e.journalRefused(ctx, c, model.StepRefused, err)
	}
	return refused
}

// journalRefused records that a change was not begun.
func (e *execution) journalRefused(ctx context.Context, c model.Change, state model.StepState, why error) {
	ev := about(e.s.event(e.plan, model.EventRefused), c)
	ev.State, ev.Error = state, plain(why)
	if _, err := e.s.o.Journal.Append(context.WithoutCancel(ctx), ev); err != nil {
		e.s.o.Log.WarnContext(ctx, "journalling a refusal", "error", err)
	}
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

// fetch gets the exact bytes that a change will put under its tag, or has to
// put back there.
func (e *execution) fetch(ctx context.Context, c model.Change) error {
	d := c.To
	switch c.Kind {
	case model.MoveTag, model.CreateTag:
	case model.RemoveTag:
		d = c.From
	default:
		return nil
	}
	if e.comesLater(c.Package, d) {
		return nil
	}
	content, err := e.read(ctx, c.Package, d)
	if err != nil && c.Kind == model.RemoveTag {
		return nil // it is needed only where GitHub refuses half-way
	}
	if err != nil {
		return fmt.Errorf("reading what %s:%s is to point to: %w", c.Package, c.Tag, err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.targets[target{c.Package, d}] = content
	return nil
}

// comesLater reports whether a digest is there only once the plan itself has
// restored it.
func (e *execution) comesLater(pkg string, d model.Digest) bool {
	return slices.ContainsFunc(e.plan.Changes, func(c model.Change) bool {
		return c.Kind == model.RestoreVersion && c.Package == pkg && c.To == d
	})
}

// read gets a manifest as it goes under a tag: one that the plan itself writes,
// or the registry's.
func (e *execution) read(ctx context.Context, pkg string, d model.Digest) (store.Content, error) {
	for _, c := range e.plan.Changes {
		if c.Kind == model.PutArtifact && c.Package == pkg && c.To == d {
			return artifactContent(c)
		}
	}
	m, content, err := e.s.manifest(ctx, pkg, d)
	if err != nil {
		return store.Content{}, err
	}
	content.MediaType = m.MediaType
	return content, nil
}

// content is what goes under a change's tag: read before the first write, or
// now where the plan itself had to bring it back first.
func (e *execution) content(ctx context.Context, c model.Change) (store.Content, error) {
	e.mu.Lock()
	content, ok := e.targets[target{c.Package, c.To}]
	e.mu.Unlock()
	if ok {
		return content, nil
	}
	content, err := e.read(ctx, c.Package, c.To)
	if err != nil {
		return content, fmt.Errorf("reading what %s:%s is to point to: %w", c.Package, c.Tag, err)
	}
	return content, nil
}
