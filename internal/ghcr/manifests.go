package ghcr

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/novotnyllc/caitui/internal/ghcr/store"
	"github.com/novotnyllc/caitui/internal/model"
)

// head asks for the digest of a tag, or whether a digest is there. It is the
// freshest word there is, and does not count as a download. Absent is
// ErrNotFound.
func (r *registry) head(ctx context.Context, pkg, ref string) (model.Digest, error) {
	resp, err := r.send(ctx, call{method: http.MethodHead, path: r.repo(pkg) + "/manifests/" + ref, pkg: pkg, ref: ref, accept: acceptManifests})
	if err != nil {
		return "", err
	}
	if resp.status != http.StatusOK {
		return "", r.fail(resp, pkg, ref)
	}
	said := resp.header.Get("Docker-Content-Digest")
	if said == "" { // optional in the specification
		c, err := r.get(ctx, pkg, ref)
		return c.Digest, err
	}
	d, err := model.ParseDigest(said)
	if err != nil {
		return "", &model.Error{Kind: model.ErrMalformed, Message: fmt.Sprintf("%s gives an unreadable digest for %s:%s", model.Sanitize(r.host), pkg, ref), Cause: err}
	}
	if strings.HasPrefix(ref, "sha256:") && d != model.Digest(ref) {
		return "", &model.Error{Kind: model.ErrMalformed, Message: fmt.Sprintf("%s answers for %s with %s", model.Sanitize(r.host), model.Digest(ref).Short(), d.Short())}
	}
	return d, nil
}

// get reads a manifest by digest or, where a registry gives no digests, by
// tag. Asked by digest, other bytes are ErrMalformed.
func (r *registry) get(ctx context.Context, pkg, ref string) (store.Content, error) {
	resp, err := r.send(ctx, call{method: http.MethodGet, path: r.repo(pkg) + "/manifests/" + ref, pkg: pkg, ref: ref, accept: acceptManifests, limit: capManifest})
	if err != nil {
		return store.Content{}, err
	}
	if resp.status != http.StatusOK {
		return store.Content{}, r.fail(resp, pkg, ref)
	}
	return r.checked(pkg, ref, resp)
}

// checked compares the bytes of an answer with the digest they were asked by.
func (r *registry) checked(pkg, ref string, resp reply) (store.Content, error) {
	body := resp.body
	kind, _, _ := strings.Cut(resp.header.Get("Content-Type"), ";")
	c := store.Content{Digest: model.DigestOf(body), MediaType: strings.TrimSpace(kind), Body: body}
	if strings.HasPrefix(ref, "sha256:") && c.Digest != model.Digest(ref) {
		return store.Content{}, &model.Error{Kind: model.ErrMalformed,
			Message: fmt.Sprintf("what %s sent for %s@%s has another digest, %s", model.Sanitize(r.host), pkg, model.Digest(ref).Short(), c.Digest.Short()),
			Cure:    "try again; if it stays, something between here and the registry alters content"}
	}
	return c, nil
}

// put makes tag point to content: one PUT of the exact bytes and nothing else.
// It is called by Execute only. The error is a *sendError where no answer came.
func (r *registry) put(ctx context.Context, pkg, tag string, c store.Content) error {
	resp, err := r.send(ctx, call{method: http.MethodPut, path: r.repo(pkg) + "/manifests/" + tag, pkg: pkg, ref: tag, rights: push, body: c.Body, kind: c.MediaType})
	if err != nil {
		return err
	}
	switch resp.status {
	case http.StatusCreated, http.StatusOK, http.StatusAccepted, http.StatusNoContent:
		return nil
	}
	return r.fail(resp, pkg, tag)
}

// blob reads small content by digest. GHCR redirects to another host; the
// stack sends no credentials there.
func (r *registry) blob(ctx context.Context, pkg string, d model.Digest, limit int64) (store.Content, error) {
	resp, err := r.send(ctx, call{method: http.MethodGet, path: r.repo(pkg) + "/blobs/" + string(d), pkg: pkg, ref: string(d), limit: limit})
	if err != nil {
		return store.Content{}, err
	}
	if resp.status != http.StatusOK {
		return store.Content{}, r.fail(resp, pkg, string(d))
	}
	return r.checked(pkg, string(d), resp)
}

// mayPush tries the right to write without writing: an upload is begun
// (distribution-spec, "Pushing a blob in chunks"). giveUp ends it again and may
// run beside whatever comes next: an upload without content is nothing.
func (r *registry) mayPush(ctx context.Context, pkg string) (giveUp func(context.Context), err error) {
	resp, err := r.send(ctx, call{method: http.MethodPost, path: r.repo(pkg) + "/blobs/uploads/", pkg: pkg, rights: push, again: true})
	if err != nil {
		return nil, err
	}
	if resp.status != http.StatusAccepted && resp.status != http.StatusCreated {
		return nil, r.fail(resp, pkg, "")
	}
	u, err := r.base.JoinPath("v2", r.repo(pkg), "blobs", "uploads/").Parse(resp.header.Get("Location"))
	if err != nil || resp.header.Get("Location") == "" || originOf(u) != originOf(r.base) {
		//nolint:nilerr // an upload without an address cannot be given up; it expires by itself
		return func(context.Context) {}, nil
	}
	return func(ctx context.Context) {
		// Whatever comes of it, it is in the request log.
		_, _ = r.send(ctx, call{method: http.MethodDelete, url: u, pkg: pkg, rights: push})
	}, nil
}
