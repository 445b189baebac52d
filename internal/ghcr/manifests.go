package ghcr

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	ociref "oras.land/oras-go/v2/registry"
	oras "oras.land/oras-go/v2/registry/remote"

	"github.com/novotnyllc/caitui/internal/ghcr/store"
	"github.com/novotnyllc/caitui/internal/model"
)

// head asks for the digest of a tag, or whether a digest is there. It is the
// freshest word there is, and does not count as a download. Absent is
// ErrNotFound.
func (r *registry) head(ctx context.Context, pkg, ref string) (model.Digest, error) {
	c := &call{pkg: pkg, ref: ref}
	desc, err := r.puller.Head(c.in(ctx), r.reference(pkg, ref))
	if err == nil {
		return r.digestSaid(c, desc.Digest.String())
	}
	if c.heard.status != http.StatusOK {
		return "", r.failure(c, err)
	}
	said := c.heard.header.Get("Docker-Content-Digest")
	if said == "" { // optional in the specification, but not for the library
		content, err := r.get(ctx, pkg, ref)
		return content.Digest, err
	}
	d, err := r.digestSaid(c, said)
	if err != nil {
		return "", err
	}
	return "", &model.Error{Kind: model.ErrMalformed, Message: fmt.Sprintf("%s answers for %s with %s", model.Sanitize(r.host), model.Digest(ref).Short(), d.Short())}
}

// find is head where absent is "" without an error.
func (r *registry) find(ctx context.Context, pkg, ref string) (model.Digest, error) {
	d, err := r.head(ctx, pkg, ref)
	if errors.Is(err, model.ErrNotFound) {
		return "", nil
	}
	return d, err
}

// digestSaid reads a digest that the registry gives for what c is about.
func (r *registry) digestSaid(c *call, said string) (model.Digest, error) {
	d, err := model.ParseDigest(said)
	if err != nil {
		return "", &model.Error{Kind: model.ErrMalformed, Message: fmt.Sprintf("%s gives an unreadable digest for %s:%s", model.Sanitize(r.host), c.pkg, c.ref), Cause: err}
	}
	return d, nil
}

// get reads a manifest by digest or, where a registry gives no digests, by
// tag. Asked by digest, other bytes are ErrMalformed.
func (r *registry) get(ctx context.Context, pkg, ref string) (store.Content, error) {
	c := &call{pkg: pkg, ref: ref, limit: capManifest}
	desc, err := r.puller.Get(c.in(ctx), r.reference(pkg, ref))
	if err != nil {
		return store.Content{}, r.failure(c, err)
	}
	// The library has compared already, except where the answer claims to be a
	// signed manifest of schema 1: then it takes the registry's word.
	if err := r.otherBytes(c); err != nil {
		return store.Content{}, err
	}
	return store.Content{Digest: model.DigestOf(desc.Manifest), MediaType: withoutParameters(string(desc.MediaType)), Body: desc.Manifest}, nil
}

// withoutParameters is the type alone of a Content-Type.
func withoutParameters(contentType string) string {
	kind, _, _ := strings.Cut(contentType, ";")
	return strings.TrimSpace(kind)
}

// put makes tag point to content: one PUT of the exact bytes and nothing else.
// It is called by Execute only. The error is a *sendError where no answer came.
//
// It is oras-go's PushReference for a registry that is said to keep referrers
// by itself: else the library would write a tag of its own for content with a
// subject, an effect nobody previewed.
func (r *registry) put(ctx context.Context, pkg, tag string, content store.Content) error {
	c := &call{pkg: pkg, ref: tag, rights: push}
	repo := r.writer(pkg)
	if err := repo.SetReferrersCapability(true); err != nil {
		return fmt.Errorf("preparing to write %s:%s: %w", pkg, tag, err)
	}
	err := repo.PushReference(c.in(ctx), ocispec.Descriptor{
		MediaType: content.MediaType, Digest: digest.Digest(content.Digest), Size: int64(len(content.Body)),
	}, bytes.NewReader(content.Body), tag)
	if err == nil {
		return nil
	}
	switch c.heard.status {
	case http.StatusCreated, http.StatusOK, http.StatusAccepted, http.StatusNoContent:
		// The library takes 201 alone, with the digest it expects or none. What
		// became of an accepted write is told by reading it back.
		return nil
	}
	return r.failure(c, err)
}

// writer is oras-go's idea of a package. It repeats nothing: its client is the
// registry's own, and there is no default one in between.
func (r *registry) writer(pkg string) *oras.Repository {
	return &oras.Repository{
		Client: r, PlainHTTP: r.base.Scheme == "http", SkipReferrersGC: true,
		Reference: ociref.Reference{Registry: r.base.Host, Repository: r.repo(pkg)},
	}
}

// hasBlob reports whether a package has a blob. GHCR may send a HEAD to another
// host, which does not answer it: then it counts as absent, since bringing what
// is there already changes nothing.
func (r *registry) hasBlob(ctx context.Context, pkg string, content []byte) (bool, error) {
	d := model.DigestOf(content)
	c := &call{pkg: pkg, ref: string(d)}
	_, err := r.writer(pkg).Blobs().Resolve(c.in(ctx), string(d))
	switch {
	case err == nil:
		return true, nil
	case c.heard.status >= 300 && c.heard.status < 500 && c.heard.status != http.StatusTooManyRequests:
		return false, nil
	}
	return false, r.failure(c, err)
}

