package ghcr

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// request asks the token endpoint. Where it refuses the credential but serves
// anonymous, the credential is stale: reading goes on without it, and Stale
// says so. It is the classic reason for "denied" on a public image.
func (t *tokens) request(ctx context.Context, scopes []string) (bearer, error) {
	t.mu.Lock()
	withSecret := t.secrets && !t.creds.Anonymous()
	t.mu.Unlock()
	b, err := t.ask(ctx, scopes, withSecret)
	if errors.Is(err, model.ErrNotFound) && t.unguess() {
		return bearer{}, errNoTokenEndpoint
	}
	if err == nil || !withSecret || !isRefusal(err) {
		return b, err
	}
	for _, s := range scopes {
		if strings.HasSuffix(s, "push") {
			return b, err
		}
	}
	anonymous, anonymousErr := t.ask(ctx, scopes, false)
	if anonymousErr != nil {
		return b, err
	}
	t.mu.Lock()
	t.stale = true
	t.mu.Unlock()
	return anonymous, nil
}

// unguess gives up a guessed realm and reports whether there was one.
func (t *tokens) unguess() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.guessed {
		return t.mode == authUnasked
	}
	t.mode, t.guessed, t.secrets = authUnasked, false, false
	return true
}

// ask sends one request to the token endpoint.
func (t *tokens) ask(ctx context.Context, scopes []string, withSecret bool) (bearer, error) {
	t.mu.Lock()
	realm, service := t.realm, t.service
	t.mu.Unlock()
	u := *realm
	q := u.Query()
	if service != "" {
		q.Set("service", service)
	}
	for _, s := range scopes {
		q.Add("scope", s)
	}
	u.RawQuery = q.Encode()
	to := terms{limit: capToken}
	if withSecret {
		to.auth = authorization{originOf(realm), t.basic()}
	}
	req, err := http.NewRequestWithContext(withTerms(ctx, to), http.MethodGet, u.String(), nil)
	if err != nil {
		return bearer{}, fmt.Errorf("building a token request: %w", err)
	}
	resp, err := t.http.Do(req)
	if err != nil {
		return bearer{}, networkError(realm.Host, err)
	}
	answer := replyOf(resp)
	if answer.status != http.StatusOK {
		return bearer{}, t.tokenError(answer, scopes, withSecret)
	}
	return t.read(answer.body)
}

func (t *tokens) read(body []byte) (bearer, error) {
	var doc struct {
		Token       string   `json:"token"`
		AccessToken string   `json:"access_token"`
		ExpiresIn   *float64 `json:"expires_in"`
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		return bearer{}, &model.Error{Kind: model.ErrMalformed, Message: "the answer of the token endpoint is not readable JSON"}
	}
	if doc.Token == "" {
		doc.Token = doc.AccessToken
	}
	if doc.Token == "" || strings.ContainsFunc(doc.Token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return bearer{}, &model.Error{Kind: model.ErrMalformed, Message: "the token endpoint sent no usable token"}
	}
	life := defaultLifetime
	if doc.ExpiresIn != nil && *doc.ExpiresIn > 0 && *doc.ExpiresIn < 24*3600 {
		life = time.Duration(*doc.ExpiresIn * float64(time.Second))
	}
	// A short life keeps half of it rather than nothing.
	life = max(life-lifetimeSkew, life/2)
	now := t.now()
	return bearer{value: doc.Token, asked: now, until: now.Add(life)}, nil
}

func (t *tokens) basic() string {
	login := t.creds.Login
	if login == "" || strings.Contains(login, ":") {
		login = "token" // GHCR does not look at it, but Basic needs one
	}
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(login+":"+t.creds.Token))
}
