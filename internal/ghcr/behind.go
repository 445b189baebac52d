package ghcr

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/store"
	"github.com/novotnyllc/caitui/internal/model"
)

// behindTimeout bounds one write: a store that hangs must not keep caitui from
// ending.
const behindTimeout = 5 * time.Second

// behind is a Store that writes after the fact, many manifests in one go, so
// that nobody waits for a disk. Content and validators that wait to be written
// are answered from memory; who asks for snapshots or observations waits until
// all is written. A crash loses what was not written yet, which costs reading
// it again.
type behind struct {
	Store
	log *slog.Logger

	mu         sync.Mutex
	idle       chan struct{} // closed when all is written; nil: it is
	contents   map[model.Digest]store.Content
	validators map[string]store.Validator
	jobs       []job
}

// job is a write that is not content: in the order they came.
type job struct {
	what string
	do   func(context.Context) error
}

func newBehind(s Store, log *slog.Logger) *behind {
	return &behind{Store: s, log: log, contents: make(map[model.Digest]store.Content), validators: make(map[string]store.Validator)}
}

// Manifests implements Store.
func (b *behind) Manifests(ctx context.Context, digests []model.Digest) (map[model.Digest]store.Content, error) {
	waiting := make(map[model.Digest]store.Content)
	b.mu.Lock()
	for _, d := range digests {
		if c, ok := b.contents[d]; ok {
			waiting[d] = c
		}
	}
	b.mu.Unlock()
	if len(digests) > 0 && len(waiting) == len(digests) {
		return waiting, nil
	}
	found, err := b.Store.Manifests(ctx, digests)
	if err != nil {
		return nil, err
	}
	if found == nil {
		return waiting, nil
	}
	maps.Copy(found, waiting)
	return found, nil
}

// PutManifests implements Store.
func (b *behind) PutManifests(_ context.Context, contents []store.Content) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range contents {
		b.contents[c.Digest] = c
	}
	b.wake()
	return nil
}

// Validator implements Store.
func (b *behind) Validator(ctx context.Context, url string) (store.Validator, bool, error) {
	b.mu.Lock()
	v, ok := b.validators[url]
	b.mu.Unlock()
	if ok {
		return v, true, nil
	}
	return b.Store.Validator(ctx, url)
}

// PutValidator implements Store.
func (b *behind) PutValidator(_ context.Context, url string, v store.Validator) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.validators[url] = v
	b.wake()
	return nil
}

// PutSnapshots implements Store.
func (b *behind) PutSnapshots(_ context.Context, registry, owner string, packages []store.StoredPackage) error {
	b.queue(job{"keeping snapshots", func(ctx context.Context) error {
		return b.Store.PutSnapshots(ctx, registry, owner, packages)
	}})
	return nil
}

// Observe implements Store.
func (b *behind) Observe(_ context.Context, registry, owner string, seen []model.Observation) error {
	b.queue(job{"keeping observations", func(ctx context.Context) error {
		return b.Store.Observe(ctx, registry, owner, seen)
	}})
	return nil
}

func (b *behind) queue(j job) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.jobs = append(b.jobs, j)
	b.wake()
}

// Snapshots implements Store.
func (b *behind) Snapshots(ctx context.Context, registry, owner string) ([]store.StoredPackage, error) {
	if err := b.wait(ctx); err != nil {
		return nil, err
	}
	return b.Store.Snapshots(ctx, registry, owner)
}

// Observations implements Store.
func (b *behind) Observations(ctx context.Context, registry, owner string) ([]model.Observation, error) {
	if err := b.wait(ctx); err != nil {
		return nil, err
	}
	return b.Store.Observations(ctx, registry, owner)
}

// wait returns when all that was given before is written.
func (b *behind) wait(ctx context.Context) error {
	b.mu.Lock()
	idle := b.idle
	b.mu.Unlock()
	if idle == nil {
		return nil
	}
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// wake starts the writer where none is at work; the lock is held.
func (b *behind) wake() {
	if b.idle == nil {
		b.idle = make(chan struct{})
		go b.write()
	}
}

// write works until nothing waits. What is being written stays readable until
// the store has it.
func (b *behind) write() {
	for {
		b.mu.Lock()
		contents, validators, jobs := slices.Collect(maps.Values(b.contents)), maps.Clone(b.validators), b.jobs
		b.jobs = nil
		if len(contents) == 0 && len(validators) == 0 && len(jobs) == 0 {
			close(b.idle)
			b.idle = nil
			b.mu.Unlock()
			return
		}
		b.mu.Unlock()
		for _, j := range jobs {
			b.try(j.what, j.do)
		}
		if len(contents) > 0 {
			b.try("keeping manifests", func(ctx context.Context) error { return b.Store.PutManifests(ctx, contents) })
		}
		for url, v := range validators {
			b.try("keeping a validator", func(ctx context.Context) error { return b.Store.PutValidator(ctx, url, v) })
		}
		b.mu.Lock()
		for _, c := range contents {
			delete(b.contents, c.Digest)
		}
		for url, v := range validators {
			if now := b.validators[url]; now.ETag == v.ETag && now.LastModified == v.LastModified {
				delete(b.validators, url)
			}
		}
		b.mu.Unlock()
	}
}

func (b *behind) try(what string, f func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.Background(), behindTimeout)
	defer cancel()
	if err := f(ctx); err != nil {
		b.log.WarnContext(ctx, what, "error", err)
	}
}

// Close writes what waits and closes the store.
func (b *behind) Close() error {
	_ = b.wait(context.Background()) // it ends: each write is bounded
	return b.Store.Close()
}
