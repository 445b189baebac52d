package ghcr

import (
	"context"
	"sync"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// earlyFor is how old a tag's state that was read ahead of its turn may be when
// the write begins. Between comparing and writing there is always the time of
// one request, whoever reads; this allows a few of them.
const earlyFor = time.Second

// early are the tags of the next stage as they were read while the stage before
// was being read back, or the right to write was tried: neither depends on the
// other, and each stage so costs one round trip less.
type early struct {
	mu    sync.Mutex
	reads map[string]*earlyRead // by package and tag
	open  int                   // writes of this stage that are not answered yet
	next  []int                 // steps of the stage after it
}

// earlyRead is one such reading; its fields are set once done is closed.
type earlyRead struct {
	done chan struct{}
	now  model.Digest
	err  error
	at   time.Time
}

func earlyKey(c model.Change) string { return c.Package + ":" + c.Tag }

// readAhead begins to read what tags point to that will soon be written.
func (e *execution) readAhead(ctx context.Context, steps []int) {
	for _, i := range steps {
		c := e.plan.Changes[i]
		switch c.Kind {
		case model.MoveTag, model.CreateTag, model.PutArtifact:
		default:
			continue
		}
		r := &earlyRead{done: make(chan struct{})}
		e.early.mu.Lock()
		e.early.reads[earlyKey(c)] = r
		e.early.mu.Unlock()
		e.tidying.Go(func() {
			defer close(r.done)
			ctx, cancel := context.WithTimeout(ctx, stepDeadline)
			defer cancel()
			r.now, r.err = e.now(ctx, c)
			r.at = e.s.o.Now()
		})
	}
}

// before reads what a tag points to right before it is written. What was read
// ahead counts where it is fresh and as expected; anything else is read anew,
// so that nothing is called a conflict for what was true a moment ago.
func (e *execution) before(ctx context.Context, c model.Change) (model.Digest, error) {
	e.early.mu.Lock()
	r := e.early.reads[earlyKey(c)]
	delete(e.early.reads, earlyKey(c))
	e.early.mu.Unlock()
	if r == nil {
		return e.now(ctx, c)
	}
	select {
	case <-r.done:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if r.err != nil || r.now != c.From || e.s.o.Now().Sub(r.at) > earlyFor {
		return e.now(ctx, c)
	}
	return r.now, nil
}

// follows says which steps are written now and which after them.
func (e *execution) follows(steps, next []int) {
	e.early.mu.Lock()
	defer e.early.mu.Unlock()
	e.early.open, e.early.next = len(steps), next
}

// answered counts a write that the registry accepted. With the last one of a
// stage only reading back is left, and the next stage can be read beside it.
func (e *execution) answered(ctx context.Context) {
	e.early.mu.Lock()
	e.early.open--
	next := e.early.next
	last := e.early.open == 0
	e.early.mu.Unlock()
	if last {
		e.readAhead(context.WithoutCancel(ctx), next)
	}
}
