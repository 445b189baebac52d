package theme

import (
	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"github.com/novotnyllc/caitui/internal/ui/present"
)

// Mark is a glyph with a meaning, see present.Mark.
type Mark = present.Mark

// The names of themes. Auto takes dark or light by the terminal's ground, and
// ansi16 where the terminal has no more than 16 colours.
const (
	Auto   = "auto"
	Dark   = "dark"
	Light  = "light"
	ANSI16 = "ansi16"
	None   = "none"
)

// Names lists the themes a person can ask for.
func Names() []string { return []string{Auto, Dark, Light, ANSI16, None} }

// Options is what New makes a theme from. The zero Options is the default
// theme on lipgloss' default renderer.
type Options struct {
	Renderer *lipgloss.Renderer
	Name     string // one of Names, "" is Auto; an unknown name is Auto too
	ASCII    bool   // draw with ASCII twins only
}

// Theme is the styles by meaning. It is a value; copy it freely.
type Theme struct {
	Base  lipgloss.Style // ordinary text
	Title lipgloss.Style // title of a pane or dialog
	Crumb lipgloss.Style // breadcrumbs
	Muted lipgloss.Style // what may be overlooked
	// Accent is the one colour that attracts; Strong is the name of a thing.
	Accent, Strong lipgloss.Style
	Danger         lipgloss.Style // what may do harm, or is broken
	Warn, Good     lipgloss.Style
	// Added, Removed and Changed are for differences.
	Added, Removed, Changed lipgloss.Style
	// Selected is the row under the cursor of the focused pane, SelectedBlur
	// that of the others.
	Selected, SelectedBlur lipgloss.Style
	Cursor                 lipgloss.Style // the cursor's glyph
	Marked                 lipgloss.Style // a marked row
	Header                 lipgloss.Style // a table's column titles
	// Key, KeyDanger and KeyOff are key names in footer and help.
	Key, KeyDanger, KeyOff lipgloss.Style
	Border, BorderFocus    lipgloss.Style
	Demo, Live             lipgloss.Style // the two words of the status line
	Field                  lipgloss.Style // where a person types
	Match                  lipgloss.Style // what a search found
	Glyphs                 Glyphs
	// ASCII is whether only ASCII may be drawn.
	ASCII bool
	// Name is the theme that was chosen, never Auto.
	Name string
}

// Glyphs are the marks as this terminal can draw them.
type Glyphs struct {
	OK, Warn, Bad, Dot, Cursor, Here, Arrow, Crumb, Ellipsis, Rule, Dash string
	// Box drawing for dialogs.
	Side, TopLeft, TopRight, BottomLeft, BottomRight string
}

// New makes a theme. It may ask the renderer for the terminal's ground and
// colours, so it is called once, before the program runs.
func New(o Options) Theme {
	r := o.Renderer
	if r == nil {
		r = lipgloss.DefaultRenderer()
	}
	name := resolve(o.Name, r)
	t := styles(r, paletteOf(name))
	t.Name, t.ASCII, t.Glyphs = name, o.ASCII, glyphs(o.ASCII)
	return t
}

func resolve(name string, r *lipgloss.Renderer) string {
	switch name {
	case Dark, Light, ANSI16, None:
		return name
	}
	switch profile := r.ColorProfile(); {
	case profile == termenv.Ascii:
		return None
	case profile == termenv.ANSI:
		return ANSI16
	case r.HasDarkBackground():
		return Dark
	}
	return Light
}

func glyphs(ascii bool) Glyphs {
	g := func(m Mark) string {
		if ascii {
			return m.ASCII()
		}
		return string(m)
	}
	return Glyphs{
		OK: g(present.MarkOK), Warn: g(present.MarkWarn), Bad: g(present.MarkBad), Dot: g(present.MarkDot),
		Cursor: g(present.MarkCursor), Here: g(present.MarkHere), Arrow: g(present.MarkArrow),
		Crumb: g(present.MarkCrumb), Ellipsis: g(present.MarkEllipsis), Rule: g(present.MarkRule),
		Dash: g(present.MarkDash),
		Side: g("│"), TopLeft: g("┌"), TopRight: g("┐"), BottomLeft: g("└"), BottomRight: g("┘"),
	}
}

// Glyph is a mark as this terminal can draw it.
func (t Theme) Glyph(m Mark) string {
	if t.ASCII {
		return m.ASCII()
	}
	return string(m)
}

// Text is text as this terminal can draw it: unchanged, or in ASCII.
func (t Theme) Text(s string) string {
	if t.ASCII {
		return present.ASCII(s)
	}
	return s
}

// Tone is the style of a presenter's tone.
func (t Theme) Tone(tone present.Tone) lipgloss.Style {
	switch tone {
	case present.Good:
		return t.Good
	case present.Warn:
		return t.Warn
	case present.Bad:
		return t.Danger
	case present.Muted:
		return t.Muted
	case present.Strong:
		return t.Strong
	case present.Plain:
	}
	return t.Base
}

// Line draws a presenter's line: mark and words in the style of its tone. It
// does not cut or wrap.
func (t Theme) Line(l present.Line) string {
	return t.Tone(l.Tone).Render(t.Text(l.String()))
}

// On is a cell's style on a row that has a ground of its own: the cell keeps
// its colour and takes the row's ground and weight. On a reversed row the
// cell's colour would become a ground, so there the row's style stands.
func On(cell, row lipgloss.Style) lipgloss.Style {
	if row.GetReverse() {
		return row
	}
	out := cell
	if _, none := row.GetBackground().(lipgloss.NoColor); !none {
		out = out.Background(row.GetBackground()).Faint(false)
	}
	if row.GetBold() {
		out = out.Bold(true)
	}
	if row.GetUnderline() {
		out = out.Underline(true)
	}
	return out
}

// Unset reports whether a style is the zero style, or as good as one: it says
// nothing about how text looks.
func Unset(s lipgloss.Style) bool {
	_, noFg := s.GetForeground().(lipgloss.NoColor)
	_, noBg := s.GetBackground().(lipgloss.NoColor)
	return noFg && noBg && !s.GetBold() && !s.GetFaint() && !s.GetReverse() &&
		!s.GetUnderline() && !s.GetItalic() && !s.GetStrikethrough()
}
