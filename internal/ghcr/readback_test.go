package ghcr

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// liar is a registry that accepts writes and then shows what a test wants.
type liar struct {
	mu     sync.Mutex
	bodies map[string][]byte // by reference
	shows  []model.Digest    // of the tag, one HEAD after the other; the last one stays
	heads  int
	puts   int
}

func (l *liar) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	ref := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	switch r.Method {
	case http.MethodPost:
		w.WriteHeader(http.StatusAccepted)
	case http.MethodPut:
		l.puts++
		w.WriteHeader(http.StatusCreated)
	case http.MethodHead:
		w.Header().Set("Docker-Content-Digest", string(l.shows[min(l.heads, len(l.shows)-1)]))
		l.heads++
	default:
		w.Header().Set("Content-Type", model.MediaOCIManifest)
		_, _ = w.Write(l.bodies[ref])
	}
}

// paper is a journal in memory.
type paper struct {
	mu     sync.Mutex
	events []model.JournalEvent
	refuse func(model.JournalEvent) error
}

func (p *paper) Append(_ context.Context, e model.JournalEvent) (model.JournalEvent, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.refuse != nil {
		if err := p.refuse(e); err != nil {
			return e, err
		}
	}
	e.Seq = int64(len(p.events) + 1)
	p.events = append(p.events, e)
	return e, nil
}

func (p *paper) Events(context.Context) ([]model.JournalEvent, error) { return p.events, nil }
func (p *paper) Head(context.Context) (model.JournalHead, error) {
	return model.JournalHead{Seq: int64(len(p.events))}, nil
}
func (p *paper) SavePlan(context.Context, model.Plan) error { return nil }
func (p *paper) LoadPlan(context.Context, string) (model.Plan, error) {
	return model.Plan{}, model.ErrNotFound
}

// lying runs one retag of tool:prod from old to new against a liar.
func lying(t *testing.T, l *liar, p *paper) (model.Outcome, error) {
	t.Helper()
	srv := httptest.NewServer(l)
	t.Cleanup(srv.Close)
	u, _ := url.Parse(srv.URL)
	s, err := New(Options{Registry: srv.URL, Journal: p, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	s.stack.pause = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	plan := model.Plan{Registry: u.Host, Changes: []model.Change{{Kind: model.MoveTag, Stage: 1, Package: "tool", Tag: "prod", From: oldDigest, To: newDigest}}}
	plan.ID = plan.CanonicalID()
	return s.Execute(t.Context(), plan, model.Conduct{})
}

var (
	newBody   = []byte(`{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{},"layers":[]}`)
	newDigest = model.DigestOf(newBody)
	oldDigest = model.DigestOf([]byte("old"))
	foreign   = model.DigestOf([]byte("foreign"))
)

func TestReadingBack(t *testing.T) {
	for name, c := range map[string]struct {
		shows    []model.Digest
		state    model.StepState
		verified bool
		heads    int
	}{
		"at once":       {[]model.Digest{oldDigest, newDigest}, model.StepDone, true, 2},
		"a little late": {[]model.Digest{oldDigest, oldDigest, oldDigest, newDigest}, model.StepDone, true, 4},
		"never":         {[]model.Digest{oldDigest}, model.StepUnknown, false, 2 + len(readBackPauses)},
		"somebody else": {[]model.Digest{oldDigest, foreign}, model.StepConflict, false, 2},
	} {
		t.Run(name, func(t *testing.T) {
			l := &liar{bodies: map[string][]byte{string(newDigest): newBody}, shows: c.shows}
			out, err := lying(t, l, &paper{})
			if err != nil {
				t.Fatal(err)
			}
			step := out.Steps[0]
			if step.State != c.state || step.Verified == nil || *step.Verified != c.verified || l.heads != c.heads || l.puts != 1 || !out.Written {
				t.Errorf("state %s, verified %v, %d readings, %d writes, %v", step.State, step.Verified, l.heads, l.puts, step.Err)
			}
			if (out.Err == nil) != (c.state == model.StepDone) {
				t.Errorf("error %v", out.Err)
			}
		})
	}
}

// Bytes that do not have their digest are never put under a tag.
func TestOtherBytesAreRefused(t *testing.T) {
	l := &liar{bodies: map[string][]byte{string(newDigest): append([]byte(" "), newBody...)}, shows: []model.Digest{oldDigest}}
	out, err := lying(t, l, &paper{})
	if err != nil || !errors.Is(out.Err, model.ErrMalformed) || l.puts != 0 || out.Written || out.Steps[0].State != model.StepNotStarted {
		t.Errorf("%+v, %v, %d writes", out, err, l.puts)
	}
}

func TestWithoutAnIntentNothingIsWritten(t *testing.T) {
	l := &liar{bodies: map[string][]byte{string(newDigest): newBody}, shows: []model.Digest{oldDigest, newDigest}}
	full := errors.New("no space left on device")
	out, err := lying(t, l, &paper{refuse: func(model.JournalEvent) error { return full }})
	if err != nil || !errors.Is(out.Err, full) || l.puts != 0 || out.Written || out.Steps[0].State != model.StepFailed {
		t.Errorf("%+v, %v, %d writes", out, err, l.puts)
	}
	// An outcome that cannot be written stops the plan and is said.
	l = &liar{bodies: map[string][]byte{string(newDigest): newBody}, shows: []model.Digest{oldDigest, newDigest}}
	out, err = lying(t, l, &paper{refuse: func(e model.JournalEvent) error {
		if e.Kind == model.EventOutcome {
			return full
		}
		return nil
	}})
	if err != nil || !errors.Is(out.Err, full) || !out.Written || out.Steps[0].State != model.StepDone || out.Result != model.ResultStopped {
		t.Errorf("%+v, %v", out, err)
	}
}
