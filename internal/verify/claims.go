package verify

import (
	"encoding/json"
	"strings"

	"github.com/sigstore/sigstore-go/pkg/fulcio/certificate"

	"github.com/novotnyllc/caitui/internal/model"
)

// Predicate types of provenance whose claims can be set beside a certificate.
const (
	predicateSLSA02 = "https://slsa.dev/provenance/v0.2"
	predicateSLSA01 = "https://slsa.dev/provenance/v0.1"
)

// claims are what a predicate says of the build. Empty ones are not claimed.
type claims struct {
	repository, ref, commit, workflow, builder, run, trigger, runner string
	repositoryID, ownerID                                            string
}

// claimsOf reads the claims of a statement. Types that make none, and
// predicates of another shape, have none.
func claimsOf(s statement) claims {
	switch s.PredicateType {
	case model.PredicateSLSA:
		return claimsSLSA1(s.Predicate)
	case predicateSLSA02, predicateSLSA01:
		return claimsSLSA02(s.Predicate)
	}
	return claims{}
}

type material struct {
	URI    string            `json:"uri"`
	Digest map[string]string `json:"digest"`
}

// claimsSLSA1 reads what GitHub's build type writes (actions/attest and
// slsa-framework/github-actions-buildtypes, workflow/v1).
func claimsSLSA1(raw json.RawMessage) claims {
	var p struct {
		BuildDefinition struct {
			ExternalParameters struct {
				Workflow struct{ Repository, Ref, Path string } `json:"workflow"`
			} `json:"externalParameters"`
			InternalParameters struct {
				GitHub struct {
					Event        string `json:"event_name"`
					Runner       string `json:"runner_environment"`
					RepositoryID string `json:"repository_id"`
					OwnerID      string `json:"repository_owner_id"`
				} `json:"github"`
			} `json:"internalParameters"`
			Resolved []material `json:"resolvedDependencies"`
		} `json:"buildDefinition"`
		RunDetails struct {
			Builder  struct{ ID string }           `json:"builder"`
			Metadata struct{ InvocationID string } `json:"metadata"`
		} `json:"runDetails"`
	}
	if json.Unmarshal(raw, &p) != nil {
		return claims{}
	}
	d := p.BuildDefinition
	return claims{
		repository: d.ExternalParameters.Workflow.Repository, ref: d.ExternalParameters.Workflow.Ref,
		workflow: d.ExternalParameters.Workflow.Path,
		commit:   commitOf(d.Resolved, d.ExternalParameters.Workflow.Repository, "gitCommit"),
		builder:  p.RunDetails.Builder.ID, run: p.RunDetails.Metadata.InvocationID,
		trigger: d.InternalParameters.GitHub.Event, runner: d.InternalParameters.GitHub.Runner,
		repositoryID: d.InternalParameters.GitHub.RepositoryID, ownerID: d.InternalParameters.GitHub.OwnerID,
	}
}

// claimsSLSA02 reads what npm and slsa-github-generator write.
func claimsSLSA02(raw json.RawMessage) claims {
	var p struct {
		Builder    struct{ ID string } `json:"builder"`
		Invocation struct {
			ConfigSource struct {
				material
				EntryPoint string `json:"entryPoint"`
			} `json:"configSource"`
			Environment struct {
				Event        string `json:"GITHUB_EVENT_NAME"`
				RepositoryID string `json:"GITHUB_REPOSITORY_ID"`
				OwnerID      string `json:"GITHUB_REPOSITORY_OWNER_ID"`
			} `json:"environment"`
		} `json:"invocation"`
	}
	if json.Unmarshal(raw, &p) != nil {
		return claims{}
	}
	from := p.Invocation.ConfigSource
	repository, ref, _ := strings.Cut(from.URI, "@")
	return claims{
		repository: repository, ref: ref, commit: from.Digest["sha1"], workflow: from.EntryPoint, builder: p.Builder.ID,
		trigger: p.Invocation.Environment.Event, repositoryID: p.Invocation.Environment.RepositoryID, ownerID: p.Invocation.Environment.OwnerID,
	}
}

// commitOf is the commit of the dependency that is the source repository.
func commitOf(list []material, repository, algorithm string) string {
	for _, m := range list {
		uri, _, _ := strings.Cut(plainRepository(m.URI), "@")
		if repository != "" && fold(uri, plainRepository(repository)) {
			return m.Digest[algorithm]
		}
	}
	return ""
}

// plainRepository is a repository's address as a certificate has it.
func plainRepository(uri string) string {
	return strings.TrimSuffix(strings.TrimPrefix(uri, "git+"), ".git")
}

// differences sets the claims beside what the certificate proves.
func (c claims) differences(proved certificate.Summary) []model.Difference {
	var out []model.Difference
	add := func(field, proves, claimed string, same func(a, b string) bool) {
		if claimed != "" && proves != "" && !same(proves, claimed) {
			out = append(out, model.Difference{Field: field, Proved: proves, Claimed: claimed})
		}
	}
	add("repository", proved.SourceRepositoryURI, plainRepository(c.repository), fold)
	add("repository id", proved.SourceRepositoryIdentifier, c.repositoryID, exact)
	add("owner id", proved.SourceRepositoryOwnerIdentifier, c.ownerID, exact)
	add("ref", proved.SourceRepositoryRef, c.ref, exact)
	add("commit", proved.SourceRepositoryDigest, c.commit, exact)
	if w, err := parseWorkflow(proved.BuildConfigURI); err == nil {
		add("workflow", w.path, c.workflow, exact)
	}
	// The runner's kind is the builder in older provenance.
	if kind, ok := strings.CutPrefix(c.builder, "https://github.com/actions/runner/"); ok {
		add("runner", proved.RunnerEnvironment, kind, exact)
	} else if _, err := parseWorkflow(c.builder); err == nil {
		add("builder", proved.BuildSignerURI, c.builder, exact)
	}
	add("run", proved.RunInvocationURI, c.run, exact)
	add("trigger", proved.BuildTrigger, c.trigger, exact)
	add("runner", proved.RunnerEnvironment, c.runner, exact)
	return out
}

// misnamed tells where the statement's subject bears another name than the one
// that was asked about. Names of packages have no case.
func misnamed(asked string, subjects []subject) []model.Difference {
	if asked == "" {
		return nil
	}
	other := ""
	for _, s := range subjects {
		if fold(s.Name, asked) {
			return nil
		}
		if s.Name != "" {
			other = s.Name
		}
	}
	if other == "" {
		return nil
	}
	return []model.Difference{{Field: "subject name", Proved: asked, Claimed: other}}
}
