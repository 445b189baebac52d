package model

import (
	"regexp"
	"slices"
	"sync"
	"time"
)

// ContainAI is the built-in layout: the ten packages of the ContainAI project
// as its pipeline publishes them.
func ContainAI() Layout {
	image := func(name string, stage int) PackageSpec {
		return PackageSpec{Name: name, Kind: KindImage, Stage: stage, Attested: 1}
	}
	return Layout{
		Owner:      "novotnyllc",
		Repository: "novotnyllc/ContainAI",
		Packages: []PackageSpec{
			image("containai", 2),
			image("containai-base", 2),
			image("containai-claude", 2),
			image("containai-codex", 2),
			image("containai-copilot", 2),
			image("containai-log-forwarder", 1), // smallest: goes first, alone
			image("containai-proxy", 2),
			{Name: "containai-payload", Kind: KindArtifact, Role: RolePayload, FollowsMetadata: true, Stage: 3, Attested: 1},
			{Name: "containai-installer", Kind: KindArtifact, Role: RoleInstaller, Stage: 3, Attested: 1,
				Aliases: map[string][]string{"prod": {"latest"}}},
			{Name: "containai-metadata", Kind: KindArtifact, Role: RoleMetadata, Stage: 4},
		},
		Channels: []ChannelSpec{{Name: "prod", VersionTags: true}, {Name: "nightly"}, {Name: "dev"}},
		Tags:     DefaultTagRules(),
		// cleanup-ghcr-versions.sh keeps what was updated within 180 days.
		CleanupAfter: 180 * 24 * time.Hour,
		Approvals:    DefaultApprovals(),
		Policies: []PolicyRule{{"*", Policy{
			SignerWorkflows: []string{"novotnyllc/ContainAI/.github/workflows/build-runtime-images.yml"},
			// Pushes and dispatches alike run on main: no tag starts the pipeline.
			SourceRefs: []string{"refs/heads/main"},
			HostedOnly: true,
		}}},
	}
}

// DefaultTagRules are the tag patterns of the ContainAI pipeline, together
// with the plumbing tags that the referrers tag schema and cosign write.
func DefaultTagRules() TagRules {
	rules := defaultTagRules()
	return TagRules{Immutable: slices.Clone(rules.Immutable), Plumbing: slices.Clone(rules.Plumbing)}
}

// defaultTagRules compiles them once: configuration asks for the built-in layout
// many times over before the first screen.
var defaultTagRules = sync.OnceValue(func() TagRules {
	return TagRules{
		Immutable: []*regexp.Regexp{
			regexp.MustCompile(`^(?P<version>v[0-9]+\.[0-9]+\.[0-9]+(?:-[0-9A-Za-z.-]+)?)$`),
			regexp.MustCompile(`^sha-(?P<commit>[0-9a-f]{40})(?:-(?P<arch>amd64|arm64))?$`),
			regexp.MustCompile(`^(?P<channel>dev|nightly)-(?P<commit>[0-9a-f]{7,40})$`),
		},
		Plumbing: []*regexp.Regexp{
			// Written so that one look at the next byte decides: asked for every
			// tag of every version, it must fail and match in one pass.
			regexp.MustCompile(`^sha256-[0-9a-f]{64}(?:\.(?:s(?:ig|bom)|att))?$`),
		},
	}
})

// DefaultApprovals let one person do everything but delete many versions in
// haste.
func DefaultApprovals() ApprovalRules {
	return ApprovalRules{Deletions: 20, DeletionWait: 10 * time.Minute}
}
