package ghcr

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/google/go-github/v62/github"
	"golang.org/x/sync/singleflight"
)

// namespace is which of GitHub's three doors leads to an owner's packages.
type namespace int

const (
	ofOrganization namespace = iota
	ofUser
	ofSelf // the user whose token it is: the only door to private packages
)

// api is GitHub's REST API as far as packages and runs go. Types of go-github
// do not leave it.
type api struct {
	client *github.Client
	base   *url.URL
	owner  string
	repo   string // OWNER/NAME of the source repository, "" where not configured
	creds  Credentials
	store  Store
	stack  *stack

	mu      sync.Mutex
	door    namespace
	settled bool // door is known and not only the likely one
	loaded  bool // what earlier runs learned about the owner has been read
	// login is who the token belongs to, once askedLogin and answered.
	login      string
	askedLogin bool
	closed     error // the API serves nothing without credentials: asking again only costs
	flights    singleflight.Group
}

func newAPI(o Options, base *url.URL, s *stack) *api {
	a := &api{base: base, owner: o.Layout.Owner, repo: o.Layout.Repository, creds: o.APICredentials, store: o.Store, stack: s}
	a.client = github.NewClient(s.client(&conditional{next: s, store: o.Store, log: o.Log}))
	root := *base
	root.Path += "/" // go-github resolves against it
	a.client.BaseURL = &root
	a.client.UserAgent = o.UserAgent
	return a
}

// with gives the context of one request: the token for this origin only,
// conditional, and with the cap of a list page.
func (a *api) with(ctx context.Context) context.Context {
	t := terms{limit: capPage, deadline: apiDeadline, conditional: true}
	if !a.creds.Anonymous() {
		t.auth = authorization{originOf(a.base), "Bearer " + a.creds.Token}
	}
	return withTerms(ctx, t)
}

// through runs f with the door to the owner's packages. Organisation is the
// first guess; where it leads to a 404 the owner's kind is found out once and
// f runs again, should the guess have been wrong.
func (a *api) through(ctx context.Context, f func(context.Context, namespace) error) error {
	a.recall(ctx)
	a.mu.Lock()
	door, settled, closed := a.door, a.settled, a.closed
	a.mu.Unlock()
	if closed != nil {
		return closed
	}
	err := f(a.with(ctx), door)
	if a.creds.Anonymous() && statusOf(err) == http.StatusUnauthorized {
		a.mu.Lock()
		a.closed = err
		a.mu.Unlock()
		return err
	}
	switch {
	case err == nil && !settled:
		a.mu.Lock()
		if a.door == door {
			a.settled = true
		}
		a.mu.Unlock()
		return nil
	case err == nil || settled || statusOf(err) != http.StatusNotFound:
		return err
	}
	found, settleErr := a.settle(ctx)
	if settleErr != nil {
		return settleErr
	}
	if found == door {
		return err
	}
	return f(a.with(ctx), found)
}

// accountOf is how go-github names the owner behind a door: "" is the one whose
// token it is. The package's name its Organizations methods escape themselves,
// the Users methods do not.
func (a *api) accountOf(door namespace) string {
	if door == ofSelf {
		return ""
	}
	return url.PathEscape(a.owner)
}

// settle asks what kind of account the owner is, once.
func (a *api) settle(ctx context.Context) (namespace, error) {
	v, err, _ := a.flights.Do("owner", func() (any, error) {
		a.mu.Lock()
		door, settled := a.door, a.settled
		a.mu.Unlock()
		if settled {
			return door, nil
		}
		u, _, err := a.client.Users.Get(a.with(ctx), url.PathEscape(a.owner))
		if err != nil {
			return door, err
		}
		door = ofOrganization
		if strings.EqualFold(u.GetType(), "User") {
			door = ofUser
			if !a.creds.Anonymous() {
				// Refused for tokens without a person: then it is not theirs.
				if me, _, err := a.client.Users.Get(a.with(ctx), ""); err == nil && strings.EqualFold(me.GetLogin(), a.owner) {
					door = ofSelf
				}
			}
		}
		a.mu.Lock()
		a.door, a.settled = door, true
		a.mu.Unlock()
		return door, nil
	})
	if err != nil {
		return 0, err
	}
	return v.(namespace), nil
}

// recall takes the likely door from answers that earlier runs have kept, so
// that the owner's kind is asked for once and not once a process.
func (a *api) recall(ctx context.Context) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.loaded {
		return
	}
	a.loaded = true
	var owner, me struct {
		Login string `json:"login"`
		Type  string `json:"type"`
	}
	if !a.kept(ctx, "users/"+url.PathEscape(a.owner), &owner) || !strings.EqualFold(owner.Type, "User") {
		return
	}
	a.door = ofUser
	if !a.creds.Anonymous() && a.kept(ctx, "user", &me) && strings.EqualFold(me.Login, a.owner) {
		a.door = ofSelf
	}
}

func (a *api) kept(ctx context.Context, path string, into any) bool {
	v, ok, err := a.store.Validator(ctx, a.client.BaseURL.String()+path)
	return err == nil && ok && json.Unmarshal(v.Body, into) == nil
}

// statusOf is the HTTP status inside an error of go-github, 0 where there is
// none.
func statusOf(err error) int {
	var resp *github.ErrorResponse
	if errors.As(err, &resp) && resp.Response != nil {
		return resp.Response.StatusCode
	}
	return 0
}

// tokenKind tells kinds of credential apart by their prefix, else by whether
// the API speaks of scopes, which it does for classic ones only.
func tokenKind(token string, scoped bool) string {
	switch {
	case token == "":
		return "anonymous"
	case strings.HasPrefix(token, "github_pat_"):
		return "fine-grained"
	case strings.HasPrefix(token, "ghs_"):
		return "actions"
	case strings.HasPrefix(token, "gho_"):
		return "oauth"
	case strings.HasPrefix(token, "ghp_"), scoped:
		return "classic"
	}
	return "unknown"
}
