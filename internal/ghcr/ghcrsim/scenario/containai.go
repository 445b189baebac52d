package scenario

import (
	"fmt"
	"slices"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
)

// loadContainAI is the world as the pipeline really leaves it, with the bad
// v1.3.0 in prod and the good v1.2.0 before it.
func loadContainAI(seed int64) (*world.World, error) {
	s := story{seed: seed, clock: clock(), builds: seedBuilds(seed)}
	return s.settle()
}

// settle tells the story and adds what people and the public did since: the
// packages were made public by hand, all but the installer, and were pulled.
func (s *story) settle() (*world.World, error) {
	w, err := s.tell()
	if err != nil {
		return nil, err
	}
	for _, p := range w.Packages() {
		if p.Name == "containai-installer" {
			continue // forgotten: it was never on the list
		}
		if err := w.SetVisibility(p.Name, world.Public); err != nil {
			return nil, err
		}
	}
	s.countDownloads(w)
	return w, nil
}

// popular is how often the first release of containai was pulled: more than
// the 5,000 beyond which GitHub deletes no public version.
const popular = 6213

// countDownloads gives every tagged version a plausible number.
func (s *story) countDownloads(w *world.World) {
	for _, p := range w.Packages() {
		versions, _ := w.Versions(p.Name, false, 0, 0)
		for _, v := range versions {
			n := int64(len(v.Tags))
			switch {
			case slices.Contains(v.Tags, "v1.0.0") && p.Name == "containai":
				n = popular
			case len(v.Tags) > 0 && v.Tags[len(v.Tags)-1][0] == 'v':
				n = 300 + v.ID%1700
			case len(v.Tags) > 0:
				n = v.ID % 97
			}
			w.AddDownloads(p.Name, v.Digest, n)
		}
	}
}

// loadRunbook is the same story in the world as the runbook describes it:
// payload and metadata carry channel and version tags, the channel's index is
// attested, the SBOM is CycloneDX, titles are relative, all is public.
func loadRunbook(seed int64) (*world.World, error) {
	s := story{seed: seed, clock: clock(), builds: seedBuilds(seed)}
	for _, b := range s.builds {
		b.runbook, b.bomFirst, b.forgets = true, true, nil
	}
	w, err := s.settle()
	if err != nil {
		return nil, err
	}
	return w, w.SetVisibility("containai-installer", world.Public)
}

// retag moves tags of several packages to what another tag of them holds.
func retag(from, to string, packages ...string) func(*world.World, time.Time) error {
	return func(w *world.World, at time.Time) error {
		for i, name := range packages {
			d, ok := w.Resolve(name, from)
			if !ok {
				return fmt.Errorf("moving %s of %s: no tag %s", to, name, from)
			}
			if err := w.SetTag(name, to, d, at.Add(time.Duration(i)*9*time.Second)); err != nil {
				return err
			}
		}
		return nil
	}
}

// loadHalfRollback is what the runbook's loop leaves behind when its first
// command is forgotten: six images are back at v1.2.0, containai and the
// artifacts are not.
func loadHalfRollback(seed int64) (*world.World, error) {
	s := story{seed: seed, clock: clock(), builds: seedBuilds(seed)}
	s.deeds = []deed{{day(2026, 6, 24, 12, 5, 0), retag("v1.2.0", "prod",
		"containai-base", "containai-copilot", "containai-codex", "containai-claude", "containai-proxy", "containai-log-forwarder")}}
	return s.settle()
}

// loadPartialPublish is a release that died after its tags had moved: seven
// images are v1.4.0, there is no payload for them, metadata speaks of v1.3.0.
func loadPartialPublish(seed int64) (*world.World, error) {
	s := story{seed: seed, clock: clock(), builds: seedBuilds(seed)}
	tagged := day(2026, 7, 1, 9, 51, 12)
	s.builds = append(s.builds, &build{
		commit: commitOf("c41d90e", seed), event: "workflow_dispatch", channel: "prod", typed: "v1.4.0", actor: "alice",
		subject: "Write the SBOM beside the payload", start: tagged.Add(-39*time.Minute - 9*time.Second), tagged: tagged,
		owner: owner, repo: repository, salt: fmt.Sprint(seed), tools: toolsAt(tagged), stops: afterImages,
	})
	return s.settle()
}

