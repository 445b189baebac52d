package modal

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/layout"
)

// A dialog is a box over the screen it came from where that leaves something
// of the screen to see, else it takes all of it.
const (
	boxWidth  = 100 // from this width on, boxes even where the content wants more
	boxHeight = 28
	marginX   = 4 // columns of background that stay beside a box, in all
	marginY   = 2
)

// dangerous is a Modal whose frame warns; its title says so in words.
type dangerous interface{ Danger() bool }

// positioned is a Modal of more lines than are in sight. What it says of that
// stands in the frame, or beside the title where there is none: a warning that
// nobody scrolls to is a hidden one.
type positioned interface{ Position() string }

// SetSize tells the room that the dialogs have.
func (s *Stack) SetSize(width, height int) {
	s.width, s.height = width, height
	for i := range s.items {
		s.place(i)
	}
}

// framed decides between a box and the whole room.
func (s *Stack) framed(m Modal) (width, height int, box bool) {
	mostW := s.width - layout.FrameWidth - marginX
	mostH := s.height - layout.FrameHeight - marginY - 1 // and the line of keys
	width, height = m.Want(mostW, mostH)
	if s.width < boxWidth || s.height < boxHeight {
		if width > mostW || height > mostH {
			return max(s.width-2, 0), max(s.height-2, 0), false // a blank left and right
		}
	}
	return max(min(width, mostW), 0), max(min(height, mostH), 0), true
}

// place gives a dialog its size. It is done when something changes, not when
// the screen is drawn.
func (s *Stack) place(i int) {
	if s.width == 0 || i < 0 {
		return
	}
	p := &s.items[i]
	p.width, p.height, p.boxed = s.framed(p.Modal)
	p.SetSize(p.width, p.height)
}

// View draws all dialogs over the background, which has the size of the room.
// note is a line that matters more than the keys just now, "" for none.
func (s *Stack) View(background, note string) string {
	out := background
	for i, m := range s.items {
		last := ""
		if i == len(s.items)-1 {
			last = s.lastLine(m, note, m.width)
		}
		where := ""
		if p, ok := m.Modal.(positioned); ok {
			where = p.Position()
		}
		if !m.boxed {
			body := strings.ReplaceAll(layout.Fit(m.View(), m.width, m.height), "\n", "\n ")
			out = layout.Rule(s.th, m.Title(), where, s.width, true) + "\n " + body + "\n " + last
			continue
		}
		danger := false
		if d, ok := m.Modal.(dangerous); ok {
			danger = d.Danger()
		}
		box := layout.Frame(s.th, m.Title(), where, layout.Fit(m.View(), m.width, m.height)+"\n"+last,
			m.width+layout.FrameWidth, m.height+1+layout.FrameHeight, danger)
		out = layout.Overlay(s.mute(out), box, s.width, s.height)
	}
	return out
}

// mute takes the background's colours away, so that the eye goes to the box.
func (s *Stack) mute(background string) string {
	lines := strings.Split(ansi.Strip(background), "\n")
	for i, l := range lines {
		lines[i] = s.th.Muted.Render(l)
	}
	return strings.Join(lines, "\n")
}

// lastLine is what the dialog in front takes for keys, or what happened to
// those that it did not take; or the note.
func (s *Stack) lastLine(m Modal, note string, width int) string {
	if n := s.notice(); n != "" {
		return s.th.Warn.Render(ansi.Truncate(n, width, s.th.Glyphs.Ellipsis))
	}
	if note != "" {
		return ansi.Truncate(note, width, s.th.Glyphs.Ellipsis)
	}
	return strings.TrimPrefix(keys.Footer(s.th, m.Keys(), width+1), " ")
}
