package main

import (
	"context"
	"log/slog"
	"runtime"
	"sync"

	"github.com/novotnyllc/caitui/cmd/caitui/config"
	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/verify"
)

// lateVerifier reads its roots when something is checked for the first time:
// most of what caitui does needs none of them. It reads them anew once others
// were fetched, by this process or another one.
type lateVerifier struct {
	sources rootSources
	mu      sync.Mutex
	ready   *verify.Verifier
	kept    string // what rootSources.kept said when ready was made
}

// verifier is the verifier, or why there is none. That is not remembered: an
// address may answer the next time.
func (l *lateVerifier) verifier(ctx context.Context) (*verify.Verifier, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	kept := l.sources.kept()
	if l.ready != nil && l.kept == kept {
		return l.ready, nil
	}
	roots, err := l.sources.load(ctx)
	if err != nil {
		return nil, err
	}
	l.ready, l.kept = verify.New(roots, runtime.GOMAXPROCS(0)), kept
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

// newVerifier is the verifier of a session.
func (a *app) newVerifier(settings config.Settings, log *slog.Logger) *lateVerifier {
	return &lateVerifier{sources: a.rootSources(settings, log)}
}
