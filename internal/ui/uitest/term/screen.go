package term

import (
	"fmt"
	"image/color"
	"regexp"
	"strings"
	"time"
)

// Screen is what the terminal shows as text, spaces at line ends taken away.
func (x *Term) Screen() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.screen()
}

func (x *Term) screen() string {
	lines := make([]string, x.em.Height())
	for y := range lines {
		text, _ := x.row(y)
		lines[y] = strings.TrimRight(text, " ")
	}
	return strings.Join(lines, "\n")
}

// Line is one line of the screen from 0, "" beyond it.
func (x *Term) Line(y int) string {
	lines := strings.Split(x.Screen(), "\n")
	if y < 0 || y >= len(lines) {
		return ""
	}
	return lines[y]
}

// row is one line of the screen and, for each of its bytes, the column of the
// cell that it stands in. The second cell of a wide character has no bytes.
func (x *Term) row(y int) (text string, columns []int) {
	var b strings.Builder
	for col := 0; col < x.em.Width(); {
		content, width := " ", 1
		if c := x.em.CellAt(col, y); c != nil && c.Content != "" {
			content, width = c.Content, max(c.Width, 1)
		}
		b.WriteString(content)
		for range len(content) {
			columns = append(columns, col)
		}
		col += width
	}
	return b.String(), columns
}

// Find returns column and line of the first place where the screen shows text.
func (x *Term) Find(text string) (col, line int, ok bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for y := range x.em.Height() {
		row, columns := x.row(y)
		if i := strings.Index(row, text); i >= 0 && i < len(columns) {
			return columns[i], y, true
		}
	}
	return 0, 0, false
}

// Colors are ink and ground of a cell as #rrggbb, "" for the terminal's own.
func (x *Term) Colors(col, line int) (ink, ground string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	c := x.em.CellAt(col, line)
	if c == nil {
		return "", ""
	}
	return hex(c.Style.Fg), hex(c.Style.Bg)
}

func hex(c color.Color) string {
	if c == nil {
		return ""
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

// AltScreen reports whether the program has the alternate screen.
func (x *Term) AltScreen() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.em.IsAltScreen()
}

// CursorHidden reports whether the program has hidden the cursor.
func (x *Term) CursorHidden() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.em.CursorHidden()
}

// ANSI is the screen with its colours as escapes, for making a picture.
func (x *Term) ANSI() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.em.Render()
}

// Raw is everything that the program has written so far.
func (x *Term) Raw() []byte {
	x.mu.Lock()
	defer x.mu.Unlock()
	return append([]byte(nil), x.raw...)
}

// WaitFor waits until the screen matches an expression, and returns what
// matched and its groups. (?s) lets a dot match line ends.
func (x *Term) WaitFor(expr string, limit time.Duration) []string {
	x.t.Helper()
	re := regexp.MustCompile(expr)
	var found []string
	x.until("the screen to show "+expr, limit, func(screen string) bool {
		found = re.FindStringSubmatch(screen)
		return found != nil
	})
	return found
}

// WaitGone waits until the screen does not match an expression.
func (x *Term) WaitGone(expr string, limit time.Duration) {
	x.t.Helper()
	re := regexp.MustCompile(expr)
	x.until("the screen not to show "+expr, limit, func(screen string) bool { return !re.MatchString(screen) })
}

// WaitScreen waits until a condition of the screen holds; what says it in
// words for the failure.
func (x *Term) WaitScreen(what string, limit time.Duration, holds func(screen string) bool) {
	x.t.Helper()
	x.until(what, limit, holds)
}

func (x *Term) until(what string, limit time.Duration, holds func(screen string) bool) {
	x.t.Helper()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	exited := x.exited
	ended := false
	for {
		x.mu.Lock()
		screen, changed := x.screen(), x.changed
		x.mu.Unlock()
		if holds(screen) {
			return
		}
		if ended {
			x.fail("the program has ended, in vain waited for %s", what)
		}
		select {
		case <-changed:
		case <-exited:
			ended, exited = true, nil // one more look: its last output is there now
		case <-timer.C:
			x.fail("within %s in vain waited for %s", limit, what)
		}
	}
}
