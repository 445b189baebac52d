package ui

import (
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

// benchRoot is the console with its real panes and data.
func benchRoot(b *testing.B, set func(*fake)) *Root {
	b.Helper()
	f := newFake()
	if set != nil {
		set(f)
	}
	r := New(Options{Service: f, Theme: uitest.Theme(), Now: noon, First: survey(0)})
	r.Init()
	r.Update(tea.WindowSizeMsg{Width: 200, Height: 60})
	return r
}

// One key and the frame after it: the console's own share of the 8 ms from key
// to changed screen.
func BenchmarkKeyToFrameHome(b *testing.B) {
	r := benchRoot(b, nil)
	moves := []tea.KeyMsg{uitest.Key("2"), uitest.Key("j"), uitest.Key("k")}
	for i := 0; b.Loop(); i++ {
		r.Update(moves[i%len(moves)])
		_ = r.View()
	}
}

func BenchmarkKeyToFramePreview(b *testing.B) {
	r := benchRoot(b, func(f *fake) { f.plan = longPlan })
	r.act(pane.Retag{Package: "containai", Digest: digest("old"), Tag: "prod"})
	plan, err := longPlan(r.retag.req)
	if err != nil {
		b.Fatal(err)
	}
	r.Update(plannedMsg{gen: r.retag.gen, plan: plan})
	if r.modals.Len() == 0 {
		b.Fatal("no preview")
	}
	keys := []tea.KeyMsg{uitest.Key("x"), uitest.Key("backspace"), uitest.Key("down"), uitest.Key("up")}
	for i := 0; b.Loop(); i++ {
		r.Update(keys[i%len(keys)])
		_ = r.View()
	}
}
