package tagdiff

import (
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/theme"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

func TestStates(t *testing.T) {
	forbidden := &model.Error{Kind: model.ErrForbidden, Message: "this token may not read " + pkg, Cure: "give it read:packages"}
	down := &model.Error{Kind: model.ErrUnreachable, Message: "ghcr.io did not answer in 10 s", Cure: "check the network"}
	// draw shows what the answers make of the two versions, or of the channel,
	// and then presses keys.
	draw := func(channel bool, answers []any, then ...string) func(th theme.Theme, w, h int) uitest.View {
		return func(th theme.Theme, w, h int) uitest.View {
			p := at(th, w, h)
			if channel {
				p = NewChannel(th, "prod")
				p.SetFocus(true)
				p.SetSize(w, h)
				p.Update(pane.Surveyed{Survey: survey()})
			}
			for _, a := range answers {
				if err, ok := a.(error); ok {
					p.Update(pane.Result{To: Name, Gen: 1, Err: err})
					continue
				}
				give(p, a)
			}
			uitest.Press(t, p, then...)
			return p
		}
	}
	uitest.States(t,
		uitest.State{Name: "loading", Draw: draw(false, nil)},
		uitest.State{Name: "empty", Draw: draw(false, []any{model.Diff{}})},
		uitest.State{Name: "failed", Draw: draw(false, []any{error(down)})},
		uitest.State{Name: "forbidden", Draw: draw(false, []any{error(forbidden)})},
		uitest.State{Name: "diff", Draw: draw(false, []any{story()})},
		uitest.State{Name: "search", Draw: draw(false, []any{story()}, "/", "c", "l", "a", "u")},
		uitest.State{Name: "files failed", Draw: func(th theme.Theme, w, h int) uitest.View {
			p := draw(false, []any{story()}, "f")(th, w, h).(*Pane)
			p.Update(pane.Result{To: Name, Gen: 1, Err: down})
			return p
		}},
		uitest.State{Name: "channel loading", Draw: draw(true, nil)},
		uitest.State{Name: "channel empty", Draw: draw(true, []any{model.ChannelDiff{Channel: "prod"}})},
		uitest.State{Name: "channel failed", Draw: draw(true, []any{error(down)})},
		uitest.State{Name: "channel", Draw: draw(true, []any{channel()})})
}
