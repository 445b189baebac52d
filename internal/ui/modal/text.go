package modal

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Line is a line of a dialog as presenters make them: clean text with a mark
// and a tone.
type Line = present.Line

// wrap breaks lines to width; what continues a line is indented under it.
func wrap(th theme.Theme, lines []Line, width int) []string {
	if width < 1 {
		return nil
	}
	var out []string
	for _, l := range lines {
		style := th.Tone(l.Tone)
		for _, part := range fold(th.Text(l.String()), width) {
			out = append(out, style.Render(part))
		}
	}
	return out
}

// fold breaks one line at blanks, else where the width ends.
func fold(text string, width int) []string {
	pad := strings.Repeat(" ", len(text)-len(strings.TrimLeft(text, " "))+2)
	if width < len(pad)+10 {
		pad = ""
	}
	head, rest := breakAt(text, width)
	out := []string{head}
	for rest != "" {
		head, rest = breakAt(rest, width-len(pad))
		if head == "" {
			break // a character wider than the line
		}
		out = append(out, pad+head)
	}
	return out
}

// breakAt returns what fits in width, and what is left for the next line.
func breakAt(text string, width int) (head, rest string) {
	head = ansi.Truncate(text, width, "")
	if len(head) == len(text) {
		return head, ""
	}
	if text[len(head)] != ' ' {
		// Not inside a word, unless the word alone is too long for the line.
		if i := strings.LastIndexByte(head, ' '); i > 0 && strings.TrimSpace(head[:i]) != "" {
			head = head[:i]
		}
	}
	return strings.TrimRight(head, " "), strings.TrimLeft(text[len(head):], " ")
}

// widest is the width of the widest line, in cells.
func widest(lines []Line) int {
	w := 0
	for _, l := range lines {
		w = max(w, ansi.StringWidth(l.String()))
	}
	return w
}

// bar draws how much of something is done, at most 40 cells wide, where that
// many cells are free.
func bar(done, total int64, free int) string {
	width := min(max(free-2, 0), 40)
	filled := 0
	if total > 0 {
		filled = int(int64(width) * min(done, total) / total)
	}
	return "[" + strings.Repeat("#", filled) + strings.Repeat("-", width-filled) + "]"
}

// window is the first row of a list in sight, of so many: the cursor stands in
// the last line once it has gone further than that.
func window(cursor, height int) (top, rows int) { return max(cursor-height+1, 0), height }

// scroll is a window onto styled lines.
type scroll struct {
	lines  []string
	top    int
	height int
}

func (s *scroll) set(lines []string, height int) {
	s.lines, s.height = lines, max(height, 0)
	s.move(0)
}

func (s *scroll) move(delta int) {
	s.top = max(min(s.top+delta, len(s.lines)-s.height), 0)
}

// reveal scrolls as little as shows line i.
func (s *scroll) reveal(i int) {
	if i < s.top {
		s.top = i
	}
	if i >= s.top+s.height {
		s.top = i - s.height + 1
	}
	s.move(0)
}

// key moves by a key or a wheel turn and reports whether it was one.
func (s *scroll) key(msg tea.Msg) bool {
	switch name := scrollName(msg); name {
	case "up":
		s.move(-1)
	case "down":
		s.move(1)
	case "pgup":
		s.move(-max(s.height-1, 1))
	case "pgdown":
		s.move(max(s.height-1, 1))
	case "wheel up":
		s.move(-3)
	case "wheel down":
		s.move(3)
	default:
		return false
	}
	return true
}

func scrollName(msg tea.Msg) string {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		return msg.String()
	case tea.MouseMsg:
		return msg.String()
	}
	return ""
}

func (s *scroll) visible() []string {
	return s.lines[min(s.top, len(s.lines)):min(s.top+s.height, len(s.lines))]
}

// where says which lines are seen, "" where all are.
func (s *scroll) where() string {
	if len(s.lines) <= s.height {
		return ""
	}
	return fmt.Sprintf("lines %d to %d of %d", s.top+1, min(s.top+s.height, len(s.lines)), len(s.lines))
}

// keys are those that scroll; place is theirs in the last line, where there is
// something to scroll.
func (s *scroll) keys(help string, place int) keys.Binding {
	if len(s.lines) <= s.height {
		place = 0
	}
	return keys.Binding{ID: "scroll", Keys: []string{"up", "down", "pgup", "pgdown"}, Does: "scroll", Help: help, Footer: place}
}

// cancelKey closes a dialog of which nothing has come yet.
func cancelKey() keys.Binding {
	return keys.Binding{ID: "cancel", Keys: []string{"esc"}, Does: "cancel, nothing done", Help: "Close without doing anything.", Footer: 2}
}
