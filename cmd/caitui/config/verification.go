package config

import (
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/novotnyllc/caitui/internal/model"
)

// maxKey bounds a public key's file, in bytes.
const maxKey = 64 << 10

// verification is what the file says of attestations.
type verification struct {
	rules []model.PolicyRule
	// places are the rules' lines.
	places []string
	roots  []string
	tuf    []TUFRepository
	block  bool
}

func (p *fileParser) verification(e entry) error {
	entries, err := p.known(e.value, "verification", []string{"block", "trusted_roots", "tuf", "rules"})
	if err != nil {
		return err
	}
	var v verification
	for _, one := range entries {
		switch one.name {
		case "block":
			v.block, err = p.boolean(one.value, "verification.block")
		case "trusted_roots":
			if v.roots, err = p.texts(one.value, "verification.trusted_roots"); err == nil {
				for i, root := range v.roots {
					v.roots[i] = p.beside(root)
				}
			}
		case "tuf":
			v.tuf, err = p.tufRepositories(one)
		case "rules":
			err = p.policyRules(one, &v)
		}
		if err != nil {
			return err
		}
	}
	p.c.verification = value[verification]{v: v, place: p.at(e.key.GetToken())}
	return nil
}

// beside finds a file that the configuration names: relative names are meant
// from where the configuration is. Addresses stay what they are.
func (p *fileParser) beside(name string) string {
	if filepath.IsAbs(name) || strings.Contains(name, "://") {
		return name
	}
	return filepath.Join(filepath.Dir(p.file), filepath.FromSlash(name))
}

// texts reads one text or a list of them.
func (p *fileParser) texts(n ast.Node, what string) ([]string, error) {
	nodes := []ast.Node{n}
	if s, ok := n.(*ast.SequenceNode); ok {
		nodes = s.Values
	}
	out := make([]string, 0, len(nodes))
	for _, one := range nodes {
		text, err := p.text(one, what)
		if err != nil {
			return nil, err
		}
		if slices.Contains(out, text) {
			return nil, p.fail(one, fmt.Sprintf("%s names %q twice", what, model.Sanitize(text)), "remove one")
		}
		out = append(out, text)
	}
	return out, nil
}

func (p *fileParser) policyRules(e entry, v *verification) error {
	nodes, err := p.list(e.value, "verification.rules")
	if err != nil {
		return err
	}
	for _, n := range nodes {
		rule, err := p.policyRule(n)
		if err != nil {
			return err
		}
		v.rules = append(v.rules, rule)
		v.places = append(v.places, p.at(n.GetToken()))
	}
	return nil
}

var policyKeys = []string{"packages", "owner", "repository", "signer_repository", "signer_workflows", "signer_digest", "cert_identity",
	"cert_identity_regex", "issuer", "predicates", "source_refs", "allow_self_hosted", "key"}

// policyRule reads one rule. Who builds on GitHub's own runners is believed;
// where an identity or a key is named outright there need be no runner at all.
func (p *fileParser) policyRule(n ast.Node) (model.PolicyRule, error) {
	entries, err := p.known(n, "a rule of verification", policyKeys)
	if err != nil {
		return model.PolicyRule{}, err
	}
	var rule model.PolicyRule
	var selfHosted *bool
	for _, e := range entries {
		what := "verification.rules." + e.name
		if e.name == "allow_self_hosted" {
			b, err := p.boolean(e.value, what)
			if err != nil {
				return rule, err
			}
			selfHosted = &b
			continue
		}
		values, err := p.texts(e.value, what)
		if err != nil {
			return rule, err
		}
		if lists := []string{"signer_workflows", "predicates", "source_refs"}; !slices.Contains(lists, e.name) && len(values) != 1 {
			return rule, p.fail(e.value, what+" takes one value", "write it without a list")
		}
		if err := p.demand(&rule, e, values); err != nil {
			return rule, err
		}
	}
	if rule.Packages == "" {
		return rule, p.fail(n, "a rule of verification names no packages", `give it a line packages: with a name or a pattern such as "*"`)
	}
	rule.Policy.HostedOnly = len(rule.Policy.Key) == 0 && rule.Policy.CertIdentity == "" && rule.Policy.CertIdentityRegex == ""
	if selfHosted != nil {
		rule.Policy.HostedOnly = !*selfHosted
	}
	return rule, nil
}

// checkRules refuses a rule for no package: it would never hold, and nobody
// would see that.
func (p *fileParser) checkRules() error {
	for i, rule := range p.c.verification.v.rules {
		if len(p.c.packages.v) > 0 && !slices.ContainsFunc(p.c.packages.v, func(s model.PackageSpec) bool {
			ok, _ := path.Match(rule.Packages, s.Name)
			return ok
		}) {
			var names []string
			for _, s := range p.c.packages.v {
				names = append(names, s.Name)
			}
			return p.errorAt(p.c.verification.v.places[i], fmt.Sprintf("no package matches %q", model.Sanitize(rule.Packages)), suggestion(rule.Packages, names))
		}
	}
	return nil
}

