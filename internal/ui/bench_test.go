package ui

import (
	"fmt"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
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
	plan, err := longPlan(model.RetagRequest{Package: "containai", Tag: "prod", Target: digest("old")})
	if err != nil {
		b.Fatal(err)
	}
	r.Update(plannedMsg{gen: r.flow.gen, plan: plan})
	if r.modals.Len() == 0 {
		b.Fatal("no preview")
	}
	keys := []tea.KeyMsg{uitest.Key("x"), uitest.Key("backspace"), uitest.Key("down"), uitest.Key("up")}
	for i := 0; b.Loop(); i++ {
		r.Update(keys[i%len(keys)])
		_ = r.View()
	}
}

// The budget holds with a difference of 10,000 lines on the screen, too.
func BenchmarkKeyToFrameDifferences(b *testing.B) {
	r := benchRoot(b, nil)
	d := differences("containai", digest("old"), digest("new"))
	for i := range 10_000 {
		d.Sections[0].Entries = append(d.Sections[0].Entries, model.DiffEntry{
			Path: fmt.Sprintf("usr/lib/file-%d", i), Change: model.DiffChanged, Before: fmt.Sprintf("mode 0644, %d B", i), After: "mode 0755, 12 B",
		})
	}
	r.act(pane.Compare{Package: "containai", A: digest("old"), B: digest("new")})
	p := r.top()
	_, draw := p.Update(pane.Result{To: p.ID(), Gen: 1, Value: d})
	r.Update(draw())
	moves := []tea.KeyMsg{uitest.Key("n"), uitest.Key("j"), uitest.Key("pgdown"), uitest.Key("N"), uitest.Key("z")}
	for i := 0; b.Loop(); i++ {
		r.Update(moves[i%len(moves)])
		_ = r.View()
	}
}
