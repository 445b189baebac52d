package ghcr

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// newTestStack is a stack for a registry at base whose pauses are only noted.
func newTestStack(t *testing.T, base string, change func(*Options)) (*stack, *[]time.Duration) {
	t.Helper()
	o := Options{Registry: base, Now: time.Now, Log: slog.New(slog.DiscardHandler), UserAgent: "caitui/test"}
	if change != nil {
		change(&o)
	}
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	var api *url.URL
	if o.API != "" {
		if api, err = url.Parse(o.API); err != nil {
			t.Fatal(err)
		}
	}
	s := newStack(o, api, u)
	var mu sync.Mutex
	var pauses []time.Duration
	s.pause = func(ctx context.Context, d time.Duration) error {
		mu.Lock()
		defer mu.Unlock()
		pauses = append(pauses, d)
		return ctx.Err()
	}
	t.Cleanup(s.close)
	return s, &pauses
}

func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv
}

func send(t *testing.T, s *stack, method, address string, te terms, body string) (*http.Response, error) {
	t.Helper()
	var rd io.Reader
	if body != "" {
		rd = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(withTerms(t.Context(), te), method, address, rd)
	if err != nil {
		t.Fatal(err)
	}
	return s.client(s).Do(req)
}

func TestCredentialsStayWithTheirOrigin(t *testing.T) {
	var far, near []http.Header
	other := serve(t, func(w http.ResponseWriter, r *http.Request) {
		far = append(far, r.Header.Clone())
		if r.URL.Path == "/back" {
			http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusTemporaryRedirect)
		}
	})
	var home *httptest.Server
	home = serve(t, func(w http.ResponseWriter, r *http.Request) {
		near = append(near, r.Header.Clone())
		switch r.URL.Path {
		case "/port": // the same host name, another port: net/http would carry the header there
			http.Redirect(w, r, other.URL+"/x?sig=secret", http.StatusTemporaryRedirect)
		case "/name":
			http.Redirect(w, r, strings.Replace(other.URL, "127.0.0.1", "localhost", 1), http.StatusFound)
		case "/round":
			http.Redirect(w, r, other.URL+"/back?to="+url.QueryEscape(home.URL+"/end"), http.StatusTemporaryRedirect)
		}
	})
	homeURL, _ := url.Parse(home.URL)
	auth := authorization{originOf(homeURL), "Bearer secret"}
	for _, path := range []string{"/port", "/name", "/round"} {
		s, _ := newTestStack(t, home.URL, nil)
		far, near = nil, nil
		req, _ := http.NewRequestWithContext(withTerms(t.Context(), terms{auth: auth}), http.MethodGet, home.URL+path, nil)
		req.Header.Set("Authorization", "Basic by-somebody-else")
		resp, err := s.client(s).Do(req)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %v", path, err)
		}
		if len(far) != 1 || far[0].Get("Authorization") != "" || far[0].Get("Referer") != "" {
			t.Errorf("%s: the other origin got %v", path, far)
		}
		for _, h := range near {
			if h.Get("Authorization") != "Bearer secret" || h.Get("User-Agent") != "caitui/test" {
				t.Errorf("%s: its own origin got %v", path, h)
			}
		}
	}
}

