package ghcr

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestSightings(t *testing.T) {
	answer := func(remaining, reset string, more ...string) *http.Response {
		h := http.Header{}
		h.Set("X-Ratelimit-Limit", "5000")
		h.Set("X-Ratelimit-Remaining", remaining)
		h.Set("X-Ratelimit-Reset", reset)
		for i := 0; i+1 < len(more); i += 2 {
			h.Set(more[i], more[i+1])
		}
		return &http.Response{Header: h}
	}
	now := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	s := &sightings{}
	s.note(answer("10", "2000"), true, now)
	s.note(answer("12", "2000"), true, now) // an older answer that comes late
	s.note(answer("4999", "1000"), true, now)
	s.note(answer("3", "2000", "X-Ratelimit-Resource", "search"), true, now)
	s.note(answer("1", "2000"), false, now) // not GitHub's
	if got := s.limit(); got.Remaining != 10 || got.Limit != 5000 || got.Reset.Unix() != 2000 {
		t.Errorf("within the window: %+v", got)
	}
	s.note(answer("4998", "5600", "Date", "Wed, 01 Jul 2026 12:05:00 GMT", "X-OAuth-Scopes", "repo, read:packages"), true, now)
	if got := s.limit(); got.Remaining != 4998 {
		t.Errorf("in the next window: %+v", got)
	}
	at, skew := s.clock(now)
	if skew != 5*time.Minute || !at.Equal(now.Add(5*time.Minute)) {
		t.Errorf("clock %v, skew %v", at, skew)
	}
	if scopes, told := s.tokenScopes(); !told || strings.Join(scopes, "|") != "repo|read:packages" {
		t.Errorf("scopes %v %v", scopes, told)
	}
}

func TestConditionalRequests(t *testing.T) {
	etag, body, asked, unchanged := `"1"`, "one", 0, 0
	srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked++
		w.Header().Set("ETag", etag)
		w.Header().Set("X-Ratelimit-Remaining", "7")
		if r.Header.Get("If-None-Match") == etag {
			unchanged++
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Link", `<x>; rel="next"`)
		_, _ = io.WriteString(w, body)
	})
	s, _ := newTestStack(t, srv.URL, nil)
	c := &conditional{next: s, store: newMemory(), log: slog.New(slog.DiscardHandler)}
	get := func(te terms) *http.Response {
		req, _ := http.NewRequestWithContext(withTerms(t.Context(), te), http.MethodGet, srv.URL, nil)
		resp, err := c.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		return resp
	}
	for i := range 3 {
		resp := get(terms{conditional: true})
		if resp.StatusCode != http.StatusOK || string(peek(resp)) != "one" || resp.Header.Get("Link") == "" || resp.Header.Get("X-Ratelimit-Remaining") != "7" {
			t.Errorf("pass %d: %d %q %v", i, resp.StatusCode, peek(resp), resp.Header)
		}
	}
	if asked != 3 || unchanged != 2 {
		t.Errorf("%d requests, %d unchanged", asked, unchanged)
	}
	etag, body = `"2"`, "two"
	if resp := get(terms{conditional: true}); string(peek(resp)) != "two" {
		t.Errorf("after a change: %q", peek(resp))
	}
	get(terms{})
	if unchanged != 2 {
		t.Error("a request that should not be conditional was")
	}
}

func TestLogTellsWithoutSecrets(t *testing.T) {
	blobs := serve(t, func(http.ResponseWriter, *http.Request) {})
	srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/blob" {
			http.Redirect(w, r, blobs.URL+"/secret-path?sig=secret-signature", http.StatusTemporaryRedirect)
		}
	})
	var out bytes.Buffer
	s, _ := newTestStack(t, srv.URL, func(o *Options) { o.Log = slog.New(slog.NewTextHandler(&out, nil)) })
	u, _ := url.Parse(srv.URL)
	te := terms{auth: authorization{originOf(u), "Bearer secret-token"}}
	_, _ = send(t, s, http.MethodGet, srv.URL+"/blob?scope=x&code=secret-code", te, "")
	_, _ = send(t, s, http.MethodGet, "http://127.0.0.1:1/secret-path?sig=secret-signature", te, "")
	got := out.String()
	if !strings.Contains(got, "path=/blob") || !strings.Contains(got, "scope=x") || strings.Count(got, "request") < 3 {
		t.Errorf("the log tells too little:\n%s", got)
	}
	if strings.Contains(got, "secret") {
		t.Errorf("the log tells a secret:\n%s", got)
	}
}
