package ghcr

import (
	"slices"
	"sync"

	"github.com/novotnyllc/caitui/internal/model"
)

// Bounds of what is kept.
const (
	maxCompared = 32      // comparisons
	maxKept     = 8 << 20 // bytes of one
)

// weight is about how many bytes a section takes.
func weight(s model.DiffSection) int {
	n := 0
	for _, e := range s.Entries {
		n += len(e.Path) + len(e.Before) + len(e.After) + len(e.Text)
	}
	return n
}

// comparedFiles keeps comparisons by their two digests, the newest ones. The
// zero value works.
type comparedFiles struct {
	mu    sync.Mutex
	by    map[[2]model.Digest]model.DiffSection
	order [][2]model.Digest
}

func (c *comparedFiles) get(key [2]model.Digest) (model.DiffSection, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, ok := c.by[key]
	return s, ok
}

func (c *comparedFiles) put(key [2]model.Digest, s model.DiffSection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.by == nil {
		c.by = make(map[[2]model.Digest]model.DiffSection)
	}
	if _, ok := c.by[key]; !ok {
		c.order = append(c.order, key)
	}
	c.by[key] = s
	if len(c.order) > maxCompared {
		delete(c.by, c.order[0])
		c.order = slices.Delete(c.order, 0, 1)
	}
}
