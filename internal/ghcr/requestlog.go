package ghcr

import (
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// loggedQuery are the query parameters that say what was asked and cannot hold
// a secret. All others, signatures of blob hosts first of all, are left out.
var loggedQuery = []string{"page", "per_page", "n", "last", "state", "scope", "service", "package_type", "status"}

// longestLogged bounds each text of the log, in bytes: addresses and errors
// come in part from servers.
const longestLogged = 2 << 10

// record keeps one request for a person to look at, and writes a line of the
// request log. Of foreign hosts only the name is kept: their paths may be
// secrets of their own.
func (s *stack) record(req *http.Request, resp *http.Response, size int, err error, attempt int, took time.Duration) {
	q := s.requestOf(req, resp, size, err, attempt, took)
	s.sent.add(q)
	ctx := req.Context()
	level := slog.LevelInfo
	if err != nil || resp != nil && resp.StatusCode >= 500 {
		level = slog.LevelWarn
	}
	if !s.log.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{slog.String("method", q.Method), slog.String("host", q.Host)}
	if q.Path != "" {
		attrs = append(attrs, slog.String("path", q.Path))
	}
	if q.Query != "" {
		attrs = append(attrs, slog.String("query", q.Query))
	}
	if attempt > 1 {
		attrs = append(attrs, slog.Int("attempt", attempt))
	}
	if resp != nil {
		attrs = append(attrs, slog.Int("status", q.Status), slog.Int("bytes", q.Bytes))
	}
	attrs = append(attrs, slog.Duration("took", took))
	if q.Err != "" {
		attrs = append(attrs, slog.String("error", q.Err))
	}
	s.log.LogAttrs(ctx, level, "request", attrs...)
}

// requestOf is a request as far as it may be told.
func (s *stack) requestOf(req *http.Request, resp *http.Response, size int, err error, attempt int, took time.Duration) model.Request {
	u := req.URL
	q := model.Request{
		At: s.now().Add(-took), Method: req.Method, Host: logged(u.Host), Plain: u.Scheme == "http", Attempt: attempt, Took: took,
	}
	switch originOf(u) {
	case s.registry:
		q.To = model.ToRegistry
	case s.api:
		q.To = model.ToAPI
	}
	if q.To != model.ToElsewhere {
		q.Path = logged(u.EscapedPath())
		q.Query, q.Withheld = knownQuery(u)
	}
	if resp != nil {
		q.Status, q.Bytes = resp.StatusCode, size
		if d, bad := model.ParseDigest(resp.Header.Get("Docker-Content-Digest")); bad == nil && req.Method == http.MethodPut {
			q.Digest = d
		}
	}
	if err != nil {
		q.Err = logged(err.Error())
	}
	return q
}

// logged is text for the log: nothing in it acts on a terminal, and it ends.
func logged(text string) string {
	if len(text) > longestLogged {
		text = text[:longestLogged] + "…"
	}
	return model.Sanitize(text)
}

// knownQuery is the query as far as it may be told, and whether that is not
// all of it.
func knownQuery(u *url.URL) (query string, withheld bool) {
	kept := url.Values{}
	for name, values := range u.Query() {
		if !slices.Contains(loggedQuery, name) {
			withheld = true
			continue
		}
		for _, v := range values {
			kept.Add(name, logged(v))
		}
	}
	return kept.Encode(), withheld
}
