package model

import "time"

// VersionRef names a version of a package: by its id, its digest or both.
type VersionRef struct {
	Package string
	ID      int64  // 0: named by its digest
	Digest  Digest // "": named by its id
}

// DeleteRequest asks for versions to be deleted.
type DeleteRequest struct {
	Versions []VersionRef
	// WithParts takes what belongs to the versions along: children, attestations
	// and their tags, as far as nothing that is kept needs them.
	WithParts bool
	Reason    string
	Incident  string
	Actor     string
	Overrides []string // codes of blockers that the person lifts by name
	At        time.Time
}

// DeleteFacts is what the service found out for a deletion beyond the
// snapshots.
type DeleteFacts struct {
	// Read is how many manifests were fetched for this plan: each counts as a
	// download of its package.
	Read int
	// Opaque are versions, by package, whose manifest was fetched and is none:
	// no client can follow it anywhere, so nothing can be needed by it.
	Opaque map[string][]Digest
	// Why says, by package, why what is still unread could not be read.
	Why map[string]string
	// Running are runs under way, which push versions and move tags.
	Running   []Run
	Unchecked []Remark
}

// Floors under a deletion. Going below one takes an override by name.
const (
	// DeletionsFloor is how many versions one plan deletes without a word.
	DeletionsFloor = 50
	// TargetsFloor is how many rollback targets a channel keeps.
	TargetsFloor = 3
)

// youngFor is how old a version is at least before it certainly belongs to a
// publish that has ended: the pipeline takes an hour at most from the first
// push to the last.
const youngFor = time.Hour

// Codes of the blockers and warnings of a deletion, a restore and an untagging.
const (
	CodeNeeded            = "needed"             // blocker: something kept needs it
	CodeLastTagged        = "last-tagged"        // blocker: GHCR refuses it
	CodeIncompleteReading = "incomplete-reading" // blocker: what is needed cannot be judged
	CodeNoVersionID       = "no-version-id"      // blocker: GitHub tells no id to delete by
	CodeFloorDeletions    = "floor-deletions"    // blocker, may be lifted
	CodeChannelTargets    = "channel-targets"    // blocker, may be lifted
	CodeHoldsChannel      = "holds-channel"      // blocker, may be lifted; of an untagging a warning
	CodeSummary           = "summary"            // what there is, grouped
	CodeTagsLost          = "tags-lost"
	CodeImmutableLost     = "immutable-tags-lost"
	CodeChildrenLeft      = "children-left"
	CodePartsStay         = "parts-stay"
	CodeReferrersOrphaned = "referrers-orphaned"
	CodeDownloads         = "downloads"
	CodeYoung             = "young"
	CodeBytes             = "bytes"
	CodeRestorable        = "restorable-until"
	CodeAlreadyGone       = "already-gone"
	CodeManifestsRead     = "manifests-read"
	CodeNotRestorable     = "not-restorable"  // blocker: GitHub does not offer it
	CodeRestoreExpired    = "restore-expired" // blocker: the 30 days are over
	CodeAlreadyThere      = "already-there"
	CodeTagElsewhere      = "tag-elsewhere"
	CodeServesNothing     = "serves-nothing" // of an untagging: what pulls see meanwhile
)
