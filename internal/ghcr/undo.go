package ghcr

import (
	"context"
	"slices"

	"github.com/novotnyllc/caitui/internal/model"
)

// Execution is one execution of a plan: of the plan with this id or beginning
// of an id, or of "" the last one that may have changed something. ok is false
// where nothing was executed from here at all.
func (s *Service) Execution(ctx context.Context, id string) (x model.Execution, ok bool, err error) {
	list, err := s.Executions(ctx)
	if err != nil {
		return model.Execution{}, false, err
	}
	if id == "" {
		x, ok = model.LastExecuted(list)
		return x, ok, nil
	}
	x, err = model.ExecutionOf(list, id)
	return x, err == nil, err
}

// PlanUndo makes the plan that takes back what an execution did, or the parts of
// it that the request names, on what the registry says now: all its tags, what
// they pointed to before and the parts of that are asked for by HEAD, the
// versions are read anew, and what is attested about what tags go back to is
// checked as for every plan. A deletion is taken back as every restore is made, with
// all that its versions need. The preview is written into the journal.
func (s *Service) PlanUndo(ctx context.Context, x model.Execution, req model.UndoRequest) (model.Plan, error) {
	if err := model.CheckUndo(x, req); err != nil {
		return model.Plan{}, err
	}
	if x.Deletion() {
		if err := s.planVersions(ctx, "restoring versions"); err != nil {
			return model.Plan{}, err
		}
		past, err := s.deletions(ctx)
		if err != nil {
			return model.Plan{}, err
		}
		return s.restoring(ctx, past, model.RestoreOf(x, req))
	}
	if err := s.load(ctx); err != nil {
		return model.Plan{}, err
	}
	changes := make([]model.Change, len(x.Steps))
	for i, step := range x.Steps {
		changes[i] = step.Change
	}
	list := againOf(changes, func(c model.Change) model.Digest { return c.From })
	for i := range list {
		list[i].judged = true
	}
	survey, facts, err := s.lookAgain(ctx, list)
	if err != nil {
		return model.Plan{}, err
	}
	s.sign(&req.At, &req.Actor)
	if req.Act == "" {
		req.Act = model.ActUndo
	}
	return s.preview(ctx, model.PlanUndo(survey, x, req, facts)), nil
}

// Recheck looks at a saved plan on what the registry says now. The plan is
// returned as it was made, with a blocker for each thing that has changed since
// and with what is to be warned of today.
func (s *Service) Recheck(ctx context.Context, plan model.Plan) (model.Plan, error) {
	if err := s.isHere(plan); err != nil {
		return plan, err
	}
	if err := s.load(ctx); err != nil {
		return plan, err
	}
	survey, facts, err := s.lookAgain(ctx, againOf(plan.Changes, func(c model.Change) model.Digest {
		if c.Kind == model.PutArtifact {
			return "" // the plan writes it itself
		}
		return c.To
	}))
	if err != nil {
		return plan, err
	}
	plan.Blockers = append(slices.Clone(plan.Blockers), model.Recheck(survey, plan, facts.Missing)...)
	plan.Warnings = append(slices.Clone(plan.Warnings), facts.Unchecked...)
	for _, run := range facts.Running {
		plan.Warnings = append(plan.Warnings, model.RunWarning(run))
	}
	return s.preview(ctx, plan), nil
}

// conclude sums up what became of a plan, and writes into the journal that
// another one was taken back by it: once it is through, or has found that
// nothing of the other is left.
func (s *Service) conclude(ctx context.Context, e *execution) model.Outcome {
	out := e.outcome(ctx)
	whole := e.plan.Aim.Act == model.ActUndo || e.plan.Aim.Act == model.ActRevert // a restore may be of a part
	part := slices.ContainsFunc(e.plan.Unmoved, func(u model.Unmoved) bool { return u.Excluded })
	if !whole || part || e.plan.Aim.Undoes == "" || out.Result != model.ResultDone && out.Result != model.ResultNothing {
		return out
	}
	ev := s.event(e.plan, model.EventUndone)
	ev.Plan = e.plan.Aim.Undoes
	if ev.Reason == "" {
		ev.Reason = e.plan.Title
	}
	written, err := s.o.Journal.Append(context.WithoutCancel(ctx), ev)
	if err != nil {
		s.o.Log.WarnContext(ctx, "journalling an undo", "error", err)
		return out
	}
	out.Head = model.JournalHead{Seq: written.Seq, Hash: written.Hash}
	return out
}