// putBlob uploads a blob: an upload is begun and ended with its whole content
// (distribution-spec, "POST then PUT"). Nothing shows it before a manifest
// names it.
func (r *registry) putBlob(ctx context.Context, pkg string, content []byte) error {
	d := model.DigestOf(content)
	c := &call{pkg: pkg, ref: string(d), rights: push}
	err := r.writer(pkg).Blobs().Push(c.in(ctx), ocispec.Descriptor{
		MediaType: octetStream, Digest: digest.Digest(d), Size: int64(len(content)),
	}, bytes.NewReader(content))
	if err == nil {
		return nil
	}
	return r.failure(c, err)
}

// blob reads small content by digest. GHCR redirects to another host; the
// stack sends no credentials there.
func (r *registry) blob(ctx context.Context, pkg string, d model.Digest, limit int64) (store.Content, error) {
	c := &call{pkg: pkg, ref: string(d), limit: limit}
	body, err := r.wholeLayer(c.in(ctx), r.named.Repo(r.repo(pkg)).Digest(string(d)))
	if err != nil {
		return store.Content{}, r.failure(c, err)
	}
	return store.Content{Digest: d, MediaType: withoutParameters(c.heard.header.Get("Content-Type")), Body: body}, nil
}

// wholeLayer reads and compares with the digest.
func (r *registry) wholeLayer(ctx context.Context, ref name.Digest) ([]byte, error) {
	layer, err := r.puller.Layer(ctx, ref)
	if err != nil {
		return nil, err
	}
	rc, err := layer.Compressed()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rc.Close() }()
	return io.ReadAll(rc)
}

// mayPush tries the right to write without writing: an upload is begun
// (distribution-spec, "Pushing a blob in chunks"). giveUp ends it again and may
// run beside whatever comes next: an upload without content is nothing.
func (r *registry) mayPush(ctx context.Context, pkg string) (giveUp func(context.Context), err error) {
	uploads := r.base.JoinPath("v2", r.repo(pkg), "blobs", "uploads/")
	resp, err := r.plain(ctx, &call{pkg: pkg, rights: push, again: true}, http.MethodPost, uploads.String())
	if err != nil {
		return nil, err
	}
	if resp.status != http.StatusAccepted && resp.status != http.StatusCreated {
		return nil, r.fail(resp, pkg, "")
	}
	u, err := uploads.Parse(resp.header.Get("Location"))
	if err != nil || resp.header.Get("Location") == "" || originOf(u) != originOf(r.base) {
		//nolint:nilerr // an upload without an address cannot be given up; it expires by itself
		return func(context.Context) {}, nil
	}
	return func(ctx context.Context) {
		// Whatever comes of it, it is in the request log.
		_, _ = r.plain(ctx, &call{pkg: pkg, rights: push}, http.MethodDelete, u.String())
	}, nil
}

// mayDeleteTags finds out whether the registry deletes tags, by deleting one
// that is not there: a registry that does says so, one that does not refuses
// the method (distribution-spec, "Deleting tags").
func (r *registry) mayDeleteTags(ctx context.Context, pkg string) error {
	const nobodys = "caitui-tag-that-nobody-has"
	resp, err := r.plain(ctx, &call{pkg: pkg, rights: push, again: true}, http.MethodDelete, r.manifestAddress(pkg, nobodys))
	switch {
	case err != nil:
		return err
	case resp.status == http.StatusNotFound, resp.status == http.StatusAccepted, resp.status == http.StatusNoContent:
		return nil
	case resp.status == http.StatusUnauthorized, resp.status == http.StatusForbidden, resp.status == http.StatusTooManyRequests, resp.status >= 500:
		return r.fail(resp, pkg, "")
	}
	return &model.Error{Kind: model.ErrUnsupported, Cause: answerOf(resp),
		Message: fmt.Sprintf("%s does not remove tags", model.Sanitize(r.host)),
		Cure:    "on GHCR it takes GitHub's API (--api); elsewhere the registry must allow deleting"}
}

// deleteTag deletes a tag. It is called by Execute only, and sent once.
func (r *registry) deleteTag(ctx context.Context, pkg, tag string) error {
	resp, err := r.plain(ctx, &call{pkg: pkg, rights: push}, http.MethodDelete, r.manifestAddress(pkg, tag))
	if err != nil {
		return err
	}
	if resp.status < 300 {
		return nil
	}
	return r.fail(resp, pkg, tag)
}

func (r *registry) manifestAddress(pkg, ref string) string {
	return r.base.JoinPath("v2", r.repo(pkg), "manifests", ref).String()
}

// plain sends a request without a body that no library sends.
func (r *registry) plain(ctx context.Context, c *call, method, address string) (reply, error) {
	req, err := http.NewRequestWithContext(c.in(ctx), method, address, nil)
	if err != nil {
		return reply{}, fmt.Errorf("building a request to the registry: %w", err)
	}
	resp, err := r.send(req)
	if err != nil {
		return reply{}, err
	}
	return replyOf(resp), nil
}
