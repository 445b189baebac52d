package wire

import "github.com/novotnyllc/caitui/internal/model"

// SBOM is the "sbom" document: one SBOM of a version, all that were found, and
// where was looked. Where none fits the version, what stands about one is null
// and Components too.
type SBOM struct {
	Schema      string             `json:"schema"`
	Registry    Text               `json:"registry"`
	Owner       Text               `json:"owner"`
	Package     string             `json:"package"`
	Subject     AttestationSubject `json:"subject"`
	Document    Digest             `json:"document"`
	Origin      Text               `json:"origin"`
	Places      []AttestationPlace `json:"places"`
	Describes   Text               `json:"describes"`
	Evidence    []string           `json:"evidence"`
	Format      Text               `json:"format"`
	SpecVersion Text               `json:"spec_version"`
	Syntax      Text               `json:"syntax"`
	Name        Text               `json:"name"`
	Created     Time               `json:"created"`
	Tools       []string           `json:"tools"`
	AttestedBy  []Digest           `json:"attested_by"`
	// Components are those that a search lets through, Total counts all.
	Components []SBOMComponent `json:"components"`
	Total      Count           `json:"total"`
	Search     Text            `json:"search"`
	Group      Text            `json:"group"`
	Groups     []SBOMGroup     `json:"groups"` // null where nothing is grouped
	Documents  []SBOMDocument  `json:"documents"`
	LookedIn   []SBOMPlace     `json:"looked_in"`
	Payload    *SBOMPayload    `json:"payload"` // that of the same release, where the version has no SBOM
	// What follows is null where nothing is compared. Added is what the subject
	// has and Against has not.
	Against        *SBOMAgainst    `json:"against"`
	Added          []SBOMComponent `json:"added"`
	Removed        []SBOMComponent `json:"removed"`
	Changed        []SBOMChange    `json:"changed"`
	LicenceChanges []SBOMLicences  `json:"licence_changes"`
	Equal          Count           `json:"equal"`
	Notes          []string        `json:"notes"`
}

// SBOMComponent is one component.
type SBOMComponent struct {
	Name      Text       `json:"name"`
	Version   Text       `json:"version"`
	PURL      Text       `json:"purl"`
	Licenses  []string   `json:"licenses"`
	Type      Text       `json:"type"`
	Ecosystem Text       `json:"ecosystem"`
	Supplier  Text       `json:"supplier"`
	Hashes    []SBOMHash `json:"hashes"`
}

// SBOMHash is a checksum as the document gives it.
type SBOMHash struct {
	Algorithm Text `json:"algorithm"`
	Value     Text `json:"value"`
}

// SBOMGroup counts the components that have something in common.
type SBOMGroup struct {
	Name  Text `json:"name"`
	Count int  `json:"count"`
}

// SBOMDocument is one of the documents found.
type SBOMDocument struct {
	Digest      Digest             `json:"digest"`
	Describes   string             `json:"describes"`
	Format      Text               `json:"format"`
	SpecVersion Text               `json:"spec_version"`
	Platform    Text               `json:"platform"`
	Components  Count              `json:"components"`
	Signed      bool               `json:"signed"`
	Shown       bool               `json:"shown"`
	Places      []AttestationPlace `json:"places"`
	Error       Text               `json:"error"`
}

// SBOMPlace is what became of looking into one place. Count is null where
// nobody could look.
type SBOMPlace struct {
	Place string `json:"place"`
	State string `json:"state"`
	Count Count  `json:"count"`
	Error Text   `json:"error"`
	Note  Text   `json:"note"`
}

// SBOMPayload is the payload of the release that the version belongs to. Its
// SBOM describes the payload.
type SBOMPayload struct {
	Package Text   `json:"package"`
	Digest  Digest `json:"digest"`
	Release Text   `json:"release"`
}

// SBOMAgainst is what was compared with.
type SBOMAgainst struct {
	Subject     AttestationSubject `json:"subject"`
	Package     Text               `json:"package"`
	Document    Digest             `json:"document"`
	Describes   Text               `json:"describes"`
	Format      Text               `json:"format"`
	SpecVersion Text               `json:"spec_version"`
}

// SBOMChange is a component in two versions.
type SBOMChange struct {
	Name   Text `json:"name"`
	Before Text `json:"before"`
	After  Text `json:"after"`
	PURL   Text `json:"purl"`
	Type   Text `json:"type"`
}

// SBOMLicences is a component under other licences.
type SBOMLicences struct {
	Name    Text     `json:"name"`
	Version Text     `json:"version"`
	PURL    Text     `json:"purl"`
	Before  []string `json:"before"`
	After   []string `json:"after"`
}

// SBOMView is what of a list is told.
type SBOMView struct {
	Ref   string // the subject as a person named it
	Shown int    // the document, -1 for none
	// Match lets components through; nil: all. Search is it in words.
	Match  func(model.SBOMComponent) bool
	Search string
	Group  model.SBOMGrouping
	// Against is what was compared with, and Diff the outcome; nil: nothing.
	Against    *model.SBOMDocument
	AgainstRef string
	AgainstOf  model.VersionRef
	Diff       *model.SBOMDiff
	Payload    *model.VersionRef
	Release    string // of the payload
	Notes      []string
}

