package ghcr

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	ggcr "github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"github.com/novotnyllc/caitui/internal/model"
)

// registry speaks the OCI distribution API through two libraries:
// go-containerregistry reads, oras-go writes. Both stand on its RoundTrip,
// which brings credentials and hands everything to the stack, so that neither
// of them pings, authenticates, repeats or follows redirects.
//
// What the libraries do not do is done here and is all of it:
//   - trying the right to push (mayPush): go-containerregistry's
//     CheckPushPermission takes no context and leaves giving up the upload to a
//     goroutine that nobody can wait for; oras-go has nothing like it;
//   - getting tokens (tokens.go): both ask for one scope at a time and neither
//     goes on anonymously when a credential turns out to be stale;
//   - mending answers before the libraries see them (mend), where they insist on
//     more than the specification does.
type registry struct {
	base        *url.URL
	host        string        // host[:port], as people know the registry
	named       name.Registry // the same for go-containerregistry
	owner       string
	ownerInPath bool
	creds       Credentials
	http        *http.Client
	puller      *ggcr.Puller
	tokens      *tokens
	now         func() time.Time
}

func newRegistry(o Options, base *url.URL, client *http.Client) (*registry, error) {
	r := &registry{
		base: base, host: base.Host, owner: strings.ToLower(o.Layout.Owner), ownerInPath: o.OwnerInPath,
		creds: o.RegistryCredentials, http: client, tokens: newTokens(o, base, client), now: o.Now,
	}
	named, err := nameOf(base)
	if err != nil {
		return nil, &model.Error{Kind: model.ErrInvalid, Message: model.Sanitize(base.Host) + " cannot be the name of a registry",
			Cure: "give it as https://HOST[:PORT]", Cause: err}
	}
	r.named = named
	// A transport.Wrapper is what go-containerregistry uses as it is. Making one
	// takes a ping, which greet answers: nothing is sent.
	wrapper, err := transport.NewWithContext(context.Background(), named, authn.Anonymous, r, nil)
	if err == nil {
		r.puller, err = ggcr.NewPuller(ggcr.WithTransport(wrapper), ggcr.WithPageSize(listPage), ggcr.WithJobs(hostConcurrency))
	}
	if err != nil {
		return nil, &model.Error{Kind: model.ErrInvalid, Message: "a client for " + model.Sanitize(base.Host) + " cannot be made", Cause: err}
	}
	return r, nil
}

// nameOf is a registry's name for go-containerregistry. Docker Hub gets the one
// under which the library does not put library/ before repositories: oras-go
// does not either, and both must mean the same.
func nameOf(base *url.URL) (name.Registry, error) {
	var options []name.Option
	if base.Scheme == "http" {
		options = append(options, name.Insecure)
	}
	host := base.Host
	if host == "docker.io" || host == name.DefaultRegistry {
		host = "registry-1.docker.io"
	}
	return name.NewRegistry(host, options...)
}

// repo is the repository of a package: GHCR's are OWNER/NAME in lower case.
func (r *registry) repo(pkg string) string {
	if r.ownerInPath && r.owner != "" {
		return r.owner + "/" + pkg
	}
	return pkg
}

// warm gets the tokens for what is about to be asked of packages.
func (r *registry) warm(ctx context.Context, packages []string, want rights) {
	repos := make([]string, len(packages))
	for i, pkg := range packages {
		repos[i] = r.repo(pkg)
	}
	r.tokens.warm(ctx, repos, want)
}

// reference names a manifest or blob for go-containerregistry.
func (r *registry) reference(pkg, ref string) name.Reference {
	repo := r.named.Repo(r.repo(pkg))
	if isDigest(ref) {
		return repo.Digest(ref)
	}
	return repo.Tag(ref)
}

func isDigest(ref string) bool { return strings.HasPrefix(ref, "sha256:") }

// call is one operation on the registry, mostly one request. It travels in the
// context through the libraries, and is used by one goroutine.
type call struct {
	pkg    string // "" where the registry as a whole
	ref    string // for errors
	rights rights // "" is pull
	limit  int64
	// again allows to send the same once more after a 401 or 403, with better
	// credentials. Reads may; of the writes only the one that changes nothing.
	again bool
	// lists says that answers are pages of a list.
	lists bool
	// heard is the latest answer. The libraries' errors keep no headers, and
	// of an answer they could not use, nothing.
	heard reply
}

type callKey struct{}

func (c *call) in(ctx context.Context) context.Context {
	if c.rights == "" {
		c.rights = pull
	}
	return context.WithValue(ctx, callKey{}, c)
}

