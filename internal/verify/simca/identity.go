package simca

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/sigstore/sigstore-go/pkg/fulcio/certificate"
)

// Issuer is the OIDC issuer of GitHub's hosted runners.
const Issuer = "https://token.actions.githubusercontent.com"

// Identity is who a certificate says that signed.
type Identity struct {
	// URI is the subject alternative name.
	URI string
	// Extensions are Fulcio's own; an empty one is left out.
	Extensions certificate.Extensions
}

// Workflow describes a run of GitHub Actions as its OIDC token does.
type Workflow struct {
	// Repository is OWNER/NAME in its own spelling.
	Repository   string
	RepositoryID string
	OwnerID      string
	// Path is the workflow's file in the repository, Name its title.
	Path, Name string
	// Signer is the workflow that signs where it is another one (a reusable
	// workflow): OWNER/NAME/PATH@REF.
	Signer string
	// Ref and Commit are what was built.
	Ref, Commit string
	// Event is what started the run: push, workflow_dispatch …
	Event string
	// Run is the URL of the run's attempt.
	Run string
	// Runner is github-hosted (also where it is empty) or self-hosted.
	Runner string
	// Visibility is public (also where it is empty) or private.
	Visibility string
	// Issuer is the token's issuer; empty: GitHub's.
	Issuer string
}

// URI is the identity of the workflow that signs.
func (w Workflow) URI() string {
	if w.Signer != "" {
		return "https://github.com/" + w.Signer
	}
	return "https://github.com/" + w.Repository + "/" + w.Path + "@" + w.Ref
}

// Identity is what Fulcio makes of such a run's token (fulcio docs/oid-info.md,
// "Mapping OIDC token claims to Fulcio OIDs").
func (w Workflow) Identity() Identity {
	owner, _, _ := strings.Cut(w.Repository, "/")
	return Identity{URI: w.URI(), Extensions: certificate.Extensions{
		Issuer:                   or(w.Issuer, Issuer),
		GithubWorkflowTrigger:    w.Event,
		GithubWorkflowSHA:        w.Commit,
		GithubWorkflowName:       w.Name,
		GithubWorkflowRepository: w.Repository,
		GithubWorkflowRef:        w.Ref,

		BuildSignerURI:                      w.URI(),
		BuildSignerDigest:                   w.Commit,
		RunnerEnvironment:                   or(w.Runner, "github-hosted"),
		SourceRepositoryURI:                 "https://github.com/" + w.Repository,
		SourceRepositoryDigest:              w.Commit,
		SourceRepositoryRef:                 w.Ref,
		SourceRepositoryIdentifier:          w.RepositoryID,
		SourceRepositoryOwnerURI:            "https://github.com/" + owner,
		SourceRepositoryOwnerIdentifier:     w.OwnerID,
		BuildConfigURI:                      "https://github.com/" + w.Repository + "/" + w.Path + "@" + w.Ref,
		BuildConfigDigest:                   w.Commit,
		BuildTrigger:                        w.Event,
		RunInvocationURI:                    w.Run,
		SourceRepositoryVisibilityAtSigning: or(w.Visibility, "public"),
	}}
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// extensions writes the identity's own extensions: numbers 1 to 6 of Fulcio's
// arc are bare bytes, from 8 on they are DER UTF8Strings (oid-info.md).
func (id Identity) extensions() ([]byte, error) {
	e := id.Extensions
	values := [...]string{
		1: e.Issuer, 2: e.GithubWorkflowTrigger, 3: e.GithubWorkflowSHA, 4: e.GithubWorkflowName,
		5: e.GithubWorkflowRepository, 6: e.GithubWorkflowRef,
		8: e.Issuer, 9: e.BuildSignerURI, 10: e.BuildSignerDigest, 11: e.RunnerEnvironment,
		12: e.SourceRepositoryURI, 13: e.SourceRepositoryDigest, 14: e.SourceRepositoryRef,
		15: e.SourceRepositoryIdentifier, 16: e.SourceRepositoryOwnerURI, 17: e.SourceRepositoryOwnerIdentifier,
		18: e.BuildConfigURI, 19: e.BuildConfigDigest, 20: e.BuildTrigger, 21: e.RunInvocationURI,
		22: e.SourceRepositoryVisibilityAtSigning,
	}
	uri, err := url.Parse(id.URI)
	if err != nil || !uri.IsAbs() {
		return nil, fmt.Errorf("the identity %q is not an absolute URI", id.URI)
	}
	// Critical, as the certificate has no subject (RFC 5280 section 4.1.2.6).
	out := extension(oidSubjectAltName, true, der(tagSequence, der(tagURI, []byte(id.URI))))
	for number, value := range values {
		if value == "" {
			continue
		}
		if !utf8.ValidString(value) {
			return nil, fmt.Errorf("%q is not UTF-8, so no certificate can hold it", value)
		}
		raw := []byte(value)
		if number >= 8 {
			raw = der(tagUTF8String, raw)
		}
		oid := append(oidFulcio[:len(oidFulcio)-1:len(oidFulcio)-1], byte(number))
		out = append(out, extension(oid, false, raw)...)
	}
	return out, nil
}
