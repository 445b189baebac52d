package ghcr

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/novotnyllc/caitui/internal/model"
)

// again is what has to be read anew of one package before a plan that is known
// is carried out, taken back or compared.
type again struct {
	pkg      string
	tags     []string
	targets  []model.Digest // what tags will be pointed to: with their parts
	versions []model.Digest // of which only matters whether they are there
	// whole is set where all of the package's versions are needed.
	whole bool
	// judged is set where the targets' attestations are checked too.
	judged bool
}

// againOf gathers it from changes. targets says what a change will point its
// tag to, "" for nothing; nil: nothing is going to be pointed anywhere.
func againOf(changes []model.Change, target func(model.Change) model.Digest) []again {
	var out []again
	of := make(map[string]int)
	for _, c := range changes {
		i, seen := of[c.Package]
		if !seen {
			i = len(out)
			of[c.Package] = i
			out = append(out, again{pkg: c.Package})
		}
		a := &out[i]
		if c.Tag != "" && !slices.Contains(a.tags, c.Tag) {
			a.tags = append(a.tags, c.Tag)
		}
		switch c.Kind {
		case model.DeleteVersion:
			a.versions, a.whole = append(a.versions, c.From), true
		case model.RestoreVersion:
			a.versions, a.whole = append(a.versions, c.To), true
		case model.MoveTag, model.CreateTag, model.RemoveTag, model.PutArtifact:
			if c.Tag == "" {
				a.versions = append(a.versions, c.To)
			}
		}
		if target == nil || c.Tag == "" {
			continue
		}
		if d := target(c); d != "" && !slices.Contains(a.targets, d) {
			a.targets = append(a.targets, d)
		}
	}
	return out
}

// lookAgain reads it, all packages at once, and takes it into the state. Only
// the tags must be readable; of everything else it is told what could not be
// read.
func (s *Service) lookAgain(ctx context.Context, list []again) (model.Survey, model.UndoFacts, error) {
	packages := make([]string, len(list))
	for i, a := range list {
		packages[i] = a.pkg
	}
	s.registry.warm(ctx, packages, pull)
	facts := model.UndoFacts{Missing: make(map[string][]model.Digest), Trust: make(map[string]map[model.Digest]model.TargetTrust)}
	looks := make([]*lookedAgain, len(list))
	g, gctx := errgroup.WithContext(ctx)
	for i, a := range list {
		g.Go(func() error {
			var err error
			looks[i], err = s.lookAtOne(gctx, a)
			return err
		})
	}
	g.Go(func() error {
		facts.Running, facts.Unchecked = s.lookRuns(gctx)
		return nil
	})
	if err := g.Wait(); err != nil {
		return model.Survey{}, facts, err
	}
	for i, a := range list {
		facts.Missing[a.pkg], facts.Trust[a.pkg] = looks[i].facts.Missing, looks[i].trust
		facts.Unchecked = append(facts.Unchecked, looks[i].facts.Unchecked...)
	}
	at, _ := s.stack.seen.clock(s.o.Now())
	survey := s.publish(func() {
		for i, a := range list {
			s.adoptAgain(a, looks[i], at)
		}
		s.readAt = at
	})
	return survey, facts, nil
}

// lookedAgain is what was found of one package.
type lookedAgain struct {
	looked
	there     map[model.Digest]bool // of versions and targets that were asked for
	manifests map[model.Digest]*model.Manifest
	trust     map[model.Digest]model.TargetTrust // of targets, where they are judged
}

func (s *Service) lookAtOne(ctx context.Context, a again) (*lookedAgain, error) {
	l := &lookedAgain{there: make(map[model.Digest]bool), trust: make(map[model.Digest]model.TargetTrust)}
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		l.now, err = s.tagsNow(gctx, a.pkg, a.tags)
		return err
	})
	asked := slices.Concat(a.versions, a.targets)
	g.Go(func() error {
		found, errs := s.heads(gctx, a.pkg, refs(asked))
		for i, d := range asked {
			if errs[i] == nil {
				l.there[d] = found[i] != ""
			}
		}
		return nil
	})
	g.Go(func() error {
		advice, done := context.WithTimeout(gctx, s.advice)
		defer done()
		s.lookVersions(advice, a.pkg, &l.looked)
		if a.whole && s.api != nil && (l.snapshot == nil || l.snapshot.Partial) {
			if snap, err := s.allVersions(gctx, s.state(a.pkg).Spec); err == nil {
				l.snapshot = snap
			}
		}
		return nil
	})
	g.Go(func() error {
		// What cannot be read is told by the HEADs of it.
		l.manifests, _ = s.manifests(gctx, a.pkg, a.targets)
		return nil
	})
	if a.judged {
		g.Go(func() error { s.lookTrust(gctx, a, l); return nil })
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	for _, d := range asked {
		there, told := l.there[d]
		switch {
		case !told:
			l.unchecked(model.CodeUncheckedParts, a.pkg, "whether "+d.Short()+" is there is not known")
		case !there && slices.Contains(a.targets, d):
			l.facts.Missing = append(l.facts.Missing, d)
		}
	}
	s.lookParts(ctx, a, l)
	return l, ctx.Err()
}

// lookTrust checks what is attested about all targets, several at once. None of
// it can fail: see trust.
func (s *Service) lookTrust(ctx context.Context, a again, l *lookedAgain) {
	advice, done := context.WithTimeout(ctx, s.advice)
	defer done()
	each(a.targets, func(d model.Digest) {
		trust := s.trust(advice, a.pkg, d)
		l.mu.Lock()
		defer l.mu.Unlock()
		l.trust[d] = trust
	})
}

// lookParts asks for the parts of all targets, several at once.
func (s *Service) lookParts(ctx context.Context, a again, l *lookedAgain) {
	var wg sync.WaitGroup
	parts := make([]looked, len(a.targets))
	for i, d := range a.targets {
		if l.there[d] {
			wg.Go(func() { s.lookChildren(ctx, a.pkg, l.manifests[d], &parts[i]) })
		}
	}
	wg.Wait()
	for i := range parts {
		l.facts.Missing = append(l.facts.Missing, parts[i].facts.Missing...)
		l.facts.Unchecked = append(l.facts.Unchecked, parts[i].facts.Unchecked...)
	}
}

// adoptAgain takes it into the state, which is locked. The registry's own word
// about tags and versions counts more than GitHub's list, which lags behind.
func (s *Service) adoptAgain(a again, l *lookedAgain, at time.Time) {
	st := s.lookedState(a.pkg, &l.looked, at, true)
	st.Snapshot = asAnswered(st.Snapshot, l.there).WithTags(l.now).WithManifests(l.manifests)
	s.states[a.pkg] = st
}

// asAnswered takes versions out that the registry does not have, and puts
// those in that it has and the list does not show.
func asAnswered(snap model.Snapshot, there map[model.Digest]bool) model.Snapshot {
	versions := slices.DeleteFunc(slices.Clone(snap.Versions), func(v model.Version) bool {
		is, asked := there[v.Digest]
		return asked && !is
	})
	for d, is := range there {
		if _, listed := snap.Version(d); is && !listed {
			versions = append(versions, model.Version{Digest: d})
		}
	}
	return withVersions(snap, versions)
}
