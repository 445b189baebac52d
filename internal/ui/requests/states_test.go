package requests

import (
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/theme"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

func TestStates(t *testing.T) {
	closed := &model.Error{Kind: model.ErrUnreachable, Message: "the log of requests is closed", Cure: "start caitui again"}
	forbidden := &model.Error{Kind: model.ErrForbidden, Message: "the log of requests may not be read", Cure: "start caitui as its owner"}
	draw := func(answers []pane.Result, then ...string) func(th theme.Theme, w, h int) uitest.View {
		return func(th theme.Theme, w, h int) uitest.View {
			p := New(th)
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
	of := func(l model.RequestLog) pane.Result { return pane.Result{Value: l} }
	kept := with(120)
	kept.Requests = kept.Requests[29:]
	uitest.States(t,
		uitest.State{Name: "loading", Draw: draw(nil)},
		uitest.State{Name: "empty", Draw: draw([]pane.Result{of(model.RequestLog{})})},
		uitest.State{Name: "failed", Draw: draw([]pane.Result{{Err: closed}})},
		uitest.State{Name: "forbidden", Draw: draw([]pane.Result{{Err: forbidden}})},
		uitest.State{Name: "stale", Draw: draw([]pane.Result{of(log()), {Err: closed}})},
		uitest.State{Name: "following", Draw: draw([]pane.Result{of(log())})},
		uitest.State{Name: "the newest only", Draw: draw([]pane.Result{of(kept)}, "k")},
		uitest.State{Name: "details", Draw: draw([]pane.Result{of(log())}, "enter", "j")},
		uitest.State{Name: "filter", Draw: draw([]pane.Result{of(log())}, "/", "s", "t", "a", "t", "e", ":", "f", "a", "i", "l", "e", "d")},
		uitest.State{Name: "filter that cannot be read", Draw: draw([]pane.Result{of(log())}, "/", "a", "g", "e", ">", "x")},
		uitest.State{Name: "filter without a match", Draw: draw([]pane.Result{of(log())}, "/", "z", "z", "enter")})
}
