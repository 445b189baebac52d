package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/cmd/caitui/config"
	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/verify"
)

// maxRoot bounds a file of trusted roots, in bytes.
const maxRoot = 8 << 20

// maxAnchor bounds the root.json of a TUF repository, in bytes; go-tuf takes no
// more of later ones either.
const maxAnchor = 512_000

// rootSources says where trusted roots come from.
type rootSources struct {
	// own is whether those count that nobody names for this run: what is built
	// in, and in its place what was refreshed.
	own     bool
	names   []string // files and addresses
	dir     string   // where what was refreshed is kept
	tuf     []config.TUFRepository
	offline bool
	now     func() time.Time
	log     *slog.Logger // of all requests; nil: none
}

// rootSources are those of the settings. Roots that a verb names replace all
// others.
func (a *app) rootSources(settings config.Settings, log *slog.Logger) rootSources {
	out := rootSources{own: true, names: settings.TrustedRoots, dir: settings.Paths.Roots(), tuf: settings.TUF, offline: a.offline, now: a.now, log: log}
	if len(a.trustedRoots) > 0 {
		out.own, out.names = false, a.trustedRoots
	}
	return out
}

// load reads all roots. What was named or kept and cannot be used is an error: a
// root that is silently missing would change verdicts.
func (r rootSources) load(ctx context.Context) (verify.Roots, error) {
	roots, trust := r.all(ctx)
	for _, u := range trust.Unusable {
		return verify.Roots{}, u.Err
	}
	return roots, nil
}

// all reads what can be read, and says of the rest why it cannot.
func (r rootSources) all(ctx context.Context) (verify.Roots, model.Trust) {
	var roots verify.Roots
	var trust model.Trust
	take := func(name string, more verify.Roots, err error) {
		if err != nil {
			trust.Unusable = append(trust.Unusable, model.TrustUnusable{Source: name, Err: err})
			return
		}
		roots = roots.With(more)
	}
	if r.own {
		for _, s := range r.repositories() {
			got, about, err := r.standing(s)
			trust.Repositories = append(trust.Repositories, about)
			take(s.Name, got, err)
		}
	}
	for _, name := range r.names {
		got, err := r.one(ctx, name)
		take(name, got, err)
	}
	trust.Roots = roots.All()
	return roots, trust
}

// standing is the root that stands for a repository: what was fetched of it, or
// what is built in where that is younger or nothing was fetched.
func (r rootSources) standing(s tufSource) (verify.Roots, model.TrustRepository, error) {
	about := model.TrustRepository{Name: s.Name, URL: s.URL, Target: s.Target, Anchor: model.DigestOf(s.Anchor)}
	if s.err != nil {
		return verify.Roots{}, about, s.err
	}
	kept, err := verify.Kept(s.Source)
	switch {
	case err == nil:
		about = kept.Repository
	case !errors.Is(err, model.ErrNotFound):
		return verify.Roots{}, about, err
	}
	if s.Name == model.InstancePublicGood && (about.Root == "" || s.BuiltIn && about.At.Before(verify.PublicGoodAt())) {
		builtIn, err := verify.PublicGood()
		return builtIn, about, err
	}
	return kept.Roots, about, nil
}

// kept tells two states of what was refreshed apart, without reading it.
func (r rootSources) kept() string {
	if !r.own {
		return ""
	}
	var b strings.Builder
	for _, s := range r.repositories() {
		if info, err := os.Stat(s.KeptFile()); err == nil {
			fmt.Fprintf(&b, "%s %d %d\n", s.Name, info.Size(), info.ModTime().UnixNano())
		}
	}
	return b.String()
}

// tufSource is a TUF repository, or why it cannot be used as configured.
type tufSource struct {
	verify.Source
	err error
}

// repositories are those that are known and those that are configured, each
// name once.
func (r rootSources) repositories() []tufSource {
	var out []tufSource
	for _, s := range verify.Sources() {
		out = append(out, tufSource{Source: s})
	}
	for _, c := range r.tuf {
		i := slices.IndexFunc(out, func(s tufSource) bool { return s.Name == c.Name })
		if i < 0 {
			i = len(out)
			out = append(out, tufSource{Source: verify.Source{Name: c.Name, Target: verify.DefaultTarget}})
		}
		if c.URL != "" {
			out[i].URL = c.URL
		}
		if c.Target != "" {
			out[i].Target = c.Target
		}
		if c.Root != "" {
			out[i].Anchor, out[i].err = readAnchor(c.Root)
			out[i].BuiltIn = false
		}
	}
	for i := range out {
		out[i].Cache = r.dir
		out[i].Fetch = func(ctx context.Context, address string, limit int64) ([]byte, error) {
			return r.fetch(ctx, address, limit, maxHops)
		}
	}
	return out
}

// fetch gets a file of the network, and writes a line of the request log. All of
// its address but a query may be told: it is configured, and not a secret.
func (r rootSources) fetch(ctx context.Context, address string, limit int64, hops int) ([]byte, error) {
	from := r.now()
	raw, err := publicFile(ctx, address, limit, hops)
	if r.log != nil {
		attrs := []slog.Attr{slog.String("method", http.MethodGet), slog.Int("bytes", len(raw)), slog.Duration("took", r.now().Sub(from))}
		if u, parseErr := url.Parse(address); parseErr == nil {
			attrs = append(attrs, slog.String("host", model.Sanitize(u.Host)), slog.String("path", model.Sanitize(u.EscapedPath())))
		}
		level := slog.LevelInfo
		if err != nil {
			level = slog.LevelWarn
			attrs = append(attrs, slog.String("error", model.CodeOf(err)))
		}
		r.log.LogAttrs(ctx, level, "request", attrs...)
	}
	return raw, err
}

// readAnchor reads what everything of a TUF repository must follow from.
func readAnchor(name string) ([]byte, error) {
	failed := func(cause error) error {
		return &model.Error{Kind: model.ErrInvalid, Message: "the root.json of a TUF repository cannot be read", Cause: cause,
			Cure: "check root in verification.tuf of the configuration; relative names count from the configuration file"}
	}
	f, err := os.Open(name) //nolint:gosec // the file that the person named
	if err != nil {
		return nil, failed(err)
	}
	defer func() { _ = f.Close() }()
	raw, err := io.ReadAll(io.LimitReader(f, maxAnchor+1))
	if err == nil && len(raw) > maxAnchor {
		err = fmt.Errorf("%s is larger than %d bytes", name, maxAnchor)
	}
	if err == nil && len(raw) == 0 {
		err = fmt.Errorf("%s is empty", name)
	}
	if err != nil {
		return nil, failed(err)
	}
	return raw, nil
}

// one reads the roots of a file or an address.
func (r rootSources) one(ctx context.Context, name string) (verify.Roots, error) {
	if !strings.Contains(name, "://") {
		return verify.ReadRoots(name)
	}
	unreachable := func(why string, cause error) error {
		return &model.Error{Kind: model.ErrUnreachable, Message: fmt.Sprintf("the trusted root of %s %s", model.Sanitize(name), why), Cause: cause,
			Cure: "name a file with --trusted-root"}
	}
	if r.offline {
		return verify.Roots{}, unreachable("cannot be fetched offline", nil)
	}
	// An address is trusted as it is written: whoever answers there must not
	// send the reader elsewhere.
	raw, err := r.fetch(ctx, name, maxRoot, 0)
	if err != nil {
		return verify.Roots{}, unreachable("cannot be fetched", err)
	}
	return verify.ParseRoots(raw, name, r.now().UTC())
}
