package ui

import (
	"fmt"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/modal"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// preview is what the confirmation of a plan shows.
func (r *Root) preview(f *flow) modal.Preview {
	// The plan was read a moment ago, so the latest skew counts, not that of
	// the survey: clocks may have been set since.
	now := r.now.Add(r.status.Skew)
	w := f.intent.words()
	p := modal.Preview{
		Terms: r.askFor(f),
		Title: r.word() + " " + w.act + " " + w.subject,
		Lines: present.PlanLines(f.plan, r.survey, now),
	}
	if f.plan.Title != "" {
		p.Head = append(p.Head, modal.Line{Text: model.Sanitize(f.plan.Title), Tone: present.Strong})
	}
	if len(f.terms.overrides) > 0 {
		p.Head = append(p.Head, modal.Line{
			Mark: present.MarkWarn, Tone: present.Warn,
			Text: "lifted by name: " + strings.Join(model.SanitizeAll(f.terms.overrides), ", "),
		})
	}
	return p
}

// askFor is what the confirmation of a plan asks for.
func (r *Root) askFor(f *flow) modal.Terms {
	t := modal.Terms{
		Where:    r.place(),
		Blockers: f.plan.Blockers,
		Word:     present.PlanWord(f.plan, r.survey.Inventory.Layout, r.demo()),
		Act:      act(f.plan),
		Reason:   f.terms.reason,
		Incident: f.terms.incident,
	}
	switch {
	case f.plan.Blocked():
	case f.plan.Empty():
		t.Closed = "Nothing to do: " + f.intent.words().nothing + " esc closes."
	case r.readOnly():
		t.Closed = "caitui is read-only: this is a preview, nothing can be executed. Start it without --read-only to write."
	}
	return t
}

// act says what executing the plan does, in a few words.
func act(plan model.Plan) string {
	count := map[model.ChangeKind]int{}
	packages := map[string]bool{}
	for _, c := range plan.Changes {
		count[c.Kind]++
		packages[c.Package] = true
	}
	var parts []string
	for _, k := range []struct {
		kind model.ChangeKind
		verb string
		noun string
	}{
		{model.MoveTag, "move", "tag"}, {model.CreateTag, "create", "tag"}, {model.RemoveTag, "remove", "tag"},
		{model.PutArtifact, "write", "artifact"}, {model.DeleteVersion, "delete", "version"}, {model.RestoreVersion, "restore", "version"},
	} {
		if n := count[k.kind]; n > 0 {
			parts = append(parts, k.verb+" "+present.Many(n, k.noun))
		}
	}
	return strings.Join(parts, " and ") + " in " + present.Many(len(packages), "package")
}

// report is how a plan ended: lines to read, and one line for the chat.
func (r *Root) report(plan model.Plan, o model.Outcome, err error) (title string, lines []modal.Line, chat string) {
	if o.Err == nil {
		o.Err = err
	}
	switch o.Result {
	case model.ResultDone:
		title = "Done"
	case model.ResultNothing:
		title = "Nothing to do"
	case model.ResultConflict:
		title = "Stopped by a conflict"
	case model.ResultStopped:
		title = "Stopped"
	default:
		title = "Ended"
	}
	lines = append(lines, modal.Line{Text: model.Sanitize(plan.Title), Tone: present.Strong})
	all := present.OutcomeLines(plan, o)
	lines = append(lines, all[:2]...) // the result and the counts
	for _, s := range o.Steps {
		// OutcomeLines names what is not in order; here is the rest.
		if c := present.Step(s); s.State == model.StepDone && c.Tone == present.Good {
			c.Text = model.Sanitize(strings.TrimSpace(s.Package+" "+s.Tag)) + ": " + c.Text
			lines = append(lines, c)
		}
	}
	lines = append(lines, all[2:]...)
	if o.Head.Seq > 0 {
		lines = append(lines, modal.Line{Mark: present.MarkDot, Text: "Journal head " + head(o.Head), Tone: present.Muted})
	}
	return r.word() + " " + title, lines, r.chatLine(plan, o)
}

// head is number and short hash of the journal's last line.
func head(h model.JournalHead) string {
	hash := strings.TrimPrefix(h.Hash, "sha256:")
	return fmt.Sprintf("%d %s", h.Seq, model.Sanitize(hash[:min(len(hash), model.ShortLen)]))
}

// chatLine tells others in one line what was done, where, by whom and why.
func (r *Root) chatLine(plan model.Plan, o model.Outcome) string {
	parts := []string{"[" + r.place() + "] " + plan.Title, string(o.Result) + ": " + present.StepCounts(o.Steps)}
	for i, c := range plan.Changes {
		if i == 3 {
			parts = append(parts, fmt.Sprintf("and %d more", len(plan.Changes)-i))
			break
		}
		parts = append(parts, fmt.Sprintf("%s:%s %s %s %s", c.Package, c.Tag, present.Short(c.From), present.MarkArrow, present.Short(c.To)))
	}
	if plan.Actor != "" {
		parts = append(parts, "by @"+plan.Actor)
	}
	for _, s := range []string{plan.Reason, plan.Incident} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if o.Head.Seq > 0 {
		parts = append(parts, "journal "+head(o.Head))
	}
	return model.Sanitize(strings.Join(parts, "; "))
}
