package sbom

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// readTagValue reads SPDX 2.x as lines of "Tag: value" (spdx-spec v2.3, clause
// 4.4); a value of several lines stands between <text> and </text>.
func readTagValue(raw []byte, s *model.SBOM) error {
	var doc spdx2
	var packages []spdx2Package
	var current *spdx2Package
	rest := string(withoutMark(raw))
	for rest != "" {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		tag, value, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok || strings.HasPrefix(tag, "#") {
			continue
		}
		value = strings.TrimSpace(value)
		if after, ok := strings.CutPrefix(value, "<text>"); ok {
			var body string
			if body, ok = strings.CutSuffix(after, "</text>"); !ok {
				var more string
				if more, rest, ok = strings.Cut(rest, "</text>"); !ok {
					return malformed("a <text> of the SPDX document has no end", nil)
				}
				body = after + "\n" + more
			}
			value = strings.TrimSpace(body)
		}
		if tag == "PackageName" {
			if len(packages) >= maxComponents {
				return tooMany()
			}
			packages = append(packages, spdx2Package{Name: value})
			current = &packages[len(packages)-1]
			continue
		}
		if !doc.tag(tag, value) && current != nil {
			current.tag(tag, value)
		}
		if tag == "FileName" || tag == "SnippetSPDXID" {
			current = nil // what follows is about a file
		}
	}
	s.Syntax = "tag-value"
	found := make([]spdx2Found, len(packages))
	for i := range packages {
		found[i] = spdx2Found{packages[i].ID, packages[i].component()}
	}
	doc.into(s, found)
	return nil
}

// tag takes a line about the document; false where it is about a package.
func (doc *spdx2) tag(tag, value string) bool {
	switch tag {
	case "SPDXVersion":
		doc.Version = value
	case "DocumentName":
		doc.Name = value
	case "DocumentNamespace":
		doc.Namespace = value
	case "Created":
		doc.CreationInfo.Created = value
	case "Creator":
		doc.CreationInfo.Creators = append(doc.CreationInfo.Creators, value)
	case "Relationship":
		if parts := strings.Fields(value); len(parts) >= 3 {
			doc.Relations = append(doc.Relations, spdx2Related{From: parts[0], Type: parts[1], To: parts[2]})
		}
	default:
		return false
	}
	return true
}

func (p *spdx2Package) tag(tag, value string) {
	switch tag {
	case "SPDXID":
		p.ID = value
	case "PackageVersion":
		p.Version = value
	case "PackageSupplier":
		p.Supplier = value
	case "PackageLicenseConcluded":
		p.Concluded = value
	case "PackageLicenseDeclared":
		p.Declared = value
	case "PrimaryPackagePurpose":
		p.Purpose = value
	case "PackageChecksum":
		algorithm, sum, _ := strings.Cut(value, ":")
		p.Checksums = append(p.Checksums, spdx2Checksum{algorithm, strings.TrimSpace(sum)})
	case "ExternalRef":
		if parts := strings.Fields(value); len(parts) >= 3 {
			p.Refs = append(p.Refs, spdx2Ref{Type: parts[1], Locator: parts[2]})
		}
	}
}
