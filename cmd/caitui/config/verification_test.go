package config

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
)

const onePolicy = "repository: acme/app\nowner: acme\npackages: [app, app-web]\nverification:\n  rules:\n    - "

func TestVerificationErrors(t *testing.T) {
	for name, c := range map[string]struct{ text, want, cure string }{
		"unknown key":         {"verification:\n  blok: true\n", `config.yaml:2:3: verification has no key "blok"`, `did you mean "block"?`},
		"unknown in a rule":   {onePolicy + "{packages: app, signer_workflow: a/b/c}\n", `a rule of verification has no key "signer_workflow"`, `"signer_workflows"`},
		"no packages":         {onePolicy + "{owner: acme}\n", "a rule of verification names no packages", "packages:"},
		"no such package":     {onePolicy + "{packages: aap, owner: acme}\n", `config.yaml:6:7: no package matches "aap"`, `did you mean "app"?`},
		"bad pattern":         {onePolicy + "{packages: 'a[', owner: acme}\n", `"a[" is not a pattern`, "with *"},
		"list for one":        {onePolicy + "{packages: app, owner: [a, b]}\n", "takes one value", "without a list"},
		"twice":               {onePolicy + "{packages: app, predicates: [a, a]}\n", `names "a" twice`, "remove one"},
		"no key file":         {onePolicy + "{packages: app, key: none.pem}\n", "the public key cannot be opened", "PEM"},
		"block is no word":    {"verification: {block: maybe}\n", "verification.block is text and should be true or false", ""},
		"contradiction":       {onePolicy + "{packages: app, signer_repository: a/b, cert_identity: x}\n", "config.yaml:6:7: the signer is named in several ways", "one of"},
		"bad expression":      {onePolicy + "{packages: app, cert_identity_regex: '('}\n", "the expression for the identity cannot be read", "regexp"},
		"bad workflow":        {onePolicy + "{packages: app, signer_workflows: release.yml}\n", `"release.yml" is not a workflow`, "OWNER/NAME/PATH"},
		"nobody must sign":    {"registry: 127.0.0.1:5000\nverification:\n  rules: [{packages: '*', predicates: any}]\n", "does not say who must have signed", "--owner"},
		"root by plain http":  {"verification:\n  trusted_roots: ['http://example.com/root.json']\n", "is not an address that a trusted root may come from", "https://"},
		"tuf without a name":  {"verification:\n  tuf: [{url: 'https://x'}]\n", "a repository of verification.tuf has no name", "name:"},
		"tuf with a path":     {"verification:\n  tuf: [{name: ../x}]\n", `"../x" cannot be the name`, "hyphens"},
		"tuf twice":           {"verification:\n  tuf: [{name: github}, {name: github}]\n", "the TUF repository github is listed twice", "remove one"},
		"tuf unheard of":      {"verification:\n  tuf: [{name: acme, url: 'https://x'}]\n", "what its root.json is, is not said", "url: and root:"},
		"tuf unknown key":     {"verification:\n  tuf: [{name: github, mirror: x}]\n", `has no key "mirror"`, "possible are"},
		"tuf by plain http":   {"verification:\n  tuf: [{name: github, url: 'http://example.com'}]\n", "is not an address that a TUF repository may have", "https://"},
		"tuf with a login":    {"verification:\n  tuf: [{name: github, url: 'https://me:pw@example.com'}]\n", "is not the address of a TUF repository", "without a login"},
		"tuf root elsewhere":  {"verification:\n  tuf: [{name: github, root: 'https://x/root.json'}]\n", "must be a file", "trust"},
		"root by odd address": {"verification:\n  trusted_roots: ['ftp://example.com/root.json']\n", "is not an address", "https://"},
	} {
		t.Run(name, func(t *testing.T) {
			config, err := Parse("/x/config.yaml", []byte(c.text))
			if err == nil {
				_, err = Resolve(Flags{}, noEnv, config)
			}
			if !errors.Is(err, model.ErrInvalid) || !strings.Contains(err.Error(), c.want) || !strings.Contains(model.CureOf(err), c.cure) {
				t.Errorf("%v (%s), want %q (%s)", err, model.CureOf(err), c.want, c.cure)
			}
		})
	}
}

