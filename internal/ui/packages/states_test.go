package packages

import (
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/theme"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

// every is the healthy survey with all packages changed.
func every(change func(p *model.PackageState)) model.Survey {
	s := healthy()
	for i := range s.Inventory.Packages {
		change(&s.Inventory.Packages[i])
	}
	return s
}

func TestStates(t *testing.T) {
	forbidden := &model.Error{Kind: model.ErrForbidden, Message: "this token may not list the packages of novotnyllc", Cure: "give it read:packages"}
	down := &model.Error{Kind: model.ErrUnreachable, Message: "api.github.com did not answer in 10 s", Cure: "check the network"}
	draw := func(msgs ...any) func(th theme.Theme, w, h int) uitest.View {
		return func(th theme.Theme, w, h int) uitest.View {
			p := New(th)
			p.SetFocus(true)
			p.SetSize(w, h)
			for _, msg := range msgs {
				_, cmd := p.Update(msg)
				uitest.Answer(p, cmd)
			}
			return p
		}
	}
	read := built(t)
	told := func(s model.Survey) pane.Surveyed { return pane.Surveyed{Survey: s} }
	barred := every(func(p *model.PackageState) {
		p.Known, p.Err, p.Snapshot, p.Info = false, forbidden, model.Snapshot{}, model.PackageInfo{VersionCount: -1}
	})
	for i, c := range barred.Channels {
		barred.Channels[i] = model.ChannelState{Name: c.Name, Attested: model.Attested{Found: -1, Expected: -1}}
		for _, m := range c.Members {
			barred.Channels[i].Members = append(barred.Channels[i].Members, model.ChannelMember{Package: m.Package, State: model.MemberError, Err: forbidden})
		}
	}
	barred.Releases = nil
	uitest.States(t,
		uitest.State{Name: "loading", Draw: draw()},
		uitest.State{Name: "unread", Draw: draw(told(states()["unread"]))},
		uitest.State{Name: "empty", Draw: draw(told(states()["empty"]))},
		uitest.State{Name: "failed", Draw: draw(pane.Result{To: Name, Err: down})},
		uitest.State{Name: "forbidden", Draw: draw(told(barred))},
		uitest.State{Name: "stale", Draw: draw(told(every(func(p *model.PackageState) { p.Fresh, p.Err = false, down })))},
		uitest.State{Name: "hostile", Draw: draw(told(hostile()))},
		uitest.State{Name: "package", Draw: func(th theme.Theme, w, h int) uitest.View {
			p := draw(told(read))(th, w, h).(*Pane)
			uitest.Press(t, p, "2", "j")
			return p
		}},
		uitest.State{Name: "filter", Draw: func(th theme.Theme, w, h int) uitest.View {
			p := draw(told(healthy()))(th, w, h).(*Pane)
			uitest.Press(t, p, "/", "k", "i", "n", "d", ":", "a")
			return p
		}})
}
