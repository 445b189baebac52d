package modal

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/field"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// TagChoice is a tag that exists, with where it points now.
type TagChoice struct {
	Tag  string
	Note string // where it points now, in words
}

// Chooser asks for a tag: one of those that exist, or another that is typed.
// Typing narrows the list down; what is typed and no tag yet stands below as a
// new one.
type Chooser struct {
	th      theme.Theme
	title   string
	head    []Line
	choices []TagChoice
	field   field.Field
	cursor  int // into shown
	shown   []TagChoice
	width   int
	height  int
	wrong   string // why enter did nothing
}

// NewChooser builds a chooser; head says what the tag is chosen for.
func NewChooser(th theme.Theme, title string, head []Line, choices []TagChoice) *Chooser {
	c := &Chooser{th: th, title: title, head: head, choices: choices, field: field.New(th)}
	c.narrow()
	return c
}

// Title implements Modal.
func (c *Chooser) Title() string { return c.title }

// Guarded implements Modal: what is chosen here is only previewed.
func (c *Chooser) Guarded() bool { return false }

// Keys implements Modal.
func (c *Chooser) Keys() []keys.Binding {
	return []keys.Binding{
		{ID: "choose", Keys: []string{"enter"}, Does: "preview", Help: "Preview what moving this tag would change.", Footer: 1},
		cancelKey(),
		{ID: "move", Keys: []string{"up", "down", "pgup", "pgdown"}, Does: "move", Help: "Move in the list of tags.", Footer: 3},
	}
}

// narrow shows what matches the text, and the text itself as a new tag.
func (c *Chooser) narrow() {
	text := c.field.Value()
	c.shown, c.cursor, c.wrong = nil, 0, ""
	exact := false
	for _, choice := range c.choices {
		if !strings.Contains(strings.ToLower(choice.Tag), strings.ToLower(text)) {
			continue
		}
		if choice.Tag == text {
			exact = true
			c.cursor = len(c.shown)
		}
		c.shown = append(c.shown, choice)
	}
	if text != "" && !exact && model.ValidTag(text) == nil {
		c.shown = append(c.shown, TagChoice{Tag: text, Note: "a new tag"})
	}
}

// Update implements Modal.
func (c *Chooser) Update(msg tea.Msg) (Outcome, tea.Cmd) {
	switch scrollName(msg) {
	case "up", "wheel up":
		c.move(-1)
		return nil, nil
	case "down", "wheel down", "tab":
		c.move(1)
		return nil, nil
	case "pgup":
		c.move(-max(c.rows()-1, 1))
		return nil, nil
	case "pgdown":
		c.move(max(c.rows()-1, 1))
		return nil, nil
	case "esc":
		return Cancelled{}, nil
	case "enter":
		return c.choose(), nil
	}
	if k, ok := msg.(tea.KeyMsg); ok && c.field.Update(k) {
		c.narrow()
	}
	return nil, nil
}

func (c *Chooser) move(delta int) {
	c.cursor = max(min(c.cursor+delta, len(c.shown)-1), 0)
	c.wrong = ""
}

func (c *Chooser) choose() Outcome {
	if c.cursor < len(c.shown) {
		return Chosen{Tag: c.shown[c.cursor].Tag}
	}
	c.wrong = "type a tag, or esc to cancel"
	if err := model.ValidTag(c.field.Value()); err != nil && c.field.Value() != "" {
		c.wrong = err.Error() + ": " + model.CureOf(err)
	}
	return nil
}

// window is the first tag in sight and how many there are.
func (c *Chooser) window() (top, rows int) { return window(c.cursor, c.rows()) }

func (c *Chooser) rows() int {
	return max(c.height-len(wrap(c.th, c.head, c.width))-2, 1)
}

// Want implements Modal.
func (c *Chooser) Want(maxWidth, _ int) (width, height int) {
	width = max(widest(c.head), 56)
	for _, choice := range c.choices {
		width = max(width, 2+c.tagWidth()+2+ansi.StringWidth(choice.Note))
	}
	width = min(width, maxWidth)
	return width, len(wrap(c.th, c.head, width)) + len(c.choices) + 3
}

func (c *Chooser) tagWidth() int {
	w := 8
	for _, choice := range c.choices {
		w = max(w, ansi.StringWidth(choice.Tag))
	}
	return min(w, 32)
}

// SetSize implements Modal.
func (c *Chooser) SetSize(width, height int) { c.width, c.height = width, height }

// View implements Modal.
func (c *Chooser) View() string {
	lines := wrap(c.th, c.head, c.width)
	const prompt = "tag: "
	lines = append(lines, c.th.Key.Render(prompt)+c.field.View(c.width-len(prompt), true))
	top, rows := c.window()
	for i := top; i < min(top+rows, len(c.shown)); i++ {
		lines = append(lines, c.row(c.shown[i], i == c.cursor))
	}
	if len(c.shown) == 0 {
		lines = append(lines, c.th.Muted.Render(ansi.Truncate("no tag of this package has this in its name", c.width, "")))
	}
	if c.wrong != "" {
		lines = append(lines, c.th.Warn.Render(ansi.Truncate(c.wrong, c.width, c.th.Glyphs.Ellipsis)))
	}
	return strings.Join(lines[:min(len(lines), c.height)], "\n")
}

func (c *Chooser) row(choice TagChoice, here bool) string {
	mark, style := " ", c.th.Base
	if here {
		mark, style = c.th.Glyphs.Cursor, c.th.Selected
	}
	w := c.tagWidth()
	text := mark + " " + pad(ansi.Truncate(choice.Tag, w, c.th.Glyphs.Ellipsis), w) + "  " + choice.Note
	return style.Render(ansi.Truncate(text, c.width, c.th.Glyphs.Ellipsis))
}