func TestRedirectsThatAreNotFollowed(t *testing.T) {
	loop := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/again", http.StatusFound) })
	s, _ := newTestStack(t, loop.URL, nil)
	if _, err := send(t, s, http.MethodGet, loop.URL, terms{}, ""); !errors.Is(err, model.ErrMalformed) {
		t.Errorf("a loop: %v", err)
	}
	resp, err := send(t, s, http.MethodPut, loop.URL, terms{}, "body")
	if err != nil || resp.StatusCode != http.StatusFound {
		t.Errorf("a write: %v", err)
	}
	from := func(raw string) *http.Request {
		u, _ := url.Parse(raw)
		return &http.Request{Method: http.MethodGet, URL: u}
	}
	for _, c := range [][2]string{{"https://ghcr.io/v2/", "http://ghcr.io/v2/"}, {"https://ghcr.io/v2/", "https://127.0.0.1/"}, {"https://ghcr.io/v2/", "https://localhost:8080/"}} {
		if err := s.checkRedirect(from(c[1]), []*http.Request{from(c[0])}); !errors.Is(err, model.ErrMalformed) {
			t.Errorf("%s to %s: %v", c[0], c[1], err)
		}
	}
	if err := s.checkRedirect(from("https://pkg-containers.githubusercontent.com/x"), []*http.Request{from("https://ghcr.io/v2/")}); err != nil {
		t.Errorf("GHCR's own redirect: %v", err)
	}
}

func TestReadOnlySendsNoWrites(t *testing.T) {
	asked := 0
	srv := serve(t, func(http.ResponseWriter, *http.Request) { asked++ })
	s, _ := newTestStack(t, srv.URL, func(o *Options) { o.ReadOnly = true })
	for _, method := range []string{"PUT", "POST", "PATCH", "DELETE", "OPTIONS", "QUERY"} {
		if _, err := send(t, s, method, srv.URL, terms{}, "x"); !errors.Is(err, model.ErrReadOnly) {
			t.Errorf("%s: %v", method, err)
		}
	}
	if asked != 0 {
		t.Errorf("%d requests went out", asked)
	}
	for _, method := range []string{"GET", "HEAD"} {
		if _, err := send(t, s, method, srv.URL, terms{}, ""); err != nil {
			t.Errorf("%s: %v", method, err)
		}
	}
}

func TestPlainHTTPOnlyToThisMachine(t *testing.T) {
	s, _ := newTestStack(t, "https://ghcr.io", nil)
	insecure, _ := newTestStack(t, "https://ghcr.io", func(o *Options) { o.InsecureHTTP = true })
	for address, local := range map[string]bool{
		"http://127.0.0.1:5000/": true, "http://localhost:1/": true, "http://[::1]:5000/": true, "http://sim.localhost/": true,
		"http://ghcr.io/": false, "http://10.0.0.1/": false, "http://127.0.0.1.example.com/": false, "http://localhost.example.com/": false,
	} {
		u, _ := url.Parse(address)
		req := &http.Request{Method: http.MethodGet, URL: u}
		if err := s.admit(req); (err == nil) != local {
			t.Errorf("%s: %v", address, err)
		}
		if err := insecure.admit(req); err != nil {
			t.Errorf("%s where it is allowed: %v", address, err)
		}
	}
	u, _ := url.Parse("ftp://ghcr.io/")
	if err := insecure.admit(&http.Request{Method: http.MethodGet, URL: u}); err == nil {
		t.Error("ftp is let through")
	}
}

