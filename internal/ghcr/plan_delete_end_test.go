package ghcr_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/ghcr"
	"github.com/novotnyllc/caitui/internal/model"
)

// everything is all that effects speak of: "package:tag" and "package#id" with the
// digest there.
func (r *rig) everything() map[string]model.Digest {
	out := make(map[string]model.Digest)
	for _, p := range r.World().Packages() {
		for _, tag := range r.World().TagNames(p.Name) {
			out[p.Name+":"+tag], _ = r.World().Resolve(p.Name, tag)
		}
		versions, _ := r.World().Versions(p.Name, false, 0, 0)
		for _, v := range versions {
			out[fmt.Sprintf("%s#%d", p.Name, v.ID)] = v.Digest
		}
	}
	return out
}

// with is the truth once exactly the effects have happened.
func with(truth map[string]model.Digest, effects []model.Effect) map[string]model.Digest {
	out := maps.Clone(truth)
	for _, e := range effects {
		name := e.Package + ":" + e.Tag
		if e.Tag == "" {
			name = fmt.Sprintf("%s#%d", e.Package, e.VersionID)
		}
		if out[name] = e.After; e.After == "" {
			delete(out, name)
		}
	}
	return out
}

// swift are the options of services that hardly wait, on a simulator that does not
// mind. Each service has a burst of reads before it is paced, so that what takes
// many is done by several, which share store and journal.
func swift(t *testing.T, r *rig) ghcr.Options {
	t.Helper()
	r.post("switches", map[string]any{"secondary_points": "1000000"})
	o := r.options(r.Tokens.Admin)
	dir := t.TempDir()
	o.Saved, o.PointsPerMinute = filepath.Join(dir, "saved"), 1_000_000
	o.Store, o.Journal = openStore(t, dir), openJournal(t, dir)
	o.Layout.Approvals = model.ApprovalRules{}
	return o
}

// Twenty-eight builds go, three hundred versions and more, and five of them come
// back with what belongs to them: the registry shows what the previews said and
// nothing else.
func TestDeleteThreeHundredAndRestoreFive(t *testing.T) {
	notRaced(t)
	r := newRig(t, "containai")
	o := swift(t, r)
	s := open(t, o)
	survey := refresh(t, s)
	var refs []model.VersionRef
	for _, spec := range survey.Inventory.Layout.Packages {
		if spec.Kind != model.KindImage {
			continue
		}
		if _, err := s.Versions(t.Context(), spec.Name); err != nil {
			t.Fatal(err)
		}
		rows := model.Fold(s.Survey(), spec.Name)
		taken := 0
		for _, row := range slices.Backward(rows) {
			// The oldest builds but the first, which is small, and one that GitHub
			// would keep for its downloads.
			v, _ := r.World().VersionByID(spec.Name, row.ID)
			if len(row.Parts) >= 10 && v.Downloads <= 5000 && taken < 4 {
				refs = append(refs, model.VersionRef{Package: spec.Name, ID: row.ID})
				taken++
			}
		}
	}
	plan, err := s.PlanDelete(t.Context(), model.DeleteRequest{Versions: refs, WithParts: true,
		Overrides: []string{model.CodeFloorDeletions, model.CodeChannelTargets}})
	if err != nil || plan.Blocked() || plan.Title != "delete 28 builds = 308 versions of 7 packages" {
		t.Fatalf("%s: blockers %v, %v", plan.Title, plan.Blockers, err)
	}
	before := r.everything()
	out := execute(t, s, plan, nil)
	if out.Result != model.ResultDone {
		t.Fatalf("deleting: %s, %v", out.Result, out.Err)
	}
	after := r.everything()
	if d := cmp.Diff(with(before, plan.Effects), after); d != "" {
		t.Fatalf("what was deleted (-previewed +true):\n%s", d)
	}
	for _, p := range s.Survey().Inventory.Packages {
		for _, tag := range r.World().TagNames(p.Spec.Name) {
			r.resolves(p.Spec.Name, tag)
		}
	}

	s = open(t, o)
	five := model.RestoreRequest{Undoes: plan.ID}
	for _, ref := range []int{0, 5, 10, 15, 20} {
		five.Versions = append(five.Versions, model.VersionRef{ID: refs[ref].ID})
	}
	back, err := s.PlanRestore(t.Context(), five)
	if err != nil || back.Blocked() || back.Aim.Undoes != plan.ID {
		t.Fatalf("%s: blockers %v, %v", back.Title, back.Blockers, err)
	}
	if want := "restore 55 versions of 5 packages: 5 asked for, 50 that belong to them"; back.Title != want {
		t.Errorf("title %q, want %q", back.Title, want)
	}
	if out := execute(t, s, back, nil); out.Result != model.ResultDone {
		t.Fatalf("restoring: %s, %v", out.Result, out.Err)
	}
	if d := cmp.Diff(with(after, back.Effects), r.everything()); d != "" {
		t.Errorf("what came back (-previewed +true):\n%s", d)
	}
	s = open(t, o)
	again, err := s.PlanRestore(t.Context(), five)
	if err != nil || !again.Empty() || again.Blocked() {
		t.Errorf("restoring again: %s, %v, %v", again.Title, again.Blockers, err)
	}
	rest, err := s.PlanRestore(t.Context(), model.RestoreRequest{Undoes: plan.ID})
	if err != nil || rest.Blocked() {
		t.Fatalf("%v, %v", rest.Blockers, err)
	}
	if out := execute(t, s, rest, nil); out.Result != model.ResultDone {
		t.Fatalf("restoring all: %s, %v", out.Result, out.Err)
	}
	if d := cmp.Diff(before, r.everything()); d != "" {
		t.Errorf("after all came back (-before +after):\n%s", d)
	}
}

