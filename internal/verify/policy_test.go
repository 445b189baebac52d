package verify_test

import (
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/verify/simca"
)

// Each demand of a policy is met by what it is about, and by nothing that only
// looks like it. The certificates are good: nothing else can refuse them.
func TestPolicies(t *testing.T) {
	roots := rootsOfAll(t)
	const (
		shared   = "acme/shared/.github/workflows/publish.yml"
		identity = "https://github.com/Acme/App/.github/workflows/release.yml@refs/heads/main"
	)
	// The policies begin from nothing but the issuer.
	only := func(edit func(p *model.Policy)) model.Policy {
		p := model.Policy{Host: "github.com", Issuer: model.IssuerGitHub}
		edit(&p)
		return p
	}
	reusable := by(func(w *simca.Workflow) { w.Signer = shared + "@refs/tags/v1" })
	at := func(path string) simca.Signing { return by(func(w *simca.Workflow) { w.Path = path }) }
	in := func(repository string) simca.Signing {
		return by(func(w *simca.Workflow) { w.Repository = repository })
	}

	for name, c := range map[string]struct {
		policy model.Policy
		how    simca.Signing
		want   want
	}{
		"owner":             {only(func(p *model.Policy) { p.Owner = "acme" }), signing(), verified()},
		"owner in capitals": {only(func(p *model.Policy) { p.Owner = "ACME" }), signing(), verified()},
		"fake owner":        {only(func(p *model.Policy) { p.Owner = "acme-fake" }), signing(), refused(model.StepIdentity, "https://github.com/acme-fake", "Acme/App")},
		"owner's beginning": {only(func(p *model.Policy) { p.Owner = "acm" }), signing(), refused(model.StepIdentity, "github.com/acm", "Acme")},
		"repository":        {only(func(p *model.Policy) { p.Repository = "acme/app" }), signing(), verified()},
		"fake repository":   {only(func(p *model.Policy) { p.Repository = "acme/fake" }), signing(), refused(model.StepIdentity, "acme/fake", "Acme/App")},
		"dot in repository": {only(func(p *model.Policy) { p.Repository = "acme/a.b" }), in("Acme/axb"), refused(model.StepIdentity, "acme/a.b", "Acme/axb")},
		"longer repository": {only(func(p *model.Policy) { p.Repository = "acme/app" }), in("Acme/App-evil"), refused(model.StepIdentity, "acme/app", "App-evil")},
		"other host":        {only(func(p *model.Policy) { p.Owner, p.Host = "acme", "acme.ghe.com" }), signing(), refused(model.StepIdentity, "https://acme.ghe.com/acme", "https://github.com/")},
		"host left out":     {model.Policy{Owner: "acme", Issuer: model.IssuerGitHub}, signing(), verified()},
		"owner, other's repo": {only(func(p *model.Policy) { p.Owner, p.Repository = "other", "acme/app" }), signing(),
			refused(model.StepSource, "the owner of the source https://github.com/other", "https://github.com/Acme")},

		"reusable workflow, owner": {only(func(p *model.Policy) { p.Owner = "acme" }), reusable, verified()},
		"reusable workflow, repository alone": {only(func(p *model.Policy) { p.Repository = "acme/app" }), reusable,
			refused(model.StepIdentity, "a workflow of https://github.com/acme/app", shared)},
		"reusable workflow, signer-repo": {only(func(p *model.Policy) { p.Repository, p.SignerRepository = "acme/app", "ACME/shared" }), reusable, verified()},
		"reusable workflow, signer-workflow": {only(func(p *model.Policy) { p.Repository, p.SignerWorkflows = "acme/app", []string{shared} }),
			reusable, verified()},
		"another signer-repo": {only(func(p *model.Policy) { p.Repository, p.SignerRepository = "acme/app", "acme/tools" }), reusable,
			refused(model.StepIdentity, "a workflow of https://github.com/acme/tools", shared)},
		"signer-repo, source elsewhere": {only(func(p *model.Policy) { p.Repository, p.SignerRepository = "acme/other", "acme/shared" }), reusable,
			refused(model.StepSource, "the source repository https://github.com/acme/other", "https://github.com/Acme/App")},
		"dot in signer-repo": {only(func(p *model.Policy) { p.Owner, p.SignerRepository = "acme", "acme/sh.red" }), reusable,
			refused(model.StepIdentity, "acme/sh.red", shared)},
		"one of two workflows": {only(func(p *model.Policy) { p.Owner, p.SignerWorkflows = "acme", []string{"acme/x/y.yml", shared} }), reusable, verified()},
		"longer workflow": {only(func(p *model.Policy) {
			p.Owner, p.SignerWorkflows = "acme", []string{"acme/app/.github/workflows/release.yml"}
		}), at(".github/workflows/release.yml-evil"), refused(model.StepIdentity, "release.yml", "release.yml-evil@")},
		"dot in workflow": {only(func(p *model.Policy) {
			p.Owner, p.SignerWorkflows = "acme", []string{"acme/app/.github/workflows/release.yml"}
		}), at(".github/workflows/releasexyml"), refused(model.StepIdentity, "release.yml", "releasexyml@")},
		"workflow in capitals": {only(func(p *model.Policy) {
			p.Owner, p.SignerWorkflows = "acme", []string{"acme/app/.github/workflows/release.yml"}
		}), at(".github/workflows/Release.yml"), refused(model.StepIdentity, "release.yml", "Release.yml@")},

		"cert-identity":         {only(func(p *model.Policy) { p.CertIdentity = identity }), signing(), verified()},
		"cert-identity, longer": {only(func(p *model.Policy) { p.CertIdentity = strings.TrimSuffix(identity, "main") }), signing(), refused(model.StepIdentity, "refs/heads/", identity)},
		"cert-identity, case":   {only(func(p *model.Policy) { p.CertIdentity = strings.ToLower(identity) }), signing(), refused(model.StepIdentity, "acme/app", identity)},
		"cert-identity and repository": {only(func(p *model.Policy) { p.CertIdentity, p.Repository = identity, "acme/other" }), signing(),
			refused(model.StepSource, "the source repository", "https://github.com/Acme/App")},
		"expression":           {only(func(p *model.Policy) { p.CertIdentityRegex = `App/\.github/workflows/.*\.yml@` }), signing(), verified()},
		"expression, no match": {only(func(p *model.Policy) { p.CertIdentityRegex = `^App` }), signing(), refused(model.StepIdentity, "^App", identity)},

		"other issuer": {only(func(p *model.Policy) { p.Owner, p.Issuer = "acme", "https://token.actions.acme.ghe.com" }), signing(),
			refused(model.StepIssuer, "https://token.actions.acme.ghe.com", model.IssuerGitHub)},
		"issuer with a slash": {only(func(p *model.Policy) { p.Owner, p.Issuer = "acme", model.IssuerGitHub+"/" }), signing(),
			refused(model.StepIssuer, model.IssuerGitHub+"/", model.IssuerGitHub)},
		"enterprise's issuer, meant": {only(func(p *model.Policy) { p.Owner, p.Issuer = "acme", model.IssuerGitHub+"/hammer" }),
			by(func(w *simca.Workflow) { w.Issuer = model.IssuerGitHub + "/hammer" }), verified()},

		"ref pattern":            {only(func(p *model.Policy) { p.Owner, p.SourceRefs = "acme", []string{"refs/tags/v*", "refs/heads/*"} }), signing(), verified()},
		"pattern stops at slash": {only(func(p *model.Policy) { p.Owner, p.SourceRefs = "acme", []string{"refs/*"} }), signing(), refused(model.StepSource, "refs/*", "refs/heads/main")},
		"source digest":          {only(func(p *model.Policy) { p.Owner, p.SourceDigest = "acme", commit }), signing(), verified()},
		"other source digest":    {only(func(p *model.Policy) { p.Owner, p.SourceDigest = "acme", strings.Repeat("4a", 20) }), signing(), refused(model.StepSource, strings.Repeat("4a", 20), commit)},
		"signer digest":          {only(func(p *model.Policy) { p.Owner, p.SignerDigest = "acme", commit }), signing(), verified()},
		"other signer digest":    {only(func(p *model.Policy) { p.Owner, p.SignerDigest = "acme", strings.Repeat("4a", 20) }), signing(), refused(model.StepSource, strings.Repeat("4a", 20), commit)},
		"hosted runner":          {only(func(p *model.Policy) { p.Owner, p.HostedOnly = "acme", true }), signing(), verified()},
		"own runner, allowed":    {only(func(p *model.Policy) { p.Owner = "acme" }), by(func(w *simca.Workflow) { w.Runner = "self-hosted" }), verified()},
	} {
		t.Run(name, func(t *testing.T) {
			c.want.hold(t, check(t, roots, found(t, attest(t, instance(simca.GitHub), statement(), c.how)), c.policy))
		})
	}
}