func TestReadsAreRepeated(t *testing.T) {
	limit := func(w http.ResponseWriter) {
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = io.WriteString(w, `{"errors":[{"code":"TOOMANYREQUESTS","message":"retry-after: 880.092µs, allowed: 44000/minute"}]}`)
	}
	hijack := func(w http.ResponseWriter) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_ = conn.Close()
		}
	}
	for name, c := range map[string]struct {
		bad   func(http.ResponseWriter)
		first func(time.Duration) bool
	}{
		"GHCR's 429": {limit, func(d time.Duration) bool { return d == 880092*time.Nanosecond }},
		"seconds": {func(w http.ResponseWriter) {
			w.Header().Set("Retry-After", "2")
			w.WriteHeader(http.StatusServiceUnavailable)
		}, func(d time.Duration) bool { return d == 2*time.Second }},
		"a date": {func(w http.ResponseWriter) {
			w.Header().Set("Date", "Wed, 01 Jul 2026 12:00:00 GMT")
			w.Header().Set("Retry-After", "Wed, 01 Jul 2026 12:00:03 GMT")
			w.WriteHeader(http.StatusTooManyRequests)
		}, func(d time.Duration) bool { return d == 3*time.Second }},
		"bad gateway": {func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) }, func(d time.Duration) bool { return d >= firstPause && d < 2*firstPause }},
		"timeout":     {func(w http.ResponseWriter) { w.WriteHeader(http.StatusGatewayTimeout) }, func(d time.Duration) bool { return d >= firstPause }},
		"closed":      {hijack, func(d time.Duration) bool { return d >= firstPause }},
		"cut": {func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "short")
		}, func(d time.Duration) bool { return d >= firstPause }},
		"secondary": {func(w http.ResponseWriter) { w.Header().Set("Retry-After", "1"); w.WriteHeader(http.StatusForbidden) }, func(d time.Duration) bool { return d == time.Second }},
		"limit's reset": {func(w http.ResponseWriter) {
			w.Header().Set("X-Ratelimit-Remaining", "0")
			w.Header().Set("X-Ratelimit-Reset", fmt.Sprint(time.Now().Add(3*time.Second).Unix()))
			w.WriteHeader(http.StatusForbidden)
		}, func(d time.Duration) bool { return d > 0 && d <= 3*time.Second }},
	} {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int64
			srv := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if asked.Add(1) <= 2 {
					c.bad(w)
					return
				}
				_, _ = io.WriteString(w, "good")
			})
			s, pauses := newTestStack(t, srv.URL, nil)
			resp, err := send(t, s, http.MethodGet, srv.URL, terms{}, "")
			if err != nil || string(peek(resp)) != "good" {
				t.Fatalf("%v", err)
			}
			if asked.Load() != 3 || len(*pauses) != 2 || !c.first((*pauses)[0]) {
				t.Errorf("%d requests, pauses %v", asked.Load(), *pauses)
			}
			asked.Store(0)
			if resp, err := send(t, s, http.MethodPut, srv.URL, terms{}, "x"); err == nil && resp.StatusCode == http.StatusOK && name != "cut" || asked.Load() != 1 {
				t.Errorf("a write went out %d times: %v", asked.Load(), err)
			}
		})
	}
}

func TestPatienceEnds(t *testing.T) {
	asked := 0
	srv := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	s, pauses := newTestStack(t, srv.URL, nil)
	resp, err := send(t, s, http.MethodGet, srv.URL, terms{}, "")
	if err != nil || asked != 1 || len(*pauses) != 0 {
		t.Fatalf("%d requests, pauses %v, %v", asked, *pauses, err)
	}
	now := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	err = limitedError("ghcr.io", replyOf(resp), now, nil)
	if !errors.Is(err, model.ErrRateLimited) || !strings.Contains(err.Error(), "2026-07-01T13:00:00Z") || model.CureOf(err) == "" {
		t.Errorf("%v, cure %q", err, model.CureOf(err))
	}
	forever := 0
	down := serve(t, func(w http.ResponseWriter, _ *http.Request) { forever++; w.WriteHeader(http.StatusServiceUnavailable) })
	if _, err := send(t, s, http.MethodGet, down.URL, terms{}, ""); err != nil || forever != maxAttempts {
		t.Errorf("%d attempts, %v", forever, err)
	}
}

func TestBodiesAreCapped(t *testing.T) {
	for name, chunked := range map[string]bool{"told": false, "chunked": true} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
				asked++
				if chunked {
					_ = http.NewResponseController(w).Flush()
				}
				_, _ = w.Write(bytes.Repeat([]byte("x"), 101))
			})
			s, _ := newTestStack(t, srv.URL, nil)
			if _, err := send(t, s, http.MethodGet, srv.URL, terms{limit: 100}, ""); !errors.Is(err, model.ErrTooLarge) {
				t.Errorf("101 bytes of 100: %v", err)
			}
			if asked != 1 {
				t.Errorf("it was asked for %d times", asked)
			}
			if resp, err := send(t, s, http.MethodGet, srv.URL, terms{limit: 101}, ""); err != nil || len(peek(resp)) != 101 {
				t.Errorf("101 bytes of 101: %v", err)
			}
			if _, err := send(t, s, http.MethodHead, srv.URL, terms{limit: 10}, ""); err != nil {
				t.Errorf("HEAD of something large: %v", err)
			}
		})
	}
}

