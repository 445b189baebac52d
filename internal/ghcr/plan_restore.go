package ghcr

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/novotnyllc/caitui/internal/model"
)

// PlanRestore makes the plan for bringing deleted versions back. Where the
// request says which plan it takes back (Undoes), that plan's deletions are
// meant, or those of them that Versions names; else Versions alone. What the
// versions need and which tags they had is told by what was kept of them here:
// manifests in the store, plans in the journal. The preview is written into the
// journal.
func (s *Service) PlanRestore(ctx context.Context, req model.RestoreRequest) (model.Plan, error) {
	if err := s.planVersions(ctx, "restoring versions"); err != nil {
		return model.Plan{}, err
	}
	past, err := s.deletions(ctx)
	if err != nil {
		return model.Plan{}, err
	}
	if req.Undoes != "" {
		if req.Versions, err = past.of(req.Undoes, req.Versions); err != nil {
			return model.Plan{}, err
		}
	}
	return s.restoring(ctx, past, req)
}

// restoring makes the plan of a restore, whose versions are known.
func (s *Service) restoring(ctx context.Context, past pastDeletions, req model.RestoreRequest) (model.Plan, error) {
	if err := checkVersions(req.Versions); err != nil {
		return model.Plan{}, err
	}
	facts, err := s.lookDeleted(ctx, packagesOf(req.Versions))
	if err != nil {
		return model.Plan{}, err
	}
	req.Tags = append(slices.Clone(req.Tags), past.tags(ctx, s, packagesOf(req.Versions))...)
	s.sign(&req.At, &req.Actor)
	plan := model.PlanRestore(s.Survey(), req, facts)
	wanted, said := make(map[string][]string), make(map[string]map[string]model.Digest)
	for _, e := range plan.Effects {
		if e.Tag != "" {
			wanted[e.Package] = append(wanted[e.Package], e.Tag)
			said[e.Package] = make(map[string]model.Digest)
		}
	}
	if err := s.confirmTags(ctx, wanted, said); err != nil {
		return model.Plan{}, err
	}
	return s.preview(ctx, model.PlanRestore(s.Survey(), req, facts)), nil
}

// lookDeleted lists the present and the deleted versions of packages, and what
// was kept of the manifests of the latter.
func (s *Service) lookDeleted(ctx context.Context, packages []string) (model.RestoreFacts, error) {
	facts := model.RestoreFacts{Deleted: make(map[string][]model.DeletedVersion), Manifests: make(map[string]map[model.Digest]*model.Manifest)}
	var mu sync.Mutex
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(hostConcurrency)
	for _, pkg := range packages {
		g.Go(func() error {
			_, err := s.Versions(gctx, pkg)
			return err
		})
		g.Go(func() error {
			list, err := s.api.deleted(gctx, pkg)
			if err != nil {
				return err
			}
			digests := make([]model.Digest, len(list))
			for i, v := range list {
				digests[i] = v.Digest
			}
			kept := s.keptContents(gctx, digests).manifests
			mu.Lock()
			defer mu.Unlock()
			facts.Deleted[pkg], facts.Manifests[pkg] = list, kept
			return nil
		})
	}
	return facts, g.Wait()
}

// pastDeletions is what the journal says of deletions: which plan was the last
// to delete a version.
type pastDeletions struct {
	events []model.JournalEvent // their outcomes, oldest first
}

func (s *Service) deletions(ctx context.Context) (pastDeletions, error) {
	events, err := s.Journal(ctx)
	if err != nil {
		return pastDeletions{}, fmt.Errorf("reading the journal: %w", err)
	}
	var out pastDeletions
	for _, e := range events {
		if e.Kind == model.EventOutcome && e.VersionID != 0 && e.Tag == "" && e.After == "" &&
			(e.State == model.StepDone || e.State == model.StepUnknown) {
			out.events = append(out.events, e)
		}
	}
	return out, nil
}

// of lists what a plan has deleted, or what of it is wanted.
func (p pastDeletions) of(plan string, only []model.VersionRef) ([]model.VersionRef, error) {
	var out []model.VersionRef
	for _, e := range p.events {
		if e.Plan == plan {
			out = append(out, model.VersionRef{Package: e.Package, ID: e.VersionID, Digest: e.Before})
		}
	}
	if len(out) == 0 {
		return nil, &model.Error{Kind: model.ErrNotFound, Message: "the journal knows of no version that plan " + model.Sanitize(plan) + " has deleted",
			Cure: "caitui journal lists plans and what they did; caitui restore PKG ID names versions directly"}
	}
	if len(only) == 0 {
		return out, nil
	}
	var some []model.VersionRef
	for _, want := range only {
		i := slices.IndexFunc(out, func(have model.VersionRef) bool {
			return (want.Package == "" || want.Package == have.Package) && (want.ID == 0 || want.ID == have.ID) && (want.Digest == "" || want.Digest == have.Digest)
		})
		if i < 0 {
			return nil, model.Invalid(fmt.Sprintf("version %d is none that the plan has deleted", want.ID), "the journal lists the versions of a plan")
		}
		some = append(some, out[i])
	}
	return some, nil
}

// tags are those that the versions deleted of some packages had, as the plan says
// that deleted each of them last. A plan that cannot be read tells none.
func (p pastDeletions) tags(ctx context.Context, s *Service, packages []string) []model.TagRef {
	type version struct {
		pkg    string
		digest model.Digest
	}
	last := make(map[version]string)
	var plans []string
	for _, e := range p.events {
		if slices.Contains(packages, e.Package) {
			last[version{e.Package, e.Before}] = e.Plan
			if !slices.Contains(plans, e.Plan) {
				plans = append(plans, e.Plan)
			}
		}
	}
	var out []model.TagRef
	for _, id := range plans {
		plan, err := s.o.Journal.LoadPlan(ctx, id)
		if err != nil {
			s.o.Log.WarnContext(ctx, "reading the plan of a deletion", "plan", id, "error", err)
			continue
		}
		for _, e := range plan.Effects {
			if e.Tag != "" && e.After == "" && last[version{e.Package, e.Before}] == id {
				out = append(out, model.TagRef{Package: e.Package, Tag: e.Tag, Digest: e.Before})
			}
		}
	}
	return out
}
