package ghcr_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/ghcr"
	"github.com/novotnyllc/caitui/internal/model"
)

func remarkCodes(list []model.Remark) []string {
	var out []string
	for _, r := range list {
		out = append(out, r.Code)
	}
	return out
}

// named is a version of the simulator by its tag.
func (r *rig) named(pkg, tag string) model.VersionRef {
	r.t.Helper()
	d, ok := r.World().Resolve(pkg, tag)
	if !ok {
		r.t.Fatalf("the simulator has no %s:%s", pkg, tag)
	}
	v, _ := r.World().VersionByDigest(pkg, d)
	return model.VersionRef{Package: pkg, ID: v.ID, Digest: d}
}

func planDelete(t *testing.T, s *ghcr.Service, refs ...model.VersionRef) model.Plan {
	t.Helper()
	plan, err := s.PlanDelete(t.Context(), model.DeleteRequest{Versions: refs, WithParts: true, Reason: "old"})
	if err != nil {
		t.Fatalf("planning: %v", err)
	}
	return plan
}

func TestPlanDelete(t *testing.T) {
	r := newRig(t, "containai")
	for name, f := range map[string]func(*testing.T, *rig){
		"reads only what tells":              deleteReads,
		"believes the registry about tags":   deleteFresh,
		"fails closed":                       deleteUnread,
		"is refused without a list":          deleteNoList,
		"does not heed what is gone":         deleteGhosts,
		"refuses nonsense":                   deleteNonsense,
		"is journalled and writes nothing":   deleteJournals,
		"takes a tag off":                    untagPlan,
		"brings back what was deleted":       restorePlan,
		"brings back no tag taken by others": restoreTaken,
	} {
		r.restore()
		t.Run(name, func(t *testing.T) { f(t, r) })
	}
}

func deleteReads(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Admin))
	refresh(t, s)
	mark := r.mark()
	plan := planDelete(t, s, r.named("containai-proxy", "v1.0.0"))
	if slices.Contains(remarkCodes(plan.Blockers), model.CodeIncompleteReading) || len(plan.Changes) != 11 {
		t.Fatalf("blockers %v, %d changes", plan.Blockers, len(plan.Changes))
	}
	gets := 0
	for _, e := range r.since(mark) {
		if e.Method == http.MethodGet && strings.Contains(e.Path, "/manifests/") {
			gets++
		}
	}
	_, all := r.World().Versions("containai-proxy", false, 0, 1)
	if gets == 0 || gets > all*2/3 {
		t.Errorf("%d of %d manifests were read", gets, all)
	}
	i := slices.Index(remarkCodes(plan.Warnings), model.CodeManifestsRead)
	if i < 0 {
		t.Errorf("nothing is said of the reading: %v", remarkCodes(plan.Warnings))
	}
	mark = r.mark()
	again := planDelete(t, s, r.named("containai-proxy", "v1.0.0"))
	for _, e := range r.since(mark) {
		if e.Method == http.MethodGet && strings.Contains(e.Path, "/manifests/") {
			t.Errorf("read again: %s", e.Path)
		}
	}
	if again.ID != plan.ID {
		t.Error("the same deletion has another id")
	}
}

// A channel has come to what would be deleted, and GitHub's list does not show
// it yet.
func deleteFresh(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Admin))
	refresh(t, s)
	r.post("switches", map[string]any{"lag": "1h"})
	defer r.post("switches", map[string]any{"lag": "0s"})
	old := r.named("containai-proxy", "v1.0.0")
	r.post("retag", map[string]any{"package": "containai-proxy", "tag": "prod", "digest": string(old.Digest)})
	plan := planDelete(t, s, old)
	if !slices.Contains(remarkCodes(plan.Blockers), model.CodeHoldsChannel) {
		t.Errorf("blockers %v", plan.Blockers)
	}
	if !slices.ContainsFunc(plan.Effects, func(e model.Effect) bool { return e.Tag == "prod" && e.After == "" }) {
		t.Error("the preview does not name prod")
	}
}

