package sbom

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// spdx3Element is what is taken out of any element of an SPDX 3 graph
// (spdx-spec v3.0.1, JSON-LD serialisation). Which fields it has follows from
// its type; all others are passed over.
type spdx3Element struct {
	Type        string          `json:"type"`
	ID          string          `json:"spdxId"`
	BlankID     string          `json:"@id"`
	Name        string          `json:"name"`
	SpecVersion string          `json:"specVersion"`
	Created     string          `json:"created"`
	RootElement texts           `json:"rootElement"`
	Version     string          `json:"software_packageVersion"`
	PURL        string          `json:"software_packageUrl"`
	Purpose     string          `json:"software_primaryPurpose"`
	SuppliedBy  json.RawMessage `json:"suppliedBy"`
	Identifiers []spdx3ID       `json:"externalIdentifier"`
	Verified    []spdx3Hash     `json:"verifiedUsing"`
	Expression  string          `json:"simplelicensing_licenseExpression"`
	From        string          `json:"from"`
	To          texts           `json:"to"`
	Relation    string          `json:"relationshipType"`
}

type spdx3ID struct {
	Type       string `json:"externalIdentifierType"`
	Identifier string `json:"identifier"`
}

type spdx3Hash struct {
	Algorithm string `json:"algorithm"`
	Value     string `json:"hashValue"`
}

// texts is a text or a list of them; what is neither is passed over.
type texts []string

// UnmarshalJSON reads either form.
func (t *texts) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		*t = texts{one}
		return nil
	}
	var many []string
	if json.Unmarshal(raw, &many) == nil {
		*t = many
	}
	return nil
}

// graph is an SPDX 3 document by its elements.
type graph struct {
	elements []spdx3Element
	byID     map[string]*spdx3Element
	// Of relationships: by the package that they start from.
	concluded, declared map[string][]string
	roots               map[string]bool
}

func readSPDX3(raw []byte, s *model.SBOM) error {
	lists, _, err := parts(raw, []string{"@graph", "@context"})
	if err != nil {
		return malformed("the SPDX 3 document cannot be read", err)
	}
	list := lists["@graph"]
	if len(list) == 0 { // a document of a single element stands by itself
		list = slices.Concat([]byte("["), bytes.TrimSpace(withoutMark(raw)), []byte("]"))
	}
	all, err := readEach(list, func(raw []byte) (e spdx3Element, err error) { return e, json.Unmarshal(raw, &e) })
	if err != nil {
		return err
	}
	g := newGraph(all)
	s.Format, s.Syntax = model.SBOMSPDX, "json"
	s.SpecVersion = contextVersion(lists["@context"])
	for i := range g.elements {
		if err := g.element(&g.elements[i], s); err != nil {
			return err
		}
	}
	return nil
}

// contextVersion reads "3.0.1" out of https://spdx.org/rdf/3.0.1/spdx-context.jsonld.
func contextVersion(context []byte) string {
	_, rest, ok := bytes.Cut(context, []byte("spdx.org/rdf/"))
	if !ok {
		return ""
	}
	version, _, ok := bytes.Cut(rest[:min(len(rest), 20)], []byte("/"))
	if !ok {
		return ""
	}
	return string(version)
}

func newGraph(elements []spdx3Element) *graph {
	g := &graph{elements: elements, byID: make(map[string]*spdx3Element, len(elements)),
		concluded: make(map[string][]string), declared: make(map[string][]string), roots: make(map[string]bool)}
	for i := range elements {
		e := &elements[i]
		g.byID[cmp.Or(e.ID, e.BlankID)] = e
	}
	for i := range elements {
		e := &elements[i]
		switch bare := kindOf(e); {
		case bare == "SpdxDocument" || bare == "Sbom" || bare == "Bom":
			for _, r := range e.RootElement {
				if to := g.byID[r]; to != nil && kindOf(to) != "Sbom" && kindOf(to) != "Bom" {
					g.roots[r] = true
				}
			}
		case bare == "Relationship" || strings.HasSuffix(bare, "Relationship"):
			g.relate(e)
		}
	}
	return g
}

// kindOf is an element's type without its profile.
func kindOf(e *spdx3Element) string {
	return e.Type[strings.LastIndexAny(e.Type, "_/")+1:]
}

func (g *graph) relate(e *spdx3Element) {
	switch e.Relation {
	case "hasConcludedLicense":
		g.concluded[e.From] = append(g.concluded[e.From], g.licences(e.To)...)
	case "hasDeclaredLicense":
		g.declared[e.From] = append(g.declared[e.From], g.licences(e.To)...)
	case "describes":
		for _, to := range e.To {
			g.roots[to] = true
		}
	}
}

// licences are those that a relationship leads to: an expression, or an element
// with a name, or one of the list whose address ends with its identifier.
func (g *graph) licences(to []string) []string {
	var out []string
	for _, id := range to {
		name := id
		if e := g.byID[id]; e != nil {
			name = cmp.Or(e.Expression, e.Name, id)
		}
		// Licences of the list may stand by their address alone.
		name = asserted(strings.TrimPrefix(name, "https://spdx.org/licenses/"))
		if name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// element takes one element into the document.
func (g *graph) element(e *spdx3Element, s *model.SBOM) error {
	id := cmp.Or(e.ID, e.BlankID)
	switch kindOf(e) {
	case "CreationInfo":
		s.SpecVersion = cmp.Or(e.SpecVersion, s.SpecVersion)
		if s.Created.IsZero() {
			s.Created, _ = time.Parse(time.RFC3339, e.Created)
		}
	case "SpdxDocument":
		s.Name, s.Namespace = e.Name, id
	case "Tool":
		s.Tools = append(s.Tools, e.Name)
	case "Package", "File":
		if kindOf(e) == "File" && !g.roots[id] {
			return nil // as in SPDX 2, files are no components
		}
		c := g.component(e, id)
		if g.roots[id] {
			s.Roots = append(s.Roots, c)
			return nil
		}
		if len(s.Components) >= maxComponents {
			return tooMany()
		}
		s.Components = append(s.Components, c)
	}
	return nil
}

func (g *graph) component(e *spdx3Element, id string) model.SBOMComponent {
	c := model.SBOMComponent{Ref: id, Name: e.Name, Version: asserted(e.Version), PURL: e.PURL, Type: purpose(e.Purpose), Licenses: g.concluded[id]}
	if len(c.Licenses) == 0 {
		c.Licenses = g.declared[id]
	}
	if kindOf(e) == "File" {
		c.Type = cmp.Or(c.Type, "file")
	}
	for _, x := range e.Identifiers {
		if strings.EqualFold(x.Type, "packageUrl") || strings.EqualFold(x.Type, "purl") {
			c.PURL = cmp.Or(c.PURL, x.Identifier)
		}
	}
	for _, h := range e.Verified {
		if h.Value != "" {
			c.Hashes = append(c.Hashes, model.SBOMHash{Algorithm: h.Algorithm, Value: h.Value})
		}
	}
	var by texts
	if len(e.SuppliedBy) > 0 && json.Unmarshal(e.SuppliedBy, &by) == nil && len(by) > 0 {
		if who := g.byID[by[0]]; who != nil {
			c.Supplier = who.Name
		}
	}
	identify(&c)
	return c
}
