package ghcr

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/novotnyllc/caitui/internal/model"
)

// PlanDelete makes the plan for deleting versions on what the servers say now:
// all versions of the packages concerned are listed anew, what may need
// something is read (once ever, for each reading counts as a download), the tags
// that would go and those of the channels are asked for by HEAD, and what would
// forbid the deletion though it may be gone itself is looked for. Without a
// fresh list there is no plan. The preview is written into the journal.
func (s *Service) PlanDelete(ctx context.Context, req model.DeleteRequest) (model.Plan, error) {
	if err := checkVersions(req.Versions); err != nil {
		return model.Plan{}, err
	}
	if err := s.planVersions(ctx, "deleting versions"); err != nil {
		return model.Plan{}, err
	}
	s.sign(&req.At, &req.Actor)
	l := &deleteLook{s: s, req: req, facts: model.DeleteFacts{Opaque: make(map[string][]model.Digest), Why: make(map[string]string)}}
	if err := l.look(ctx); err != nil {
		return model.Plan{}, err
	}
	plan := model.PlanDelete(s.Survey(), req, l.facts)
	if shown, ok := s.shownBefore(ctx, plan); ok {
		plan.Created = shown
	}
	plan.Warnings = append(plan.Warnings, s.demanded(plan)...)
	return s.preview(ctx, plan), nil
}

// sameSitting is how long after a plan was shown the very same one still counts
// as made then.
const sameSitting = 24 * time.Hour

// shownBefore is when the very same plan was first shown to this person, within
// the last day: a wait that the rules ask for counts from then, however often the
// dialog was opened since.
func (s *Service) shownBefore(ctx context.Context, plan model.Plan) (time.Time, bool) {
	if plan.Empty() {
		return time.Time{}, false
	}
	kept, err := s.SavedPlan(ctx, plan.ID)
	if err != nil || kept.Actor != plan.Actor || kept.Created.After(plan.Created) || plan.Created.Sub(kept.Created) > sameSitting {
		return time.Time{}, false // not kept, or not to be trusted for this: it is made now
	}
	return kept.Created, true
}

// demanded is what the layout's rules still ask of a plan, as warnings: Execute
// refuses by the same rules.
func (s *Service) demanded(plan model.Plan) []model.Remark {
	var out []model.Remark
	for _, d := range s.o.Layout.Demands(plan, s.clockOf(plan)) {
		out = append(out, model.Remark{Code: d.Code, Message: d.Message + ": " + d.Cure})
	}
	return out
}

// checkVersions refuses what cannot be asked for.
func checkVersions(refs []model.VersionRef) error {
	if len(refs) == 0 {
		return model.Invalid("no version is named", "name versions by their ids or digests")
	}
	for _, ref := range refs {
		if err := model.ValidPackage(ref.Package); err != nil {
			return err
		}
		if ref.Digest != "" {
			if _, err := model.ParseDigest(string(ref.Digest)); err != nil {
				return err
			}
		}
		if ref.ID < 0 || ref.ID == 0 && ref.Digest == "" {
			return model.Invalid(fmt.Sprintf("%d is not a version of %s", ref.ID, ref.Package), "a version is named by its id, a positive number, or by its digest")
		}
	}
	return nil
}

// planVersions prepares a plan for whole versions, which needs GitHub's API.
func (s *Service) planVersions(ctx context.Context, what string) error {
	if s.api == nil {
		return &model.Error{Kind: model.ErrUnsupported, Message: what + " needs GitHub's API, and this registry stands alone",
			Cure: "a plain registry has its own way to delete; caitui does not use it"}
	}
	return s.load(ctx)
}

// deleteLook is what is being found out for one deletion.
type deleteLook struct {
	s     *Service
	req   model.DeleteRequest
	facts model.DeleteFacts
}

func (l *deleteLook) look(ctx context.Context) error {
	packages := packagesOf(l.req.Versions)
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(hostConcurrency)
	for _, pkg := range packages {
		g.Go(func() error {
			_, err := l.s.Versions(gctx, pkg)
			return err
		})
	}
	g.Go(func() error { l.facts.Running, l.facts.Unchecked = l.s.lookRuns(gctx); return nil })
	l.s.registry.warm(ctx, packages, pull)
	if err := g.Wait(); err != nil {
		return err
	}
	// Without what turns out to be gone some things are not told any more.
	for range readingRounds {
		if err := l.read(ctx); err != nil {
			return err
		}
		if err := l.confirm(ctx, packages); err != nil {
			return err
		}
		if !l.dropGoneHolders(ctx) {
			break
		}
	}
	return ctx.Err()
}

func packagesOf(refs []model.VersionRef) []string {
	var out []string
	for _, ref := range refs {
		if !slices.Contains(out, ref.Package) {
			out = append(out, ref.Package)
		}
	}
	return out
}

// readingRounds bounds the waves of reading: rows, what seems to belong to them,
// nested indexes.
const readingRounds = 8

