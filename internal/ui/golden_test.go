package ui

import (
	"fmt"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

// scenes are the screens of the root that goldens hold: what stands on them is
// reached by keys, as a person would.
func scenes() map[string]func(b *bench) {
	preview := func(b *bench) {
		b.press("enter", "t", "prod", "enter")
		b.rest()
		b.elapse()
	}
	return map[string]func(b *bench){
		"home":    func(*bench) {},
		"history": func(b *bench) { b.press("enter") },
		"notice":  func(b *bench) { b.press("D") },
		"help":    func(b *bench) { b.press("?") },
		"palette": func(b *bench) { b.press(":", "ref") },
		"chooser": func(b *bench) { b.press("enter", "t") },
		"planning": func(b *bench) {
			b.press("enter", "t", "prod", "enter")
		},
		"quiet": func(b *bench) {
			b.press("enter", "t", "prod", "enter")
			b.rest()
			b.press("pro")
		},
		"preview": preview,
		"preview-typed": func(b *bench) {
			preview(b)
			b.press("tab", "claude exits at start on arm64", "tab", "INC-412", "tab", "pro", "enter")
		},
		"preview-long": func(b *bench) {
			b.fake.plan = longPlan
			preview(b)
		},
		"blocked": func(b *bench) {
			b.fake.plan = func(req model.RetagRequest) (model.Plan, error) {
				p := goodPlan(req)
				p.Blockers = []model.Remark{{Code: model.CodeImmutableTag, Package: "containai", Override: true,
					Message: "v1.3.0 is an immutable tag: consumers trust that it never moves"}}
				return p, nil
			}
			preview(b)
		},
		"nothing-to-do": func(b *bench) {
			b.fake.plan = func(req model.RetagRequest) (model.Plan, error) {
				p := goodPlan(req)
				p.Changes, p.Effects, p.Warnings = nil, nil, nil
				return p, nil
			}
			preview(b)
		},
		"no-plan": func(b *bench) {
			b.fake.plan = func(model.RetagRequest) (model.Plan, error) { return model.Plan{}, errDown }
			preview(b)
		},
		"executing": func(b *bench) {
			b.fake.plan = longPlan
			preview(b)
			b.press("prod", "enter")
			yes := true
			b.send(steppedMsg{gen: b.root.run.gen, step: model.Step{Index: 0, Package: "containai-log-forwarder", Tag: "prod", State: model.StepDone, Verified: &yes}})
			b.send(steppedMsg{gen: b.root.run.gen, step: model.Step{Index: 1, Package: "containai-proxy", Tag: "prod", State: model.StepMoving}})
			b.press("x")
		},
		"result": func(b *bench) {
			preview(b)
			b.press("prod", "enter")
			b.rest()
			b.elapse()
		},
		"quit-with-marks": func(b *bench) {
			b.home.marks = make([]model.Digest, 2)
			b.press("q")
			b.elapse()
		},
		"refresh-failed": func(b *bench) {
			b.fake.refreshErr = errDown
			b.press("r")
			b.rest()
		},
	}
}

// longPlan moves more tags than a small screen has lines.
func longPlan(req model.RetagRequest) (model.Plan, error) {
	p := goodPlan(req)
	p.Changes, p.Effects = nil, nil
	for i := range 24 {
		pkg := fmt.Sprintf("containai-package-%02d", i+1)
		from, to := digest(pkg+"from"), digest(pkg+"to")
		p.Changes = append(p.Changes, model.Change{Kind: model.MoveTag, Package: pkg, Tag: "prod", From: from, To: to})
		p.Effects = append(p.Effects, model.Effect{Package: pkg, Tag: "prod", Before: from, After: to, Kind: model.EffectMoved, Undo: model.UndoFull})
	}
	return p, nil
}

func TestGoldens(t *testing.T) {
	for name, play := range scenes() {
		sizes := [][2]int{{80, 24}, {160, 45}}
		if name == "help" || name == "palette" {
			sizes = append(sizes, [2]int{120, 40}, [2]int{200, 60})
		}
		for _, size := range sizes {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				b := newBench(t, nil)
				b.home.view = strings.TrimSuffix(strings.Repeat(strings.Repeat("home ", 40)+"\n", 60), "\n")
				b.rest()
				b.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
				play(b)
				uitest.Golden(t, fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), b.root.View())
			})
		}
		t.Run(name+"-40x12", func(t *testing.T) {
			b := newBench(t, nil)
			b.rest()
			play(b)
			b.send(tea.WindowSizeMsg{Width: 40, Height: 12})
			b.sees("LIVE", "needs 60×16, has 40×12")
		})
	}
	t.Run("too-small", func(t *testing.T) {
		b := newBench(t, func(o *Options) { o.Demo = true })
		b.rest()
		b.send(tea.WindowSizeMsg{Width: 40, Height: 12})
		uitest.Golden(t, "too-small-40x12", b.root.View())
	})
	t.Run("ascii", func(t *testing.T) {
		b := newBench(t, func(o *Options) { o.Theme = uitest.ASCIITheme(); o.Demo = true })
		b.rest()
		scenes()["preview"](b)
		view := b.root.View()
		for _, r := range view {
			if r > 0x7e {
				t.Fatalf("%q is not ASCII:\n%s", r, view)
			}
		}
		uitest.Golden(t, "ascii-preview-80x24", view)
	})
}
