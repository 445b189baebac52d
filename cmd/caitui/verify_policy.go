package main

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/novotnyllc/caitui/cmd/caitui/config"
	"github.com/novotnyllc/caitui/internal/model"
)

// policyFlags are the demands of the command line, named as gh names them.
type policyFlags struct {
	signerRepository  string
	signerWorkflow    string
	signerDigest      string
	certIdentity      string
	certIdentityRegex string
	issuer            string
	sourceRef         string
	sourceDigest      string
	predicates        []string
	denySelfHosted    bool
	key               string
}

func (f *policyFlags) declare(fs *pflag.FlagSet) {
	fs.StringVar(&f.signerRepository, "signer-repo", "", "OWNER/NAME whose workflow must have signed")
	fs.StringVar(&f.signerWorkflow, "signer-workflow", "", "OWNER/NAME/PATH of the workflow that must have signed")
	fs.StringVar(&f.signerDigest, "signer-digest", "", "commit of that workflow")
	fs.StringVar(&f.certIdentity, "cert-identity", "", "the whole subject alternative name of the certificate")
	fs.StringVar(&f.certIdentityRegex, "cert-identity-regex", "", "an expression that the subject alternative name must match")
	fs.StringVar(&f.issuer, "cert-oidc-issuer", "", "who must have vouched for the identity (default GitHub Actions)")
	fs.StringVar(&f.sourceRef, "source-ref", "", "git ref that it must be built from, such as refs/heads/main")
	fs.StringVar(&f.sourceDigest, "source-digest", "", "git commit that it must be built from")
	fs.StringArrayVar(&f.predicates, "predicate-type", nil, "predicate type of which one must hold; repeated: one of each; any: of whatever type (default SLSA provenance v1)")
	fs.BoolVar(&f.denySelfHosted, "deny-self-hosted-runners", false, "the runner must be GitHub's own")
	fs.StringVar(&f.key, "key", "", "PEM file of the public key that must have signed, in place of a certificate")
}

// policyFlagNames are all flags that demand something.
func policyFlagNames() []string {
	return []string{"signer-repo", "signer-workflow", "signer-digest", "cert-identity", "cert-identity-regex", "cert-oidc-issuer",
		"source-ref", "source-digest", "predicate-type", "deny-self-hosted-runners", "key"}
}

// checkGiven refuses a flag that was given and is empty: a variable of a script
// that was never set must not take a demand away.
func checkGiven(cmd *cobra.Command) error {
	var bad error
	cmd.Flags().Visit(func(f *pflag.Flag) {
		empty := f.Value.String() == ""
		if list, ok := f.Value.(pflag.SliceValue); ok {
			for _, s := range list.GetSlice() {
				empty = empty || s == ""
			}
		}
		if empty && bad == nil {
			bad = usageError{fmt.Errorf("--%s is given and empty", f.Name)}
		}
	})
	return bad
}

// demanded is what --owner and --repo demand, "" where they were not given. On
// verify they are policy as well as the place of packages.
type demanded struct{ owner, repository string }

// sourceOf takes --owner and --repo as they were given; environment and
// configuration do not count.
func sourceOf(cmd *cobra.Command, s config.Settings) (demanded, error) {
	var out demanded
	if cmd.Flags().Changed("owner") {
		out.owner = s.Layout.Owner
	}
	if cmd.Flags().Changed("repo") {
		out.repository = s.Layout.Repository
		owner, _, whole := strings.Cut(out.repository, "/")
		if !whole {
			return out, model.Invalid(fmt.Sprintf("whose repository %s is, is not said", model.Sanitize(out.repository)), "write --repo OWNER/NAME")
		}
		if out.owner != "" && !strings.EqualFold(owner, out.owner) {
			return out, usageError{fmt.Errorf("--repo %s is not a repository of --owner %s", out.repository, out.owner)}
		}
	}
	return out, nil
}

