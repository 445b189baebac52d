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
				uitest.Bring(p, a)
			}
			uitest.Press(t, p, then...)
			return p
		}
	}
	found := func(l model.AttestationList) pane.Result { return pane.Result{Value: l} }
	of := func(l model.AttestationList, check func(model.Attestation) model.Check) pane.Result {
		return pane.Result{Value: judged(l, check)}
	}
	unchecked := pane.Result{Value: model.Verification{List: list(t), Policy: model.ContainAI().PolicyOf(pkg), Warnings: []string{"nothing is checked here: no verifier is in use"}}}
	uitest.States(t,
		uitest.State{Name: "loading", Draw: draw(nil)},
		uitest.State{Name: "empty", Draw: draw([]pane.Result{of(nothing(t), good)})},
		uitest.State{Name: "failed", Draw: draw([]pane.Result{{Err: down}})},
		uitest.State{Name: "forbidden", Draw: draw([]pane.Result{{Err: forbidden}})},
		uitest.State{Name: "a source failed", Draw: draw([]pane.Result{of(troubled(t), good)})},
		uitest.State{Name: "stale", Draw: draw([]pane.Result{of(list(t), good), {Err: down}})},
		uitest.State{Name: "checking", Draw: draw([]pane.Result{found(list(t))})},
		uitest.State{Name: "checking failed", Draw: draw([]pane.Result{found(list(t)), {Err: down}})},
		uitest.State{Name: "no verifier", Draw: draw([]pane.Result{unchecked})},
		uitest.State{Name: "covered through", Draw: draw([]pane.Result{of(list(t), good)})},
		uitest.State{Name: "one failed", Draw: draw([]pane.Result{of(list(t), bad)})},
		uitest.State{Name: "why", Draw: draw([]pane.Result{of(list(t), bad)}, "enter")},
		uitest.State{Name: "no root", Draw: draw([]pane.Result{of(list(t), noRoot)})},
		uitest.State{Name: "claims differ", Draw: draw([]pane.Result{of(list(t), claimsOther)}, "/", "d", "i", "f", "f", "e", "r", "s", "enter")},
		uitest.State{Name: "policy", Draw: draw([]pane.Result{of(list(t), good)}, "p")},
		uitest.State{Name: "statement", Draw: draw([]pane.Result{of(list(t), good)}, "j", "enter", "j")},
		uitest.State{Name: "search", Draw: draw([]pane.Result{of(list(t), good)}, "/", "m", "a", "i", "n")})
}
