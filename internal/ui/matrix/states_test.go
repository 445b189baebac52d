package matrix

import (
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/theme"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

func TestStates(t *testing.T) {
	forbidden := &model.Error{Kind: model.ErrForbidden, Message: "this token may not read packages", Cure: "give it read:packages"}
	s := survey()
	draw := func(s *model.Survey, a pane.ShowMatrix, results []pane.Result, then ...string) func(th theme.Theme, w, h int) uitest.View {
		return func(th theme.Theme, w, h int) uitest.View {
			p := New(th, a)
			p.SetFocus(true)
			p.SetSize(w, h)
			if s != nil {
				p.Update(pane.Surveyed{Survey: *s})
			}
			for _, r := range results {
				r.To = Name
				p.Update(r)
			}
			uitest.Press(t, p, then...)
			return p
		}
	}
	all := []pane.Result{{Value: mixed(s)}}
	nobody := model.Survey{Inventory: model.Inventory{ReadAt: now}}
	unchanneled := model.Survey{Inventory: s.Inventory}
	beside := append(mixed(s), func() model.SetVerification {
		set := audited(s, "prod", nil)
		set.Channel, set.Release = "", "v1.2.0"
		for i := range set.Packages {
			set.Packages[i].Digest = digest(set.Packages[i].Package, "v1.2.0")
		}
		return set
	}())
	uitest.States(t,
		uitest.State{Name: "loading", Draw: draw(nil, pane.ShowMatrix{}, nil)},
		uitest.State{Name: "failed", Draw: draw(nil, pane.ShowMatrix{}, []pane.Result{{Err: forbidden}})},
		uitest.State{Name: "no packages", Draw: draw(&nobody, pane.ShowMatrix{}, nil)},
		uitest.State{Name: "no channels", Draw: draw(&unchanneled, pane.ShowMatrix{}, nil)},
		uitest.State{Name: "checking", Draw: draw(&s, pane.ShowMatrix{}, nil)},
		uitest.State{Name: "some checked", Draw: draw(&s, pane.ShowMatrix{}, []pane.Result{{Value: pane.SomeVerdicts{Sets: mixed(s)[:1]}}})},
		uitest.State{Name: "checked", Draw: draw(&s, pane.ShowMatrix{}, all)},
		uitest.State{Name: "checked, at the one that failed", Draw: draw(&s, pane.ShowMatrix{Channel: "dev"}, all)},
		uitest.State{Name: "checked, nothing there", Draw: draw(&s, pane.ShowMatrix{}, all, "right", "g", "j", "j", "j", "j", "j", "j", "j")},
		uitest.State{Name: "releases", Draw: draw(&s, pane.ShowMatrix{Channel: "dev"}, all, "v")},
		uitest.State{Name: "a release beside", Draw: draw(&s, pane.ShowMatrix{Release: "v1.2.0"}, []pane.Result{{Value: beside}})},
		uitest.State{Name: "checking failed", Draw: draw(&s, pane.ShowMatrix{}, []pane.Result{{Err: forbidden}})})
}
