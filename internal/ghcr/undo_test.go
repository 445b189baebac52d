package ghcr_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/ghcr"
	"github.com/novotnyllc/caitui/internal/model"
)

// truths are all tags of the simulator, as package:tag.
func (r *rig) truths() map[string]model.Digest {
	out := make(map[string]model.Digest)
	for _, p := range r.World().Packages() {
		for _, tag := range r.World().TagNames(p.Name) {
			out[p.Name+":"+tag], _ = r.World().Resolve(p.Name, tag)
		}
	}
	return out
}

// three plans prod of three packages back to v1.2.0, in three stages.
func three(t *testing.T, r *rig) model.Plan {
	t.Helper()
	plan := model.Plan{Registry: strings.TrimPrefix(r.Registry, "http://"), Owner: r.Owner, Title: "three packages", Incident: "INC-412",
		Aim: model.Aim{Act: model.ActRollback, Channel: "prod", From: "v1.3.0", To: "v1.2.0"}}
	for i, pkg := range []string{"containai-proxy", "containai", "containai-claude"} {
		to, _ := r.World().Resolve(pkg, "v1.2.0")
		plan.Changes = append(plan.Changes, model.Change{Kind: model.MoveTag, Stage: i + 1, Package: pkg, Tag: "prod", From: r.prod[pkg], To: to})
	}
	plan.ID = plan.CanonicalID()
	return plan
}

func last(t *testing.T, s *ghcr.Service) model.Execution {
	t.Helper()
	x, ok, err := s.Execution(t.Context(), "")
	if err != nil || !ok {
		t.Fatalf("the last execution: %v %v", ok, err)
	}
	return x
}

func TestUndo(t *testing.T) {
	r := newRig(t, "containai")
	for name, f := range map[string]func(*testing.T, *rig){
		"brings the truth back":         undoBringsBack,
		"leaves what moved since":       undoLeaves,
		"reverts what was half done":    undoReverts,
		"resumes what was half done":    undoResumes,
		"is given up":                   undoGivenUp,
		"has nothing to take back":      undoOfNothing,
		"tells what a plan would break": recheck,
		"asks who approves":             approve,
	} {
		r.restore()
		t.Run(name, func(t *testing.T) { f(t, r) })
	}
}

func undoBringsBack(t *testing.T, r *rig) {
	before := r.truths()
	s := open(t, r.options(r.Tokens.Write))
	execute(t, s, three(t, r), nil)
	if maps.Equal(before, r.truths()) {
		t.Fatal("the plan changed nothing")
	}
	undo, err := s.PlanUndo(t.Context(), last(t, s), model.UndoRequest{})
	if err != nil || undo.Blocked() || len(undo.Changes) != 3 {
		t.Fatalf("%v %+v", err, undo)
	}
	if want := "put prod back to v1.3.0, undoing INC-412"; undo.Title != want {
		t.Errorf("title %q, want %q", undo.Title, want)
	}
	if undo.Changes[0].Package != "containai-claude" || undo.Changes[2].Stage != 3 {
		t.Errorf("not in the opposite order: %+v", undo.Changes)
	}
	out := execute(t, s, undo, nil)
	if diff := cmp.Diff(before, r.truths()); diff != "" || out.Result != model.ResultDone {
		t.Errorf("%s, truth (-before +after):\n%s", out.Result, diff)
	}
	events, _ := s.Journal(t.Context())
	if e := events[len(events)-1]; e.Kind != model.EventUndone || e.Plan != undo.Aim.Undoes || e.Seq != out.Head.Seq {
		t.Errorf("last event %+v, head %+v", e, out.Head)
	}
	list, _ := s.Executions(t.Context())
	if !list[0].Undone || len(list) != 2 {
		t.Errorf("executions %+v", list)
	}
}

func undoLeaves(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Write))
	execute(t, s, three(t, r), nil)
	other, _ := r.World().Resolve("containai", "v1.1.0")
	r.post("retag", map[string]any{"package": "containai", "tag": "prod", "digest": string(other)})
	undo, err := s.PlanUndo(t.Context(), last(t, s), model.UndoRequest{})
	if err != nil || undo.Blocked() || len(undo.Changes) != 2 || len(undo.Unmoved) != 1 {
		t.Fatalf("%v %+v", err, undo)
	}
	execute(t, s, undo, nil)
	if now, _ := r.World().Resolve("containai", "prod"); now != other {
		t.Errorf("containai:prod is %s: somebody's change was overwritten", now.Short())
	}
	if now, _ := r.World().Resolve("containai-claude", "prod"); now != r.prod["containai-claude"] {
		t.Errorf("containai-claude:prod is %s", now.Short())
	}
}

// halfDone stops a plan in its second step, whose outcome is not known: it was
// done, and nobody could read it back.
func halfDone(t *testing.T, r *rig, s *ghcr.Service) model.Execution {
	t.Helper()
	rule := fault("HEAD", "/containai/manifests/prod$", map[string]any{"status": 500})
	rule[0].(map[string]any)["from"] = 2
	r.post("faults", rule)
	out := execute(t, s, three(t, r), nil)
	r.post("faults", []any{})
	if out.Steps[1].State != model.StepUnknown || out.Steps[2].State != model.StepNotStarted {
		t.Fatalf("the plan is not half done: %+v", out.Steps)
	}
	list, err := s.Unfinished(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatalf("unfinished: %v %v", list, err)
	}
	return list[0]
}

