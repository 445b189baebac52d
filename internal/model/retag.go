package model

import "time"

// RetagRequest asks for one tag of one package to point to a digest.
type RetagRequest struct {
	Package   string
	Tag       string
	Target    Digest
	Reason    string
	Incident  string
	Actor     string
	Overrides []string // codes of blockers that the person lifts by name
	At        time.Time
}

// Run is a workflow run, as far as a plan cares: would it move a tag again?
type Run struct {
	ID         int64
	Event      string
	Actor      string
	Branch     string
	Commit     string
	Status     string // queued, in_progress, completed
	Conclusion string
	Channel    string // of a dispatch, where its title or inputs tell; "" unknown
	Version    string
	Started    time.Time
	Finished   time.Time
	URL        string
}

// RetagFacts is what the service found out for a retag beyond the snapshot.
type RetagFacts struct {
	// Missing are children of the target that the registry does not have.
	Missing []Digest
	// Trust is what checking the target's attestations came to.
	Trust TargetTrust
	// Running are runs under way that may move the tag again.
	Running []Run
	// Unchecked says what could not be asked and why: warnings, never
	// blockers.
	Unchecked []Remark
}

// Codes of the blockers and warnings of a retag.
const (
	CodeImmutableTag   = "immutable-tag"   // blocker, may be lifted
	CodePlumbingTag    = "plumbing-tag"    // blocker: a tag that tools own
	CodeTargetUnknown  = "target-unknown"  // blocker: the digest is not there
	CodeTargetPartial  = "target-partial"  // blocker: a child is missing
	CodeRunInProgress  = "run-in-progress" // warning
	CodeOrphan         = "orphan"          // warning: a version loses its last tag
	CodeOtherKind      = "other-kind"      // warning: a platform child or attestation gets the tag
	CodeLeavesRelease  = "leaves-release"  // warning: the channel drifts after this
	CodeUncheckedRuns  = "unchecked-runs"
	CodeUncheckedParts = "unchecked-parts"
)
