package model

import "time"

// TagRef is a tag and the version that it was lost with.
type TagRef struct {
	Package string
	Tag     string
	Digest  Digest
}

// DeletedVersion is a version that GitHub still gives back. Its Tags are those
// that it had, where that is known.
type DeletedVersion struct {
	Version
	At time.Time // of the deletion, zero where nobody tells
}

// RestoreRequest asks for deleted versions to come back, together with what they
// need and what speaks of them.
type RestoreRequest struct {
	Versions []VersionRef
	// Tags are those that the deletion is known to have taken; those of versions
	// that do not come back are passed over.
	Tags      []TagRef
	Undoes    string // id of the plan that this takes back, wholly or in part
	Reason    string
	Incident  string
	Actor     string
	Overrides []string // codes of blockers that the person lifts by name
	At        time.Time
}

// RestoreFacts is what the service found out for a restore beyond the
// snapshots.
type RestoreFacts struct {
	// Deleted are, by package, the versions that GitHub gives back.
	Deleted map[string][]DeletedVersion
	// Manifests are, by package, those of deleted versions, as far as they were
	// kept: the registry serves them no more.
	Manifests map[string]map[Digest]*Manifest
	Unchecked []Remark
}
