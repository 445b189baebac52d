package modal

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

// screen is a background of dots.
func screen(w, h int) string {
	return strings.TrimSuffix(strings.Repeat(strings.Repeat(".", w)+"\n", h), "\n")
}

func TestQuietPeriodSwallowsWhatWasTypedAhead(t *testing.T) {
	s := NewStack(uitest.Theme(), After)
	s.SetSize(120, 40)
	c := NewConfirm(uitest.Theme(), ready())
	if s.Push(c) == nil {
		t.Fatal("no command ends the quiet period")
	}
	for _, k := range []string{"p", "r", "o", "d", "enter"} {
		if out, _ := s.Update(uitest.Key(k)); out != nil {
			t.Fatalf("%s went through: %v", k, out)
		}
	}
	view := s.View(screen(120, 40), "")
	if !strings.Contains(view, "not taken: p r o d enter") {
		t.Errorf("swallowed keys are not shown:\n%s", view)
	}
	if strings.Contains(view, "Type prod") {
		t.Error("the word is asked for while keys are not taken")
	}
	s.Update(quietOver{gen: 1}) // of the period that the first key has ended
	if out, _ := s.Update(uitest.Key("enter")); out != nil || !s.quiet {
		t.Fatal("an old end ended the newer period")
	}
	s.Update(quietOver{gen: s.gen})
	if !strings.Contains(s.View(screen(120, 40), ""), "Type prod") {
		t.Error("the word is not asked for after the quiet period")
	}
	var out Outcome
	for _, k := range []string{"p", "r", "o", "d", "enter"} {
		out, _ = s.Update(uitest.Key(k))
	}
	if out != (Confirmed{}) {
		t.Errorf("after the quiet period: %v, want Confirmed", out)
	}
}

func TestQuietPeriodEndsThoughAKeyIsHeld(t *testing.T) {
	s := NewStack(uitest.Theme(), After)
	s.Push(NewConfirm(uitest.Theme(), ready()))
	for range 50 {
		s.Update(uitest.Key("j"))
	}
	if s.gen != 1+quietRestarts {
		t.Errorf("the period was started anew %d times, want %d", s.gen-1, quietRestarts)
	}
}

func TestEscWorksInTheQuietPeriod(t *testing.T) {
	s := NewStack(uitest.Theme(), After)
	s.Push(NewConfirm(uitest.Theme(), ready()))
	if out, _ := s.Update(uitest.Key("esc")); out != (Cancelled{}) {
		t.Errorf("esc gave %v, want Cancelled", out)
	}
}

func TestOnlyTheFrontTakesKeysAndItsReturnIsGuarded(t *testing.T) {
	s := NewStack(uitest.Theme(), After)
	s.SetSize(80, 24)
	c := NewConfirm(uitest.Theme(), ready())
	s.Push(c)
	s.Update(quietOver{gen: s.gen})
	ask := NewAsk(uitest.Theme(), "Quit?", nil, "quit", "stay")
	s.Push(ask)
	s.Update(quietOver{gen: s.gen})
	s.Update(uitest.Key("p"))
	if c.input[onWord].Value() != "" {
		t.Error("a key reached the dialog behind")
	}
	s.Remove(ask)
	if s.Front() != Modal(c) || !s.quiet {
		t.Error("the dialog that comes to the front again is not guarded")
	}
	s.Push(NewAsk(uitest.Theme(), "Quit?", nil, "quit", "stay"))
	other := running()
	s.Replace(c, other)
	if s.Len() != 2 || s.Has(c) || !s.Has(other) || s.Front() == Modal(other) {
		t.Error("a dialog behind was not replaced in its place")
	}
}

func TestStackFitsAnyTerminal(t *testing.T) {
	long := blocked(true, "immutable-tag")
	long.Head = []Line{{Text: strings.Repeat("a long sentence ", 30)}}
	dialogs := map[string]func() Modal{
		"confirm": func() Modal { return NewConfirm(uitest.Theme(), ready()) },
		"blocked": func() Modal { return NewConfirm(uitest.Theme(), long) },
		"chooser": func() Modal {
			return NewChooser(uitest.Theme(), "Retag", nil, []TagChoice{{Tag: strings.Repeat("x", 100)}})
		},
		"help": func() Modal { return NewHelp(uitest.Theme(), KeyScopes(uitest.Theme())) },
		"palette": func() Modal {
			return NewPalette(uitest.Theme(), []Entry{{Label: "pkg", Help: strings.Repeat("h", 200)}})
		},
		"progress": func() Modal {
			return running()
		},
		"ask":     func() Modal { return NewAsk(uitest.Theme(), "Quit?", long.Head, "quit", "stay") },
		"message": func() Modal { return NewMessage(uitest.Theme(), "Title", long.Head, "x") },
		"working": func() Modal { return NewWorking(uitest.Theme(), "Planning", long.Head) },
	}
	for name, build := range dialogs {
		t.Run(name, func(t *testing.T) {
			s := NewStack(uitest.Theme(), After)
			s.Push(build())
			for _, size := range [][2]int{{60, 15}, {61, 16}, {79, 23}, {80, 23}, {99, 27}, {100, 28}, {120, 39}, {160, 44}, {200, 59}, {20, 4}, {1, 1}, {0, 0}} {
				w, h := size[0], size[1]
				s.SetSize(w, h)
				for range 3 {
					if w == 0 || h == 0 {
						s.View("", "")
						continue
					}
					lines := strings.Split(s.View(screen(w, h), "note"), "\n")
					if w >= 60 && len(lines) != h {
						t.Fatalf("%d×%d: %d lines", w, h, len(lines))
					}
					for i, l := range lines {
						if got := ansi.StringWidth(l); w >= 60 && got > w {
							t.Fatalf("%d×%d: line %d is %d wide: %q", w, h, i, got, l)
						}
					}
					s.Update(uitest.Key("enter"))
					s.Update(quietOver{gen: s.gen})
					s.Update(uitest.Key("tab"))
				}
			}
		})
	}
}
