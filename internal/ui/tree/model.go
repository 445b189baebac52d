package tree

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Model is a Doc on the screen.
type Model struct {
	th   theme.Theme
	doc  *Doc
	open []bool // by item: unfolded, or of a value: shown whole
	rows []row
	// cursor and top are places among rows.
	cursor, top   int
	width, height int

	broken map[int32][]string // values shown whole, as lines of the present width

	query   string
	matches []int32 // items, in reading order
}

// row is one line: of an item, and of a value shown whole the part of it.
type row struct {
	item int32
	part int32
}

// New makes an empty tree.
func New(th theme.Theme) *Model { return &Model{th: th} }

// SetDoc exchanges the tree. What was folded is as the new one has it.
func (m *Model) SetDoc(d *Doc) {
	m.doc, m.cursor, m.top, m.broken = d, 0, 0, nil
	m.open = make([]bool, d.Len())
	for i := range m.open {
		m.open[i] = d.items[i].open
	}
	m.find()
	m.flatten()
}

// SetSize sets the size of the view in cells.
func (m *Model) SetSize(w, h int) {
	w, h = max(w, 0), max(h, 0)
	if w == m.width && h == m.height {
		return
	}
	wider := w != m.width
	m.width, m.height = w, h
	if wider {
		m.broken = nil
		m.flatten() // values shown whole are broken anew
	}
	m.scroll()
}

// Len is how many lines there are with the present folding.
func (m *Model) Len() int { return len(m.rows) }

// flatten lists the lines that are not folded away. The cursor stays on its
// item, or goes to the one that it was folded into.
func (m *Model) flatten() {
	at := m.current()
	m.rows = m.rows[:0]
	if m.doc == nil {
		m.cursor = 0
		return
	}
	items := m.doc.items
	for i := int32(0); int(i) < len(items); {
		it := &items[i]
		m.rows = append(m.rows, row{item: i})
		switch {
		case it.kind.branch() && !m.open[i]:
			i = it.end
			continue
		case !it.kind.branch() && m.open[i]:
			for part := range len(m.pieces(i)) - 1 {
				m.rows = append(m.rows, row{item: i, part: int32(part + 1)})
			}
		}
		i++
	}
	m.cursor = m.placeOf(at)
	m.scroll()
}

// current is the item under the cursor, -1 where there is none.
func (m *Model) current() int32 {
	if m.cursor < 0 || m.cursor >= len(m.rows) {
		return -1
	}
	return m.rows[m.cursor].item
}

// placeOf is the line of an item, or of the nearest one above that is shown.
func (m *Model) placeOf(item int32) int {
	low, high := 0, len(m.rows)
	for low < high { // rows are in the order of items
		if mid := (low + high) / 2; m.rows[mid].item < item {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low < len(m.rows) && m.rows[low].item == item {
		return low
	}
	return max(low-1, 0)
}

// Move moves the cursor by delta lines and stops at the ends.
func (m *Model) Move(delta int) { m.moveTo(m.cursor + delta) }

// Home moves the cursor to the first line.
func (m *Model) Home() { m.moveTo(0) }

// End moves the cursor to the last line.
func (m *Model) End() { m.moveTo(len(m.rows) - 1) }

// Page moves the cursor by a screen, dir is -1 or 1.
func (m *Model) Page(dir int) { m.Move(dir * max(m.height-1, 1)) }

func (m *Model) moveTo(i int) {
	m.cursor = max(min(i, len(m.rows)-1), 0)
	m.scroll()
}

// Click moves the cursor to a line of the view and reports whether there is
// one.
func (m *Model) Click(line int) bool {
	if line < 0 || line >= m.height || m.top+line >= len(m.rows) {
		return false
	}
	m.cursor = m.top + line
	m.scroll()
	return true
}

// scroll moves the window as little as needed to show the cursor.
func (m *Model) scroll() {
	m.top = min(m.top, m.cursor)
	m.top = max(m.top, m.cursor-m.height+1)
	m.top = max(min(m.top, len(m.rows)-m.height), 0)
}

// Toggle folds or unfolds the item under the cursor; of a value it shows the
// whole, or one line.
func (m *Model) Toggle() {
	if i := m.current(); i >= 0 {
		m.open[i] = !m.open[i]
		m.flatten()
		m.moveTo(m.placeOf(i))
	}
}

// Unfolded reports whether the item under the cursor is unfolded.
func (m *Model) Unfolded() bool {
	i := m.current()
	return i >= 0 && m.open[i]
}

// Expand unfolds the item under the cursor; false where it is already.
func (m *Model) Expand() bool {
	i := m.current()
	if i < 0 || m.open[i] {
		return false
	}
	m.Toggle()
	return true
}

// Collapse folds the item under the cursor, or goes to the one above it; false
// where there is nothing to fold and none above.
func (m *Model) Collapse() bool {
	i := m.current()
	switch {
	case i < 0:
		return false
	case m.open[i]:
		m.Toggle()
		return true
	case m.doc.items[i].parent < 0:
		return false
	}
	m.moveTo(m.placeOf(m.doc.items[i].parent))
	return true
}

// AllOpen reports whether nothing is folded.
func (m *Model) AllOpen() bool {
	if m.doc == nil {
		return true
	}
	for i := range m.doc.items {
		if m.doc.items[i].kind.branch() && !m.open[i] {
			return false
		}
	}
	return true
}

// SetAll unfolds everything that has items below it, or folds it.
func (m *Model) SetAll(open bool) {
	if m.doc == nil {
		return
	}
	for i := range m.doc.items {
		if m.doc.items[i].kind.branch() || !open {
			m.open[i] = open
		}
	}
	m.flatten()
}

// Path is where the item under the cursor stands, as names joined by dots.
func (m *Model) Path() string {
	var parts []string
	for i := m.current(); i >= 0; i = m.doc.items[i].parent {
		it := &m.doc.items[i]
		switch {
		case it.listed:
			parts = append(parts, "["+it.key+"]")
		case it.key != "":
			parts = append(parts, "."+model.Sanitize(cut(it.key, maxKey)))
		}
	}
	var b strings.Builder
	for i := len(parts) - 1; i >= 0; i-- {
		b.WriteString(parts[i])
	}
	return strings.TrimPrefix(b.String(), ".")
}

// maxCopied bounds the lines that Copy takes.
const maxCopied = 5000

// Copy is the value under the cursor, or all that is below the item as indented
// lines. Nothing in it can act on a terminal.
func (m *Model) Copy() string {
	i := m.current()
	if i < 0 {
		return ""
	}
	it := &m.doc.items[i]
	if !it.kind.branch() {
		return lines(it.value)
	}
	var out []string
	for j := i; j < it.end; j++ {
		if len(out) == maxCopied {
			out = append(out, "…")
			break
		}
		x := &m.doc.items[j]
		out = append(out, strings.Repeat("  ", int(x.depth-it.depth))+x.label(maxKey)+x.text(MaxValue))
	}
	return strings.Join(out, "\n")
}

// lines sanitises text line by line.
func lines(s string) string {
	parts := strings.Split(s, "\n")
	for i, p := range parts {
		parts[i] = model.Sanitize(strings.TrimSuffix(p, "\r"))
	}
	return strings.Join(parts, "\n")
}