// Fields that a certificate lacks never count as right.
func TestEmptyFieldsAreNotRight(t *testing.T) {
	roots := rootsOfAll(t)
	for name, edit := range map[string]func(s *simca.Signing){
		"owner":      func(s *simca.Signing) { s.Identity.Extensions.SourceRepositoryOwnerURI = "" },
		"repository": func(s *simca.Signing) { s.Identity.Extensions.SourceRepositoryURI = "" },
		"ref":        func(s *simca.Signing) { s.Identity.Extensions.SourceRepositoryRef = "" },
		"runner":     func(s *simca.Signing) { s.Identity.Extensions.RunnerEnvironment = "" },
		"commit":     func(s *simca.Signing) { s.Identity.Extensions.SourceRepositoryDigest = "" },
		"issuer":     func(s *simca.Signing) { s.Identity.Extensions.Issuer = "" },
	} {
		t.Run(name, func(t *testing.T) {
			how := signing(edit)
			// A pattern that would match nothing at all, too.
			got := check(t, roots, found(t, attest(t, instance(simca.GitHub), statement(), how)), policy(func(p *model.Policy) { p.SourceRefs = []string{"*", "refs/heads/*"} }))
			if got.Verdict != model.VerdictFailed || got.Actual != "" {
				t.Errorf("%s at %s, found %q", got.Verdict, got.Step, got.Actual)
			}
		})
	}
}

