package layout

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Width is the cells that a line takes, escapes not counted.
func Width(s string) int { return ansi.StringWidth(s) }

// Truncate shortens a line, styled or not, to at most w cells with tail (the
// theme's ellipsis, or "") at the end of what was cut. Escapes are never cut:
// those behind the cut stay, so that a style ends where it did.
func Truncate(s string, w int, tail string) string {
	switch {
	case w <= 0:
		return ""
	case Width(s) <= w:
		return s
	case Width(tail) > w:
		tail = ""
	}
	return ansi.Truncate(s, w, tail)
}

// Pad fills a line with spaces to exactly w cells, or cuts it to them.
func Pad(s string, w int) string {
	s = Truncate(s, w, "")
	return s + strings.Repeat(" ", max(w-Width(s), 0))
}

// Wrap breaks text into lines of at most w cells, at spaces where it can and
// never at a hyphen: package names, tags and times are full of them.
func Wrap(s string, w int) []string {
	if w <= 0 {
		return nil
	}
	const hyphen, unbreakable = "-", "\u2011" // ansi.Wrap breaks at hyphens
	lines := strings.Split(ansi.Wrap(strings.ReplaceAll(s, hyphen, unbreakable), w, ""), "\n")
	for i, l := range lines {
		lines[i] = strings.ReplaceAll(l, unbreakable, hyphen)
	}
	return lines
}

// Fit clamps a view to exactly h lines of at most w cells: lines too many go
// from the bottom, never from the top.
func Fit(s string, w, h int) string {
	if h <= 0 {
		return ""
	}
	lines := strings.Split(s, "\n")
	if len(lines) > h {
		lines = lines[:h]
	}
	for i, line := range lines {
		lines[i] = Truncate(strings.ReplaceAll(line, "\r", ""), w, "")
	}
	for len(lines) < h {
		lines = append(lines, "")
	}
	return strings.Join(lines, "\n")
}

// Sides puts a left and a right text on one line of w cells. Where both do
// not fit the left one is cut, with tail, down to a third of the line; then
// the right one goes.
func Sides(left, right string, w int, tail string) string {
	const gap = 1
	room := w - Width(right) - gap
	if right == "" || room < w/3 && room < Width(left) {
		return Truncate(left, w, tail)
	}
	left = Truncate(left, room, tail)
	return left + strings.Repeat(" ", max(w-Width(left)-Width(right), 0)) + right
}

// Rule is a line of w cells with a title in it and a note at its right end,
// the border between panes stacked above each other:
//
//	── [1] Channels ──────────────────────── 12–34 of 142 ──
//
// The focused one begins with a bar, so that the focus shows without colour.
// title and right are plain text.
func Rule(th theme.Theme, title, right string, w int, focused bool) string {
	if w <= 0 {
		return ""
	}
	dash, border, style := th.Glyphs.Rule, th.Border, th.Crumb
	head := dash + dash
	if focused {
		head, border, style = th.Glyphs.Here+dash, th.BorderFocus, th.Title
	}
	title, right = th.Text(title), th.Text(right)
	if title == "" {
		return border.Render(Truncate(head+strings.Repeat(dash, w), w, ""))
	}
	if right != "" && Width(title)+Width(right)+ruleRoom > w {
		right = ""
	}
	title = Truncate(title, w-4, th.Glyphs.Ellipsis)
	if title == "" {
		return border.Render(Truncate(head+strings.Repeat(dash, w), w, ""))
	}
	fill := w - Width(title) - 4
	tail := ""
	if right != "" {
		fill -= Width(right) + 4
		tail = " " + th.Muted.Render(right) + " " + border.Render(dash+dash)
	}
	return border.Render(head) + " " + style.Render(title) + " " + border.Render(strings.Repeat(dash, fill)) + tail
}

// ruleRoom is the cells of a Rule that title and note cannot have.
const ruleRoom = 10

// Note joins as many parts as fit beside a title in a Rule of w cells, in their
// order: the most important first. It is "" where not even that one fits.
func Note(th theme.Theme, title string, w int, parts ...string) string {
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	for n := len(parts); n > 0; n-- {
		text := th.Text(strings.Join(parts[:n], " "+th.Glyphs.Dot+" "))
		if Width(th.Text(title))+Width(text)+ruleRoom <= w {
			return text
		}
	}
	return ""
}

// Placed is a view and where it goes.
type Placed struct {
	Rect Rect
	View string
}

// Compose draws views into their rectangles on an empty screen of w × h cells.
// Views are clamped to their rectangles; where two overlap, the later wins.
func Compose(w, h int, parts ...Placed) string {
	if h <= 0 || w <= 0 {
		return strings.Repeat("\n", max(h-1, 0))
	}
	lines := make([]string, h)
	for _, p := range parts {
		if p.Rect.Empty() {
			continue
		}
		view := strings.Split(Fit(p.View, p.Rect.W, p.Rect.H), "\n")
		for i, line := range view {
			if y := p.Rect.Y + i; y >= 0 && y < h {
				lines[y] = splice(lines[y], Pad(line, p.Rect.W), p.Rect.X, p.Rect.W, w)
			}
		}
	}
	return strings.Join(lines, "\n")
}

// Divider is a vertical line of h cells in height, for the column that Screen
// leaves between neighbours.
func Divider(th theme.Theme, h int) string {
	if h <= 0 {
		return ""
	}
	line := th.Border.Render(th.Glyphs.Side)
	return strings.TrimSuffix(strings.Repeat(line+"\n", h), "\n")
}

// Overlay draws a box over the middle of a screen of w × h cells. A box that
// is too large is cut at the right and at the bottom, so give it a size that
// fits.
func Overlay(bg, box string, w, h int) string {
	if w <= 0 || h <= 0 {
		return Fit(bg, w, h)
	}
	back := strings.Split(Fit(bg, w, h), "\n")
	front := strings.Split(box, "\n")
	wide := 0
	for _, line := range front {
		wide = max(wide, Width(line))
	}
	wide = min(wide, w)
	front = front[:min(len(front), h)]
	x, y := (w-wide)/2, (h-len(front))/2
	for i, line := range front {
		back[y+i] = splice(back[y+i], Pad(line, wide), x, wide, w)
	}
	return strings.Join(back, "\n")
}

// splice puts n cells of text into a line from column x on and keeps what
// stands left and right of it, up to w cells.
func splice(line, text string, x, n, w int) string {
	if x < 0 {
		text, n, x = behind(text, -x), n+x, 0
	}
	if x >= w || n <= 0 {
		return line
	}
	left := ended(ansi.Truncate(line, x, ""))
	left += strings.Repeat(" ", max(x-Width(left), 0))
	if x+n >= w {
		return left + ended(Truncate(text, w-x, ""))
	}
	right := ""
	if Width(line) > x+n {
		right = Truncate(behind(line, x+n), w-x-n, "")
	}
	return left + ended(text) + right
}

// behind is what a line shows from column n on. A wide character that the
// column cuts in half becomes a space.
func behind(line string, n int) string {
	want := Width(line) - n
	if want <= 0 {
		return ansi.TruncateLeft(line, n, "")
	}
	out := ansi.TruncateLeft(line, n, "")
	for i := n + 1; Width(out) > want; i++ {
		out = ansi.TruncateLeft(line, i, "")
	}
	return strings.Repeat(" ", want-Width(out)) + out
}

// ended makes sure that a cut styled text does not leave its style on.
func ended(s string) string {
	if strings.Contains(s, "\x1b[") && !strings.HasSuffix(s, "\x1b[0m") && !strings.HasSuffix(s, "\x1b[m") {
		return s + "\x1b[0m"
	}
	return s
}
