package sbom

import (
	"fmt"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/records"
)

const (
	// besideWidth is from which width on the details stand beside the list.
	besideWidth = 120
	labelWidth  = 10
)

// below is how many lines the details get below the list.
func below(h int, inDetails bool, drawn func() int) int {
	switch {
	case inDetails:
		return max(h-4, 2)
	case h < 14:
		return 0
	}
	return min(drawn()+1, h/3)
}

// total is how many components, or differences, there are.
func (p *Pane) total() int { return p.rows.total }

func (p *Pane) noun() string {
	if p.compared != nil {
		return "difference"
	}
	return "component"
}

// note is what stands at the right of the title.
func (p *Pane) note() string {
	if p.list == nil {
		return ""
	}
	stale := ""
	if p.err != nil {
		stale = "asking again failed"
	}
	d := p.document()
	if d == nil {
		return layout.Note(p.th, p.Title(), p.Width(), stale, "none")
	}
	which := ""
	if n := len(p.list.Documents); n > 1 {
		which = fmt.Sprintf("document %d of %d", p.shown+1, n)
	}
	return layout.Note(p.th, p.Title(), p.Width(), stale, present.Many(p.total(), p.noun()), which, p.Table.Position())
}

// head says what the document is and what it describes, before anything of it
// is shown, and what is wrong.
func (p *Pane) head(w int) []string {
	d := p.document()
	if p.list == nil || d == nil {
		return nil
	}
	var out []string
	line := func(c present.Cell) {
		text := c.Text
		if g := p.th.Glyph(c.Mark); g != "" {
			text = g + " " + text
		}
		out = append(out, " "+p.th.Tone(c.Tone).Render(layout.Truncate(p.th.Text(model.Sanitize(text)), w-2, p.th.Glyphs.Ellipsis)))
	}
	describes := present.SBOMDescribes(*p.list, *d)
	describes.Text = present.SBOMFormat(d.SBOM) + ", describes " + describes.Text + "  " + p.named()
	if describes.Tone == present.Plain {
		describes.Tone = present.Strong
	}
	line(describes)
	if why := present.SBOMEvidence(*d); why != "" {
		line(present.Cell{Text: why, Tone: present.Muted})
	}
	made := present.SBOMMade(*d)
	if n := len(d.AttestedBy); n > 0 {
		made = strings.TrimPrefix(made+"; "+present.Many(n, "attestation")+" of this very document, not checked", "; ")
	}
	if made != "" && p.against.Digest == "" {
		line(present.Cell{Text: made, Tone: present.Muted})
	}
	for _, c := range p.comparing() {
		line(c)
	}
	for _, place := range p.list.Places {
		if place.Err != nil {
			line(present.Cell{Mark: present.MarkBad, Text: present.SBOMPlaceName(place.Name) + ": " + present.SBOMPlaceNote(place), Tone: present.Bad})
		}
	}
	return out[:min(len(out), 5)]
}

// named is the version by what people call it.
func (p *Pane) named() string {
	text := p.digest.Short()
	if release, ok := p.survey.ReleaseOf(p.pkg, p.digest); ok {
		text += " " + release.Label()
	}
	return text
}

// label is another version of the package by what people call it.
func (p *Pane) label(d model.Digest) string {
	if release, ok := p.survey.ReleaseOf(p.pkg, d); ok {
		return release.Label() + " (" + d.Short() + ")"
	}
	return d.Short()
}

// comparing says how it stands with the comparison.
func (p *Pane) comparing() []present.Cell {
	switch {
	case p.against.Digest == "":
		return nil
	case p.failed != nil:
		return []present.Cell{{Mark: present.MarkBad, Text: "not compared with " + p.label(p.against.Digest) + ": " + present.Why(p.failed), Tone: present.Bad}}
	case p.compared == nil:
		return []present.Cell{{Text: "comparing with " + p.label(p.against.Digest), Tone: present.Muted}}
	}
	out := []present.Cell{{Text: "against " + p.label(p.against.Digest) + ": " + present.SBOMDiffCounts(p.compared.diff), Tone: present.Strong}}
	if d := p.document(); p.compared.before.Describes != d.Describes {
		out = append(out, present.Cell{Mark: present.MarkWarn, Tone: present.Warn,
			Text: fmt.Sprintf("the two describe different things: %s, and %s before", d.Describes, p.compared.before.Describes)})
	}
	return out
}

