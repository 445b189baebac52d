package sbom

import (
	"fmt"
	"strings"
	"testing"
)

// many is an SBOM of n components as Syft writes it for an image.
func many(n int, spdx bool) []byte {
	var b strings.Builder
	if spdx {
		b.WriteString(`{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"many","packages":[`)
	} else {
		b.WriteString(`{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[`)
	}
	licences := []string{"MIT", "Apache-2.0", "BSD-3-Clause", "GPL-2.0-only", "MPL-2.0"}
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		purl := fmt.Sprintf("pkg:npm/%%40scope%d/package-%d@%d.%d.0?arch=amd64", i%300, i, i%9, i%17)
		if spdx {
			fmt.Fprintf(&b, `{"name":"package-%d","SPDXID":"SPDXRef-Package-npm-%d","versionInfo":"%d.%d.0","supplier":"NOASSERTION","downloadLocation":"NOASSERTION","filesAnalyzed":false,"licenseConcluded":"NOASSERTION","licenseDeclared":%q,"copyrightText":"NOASSERTION","externalRefs":[{"referenceCategory":"SECURITY","referenceType":"cpe23Type","referenceLocator":"cpe:2.3:a:package:package:1:*:*:*:*:*:*:*"},{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":%q}]}`,
				i, i, i%9, i%17, licences[i%5], purl)
			continue
		}
		fmt.Fprintf(&b, `{"bom-ref":%q,"type":"library","name":"package-%d","version":"%d.%d.0","licenses":[{"license":{"id":%q}}],"cpe":"cpe:2.3:a:package:package:1:*:*:*:*:*:*:*","purl":%q,"properties":[{"name":"syft:package:foundBy","value":"javascript-package-cataloger"}]}`,
			purl, i, i%9, i%17, licences[i%5], purl)
	}
	b.WriteString("]}")
	return []byte(b.String())
}

func BenchmarkRead50k(b *testing.B) {
	for name, raw := range map[string][]byte{"cyclonedx": many(50_000, false), "spdx": many(50_000, true)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(raw)))
			for b.Loop() {
				s, err := Read(raw)
				if err != nil || len(s.Components) != 50_000 {
					b.Fatal(err)
				}
			}
		})
	}
}
