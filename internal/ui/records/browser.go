package records

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/field"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/table"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Form is how the records of a pane are shown.
type Form[R any] struct {
	Title   string // what the title line says
	Details string // what the rule above the details says, where they stand below
	// Count says how many records there are: "9 requests".
	Count func(n int) string
	// Note is what stands at the right of the title.
	Note func() string
	// Message is what is said where there is no list, nil where there is one.
	Message func() []string

	// Head are lines between the title and the list for a width; nil: none.
	Head func(w int) []string

	// Beside is from which width on the details stand beside the list, which
	// then has ListShare twentieths of the width.
	Beside, ListShare int
	// Below is how many of h lines the details get below the list, with their
	// rule; drawn counts the lines that they have. 0 is none.
	Below func(h int, inDetails bool, drawn func() int) int

	// Items are the details of a record, and which of them the cursor is on first.
	Items  func(R) (items []Item, first int)
	Labels int  // cells for the labels of the items
	Margin int  // cells that stay free at the right of the items
	Centre bool // the item under the cursor is kept in the middle, not at the edge

	// Text, Field and At are what a filter looks at; Fields are the names that
	// Field knows, and ItemFields those that the Field of an Item knows.
	Text       func(R) string
	Field      func(R, string) string
	At         func(R) time.Time
	Fields     []string
	ItemFields []string

	// Match, where set, is what a filter lets through in their place, also while
	// there is none; a nil func lets all through.
	Match func(table.Query) func(R) bool

	// Moved is called when a person moved in the list, Settle before anything is
	// arranged; either may be nil.
	Moved, Settle func()
}

// Browser is a list of records with details. It belongs to the event loop.
type Browser[R any] struct {
	Table *table.Model[R]
	// Items are the details of the record under the cursor, Item the one that
	// the cursor of the details is on.
	Items     []Item
	Item      int
	InDetails bool
	Now       time.Time // for the ages that a filter may name
	Query     string    // the filter in force

	th      theme.Theme
	key     func(R) string
	form    Form[R]
	width   int
	height  int
	focused bool
	shown   string // key of the record whose details are drawn
	record  R
	prompt  field.Line
	wrong   string // why the filter cannot be read
	head    []string

	all     []Item // the details of the record, those that a search hides too
	keyed   int    // how many of them can be marked
	about   string // key of the record that the search and the range are about
	inner   field.Line
	part    string                     // the search in the details
	marks   map[string]map[string]bool // by key of record and of item
	ranging string                     // key of the item at which a range begins, "" for none
	drawn   drawing
}

// New builds a browser without records. key gives every record its own, lasting
// key, which is never "".
func New[R any](th theme.Theme, key func(R) string, columns []table.Column[R], form Form[R]) *Browser[R] {
	return &Browser[R]{Table: table.New(th, key, columns), th: th, key: key, form: form,
		prompt: field.NewLine(th), inner: field.NewLine(th), marks: make(map[string]map[string]bool)}
}

// CapturesText is true while a filter is typed.
func (b *Browser[R]) CapturesText() bool { return b.prompt.Typing() || b.inner.Typing() }

// SetFocus tells whether keys go here.
func (b *Browser[R]) SetFocus(focused bool) { b.focused = focused }

// SetSize gives the browser its size in cells.
func (b *Browser[R]) SetSize(width, height int) {
	b.width, b.height = width, height
	b.Arrange()
}

// Width is the width last set.
func (b *Browser[R]) Width() int { return b.width }

// Redraw makes the details anew, for a record that may say something else now.
func (b *Browser[R]) Redraw() { b.shown = "" }

// Arrange brings the details up to date and gives the parts their sizes.
func (b *Browser[R]) Arrange() {
	if b.form.Settle != nil {
		b.form.Settle()
	}
	if b.form.Head != nil && b.width > 0 {
		b.head = b.form.Head(b.width)
	}
	switch r, ok := b.Table.Cursor(); {
	case !ok:
		b.all, b.keyed, b.Items, b.Item, b.shown, b.about, b.InDetails, b.drawn = nil, 0, nil, 0, "", "", false, drawing{}
	case b.key(r) != b.shown:
		b.shown, b.record = b.key(r), r
		b.settle(b.form.Items(r))
	}
	list, _ := b.split()
	b.Table.SetSize(list.W, list.H)
}

