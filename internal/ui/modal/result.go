package modal

import (
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Told is one form in which a result can be told to others. Said names a form
// of several lines in one.
type Told struct{ Text, Said string }

// Result shows how a plan ended: lines to read, forms to tell it in, and what
// would take it back.
type Result struct {
	Message
	told []Told
	next int // the form that y copies
	undo string
}

// NewResult builds the dialog. undo is the title of what would take the plan
// back, "" where nothing can.
func NewResult(th theme.Theme, title string, lines []Line, told []Told, undo string) *Result {
	return &Result{Message: Message{th: th, title: title, lines: lines, guarded: true}, told: told, undo: undo}
}

// Show exchanges lines and forms: more is known of how it ended.
func (r *Result) Show(lines []Line, told []Told) {
	r.lines, r.told = lines, told
}

// Want implements Modal: wide enough to name what can be done next, taking the
// plan back above all.
func (r *Result) Want(maxWidth, maxHeight int) (width, height int) {
	width, _ = r.Message.Want(maxWidth, maxHeight)
	width = max(width, min(ansi.StringWidth(keys.Footer(r.th, r.Keys(), maxWidth+1)), maxWidth))
	return width, len(wrap(r.th, r.lines, width))
}

// Keys implements Modal.
func (r *Result) Keys() []keys.Binding {
	out := r.Message.Keys()
	for i := range out {
		if out[i].ID == "scroll" && out[i].Footer > 0 {
			out[i].Footer = 5 // what can be done next matters more
		}
	}
	if len(r.told) > 0 {
		does := "copy a line for the chat"
		if r.next > 0 {
			does = "copy " + r.told[r.next].Said
		}
		out = append(out, keys.Binding{ID: "tell", Keys: []string{"y"}, Does: does, Footer: 2,
			Help: "Copy one line that tells this to others; again: the report as Markdown."})
	}
	if r.undo != "" {
		out = append(out, keys.Binding{ID: "undo", Keys: []string{"U"}, Does: "undo: " + r.undo, Footer: 4, Danger: true,
			Help: "Preview the plan that takes this one back."})
	}
	return out
}

// Update implements Modal.
func (r *Result) Update(msg tea.Msg) (Outcome, tea.Cmd) {
	k, ok := msg.(tea.KeyMsg)
	if !ok {
		return r.Message.Update(msg)
	}
	switch b, _ := keys.Find(r.Keys(), k.String()); b.ID {
	case "tell":
		t := r.told[r.next]
		r.next = (r.next + 1) % len(r.told)
		return Copied(t), nil
	case "undo":
		return Undone{}, nil
	}
	return r.Message.Update(msg)
}
