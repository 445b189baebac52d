package verify

import (
	"container/list"
	"slices"
	"sync"

	"github.com/novotnyllc/caitui/internal/model"
)

// cache keeps what checks came to. The same content under the same policy and
// roots always comes to the same, so nothing in it ever grows old; the one that
// was not asked for longest goes first.
type cache struct {
	mu    sync.Mutex
	limit int
	order *list.List // of *cached, the latest first
	by    map[cacheKey]*list.Element
}

type cacheKey [32]byte

type cached struct {
	key   cacheKey
	check model.Check
}

func newCache(limit int) *cache {
	return &cache{limit: limit, order: list.New(), by: map[cacheKey]*list.Element{}}
}

func (c *cache) get(k cacheKey) (model.Check, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.by[k]
	if !ok {
		return model.Check{}, false
	}
	c.order.MoveToFront(e)
	return own(e.Value.(*cached).check), true
}

func (c *cache) put(k cacheKey, check model.Check) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.by[k]; ok {
		c.order.MoveToFront(e)
		return
	}
	c.by[k] = c.order.PushFront(&cached{k, own(check)})
	for c.order.Len() > c.limit {
		last := c.order.Remove(c.order.Back()).(*cached)
		delete(c.by, last.key)
	}
}

// own is a copy whose lists nobody else holds.
func own(c model.Check) model.Check {
	c.Identity, c.Timestamps, c.Proves = slices.Clone(c.Identity), slices.Clone(c.Timestamps), slices.Clone(c.Proves)
	c.Differences, c.Notes = slices.Clone(c.Differences), slices.Clone(c.Notes)
	return c
}
