package evidence

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// scriptHead checks the hashes with whatever the machine has.
const scriptHead = `#!/bin/sh
# Checks this evidence without caitui: every hash, then every attestation that
# the report calls verified, by cosign 3 (github.com/sigstore/cosign). Nothing is
# fetched: the roots lie in roots/. Compare their hashes with roots that you trust.
set -u
cd "$(dirname "$0")" || exit 2
failed=0
if command -v sha256sum >/dev/null 2>&1; then
	sha256sum -c --quiet SHA256SUMS || failed=1
else
	shasum -a 256 -c -q SHA256SUMS || failed=1
fi
check() {
	what=$1
	shift
	if cosign verify-blob-attestation "$@" >/dev/null 2>&1; then
		echo "verified  $what"
	else
		echo "FAILED    $what"
		failed=1
	fi
}
`

const scriptFoot = `if [ "$failed" -ne 0 ]; then
	echo "This evidence does not hold." >&2
	exit 1
fi
echo "Every hash and every attestation above holds."
`

// script is check.sh: one stock cosign command for every verified bundle. What
// cosign takes no bundle of (its own older forms) is said in a comment.
func script(set model.EvidenceSet, doc document) []byte {
	b := bytes.NewBufferString(scriptHead)
	done := make(map[string]bool)
	for i, s := range doc.Subjects {
		for j, it := range s.Attestations {
			a := set.Subjects[i].Verification.List.Items[j]
			if a.Check.Verdict != model.VerdictVerified || it.Path == "" || done[it.Path] {
				continue
			}
			done[it.Path] = true
			if a.Form != model.FormBundle || a.Statement == nil {
				fmt.Fprintf(b, "# %s: not a bundle with a statement, cosign verify-blob-attestation does not take it\n", it.Path)
				continue
			}
			b.WriteString(checkLine(s, a, it, doc.Roots) + "\n")
		}
	}
	b.WriteString(scriptFoot)
	return b.Bytes()
}

// checkLine is the command for one bundle: what it is about is the manifest in
// this directory where it is one, else the digest.
func checkLine(s subject, a model.Attestation, it item, roots []root) string {
	words := []string{"check", it.Path, "--bundle", it.Path}
	for _, r := range roots {
		if r.Digest == it.Root {
			words = append(words, "--trusted-root", r.Path)
		}
	}
	words = append(words, identityFlags(s.Policy, a.Check)...)
	words = append(words, "--type", a.PredicateType)
	proved := a.About
	if len(a.Check.Proves) > 0 {
		proved = a.Check.Proves[0]
	}
	file := path.Join("manifests", s.Package, proved.Hex()+".json")
	for _, m := range s.Manifests {
		if m.Path == file {
			return shell(append(words, file))
		}
	}
	return shell(append(words, "--digest", proved.Hex(), "--digestAlg", "sha256"))
}

// identityFlags demand what the certificate was found to prove, exactly. An
// instance without logs vouches for the time by a timestamp alone.
func identityFlags(p policy, c model.Check) []string {
	if c.KeyID != "" {
		return []string{"--key", "KEY.pem", "--insecure-ignore-tlog"}
	}
	words := []string{"--certificate-identity", c.Field("SubjectAlternativeName"), "--certificate-oidc-issuer", c.Field("Issuer")}
	if repo, ok := strings.CutPrefix(c.Field("SourceRepositoryURI"), "https://"+p.Host+"/"); ok && p.Host != "" {
		words = append(words, "--certificate-github-workflow-repository", repo)
	}
	if commit := c.Field("SourceRepositoryDigest"); commit != "" {
		words = append(words, "--certificate-github-workflow-sha", commit)
	}
	if c.Instance == model.InstanceGitHub {
		words = append(words, "--use-signed-timestamps", "--insecure-ignore-tlog", "--insecure-ignore-sct")
	}
	return words
}

func shell(words []string) string {
	for i, w := range words {
		words[i] = model.ShellWord(model.Sanitize(w))
	}
	return strings.Join(words, " ")
}
