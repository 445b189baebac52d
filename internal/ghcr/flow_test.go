package ghcr

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// layerRig is a registry whose one blob is answered by serve, on a host of its
// own, with an address that is a secret.
func layerRig(t *testing.T, content http.HandlerFunc) (*registry, *stack, *atomic.Value) {
	t.Helper()
	var leaked atomic.Value
	far := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if v := r.Header.Get("Authorization"); v != "" {
			leaked.Store(v)
		}
		content(w, r)
	})
	home := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		http.Redirect(w, r, far.URL+"/stored?sig=secret", http.StatusTemporaryRedirect)
	})
	base, err := url.Parse(home.URL)
	if err != nil {
		t.Fatal(err)
	}
	creds := Credentials{Login: "alice", Token: "ghp_secret", Source: "test"}
	s, _ := newTestStack(t, home.URL, nil)
	o := Options{Registry: home.URL, RegistryCredentials: creds, Now: time.Now}
	r, err := newRegistry(o, base, s.client(s))
	if err != nil {
		t.Fatal(err)
	}
	return r, s, &leaked
}

func describe(content string) model.Descriptor {
	return model.Descriptor{MediaType: "application/octet-stream", Digest: model.DigestOf([]byte(content)), Size: int64(len(content))}
}

func TestLayerFlowsWithoutTheCredential(t *testing.T) {
	const content = "0123456789"
	more := make(chan struct{})
	r, s, leaked := layerRig(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, content[:5])
		_ = http.NewResponseController(w).Flush()
		<-more // the first half must have arrived for the second to be sent
		_, _ = io.WriteString(w, content[5:])
	})
	body, err := r.layer(t.Context(), "tool", describe(content))
	if err != nil {
		t.Fatalf("opening: %v", err)
	}
	half := make([]byte, 5)
	if _, err := io.ReadFull(body, half); err != nil || string(half) != content[:5] {
		t.Fatalf("the first half: %q, %v", half, err)
	}
	if n := s.inFlight.Load(); n != 1 {
		t.Errorf("%d requests under way, want 1", n)
	}
	close(more)
	rest, err := io.ReadAll(body)
	if err != nil || string(rest) != content[5:] {
		t.Errorf("the second half: %q, %v", rest, err)
	}
	_ = body.Close()
	_ = body.Close() // closing twice gives back one place
	if n := s.inFlight.Load(); n != 0 {
		t.Errorf("%d requests under way, want none", n)
	}
	if v := leaked.Load(); v != nil {
		t.Errorf("the blob host got %v", v)
	}
}

func TestLayerIsWhatItsDescriptorSays(t *testing.T) {
	for name, c := range map[string]struct {
		sent, asked string
		chunked     bool
		kind        error
	}{
		"right":           {"0123456789", "0123456789", false, nil},
		"nothing":         {"", "", false, nil},
		"other":           {"9876543210", "0123456789", false, model.ErrMalformed},
		"short":           {"012345678", "0123456789", false, model.ErrMalformed},
		"long":            {"01234567890", "0123456789", false, model.ErrMalformed},
		"short, unsaid":   {"012345678", "0123456789", true, model.ErrUnreachable},
		"long, unsaid":    {"01234567890", "0123456789", true, model.ErrMalformed},
		"right, unsaid":   {"0123456789", "0123456789", true, nil},
		"nothing, unsaid": {"", "0", true, model.ErrUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			r, s, _ := layerRig(t, func(w http.ResponseWriter, _ *http.Request) {
				if c.chunked {
					_ = http.NewResponseController(w).Flush()
				}
				_, _ = io.WriteString(w, c.sent)
			})
			body, err := r.layer(t.Context(), "tool", describe(c.asked))
			if err == nil {
				var got []byte
				got, err = io.ReadAll(body)
				_ = body.Close()
				if err == nil && string(got) != c.asked {
					t.Errorf("got %q", got)
				}
			}
			if !errors.Is(err, c.kind) {
				t.Errorf("told as: %v", err)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("a signed address is told: %v", err)
			}
			if n := s.inFlight.Load(); n != 0 {
				t.Errorf("%d requests still under way", n)
			}
		})
	}
}

