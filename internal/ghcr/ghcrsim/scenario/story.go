package scenario

import (
	"crypto/sha256"
	"fmt"
	"sync"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
)

// story is what happened, in order: builds, and deeds of people between them.
type story struct {
	seed   int64
	clock  time.Time
	builds []*build
	deeds  []deed
}

// deed is something done by hand at a moment.
type deed struct {
	at time.Time
	do func(w *world.World, at time.Time) error
}

// day makes a moment in UTC.
func day(year int, month time.Month, date, hour, minute, second int) time.Time {
	return time.Date(year, month, date, hour, minute, second, 0, time.UTC)
}

// builds tells the fourteen builds of the seed. They stand in the order of
// their numbers, the first at index 0.
func seedBuilds(seed int64) []*build {
	type row struct {
		commit, event, channel, typed, actor, subject string
		tagged                                        time.Time
	}
	const dispatch, push = "workflow_dispatch", "push"
	rows := []row{
		{"a17c0de", push, "dev", "", "alice", "Publish all images from one workflow", day(2025, 11, 21, 15, 20, 10)},
		{"2b61f09", dispatch, "prod", "v1.0.0", "alice", "Attest the payload's manifest", day(2025, 12, 1, 13, 20, 15)},
		{"9d04e7a", push, "dev", "", "bob", "Print what exists instead of setting visibility", day(2025, 12, 12, 16, 5, 40)},
		{"c83a115", "schedule", "nightly", "", "alice", "Renew the pinned actions", day(2026, 1, 10, 6, 39, 30)},
		{"51f7be2", dispatch, "prod", "v1.1.0", "bob", "Let the proxy reach the package feeds", day(2026, 2, 3, 10, 15, 20)},
		{"e0927dc", push, "dev", "", "carol", "Try CycloneDX for the payload", day(2026, 3, 15, 17, 48, 5)},
		{"7ac4d31", dispatch, "nightly", "", "bob", "Go back to the default SBOM format", day(2026, 4, 20, 11, 30, 50)},
		{"3f9c82b", dispatch, "prod", "v1.2.0", "alice", "Keep the session's settings out of the image", day(2026, 5, 18, 9, 36, 9)},
		{"d5502ee", dispatch, "nightly", "", "carol", "Start the log forwarder without privileges", day(2026, 6, 9, 14, 12, 25)},
		{"b81e6f4", push, "dev", "", "bob", "Use TARGETARCH in the agents' checks", day(2026, 6, 20, 16, 55, 0)},
		{"b81e6f4", dispatch, "prod", "v1.3.0", "bob", "Use TARGETARCH in the agents' checks", day(2026, 6, 24, 10, 41, 9)},
		{"08dd3c9", dispatch, "nightly", "", "alice", "Allow one more package feed", day(2026, 6, 28, 8, 31, 35)},
		{"f24b770", push, "dev", "", "carol", "Compare with the machine again", day(2026, 6, 30, 15, 20, 45)},
		{"6e19a5d", push, "dev", "", "carol", "Repair the check of claude on arm64", day(2026, 7, 1, 0, 52, 20)},
	}
	var out []*build
	for _, r := range rows {
		out = append(out, &build{
			commit: commitOf(r.commit, seed), event: r.event, channel: r.channel, typed: r.typed, actor: r.actor,
			subject: r.subject, start: r.tagged.Add(-39*time.Minute - 9*time.Second), tagged: r.tagged,
			owner: owner, repo: repository, salt: fmt.Sprint(seed), tools: toolsAt(r.tagged),
		})
	}
	out[0].legacy = true
	out[5].bomFirst = true
	for i := 9; i <= 12; i++ { // builds 10 to 13 carry the bad check
		out[i].wrong = true
	}
	out[11].forgets = []part{{"containai-proxy", "arm64"}}
	out[8].misdeeds = map[part]misdeed{
		{"containai-base", "arm64"}: foreign, {"containai-claude", "amd64"}: expired,
	}
	out[11].misdeeds = map[part]misdeed{
		{"containai-base", "amd64"}: otherDigest, {"containai-codex", "amd64"}: otherRepository,
		{"containai-copilot", "arm64"}: otherWorkflow, {"containai-log-forwarder", "amd64"}: altered,
		{image: "containai-installer"}: privately,
	}
	out[12].stops, out[12].missing = afterBuild, []part{{"containai-claude", "arm64"}}
	return out
}

// commitOf completes the known beginning of a commit to 40 hex characters.
func commitOf(prefix string, seed int64) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "commit|%s|%d", prefix, seed))
	return (prefix + fmt.Sprintf("%x", sum))[:40]
}

// tell plays a story into a new world.
func (s *story) tell() (*world.World, error) {
	w := world.New(owner, repository, s.clock)
	addWorkflow(w)
	addCommits(w, s.builds, s.seed)
	for i, b := range s.builds {
		b.ownerID, b.repoID = w.OwnerID(), w.RepositoryID()
		b.run = b.newRun(w)
		b.run.Number = 212 + i + int(b.tagged.Sub(s.builds[0].tagged).Hours()/13)
		b.run.ID = w.AddRun(b.run)
	}
	made := makeAll(s.builds)
	deeds := s.deeds
	for i, p := range made {
		if err := p.apply(w); err != nil {
			return nil, fmt.Errorf("publishing build %d: %w", i+1, err)
		}
		for len(deeds) > 0 && (i+1 == len(made) || deeds[0].at.Before(s.builds[i+1].start)) {
			if err := deeds[0].do(w, deeds[0].at); err != nil {
				return nil, fmt.Errorf("playing what was done at %s: %w", deeds[0].at.Format(time.RFC3339), err)
			}
			deeds = deeds[1:]
		}
	}
	return w, nil
}

// makeAll computes all builds side by side; the result does not depend on how
// they interleave.
func makeAll(builds []*build) []*publication {
	out := make([]*publication, len(builds))
	var wg sync.WaitGroup
	for i, b := range builds {
		wg.Go(func() { out[i] = b.produce() })
	}
	wg.Wait()
	return out
}

// addCommits writes the default branch: the builds' commits with the small
// ones between them. From v1.2.0 to v1.3.0 there are fourteen.
func addCommits(w *world.World, builds []*build, seed int64) {
	subjects := []string{
		"Sort the list of allowed domains", "Shorten the base image's log", "Say which profile is active",
		"Renew the lock file", "Write down how to roll back", "Quote the workspace path", "Drop an unused script",
		"Test the launcher on arm64", "Wait for the proxy before the agent", "Name the failing step",
	}
	authors := []string{"alice", "bob", "carol"}
	n := 0
	var last *build
	for _, b := range builds {
		if last != nil && b.commit == last.commit {
			continue
		}
		if last != nil {
			from, gap := last.start.Add(-10*time.Minute), b.start.Sub(last.start)
			for i := range 6 {
				w.AddCommit(world.Commit{
					SHA: commitOf("", seed+int64(n)*7919+1), Message: subjects[n%len(subjects)], Author: authors[n%len(authors)],
					Date: from.Add(gap * time.Duration(i+1) / 7),
				})
				n++
			}
		}
		w.AddCommit(world.Commit{SHA: b.commit, Message: b.subject, Author: b.actor, Date: b.start.Add(-10 * time.Minute)})
		last = b
	}
}
