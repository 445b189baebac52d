package model

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPlanUntag(t *testing.T) {
	w := story()
	s := wholly(w)
	latest := w.packages["containai-installer"].tags["latest"]
	plan := PlanUntag(s, UntagRequest{Package: "containai-installer", Tag: "latest", At: w.now}, RetagFacts{})
	if d := cmp.Diff([]Change{{Kind: RemoveTag, Stage: 1, Package: "containai-installer", Tag: "latest", From: latest}}, plan.Changes); d != "" || plan.Blocked() {
		t.Errorf("blockers %v, changes:\n%s", plan.Blockers, d)
	}
	if d := cmp.Diff([]Effect{{Package: "containai-installer", Tag: "latest", Before: latest, Kind: EffectRemoved, Undo: UndoFull}}, plan.Effects); d != "" {
		t.Errorf("effects:\n%s", d)
	}
	if d := cmp.Diff([]string{CodeHoldsChannel, CodeServesNothing}, remarkCodes(plan.Warnings)); d != "" {
		t.Errorf("warnings:\n%s", d)
	}
	for name, c := range map[string]struct {
		pkg, tag string
		code     string
		override bool
	}{
		"immutable": {"containai", "v1.2.0", CodeImmutableTag, true},
		"plumbing":  {"containai", w.packages["containai"].tags["sha-"+sha("b81e6f4")+"-amd64"].FallbackTag(), CodePlumbingTag, false},
		"invalid":   {"containai", "a b", CodeInvalidTag, false},
	} {
		plan := PlanUntag(s, UntagRequest{Package: c.pkg, Tag: c.tag, Overrides: []string{c.code}}, RetagFacts{})
		list := plan.Blockers
		if c.override {
			list = plan.Warnings
		}
		if !hasCode(list, c.code) || plan.Blocked() == c.override {
			t.Errorf("%s: blockers %v", name, plan.Blockers)
		}
	}
	if plan := PlanUntag(s, UntagRequest{Package: "containai", Tag: "none"}, RetagFacts{}); !plan.Empty() || plan.Blocked() {
		t.Errorf("a tag that is not there: %+v", plan)
	}
}

// The only tag of a package cannot be taken off; of two on one version either
// can, for the other one keeps the version tagged.
func TestPlanUntagLastTag(t *testing.T) {
	w := newWorld(ContainAI())
	d := w.push("containai", w.now, w.image("x"), "only")
	w.push("containai", w.now, w.image("y"))
	of := func() Plan {
		return PlanUntag(wholly(w), UntagRequest{Package: "containai", Tag: "only", Overrides: []string{CodeLastTagged}}, RetagFacts{})
	}
	if !hasCode(of().Blockers, CodeLastTagged) {
		t.Errorf("blockers %v", of().Blockers)
	}
	w.tag("containai", w.now, d, "second")
	if of().Blocked() {
		t.Errorf("blockers %v", of().Blockers)
	}
	if slices.ContainsFunc(of().Effects, func(e Effect) bool { return e.Kind == EffectOrphaned }) {
		t.Error("a version with another tag is said to lose its last one")
	}
}
