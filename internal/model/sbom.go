package model

import (
	"slices"
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
