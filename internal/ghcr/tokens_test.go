package ghcr

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// tokenServer is a registry with a token endpoint that notes what it is asked.
type tokenServer struct {
	*httptest.Server
	mu     sync.Mutex
	tokens []*http.Request
	reads  []*http.Request
	// grant decides about a token request: its status and extra fields.
	grant func(r *http.Request) (int, map[string]any)
	// allow decides about a registry request.
	allow     func(r *http.Request) bool
	challenge string
}

func newTokenServer(t *testing.T) *tokenServer {
	t.Helper()
	s := &tokenServer{
		grant: func(*http.Request) (int, map[string]any) { return http.StatusOK, nil },
		allow: func(r *http.Request) bool { return strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ") },
	}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if r.URL.Path == "/token" {
			s.tokens = append(s.tokens, r)
			status, extra := s.grant(r)
			w.WriteHeader(status)
			if status == http.StatusOK {
				doc := map[string]any{"token": fmt.Sprintf("t%d", len(s.tokens))}
				for k, v := range extra {
					doc[k] = v
				}
				_ = json.NewEncoder(w).Encode(doc)
				return
			}
			_, _ = io.WriteString(w, `{"errors":[{"code":"DENIED","message":"denied"}]}`)
			return
		}
		s.reads = append(s.reads, r)
		if !s.allow(r) {
			if s.challenge != "" {
				w.Header().Set("WWW-Authenticate", strings.ReplaceAll(s.challenge, "BASE", s.URL))
			}
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Docker-Content-Digest", "sha256:"+strings.Repeat("a", 64))
	}))
	t.Cleanup(s.Close)
	return s
}

// registryAt is a registry client with credentials; github says whether the
// token endpoint is known beforehand.
func registryAt(t *testing.T, base string, github bool, creds Credentials, now func() time.Time) *registry {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Registry: base, RegistryCredentials: creds, Now: now}
	if github {
		o.API = base
	}
	s, _ := newTestStack(t, base, func(so *Options) { so.Now = now })
	r, err := newRegistry(o, u, s.client(s))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var somebody = Credentials{Login: "me", Token: "secret", Source: "gh"}

