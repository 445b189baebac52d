package ghcr

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"oras.land/oras-go/v2/registry/remote/errcode"

	"github.com/novotnyllc/caitui/internal/model"
)

// answer is what a registry said when it did not do what it was asked
// (distribution-spec, "Error codes"). It is the cause inside a model.Error.
type answer struct {
	status  int
	code    transport.ErrorCode
	message string
}

func (a *answer) Error() string {
	text := fmt.Sprintf("the registry answered %d", a.status)
	if a.code != "" {
		text += " " + model.Sanitize(string(a.code))
	}
	if a.message != "" {
		text += " " + clip(a.message)
	}
	return text
}

// maxQuoted bounds how much of a server's text is repeated to a person.
const maxQuoted = 300

func clip(s string) string {
	s = model.Sanitize(strings.TrimSpace(s))
	if r := []rune(s); len(r) > maxQuoted {
		return string(r[:maxQuoted]) + "…"
	}
	return s
}

// answerOf reads a registry's error body; the answer to a HEAD has none.
func answerOf(resp reply) *answer {
	a := &answer{status: resp.status}
	var doc struct {
		Errors []transport.Diagnostic `json:"errors"`
	}
	if json.Unmarshal(resp.body, &doc) == nil && len(doc.Errors) > 0 {
		a.code, a.message = doc.Errors[0].Code, doc.Errors[0].Message
	}
	return a
}

// subject is what a request was about, in the words of an error.
type subject struct {
	registry string // host[:port]
	pkg      string // "" where the registry as a whole
	ref      string // tag or digest; "" where the package as a whole
	creds    Credentials
}

func (s subject) String() string {
	switch {
	case s.pkg == "":
		return s.registry
	case strings.HasPrefix(s.ref, "sha256:"):
		return s.pkg + "@" + model.Digest(s.ref).Short()
	case s.ref != "":
		return s.pkg + ":" + s.ref
	}
	return s.pkg
}

// fail maps an answer of another status than the wanted one.
func (r *registry) fail(resp reply, pkg, ref string) error {
	return r.registryError(answerOf(resp), resp, r.about(pkg, ref))
}

// failure maps what a library says of a call that did not succeed. What the
// registry refused is told by the library's own error type; headers, which
// those do not keep, come from the call.
func (r *registry) failure(c *call, err error) error {
	var (
		unsent *sendError
		known  *model.Error
		read   *transport.Error
		wrote  *errcode.ErrorResponse
	)
	a := &answer{}
	switch {
	case errors.As(err, &unsent):
		return unsent
	case errors.As(err, &known):
		return known
	case errors.As(err, &read):
		a.status = read.StatusCode
		if len(read.Errors) > 0 {
			a.code, a.message = read.Errors[0].Code, read.Errors[0].Message
		}
	case errors.As(err, &wrote):
		a.status = wrote.StatusCode
		if len(wrote.Errors) > 0 {
			a.code, a.message = transport.ErrorCode(wrote.Errors[0].Code), wrote.Errors[0].Message
		}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return networkError(r.host, err)
	default:
		return r.unusable(c, err)
	}
	return r.registryError(a, c.heard, r.about(c.pkg, c.ref))
}

// unusable is an answer of the wanted status that a library can make nothing
// of: not JSON where a list was asked for, other bytes than the digest's.
func (r *registry) unusable(c *call, err error) error {
	host := model.Sanitize(r.host)
	if c.lists {
		return &model.Error{Kind: model.ErrMalformed, Message: fmt.Sprintf("a list of %s is not readable JSON", host), Cause: err}
	}
	if other := r.otherBytes(c); other != nil {
		return other
	}
	return &model.Error{Kind: model.ErrMalformed, Message: fmt.Sprintf("what %s answers for %s cannot be used", host, r.about(c.pkg, c.ref)), Cause: err}
}

// otherBytes is an error where the bytes that came for a call do not have the
// digest they were asked by.
func (r *registry) otherBytes(c *call) error {
	if c.heard.status != http.StatusOK || !isDigest(c.ref) {
		return nil
	}
	got, want := model.DigestOf(c.heard.body), model.Digest(c.ref)
	if got == want {
		return nil
	}
	return &model.Error{Kind: model.ErrMalformed,
		Message: fmt.Sprintf("what %s sent for %s@%s has another digest, %s", model.Sanitize(r.host), c.pkg, want.Short(), got.Short()),
		Cure:    "try again; if it stays, something between here and the registry alters content"}
}

// registryError maps what a registry said in place of the wanted answer.
func (r *registry) registryError(a *answer, resp reply, s subject) error {
	out := &model.Error{Cause: a}
	switch {
	case a.status == http.StatusTooManyRequests || a.code == transport.TooManyRequestsErrorCode:
		return limitedError(s.registry, resp, r.now(), a)
	case a.status == http.StatusUnauthorized, a.status == http.StatusForbidden, a.code == transport.DeniedErrorCode:
		return deniedError(a, s)
	case a.status == http.StatusNotFound:
		return notFoundError(a, s)
	case a.status == http.StatusMethodNotAllowed, a.code == transport.UnsupportedErrorCode:
		out.Kind = model.ErrUnsupported
		out.Message = fmt.Sprintf("%s does not support this for %s", s.registry, s)
	case a.status == http.StatusRequestEntityTooLarge:
		out.Kind, out.Message = model.ErrTooLarge, fmt.Sprintf("%s finds %s too large", s.registry, s)
	case a.status >= 500:
		out.Kind = model.ErrUnreachable
		out.Message = fmt.Sprintf("%s has trouble answering for %s", s.registry, s)
		out.Cure = "try again; GitHub's own state is at https://www.githubstatus.com"
		if !strings.EqualFold(s.registry, "ghcr.io") {
			out.Cure = "try again; look at the registry's own log"
		}
	default:
		out.Kind = model.ErrMalformed
		out.Message = fmt.Sprintf("%s refused %s", s.registry, s)
	}
	return out
}

