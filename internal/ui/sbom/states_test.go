package sbom

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
	draw := func(l *model.SBOMList, err error, then ...string) func(th theme.Theme, w, h int) uitest.View {
		return func(th theme.Theme, w, h int) uitest.View {
			p := opened(th, w, h, l)
			if err != nil {
				p.Update(pane.Result{To: Name, Err: err})
			}
			uitest.Press(t, p, then...)
			return p
		}
	}
	of := func(l model.SBOMList) *model.SBOMList { return &l }
	against := func(th theme.Theme, w, h int) uitest.View {
		p := opened(th, w, h, of(payload("v1.3.0")))
		uitest.Bring(p, pane.CompareSBOM{Package: pkg, Digest: d("v1.2.0")})
		uitest.Bring(p, pane.Result{To: Name, Value: payload("v1.2.0")})
		return p
	}
	uitest.States(t,
		uitest.State{Name: "loading", Draw: draw(nil, nil)},
		uitest.State{Name: "failed", Draw: draw(nil, down)},
		uitest.State{Name: "forbidden", Draw: draw(nil, forbidden)},
		uitest.State{Name: "none for this image", Draw: draw(of(nowhere()), nil)},
		uitest.State{Name: "a place failed", Draw: draw(of(troubled()), nil)},
		uitest.State{Name: "components", Draw: draw(of(payload("v1.3.0")), nil)},
		uitest.State{Name: "stale", Draw: draw(of(payload("v1.3.0")), down)},
		uitest.State{Name: "by licence", Draw: draw(of(payload("v1.3.0")), nil, "b", "g", "enter")},
		uitest.State{Name: "search", Draw: draw(of(payload("v1.3.0")), nil, "/", "p", "y", "p", "i")},
		uitest.State{Name: "details", Draw: draw(of(payload("v1.3.0")), nil, "enter")},
		uitest.State{Name: "against another", Draw: against},
		uitest.State{Name: "several", Draw: draw(of(several()), nil)},
		uitest.State{Name: "the payload's at an image", Draw: draw(of(several()), nil, "n")},
		uitest.State{Name: "not readable", Draw: draw(of(several()), nil, "N")},
	)
}
