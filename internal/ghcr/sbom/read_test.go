package sbom

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
)

func read(t testing.TB, text string) *model.SBOM {
	t.Helper()
	s, err := Read([]byte(text))
	if err != nil {
		t.Fatalf("reading: %v", err)
	}
	return s
}

// short is a component on a line.
func short(c model.SBOMComponent) string {
	return strings.Join([]string{c.Name, c.Version, c.PURL, c.Type, strings.Join(c.Licenses, "+")}, "|")
}

func shorts(list []model.SBOMComponent) []string {
	out := []string{}
	for _, c := range list {
		out = append(out, short(c))
	}
	return out
}

const cycloneDX = `{"bomFormat":"CycloneDX","specVersion":%q,"serialNumber":"urn:uuid:1","version":1,
 "metadata":{"timestamp":"2026-05-18T09:34:00Z","tools":%s,"component":{"bom-ref":"r","type":"container","name":"ghcr.io/o/i","version":"sha256:aa"}},
 "components":[
  {"type":"library","group":"@acme","name":"zeta","version":"1","purl":"pkg:npm/%%40acme/zeta@1?arch=x","licenses":[{"license":{"id":"MIT"}},{"license":{"name":"Own"}}],
   "hashes":[{"alg":"SHA-256","content":"ab"}],"components":[{"type":"file","name":"inner","licenses":[{"expression":"MIT OR Apache-2.0"}]}]},
  {"type":"operating-system","name":"Debian","version":"12"}]}`

func TestCycloneDX(t *testing.T) {
	want := []string{"@acme/zeta|1|pkg:npm/%40acme/zeta@1?arch=x|library|MIT+Own", "Debian|12||operating-system|", "inner|||file|MIT OR Apache-2.0"}
	for _, version := range []string{"1.2", "1.3", "1.4", "1.5", "1.6", "1.7"} {
		tools := `[{"vendor":"anchore","name":"syft","version":"1.38.0"}]`
		if version > "1.4" {
			tools = `{"components":[{"type":"application","name":"syft","version":"1.38.0"}]}`
		}
		s := read(t, fmt.Sprintf(cycloneDX, version, tools))
		if d := cmp.Diff(want, shorts(s.Components)); d != "" {
			t.Errorf("%s (-want +got):\n%s", version, d)
		}
		if s.Format != model.SBOMCycloneDX || s.SpecVersion != version || s.Syntax != "json" || s.Namespace != "urn:uuid:1" ||
			!slices.Equal(s.Tools, []string{"syft 1.38.0"}) || !s.Created.Equal(time.Date(2026, 5, 18, 9, 34, 0, 0, time.UTC)) {
			t.Errorf("%s: %+v", version, s)
		}
		if len(s.Roots) != 1 || short(s.Roots[0]) != "ghcr.io/o/i|sha256:aa||container|" {
			t.Errorf("%s: roots %v", version, s.Roots)
		}
		if c := s.Components[0]; c.Key != "pkg:npm/@acme/zeta" || c.Ecosystem != "npm" || len(c.Hashes) != 1 {
			t.Errorf("%s: %+v", version, c)
		}
	}
	for _, version := range []string{"1.0", "1.1", "1.4", "1.7"} {
		s := read(t, `<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/`+version+`" version="1"><components>
			<component type="library"><name>a</name><version>2</version><licenses><license><id>MIT</id></license></licenses><purl>pkg:pypi/a@2</purl></component></components></bom>`)
		if s.SpecVersion != version || s.Syntax != "xml" || len(s.Components) != 1 || short(s.Components[0]) != "a|2|pkg:pypi/a@2|library|MIT" {
			t.Errorf("XML %s: %+v", version, s)
		}
	}
}

const spdx2JSON = `{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"payload","documentNamespace":"https://anchore.com/syft/dir/payload-1",
 "creationInfo":{"created":"2026-05-18T09:34:00Z","creators":["Organization: Anchore, Inc","Tool: syft-1.38.0"]},
 "packages":[
  {"name":"payload","SPDXID":"SPDXRef-DocumentRoot-Directory-payload","primaryPackagePurpose":"FILE","licenseDeclared":"NOASSERTION"},
  {"name":"b","SPDXID":"SPDXRef-1","versionInfo":"2","licenseConcluded":"NOASSERTION","licenseDeclared":"MIT","supplier":"Organization: Acme",
   "checksums":[{"algorithm":"SHA1","checksumValue":"cd"}],"externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:deb/debian/b@2"}]},
  {"name":"A","SPDXID":"SPDXRef-2","versionInfo":"NOASSERTION","licenseConcluded":"Apache-2.0","licenseDeclared":"MIT","primaryPackagePurpose":"OPERATING_SYSTEM"}],
 "relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relatedSpdxElement":"SPDXRef-DocumentRoot-Directory-payload","relationshipType":"DESCRIBES"}]}`

