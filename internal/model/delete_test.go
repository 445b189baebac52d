package model

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// refs name versions of one package by their tags.
func (w *world) refs(pkg string, tags ...string) []VersionRef {
	var out []VersionRef
	p := w.packages[pkg]
	for _, t := range tags {
		d := p.tags[t]
		out = append(out, VersionRef{Package: pkg, ID: p.versions[p.place[d]].ID, Digest: d})
	}
	return out
}

func hasCode(list []Remark, code string) bool {
	return slices.ContainsFunc(list, func(r Remark) bool { return r.Code == code })
}

func messageOf(list []Remark, code string) string {
	for _, r := range list {
		if r.Code == code {
			return r.Message
		}
	}
	return ""
}

// wholly is a survey in which everything has been read.
func wholly(w *world) Survey { return w.survey(view{manifests: true}, Past{}) }

func TestPlanDeleteTakesTheWholeBuildAlong(t *testing.T) {
	w := story()
	s := wholly(w)
	legacy := w.packages["containai"].tags["latest"]
	plan := PlanDelete(s, DeleteRequest{Versions: w.refs("containai", "latest"), WithParts: true, At: w.now}, DeleteFacts{})
	if plan.Blocked() {
		t.Fatalf("blocked: %v", plan.Blockers)
	}
	if want := "delete 1 build = 5 versions of containai"; plan.Title != want {
		t.Errorf("title %q, want %q", plan.Title, want)
	}
	if want := "1 build = 5 versions of containai: 1 index, 2 platform images, 2 BuildKit attestations"; messageOf(plan.Warnings, CodeSummary) != want {
		t.Errorf("summary %q, want %q", messageOf(plan.Warnings, CodeSummary), want)
	}
	if c := plan.Changes[0]; c.From != legacy || c.Stage != 1 || c.Kind != DeleteVersion || c.VersionID == 0 {
		t.Errorf("first change %+v", c)
	}
	for _, c := range plan.Changes[1:] {
		if c.Stage != 2 {
			t.Errorf("a child goes in stage %d", c.Stage)
		}
	}
	var tags []string
	for _, e := range plan.Effects {
		if e.Tag != "" {
			tags = append(tags, e.Tag+" "+string(e.Kind)+" "+string(e.Undo))
		}
		if !e.UndoUntil.Equal(w.now.Add(30 * 24 * time.Hour)) {
			t.Errorf("undo until %v", e.UndoUntil)
		}
	}
	slices.Sort(tags)
	if d := cmp.Diff([]string{"latest removed until", "main removed until", "main-a17c0de removed until"}, tags); d != "" {
		t.Errorf("tags:\n%s", d)
	}
	for _, code := range []string{CodeTagsLost, CodeBytes, CodeRestorable, CodeDownloads} {
		if !hasCode(plan.Warnings, code) {
			t.Errorf("nothing is said of %s: %v", code, remarkCodes(plan.Warnings))
		}
	}
	for _, code := range []string{CodeChildrenLeft, CodeReferrersOrphaned, CodePartsStay, CodeYoung} {
		if hasCode(plan.Warnings, code) {
			t.Errorf("%s: %s", code, messageOf(plan.Warnings, code))
		}
	}
}

// An attested build goes the whole first, then the indexes that it was made of,
// then children, then what speaks of them, and the list of attestations before what it lists.
func TestPlanDeleteStages(t *testing.T) {
	w := story()
	s := wholly(w)
	commit := "sha-" + sha("e0927dc")
	plan := PlanDelete(s, DeleteRequest{Versions: w.refs("containai-proxy", commit), WithParts: true, At: w.now}, DeleteFacts{})
	snap, _ := s.Inventory.Package("containai-proxy")
	stage := make(map[Digest]int)
	for _, c := range plan.Changes {
		stage[c.From] = c.Stage
	}
	if len(stage) != 11 {
		t.Fatalf("%d versions of a build of 11 go: %v", len(stage), messageOf(plan.Warnings, CodeSummary))
	}
	last := 0
	for d, at := range stage {
		m := snap.Snapshot.Manifests[d]
		for _, child := range m.Manifests {
			if stage[child.Digest] <= at {
				t.Errorf("%s goes in stage %d, its child in %d", d.Short(), at, stage[child.Digest])
			}
		}
		if m.Subject != nil && stage[m.Subject.Digest] >= at {
			t.Errorf("what speaks of %s goes before it", m.Subject.Digest.Short())
		}
		last = max(last, at)
	}
	if last != 5 {
		t.Errorf("%d stages", last)
	}
	// The whole before its parts: where GitHub keeps it, they are there still.
	whole := w.packages["containai-proxy"].tags[commit]
	parts := snap.Snapshot.PartIndexes(whole)
	if len(parts) != 2 {
		t.Fatalf("%d indexes of one architecture", len(parts))
	}
	for _, part := range parts {
		if stage[part] <= stage[whole] {
			t.Errorf("%s goes in stage %d, the index made of it in %d", part.Short(), stage[part], stage[whole])
		}
	}
}

