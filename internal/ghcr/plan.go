package ghcr

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/novotnyllc/caitui/internal/model"
)

// PlanRetag makes the plan for one tag on what the registry says now: the tag,
// the target and each of its children are asked for by HEAD, the versions of
// the package are read anew, and GitHub is asked for runs that would move the
// tag again. What GitHub does not answer becomes a warning. The preview is
// written into the journal.
func (s *Service) PlanRetag(ctx context.Context, req model.RetagRequest) (model.Plan, error) {
	if err := checkRetag(req); err != nil {
		return model.Plan{}, err
	}
	if err := s.load(ctx); err != nil {
		return model.Plan{}, err
	}
	l, err := s.look(ctx, req)
	if err != nil {
		return model.Plan{}, err
	}
	survey := s.adopt(req, l)
	if req.At.IsZero() {
		req.At = s.o.Now().UTC()
	}
	if req.Actor == "" {
		req.Actor = s.actor()
	}
	plan := model.PlanRetag(survey, req, l.facts)
	return s.preview(ctx, plan), nil
}

func checkRetag(req model.RetagRequest) error {
	if err := model.ValidPackage(req.Package); err != nil {
		return err
	}
	if err := model.ValidTag(req.Tag); err != nil {
		return err
	}
	_, err := model.ParseDigest(string(req.Target))
	return err
}

// look is what was found out for one retag.
type look struct {
	mu       sync.Mutex
	facts    model.RetagFacts
	now      model.Digest // what the tag points to, "" where it does not exist
	there    bool         // the target answered
	manifest *model.Manifest
	beside   bundle          // what else is good to know: the present manifest, the target's document
	snapshot *model.Snapshot // read anew, nil where that was not possible
}

func (l *look) unchecked(code, pkg, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.facts.Unchecked = append(l.facts.Unchecked, model.Remark{Code: code, Package: pkg, Message: text})
}

// look asks everything that does not depend on anything else at once, then for
// the target's children. Only the tag itself must be readable: without its
// present state there is nothing to compare with later.
func (s *Service) look(ctx context.Context, req model.RetagRequest) (*look, error) {
	s.registry.tokens.warm(ctx, []string{s.registry.repo(req.Package)}, pull)
	l := &look{}
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		d, err := s.registry.head(gctx, req.Package, req.Tag)
		if err != nil && !errors.Is(err, model.ErrNotFound) {
			return err
		}
		l.now = d
		return nil
	})
	g.Go(func() error {
		_, err := s.registry.head(gctx, req.Package, string(req.Target))
		l.there = err == nil
		if err != nil && !errors.Is(err, model.ErrNotFound) {
			return err
		}
		return nil
	})
	g.Go(func() error {
		m, _, err := s.manifest(gctx, req.Package, req.Target)
		if err != nil && !errors.Is(err, model.ErrNotFound) && !errors.Is(err, model.ErrMalformed) {
			return err
		}
		l.manifest = m
		return nil
	})
	advice, done := context.WithTimeout(gctx, adviceDeadline)
	defer done()
	g.Go(func() error { s.lookVersions(advice, req.Package, l); return nil })
	g.Go(func() error { s.lookRuns(advice, req.Package, l); return nil })
	if err := g.Wait(); err != nil {
		return nil, err
	}
	if !l.there {
		l.manifest = nil
	}
	var wg sync.WaitGroup
	wg.Go(func() { s.lookBeside(ctx, req, l) })
	s.lookChildren(ctx, req, l)
	wg.Wait()
	return l, ctx.Err()
}

// lookBeside reads what the tag points to now, to tell what the target lacks,
// and the document of a metadata target. Both may fail: nothing depends on them.
func (s *Service) lookBeside(ctx context.Context, req model.RetagRequest, l *look) {
	l.beside = bundle{make(map[model.Digest]*model.Manifest), make(map[model.Digest]model.ChannelDocument)}
	if l.now != "" && l.now != req.Target {
		if m, _, err := s.manifest(ctx, req.Package, l.now); err == nil {
			l.beside.manifests[l.now] = m
		}
	}
	if l.manifest != nil && s.o.Layout.Package(req.Package).Role == model.RoleMetadata {
		if doc, err := s.document(ctx, req.Package, l.manifest); err == nil {
			l.beside.documents[req.Target] = doc
		}
	}
}

// lookVersions reads the package's versions anew: they tell which version
// loses its last tag. The last known ones do where that fails.
func (s *Service) lookVersions(ctx context.Context, pkg string, l *look) {
	one := &reading{before: s.state(pkg), confirmed: make(map[string]model.Digest), listed: make(chan struct{})}
	var err error
	if s.api != nil {
		err = s.readVersions(ctx, one)
	}
	if s.api == nil || err != nil && one.snapshot == nil && (!one.before.Known || one.before.Snapshot.Origin == model.OriginRegistry) {
		s.readRegistry(ctx, one, refreshHeads)
	}
	l.snapshot = one.snapshot
	if err != nil && !errors.Is(err, context.Canceled) {
		l.unchecked(model.CodeUncheckedParts, pkg, "GitHub could not be asked for the versions ("+plain(err)+"): which version loses its last tag is told from what is known")
	}
}