// read reads what may need something, wave by wave, until nothing is left or
// something cannot be read: the plan is blocked then, and says so.
func (l *deleteLook) read(ctx context.Context) error {
	for range readingRounds {
		wanted := model.DeleteReads(l.s.Survey(), l.req)
		more := false
		for pkg, list := range wanted {
			list = slices.DeleteFunc(list, func(d model.Digest) bool { return slices.Contains(l.facts.Opaque[pkg], d) })
			if len(list) == 0 || l.facts.Why[pkg] != "" {
				continue
			}
			more = true
			l.readOf(ctx, pkg, list)
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
		if !more {
			return nil
		}
	}
	return nil
}

// readOf reads manifests of one package. What the registry does not have is no
// version, whatever the list says.
func (l *deleteLook) readOf(ctx context.Context, pkg string, digests []model.Digest) {
	got := bundle{manifests: make(map[model.Digest]*model.Manifest)}
	var ghosts []model.Digest
	var mu sync.Mutex
	var g errgroup.Group
	g.SetLimit(hostConcurrency)
	for _, d := range digests {
		g.Go(func() error {
			m, _, err := l.s.manifest(ctx, pkg, d)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				got.manifests[d] = m
				l.facts.Read++
			case errors.Is(err, model.ErrNotFound):
				ghosts = append(ghosts, d)
			case errors.Is(err, model.ErrMalformed):
				l.facts.Opaque[pkg] = append(l.facts.Opaque[pkg], d)
			default:
				l.facts.Why[pkg] = plain(err)
			}
			return nil
		})
	}
	_ = g.Wait()
	l.s.learn(pkg, got)
	l.s.drop(pkg, ghosts)
}

// drop takes versions out of the state that a list shows and that are gone.
func (s *Service) drop(pkg string, ghosts []model.Digest) {
	if len(ghosts) == 0 {
		return
	}
	s.publish(func() {
		st := s.stateLocked(pkg)
		st.Snapshot = without(st.Snapshot, ghosts)
		s.states[pkg] = st
	})
}

// confirm asks the registry for the tags that would go, and for those of the
// channels, which may have come to what goes a moment ago. What was asked for
// may grow or shrink by the answers, so that it is asked again until nothing new
// is.
func (l *deleteLook) confirm(ctx context.Context, packages []string) error {
	asked := make(map[string]map[string]model.Digest)
	for _, pkg := range packages {
		asked[pkg] = make(map[string]model.Digest)
	}
	for range readingRounds {
		wanted := make(map[string][]string)
		want := func(pkg, tag string) {
			if _, known := asked[pkg][tag]; !known && !slices.Contains(wanted[pkg], tag) {
				wanted[pkg] = append(wanted[pkg], tag)
			}
		}
		for _, e := range model.PlanDelete(l.s.Survey(), l.req, l.facts).Effects {
			if e.Tag != "" {
				want(e.Package, e.Tag)
			}
		}
		for _, pkg := range packages {
			for _, tag := range l.s.channelTags(l.s.o.Layout.Package(pkg)) {
				want(pkg, tag)
			}
		}
		if len(wanted) == 0 {
			return nil
		}
		if err := l.s.confirmTags(ctx, wanted, asked); err != nil {
			return err
		}
	}
	return nil
}

// confirmTags asks the registry itself for tags and takes its word into the
// state and into said.
func (s *Service) confirmTags(ctx context.Context, wanted map[string][]string, said map[string]map[string]model.Digest) error {
	for pkg, tags := range wanted {
		now, err := s.tagsNow(ctx, pkg, tags)
		if err != nil {
			return fmt.Errorf("reading the tags of %s: %w", pkg, err)
		}
		maps.Copy(said[pkg], now)
	}
	s.publish(func() {
		for pkg := range wanted {
			st := s.stateLocked(pkg)
			st.Snapshot = st.Snapshot.WithTags(maps.Clone(said[pkg]))
			s.states[pkg] = st
		}
	})
	return nil
}

// dropGoneHolders asks whether what needs what would go is there at all: the list
// goes on showing deleted versions for days. It reports whether some is not.
func (l *deleteLook) dropGoneHolders(ctx context.Context) bool {
	dropped := false
	for pkg, list := range model.DeleteHolders(l.s.Survey(), l.req) {
		found, errs := l.s.heads(ctx, pkg, refs(list))
		var ghosts []model.Digest
		for i, d := range list {
			if errs[i] == nil && found[i] == "" {
				ghosts = append(ghosts, d)
			}
		}
		l.s.drop(pkg, ghosts)
		dropped = dropped || len(ghosts) > 0
	}
	return dropped
}

// PlanUntag makes the plan for taking one tag off, on what the registry says of
// it now and on a fresh list of versions. The preview is written into the
// journal.
func (s *Service) PlanUntag(ctx context.Context, req model.UntagRequest) (model.Plan, error) {
	if err := model.ValidPackage(req.Package); err != nil {
		return model.Plan{}, err
	}
	if err := model.ValidTag(req.Tag); err != nil {
		return model.Plan{}, err
	}
	if err := s.planVersions(ctx, "taking a tag off"); err != nil {
		return model.Plan{}, err
	}
	if _, err := s.Versions(ctx, req.Package); err != nil {
		return model.Plan{}, err
	}
	said := map[string]map[string]model.Digest{req.Package: {}}
	if err := s.confirmTags(ctx, map[string][]string{req.Package: {req.Tag}}, said); err != nil {
		return model.Plan{}, err
	}
	var facts model.RetagFacts
	facts.Running, facts.Unchecked = s.lookRuns(ctx)
	s.sign(&req.At, &req.Actor)
	return s.preview(ctx, model.PlanUntag(s.Survey(), req, facts)), ctx.Err()
}