// loadRace is dev after a late re-run of build 10: its finalize job came upon
// two images, the first in its order, before somebody stopped it.
func loadRace(seed int64) (*world.World, error) {
	s := story{seed: seed, clock: clock(), builds: seedBuilds(seed)}
	old, at := s.builds[9], day(2026, 7, 1, 2, 10, 30)
	former := old.produce // build 10's digests come from making it again
	s.deeds = []deed{{at, func(w *world.World, at time.Time) error {
		p := former()
		for i, name := range finalizeOrder()[:2] {
			for _, tag := range []string{old.immutable(), "dev"} {
				if err := w.SetTag(name, tag, p.wholes[name].digest, at.Add(time.Duration(i)*7*time.Second)); err != nil {
					return err
				}
			}
		}
		w.UpdateRun(old.run.ID, func(r *world.Run) { rerunStopped(r, at) })
		return nil
	}}}
	return s.settle()
}

// rerunStopped turns a run into its second attempt, cancelled in finalize.
func rerunStopped(r *world.Run, at time.Time) {
	r.Attempt, r.Conclusion = 2, cancelled
	r.Started, r.Updated = at.Add(-time.Minute), at.Add(20*time.Second)
	late := false
	for i := range r.Jobs {
		j := &r.Jobs[i]
		switch {
		case j.Name == "Finalize tags and collect digests":
			late = true
			j.Conclusion, j.Started, j.Completed = cancelled, at.Add(-20*time.Second), r.Updated
		case late:
			j.Conclusion, j.Steps = skipped, nil
			j.Started, j.Completed = r.Updated, r.Updated
		}
	}
}

// dormantClock is when nobody has published for half a year.
func dormantClock() time.Time { return day(2027, 1, 10, 12, 0, 0) }

// dormantStory is the incident rolled back on the seven images, and then
// nothing for half a year.
func dormantStory(seed int64, now time.Time) story {
	return story{
		seed: seed, clock: now, builds: seedBuilds(seed),
		deeds: []deed{{day(2026, 6, 24, 12, 5, 0), retag("v1.2.0", "prod", finalizeOrder()...)}},
	}
}

func loadDormant(seed int64) (*world.World, error) {
	s := dormantStory(seed, dormantClock())
	return s.settle()
}

// loadBrokenProd is the dormant world after the pipeline's cleanup: prod still
// resolves, its platforms are gone.
func loadBrokenProd(seed int64) (*world.World, error) {
	const before = 6 * time.Hour
	s := dormantStory(seed, dormantClock().Add(-before))
	w, err := s.settle()
	if err != nil {
		return nil, err
	}
	for _, p := range w.Packages() {
		for _, v := range doomed(w, p.Name, w.Now()) {
			if err := w.DeleteVersion(p.Name, v.ID); err != nil {
				return nil, err
			}
		}
	}
	w.Advance(before)
	return w, nil
}

// doomed lists what cleanup-ghcr-versions.sh would delete of a package: it
// looks at the first hundred versions only, keeps what was updated within 180
// days, what holds prod, and the newest few of the rest.
func doomed(w *world.World, name string, now time.Time) []world.Version {
	versions, _ := w.Versions(name, false, 0, 100)
	return doomedOf(versions, name, now)
}

func doomedOf(versions []world.Version, name string, now time.Time) []world.Version {
	keep := 10
	if name == "containai" {
		keep = 15
	}
	slices.SortStableFunc(versions, func(a, b world.Version) int { return b.Updated.Compare(a.Updated) })
	cutoff := now.AddDate(0, 0, -180)
	var out []world.Version
	seen := 0
	for _, v := range versions {
		if slices.Contains(v.Tags, "prod") {
			continue
		}
		seen++
		if seen > keep && v.Updated.Before(cutoff) {
			out = append(out, v)
		}
	}
	return out
}

// loadEmpty is an owner without any package: all that exists is the workflow.
func loadEmpty(seed int64) (*world.World, error) {
	w := world.New(owner, repository, clock())
	addWorkflow(w)
	w.AddCommit(world.Commit{SHA: commitOf("", seed), Message: "Begin", Author: "alice", Date: clock().Add(-time.Hour)})
	return w, nil
}
