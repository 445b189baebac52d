package ghcr_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
)

// What takes a channel's move back says who gets what, and looks at each package
// once, however many of its tags go back.
func TestUndoOfAChannelTellsWhoGetsWhat(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Write))
	plan := advisedPlan(t, s, refresh(t, s), "prod")
	before := r.truth()
	execute(t, s, plan, nil)
	undo, err := s.PlanUndo(t.Context(), last(t, s), model.UndoRequest{})
	if err != nil || undo.Blocked() {
		t.Fatalf("%v, blockers %v", err, undo.Blockers)
	}
	who := func(p model.Plan) (out []string) {
		for _, c := range p.Consumers {
			out = append(out, c.Who)
		}
		return out
	}
	if d := cmp.Diff(who(plan), who(undo)); d != "" {
		t.Errorf("who is told of (-move +undo):\n%s", d)
	}
	for i, c := range undo.Consumers {
		if strings.Contains(c.Gets, "v1.2.0") || c == plan.Consumers[i] && c.Who != "installed users" {
			t.Errorf("%s still gets %s", c.Who, c.Gets)
		}
	}
	if c := undo.Consumers[0]; c.Gets != "v1.3.0 in 7 of 7 images" {
		t.Errorf("%s: %s", c.Who, c.Gets)
	}
	if out := execute(t, s, undo, nil); out.Result != model.ResultDone {
		t.Fatalf("outcome %+v", out)
	}
	foretold(t, r.truth(), before, model.Plan{})
	var names []string
	for _, p := range s.After(t.Context(), undo).Packages {
		if slices.Contains(names, p.Package) {
			t.Errorf("%s is looked at twice", p.Package)
		}
		names = append(names, p.Package)
		if p.Platforms != p.Resolved {
			t.Errorf("%s: %d of %d platforms", p.Package, p.Resolved, p.Platforms)
		}
	}
	if len(names) == 0 {
		t.Error("no package is looked at")
	}
}
