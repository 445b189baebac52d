package ghcr

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/novotnyllc/caitui/internal/model"
)

// wanted is what a plan is going to want of one package.
type wanted struct {
	pkg    string
	tags   []string
	target model.Digest
	// written is set where the target is written by the plan itself: there is
	// nothing to find yet.
	written bool
}

// found is what was found out for a plan, beyond the snapshots.
type found struct {
	packages  map[string]model.RetagFacts
	running   []model.Run
	unchecked []model.Remark
}

// lookAll asks for everything that a plan needs, all packages at once, and
// takes it into the state. It returns the survey to plan on.
func (s *Service) lookAll(ctx context.Context, list []wanted) (model.Survey, found, error) {
	packages := make([]string, len(list))
	for i, w := range list {
		packages[i] = w.pkg
	}
	s.registry.warm(ctx, packages, pull)
	out := found{packages: make(map[string]model.RetagFacts, len(list))}
	looks := make([]*look, len(list))
	g, gctx := errgroup.WithContext(ctx)
	for i, w := range list {
		g.Go(func() error {
			l, err := s.look(gctx, w)
			looks[i] = l
			return err
		})
	}
	g.Go(func() error {
		out.running, out.unchecked = s.lookRuns(gctx)
		return nil
	})
	if !s.o.ReadOnly && s.o.Journal != nil {
		// Whoever looks at a plan will confirm it soon.
		g.Go(func() error { s.registry.warm(gctx, packages, push); return nil })
	}
	if err := g.Wait(); err != nil {
		return model.Survey{}, found{}, err
	}
	for i, w := range list {
		out.packages[w.pkg] = looks[i].facts
	}
	return s.adopt(list, looks), out, nil
}

// looked is what was found out for one package, whatever it was for.
type looked struct {
	mu       sync.Mutex
	facts    model.RetagFacts
	now      map[string]model.Digest // what the tags point to, "" where one does not exist
	snapshot *model.Snapshot         // read anew, nil where that was not possible
}

// look is what was found out for a plan in the making.
type look struct {
	looked
	there    bool // the target answered
	manifest *model.Manifest
	beside   bundle // what else is good to know: the present manifests, the target's document
}

func (l *looked) unchecked(code, pkg, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.facts.Unchecked = append(l.facts.Unchecked, model.Remark{Code: code, Package: pkg, Message: text})
}

