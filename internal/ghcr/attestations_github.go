package ghcr

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/klauspost/compress/snappy"

	"github.com/novotnyllc/caitui/internal/ghcr/store"
	"github.com/novotnyllc/caitui/internal/model"
)

// Bounds of GitHub's attestations API.
const (
	attestationsPage  = 30 // GitHub's default; bundles may be large
	attestationsPages = 34 // a thousand attestations of one digest
)

// stored is one attestation as GitHub's API tells it (REST, "List
// attestations"). Either the bundle is there or the address of one.
type stored struct {
	Bundle    json.RawMessage `json:"bundle"`
	BundleURL string          `json:"bundle_url"`
}

// askGitHub asks GitHub's attestations API about every target: files inside an
// artifact may be attested by themselves there.
func (c *collector) askGitHub(ctx context.Context) {
	g := c.sources[model.SourceGitHub]
	if c.s.api == nil {
		g.say("no GitHub API is in use")
		return
	}
	g.ask()
	linked := c.s.state(c.pkg).Info.Repository
	each(c.targets, func(t model.AttestationTarget) {
		list, err := c.s.api.attestations(ctx, linked, t.Digest)
		if errors.Is(err, model.ErrNotFound) {
			g.say("GitHub answered 404 for some, which can also mean hidden from these credentials")
			err = nil
		}
		g.fail(err)
		each(list, func(one stored) { g.add(c.fromGitHub(ctx, t, one)...) })
	})
}

// fromGitHub reads one attestation of GitHub's store.
func (c *collector) fromGitHub(ctx context.Context, t model.AttestationTarget, one stored) []model.Attestation {
	raw := []byte(one.Bundle)
	var err error
	if len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
		raw, err = c.s.bundleAt(ctx, one.BundleURL)
	}
	found := []model.Attestation{{Form: model.FormUnknown, Size: -1, Err: err}}
	switch {
	case err != nil:
	case !c.take(int64(len(raw))):
		found[0].Err = overBudget()
	default:
		found = model.ParseAttestations(raw)
	}
	for i := range found {
		a := &found[i]
		a.About, a.Platform = t.Digest, t.Platform
		a.MediaType = mediaTypeIn(a.Raw)
		a.Origins = []model.AttestationOrigin{{Kind: model.FromGitHub, Source: model.SourceGitHub}}
		if a.Err != nil && a.Digest == "" {
			a.Origins[0].Tag = shortAddress(one.BundleURL) // tells several unread ones apart
		}
	}
	return found
}

// mediaTypeIn is what a bundle says of itself.
func mediaTypeIn(raw []byte) string {
	var doc struct {
		MediaType string `json:"mediaType"`
	}
	if json.Unmarshal(raw, &doc) != nil {
		return ""
	}
	return doc.MediaType
}

// attestations lists all attestations of a digest, page by page. With an error
// come those of the pages before it.
func (a *api) attestations(ctx context.Context, linked string, d model.Digest) ([]stored, error) {
	return a.attestationsOf(ctx, func(ctx context.Context, tail string) ([]stored, string, error) {
		return a.attestationPage(ctx, linked, tail)
	}, d)
}

// attestationsOf goes through the pages that at reads, where tail is the end of
// the path.
func (a *api) attestationsOf(ctx context.Context, at func(ctx context.Context, tail string) (list []stored, next string, err error), d model.Digest) ([]stored, error) {
	var out []stored
	what := "listing the attestations of " + d.Short()
	after, size := "", attestationsPage
	seen := make(map[string]bool)
	for range attestationsPages {
		query := url.Values{"per_page": {fmt.Sprint(size)}}
		if after != "" {
			query.Set("after", after)
		}
		list, next, err := at(ctx, "/attestations/"+string(d)+"?"+query.Encode())
		if errors.Is(err, model.ErrTooLarge) && size > 1 {
			size = 1 // large bundles: one at a time
			continue
		}
		if err != nil {
			return out, a.fail(what, err)
		}
		out = append(out, list...)
		if next == "" || seen[next] {
			return out, nil
		}
		seen[next], after = true, next
	}
	return out, &model.Error{Kind: model.ErrTooLarge, Message: fmt.Sprintf("%s ended after %d of them", what, len(out))}
}

// attestationPage reads one page: of the source repository, or of all the
// owner's where none is known.
func (a *api) attestationPage(ctx context.Context, linked, tail string) (list []stored, next string, err error) {
	if repo := a.attestingRepository(linked); repo != "" {
		return a.attestationsAt(a.heavy(a.with(ctx)), "repos/"+repo+tail)
	}
	err = a.through(ctx, func(ctx context.Context, door namespace) error {
		account := "orgs/"
		if door != ofOrganization {
			account = "users/"
		}
		var err error
		list, next, err = a.attestationsAt(a.heavy(ctx), account+url.PathEscape(a.owner)+tail)
		return err
	})
	return list, next, err
}

// attestingRepository is the repository that builds the packages, escaped for
// a path: the configured one where it is the owner's, else the one that the
// package is linked to.
func (a *api) attestingRepository(linked string) string {
	for _, name := range []string{a.repo, linked} {
		owner, repo, ok := strings.Cut(name, "/")
		if ok && repo != "" && !strings.Contains(repo, "/") && strings.Trim(repo, ".") != "" && strings.EqualFold(owner, a.owner) {
			return url.PathEscape(owner) + "/" + url.PathEscape(repo)
		}
	}
	return ""
}

