package ghcr

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/novotnyllc/caitui/internal/model"
)

// Bounds of looking for attestations about one digest.
const (
	// sourceDeadline is how long one source may take in all, so that one that
	// hangs keeps nobody from seeing what the others have.
	sourceDeadline = 40 * time.Second
	// collectBudget bounds the bytes of content held for one digest.
	collectBudget = 256 << 20
	// maxListed bounds how many manifests one index of referrers may lead to.
	maxListed = 200
	// discoveryRounds is how often manifests are read to learn what to ask
	// about: the index, then the indexes of its architectures, in two ways.
	discoveryRounds = 4
)

// Attestations looks for statements about a digest, about the platforms in it
// and about the indexes that share them, in every place where some may be. Each
// source has a state of its own, and one that fails hides nothing of the
// others. Content is read once ever. Nothing is checked.
//
// An error means that the digest is not there or that no source answered.
func (s *Service) Attestations(ctx context.Context, pkg string, d model.Digest) (model.AttestationList, error) {
	_, list, err := s.collect(ctx, pkg, d, false)
	return list, err
}

// collect is Attestations together with what else was found on the way. near
// asks only for what the tags, as far as they are known, lead to in the
// registry: as a rule nothing that was not read before.
func (s *Service) collect(ctx context.Context, pkg string, d model.Digest, near bool) (*collector, model.AttestationList, error) {
	c, subjectErr, err := s.discovered(ctx, pkg, d, near)
	if err != nil {
		return nil, model.AttestationList{}, err
	}
	if errors.Is(subjectErr, model.ErrNotFound) || errors.Is(subjectErr, model.ErrUnauthorized) {
		return nil, model.AttestationList{}, subjectErr
	}
	c.ask(ctx)
	if !near { // which is one of many, and the conclusions are drawn anew each time
		s.learn(pkg, bundle{manifests: c.read})
	}
	if ctx.Err() != nil {
		return nil, model.AttestationList{}, ctx.Err()
	}
	list := c.list(d)
	if near {
		return c, list, nil
	}
	if err := nobodyAnswered(list); err != nil {
		return nil, model.AttestationList{}, cmp.Or(subjectErr, err)
	}
	return c, list, nil
}

// discovered is a collector that knows what to ask about and has asked nobody.
// subjectErr is why the digest's own manifest could not be read.
func (s *Service) discovered(ctx context.Context, pkg string, d model.Digest, near bool) (c *collector, subjectErr, err error) {
	if err := model.ValidPackage(pkg); err != nil {
		return nil, nil, err
	}
	if _, err := model.ParseDigest(string(d)); err != nil {
		return nil, nil, err
	}
	if err := s.load(ctx); err != nil {
		return nil, nil, err
	}
	c = &collector{s: s, pkg: pkg, near: near, sources: make(map[model.AttestationSourceName]*gathered), read: make(map[model.Digest]*model.Manifest)}
	for _, name := range model.AttestationSources() {
		c.sources[name] = &gathered{}
	}
	if subjectErr = c.discover(ctx, d); subjectErr != nil {
		c.notes = append(c.notes, "what belongs to it is not known, its manifest could not be read: "+plain(subjectErr))
	}
	return c, subjectErr, ctx.Err()
}

// nobodyAnswered is why, where no server had anything to say.
func nobodyAnswered(l model.AttestationList) error {
	var first error
	for _, s := range l.Sources {
		switch s.State {
		case model.SourceFound:
			return nil
		case model.SourceNone, model.SourceNotSupported:
			if s.Name != model.SourceSubject { // which asks nobody
				return nil
			}
		case model.SourceFailed, model.SourceNotAsked:
			first = cmp.Or(first, s.Err)
		}
	}
	return first
}

// gathered is what one source has brought so far.
type gathered struct {
	mu          sync.Mutex
	asked       bool
	unsupported bool
	items       []model.Attestation
	errs        []error
	note        string
}

// ask notes that the source was asked.
func (g *gathered) ask() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked = true
}

func (g *gathered) add(items ...model.Attestation) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.items = append(g.items, items...)
}

func (g *gathered) fail(err error) {
	if err == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.errs = append(g.errs, err)
}

func (g *gathered) say(note string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.note = note
}

