package predicate

import (
	"strings"
)

// readSBOM tells the headline of a bill of materials: what it is of, by which
// tool, and how much is in it. The format is found by content: a predicate of
// type CycloneDX may hold SPDX.
func readSBOM(s *Summary, v value) {
	if inner := wrapped(v); inner != nil {
		v = inner
	}
	m := v.members("bomFormat", "spdxVersion", "@graph", "specVersion")
	var format string
	switch {
	case m["@graph"] != nil:
		format = "SPDX 3"
		readSPDX3(s, v)
	case m["spdxVersion"] != nil:
		format = strings.TrimSpace(strings.Replace(m["spdxVersion"].text(), "SPDX-", "SPDX ", 1))
		readSPDX2(s, v)
	case m["bomFormat"] != nil || m["specVersion"] != nil:
		format = strings.TrimSpace("CycloneDX " + m["specVersion"].text())
		readCycloneDX(s, v)
	case v.is('"'):
		readTagValue(s, v.whole())
		return
	default:
		s.Problem = "it is no bill of materials in a format that is known here"
		readAny(s, v)
		return
	}
	if s.Type == "" || !strings.HasPrefix(s.Name, strings.SplitN(format, " ", 2)[0]) {
		if s.Type != "" {
			s.Problem = "the type says " + s.Name + ", the content is " + format
		}
		s.Name = strings.SplitN(format, " ", 2)[0] + " SBOM"
	}
	s.finish()
}

// wrapped is the document inside what cosign puts around it (sigstore/cosign,
// specs/COSIGN_PREDICATE_SPEC.md), nil where there is none.
func wrapped(v value) value {
	inner := v
	if data := v.at("Data"); data != nil {
		inner = data
	}
	if !inner.is('"') {
		return nil
	}
	if doc, ok := parse([]byte(inner.whole())); ok {
		return doc
	}
	return inner
}

func readSPDX2(s *Summary, v value) {
	m := v.members("name", "spdxVersion", "documentNamespace", "creationInfo", "packages", "files", "relationships", "dataLicense")
	x := s.section("bill of materials")
	x.text("name", m["name"].text())
	x.text("format", m["spdxVersion"].text())
	x.text("namespace", m["documentNamespace"].text())
	x.text("made by", m["creationInfo"].at("creators").joined())
	x.time("made", m["creationInfo"].at("created"))
	x.number("packages", m["packages"].count())
	x.number("files", m["files"].count())
	x.number("relationships", m["relationships"].count())
	s.heads(plural(m["packages"].count(), "package", "packages"), m["name"].text(), instant("made", m["creationInfo"].at("created")))
}

func readSPDX3(s *Summary, v value) {
	packages, files, elements := 0, 0, 0
	name, version := "", ""
	var created value
	v.at("@graph").list(func(e value) {
		elements++
		m := e.members("type", "@type", "name", "created", "specVersion")
		kind := m["type"].text()
		if kind == "" {
			kind = m["@type"].text()
		}
		switch kind[strings.LastIndexAny(kind, "/_:")+1:] {
		case "Package":
			packages++
		case "File":
			files++
		case "SpdxDocument":
			name = m["name"].text()
		case "CreationInfo":
			created, version = m["created"], m["specVersion"].text()
		}
	})
	x := s.section("bill of materials")
	x.text("name", name)
	x.text("format", strings.TrimSpace("SPDX "+version))
	x.time("made", created)
	x.number("packages", packages)
	x.number("files", files)
	x.number("elements", elements)
	s.heads(plural(packages, "package", "packages"), name, instant("made", created))
}

func readCycloneDX(s *Summary, v value) {
	m := v.members("specVersion", "serialNumber", "version", "metadata", "components", "services", "dependencies", "vulnerabilities")
	about := m["metadata"].at("component")
	name := strings.TrimSpace(about.at("name").text() + " " + about.at("version").text())
	x := s.section("bill of materials")
	x.text("of", name)
	x.text("type", about.at("type").text())
	x.text("format", "CycloneDX "+m["specVersion"].text())
	x.text("serial number", m["serialNumber"].text())
	x.text("made by", toolsOf(m["metadata"].at("tools")))
	x.time("made", m["metadata"].at("timestamp"))
	x.number("components", m["components"].count())
	x.number("dependencies", m["dependencies"].count())
	if n := m["vulnerabilities"].count(); n > 0 {
		x.add(Fact{Label: "vulnerabilities", Value: number("", n).Value, Kind: Warn})
	}
	s.heads(plural(m["components"].count(), "component", "components"), name, instant("made", m["metadata"].at("timestamp")))
}

// toolsOf are the tools in both forms that CycloneDX has: a list, and since 1.5
// components.
func toolsOf(v value) string {
	if inner := v.at("components"); inner != nil {
		v = inner
	}
	var out []string
	v.list(func(e value) {
		m := e.members("name", "version")
		if t := strings.TrimSpace(m["name"].text() + " " + m["version"].text()); t != "" && len(out) < maxFacts {
			out = append(out, t)
		}
	})
	return cut(strings.Join(out, ", "))
}

// readTagValue counts in SPDX's older form.
func readTagValue(s *Summary, doc string) {
	x := s.section("bill of materials")
	packages, name := 0, ""
	for line := range strings.Lines(doc) {
		key, rest, _ := strings.Cut(line, ":")
		switch strings.TrimSpace(key) {
		case "PackageName":
			packages++
		case "DocumentName":
			name = cut(strings.TrimSpace(rest))
		case "SPDXVersion":
			x.text("format", cut(strings.TrimSpace(rest)))
		}
	}
	if packages == 0 && len(x.Facts) == 0 {
		s.Problem = "it is no bill of materials in a format that is known here"
	} else {
		x.text("name", name)
		x.number("packages", packages)
		s.heads(plural(packages, "package", "packages"), name, Fact{})
	}
	s.finish()
}

// heads is the line about a bill of materials.
func (s *Summary) heads(much, name string, made Fact) {
	s.head(Fact{Value: much, Kind: Number})
	s.head(Fact{Label: "of", Value: name})
	s.head(made)
}