// heavy gives a request room for bundles. It is not conditional: an answer
// kept for later would hold addresses whose signatures have ended by then.
func (a *api) heavy(ctx context.Context) context.Context {
	t := termsOf(ctx)
	t.limit, t.conditional = model.MaxAttestation+capPage, false
	return withTerms(ctx, t)
}

// attestationsAt reads one page and the cursor of the next, "" where it is the
// last.
func (a *api) attestationsAt(ctx context.Context, path string) ([]stored, string, error) {
	req, err := a.client.NewRequest(http.MethodGet, path, nil)
	if err != nil {
		return nil, "", err
	}
	var page struct {
		Attestations []stored `json:"attestations"`
	}
	resp, err := a.client.Do(ctx, req, &page)
	if err != nil {
		return nil, "", err
	}
	target, more := linkNext(resp.Header)
	if !more {
		return page.Attestations, "", nil
	}
	// Only the cursor is taken over: where to ask stays with the client.
	u, err := url.Parse(target)
	if err != nil {
		return page.Attestations, "", nil //nolint:nilerr // a Link that cannot be read leads nowhere
	}
	return page.Attestations, u.Query().Get("after"), nil
}

// bundleAt fetches a bundle from the address that GitHub gave: on another host,
// signed by its query, in snappy's block format, and never with the token. What
// an address led to once is not fetched again.
func (s *Service) bundleAt(ctx context.Context, address string) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil {
		return nil, &model.Error{Kind: model.ErrMalformed, Message: "GitHub names neither a bundle nor a readable address of one"}
	}
	if api := s.api.base; api.Scheme == "https" && u.Scheme != "https" || isLoopback(u) && !isLoopback(api) {
		return nil, &model.Error{Kind: model.ErrMalformed, Message: "GitHub sends for a bundle to an address that is not safe to ask"}
	}
	key := bundleKey(u)
	if raw, ok := s.keptBundle(ctx, key); ok {
		return raw, nil
	}
	raw, err := s.fetchBundle(ctx, u)
	if err != nil {
		return nil, err
	}
	d := model.DigestOf(raw)
	if err := s.store.PutManifests(ctx, []store.Content{{Digest: d, MediaType: mediaTypeIn(raw), Body: raw}}); err != nil {
		s.o.Log.WarnContext(ctx, "keeping a bundle", "error", err)
	} else if err := s.store.PutValidator(ctx, key, store.Validator{ETag: string(d)}); err != nil {
		s.o.Log.WarnContext(ctx, "keeping where a bundle was", "error", err)
	}
	return raw, nil
}

// bundleKey is an address without what signs it: that is a secret for a while,
// and differs each time.
func bundleKey(u *url.URL) string {
	return "bundle " + u.Scheme + "://" + u.Host + u.EscapedPath()
}

func shortAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host + u.EscapedPath()
}

// keptBundle returns what an address led to before, where it is still kept.
func (s *Service) keptBundle(ctx context.Context, key string) ([]byte, bool) {
	v, ok, err := s.store.Validator(ctx, key)
	if err != nil || !ok {
		return nil, false
	}
	d := model.Digest(v.ETag)
	kept, err := s.store.Manifests(ctx, []model.Digest{d})
	if err != nil {
		return nil, false
	}
	c, ok := kept[d]
	return c.Body, ok
}

func (s *Service) fetchBundle(ctx context.Context, u *url.URL) ([]byte, error) {
	req, err := http.NewRequestWithContext(withTerms(ctx, terms{limit: model.MaxAttestation}), http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, &model.Error{Kind: model.ErrMalformed, Message: "GitHub gives an unreadable address for a bundle"}
	}
	resp, err := s.stack.client(s.stack).Do(req)
	if err != nil {
		return nil, networkError(u.Host, err)
	}
	got := replyOf(resp)
	if got.status != http.StatusOK {
		return nil, &model.Error{Kind: bundleFailure(got.status),
			Message: fmt.Sprintf("%s answered %d for a bundle that GitHub keeps there", model.Sanitize(u.Host), got.status), Cure: "try again"}
	}
	return unsnap(got.body)
}

func bundleFailure(status int) error {
	switch {
	case status == http.StatusNotFound:
		return model.ErrNotFound
	case status == http.StatusForbidden, status == http.StatusUnauthorized:
		return model.ErrForbidden
	case status == http.StatusTooManyRequests:
		return model.ErrRateLimited
	case status >= 500:
		return model.ErrUnreachable
	}
	return model.ErrMalformed
}

// unsnap undoes snappy's block format, which says at its beginning how long
// the content is. Content that is JSON as it stands is taken as it is.
func unsnap(body []byte) ([]byte, error) {
	if text := bytes.TrimSpace(body); len(text) > 0 && text[0] == '{' && json.Valid(text) {
		return body, nil
	}
	n, err := snappy.DecodedLen(body)
	if err == nil && n > model.MaxAttestation {
		return nil, tooLarge(model.MaxAttestation)
	}
	if err == nil {
		var out []byte
		if out, err = snappy.Decode(nil, body); err == nil {
			return out, nil
		}
	}
	return nil, &model.Error{Kind: model.ErrMalformed, Message: "a bundle of GitHub's store is neither JSON nor in snappy's block format", Cause: err}
}