func TestVerification(t *testing.T) {
	dir := t.TempDir()
	pem := "-----BEGIN PUBLIC KEY-----\nMA==\n-----END PUBLIC KEY-----\n"
	if err := os.WriteFile(filepath.Join(dir, "cosign.pub"), []byte(pem), 0o600); err != nil {
		t.Fatal(err)
	}
	text := `repository: novotnyllc/ContainAI
verification:
  block: true
  trusted_roots: [roots.jsonl, /etc/root.json]
  tuf:
    - {name: public-good, url: 'https://mirror.example/sigstore/'}
    - {name: acme, url: 'http://127.0.0.1:1', target: acme.trusted_root.json, root: acme.json}
  rules:
    - {packages: containai-base, key: cosign.pub, predicates: any}
    - {packages: containai-p*, allow_self_hosted: true, source_refs: refs/tags/v*}
    - {packages: containai-codex, predicates: []}
    - {packages: containai-claude, cert_identity: https://x, issuer: https://issuer.example}
`
	config, err := Parse(filepath.Join(dir, "config.yaml"), []byte(text))
	if err != nil {
		t.Fatalf("%v (%s)", err, model.CureOf(err))
	}
	s := mustResolve(t, Flags{}, noEnv, config)
	if !s.Layout.BlockUnverified || len(s.TrustedRoots) != 2 || s.TrustedRoots[0] != filepath.Join(dir, "roots.jsonl") || s.TrustedRoots[1] != "/etc/root.json" {
		t.Errorf("block %v, roots %q", s.Layout.BlockUnverified, s.TrustedRoots)
	}
	wantTUF := []TUFRepository{{Name: "public-good", URL: "https://mirror.example/sigstore"},
		{Name: "acme", URL: "http://127.0.0.1:1", Target: "acme.trusted_root.json", Root: filepath.Join(dir, "acme.json")}}
	if !slices.Equal(s.TUF, wantTUF) {
		t.Errorf("TUF repositories %+v", s.TUF)
	}
	base := s.Layout.PolicyOf("containai-base")
	if string(base.Key) != pem || base.Owner != "" || base.HostedOnly || base.Check() != nil || base.Predicates[0] != model.PredicateAny {
		t.Errorf("by key: %+v, %v", base, base.Check())
	}
	proxy := s.Layout.PolicyOf("containai-proxy")
	if proxy.HostedOnly || proxy.Repository != "novotnyllc/ContainAI" || len(proxy.SignerWorkflows) != 0 || proxy.SourceRefs[0] != "refs/tags/v*" {
		t.Errorf("self-hosted: %+v", proxy)
	}
	if p := s.Layout.PolicyOf("containai-codex"); len(p.Predicates) != 0 || !p.HostedOnly {
		t.Errorf("nothing expected: %+v", p)
	}
	if p := s.Layout.PolicyOf("containai-claude"); p.CertIdentity != "https://x" || p.Issuer != "https://issuer.example" || p.HostedOnly || p.Owner != "" {
		t.Errorf("by identity: %+v", p)
	}
	// What no rule names keeps the project's own.
	if p := s.Layout.PolicyOf("containai"); len(p.SignerWorkflows) != 1 || !p.HostedOnly {
		t.Errorf("built in: %+v", p)
	}
	// The environment's root replaces the file's.
	s = mustResolve(t, Flags{}, envOf("CAITUI_TRUSTED_ROOT", "http://127.0.0.1:1/root.json"), config)
	if len(s.TrustedRoots) != 1 || s.TrustedRoots[0] != "http://127.0.0.1:1/root.json" {
		t.Errorf("roots %q", s.TrustedRoots)
	}
}
