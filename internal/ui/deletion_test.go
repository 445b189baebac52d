package ui

import (
	"slices"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
)

// atDeletion brings the console to the preview of deleting three versions.
func atDeletion(t *testing.T, set func(*fake)) *bench {
	t.Helper()
	b := newBench(t, nil)
	if set != nil {
		set(b.fake)
	}
	b.rest()
	b.press("enter")
	b.later(b.root.act(pane.Delete{WithParts: true, Versions: []model.VersionRef{
		{Package: "containai", Digest: digest("a")}, {Package: "containai", Digest: digest("b")}, {Package: "containai-proxy", Digest: digest("c")},
	}}))
	b.rest()
	b.elapse()
	return b
}

func TestDeletionAsksForTheNumber(t *testing.T) {
	b := atDeletion(t, nil)
	b.sees("LIVE DELETE 3 marked versions of 2 packages", "delete 3 versions", "vanishes", "is deleted", "5,000 downloads",
		"Type 3 to delete 3 versions in 2 packages:")
	b.press("prod", "enter")
	b.sees("the word is 3")
	if len(b.fake.ran) > 0 {
		t.Fatal("a wrong word has deleted something")
	}
	b.press("backspace", "backspace", "backspace", "backspace", "3", "enter")
	b.rest()
	if len(b.fake.ran) != 1 || len(b.fake.ran[0].Changes) != 3 {
		t.Fatalf("executed %+v", b.fake.ran)
	}
	if req := b.fake.doomed[0]; !req.WithParts || req.Actor != "alice" || len(req.Versions) != 3 {
		t.Errorf("asked for %+v", req)
	}
	b.elapse()
	b.sees("LIVE Done", "delete 3 versions")
}

// A blocker is lifted by its name only, and the plan made again.
func TestDeletionIsLiftedByName(t *testing.T) {
	b := atDeletion(t, func(f *fake) {
		f.planDelete = func(req model.DeleteRequest) (model.Plan, error) {
			p := deletionPlan(req)
			if !slices.Contains(req.Overrides, model.CodeFloorDeletions) {
				p.Blockers = []model.Remark{{Code: model.CodeFloorDeletions, Override: true, Message: "60 versions are more than 50"}}
			}
			return p, nil
		}
	})
	b.sees("Blocked: 60 versions", "type floor-deletions")
	b.press("3", "enter")
	if len(b.fake.ran) > 0 {
		t.Fatal("a blocked plan was executed")
	}
	b.press("backspace", model.CodeFloorDeletions, "enter")
	b.rest()
	b.elapse()
	b.sees("lifted by name: floor-deletions", "Type 3 to delete")
	b.press("esc")
	b.sees("cancelled, nothing has been changed")
	if len(b.fake.ran) > 0 {
		t.Error("cancelling has deleted something")
	}
}
