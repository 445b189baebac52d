package ghcr

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/store"
	"github.com/novotnyllc/caitui/internal/model"
)

// slow is a store whose writes wait for a sign, and may fail.
type slow struct {
	*memory
	sign   chan struct{}
	err    error
	closed bool
}

func (s *slow) PutManifests(ctx context.Context, c []store.Content) error {
	<-s.sign
	if s.err != nil {
		return s.err
	}
	return s.memory.PutManifests(ctx, c)
}

func (s *slow) PutValidator(ctx context.Context, url string, v store.Validator) error {
	<-s.sign
	return s.memory.PutValidator(ctx, url, v)
}

func (s *slow) Observe(ctx context.Context, r, o string, seen []model.Observation) error {
	<-s.sign
	return s.memory.Observe(ctx, r, o, seen)
}

func (s *slow) Close() error {
	s.closed = true
	return nil
}

func TestWritingBehind(t *testing.T) {
	ctx := t.Context()
	under := &slow{memory: newMemory(), sign: make(chan struct{})}
	b := newBehind(under, slog.New(slog.DiscardHandler))
	c := store.Content{Digest: model.DigestOf([]byte("x")), Body: []byte("x")}
	_ = b.PutManifests(ctx, []store.Content{c})
	_ = b.PutValidator(ctx, "u", store.Validator{ETag: "1"})
	_ = b.PutValidator(ctx, "u", store.Validator{ETag: "2"})
	_ = b.Observe(ctx, "r", "o", []model.Observation{{Package: "p", Tag: "t", Digest: c.Digest, At: time.Unix(1, 0)}})

	// Nothing is written, all of it can be read.
	if found, err := b.Manifests(ctx, []model.Digest{c.Digest}); err != nil || string(found[c.Digest].Body) != "x" {
		t.Errorf("a manifest that waits: %v %v", found, err)
	}
	if v, ok, err := b.Validator(ctx, "u"); err != nil || !ok || v.ETag != "2" {
		t.Errorf("a validator that waits: %v %v %v", v, ok, err)
	}
	short, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := b.Observations(short, "r", "o"); !errors.Is(err, context.Canceled) {
		t.Errorf("who does not want to wait: %v", err)
	}
	close(under.sign)
	seen, err := b.Observations(ctx, "r", "o")
	if err != nil || len(seen) != 1 {
		t.Errorf("who waits: %v %v", seen, err)
	}
	if err := b.Close(); err != nil || !under.closed {
		t.Errorf("closing: %v", err)
	}
	if under.contents[c.Digest].Body == nil || under.validators["u"].ETag != "2" {
		t.Errorf("after closing the store has %v %v", under.contents, under.validators)
	}
	if len(b.contents)+len(b.validators)+len(b.jobs) != 0 {
		t.Error("what is written is kept in memory")
	}
}

func TestWritingBehindThatFails(t *testing.T) {
	var out bytes.Buffer
	under := &slow{memory: newMemory(), sign: make(chan struct{}), err: errors.New("disk full")}
	close(under.sign)
	b := newBehind(under, slog.New(slog.NewTextHandler(&out, nil)))
	_ = b.PutManifests(t.Context(), []store.Content{{Digest: "sha256:x"}})
	if err := b.Close(); err != nil || !strings.Contains(out.String(), "disk full") {
		t.Errorf("%v; the log says %q", err, out.String())
	}
}

func TestWithSightings(t *testing.T) {
	at := func(s int64) time.Time { return time.Unix(s, 0).UTC() }
	see := func(tag string, d model.Digest, s int64) model.Observation {
		return model.Observation{Package: "p", Tag: tag, Digest: d, At: at(s), Last: at(s)}
	}
	past := []model.Observation{see("a", "1", 1), see("b", "1", 1)}
	got := withSightings(past, []model.Observation{see("a", "1", 5), see("b", "2", 5), see("b", "", 6), see("c", "", 6), see("a", "1", 4)})
	if len(got) != 4 || got[0].Last != at(5) || got[2].Digest != "2" || got[3].Digest != "" || got[3].Tag != "b" {
		t.Errorf("%+v", got)
	}
	if past[0].Last != at(1) {
		t.Error("what was handed out before was changed")
	}
}