const spdx2TagValue = `# made by hand
SPDXVersion: SPDX-2.3
DocumentName: payload
DocumentNamespace: https://anchore.com/syft/dir/payload-1
Created: 2026-05-18T09:34:00Z
Creator: Organization: Anchore, Inc
Creator: Tool: syft-1.38.0
PackageName: payload
SPDXID: SPDXRef-DocumentRoot-Directory-payload
PackageName: b
SPDXID: SPDXRef-1
PackageVersion: 2
PackageSupplier: Organization: Acme
PackageChecksum: SHA1: cd
PackageLicenseConcluded: NOASSERTION
PackageLicenseDeclared: MIT
PackageCopyrightText: <text>several
PackageName: not one
lines</text>
ExternalRef: PACKAGE-MANAGER purl pkg:deb/debian/b@2
PackageName: A
SPDXID: SPDXRef-2
PackageLicenseConcluded: <text>Apache-2.0</text>
PrimaryPackagePurpose: OPERATING-SYSTEM
FileName: ./x
SPDXID: SPDXRef-File
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-DocumentRoot-Directory-payload
`

func TestSPDX2(t *testing.T) {
	want := []string{"A|||operating-system|Apache-2.0", "b|2|pkg:deb/debian/b@2|deb|MIT"}
	for syntax, text := range map[string]string{"json": spdx2JSON, "tag-value": spdx2TagValue} {
		s := read(t, "\xef\xbb\xbf"+text)
		if d := cmp.Diff(want, shorts(s.Components)); d != "" {
			t.Errorf("%s (-want +got):\n%s", syntax, d)
		}
		if s.Format != model.SBOMSPDX || s.SpecVersion != "2.3" || s.Syntax != syntax || s.Name != "payload" || !slices.Equal(s.Tools, []string{"syft-1.38.0"}) || s.Created.IsZero() {
			t.Errorf("%s: %+v", syntax, s)
		}
		if len(s.Roots) != 1 || s.Roots[0].Type != "directory" {
			t.Errorf("%s: roots %v", syntax, s.Roots)
		}
		if c := s.Components[1]; c.Supplier != "Acme" || len(c.Hashes) != 1 || c.Hashes[0] != (model.SBOMHash{Algorithm: "SHA1", Value: "cd"}) || c.Ref != "SPDXRef-1" {
			t.Errorf("%s: %+v", syntax, c)
		}
	}
	// Where everything is described, nothing is the root.
	s := read(t, `{"spdxVersion":"SPDX-2.2","documentDescribes":["a","b"],"packages":[{"name":"a","SPDXID":"a"},{"name":"b","SPDXID":"b"}]}`)
	if len(s.Roots) != 0 || len(s.Components) != 2 || s.SpecVersion != "2.2" {
		t.Errorf("%+v", s)
	}
}

const spdx3 = `{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[
 {"type":"CreationInfo","@id":"_:c","specVersion":"3.0.1","created":"2026-05-18T09:34:00Z"},
 {"type":"Organization","spdxId":"u:org","name":"Acme"},
 {"type":"Tool","spdxId":"u:tool","name":"syft-1"},
 {"type":"SpdxDocument","spdxId":"u:doc","name":"image","rootElement":["u:sbom"]},
 {"type":"software_Sbom","spdxId":"u:sbom","rootElement":["u:root"]},
 {"type":"software_Package","spdxId":"u:root","name":"ghcr.io/o/i","software_primaryPurpose":"container"},
 {"type":"software_Package","spdxId":"u:p","name":"p","software_packageVersion":"1","software_packageUrl":"pkg:pypi/p@1","suppliedBy":"u:org","verifiedUsing":[{"type":"Hash","algorithm":"sha256","hashValue":"ab"}]},
 {"type":"software_Package","spdxId":"u:q","name":"q","software_packageVersion":"2","externalIdentifier":[{"externalIdentifierType":"packageUrl","identifier":"pkg:deb/debian/q@2"}],"software_primaryPurpose":"library"},
 {"type":"software_File","spdxId":"u:f","name":"./x"},
 {"type":"simplelicensing_LicenseExpression","spdxId":"u:l","simplelicensing_licenseExpression":"MIT OR Apache-2.0"},
 {"type":"Relationship","spdxId":"u:r1","from":"u:p","relationshipType":"hasDeclaredLicense","to":["u:l"]},
 {"type":"Relationship","spdxId":"u:r2","from":"u:q","relationshipType":"hasConcludedLicense","to":["https://spdx.org/licenses/BSD-3-Clause"]},
 {"type":"Relationship","spdxId":"u:r3","from":"u:q","relationshipType":"hasDeclaredLicense","to":["https://spdx.org/rdf/3.0.1/terms/Licensing/NoAssertion","u:l"]}]}`

