package ghcr_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/ghcr"
	"github.com/novotnyllc/caitui/internal/model"
)

func TestRestore(t *testing.T) {
	r := newRig(t, "containai")
	for name, f := range map[string]func(*testing.T, *rig){
		"brings everything back":        restoreAll,
		"is settled by reading":         restoreSettles,
		"is too late after thirty days": restoreLate,
		"is resumed":                    restoreResumes,
		"finds it pushed again":         restorePushedAgain,
		"takes a deletion back":         restoreUndoes,
	} {
		t.Run(name, func(t *testing.T) {
			if name != "brings everything back" && name != "is resumed" {
				notRaced(t)
			}
			r.seed()
			f(t, r)
		})
	}
}

// deleted deletes a build and plans by hand to bring it back: children first,
// then what lists them, its tags in the last stage.
func (r *rig) deleted(t *testing.T, s *ghcr.Service) (restore model.Plan) {
	t.Helper()
	gone := r.doomed(t, s, r.build(unused)...)
	if out := execute(t, s, gone, nil); out.Result != model.ResultDone {
		t.Fatalf("deleting: %+v", out)
	}
	var changes []model.Change
	for i, c := range slices.Backward(gone.Changes) {
		changes = append(changes, model.Change{Kind: model.RestoreVersion, Stage: 4 - c.Stage, Package: c.Package, To: gone.Changes[i].From, VersionID: c.VersionID})
	}
	top := gone.Changes[0].From
	changes = append(changes, model.Change{Kind: model.CreateTag, Stage: 4, Package: "containai", Tag: unused, To: top},
		model.Change{Kind: model.CreateTag, Stage: 4, Package: "containai", Tag: "again", To: top})
	return r.planOf(changes...)
}

