package sbom

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// Bounds of one document, beside model.MaxAttestation for its bytes.
const (
	// maxComponents is four times what the largest images have.
	maxComponents = 400_000
	// maxNesting is how deep components may contain components.
	maxNesting = 100
	// maxWords bounds licences, hashes, tools and roots of one thing.
	maxWords = 50
)

// Read reads one SBOM by itself. What is none is model.ErrUnsupported; one that
// cannot be read is ErrMalformed, one beyond the bounds ErrTooLarge. raw is kept
// and must not change.
func Read(raw []byte) (*model.SBOM, error) {
	if len(raw) > model.MaxAttestation {
		return nil, &model.Error{Kind: model.ErrTooLarge, Message: fmt.Sprintf("the document has %d bytes, more than the %d that are read", len(raw), model.MaxAttestation)}
	}
	var read func([]byte, *model.SBOM) error
	switch sniff(raw) {
	case isCycloneDXJSON, isCycloneDXXML:
		read = readCycloneDX
	case isSPDX2JSON:
		read = readSPDX2
	case isSPDX3:
		read = readSPDX3
	case isTagValue:
		read = readTagValue
	case isNone:
		return nil, &model.Error{Kind: model.ErrUnsupported, Message: "the content is no SBOM in a format that caitui knows: neither CycloneDX nor SPDX"}
	}
	out := &model.SBOM{Raw: raw, Digest: model.DigestOf(raw)}
	if err := read(raw, out); err != nil {
		return nil, err
	}
	finish(out)
	return out, nil
}

// Is reports whether content looks like an SBOM by itself, however damaged.
func Is(raw []byte) bool { return sniff(raw) != isNone }

// Within returns the SBOM in the predicate of an in-toto statement: the
// predicate itself, or a text that it holds, as cosign writes it for formats
// that are no JSON. false where there is none.
func Within(statement []byte) ([]byte, bool) {
	predicate, ok := field(statement, "predicate")
	if !ok {
		return nil, false
	}
	if Is(predicate) {
		return predicate, true
	}
	text := predicate
	if data, ok := field(predicate, "Data"); ok {
		text = data
	}
	var s string
	if len(text) > 0 && text[0] == '"' && json.Unmarshal(text, &s) == nil && Is([]byte(s)) {
		return []byte(s), true
	}
	return nil, false
}

// finish derives what all formats have in common, and sorts.
func finish(s *model.SBOM) {
	for i := range s.Roots {
		identify(&s.Roots[i])
	}
	s.Roots = s.Roots[:min(len(s.Roots), maxWords)]
	s.Tools = s.Tools[:min(len(s.Tools), maxWords)]
	s.Components = sorted(s.Components)
}

// identify fills in what follows from the purl. It is done to components where
// they are read, side by side.
func identify(c *model.SBOMComponent) {
	if ecosystem, key, ok := purlKey(c.PURL); ok {
		c.Ecosystem, c.Key = ecosystem, key
	}
	c.Type = cmp.Or(c.Type, c.Ecosystem)
	if c.Key == "" {
		c.Key = c.Type + " " + strings.ToLower(c.Name)
	}
	c.Licenses = c.Licenses[:min(len(c.Licenses), maxWords)]
	c.Hashes = c.Hashes[:min(len(c.Hashes), maxWords)]
}

func malformed(message string, cause error) error {
	return &model.Error{Kind: model.ErrMalformed, Message: message, Cause: cause}
}

func tooMany() error {
	return &model.Error{Kind: model.ErrTooLarge, Message: fmt.Sprintf("the document lists more than the %d components that are read", maxComponents)}
}

// asserted are words that say something: NOASSERTION and NONE do not (SPDX 2.3,
// clause 7.13; in SPDX 3 they are individuals of their own).
func asserted(s string) string {
	s = strings.TrimSpace(s)
	last := s
	if strings.HasPrefix(s, "https://spdx.org/rdf/") {
		last = s[strings.LastIndexByte(s, '/')+1:]
	}
	switch last {
	case "NOASSERTION", "NONE", "NoneElement", "NoAssertionElement", "NoneLicense", "NoAssertionLicense",
		"expandedlicensing_NoneLicense", "expandedlicensing_NoAssertionLicense":
		return ""
	}
	return s
}

// licences are the concluded ones, where nobody concluded any the declared.
func licences(concluded, declared string) []string {
	if l := cmp.Or(asserted(concluded), asserted(declared)); l != "" {
		return []string{l}
	}
	return nil
}

// withoutMark is content without the mark of its encoding at the front.
func withoutMark(raw []byte) []byte { return bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")) }
