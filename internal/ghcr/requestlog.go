package ghcr

import (
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// loggedQuery are the query parameters that say what was asked and cannot hold
// a secret. All others, signatures of blob hosts first of all, are left out.
var loggedQuery = []string{"page", "per_page", "n", "last", "state", "scope", "service", "package_type", "status"}

// record writes one line of the request log. Of foreign hosts only the name is
// written: their paths may be secrets of their own.
func (s *stack) record(req *http.Request, resp *http.Response, size int, err error, attempt int, took time.Duration) {
	ctx := req.Context()
	level := slog.LevelInfo
	if err != nil || resp != nil && resp.StatusCode >= 500 {
		level = slog.LevelWarn
	}
	if !s.log.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("method", req.Method),
		slog.String("host", model.Sanitize(req.URL.Host)),
	}
	if o := originOf(req.URL); o == s.api || o == s.registry {
		attrs = append(attrs, slog.String("path", model.Sanitize(req.URL.Path)))
		if q := knownQuery(req.URL); q != "" {
			attrs = append(attrs, slog.String("query", q))
		}
	}
	if attempt > 1 {
		attrs = append(attrs, slog.Int("attempt", attempt))
	}
	if resp != nil {
		attrs = append(attrs, slog.Int("status", resp.StatusCode), slog.Int("bytes", size))
	}
	attrs = append(attrs, slog.Duration("took", took))
	if err != nil {
		attrs = append(attrs, slog.String("error", model.Sanitize(err.Error())))
	}
	s.log.LogAttrs(ctx, level, "request", attrs...)
}

func knownQuery(u *url.URL) string {
	all, kept := u.Query(), url.Values{}
	for _, name := range loggedQuery {
		for _, v := range all[name] {
			kept.Add(name, model.Sanitize(v))
		}
	}
	return kept.Encode()
}
