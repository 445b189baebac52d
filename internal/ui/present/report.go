package present

import (
	"fmt"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// Ended is how a plan ended, in the words of a title.
func Ended(o model.Outcome) string {
	switch o.Result {
	case model.ResultDone:
		return "Done"
	case model.ResultNothing:
		return "Nothing to do"
	case model.ResultConflict:
		return "Stopped by a conflict"
	case model.ResultStopped:
		return "Stopped"
	}
	return "Ended"
}

// ResultLines is the result of a plan for a person: how it ended, what is not
// in order, where the journal has it, what stands now (after), who gets what, and
// each tag that was read back.
func ResultLines(plan model.Plan, o model.Outcome, after []Line) []Line {
	lines := append([]Line{{Text: model.Sanitize(plan.Title), Tone: Strong}}, OutcomeLines(plan, o)...)
	for _, u := range leftOut(plan) {
		lines = append(lines, Line{Mark: MarkWarn, Tone: Warn, Text: u + " was left out and stays where it was"})
	}
	if o.Head.Seq > 0 {
		lines = append(lines, Line{Mark: MarkDot, Text: "Journal head " + JournalHead(o.Head), Tone: Muted})
	}
	lines = append(lines, after...)
	if o.Result == model.ResultDone && len(plan.Consumers) > 0 {
		lines = append(lines, Line{Text: "Who gets what now:", Tone: Strong})
		for _, c := range plan.Consumers {
			lines = append(lines, Line{Mark: MarkDot, Text: gets(c)})
		}
	}
	for _, s := range o.Steps {
		// OutcomeLines names what is not in order; here is the rest.
		if c := Step(s); s.State == model.StepDone && c.Tone == Good {
			c.Text = stepName(s) + ": " + c.Text
			lines = append(lines, c)
		}
	}
	return lines
}

func leftOut(p model.Plan) []string {
	var out []string
	for _, u := range p.Unmoved {
		if u.Excluded {
			out = append(out, model.Sanitize(u.Package))
		}
	}
	return out
}

// JournalHead is number and short hash of the journal's last line, as
// journal --verify --head takes them.
func JournalHead(h model.JournalHead) string {
	hash := strings.TrimPrefix(h.Hash, "sha256:")
	return fmt.Sprintf("%d:%s", h.Seq, model.Sanitize(hash[:min(len(hash), model.ShortLen)]))
}

// TellPlan is one line about a plan that is only previewed, for a chat. where
// is LIVE or DEMO with registry and owner.
func TellPlan(p model.Plan, where string) string {
	parts := []string{"[" + where + "] preview, nothing done: " + p.Title, PlanCounts(p)}
	for _, b := range p.Blockers {
		parts = append(parts, "BLOCKED: "+remark(b))
	}
	return closing(p, parts, "plan "+PlanID(p.ID))
}

// TellOutcome tells others in one line what was done, where, by whom and why.
func TellOutcome(p model.Plan, o model.Outcome, where string) string {
	parts := []string{"[" + where + "] " + p.Title, string(o.Result) + ": " + StepCounts(o.Steps)}
	for i, c := range p.Changes {
		if p.Aim.Channel != "" {
			break // the title says it
		}
		if i == 3 {
			parts = append(parts, fmt.Sprintf("and %d more", len(p.Changes)-i))
			break
		}
		parts = append(parts, fmt.Sprintf("%s:%s %s %s %s", c.Package, c.Tag, Short(c.From), MarkArrow, Short(c.To)))
	}
	head := ""
	if o.Head.Seq > 0 {
		head = "journal " + JournalHead(o.Head)
	}
	return closing(p, parts, head)
}

// closing ends a line: what was left out, by whom and why, and where it stands.
func closing(p model.Plan, parts []string, where string) string {
	if out := leftOut(p); len(out) > 0 {
		parts = append(parts, "left out: "+strings.Join(out, ", "))
	}
	if p.Actor != "" {
		parts = append(parts, "by @"+p.Actor)
	}
	for _, s := range []string{p.Reason, p.Incident, where} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return model.Sanitize(strings.Join(parts, "; "))
}

// ReportMarkdown is the result of a plan for a ticket: the same report that the
// journal gives later, and what stands now, where that was asked.
func ReportMarkdown(p model.Plan, o model.Outcome, after *model.Aftermath, began, ended time.Time) string {
	var b strings.Builder
	b.WriteString(ExecutionMarkdown(executed(p, o, began, ended), o.Head))
	if after == nil {
		return b.String()
	}
	b.WriteString("\n### What stands now\n\n")
	for _, l := range AftermathLines(*after) {
		b.WriteString("- " + Markdown(l.String()) + "\n")
	}
	return b.String()
}

// executed is an outcome as the journal has it.
func executed(p model.Plan, o model.Outcome, began, ended time.Time) model.Execution {
	x := model.Execution{Plan: p, Kept: true, Actor: p.Actor, Reason: p.Reason, Incident: p.Incident, Began: began, Ended: ended}
	for i, c := range p.Changes {
		step := model.ExecutionStep{Change: c, State: model.StepNotStarted}
		for _, s := range o.Steps {
			if s.Index != i || s.Package != c.Package {
				continue
			}
			step.State = s.State
			step.Begun = s.State != model.StepNotStarted && s.State != model.StepWaiting
			if s.Err != nil {
				step.Error = s.Err.Error()
			}
		}
		x.Begun = x.Begun || step.Begun && o.Written
		x.Steps = append(x.Steps, step)
	}
	return x
}
