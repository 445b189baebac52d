package rawview

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
			p := New(th, pkg, d("manifest"))
			p.SetFocus(true)
			p.SetSize(w, h)
			for _, a := range answers {
				a.To = Name
				uitest.Bring(p, a)
			}
			uitest.Press(t, p, then...)
			return p
		}
	}
	uitest.States(t,
		uitest.State{Name: "loading", Draw: draw(nil)},
		uitest.State{Name: "empty", Draw: draw([]pane.Result{{Value: blob("")}})},
		uitest.State{Name: "failed", Draw: draw([]pane.Result{{Err: down}})},
		uitest.State{Name: "forbidden", Draw: draw([]pane.Result{{Err: forbidden}})},
		uitest.State{Name: "no JSON", Draw: draw([]pane.Result{{Value: blob("\x1b[31mred\x00\xff")}})},
		uitest.State{Name: "manifest", Draw: draw([]pane.Result{{Value: content()}})},
		uitest.State{Name: "search", Draw: draw([]pane.Result{{Value: content()}}, "/", "t", "i", "t", "l", "e")})
}