func TestTokensAreSharedAndExpire(t *testing.T) {
	srv := newTokenServer(t)
	now := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	r := registryAt(t, srv.URL, true, somebody, func() time.Time { return now })
	r.tokens.warm(t.Context(), []string{"a", "b", "c"}, pull)
	for _, pkg := range []string{"a", "b", "c", "a"} {
		if _, err := r.head(t.Context(), pkg, "prod"); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(srv.tokens); n != 1 || len(srv.tokens[0].URL.Query()["scope"]) != 3 {
		t.Fatalf("%d token requests", n)
	}
	if login, token, ok := srv.tokens[0].BasicAuth(); !ok || login != "me" || token != "secret" {
		t.Errorf("the token endpoint got %s %s", login, token)
	}
	for _, read := range srv.reads {
		if read.Header.Get("Authorization") != "Bearer t1" {
			t.Errorf("%s carries %s", read.URL, read.Header.Get("Authorization"))
		}
	}
	now = now.Add(49 * time.Second)
	_, _ = r.head(t.Context(), "a", "prod")
	if len(srv.tokens) != 1 {
		t.Error("a token was thrown away too early")
	}
	now = now.Add(2 * time.Second) // 60 s by default, less 10 s of skew
	_, _ = r.head(t.Context(), "a", "prod")
	if len(srv.tokens) != 2 {
		t.Error("a token about to expire was used")
	}
}

func TestTokenLifetimeAsTold(t *testing.T) {
	srv := newTokenServer(t)
	srv.grant = func(*http.Request) (int, map[string]any) { return 200, map[string]any{"expires_in": 300} }
	now := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	r := registryAt(t, srv.URL, true, Credentials{}, func() time.Time { return now })
	for range 2 {
		_, _ = r.head(t.Context(), "a", "prod")
		now = now.Add(280 * time.Second)
	}
	if len(srv.tokens) != 1 {
		t.Errorf("%d token requests in 280 s of 300", len(srv.tokens))
	}
	if srv.tokens[0].Header.Get("Authorization") != "" {
		t.Error("an anonymous request carries a credential")
	}
}

// An endpoint that does not take several repositories is asked for each, and
// not for all again.
func TestTokensOneByOne(t *testing.T) {
	srv := newTokenServer(t)
	srv.grant = func(r *http.Request) (int, map[string]any) {
		scopes := r.URL.Query()["scope"]
		if len(scopes) > 1 || strings.Contains(scopes[0], "private") {
			return http.StatusForbidden, nil
		}
		return http.StatusOK, nil
	}
	r := registryAt(t, srv.URL, true, Credentials{}, time.Now)
	r.tokens.warm(t.Context(), []string{"a", "b", "private"}, pull)
	asked := len(srv.tokens)
	for _, pkg := range []string{"a", "b"} {
		if _, err := r.head(t.Context(), pkg, "prod"); err != nil {
			t.Error(err)
		}
	}
	for range 3 {
		if _, err := r.head(t.Context(), "private", "prod"); !errors.Is(err, model.ErrUnauthorized) {
			t.Errorf("private: %v", err)
		}
	}
	if asked != 4 || len(srv.tokens) != asked {
		t.Errorf("%d and then %d token requests", asked, len(srv.tokens))
	}
}

// A token for many repositories that turns out not to hold for one of them.
func TestSharedTokenThatIsTooNarrow(t *testing.T) {
	srv := newTokenServer(t)
	srv.allow = func(r *http.Request) bool {
		return r.Header.Get("Authorization") != "Bearer t1" || strings.Contains(r.URL.Path, "/a/")
	}
	r := registryAt(t, srv.URL, true, somebody, time.Now)
	r.tokens.warm(t.Context(), []string{"a", "b"}, pull)
	for _, pkg := range []string{"a", "b", "b"} {
		if _, err := r.head(t.Context(), pkg, "prod"); err != nil {
			t.Errorf("%s: %v", pkg, err)
		}
	}
	if len(srv.tokens) != 2 || len(srv.reads) != 4 {
		t.Errorf("%d token requests, %d reads", len(srv.tokens), len(srv.reads))
	}
}

func TestStaleCredential(t *testing.T) {
	srv := newTokenServer(t)
	srv.grant = func(r *http.Request) (int, map[string]any) {
		if _, _, ok := r.BasicAuth(); ok {
			return http.StatusForbidden, nil
		}
		return http.StatusOK, nil
	}
	r := registryAt(t, srv.URL, true, somebody, time.Now)
	if _, err := r.head(t.Context(), "a", "prod"); err != nil || !r.tokens.isStale() {
		t.Errorf("reading: %v, stale %v", err, r.tokens.isStale())
	}
	_, err := r.mayPush(t.Context(), "a")
	if !errors.Is(err, model.ErrForbidden) || !strings.Contains(err.Error(), "credential from gh") || !strings.Contains(model.CureOf(err), "renew") {
		t.Errorf("writing: %v, cure %q", err, model.CureOf(err))
	}
	for _, read := range srv.reads {
		if read.Method != http.MethodHead {
			t.Errorf("%s was sent without a right to it", read.Method)
		}
	}
}

func TestChallengeIsLearned(t *testing.T) {
	for name, c := range map[string]struct {
		challenge string
		creds     Credentials
		auth      string // of the request that succeeds
		tokens    int
	}{
		"bearer":           {`Bearer realm="BASE/token",service="x"`, somebody, "Bearer t1", 1},
		"bearer, relative": {`Bearer realm="/token"`, Credentials{}, "Bearer t1", 1},
		"basic":            {`Basic realm="x"`, somebody, "Basic bWU6c2VjcmV0", 0},
	} {
		t.Run(name, func(t *testing.T) {
			srv := newTokenServer(t)
			srv.challenge = c.challenge
			srv.allow = func(r *http.Request) bool { return r.Header.Get("Authorization") == c.auth }
			r := registryAt(t, srv.URL, false, c.creds, time.Now)
			for range 2 {
				if _, err := r.head(t.Context(), "a", "prod"); err != nil {
					t.Fatal(err)
				}
			}
			if len(srv.reads) != 3 || srv.reads[0].Header.Get("Authorization") != "" || len(srv.tokens) != c.tokens {
				t.Errorf("%d reads, %d token requests", len(srv.reads), len(srv.tokens))
			}
		})
	}
}

// A challenge must not be able to send the credential to a stranger.
func TestRealmElsewhereGetsNoSecret(t *testing.T) {
	stranger := newTokenServer(t)
	srv := newTokenServer(t)
	srv.challenge = `Bearer realm="` + stranger.URL + `/token"`
	r := registryAt(t, srv.URL, false, somebody, time.Now)
	if _, err := r.head(t.Context(), "a", "prod"); err != nil {
		t.Fatal(err)
	}
	if len(stranger.tokens) != 1 || stranger.tokens[0].Header.Get("Authorization") != "" {
		t.Errorf("the stranger got %v", stranger.tokens)
	}
}

// A plain registry beside GitHub's API has no token endpoint at /token.
func TestGuessedTokenEndpointIsGivenUp(t *testing.T) {
	srv := newTokenServer(t)
	srv.grant = func(*http.Request) (int, map[string]any) { return http.StatusNotFound, nil }
	srv.allow = func(*http.Request) bool { return true }
	r := registryAt(t, srv.URL, true, somebody, time.Now)
	r.tokens.warm(t.Context(), []string{"a", "b"}, pull)
	for _, pkg := range []string{"a", "b"} {
		if _, err := r.head(t.Context(), pkg, "prod"); err != nil {
			t.Errorf("%s: %v", pkg, err)
		}
	}
	for _, read := range srv.reads {
		if read.Header.Get("Authorization") != "" {
			t.Error("a registry that asked for nothing got a credential")
		}
	}
}

func TestUnusableTokens(t *testing.T) {
	for name, extra := range map[string]map[string]any{
		"none": {"token": ""}, "with a line break": {"token": "a\r\nX-Evil: 1"}, "not text": {"token": 7},
	} {
		srv := newTokenServer(t)
		srv.grant = func(*http.Request) (int, map[string]any) { return 200, extra }
		r := registryAt(t, srv.URL, true, Credentials{}, time.Now)
		if _, err := r.head(t.Context(), "a", "prod"); !errors.Is(err, model.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
