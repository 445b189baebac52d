package present

import (
	"fmt"
	"path"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// SBOMRow is a component as the cells of one line.
type SBOMRow struct{ Name, Version, Type, Licences, PURL Cell }

// SBOMComponent presents a component.
func SBOMComponent(c model.SBOMComponent) SBOMRow {
	row := SBOMRow{Name: sbomCell(c.Name), Version: sbomCell(c.Version), Type: sbomCell(SBOMType(c)), Licences: SBOMLicences(c.Licenses), PURL: sbomCell(c.PURL)}
	row.PURL.Tone = Muted
	return row
}

func sbomCell(s string) Cell {
	if s = model.Sanitize(s); s == "" {
		return muted(None)
	}
	return Cell{Text: clip(s, 400)}
}

// SBOMType is what a component is: what the document calls it, and where it
// comes from.
func SBOMType(c model.SBOMComponent) string {
	if c.Ecosystem == "" || c.Ecosystem == c.Type {
		return c.Type
	}
	return c.Ecosystem + " " + c.Type
}

// SBOMLicences presents licences; that none is asserted is said.
func SBOMLicences(list []string) Cell {
	if len(list) == 0 {
		return muted("none asserted")
	}
	return Cell{Text: clip(model.Sanitize(strings.Join(list, ", ")), 400)}
}

// SBOMFormat is the format of a document in the words of people.
func SBOMFormat(s model.SBOM) string {
	name := map[model.SBOMFormat]string{model.SBOMCycloneDX: "CycloneDX", model.SBOMSPDX: "SPDX"}[s.Format]
	if name == "" {
		return "SBOM"
	}
	if s.SpecVersion != "" {
		name += " " + clip(model.Sanitize(s.SpecVersion), 20)
	}
	if s.Syntax != "json" {
		name += " as " + s.Syntax
	}
	return name
}

// SBOMDescribes says whose SBOM a document is. What nobody can tell, or what is
// not about the subject, is a warning.
func SBOMDescribes(l model.SBOMList, d model.SBOMDocument) Cell {
	switch {
	case d.Err != nil:
		return Cell{Mark: MarkBad, Text: "nothing that can be read", Tone: Bad}
	case d.Describes == model.DescribesPayload && l.IsImage():
		return Cell{Mark: MarkWarn, Text: "the payload, not this image", Tone: Warn}
	case d.Describes == model.DescribesPayload:
		return Cell{Text: "the payload"}
	case d.Describes == model.DescribesImage && d.Platform != "":
		return Cell{Text: "the image, " + model.Sanitize(d.Platform)}
	case d.Describes == model.DescribesImage:
		return Cell{Text: "an image"}
	}
	return Cell{Mark: MarkWarn, Text: "not known", Tone: Warn}
}

// SBOMWhere names the places of a document, the first ones.
func SBOMWhere(d model.SBOMDocument) string {
	var out []string
	for _, o := range d.Origins[:min(len(d.Origins), 3)] {
		text := SourceName(o.Source)
		title := path.Base(o.Title)
		switch {
		case o.Path != "":
			text = o.Path + " in " + title
		case o.Kind == model.FromLayer:
			text = "file " + title
		case o.Kind == model.FromCosign && o.Tag != "":
			text = "tag " + Tag(o.Tag)
		}
		out = append(out, clip(model.Sanitize(text), 80))
	}
	return strings.Join(out, ", ")
}

// SBOMPlaceName is a place in the words of people.
func SBOMPlaceName(name model.SBOMPlaceName) string {
	switch name {
	case model.SBOMInGitHub:
		return "GitHub's attestations"
	case model.SBOMInReferrers:
		return "referrers API"
	case model.SBOMInFallback:
		return "referrers tag"
	case model.SBOMInSubjects:
		return "manifests about it"
	case model.SBOMInCosignAtt:
		return "cosign's .att tags"
	case model.SBOMInCosignTag:
		return "cosign's .sbom tags"
	case model.SBOMInBuildKit:
		return "BuildKit's entries"
	case model.SBOMInLayer:
		return "files in it"
	case model.SBOMInFile:
		return "archives in it"
	}
	return model.Sanitize(string(name))
}

// SBOMPlace is what became of looking into one place.
func SBOMPlace(p model.SBOMPlace) Cell {
	return Source(model.SourceState{State: p.State, Count: p.Count, Err: p.Err})
}

// SBOMPlaceNote is what there is to say about a place, "" for nothing.
func SBOMPlaceNote(p model.SBOMPlace) string {
	if text := SourceTrouble(model.SourceState{Err: p.Err}); text != "" {
		return text
	}
	return model.Sanitize(p.Note)
}

// NoSBOM says that none fits, and where was looked. What is there but about
// something else is said too.
func NoSBOM(l model.SBOMList) string {
	whose := "this version"
	if l.IsImage() {
		whose = "this image"
	}
	text := "none for " + whose + "; looked in " + spelled(l.Looked()) + " places"
	if !l.Whole() {
		text = "none found for " + whose + ", but not every place could be looked into"
	}
	payloads, broken := 0, 0
	for _, d := range l.Documents {
		if d.Err != nil {
			broken++
		} else if !l.Fits(d) {
			payloads++
		}
	}
	if payloads > 0 {
		text += "; " + Many(payloads, "SBOM") + " found here that the payload has"
	}
	if broken > 0 {
		text += "; " + Many(broken, "document") + " found that cannot be read"
	}
	return text
}

// spelled is a small number as a word.
func spelled(n int) string {
	words := []string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}
	if n < 0 || n >= len(words) {
		return Count(n)
	}
	return words[n]
}

