package sbom

import (
	"bytes"
	"cmp"
	"encoding/json"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// spdx2 is what is taken out of SPDX 2.x, in JSON (spdx-spec v2.3, schema
// spdx-schema.json) and in tag-value alike.
type spdx2 struct {
	Version      string         `json:"spdxVersion"`
	Name         string         `json:"name"`
	Namespace    string         `json:"documentNamespace"`
	CreationInfo spdx2Creation  `json:"creationInfo"`
	Describes    []string       `json:"documentDescribes"`
	Relations    []spdx2Related `json:"-"`
}

type spdx2Creation struct {
	Created  string   `json:"created"`
	Creators []string `json:"creators"`
}

// spdx2Package is a package; packageIn reads it from JSON.
type spdx2Package struct {
	ID        string
	Name      string
	Version   string
	Supplier  string
	Concluded string
	Declared  string
	Purpose   string
	Refs      []spdx2Ref
	Checksums []spdx2Checksum
}

type spdx2Ref struct {
	Type    string
	Locator string
}

type spdx2Checksum struct {
	Algorithm string `json:"algorithm"`
	Value     string `json:"checksumValue"`
}

type spdx2Related struct {
	From string `json:"spdxElementId"`
	To   string `json:"relatedSpdxElement"`
	Type string `json:"relationshipType"`
}

func readSPDX2(raw []byte, s *model.SBOM) error {
	lists, rest, err := parts(raw, []string{"packages", "relationships"}, "spdxVersion", "name", "documentNamespace", "creationInfo", "documentDescribes")
	var doc spdx2
	if err == nil {
		err = json.Unmarshal(rest, &doc)
	}
	if err != nil {
		return malformed("the SPDX document cannot be read", err)
	}
	if doc.Relations, err = describing(lists["relationships"]); err != nil {
		return err
	}
	s.Syntax = "json"
	found, err := readEach(lists["packages"], func(raw []byte) (spdx2Found, error) {
		p, err := packageIn(raw)
		return spdx2Found{p.ID, p.component()}, err
	})
	if err != nil {
		return err
	}
	doc.into(s, found)
	return nil
}

// packageIn reads a package in JSON.
func packageIn(raw []byte) (p spdx2Package, err error) {
	err = eachMember(raw, func(name, value []byte) error {
		switch string(name) {
		case "SPDXID":
			return text(value, &p.ID)
		case "name":
			return text(value, &p.Name)
		case "versionInfo":
			return text(value, &p.Version)
		case "supplier":
			return text(value, &p.Supplier)
		case "licenseConcluded":
			return text(value, &p.Concluded)
		case "licenseDeclared":
			return text(value, &p.Declared)
		case "primaryPackagePurpose":
			return text(value, &p.Purpose)
		case "checksums":
			return json.Unmarshal(value, &p.Checksums)
		case "externalRefs":
			p.Refs, err = refsIn(value)
			return err
		}
		return nil
	})
	return p, err
}

func refsIn(raw []byte) ([]spdx2Ref, error) {
	var out []spdx2Ref
	err := eachElement(raw, maxRefs, func(ref []byte) error {
		var r spdx2Ref
		err := eachMember(ref, func(name, value []byte) error {
			switch string(name) {
			case "referenceType":
				return text(value, &r.Type)
			case "referenceLocator":
				return text(value, &r.Locator)
			}
			return nil
		})
		out = append(out, r)
		return err
	})
	return out, err
}

// maxRefs bounds the references of one package; those beyond are passed over.
const maxRefs = 1000

// describing reads the relationships that tell what the document is about. All
// others, of which there may be more than packages, are passed over.
func describing(list []byte) ([]spdx2Related, error) {
	if len(list) == 0 || isNull(list) {
		return nil, nil
	}
	all, ok := elements(list, maxRelations)
	if !ok {
		return nil, malformed("the relationships of the SPDX document cannot be read", errCut)
	}
	var out []spdx2Related
	for _, raw := range all {
		if !bytes.Contains(raw, []byte("DESCRIBE")) {
			continue
		}
		var r spdx2Related
		if err := json.Unmarshal(raw, &r); err != nil {
			return nil, malformed("a relationship of the SPDX document cannot be read", err)
		}
		out = append(out, r)
	}
	return out, nil
}

// maxRelations bounds the relationships that are gone through: every file of an
// image may have some.
const maxRelations = 4_000_000

// spdx2Found is a package with the name that relationships call it by.
type spdx2Found struct {
	id string
	model.SBOMComponent
}

// into makes the model's SBOM of the document and its packages.
func (doc *spdx2) into(s *model.SBOM, packages []spdx2Found) {
	s.Format, s.SpecVersion = model.SBOMSPDX, strings.TrimPrefix(doc.Version, "SPDX-")
	s.Name, s.Namespace = doc.Name, doc.Namespace
	s.Created, _ = time.Parse(time.RFC3339, doc.CreationInfo.Created)
	for _, c := range doc.CreationInfo.Creators {
		if tool, ok := strings.CutPrefix(c, "Tool:"); ok {
			s.Tools = append(s.Tools, strings.TrimSpace(tool))
		}
	}
	roots := make(map[string]bool)
	for _, id := range doc.Describes {
		roots[id] = true
	}
	for _, r := range doc.Relations {
		switch {
		case strings.EqualFold(r.Type, "DESCRIBES") && r.From == "SPDXRef-DOCUMENT":
			roots[r.To] = true
		case strings.EqualFold(r.Type, "DESCRIBED_BY") && r.To == "SPDXRef-DOCUMENT":
			roots[r.From] = true
		}
	}
	// Some tools name everything as described: then nothing is a root.
	rooted := len(roots) == 1 || len(roots) <= len(packages)/2
	s.Components = make([]model.SBOMComponent, 0, len(packages))
	for _, p := range packages {
		if rooted && roots[p.id] {
			s.Roots = append(s.Roots, rootType(p.SBOMComponent, p.id))
			continue
		}
		s.Components = append(s.Components, p.SBOMComponent)
	}
}

// rootType tells what a root is from the name that Syft gives it, where the
// document itself does not say (anchore/syft, spdxhelpers: DocumentRoot-Image,
// -Directory, -File).
func rootType(c model.SBOMComponent, id string) model.SBOMComponent {
	_, rest, ok := strings.Cut(id, "DocumentRoot-")
	if !ok {
		return c
	}
	kind, _, _ := strings.Cut(rest, "-")
	switch kind {
	case "Image":
		c.Type = "container"
	case "Directory":
		c.Type = "directory"
	case "File":
		c.Type = "file"
	}
	return c
}

func (p *spdx2Package) component() model.SBOMComponent {
	c := model.SBOMComponent{
		Ref: p.ID, Name: p.Name, Version: asserted(p.Version), Licenses: licences(p.Concluded, p.Declared),
		Type: purpose(p.Purpose), Supplier: supplier(p.Supplier),
	}
	for _, r := range p.Refs {
		if strings.EqualFold(r.Type, "purl") || strings.HasSuffix(r.Type, "/purl") {
			c.PURL = cmp.Or(c.PURL, r.Locator)
		}
	}
	for _, h := range p.Checksums {
		c.Hashes = append(c.Hashes, model.SBOMHash{Algorithm: h.Algorithm, Value: h.Value})
	}
	identify(&c)
	return c
}

// purpose is SPDX's word for what CycloneDX calls a type, in its spelling:
// OPERATING_SYSTEM, operatingSystem and operating-system are one.
func purpose(s string) string {
	if strings.EqualFold(strings.ReplaceAll(s, "_", ""), "operatingsystem") {
		return "operating-system"
	}
	return strings.ReplaceAll(strings.ToLower(s), "_", "-")
}

// supplier is a name without what kind of one it is.
func supplier(s string) string {
	s = asserted(s)
	for _, kind := range []string{"Organization:", "Person:"} {
		if rest, ok := strings.CutPrefix(s, kind); ok {
			return strings.TrimSpace(rest)
		}
	}
	return s
}
