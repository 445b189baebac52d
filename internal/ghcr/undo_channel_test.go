package ghcr_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/ghcr"
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

// What tags go back to is judged as the target of every plan is: a warning, a
// blocker where the configuration wants one, and never that for what is not
// known. Who lifts it is in the journal, with the reason.
func TestUndoJudgesWhatItGoesBackTo(t *testing.T) {
	r := newRig(t, "containai")
	s := r.trusting(refusing(), func(o *ghcr.Options) { o.Layout.BlockUnverified = true })
	refresh(t, s)
	plan, err := s.PlanChannel(t.Context(), model.ChannelRequest{Act: model.ActRollback, Channel: "prod", Release: "v1.2.0",
		Reason: "prod is broken", Overrides: []string{model.CodeVerdict}})
	if err != nil {
		t.Fatal(err)
	}
	execute(t, s, plan, nil)
	x := last(t, s)
	lifted := slices.IndexFunc(x.Events, func(e model.JournalEvent) bool {
		return e.Kind == model.EventNote && e.Reason == plan.Lifted()+"; reason: prod is broken"
	})
	begun := slices.IndexFunc(x.Events, func(e model.JournalEvent) bool { return e.Kind == model.EventIntent })
	if lifted < 0 || begun < lifted || !strings.HasPrefix(plan.Lifted(), "blockers lifted by name: verdict (containai, ") {
		t.Errorf("lifted at %d, begun at %d: %+v", lifted, begun, x.Events[:min(len(x.Events), 4)])
	}
	undo := func(overrides ...string) model.Plan {
		t.Helper()
		plan, err := s.PlanUndo(t.Context(), x, model.UndoRequest{Overrides: overrides})
		if err != nil {
			t.Fatal(err)
		}
		return plan
	}
	// Seven images and the installer; of metadata nothing is expected.
	if found := remarked(undo().Blockers, model.CodeVerdict); len(found) != 8 || !found[0].Override {
		t.Errorf("blockers %v", found)
	}
	plan = undo(model.CodeVerdict)
	if found := remarked(plan.Warnings, model.CodeVerdict); plan.Blocked() || len(found) != 8 {
		t.Errorf("lifted: blockers %v, warnings %v", plan.Blockers, found)
	}
	for _, v := range plan.Verdicts {
		if want := map[bool]model.VerdictKind{true: model.VerdictUnchecked, false: model.VerdictFailed}[v.Package == "containai-metadata"]; v.Verdict != want {
			t.Errorf("%s: %q, want %q", v.Package, v.Verdict, want)
		}
	}
	r.post("faults", []any{map[string]any{"host": "api", "path": "/attestations/", "do": map[string]any{"status": 403, "body": `{"message":"Forbidden"}`}}})
	if plan := undo(); plan.Blocked() || len(remarked(plan.Warnings, model.CodeVerdict)) != 8 {
		t.Errorf("GitHub down: blockers %v", plan.Blockers)
	}
}