// SBOMDoc is the document of a list.
func SBOMDoc(l model.SBOMList, v SBOMView) SBOM {
	doc := SBOM{
		Schema: schema("sbom"), Registry: remote(l.Registry), Owner: remote(l.Owner), Package: model.Sanitize(l.Package),
		Subject: AttestationSubject{remote(v.Ref), Digest(l.Subject)}, Places: []AttestationPlace{}, Evidence: []string{}, Tools: []string{},
		AttestedBy: []Digest{}, Total: -1, Search: remote(v.Search), Group: Text(v.Group), Equal: -1,
		Documents: make([]SBOMDocument, len(l.Documents)), LookedIn: make([]SBOMPlace, len(l.Places)),
		Notes: words(append(append([]string{}, l.Notes...), v.Notes...)),
	}
	for i, d := range l.Documents {
		doc.Documents[i] = sbomDocument(d, i == v.Shown)
	}
	for i, p := range l.Places {
		doc.LookedIn[i] = SBOMPlace{string(p.Name), string(p.State), -1, failure(p.Err), remote(p.Note)}
		if p.State == model.SourceFound || p.State == model.SourceNone {
			doc.LookedIn[i].Count = Count(p.Count)
		}
	}
	if v.Payload != nil {
		doc.Payload = &SBOMPayload{remote(v.Payload.Package), Digest(v.Payload.Digest), remote(v.Release)}
	}
	if v.Shown >= 0 {
		doc.show(l.Documents[v.Shown], v)
	}
	if v.Diff != nil {
		doc.compare(v)
	}
	return doc
}

func (doc *SBOM) show(d model.SBOMDocument, v SBOMView) {
	doc.Document, doc.Describes, doc.Evidence = Digest(d.Digest), Text(d.Describes), words(d.Evidence)
	doc.Format, doc.SpecVersion, doc.Syntax, doc.Name = Text(d.Format), remote(d.SpecVersion), Text(d.Syntax), remote(d.Name)
	doc.Created, doc.Tools, doc.AttestedBy = Time(d.Created), words(d.Tools), digests(d.AttestedBy)
	doc.Places = placesOf(d.Origins)
	if len(d.Origins) > 0 {
		doc.Origin = Text(d.Origins[0].Kind)
	}
	list := d.Matching(v.Match)
	doc.Components, doc.Total = sbomComponents(list), Count(len(d.Components))
	if v.Group != model.GroupNone {
		doc.Groups = []SBOMGroup{}
		for _, g := range model.GroupComponents(list, v.Group) {
			doc.Groups = append(doc.Groups, SBOMGroup{remote(g.Name), len(g.Members)})
		}
	}
}

func (doc *SBOM) compare(v SBOMView) {
	d := v.Diff.Matching(v.Match)
	doc.Added, doc.Removed, doc.Equal = sbomComponents(d.Added), sbomComponents(d.Removed), Count(d.Equal)
	doc.Changed, doc.LicenceChanges = make([]SBOMChange, len(d.Changed)), make([]SBOMLicences, len(d.Licences))
	for i, c := range d.Changed {
		doc.Changed[i] = SBOMChange{remote(c.After.Name), remote(c.Before.Version), remote(c.After.Version), remote(c.After.PURL), remote(c.After.Type)}
	}
	for i, c := range d.Licences {
		doc.LicenceChanges[i] = SBOMLicences{remote(c.After.Name), remote(c.After.Version), remote(c.After.PURL), words(c.Before.Licenses), words(c.After.Licenses)}
	}
	if a := v.Against; a != nil {
		doc.Against = &SBOMAgainst{AttestationSubject{remote(v.AgainstRef), Digest(v.AgainstOf.Digest)}, remote(v.AgainstOf.Package),
			Digest(a.Digest), Text(a.Describes), Text(a.Format), remote(a.SpecVersion)}
	}
}

func sbomComponents(list []model.SBOMComponent) []SBOMComponent {
	out := make([]SBOMComponent, len(list))
	for i, c := range list {
		out[i] = SBOMComponent{remote(c.Name), remote(c.Version), remote(c.PURL), words(c.Licenses), remote(c.Type), remote(c.Ecosystem),
			remote(c.Supplier), make([]SBOMHash, len(c.Hashes))}
		for j, h := range c.Hashes {
			out[i].Hashes[j] = SBOMHash{remote(h.Algorithm), remote(h.Value)}
		}
	}
	return out
}

func sbomDocument(d model.SBOMDocument, shown bool) SBOMDocument {
	out := SBOMDocument{Digest: known(d.Digest), Describes: string(d.Describes), Format: Text(d.Format), SpecVersion: remote(d.SpecVersion),
		Platform: remote(d.Platform), Components: Count(len(d.Components)), Signed: d.Signed, Shown: shown, Places: placesOf(d.Origins), Error: failure(d.Err)}
	if d.Err != nil {
		out.Components = -1
	}
	return out
}

func placesOf(origins []model.AttestationOrigin) []AttestationPlace {
	out := make([]AttestationPlace, len(origins))
	for i, o := range origins {
		out[i] = AttestationPlace{string(o.Kind), string(o.Source), remote(o.Tag), known(o.Manifest), remote(o.Title), remote(o.Path)}
	}
	return out
}
