package ghcr_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/ghcr"
	"github.com/novotnyllc/caitui/internal/model"
)

// rollback plans containai:prod back to v1.2.0 on the simulator.
func rollback(t *testing.T, r *rig, s *ghcr.Service) model.Plan {
	t.Helper()
	good, ok := r.World().Resolve("containai", "v1.2.0")
	if !ok {
		t.Fatal("the simulator has no v1.2.0")
	}
	plan, err := s.PlanRetag(t.Context(), model.RetagRequest{Package: "containai", Tag: "prod", Target: good, Reason: "claude fails on arm64", Incident: "INC-7"})
	if err != nil {
		t.Fatalf("planning: %v", err)
	}
	if plan.Blocked() || len(plan.Changes) != 1 {
		t.Fatalf("blockers %v, changes %v", plan.Blockers, plan.Changes)
	}
	return plan
}

func execute(t *testing.T, s *ghcr.Service, plan model.Plan, progress func(model.Step)) model.Outcome {
	t.Helper()
	out, err := s.Execute(t.Context(), plan, model.Conduct{Progress: progress})
	if err != nil {
		t.Fatalf("executing: %v", err)
	}
	return out
}

// lines are requests as METHOD PATH, shortened to what a person would say.
func (r *rig) lines(entries []entry) []string {
	var out []string
	for _, e := range entries {
		path, _ := url.PathUnescape(e.Path)
		path = strings.ReplaceAll(path, "/v2/"+r.Owner+"/", "")
		if i := strings.Index(path, "?"); i >= 0 && !strings.HasPrefix(path, "/token") {
			path = path[:i]
		}
		if i := strings.Index(path, "/uploads/"); i >= 0 {
			path = path[:i] + "/uploads"
		}
		if strings.HasPrefix(path, "/token") {
			u, _ := url.Parse(e.Path)
			path = "token " + strings.ReplaceAll(strings.Join(u.Query()["scope"], " "), "repository:"+r.Owner+"/", "")
		}
		out = append(out, fmt.Sprintf("%s %s %d", e.Method, path, e.Status))
	}
	return out
}

func TestRetag(t *testing.T) {
	r := newRig(t, "containai")
	for name, f := range map[string]func(*testing.T, *rig){
		"sends exactly this":  retagSends,
		"is journalled":       retagJournals,
		"is done already":     retagAlready,
		"stops at a conflict": retagConflict,
	} {
		r.restore()
		t.Run(name, func(t *testing.T) { f(t, r) })
	}
}

func TestStages(t *testing.T) {
	r := newRig(t, "containai")
	for name, f := range map[string]func(*testing.T, *rig){
		"run in order":                  stagesInOrder,
		"end with a failure":            stagesFail,
		"stop after the step under way": stagesCancel,
	} {
		r.restore()
		t.Run(name, func(t *testing.T) { f(t, r) })
	}
}

func retagSends(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Write))
	refresh(t, s)
	plan := rollback(t, r, s)
	mark := r.mark()
	var seen []model.StepState
	out := execute(t, s, plan, func(step model.Step) { seen = append(seen, step.State) })
	want := []string{
		// These two side by side: trying the right, and comparing.
		"HEAD containai/manifests/prod 200",
		"POST containai/blobs/uploads 202",
		"PUT containai/manifests/prod 201",
		"HEAD containai/manifests/prod 200",
	}
	const tidy = "DELETE containai/blobs/uploads 204"
	got := r.lines(r.since(mark))
	if i := slices.Index(got, tidy); i < 2 { // it runs beside what follows
		t.Errorf("the upload that tried the right was not given up: %v", got)
	} else {
		got = slices.Delete(got, i, i+1)
		slices.Sort(got[:2])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	if out.Result != model.ResultDone || !out.Written || out.Err != nil || out.Head.Seq == 0 {
		t.Errorf("outcome: %+v", out)
	}
	step := out.Steps[0]
	if step.State != model.StepDone || step.Verified == nil || !*step.Verified {
		t.Errorf("step: %+v", step)
	}
	if diff := cmp.Diff([]model.StepState{model.StepMoving, model.StepDone}, seen); diff != "" {
		t.Errorf("progress:\n%s", diff)
	}
	if now, _ := r.World().Resolve("containai", "prod"); now != plan.Changes[0].To {
		t.Errorf("prod is %s", now.Short())
	}
	survey, err := s.Stored(t.Context())
	if err != nil || pkg(t, survey, "containai").Snapshot.Tag("prod") != plan.Changes[0].To {
		t.Errorf("the survey does not show the move: %v", err)
	}
}

