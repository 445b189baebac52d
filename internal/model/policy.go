package model

import (
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Predicate types that the built-in policies and the documents name.
const (
	PredicateSLSA = "https://slsa.dev/provenance/v1" // slsa.dev/spec/v1.0/provenance
	// PredicateAny lets an attestation of any type satisfy a policy.
	PredicateAny = "any"
)

// IssuerGitHub is the OIDC issuer of GitHub Actions on github.com (GitHub docs,
// "OpenID Connect reference").
const IssuerGitHub = "https://token.actions.githubusercontent.com"

// Policy is what an attestation has to prove. Fields that are empty demand
// nothing; Check tells whether the whole demands enough to mean anything. The
// names are those of gh's flags (gh attestation verify).
type Policy struct {
	Host  string // of the source code, "github.com" unless said
	Owner string // login of the owner of the source repository
	// Repository is the source repository, OWNER/NAME.
	Repository string
	// SignerRepository and SignerWorkflows say whose workflow may have signed:
	// OWNER/NAME, and OWNER/NAME/PATH (any of them). Without either it must be
	// one of Repository, or of Owner.
	SignerRepository string
	SignerWorkflows  []string
	SignerDigest     string // git commit of the workflow, hex
	// CertIdentity is the whole subject alternative name, CertIdentityRegex an
	// unanchored expression over it, as cosign and gh take it.
	CertIdentity      string
	CertIdentityRegex string
	Issuer            string // OIDC issuer; IssuerGitHub unless said
	// Key is a PEM public key that must have signed, in place of a certificate.
	Key []byte
	// Predicates are the predicate types of which there must be one attestation
	// each; none: nothing is expected. PredicateAny alone: one of whatever type.
	Predicates []string
	// SourceRefs are the git refs of which one must be the source; "*" stands
	// for any characters but "/".
	SourceRefs   []string
	SourceDigest string // git commit of the source, hex
	HostedOnly   bool   // the runner must be GitHub's own
	// Commit is the git commit that the release says it is of, hex; "" where
	// that is not known. It binds a proof to the tag that it is shown for.
	Commit string
}

// PolicyRule is the policy for packages whose name matches a pattern
// (path.Match), in the configuration. Policy.Commit is never set here.
type PolicyRule struct {
	Packages string
	Policy   Policy
}

// PolicyOf is the policy for a package: the first rule whose pattern matches,
// else the one that the layout implies, where statements are expected of the
// package and the repository is known. A package of which nothing is expected
// has a policy without predicates: what is found is checked all the same.
func (l Layout) PolicyOf(pkg string) Policy {
	p := l.impliedPolicy(pkg)
	for _, r := range l.Policies {
		if ok, _ := path.Match(r.Packages, pkg); ok {
			return r.Policy.over(p)
		}
	}
	return p
}

// RulePolicy is a rule with what it leaves open filled in, for the packages that
// its pattern matches.
func (l Layout) RulePolicy(r PolicyRule) Policy { return r.Policy.over(l.impliedPolicy(r.Packages)) }

func (l Layout) impliedPolicy(pkg string) Policy {
	owner, _, _ := strings.Cut(l.Repository, "/")
	p := Policy{Host: "github.com", Owner: owner, Repository: l.Repository, Issuer: IssuerGitHub, HostedOnly: true}
	if l.Package(pkg).Attested > 0 {
		p.Predicates = []string{PredicateSLSA}
	}
	return p
}

// over fills what a rule leaves open from the policy below it. A rule that
// names an identity or a key of its own replaces the identity below.
func (p Policy) over(below Policy) Policy {
	if !p.Identified() {
		p.Owner, p.Repository = below.Owner, below.Repository
	}
	if p.Host == "" {
		p.Host = below.Host
	}
	if p.Issuer == "" && len(p.Key) == 0 {
		p.Issuer = below.Issuer
	}
	if p.Predicates == nil {
		p.Predicates = below.Predicates
	}
	return p
}

// Identified reports whether the policy says who must have signed.
func (p Policy) Identified() bool {
	return p.Owner != "" || p.Repository != "" || p.CertIdentity != "" || p.CertIdentityRegex != "" || len(p.Key) > 0
}

// Check refuses a policy that contradicts itself, cannot be read, or would let
// anybody's signature count.
func (p Policy) Check() error {
	if !p.Identified() {
		return Invalid("the policy does not say who must have signed",
			"give --owner or --repo, --cert-identity with --cert-oidc-issuer, or --key")
	}
	if err := p.checkIdentity(); err != nil {
		return err
	}
	if p.Repository != "" && !ownedName(p.Repository, 2) {
		return Invalid(fmt.Sprintf("%q is not a repository", Sanitize(p.Repository)), "write it as OWNER/NAME")
	}
	if p.SignerRepository != "" && !ownedName(p.SignerRepository, 2) {
		return Invalid(fmt.Sprintf("%q is not a repository", Sanitize(p.SignerRepository)), "write it as OWNER/NAME")
	}
	for _, w := range p.SignerWorkflows {
		if !ownedName(w, 3) || strings.Contains(w, "@") {
			return Invalid(fmt.Sprintf("%q is not a workflow", Sanitize(w)), "write it as OWNER/NAME/PATH, such as acme/app/.github/workflows/release.yml")
		}
	}
	for _, commit := range []string{p.SourceDigest, p.SignerDigest, p.Commit} {
		if commit != "" && !IsHex(commit, 40) && !IsHex(commit, 64) {
			return Invalid(fmt.Sprintf("%q is not a git commit", Sanitize(commit)), "write all 40 lower-case hex characters")
		}
	}
	for _, ref := range p.SourceRefs {
		if _, err := path.Match(ref, ""); err != nil {
			return Invalid(fmt.Sprintf("%q is not a pattern for git refs", Sanitize(ref)), "write a ref such as refs/heads/main, with * for any part between slashes")
		}
	}
	return nil
}

// checkIdentity refuses what says twice, or vaguely, who must have signed.
func (p Policy) checkIdentity() error {
	ways := 0
	for _, set := range []bool{p.CertIdentity != "", p.CertIdentityRegex != "", p.SignerRepository != "", len(p.SignerWorkflows) > 0} {
		if set {
			ways++
		}
	}
	switch {
	case len(p.Key) > 0 && (ways > 0 || p.Owner != "" || p.Repository != ""):
		return Invalid("a key and an identity are both demanded", "a signature by a key has no certificate: give one of them")
	case len(p.Key) > 0 && (len(p.SourceRefs) > 0 || p.SourceDigest != "" || p.SignerDigest != "" || p.HostedOnly):
		return Invalid("a key is demanded together with a source or a runner", "a key proves nothing about where something was built: leave one of them out")
	case ways > 1:
		return Invalid("the signer is named in several ways", "give one of --cert-identity, --cert-identity-regex, --signer-repo and --signer-workflow")
	case p.Issuer == "" && len(p.Key) == 0:
		return Invalid("the policy names no OIDC issuer", "give --cert-oidc-issuer")
	}
	if _, err := regexp.Compile(p.CertIdentityRegex); err != nil {
		return &Error{Kind: ErrInvalid, Message: "the expression for the identity cannot be read", Cause: err, Cure: "use the syntax of Go's regexp"}
	}
	return nil
}

// ownedName holds for at least n non-empty parts between slashes, and for n = 2
// for exactly two.
func ownedName(s string, n int) bool {
	parts := strings.Split(s, "/")
	return len(parts) >= n && (n != 2 || len(parts) == 2) && !slices.Contains(parts, "") && Sanitize(s) == s
}

// Digest identifies the policy, for caches and reports.
func (p Policy) Digest() Digest {
	raw, err := json.Marshal(p)
	if err != nil { // strings and bytes only
		return ""
	}
	return DigestOf(raw)
}

// Expects reports whether attestations of a predicate type can satisfy the
// policy.
func (p Policy) Expects(predicate string) bool {
	return slices.Contains(p.Predicates, predicate) || slices.Equal(p.Predicates, []string{PredicateAny})
}

// PolicyLine is one demand of a policy in words.
type PolicyLine struct{ What, Must string }

// Lines says what is enforced, in gh's words where gh has the same demand, in
// the order in which it is checked.
func (p Policy) Lines() []PolicyLine {
	var out []PolicyLine
	add := func(what string, must ...string) {
		if len(must) > 0 && must[0] != "" {
			out = append(out, PolicyLine{what, strings.Join(must, " or ")})
		}
	}
	if len(p.Predicates) == 0 {
		add("Predicate type", "none is expected: what is found is checked")
	}
	for _, t := range p.Predicates {
		add("Predicate type must match", t)
	}
	base := "https://" + p.Host + "/"
	if p.Owner != "" {
		add("Source Repository Owner URI must match", base+p.Owner)
	}
	if p.Repository != "" {
		add("Source Repository URI must match", base+p.Repository)
	}
	add("Source Repository Ref must match", p.SourceRefs...)
	add("Source Repository Digest must match", p.SourceDigest)
	if p.Commit != "" && p.Commit != p.SourceDigest {
		add("Source Repository Digest must be the release's", p.Commit)
	}
	add("Subject Alternative Name must match", p.CertIdentity)
	add("Subject Alternative Name must match regex", p.CertIdentityRegex)
	switch {
	case len(p.SignerWorkflows) > 0:
		add("Build Signer must be the workflow", p.SignerWorkflows...)
	case p.SignerRepository != "":
		add("Build Signer must be a workflow of", p.SignerRepository)
	case p.CertIdentity == "" && p.CertIdentityRegex == "" && p.Repository != "":
		add("Build Signer must be a workflow of", p.Repository)
	case p.CertIdentity == "" && p.CertIdentityRegex == "" && p.Owner != "":
		add("Build Signer must be a workflow of", p.Owner)
	}
	add("Build Signer Digest must match", p.SignerDigest)
	if len(p.Key) > 0 {
		add("Public key must be", string(DigestOf(p.Key)))
	} else {
		add("OIDC Issuer must match", p.Issuer)
	}
	if p.HostedOnly {
		add("Action workflow Runner Environment must match", "github-hosted")
	}
	return out
}