func deleteUnread(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Admin))
	refresh(t, s)
	r.post("faults", []any{map[string]any{"method": "GET", "path": "/containai-codex/manifests/", "host": "registry", "from": 5, "do": map[string]any{"status": 500}}})
	plan := planDelete(t, s, r.named("containai-codex", "v1.0.0"))
	if !slices.Contains(remarkCodes(plan.Blockers), model.CodeIncompleteReading) {
		t.Errorf("blockers %v", plan.Blockers)
	}
}

func deleteNoList(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Admin))
	refresh(t, s)
	r.post("faults", []any{map[string]any{"host": "api", "do": map[string]any{"status": 500}}})
	if plan, err := s.PlanDelete(t.Context(), model.DeleteRequest{Versions: []model.VersionRef{r.named("containai", "v1.0.0")}}); err == nil {
		t.Errorf("a plan without a list: %+v", plan)
	}
	o := r.options(r.Tokens.Admin)
	o.API = ""
	if _, err := open(t, o).PlanDelete(t.Context(), model.DeleteRequest{Versions: []model.VersionRef{{Package: "containai", ID: 1}}}); !errors.Is(err, model.ErrUnsupported) {
		t.Errorf("without an API: %v", err)
	}
}

// A parent that GitHub goes on listing after its deletion needs nothing.
func deleteGhosts(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Admin))
	refresh(t, s)
	parent := r.named("containai-copilot", "v1.0.0")
	planDelete(t, s, parent) // its manifest is known from here on
	raw, kind, _ := r.World().Manifest("containai-copilot", parent.Digest)
	m, err := model.ParseManifest(raw, kind)
	if err != nil {
		t.Fatal(err)
	}
	arch := r.named("containai-copilot", "sha-"+commitOf(t, s, "containai-copilot", parent.Digest)+"-amd64")
	r.post("switches", map[string]any{"ghosts": "1"})
	defer r.post("switches", map[string]any{"ghosts": "0"})
	for _, ref := range []model.VersionRef{parent, arch} {
		if err := r.World().DeleteVersion("containai-copilot", ref.ID); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = r.World().RestoreVersion("containai-copilot", ref.ID) }()
	}
	plan := planDelete(t, s, model.VersionRef{Package: "containai-copilot", Digest: m.Platforms()[0].Digest})
	if plan.Blocked() || plan.Empty() {
		t.Errorf("blockers %v", plan.Blockers)
	}
}

// commitOf is the commit of a version by its tags.
func commitOf(t *testing.T, s *ghcr.Service, name string, d model.Digest) string {
	t.Helper()
	survey := s.Survey()
	v, _ := pkg(t, survey, name).Snapshot.Version(d)
	for _, tag := range v.Tags {
		if info := survey.Inventory.Layout.Tag(tag); len(info.Commit) == 40 {
			return info.Commit
		}
	}
	t.Fatalf("%v tell no commit", v.Tags)
	return ""
}

func deleteNonsense(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Admin))
	for _, refs := range [][]model.VersionRef{nil, {{Package: "../x", ID: 1}}, {{Package: "containai"}}, {{Package: "containai", ID: -1}}, {{Package: "containai", Digest: "sha256:12"}}} {
		if _, err := s.PlanDelete(t.Context(), model.DeleteRequest{Versions: refs}); !errors.Is(err, model.ErrInvalid) {
			t.Errorf("%+v: %v", refs, err)
		}
		if _, err := s.PlanRestore(t.Context(), model.RestoreRequest{Versions: refs}); !errors.Is(err, model.ErrInvalid) {
			t.Errorf("restoring %+v: %v", refs, err)
		}
	}
	if _, err := s.PlanUntag(t.Context(), model.UntagRequest{Package: "containai", Tag: "a b"}); !errors.Is(err, model.ErrInvalid) {
		t.Errorf("untag: %v", err)
	}
	if _, err := s.PlanRestore(t.Context(), model.RestoreRequest{Undoes: "sha256:" + strings.Repeat("0", 64)}); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("restoring from an unknown plan: %v", err)
	}
}