func restoreAll(t *testing.T, r *rig) {
	s := open(t, r.deleting(t))
	before := r.held("containai")
	plan := r.deleted(t, s)
	mark := r.mark()
	out := execute(t, open(t, r.deleting(t)), plan, nil)
	if out.Result != model.ResultDone || out.Err != nil {
		t.Fatalf("outcome %+v", out)
	}
	want := append(all(model.StepDone, 11), model.StepAlready, model.StepDone) // the tag came back by itself
	if diff := cmp.Diff(want, stepStates(out)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	top := plan.Changes[12].To
	before[top] = append([]string{"again"}, before[top]...)
	if diff := cmp.Diff(before, r.held("containai")); diff != "" {
		t.Errorf("the truth (-want +got):\n%s", diff)
	}
	if n := count(r.writes(mark), "POST /orgs/"); n != 11 {
		t.Errorf("%d restorings: %v", n, r.writes(mark))
	}
	// The service that deleted it shows it again once it has restored it.
	r.seed()
	s = open(t, r.deleting(t))
	plan = r.deleted(t, s)
	execute(t, s, plan, nil)
	survey, _ := s.Stored(t.Context())
	snap := pkg(t, survey, "containai").Snapshot
	if v, ok := snap.Version(top); !ok || v.ID == 0 || !slices.Contains(v.Tags, "again") {
		t.Errorf("the survey shows %v, %v", v, ok)
	}
	if !slices.IsSortedFunc(snap.Versions, func(a, b model.Version) int { return b.Created.Compare(a.Created) }) {
		t.Error("what was restored does not stand where it stood")
	}
}

func restoreSettles(t *testing.T, r *rig) {
	for _, c := range []struct {
		name  string
		do    map[string]any
		state model.StepState
		back  bool
		kind  error
	}{
		{"reply lost", map[string]any{"lost_reply": true}, model.StepDone, true, nil},
		{"reset", map[string]any{"reset": true}, model.StepFailed, false, model.ErrUnreachable},
		{"502", map[string]any{"status": 502}, model.StepFailed, false, model.ErrUnreachable},
		{"no role", map[string]any{"status": 404, "body": map[string]any{"message": "Package not found."}}, model.StepRefused, false, model.ErrForbidden},
		{"not allowed", map[string]any{"status": 403}, model.StepRefused, false, model.ErrForbidden},
	} {
		t.Run(c.name, func(t *testing.T) {
			r.seed()
			s := open(t, r.deleting(t))
			plan := r.deleted(t, s)
			rules := fault("POST", "/restore$", c.do)
			rules[0].(map[string]any)["host"], rules[0].(map[string]any)["count"] = "api", 1
			r.post("faults", rules)
			out := execute(t, s, plan, nil)
			_, back := r.World().VersionByDigest("containai", plan.Changes[0].To)
			if out.Steps[0].State != c.state || back != c.back || !errors.Is(out.Err, c.kind) {
				t.Errorf("state %s, back %v, %v", out.Steps[0].State, back, out.Err)
			}
			if (out.Result == model.ResultDone) != (c.kind == nil) {
				t.Errorf("result %s", out.Result)
			}
		})
	}
	// GitHub shows it late: the registry's word counts.
	r.seed()
	s := open(t, r.deleting(t))
	plan := r.deleted(t, s)
	r.post("switches", map[string]any{"lag": "1h"})
	if out := execute(t, s, plan, nil); out.Result != model.ResultDone {
		t.Errorf("with a lag: %+v", out)
	}
}

func restoreLate(t *testing.T, r *rig) {
	s := open(t, r.deleting(t))
	plan := r.deleted(t, s)
	r.post("clock", map[string]any{"advance": "721h"})
	out := execute(t, s, plan, nil)
	if out.Result != model.ResultStopped || out.Written || out.Steps[0].State != model.StepFailed || out.Steps[1].State != model.StepNotStarted ||
		!strings.Contains(out.Err.Error(), "cannot be restored any more") || !strings.Contains(model.CureOf(out.Err), "30 days") {
		t.Errorf("outcome %+v, cure %q", out, model.CureOf(out.Err))
	}
}

func restoreResumes(t *testing.T, r *rig) {
	o := r.deleting(t)
	s := open(t, o)
	plan := r.deleted(t, s)
	rules := fault("POST", "/restore$", map[string]any{"reset": true})
	rules[0].(map[string]any)["host"], rules[0].(map[string]any)["from"] = "api", 4
	r.post("faults", rules)
	out := execute(t, s, plan, nil)
	if out.Result != model.ResultStopped || out.Steps[2].State != model.StepDone || out.Steps[3].State != model.StepFailed {
		t.Fatalf("outcome %+v", out)
	}
	r.post("faults", []any{})
	mark := r.mark()
	out, err := open(t, o).Execute(t.Context(), plan, model.Conduct{Resumes: true})
	if err != nil || out.Result != model.ResultDone {
		t.Fatalf("outcome %+v, %v", out, err)
	}
	if n := count(r.writes(mark), "POST /orgs/"); n != 8 {
		t.Errorf("%d restorings of eight", n)
	}
	// A token that may not write is told before anything is tried.
	o = r.options(r.Tokens.Read)
	plan.Changes = plan.Changes[:3]
	plan.ID = plan.CanonicalID()
	out = execute(t, open(t, o), plan, nil)
	if out.Written || !strings.Contains(model.CureOf(out.Err), "write:packages") || out.Steps[2].State != model.StepRefused {
		t.Errorf("outcome %+v, cure %q", out, model.CureOf(out.Err))
	}
}

func restorePushedAgain(t *testing.T, r *rig) {
	s := open(t, r.deleting(t))
	d := r.build(unused)[1][0]
	raw, mediaType, _ := r.World().Manifest("containai", d)
	plan := r.deleted(t, s)
	f := filler{T: t, Base: r.Registry, Auth: bearer(r.Tokens.Admin)}
	f.Send("PUT", "/v2/"+r.Owner+"/containai/manifests/"+string(d), mediaType, raw)
	i := slices.IndexFunc(plan.Changes, func(c model.Change) bool { return c.To == d })
	out := execute(t, s, plan, nil)
	if out.Result != model.ResultDone || out.Steps[i].State != model.StepAlready {
		t.Errorf("step %d is %s, outcome %+v", i, out.Steps[i].State, out)
	}
}

// Undoing a deletion is a restore: a part brings what it needs and leaves the
// rest to be undone, the whole is then undone; each is previewed once.
func restoreUndoes(t *testing.T, r *rig) {
	before := r.everything()
	s := open(t, r.deleting(t))
	refresh(t, s)
	gone := planDelete(t, s, r.named("containai", unused))
	if out := execute(t, s, gone, nil); out.Result != model.ResultDone {
		t.Fatalf("deleting: %+v", out)
	}
	after := r.everything()
	arch := slices.IndexFunc(gone.Effects, func(e model.Effect) bool { return e.Tag == unused+"-amd64" })
	if arch < 0 {
		t.Fatalf("no architecture index: %+v", gone.Effects)
	}
	var only []model.StepRef
	for _, c := range gone.Changes {
		if c.From == gone.Effects[arch].Before {
			only = append(only, c.Ref())
		}
	}
	part, err := s.PlanUndo(t.Context(), last(t, s), model.UndoRequest{Act: model.ActUndo, Only: only})
	if err != nil || part.Blocked() || !strings.HasPrefix(part.Title, "restore 5 versions of containai: 1 asked for, 4 that belong to them, undoing part of") {
		t.Fatalf("%q: %v, blockers %v", part.Title, err, part.Blockers)
	}
	if out := execute(t, s, part, nil); out.Result != model.ResultDone {
		t.Fatalf("a part: %+v", out)
	}
	if d := cmp.Diff(with(after, part.Effects), r.everything()); d != "" {
		t.Errorf("a part (-previewed +true):\n%s", d)
	}
	x, err := model.ExecutionOf(executions(t, s), gone.ID)
	if err != nil || x.Undone || x.Steps[0].TakenBack {
		t.Fatalf("after a part: undone %v, %v", x.Undone, err)
	}
	whole, err := s.PlanUndo(t.Context(), x, model.UndoRequest{})
	if err != nil || whole.Blocked() || len(whole.Unmoved) > 0 {
		t.Fatalf("%q: %v, blockers %v, %v", whole.Title, err, whole.Blockers, whole.Unmoved)
	}
	if out := execute(t, s, whole, nil); out.Result != model.ResultDone {
		t.Fatalf("the whole: %+v", out)
	}
	if d := cmp.Diff(before, r.everything()); d != "" {
		t.Errorf("the whole (-before +after):\n%s", d)
	}
	if x, err := model.ExecutionOf(executions(t, s), gone.ID); err != nil || !x.Undone {
		t.Errorf("not undone: %v", err)
	}
	events, _ := s.Journal(t.Context())
	previews := make(map[string]int)
	for _, e := range events {
		if e.Kind == model.EventPreview {
			previews[e.Plan]++
		}
	}
	for _, p := range []model.Plan{part, whole} {
		if previews[p.ID] != 1 {
			t.Errorf("%q was journalled as previewed %d times", p.Title, previews[p.ID])
		}
	}
}

func executions(t *testing.T, s *ghcr.Service) []model.Execution {
	t.Helper()
	list, err := s.Executions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return list
}