// look asks everything that does not depend on anything else at once, and for
// the target's children as soon as the target is there: what is stated about it
// takes longest. Only the tags themselves must be readable: without their
// present state there is nothing to compare with later.
func (s *Service) look(ctx context.Context, w wanted) (*look, error) {
	l := &look{}
	g, gctx := errgroup.WithContext(ctx)
	advice, done := context.WithTimeout(gctx, s.advice)
	defer done()
	g.Go(func() error { return s.lookTarget(gctx, w, l) })
	g.Go(func() error { s.lookVersions(advice, w.pkg, &l.looked); return nil })
	if !w.written {
		g.Go(func() error {
			trust := s.trust(advice, w.pkg, w.target)
			l.mu.Lock()
			defer l.mu.Unlock()
			l.facts.Trust = trust
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return l, ctx.Err()
}

// lookTarget asks for the tags and the target, then for what the target needs
// and what it takes the place of.
func (s *Service) lookTarget(ctx context.Context, w wanted, l *look) error {
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		l.now, err = s.tagsNow(gctx, w.pkg, w.tags)
		return err
	})
	if !w.written {
		g.Go(func() error {
			_, err := s.registry.head(gctx, w.pkg, string(w.target))
			l.there = err == nil
			if err != nil && !errors.Is(err, model.ErrNotFound) {
				return err
			}
			return nil
		})
		g.Go(func() error {
			m, _, err := s.manifest(gctx, w.pkg, w.target)
			if err != nil && !errors.Is(err, model.ErrNotFound) && !errors.Is(err, model.ErrMalformed) {
				return err
			}
			l.manifest = m
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if !l.there {
		l.manifest = nil
	}
	var wg sync.WaitGroup
	wg.Go(func() { s.lookBeside(ctx, w, l) })
	s.lookChildren(ctx, w.pkg, l.manifest, &l.looked)
	wg.Wait()
	return nil
}

// lookBeside reads what the tags point to now, to tell what the target lacks,
// and the document of a metadata target. Both may fail: nothing depends on them.
func (s *Service) lookBeside(ctx context.Context, w wanted, l *look) {
	l.beside = bundle{make(map[model.Digest]*model.Manifest), make(map[model.Digest]model.ChannelDocument)}
	for _, d := range l.now {
		if d != "" && d != w.target && l.beside.manifests[d] == nil {
			if m, _, err := s.manifest(ctx, w.pkg, d); err == nil {
				l.beside.manifests[d] = m
			}
		}
	}
	if l.manifest != nil && s.o.Layout.Package(w.pkg).Role == model.RoleMetadata {
		if doc, err := s.document(ctx, w.pkg, l.manifest); err == nil {
			l.beside.documents[w.target] = doc
		}
	}
}

// lookVersions reads the package's versions anew: they tell which version
// loses its last tag. The last known ones do where that fails.
func (s *Service) lookVersions(ctx context.Context, pkg string, l *looked) {
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

// lookRuns asks for runs under way that may move a tag again.
func (s *Service) lookRuns(ctx context.Context) (running []model.Run, unchecked []model.Remark) {
	if s.api == nil {
		return nil, nil // a registry without GitHub has no runs
	}
	ctx, done := context.WithTimeout(ctx, s.advice)
	defer done()
	running, err := s.api.running(ctx, s.o.Layout.Channels)
	if err != nil && !errors.Is(err, context.Canceled) {
		return nil, []model.Remark{{Code: model.CodeUncheckedRuns,
			Message: "whether a run in progress will move the tag again is not known (" + plain(err) + ")"}}
	}
	return running, nil
}

// lookChildren asks for everything that a target needs, level by level. nil is
// one that is not there or cannot be read.
func (s *Service) lookChildren(ctx context.Context, pkg string, target *model.Manifest, l *looked) {
	if target == nil {
		return
	}
	asked := map[model.Digest]bool{target.Digest: true}
	level := target.Manifests
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
		there, errs := s.heads(ctx, pkg, refs(digests))
		for i, d := range digests {
			switch {
			case errs[i] != nil:
				l.unchecked(model.CodeUncheckedParts, pkg, fmt.Sprintf("whether %s, a part of the target, is there is not known (%s)", d.Short(), plain(errs[i])))
			case there[i] == "":
				l.facts.Missing = append(l.facts.Missing, d)
			}
		}
		if len(nested) == 0 {
			return
		}
		level = nil
		inner, _ := s.manifests(ctx, pkg, nested) // what cannot be read was asked for by HEAD
		for _, m := range inner {
			level = append(level, m.Manifests...)
		}
	}
}

// adopt takes what was found into the state and returns the survey to plan on:
// the fresh versions with the registry's own word about the tags.
func (s *Service) adopt(list []wanted, looks []*look) model.Survey {
	at, _ := s.stack.seen.clock(s.o.Now())
	return s.publish(func() {
		for i, w := range list {
			s.adoptOne(w, looks[i], at)
		}
		s.readAt = at
	})
}

// lookedState is the state of a package with the versions just read; it is
// locked. One of which nothing was known has none yet where is tells that it is
// there.
func (s *Service) lookedState(pkg string, l *looked, at time.Time, is bool) model.PackageState {
	st := s.stateLocked(pkg)
	if l.snapshot != nil {
		st.Snapshot = carry(*l.snapshot, st.Snapshot)
		st.Known, st.Fresh = true, true
	}
	if !st.Known && is {
		st.Snapshot = model.NewSnapshot(pkg, model.OriginRegistry, at, nil)
		st.Snapshot.Partial, st.Snapshot.Total, st.Known = true, -1, true
	}
	return st
}

// adoptOne is adopt for one package; the state is locked. A target that the
// registry does not have is no version, whatever the list says.
func (s *Service) adoptOne(w wanted, l *look, at time.Time) {
	st := s.lookedState(w.pkg, &l.looked, at, hasDigest(l.now) || l.there)
	if !l.there && !w.written {
		st.Snapshot = without(st.Snapshot, []model.Digest{w.target})
	}
	st.Snapshot = st.Snapshot.WithTags(l.now)
	if l.manifest != nil {
		l.beside.manifests[w.target] = l.manifest
	}
	st.Snapshot = st.Snapshot.WithManifests(l.beside.manifests).WithDocuments(l.beside.documents)
	s.states[w.pkg] = st
}
