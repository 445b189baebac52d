package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
)

// A public file is bounded in size and in redirections, and each way to fail is
// told from the others.
func TestPublicFile(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/file", func(w http.ResponseWriter, req *http.Request) {
		if req.Header.Get("Authorization") != "" || !strings.HasPrefix(req.UserAgent(), "caitui/") {
			t.Errorf("headers %v", req.Header)
		}
		_, _ = w.Write([]byte("12345678"))
	})
	for path, to := range map[string]string{"/1": "/file", "/2": "/1", "/3": "/2", "/4": "/3", "/loop": "/loop", "/away": "ftp://x/file"} {
		mux.Handle(path, http.RedirectHandler(to, http.StatusFound))
	}
	for path, status := range map[string]int{"/gone": 410, "/denied": 403, "/slowly": 429, "/broken": 503} {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
	}
	mux.HandleFunc("/cut", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = w.Write([]byte("short"))
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	for _, c := range []struct {
		path  string
		limit int64
		hops  int
		want  error
	}{
		{"/file", 8, 0, nil},
		{"/file", 7, 0, model.ErrTooLarge},
		{"/3", 8, maxHops, nil},
		{"/4", 8, maxHops, model.ErrUnreachable},
		{"/1", 8, 0, model.ErrUnreachable},
		{"/loop", 8, maxHops, model.ErrUnreachable},
		{"/away", 8, maxHops, model.ErrUnreachable},
		{"/nothing", 8, 0, model.ErrNotFound},
		{"/gone", 8, 0, model.ErrNotFound},
		{"/denied", 8, 0, model.ErrForbidden},
		{"/slowly", 8, 0, model.ErrRateLimited},
		{"/broken", 8, 0, model.ErrUnreachable},
		{"/cut", 1000, 0, model.ErrUnreachable},
	} {
		raw, err := publicFile(t.Context(), server.URL+c.path, c.limit, c.hops)
		if !errors.Is(err, c.want) || (err == nil) != (string(raw) == "12345678") {
			t.Errorf("%s: %q, %v", c.path, raw, err)
		}
	}
}