func TestPlanDeleteWithoutParts(t *testing.T) {
	w := story()
	s := wholly(w)
	d := w.packages["containai-proxy"].tags["sha-"+sha("e0927dc")+"-amd64"]
	index := w.refs("containai-proxy", "sha-"+sha("e0927dc"))
	arch := w.refs("containai-proxy", "sha-"+sha("e0927dc")+"-amd64")
	plan := PlanDelete(s, DeleteRequest{Versions: append(index, arch...), At: w.now}, DeleteFacts{})
	if len(plan.Changes) != 2 {
		t.Fatalf("%d changes", len(plan.Changes))
	}
	// The arm64 index still needs its own two children, the amd64 ones are left.
	if m := messageOf(plan.Warnings, CodeChildrenLeft); !strings.HasPrefix(m, "2 parts") {
		t.Errorf("children: %q", m)
	}
	if m := messageOf(plan.Warnings, CodeReferrersOrphaned); !strings.HasPrefix(m, "2 attestation") {
		t.Errorf("referrers of %s: %q", d.Short(), m)
	}
}

func TestPlanDeleteBlocksWhatIsNeeded(t *testing.T) {
	w := story()
	s := wholly(w)
	p := w.packages["containai"]
	child := p.manifests[p.tags["prod"]].Platforms()[0].Digest
	for name, c := range map[string]struct {
		refs []VersionRef
		code string
		says string
	}{
		"a platform of prod": {[]VersionRef{{Package: "containai", Digest: child}}, CodeNeeded, p.tags["prod"].Short()},
		"an attestation that a list names": {[]VersionRef{{Package: "containai",
			Digest: p.manifests[p.tags[p.tags["sha-"+sha("3f9c82b")+"-amd64"].FallbackTag()]].Manifests[0].Digest}}, CodeNeeded, "sha256-"},
		"what prod points to":         {w.refs("containai", "prod"), CodeHoldsChannel, "prod"},
		"what prod can go back to":    {w.refs("containai", "v1.2.0"), CodeChannelTargets, "v1.2.0"},
		"everything with a tag":       {w.refs("containai-metadata", "prod", "nightly", "dev", "channels"), CodeLastTagged, "tagged"},
		"a payload named by metadata": {w.refs("containai-payload", "v1.3.0"), CodeHoldsChannel, "containai-payload"},
	} {
		plan := PlanDelete(s, DeleteRequest{Versions: c.refs, WithParts: true, At: w.now, Overrides: []string{CodeNeeded, CodeLastTagged}}, DeleteFacts{})
		if m := messageOf(plan.Blockers, c.code); !strings.Contains(m, c.says) {
			t.Errorf("%s: blockers %v", name, plan.Blockers)
		}
	}
	plan := PlanDelete(s, DeleteRequest{Versions: w.refs("containai", "v1.2.0"), WithParts: true, At: w.now, Overrides: []string{CodeChannelTargets}}, DeleteFacts{})
	if plan.Blocked() || !strings.HasPrefix(messageOf(plan.Warnings, CodeChannelTargets), "overridden: ") {
		t.Errorf("lifted: %v, %v", plan.Blockers, plan.Warnings)
	}
}

func TestPlanDeleteFloor(t *testing.T) {
	w := story()
	var refs []VersionRef
	for _, name := range []string{"containai", "containai-base", "containai-proxy"} {
		refs = append(refs, w.refs(name, "sha-"+sha("e0927dc"), "sha-"+sha("9d04e7a"))...)
	}
	plan := PlanDelete(wholly(w), DeleteRequest{Versions: refs, WithParts: true, At: w.now}, DeleteFacts{})
	if len(plan.Changes) != 66 || !hasCode(plan.Blockers, CodeFloorDeletions) {
		t.Errorf("%d changes, blockers %v", len(plan.Changes), plan.Blockers)
	}
	if want := "delete 6 builds = 66 versions of 3 packages"; plan.Title != want {
		t.Errorf("title %q", plan.Title)
	}
}