// SBOMPayload offers the payload's SBOM for what it is.
func SBOMPayload(p model.VersionRef, r model.Release) string {
	return fmt.Sprintf("the payload of the same release, %s, may have one: it describes the payload (%s@%s), not this version",
		model.Sanitize(r.Label()), model.Sanitize(p.Package), p.Digest.Short())
}

// SBOMSentences say what a document is and what it describes.
func SBOMSentences(l model.SBOMList, d model.SBOMDocument) []string {
	made := SBOMMade(d)
	if made != "" {
		made = ", " + made
	}
	out := []string{
		fmt.Sprintf("%s with %s%s", SBOMFormat(d.SBOM), Many(len(d.Components), "component"), made),
		"describes " + strings.TrimSpace(SBOMDescribes(l, d).Text) + ": " + SBOMEvidence(d),
	}
	if n := len(d.AttestedBy); n > 0 {
		out = append(out, Many(n, "attestation")+" of this very document, not checked here")
	}
	return out
}

// SBOMEvidence is why a document describes what it is said to.
func SBOMEvidence(d model.SBOMDocument) string {
	return clip(model.Sanitize(strings.Join(d.Evidence, "; ")), 600)
}

// SBOMMade says by what and when a document was made, "" where it does not.
func SBOMMade(d model.SBOMDocument) string {
	var out []string
	if len(d.Tools) > 0 {
		out = append(out, "made by "+clip(model.Sanitize(strings.Join(d.Tools, ", ")), 100))
	}
	if !d.Created.IsZero() {
		out = append(out, Full(d.Created))
	}
	return strings.Join(out, ", ")
}

// SBOMDocumentsTable lists the documents of a version.
func SBOMDocumentsTable(l model.SBOMList, shown int) Table {
	t := Table{Columns: []Column{{Title: ""}, {Title: "SBOM"}, {Title: "describes"}, {Title: "components", Right: true}, {Title: "digest"}, {Title: "found as"}}}
	for i, d := range l.Documents {
		cursor, n := Cell{}, Count(len(d.Components))
		if i == shown {
			cursor = Cell{Text: "shown"}
		}
		if d.Err != nil {
			n = "not read: " + brief(d.Err)
		}
		t.Rows = append(t.Rows, []Cell{cursor, {Text: SBOMFormat(d.SBOM)}, SBOMDescribes(l, d), {Text: n}, {Text: Short(d.Digest)}, {Text: SBOMWhere(d)}})
	}
	return t
}

// SBOMPlacesTable lists where was looked.
func SBOMPlacesTable(l model.SBOMList) Table {
	t := Table{Columns: []Column{{Title: "looked in"}, {Title: "state"}, {Title: "note"}}}
	for _, p := range l.Places {
		t.Rows = append(t.Rows, []Cell{{Text: SBOMPlaceName(p.Name)}, SBOMPlace(p), {Text: SBOMPlaceNote(p)}})
	}
	return t
}

// SBOMTable lists components, in groups where there are any.
func SBOMTable(list []model.SBOMComponent, by model.SBOMGrouping) Table {
	t := Table{Columns: []Column{{Title: "component"}, {Title: "version"}, {Title: "type"}, {Title: "licences"}, {Title: "purl"}}, Empty: "No component matches."}
	cells := func(c model.SBOMComponent) []Cell {
		r := SBOMComponent(c)
		return []Cell{r.Name, r.Version, r.Type, r.Licences, r.PURL}
	}
	if by == model.GroupNone {
		for _, c := range list {
			t.Rows = append(t.Rows, cells(c))
		}
		return t
	}
	t.Columns = append([]Column{{Title: string(by)}}, t.Columns...)
	for _, g := range model.GroupComponents(list, by) {
		for _, i := range g.Members {
			t.Rows = append(t.Rows, append([]Cell{SBOMGroupName(by, g.Name)}, cells(list[i])...))
		}
	}
	return t
}

