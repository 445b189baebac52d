package ghcr

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/novotnyllc/caitui/internal/ghcr/store"
	"github.com/novotnyllc/caitui/internal/model"
)

// Stored is the picture from the local store alone: what the first frame
// shows. Nothing is sent. A package of the layout of which nothing is kept has
// Known unset.
func (s *Service) Stored(ctx context.Context) (model.Survey, error) {
	if err := s.load(ctx); err != nil {
		return model.Survey{}, err
	}
	return s.Survey(), nil
}

// Survey is the newest survey that this service has handed out, without
// asking anybody.
func (s *Service) Survey() model.Survey {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.survey
}

// state is what is known of a package.
func (s *Service) state(pkg string) model.PackageState {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stateLocked(pkg)
}

func (s *Service) stateLocked(pkg string) model.PackageState {
	if st, ok := s.states[pkg]; ok {
		return st
	}
	return model.PackageState{Spec: s.o.Layout.Package(pkg), Info: unknownInfo(pkg)}
}

func unknownInfo(pkg string) model.PackageInfo {
	return model.PackageInfo{Name: pkg, Visibility: model.VisibilityUnknown, Anonymous: model.AnonymousUnknown, VersionCount: -1}
}

// load reads the store once a process. A store that fails costs time only.
func (s *Service) load(ctx context.Context) error {
	s.loading.Lock()
	defer s.loading.Unlock()
	s.mu.Lock()
	done := s.loaded
	s.mu.Unlock()
	if done {
		return nil
	}
	// Neither needs the other, and the first screen waits for both.
	var past model.Past
	var beside sync.WaitGroup
	beside.Go(func() { past = s.readPast(ctx) })
	defer beside.Wait()
	kept, err := s.store.Snapshots(ctx, s.host, s.o.Layout.Owner)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		s.o.Log.WarnContext(ctx, "reading the kept snapshots", "error", err)
	}
	var digests []model.Digest
	for _, p := range kept {
		for _, v := range p.Versions {
			digests = append(digests, v.Digest)
		}
	}
	known := s.keptContents(ctx, digests)
	beside.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	s.publish(func() {
		for _, p := range kept {
			if s.o.OnlyListed && !s.o.Layout.Knows(p.Info.Name) {
				continue
			}
			s.states[p.Info.Name] = s.revive(p, known)
		}
		s.past, s.loaded = past, true
		s.readAt = s.o.Now().UTC()
	})
	return nil
}

// revive builds a state from what the store keeps.
func (s *Service) revive(p store.StoredPackage, known keptContent) model.PackageState {
	spec := s.o.Layout.Package(p.Info.Name)
	snap := model.NewSnapshot(p.Info.Name, p.Origin, p.ReadAt, p.Versions)
	snap.Partial, snap.Total = p.Partial, p.Total
	manifests := make(map[model.Digest]*model.Manifest)
	queue := make([]model.Digest, 0, len(p.Versions))
	for _, v := range p.Versions {
		queue = append(queue, v.Digest)
	}
	for len(queue) > 0 {
		d := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		m := known.manifests[d]
		if m == nil || manifests[d] != nil {
			continue
		}
		manifests[d] = m
		for _, child := range m.Manifests {
			queue = append(queue, child.Digest)
		}
	}
	if len(manifests) > 0 {
		snap = snap.WithManifests(manifests)
	}
	if spec.Role == model.RoleMetadata {
		snap = snap.WithDocuments(documentsIn(manifests, known.contents))
	}
	return model.PackageState{Spec: spec, Info: p.Info, Snapshot: snap, Known: true}
}

// keptContent is what the store has of some digests: bodies that match them,
// and those among the bodies that are manifests, parsed once for all packages.
type keptContent struct {
	contents  map[model.Digest]store.Content
	manifests map[model.Digest]*model.Manifest
}

// keptContents reads from the store what there is of digests, of the children
// of the indexes among them and of the documents they carry.
func (s *Service) keptContents(ctx context.Context, digests []model.Digest) keptContent {
	all := keptContent{make(map[model.Digest]store.Content), make(map[model.Digest]*model.Manifest)}
	asked := make(map[model.Digest]bool)
	for range 4 { // nested indexes are rare, deeper ones unheard of
		digests = slices.DeleteFunc(digests, func(d model.Digest) bool {
			known := asked[d]
			asked[d] = true
			return known
		})
		if len(digests) == 0 {
			return all
		}
		found, err := s.store.Manifests(ctx, digests)
		if err != nil {
			s.o.Log.WarnContext(ctx, "reading kept manifests", "error", err)
			return all
		}
		digests = nil
		for d, c := range found {
			all.contents[d] = c
			m, err := model.ParseManifest(c.Body, c.MediaType)
			if err != nil {
				continue // a document, or nothing that is understood
			}
			all.manifests[d] = m
			for _, child := range m.Manifests {
				digests = append(digests, child.Digest)
			}
			if layer, ok := documentLayer(m); ok {
				digests = append(digests, layer.Digest)
			}
		}
	}
	return all
}

// readPast gathers what is remembered beyond the registry.
func (s *Service) readPast(ctx context.Context) model.Past {
	var past model.Past
	seen, err := s.store.Observations(ctx, s.host, s.o.Layout.Owner)
	if err != nil {
		s.o.Log.WarnContext(ctx, "reading kept observations", "error", err)
	}
	past.Observations = seen
	if s.o.Journal == nil {
		return past
	}
	events, err := s.o.Journal.Events(ctx)
	if err != nil {
		s.o.Log.WarnContext(ctx, "reading the journal", "error", err)
	}
	for _, e := range s.ours(events) {
		if e.Kind == model.EventOutcome && e.Tag != "" && e.State == model.StepDone { // as Execute adds them too
			past.Moves = append(past.Moves, e)
		}
	}
	return past
}

// publish changes the state under the lock and draws all conclusions anew.
func (s *Service) publish(change func()) model.Survey {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
	s.survey = model.NewSurvey(s.inventory(), s.past)
	return s.survey
}

// inventory is the state as a value; the lock is held. Packages of the layout
// come first, in its order.
func (s *Service) inventory() model.Inventory {
	_, skew := s.stack.seen.clock(s.readAt)
	inv := model.Inventory{
		Registry: s.host, Owner: s.o.Layout.Owner, Layout: s.o.Layout,
		ReadAt: s.readAt, Skew: skew, Notes: slices.Clone(s.notes),
	}
	for _, spec := range s.o.Layout.Packages {
		inv.Packages = append(inv.Packages, s.stateLocked(spec.Name))
	}
	names := slices.SortedFunc(maps.Keys(s.states), strings.Compare)
	for _, name := range names {
		if !s.o.Layout.Knows(name) {
			inv.Packages = append(inv.Packages, s.states[name])
		}
	}
	return inv
}

// carry gives a new snapshot what is known of the old one's content, as far as
// it still belongs to a version that is there.
func carry(next, old model.Snapshot) model.Snapshot {
	keep := make(map[model.Digest]*model.Manifest)
	queue := make([]model.Digest, 0, len(next.Versions))
	for _, v := range next.Versions {
		queue = append(queue, v.Digest)
	}
	for len(queue) > 0 {
		d := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		m := old.Manifests[d]
		if m == nil || keep[d] != nil {
			continue
		}
		keep[d] = m
		for _, child := range m.Manifests {
			queue = append(queue, child.Digest)
		}
	}
	documents := make(map[model.Digest]model.ChannelDocument)
	for d, doc := range old.Documents {
		if _, ok := next.Version(d); ok {
			documents[d] = doc
		}
	}
	return next.WithManifests(keep).WithDocuments(documents)
}