func TestSPDX3(t *testing.T) {
	s := read(t, spdx3)
	want := []string{"p|1|pkg:pypi/p@1|pypi|MIT OR Apache-2.0", "q|2|pkg:deb/debian/q@2|library|BSD-3-Clause"}
	if d := cmp.Diff(want, shorts(s.Components)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if s.SpecVersion != "3.0.1" || s.Name != "image" || !slices.Equal(s.Tools, []string{"syft-1"}) || len(s.Roots) != 1 || s.Roots[0].Type != "container" || s.Components[0].Supplier != "Acme" || len(s.Components[0].Hashes) != 1 {
		t.Errorf("%+v", s)
	}
}

// The purl decides what is the same package in another version.
func TestPURLs(t *testing.T) {
	for purl, want := range map[string]string{
		"pkg:npm/%40a/b@1?x=y#z": "pkg:npm/@a/b", "pkg:PyPI/Foo_Bar@1": "pkg:pypi//foo-bar", "pkg:golang/github.com/A/b@v1": "pkg:golang/github.com/a/b",
		"": "", "nonsense": "", "pkg:": "", "pkg:npm/" + strings.Repeat("x", 5000): "",
	} {
		if _, key, _ := purlKey(purl); key != want {
			t.Errorf("%.40s: %q, want %q", purl, key, want)
		}
	}
}

func TestWithin(t *testing.T) {
	statement := func(predicate string) []byte {
		return []byte(`{"_type":"https://in-toto.io/Statement/v1","subject":[],"predicateType":"x","predicate":` + predicate + `}`)
	}
	quoted, _ := json.Marshal(spdx2TagValue)
	for name, c := range map[string]struct {
		predicate string
		ok        bool
	}{
		"an object": {spdx2JSON, true}, "a text": {string(quoted), true}, "cosign's": {`{"Data":` + string(quoted) + `,"Timestamp":""}`, true},
		"something else": {`{"builder":{}}`, false}, "nothing": {"null", false},
	} {
		doc, ok := Within(statement(c.predicate))
		if ok != c.ok {
			t.Errorf("%s: %v", name, ok)
		}
		if ok {
			read(t, string(doc))
		}
	}
	if _, ok := Within([]byte(`{"predicateType":"x"}`)); ok {
		t.Error("a statement without predicate has an SBOM")
	}
}

func TestWhatIsNoSBOM(t *testing.T) {
	deep := strings.Repeat(`{"type":"library","name":"x","components":[`, 150) + strings.Repeat(`]}`, 150)
	for name, c := range map[string]struct {
		raw  string
		kind error
	}{
		"nothing":             {"", model.ErrUnsupported},
		"a placeholder":       {`{"sbom":"dev placeholder"}`, model.ErrUnsupported},
		"a text":              {"hello", model.ErrUnsupported},
		"another XML":         {`<svg xmlns="x"/>`, model.ErrUnsupported},
		"a list":              {`[{"bomFormat":"CycloneDX"}]`, model.ErrUnsupported},
		"cut off":             {`{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"a"}`, model.ErrMalformed},
		"cut off in a list":   {spdx2JSON[:700], model.ErrMalformed},
		"more behind it":      {spdx2JSON + "{}", model.ErrMalformed},
		"a wrong type":        {`{"spdxVersion":"SPDX-2.3","packages":[{"name":7}]}`, model.ErrMalformed},
		"a list of nonsense":  {`{"spdxVersion":"SPDX-2.3","packages":{"name":"a"}}`, model.ErrMalformed},
		"an unknown version":  {`{"bomFormat":"CycloneDX","specVersion":"9.9"}`, model.ErrMalformed},
		"deep components":     {`{"bomFormat":"CycloneDX","specVersion":"1.6","components":[` + deep + `]}`, model.ErrMalformed},
		"deep nonsense":       {`{"bomFormat":"CycloneDX","specVersion":"1.6","components":[` + strings.Repeat("[", 200_000), model.ErrMalformed},
		"deep and closed":     {`{"spdxVersion":"SPDX-2.3","packages":[{"x":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}]}`, model.ErrMalformed},
		"a text without end":  {"SPDXVersion: SPDX-2.3\nPackageName: a\nPackageComment: <text>oh\n", model.ErrMalformed},
		"XML with entities":   {`<!DOCTYPE bom [<!ENTITY a "x">]><bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components><component><name>&a;</name></component></components></bom>`, model.ErrMalformed},
		"too long":            {"SPDXVersion: SPDX-2.3\n" + strings.Repeat(" ", model.MaxAttestation), model.ErrTooLarge},
		"too many components": {`{"spdxVersion":"SPDX-2.3","packages":[` + strings.Repeat(`{},`, maxComponents) + `{}]}`, model.ErrTooLarge},
		"too many lines":      {"SPDXVersion: SPDX-2.3\n" + strings.Repeat("PackageName: a\n", maxComponents+1), model.ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Read([]byte(c.raw))
			if s != nil || !errors.Is(err, c.kind) {
				t.Errorf("%+v, %v", s, err)
			}
		})
	}
}

