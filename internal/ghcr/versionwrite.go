package ghcr

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/go-github/v62/github"

	"github.com/novotnyllc/caitui/internal/model"
)

// version reads one version by its number, as it is now.
func (a *api) version(ctx context.Context, pkg string, id int64) (model.Version, error) {
	var out model.Version
	err := a.through(ctx, func(ctx context.Context, door namespace) error {
		t := termsOf(ctx)
		t.conditional = false // it is asked for once or twice: not worth keeping
		ctx = withTerms(ctx, t)
		var v *github.PackageVersion
		var err error
		if door == ofOrganization {
			v, _, err = a.client.Organizations.PackageGetVersion(ctx, a.accountOf(door), container, pkg, id)
		} else {
			v, _, err = a.client.Users.PackageGetVersion(ctx, a.accountOf(door), container, url.PathEscape(pkg), id)
		}
		if err != nil {
			return err
		}
		var ok bool
		if out, ok = versionOf(v); !ok {
			return &model.Error{Kind: model.ErrMalformed, Message: fmt.Sprintf("GitHub gives no digest for version %d of %s", id, pkg)}
		}
		return nil
	})
	if err != nil {
		return model.Version{}, a.fail(fmt.Sprintf("reading version %d of %s", id, pkg), err)
	}
	return out, nil
}

// deleteVersion deletes a version with all its tags. It is called by Execute
// only, and sent once.
func (a *api) deleteVersion(ctx context.Context, pkg string, id int64) error {
	return a.mutate(ctx, "deleting", pkg, id, a.client.Organizations.PackageDeleteVersion, a.client.Users.PackageDeleteVersion)
}

// restoreVersion takes a deletion back. It is called by Execute only, and sent
// once.
func (a *api) restoreVersion(ctx context.Context, pkg string, id int64) error {
	return a.mutate(ctx, "restoring", pkg, id, a.client.Organizations.PackageRestoreVersion, a.client.Users.PackageRestoreVersion)
}

// versionWrite is a write about one version as go-github sends it.
type versionWrite func(ctx context.Context, account, kind, pkg string, id int64) (*github.Response, error)

// mutate sends a write. The error is a *sendError where no answer came. Another
// door is tried only after a 404, which changed nothing.
func (a *api) mutate(ctx context.Context, verb, pkg string, id int64, ofOrg, ofAccount versionWrite) error {
	err := a.through(ctx, func(ctx context.Context, door namespace) error {
		send, name := ofAccount, url.PathEscape(pkg)
		if door == ofOrganization {
			send, name = ofOrg, pkg
		}
		_, err := send(ctx, a.accountOf(door), container, name, id)
		return err
	})
	var accepted *github.AcceptedError
	if err == nil || errors.As(err, &accepted) {
		return nil
	}
	mapped := a.fail(fmt.Sprintf("%s version %d of %s", verb, id, pkg), err)
	if statusOf(err) != 0 || errors.Is(mapped, model.ErrRateLimited) {
		return mapped
	}
	return &sendError{mapped: mapped, lost: isLostReply(err)}
}

// mayChangeVersions finds out without changing anything whether versions of a
// package may be deleted or restored, as far as that can be told: the package
// can be read and the token has the scopes. Whether the account administers the
// package shows only when it is tried.
func (a *api) mayChangeVersions(ctx context.Context, pkg string, deletes, restores bool) error {
	if a.creds.Anonymous() {
		return &model.Error{Kind: model.ErrUnauthorized, Message: "GitHub wants credentials for deleting and restoring versions of " + pkg,
			Cure: "set GITHUB_TOKEN to a classic token with delete:packages and write:packages"}
	}
	if _, err := a.info(ctx, pkg); err != nil {
		return err
	}
	scopes, told := a.stack.seen.tokenScopes()
	if !told {
		return nil
	}
	var lacks []string
	if deletes && !slices.Contains(scopes, "delete:packages") {
		lacks = append(lacks, "delete:packages")
	}
	if restores && !slices.Contains(scopes, "write:packages") {
		lacks = append(lacks, "write:packages")
	}
	if len(lacks) == 0 {
		return nil
	}
	return &model.Error{Kind: model.ErrForbidden,
		Message: fmt.Sprintf("the token from %s lacks %s for %s", a.creds.Source, strings.Join(lacks, " and "), pkg),
		Cure:    fmt.Sprintf("it has %s; add it: gh auth refresh --scopes %s", listOr(scopes, "no scope"), strings.Join(append([]string{"read:packages"}, lacks...), ","))}
}

// answeredBy is the status and the text of GitHub's refusal inside an error, 0
// where it is none.
func answeredBy(err error) (int, string) {
	var a *apiError
	if !errors.As(err, &a) {
		return 0, ""
	}
	return a.status, strings.ToLower(a.message)
}

// isHidden reports whether GitHub shows not even the package, which is what a
// missing role looks like too.
func isHidden(err error) bool {
	status, text := answeredBy(err)
	return status == http.StatusNotFound && strings.HasPrefix(text, "package not found")
}

// undeletable explains why GitHub keeps a version, where it says so by a
// refusal of this one and not for want of a right; nil where it does not. The
// texts are GitHub's own.
func undeletable(err error, pkg string, d model.Digest) error {
	status, text := answeredBy(err)
	if status != http.StatusBadRequest && status != http.StatusUnprocessableEntity && status != http.StatusConflict {
		return nil
	}
	out := &model.Error{Kind: model.ErrUnsupported, Cause: err}
	what := fmt.Sprintf("GitHub keeps %s of %s: ", d.Short(), pkg)
	switch {
	case strings.Contains(text, "5000 downloads"), strings.Contains(text, "5,000 downloads"):
		out.Message = what + "it is public and was downloaded more than 5,000 times"
		out.Cure = "only GitHub's support can delete it (https://support.github.com); versions of a private package are not bound by this"
	case strings.Contains(text, "last tagged version"):
		out.Message = what + "it is the last version with a tag"
		out.Cure = "give another version a tag first, or delete the whole package on its page at GitHub"
	case strings.Contains(text, "last version"):
		out.Message = what + "it is the last version of the package"
		out.Cure = "delete the whole package on its page at GitHub"
	default:
		out.Message = what + "it gives a reason that caitui does not know"
		out.Cure = "look at the package's page at GitHub"
	}
	return out
}
