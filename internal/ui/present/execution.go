package present

import (
	"errors"
	"strconv"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// ExecutionState is how a plan stands, in a few words.
func ExecutionState(x model.Execution) Cell {
	switch x.Standing() {
	case model.StandsRefused:
		return Cell{Mark: MarkBad, Text: "refused, nothing written", Tone: Bad}
	case model.StandsPreviewed:
		return Cell{Mark: MarkDot, Text: "previewed only", Tone: Muted}
	case model.StandsUnfinished:
		return Cell{Mark: MarkWarn, Text: "unfinished", Tone: Warn}
	case model.StandsUndone:
		return Cell{Mark: MarkDot, Text: "undone", Tone: Muted}
	case model.StandsGivenUp:
		return Cell{Mark: MarkWarn, Text: "left half done", Tone: Muted}
	case model.StandsSuperseded:
		return Cell{Mark: MarkDot, Text: "settled by a later plan", Tone: Muted}
	case model.StandsDone:
	}
	refused := x.Count(model.StepRefused)
	switch {
	case refused+x.Count(model.StepSpared) > 0:
		return Cell{Mark: MarkWarn, Text: "done, " + Many(refused, "refusal"), Tone: Warn}
	case !x.Did():
		return Cell{Mark: MarkOK, Text: "nothing to do", Tone: Muted}
	}
	return Cell{Mark: MarkOK, Text: "done", Tone: Good}
}

// ExecutionStep is how far one change came, in the words of a result.
func ExecutionStep(s model.ExecutionStep) Cell {
	step := model.Step{State: s.State}
	if s.Error != "" {
		step.Err = errors.New(s.Error)
	}
	c := Step(step)
	switch {
	case s.State == model.StepUnknown && s.Error == "":
		c.Text = "unknown: begun, and its end is not recorded"
	case s.TakenBack:
		c.Text += ", taken back since"
	}
	return c
}

// ChangeName is what a change acts on: a tag, or a version by its number.
func ChangeName(c model.Change) string {
	return stepName(model.Step{Package: c.Package, Tag: c.Tag, VersionID: c.VersionID})
}

// ExecutionTable is what became of each change of a plan.
func ExecutionTable(x model.Execution) Table {
	t := Table{Columns: []Column{{Title: "#", Right: true}, {Title: "package"}, {Title: "tag"}, {Title: "before"},
		{Title: "after"}, {Title: "state"}}, Empty: "The journal has no change of this plan."}
	for _, s := range x.Steps {
		tag := model.Sanitize(s.Change.Tag)
		if tag == "" && s.Change.VersionID != 0 {
			tag = "version " + strconv.FormatInt(s.Change.VersionID, 10)
		}
		t.Rows = append(t.Rows, []Cell{{Text: stage(s.Change.Stage)}, text(s.Change.Package), {Text: tag},
			{Text: Short(s.Change.From)}, {Text: Short(s.Change.To)}, ExecutionStep(s)})
	}
	return t
}

// ExecutionTitle is what a plan was for; one whose file is not kept is told by
// its changes.
func ExecutionTitle(x model.Execution) string {
	if x.Plan.Title != "" {
		return model.Sanitize(x.Plan.Title)
	}
	switch len(x.Steps) {
	case 0:
		return "plan " + PlanID(x.ID()) + ", of which only the preview is recorded"
	case 1:
		return "change " + ChangeName(x.Steps[0].Change)
	}
	return "change " + ChangeName(x.Steps[0].Change) + " and " + Count(len(x.Steps)-1) + " more"
}

// ExecutionLines says how a plan stands and what can be done about it.
func ExecutionLines(x model.Execution) []Line {
	out := ExecutionStanding(x)
	if x.Unfinished() {
		out = append(out, Line{Mark: MarkArrow, Text: "Continue: caitui resume --yes. Take back what is done: caitui resume --revert --yes."})
	}
	return out
}

// ExecutionStanding says how a plan stands, and of an unfinished one what is
// done, not done and unknown.
func ExecutionStanding(x model.Execution) []Line {
	out := []Line{{Text: ExecutionTitle(x), Tone: Strong}}
	state := ExecutionState(x)
	state.Text = upperFirst(state.Text) + ": " + executionCounts(x)
	out = append(out, state, Line{Mark: MarkDot, Text: executionFacts(x), Tone: Muted})
	if !x.Unfinished() {
		return out
	}
	for _, s := range x.Steps {
		if s.Begun && s.State != model.StepDone && s.State != model.StepAlready {
			c := ExecutionStep(s)
			c.Text = ChangeName(s.Change) + ": " + c.Text
			out = append(out, c)
		}
	}
	return out
}

func executionCounts(x model.Execution) string {
	steps, back := make([]model.Step, len(x.Steps)), 0
	for i, s := range x.Steps {
		steps[i].State = s.State
		if s.TakenBack {
			back++
		}
	}
	if back > 0 && !x.Undone {
		return StepCounts(steps) + ", " + Count(back) + " taken back since"
	}
	return StepCounts(steps)
}

// executionFacts is who, when, where and why, on one line.
func executionFacts(x model.Execution) string {
	parts := []string{"plan " + PlanID(x.ID()), "begun " + Full(x.Began)}
	if x.Actor != "" {
		by := "by @" + model.Sanitize(x.Actor)
		if x.Host != "" {
			by += " on " + model.Sanitize(x.Host)
		}
		parts = append(parts, by)
	}
	if x.Reason != "" {
		parts = append(parts, model.Sanitize(x.Reason))
	}
	if x.Incident != "" {
		parts = append(parts, model.Sanitize(x.Incident))
	}
	return strings.Join(append(parts, "journal "+spanOf(x)), ", ")
}

func spanOf(x model.Execution) string {
	if x.First == x.Last {
		return "line " + strconv.FormatInt(x.First, 10)
	}
	return "lines " + strconv.FormatInt(x.First, 10) + " to " + strconv.FormatInt(x.Last, 10)
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// TellExecution is one line about a plan for a chat: what, where, how it stands,
// the first changes, by whom, why, and the journal's head to check it against.
func TellExecution(x model.Execution, head model.JournalHead) string {
	p := x.Plan
	parts := []string{"[" + model.Sanitize(strings.Trim(p.Registry+"/"+p.Owner, "/")) + "] " + ExecutionTitle(x),
		ExecutionState(x).Text + ": " + executionCounts(x)}
	for i, s := range x.Steps {
		if i == 3 && len(x.Steps) > 4 {
			parts = append(parts, "and "+Count(len(x.Steps)-i)+" more")
			break
		}
		parts = append(parts, ChangeName(s.Change)+" "+ChangeEnds(s.Change))
	}
	if x.Actor != "" {
		parts = append(parts, "by @"+model.Sanitize(x.Actor))
	}
	for _, why := range []string{x.Reason, x.Incident} {
		if why != "" {
			parts = append(parts, model.Sanitize(why))
		}
	}
	return strings.Join(append(parts, "journal "+JournalHead(head)), "; ")
}

// ChangeEnds is where a change leads from and to.
func ChangeEnds(c model.Change) string {
	return move(model.JournalEvent{Before: c.From, After: c.To})
}

// ExecutionMarkdown tells of a plan in a ticket: what was changed, by whom, why and
// with what result, what was left alone, who gets what, and how it can be
// checked and taken back.
func ExecutionMarkdown(x model.Execution, head model.JournalHead) string {
	var b strings.Builder
	b.WriteString("## " + Markdown(upperFirst(ExecutionTitle(x))) + "\n\n")
	for _, l := range reportFacts(x) {
		b.WriteString("- " + Markdown(l) + "\n")
	}
	b.WriteString("\n" + ExecutionTable(x).Markdown())
	for _, part := range ReportParts(x) {
		b.WriteString("\n### " + part.Title + "\n\n")
		for _, l := range part.Lines {
			b.WriteString("- " + Markdown(l) + "\n")
		}
	}
	b.WriteString("\nChecked against the journal by `caitui journal --verify --head " + JournalHead(head) + "`")
	if x.Begun && !x.Undone {
		b.WriteString(", taken back by `caitui undo " + PlanID(x.ID()) + "`")
	}
	b.WriteString(".\n")
	return b.String()
}

// ReportPart is sentences of a report under a title.
type ReportPart struct {
	Title string
	Lines []string
}

// ReportParts is what a report tells besides the changes themselves. Parts
// without a line are left out.
func ReportParts(x model.Execution) []ReportPart {
	var out []ReportPart
	for _, part := range []ReportPart{
		{"Left alone", reportUnmoved(x.Plan)}, {"Who gets what", reportConsumers(x.Plan)},
		{"To know", reportRemarks(x.Plan)}, {"Notes", reportNotes(x)},
	} {
		if len(part.Lines) > 0 {
			part.Lines = model.SanitizeAll(part.Lines)
			out = append(out, part)
		}
	}
	return out
}

func reportFacts(x model.Execution) []string {
	out := []string{"Registry: " + strings.Trim(x.Plan.Registry+"/"+x.Plan.Owner, "/"),
		"Result: " + ExecutionState(x).Text + ", " + executionCounts(x),
		"Time: " + Full(x.Began) + " to " + Full(x.Ended)}
	if x.Actor != "" {
		out = append(out, "By: @"+strings.TrimSpace(x.Actor+onHost(x.Host)))
	}
	for _, f := range []struct{ name, value string }{{"Reason", x.Reason}, {"Incident", x.Incident}, {"Plan", x.ID()}} {
		if f.value != "" {
			out = append(out, f.name+": "+f.value)
		}
	}
	for _, a := range x.Plan.Approvals {
		line := "Approved by @" + a.Login + " at " + Full(a.At)
		if a.Note != "" {
			line += ": " + a.Note
		}
		out = append(out, line)
	}
	return out
}

func onHost(host string) string {
	if host == "" {
		return ""
	}
	return " on " + host
}

func reportUnmoved(p model.Plan) []string {
	var out []string
	for _, u := range p.Unmoved {
		what := strings.TrimSpace(u.Package + " " + u.Tag)
		if u.Digest != "" {
			what += " at " + Short(u.Digest)
		}
		out = append(out, what+": "+u.Why)
	}
	return out
}

func reportConsumers(p model.Plan) []string {
	var out []string
	for _, c := range p.Consumers {
		out = append(out, c.Who+": "+c.Gets)
	}
	return out
}

func reportRemarks(p model.Plan) []string {
	var out []string
	for _, w := range p.Warnings {
		out = append(out, remark(w))
	}
	return out
}

func reportNotes(x model.Execution) []string {
	var out []string
	for _, e := range x.Events {
		if e.Kind == model.EventNote {
			out = append(out, Full(e.At)+" @"+e.Actor+": "+e.Reason)
		}
	}
	return out
}

// ResumeRemark says how far a plan came that is carried on.
func ResumeRemark(x model.Execution) model.Remark {
	return model.Remark{Code: "resumed", Message: "begun " + Full(x.Began) + " and carried on now: " + executionCounts(x) + "; what is done is not done again"}
}

// UndoTitle is what taking a plan back would do, as a result offers it; "" where
// the plan changed nothing.
func UndoTitle(p model.Plan, o model.Outcome) string {
	did := false
	for _, s := range o.Steps {
		did = did || s.State == model.StepDone || s.State == model.StepUnknown
	}
	switch {
	case !did:
		return ""
	case p.Aim.Channel != "" && p.Aim.From != "":
		return "put " + model.Sanitize(p.Aim.Channel) + " back to " + model.Sanitize(p.Aim.From)
	}
	return "take this back"
}
