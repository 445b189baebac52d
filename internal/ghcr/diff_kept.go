package ghcr

import (
	"slices"
	"sync"

	"github.com/novotnyllc/caitui/internal/model"
)

// Bounds of what is kept.
const (
	maxRemembered = 32      // things of a kind
	maxKept       = 8 << 20 // bytes of one comparison
)

// weight is about how many bytes a section takes.
func weight(s model.DiffSection) int {
	n := 0
	for _, e := range s.Entries {
		n += len(e.Path) + len(e.Before) + len(e.After) + len(e.Text)
	}
	return n
}

// remembered keeps the newest answers about immutable content by its digests.
// The zero value works.
type remembered[K comparable, V any] struct {
	mu    sync.Mutex
	by    map[K]V
	order []K
}

func (r *remembered[K, V]) get(key K) (V, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	v, ok := r.by[key]
	return v, ok
}

func (r *remembered[K, V]) put(key K, v V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.by == nil {
		r.by = make(map[K]V)
	}
	if _, ok := r.by[key]; !ok {
		r.order = append(r.order, key)
	}
	r.by[key] = v
	if len(r.order) > maxRemembered {
		delete(r.by, r.order[0])
		r.order = slices.Delete(r.order, 0, 1)
	}
}
