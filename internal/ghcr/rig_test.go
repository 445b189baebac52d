package ghcr_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr"
	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim"
	"github.com/novotnyllc/caitui/internal/ghcr/journal"
	"github.com/novotnyllc/caitui/internal/ghcr/store"
	"github.com/novotnyllc/caitui/internal/model"
)

// rig is a running simulator and what tests ask of it. Making one takes a
// while under the race detector, so tests share them where they can.
type rig struct {
	*ghcrsim.Server
	ghcrsim.Info
	t    testing.TB
	prod map[string]model.Digest // as seeded
}

func newRig(t testing.TB, scenario string) *rig {
	t.Helper()
	srv, err := ghcrsim.Start(context.Background(), ghcrsim.Options{Scenario: scenario, RealNow: time.Now})
	if err != nil {
		t.Fatalf("starting the simulator: %v", err)
	}
	t.Cleanup(func() { _ = srv.Close() })
	r := &rig{Server: srv, Info: srv.Info(), t: t, prod: make(map[string]model.Digest)}
	for _, p := range srv.World().Packages() {
		r.prod[p.Name], _ = srv.World().Resolve(p.Name, "prod")
	}
	return r
}

// restore puts prod back to where it was seeded and ends all faults.
func (r *rig) restore() {
	r.t.Helper()
	for name, want := range r.prod {
		if now, _ := r.World().Resolve(name, "prod"); now != want {
			if err := r.World().SetTag(name, "prod", want, time.Time{}); err != nil {
				r.t.Fatalf("putting %s:prod back: %v", name, err)
			}
		}
	}
	r.post("faults", []any{})
}

// post calls an admin endpoint.
func (r *rig) post(path string, body any) {
	r.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		r.t.Fatalf("encoding for %s: %v", path, err)
	}
	resp, err := http.Post(r.API+"/_sim/"+path, "application/json", bytes.NewReader(raw))
	if err != nil {
		r.t.Fatalf("POST /_sim/%s: %v", path, err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode >= 300 {
		text, _ := io.ReadAll(resp.Body)
		r.t.Fatalf("POST /_sim/%s: %d %s", path, resp.StatusCode, text)
	}
}

// entry is one line of the simulator's access log.
type entry struct {
	N      int64  `json:"n"`
	Method string `json:"method"`
	Host   string `json:"host"`
	Path   string `json:"path"`
	Status int    `json:"status"`
	Actor  string `json:"actor"`
}

// since returns the requests after number n, in their order.
func (r *rig) since(n int64) []entry {
	r.t.Helper()
	resp, err := http.Get(r.API + "/_sim/log")
	if err != nil {
		r.t.Fatalf("reading the log: %v", err)
	}
	defer func() { _ = resp.Body.Close() }()
	var all, out []entry
	if err := json.NewDecoder(resp.Body).Decode(&all); err != nil {
		r.t.Fatalf("reading the log: %v", err)
	}
	for _, e := range all {
		if e.N > n {
			out = append(out, e)
		}
	}
	return out
}

// mark is the number of the latest request.
func (r *rig) mark() int64 {
	all := r.since(0)
	if len(all) == 0 {
		return 0
	}
	return all[len(all)-1].N
}

// settle waits until the blob host has noted all that the registry sent there: a
// client may have the content before the server has written its line.
func (r *rig) settle() {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		sent, came := 0, 0
		for _, e := range r.since(0) {
			if e.Status == http.StatusTemporaryRedirect {
				sent++
			}
			if r.host(e) == "blobs" {
				came++
			}
		}
		if sent == came {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			r.t.Fatalf("%d were sent to the blob host, %d came", sent, came)
		}
	}
}

// host says which of the three an entry went to.
func (r *rig) host(e entry) string {
	for name, base := range map[string]string{"api": r.API, "registry": r.Registry, "blobs": r.Blobs} {
		if u, _ := url.Parse(base); u.Host == e.Host {
			return name
		}
	}
	return e.Host
}

// options point a service at the simulator with one token for everything.
func (r *rig) options(token string) ghcr.Options {
	layout := model.ContainAI()
	layout.Owner, layout.Repository = r.Owner, r.Repository
	creds := ghcr.Credentials{Token: token, Source: "GITHUB_TOKEN"}
	if token == "" {
		creds = ghcr.Credentials{}
	}
	return ghcr.Options{
		API: r.API, Registry: r.Registry, Layout: layout, OwnerInPath: true,
		APICredentials: creds, RegistryCredentials: creds,
		Now: time.Now, UserAgent: "caitui/test", Actor: "tester", Host: "here",
	}
}

// open makes a service, with a store and a journal of its own where o has none.
func open(t testing.TB, o ghcr.Options) *ghcr.Service {
	t.Helper()
	dir := t.TempDir()
	if o.Store == nil {
		o.Store = openStore(t, dir)
	}
	if o.Journal == nil {
		o.Journal = openJournal(t, dir)
	}
	s, err := ghcr.New(o)
	if err != nil {
		t.Fatalf("making a service: %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func openStore(t testing.TB, dir string) *store.Store {
	t.Helper()
	st, notice, err := store.Open(filepath.Join(dir, "store.db"), time.Now)
	if err != nil || notice != "" {
		t.Fatalf("opening the store: %v %s", err, notice)
	}
	t.Cleanup(func() { _ = st.Close() })
	return st
}

func openJournal(t testing.TB, dir string) *journal.Journal {
	t.Helper()
	j, err := journal.Open(filepath.Join(dir, "journal"), time.Now)
	if err != nil {
		t.Fatalf("opening the journal: %v", err)
	}
	return j
}

func refresh(t testing.TB, s *ghcr.Service) model.Survey {
	t.Helper()
	survey, err := s.Refresh(t.Context())
	if err != nil {
		t.Fatalf("refreshing: %v", err)
	}
	return survey
}

func pkg(t testing.TB, survey model.Survey, name string) model.PackageState {
	t.Helper()
	p, ok := survey.Inventory.Package(name)
	if !ok {
		t.Fatalf("the inventory lacks %s", name)
	}
	return p
}

// logBuffer collects a log that several goroutines write.
type logBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newLog() (*slog.Logger, *logBuffer) {
	b := &logBuffer{}
	return slog.New(slog.NewJSONHandler(b, &slog.HandlerOptions{Level: slog.LevelDebug})), b
}

// optionsOf lets a table change options.
type optionsOf struct{ ghcr.Options }

// notRaced leaves out, under the race detector's short run, a long test that
// takes roads which others take there too. make test plays it.
func notRaced(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("long, and without a road of its own for the race detector to watch")
	}
}
