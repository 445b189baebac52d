package modal

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/field"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// TargetList is what a channel can be moved to, newest first.
type TargetList struct {
	Title string
	Head  []Line
	Rows  []present.TargetRow
	// Here is the row that the cursor begins on.
	Here int
	// Versions are suggested for the version tag of a promotion; nil where none
	// is asked for.
	Versions []string
}

// Targets asks what a channel is to be moved to: a release of the list, which
// typing narrows down, or digests that are typed whole. Nothing is changed by
// choosing: a preview follows.
type Targets struct {
	th      theme.Theme
	l       TargetList
	field   field.Field
	as      field.Field
	onAs    bool
	suggest int   // the version that the arrows have come to
	shown   []int // rows that match
	cursor  int   // in shown
	wrong   string
	width   int
	height  int
}

// NewTargets builds the dialog.
func NewTargets(th theme.Theme, l TargetList) *Targets {
	t := &Targets{th: th, l: l, field: field.New(th), as: field.New(th)}
	if len(l.Versions) > 0 {
		t.as.Set(l.Versions[0])
	}
	t.narrow()
	for i, row := range t.shown {
		if row == l.Here {
			t.cursor = i
		}
	}
	return t
}

// Here is the row that the cursor began on.
func (t *Targets) Here() int { return t.l.Here }

// SetAttested gives a row what was found out about its attestations.
func (t *Targets) SetAttested(row int, c present.Cell) {
	if row >= 0 && row < len(t.l.Rows) {
		t.l.Rows[row].Attested = c
	}
}

// Title implements Modal.
func (t *Targets) Title() string { return t.l.Title }

// Guarded implements Modal: what is chosen here is only previewed.
func (t *Targets) Guarded() bool { return false }

// Keys implements Modal.
func (t *Targets) Keys() []keys.Binding {
	out := []keys.Binding{
		{ID: "choose", Keys: []string{"enter"}, Does: "preview", Help: "Preview what moving the channel there would change.", Footer: 1},
		cancelKey(),
		{ID: "move", Keys: []string{"up", "down", "pgup", "pgdown"}, Does: "move", Help: "Move in the list, or among the suggested versions.", Footer: 3},
	}
	if t.l.Versions != nil {
		out = append(out, keys.Binding{ID: "field", Keys: []string{"tab", "shift+tab"}, Does: "version or release", Help: "Go to the version tag, or back to the list.", Footer: 4})
	}
	return out
}

// Update implements Modal.
func (t *Targets) Update(msg tea.Msg) (Outcome, tea.Cmd) {
	switch scrollName(msg) {
	case "up", "wheel up":
		t.move(-1)
	case "down", "wheel down":
		t.move(1)
	case "pgup":
		t.move(-max(t.rows()-1, 1))
	case "pgdown":
		t.move(max(t.rows()-1, 1))
	case "tab", "shift+tab":
		t.onAs = !t.onAs && t.l.Versions != nil
	case "esc":
		return Cancelled{}, nil
	case "enter":
		return t.choose(), nil
	default:
		t.typed(msg)
	}
	return nil, nil
}

func (t *Targets) typed(msg tea.Msg) {
	k, ok := msg.(tea.KeyMsg)
	switch {
	case !ok:
	case t.onAs:
		if t.as.Update(k) {
			t.wrong = ""
		}
	case t.field.Update(k):
		t.narrow()
	}
}

// narrow shows the rows that hold every word of the text.
func (t *Targets) narrow() {
	t.shown, t.cursor, t.wrong = nil, 0, ""
	words := strings.Fields(strings.ToLower(t.field.Value()))
	for i, r := range t.l.Rows {
		text := strings.ToLower(r.Search + " " + r.Note.Text + " " + r.Stay.Text)
		all := true
		for _, w := range words {
			all = all && strings.Contains(text, w)
		}
		if all {
			t.shown = append(t.shown, i)
		}
	}
}

func (t *Targets) move(delta int) {
	t.wrong = ""
	if t.onAs {
		n := len(t.l.Versions)
		if n == 0 {
			return
		}
		step := 1
		if delta < 0 {
			step = -1
		}
		t.suggest = (t.suggest + step + n) % n
		t.as.Set(t.l.Versions[t.suggest])
		return
	}
	t.cursor = max(min(t.cursor+delta, len(t.shown)-1), 0)
}

// choose takes what is typed as digests where it is some, else the row under
// the cursor.
func (t *Targets) choose() Outcome {
	as := ""
	if t.l.Versions != nil {
		as = t.as.Value()
		if err := model.ValidTag(as); as != "" && err != nil {
			t.wrong = "the version tag: " + err.Error()
			return nil
		}
	}
	hand, err := byHand(t.field.Value())
	switch {
	case err != nil:
		t.wrong = model.Sanitize(err.Error())
	case hand != nil:
		return Targeted{Index: -1, Hand: hand, As: as}
	case t.cursor < len(t.shown):
		return Targeted{Index: t.shown[t.cursor], As: as}
	default:
		t.wrong = "no release has this in its name; single digests are typed as PACKAGE@sha256:…, several with blanks between"
	}
	return nil
}

