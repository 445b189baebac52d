package layout

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// FrameWidth and FrameHeight are the cells that Frame takes for itself.
const (
	FrameWidth  = 4
	FrameHeight = 2
)

// Frame draws a box of w × h cells around a view, with a title in its upper
// and a note in its lower edge, both plain text. danger draws the edge in the
// colour of danger; the title has to say so in words.
func Frame(th theme.Theme, title, foot, view string, w, h int, danger bool) string {
	if w < FrameWidth+1 || h < FrameHeight {
		return Fit(view, w, h)
	}
	border, style := th.BorderFocus, th.Title
	if danger {
		border, style = th.Danger, th.Danger
	}
	g := th.Glyphs
	edge := func(left, text, right string) string {
		text = Truncate(th.Text(text), w-6, g.Ellipsis)
		if text == "" {
			return border.Render(left + strings.Repeat(g.Rule, w-2) + right)
		}
		rest := strings.Repeat(g.Rule, max(w-5-Width(text), 0))
		return border.Render(left+g.Rule) + " " + style.Render(text) + " " + border.Render(rest+right)
	}
	lines := make([]string, 0, h)
	lines = append(lines, edge(g.TopLeft, title, g.TopRight))
	side := border.Render(g.Side)
	if h > FrameHeight {
		for _, line := range strings.Split(Fit(view, w-FrameWidth, h-FrameHeight), "\n") {
			lines = append(lines, side+" "+Pad(line, w-FrameWidth)+" "+side)
		}
	}
	lines = append(lines, edge(g.BottomLeft, foot, g.BottomRight))
	return strings.Join(lines, "\n")
}
