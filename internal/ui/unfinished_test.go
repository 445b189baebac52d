package ui

import (
	"context"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
)

// halfDone is a plan that moved prod of containai, by a write whose outcome is
// not recorded, and did not come to its second step.
func halfDone() model.Record {
	p := model.Plan{Registry: "ghcr.io", Owner: "novotnyllc", Title: "roll prod back from v1.2.0 to v1.3.0", Incident: "INC-412",
		Aim: model.Aim{Act: model.ActRollback, Channel: "prod", From: "v1.2.0", To: "v1.3.0"},
		Changes: []model.Change{
			{Kind: model.MoveTag, Stage: 1, Package: "containai", Tag: "prod", From: digest("old"), To: digest("new")},
			{Kind: model.MoveTag, Stage: 2, Package: "containai", Tag: "edge", From: digest("new"), To: digest("old")}}}
	p.ID = p.CanonicalID()
	c := p.Changes[0]
	events := []model.JournalEvent{{Seq: 1, At: noon(), Kind: model.EventIntent, Plan: p.ID, Actor: "alice", Incident: "INC-412",
		Package: c.Package, Tag: c.Tag, Before: c.From, After: c.To}}
	return model.Record{Executions: model.Executions(events, map[string]model.Plan{p.ID: p}), Head: model.JournalHead{Seq: 1, Hash: "sha256:9f3a12bc00de11ff"}}
}

// begun is a bench that starts with it.
func begun(t *testing.T) *bench {
	return newBench(t, func(o *Options) { o.Service.(*fake).record = halfDone() })
}

func TestUnfinishedIsSpokenOfAtOnce(t *testing.T) {
	b := begun(t)
	b.rest()
	b.sees("A plan did not come to its end", "roll prod back", "later", "continue", "take back", "leave it so")
	// The registry was read: the step whose end is not recorded was done.
	if b.fake.called("settle") == 0 {
		t.Error("the registry is not read")
	}
	b.sees("1 of 2 done")
	// The first entry does nothing.
	b.press("enter")
	b.rest()
	if n := b.fake.called("execute") + b.fake.called("plan undo"); n > 0 {
		t.Error("enter alone does something")
	}
}

func TestUnfinishedThatTurnsOutDone(t *testing.T) {
	b := newBench(t, func(o *Options) {
		x := halfDone().Executions[0]
		p := x.Plan
		p.Changes = p.Changes[:1]
		o.Service.(*fake).record = model.Record{Executions: model.Executions(x.Events, map[string]model.Plan{x.ID(): p})}
	})
	b.rest()
	// Who began it, and when, is told of what is done as of what is not.
	b.sees("Done: 1 of 1 done", "by @alice")
}

func TestUnfinishedIsContinued(t *testing.T) {
	b := begun(t)
	var how model.Conduct
	b.fake.conduct = func(_ context.Context, p model.Plan, c model.Conduct) (model.Outcome, error) {
		how = c
		return model.Outcome{Plan: p.ID, Result: model.ResultDone}, nil
	}
	b.rest()
	b.press("down", "enter")
	b.rest()
	b.sees("CONTINUE", "what is done is not done again")
	b.elapse() // the quiet period of the dialog
	b.press("prod", "enter")
	b.rest()
	if len(b.fake.ran) != 1 || b.fake.ran[0].ID != halfDone().Executions[0].ID() || !how.Resumes || b.fake.ran[0].Incident != "INC-412" {
		t.Errorf("executed %d plans, resumes %v", len(b.fake.ran), how.Resumes)
	}
}

func TestUnfinishedIsTakenBack(t *testing.T) {
	b := begun(t)
	b.rest()
	b.press("down", "down", "enter")
	b.rest()
	b.sees("TAKE BACK", "put prod back to v1.2.0, reverting INC-412")
	b.elapse() // the quiet period of the dialog
	b.press("prod", "enter")
	b.rest()
	if len(b.fake.ran) != 1 || b.fake.ran[0].Aim.Act != model.ActRevert || len(b.fake.ran[0].Changes) != 1 {
		t.Errorf("executed: %+v", b.fake.ran)
	}
}

func TestUnfinishedIsLeftSo(t *testing.T) {
	b := begun(t)
	b.rest()
	b.press("down", "down", "down", "down", "enter")
	b.rest()
	if b.fake.called("give up") != 1 {
		t.Error("it is not noted")
	}
	b.sees("not asked about again")
}
