package ghcr

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/singleflight"

	"github.com/novotnyllc/caitui/internal/model"
)

// Times of registry tokens.
const (
	// defaultLifetime is Docker's default where expires_in is absent, as on GHCR.
	defaultLifetime = 60 * time.Second
	// lifetimeSkew is given up at the end, so that a token that is about to be
	// sent does not expire on the way.
	lifetimeSkew = 10 * time.Second
	// refusalLifetime is how long a refusal is believed, so that the many
	// requests of one refresh ask once.
	refusalLifetime = 3 * time.Second
)

// rights are what a registry token is asked for.
type rights string

const (
	pull rights = "pull"
	push rights = "pull,push"
)

// scope is what the token endpoint is asked for (Docker's token
// specification).
func scopeOf(repo string, r rights) string { return "repository:" + repo + ":" + string(r) }

const catalogScope = "registry:catalog:*"

// bearer is a token, or the refusal of one.
type bearer struct {
	value  string
	asked  time.Time
	until  time.Time
	shared bool // asked for many repositories at once: one of them may not be in it
	err    error
}

// authMode is what the registry turned out to want.
type authMode int

const (
	authUnasked authMode = iota // nothing is sent until a challenge comes
	authBearer
	authBasic
)

// tokens gets and keeps what authenticates requests to one registry.
type tokens struct {
	base  *url.URL // the registry
	creds Credentials
	http  *http.Client
	now   func() time.Time

	mu      sync.Mutex
	mode    authMode
	realm   *url.URL
	service string
	guessed bool // the realm was not named by the registry
	secrets bool // the realm may be sent the credential
	kept    map[string]bearer
	alone   bool // the endpoint does not take several repositories at once
	stale   bool // the credential is refused where anonymous is served
	flights singleflight.Group
}

// newTokens prepares for a registry. A known realm saves the first challenge:
// GHCR's token endpoint is at /token of the registry itself.
func newTokens(o Options, base *url.URL, client *http.Client) *tokens {
	t := &tokens{base: base, creds: o.RegistryCredentials, http: client, now: o.Now, kept: make(map[string]bearer)}
	if o.API != "" || strings.EqualFold(base.Hostname(), "ghcr.io") {
		t.mode, t.realm, t.service = authBearer, base.JoinPath("token"), base.Host
		t.guessed, t.secrets = true, true
	}
	return t
}

// authorize returns what a request for a scope is to carry: nothing where the
// registry has not asked for anything.
func (t *tokens) authorize(ctx context.Context, repo string, r rights) (authorization, bearer, error) {
	scope := scopeOf(repo, r)
	if repo == "" {
		scope = catalogScope
	}
	t.mu.Lock()
	mode := t.mode
	b, ok := t.lookup(scope)
	if !ok && r == pull && repo != "" {
		b, ok = t.lookup(scopeOf(repo, push)) // includes pull
		ok = ok && b.err == nil
	}
	t.mu.Unlock()
	switch {
	case mode == authUnasked:
		return authorization{}, bearer{}, nil
	case mode == authBasic:
		return authorization{originOf(t.base), t.basic()}, bearer{}, nil
	case !ok:
		var err error
		if b, err = t.fetch(ctx, scope, ""); errors.Is(err, errNoTokenEndpoint) {
			return authorization{}, bearer{}, nil
		} else if err != nil {
			return authorization{}, bearer{}, err
		}
	}
	if b.err != nil {
		return authorization{}, b, b.err
	}
	return authorization{originOf(t.base), "Bearer " + b.value}, b, nil
}

// lookup returns a token that is still good. The lock is held.
func (t *tokens) lookup(scope string) (bearer, bool) {
	b, ok := t.kept[scope]
	if !ok || !t.now().Before(b.until) {
		delete(t.kept, scope)
		return bearer{}, false
	}
	return b, true
}

