package scenario

import (
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
)

// The workflow, as it lies in the repository.
const (
	workflowPath = ".github/workflows/build-runtime-images.yml"
	workflowName = "Build and Publish Images"
)

// addWorkflow makes the workflow known to a world.
func addWorkflow(w *world.World) {
	w.AddWorkflow(world.Workflow{Name: workflowName, Path: workflowPath, Dispatch: true, Inputs: []string{"channel", "version"}})
}

// workflowID finds the number that the world gave it, 0 where it is unknown.
func workflowID(w *world.World) int64 {
	for _, f := range w.Workflows() {
		if f.Path == workflowPath {
			return f.ID
		}
	}
	return 0
}

// Conclusions of jobs and steps.
const (
	completed = "completed"
	success   = "success"
	failure   = "failure"
	skipped   = "skipped"
	cancelled = "cancelled"
)

// newRun describes the finished run of a build.
func (b *build) newRun(w *world.World) world.Run {
	r := world.Run{
		WorkflowID: workflowID(w), Name: workflowName, Title: b.title, Event: b.event, Actor: b.actor,
		Branch: "main", SHA: b.commit, Status: completed, Conclusion: success,
		Created: b.start, Started: b.start, Attempt: 1,
	}
	if r.Title == "" {
		r.Title = workflowName
		if b.event == "push" {
			r.Title = b.subject
		}
	}
	if b.event == "workflow_dispatch" {
		r.Inputs = map[string]string{"channel": b.channel, "version": b.typed}
	}
	r.Jobs = b.jobs()
	for _, j := range r.Jobs {
		if j.Completed.After(r.Updated) {
			r.Updated = j.Completed
		}
		if j.Conclusion == failure {
			r.Conclusion = failure
		}
	}
	return r
}

// job makes a finished job; a skipped one has no duration.
func job(name, conclusion string, from, to time.Time, work ...string) world.Job {
	j := world.Job{Name: name, Status: completed, Conclusion: conclusion, Started: from, Completed: to}
	if conclusion == skipped {
		j.Completed = from
		return j
	}
	names := append(append([]string{"Set up job", "Checkout"}, work...), "Complete job")
	last := len(names) - 2 // the last step of work is the one that fails
	for i, step := range names {
		s := world.Step{Name: step, Status: completed, Conclusion: success, Started: from, Completed: to}
		if conclusion == failure && i == last {
			s.Conclusion = failure
		}
		j.Steps = append(j.Steps, s)
	}
	return j
}

// jobs lists the run's jobs by their display names.
func (b *build) jobs() []world.Job {
	if b.legacy {
		return b.legacyJobs()
	}
	begin := b.start.Add(4 * time.Second)
	out := []world.Job{
		job("Determine channel/tags", success, begin, begin.Add(9*time.Second), "Determine channel"),
		job("Scan build context for secrets", success, begin, begin.Add(52*time.Second), "Trivy"),
	}
	for _, r := range recipes() {
		label, variant := "Build variant image", true
		switch r.name {
		case "containai-base":
			label, variant = "Build base image", false
		case "containai":
			label, variant = "Build containai image", false
		}
		for _, arch := range architectures() {
			name := label + " (" + arch + ")"
			if variant {
				name = label + " (" + r.name + " / " + arch + ")"
			}
			to := b.pushed(r.name, arch).Add(30 * time.Second)
			from := to.Add(-7 * time.Minute)
			if b.lacks(r.name, arch) {
				out = append(out, job(name, failure, from, to, "Set up Buildx", "Build and push"))
				continue
			}
			out = append(out, job(name, success, from, to, "Set up Buildx", "Build and push", "Attest build provenance"))
		}
		assemble := "Assemble variant manifests (" + r.name + ")"
		switch r.name {
		case "containai-base":
			assemble = "Assemble base manifest"
		case "containai":
			assemble = "Assemble containai manifest"
		}
		at := b.assembled(r.name)
		out = append(out, job(assemble, outcome(b.assembles(r.name)), at.Add(-40*time.Second), at.Add(8*time.Second), "Verify platforms", "Create manifest"))
	}
	return append(out, b.closingJobs()...)
}

func outcome(done bool) string {
	if done {
		return success
	}
	return skipped
}

// closingJobs are those after the images.
func (b *build) closingJobs() []world.Job {
	moved, published := b.stops != afterBuild, b.stops == complete
	payload := outcome(published)
	if b.stops == afterImages {
		payload = failure
	}
	minute := func(m int) time.Time { return b.at(time.Duration(m) * time.Minute) }
	return []world.Job{
		job("Finalize tags and collect digests", outcome(moved), minute(-1), minute(1), "Collect digests", "Apply moving tags"),
		job("Package and publish payload artifact", payload, minute(1), minute(4), "Build payload", "Generate SBOM", "Push payload"),
		job("Publish channel metadata", outcome(published), minute(4), minute(5).Add(10*time.Second), "Write channels.json", "Push metadata"),
		job("Publish installer artifact", outcome(published), minute(5).Add(12*time.Second), minute(7), "Push installer", "Attest installer"),
		job("Cleanup partial publishes", outcome(!published), minute(7), minute(8), "Delete partial artifacts"),
		job("Retention and visibility", outcome(published), minute(6), minute(8), "Clean up versions", "Verify packages"),
		job("Cleanup GitHub Actions cache", outcome(moved), minute(1), minute(2), "Clean up caches"),
	}
}

// legacyJobs are the two jobs before channels; both pushed and then failed to
// attest, as they had no id-token.
func (b *build) legacyJobs() []world.Job {
	at := b.pushed("containai-base", "amd64")
	end := b.assembled("containai-claude").Add(time.Minute)
	return []world.Job{
		job("Build base image", failure, b.start, at.Add(5*time.Minute), "Build and push", "Attest build provenance"),
		job("Build runtime images", failure, at.Add(6*time.Minute), end, "Build and push", "Attest build provenance"),
	}
}
