package sbom

import (
	"encoding/json"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
)

// What is taken out of a component by hand is what the library makes of it.
var components = []string{
	`{}`, `null`, `{"name":null,"licenses":null,"hashes":null,"components":null,"supplier":null}`,
	`{ "type" : "library" , "name" : "a" , "version" : null , "x" : [ { "name" : "other" } , 1 , true ] }`,
	`{"bom-ref":"r","type":"library","group":"g","name":"n","version":"1","purl":"pkg:npm/a@1","publisher":"p","author":"a"}`,
	`{"name":"q\"u\\o\n\u00e9\ud83d\ude00","version":"é 🙂","group":"\ud800"}`,
	`{"n\u0061me":"spelt out","name\u0020":"another"}`,
	"{\"name\":\"not \xff UTF-8\"}",
	`{"name":"first","name":"last"}`,
	`{"licenses":[]}`, `{"licenses":[null,{},{"license":null},{"license":{}}]}`,
	`{"licenses":[{"license":{"id":"MIT","text":{"content":"{\"id\":\"no\"}"}}},{"license":{"name":"N"}},{"expression":"A OR B"}]}`,
	`{"supplier":{"name":"S","url":["u"]},"hashes":[{"alg":"SHA-256","content":"ab"}]}`,
	`{"name":"outer","components":[{"name":"inner","components":[{"name":"innermost"}]}]}`,
	`{"name":1}`, `{"licenses":{}}`, `{"licenses":[1]}`, `{"licenses":[{"license":"MIT"}]}`, `{"supplier":"S"}`, `[]`, `"text"`, `7`,
}

func TestComponentAsTheLibraryReadsIt(t *testing.T) {
	for _, text := range components {
		var lib cdx.Component
		libErr := json.Unmarshal([]byte(text), &lib)
		own, err := component([]byte(text))
		if (err == nil) != (libErr == nil) {
			t.Errorf("%s: %v, the library: %v", text, err, libErr)
		}
		if err != nil || libErr != nil {
			continue
		}
		var a, b []model.SBOMComponent
		_ = flatten(&a, &[]cdx.Component{lib}, 1)
		_ = flatten(&b, &[]cdx.Component{own}, 1)
		if d := cmp.Diff(a, b); d != "" {
			t.Errorf("%s: -library +own\n%s", text, d)
		}
	}
}

// taggedPackage is a package as encoding/json reads it.
type taggedPackage struct {
	ID        string `json:"SPDXID"`
	Name      string `json:"name"`
	Version   string `json:"versionInfo"`
	Supplier  string `json:"supplier"`
	Concluded string `json:"licenseConcluded"`
	Declared  string `json:"licenseDeclared"`
	Purpose   string `json:"primaryPackagePurpose"`
	Refs      []struct {
		Type    string `json:"referenceType"`
		Locator string `json:"referenceLocator"`
	} `json:"externalRefs"`
	Checksums []spdx2Checksum `json:"checksums"`
}

func TestPackageAsJSONReadsIt(t *testing.T) {
	for _, text := range []string{
		`{}`, `null`, `{"SPDXID":"i","name":"n","versionInfo":"1","supplier":"s","licenseConcluded":"c","licenseDeclared":"d","primaryPackagePurpose":"p"}`,
		`{"name":"a\tb","externalRefs":[{"referenceType":"purl","referenceLocator":"pkg:npm/a@1","comment":"x"},null,{}]}`,
		`{"externalRefs":null,"checksums":[{"algorithm":"SHA1","checksumValue":"ab"}],"files":[{"name":"no"}]}`,
		`{"externalRefs":{}}`, `{"externalRefs":[[]]}`, `{"name":[]}`, `{"checksums":1}`, `[]`,
	} {
		var want taggedPackage
		wantErr := json.Unmarshal([]byte(text), &want)
		got, err := packageIn([]byte(text))
		if (err == nil) != (wantErr == nil) {
			t.Errorf("%s: %v, encoding/json: %v", text, err, wantErr)
		}
		if err != nil || wantErr != nil {
			continue
		}
		same := spdx2Package{want.ID, want.Name, want.Version, want.Supplier, want.Concluded, want.Declared, want.Purpose, nil, want.Checksums}
		for _, r := range want.Refs {
			same.Refs = append(same.Refs, spdx2Ref(r))
		}
		if d := cmp.Diff(same, got); d != "" {
			t.Errorf("%s: -encoding/json +own\n%s", text, d)
		}
	}
}

// A list that stands for none may have blanks behind it, and what is not shown
// must be JSON all the same.
func TestEdgesOfLists(t *testing.T) {
	const doc = `{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":%}`
	for list, want := range map[string]int{"null\n": 0, "[]\n": 0, `[ {"name":"a"} , {"name":"b"} ] `: 2, `[{"name":"a","x":tru}]`: -1, `[{"name":"a"},]`: -1} {
		s, err := Read([]byte(doc[:len(doc)-2] + list + "}"))
		switch {
		case want < 0 && err == nil:
			t.Errorf("%q was read", list)
		case want >= 0 && (err != nil || len(s.Components) != want):
			t.Errorf("%q: %v", list, err)
		}
	}
}
