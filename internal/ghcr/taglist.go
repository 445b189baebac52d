package ghcr

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

const (
	listPage = 1000  // asked for; the registry may send fewer
	maxPages = 10000 // of one list: a server that never ends is stopped
)

// tags lists all tags of a package, sorted. Registries page in four ways: with
// Link, not at all, cut after n without a Link, and ignoring n; the list is
// complete in each case.
func (r *registry) tags(ctx context.Context, pkg string) ([]string, error) {
	c := &call{pkg: pkg, limit: capPage, lists: true}
	ctx = c.in(ctx)
	lister, err := r.puller.Lister(ctx, r.named.Repo(r.repo(pkg)))
	if err != nil {
		return nil, r.failure(c, err)
	}
	return r.gather(c, lister.HasNext, func() ([]string, error) {
		page, err := lister.Next(ctx)
		if err != nil {
			return nil, err
		}
		return page.Tags, nil
	}, model.ValidTag)
}

// catalog lists the repositories of a registry that has a catalogue. GHCR has
// none that can be used.
func (r *registry) catalog(ctx context.Context) ([]string, error) {
	c := &call{limit: capPage, lists: true}
	ctx = c.in(ctx)
	lister, err := r.puller.Catalogger(ctx, r.named)
	if err != nil {
		return nil, r.failure(c, err)
	}
	return r.gather(c, lister.HasNext, func() ([]string, error) {
		page, err := lister.Next(ctx)
		if err != nil {
			return nil, err
		}
		return page.Repos, nil
	}, model.ValidPackage)
}

// gather follows the pages of a list of names, as long as they bring something
// new. Names outside the grammar are left out: they could not be asked for
// anyway.
func (r *registry) gather(c *call, more func() bool, next func() ([]string, error), valid func(string) error) ([]string, error) {
	seen := make(map[string]bool)
	var out []string
	for range maxPages {
		names, err := next()
		if err != nil {
			return nil, r.failure(c, err)
		}
		before := len(seen)
		for _, name := range names {
			if !seen[name] && valid(name) == nil {
				seen[name] = true
				out = append(out, name)
			}
		}
		if !more() || len(seen) == before {
			slices.Sort(out)
			return out, nil
		}
	}
	return nil, &model.Error{Kind: model.ErrMalformed, Message: fmt.Sprintf("a list of %s does not end", model.Sanitize(r.host))}
}

// mendLink puts where a list goes on into the form that go-containerregistry
// follows: the target of the first Link, whatever its relation, at the scheme
// and host that the library takes the registry's to be. It knows neither
// several links nor a list that is cut without one.
func (r *registry) mendLink(resp *http.Response, from *url.URL, body []byte) error {
	next, err := r.nextPage(resp.Header, from, body)
	if err != nil {
		return err
	}
	resp.Header.Del("Link")
	if next != nil {
		resp.Header.Set("Link", "<"+r.inward(next).String()+`>; rel="next"`)
	}
	return nil
}

// nextPage finds where the list that came from an address goes on, nil where
// it ends.
func (r *registry) nextPage(header http.Header, from *url.URL, body []byte) (*url.URL, error) {
	if target, ok := linkNext(header); ok {
		u, err := from.Parse(target)
		if err != nil || originOf(u) != originOf(r.base) {
			return nil, &model.Error{Kind: model.ErrMalformed, Message: fmt.Sprintf("a list of %s goes on at another host", model.Sanitize(r.host))}
		}
		return u, nil
	}
	var page struct {
		Tags         []string `json:"tags"`
		Repositories []string `json:"repositories"`
	}
	if err := json.Unmarshal(body, &page); err != nil {
		return nil, nil //nolint:nilerr // the library reads it too, and says so
	}
	names := slices.Concat(page.Tags, page.Repositories)
	if len(names) < listPage {
		return nil, nil
	}
	u := *from
	q := u.Query()
	q.Set("last", names[len(names)-1])
	u.RawQuery = q.Encode()
	return &u, nil
}

// linkNext finds the target of rel="next" in Link headers (RFC 8288), in the
// forms registries use: several headers or one, quoted rel or not, parameters
// in any order.
func linkNext(h http.Header) (string, bool) {
	for _, v := range h.Values("Link") {
		for rest := v; ; {
			open := strings.IndexByte(rest, '<')
			if open < 0 {
				break
			}
			rest = rest[open+1:]
			end := strings.IndexByte(rest, '>')
			if end < 0 {
				break
			}
			target := strings.TrimSpace(rest[:end])
			rest = rest[end+1:]
			params := rest
			if i := strings.IndexByte(rest, '<'); i >= 0 {
				params = rest[:i]
			}
			if target != "" && isNext(params) {
				return target, true
			}
		}
	}
	return "", false
}

func isNext(params string) bool {
	for part := range strings.SplitSeq(strings.TrimRight(params, ", \t"), ";") {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		if !ok || !strings.EqualFold(strings.TrimSpace(name), "rel") {
			continue
		}
		value = strings.Trim(strings.TrimSpace(value), `", `)
		if slices.ContainsFunc(strings.Fields(value), func(w string) bool { return strings.EqualFold(w, "next") }) {
			return true
		}
	}
	return false
}