func deleteJournals(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Admin))
	mark := r.mark()
	plan := planDelete(t, s, r.named("containai-base", "v1.0.0"), r.named("containai-installer", "v1.0.0"))
	for _, e := range r.since(mark) {
		if e.Method != http.MethodGet && e.Method != http.MethodHead {
			t.Errorf("planning sent %s %s", e.Method, e.Path)
		}
	}
	events, err := s.Journal(t.Context())
	if err != nil || len(events) != 1 || events[0].Plan != plan.ID || events[0].Kind != model.EventPreview {
		t.Errorf("journal %+v, %v", events, err)
	}
}

func untagPlan(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Admin))
	refresh(t, s)
	plan, err := s.PlanUntag(t.Context(), model.UntagRequest{Package: "containai", Tag: "latest"})
	if err != nil || plan.Blocked() || len(plan.Changes) != 1 || plan.Changes[0].From != r.named("containai", "latest").Digest {
		t.Errorf("plan %+v, %v", plan, err)
	}
}

// deleteInWorld deletes all that a plan names, behind the service's back.
func (r *rig) deleteInWorld(plan model.Plan) (undo func()) {
	r.t.Helper()
	for _, c := range plan.Changes {
		if err := r.World().DeleteVersion(c.Package, c.VersionID); err != nil {
			r.t.Fatal(err)
		}
	}
	return func() {
		for _, c := range plan.Changes {
			_ = r.World().RestoreVersion(c.Package, c.VersionID) // some are back already
		}
	}
}

func restorePlan(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Admin))
	refresh(t, s)
	index := r.named("containai-claude", "v1.0.0")
	deletion := planDelete(t, s, index)
	defer r.deleteInWorld(deletion)()
	plan, err := s.PlanRestore(t.Context(), model.RestoreRequest{Versions: []model.VersionRef{{Package: "containai-claude", ID: index.ID}}})
	if err != nil || plan.Blocked() {
		t.Fatalf("blockers %v, %v", plan.Blockers, err)
	}
	back := make(map[string]model.Digest)
	versions := 0
	for _, e := range plan.Effects {
		if e.Kind == model.EffectRestored {
			versions++
		}
		if e.Kind == model.EffectCreated {
			back[e.Tag] = e.After
		}
	}
	if versions != len(deletion.Changes) {
		t.Errorf("%d of %d versions come back", versions, len(deletion.Changes))
	}
	for _, e := range deletion.Effects {
		if e.Tag != "" && back[e.Tag] != e.Before {
			t.Errorf("%s comes back at %q", e.Tag, back[e.Tag])
		}
	}
	i := slices.Index(remarkCodes(plan.Warnings), model.CodeRestorable)
	if i < 0 || !strings.Contains(plan.Warnings[i].Message, "days left") {
		t.Errorf("no countdown: %v", plan.Warnings)
	}
}

func restoreTaken(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Admin))
	index := r.named("containai-codex", "v1.0.0")
	deletion := planDelete(t, s, index)
	defer r.deleteInWorld(deletion)()
	other := r.named("containai-codex", "v1.1.0")
	r.post("switches", map[string]any{"lag": "1h"}) // GitHub does not show it yet
	defer r.post("switches", map[string]any{"lag": "0s"})
	r.post("retag", map[string]any{"package": "containai-codex", "tag": "v1.0.0", "digest": string(other.Digest)})
	plan, err := s.PlanRestore(t.Context(), model.RestoreRequest{Versions: []model.VersionRef{{Package: "containai-codex", ID: index.ID}}})
	if err != nil || len(plan.Unmoved) != 1 || plan.Unmoved[0].Digest != other.Digest {
		t.Errorf("unmoved %+v, %v", plan.Unmoved, err)
	}
}
