package modal

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Columns arranges a table: which column it is sorted by and which are shown.
// What is done shows at once in the table behind.
type Columns struct {
	th      theme.Theme
	name    string
	columns []pane.Column
	look    pane.Look
	cursor  int
	wrong   string // why a key did nothing
	width   int
	height  int
}

// NewColumns builds the dialog for a table as it is arranged now.
func NewColumns(th theme.Theme, name string, columns []pane.Column, look pane.Look) *Columns {
	c := &Columns{th: th, name: name, columns: columns, look: look}
	c.cursor = max(slices.IndexFunc(columns, func(c pane.Column) bool { return c.ID == look.Sort }), 0)
	return c
}

// Title implements Modal.
func (c *Columns) Title() string { return "Columns of " + c.name }

// Guarded implements Modal: nothing here changes more than the screen.
func (c *Columns) Guarded() bool { return false }

// Keys implements Modal.
func (c *Columns) Keys() []keys.Binding {
	return []keys.Binding{
		{ID: "sort", Keys: []string{"enter"}, Does: "sort", Help: "Sort by this column; again: the other way round; once more: the list's own order.", Footer: 1},
		{ID: "hide", Keys: []string{" "}, Does: "hide, show", Help: "Hide this column, or show it again.", Footer: 2},
		{ID: "reset", Keys: []string{"0"}, Does: "reset", Help: "All columns, in the list's own order.", Footer: 3},
		{ID: "cancel", Keys: []string{"esc", "c", "q"}, Does: "close", Help: "Close; what was arranged stays while the program runs.", Footer: 4},
		{ID: "move", Keys: []string{"up", "down", "k", "j"}, Does: "move", Help: "Move in the list of columns."},
	}
}

// Update implements Modal.
func (c *Columns) Update(msg tea.Msg) (Outcome, tea.Cmd) {
	name := scrollName(msg)
	if name != "" {
		c.wrong = ""
	}
	switch name {
	case "up", "k", "wheel up":
		c.cursor = max(c.cursor-1, 0)
	case "down", "j", "wheel down":
		c.cursor = min(c.cursor+1, max(len(c.columns)-1, 0))
	case "esc", "c", "q":
		return Closed{}, nil
	case "enter":
		return c.sort(), nil
	case " ":
		return c.hide(), nil
	case "0":
		c.look = pane.Look{}
		return Looked{c.look}, nil
	}
	return nil, nil
}

// sort goes from this column's order to its reverse and back to the list's own.
func (c *Columns) sort() Outcome {
	if c.cursor >= len(c.columns) {
		return nil
	}
	switch at := c.columns[c.cursor]; {
	case !at.Sorts:
		c.wrong = "rows cannot be sorted by " + model.Sanitize(at.Title)
		return nil
	case c.look.Sort != at.ID:
		c.look.Sort, c.look.Desc = at.ID, false
	case !c.look.Desc:
		c.look.Desc = true
	default:
		c.look.Sort, c.look.Desc = "", false
	}
	return Looked{c.look}
}

// hide hides this column or shows it.
func (c *Columns) hide() Outcome {
	if c.cursor >= len(c.columns) {
		return nil
	}
	at := c.columns[c.cursor]
	hidden := slices.Clone(c.look.Hidden)
	switch i := slices.Index(hidden, at.ID); {
	case i >= 0:
		hidden = slices.Delete(hidden, i, i+1)
	case at.Stays:
		c.wrong = model.Sanitize(at.Title) + " stays: it says what the row is"
		return nil
	default:
		hidden = append(hidden, at.ID)
	}
	c.look.Hidden = hidden
	return Looked{c.look}
}

// Want implements Modal.
func (c *Columns) Want(maxWidth, _ int) (width, height int) {
	return min(maxWidth, 52), len(c.columns) + 1
}

// SetSize implements Modal.
func (c *Columns) SetSize(width, height int) { c.width, c.height = width, height }

// View implements Modal.
func (c *Columns) View() string {
	top, rows := window(c.cursor, max(c.height-1, 1)) // the last line is for what went wrong
	var lines []string
	for i := top; i < min(top+rows, len(c.columns)); i++ {
		lines = append(lines, c.row(c.columns[i], i == c.cursor))
	}
	if c.wrong != "" {
		lines = append(lines, c.th.Warn.Render(ansi.Truncate(c.th.Text(c.wrong), c.width, c.th.Glyphs.Ellipsis)))
	}
	return strings.Join(lines[:min(len(lines), max(c.height, 0))], "\n")
}

func (c *Columns) row(at pane.Column, here bool) string {
	mark, style, box, note := " ", c.th.Base, "[x]", ""
	if here {
		mark, style = c.th.Glyphs.Cursor, c.th.Selected
	}
	switch {
	case slices.Contains(c.look.Hidden, at.ID):
		box, note = "[ ]", "hidden"
	case at.Stays:
		box = " · "
	}
	if at.ID == c.look.Sort {
		note = "↑ sorted by this"
		if c.look.Desc {
			note = "↓ sorted by this, reversed"
		}
		if box == "[ ]" {
			note += ", hidden"
		}
	}
	text := mark + " " + c.th.Text(box) + " " + column(c.th, model.Sanitize(at.Title), 14) + " " + c.th.Text(note)
	return style.Render(ansi.Truncate(text, c.width, c.th.Glyphs.Ellipsis))
}
