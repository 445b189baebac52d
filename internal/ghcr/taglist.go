package ghcr

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
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
	return r.list(ctx, call{method: http.MethodGet, path: r.repo(pkg) + "/tags/list", pkg: pkg}, func(body []byte) ([]string, error) {
		var doc struct {
			Tags []string `json:"tags"` // null where there are none
		}
		err := json.Unmarshal(body, &doc)
		return doc.Tags, err
	}, func(name string) bool { return model.ValidTag(name) == nil })
}

// catalog lists the repositories of a registry that has a catalogue. GHCR has
// none that can be used.
func (r *registry) catalog(ctx context.Context) ([]string, error) {
	return r.list(ctx, call{method: http.MethodGet, path: "_catalog"}, func(body []byte) ([]string, error) {
		var doc struct {
			Repositories []string `json:"repositories"`
		}
		err := json.Unmarshal(body, &doc)
		return doc.Repositories, err
	}, func(name string) bool { return model.ValidPackage(name) == nil })
}

// list follows the pages of a list of names. Names outside the grammar are
// left out: they could not be asked for anyway.
func (r *registry) list(ctx context.Context, c call, decode func([]byte) ([]string, error), valid func(string) bool) ([]string, error) {
	c.query = url.Values{"n": {strconv.Itoa(listPage)}}
	c.limit, c.accept = capPage, "application/json"
	seen := make(map[string]bool)
	var out []string
	for range maxPages {
		resp, err := r.send(ctx, c)
		if err != nil {
			return nil, err
		}
		if resp.status != http.StatusOK {
			return nil, r.fail(resp, c.pkg, c.ref)
		}
		names, err := decode(resp.body)
		if err != nil {
			return nil, &model.Error{Kind: model.ErrMalformed, Message: fmt.Sprintf("a list of %s is not readable JSON", model.Sanitize(r.host)), Cause: err}
		}
		before := len(seen)
		for _, name := range names {
			if valid(name) && !seen[name] {
				seen[name] = true
				out = append(out, name)
			}
		}
		next, err := r.nextPage(c, resp, names)
		if err != nil {
			return nil, err
		}
		if next == nil || len(seen) == before {
			slices.Sort(out)
			return out, nil
		}
		c.url = next
	}
	return nil, &model.Error{Kind: model.ErrMalformed, Message: fmt.Sprintf("a list of %s does not end", model.Sanitize(r.host))}
}

// nextPage finds where the list goes on, nil where it ends.
func (r *registry) nextPage(c call, resp reply, names []string) (*url.URL, error) {
	from := c.url
	if from == nil {
		from = r.base.JoinPath("v2")
		from.Path += "/" + c.path
		from.RawQuery = c.query.Encode()
	}
	if target, ok := linkNext(resp.header); ok {
		u, err := from.Parse(target)
		if err != nil || originOf(u) != originOf(r.base) {
			return nil, &model.Error{Kind: model.ErrMalformed, Message: fmt.Sprintf("a list of %s goes on at another host", model.Sanitize(r.host))}
		}
		return u, nil
	}
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
