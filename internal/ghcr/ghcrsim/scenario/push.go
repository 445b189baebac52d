package scenario

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
	"github.com/novotnyllc/caitui/internal/model"
)

// Push publishes a whole new build of all packages into a channel at w.Now(),
// as a push to the default branch (dev) or a dispatch (the others) would, and
// records the finished run. An empty commit makes a new one.
func Push(w *world.World, channel, commit string) error {
	return Publish(w, channel, "", commit)
}

// Publish is Push with a version, as typed into a dispatch. Everything is
// pushed in the pipeline's order at the one moment w.Now(). Where a run of
// that commit is still under way the publication is that run's, and recording
// its end is left to the caller; else a finished run is added.
func Publish(w *world.World, channel, version, commit string) error {
	switch channel {
	case "dev", "nightly", "prod":
	default:
		return &model.Error{
			Kind: model.ErrInvalid, Message: "there is no channel " + model.Sanitize(channel),
			Cure: "the pipeline publishes into dev, nightly and prod",
		}
	}
	if commit == "" {
		commit = nextCommit(w)
	}
	if !model.IsHex(commit, 40) {
		return &model.Error{
			Kind: model.ErrInvalid, Message: model.Sanitize(commit) + " is not a commit",
			Cure: "a commit is 40 characters 0-9 a-f",
		}
	}
	if version != "" && !isTag(version) {
		return &model.Error{
			Kind: model.ErrInvalid, Message: model.Sanitize(version) + " cannot be a tag",
			Cure: "a version becomes a tag: letters, digits, _ . and -, at most 128, not beginning with . or -",
		}
	}
	b := newPublication(w, channel, version, commit)
	if err := b.produce().apply(w); err != nil {
		return fmt.Errorf("publishing %s into %s: %w", commit[:7], channel, err)
	}
	return nil
}

// isTag reports whether s is within the grammar of tags (OCI
// distribution-spec, "Pulling manifests").
func isTag(s string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
	return s != "" && len(s) <= 128 && strings.IndexByte(letters, s[0]) >= 0 && strings.Trim(s, letters+".-") == ""
}

// newPublication describes a build of this moment and finds or adds its run.
func newPublication(w *world.World, channel, version, commit string) *build {
	now := w.Now()
	b := &build{
		commit: commit, subject: "Build " + commit[:7], event: "workflow_dispatch", channel: channel, typed: version,
		actor: "alice", start: now.Add(-39 * time.Minute), tagged: now, instant: true,
		owner: w.Owner(), repo: w.Repository(), ownerID: w.OwnerID(), repoID: w.RepositoryID(),
		tools: toolsAt(now), runbook: w.Scenario() == "runbook", bomFirst: w.Scenario() == "runbook",
	}
	if channel == "dev" && version == "" {
		b.event = "push"
	}
	for _, c := range w.Commits() {
		if c.SHA == commit {
			b.subject = c.Message
		}
	}
	for _, r := range w.Runs() {
		if r.SHA == commit && r.Status != completed {
			b.run, b.event, b.actor = r, r.Event, r.Actor
			return b
		}
	}
	b.run = b.newRun(w)
	b.run.Updated = now
	b.run.ID = w.AddRun(b.run)
	return b
}

// nextCommit adds a commit to the default branch and returns it.
func nextCommit(w *world.World) string {
	head, _ := w.Branch("main")
	sha := fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "%s|%d", head, len(w.Commits()))))[:40]
	w.AddCommit(world.Commit{SHA: sha, Message: "Build " + sha[:7], Author: "alice", Date: w.Now()})
	return sha
}