func retagJournals(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Write))
	plan := rollback(t, r, s)
	out := execute(t, s, plan, nil)
	events, err := s.Journal(t.Context())
	if err != nil {
		t.Fatalf("reading the journal: %v", err)
	}
	var kinds []model.JournalKind
	for _, e := range events {
		kinds = append(kinds, e.Kind)
		if e.Plan != plan.ID || e.Package != "containai" || e.Tag != "prod" || e.Before != plan.Changes[0].From || e.After != plan.Changes[0].To ||
			e.Actor != "tester" || e.Host != "here" || e.Incident != "INC-7" || e.Reason == "" {
			t.Errorf("event: %+v", e)
		}
	}
	if diff := cmp.Diff([]model.JournalKind{model.EventPreview, model.EventIntent, model.EventOutcome}, kinds); diff != "" {
		t.Errorf("events:\n%s", diff)
	}
	last := events[len(events)-1]
	if last.State != model.StepDone || out.Head.Seq != last.Seq || out.Head.Hash != last.Hash {
		t.Errorf("last event %+v, head %+v", last, out.Head)
	}
	// What was written is remembered as where prod came from.
	survey := refresh(t, s)
	if n := len(survey.Past.Moves); n != 1 {
		t.Errorf("%d moves are remembered", n)
	}
}

func retagAlready(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Write))
	plan := rollback(t, r, s)
	execute(t, s, plan, nil)
	mark := r.mark()
	out := execute(t, s, plan, nil)
	if out.Result != model.ResultNothing || out.Steps[0].State != model.StepAlready || out.Written {
		t.Errorf("outcome: %+v", out)
	}
	if got := strings.Join(r.lines(r.since(mark)), "\n"); strings.Contains(got, "PUT") {
		t.Errorf("it was written again:\n%s", got)
	}
	empty, err := s.PlanRetag(t.Context(), model.RetagRequest{Package: "containai", Tag: "prod", Target: plan.Changes[0].To})
	if err != nil || !empty.Empty() {
		t.Fatalf("changes %v, %v", empty.Changes, err)
	}
	if out := execute(t, s, empty, nil); out.Result != model.ResultNothing {
		t.Errorf("outcome of an empty plan: %+v", out)
	}
}

func retagConflict(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Write))
	plan := rollback(t, r, s)
	other, _ := r.World().Resolve("containai", "v1.1.0")
	r.post("retag", map[string]any{"package": "containai", "tag": "prod", "digest": string(other)})
	out := execute(t, s, plan, nil)
	if out.Result != model.ResultConflict || out.Written || !errors.Is(out.Err, model.ErrConflict) || !strings.Contains(out.Err.Error(), other.Short()) {
		t.Errorf("outcome: %+v", out)
	}
	if now, _ := r.World().Resolve("containai", "prod"); now != other {
		t.Errorf("prod is %s, somebody's %s was overwritten", now.Short(), other.Short())
	}
}

// fault is one rule for the simulator.
func fault(method, path string, do map[string]any) []any {
	return []any{map[string]any{"method": method, "path": path, "host": "registry", "do": do}}
}

