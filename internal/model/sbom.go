package model

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// SBOMFormat is the family of an SBOM, found by its content. Wire words of the
// "sbom" document.
type SBOMFormat string

// The formats.
const (
	SBOMCycloneDX SBOMFormat = "cyclonedx"
	SBOMSPDX      SBOMFormat = "spdx"
)

// SBOMDescribes is what an SBOM is about. Wire words of the "sbom" document.
type SBOMDescribes string

// What an SBOM can be about: an image, the files of an artifact, or nobody can
// tell. That an SBOM was found at an image does not make it the image's.
const (
	DescribesImage   SBOMDescribes = "image"
	DescribesPayload SBOMDescribes = "payload"
	DescribesUnknown SBOMDescribes = "unknown"
)

// SBOMHash is a checksum of a component as the document gives it.
type SBOMHash struct{ Algorithm, Value string }

// SBOMComponent is one thing that an SBOM lists. All text is the document's:
// it is sanitised where it is shown.
type SBOMComponent struct {
	Ref     string // the document's own name for it, "" for none
	Name    string
	Version string // "" where the document gives none
	PURL    string // package URL as written, "" where the document gives none
	// Type is what the document calls it (library, container, file …), where it
	// says nothing the purl's type (deb, npm …); "" where neither is there.
	Type      string
	Ecosystem string // the purl's type, "" without a purl
	// Licenses are SPDX identifiers, expressions or names: the concluded ones,
	// where nobody concluded any the declared ones. nil where none is asserted.
	Licenses []string
	Supplier string // supplier, publisher or author; "" for none
	Hashes   []SBOMHash
	// Key is what two documents are compared by: the purl without version,
	// qualifiers and subpath, else name and type.
	Key string
}

// SBOM is one bill of materials.
type SBOM struct {
	Digest      Digest // of Raw
	Format      SBOMFormat
	SpecVersion string // "2.3", "1.6"; "" where the document does not say
	Syntax      string // json, xml, tag-value
	Name        string // of the document, "" for none
	Namespace   string // its serial number or namespace, "" for none
	Created     time.Time
	Tools       []string
	// Roots are what the document says that it is about: CycloneDX's
	// metadata.component, SPDX's DESCRIBES. They are not among Components.
	Roots []SBOMComponent
	// Components are in the order of CompareComponents.
	Components []SBOMComponent
	Raw        []byte // the document by itself, out of any envelope
}

// SBOMDocument is an SBOM with all the places in which this very document was
// found, and what it describes.
type SBOMDocument struct {
	SBOM
	Origins []AttestationOrigin
	// About is the digest that it was found for, Platform that digest's.
	About    Digest
	Platform string
	// Stated is set where an in-toto statement wraps it, Named where that
	// statement names About, Signed where it bears a signature. Whether a good
	// one is not checked.
	Stated, Named, Signed bool
	Describes             SBOMDescribes
	Evidence              []string // why, in sentences
	// AttestedBy are attestations whose subject is this very document.
	AttestedBy []Digest
	// Err says why the document could not be read; it is there all the same.
	Err error
}

// SBOMPlaceName names one of the places that are looked into.
type SBOMPlaceName string

// The places, in the order in which they are told.
const (
	SBOMInGitHub    SBOMPlaceName = "github-api"
	SBOMInReferrers SBOMPlaceName = "referrers-api"
	SBOMInFallback  SBOMPlaceName = "fallback-tag"
	SBOMInSubjects  SBOMPlaceName = "subject"
	SBOMInCosignAtt SBOMPlaceName = "cosign-att-tag"
	SBOMInCosignTag SBOMPlaceName = "cosign-sbom-tag"
	SBOMInBuildKit  SBOMPlaceName = "buildkit"
	SBOMInLayer     SBOMPlaceName = "layer"
	SBOMInFile      SBOMPlaceName = "file"
)

// SBOMPlace is what became of looking into one place. Err beside SourceFound or
// SourceNone means that more may be there.
type SBOMPlace struct {
	Name  SBOMPlaceName
	State SourceStatus
	Count int // SBOMs found there
	Err   error
	Note  string // our own words, "" for none
}

// SBOMList is all SBOMs found about one digest, and where was looked.
type SBOMList struct {
	Registry  string
	Owner     string
	Package   string
	Subject   Digest
	Kind      VersionKind
	Documents []SBOMDocument // what describes the subject first
	Places    []SBOMPlace    // all of them, in their order
	Notes     []string
}

