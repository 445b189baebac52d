package ui

import (
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/rawview"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

// Content opens above content, and each way back leads to where it came from.
func TestRawContentOpensInTurn(t *testing.T) {
	b := newBench(t, func(o *Options) {
		o.panes.raw = func(a pane.ShowRaw) pane.Pane { return rawview.New(uitest.Theme(), a.Package, a.Digest) }
	})
	b.rest()
	for _, name := range []string{"new", "old"} {
		b.later(b.root.act(pane.ShowRaw{Package: "containai", Digest: digest(name)}))
		b.rest()
		if view := uitest.Plain(b.root.View()); !strings.Contains(view, "raw "+digest(name).Short()) || !strings.Contains(view, "schemaVersion: 2") {
			t.Errorf("the content of %s is not on the screen:\n%s", name, view)
		}
	}
	b.press("esc")
	if view := uitest.Plain(b.root.View()); !strings.Contains(view, "raw "+digest("new").Short()) || !strings.Contains(view, "schemaVersion: 2") {
		t.Errorf("esc does not go back to the first:\n%s", view)
	}
	b.press("esc")
	if b.root.top() != pane.Pane(b.home) || b.fake.called("raw containai") != 2 {
		t.Errorf("on top is %s after %d readings", b.root.top().ID(), b.fake.called("raw containai"))
	}
}
