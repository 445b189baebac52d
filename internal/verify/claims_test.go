package verify_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/verify"
	"github.com/novotnyllc/caitui/internal/verify/simca"
)

const slsa02 = "https://slsa.dev/provenance/v0.2"

// provenance02 is what npm writes of a run.
func provenance02(w simca.Workflow) map[string]any {
	return map[string]any{
		"builder": map[string]any{"id": "https://github.com/actions/runner/github-hosted"},
		"invocation": map[string]any{
			"configSource": map[string]any{
				"uri": "git+https://github.com/" + w.Repository + "@" + w.Ref, "digest": map[string]any{"sha1": w.Commit}, "entryPoint": w.Path,
			},
			"environment": map[string]any{"GITHUB_EVENT_NAME": w.Event, "GITHUB_REPOSITORY_ID": w.RepositoryID, "GITHUB_REPOSITORY_OWNER_ID": w.OwnerID},
		},
	}
}

// The certificate proves, the predicate claims: every claim that differs is
// told, and does not change the verdict.
func TestDifferences(t *testing.T) {
	other := simca.Workflow{
		Repository: "Evil/App", RepositoryID: "6", OwnerID: "7", Path: ".github/workflows/other.yml", Ref: "refs/heads/evil",
		Commit: "4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a", Event: "pull_request", Run: "https://github.com/Evil/App/actions/runs/1/attempts/1",
	}
	w := build()
	base := "https://github.com/"
	common := []model.Difference{
		{Field: "repository", Proved: base + w.Repository, Claimed: base + other.Repository},
		{Field: "repository id", Proved: w.RepositoryID, Claimed: other.RepositoryID},
		{Field: "owner id", Proved: w.OwnerID, Claimed: other.OwnerID},
		{Field: "ref", Proved: w.Ref, Claimed: other.Ref},
		{Field: "commit", Proved: w.Commit, Claimed: other.Commit},
		{Field: "workflow", Proved: w.Path, Claimed: other.Path},
	}
	small := build()
	small.Repository = "acme/APP"
	selfHosted := provenance02(w)
	selfHosted["builder"] = map[string]any{"id": "https://github.com/actions/runner/self-hosted"}
	for name, c := range map[string]struct {
		kind      string
		predicate any
		name      string
		want      []model.Difference
	}{
		"SLSA v1, the same":          {model.PredicateSLSA, provenance(w), askedFor, nil},
		"SLSA v1, in other letters":  {model.PredicateSLSA, provenance(small), "GHCR.io/Acme/App", []model.Difference{{Field: "builder", Proved: w.URI(), Claimed: small.URI()}}},
		"SLSA v0.2, the same":        {slsa02, provenance02(w), askedFor, nil},
		"SLSA v0.2, all others":      {slsa02, provenance02(other), "", append(common[:6:6], model.Difference{Field: "trigger", Proved: w.Event, Claimed: other.Event})},
		"SLSA v0.2, other runner":    {slsa02, selfHosted, "", []model.Difference{{Field: "runner", Proved: "github-hosted", Claimed: "self-hosted"}}},
		"other type":                 {"https://spdx.dev/Document", provenance(other), "", nil},
		"other shape":                {model.PredicateSLSA, []int{1}, "", nil},
		"empty":                      {model.PredicateSLSA, map[string]any{}, "", nil},
		"under another name":         {model.PredicateSLSA, provenance(w), "ghcr.io/acme/other", []model.Difference{{Field: "subject name", Proved: "ghcr.io/acme/other", Claimed: askedFor}}},
		"under the name's beginning": {model.PredicateSLSA, provenance(w), "ghcr.io/acme/ap", []model.Difference{{Field: "subject name", Proved: "ghcr.io/acme/ap", Claimed: askedFor}}},
		"SLSA v1, all others": {model.PredicateSLSA, provenance(other), "", append(common[:6:6],
			model.Difference{Field: "builder", Proved: w.URI(), Claimed: other.URI()},
			model.Difference{Field: "run", Proved: w.Run, Claimed: other.Run},
			model.Difference{Field: "trigger", Proved: w.Event, Claimed: other.Event})},
	} {
		t.Run(name, func(t *testing.T) {
			raw := attest(t, instance(simca.GitHub), simca.Statement(c.kind, c.predicate, about(image)), signing())
			got := verify.New(rootsOfAll(t), 1).Check(context.Background(), []model.Attestation{found(t, raw)}, policy(), model.ArtifactDigests{Name: c.name})[0]
			verified().hold(t, got)
			if diff := cmp.Diff(c.want, got.Differences); diff != "" {
				t.Errorf("differences (-want +got):\n%s", diff)
			}
		})
	}
}