// byHand reads digests that were typed as PACKAGE@sha256:…; nil where the text
// names none.
func byHand(text string) (map[string]model.Digest, error) {
	if !strings.Contains(text, "@") {
		return nil, nil
	}
	out := make(map[string]model.Digest)
	for _, w := range strings.Fields(text) {
		pkg, digest, ok := strings.Cut(w, "@")
		if !ok || pkg == "" {
			return nil, fmt.Errorf("%s is not PACKAGE@sha256:…", w)
		}
		d, err := model.ParseDigest(digest)
		if err != nil {
			return nil, fmt.Errorf("the digest of %s is not whole: sha256: and 64 characters 0-9 a-f are needed", pkg)
		}
		out[pkg] = d
	}
	return out, nil
}

func (t *Targets) rows() int { return max(t.height-len(t.top())-1, 1) }

// top is what stands above the list.
func (t *Targets) top() []string {
	lines := wrap(t.th, t.l.Head, t.width)
	label := func(text string, f *field.Field, focused bool) string {
		style := t.th.Muted
		if focused {
			style = t.th.Key
		}
		return style.Render(text) + f.View(t.width-ansi.StringWidth(text), focused)
	}
	lines = append(lines, label("release, or PACKAGE@sha256:… : ", &t.field, !t.onAs))
	if t.l.Versions != nil {
		lines = append(lines, label("version tag, empty for none: ", &t.as, t.onAs))
		if len(t.l.Versions) > 0 {
			lines = append(lines, t.th.Muted.Render(ansi.Truncate("next would be "+either(t.l.Versions), t.width, "")))
		}
	}
	note := ""
	if t.cursor < len(t.shown) {
		r := t.l.Rows[t.shown[t.cursor]]
		if note = r.Note.String(); note != "" {
			note = r.Release.Text + ": " + note
		}
	}
	lines = append(lines, t.th.Muted.Render(ansi.Truncate(note, t.width, t.th.Glyphs.Ellipsis)))
	if t.wrong != "" {
		lines = append(lines, wrap(t.th, []Line{{Text: t.wrong, Tone: present.Warn}}, t.width)...)
	}
	for i := range lines {
		lines[i] = t.th.Text(lines[i])
	}
	return lines
}

// Want implements Modal.
func (t *Targets) Want(maxWidth, _ int) (width, height int) {
	width = min(112, maxWidth)
	return width, len(wrap(t.th, t.l.Head, width)) + len(t.l.Rows) + 6
}

// SetSize implements Modal.
func (t *Targets) SetSize(width, height int) { t.width, t.height = width, height }

// View implements Modal.
func (t *Targets) View() string {
	lines := t.top()
	w := t.widths()
	lines = append(lines, t.th.Header.Render(ansi.Truncate(t.line(w, " ", []string{"release", "built", "complete", "in the channel", "attested", ""}), t.width, "")))
	top, rows := window(t.cursor, t.rows())
	for i := top; i < min(top+rows, len(t.shown)); i++ {
		lines = append(lines, t.row(w, t.l.Rows[t.shown[i]], i == t.cursor && !t.onAs))
	}
	if len(t.shown) == 0 {
		lines = append(lines, t.th.Muted.Render(ansi.Truncate("nothing known has this in its name", t.width, "")))
	}
	return strings.Join(lines[:min(len(lines), t.height)], "\n")
}

func cells(r present.TargetRow) []present.Cell {
	return []present.Cell{r.Release, r.Built, r.Complete, r.Stay, r.Attested, r.Note}
}

// widths are those of the columns: of what is in sight alone, so that they
// cost the same however long the list is.
func (t *Targets) widths() []int {
	w := []int{7, 5, 8, 14, 8, 0}
	top, rows := window(t.cursor, t.rows())
	for _, i := range t.shown[min(top, len(t.shown)):min(top+rows, len(t.shown))] {
		for c, cell := range cells(t.l.Rows[i])[:5] {
			w[c] = max(w[c], ansi.StringWidth(t.th.Text(cell.String())))
		}
	}
	return w
}

func (t *Targets) line(w []int, cursor string, texts []string) string {
	out := cursor
	for i, text := range texts {
		out += " " + pad(text, w[i])
	}
	return strings.TrimRight(out, " ")
}

func (t *Targets) row(w []int, r present.TargetRow, here bool) string {
	cursor, style := " ", t.th.Base
	if here {
		cursor, style = t.th.Glyphs.Cursor, t.th.Selected
	}
	var texts []string
	for _, c := range cells(r) {
		texts = append(texts, t.th.Text(c.String()))
	}
	if last := len(texts) - 1; ansi.StringWidth(t.line(w, cursor, texts)) > t.width {
		texts[last] = t.th.Text(string(r.Note.Mark)) // in words above the list
	}
	return style.Render(ansi.Truncate(t.line(w, cursor, texts), t.width, t.th.Glyphs.Ellipsis))
}
