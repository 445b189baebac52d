package ghcr

import (
	"context"
	"sync"

	"github.com/novotnyllc/caitui/internal/model"
)

// keptRequests bounds how many requests are remembered for a person to look at:
// several refreshes of ten packages.
const keptRequests = 1000

// ring is the newest requests. Whoever waits for more is woken by the next one.
type ring struct {
	mu    sync.Mutex
	kept  []model.Request // a ring once it is full; next is where it goes on
	next  int
	total int64
	news  chan struct{} // closed by the next request
}

func newRing() *ring { return &ring{news: make(chan struct{})} }

// add remembers a request and gives it its number.
func (r *ring) add(q model.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.total++
	q.N = r.total
	if len(r.kept) < keptRequests {
		r.kept = append(r.kept, q)
	} else {
		r.kept[r.next] = q
	}
	r.next = (r.next + 1) % keptRequests
	close(r.news)
	r.news = make(chan struct{})
}

// wait returns what is remembered as soon as there were more than after
// requests, or when ctx ends.
func (r *ring) wait(ctx context.Context, after int64) (model.RequestLog, error) {
	for {
		r.mu.Lock()
		if r.total > after {
			out := r.snapshot()
			r.mu.Unlock()
			return out, nil
		}
		news := r.news
		r.mu.Unlock()
		select {
		case <-news:
		case <-ctx.Done():
			return model.RequestLog{}, ctx.Err()
		}
	}
}

// snapshot is a copy in order. r.mu is held.
func (r *ring) snapshot() model.RequestLog {
	out := model.RequestLog{Total: r.total, Requests: make([]model.Request, 0, len(r.kept))}
	if len(r.kept) == keptRequests {
		out.Requests = append(out.Requests, r.kept[r.next:]...)
		out.Requests = append(out.Requests, r.kept[:r.next]...)
		return out
	}
	out.Requests = append(out.Requests, r.kept...)
	return out
}

// Requests returns the newest requests that were sent as soon as there have
// been more than after of them: at once for -1. It asks nobody.
func (s *Service) Requests(ctx context.Context, after int64) (model.RequestLog, error) {
	return s.stack.sent.wait(ctx, after)
}
