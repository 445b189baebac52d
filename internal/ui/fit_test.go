package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
	"github.com/novotnyllc/caitui/internal/ui/versionrows"
)

// everySize resizes a screen through the sizes at which caitui draws, odd ones
// among them, with and without more than ASCII.
func everySize(t *testing.T, play func(t *testing.T, change func(*Options)) *bench) {
	t.Helper()
	for _, ascii := range []bool{false, true} {
		b := play(t, func(o *Options) {
			if ascii {
				o.Theme = uitest.ASCIITheme()
			}
		})
		for _, size := range [][2]int{{60, 16}, {61, 17}, {72, 20}, {79, 24}, {99, 27}, {100, 28}, {119, 31}, {131, 43}, {199, 59}, {240, 70}} {
			b.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]}) // send checks that it fits
			if view := b.root.View(); ascii && strings.ContainsFunc(view, func(r rune) bool { return r > 0x7e }) {
				t.Errorf("at %v it is not ASCII:\n%s", size, view)
			}
		}
	}
}

// hostile is shipped with what somebody might publish to break a screen: wide
// characters and escapes in tags, many of them and long ones.
func hostile() model.Survey {
	s := shipped()
	for i := range s.Inventory.Packages {
		p := &s.Inventory.Packages[i]
		versions := slices.Clone(p.Snapshot.Versions)
		for n := range 20 {
			versions[1].Tags = append(versions[1].Tags, fmt.Sprintf("漢字-%d-\x1b[2J\u202e%s", n, strings.Repeat("long-", 24)))
		}
		p.Snapshot = model.NewSnapshot(p.Spec.Name, model.OriginAPI, s.Inventory.ReadAt, versions)
	}
	return model.NewSurvey(s.Inventory, model.Past{})
}

// choices are the dialogs that lead from a version to others.
func choices(t *testing.T, s model.Survey) map[string]pane.Action {
	t.Helper()
	in := versionrows.Load(s, "containai", true)
	i := slices.IndexFunc(in.Rows, func(r *versionrows.Row) bool { return r.Digest == at("containai", "v1.3.0") })
	if i < 0 {
		t.Fatal("v1.3.0 is not there")
	}
	return map[string]pane.Action{"same-release": in.Rows[i].SameRelease(), "its-tags": in.Rows[i].OtherTags(), "untag": in.Rows[i].Untag(in.Rows[i].Digest)}
}

func TestChoosersOfVersions(t *testing.T) {
	for name, s := range map[string]model.Survey{"": shipped(), "hostile-": hostile()} {
		for title, action := range choices(t, s) {
			t.Run(name+title, func(t *testing.T) {
				everySize(t, func(t *testing.T, change func(*Options)) *bench {
					b := onChannel(t, change, nil)
					b.later(b.root.act(action))
					b.press("down", "down")
					return b
				})
			})
			if name != "" {
				continue
			}
			for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
				b := onChannel(t, nil, nil)
				b.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
				b.later(b.root.act(action))
				uitest.Golden(t, fmt.Sprintf("%s-%dx%d", title, size[0], size[1]), b.root.View())
			}
		}
	}
}

// The screens of one package's change, help and palette, and the dialogs of
// columns.
func TestScreensFitEverySize(t *testing.T) {
	for name, play := range scenes() {
		t.Run(name, func(t *testing.T) {
			everySize(t, func(t *testing.T, change func(*Options)) *bench {
				b := newBench(t, change)
				b.rest()
				play(b)
				return b
			})
		})
	}
	t.Run("columns", func(t *testing.T) {
		everySize(t, func(t *testing.T, change func(*Options)) *bench {
			b, _ := arranging(t, 30, change)
			b.press("c", "enter", "enter", "down", " ")
			return b
		})
	})
}
