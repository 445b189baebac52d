package modal

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/sahilm/fuzzy"

	"github.com/novotnyllc/caitui/internal/ui/field"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Entry is something that the palette offers.
type Entry struct {
	Label    string // what is searched: "retag", "pkg containai"
	Key      string // the key that does the same, "" for none
	Help     string
	Disabled string // why it does nothing now
	Outcome  Outcome
}

// Palette finds an action by typing some letters of it. A whole command wins
// over what merely looks like it.
type Palette struct {
	th      theme.Theme
	title   string
	head    []Line // above the list
	prompt  string
	verb    string // what enter does
	label   int    // width of the labels
	key     int    // width of the keys, 0: none has one
	entries []Entry
	labels  []string
	field   field.Field
	shown   []int // into entries, best first
	cursor  int
	wrong   string
	width   int
	height  int
}

// NewPalette builds the palette.
func NewPalette(th theme.Theme, entries []Entry) *Palette {
	p := &Palette{th: th, title: "Actions and commands", prompt: ": ", verb: "do it", label: 26, key: 8, entries: entries, field: field.New(th)}
	for _, e := range entries {
		p.labels = append(p.labels, strings.ToLower(e.Label))
	}
	p.find()
	return p
}

// mostLabel is how wide the names become that NewPicker offers.
const mostLabel = 32

// NewPicker builds a palette of a few places to go to. head says what they are.
// The cursor starts on the first that can be gone to.
func NewPicker(th theme.Theme, title string, head []Line, entries []Entry) *Palette {
	p := NewPalette(th, entries)
	p.title, p.head, p.prompt, p.verb, p.key, p.label = title, head, "find: ", "choose", 0, 8
	for _, e := range entries {
		p.label = min(max(p.label, ansi.StringWidth(e.Label)), mostLabel)
	}
	p.cursor = max(slices.IndexFunc(entries, func(e Entry) bool { return e.Disabled == "" }), 0)
	return p
}

// Keep takes over what was typed into a former palette and where its cursor
// stood, for one that comes in its place while somebody uses it: enter must do
// what it was pressed for.
func (p *Palette) Keep(former *Palette) {
	p.field.Set(former.field.Value())
	p.find()
	if former.cursor >= len(former.shown) {
		return
	}
	label := former.labels[former.shown[former.cursor]]
	p.cursor = max(slices.IndexFunc(p.shown, func(i int) bool { return p.labels[i] == label }), 0)
}

// find shows what matches the text: the entry of just that name first, then
// by how well it fits; all in their own order where nothing was typed.
func (p *Palette) find() {
	p.shown, p.cursor, p.wrong = nil, 0, ""
	text := strings.ToLower(strings.Join(strings.Fields(p.field.Value()), " "))
	if text == "" {
		for i := range p.entries {
			p.shown = append(p.shown, i)
		}
		return
	}
	exact := -1
	for i, label := range p.labels {
		if label == text {
			exact = i
			p.shown = append(p.shown, i)
			break
		}
	}
	for _, m := range fuzzy.Find(text, p.labels) {
		if m.Index != exact {
			p.shown = append(p.shown, m.Index)
		}
	}
}

// Title implements Modal.
func (p *Palette) Title() string { return p.title }

// Guarded implements Modal: what is typed after : is meant for it.
func (p *Palette) Guarded() bool { return false }

// Keys implements Modal.
func (p *Palette) Keys() []keys.Binding {
	return []keys.Binding{
		{ID: "choose", Keys: []string{"enter"}, Does: p.verb, Help: "Do what the cursor stands on.", Footer: 1},
		{ID: "cancel", Keys: []string{"esc", "ctrl+p"}, Does: "close", Help: "Close this list.", Footer: 2},
		{ID: "move", Keys: []string{"up", "down", "tab", "shift+tab", "pgup", "pgdown"}, Does: "move", Help: "Move in the list.", Footer: 3},
	}
}

// Update implements Modal.
func (p *Palette) Update(msg tea.Msg) (Outcome, tea.Cmd) {
	switch scrollName(msg) {
	case "up", "shift+tab", "wheel up":
		p.move(-1)
		return nil, nil
	case "down", "tab", "wheel down":
		p.move(1)
		return nil, nil
	case "pgup":
		p.move(-p.rows())
		return nil, nil
	case "pgdown":
		p.move(p.rows())
		return nil, nil
	case "esc", "ctrl+p":
		return Cancelled{}, nil
	case "enter":
		return p.choose(), nil
	}
	if k, ok := msg.(tea.KeyMsg); ok && p.field.Update(k) {
		p.find()
	}
	return nil, nil
}

func (p *Palette) move(delta int) {
	p.cursor = max(min(p.cursor+delta, len(p.shown)-1), 0)
	p.wrong = ""
}

func (p *Palette) choose() Outcome {
	if p.cursor >= len(p.shown) {
		p.wrong = "nothing is called like this; esc closes"
		return nil
	}
	e := p.entries[p.shown[p.cursor]]
	if e.Disabled != "" {
		p.wrong = "not now: " + e.Disabled
		return nil
	}
	return e.Outcome
}

// rows is how many entries are in sight: the first lines say what is chosen and
// take the text, the last is for what went wrong.
func (p *Palette) rows() int { return max(p.height-len(wrap(p.th, p.head, p.width))-2, 1) }

// Want implements Modal.
func (p *Palette) Want(maxWidth, maxHeight int) (width, height int) {
	width = min(maxWidth, 84)
	return width, min(len(p.entries)+len(wrap(p.th, p.head, width))+2, maxHeight, 22)
}

// SetSize implements Modal.
func (p *Palette) SetSize(width, height int) { p.width, p.height = width, height }

// window is the first entry in sight and how many there are.
func (p *Palette) window() (top, rows int) { return window(p.cursor, p.rows()) }

// View implements Modal.
func (p *Palette) View() string {
	lines := append(wrap(p.th, p.head, p.width), p.th.Key.Render(p.prompt)+p.field.View(p.width-len(p.prompt), true))
	top, rows := p.window()
	for i := top; i < min(top+rows, len(p.shown)); i++ {
		lines = append(lines, p.row(p.entries[p.shown[i]], i == p.cursor))
	}
	if p.wrong != "" {
		for len(lines) < p.height-1 {
			lines = append(lines, "")
		}
		lines = append(lines, p.th.Warn.Render(ansi.Truncate(p.wrong, p.width, p.th.Glyphs.Ellipsis)))
	}
	return strings.Join(lines[:min(len(lines), p.height)], "\n")
}

func (p *Palette) row(e Entry, here bool) string {
	mark, style := " ", p.th.Base
	switch {
	case here:
		mark, style = p.th.Glyphs.Cursor, p.th.Selected
	case e.Disabled != "":
		style = p.th.Muted
	}
	help, key := e.Help, ""
	if p.key > 0 {
		key = column(p.th, e.Key, p.key) + " "
		if e.Disabled != "" {
			help = "not now: " + e.Disabled
		}
	}
	text := mark + " " + column(p.th, e.Label, p.label) + " " + key + p.th.Text(help)
	return style.Render(ansi.Truncate(text, p.width, p.th.Glyphs.Ellipsis))
}

// column is text cut or padded to a width.
func column(th theme.Theme, text string, width int) string {
	return pad(ansi.Truncate(th.Text(text), width, th.Glyphs.Ellipsis), width)
}