// warm gets tokens for many repositories, in one request where the endpoint
// takes it. What it cannot get is told by authorize when it is needed.
func (t *tokens) warm(ctx context.Context, repos []string, r rights) {
	t.mu.Lock()
	if t.mode != authBearer {
		t.mu.Unlock()
		return
	}
	alone := t.alone
	var scopes []string
	for _, repo := range repos {
		if _, ok := t.lookup(scopeOf(repo, r)); !ok {
			scopes = append(scopes, scopeOf(repo, r))
		}
	}
	t.mu.Unlock()
	if len(scopes) > 1 && !alone {
		err := t.fetchAll(ctx, scopes)
		if err == nil || ctx.Err() != nil || !isRefusal(err) {
			return
		}
		t.mu.Lock()
		t.alone = true
		t.mu.Unlock()
	}
	var g errgroup.Group
	for _, scope := range scopes {
		g.Go(func() error {
			_, err := t.fetch(ctx, scope, "")
			_ = err // kept as a refusal, or met again by authorize
			return nil
		})
	}
	_ = g.Wait()
}

func (t *tokens) fetchAll(ctx context.Context, scopes []string) error {
	b, err := t.request(ctx, scopes)
	if err != nil {
		return err
	}
	b.shared = true
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, scope := range scopes {
		t.kept[scope] = b
	}
	return nil
}

// fetch gets the token of one scope, once for all who ask at the same time.
// used is one that was refused: another one is asked for.
func (t *tokens) fetch(ctx context.Context, scope, used string) (bearer, error) {
	ch := t.flights.DoChan(scope, func() (any, error) {
		t.mu.Lock()
		b, ok := t.lookup(scope)
		t.mu.Unlock()
		if ok && (used == "" || b.value != used) {
			return b, nil
		}
		// Others wait for this too, so one of them leaving must not end it.
		detached, cancel := context.WithTimeout(context.WithoutCancel(ctx), requestDeadline+maxPatience)
		defer cancel()
		b, err := t.request(detached, []string{scope})
		if err != nil {
			if !isRefusal(err) {
				return bearer{}, err
			}
			b = bearer{err: err, until: t.now().Add(refusalLifetime)}
		}
		t.mu.Lock()
		t.kept[scope] = b
		t.mu.Unlock()
		return b, nil
	})
	select {
	case r := <-ch:
		if r.Err != nil {
			return bearer{}, r.Err
		}
		return r.Val.(bearer), nil
	case <-ctx.Done():
		return bearer{}, ctx.Err()
	}
}

func isRefusal(err error) bool {
	return errors.Is(err, model.ErrUnauthorized) || errors.Is(err, model.ErrForbidden) || errors.Is(err, model.ErrNotFound)
}

// errNoTokenEndpoint says that the guessed endpoint is not there: the registry
// is not GHCR, and its challenge will tell what it wants.
var errNoTokenEndpoint = errors.New("no token endpoint at the usual place")

// reconsider is told that a request was refused with 401 or 403. It returns
// true where asking the same again can end otherwise: the registry's challenge
// was news, the token had been asked for many repositories at once, or it was
// an old one.
func (t *tokens) reconsider(ctx context.Context, header http.Header, repo string, r rights, used bearer) bool {
	c, challenged := challengeOf(header)
	t.mu.Lock()
	mode := t.mode
	if challenged && mode != authBearer {
		learned := t.learn(c)
		t.mu.Unlock()
		return learned
	}
	t.mu.Unlock()
	if mode != authBearer {
		return false
	}
	scope := scopeOf(repo, r)
	if repo == "" {
		scope = catalogScope
	}
	if !used.shared && t.now().Sub(used.asked) < 2*time.Second {
		return false // asked for this very scope just now
	}
	b, err := t.fetch(ctx, scope, used.value)
	return err == nil && b.err == nil && b.value != used.value
}

// learn takes over a challenge and reports whether it was news that helps. The
// lock is held.
func (t *tokens) learn(c challenge) bool {
	if c.scheme == "basic" {
		if t.creds.Anonymous() || t.mode == authBasic {
			return false
		}
		t.mode = authBasic
		return true
	}
	realm, ok := c.realm(t.base)
	if !ok {
		return false
	}
	t.mode, t.realm, t.service, t.guessed = authBearer, realm, c.params["service"], false
	t.secrets = mayReceive(t.base, realm)
	return true
}

// isStale reports whether the credential was refused where anonymous is served.
func (t *tokens) isStale() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.stale
}
