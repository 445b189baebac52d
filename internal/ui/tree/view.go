package tree

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/layout"
)

const (
	// maxKey is how many bytes of a name are drawn.
	maxKey = 120
	// maxDrawn is how many bytes of a value one line takes into account.
	maxDrawn = 1000
	// maxPieces is how many lines one value takes when it is shown whole.
	maxPieces = 500
	// indent is how many cells each level goes to the right, up to maxIndent.
	indent, maxIndent = 2, 40
)

// View draws exactly the height last set, no line wider than the width.
func (m *Model) View(focused bool) string {
	out := make([]string, 0, m.height)
	for i := m.top; i < min(m.top+m.height, len(m.rows)); i++ {
		out = append(out, m.line(i, focused))
	}
	return layout.Fit(strings.Join(out, "\n"), m.width, m.height)
}

// line draws one line.
func (m *Model) line(i int, focused bool) string {
	r := m.rows[i]
	it := &m.doc.items[r.item]
	head, body := m.texts(r, it)
	if i == m.cursor {
		text := layout.Pad(m.cursorMark(focused)+layout.Truncate(head+body, m.width-1, m.th.Glyphs.Ellipsis), m.width)
		if focused {
			return m.th.Selected.Render(text)
		}
		return m.th.SelectedBlur.Render(text)
	}
	keyStyle, style := m.styles(it)
	room := m.width - 1
	head = layout.Truncate(head, room, m.th.Glyphs.Ellipsis)
	body = layout.Truncate(body, room-layout.Width(head), m.th.Glyphs.Ellipsis)
	return " " + m.marked(head, keyStyle) + m.marked(body, style)
}

func (m *Model) cursorMark(focused bool) string {
	if focused {
		return m.th.Glyphs.Cursor
	}
	return " "
}

// texts are a line's name with all before it, and its value, sanitised.
func (m *Model) texts(r row, it *item) (head, body string) {
	space := strings.Repeat(" ", min(int(it.depth)*indent, maxIndent, max(m.width/2, 0)))
	if r.part > 0 {
		pieces := m.pieces(r.item)
		return space + "    ", m.th.Text(pieces[min(int(r.part), len(pieces)-1)])
	}
	mark := "  "
	if it.kind.branch() {
		mark = "+ "
		if m.open[r.item] {
			mark = "- "
		}
	}
	head = m.th.Text(space + mark + it.label(maxKey))
	if !it.kind.branch() && m.open[r.item] {
		if pieces := m.pieces(r.item); len(pieces) > 1 {
			return head, m.th.Text(pieces[0])
		}
	}
	return head, m.th.Text(it.text(maxDrawn))
}

// label is the name of an item as it is drawn, with what separates it from the
// value.
func (it *item) label(limit int) string {
	switch {
	case it.kind == Remark, (it.kind == Fact || it.kind == Fine || it.kind == Wrong) && it.key == "":
		return ""
	case it.key == "" && !it.listed && it.depth == 0:
		return ""
	}
	key := model.Sanitize(cut(it.key, limit))
	if len(it.key) > limit {
		key += "…"
	}
	switch {
	case it.key == "":
		key = `""`
	case it.kind == Group:
		return key + " "
	}
	return key + ": "
}

// text is the value of an item on one line.
func (it *item) text(limit int) string {
	switch it.kind {
	case Object:
		return "{" + strconv.Itoa(int(it.n)) + "}"
	case Array:
		return "[" + strconv.Itoa(int(it.n)) + "]"
	case Group:
		return ""
	case Text:
		return `"` + model.Sanitize(cut(it.value, limit)) + `"`
	case Literal, Fact, Fine, Wrong:
	case Remark:
		return "(" + model.Sanitize(cut(it.value, limit)) + ")"
	}
	return model.Sanitize(cut(it.value, limit))
}

// pieces are the lines of a value that is shown whole: its own, broken where
// they are too wide.
func (m *Model) pieces(i int32) []string {
	if kept, ok := m.broken[i]; ok {
		return kept
	}
	out := m.breakUp(&m.doc.items[i])
	if m.broken == nil {
		m.broken = make(map[int32][]string)
	}
	m.broken[i] = out
	return out
}

func (m *Model) breakUp(it *item) []string {
	room := max(m.width-min(int(it.depth)*indent, maxIndent, max(m.width/2, 0))-5, 8)
	var out []string
	for _, line := range strings.Split(it.value, "\n") {
		line = model.Sanitize(strings.TrimSuffix(line, "\r"))
		if len(out) == 0 {
			// The first one stands behind the name, where there is less room.
			first := max(room-layout.Width(it.label(maxKey))+2, 8)
			head := layout.Truncate(line, first, "")
			out = append(out, head)
			if line = line[len(head):]; line == "" {
				continue
			}
		}
		for {
			piece := layout.Truncate(line, room, "")
			if piece == "" && line != "" {
				piece = line // nothing fits: it is cut when it is drawn
			}
			out = append(out, piece)
			if line = line[len(piece):]; line == "" {
				break
			}
			if len(out) >= maxPieces {
				return append(out, "(the rest is not shown; y copies it)")
			}
		}
		if len(out) >= maxPieces {
			return append(out, "(the rest is not shown; y copies it)")
		}
	}
	return out
}

func (m *Model) styles(it *item) (key, value lipgloss.Style) {
	switch it.kind {
	case Group:
		return m.th.Title, m.th.Base
	case Remark:
		return m.th.Warn, m.th.Warn
	case Object, Array:
		return m.th.Accent, m.th.Muted
	case Literal:
		return m.th.Accent, m.th.Good
	case Fact:
		return m.th.Muted, m.th.Base
	case Fine:
		return m.th.Muted, m.th.Good
	case Wrong:
		return m.th.Muted, m.th.Danger
	case Text:
	}
	return m.th.Accent, m.th.Base
}

// marked draws text with what a search found in it set apart.
func (m *Model) marked(text string, style lipgloss.Style) string {
	lower := strings.ToLower(text)
	if m.query == "" || len(lower) != len(text) || !strings.Contains(lower, m.query) {
		if text == "" {
			return ""
		}
		return style.Render(text)
	}
	var b strings.Builder
	for {
		i := strings.Index(lower, m.query)
		if i < 0 {
			break
		}
		if i > 0 {
			b.WriteString(style.Render(text[:i]))
		}
		b.WriteString(m.th.Match.Render(text[i : i+len(m.query)]))
		text, lower = text[i+len(m.query):], lower[i+len(m.query):]
	}
	if text != "" {
		b.WriteString(style.Render(text))
	}
	return b.String()
}
