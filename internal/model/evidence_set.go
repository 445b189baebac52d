package model

import "time"

// EvidenceSet is everything that shows what some digests are, who built them
// and what was checked about them: enough to check it all again elsewhere,
// without caitui, without a network and without trusting whoever made it.
type EvidenceSet struct {
	Registry   string // host
	Owner      string
	Repository string
	About      string // what was asked for: a channel or a reference
	// Release is the name of the release that the subjects belong to, "" where
	// they do not belong to one.
	Release string
	At      time.Time // of collecting, by the server's clock
	// Past is set where a former state is shown.
	Past     *EvidencePast
	Customer bool // for people outside: no journal, hosts and reasons
	By       string
	Host     string
	Subjects []EvidenceSubject
	Roots    []TrustRoot
	// Journal are the events about the subjects' packages, oldest first, and
	// Head what the journal as a whole ended with.
	Journal []JournalEvent
	Head    JournalHead
	Notes   []string // what is missing and why
}

// EvidencePast says which former state is shown and how it is known.
type EvidencePast struct {
	At       time.Time // that was asked for
	Release  string
	From, To time.Time // when the channel pointed there; zero where unknown
	Evidence Evidence
}

// EvidenceSubject is one digest that the evidence is about.
type EvidenceSubject struct {
	Package string
	Ref     string // as it was asked for: a tag, or the digest
	Via     Via
	Digest  Digest
	Tags    []string
	Created time.Time
	// Verification is what checking came to, with all that was found.
	Verification Verification
	// Manifests are those of the digest and of whatever the chain of coverage
	// goes through, as the registry holds them.
	Manifests map[Digest]RawManifest
	SBOMs     []EvidenceSBOM
	Err       error // why nothing could be collected
}

// RawManifest is a manifest as the registry holds it.
type RawManifest struct {
	MediaType string
	Raw       []byte
}

// EvidenceSBOM is one bill of materials as it was found.
type EvidenceSBOM struct {
	Origin    string // where it was found
	Describes string // image, payload or unknown
	Format    string // cyclonedx, spdx
	Raw       []byte
}

// Verdict sums up as a channel's does.
func (s EvidenceSet) Verdict() VerdictKind {
	var set SetVerification
	for _, subject := range s.Subjects {
		set.Packages = append(set.Packages, PackageVerification{Package: subject.Package, Digest: subject.Digest, Verification: subject.Verification, Err: subject.Err})
	}
	return set.Verdict()
}

// EvidenceRequest says what to collect evidence about: a channel, as it is or
// as it was at a time, a release, or a single version.
type EvidenceRequest struct {
	Channel  string
	At       time.Time // of a channel only; zero: now
	Release  string
	Ref      Reference
	Customer bool
}

// EvidenceWritten is evidence as it was written on this machine.
type EvidenceWritten struct {
	Set     EvidenceSet
	Dir     string
	Files   int
	Archive string // path of the same files in one
	SHA256  string // of the archive, hex
}

// EvidenceFile is one file of an evidence directory.
type EvidenceFile struct {
	Path    string // with slashes, below the directory
	Content []byte
}

// EvidenceFinding is something that does not hold when evidence is checked
// again.
type EvidenceFinding struct {
	Path    string // of a file, "" where it is about the whole
	Message string
}

// EvidenceCheck is what checking a directory of evidence came to.
type EvidenceCheck struct {
	Set      EvidenceSet
	Findings []EvidenceFinding
	// Known says of each root of the set whether this machine knows it too.
	Known map[Digest]bool
	// Replaced is set where other roots than those in the directory were used.
	Replaced bool
}

// Holds reports whether every file is as it was and every verdict is still what
// it is said to be.
func (c EvidenceCheck) Holds() bool { return len(c.Findings) == 0 }
