package model

import "slices"

// AttestationForm is what an attestation's content turned out to be, by
// looking at it: media types and annotations are only hints.
type AttestationForm string

// The forms.
const (
	FormBundle        AttestationForm = "bundle"         // a Sigstore bundle (protobuf-specs, sigstore_bundle.proto)
	FormDSSE          AttestationForm = "dsse"           // a bare envelope (DSSE, protocol.md and envelope.md)
	FormStatement     AttestationForm = "statement"      // a bare in-toto statement: nobody signed it
	FormSimpleSigning AttestationForm = "simple-signing" // cosign's older image signature
	FormSBOM          AttestationForm = "sbom"           // a bill of materials by itself, unsigned
	FormUnknown       AttestationForm = "unknown"
)

// AttestationKind says what sort of place an attestation was found in. Wire
// words of the "attestations" document.
type AttestationKind string

// The kinds of place.
const (
	FromGitHub   AttestationKind = "github-api"
	FromReferrer AttestationKind = "referrer"
	FromCosign   AttestationKind = "cosign-tag"
	FromBuildKit AttestationKind = "buildkit"
	FromLayer    AttestationKind = "layer"
	FromFile     AttestationKind = "file"
)

// AttestationOrigin is one place in which an attestation was found.
type AttestationOrigin struct {
	Kind AttestationKind
	// Source is who led to it; several sources may lead to the same manifest.
	Source AttestationSourceName
	// Tag and Manifest say where in the registry: the tag that led there ("" for
	// none) and the manifest that holds the content ("" in GitHub's store).
	Tag      string
	Manifest Digest
	// Title is the file name that a layer bears, "" for none. Path is where in
	// it the content is, where the layer is an archive; "" where it is the
	// layer itself.
	Title string
	Path  string
	// Hint is the predicate type that an annotation claims, "" for none. The
	// content decides.
	Hint string
}

// AttestationSubject is one thing that a statement is about.
type AttestationSubject struct {
	Name   string
	Digest Digest // "" where it names none of sha256
}

// Attestation is one statement about a digest, together with all the places in
// which this very content was found. Its text is what somebody wrote: it is
// sanitised where it is shown.
type Attestation struct {
	// Digest is that of the content as the registry holds it, else as GitHub
	// sent it; "" where it could not be read.
	Digest        Digest
	Form          AttestationForm
	Origins       []AttestationOrigin
	Signed        bool   // bears a signature; whether a good one is not checked
	PredicateType string // as the statement says
	Subjects      []AttestationSubject
	MediaType     string // as the place says
	Size          int64  // bytes of the content; -1: not known
	// About is the digest that it was found for, Also further ones.
	About    Digest
	Also     []Digest
	Platform string // of About, as people type it; "" where it has none
	Raw      []byte // the content, nil where it was not read
	// Statement is the signed or bare text inside, nil where there is none.
	Statement []byte
	// Beside is what stands in annotations beside the content, not in it.
	Beside SigningMaterial
	// Err says why the content could not be read or understood.
	Err error
	// Check is what checking it came to; the zero Check: it was not.
	Check Check

	key Digest // what it is merged by
}

// SigningMaterial is what cosign's older forms keep in the annotations of a
// layer (sigstore/cosign, specs/SIGNATURE_SPEC.md): all that a bundle holds
// beside the signed content. Base64, PEM and JSON as written there.
type SigningMaterial struct {
	Signature   string // base64; "" in envelopes, which hold their own
	Certificate string // PEM
	Chain       string // PEM
	Bundle      string // JSON: Rekor's entry and its signed timestamp
	Timestamp   string // JSON: an RFC 3161 timestamp
}

// Names reports whether the statement itself speaks of d.
func (a Attestation) Names(d Digest) bool {
	return slices.ContainsFunc(a.Subjects, func(s AttestationSubject) bool { return s.Digest == d && d != "" })
}

// NamesNone reports whether the statement speaks of none of the digests that it
// was found for, as far as it could be read: what is hung on a digest need not
// be about it.
func (a Attestation) NamesNone() bool {
	if a.Statement == nil || a.Names(a.About) {
		return false
	}
	return !slices.ContainsFunc(a.Also, a.Names)
}

// From reports whether one of the origins is of a kind.
func (a Attestation) From(k AttestationKind) bool {
	return slices.ContainsFunc(a.Origins, func(o AttestationOrigin) bool { return o.Kind == k })
}