// SBOMGroupsTable counts the components of each group.
func SBOMGroupsTable(list []model.SBOMComponent, by model.SBOMGrouping) Table {
	t := Table{Columns: []Column{{Title: string(by)}, {Title: "components", Right: true}}}
	for _, g := range model.GroupComponents(list, by) {
		t.Rows = append(t.Rows, []Cell{SBOMGroupName(by, g.Name), {Text: Count(len(g.Members))}})
	}
	return t
}

// SBOMGroupName names a group, also the one of those without a name.
func SBOMGroupName(by model.SBOMGrouping, name string) Cell {
	switch {
	case name != "":
		return Cell{Text: clip(model.Sanitize(name), 200)}
	case by == model.GroupLicence:
		return muted("no licence asserted")
	case by == model.GroupType:
		return muted("no type given")
	}
	return muted("no purl")
}

// SBOMChangeRow is one difference as the cells of one line.
type SBOMChangeRow struct{ Change, Name, Before, After, Type, Licences Cell }

// Marks of differences, as diff writes them.
var (
	added    = Cell{Text: "+ added"}
	removed  = Cell{Text: "- removed"}
	changed  = Cell{Text: "~ version"}
	licensed = Cell{Mark: MarkWarn, Text: "licence", Tone: Warn}
)

// SBOMAdded, SBOMRemoved, SBOMChanged and SBOMLicensed present the four sorts
// of differences.
func SBOMAdded(c model.SBOMComponent) SBOMChangeRow {
	r := SBOMComponent(c)
	return SBOMChangeRow{added, r.Name, muted(None), r.Version, r.Type, r.Licences}
}

// SBOMRemoved presents a component that is gone.
func SBOMRemoved(c model.SBOMComponent) SBOMChangeRow {
	r := SBOMComponent(c)
	return SBOMChangeRow{removed, r.Name, r.Version, muted(None), r.Type, r.Licences}
}

// SBOMChanged presents a component of another version.
func SBOMChanged(c model.SBOMChange) SBOMChangeRow {
	before, after := SBOMComponent(c.Before), SBOMComponent(c.After)
	return SBOMChangeRow{changed, after.Name, before.Version, after.Version, after.Type, after.Licences}
}

// SBOMLicensed presents a component under other licences.
func SBOMLicensed(c model.SBOMChange) SBOMChangeRow {
	before, after := SBOMComponent(c.Before), SBOMComponent(c.After)
	both := Cell{Text: before.Licences.Text + " " + string(MarkArrow) + " " + after.Licences.Text, Tone: Warn}
	return SBOMChangeRow{licensed, after.Name, before.Version, after.Version, after.Type, both}
}

// SBOMDiffTable lists all differences.
func SBOMDiffTable(d model.SBOMDiff) Table {
	t := Table{Columns: []Column{{Title: "change"}, {Title: "component"}, {Title: "before"}, {Title: "after"}, {Title: "type"}, {Title: "licences"}}, Empty: "Nothing differs."}
	row := func(r SBOMChangeRow) {
		t.Rows = append(t.Rows, []Cell{r.Change, r.Name, r.Before, r.After, r.Type, r.Licences})
	}
	for _, c := range d.Licences {
		row(SBOMLicensed(c))
	}
	for _, c := range d.Changed {
		row(SBOMChanged(c))
	}
	for _, c := range d.Added {
		row(SBOMAdded(c))
	}
	for _, c := range d.Removed {
		row(SBOMRemoved(c))
	}
	return t
}

// SBOMDiffCounts sums a difference up.
func SBOMDiffCounts(d model.SBOMDiff) string {
	if d.Empty() {
		return "nothing differs, " + Many(d.Equal, "component") + " are the same"
	}
	return fmt.Sprintf("%s added, %s removed, %s of another version, %s, %s the same", Count(len(d.Added)), Count(len(d.Removed)),
		Count(len(d.Changed)), Many(len(d.Licences), "licence change"), Count(d.Equal))
}

// TellSBOM is one line about an SBOM, for a chat.
func TellSBOM(l model.SBOMList, d model.SBOMDocument, named string) string {
	return fmt.Sprintf("SBOM of %s@%s (%s): %s, %s, describes %s; document %s", model.Sanitize(l.Package), l.Subject, model.Sanitize(named),
		SBOMFormat(d.SBOM), Many(len(d.Components), "component"), SBOMDescribes(l, d).Text, d.Digest)
}

// TellComponent is one line about a component.
func TellComponent(c model.SBOMComponent) string {
	text := model.Sanitize(c.Name)
	if c.Version != "" {
		text += " " + model.Sanitize(c.Version)
	}
	if c.PURL != "" {
		text += " (" + model.Sanitize(c.PURL) + ")"
	}
	return text + ", licences: " + SBOMLicences(c.Licenses).Text
}