// demand takes one line of a rule over.
func (p *fileParser) demand(rule *model.PolicyRule, e entry, values []string) error {
	one := func() string { return values[0] }
	switch e.name {
	case "packages":
		if _, err := path.Match(one(), ""); err != nil {
			return p.fail(e.value, fmt.Sprintf("%q is not a pattern for packages", model.Sanitize(one())), "write a name, with * for any characters and ? for one")
		}
		rule.Packages = one()
	case "owner":
		rule.Policy.Owner = one()
	case "repository":
		rule.Policy.Repository = one()
	case "signer_repository":
		rule.Policy.SignerRepository = one()
	case "signer_workflows":
		rule.Policy.SignerWorkflows = values
	case "signer_digest":
		rule.Policy.SignerDigest = one()
	case "cert_identity":
		rule.Policy.CertIdentity = one()
	case "cert_identity_regex":
		rule.Policy.CertIdentityRegex = one()
	case "issuer":
		rule.Policy.Issuer = one()
	case "predicates":
		rule.Policy.Predicates = values
	case "source_refs":
		rule.Policy.SourceRefs = values
	case "key":
		key, err := ReadKey(p.beside(one()))
		if err != nil {
			return p.because(e.value, err)
		}
		rule.Policy.Key = key
	}
	return nil
}

// ReadKey reads a public key in PEM; which kind it is of is looked at by who
// verifies.
func ReadKey(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, &model.Error{Kind: model.ErrInvalid, Message: "the public key cannot be opened", Cause: err, Cure: "name a PEM file; relative names count from the configuration file"}
	}
	defer func() { _ = f.Close() }()
	raw, err := io.ReadAll(io.LimitReader(f, maxKey+1))
	switch {
	case err != nil:
		return nil, &model.Error{Kind: model.ErrInvalid, Message: "the public key cannot be read", Cause: err}
	case len(raw) > maxKey || !holdsPublicKey(raw):
		return nil, model.Invalid(fmt.Sprintf("%s holds no public key", name), "it must be PEM and begin with -----BEGIN PUBLIC KEY-----")
	}
	return raw, nil
}

func holdsPublicKey(raw []byte) bool {
	block, _ := pem.Decode(raw)
	return block != nil && strings.HasSuffix(block.Type, "PUBLIC KEY")
}

// attestations settles what is demanded of attestations and which roots are
// trusted. Which workflow signs is known of one project alone.
func (r *resolver) attestations(builtIn model.Layout) error {
	l, file := &r.s.Layout, r.file.verification
	if strings.EqualFold(l.Repository, builtIn.Repository) {
		l.Policies = builtIn.Policies
	}
	l.Policies = slices.Concat(file.v.rules, l.Policies)
	l.BlockUnverified = file.v.block
	for i, rule := range file.v.rules {
		if err := l.RulePolicy(rule).Check(); err != nil {
			return placed(file.v.places[i], err)
		}
	}
	roots := chosen[[]string]{v: file.v.roots, source: sourceOf(file.place)}
	if v := r.env("CAITUI_TRUSTED_ROOT"); v != "" {
		roots = chosen[[]string]{v: []string{v}, source: "environment CAITUI_TRUSTED_ROOT"}
	} else if len(roots.v) == 0 {
		roots.source = defaultSource
	}
	for _, root := range roots.v {
		if err := CheckRoot(root); err != nil {
			return placed(roots.source, err)
		}
	}
	r.s.TrustedRoots, r.s.TUF = roots.v, file.v.tuf
	var patterns []string
	for _, rule := range l.Policies {
		patterns = append(patterns, rule.Packages)
	}
	r.s.describe("verification.rules", strings.Join(patterns, ", "), sourceOf(file.place))
	r.s.describe("verification.block", fmt.Sprint(file.v.block), sourceOf(file.place))
	r.s.describe("verification.trusted_roots", strings.Join(append([]string{"built in: sigstore.dev"}, roots.v...), ", "), roots.source)
	r.s.describe("verification.tuf", strings.Join(tufNames(file.v.tuf), ", "), sourceOf(file.place))
	return nil
}

// CheckRoot refuses an address over which a root could be exchanged on the way.
func CheckRoot(root string) error {
	if !strings.Contains(root, "://") {
		return nil
	}
	if host, plain := strings.CutPrefix(root, "http://"); plain {
		host, _, _ = strings.Cut(host, "/")
		if isLoopback(host) {
			return nil
		}
	}
	if !strings.HasPrefix(root, "https://") {
		return model.Invalid(fmt.Sprintf("%q is not an address that a trusted root may come from", model.Sanitize(root)), "give a file, or an https:// address")
	}
	return nil
}
