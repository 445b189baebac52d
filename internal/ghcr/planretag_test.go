package ghcr_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
)

func TestPlan(t *testing.T) {
	r := newRig(t, "containai")
	for name, f := range map[string]func(*testing.T, *rig){
		"refuses nonsense":           planNonsense,
		"warns where GitHub is down": planGitHubDown,
		"is made on fresh data":      planFresh,
		"knows what is missing":      planMissing,
	} {
		r.restore()
		t.Run(name, func(t *testing.T) { f(t, r) })
	}
}

func planGitHubDown(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Write))
	refresh(t, s)
	r.post("faults", []any{map[string]any{"host": "api", "do": map[string]any{"status": 500}}})
	plan := rollback(t, r, s)
	var codes []string
	for _, w := range plan.Warnings {
		codes = append(codes, w.Code)
	}
	if !slices.Contains(codes, model.CodeUncheckedRuns) || !slices.Contains(codes, model.CodeUncheckedParts) {
		t.Errorf("warnings: %v", plan.Warnings)
	}
	if out := execute(t, s, plan, nil); out.Result != model.ResultDone {
		t.Errorf("outcome: %+v", out)
	}
}

func planMissing(t *testing.T, r *rig) {
	good, _ := r.World().Resolve("containai", "v1.2.0")
	raw, kind, _ := r.World().Manifest("containai", good)
	m, err := model.ParseManifest(raw, kind)
	if err != nil {
		t.Fatal(err)
	}
	child, _ := r.World().VersionByDigest("containai", m.Platforms()[0].Digest)
	if err := r.World().DeleteVersion("containai", child.ID); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := r.World().RestoreVersion("containai", child.ID); err != nil {
			t.Error(err)
		}
	}()
	s := open(t, r.options(r.Tokens.Write))
	plan, err := s.PlanRetag(t.Context(), model.RetagRequest{Package: "containai", Tag: "prod", Target: good})
	if err != nil || len(plan.Blockers) != 1 || plan.Blockers[0].Code != model.CodeTargetPartial {
		t.Errorf("blockers %v, %v", plan.Blockers, err)
	}
	gone := model.Digest("sha256:" + strings.Repeat("ab", 32))
	plan, err = s.PlanRetag(t.Context(), model.RetagRequest{Package: "containai", Tag: "prod", Target: gone})
	if err != nil || len(plan.Blockers) != 1 || plan.Blockers[0].Code != model.CodeTargetUnknown {
		t.Errorf("blockers %v, %v", plan.Blockers, err)
	}
}

// The tag is read from the registry, whatever a lagging list says.
func planFresh(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Write))
	refresh(t, s)
	r.post("switches", map[string]any{"lag": "1h"})
	defer r.post("switches", map[string]any{"lag": "0s"})
	other, _ := r.World().Resolve("containai", "v1.1.0")
	r.post("retag", map[string]any{"package": "containai", "tag": "prod", "digest": string(other)})
	if plan := rollback(t, r, s); plan.Changes[0].From != other {
		t.Errorf("planned from %s, the tag is at %s", plan.Changes[0].From.Short(), other.Short())
	}
}

func planNonsense(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Write))
	d := model.Digest("sha256:" + strings.Repeat("0", 64))
	for _, req := range []model.RetagRequest{
		{Package: "../x", Tag: "prod", Target: d}, {Package: "containai", Tag: "a b", Target: d},
		{Package: "containai", Tag: "prod", Target: "sha256:12"}, {},
	} {
		if _, err := s.PlanRetag(t.Context(), req); !errors.Is(err, model.ErrInvalid) {
			t.Errorf("%+v: %v", req, err)
		}
	}
}
