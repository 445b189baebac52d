package modal

import (
	"fmt"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Transfer shows how far something is that moves bytes, and lets it be stopped.
type Transfer struct {
	th          theme.Theme
	title       string
	lines       []Line
	done, total int64
	took        time.Duration
	width       int
	height      int
}

// NewTransfer builds the dialog.
func NewTransfer(th theme.Theme, title string, lines []Line) *Transfer {
	return &Transfer{th: th, title: title, lines: lines}
}

// Progress tells how far it is and how long it took to get there.
func (t *Transfer) Progress(done, total int64, took time.Duration) {
	t.done, t.total, t.took = done, total, took
}

// Title implements Modal.
func (t *Transfer) Title() string { return t.title }

// Guarded implements Modal: stop must work from the first moment.
func (t *Transfer) Guarded() bool { return false }

// Keys implements Modal.
func (t *Transfer) Keys() []keys.Binding {
	return []keys.Binding{{
		ID: "cancel", Keys: []string{"esc", "x"}, Does: "stop, keep nothing",
		Help: "Stop. What has come so far is taken away again.", Footer: 1,
	}}
}

// Update implements Modal.
func (t *Transfer) Update(msg tea.Msg) (Outcome, tea.Cmd) {
	if k, ok := msg.(tea.KeyMsg); ok {
		if _, ok := keys.Find(t.Keys(), k.String()); ok {
			return Cancelled{}, nil
		}
	}
	return nil, nil
}

// Want implements Modal.
func (t *Transfer) Want(maxWidth, _ int) (width, height int) {
	width = min(max(widest(t.lines), 60), maxWidth)
	return width, len(wrap(t.th, t.lines, width)) + 2
}

// SetSize implements Modal.
func (t *Transfer) SetSize(width, height int) { t.width, t.height = width, height }

// View implements Modal.
func (t *Transfer) View() string {
	lines := append(wrap(t.th, t.lines, t.width),
		ansi.Truncate(bar(t.done, t.total, t.width), t.width, ""),
		ansi.Truncate(t.counts(), t.width, t.th.Glyphs.Ellipsis))
	return strings.Join(lines[max(len(lines)-max(t.height, 0), 0):], "\n")
}

// counts says bytes, rate and time left, as far as they can be said.
func (t *Transfer) counts() string {
	if t.total <= 0 {
		return "nothing has come yet"
	}
	out := fmt.Sprintf("%s of %s", present.Size(t.done), present.Size(t.total))
	if t.took < time.Second || t.done <= 0 {
		return out
	}
	rate := float64(t.done) / t.took.Seconds()
	out += fmt.Sprintf(", %s/s", present.Size(int64(rate)))
	if left := time.Duration(float64(t.total-t.done) / rate * float64(time.Second)); left > 0 {
		out += ", " + present.Duration(left.Round(time.Second)) + " left"
	}
	return out
}
