package ghcrsim

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"time"
)

// hostKind names the three hosts that the simulator stands for.
type hostKind string

const (
	hostAPI      hostKind = "api"
	hostRegistry hostKind = "registry"
	hostBlobs    hostKind = "blobs"
)

// handler serves one request of a caller who has been identified.
type handler func(w http.ResponseWriter, r *http.Request, c caller)

// front stands before each host: admin endpoints pass at once; everything else
// is delayed, perhaps broken by a fault, served and logged.
type front struct {
	s    *Server
	host hostKind
	next handler
}

func (f front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s := f.s
	w.Header().Set("Date", s.World().Now().UTC().Format(http.TimeFormat))
	if f.host == hostAPI && strings.HasPrefix(r.URL.Path, adminPrefix) {
		s.serveAdmin(w, r)
		return
	}
	n, at := s.log.begin(), s.opts.RealNow()
	c := s.identify(f.host, r)
	rec := &recorder{ResponseWriter: w}
	defer func() {
		s.log.end(logEntry{
			N: n, At: at.UTC(), Method: r.Method, Host: r.Host, Path: r.URL.RequestURI(),
			Status: rec.status, Actor: c.actor(),
		})
	}()
	if f.host == hostAPI {
		// Counted from arrival: latency is time in which a request is served.
		c.crowded = !s.rates.enter(c)
		defer s.rates.leave(c)
	}
	fault := s.faults.take(f.match(r))
	if !sleep(r.Context(), time.Duration(s.latency.Load())) {
		return
	}
	if fault != nil {
		s.inject(rec, r, fault, func(w http.ResponseWriter, r *http.Request) { f.next(w, r, c) })
		return
	}
	f.next(rec, r, c)
}

// match describes a request to the fault rules.
func (f front) match(r *http.Request) requestFacts {
	base := map[hostKind]string{hostAPI: f.s.apiURL, hostRegistry: f.s.registryURL, hostBlobs: f.s.blobsURL}[f.host]
	return requestFacts{
		method: r.Method,
		paths:  []string{r.URL.EscapedPath(), r.URL.Path, r.URL.RequestURI()},
		hosts:  []string{string(f.host), r.Host, base, strings.TrimPrefix(base, "http://")},
	}
}

// sleep waits, and reports false where the client went away meanwhile.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// recorder remembers the status for the log.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// held is an answer that has been made but not sent.
type held struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func newHeld(header http.Header) *held { return &held{header: header.Clone()} }

func (h *held) Header() http.Header { return h.header }

func (h *held) WriteHeader(status int) {
	if h.status == 0 {
		h.status = status
	}
}

func (h *held) Write(p []byte) (int, error) {
	h.WriteHeader(http.StatusOK)
	return h.body.Write(p)
}
