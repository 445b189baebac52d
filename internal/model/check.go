package model

import (
	"slices"
	"time"
)

// CheckStep is the step at which checking an attestation ended. Wire words, in
// the order of the steps.
type CheckStep string

// The steps.
const (
	StepRead        CheckStep = "read"        // its form: it is signed, and can be read as what it says
	StepRoot        CheckStep = "root"        // whose instance issued the certificate, and is its root known here
	StepLog         CheckStep = "log"         // entry in the transparency log
	StepTime        CheckStep = "time"        // when it was signed, by somebody else's clock
	StepCertificate CheckStep = "certificate" // chain to the root, valid at that time
	StepSCT         CheckStep = "sct"         // the certificate itself was logged (RFC 6962)
	StepSignature   CheckStep = "signature"   // over the content
	StepDigest      CheckStep = "digest"      // the statement names what was asked about
	StepIdentity    CheckStep = "identity"    // who signed: workflow, repository, or key
	StepIssuer      CheckStep = "issuer"      // who vouched for that identity
	StepSource      CheckStep = "source"      // repository, ref, commit and runner of the build
	StepRelease     CheckStep = "release"     // the commit is the one that the release's tag names
)

// CheckSteps lists the steps in their order.
func CheckSteps() []CheckStep {
	return []CheckStep{StepRead, StepRoot, StepLog, StepTime, StepCertificate, StepSCT, StepSignature, StepDigest,
		StepIdentity, StepIssuer, StepSource, StepRelease}
}

// Instances of Sigstore, as wire words.
const (
	InstancePublicGood = "public-good" // sigstore.dev
	InstanceGitHub     = "github"      // GitHub, Inc.
	InstanceCustom     = "custom"      // another one whose root was given
	InstanceUnknown    = "unknown"
)

// Check is what checking one attestation against a policy came to. The zero
// Check says that nothing was checked.
type Check struct {
	// Verdict is verified, failed, unverifiable, none (nobody signed it), or ""
	// where it was not checked; Err may then say why not.
	Verdict VerdictKind
	// Step, Expected and Actual say where it ended and why; all empty when
	// verified. Expected and Actual are what somebody else may have written.
	Step     CheckStep
	Expected string
	Actual   string
	Err      error // the whole chain of causes
	Instance string
	Root     Digest // of the trusted root that was used, "" for none
	// Identity are the certificate's fields by their Fulcio names, in the order
	// of the documentation (sigstore/fulcio docs/oid-info.md). Until Verdict is
	// verified they are what the certificate says and nobody vouches for.
	Identity   []IdentityField
	KeyID      string // of a bare key, "" for a certificate
	Timestamps []CheckedTime
	LogIndex   int64 // in the transparency log; -1: none
	// Proves are the digests that the verified statement names, of those that it
	// was to be held to: what it was found for, or all of an artifact's (every
	// one of ArtifactDigests.All where it names any).
	Proves []Digest
	// Differences are where the predicate claims another thing than the
	// certificate proves.
	Differences []Difference
	Notes       []string // worth a line though not against the policy
}

// IdentityField is one field of a certificate.
type IdentityField struct{ Name, Value string }

// Field returns a field of the certificate by its Fulcio name, "" for none.
func (c Check) Field(name string) string {
	for _, f := range c.Identity {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// CheckedTime is a time that somebody other than the signer vouches for.
type CheckedTime struct {
	Kind string // "transparency-log", "timestamp-authority"
	Who  string // URI of the log or authority, "" where not told
	At   time.Time
}

// Difference is a field of which the predicate claims another value than the
// certificate proves.
type Difference struct{ Field, Proved, Claimed string }

// Done reports whether the attestation was checked at all.
func (c Check) Done() bool { return c.Verdict != VerdictUnchecked }

// proves reports whether a verified statement names the digest.
func (c Check) proves(d Digest) bool {
	return c.Verdict == VerdictVerified && slices.Contains(c.Proves, d)
}

// TrustRoot is one trusted root that checks rely on.
type TrustRoot struct {
	Digest   Digest // of its JSON
	Instance string
	Who      []string // organisations of its certificate authorities
	Origin   string   // where it came from: "built in", a file, TUF with address and day
	At       time.Time
	Parts    []TrustPart
	// JSON is the root itself (sigstore protobuf-specs, TrustedRoot).
	JSON []byte
}