// OpenFilter takes the keys for the filter's text; in details that can be marked
// it is about these.
func (b *Browser[R]) OpenFilter() {
	if b.InDetails && b.markable() {
		b.inner.Open(b.part)
		return
	}
	b.prompt.Open(b.Query)
}

// Filter shows only what matches. A filter that cannot be read yet leaves the
// list as it is and says why.
func (b *Browser[R]) Filter(text string) {
	q, err := table.ParseQuery(text, b.form.Fields)
	if err != nil {
		b.wrong = model.CureOf(err)
		return
	}
	b.Query, b.wrong = text, ""
	switch {
	case b.form.Match != nil:
		b.Table.SetFilter(b.form.Match(q))
	case q.Empty():
		b.Table.SetFilter(nil)
	default:
		now, form := b.Now, b.form
		b.Table.SetFilter(func(r R) bool {
			return q.Match(form.Text(r), func(name string) string { return form.Field(r, name) }, form.At(r), now)
		})
	}
	b.Arrange()
}

// Typed takes a key while the filter is typed.
func (b *Browser[R]) Typed(msg tea.KeyMsg) {
	line, filter := &b.prompt, b.Filter
	if b.inner.Typing() {
		line, filter = &b.inner, b.search
	}
	switch did, move := line.Take(msg); did {
	case field.Edited, field.Dropped:
		filter(line.Value())
	case field.Moved:
		b.Move(move)
	case field.Kept, field.Nothing:
	}
	b.Arrange()
}

// Move moves in the list or in the details.
func (b *Browser[R]) Move(id keys.ID) {
	if b.InDetails {
		keys.Move(inDetails[R]{b}, id)
		return
	}
	if keys.Move(b.Table, id) {
		b.moved()
	}
}

func (b *Browser[R]) moved() {
	if b.form.Moved != nil {
		b.form.Moved()
	}
}

// Moused scrolls by the wheel and goes where a click points.
func (b *Browser[R]) Moused(msg tea.MouseMsg) {
	if _, ok := b.Table.Cursor(); !ok {
		return
	}
	list, side := b.split()
	lines := keys.Wheel(msg)
	switch {
	case lines != 0 && b.InDetails:
		inDetails[R]{b}.Move(lines)
	case lines != 0:
		b.Table.Move(lines)
		b.moved()
	case keys.Click(msg) && msg.X < list.W && msg.Y < list.Y+list.H:
		if _, ok := b.Table.At(msg.Y - list.Y); ok {
			b.InDetails = false
			b.moved()
		}
	case keys.Click(msg) && !side.Empty():
		b.InDetails = true
	}
	b.Arrange()
}

// Switch goes from the list to the details and back.
func (b *Browser[R]) Switch() {
	_, ok := b.Table.Cursor()
	b.InDetails = !b.InDetails && ok
}

// GoesBack is what Back does now.
func (b *Browser[R]) GoesBack() string {
	switch {
	case b.InDetails && b.ranging != "":
		return "end range"
	case b.InDetails && b.part != "":
		return "clear filter"
	case b.InDetails:
		return "to the list"
	case b.Query != "":
		return "clear filter"
	}
	return "back"
}

// Back forgets a range, clears the search of the details, leaves these, else
// clears the filter; false where there was none of it. Marks stay.
func (b *Browser[R]) Back() bool {
	switch {
	case b.InDetails && b.ranging != "":
		b.ranging = ""
	case b.InDetails && b.part != "":
		b.inner.Clear()
		b.search("")
	case b.InDetails:
		b.InDetails = false
	case b.Query != "":
		b.prompt.Clear()
		b.Filter("")
	default:
		return false
	}
	return true
}

// split divides the room into the list and the details, beside or below it.
func (b *Browser[R]) split() (list, details layout.Rect) {
	h, top := b.bodyHeight(), 1+len(b.head)
	if _, ok := b.Table.Cursor(); !ok { // nothing to tell about
		return layout.Rect{Y: top, W: b.width, H: h}, layout.Rect{}
	}
	if b.width >= b.form.Beside {
		part := (b.width - 1) * b.form.ListShare / 20
		return layout.Rect{Y: top, W: part, H: h}, layout.Rect{X: part + 1, Y: top, W: b.width - part - 1, H: h}
	}
	below := b.form.Below(h, b.InDetails, func() int {
		return b.wrapped(b.width).height
	})
	return layout.Rect{Y: top, W: b.width, H: h - below}, layout.Rect{Y: top + h - below, W: b.width, H: below}
}