// state sums up. What was found counts even where more may be there.
func (g *gathered) state(name model.AttestationSourceName) model.SourceState {
	g.mu.Lock()
	defer g.mu.Unlock()
	out := model.SourceState{Name: name, State: model.SourceNotAsked, Count: len(g.items), Err: joined(g.errs), Note: g.note}
	switch {
	case len(g.items) > 0:
		out.State = model.SourceFound
	case out.Err != nil:
		out.State = model.SourceFailed
	case g.unsupported:
		out.State = model.SourceNotSupported
	case g.asked:
		out.State = model.SourceNone
	}
	return out
}

// collector gathers attestations about one digest.
type collector struct {
	s       *Service
	pkg     string
	near    bool
	targets []model.AttestationTarget
	snap    model.Snapshot
	notes   []string
	sources map[model.AttestationSourceName]*gathered
	held    atomic.Int64 // bytes of content

	mu   sync.Mutex
	read map[model.Digest]*model.Manifest // on the way, for everybody
	boms []model.SBOMDocument             // that stand by themselves in files, not read
}

// learn keeps a manifest that was read on the way.
func (c *collector) learn(m *model.Manifest) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read[m.Digest] = m
}

// discover finds out what to ask about, reading manifests as far as that tells
// more. The error is that of the digest's own manifest.
func (c *collector) discover(ctx context.Context, d model.Digest) error {
	if !c.near && !c.s.state(c.pkg).Known {
		// Only the list of versions tells of architecture tags.
		if _, err := c.s.Versions(ctx, c.pkg); err != nil && ctx.Err() == nil {
			c.notes = append(c.notes, "the versions of the package could not be listed, so indexes of single architectures are not looked for: "+plain(err))
		}
	}
	asked := make(map[model.Digest]error)
	c.snap = c.s.state(c.pkg).Snapshot
	if c.snap.Package == "" {
		c.snap.Package = c.pkg
	}
	for round := 0; ; round++ {
		targets, unread, notes := model.AttestationTargets(c.s.o.Layout, c.snap, d)
		unread = slices.DeleteFunc(unread, func(u model.Digest) bool { _, done := asked[u]; return done })
		if len(unread) == 0 || round == discoveryRounds || ctx.Err() != nil {
			c.targets, c.notes = targets, append(c.notes, notes...)
			return asked[d]
		}
		for _, u := range unread {
			asked[u] = nil
		}
		manifests, err := c.s.manifests(ctx, c.pkg, unread)
		if err != nil && slices.Contains(unread, d) && manifests[d] == nil {
			asked[d] = err
		}
		c.snap = c.snap.WithManifests(manifests)
		for _, m := range manifests {
			c.learn(m)
		}
	}
}

// ask asks all sources at once.
func (c *collector) ask(ctx context.Context) {
	var wg sync.WaitGroup
	sources := []func(context.Context){c.askFallback, c.askCosign, c.askSubjects}
	if !c.near {
		sources = append(sources, c.askGitHub, c.askReferrers, c.askBuildKit, c.askLayers, c.askFiles)
	}
	for _, source := range sources {
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, sourceDeadline)
			defer cancel()
			source(ctx)
		})
	}
	wg.Wait()
}

// about are the targets that can have referrers: manifests.
func (c *collector) about() []model.AttestationTarget {
	return slices.DeleteFunc(slices.Clone(c.targets), func(t model.AttestationTarget) bool { return t.Role == model.RoleLayer })
}

// each runs f for many things side by side.
func each[T any](things []T, f func(T)) {
	var g errgroup.Group
	g.SetLimit(hostConcurrency / 4)
	for _, t := range things {
		g.Go(func() error { f(t); return nil })
	}
	_ = g.Wait()
}

// list is the outcome.
func (c *collector) list(d model.Digest) model.AttestationList {
	out := model.AttestationList{
		Registry: c.s.host, Owner: c.s.o.Layout.Owner, Package: c.pkg, Subject: d,
		Targets: c.targets, Platforms: model.PlatformRefs(c.snap.Manifests[d]), Notes: c.notes,
	}
	var items []model.Attestation
	for _, name := range model.AttestationSources() {
		g := c.sources[name]
		out.Sources = append(out.Sources, g.state(name))
		slices.SortStableFunc(g.items, compareFound) // they came in any order
		items = append(items, g.items...)
	}
	out.Items = model.MergeAttestations(items, c.targets)
	return out
}

// take reserves room for content; false where the budget is spent.
func (c *collector) take(size int64) bool {
	return c.held.Add(max(size, 0)) <= collectBudget
}

func overBudget() error {
	return &model.Error{Kind: model.ErrTooLarge, Message: fmt.Sprintf("there are more than %d MB of attestations: this one was not read", collectBudget>>20)}
}
