package requests

import (
	"slices"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/records"
)

// labelWidth is the room of the labels.
const labelWidth = 8

// itemsOf are the details of a request; the first command is what people look
// for.
func itemsOf(row *row) (out []records.Item, first int) {
	r := row.Request
	address := model.Sanitize(r.Method + " " + r.Target())
	if r.To == model.ToElsewhere {
		address += ", the path is not kept"
	}
	sent := present.Full(r.At)
	if r.Attempt > 1 {
		sent += ", attempt " + present.Count(r.Attempt)
	}
	out = []records.Item{{Label: "request", Line: present.Line{Text: address, Tone: present.Strong}}}
	if r.Withheld {
		out[0].Note = "its query had more than is kept here"
	}
	for _, e := range model.EquivalentOfRequest(r) {
		it := records.Item{Label: e.Tool, Command: e.Command, Note: e.Note, Line: present.Line{Text: e.Command}}
		if e.Command == "" {
			it.Line = present.Line{Text: e.None, Tone: present.Muted}
		}
		out = append(out, it)
	}
	out = append(out,
		records.Item{Label: "answer", Line: present.RequestAnswerLine(r)},
		records.Item{Label: "sent", Line: present.Line{Text: sent}})
	if r.Digest != "" {
		out = append(out, records.Item{Label: "stored", Line: present.Line{Text: string(r.Digest)}})
	}
	return out, firstCommand(out)
}

// firstCommand is the place of the first command that there is.
func firstCommand(items []records.Item) int {
	return max(slices.IndexFunc(items, func(it records.Item) bool { return it.Command != "" }), 0)
}
