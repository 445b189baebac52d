package ghcr

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/novotnyllc/caitui/internal/ghcr/store"
	"github.com/novotnyllc/caitui/internal/model"
)

// memory is a Store that lives as long as the process, for a service that was
// given none.
type memory struct {
	mu         sync.Mutex
	contents   map[model.Digest]store.Content
	validators map[string]store.Validator
	snapshots  map[string]store.StoredPackage // by registry, owner and package
	seen       []model.Observation
}

func newMemory() *memory {
	return &memory{
		contents:   make(map[model.Digest]store.Content),
		validators: make(map[string]store.Validator),
		snapshots:  make(map[string]store.StoredPackage),
	}
}

func (m *memory) Manifests(_ context.Context, digests []model.Digest) (map[model.Digest]store.Content, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := make(map[model.Digest]store.Content)
	for _, d := range digests {
		if c, ok := m.contents[d]; ok {
			out[d] = c
		}
	}
	return out, nil
}

func (m *memory) PutManifests(_ context.Context, contents []store.Content) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range contents {
		m.contents[c.Digest] = c
	}
	return nil
}

func (m *memory) Validator(_ context.Context, url string) (store.Validator, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.validators[url]
	return v, ok, nil
}

func (m *memory) PutValidator(_ context.Context, url string, v store.Validator) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.validators[url] = v
	return nil
}

// A service has one registry and one owner, so the keys need not hold them.
func (m *memory) Snapshots(context.Context, string, string) ([]store.StoredPackage, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []store.StoredPackage
	for _, name := range slices.Sorted(maps.Keys(m.snapshots)) {
		out = append(out, m.snapshots[name])
	}
	return out, nil
}

func (m *memory) PutSnapshots(_ context.Context, _, _ string, packages []store.StoredPackage) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range packages {
		m.snapshots[p.Info.Name] = p
	}
	return nil
}

func (m *memory) Observe(_ context.Context, _, _ string, seen []model.Observation) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.seen = withSightings(m.seen, seen)
	return nil
}

// withSightings returns what is remembered of tags together with what was just
// seen: a sighting of the same digest makes the last one longer, and an absence
// counts only of a tag that was seen before.
func withSightings(past, seen []model.Observation) []model.Observation {
	type place struct{ pkg, tag string }
	out := slices.Clone(past)
	last := make(map[place]int, len(out))
	for i, o := range out {
		last[place{o.Package, o.Tag}] = i
	}
	for _, o := range seen {
		at := place{o.Package, o.Tag}
		i, known := last[at]
		switch {
		case known && out[i].Digest == o.Digest:
			if o.At.After(out[i].Last) {
				out[i].Last = o.At
			}
		case known || o.Digest != "":
			if o.Last.IsZero() {
				o.Last = o.At
			}
			last[at] = len(out)
			out = append(out, o)
		}
	}
	return out
}

func (m *memory) Observations(context.Context, string, string) ([]model.Observation, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.seen), nil
}

func (m *memory) Close() error { return nil }
