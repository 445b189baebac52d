package ghcr

import (
	"context"
	"sync"
)

// gates bound the requests under way to each origin. The zero value works.
type gates struct {
	mu sync.Mutex
	by map[origin]chan struct{}
}

// enter waits for a place and returns how to leave it.
func (g *gates) enter(ctx context.Context, o origin) (func(), error) {
	g.mu.Lock()
	if g.by == nil {
		g.by = make(map[origin]chan struct{})
	}
	gate, ok := g.by[o]
	if !ok {
		gate = make(chan struct{}, hostConcurrency)
		g.by[o] = gate
	}
	g.mu.Unlock()
	select {
	case gate <- struct{}{}:
		return func() { <-gate }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
