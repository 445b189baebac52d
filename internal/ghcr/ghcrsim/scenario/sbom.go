package scenario

import (
	"fmt"
	"time"
)

// component is one thing that the payload's SBOM names.
type component struct{ name, version, licence, purl string }

// components are what a scan of the payload directory finds: actions, Python
// and shell parts, not what is in the images.
func (b *build) components() []component {
	t := b.tools
	return []component{
		{"containai", b.release(), "MIT", "pkg:github/novotnyllc/containai@" + b.commit},
		{"docker/build-push-action", "v5", "Apache-2.0", "pkg:github/docker/build-push-action@v5"},
		{"actions/attest-build-provenance", "v1", "MIT", "pkg:github/actions/attest-build-provenance@v1"},
		{"anchore/sbom-action", "v0", "Apache-2.0", "pkg:github/anchore/sbom-action@v0"},
		{"@anthropic-ai/claude-code", t.claude, "LicenseRef-proprietary", "pkg:npm/%40anthropic-ai/claude-code@" + t.claude},
		{"@openai/codex", t.codex, "Apache-2.0", "pkg:npm/%40openai/codex@" + t.codex},
		{"@github/copilot", t.copilot, "LicenseRef-proprietary", "pkg:npm/%40github/copilot@" + t.copilot},
		{"pyyaml", "6.0.2", "MIT", "pkg:pypi/pyyaml@6.0.2"},
		{"tomli", "2.2.1", "MIT", "pkg:pypi/tomli@2.2.1"},
		{"requests", "2.32." + t.golang[5:], "Apache-2.0", "pkg:pypi/requests@2.32." + t.golang[5:]},
		{"urllib3", "2.3.0", "MIT", "pkg:pypi/urllib3@2.3.0"},
		{"certifi", "2025.11.12", "MPL-2.0", "pkg:pypi/certifi@2025.11.12"},
		{"idna", "3.10", "BSD-3-Clause", "pkg:pypi/idna@3.10"},
	}
}

// sbom writes the payload's bill of materials. The workflow gives Syft no
// format, so it is SPDX, whatever the layer's media type says.
func (b *build) sbom() []byte {
	if b.bomFirst {
		return indented(b.cycloneDX())
	}
	return indented(b.spdx())
}

func (b *build) spdx() obj {
	const document = "SPDXRef-DOCUMENT"
	packages := []obj{{
		"name": "payload", "SPDXID": "SPDXRef-DocumentRoot-Directory-payload", "versionInfo": "",
		"downloadLocation": "NOASSERTION", "filesAnalyzed": false, "licenseConcluded": "NOASSERTION",
		"licenseDeclared": "NOASSERTION", "primaryPackagePurpose": "FILE",
	}}
	relations := []obj{{
		"spdxElementId": document, "relatedSpdxElement": "SPDXRef-DocumentRoot-Directory-payload",
		"relationshipType": "DESCRIBES",
	}}
	for i, c := range b.components() {
		id := fmt.Sprintf("SPDXRef-Package-%02d", i+1)
		packages = append(packages, obj{
			"name": c.name, "SPDXID": id, "versionInfo": c.version, "supplier": "NOASSERTION",
			"downloadLocation": "NOASSERTION", "filesAnalyzed": false,
			"licenseConcluded": "NOASSERTION", "licenseDeclared": c.licence, "copyrightText": "NOASSERTION",
			"externalRefs": []obj{{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": c.purl}},
		})
		relations = append(relations, obj{
			"spdxElementId": "SPDXRef-DocumentRoot-Directory-payload", "relatedSpdxElement": id,
			"relationshipType": "CONTAINS",
		})
	}
	return obj{
		"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": document, "name": "payload",
		"documentNamespace": "https://anchore.com/syft/dir/payload-" + b.uuid("spdx"),
		"creationInfo": obj{
			"licenseListVersion": "3.27", "creators": []string{"Organization: Anchore, Inc", "Tool: syft-1.38.0"},
			"created": b.at(2 * time.Minute).Format(time.RFC3339),
		},
		"packages": packages, "relationships": relations,
	}
}

func (b *build) cycloneDX() obj {
	var components []obj
	for _, c := range b.components() {
		components = append(components, obj{
			"bom-ref": c.purl, "type": "library", "name": c.name, "version": c.version, "purl": c.purl,
			"licenses": []obj{licenceOf(c.licence)},
		})
	}
	return obj{
		"$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json", "bomFormat": "CycloneDX", "specVersion": "1.6",
		"serialNumber": "urn:uuid:" + b.uuid("cyclonedx"), "version": 1,
		"metadata": obj{
			"timestamp": b.at(2 * time.Minute).Format(time.RFC3339),
			"tools":     obj{"components": []obj{{"type": "application", "author": "anchore", "name": "syft", "version": "1.38.0"}}},
			"component": obj{"bom-ref": "payload", "type": "file", "name": "payload"},
		},
		"components": components,
	}
}

// licenceOf writes a CycloneDX licence choice: an SPDX identifier or a name.
func licenceOf(id string) obj {
	if len(id) > 11 && id[:11] == "LicenseRef-" {
		return obj{"license": obj{"name": id[11:]}}
	}
	return obj{"license": obj{"id": id}}
}

// uuid gives a version 4 shaped identifier that depends on the build alone.
func (b *build) uuid(purpose string) string {
	x, y := b.draw(purpose, "high"), b.draw(purpose, "low")
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", x>>32, x>>16&0xffff, x&0xfff, y>>52, y&0xffffffffffff)
}