// resolves reports what a tag needs and does not find.
func (r *rig) resolves(pkg, tag string) {
	r.t.Helper()
	d, _ := r.World().Resolve(pkg, tag)
	raw, kind, _ := r.World().Manifest(pkg, d)
	m, err := model.ParseManifest(raw, kind)
	if err != nil {
		r.t.Errorf("%s:%s: %v", pkg, tag, err)
		return
	}
	for _, child := range m.Manifests {
		if _, ok := r.World().VersionByDigest(pkg, child.Digest); !ok {
			r.t.Errorf("%s:%s lists %s, which is gone", pkg, tag, child.Digest.Short())
		}
	}
}

// A version that GitHub keeps for its downloads spares what belongs to it, and
// the outcome says so; the rest goes.
func TestDeleteSparesWhatARefusedVersionNeeds(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, swift(t, r))
	refresh(t, s)
	popular, other := r.named("containai-proxy", "v1.0.0"), r.named("containai-base", "v1.0.0")
	r.World().AddDownloads("containai-proxy", popular.Digest, 6000)
	plan, err := s.PlanDelete(t.Context(), model.DeleteRequest{Versions: []model.VersionRef{popular, other}, WithParts: true, Overrides: []string{model.CodeChannelTargets}})
	if err != nil || plan.Blocked() {
		t.Fatalf("blockers %v, %v", plan.Blockers, err)
	}
	before := r.held("containai-proxy")
	out := execute(t, s, plan, nil)
	if out.Result != model.ResultStopped {
		t.Errorf("result %s", out.Result)
	}
	// With what it needs stay the indexes of its platforms, which bear its proof.
	if d := cmp.Diff(before, r.held("containai-proxy")); d != "" {
		t.Errorf("of what GitHub keeps (-before +after):\n%s", d)
	}
	for _, step := range out.Steps {
		if step.Package == "containai-base" && step.State != model.StepDone {
			t.Errorf("%s version %d is %s: %v", step.Package, step.VersionID, step.State, step.Err)
		}
	}
	r.resolves("containai-proxy", "v1.0.0")
}

// A wait that the rules ask for counts from when the very same plan was first
// shown.
func TestPlanDeleteKeepsItsTime(t *testing.T) {
	r := newRig(t, "containai")
	o := r.options(r.Tokens.Admin)
	now := time.Now()
	o.Now = func() time.Time { return now }
	o.Layout.Approvals = model.ApprovalRules{Deletions: 5, DeletionWait: 10 * time.Minute}
	s := open(t, o)
	refresh(t, s)
	ref := r.named("containai", "latest")
	other := r.named("containai-proxy", "latest")
	first := planDelete(t, s, ref, other)
	if !slices.Contains(remarkCodes(first.Warnings), model.CodeApproval) {
		t.Fatalf("nothing is said of an approval: %v", remarkCodes(first.Warnings))
	}
	now = now.Add(11 * time.Minute)
	again := planDelete(t, s, ref, other)
	if again.ID != first.ID || !again.Created.Equal(first.Created) || slices.Contains(remarkCodes(again.Warnings), model.CodeApproval) {
		t.Errorf("made %s and %s, warnings %v", first.Created, again.Created, remarkCodes(again.Warnings))
	}
	now = now.Add(25 * time.Hour)
	if late := planDelete(t, s, ref, other); late.Created.Equal(first.Created) {
		t.Error("a plan of yesterday still counts as made then")
	}
}