func TestWriteFailuresAreSettledByReading(t *testing.T) {
	r := newRig(t, "containai")
	const put = "/containai/manifests/prod$"
	after := func(rules []any, n int) []any {
		rules[0].(map[string]any)["from"] = n
		return rules
	}
	for name, c := range map[string]struct {
		faults  []any
		state   model.StepState
		result  model.Result
		moved   bool
		written bool
		kind    error
	}{
		"reply lost": {fault("PUT", put, map[string]any{"lost_reply": true}), model.StepDone, model.ResultDone, true, true, nil},
		"cut":        {fault("PUT", put, map[string]any{"truncate": 0}), model.StepDone, model.ResultDone, true, true, nil},
		"slow":       {fault("PUT", put, map[string]any{"hang": "50ms"}), model.StepDone, model.ResultDone, true, true, nil},
		"hung up":    {fault("PUT", put, map[string]any{"hang": "50ms", "reset": true}), model.StepFailed, model.ResultStopped, false, true, model.ErrUnreachable},
		"reset":      {fault("PUT", put, map[string]any{"reset": true}), model.StepFailed, model.ResultStopped, false, true, model.ErrUnreachable},
		"502":        {fault("PUT", put, map[string]any{"status": 502}), model.StepFailed, model.ResultStopped, false, true, model.ErrUnreachable},
		"429": {fault("PUT", put, map[string]any{"status": 429, "body": map[string]any{"errors": []any{map[string]any{
			"code": "TOOMANYREQUESTS", "message": "retry-after: 880.092µs, allowed: 44000/minute"}}}}), model.StepFailed, model.ResultStopped, false, false, model.ErrRateLimited},
		"refused": {fault("PUT", put, map[string]any{"status": 403, "body": map[string]any{"errors": []any{map[string]any{
			"code": "DENIED", "message": "permission_denied: write_package"}}}}), model.StepRefused, model.ResultStopped, false, false, model.ErrForbidden},
		"reply lost and reading fails": {append(fault("PUT", put, map[string]any{"lost_reply": true}),
			after(fault("HEAD", put, map[string]any{"status": 500}), 2)...), model.StepUnknown, model.ResultStopped, true, true, model.ErrUnreachable},
		"read-back fails":      {after(fault("HEAD", put, map[string]any{"status": 500}), 2), model.StepUnknown, model.ResultStopped, true, true, model.ErrUnreachable},
		"reading before fails": {fault("HEAD", put, map[string]any{"status": 500}), model.StepFailed, model.ResultStopped, false, false, model.ErrUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			r.restore()
			s := open(t, r.options(r.Tokens.Write))
			plan := rollback(t, r, s)
			r.post("faults", c.faults)
			mark := r.mark()
			out := execute(t, s, plan, nil)
			if out.Result != c.result || out.Steps[0].State != c.state || out.Written != c.written || !errors.Is(out.Err, c.kind) {
				t.Errorf("result %s, state %s, written %v, error %v", out.Result, out.Steps[0].State, out.Written, out.Err)
			}
			if now, _ := r.World().Resolve("containai", "prod"); (now == plan.Changes[0].To) != c.moved {
				t.Errorf("prod is %s", now.Short())
			}
			puts := 0
			for _, e := range r.since(mark) {
				if e.Method == http.MethodPut {
					puts++
				}
			}
			if puts > 1 {
				t.Errorf("the write was sent %d times", puts)
			}
			events, _ := s.Journal(t.Context())
			if last := events[len(events)-1]; last.Kind != model.EventOutcome || last.State != c.state {
				t.Errorf("last event %s %s", last.Kind, last.State)
			}
		})
	}
}

func TestMissingRightStopsBeforeTheFirstWrite(t *testing.T) {
	r := newRig(t, "containai")
	for name, c := range map[string]struct {
		token func(*rig) string
		cure  string
	}{
		"role":      {func(r *rig) string { return r.Tokens.Read }, "write"},
		"anonymous": {func(*rig) string { return "" }, "GITHUB_TOKEN"},
		"expired":   {func(r *rig) string { return r.Tokens.Expired }, "renew"},
	} {
		t.Run(name, func(t *testing.T) {
			plan := planFor(t, r)
			s := open(t, r.options(c.token(r)))
			mark := r.mark()
			out := execute(t, s, plan, nil)
			refused := errors.Is(out.Err, model.ErrForbidden) || errors.Is(out.Err, model.ErrUnauthorized)
			if out.Result != model.ResultStopped || out.Written || !refused || !strings.Contains(model.CureOf(out.Err), c.cure) {
				t.Errorf("result %s, written %v, error %v, cure %q", out.Result, out.Written, out.Err, model.CureOf(out.Err))
			}
			for _, step := range out.Steps {
				if step.State != model.StepRefused {
					t.Errorf("%s is %s", step.Package, step.State)
				}
			}
			for _, line := range r.lines(r.since(mark)) {
				if strings.HasPrefix(line, "PUT") {
					t.Errorf("sent %s", line)
				}
			}
			events, _ := s.Journal(t.Context())
			if len(events) == 0 || events[len(events)-1].Kind != model.EventRefused {
				t.Errorf("the refusal is not journalled: %v", events)
			}
		})
	}
}

// planFor is a plan for several packages and stages, made by hand.
func planFor(t *testing.T, r *rig) model.Plan {
	t.Helper()
	u, _ := url.Parse(r.Registry)
	plan := model.Plan{Registry: u.Host, Owner: r.Owner, Title: "roll prod back to v1.2.0", Actor: "tester"}
	for _, spec := range model.ContainAI().Packages {
		now, _ := r.World().Resolve(spec.Name, "prod")
		good, ok := r.World().Resolve(spec.Name, "v1.2.0")
		if now == "" || !ok {
			continue
		}
		plan.Changes = append(plan.Changes, model.Change{Kind: model.MoveTag, Stage: spec.Stage, Package: spec.Name, Tag: "prod", From: now, To: good})
	}
	plan.ID = plan.CanonicalID()
	return plan
}

