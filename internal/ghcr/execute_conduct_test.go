package ghcr_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/ghcr"
	"github.com/novotnyllc/caitui/internal/model"
)

func TestConduct(t *testing.T) {
	r := newRig(t, "containai")
	for name, f := range map[string]func(*testing.T, *rig){
		"waits after the first stage":    conductWaits,
		"stops while it waits":           conductStops,
		"does not wait without a second": conductOneStage,
		"resumes what was begun":         conductResumes,
		"wants its approval":             conductApproval,
		"reads ahead while it is fresh":  conductReadsAhead,
	} {
		t.Run(name, func(t *testing.T) { r.restore(); f(t, r) })
	}
}

func conductWaits(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Write))
	plan := planFor(t, r)
	asked := 0
	out, err := s.Execute(t.Context(), plan, model.Conduct{AfterFirst: func(context.Context) error {
		asked++
		for _, c := range plan.Changes {
			now, _ := r.World().Resolve(c.Package, c.Tag)
			if (now == c.To) != (c.Stage == 1) {
				t.Errorf("%s of stage %d is %s while waiting", c.Package, c.Stage, now.Short())
			}
		}
		return nil
	}})
	if err != nil || out.Result != model.ResultDone || asked != 1 {
		t.Errorf("outcome %+v, %v, asked %d times", out, err, asked)
	}
}

func conductStops(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Write))
	plan := planFor(t, r)
	ctx, cancel := context.WithCancel(t.Context())
	out, err := s.Execute(ctx, plan, model.Conduct{AfterFirst: func(ctx context.Context) error {
		cancel()
		<-ctx.Done()
		return ctx.Err()
	}})
	if err != nil || out.Result != model.ResultStopped || !errors.Is(out.Err, context.Canceled) || !out.Written {
		t.Fatalf("outcome %+v, %v", out, err)
	}
	for i, step := range out.Steps {
		if want := map[bool]model.StepState{true: model.StepDone, false: model.StepNotStarted}[plan.Changes[i].Stage == 1]; step.State != want {
			t.Errorf("%s is %s, want %s", step.Package, step.State, want)
		}
	}
}

func conductOneStage(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Write))
	plan := rollback(t, r, s)
	out, err := s.Execute(t.Context(), plan, model.Conduct{AfterFirst: func(context.Context) error {
		t.Error("asked without a second stage")
		return nil
	}})
	if err != nil || out.Result != model.ResultDone {
		t.Errorf("outcome %+v, %v", out, err)
	}
	r.restore()
	// A first stage that failed is not waited after.
	r.post("faults", fault("PUT", "/containai-log-forwarder/", map[string]any{"status": 500}))
	out, err = s.Execute(t.Context(), planFor(t, r), model.Conduct{AfterFirst: func(context.Context) error {
		t.Error("asked after a failure")
		return nil
	}})
	if err != nil || out.Result != model.ResultStopped {
		t.Errorf("outcome %+v, %v", out, err)
	}
}

func conductResumes(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Write))
	plan := planFor(t, r)
	stop := errors.New("not now")
	if _, err := s.Execute(t.Context(), plan, model.Conduct{AfterFirst: func(context.Context) error { return stop }}); err != nil {
		t.Fatal(err)
	}
	// In another process, with the same journal and nothing else.
	s2 := open(t, r.options(r.Tokens.Write))
	mark := r.mark()
	out, err := s2.Execute(t.Context(), plan, model.Conduct{Resumes: true})
	if err != nil || out.Result != model.ResultDone || !out.Written {
		t.Fatalf("outcome %+v, %v", out, err)
	}
	for i, step := range out.Steps {
		if want := map[bool]model.StepState{true: model.StepAlready, false: model.StepDone}[plan.Changes[i].Stage == 1]; step.State != want {
			t.Errorf("%s is %s, want %s", step.Package, step.State, want)
		}
	}
	puts := make(map[string]int)
	for _, line := range r.writes(mark) {
		if count([]string{line}, "PUT") == 1 {
			puts[line]++
		}
	}
	want := make(map[string]int)
	for _, c := range plan.Changes {
		if c.Stage > 1 {
			want["PUT "+c.Package+"/manifests/prod 201"] = 1
		}
	}
	if diff := cmp.Diff(want, puts); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
	if got := events(t, s2); len(got) == 0 || got[0] != "resumed" {
		t.Errorf("journal %v", got)
	}
}

func conductApproval(t *testing.T, r *rig) {
	o := r.options(r.Tokens.Write)
	o.Layout.Approvals = model.ApprovalRules{Channels: []string{"prod"}, Deletions: 1, DeletionWait: 10 * time.Minute}
	o.Saved = t.TempDir()
	s := open(t, o)
	plan := planFor(t, r)
	mark := r.mark()
	refused := func(plan model.Plan, o ghcr.Options) {
		t.Helper()
		out, err := open(t, o).Execute(t.Context(), plan, model.Conduct{})
		if !errors.Is(err, model.ErrBlocked) || out.Written || count([]string{model.CureOf(err)}, "have somebody else approve the plan: caitui approve") != 1 {
			t.Errorf("%+v, %v, cure %q", out, err, model.CureOf(err))
		}
	}
	refused(plan, o)
	if sent := r.since(mark); len(sent) > 0 {
		t.Errorf("sent %v", r.lines(sent))
	}
	plan.Approvals = []model.Approval{{Login: "bob", Plan: plan.ID, At: time.Now()}}
	if out := execute(t, s, plan, nil); out.Result != model.ResultDone {
		t.Errorf("outcome %+v", out)
	}
	doomed := r.planOf(model.Change{Kind: model.DeleteVersion, Stage: 1, Package: "containai", From: oldOne, VersionID: 1},
		model.Change{Kind: model.DeleteVersion, Stage: 1, Package: "containai", From: oldTwo, VersionID: 2})
	doomed.Created = time.Now()
	refused(doomed, o)
	o.Now = func() time.Time { return time.Now().Add(11 * time.Minute) }
	// Waited long enough: it begins, and finds that there is nothing of the kind.
	out, err := open(t, o).Execute(t.Context(), doomed, model.Conduct{})
	if err != nil || out.Written {
		t.Errorf("%+v, %v", out, err)
	}
}

var oldOne, oldTwo = model.DigestOf([]byte("one")), model.DigestOf([]byte("two"))

// What a tag points to is read once before its write, beside what comes before
// it, as long as that is fresh; else once more.
func conductReadsAhead(t *testing.T, r *rig) {
	for _, c := range []struct {
		passes time.Duration // between any two looks at the clock
		reads  int           // of each tag, the reading back included
	}{{0, 2}, {2 * time.Second, 3}} {
		r.restore()
		o := r.options(r.Tokens.Write)
		var looks atomic.Int64
		start := time.Now()
		o.Now = func() time.Time { return start.Add(time.Duration(looks.Add(1)) * c.passes) }
		s := open(t, o)
		plan := planFor(t, r)
		mark := r.mark()
		if out, err := s.Execute(t.Context(), plan, model.Conduct{}); err != nil || out.Result != model.ResultDone {
			t.Fatalf("outcome %+v, %v", out, err)
		}
		sent := r.lines(r.since(mark))
		for _, change := range plan.Changes {
			line := "HEAD " + change.Package + "/manifests/" + change.Tag + " 200"
			if got := count(sent, line); got != c.reads {
				t.Errorf("with %v between looks %s was read %d times, want %d", c.passes, line, got, c.reads)
			}
		}
	}
}