// message is what is said where there is nothing to show, nil where there is.
func (p *Pane) message() []string {
	name := model.Sanitize(p.pkg) + "@" + model.Sanitize(p.digest.Short())
	switch {
	case p.list == nil && p.err != nil:
		return p.say("The SBOMs of "+name+" are not known: "+present.Why(p.err)+".", "r tries again, esc goes back.")
	case p.list == nil:
		return p.say("Looking for SBOMs of "+name+".",
			"Asked are GitHub's store, the registry's referrers, cosign's tags, BuildKit's entries, files and archives in it.")
	case p.building:
		return p.say("Reading a large document.")
	case p.document() != nil && p.document().Err != nil:
		return p.say("This document cannot be read: "+present.Why(p.document().Err)+".", "n shows the next one, v what is there.")
	case p.document() == nil:
		return p.nowhere()
	case p.compared != nil && p.compared.diff.Empty():
		return p.say("Nothing differs: "+present.Many(p.compared.diff.Equal, "component")+" are the same in both.", "esc ends the comparison.")
	}
	return nil
}

// nowhere says that there is none, where was looked, and what there is instead.
func (p *Pane) nowhere() []string {
	sentences := []string{"SBOM: " + present.NoSBOM(*p.list) + "."}
	if ref, release, ok := p.survey.PayloadBeside(p.pkg, p.digest); ok {
		sentences = append(sentences, present.SBOMPayload(ref, release)+": enter opens it.")
	}
	if len(p.list.Documents) > 0 {
		sentences = append(sentences, "n shows what is there all the same, as what it is.")
	}
	lines := p.say(sentences...)
	lines = append(lines, "")
	for _, place := range p.list.Places {
		state := present.SBOMPlace(place)
		text := " " + layout.Pad(present.SBOMPlaceName(place.Name), 22) + " " + state.String()
		if note := present.SBOMPlaceNote(place); note != "" {
			text += ": " + note
		}
		lines = append(lines, " "+p.th.Tone(state.Tone).Render(layout.Truncate(p.th.Text(text), max(p.Width()-2, 1), p.th.Glyphs.Ellipsis)))
	}
	return lines
}

func (p *Pane) say(sentences ...string) []string {
	return layout.Sentences(p.th, p.Width(), sentences...)
}

// items are the details of what is under the cursor.
func (p *Pane) items(r *row) ([]records.Item, int) {
	var out []records.Item
	item := func(label, text string) {
		if text = model.Sanitize(text); text != "" {
			out = append(out, records.Item{Label: label, Line: present.Line{Text: text}})
		}
	}
	if r.head {
		g := p.rows.groups[r.group]
		item("group", g.name.Text)
		item("", present.Many(g.total, p.noun())+", enter folds or unfolds")
		return out, 0
	}
	if r.change != none {
		cells := r.cells()
		out = append(out, records.Item{Label: "change", Line: present.Line{Text: model.Sanitize(cells.Change.String()), Tone: cells.Change.Tone}})
		if r.before != nil && r.c != nil {
			item("version", cells.Before.Text+" → "+cells.After.Text)
			item("licences", present.SBOMLicences(r.before.Licenses).Text+" → "+present.SBOMLicences(r.c.Licenses).Text)
		}
	}
	c := r.component()
	item("name", c.Name)
	if r.before == nil || r.c == nil {
		item("version", c.Version)
		item("licences", present.SBOMLicences(c.Licenses).Text)
	}
	item("type", present.SBOMType(*c))
	item("purl", c.PURL)
	item("supplier", c.Supplier)
	for _, h := range c.Hashes {
		item("hash", h.Algorithm+" "+h.Value)
	}
	item("in it", c.Ref)
	return out, 0
}
