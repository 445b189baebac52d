package ghcr

import (
	"context"
	"net/url"
	"strings"

	"github.com/google/go-github/v62/github"

	"github.com/novotnyllc/caitui/internal/model"
)

// running lists the workflow runs that are not finished, of the newest hundred.
func (a *api) running(ctx context.Context, channels []model.ChannelSpec) ([]model.Run, error) {
	owner, name, ok := strings.Cut(a.repo, "/")
	if !ok {
		return nil, &model.Error{Kind: model.ErrUnsupported, Message: "no source repository is configured",
			Cure: "name it with --repo OWNER/NAME or repository: in the configuration"}
	}
	list, _, err := a.client.Actions.ListRepositoryWorkflowRuns(a.with(ctx), url.PathEscape(owner), url.PathEscape(name),
		&github.ListWorkflowRunsOptions{ListOptions: github.ListOptions{PerPage: 100}})
	if err != nil {
		return nil, a.fail("listing the workflow runs of "+a.repo, err)
	}
	var out []model.Run
	for _, r := range list.WorkflowRuns {
		if r.GetStatus() != "completed" {
			out = append(out, runOf(r, channels))
		}
	}
	return out, nil
}

// runOf takes over a run. Its channel is known only where the run's title
// says it as a word of its own: the API does not show inputs.
func runOf(r *github.WorkflowRun, channels []model.ChannelSpec) model.Run {
	out := model.Run{
		ID: r.GetID(), Event: model.Sanitize(r.GetEvent()), Actor: model.Sanitize(r.GetActor().GetLogin()),
		Branch: model.Sanitize(r.GetHeadBranch()), Commit: model.Sanitize(r.GetHeadSHA()),
		Status: model.Sanitize(r.GetStatus()), Conclusion: model.Sanitize(r.GetConclusion()),
		Started: r.GetRunStartedAt().UTC(), URL: model.Sanitize(r.GetHTMLURL()),
	}
	if out.Started.IsZero() {
		out.Started = r.GetCreatedAt().UTC()
	}
	if out.Event != "workflow_dispatch" {
		return out // the title of a push is somebody's commit message
	}
	for word := range strings.FieldsFuncSeq(r.GetDisplayTitle(), func(c rune) bool { return strings.ContainsRune(" \t()[]{},;:", c) }) {
		for _, c := range channels {
			if word == c.Name {
				out.Channel = c.Name
			}
		}
		if len(word) > 1 && word[0] == 'v' && word[1] >= '0' && word[1] <= '9' {
			out.Version = model.Sanitize(word)
		}
	}
	return out
}