// filePolicy is the policy for what lies in no registry: what the command line
// says, with gh's defaults, and nothing that is configured for packages.
func (f *policyFlags) filePolicy(src demanded) (model.Policy, error) {
	p := model.Policy{Host: "github.com", Owner: src.owner, Repository: src.repository, Issuer: model.IssuerGitHub, Predicates: []string{model.PredicateSLSA}}
	if f.key != "" {
		if src != (demanded{}) {
			return p, usageError{errors.New("--key and --owner or --repo: a signature by a key does not say who built what")}
		}
		p.Predicates = []string{model.PredicateAny} // keys sign bytes as often as statements
	}
	return f.over(p)
}

// packagePolicy is the configured policy of a package with what the command
// line says in its place. Who may sign and where from can be said anew; no flag
// takes a demand away.
func (f *policyFlags) packagePolicy(layout model.Layout, pkg string, src demanded) (model.Policy, error) {
	p := layout.PolicyOf(pkg)
	if len(p.Predicates) == 0 && !layout.Knows(pkg) {
		p.Predicates = []string{model.PredicateSLSA} // gh's default: nobody said that nothing is expected
	}
	if src.owner != "" && !strings.EqualFold(src.owner, p.Owner) || src.repository != "" && !strings.EqualFold(src.repository, p.Repository) {
		if owner, _, _ := strings.Cut(p.Repository, "/"); src.repository != "" || !strings.EqualFold(owner, src.owner) {
			p.Owner, p.Repository, p.SignerRepository, p.SignerWorkflows, p.Key = "", "", "", nil, nil
			p.CertIdentity, p.CertIdentityRegex = "", ""
		}
		if src.owner != "" {
			p.Owner = src.owner
		}
		if src.repository != "" {
			p.Owner, _, _ = strings.Cut(src.repository, "/")
			p.Repository = src.repository
		}
		if p.Issuer == "" {
			p.Issuer = model.IssuerGitHub
		}
	}
	return f.over(p)
}

// over puts the flags over a policy and refuses what would trust anybody.
func (f *policyFlags) over(p model.Policy) (model.Policy, error) {
	if f.key != "" {
		key, err := config.ReadKey(f.key)
		if err != nil {
			return p, err
		}
		p = model.Policy{Host: p.Host, Key: key, Predicates: p.Predicates} // a key says nothing of workflows
	}
	if f.signerRepository != "" || f.signerWorkflow != "" || f.certIdentity != "" || f.certIdentityRegex != "" {
		p.SignerRepository, p.SignerWorkflows, p.CertIdentity, p.CertIdentityRegex = f.signerRepository, nil, f.certIdentity, f.certIdentityRegex
		if f.signerWorkflow != "" {
			p.SignerWorkflows = []string{f.signerWorkflow}
		}
	}
	set := func(into *string, v string) {
		if v != "" {
			*into = v
		}
	}
	set(&p.SignerDigest, f.signerDigest)
	set(&p.SourceDigest, f.sourceDigest)
	set(&p.Issuer, f.issuer)
	if f.sourceRef != "" {
		p.SourceRefs = []string{f.sourceRef}
	}
	if len(f.predicates) > 0 {
		p.Predicates = f.predicates
	}
	p.HostedOnly = p.HostedOnly || f.denySelfHosted
	if err := f.checkKey(); err != nil {
		return p, err
	}
	if err := p.Check(); err != nil {
		return p, err
	}
	if re, err := regexp.Compile(p.CertIdentityRegex); p.CertIdentityRegex != "" && err == nil && re.MatchString("") {
		return p, model.Invalid("the expression for the identity matches everybody", "begin it with ^ and name at least the host and the owner")
	}
	return p, nil
}

// checkKey refuses demands that a signature by a bare key cannot meet.
func (f *policyFlags) checkKey() error {
	if f.key == "" {
		return nil
	}
	for _, v := range []string{f.signerRepository, f.signerWorkflow, f.signerDigest, f.certIdentity, f.certIdentityRegex, f.issuer, f.sourceRef, f.sourceDigest} {
		if v != "" {
			return usageError{errors.New("--key goes with --predicate-type alone: a signature by a key has no certificate that could say more")}
		}
	}
	if f.denySelfHosted {
		return usageError{errors.New("--key and --deny-self-hosted-runners: a signature by a key does not say where it was made")}
	}
	return nil
}
