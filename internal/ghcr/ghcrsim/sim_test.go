package ghcrsim

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
	"github.com/novotnyllc/caitui/internal/model"
)

// wallClock is a wall clock that tests move.
type wallClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *wallClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *wallClock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// sim is a simulator under test and a client that follows no redirect.
type sim struct {
	*testing.T
	*Server
	info   Info
	wall   *wallClock
	client *http.Client
}

func start(t *testing.T, scenario string) *sim {
	t.Helper()
	wall := &wallClock{now: time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)}
	s, err := Start(context.Background(), Options{Scenario: scenario, RealNow: wall.Now})
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableKeepAlives: true}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &sim{T: t, Server: s, info: s.Info(), wall: wall, client: &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// answer is a whole response.
type answer struct {
	status int
	header http.Header
	body   string
}

// auth forms of the Authorization header.
func bearer(token string) string { return "Bearer " + token }
func direct(token string) string {
	return "Bearer " + base64.StdEncoding.EncodeToString([]byte(token))
}
func basic(token string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte("anybody:"+token))
}

// try sends a request; extra are header names and values in turn.
func (s *sim) try(method, url, auth, body string, extra ...string) (answer, error) {
	s.Helper()
	req, err := http.NewRequestWithContext(s.Context(), method, url, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	if auth != "" {
		req.Header.Set("Authorization", auth)
	}
	for i := 0; i+1 < len(extra); i += 2 {
		req.Header.Add(extra[i], extra[i+1])
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, string(raw)}, err
}

// do is try that must succeed.
func (s *sim) do(method, url, auth, body string, extra ...string) answer {
	s.Helper()
	a, err := s.try(method, url, auth, body, extra...)
	if err != nil {
		s.Fatalf("%s %s: %v", method, url, err)
	}
	return a
}

// want checks a status and a part of the body.
func (s *sim) want(a answer, status int, part string) answer {
	s.Helper()
	if a.status != status || !strings.Contains(a.body, part) {
		s.Errorf("got %d %s\nwant %d with %q", a.status, a.body, status, part)
	}
	return a
}

func (s *sim) api(method, path, auth, body string, extra ...string) answer {
	s.Helper()
	return s.do(method, s.info.API+path, auth, body, extra...)
}

func (s *sim) reg(method, path, auth, body string, extra ...string) answer {
	s.Helper()
	return s.do(method, s.info.Registry+path, auth, body, extra...)
}

func (s *sim) sim(path, body string) answer {
	s.Helper()
	method := http.MethodPost
	if body == "" {
		method = http.MethodGet
	}
	return s.want(s.api(method, "/_sim/"+path, "", body), http.StatusOK, "")
}

// set changes switches by "name", value pairs.
func (s *sim) set(pairs ...any) {
	s.Helper()
	values := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values[pairs[i].(string)] = pairs[i+1]
	}
	raw, err := json.Marshal(values)
	if err != nil {
		s.Fatal(err)
	}
	s.sim("switches", string(raw))
}

func decode[T any](t *testing.T, text string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("decoding %s: %v", text, err)
	}
	return v
}

// The media types in every Accept, and all of them.
var allTypes = []string{"Accept", typeOCIManifest, "Accept", typeOCIIndex + ", " + typeDockerV2, "Accept", typeDockerList}

// image makes a small image in a package, directly in the world, and returns
// its digest. The label makes its bytes unlike those of others.
func (s *sim) image(pkg, label string, tags ...string) model.Digest {
	s.Helper()
	w := s.World()
	config := fmt.Appendf(nil, `{"architecture":"amd64","label":%q}`, label)
	layer := []byte("layer of " + label)
	w.PutBlob(pkg, config)
	w.PutBlob(pkg, layer)
	d := w.PutManifest(pkg, typeOCIManifest, manifest(config, layer), time.Time{})
	for _, tag := range tags {
		if err := w.SetTag(pkg, tag, d, time.Time{}); err != nil {
			s.Fatal(err)
		}
	}
	return d
}

func manifest(config, layer []byte) []byte {
	return fmt.Appendf(nil,
		`{"schemaVersion":2,"mediaType":%q,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":%q,"size":%d},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":%q,"size":%d}]}`,
		typeOCIManifest, model.DigestOf(config), len(config), model.DigestOf(layer), len(layer))
}

// owned starts an otherwise empty simulator with a public and a private
// package of one image each.
func owned(t *testing.T) *sim {
	t.Helper()
	s := start(t, "empty")
	w := s.World()
	w.CreatePackage("pub", world.PackageOptions{Visibility: world.Public, Repository: w.Repository()})
	w.CreatePackage("priv", world.PackageOptions{Visibility: world.Private, Repository: w.Repository()})
	s.image("pub", "one", "v1")
	s.image("priv", "one", "v1")
	return s
}

func equalBytes(t *testing.T, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
