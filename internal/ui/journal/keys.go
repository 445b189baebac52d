package journal

import (
	"cmp"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// The bindings of this pane.
const (
	keyOpen   keys.ID = "open"
	keyBack   keys.ID = "back"
	keySwitch keys.ID = "switch-part"
	keyFilter keys.ID = "filter"
	keyTell   keys.ID = "tell"
	keyUndo   keys.ID = "undo"
	keyNote   keys.ID = "note"

	keyMark    keys.ID = "mark"
	keyRange   keys.ID = "mark-range"
	keyMarkAll keys.ID = "mark-all"
)

// Keys lists the bindings as they are now.
func (p *Pane) Keys() []keys.Binding {
	none := ""
	if p.current() == nil {
		none = "nothing is under the cursor"
	}
	undo, tell, open := "undo", "tell", "details"
	if r := p.current(); r != nil && r.x != nil && r.x.Unfinished() {
		undo = "continue or revert"
	}
	if p.InDetails {
		open, tell = "to the list", "copy"
	}
	if n := p.MarkCount(); n > 0 {
		undo = "undo " + present.Count(n) + " marked"
	}
	marks, openAt, markAt := p.noParts(), 3, 7
	if p.InDetails && cmp.Or(marks, p.NoMarks()) == "" {
		openAt, markAt = markAt, openAt // esc goes to the list, too
	}
	return append([]keys.Binding{
		{ID: keyUndo, Keys: []string{"U"}, Does: undo, Footer: 1, Danger: true, Disabled: p.noUndo(),
			Help: "Preview the plan that takes this one back; with marks in its details only what is marked, and what that needs. Of one that did not come to its end: continue it, or take back what is done."},
		{ID: keyTell, Keys: []string{"y"}, Does: p.teller.Does(tell), Footer: 2, Disabled: none,
			Help: "Copy one line about the plan; again: its report as Markdown, then all that the filter shows. In the details: what is under the cursor, such as a command of crane, oras or gh."},
		{ID: keyOpen, Keys: []string{"enter"}, Does: open, Footer: openAt, Disabled: none,
			Help: "Go to the details: each step with the commands that do the same, remarks, events; or back to the list."},
		{ID: keyNote, Keys: []string{"n"}, Does: "note", Footer: 4,
			Help: "Write a remark into the journal, about the plan under the cursor."},
		{ID: keyFilter, Keys: []string{"/"}, Does: "filter", Footer: 5,
			Help: "Show only what matches: words, !word, incident:, by:, state:, plan:, tag:, channel:, kind:, age<1d. In the details only steps that match: words, such as the end of an id, name:, tag:, digest:, state:."},
		{ID: keyBack, Keys: []string{"esc", "left"}, Does: p.GoesBack(), Footer: 6,
			Help: "Back: from the details to the list, from a filter to all, from here to where you came from."},
		{ID: keyMark, Keys: []string{" "}, Does: "mark", Footer: markAt, Disabled: cmp.Or(marks, p.NoMark()),
			Help: "In the details: mark the step under the cursor, a tag or a version, to take back this one alone."},
		{ID: keyRange, Keys: []string{"v"}, Does: "mark range", Disabled: cmp.Or(marks, p.NoMark()),
			Help: "In the details: mark a range of steps, v at its one end, move, v at its other end."},
		{ID: keyMarkAll, Keys: []string{"*"}, Does: "mark all", Disabled: cmp.Or(marks, p.NoMarks()),
			Help: "In the details: mark every step that the filter shows; again: unmark these."},
		{ID: keySwitch, Keys: []string{"tab", "shift+tab", "[", "]"}, Does: "list or details", Disabled: none,
			Help: "Go from the list to the details and back."},
	}, keys.Moves()...)
}

// noUndo is why there is nothing to take back here.
func (p *Pane) noUndo() string {
	r := p.current()
	switch {
	case r == nil:
		return "nothing is under the cursor"
	case r.x == nil:
		return "a note changes nothing that could be taken back"
	case !r.x.Begun:
		return "this plan was never executed"
	case r.x.Undone:
		return "this plan was undone already"
	case !r.x.Did() && !r.x.Unfinished():
		return "this plan changed nothing"
	case p.Ranging():
		return "a range is being marked: v ends it"
	}
	return ""
}

// noParts is why nothing of the plan under the cursor can be taken back alone.
func (p *Pane) noParts() string {
	if why := p.noUndo(); why != "" && !p.Ranging() {
		return why
	}
	return p.current().x.NoParts()
}

// Do runs one of the bindings.
func (p *Pane) Do(id keys.ID) (pane.Action, tea.Cmd) {
	if id == keyTell {
		return p.tell(), nil
	}
	p.teller.Reset()
	switch id {
	case keyUndo:
		return p.undo(), nil
	case keyNote:
		return p.remark(), nil
	case keyOpen, keySwitch:
		p.Switch()
	case keyFilter:
		p.OpenFilter()
	case keyMark:
		p.ToggleMark()
	case keyRange:
		p.MarkRange()
	case keyMarkAll:
		p.MarkAll()
	case keyBack:
		if !p.Back() {
			return pane.Back{}, nil
		}
	default:
		p.Move(id)
	}
	p.Arrange()
	return nil, nil
}

func (p *Pane) undo() pane.Action {
	r := p.current()
	switch {
	case r == nil || r.x == nil || p.noUndo() != "":
		return nil
	case r.x.Unfinished():
		return pane.Unfinished{Execution: *r.x}
	}
	return pane.Undo{Execution: *r.x, Act: model.ActUndo, Only: p.marked(r)}
}

// marked are the marked steps of a row.
func (p *Pane) marked(r *row) []model.StepRef {
	var out []model.StepRef
	if r.x == nil {
		return nil
	}
	for _, s := range r.x.Steps {
		if p.IsMarked(r.key, stepKey(s.Change)) {
			out = append(out, s.Change.Ref())
		}
	}
	return out
}

// Marks is what of the marked steps of all rows stood before, or stands since.
func (p *Pane) Marks() []model.Digest {
	var out []model.Digest
	for _, r := range p.rows {
		if r.x == nil {
			continue
		}
		for _, s := range r.x.Steps {
			if p.IsMarked(r.key, stepKey(s.Change)) {
				out = append(out, cmp.Or(s.Change.From, s.Change.To))
			}
		}
	}
	return out
}

// remark asks for a note: about the plan under the cursor, where one is.
func (p *Pane) remark() pane.Action {
	r := p.current()
	if r == nil || r.x == nil {
		return pane.WriteNote{}
	}
	return pane.WriteNote{Plan: r.x.ID(), Title: present.ExecutionTitle(*r.x), Incident: r.x.Incident}
}

// tell copies one line about the row; pressed again, its report, then all rows.
func (p *Pane) tell() pane.Action {
	r := p.current()
	if r == nil {
		return nil
	}
	var forms []pane.Form
	about := r.key
	if p.InDetails && p.Item < len(p.Items) {
		it := p.Items[p.Item]
		about += " " + it.Copied()
		forms = append(forms, pane.Form{Name: "copy", Make: func() pane.Action { return pane.Tell{Text: it.Copied()} }})
	}
	if r.x == nil {
		forms = append(forms, pane.Form{Name: "tell", Make: func() pane.Action {
			return pane.Tell{Text: present.JournalLine(r.note, r.at).String()}
		}})
	} else {
		x, head := *r.x, p.record.Head
		forms = append(forms,
			pane.Form{Name: "tell", Make: func() pane.Action { return pane.Tell{Text: present.TellExecution(x, head)} }},
			pane.Form{Name: "report as Markdown", Make: func() pane.Action {
				return pane.Copy{Text: present.ExecutionMarkdown(x, head), Said: "the report as Markdown"}
			}})
	}
	forms = append(forms, pane.Form{Name: "all as Markdown", Make: p.markdown})
	return p.teller.Tell(about, forms...)
}

// markdown is all that the filter shows, for a ticket.
func (p *Pane) markdown() pane.Action {
	var events []model.JournalEvent
	shown := p.Table.Shown()
	for i := len(shown) - 1; i >= 0; i-- {
		if shown[i].x == nil {
			events = append(events, shown[i].note)
			continue
		}
		events = append(events, shown[i].x.Events...)
	}
	return pane.Copy{Text: present.JournalTable(events).Markdown(), Said: present.Many(len(events), "event") + " as Markdown"}
}
