package config

import "strings"

// Key documents one key of the file. The same list is what the parser knows
// and what the README shows.
type Key struct {
	Name     string
	Means    string
	Default  string
	Variable string // environment variable, "" where there is none
	Flag     string // "" where there is none
}

// Keys lists all keys of the file in the order of the README.
func Keys() []Key {
	return []Key{
		{"owner", "GitHub account that owns the packages", "`novotnyllc`; on a registry without an API none", "CAITUI_OWNER", "--owner"},
		{"repository", "source repository, NAME or OWNER/NAME", "`novotnyllc/ContainAI`", "CAITUI_REPO", "--repo"},
		{"registry", "host or URL", "`https://ghcr.io`", "CAITUI_REGISTRY", "--registry"},
		{"api", "URL of GitHub's REST API, or `none`", "`https://api.github.com` with ghcr.io, else `none`", "CAITUI_API", "--api"},
		{"packages", "list of names, or of `name`, `kind` (image, artifact), `role` (payload, installer, metadata), `follows_metadata`, `aliases` {channel: tags}, `stage`, `attested`", "ContainAI's ten while the owner is novotnyllc, else what the server lists", "CAITUI_PACKAGES", "--package"},
		{"metadata_package", "the package that carries the channel documents", "the one with role metadata", "", ""},
		{"channels", "list of names, or of `name`, `version_tags` (a version tag proves that the channel pointed there)", "prod (version tags), nightly, dev", "", ""},
		{"tags", "`immutable` and `plumbing`: lists of regular expressions over the whole tag, with the groups commit, version, arch, channel", "ContainAI's", "", ""},
		{"approvals", "`channels`: whose changes need a second person's approval; `deletions`: above how many a plan needs one (or never); `wait`: after which time it needs none (or never)", "no channel; 20; 10m", "", ""},
		{"never_return", "list of releases and digests that no channel shall point to again, or of `release` or `digest`, and `why`", "none", "", ""},
		{"cleanup_after", "age since the last change of its tags from which on the project's own pipeline may delete a version, or never", "180d while the owner is novotnyllc, else never", "", ""},
		{"points_per_minute", "what GitHub's API is asked for at most, as its secondary limit counts: a read is 1 point, a deletion or restoring 5, so 180 of these; less is always allowed, more only of another server than GitHub, which would block the token", "900", "CAITUI_POINTS_PER_MINUTE", ""},
		{"verification", "`rules`: list of `packages` (a pattern) and what their attestations must prove: `owner`, `repository`, `signer_repository`, `signer_workflows`, `signer_digest`, `cert_identity`, `cert_identity_regex`, `issuer`, `predicates`, `source_refs`, `allow_self_hosted`, `key` (a PEM file); the first that matches counts, what it leaves open is as built in. `trusted_roots`: files of further roots. `tuf`: list of repositories for `caitui roots --refresh`, each with `name`, `url`, `target` and `root`, a file with its root.json; for the names public-good and github each of these has its own default. `block`: whether a plan is blocked whose target does not meet its policy", "one SLSA provenance by a workflow of the repository, on GitHub's runners, of every package with `attested`; block: false", "CAITUI_TRUSTED_ROOT", ""},
		{"read_only", "refuse every write", "false", "CAITUI_READ_ONLY", "--read-only"},
		{"theme", strings.Join(Themes(), ", "), "auto", "CAITUI_THEME", "--theme"},
		{"ascii", "use no character beyond ASCII", "false", "CAITUI_ASCII", "--ascii"},
		{"keys", "action: key, or list of keys", "as in the table of keys", "", ""},
	}
}

func topKeys() []string {
	var names []string
	for _, k := range Keys() {
		names = append(names, k.Name)
	}
	return names
}

// Example is a file that uses every key; a test reads it.
const Example = `owner: acme
repository: acme/app
# registry: registry.example.com    # alone: any OCI registry, without GitHub's API
# api: https://api.github.com

packages:
  - app                              # an image with ordinary channel tags
  - name: app-worker
    stage: 1                         # written first, alone
    attested: 1                      # one signed statement a platform
  - name: app-payload
    kind: artifact
    role: payload
    follows_metadata: true           # has no channel tags: the metadata names it
  - name: app-installer
    kind: artifact
    role: installer
    aliases: {stable: [latest]}      # latest moves with stable
  - name: app-metadata
metadata_package: app-metadata

channels:
  - {name: stable, version_tags: true}
  - edge

tags:
  immutable:
    - ^(?P<version>v[0-9]+\.[0-9]+\.[0-9]+)$
    - ^sha-(?P<commit>[0-9a-f]{40})$

approvals:
  channels: [stable]                 # a second person says yes: caitui approve
  deletions: 50                      # more than this many in one plan need one too,
  wait: 30m                          # or this much patience
never_return:
  - v1.3.0
  - digest: sha256:2d90c1e7ab3411a1b2c3d4e5f60718293a4b5c6d7e8f90112233445566778899
    why: leaks the token into the log
cleanup_after: 90d
verification:
  block: true                        # a plan whose target is not verified needs --override verdict
  trusted_roots: [/etc/caitui/github-roots.jsonl]   # gh attestation trusted-root
  tuf:                               # for caitui roots --refresh
    - {name: public-good, url: https://mirror.example.com/sigstore}
    - {name: acme, url: https://tuf.acme.example, root: acme-root.json}
  rules:
    - packages: app-worker
      signer_workflows: [acme/app/.github/workflows/release.yml]
      source_refs: [refs/heads/main, refs/tags/v*]
      predicates: [https://slsa.dev/provenance/v1, https://spdx.dev/Document/v2.3]

points_per_minute: 450               # leaves half of GitHub's limit to other programs
read_only: false
theme: auto
ascii: false
keys:
  retag: [t, ctrl+t]
`

// Markdown is the table of keys for the README.
func Markdown() string {
	var b strings.Builder
	b.WriteString("| key | means | default | environment | flag |\n| --- | --- | --- | --- | --- |\n")
	code := func(s string) string {
		if s == "" {
			return ""
		}
		return "`" + s + "`"
	}
	for _, k := range Keys() {
		b.WriteString("| `" + k.Name + "` | " + k.Means + " | " + k.Default + " | " + code(k.Variable) + " | " + code(k.Flag) + " |\n")
	}
	b.WriteString("\nOnly as flag or environment: `--config` `CAITUI_CONFIG`, `--data-dir` `CAITUI_DATA_DIR`, `--log-file` `CAITUI_LOG_FILE`, `--insecure-http` `CAITUI_INSECURE_HTTP`.\n")
	return b.String()
}
