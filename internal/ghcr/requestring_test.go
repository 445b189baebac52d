package ghcr

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

func TestRingKeepsTheNewestInOrder(t *testing.T) {
	r := newRing()
	for i := range 2*keptRequests + 7 {
		r.add(model.Request{Path: fmt.Sprint(i)})
	}
	got, err := r.wait(t.Context(), -1)
	if err != nil || got.Total != 2*keptRequests+7 || len(got.Requests) != keptRequests {
		t.Fatalf("%d kept of %d: %v", len(got.Requests), got.Total, err)
	}
	for i, q := range got.Requests {
		want := int64(keptRequests + 7 + i + 1)
		if q.N != want || q.Path != fmt.Sprint(want-1) {
			t.Fatalf("place %d holds %d %q, want %d", i, q.N, q.Path, want)
		}
	}
}

// Nobody asks again and again: who waits is woken by the next request, and by
// the end of their own interest.
func TestRingWakesWhoWaits(t *testing.T) {
	r := newRing()
	type answer struct {
		log model.RequestLog
		err error
	}
	waiting := func(ctx context.Context, after int64) chan answer {
		out := make(chan answer, 1)
		go func() {
			log, err := r.wait(ctx, after)
			out <- answer{log, err}
		}()
		return out
	}
	first := waiting(t.Context(), 0)
	r.add(model.Request{Path: "/v2/"})
	if got := <-first; got.err != nil || got.log.Total != 1 {
		t.Fatalf("woken with %+v", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	second := waiting(ctx, 1)
	cancel()
	if got := <-second; !errors.Is(got.err, context.Canceled) {
		t.Fatalf("given up, and got %+v", got)
	}
}

// What people see of requests: all that helps, and nothing that is secret.
func TestRequestsHoldNoSecrets(t *testing.T) {
	blobs := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "content") })
	var registry *httptest.Server
	stored := model.DigestOf([]byte("manifest"))
	registry = serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.Contains(r.URL.Path, "/blobs/"):
			http.Redirect(w, r, blobs.URL+"/hidden/path?sig=hidden", http.StatusTemporaryRedirect)
		case r.Method == http.MethodPut:
			w.Header().Set("Docker-Content-Digest", string(stored))
			w.WriteHeader(http.StatusCreated)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	})
	s, _ := newTestStack(t, registry.URL, nil)
	for _, call := range []struct{ method, path string }{
		{http.MethodGet, "/v2/acme/app/blobs/sha256:abc"},
		{http.MethodPut, "/v2/acme/app/manifests/prod"},
		{http.MethodGet, "/v2/acme/app/tags/list?n=100&session=hidden"},
		{http.MethodGet, "/v2/acme/%1b%5b2J/x"},
	} {
		resp, err := send(t, s, call.method, registry.URL+call.path, terms{auth: authorization{s.registry, "Bearer hidden"}}, "")
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
	log, err := s.sent.wait(t.Context(), 4)
	if err != nil {
		t.Fatal(err)
	}
	if all := fmt.Sprintf("%+v", log); strings.Contains(all, "hidden") || strings.ContainsRune(all, '\x1b') {
		t.Errorf("a secret or an escape is kept: %s", all)
	}
	got := log.Requests
	if len(got) != 5 {
		t.Fatalf("%d requests are kept, want 5: %+v", len(got), got)
	}
	if q := got[1]; q.To != model.ToElsewhere || q.Path != "" || q.Query != "" || q.Bytes != len("content") || q.Status != 200 {
		t.Errorf("the blob's host: %+v", q)
	}
	if q := got[2]; q.To != model.ToRegistry || q.Method != http.MethodPut || q.Digest != stored || q.Status != 201 || q.Attempt != 1 || !q.Plain || q.At.IsZero() {
		t.Errorf("the write: %+v", q)
	}
	if q := got[3]; q.Query != "n=100" || !q.Withheld || !q.Failed() {
		t.Errorf("the query: %+v", q)
	}
}

func TestRequestsTellWhyThereIsNoAnswer(t *testing.T) {
	dead := httptest.NewServer(http.NotFoundHandler())
	dead.Close()
	s, _ := newTestStack(t, dead.URL, nil)
	if _, err := send(t, s, http.MethodPut, dead.URL+"/v2/acme/app/manifests/prod", terms{}, "x"); err == nil {
		t.Fatal("a server that is not there answered")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	log, err := s.sent.wait(ctx, 0)
	if err != nil || len(log.Requests) != 1 || log.Requests[0].Err == "" || log.Requests[0].Status != 0 {
		t.Errorf("%+v, %v", log, err)
	}
}
