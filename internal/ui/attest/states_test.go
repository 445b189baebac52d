package attest

import (
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/theme"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

func TestStates(t *testing.T) {
	forbidden := &model.Error{Kind: model.ErrForbidden, Message: "ghcr.io denies access to " + pkg, Cure: "ask for the read role"}
	down := &model.Error{Kind: model.ErrUnreachable, Message: "ghcr.io did not answer in 10 s", Cure: "check the network"}
	draw := func(answers []pane.Result, then ...string) func(th theme.Theme, w, h int) uitest.View {
		return func(th theme.Theme, w, h int) uitest.View {
			p := New(th, pkg, d("index"))
			p.SetFocus(true)
			p.SetSize(w, h)
			p.Update(pane.Surveyed{Survey: survey()})
			for _, a := range answers {
				a.To = Name
				bring(p, a)
			}
			press(t, p, then...)
			return p
		}
	}
	of := func(l model.AttestationList) pane.Result { return pane.Result{Value: l} }
	uitest.States(t,
		uitest.State{Name: "loading", Draw: draw(nil)},
		uitest.State{Name: "empty", Draw: draw([]pane.Result{of(nothing(t))})},
		uitest.State{Name: "failed", Draw: draw([]pane.Result{{Err: down}})},
		uitest.State{Name: "forbidden", Draw: draw([]pane.Result{{Err: forbidden}})},
		uitest.State{Name: "a source failed", Draw: draw([]pane.Result{of(troubled(t))})},
		uitest.State{Name: "stale", Draw: draw([]pane.Result{of(list(t)), {Err: down}})},
		uitest.State{Name: "found", Draw: draw([]pane.Result{of(list(t))})},
		uitest.State{Name: "statement", Draw: draw([]pane.Result{of(list(t))}, "j", "enter", "j")},
		uitest.State{Name: "search", Draw: draw([]pane.Result{of(list(t))}, "/", "m", "a", "i", "n")})
}
