package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/verify"
)

// Bounds of fetching a trusted root.
const (
	rootDeadline = 10 * time.Second
	maxRoot      = 8 << 20
)

// rootSources says where trusted roots come from.
type rootSources struct {
	builtIn bool     // the public good instance's, as it was when caitui was built
	names   []string // files and addresses
	offline bool
	now     func() time.Time
}

// load reads all roots. What was named and cannot be used is an error: a root
// that is silently missing would change verdicts.
func (r rootSources) load(ctx context.Context) (verify.Roots, error) {
	var roots verify.Roots
	if r.builtIn {
		var err error
		if roots, err = verify.PublicGood(); err != nil {
			return roots, err
		}
	}
	for _, name := range r.names {
		more, err := r.one(ctx, name)
		if err != nil {
			return roots, err
		}
		roots = roots.With(more)
	}
	return roots, nil
}

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
	ctx, cancel := context.WithTimeout(ctx, rootDeadline)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, name, nil)
	if err != nil {
		return verify.Roots{}, model.Invalid(fmt.Sprintf("%q is no address", model.Sanitize(name)), "name a file or an https:// address")
	}
	// An address is trusted as it is written: whoever answers there must not
	// send the reader elsewhere.
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return errors.New("it redirects to another address") }}
	resp, err := client.Do(req)
	if err != nil {
		return verify.Roots{}, unreachable("cannot be fetched", err)
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxRoot+1))
	switch {
	case err != nil:
		return verify.Roots{}, unreachable("cannot be read", err)
	case resp.StatusCode != http.StatusOK:
		return verify.Roots{}, unreachable(fmt.Sprintf("cannot be fetched: the server answered %d", resp.StatusCode), nil)
	}
	return verify.ParseRoots(raw, name, r.now().UTC())
}

// lateVerifier reads its roots when something is checked for the first time:
// most of what caitui does needs none of them.
type lateVerifier struct {
	sources rootSources
	mu      sync.Mutex
	ready   *verify.Verifier
}

// verifier is the verifier, or why there is none. That is not remembered: an
// address may answer the next time.
func (l *lateVerifier) verifier(ctx context.Context) (*verify.Verifier, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ready != nil {
		return l.ready, nil
	}
	roots, err := l.sources.load(ctx)
	if err != nil {
		return nil, err
	}
	l.ready = verify.New(roots, runtime.GOMAXPROCS(0))
	return l.ready, nil
}

// Check leaves everything unchecked, with the reason, where no roots can be had.
func (l *lateVerifier) Check(ctx context.Context, items []model.Attestation, p model.Policy, about model.ArtifactDigests) []model.Check {
	v, err := l.verifier(ctx)
	if err != nil {
		out := make([]model.Check, len(items))
		for i := range out {
			out[i] = model.Check{Err: err, LogIndex: -1}
		}
		return out
	}
	return v.Check(ctx, items, p, about)
}

// Roots are those that were read; none before the first check.
func (l *lateVerifier) Roots() []model.TrustRoot {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ready == nil {
		return nil
	}
	return l.ready.Roots()
}

// newVerifier is the verifier of a session. Roots that a verb names replace all
// others.
func (a *app) newVerifier(configured []string) *lateVerifier {
	sources := rootSources{builtIn: true, names: configured, offline: a.offline, now: a.now}
	if len(a.trustedRoots) > 0 {
		sources.builtIn, sources.names = false, a.trustedRoots
	}
	return &lateVerifier{sources: sources}
}
