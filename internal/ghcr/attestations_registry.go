package ghcr

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// askReferrers asks the referrers API (distribution-spec, "Listing Referrers").
// GHCR has none and says so in several ways; the first such answer is enough.
func (c *collector) askReferrers(ctx context.Context) {
	g := c.sources[model.SourceReferrers]
	g.ask()
	about := c.about()
	if !c.referrersOf(ctx, g, about[0]) {
		g.mu.Lock()
		g.unsupported = true
		g.mu.Unlock()
		return
	}
	each(about[1:], func(t model.AttestationTarget) { c.referrersOf(ctx, g, t) })
}

// referrersOf asks about one digest; false: the registry has no such API.
func (c *collector) referrersOf(ctx context.Context, g *gathered, t model.AttestationTarget) bool {
	m, err := c.s.registry.referrers(ctx, c.pkg, t.Digest)
	switch {
	case errors.Is(err, model.ErrUnsupported):
		return false
	case err != nil:
		g.fail(err)
		return true
	}
	c.follow(ctx, g, t, model.AttestationOrigin{Kind: model.FromReferrer, Source: model.SourceReferrers}, m.Manifests)
	return true
}

// follow reads what an index of referrers lists. Its annotations and types are
// hints only: cosign writes the config's type there.
func (c *collector) follow(ctx context.Context, g *gathered, t model.AttestationTarget, origin model.AttestationOrigin, list []model.Descriptor) {
	seen := make(map[model.Digest]bool)
	var wanted []model.Descriptor
	for _, d := range list {
		if _, err := model.ParseDigest(string(d.Digest)); err != nil {
			g.fail(err)
			continue
		}
		if seen[d.Digest] {
			continue
		}
		if seen[d.Digest] = true; len(wanted) == maxListed {
			g.fail(tooManyEntries(t.Digest))
			break
		}
		wanted = append(wanted, d)
	}
	each(wanted, func(d model.Descriptor) {
		origin := origin
		origin.Hint = d.Annotations[annotationPredicate]
		g.add(c.fromManifest(ctx, t, origin, d.Digest)...)
	})
}

// askFallback looks for the index of referrers that clients keep under a tag
// where the API is missing (distribution-spec, "Referrers Tag Schema").
func (c *collector) askFallback(ctx context.Context) {
	g := c.sources[model.SourceFallback]
	g.ask()
	each(c.about(), func(t model.AttestationTarget) {
		tag := t.Digest.FallbackTag()
		d := c.tagged(ctx, g, tag)
		if d == "" {
			return
		}
		origin := model.AttestationOrigin{Kind: model.FromReferrer, Source: model.SourceFallback, Tag: tag}
		m, _, err := c.s.manifest(ctx, c.pkg, d)
		switch {
		case err != nil:
			g.fail(err)
		case m.IsIndex():
			c.learn(m)
			c.follow(ctx, g, t, origin, m.Manifests)
		default: // something else under the tag: whatever it is, it is there
			g.add(c.fromManifest(ctx, t, origin, d)...)
		}
	})
}

// cosignSuffixes are those of the tags that cosign derives from a digest
// (sigstore/cosign, specs/SIGNATURE_SPEC.md and ATTESTATION_SPEC.md).
func cosignSuffixes() []string { return []string{".sig", ".att", ".sbom"} }

// askCosign looks for cosign's older tags.
func (c *collector) askCosign(ctx context.Context) {
	g := c.sources[model.SourceCosign]
	g.ask()
	type place struct {
		target model.AttestationTarget
		tag    string
	}
	var places []place
	for _, t := range c.about() {
		for _, suffix := range cosignSuffixes() {
			places = append(places, place{t, t.Digest.FallbackTag() + suffix})
		}
	}
	each(places, func(p place) {
		if d := c.tagged(ctx, g, p.tag); d != "" {
			g.add(c.fromManifest(ctx, p.target, model.AttestationOrigin{Kind: model.FromCosign, Source: model.SourceCosign, Tag: p.tag}, d)...)
		}
	})
}

