package predicate

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// Kind says what a fact's value is, for how it is shown.
type Kind uint8

// The kinds.
const (
	Text Kind = iota
	Link
	Digest
	Time
	Number
	Good // the result of a check that went well
	Warn
	Bad
)

// Fact is one thing that a predicate claims.
type Fact struct {
	Label, Value string
	Kind         Kind
	At           time.Time // of Time, zero where it could not be read
	// Field is the certificate's field, by its Fulcio name, that proves or
	// disproves the claim; "" where none speaks of it.
	Field string
}

// Section is facts that belong together.
type Section struct {
	Title string
	Facts []Fact
	More  int // facts that are left out
}

// Summary is what a predicate claims.
type Summary struct {
	Type string // as stated
	Name string // in the words of people, a version included
	// Head is what is worth a line, the most important first.
	Head     []Fact
	Sections []Section
	// Problem says what is wrong with it, "" for nothing.
	Problem string
}

// Of summarises what an attestation states: the predicate of its statement, or
// a bill of materials or signed payload that stands by itself. false where
// there is nothing to summarise.
func Of(a model.Attestation) (Summary, bool) {
	switch {
	case a.Form == model.FormSBOM:
		return Read("", a.Raw), true
	case a.Form == model.FormSimpleSigning:
		return Read(signaturePayload, a.Statement), true
	case a.Statement == nil:
		return Summary{}, false
	}
	statement, ok := parse(a.Statement)
	if !ok {
		return Summary{Type: a.PredicateType, Name: Name(a.PredicateType), Problem: "the statement is no readable JSON"}, true
	}
	return Read(a.PredicateType, statement.at("predicate")), true
}

// Read summarises a predicate of a stated type. It never fails.
func Read(predicateType string, raw []byte) Summary {
	s := Summary{Type: predicateType, Name: Name(predicateType)}
	if len(raw) > model.MaxAttestation {
		s.Problem = fmt.Sprintf("the predicate has %d bytes, more than the %d that are read", len(raw), model.MaxAttestation)
		return s
	}
	v, ok := parse(raw)
	switch {
	case len(bytes.TrimSpace(raw)) == 0 || v.is('n'):
		s.Problem = "the predicate is empty"
		return s
	case !ok:
		s.Problem = "the predicate is no readable JSON"
		return s
	}
	base, _ := split(predicateType)
	for _, t := range types() {
		if t.base == base {
			t.read(&s, v)
			return s
		}
	}
	if predicateType == "" {
		readSBOM(&s, v)
		return s
	}
	readAny(&s, v)
	return s
}

// signaturePayload stands for the payload of cosign's older signatures, which
// names no type.
const signaturePayload = "cosign:simple-signing"

// kindOf is a predicate type that is understood.
type kindOf struct {
	base, name string
	read       func(*Summary, value)
}

// types lists what is understood, by the type without its version.
func types() []kindOf {
	return []kindOf{
		{"https://slsa.dev/provenance", "SLSA provenance", readSLSA},
		{"https://slsa.dev/verification_summary", "SLSA verification summary", readVSA},
		{"https://spdx.dev/Document", "SPDX SBOM", readSBOM},
		{"https://cyclonedx.org/bom", "CycloneDX SBOM", readSBOM},
		{"https://cosign.sigstore.dev/attestation/vuln", "vulnerability scan", readScan},
		{"https://in-toto.io/attestation/vulns", "vulnerability scan", readScan},
		{"https://in-toto.io/attestation/vuln", "vulnerability scan", readScan},
		{"https://in-toto.io/attestation/test-result", "test result", readTests},
		{"https://in-toto.io/attestation/release", "release", readRelease},
		{"https://openvex.dev/ns", "OpenVEX", readVEX},
		{"https://in-toto.io/attestation/scai", "SCAI report", readAny},
		{"https://in-toto.io/attestation/link", "in-toto link", readAny},
		{"https://in-toto.io/attestation/svr", "simple verification result", readAny},
		{"https://sigstore.dev/cosign/sign", "image signature", readAny},
		{signaturePayload, "image signature", readSignature},
	}
}

// Name is a predicate type in the words of people, with its version; a type
// that nobody here knows is itself.
func Name(predicateType string) string {
	base, version := split(predicateType)
	for _, t := range types() {
		if t.base == base {
			return strings.TrimSpace(t.name + " " + version)
		}
	}
	return predicateType
}

