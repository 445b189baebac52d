package layout

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Stack draws what a pane is made of into w × h cells: the head on top, the
// foot on the last lines whatever happens, and the body between them, cut or
// filled with empty lines.
func Stack(w, h int, head, body, foot []string) string {
	lines := make([]string, 0, max(h, 0))
	lines = append(append(lines, head...), body...)
	room := max(h-len(foot), 0)
	for len(lines) < room {
		lines = append(lines, "")
	}
	lines = append(lines[:room], foot...)
	return Fit(strings.Join(lines, "\n"), w, h)
}

// Column is one of the columns of Columns.
type Column struct {
	W     int
	Lines []string
}

// Columns draws columns side by side in h lines with a divider between
// neighbours. Columns without any width are left out.
func Columns(th theme.Theme, h int, columns ...Column) []string {
	out := make([]string, max(h, 0))
	bar := th.Border.Render(th.Glyphs.Side)
	x := -1 // where the column before ends, and its divider stands
	for _, c := range columns {
		if c.W <= 0 {
			continue
		}
		for i := range out {
			line := ""
			if i < len(c.Lines) {
				line = Truncate(c.Lines[i], c.W, "")
			}
			if x >= 0 {
				out[i] = Pad(out[i], x) + bar
			}
			out[i] += line
		}
		x += 1 + c.W
	}
	return out
}

// sentenceWidth is how wide sentences become, however wide the screen is: lines
// longer than this are hard to read.
const sentenceWidth = 90

// Sentences wraps what is said in place of a table: with a margin, the first
// sentence in the colour of text, the others quieter.
func Sentences(th theme.Theme, w int, sentences ...string) []string {
	out := []string{""}
	for i, s := range sentences {
		style := th.Base
		if i > 0 {
			style = th.Muted
		}
		for _, line := range Wrap(th.Text(s), max(min(w-3, sentenceWidth), 10)) {
			out = append(out, "   "+style.Render(line))
		}
	}
	return out
}