// Kinds lists the kinds of its origins, each once, in the order of Origins.
func (a Attestation) Kinds() []AttestationKind {
	var out []AttestationKind
	for _, o := range a.Origins {
		if !slices.Contains(out, o.Kind) {
			out = append(out, o.Kind)
		}
	}
	return out
}

// Hint is a predicate type that an annotation claims and the content does not
// have, "" where they agree.
func (a Attestation) Hint() string {
	for _, o := range a.Origins {
		if o.Hint != "" && o.Hint != a.PredicateType && a.Statement != nil {
			return o.Hint
		}
	}
	return ""
}

// AttestationSourceName names one of the sources that are asked.
type AttestationSourceName string

// The sources, in the order in which they are told.
const (
	SourceGitHub    AttestationSourceName = "github-api"
	SourceReferrers AttestationSourceName = "referrers-api"
	SourceFallback  AttestationSourceName = "fallback-tag"
	SourceCosign    AttestationSourceName = "cosign-tag"
	SourceSubject   AttestationSourceName = "subject"
	SourceBuildKit  AttestationSourceName = "buildkit"
	SourceLayer     AttestationSourceName = "layer"
	SourceFile      AttestationSourceName = "file"
	// SourceGiven is no place that is searched: a person brought the attestation
	// along, in a file.
	SourceGiven AttestationSourceName = "given"
)

// AttestationSources lists all sources that are searched, in their order.
func AttestationSources() []AttestationSourceName {
	return []AttestationSourceName{SourceGitHub, SourceReferrers, SourceFallback, SourceCosign,
		SourceSubject, SourceBuildKit, SourceLayer, SourceFile}
}

// SourceStatus is how asking a source ended.
type SourceStatus string

// The ends.
const (
	SourceFound        SourceStatus = "found"
	SourceNone         SourceStatus = "none" // asked, and it has nothing
	SourceFailed       SourceStatus = "failed"
	SourceNotAsked     SourceStatus = "not-asked"
	SourceNotSupported SourceStatus = "not-supported" // this registry or mode does not have it
)

// SourceState is what became of asking one source. Err beside SourceFound means
// that more may be there.
type SourceState struct {
	Name  AttestationSourceName
	State SourceStatus
	Count int // places in which something was found, before merging
	Err   error
	Note  string // our own words, "" for none
}

// AttestationRole is why a digest was asked about.
type AttestationRole string

// The roles.
const (
	RoleSubject   AttestationRole = "subject"    // the digest itself
	RolePlatform  AttestationRole = "platform"   // a child of the index
	RoleArchIndex AttestationRole = "arch index" // another index over some of the same platforms
	RoleLayer     AttestationRole = "layer"      // a file inside the artifact
)

// AttestationTarget is one digest that the sources were asked about.
type AttestationTarget struct {
	Digest   Digest
	Role     AttestationRole
	Platform string // as people type it, of several joined by blanks; "" for none
	Title    string // file name of a layer
	// Holds are the platforms in an index of one or some architectures.
	Holds []PlatformRef
}

// PlatformRef is one platform in an index.
type PlatformRef struct {
	Digest   Digest
	Platform string // as people type it, "" where the index does not say
}

// AttestationList is everything found about one digest, and where was looked.
type AttestationList struct {
	Registry string
	Owner    string
	Package  string
	Subject  Digest
	Targets  []AttestationTarget // the subject first
	// Platforms are all platforms in the subject, itself where it is one; none
	// where it holds no platform or its manifest could not be read.
	Platforms []PlatformRef
	Items     []Attestation // merged by content, signed ones first
	Sources   []SourceState // all of them, in their order
	// Notes are things worth a line: not all platforms were asked about.
	Notes []string
}

// Target returns what was known of a digest when it was asked about.
func (l AttestationList) Target(d Digest) (AttestationTarget, bool) {
	for _, t := range l.Targets {
		if t.Digest == d {
			return t, true
		}
	}
	return AttestationTarget{}, false
}

// Source returns the state of one source; one that the list does not hold was
// not asked.
func (l AttestationList) Source(name AttestationSourceName) SourceState {
	for _, s := range l.Sources {
		if s.Name == name {
			return s
		}
	}
	return SourceState{Name: name, State: SourceNotAsked}
}

// Whole reports whether nothing failed: only then does "nothing found" mean
// that there is nothing.
func (l AttestationList) Whole() bool {
	return !slices.ContainsFunc(l.Sources, func(s SourceState) bool { return s.Err != nil || s.State == SourceFailed })
}