// IsImage reports whether the subject is an image or an index of images.
func (l SBOMList) IsImage() bool { return l.Kind == VersionImage || l.Kind == VersionIndex }

// Fits reports whether a document may be shown as that of the subject. The
// payload's SBOM is never shown as an image's.
func (l SBOMList) Fits(d SBOMDocument) bool {
	return d.Err == nil && (!l.IsImage() || d.Describes != DescribesPayload)
}

// Best is the index of the document that is shown first, -1 where none is
// there that fits the subject.
func (l SBOMList) Best() int { return slices.IndexFunc(l.Documents, l.Fits) }

// Looked counts the places that were looked into: those that could have had one.
func (l SBOMList) Looked() int {
	n := 0
	for _, p := range l.Places {
		if p.State != SourceNotAsked {
			n++
		}
	}
	return n
}

// Whole reports whether nothing failed: only then does "none" mean that there
// is none.
func (l SBOMList) Whole() bool {
	return !slices.ContainsFunc(l.Places, func(p SBOMPlace) bool { return p.Err != nil || p.State == SourceFailed })
}

// Counterpart is the document of a list that another one is compared with: one
// that describes the same kind of thing, of the same platform where there is
// one, else the one that is shown first. None is ErrNotFound.
func (l SBOMList) Counterpart(with SBOMDocument) (SBOMDocument, error) {
	best := -1
	for i, d := range l.Documents {
		switch {
		case d.Err != nil || d.Describes != with.Describes:
		case best < 0 || d.Platform == with.Platform && l.Documents[best].Platform != with.Platform:
			best = i
		}
	}
	if best < 0 {
		best = l.Best()
	}
	if best < 0 {
		return SBOMDocument{}, &Error{Kind: ErrNotFound, Message: fmt.Sprintf("there is no SBOM of %s@%s to compare with", l.Package, l.Subject.Short())}
	}
	return l.Documents[best], nil
}

// PayloadBeside is the payload of the release that a version of another package
// belongs to: what has an SBOM where the version has none. Its SBOM is its own
// and not that version's.
func (s Survey) PayloadBeside(pkg string, d Digest) (VersionRef, Release, bool) {
	r, ok := s.ReleaseOf(pkg, d)
	if !ok {
		return VersionRef{}, Release{}, false
	}
	for _, spec := range s.Inventory.Layout.Packages {
		if m, has := r.Members[spec.Name]; has && spec.Role == RolePayload && spec.Name != pkg && m.Digest != "" {
			return VersionRef{Package: spec.Name, Digest: m.Digest}, r, true
		}
	}
	return VersionRef{}, Release{}, false
}

// Matching are the components that match lets through; nil lets all through.
func (s SBOM) Matching(match func(SBOMComponent) bool) []SBOMComponent {
	return matching(s.Components, match)
}

func matching(list []SBOMComponent, match func(SBOMComponent) bool) []SBOMComponent {
	if match == nil {
		return list
	}
	out := []SBOMComponent{}
	for _, c := range list {
		if match(c) {
			out = append(out, c)
		}
	}
	return out
}

// Matching is the part of a difference that match lets through, of a change by
// either side.
func (d SBOMDiff) Matching(match func(SBOMComponent) bool) SBOMDiff {
	if match == nil {
		return d
	}
	d.Added, d.Removed = matching(d.Added, match), matching(d.Removed, match)
	neither := func(c SBOMChange) bool { return !match(c.Before) && !match(c.After) }
	d.Changed = slices.DeleteFunc(slices.Clone(d.Changed), neither)
	d.Licences = slices.DeleteFunc(slices.Clone(d.Licences), neither)
	return d
}

// Text is what a search looks through, in lower case.
func (c SBOMComponent) Text() string {
	return strings.ToLower(c.Name + " " + c.Version + " " + c.PURL + " " + c.Type + " " + strings.Join(c.Licenses, " "))
}

// SBOMFields are the names that Field knows.
func SBOMFields() []string {
	return []string{"name", "version", "type", "licence", "license", "purl"}
}

// Field is what a search by a field's name looks at.
func (c SBOMComponent) Field(name string) string {
	switch name {
	case "name":
		return c.Name
	case "version":
		return c.Version
	case "type":
		return c.Type + " " + c.Ecosystem
	case "licence", "license":
		return strings.Join(c.Licenses, " ")
	case "purl":
		return c.PURL
	}
	return ""
}
