package wire

import "github.com/novotnyllc/caitui/internal/model"

// Diff is the "diff" document: of two versions of a package, or of a channel
// against its former release. Of a channel, Package is null, A and B are the
// two releases by name, Sections holds "packages", and Packages each package's
// own comparison.
type Diff struct {
	Schema   string        `json:"schema"`
	Registry Text          `json:"registry"`
	Owner    Text          `json:"owner"`
	Package  Text          `json:"package"`
	Channel  Text          `json:"channel"`
	A        DiffSide      `json:"a"`
	B        DiffSide      `json:"b"`
	Sections []DiffSection `json:"sections"`
	// Packages is null in a document about one package.
	Packages []PackageDiff `json:"packages"`
}

// DiffSide is one of the two things compared.
type DiffSide struct {
	Ref     Text   `json:"ref"`
	Digest  Digest `json:"digest"`
	Release Text   `json:"release"`
	Created Time   `json:"created"`
}

// DiffSection is one part of a difference. Equal counts what was compared and
// is equal; it is null where nothing was compared, and Note says why.
type DiffSection struct {
	Name    string      `json:"name"`
	Entries []DiffEntry `json:"entries"`
	Equal   Count       `json:"equal"`
	Note    Text        `json:"note"`
}

// DiffEntry is one thing that differs. Before and After are null where the side
// does not have it; Text is the unified difference of a text file, its lines
// sanitised.
type DiffEntry struct {
	Path   string  `json:"path"`
	Change string  `json:"change"`
	Before *string `json:"before"`
	After  *string `json:"after"`
	Noise  bool    `json:"noise"`
	Text   Text    `json:"text"`
}

// PackageDiff is what became of one package of a channel. Sections is null
// where nothing was compared: the digests are the same, or Error says why.
type PackageDiff struct {
	Name     string        `json:"name"`
	Before   Digest        `json:"before"`
	After    Digest        `json:"after"`
	Same     bool          `json:"same"`
	Error    Text          `json:"error"`
	Sections []DiffSection `json:"sections"`
}

// DiffDoc is the document of two versions of a package.
func DiffDoc(inv model.Inventory, d model.Diff) Diff {
	doc := diffOf(inv)
	doc.Package, doc.A, doc.B = remote(d.B.Package), sideDoc(d.A), sideDoc(d.B)
	doc.Sections = sectionDocs(d.Sections)
	return doc
}

// ChannelDiffDoc is the document of a channel against its former release.
func ChannelDiffDoc(inv model.Inventory, c model.ChannelDiff) Diff {
	doc := diffOf(inv)
	doc.Channel = remote(c.Channel)
	doc.A, doc.B = DiffSide{Ref: remote(c.From), Release: remote(c.From)}, DiffSide{Ref: remote(c.Channel), Release: remote(c.To)}
	doc.Sections = sectionDocs([]model.DiffSection{c.Section()})
	doc.Packages = make([]PackageDiff, len(c.Packages))
	for i, p := range c.Packages {
		one := PackageDiff{Name: model.Sanitize(p.Package), Before: Digest(p.Before), After: Digest(p.After), Same: p.Same, Error: failure(p.Err)}
		if p.Diff != nil {
			one.Sections = sectionDocs(p.Diff.Sections)
		}
		doc.Packages[i] = one
	}
	return doc
}

func diffOf(inv model.Inventory) Diff {
	return Diff{Schema: schema("diff"), Registry: remote(inv.Registry), Owner: remote(inv.Owner)}
}

func sideDoc(s model.DiffSide) DiffSide {
	return DiffSide{Ref: remote(s.Ref), Digest: Digest(s.Digest), Release: remote(s.Release), Created: Time(s.Created)}
}

func sectionDocs(sections []model.DiffSection) []DiffSection {
	out := make([]DiffSection, len(sections))
	for i, s := range sections {
		out[i] = DiffSection{Name: s.Name, Entries: make([]DiffEntry, len(s.Entries)), Equal: Count(s.Equal), Note: remote(s.Note)}
		if !s.Compared() {
			out[i].Equal = -1
		}
		for j, e := range s.Entries {
			out[i].Entries[j] = entryDoc(e)
		}
	}
	return out
}

func entryDoc(e model.DiffEntry) DiffEntry {
	out := DiffEntry{Path: model.Sanitize(e.Path), Change: string(e.Change), Noise: e.Noise, Text: Text(model.SanitizeLines(e.Text))}
	if e.HasBefore() {
		v := model.Sanitize(e.Before)
		out.Before = &v
	}
	if e.HasAfter() {
		v := model.Sanitize(e.After)
		out.After = &v
	}
	return out
}
