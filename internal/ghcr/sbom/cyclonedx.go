package sbom

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/novotnyllc/caitui/internal/model"
)

// readCycloneDX reads CycloneDX by its own library, JSON and XML.
func readCycloneDX(raw []byte, s *model.SBOM) error {
	s.Format, s.Syntax = model.SBOMCycloneDX, "json"
	raw = bytes.TrimSpace(withoutMark(raw))
	var bom cdx.BOM
	if raw[0] == '<' {
		s.Syntax = "xml"
		if err := cdx.NewBOMDecoder(bytes.NewReader(raw), cdx.BOMFileFormatXML).Decode(&bom); err != nil {
			return malformed("the CycloneDX document cannot be read", err)
		}
		if err := head(&bom, s); err != nil {
			return err
		}
		return flatten(&s.Components, bom.Components, 1)
	}
	lists, rest, err := parts(raw, []string{"components"}, "bomFormat", "specVersion", "serialNumber", "version", "metadata")
	if err == nil {
		err = cdx.NewBOMDecoder(bytes.NewReader(rest), cdx.BOMFileFormatJSON).Decode(&bom)
	}
	if err != nil {
		return malformed("the CycloneDX document cannot be read", err)
	}
	if err := head(&bom, s); err != nil {
		return err
	}
	families, err := readEach(lists["components"], func(raw []byte) (out family, err error) {
		c, err := component(raw)
		if err != nil {
			return out, err
		}
		out.list = []model.SBOMComponent{componentOf(&c)}
		out.err = flatten(&out.list, c.Components, 2)
		return out, nil
	})
	if err != nil {
		return err
	}
	s.Components = slices.Grow(s.Components, len(families))
	for _, f := range families {
		if s.Components = append(s.Components, f.list...); f.err != nil {
			return f.err
		}
		if len(s.Components) > maxComponents {
			return tooMany()
		}
	}
	return nil
}

// family is a component with all that is inside it.
type family struct {
	list []model.SBOMComponent
	err  error
}

// head takes what is said of the document as a whole.
func head(bom *cdx.BOM, s *model.SBOM) error {
	if bom.SpecVersion != 0 {
		s.SpecVersion = bom.SpecVersion.String()
	}
	s.Namespace = bom.SerialNumber
	m := bom.Metadata
	if m == nil {
		return nil
	}
	s.Created, _ = time.Parse(time.RFC3339, m.Timestamp)
	s.Tools = toolsOf(m.Tools)
	if m.Component == nil {
		return nil
	}
	s.Name = m.Component.Name
	s.Roots = []model.SBOMComponent{componentOf(m.Component)}
	return flatten(&s.Components, m.Component.Components, 1)
}

// flatten lists components together with what is inside them.
func flatten(out *[]model.SBOMComponent, list *[]cdx.Component, depth int) error {
	if list == nil {
		return nil
	}
	if depth > maxNesting {
		return malformed("components are nested too deeply", nil)
	}
	for i := range *list {
		c := &(*list)[i]
		if len(*out) >= maxComponents {
			return tooMany()
		}
		*out = append(*out, componentOf(c))
		if err := flatten(out, c.Components, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// component reads of a component in JSON what componentOf and flatten look at.
// What is inside it, which may be deep, is encoding/json's.
func component(raw []byte) (c cdx.Component, err error) {
	err = eachMember(raw, func(name, value []byte) error {
		switch string(name) {
		case "bom-ref":
			return text(value, &c.BOMRef)
		case "type":
			return text(value, (*string)(&c.Type))
		case "group":
			return text(value, &c.Group)
		case "name":
			return text(value, &c.Name)
		case "version":
			return text(value, &c.Version)
		case "purl":
			return text(value, &c.PackageURL)
		case "publisher":
			return text(value, &c.Publisher)
		case "author":
			return text(value, &c.Author)
		case "licenses":
			c.Licenses, err = licensesIn(value)
			return err
		case "supplier":
			return json.Unmarshal(value, &c.Supplier)
		case "hashes":
			return json.Unmarshal(value, &c.Hashes)
		case "components":
			return json.Unmarshal(value, &c.Components)
		}
		return nil
	})
	return c, err
}

func licensesIn(raw []byte) (*cdx.Licenses, error) {
	var out cdx.Licenses
	err := eachElement(raw, maxWords, func(choice []byte) error {
		var l cdx.LicenseChoice
		err := eachMember(choice, func(name, value []byte) error {
			switch string(name) {
			case "expression":
				return text(value, &l.Expression)
			case "license":
				l.License = new(cdx.License)
				return eachMember(value, func(name, value []byte) error {
					switch string(name) {
					case "id":
						return text(value, &l.License.ID)
					case "name":
						return text(value, &l.License.Name)
					}
					return nil
				})
			}
			return nil
		})
		out = append(out, l)
		return err
	})
	return &out, err
}

func componentOf(c *cdx.Component) model.SBOMComponent {
	out := model.SBOMComponent{
		Ref: c.BOMRef, Name: c.Name, Version: c.Version, PURL: c.PackageURL, Type: string(c.Type), Supplier: cmp.Or(c.Publisher, c.Author),
	}
	if c.Group != "" {
		out.Name = c.Group + "/" + c.Name
	}
	if c.Supplier != nil {
		out.Supplier = cmp.Or(c.Supplier.Name, out.Supplier)
	}
	if c.Licenses != nil {
		for _, l := range *c.Licenses {
			name := l.Expression
			if l.License != nil {
				name = cmp.Or(l.License.ID, l.License.Name, name)
			}
			if name != "" {
				out.Licenses = append(out.Licenses, name)
			}
		}
	}
	if c.Hashes != nil {
		for _, h := range *c.Hashes {
			out.Hashes = append(out.Hashes, model.SBOMHash{Algorithm: string(h.Algorithm), Value: h.Value})
		}
	}
	identify(&out)
	return out
}

func toolsOf(t *cdx.ToolsChoice) []string {
	if t == nil {
		return nil
	}
	var out []string
	if t.Components != nil {
		for i := range *t.Components {
			out = append(out, nameAndVersion((*t.Components)[i].Name, (*t.Components)[i].Version))
		}
	}
	if t.Tools != nil { // of documents before 1.5
		for _, tool := range *t.Tools {
			out = append(out, nameAndVersion(tool.Name, tool.Version))
		}
	}
	return out
}

func nameAndVersion(name, version string) string {
	if version == "" {
		return name
	}
	return name + " " + version
}
