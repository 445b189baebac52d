package ui

import (
	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/modal"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// report shows how a plan ended, who gets what now, and the forms in which to
// tell it.
func (r *Root) report(plan model.Plan, o model.Outcome, err error) modal.Modal {
	if o.Err == nil {
		o.Err = err
	}
	now := r.now.Add(r.status.Skew)
	told := []modal.Told{
		{Text: present.TellOutcome(plan, o, r.place())},
		{Text: present.ReportMarkdown(plan, o, r.place(), now), Said: "the report as Markdown"},
	}
	return modal.NewResult(r.th, r.word()+" "+present.Ended(o), present.ResultLines(plan, o), told, "")
}
