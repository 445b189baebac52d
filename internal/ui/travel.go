package ui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/history"
	"github.com/novotnyllc/caitui/internal/ui/modal"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/versions"
)

// Panes lie on a way, as pages do in a browser: going somewhere puts a pane on
// top, going back leaves it and keeps it ahead, going forward returns to the
// very pane, so that its cursor, marks and filter are as they were. Going
// somewhere else drops what lies ahead.

// mostAhead bounds what is kept for the way forward.
const mostAhead = 16

// openHistory shows the versions of a package above what is open. A history of
// it that is on top, or that forward leads to, is gone to as it is.
func (r *Root) openHistory(a pane.OpenHistory) tea.Cmd {
	of := func(o open) bool { return o.pane.ID() == history.Name && o.pkg == a.Package }
	to := pane.GoTo(a)
	if cmd, found := r.near(of, to); found {
		return cmd
	}
	return r.visit(open{pane: r.panes.history(a.Package, a.Digest), pkg: a.Package})
}

// openVersions shows the versions of all packages. There is one such list: where
// it is open already, the way leads back to it.
func (r *Root) openVersions(a pane.OpenVersions) tea.Cmd {
	of := func(o open) bool { return o.pane.ID() == versions.Name }
	if slices.ContainsFunc(r.stack, of) {
		for !of(r.stack[len(r.stack)-1]) {
			r.back()
		}
	}
	to := pane.GoTo(a)
	if cmd, found := r.near(of, to); found {
		return cmd
	}
	p := r.panes.versions()
	return tea.Batch(r.visit(open{pane: p}), r.tellPane(p, to))
}

// near goes to a pane that is on top or next on the way forward.
func (r *Root) near(of func(open) bool, to tea.Msg) (cmd tea.Cmd, found bool) {
	switch last := len(r.ahead) - 1; {
	case of(r.stack[len(r.stack)-1]):
	case last >= 0 && of(r.ahead[last]):
		cmd = r.forward()
	default:
		return nil, false
	}
	return tea.Batch(cmd, r.tellPane(r.top(), to)), true
}

// visit puts a pane on top that shows the survey.
func (r *Root) visit(o open) tea.Cmd {
	dressed := r.show(o)
	var cmd tea.Cmd
	switch {
	case r.have:
		cmd = r.tellPane(o.pane, pane.Surveyed{Survey: r.survey})
	case r.load.err != nil:
		cmd = r.failPane(o.pane, r.load.err)
	}
	return tea.Batch(dressed, cmd, r.readWhole())
}

// choose offers a few places to go to.
func (r *Root) choose(a pane.Choose) tea.Cmd {
	head := make([]modal.Line, len(a.Head))
	for i, text := range a.Head {
		head[i] = modal.Line{Text: model.Sanitize(text)}
	}
	entries := make([]modal.Entry, len(a.Choices))
	for i, c := range a.Choices {
		entries[i] = modal.Entry{Label: c.Label, Help: c.Note, Disabled: c.Disabled, Outcome: modal.Picked{Action: c.Action}}
	}
	return r.push(modal.NewPicker(r.th, a.Title, head, entries))
}

// show puts a pane on top, where a person has gone.
func (r *Root) show(o open) tea.Cmd {
	lost := 0
	for i := range r.ahead {
		lost += r.ahead[i].marks()
	}
	r.ahead = nil
	if lost > 0 {
		r.say(present.Many(lost, "mark") + " given up with the screens ahead: this is another way")
	}
	r.put(o)
	return r.dress(o.pane)
}

// put makes a pane the one that is shown.
func (r *Root) put(o open) {
	r.top().SetFocus(false)
	r.stack = append(r.stack, o)
	o.pane.SetSize(r.layout.Body.W, r.layout.Body.H)
	o.pane.SetFocus(true)
}

// back leaves the pane on top; home stays, for esc never quits. What the pane
// waits for is cancelled: forward asks again.
func (r *Root) back() {
	if len(r.stack) == 1 {
		r.say("this is the first screen; q quits")
		return
	}
	top := len(r.stack) - 1
	o := r.stack[top]
	r.stack = r.stack[:top]
	if o.pkg != "" && r.whole.pkg == o.pkg {
		r.dropWhole()
	}
	o.drop(func(f *fetch) bool {
		o.unanswered = o.unanswered || f.of == content
		return true
	})
	o.basis = r.load.basis
	o.pane.SetFocus(false)
	r.ahead = append(r.ahead, o)
	if extra := len(r.ahead) - mostAhead; extra > 0 {
		r.ahead = r.ahead[extra:]
	}
}

// forward returns to the pane that was left last, and shows it what has become
// known meanwhile.
func (r *Root) forward() tea.Cmd {
	last := len(r.ahead) - 1
	if last < 0 {
		return nil
	}
	o := r.ahead[last]
	r.ahead = r.ahead[:last]
	again := o.unanswered || o.live
	o.unanswered = false
	r.put(o)
	var cmds []tea.Cmd
	if r.have && o.basis != r.load.basis {
		cmds = append(cmds, r.tellPane(o.pane, pane.Surveyed{Survey: r.survey}))
	}
	if again {
		cmds = append(cmds, r.fetchAgain(o.pane))
	}
	return tea.Batch(append(cmds, r.readWhole())...)
}

// behind is the title of the pane that back leads to, "" for none.
func (r *Root) behind() string {
	if len(r.stack) < 2 {
		return ""
	}
	return model.Sanitize(r.stack[len(r.stack)-2].pane.Title())
}

// forwardTo is the title of the pane that forward leads to, "" for none.
func (r *Root) forwardTo() string {
	if len(r.ahead) == 0 {
		return ""
	}
	return model.Sanitize(r.ahead[len(r.ahead)-1].pane.Title())
}

// marks is how many versions are marked in a pane.
func (o open) marks() int {
	if m, ok := o.pane.(pane.Marker); ok {
		return len(m.Marks())
	}
	return 0
}