func (s *Service) lookRuns(ctx context.Context, pkg string, l *look) {
	if s.api == nil {
		return // a registry without GitHub has no runs
	}
	runs, err := s.api.running(ctx, s.o.Layout.Channels)
	if err != nil {
		if !errors.Is(err, context.Canceled) {
			l.unchecked(model.CodeUncheckedRuns, pkg, "whether a run in progress will move the tag again is not known ("+plain(err)+")")
		}
		return
	}
	l.facts.Running = runs
}

// lookChildren asks for everything that the target needs, level by level.
func (s *Service) lookChildren(ctx context.Context, req model.RetagRequest, l *look) {
	if l.manifest == nil {
		return
	}
	asked := map[model.Digest]bool{req.Target: true}
	level := l.manifest.Manifests
	for range 4 { // nested indexes are rare, deeper ones unheard of
		var digests []model.Digest
		var nested []model.Digest
		for _, child := range level {
			if _, err := model.ParseDigest(string(child.Digest)); err != nil || asked[child.Digest] {
				continue
			}
			asked[child.Digest] = true
			digests = append(digests, child.Digest)
			if child.MediaType == model.MediaOCIIndex || child.MediaType == model.MediaDockerList {
				nested = append(nested, child.Digest)
			}
		}
		refs := make([]string, len(digests))
		for i, d := range digests {
			refs[i] = string(d)
		}
		found, errs := s.heads(ctx, req.Package, refs)
		for i, d := range digests {
			switch {
			case errs[i] != nil:
				l.unchecked(model.CodeUncheckedParts, req.Package, fmt.Sprintf("whether %s, a part of the target, is there is not known (%s)", d.Short(), plain(errs[i])))
			case found[i] == "":
				l.facts.Missing = append(l.facts.Missing, d)
			}
		}
		if len(nested) == 0 {
			return
		}
		level = nil
		inner, _ := s.manifests(ctx, req.Package, nested) // what cannot be read was asked for by HEAD
		for _, m := range inner {
			level = append(level, m.Manifests...)
		}
	}
}

// adopt takes what was found into the state and returns the survey to plan on:
// the fresh versions with the registry's own word about the tag. A target that
// the registry does not have is no version, whatever the list says.
func (s *Service) adopt(req model.RetagRequest, l *look) model.Survey {
	at, _ := s.stack.seen.clock(s.o.Now())
	return s.publish(func() {
		st := s.stateLocked(req.Package)
		if l.snapshot != nil {
			st.Snapshot = carry(*l.snapshot, st.Snapshot)
			st.Known, st.Fresh = true, true
		}
		if !l.there {
			gone := slices.DeleteFunc(slices.Clone(st.Snapshot.Versions), func(v model.Version) bool { return v.Digest == req.Target })
			old := st.Snapshot
			st.Snapshot = model.NewSnapshot(req.Package, old.Origin, old.ReadAt, gone)
			st.Snapshot.Partial, st.Snapshot.Total = old.Partial, old.Total
			st.Snapshot = carry(st.Snapshot, old)
		}
		if !st.Known && (l.now != "" || l.there) {
			st.Snapshot = model.NewSnapshot(req.Package, model.OriginRegistry, at, nil)
			st.Snapshot.Partial, st.Snapshot.Total, st.Known = true, -1, true
		}
		st.Snapshot = st.Snapshot.WithTags(map[string]model.Digest{req.Tag: l.now})
		if l.manifest != nil {
			l.beside.manifests[req.Target] = l.manifest
		}
		st.Snapshot = st.Snapshot.WithManifests(l.beside.manifests).WithDocuments(l.beside.documents)
		s.states[req.Package] = st
		s.readAt = at
	})
}

// preview journals that a plan was shown. A journal that cannot be written is
// said now: nothing could be executed.
func (s *Service) preview(ctx context.Context, plan model.Plan) model.Plan {
	if s.o.Journal == nil {
		return plan
	}
	e := s.event(plan, model.EventPreview)
	if len(plan.Changes) == 1 {
		e = about(e, plan.Changes[0])
	}
	if _, err := s.o.Journal.Append(ctx, e); err != nil {
		plan.Warnings = append(slices.Clone(plan.Warnings), model.Remark{Code: CodeJournal,
			Message: "the journal cannot be written (" + plain(err) + "): this plan could not be executed now"})
	}
	return plan
}

// CodeJournal warns that the journal cannot be written.
const CodeJournal = "journal"

// actor is who acts: the token's account, else who the wiring says.
func (s *Service) actor() string {
	if login := s.Status().Account.Login; login != "" {
		return login
	}
	return s.o.Actor
}

// event begins a journal event of a plan. Its time is the servers', as last
// seen: the times of versions, which it will be laid beside, are theirs too.
func (s *Service) event(plan model.Plan, kind model.JournalKind) model.JournalEvent {
	actor := plan.Actor
	if actor == "" {
		actor = s.actor()
	}
	at, _ := s.stack.seen.clock(s.o.Now())
	return model.JournalEvent{
		At: at, Registry: s.host, Owner: s.o.Layout.Owner, Plan: plan.ID, Kind: kind,
		Actor: actor, Host: s.o.Host, Reason: plan.Reason, Incident: plan.Incident,
	}
}

// about adds the change that an event is about.
func about(e model.JournalEvent, c model.Change) model.JournalEvent {
	e.Package, e.Tag, e.VersionID, e.Before, e.After = c.Package, c.Tag, c.VersionID, c.From, c.To
	return e
}