// A server that stops sending is given up after the deadline; one that sends
// slowly is not, however long the whole takes.
func TestFlowEndsWhereNothingComes(t *testing.T) {
	const idle = 20 * time.Second
	for name, stall := range map[string]bool{"stalls": true, "is slow": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { flowsBehind(t, idle, stall) })
		})
	}
}

// flowsBehind lets a body come in pieces that are each in time, all of them
// together later than that; or not to its end. The time is the bubble's, so a busy
// machine is not slow.
func flowsBehind(t *testing.T, idle time.Duration, stall bool) {
	s, _ := newTestStack(t, "http://127.0.0.1:1", nil)
	s.base = transportFunc(func(r *http.Request) (*http.Response, error) {
		from, to := io.Pipe()
		context.AfterFunc(r.Context(), func() { _ = to.CloseWithError(r.Context().Err()) })
		go func() {
			for i := range 12 {
				_, _ = io.WriteString(to, "x")
				if stall && i == 2 {
					return
				}
				time.Sleep(idle / 5)
			}
			_ = to.Close()
		}()
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: from, Request: r}, nil
	})
	began := time.Now()
	resp, err := send(t, s, http.MethodGet, "http://127.0.0.1:1", terms{flow: true, deadline: idle}, "")
	if err != nil {
		t.Fatalf("sending: %v", err)
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	took := time.Since(began)
	if stall && (!errors.Is(err, context.DeadlineExceeded) || took != idle+2*idle/5) {
		t.Errorf("told as: %v, after %s", err, took)
	}
	if !stall && (err != nil || len(body) != 12 || took <= idle) {
		t.Errorf("%d bytes, %v, after %s", len(body), err, took)
	}
	if n := s.inFlight.Load(); n != 0 {
		t.Errorf("%d requests still under way", n)
	}
}

func TestFlowIsRepeatedBeforeItBegins(t *testing.T) {
	asked := 0
	srv := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if asked++; asked < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		_, _ = io.WriteString(w, "here")
	})
	s, pauses := newTestStack(t, srv.URL, nil)
	resp, err := send(t, s, http.MethodGet, srv.URL, terms{flow: true}, "")
	if err != nil {
		t.Fatalf("sending: %v", err)
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil || string(body) != "here" || len(*pauses) != 2 || s.inFlight.Load() != 0 {
		t.Errorf("%q, %v after %d pauses, %d under way", body, err, len(*pauses), s.inFlight.Load())
	}
}

// Limits hold before anything is fetched.
func TestPullLimits(t *testing.T) {
	limits := pullLimits{file: 10, total: 25, files: 3, depth: 2}
	d := model.DigestOf([]byte("whole"))
	item := func(size int64) pullItem {
		return pullItem{about: "x", file: model.PulledFile{Digest: d, Size: size}}
	}
	for name, c := range map[string]struct {
		items []pullItem
		kind  error
	}{
		"fits":     {[]pullItem{item(10), item(10), item(5)}, nil},
		"file":     {[]pullItem{item(11)}, model.ErrTooLarge},
		"total":    {[]pullItem{item(10), item(10), item(6)}, model.ErrTooLarge},
		"negative": {[]pullItem{item(-1)}, model.ErrMalformed},
	} {
		if err := limits.check(d, c.items); !errors.Is(err, c.kind) || errors.Is(c.kind, model.ErrTooLarge) && model.CureOf(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	layer := model.Descriptor{Digest: d, Size: 1}
	many := &model.Manifest{Digest: d, Layers: []model.Descriptor{layer, layer, layer, layer}}
	if _, err := artifactItems(limits, many); !errors.Is(err, model.ErrTooLarge) {
		t.Errorf("too many layers: %v", err)
	}
}