// Evil text is taken as it is and bounded; who shows it sanitises.
func TestHostileText(t *testing.T) {
	evil := "\x1b[2J\u202e\x00" + strings.Repeat("x", 100)
	quoted, _ := json.Marshal(evil)
	s := read(t, fmt.Sprintf(`{"spdxVersion":"SPDX-2.3","name":%[1]s,"packages":[{"name":%[1]s,"versionInfo":%[1]s,"licenseDeclared":%[1]s,"externalRefs":[{"referenceType":"purl","referenceLocator":%[1]s}]}]}`, quoted))
	if c := s.Components[0]; c.Name != evil || c.PURL != evil || c.Ecosystem != "" || c.Key == "" {
		t.Errorf("%+v", c)
	}
	many := strings.Repeat(`{"license":{"id":"MIT"}},`, 500)
	s = read(t, `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"a","licenses":[`+many[:len(many)-1]+`]}]}`)
	if n := len(s.Components[0].Licenses); n != maxWords {
		t.Errorf("%d licences", n)
	}
}

// The same document gives the same components, in order, however it is shared
// among processors.
func TestManyComponents(t *testing.T) {
	for _, spdx := range []bool{false, true} {
		s, err := Read(many(2000, spdx))
		if err != nil || len(s.Components) != 2000 || !slices.IsSortedFunc(s.Components, model.CompareComponents) {
			t.Fatalf("%v: %d, %v", spdx, len(s.Components), err)
		}
		for _, c := range s.Components {
			if c.Key == "" || c.Ecosystem != "npm" || len(c.Licenses) != 1 {
				t.Fatalf("%+v", c)
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, text := range []string{fmt.Sprintf(cycloneDX, "1.6", "null"), spdx2JSON, spdx2TagValue, spdx3, `<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><components/></bom>`,
		`{"predicate":{"Data":"SPDXVersion: SPDX-2.3"}}`, `{"sbom":"dev placeholder"}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		_, _ = Within(raw)
		s, err := Read(raw)
		switch {
		case err == nil:
			if s.Format == "" || s.Syntax == "" || !slices.IsSortedFunc(s.Components, model.CompareComponents) {
				t.Errorf("%+v", s)
			}
			if d := model.CompareSBOMs(s.Components, s.Components); !d.Empty() {
				t.Errorf("a document differs from itself: %+v", d)
			}
		case errors.Is(err, model.ErrUnsupported) == Is(raw):
			t.Errorf("is one: %v, %v", Is(raw), err)
		case !errors.Is(err, model.ErrUnsupported) && !errors.Is(err, model.ErrMalformed) && !errors.Is(err, model.ErrTooLarge):
			t.Errorf("%v", err)
		}
	})
}
