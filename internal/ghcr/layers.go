package ghcr

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/content"
	"oras.land/oras-go/v2/registry/remote"

	"github.com/novotnyllc/caitui/internal/model"
)

// orasClient is the HTTP client under oras-go: the one stack with the one set
// of tokens, in place of the default client that keeps credentials and repeats
// requests by rules of its own.
type orasClient struct {
	r   *registry
	pkg string
}

// Do sends a read whose good answer flows. Any other answer is mapped here, as
// oras-go's texts may hold signed addresses.
func (c orasClient) Do(req *http.Request) (*http.Response, error) {
	ctx, repo := req.Context(), c.r.repo(c.pkg)
	for tries := 0; ; tries++ {
		auth, used, err := c.r.tokens.authorize(ctx, repo, pull)
		if err != nil {
			return nil, err
		}
		out := req.Clone(withTerms(ctx, terms{auth: auth, flow: true}))
		out.URL.Path = c.r.base.Path + req.URL.Path
		resp, err := c.r.http.Do(out)
		if err != nil {
			return nil, networkError(c.r.base.Host, err)
		}
		if resp.StatusCode < 300 {
			resp.Request = req // the last one may have gone to a signed address
			return resp, nil
		}
		got := replyOf(resp)
		refused := got.status == http.StatusUnauthorized || got.status == http.StatusForbidden
		if refused && tries < 2 && c.r.tokens.reconsider(ctx, got.header, repo, pull, used) {
			continue
		}
		return nil, c.r.fail(got, c.pkg, path.Base(req.URL.Path))
	}
}

// oras is a package as oras-go sees it.
func (r *registry) oras(pkg string) (*remote.Repository, error) {
	repo, err := remote.NewRepository(r.base.Host + "/" + r.repo(pkg))
	if err != nil {
		return nil, &model.Error{Kind: model.ErrInvalid, Message: fmt.Sprintf("%s cannot be asked for %s", model.Sanitize(r.host), model.Sanitize(pkg)), Cause: err}
	}
	repo.Client, repo.PlainHTTP = orasClient{r, pkg}, r.base.Scheme == "http"
	return repo, nil
}

// layer opens content of any size by its descriptor, to be read while it
// arrives. Reading ends with an error where the content is shorter, longer or
// another than the descriptor says, so that io.EOF means that all of it was
// right. The caller closes it.
func (r *registry) layer(ctx context.Context, pkg string, d model.Descriptor) (io.ReadCloser, error) {
	repo, err := r.oras(pkg)
	if err != nil {
		return nil, err
	}
	desc := ocispec.Descriptor{MediaType: d.MediaType, Digest: digest.Digest(d.Digest), Size: d.Size}
	body, err := repo.Blobs().Fetch(ctx, desc)
	if err != nil {
		return nil, r.layerError(ctx, pkg, d, err)
	}
	return &checkedLayer{
		VerifyReader: content.NewVerifyReader(body, desc), body: body,
		fail: func(err error) error { return r.layerError(ctx, pkg, d, err) },
	}, nil
}

// checkedLayer turns the end of the content into a verdict about it.
type checkedLayer struct {
	*content.VerifyReader
	body io.Closer
	fail func(error) error
}

func (l *checkedLayer) Read(p []byte) (int, error) {
	n, err := l.VerifyReader.Read(p)
	if err == nil {
		return n, nil
	}
	if errors.Is(err, io.EOF) {
		if err = l.Verify(); err == nil {
			return n, io.EOF
		}
	}
	return n, l.fail(err)
}

func (l *checkedLayer) Close() error { return l.body.Close() }

// layerError maps what can go wrong with content on its way.
func (r *registry) layerError(ctx context.Context, pkg string, d model.Descriptor, err error) error {
	var known *model.Error
	host := model.Sanitize(r.host)
	what := fmt.Sprintf("%s of %s", d.Digest.Short(), pkg)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &known):
		return known
	case errors.Is(err, content.ErrMismatchedDigest):
		return &model.Error{Kind: model.ErrMalformed, Message: fmt.Sprintf("what %s sent for %s has another digest", host, what),
			Cure: "try again; if it stays, something between here and the registry alters content"}
	case errors.Is(err, content.ErrTrailingData):
		return &model.Error{Kind: model.ErrMalformed, Message: fmt.Sprintf("%s sends more for %s than the %d bytes that the manifest names", host, what, d.Size)}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &model.Error{Kind: model.ErrUnreachable, Message: fmt.Sprintf("%s broke off in the middle of %s", host, what), Cure: "try again", Cause: io.ErrUnexpectedEOF}
	case errors.Is(err, context.DeadlineExceeded), isTransient(err):
		return networkError(r.host, err)
	}
	// The rest is oras-go refusing headers that contradict the descriptor.
	return &model.Error{Kind: model.ErrMalformed, Message: fmt.Sprintf("%s announces another content for %s than the manifest names", host, what), Cause: err}
}
