package versions

import (
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/theme"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

func TestStates(t *testing.T) {
	forbidden := &model.Error{Kind: model.ErrForbidden, Message: "this token may not read packages", Cure: "give it read:packages"}
	down := &model.Error{Kind: model.ErrUnreachable, Message: "api.github.com did not answer in 10 s", Cure: "check the network"}
	// every is the story with one thing the same in every package.
	every := func(change func(p *model.PackageState)) *model.Survey {
		s := world(t, story(), true)
		for i := range s.Inventory.Packages {
			change(&s.Inventory.Packages[i])
		}
		return &s
	}
	nothing := func(err error) func(p *model.PackageState) {
		return func(p *model.PackageState) { p.Known, p.Fresh, p.Err, p.Snapshot = false, false, err, model.Snapshot{} }
	}
	draw := func(s *model.Survey, then ...string) func(th theme.Theme, w, h int) uitest.View {
		return func(th theme.Theme, w, h int) uitest.View {
			p := New(th)
			p.SetFocus(true)
			p.SetSize(w, h)
			if s != nil {
				uitest.Bring(p, pane.Surveyed{Survey: *s})
			}
			uitest.Press(t, p, then...)
			return p
		}
	}
	read, unread := world(t, story(), true), world(t, story(), false)
	half := world(t, story(), true)
	half.Inventory.Packages[0].Err = down
	nothing(forbidden)(&half.Inventory.Packages[1])
	half.Inventory.Packages[2].Snapshot.Partial = true
	uitest.States(t,
		uitest.State{Name: "loading", Draw: draw(nil)},
		uitest.State{Name: "no packages", Draw: draw(&model.Survey{Inventory: model.Inventory{ReadAt: now}})},
		uitest.State{Name: "unread", Draw: draw(every(nothing(nil)))},
		uitest.State{Name: "empty", Draw: draw(every(func(p *model.PackageState) { p.Snapshot = model.NewSnapshot(p.Spec.Name, model.OriginAPI, now, nil) }))},
		uitest.State{Name: "failed", Draw: func(th theme.Theme, w, h int) uitest.View {
			p := draw(nil)(th, w, h).(*Pane)
			p.Update(pane.Result{To: Name, Err: down})
			return p
		}},
		uitest.State{Name: "forbidden", Draw: draw(every(nothing(forbidden)))},
		uitest.State{Name: "some failed", Draw: draw(&half)},
		uitest.State{Name: "stale", Draw: draw(every(func(p *model.PackageState) { p.Fresh, p.Err = false, down }))},
		uitest.State{Name: "manifests unread", Draw: draw(&unread)},
		uitest.State{Name: "unfolded", Draw: draw(&read, "z")},
		uitest.State{Name: "marks and filter", Draw: draw(&read, "v", "j", "v", "/", "v", "1")},
		uitest.State{Name: "filter that cannot be read", Draw: draw(&read, "/", "a", "g", "e", ">", "x")},
		uitest.State{Name: "filter without a match", Draw: draw(&read, "/", "z", "z", "enter")})
}
