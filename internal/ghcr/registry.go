package ghcr

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// registry speaks the OCI distribution API. It sends exact bytes, never pings,
// never probes for referrers and leaves all repeating to the stack.
type registry struct {
	base        *url.URL
	host        string // host[:port], as people know the registry
	owner       string
	ownerInPath bool
	creds       Credentials
	http        *http.Client
	tokens      *tokens
	now         func() time.Time
}

func newRegistry(o Options, base *url.URL, client *http.Client) *registry {
	return &registry{
		base: base, host: base.Host, owner: strings.ToLower(o.Layout.Owner), ownerInPath: o.OwnerInPath,
		creds: o.RegistryCredentials, http: client, tokens: newTokens(o, base, client), now: o.Now,
	}
}

// repo is the repository of a package: GHCR's are OWNER/NAME in lower case.
func (r *registry) repo(pkg string) string {
	if r.ownerInPath && r.owner != "" {
		return r.owner + "/" + pkg
	}
	return pkg
}

// acceptManifests lists all four types: GHCR answers 404 to a request that
// lacks the one it has.
var acceptManifests = strings.Join([]string{
	model.MediaOCIIndex, model.MediaOCIManifest, model.MediaDockerList, model.MediaDockerManifest,
}, ", ")

// call is one request to the registry.
type call struct {
	method string
	path   string // below /v2/, already escaped
	query  url.Values
	url    *url.URL // in place of path and query: an address the registry gave
	pkg    string
	ref    string // for errors
	rights rights
	body   []byte
	kind   string // media type of body
	accept string
	limit  int64
	// again allows to send the same once more after a 401 or 403, with better
	// credentials. Reads may; of the writes only the one that changes nothing.
	again bool
}

// reply is an answer of the registry; the stack has read its body already.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// send answers with whatever status came.
func (r *registry) send(ctx context.Context, c call) (reply, error) {
	if c.rights == "" {
		c.rights = pull
	}
	repo := ""
	if c.pkg != "" {
		repo = r.repo(c.pkg)
	}
	for tries := 0; ; tries++ {
		auth, used, err := r.tokens.authorize(ctx, repo, c.rights)
		if err != nil {
			return reply{}, &sendError{mapped: err}
		}
		resp, err := r.exchange(ctx, c, auth)
		if err != nil {
			return reply{}, err
		}
		refused := resp.status == http.StatusUnauthorized || resp.status == http.StatusForbidden
		if !refused || !c.again && !isRead(c.method) || tries == 2 || !r.tokens.reconsider(ctx, resp.header, repo, c.rights, used) {
			return resp, nil
		}
	}
}

func (r *registry) exchange(ctx context.Context, c call, auth authorization) (reply, error) {
	u := c.url
	if u == nil {
		u = r.base.JoinPath("v2")
		u.Path += "/" + c.path
		u.RawQuery = c.query.Encode()
	}
	ctx = withTerms(ctx, terms{auth: auth, limit: c.limit})
	req, err := http.NewRequestWithContext(ctx, c.method, u.String(), nil)
	if err != nil {
		return reply{}, fmt.Errorf("building a request to the registry: %w", err)
	}
	if len(c.body) > 0 {
		req.Body = readCloser{bytes.NewReader(c.body)} // without GetBody nothing can send it twice
		req.ContentLength = int64(len(c.body))
		req.Header.Set("Content-Type", c.kind)
	}
	if c.accept != "" {
		req.Header.Set("Accept", c.accept)
	}
	resp, err := r.http.Do(req)
	if err != nil {
		return reply{}, &sendError{mapped: networkError(u.Host, err), lost: isLostReply(err)}
	}
	return replyOf(resp), nil
}

type readCloser struct{ *bytes.Reader }

func (readCloser) Close() error { return nil }

// sendError is a request without an answer, or one that never left for want of
// a token. lost says that the server may have done what it was asked
// nevertheless.
type sendError struct {
	mapped error
	lost   bool
}

func (e *sendError) Error() string { return e.mapped.Error() }
func (e *sendError) Unwrap() error { return e.mapped }

func (r *registry) about(pkg, ref string) subject {
	return subject{registry: model.Sanitize(r.host), pkg: pkg, ref: ref, creds: r.creds}
}

func replyOf(resp *http.Response) reply {
	defer func() { _ = resp.Body.Close() }()
	return reply{status: resp.StatusCode, header: resp.Header, body: peek(resp)}
}

// fail maps an answer of another status than the wanted one.
func (r *registry) fail(resp reply, pkg, ref string) error {
	return r.registryError(resp, r.about(pkg, ref))
}