func TestDeadlineOfARequest(t *testing.T) {
	release := make(chan struct{})
	asked := make(chan struct{}, 8)
	srv := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	defer close(release)
	s, _ := newTestStack(t, srv.URL, nil)
	_, err := send(t, s, http.MethodGet, srv.URL, terms{deadline: 30 * time.Millisecond}, "")
	mapped := networkError("host", err)
	if !errors.Is(mapped, model.ErrUnreachable) || !strings.Contains(mapped.Error(), "in time") || len(asked) != 1 {
		t.Errorf("%v after %d requests", mapped, len(asked))
	}
	ctx, cancel := context.WithCancel(t.Context())
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, srv.URL, nil)
	done := make(chan error, 1)
	go func() { _, err := s.client(s).Do(req); done <- err }()
	<-asked
	<-asked
	cancel()
	if err := <-done; !errors.Is(networkError("host", err), context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestRequestsToOneHostAreBounded(t *testing.T) {
	var now, most atomic.Int64
	full := make(chan struct{})
	srv := serve(t, func(http.ResponseWriter, *http.Request) {
		n := now.Add(1)
		defer now.Add(-1)
		for {
			m := most.Load()
			if n <= m || most.CompareAndSwap(m, n) {
				break
			}
		}
		if n == hostConcurrency {
			close(full) // all places are taken: nobody else may come in now
		}
		<-full
	})
	s, _ := newTestStack(t, srv.URL, nil)
	var wg sync.WaitGroup
	for range 3 * hostConcurrency {
		wg.Go(func() { _, _ = send(t, s, http.MethodGet, srv.URL, terms{}, "") })
	}
	wg.Wait()
	if most.Load() != hostConcurrency {
		t.Errorf("%d at the same time, want %d", most.Load(), hostConcurrency)
	}
	if s.inFlight.Load() != 0 {
		t.Errorf("%d requests are still counted", s.inFlight.Load())
	}
}

// Nobody is ever asked for more than GitHub's secondary limit allows in any
// minute, and another server's own limit scales it.
func TestPaceIsTheServersLimit(t *testing.T) {
	for _, points := range []int{0, 5, 900, 9000} {
		s, _ := newTestStack(t, "http://127.0.0.1:1", func(o *Options) { o.PointsPerMinute = points })
		limit := float64(points)
		if points == 0 {
			limit = 900
		}
		minute := float64(s.reads.Burst()) + 60*float64(s.reads.Limit())
		if minute > limit || minute < limit/2 {
			t.Errorf("%d points: %g reads in a minute", points, minute)
		}
		if got := 60 * float64(s.mutations.Limit()); math.Abs(got-limit/5) > 1e-6 || s.mutations.Burst() != 1 {
			t.Errorf("%d points: %g mutations a minute, %d at once", points, got, s.mutations.Burst())
		}
	}
}

func TestOnlyGitHubsChangesWaitTheirTurn(t *testing.T) {
	srv := serve(t, func(http.ResponseWriter, *http.Request) {})
	s, _ := newTestStack(t, srv.URL, func(o *Options) { o.API = srv.URL })
	other, _ := newTestStack(t, srv.URL, nil)
	for range 2 {
		_, _ = send(t, s, http.MethodDelete, srv.URL, terms{}, "")
		_, _ = send(t, other, http.MethodPut, srv.URL, terms{}, "x")
	}
	if s.mutations.Tokens() >= 1 {
		t.Error("changes through the API take nothing from the bucket")
	}
	if other.mutations.Tokens() < 1 {
		t.Error("registry writes take from GitHub's bucket")
	}
}
