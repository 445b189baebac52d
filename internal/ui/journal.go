package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/journal"
	"github.com/novotnyllc/caitui/internal/ui/modal"
	"github.com/novotnyllc/caitui/internal/ui/pane"
)

// noting is a remark that is being typed.
type noting struct {
	about  pane.WriteNote
	dialog modal.Modal
}

// openJournal shows what was done from this machine.
func (r *Root) openJournal(plan string) tea.Cmd {
	if r.top().ID() == journal.Name {
		r.say("this is the journal; esc goes back")
		return nil
	}
	return r.open(r.panes.journal(plan), r.recordOf())
}

func (r *Root) recordOf() ask {
	service := r.o.Service
	return func(ctx context.Context, _ func(any)) (any, error) {
		return service.Record(ctx)
	}
}

// journalAgain reads the journal anew where it is open.
func (r *Root) journalAgain() tea.Cmd {
	for _, o := range r.stack {
		if o.pane.ID() == journal.Name {
			return r.fetchAgain(o.pane)
		}
	}
	return nil
}

// writeNote asks for a remark.
func (r *Root) writeNote(a pane.WriteNote) tea.Cmd {
	lines := []modal.Line{{Text: "A remark into the journal, where it stays."}}
	if a.Plan != "" {
		lines = []modal.Line{{Text: "A remark into the journal, about:"}, {Text: model.Sanitize(a.Title)}}
	}
	r.noting = &noting{about: a, dialog: modal.NewPrompt(r.th, r.word()+" Note", lines, "note", "", "write")}
	return r.push(r.noting.dialog)
}

// noted writes it.
func (r *Root) noted(text string) tea.Cmd {
	n := r.noting
	r.noting = nil
	ctx, service := r.ctx, r.o.Service
	return tea.Batch(r.modals.Remove(n.dialog), func() tea.Msg {
		_, err := service.Note(ctx, model.JournalNote{Plan: n.about.Plan, Text: text, Incident: n.about.Incident})
		return recordedMsg{said: "the note is in the journal", err: err}
	})
}

// undoLast previews what takes the plan back whose result is on the screen.
func (r *Root) undoLast() tea.Cmd {
	f := r.flow
	if f == nil || !f.executed || r.run != nil {
		return nil
	}
	what := undoingPlan{id: f.plan.ID, title: model.Sanitize(f.plan.Title), incident: f.plan.Incident}
	closing := r.closed(f.dialog)
	return tea.Batch(closing, r.change(what))
}

// undoingPlan takes back the newest execution of a plan, which the journal
// tells.
type undoingPlan struct{ id, title, incident string }

func (i undoingPlan) plan(ctx context.Context, service Service, t terms) (model.Plan, error) {
	record, err := service.Record(ctx)
	if err != nil {
		return model.Plan{}, err
	}
	x, err := model.ExecutionOf(record.Executions, i.id)
	if err != nil {
		return model.Plan{}, err
	}
	return undoing{x: x, act: model.ActUndo}.plan(ctx, service, t)
}

func (i undoingPlan) remembered() (reason, incident string) { return "", i.incident }

func (i undoingPlan) words() words {
	w := undoing{act: model.ActUndo}.words()
	w.subject = i.title
	return w
}