// A hint says what to do about an enterprise's issuer, as gh's does.
func TestIssuerHint(t *testing.T) {
	how := by(func(w *simca.Workflow) { w.Issuer = model.IssuerGitHub + "/hammer" })
	got := check(t, rootsOfAll(t), found(t, attest(t, instance(simca.GitHub), statement(), how)), policy())
	if cure := model.CureOf(got.Err); !strings.Contains(cure, "--cert-oidc-issuer "+model.IssuerGitHub+"/hammer") {
		t.Errorf("cure: %q", cure)
	}
}

// An identity that libraries tidy while they read it is not what it was tidied
// to.
func TestIdentityIsReadAsWritten(t *testing.T) {
	how := signing(func(s *simca.Signing) { s.Identity.URI = strings.Replace(s.Identity.URI, "release", "rel ease", 1) })
	p := model.Policy{CertIdentity: strings.Replace(build().URI(), "release", "rel%20ease", 1), Issuer: model.IssuerGitHub}
	got := check(t, rootsOfAll(t), found(t, attest(t, instance(simca.GitHub), statement(), how)), p)
	refused(model.StepIdentity, "one identity", "rel%20ease").hold(t, got)
}

// Who signs under two names is nobody that a policy can name.
func TestSignerNamedTwice(t *testing.T) {
	how := signing(func(s *simca.Signing) {
		s.Identity.Extensions.BuildSignerURI = "https://github.com/Acme/App/.github/workflows/other.yml@refs/heads/main"
	})
	got := check(t, rootsOfAll(t), found(t, attest(t, instance(simca.GitHub), statement(), how)), policy())
	refused(model.StepIdentity, "release.yml", "other.yml").hold(t, got)
}