// What two builds share stays as long as one of them does, and goes with both.
func TestPlanDeleteSharedParts(t *testing.T) {
	w := story()
	p := w.packages["containai"]
	shared := p.manifests[p.tags["sha-"+sha("e0927dc")]].Manifests
	var entries []map[string]any
	for _, e := range shared {
		os, arch := e.Platform.OS, e.Platform.Architecture
		entries = append(entries, entry(e.Digest, os, arch, e.Annotations))
	}
	again := w.push("containai", at("2026-05-01T09:00:00"), map[string]any{"schemaVersion": 2, "mediaType": MediaOCIIndex,
		"manifests": entries, "annotations": map[string]string{"twin": "yes"}}, "twin")
	s := wholly(w)
	of := func(tags ...string) Plan {
		return PlanDelete(s, DeleteRequest{Versions: w.refs("containai", tags...), WithParts: true, At: w.now}, DeleteFacts{})
	}
	for _, tag := range []string{"sha-" + sha("e0927dc"), "twin"} {
		for _, c := range of(tag).Changes {
			if slices.ContainsFunc(shared, func(d Descriptor) bool { return d.Digest == c.From }) {
				t.Errorf("deleting %s takes %s, which the other needs", tag, c.From.Short())
			}
		}
	}
	if got := len(of("sha-"+sha("e0927dc"), "twin").Changes); got != 12 {
		t.Errorf("%d versions of two builds of 12 go (%s)", got, again.Short())
	}
}

func TestPlanDeleteFailsClosed(t *testing.T) {
	w := story()
	req := DeleteRequest{Versions: w.refs("containai", "latest"), WithParts: true, At: w.now}
	unread := w.survey(view{}, Past{})
	plan := PlanDelete(unread, req, DeleteFacts{Why: map[string]string{"containai": "rate limited"}})
	if m := messageOf(plan.Blockers, CodeIncompleteReading); !strings.Contains(m, "rate limited") || !strings.Contains(m, "more") {
		t.Errorf("unread: %v", plan.Blockers)
	}
	tagged := w.survey(view{registry: true, manifests: true}, Past{})
	req.Versions[0].ID = 0
	plan = PlanDelete(tagged, req, DeleteFacts{})
	if !hasCode(plan.Blockers, CodeIncompleteReading) || !hasCode(plan.Blockers, CodeNoVersionID) {
		t.Errorf("registry only: %v", plan.Blockers)
	}
	gone := PlanDelete(wholly(w), DeleteRequest{Versions: []VersionRef{{Package: "containai", ID: 4711}}, At: w.now}, DeleteFacts{})
	if !gone.Empty() || gone.Blocked() || !hasCode(gone.Warnings, CodeAlreadyGone) {
		t.Errorf("an absent version: %+v", gone)
	}
}

// reading answers DeleteReads from the world until it asks for nothing.
func (w *world) reading(t *testing.T, s Survey, req DeleteRequest) (Survey, int) {
	t.Helper()
	n := 0
	for range 5 {
		wanted := DeleteReads(s, req)
		if len(wanted) == 0 {
			return s, n
		}
		for pkg, list := range wanted {
			n += len(list)
			for i := range s.Inventory.Packages {
				if p := &s.Inventory.Packages[i]; p.Spec.Name == pkg {
					more := maps.Clone(p.Snapshot.Manifests)
					for _, d := range list {
						more[d] = w.packages[pkg].manifests[d]
					}
					p.Snapshot = p.Snapshot.WithManifests(more)
				}
			}
		}
	}
	t.Fatal("reading does not end")
	return s, 0
}

// Only what may list something is read, and the plan is the one that reading
// everything gives.
func TestDeleteReadsIsEnough(t *testing.T) {
	w := story()
	req := DeleteRequest{Versions: w.refs("containai", "latest", "sha-"+sha("e0927dc")), WithParts: true, At: w.now}
	s, n := w.reading(t, w.survey(view{}, Past{}), req)
	all := len(w.packages["containai"].versions)
	if n >= all*2/3 {
		t.Errorf("%d of %d manifests were read", n, all)
	}
	got, want := PlanDelete(s, req, DeleteFacts{}), PlanDelete(wholly(w), req, DeleteFacts{})
	if d := cmp.Diff(want.Changes, got.Changes); d != "" {
		t.Errorf("changes (-all read +some read):\n%s", d)
	}
	if d := cmp.Diff(remarkCodes(want.Blockers), remarkCodes(got.Blockers)); d != "" {
		t.Errorf("blockers:\n%s", d)
	}
}

func TestPlanDeleteYoung(t *testing.T) {
	w := story()
	w.now = at("2026-07-01T01:20:00")
	plan := PlanDelete(wholly(w), DeleteRequest{Versions: w.refs("containai", "dev"), At: w.now}, DeleteFacts{Running: []Run{{ID: 7}}, Read: 3})
	for _, code := range []string{CodeYoung, CodeRunInProgress, CodeManifestsRead} {
		if !hasCode(plan.Warnings, code) {
			t.Errorf("nothing is said of %s", code)
		}
	}
}
