package ui

import (
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
)

// atUntag brings the console to the preview of taking a tag off.
func atUntag(t *testing.T, tag string) *bench {
	t.Helper()
	b := newBench(t, nil)
	b.rest()
	b.press("enter")
	b.later(b.root.act(pane.Untag{Package: "containai", Tag: tag}))
	b.rest()
	b.elapse()
	return b
}

func TestUntagGoesTheWayOfAllChanges(t *testing.T) {
	b := atUntag(t, "prod")
	b.sees("LIVE UNTAG containai:prod", "take the tag prod off containai", "vanishes", "how people get containai of prod", "Type prod to remove 1 tag in 1 package:")
	b.press("v1.3.0", "enter")
	b.sees("the word is prod")
	if len(b.fake.ran) > 0 {
		t.Fatal("a wrong word has taken the tag off")
	}
	for range "v1.3.0" {
		b.press("backspace")
	}
	b.press("prod", "enter")
	b.rest()
	if len(b.fake.ran) != 1 || len(b.fake.ran[0].Changes) != 1 || b.fake.ran[0].Changes[0].Kind != model.RemoveTag || b.fake.ran[0].Aim.Act != model.ActUntag {
		t.Fatalf("executed %+v", b.fake.ran)
	}
	b.elapse()
	b.sees("LIVE Done", "take the tag prod off containai", "U undo")
}

func TestUntagSaysWhyNot(t *testing.T) {
	b := atUntag(t, "v1.3.0")
	b.sees("v1.3.0 is meant to stay for ever", "type immutable-tag")
	b.press("esc")
	b.seesNot("UNTAG")
	b.later(b.root.act(pane.Untag{Package: "containai", Tag: "gone"}))
	b.rest()
	b.elapse()
	b.sees("Nothing to do: there is no tag gone any more.")
	if len(b.fake.ran) > 0 {
		t.Errorf("executed %+v", b.fake.ran)
	}
}

// The marked steps of a plan are taken back and no other; the dialog says of how
// many.
func TestMarkedStepsAreUndone(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	x := model.Execution{Plan: model.Plan{ID: "sha256:0123", Title: "move two tags", Incident: "INC-412"}, Kept: true, Begun: true}
	for _, tag := range []string{"prod", "edge"} {
		x.Steps = append(x.Steps, model.ExecutionStep{State: model.StepDone, Begun: true, Change: model.Change{
			Kind: model.MoveTag, Stage: 1, Package: "containai", Tag: tag, From: digest("old"), To: digest("new")}})
	}
	b.later(b.root.act(pane.Undo{Execution: x, Act: model.ActUndo, Only: []model.StepRef{x.Steps[0].Change.Ref()}}))
	b.rest()
	b.elapse()
	b.sees("LIVE UNDO 1 marked of 2 steps", "undoing part of", "containai:edge", "left out", "Type prod partial to move 1 tag in 1 package:")
	b.press("prod partial", "enter")
	b.rest()
	if len(b.fake.ran) != 1 || len(b.fake.ran[0].Changes) != 1 || b.fake.ran[0].Changes[0].Tag != "prod" {
		t.Errorf("executed %+v", b.fake.ran)
	}
}