// reply is an answer of the registry; the stack has read its body already.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// RoundTrip implements http.RoundTripper for go-containerregistry.
func (r *registry) RoundTrip(req *http.Request) (*http.Response, error) {
	if _, ok := req.Context().Value(callKey{}).(*call); !ok {
		return r.greet(req)
	}
	out := req.Clone(req.Context())
	r.outward(out)
	resp, err := r.send(out)
	if err != nil {
		return nil, err
	}
	if err := r.mend(resp, out); err != nil {
		return nil, err
	}
	resp.Request = req
	return resp, nil
}

// Do implements oras-go's remote.Client. It follows no redirects: of a write
// there are none to follow.
func (r *registry) Do(req *http.Request) (*http.Response, error) { return r.RoundTrip(req) }

// greet answers the ping that go-containerregistry sends when its transport is
// made, at the scheme that the registry is spoken to with. No other request
// comes without a call, and none is sent.
func (r *registry) greet(req *http.Request) (*http.Response, error) {
	if req.URL.Path != "/v2/" || req.URL.Scheme != r.base.Scheme {
		return nil, errors.New("sending a request of nobody's call")
	}
	return &http.Response{StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Body: http.NoBody, Request: req}, nil
}

// outward turns an address that a library made into the registry's own. They
// differ where the registry has a path of its own, and at Docker Hub, for which
// the libraries know other hosts.
func (r *registry) outward(req *http.Request) {
	u := req.URL
	u.Scheme, u.Host, u.User = r.base.Scheme, r.base.Host, nil
	req.Host = ""
	if r.base.Path != "" {
		u.RawPath = r.base.EscapedPath() + u.EscapedPath()
		u.Path = r.base.Path + u.Path
	}
}

// inward is the same the other way round, for what go-containerregistry
// compares with its own idea of the registry: it takes any private address for
// one without TLS.
func (r *registry) inward(u *url.URL) *url.URL {
	in := *u
	in.Scheme, in.Host, in.User = r.named.Scheme(), r.named.RegistryStr(), nil
	if r.base.Path != "" {
		in.RawPath = strings.TrimPrefix(u.EscapedPath(), r.base.EscapedPath())
		in.Path = strings.TrimPrefix(u.Path, r.base.Path)
	}
	return &in
}

const octetStream = "application/octet-stream"

// mend completes an answer for the libraries: go-containerregistry refuses a
// HEAD's without Content-Type or Content-Length, which nobody here reads, and
// knows one form of Link only.
func (r *registry) mend(resp *http.Response, out *http.Request) error {
	if resp.StatusCode == http.StatusAccepted {
		r.mendLocation(resp)
	}
	if resp.StatusCode != http.StatusOK {
		return nil
	}
	if out.Method == http.MethodHead {
		if resp.Header.Get("Content-Type") == "" {
			resp.Header.Set("Content-Type", octetStream)
		}
		resp.ContentLength = max(resp.ContentLength, 0)
	}
	if c := callOf(out.Context()); c.lists {
		return r.mendLink(resp, out.URL, c.heard.body)
	}
	return nil
}

// mendLocation takes the registry's own path off the address of an upload: it
// is put before what a library sends there (outward).
func (r *registry) mendLocation(resp *http.Response) {
	u, err := url.Parse(resp.Header.Get("Location"))
	if err != nil || r.base.Path == "" || u.Host != "" && originOf(u) != originOf(r.base) {
		return
	}
	if rest, ok := strings.CutPrefix(u.EscapedPath(), r.base.EscapedPath()+"/"); ok {
		resp.Header.Set("Location", "/"+rest+"?"+u.RawQuery)
	}
}

// callOf is the call that a request belongs to.
func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

// send authenticates and sends. It answers with whatever status came.
func (r *registry) send(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	c := callOf(ctx)
	repo := ""
	if c.pkg != "" {
		repo = r.repo(c.pkg)
	}
	for tries := 0; ; tries++ {
		auth, used, err := r.tokens.authorize(ctx, repo, c.rights)
		if err != nil {
			if req.Body != nil {
				_ = req.Body.Close()
			}
			return nil, &sendError{mapped: err}
		}
		resp, err := r.exchange(req, c, auth)
		if err != nil {
			return nil, err
		}
		refused := resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden
		if !refused || !c.again && !isRead(req.Method) || tries == 2 || !r.tokens.reconsider(ctx, resp.Header, repo, c.rights, used) {
			return resp, nil
		}
	}
}

func (r *registry) exchange(req *http.Request, c *call, auth authorization) (*http.Response, error) {
	out := req.Clone(withTerms(req.Context(), terms{auth: auth, limit: c.limit}))
	out.GetBody = nil // without it nothing can send a body twice
	resp, err := r.http.Do(out)
	if err != nil {
		return nil, &sendError{mapped: networkError(r.host, err), lost: isLostReply(err)}
	}
	c.heard = reply{status: resp.StatusCode, header: resp.Header.Clone(), body: peek(resp)}
	return resp, nil
}

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
