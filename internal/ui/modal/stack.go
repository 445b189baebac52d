package modal

import (
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// A guarded dialog takes no key until nothing was typed for quietPeriod; each
// key typed meanwhile starts the period anew, at most quietRestarts times, so
// that somebody who leans on a key sees the dialog come to life all the same.
const (
	quietPeriod   = 350 * time.Millisecond
	quietRestarts = 3
)

// quietOver ends the quiet period with the same number.
type quietOver struct{ gen uint64 }

// placed is a dialog with its inner size, as a box or on the whole room.
type placed struct {
	Modal
	width, height int
	boxed         bool
}

// Stack holds the dialogs; the last one is in front and takes all input.
type Stack struct {
	th            theme.Theme
	timer         Timer
	items         []placed
	width, height int

	gen       uint64 // of the quiet period
	quiet     bool
	restarts  int
	swallowed []string
}

// Timer is a command that brings msg after a time.
type Timer func(after time.Duration, msg tea.Msg) tea.Cmd

// After is the Timer by the real clock.
func After(after time.Duration, msg tea.Msg) tea.Cmd {
	return tea.Tick(after, func(time.Time) tea.Msg { return msg })
}

// NewStack builds an empty stack; timer ends its quiet periods.
func NewStack(th theme.Theme, timer Timer) *Stack { return &Stack{th: th, timer: timer} }

// Len is how many dialogs are open.
func (s *Stack) Len() int { return len(s.items) }

// Front is the dialog that takes the input, nil where none is open.
func (s *Stack) Front() Modal {
	if len(s.items) == 0 {
		return nil
	}
	return s.items[len(s.items)-1].Modal
}

func (s *Stack) index(m Modal) int {
	return slices.IndexFunc(s.items, func(p placed) bool { return p.Modal == m })
}

// Has reports whether m is open, in front or not.
func (s *Stack) Has(m Modal) bool { return m != nil && s.index(m) >= 0 }

// Push opens m in front of all others. The command ends its quiet period.
func (s *Stack) Push(m Modal) tea.Cmd {
	s.items = append(s.items, placed{Modal: m})
	s.place(len(s.items) - 1)
	return s.arrive()
}

// Pop closes the dialog in front. What comes to the front again is guarded as
// if it were new: a second key meant for the one that is gone must not hit it.
func (s *Stack) Pop() tea.Cmd {
	if len(s.items) == 0 {
		return nil
	}
	s.items = s.items[:len(s.items)-1]
	return s.arrive()
}

// Remove closes m wherever it stands.
func (s *Stack) Remove(m Modal) tea.Cmd {
	if s.Front() == m {
		return s.Pop()
	}
	s.items = slices.DeleteFunc(s.items, func(p placed) bool { return p.Modal == m })
	return nil
}

// Replace puts m in the place of old, which may be covered by others, or
// pushes it where old is not open.
func (s *Stack) Replace(old, m Modal) tea.Cmd {
	i := s.index(old)
	if i < 0 {
		return s.Push(m)
	}
	s.items[i] = placed{Modal: m}
	s.place(i)
	if m == s.Front() {
		return s.arrive()
	}
	return nil
}

// Clear closes all.
func (s *Stack) Clear() {
	s.items = nil
	s.arrive()
}

// arrive starts the quiet period of the dialog in front, where it wants one.
func (s *Stack) arrive() tea.Cmd {
	s.gen++ // a period under way belongs to another dialog
	s.quiet, s.restarts, s.swallowed = false, 0, nil
	if m := s.Front(); m == nil || !m.Guarded() {
		return nil
	}
	s.setQuiet(true)
	return s.tick()
}

func (s *Stack) setQuiet(quiet bool) {
	s.quiet = quiet
	if q, ok := s.Front().(Quieter); ok {
		q.SetQuiet(quiet)
		s.place(len(s.items) - 1)
	}
}

func (s *Stack) tick() tea.Cmd {
	return s.timer(quietPeriod, quietOver{gen: s.gen})
}

// Owns reports whether msg is the stack's own and goes to Update whatever else
// is happening.
func (s *Stack) Owns(msg tea.Msg) bool {
	_, ok := msg.(quietOver)
	return ok
}

// Update gives msg to the dialog in front. Keys must be single ones.
func (s *Stack) Update(msg tea.Msg) (Outcome, tea.Cmd) {
	if over, ok := msg.(quietOver); ok {
		if over.gen == s.gen && s.quiet {
			s.setQuiet(false)
		}
		return nil, nil
	}
	front := s.Front()
	if front == nil {
		return nil, nil
	}
	if k, ok := msg.(tea.KeyMsg); ok {
		if s.quiet && k.String() != "esc" {
			return nil, s.swallow(k)
		}
		s.swallowed = nil
	}
	out, cmd := front.Update(msg)
	s.place(len(s.items) - 1) // it may want more room than before
	return out, cmd
}

// Deliver gives every dialog a message that is neither key nor mouse: what
// their own commands answered (a spinner's turn).
func (s *Stack) Deliver(msg tea.Msg) tea.Cmd {
	var cmds []tea.Cmd
	for _, m := range s.items {
		_, cmd := m.Update(msg)
		cmds = append(cmds, cmd)
	}
	return tea.Batch(cmds...)
}

// swallow keeps a key from the dialog and remembers it for the eye.
func (s *Stack) swallow(k tea.KeyMsg) tea.Cmd {
	s.swallowed = append(s.swallowed, keyLabel(k))
	if s.restarts >= quietRestarts {
		return nil
	}
	s.restarts++
	s.gen++
	return s.tick()
}

// keyLabel names a key as people know it.
func keyLabel(k tea.KeyMsg) string {
	switch {
	case k.Paste:
		return "pasted text"
	case k.String() == " ":
		return "space"
	}
	return model.Sanitize(k.String())
}

// notice is what the quiet period says in the dialog's last line, or "".
func (s *Stack) notice() string {
	switch {
	case len(s.swallowed) > 0:
		shown := s.swallowed
		const most = 8
		if len(shown) > most {
			shown = shown[len(shown)-most:]
		}
		return "typed too early, not taken: " + strings.Join(shown, " ")
	case s.quiet:
		return "one moment: keys are not taken yet, esc is"
	}
	return ""
}