func undoReverts(t *testing.T, r *rig) {
	before := r.truths()
	s := open(t, r.options(r.Tokens.Write))
	x := halfDone(t, r, s)
	settled, err := s.Settle(t.Context(), x)
	if err != nil || settled.Steps[1].State != model.StepDone || settled.Steps[2].State != model.StepNotStarted {
		t.Fatalf("settled: %v %+v", err, settled.Steps)
	}
	plan, err := s.PlanUndo(t.Context(), x, model.UndoRequest{Act: model.ActRevert})
	if err != nil || len(plan.Changes) != 2 {
		t.Fatalf("%v %+v", err, plan)
	}
	execute(t, s, plan, nil)
	if diff := cmp.Diff(before, r.truths()); diff != "" {
		t.Errorf("truth (-before +after):\n%s", diff)
	}
	if list, _ := s.Unfinished(t.Context()); len(list) > 0 {
		t.Errorf("still unfinished: %+v", list)
	}
}

func undoResumes(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Write))
	x := halfDone(t, r, s)
	before := r.mark()
	out, err := s.Execute(t.Context(), x.Plan, model.Conduct{Resumes: true})
	if err != nil || out.Result != model.ResultDone {
		t.Fatalf("%v %+v", err, out)
	}
	var puts []string
	for _, line := range r.lines(r.since(before)) {
		if strings.HasPrefix(line, "PUT") {
			puts = append(puts, line)
		}
	}
	if want := []string{"PUT containai-claude/manifests/prod 201"}; !slices.Equal(puts, want) {
		t.Errorf("written: %v, want %v", puts, want)
	}
	if list, _ := s.Unfinished(t.Context()); len(list) > 0 {
		t.Errorf("still unfinished: %+v", list)
	}
	// The step that was found done was done by this plan: it is taken back too.
	undo, err := s.PlanUndo(t.Context(), last(t, s), model.UndoRequest{})
	if err != nil || len(undo.Changes) != 3 {
		t.Errorf("%v %+v", err, undo.Changes)
	}
}

func undoGivenUp(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Write))
	x := halfDone(t, r, s)
	if err := s.GiveUp(t.Context(), x, "the next publish mends it"); err != nil {
		t.Fatal(err)
	}
	if list, _ := s.Unfinished(t.Context()); len(list) > 0 {
		t.Errorf("asked about again: %+v", list)
	}
}

func undoOfNothing(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Write))
	if _, ok, err := s.Execution(t.Context(), ""); ok || err != nil {
		t.Errorf("an execution in an empty journal: %v", err)
	}
	if _, _, err := s.Execution(t.Context(), "sha256:"+strings.Repeat("0", 64)); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("a plan that is not there: %v", err)
	}
}

func recheck(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Write))
	plan := three(t, r)
	if again, err := s.Recheck(t.Context(), plan); err != nil || again.Blocked() || again.ID != plan.ID {
		t.Fatalf("nothing changed: %v %+v", err, again.Blockers)
	}
	other, _ := r.World().Resolve("containai", "v1.1.0")
	r.post("retag", map[string]any{"package": "containai", "tag": "prod", "digest": string(other)})
	again, err := s.Recheck(t.Context(), plan)
	if err != nil || len(again.Blockers) != 1 || again.Blockers[0].Code != model.CodeChanged || !strings.Contains(again.Blockers[0].Message, other.Short()) {
		t.Errorf("%v %+v", err, again.Blockers)
	}
	plan.Owner = "somebody"
	if _, err := s.Recheck(t.Context(), plan); !errors.Is(err, model.ErrInvalid) {
		t.Errorf("another owner's plan: %v", err)
	}
}

func approve(t *testing.T, r *rig) {
	plan := three(t, r)
	plan.Actor = "alice"
	for name, tc := range map[string]struct {
		token string
		kind  error // nil: approved
	}{
		"somebody else": {r.Tokens.Read, nil}, "the author": {r.Tokens.Admin, model.ErrForbidden}, "nobody": {"", model.ErrUnauthorized},
		"a workflow": {r.Tokens.Actions, model.ErrForbidden}, "an expired token": {r.Tokens.Expired, model.ErrUnauthorized},
	} {
		o := r.options(tc.token)
		o.APICredentials.Login, o.Actor = "mallory", "mallory" // what stands beside the token does not count
		s := open(t, o)
		got, err := s.Approve(t.Context(), plan, "seen")
		events, _ := s.Journal(t.Context())
		switch {
		case tc.kind != nil:
			if !errors.Is(err, tc.kind) || len(got.Approvals) > 0 || len(events) > 0 {
				t.Errorf("%s: %v %+v, %d events", name, err, got.Approvals, len(events))
			}
		case err != nil || len(got.Approvals) != 1 || got.Approvals[0].Login != "carol" || got.Approvals[0].Plan != plan.ID:
			t.Errorf("%s: %v %+v", name, err, got.Approvals)
		case len(events) != 1 || events[0].Kind != model.EventApproval || events[0].Actor != "carol" || events[0].Reason != "seen":
			t.Errorf("%s: events %+v", name, events)
		}
	}
}
