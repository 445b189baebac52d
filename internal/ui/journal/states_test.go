package journal

import (
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/theme"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

func TestStates(t *testing.T) {
	damaged := &model.Error{Kind: model.ErrInvalid, Message: "line 5 of the journal is no event", Cure: "see what caitui journal --verify tells"}
	forbidden := &model.Error{Kind: model.ErrForbidden, Message: "the journal belongs to another user", Cure: "name another directory with --data-dir"}
	draw := func(answers []pane.Result, then ...string) func(th theme.Theme, w, h int) uitest.View {
		return func(th theme.Theme, w, h int) uitest.View {
			p := New(th, "")
			p.SetFocus(true)
			p.SetSize(w, h)
			for _, a := range answers {
				a.To = Name
				p.Update(a)
			}
			uitest.Press(t, p, then...)
			return p
		}
	}
	of := func(r model.Record) pane.Result { return pane.Result{Value: r} }
	uitest.States(t,
		uitest.State{Name: "loading", Draw: draw(nil)},
		uitest.State{Name: "empty", Draw: draw([]pane.Result{of(model.Record{})})},
		uitest.State{Name: "failed", Draw: draw([]pane.Result{{Err: damaged}})},
		uitest.State{Name: "forbidden", Draw: draw([]pane.Result{{Err: forbidden}})},
		uitest.State{Name: "stale", Draw: draw([]pane.Result{of(record()), {Err: damaged}})},
		uitest.State{Name: "unfinished plan", Draw: draw([]pane.Result{of(record())}, "j")},
		uitest.State{Name: "note", Draw: draw([]pane.Result{of(record())}, "j", "j")},
		uitest.State{Name: "details", Draw: draw([]pane.Result{of(record())}, "G", "enter", "j")},
		uitest.State{Name: "filter", Draw: draw([]pane.Result{of(record())}, "/", "b", "y", ":", "a")},
		uitest.State{Name: "filter that cannot be read", Draw: draw([]pane.Result{of(record())}, "/", "a", "g", "e", ">", "x")},
		uitest.State{Name: "filter without a match", Draw: draw([]pane.Result{of(record())}, "/", "z", "z", "enter")})
}
