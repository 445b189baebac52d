package ghcr

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/store"
)

// conditional asks with the store's validators and turns a 304 back into the
// answer it stands for, so that clients need not know. GitHub does not count a
// 304 against the primary limit.
type conditional struct {
	next  http.RoundTripper
	store Store
	log   *slog.Logger
}

// keptHeaders are what clients read of an answer beside its body.
var keptHeaders = []string{"Link", "Content-Type"}

// RoundTrip implements http.RoundTripper.
func (c *conditional) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	if req.Method != http.MethodGet || !termsOf(ctx).conditional {
		return c.next.RoundTrip(req)
	}
	key := req.URL.String()
	kept, ok, err := c.store.Validator(ctx, key)
	if err != nil {
		c.log.WarnContext(ctx, "reading a validator", "error", err)
	}
	ok = ok && err == nil && (kept.ETag != "" || kept.LastModified != "")
	if ok {
		req = req.Clone(ctx)
		if kept.ETag != "" {
			req.Header.Set("If-None-Match", kept.ETag)
		} else {
			req.Header.Set("If-Modified-Since", kept.LastModified)
		}
	}
	resp, err := c.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	switch {
	case resp.StatusCode == http.StatusNotModified && ok:
		return revive(resp, kept), nil
	case resp.StatusCode == http.StatusOK:
		c.keep(req, key, resp)
	}
	return resp, nil
}

// revive is the kept answer with the fresh one's headers.
func revive(resp *http.Response, kept store.Validator) *http.Response {
	out := *resp
	out.Header = resp.Header.Clone()
	for name, value := range kept.Header {
		if out.Header.Get(name) == "" {
			out.Header.Set(name, value)
		}
	}
	out.StatusCode, out.Status = http.StatusOK, "200 OK"
	out.Body = io.NopCloser(bytes.NewReader(kept.Body))
	out.ContentLength = int64(len(kept.Body))
	return &out
}

func (c *conditional) keep(req *http.Request, key string, resp *http.Response) {
	v := store.Validator{ETag: resp.Header.Get("ETag"), LastModified: resp.Header.Get("Last-Modified"), Body: peek(resp)}
	if v.ETag == "" && !isDate(v.LastModified) {
		return
	}
	v.Header = make(map[string]string)
	for _, name := range keptHeaders {
		if value := resp.Header.Get(name); value != "" {
			v.Header[name] = value
		}
	}
	if err := c.store.PutValidator(req.Context(), key, v); err != nil {
		c.log.WarnContext(req.Context(), "keeping a validator", "error", err)
	}
}

func isDate(s string) bool {
	t, err := http.ParseTime(s)
	return err == nil && t.After(time.Unix(0, 0))
}
