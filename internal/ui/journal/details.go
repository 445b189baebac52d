package journal

import (
	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/records"
)

// itemsOf are the details of a row: how it stands, each step with the commands
// that would do it, what is told of the whole, and the journal's own events.
func itemsOf(r *row, at model.Place) []records.Item {
	if r.x == nil {
		return []records.Item{{Line: present.JournalLine(r.note, r.at)}}
	}
	x := *r.x
	var out []records.Item
	for _, l := range present.ExecutionLines(x) {
		out = append(out, records.Item{Line: l})
	}
	for _, s := range x.Steps {
		c := present.ExecutionStep(s)
		c.Text = present.ChangeName(s.Change) + "  " + present.ChangeEnds(s.Change) + "  " + c.Text
		out = append(out, records.Item{Line: c})
	}
	for _, part := range present.ReportParts(x) {
		out = append(out, records.Item{Line: present.Line{Text: part.Title + ":", Tone: present.Strong}})
		for _, l := range part.Lines {
			out = append(out, records.Item{Line: present.Line{Mark: present.MarkDot, Text: l}})
		}
	}
	if len(x.Steps) > 0 {
		out = append(out, records.Item{Line: present.Line{Text: "The same by other programs:", Tone: present.Strong}})
	}
	for _, s := range x.Steps {
		for _, e := range model.EquivalentOf(s.Change, at) {
			if e.Command != "" {
				out = append(out, records.Item{Line: present.Line{Text: e.Command, Tone: present.Muted}, Command: e.Command, Indent: 2})
			}
		}
	}
	out = append(out, records.Item{Line: present.Line{Text: "In the journal:", Tone: present.Strong}})
	for _, e := range x.Events {
		out = append(out, records.Item{Line: present.JournalLine(e, x.Ended)})
	}
	return out
}
