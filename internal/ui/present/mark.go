package present

import (
	"strings"
	"unicode/utf8"

	"github.com/novotnyllc/caitui/internal/model"
)

// Mark is a glyph with a meaning. Its value is what terminals with Unicode
// show; ASCII gives the twin for those without. A mark always stands beside
// words.
type Mark string

// The marks, all one cell wide.
const (
	MarkNone     Mark = ""
	MarkOK       Mark = "✓"
	MarkWarn     Mark = "!"
	MarkBad      Mark = "✗"
	MarkUnknown  Mark = "?"
	MarkDot      Mark = "·"
	MarkCursor   Mark = ">"
	MarkHere     Mark = "▌"
	MarkArrow    Mark = "→"
	MarkCrumb    Mark = "▸"
	MarkEllipsis Mark = "…"
	MarkRule     Mark = "─"
	MarkDash     Mark = "–"
)

// twin pairs a glyph with what stands for it on a terminal without Unicode.
type twin struct{ glyph, ascii string }

// twins lists every glyph that caitui itself puts on a screen.
func twins() []twin {
	return []twin{
		{"✓", "+"}, {"✗", "x"}, {"·", "."}, {"▌", "|"}, {"→", "->"}, {"▸", ">"},
		{"…", "~"}, {"─", "-"}, {"━", "="}, {"–", "-"}, {"—", "-"}, {"│", "|"},
		{"┌", "+"}, {"┐", "+"}, {"└", "+"}, {"┘", "+"}, {"├", "+"}, {"┤", "+"},
		{"↑", "up"}, {"↓", "down"}, {"←", "left"}, {"×", "x"},
	}
}

// ASCII returns the twin of the mark for terminals without Unicode. The
// arrow's twin is two cells wide, all others one.
func (m Mark) ASCII() string {
	for _, t := range twins() {
		if t.glyph == string(m) {
			return t.ascii
		}
	}
	return string(m)
}

// ASCII replaces every glyph of caitui by its twin and any other character
// outside ASCII by "?", for terminals that cannot draw them. It may make text
// longer, so it is applied before measuring. ASCII text is returned as it is.
func ASCII(s string) string {
	if isASCII(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		if r < utf8.RuneSelf {
			b.WriteRune(r)
			continue
		}
		if a := Mark(r).ASCII(); a != string(r) {
			b.WriteString(a)
		} else {
			b.WriteByte('?')
		}
	}
	return b.String()
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Tone is how something stands, for the theme to colour. The zero Tone is
// plain text.
type Tone int

// The tones.
const (
	Plain Tone = iota
	Good
	Warn
	Bad
	Muted
	Strong // the thing itself: a name, a release
)

// Cell is one cell of a table as data: a mark (may be none), words, and how
// they stand. Text is one line, sanitised and not cut.
type Cell struct {
	Mark Mark
	Text string
	Tone Tone
}

// String is the cell as plain text.
func (c Cell) String() string {
	switch {
	case c.Mark == MarkNone:
		return c.Text
	case c.Text == "":
		return string(c.Mark)
	}
	return string(c.Mark) + " " + c.Text
}

// Line is one line of text as data, like a Cell but with room to wrap.
type Line = Cell

// Texts are lines as plain text.
func Texts(lines []Line) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = l.String()
	}
	return out
}

// text is a plain cell of remote text.
func text(s string) Cell { return Cell{Text: model.Sanitize(s)} }

// muted is a quiet cell of our own words.
func muted(s string) Cell { return Cell{Text: s, Tone: Muted} }
