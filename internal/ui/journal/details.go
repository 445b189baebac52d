package journal

import (
	"strconv"
	"strings"

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
	lost := lostTags(x.Plan)
	for _, s := range x.Steps {
		out = append(out, stepItem(x, s, lost[place{s.Change.Package, s.Change.From}]))
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

// place is a version of a package.
type place struct {
	pkg    string
	digest model.Digest
}

// lostTags are the tags that versions lose by a plan that deletes them: who looks
// for a version knows it by these.
func lostTags(p model.Plan) map[place][]string {
	out := make(map[place][]string)
	for _, e := range p.Effects {
		if e.Tag != "" && e.Kind == model.EffectRemoved {
			at := place{e.Package, e.Before}
			out[at] = append(out[at], e.Tag)
		}
	}
	return out
}

// stepItem is one step. It can be marked where it can be taken back alone.
func stepItem(x model.Execution, s model.ExecutionStep, tags []string) records.Item {
	c, state := s.Change, present.ExecutionStep(s)
	line := state
	line.Text = present.ChangeName(c) + "  " + present.ChangeEnds(c) + "  "
	if c.Kind == model.DeleteVersion && len(tags) > 0 {
		for _, t := range tags {
			line.Text += present.Tag(t) + "  "
		}
	} else {
		tags = []string{c.Tag}
	}
	line.Text += state.Text
	it := records.Item{Line: line}
	if x.Undone || x.NoParts() != "" || !s.ToTakeBack() {
		return it
	}
	it.Key = stepKey(c)
	names := strings.Join(tags, " ")
	digests := string(c.From) + " " + string(c.To)
	it.Find = strings.ToLower(strings.Join([]string{line.Text, names, digests}, " "))
	it.Field = func(name string) string {
		switch name {
		case "tag":
			return names
		case "name":
			return c.Package
		case "digest":
			return digests
		case "state":
			return state.Text
		case "kind":
			return string(c.Kind)
		}
		return ""
	}
	return it
}

// stepKey tells the steps of a plan apart.
func stepKey(c model.Change) string {
	ref := c.Ref()
	return ref.Package + ":" + ref.Tag + "#" + strconv.FormatInt(ref.VersionID, 10)
}
