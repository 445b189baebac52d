package present

import (
	"strconv"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// Step is how far one change got, as a cell. Progress and results use the same
// words.
func Step(s model.Step) Cell {
	c := stepState(s.State)
	if s.Verified != nil {
		switch {
		case *s.Verified:
			c.Text += ", read back"
		default:
			c = Cell{Mark: MarkBad, Text: "written, but reads back different", Tone: Bad}
		}
	}
	if s.Err != nil {
		c.Text += ": " + sentence(s.Err.Error())
	}
	return c
}

func stepState(s model.StepState) Cell {
	switch s {
	case model.StepNotStarted, "":
		return Cell{Mark: MarkDot, Text: "not started", Tone: Muted}
	case model.StepMoving:
		return Cell{Mark: MarkArrow, Text: "moving"}
	case model.StepWaiting:
		return Cell{Mark: MarkDot, Text: "waiting", Tone: Muted}
	case model.StepDone:
		return Cell{Mark: MarkOK, Text: "done", Tone: Good}
	case model.StepAlready:
		return Cell{Mark: MarkOK, Text: "was so already", Tone: Good}
	case model.StepFailed:
		return Cell{Mark: MarkBad, Text: "failed", Tone: Bad}
	case model.StepRefused:
		return Cell{Mark: MarkBad, Text: "refused", Tone: Bad}
	case model.StepSpared:
		return Cell{Mark: MarkDot, Text: "spared", Tone: Muted}
	case model.StepConflict:
		return Cell{Mark: MarkBad, Text: "changed by somebody since the preview", Tone: Bad}
	case model.StepUnknown:
		return Cell{Mark: MarkWarn, Text: "unknown: no answer", Tone: Warn}
	}
	return Cell{Mark: MarkWarn, Text: model.Sanitize(string(s)), Tone: Warn}
}

// OutcomeLines says how a plan ended: the result, what is done, not done and
// unknown, why it stopped and what to do, and where the journal has it.
func OutcomeLines(p model.Plan, o model.Outcome) []Line {
	out := []Line{result(o)}
	out = append(out, Line{Text: StepCounts(o.Steps)})
	for _, s := range o.Steps {
		c := Step(s)
		if s.State == model.StepDone && c.Tone == Good {
			continue // counted above; what is not in order is named
		}
		c.Text = stepName(s) + ": " + c.Text
		out = append(out, c)
	}
	out = append(out, Failure(o.Err)...)
	if !o.Written && o.Result != model.ResultNothing {
		out = append(out, Line{Mark: MarkDot, Text: "Nothing was written.", Tone: Muted})
	}
	if o.Head.Seq > 0 {
		out = append(out, Line{Mark: MarkDot, Text: "Journal line " + strconv.FormatInt(o.Head.Seq, 10) + ", plan " + PlanID(p.ID), Tone: Muted})
	}
	return out
}

// StepLine is one step as plain text, for progress on a line of its own.
func StepLine(s model.Step) string {
	return stepName(s) + ": " + Step(s).String()
}

// stepName is what a step is about.
func stepName(s model.Step) string {
	what := model.Sanitize(s.Package)
	if s.Tag != "" {
		return what + " " + model.Sanitize(s.Tag)
	}
	if s.VersionID != 0 {
		return what + " version " + strconv.FormatInt(s.VersionID, 10)
	}
	return what
}

func result(o model.Outcome) Line {
	switch o.Result {
	case model.ResultDone:
		return Line{Mark: MarkOK, Text: "Done: everything is as the preview said.", Tone: Good}
	case model.ResultNothing:
		return Line{Mark: MarkOK, Text: "Nothing to do: everything was so already.", Tone: Good}
	case model.ResultConflict:
		return Line{Mark: MarkBad, Text: "Stopped: something changed since the preview.", Tone: Bad}
	case model.ResultStopped:
		return Line{Mark: MarkBad, Text: "Stopped before the end.", Tone: Bad}
	}
	return Line{Mark: MarkWarn, Text: "Result unknown: " + model.Sanitize(string(o.Result)), Tone: Warn}
}

// StepCounts counts steps: "7 done, 1 failed, 0 unknown, 2 not started".
// Unknown is always told, because it has to be looked at.
func StepCounts(steps []model.Step) string {
	n := make(map[model.StepState]int)
	for _, s := range steps {
		n[s.State]++
	}
	done := n[model.StepDone] + n[model.StepAlready]
	parts := []string{strconv.Itoa(done) + " of " + strconv.Itoa(len(steps)) + " done"}
	for _, k := range []struct {
		state model.StepState
		word  string
	}{
		{model.StepFailed, "failed"}, {model.StepRefused, "refused"}, {model.StepConflict, "in conflict"},
		{model.StepMoving, "moving"}, {model.StepSpared, "spared"},
	} {
		if n[k.state] > 0 {
			parts = append(parts, strconv.Itoa(n[k.state])+" "+k.word)
		}
	}
	parts = append(parts, strconv.Itoa(n[model.StepUnknown])+" unknown")
	if rest := n[model.StepNotStarted] + n[model.StepWaiting] + n[""]; rest > 0 {
		parts = append(parts, strconv.Itoa(rest)+" not started")
	}
	return strings.Join(parts, ", ")
}

// PlanID is a plan's id for lists: 12 characters of its digest.
func PlanID(id string) string {
	return Short(model.Digest(id))
}

// JournalLine is one event of the journal on one line.
func JournalLine(e model.JournalEvent, now time.Time) Line {
	parts := []string{"#" + strconv.FormatInt(e.Seq, 10), zulu(e.At, now), eventWords(e)}
	if e.Package != "" {
		parts = append(parts, model.Sanitize(strings.TrimSpace(e.Package+" "+e.Tag)))
	}
	if e.Before != "" || e.After != "" {
		parts = append(parts, move(e))
	}
	if e.Actor != "" {
		parts = append(parts, "by "+model.Sanitize(e.Actor))
	}
	if why := why(e); why != "" {
		parts = append(parts, why)
	}
	line := Line{Text: strings.Join(parts, "  ")}
	if e.Error != "" {
		line.Text += ": " + model.Sanitize(e.Error)
	}
	switch {
	case e.Kind == model.EventRefused, e.Error != "":
		line.Mark, line.Tone = MarkBad, Bad
	case e.Kind == model.EventOutcome && e.State != "":
		c := stepState(e.State)
		line.Mark, line.Tone = c.Mark, c.Tone
	default:
		line.Mark, line.Tone = MarkDot, Plain
	}
	return line
}

// eventWords is what happened: the event's kind, and the state it ended in.
func eventWords(e model.JournalEvent) string {
	words := model.Sanitize(string(e.Kind))
	if e.State != "" {
		words += " " + stepState(e.State).Text
	}
	return words
}

func move(e model.JournalEvent) string {
	if e.Before == e.After {
		return ShortOrNone(e.After)
	}
	return ShortOrNone(e.Before) + " " + string(MarkArrow) + " " + ShortOrNone(e.After)
}

func why(e model.JournalEvent) string {
	switch {
	case e.Reason == "":
		return model.Sanitize(e.Incident)
	case e.Incident == "":
		return model.Sanitize(e.Reason)
	}
	return model.Sanitize(e.Reason + " (" + e.Incident + ")")
}