func stagesInOrder(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Write))
	plan := planFor(t, r)
	mark := r.mark()
	serial := make(chan struct{}, 1)
	out := execute(t, s, plan, func(model.Step) {
		select {
		case serial <- struct{}{}:
			<-serial
		default:
			t.Error("progress is called by two at once")
		}
	})
	if out.Result != model.ResultDone {
		t.Fatalf("outcome: %+v", out)
	}
	var order []int // stages of the writes
	for _, e := range r.since(mark) {
		if e.Method != http.MethodPut {
			continue
		}
		name := strings.Split(strings.TrimPrefix(e.Path, "/v2/"+r.Owner+"/"), "/")[0]
		order = append(order, model.ContainAI().Package(name).Stage)
	}
	if len(order) != len(plan.Changes) || !slices.IsSorted(order) {
		t.Errorf("stages of the writes: %v", order)
	}
	tokens := 0
	for _, line := range r.lines(r.since(mark)) {
		if strings.HasPrefix(line, "GET token") {
			tokens++
		}
	}
	if tokens != 1 {
		t.Errorf("%d token requests for one plan", tokens)
	}
}

func stagesFail(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Write))
	plan := planFor(t, r)
	r.post("faults", fault("PUT", "/containai-codex/", map[string]any{"status": 500}))
	out := execute(t, s, plan, nil)
	if out.Result != model.ResultStopped || !out.Written || out.Err == nil {
		t.Errorf("outcome: %+v", out)
	}
	for i, step := range out.Steps {
		want := model.StepDone
		switch c := plan.Changes[i]; {
		case c.Package == "containai-codex":
			want = model.StepFailed
		case c.Stage > 2:
			want = model.StepNotStarted
		case c.Stage == 2 && step.State == model.StepNotStarted:
			continue // its stage was ended before its turn
		}
		if step.State != want {
			t.Errorf("%s is %s, want %s", step.Package, step.State, want)
		}
	}
}

func stagesCancel(t *testing.T, r *rig) {
	s := open(t, r.options(r.Tokens.Write))
	plan := planFor(t, r)
	ctx, cancel := context.WithCancel(t.Context())
	out, err := s.Execute(ctx, plan, model.Conduct{Progress: func(step model.Step) {
		if step.State == model.StepMoving {
			cancel() // in the middle of the first one
		}
	}})
	if err != nil || out.Result != model.ResultStopped || !errors.Is(out.Err, context.Canceled) {
		t.Fatalf("outcome %+v, %v", out, err)
	}
	for i, step := range out.Steps {
		want := model.StepNotStarted
		if plan.Changes[i].Stage == 1 {
			want = model.StepDone
		}
		if step.State != want {
			t.Errorf("%s is %s, want %s", step.Package, step.State, want)
		}
	}
	events, _ := s.Journal(t.Context())
	intents, outcomes := 0, 0
	for _, e := range events {
		switch e.Kind {
		case model.EventIntent:
			intents++
		case model.EventOutcome:
			outcomes++
		}
	}
	if intents != 1 || outcomes != 1 {
		t.Errorf("%d intents, %d outcomes", intents, outcomes)
	}
}

func TestWhatMustNotBegin(t *testing.T) {
	r := newRig(t, "containai")
	good := planFor(t, r)
	change := func(f func(*model.Plan)) model.Plan {
		p := good
		p.Changes = slices.Clone(good.Changes)
		f(&p)
		p.ID = p.CanonicalID()
		return p
	}
	altered := change(func(*model.Plan) {})
	altered.Changes[0].To = good.Changes[1].To
	for name, c := range map[string]struct {
		plan model.Plan
		opts func(*ghcr.Options)
		kind error
	}{
		"read-only":      {plan: good, opts: func(o *ghcr.Options) { o.ReadOnly = true }, kind: model.ErrReadOnly},
		"blocked":        {plan: change(func(p *model.Plan) { p.Blockers = []model.Remark{{Code: "x"}} }), kind: model.ErrBlocked},
		"other registry": {plan: change(func(p *model.Plan) { p.Registry = "ghcr.io" }), kind: model.ErrInvalid},
		"other owner":    {plan: change(func(p *model.Plan) { p.Owner = "somebody" }), kind: model.ErrInvalid},
		"altered":        {plan: altered, kind: model.ErrInvalid},
		"deletion":       {plan: change(func(p *model.Plan) { p.Changes[3].Kind = model.DeleteVersion }), kind: model.ErrInvalid},
		"evil tag":       {plan: change(func(p *model.Plan) { p.Changes[0].Tag = "../../evil" }), kind: model.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			o := r.options(r.Tokens.Write)
			if c.opts != nil {
				c.opts(&o)
			}
			s := open(t, o)
			mark := r.mark()
			out, err := s.Execute(t.Context(), c.plan, model.Conduct{})
			if !errors.Is(err, c.kind) || out.Written {
				t.Errorf("error %v, want %v", err, c.kind)
			}
			if asked := r.since(mark); len(asked) > 0 {
				t.Errorf("sent %v", r.lines(asked))
			}
		})
	}
}
