package history

import (
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/theme"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

func TestStates(t *testing.T) {
	w := story(t)
	forbidden := &model.Error{Kind: model.ErrForbidden, Message: "this token may not read " + pkg, Cure: "give it read:packages"}
	down := &model.Error{Kind: model.ErrUnreachable, Message: "api.github.com did not answer in 10 s", Cure: "check the network"}
	state := func(snap model.Snapshot, known bool, err error) *model.Survey {
		s := survey(w, snap)
		p := &s.Inventory.Packages[0]
		p.Known, p.Fresh, p.Err = known, err == nil, err
		return &s
	}
	draw := func(s *model.Survey, then ...string) func(th theme.Theme, w, h int) uitest.View {
		return func(th theme.Theme, w, h int) uitest.View {
			p := New(th, pkg)
			p.SetFocus(true)
			p.SetSize(w, h)
			if s != nil {
				uitest.Bring(p, pane.Surveyed{Survey: *s})
			}
			uitest.Press(t, p, then...)
			return p
		}
	}
	read := state(w.snapshot(true), true, nil)
	uitest.States(t,
		uitest.State{Name: "loading", Draw: draw(nil)},
		uitest.State{Name: "unread", Draw: draw(state(model.Snapshot{}, false, nil))},
		uitest.State{Name: "empty", Draw: draw(state(model.NewSnapshot(pkg, model.OriginAPI, now, nil), true, nil))},
		uitest.State{Name: "failed", Draw: func(th theme.Theme, w, h int) uitest.View {
			p := draw(nil)(th, w, h).(*Pane)
			p.Update(pane.Result{To: Name, Err: down})
			return p
		}},
		uitest.State{Name: "forbidden", Draw: draw(state(model.Snapshot{}, false, forbidden))},
		uitest.State{Name: "stale", Draw: draw(state(w.snapshot(true), true, down))},
		uitest.State{Name: "manifests unread", Draw: draw(state(w.snapshot(false), true, nil))},
		uitest.State{Name: "details", Draw: draw(read, "enter", "j", "j")},
		uitest.State{Name: "marks and filter", Draw: draw(read, "k", "v", "j", "v", "/", "v", "1")})
}