func notFoundError(a *answer, s subject) error {
	out := &model.Error{Kind: model.ErrNotFound, Cause: a}
	switch {
	case strings.Contains(a.message, "Accept header"):
		out.Kind = model.ErrUnsupported
		out.Message = fmt.Sprintf("%s has %s in a form that caitui did not ask for", s.registry, s)
		out.Cure = "report this: caitui asks for all four manifest types"
	case a.code == transport.NameUnknownErrorCode || s.ref == "":
		out.Message = fmt.Sprintf("%s has no package %s", s.registry, s.pkg)
		out.Cure = "check owner and name; caitui packages lists what there is"
	case a.code == transport.BlobUnknownErrorCode, a.code == transport.ManifestBlobUnknownErrorCode:
		out.Message = fmt.Sprintf("%s lacks content that %s needs", s.registry, s)
	case strings.HasPrefix(s.ref, "sha256:"):
		out.Message = fmt.Sprintf("%s is not there (any more)", s)
		out.Cure = "caitui history " + s.pkg + " lists what there is"
	default:
		out.Message = fmt.Sprintf("%s has no tag %s", s.pkg, s.ref)
		out.Cure = "caitui history " + s.pkg + " lists the tags"
	}
	return out
}

// deniedError tells the reasons for a refusal apart as far as the answer and
// the form of the token allow.
func deniedError(a *answer, s subject) error {
	out := &model.Error{Kind: model.ErrForbidden, Cause: a}
	text := strings.ToLower(a.message)
	switch {
	case s.creds.Anonymous():
		out.Kind = model.ErrUnauthorized
		out.Message = fmt.Sprintf("%s is not public, or not there: %s wants credentials for it", s, s.registry)
		out.Cure = "set GITHUB_TOKEN to a classic token with read:packages, or run gh auth login --scopes read:packages"
	case strings.HasPrefix(s.creds.Token, "github_pat_"):
		out.Message = fmt.Sprintf("%s does not take fine-grained tokens", s.registry)
		out.Cure = "use a classic token with read:packages (and write:packages to write) in place of the one from " + s.creds.Source
	case strings.Contains(text, "installation not allowed"), strings.HasPrefix(s.creds.Token, "ghs_") && strings.Contains(text, "permission_denied"):
		out.Message = fmt.Sprintf("this workflow token may not do that to %s", s)
		out.Cure = "give the job packages: write and link the package to the repository under Package settings, Manage Actions access"
	case strings.Contains(text, "write_package"):
		out.Message = fmt.Sprintf("this account may not write %s", s.pkg)
		out.Cure = "ask for the write role under Package settings, Manage access; the token needs write:packages"
	case strings.Contains(text, "read_package"):
		out.Message = fmt.Sprintf("this account may not read %s", s.pkg)
		out.Cure = "ask for the read role under Package settings, Manage access; the token needs read:packages"
	case a.status == http.StatusUnauthorized:
		out.Kind = model.ErrUnauthorized
		out.Message = fmt.Sprintf("%s does not accept the credential from %s for %s", s.registry, s.creds.Source, s)
		out.Cure = "renew it: it may have expired or been revoked"
	default:
		out.Message = fmt.Sprintf("%s denies access to %s", s.registry, s)
		out.Cure = "the account needs a role on the package and the token from " + s.creds.Source + " the scope read:packages (write:packages to write)"
	}
	return out
}

// tokenError maps what the token endpoint says.
func (t *tokens) tokenError(resp reply, scopes []string, withSecret bool) error {
	a := answerOf(resp)
	creds := t.creds
	if !withSecret {
		creds = Credentials{}
	}
	s := subject{registry: t.base.Host, pkg: packageOfScopes(scopes), creds: creds}
	switch {
	case a.status == http.StatusTooManyRequests:
		return limitedError(t.base.Host, resp, t.now(), a)
	case a.status == http.StatusNotFound:
		return &model.Error{Kind: model.ErrNotFound, Message: "there is no token endpoint at " + model.Sanitize(t.base.Host), Cause: a}
	case a.status == http.StatusUnauthorized, a.status == http.StatusForbidden, a.status == http.StatusBadRequest:
		if !withSecret || strings.HasPrefix(creds.Token, "github_pat_") {
			return deniedError(a, s)
		}
		return &model.Error{Kind: model.ErrForbidden, Cause: a,
			Message: fmt.Sprintf("%s refuses the credential from %s", model.Sanitize(t.base.Host), creds.Source),
			Cure:    "renew it: it has expired or been revoked, or lacks read:packages (write:packages to write)"}
	case a.status >= 500:
		return &model.Error{Kind: model.ErrUnreachable, Cause: a,
			Message: fmt.Sprintf("the token endpoint of %s has trouble answering", model.Sanitize(t.base.Host)), Cure: "try again"}
	}
	return &model.Error{Kind: model.ErrMalformed, Cause: a,
		Message: fmt.Sprintf("the token endpoint of %s answers in an unexpected way", model.Sanitize(t.base.Host))}
}

// packageOfScopes names the repository that a token request was for, "" where
// it was for several.
func packageOfScopes(scopes []string) string {
	if len(scopes) != 1 {
		return ""
	}
	rest, ok := strings.CutPrefix(scopes[0], "repository:")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, ":")
	return name
}
