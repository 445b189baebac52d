package ghcr

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/go-github/v62/github"

	"github.com/novotnyllc/caitui/internal/model"
)

// apiError is what GitHub's API said, as the cause inside a model.Error.
type apiError struct {
	status  int
	message string
}

func (a *apiError) Error() string {
	return fmt.Sprintf("GitHub answered %d %s", a.status, clip(a.message))
}

// fail maps an error of go-github. what says what could not be done, as in
// "listing the packages of acme".
func (a *api) fail(what string, err error) error {
	var (
		known     *model.Error
		limited   *github.RateLimitError
		secondary *github.AbuseRateLimitError
		refused   *github.ErrorResponse
		otp       *github.TwoFactorAuthError
	)
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return known
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.As(err, &limited):
		return rateError(limited.Rate.Reset.Time, a.stack.now(), a.creds)
	case errors.As(err, &secondary):
		at, wait := time.Time{}, time.Duration(0)
		if secondary.RetryAfter != nil {
			wait = max(*secondary.RetryAfter, time.Millisecond)
			at = a.stack.now().Add(wait)
		}
		return &model.Error{Kind: model.ErrRateLimited, Message: "GitHub's secondary rate limit stops " + what + untilText(at),
			Cure: "wait a few minutes before trying again", Cause: &apiError{http.StatusForbidden, secondary.Message}, Wait: wait}
	case errors.As(err, &otp):
		refused = (*github.ErrorResponse)(otp)
	case errors.As(err, &refused):
	default:
		if strings.Contains(err.Error(), "json") || strings.Contains(err.Error(), "invalid character") || strings.Contains(err.Error(), "unexpected EOF") && !isTransient(err) {
			return &model.Error{Kind: model.ErrMalformed, Message: "GitHub's answer for " + what + " is not readable", Cause: err}
		}
		return networkError(a.base.Host, err)
	}
	return a.refusal(what, refused)
}

func untilText(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return " until " + at.UTC().Format(time.RFC3339)
}

func rateError(reset, now time.Time, creds Credentials) error {
	cure := "wait until then"
	if creds.Anonymous() {
		cure = "set GITHUB_TOKEN or run gh auth login: with a token the limit is 5,000 requests an hour instead of 60"
	}
	return &model.Error{Kind: model.ErrRateLimited, Message: "GitHub's rate limit is used up" + untilText(reset), Cure: cure, Wait: max(reset.Sub(now), 0)}
}

// refusal maps an answer outside 2xx.
func (a *api) refusal(what string, e *github.ErrorResponse) error {
	status, header := 0, http.Header{}
	if e.Response != nil {
		status, header = e.Response.StatusCode, e.Response.Header
	}
	cause := &apiError{status, e.Message}
	out := &model.Error{Cause: cause}
	text := strings.ToLower(e.Message)
	switch {
	case status == http.StatusTooManyRequests:
		return limitedError("GitHub's API", replyOf(e.Response), a.stack.now(), cause)
	case status == http.StatusForbidden && strings.Contains(text, "secondary rate limit"):
		return limitedError("GitHub's API", replyOf(e.Response), a.stack.now(), cause)
	case status == http.StatusUnauthorized && a.creds.Anonymous():
		out.Kind, out.Message = model.ErrUnauthorized, "GitHub wants credentials for "+what
		out.Cure = "set GITHUB_TOKEN to a classic token with read:packages, or run gh auth login --scopes read:packages"
	case status == http.StatusUnauthorized:
		out.Kind, out.Message = model.ErrUnauthorized, "GitHub does not accept the credential from "+a.creds.Source
		out.Cure = "renew it: it has expired, been revoked or was copied incompletely"
	case status == http.StatusForbidden, status == http.StatusBadRequest && strings.HasPrefix(text, "invalid argument"):
		return a.forbidden(what, text, header, out)
	case status == http.StatusNotFound:
		out.Kind, out.Message = model.ErrNotFound, what+" found nothing: it is not there, or hidden from these credentials"
		out.Cure = "check owner and name; private packages need a classic token with read:packages and a role on the package"
	case status >= 500:
		out.Kind, out.Message = model.ErrUnreachable, "GitHub's API has trouble with "+what
		out.Cure = "try again; GitHub's own state is at https://www.githubstatus.com"
	default:
		out.Kind, out.Message = model.ErrMalformed, "GitHub's API refuses "+what
	}
	return out
}

// forbidden tells the reasons for a 403 apart, and for the 400 that a workflow
// token gets where it may not list.
func (a *api) forbidden(what, text string, header http.Header, out *model.Error) error {
	out.Kind = model.ErrForbidden
	wanted := splitList(header.Get("X-Accepted-Oauth-Scopes"))
	scopes, told := header["X-Oauth-Scopes"]
	have := splitList(strings.Join(scopes, ","))
	sso := header.Get("X-Github-Sso")
	switch {
	case sso != "":
		out.Message = "the organisation demands single sign-on for " + what
		out.Cure = "authorise the token for SSO" + ssoLink(sso)
	case a.creds.Anonymous():
		out.Kind, out.Message = model.ErrUnauthorized, "GitHub wants credentials for "+what
		out.Cure = "set GITHUB_TOKEN to a classic token with read:packages, or run gh auth login --scopes read:packages"
	case strings.HasPrefix(a.creds.Token, "github_pat_"), strings.Contains(text, "by personal access token"):
		out.Message = "GitHub Packages does not take fine-grained tokens: " + what + " is refused"
		out.Cure = "use a classic token with read:packages in place of the one from " + a.creds.Source
	case strings.HasPrefix(text, "invalid argument"), strings.Contains(text, "by integration"), strings.HasPrefix(a.creds.Token, "ghs_"):
		out.Message = "a workflow's token may not do this: " + what
		out.Cure = "give the repository the admin role on the package under Manage Actions access, or use a person's classic token"
	case strings.Contains(text, "scope"), told && len(wanted) > 0 && !slices.ContainsFunc(wanted, func(s string) bool { return slices.Contains(have, s) }):
		need := "read:packages"
		if len(wanted) > 0 {
			need = strings.Join(wanted, " or ")
		}
		out.Message = "the token from " + a.creds.Source + " lacks a scope for " + what
		out.Cure = fmt.Sprintf("it has %s; add %s: gh auth refresh --scopes read:packages", listOr(have, "none"), need)
	default:
		out.Message = "GitHub does not allow " + what
		out.Cure = "the account needs a role on the package and the token the scope read:packages"
	}
	return out
}

func listOr(list []string, none string) string {
	if len(list) == 0 {
		return none
	}
	return strings.Join(list, ", ")
}

// ssoLink reads the address out of "required; url=https://…". Only GitHub's
// own is shown: the header comes from whoever answered.
func ssoLink(header string) string {
	_, link, ok := strings.Cut(header, "url=")
	if !ok || !strings.HasPrefix(link, "https://github.com/") {
		return " in GitHub's settings, under Personal access tokens, Configure SSO"
	}
	return ": " + clip(link)
}