// tagged asks the registry where a tag points; "" where it does not exist or
// could not be asked for, which is told to g.
func (c *collector) tagged(ctx context.Context, g *gathered, tag string) model.Digest {
	if d := c.snap.Tag(tag); c.near || c.s.o.Offline && d != "" {
		return d
	}
	d, err := c.s.registry.find(ctx, c.pkg, tag)
	g.fail(err)
	return d
}

// askSubjects goes through the manifests read so far: one whose subject is a
// target speaks of it, also where the index that should list it has lost it.
func (c *collector) askSubjects(ctx context.Context) {
	g := c.sources[model.SourceSubject]
	g.ask()
	type pair struct {
		target model.AttestationTarget
		digest model.Digest
	}
	var pairs []pair
	for _, t := range c.about() {
		for _, d := range c.snap.Referrers(t.Digest) {
			if m := c.snap.Manifests[d]; m != nil && m.Subject != nil && m.Subject.Digest == t.Digest && len(pairs) < maxListed {
				pairs = append(pairs, pair{t, d})
			}
		}
	}
	each(pairs, func(p pair) {
		g.add(c.fromManifest(ctx, p.target, model.AttestationOrigin{Kind: model.FromReferrer, Source: model.SourceSubject}, p.digest)...)
	})
}

// referrers asks the referrers API for one digest, all pages. A registry
// without it is ErrUnsupported, in whichever way it says so: 404, 400, 405,
// 406, another content type, or a redirect to somewhere else, as GHCR gives at
// times.
func (r *registry) referrers(ctx context.Context, pkg string, d model.Digest) (*model.Manifest, error) {
	direct := *r.http
	direct.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	here := *r
	here.http = &direct
	address := r.base.JoinPath("v2", r.repo(pkg), "referrers", string(d))
	all := &model.Manifest{MediaType: model.MediaOCIIndex}
	for range maxPages {
		resp, err := here.askReferrers(ctx, pkg, d, address)
		if err != nil {
			return nil, err
		}
		page, err := here.referrersPage(resp, pkg, d)
		if err != nil {
			return nil, err
		}
		all.Manifests = append(all.Manifests, page.Manifests...)
		target, more := linkNext(resp.header)
		if !more || len(page.Manifests) == 0 || len(all.Manifests) > maxListed {
			return all, nil
		}
		if address, err = here.referrersNext(address, target); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// askReferrers asks for one page. No library does: both fall back to the tag
// by themselves, and that is a source of its own here.
func (r *registry) askReferrers(ctx context.Context, pkg string, d model.Digest, address *url.URL) (reply, error) {
	c := &call{pkg: pkg, ref: string(d), limit: capManifest}
	req, err := http.NewRequestWithContext(c.in(ctx), http.MethodGet, address.String(), nil)
	if err != nil {
		return reply{}, fmt.Errorf("building a request to the registry: %w", err)
	}
	req.Header.Set("Accept", model.MediaOCIIndex)
	resp, err := r.send(req)
	if err != nil {
		return reply{}, err
	}
	return replyOf(resp), nil
}

func (r *registry) referrersPage(resp reply, pkg string, d model.Digest) (*model.Manifest, error) {
	kind, _, _ := strings.Cut(resp.header.Get("Content-Type"), ";")
	switch {
	case resp.status == http.StatusOK && strings.TrimSpace(kind) == model.MediaOCIIndex:
		return model.ParseManifest(resp.body, model.MediaOCIIndex)
	case resp.status < http.StatusBadRequest, // another type, or a redirect
		slices.Contains([]int{http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotAcceptable, http.StatusNotImplemented}, resp.status):
		return nil, &model.Error{Kind: model.ErrUnsupported, Message: model.Sanitize(r.host) + " has no referrers API"}
	}
	return nil, r.fail(resp, pkg, string(d))
}

func (r *registry) referrersNext(from *url.URL, target string) (*url.URL, error) {
	next, err := from.Parse(target)
	if err != nil || originOf(next) != originOf(r.base) {
		return nil, &model.Error{Kind: model.ErrMalformed, Message: "the referrers of " + model.Sanitize(r.host) + " go on at another host"}
	}
	return next, nil
}