// split takes the version off the end of a predicate type.
func split(predicateType string) (base, version string) {
	base, _, _ = strings.Cut(predicateType, "?") // v1?draft
	base = strings.TrimRight(base, "/")
	i := strings.LastIndexByte(base, '/')
	if i < 0 {
		return base, ""
	}
	last := base[i+1:]
	digits := strings.TrimPrefix(last, "v")
	if digits == "" || len(last) > 12 || strings.Trim(digits, "0123456789.") != "" {
		return base, ""
	}
	return base[:i], last
}

// head adds to what is worth a line.
func (s *Summary) head(f Fact) {
	if f.Value != "" {
		s.Head = append(s.Head, f)
	}
}

// section begins a section; what is added goes there.
func (s *Summary) section(title string) *Section {
	s.Sections = append(s.Sections, Section{Title: title})
	return &s.Sections[len(s.Sections)-1]
}

// finish takes away sections in which nothing stands.
func (s *Summary) finish() {
	kept := s.Sections[:0]
	for _, x := range s.Sections {
		if len(x.Facts) > 0 {
			kept = append(kept, x)
		}
	}
	s.Sections = kept
}

// add adds a fact that has a value.
func (x *Section) add(f Fact) {
	switch {
	case f.Value == "":
	case len(x.Facts) == maxFacts:
		x.More++
	default:
		x.Facts = append(x.Facts, f)
	}
}

func (x *Section) text(label, v string)         { x.add(Fact{Label: label, Value: v}) }
func (x *Section) claim(label, v, field string) { x.add(Fact{Label: label, Value: v, Field: field}) }
func (x *Section) number(label string, n int)   { x.add(number(label, n)) }
func (x *Section) link(label, v string)         { x.add(Fact{Label: label, Value: v, Kind: Link}) }
func (x *Section) digest(label, v string)       { x.add(Fact{Label: label, Value: v, Kind: Digest}) }
func (x *Section) time(label string, v value)   { x.add(instant(label, v)) }

func number(label string, n int) Fact {
	return Fact{Label: label, Value: strconv.Itoa(n), Kind: Number}
}

func instant(label string, v value) Fact {
	return Fact{Label: label, Value: v.text(), Kind: Time, At: v.time()}
}

// digestOf is a set of digests on one line.
func digestOf(v value) string {
	var out []string
	v.each(func(name, d value) bool {
		if t := d.text(); name != nil && t != "" {
			out = append(out, name.text()+":"+t)
		}
		return len(out) < 8
	})
	return cut(strings.Join(out, " "))
}

// flat adds whatever stands in v under dotted names, a few levels deep, those
// left out that skip names.
func (x *Section) flat(v value, skip ...string) { x.walk("", v, 0, skip) }

// maxLevels is how deep flat goes: the whole stands in the tree.
const maxLevels = 4

func (x *Section) walk(path string, v value, level int, skip []string) {
	switch {
	case v.is('{') && level < maxLevels:
		v.each(func(name, m value) bool {
			at := name.text()
			if path != "" {
				at = path + "." + at
			}
			for _, s := range skip {
				if at == s {
					return true
				}
			}
			x.walk(cut(at), m, level+1, skip)
			return x.More < maxWalk
		})
	case v.is('['):
		if texts := v.texts(); len(texts) > 0 {
			x.text(path, v.joined())
			return
		}
		if n := v.count(); n > 0 {
			x.text(path, plural(n, "entry", "entries"))
		}
	case v.is('{'):
		if n := v.count(); n > 0 {
			x.text(path, plural(n, "member", "members"))
		}
	default:
		x.text(path, v.text())
	}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// readAny tells what a predicate of a type says that nobody here knows.
func readAny(s *Summary, v value) {
	s.section("says").flat(v)
	s.finish()
}

// readSignature tells what cosign's older signatures are over
// (sigstore/cosign, specs/SIGNATURE_SPEC.md).
func readSignature(s *Summary, v value) {
	x := s.section("signed")
	critical := v.at("critical")
	x.text("name", critical.at("identity", "docker-reference").text())
	x.digest("digest", critical.at("image", "docker-manifest-digest").text())
	x.text("type", critical.at("type").text())
	x.flat(v.at("optional"))
	s.finish()
}
