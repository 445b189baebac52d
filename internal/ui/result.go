package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/modal"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// aftermathMsg is what stands after a plan.
type aftermathMsg struct {
	gen   uint64
	after model.Aftermath
}

// looks reports whether there is something to look at after a plan.
func looks(plan model.Plan, o model.Outcome) bool { return o.Written && len(plan.Verdicts) > 0 }

// lookAfter asks what stands now: whether the tags do, whether everybody can
// pull it, and whether the channel is one set. It changes nothing and nobody
// waits for it.
func (r *Root) lookAfter(plan model.Plan) tea.Cmd {
	f := r.flow
	f.looking = true
	ctx, cancel := context.WithCancel(r.ctx)
	f.cancel = cancel
	gen, service := f.gen, r.o.Service
	return func() tea.Msg { return aftermathMsg{gen: gen, after: service.After(ctx, plan)} }
}

// onAftermath adds it to the result, where that is still open.
func (r *Root) onAftermath(msg aftermathMsg) tea.Cmd {
	f := r.flow
	if f == nil || !f.looking || msg.gen != f.gen {
		return nil
	}
	f.cancel()
	f.looking, f.cancel = false, nil
	dialog, ok := f.dialog.(*modal.Result)
	if !ok || r.last == nil {
		return nil
	}
	dialog.Show(present.ResultLines(f.plan, *r.last, present.AftermathLines(msg.after)), r.told(f.plan, *r.last, &msg.after))
	r.resize(r.width, r.height) // it may want more room than before
	return nil
}

// report shows how a plan ended, who gets what now, and the forms in which to
// tell it.
func (r *Root) report(plan model.Plan, o model.Outcome, err error) modal.Modal {
	if o.Err == nil {
		o.Err = err
	}
	var looking []modal.Line
	if looks(plan, o) {
		looking = []modal.Line{{Mark: present.MarkDot, Text: "Looking at what stands now.", Tone: present.Muted}}
	}
	return modal.NewResult(r.th, r.word()+" "+present.Ended(o), present.ResultLines(plan, o, looking), r.told(plan, o, nil), present.UndoTitle(plan, o))
}

// told are the forms in which a result can be told. What comes of a demo says
// so wherever it is pasted.
func (r *Root) told(plan model.Plan, o model.Outcome, after *model.Aftermath) []modal.Told {
	report := present.ReportMarkdown(plan, o, after, r.flow.began, r.flow.ended)
	if r.demo() {
		report = "**DEMO: nothing of this is real.**\n\n" + report
	}
	return []modal.Told{{Text: present.TellOutcome(plan, o, r.place())}, {Text: report, Said: "the report as Markdown"}}
}
