package ui

import (
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/rawview"
	"github.com/novotnyllc/caitui/internal/ui/sbom"
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

// The SBOM of a version opens, that of another is fetched for the comparison,
// and the document's own bytes are shown without asking anybody.
func TestSBOMOpensAndIsCompared(t *testing.T) {
	b := newBench(t, func(o *Options) {
		o.panes.sbom = func(a pane.ShowSBOM) pane.Pane { return sbom.New(uitest.Theme(), a) }
		o.panes.raw = func(a pane.ShowRaw) pane.Pane { return rawview.New(uitest.Theme(), a.Package, a.Digest) }
	})
	b.rest()
	b.later(b.root.act(pane.ShowSBOM{Package: "containai", Digest: digest("new"), Against: digest("old")}))
	b.rest()
	view := uitest.Plain(b.root.View())
	for _, want := range []string{"SPDX 2.3", "1 of another version", digest("old").Short(), digest("new").Short()} {
		if !strings.Contains(view, want) {
			t.Errorf("%q is not on the screen:\n%s", want, view)
		}
	}
	if b.fake.called("sboms containai "+digest("new").Short()) != 1 || b.fake.called("sboms containai "+digest("old").Short()) != 1 {
		t.Error("not each version was asked for once")
	}
	b.later(b.root.act(pane.ShowContent{Content: &model.RawContent{Package: "containai", Digest: digest("document"), Body: []byte(`{"spdxVersion":"SPDX-2.3"}`)}}))
	b.rest()
	if view := uitest.Plain(b.root.View()); !strings.Contains(view, "spdxVersion") || b.fake.called("raw containai") != 0 {
		t.Errorf("the document is not on the screen:\n%s", view)
	}
}
