package model

import "time"

// Entry is one version of a package with everything that is known about it: a
// row of the raw history and of the "history" document.
type Entry struct {
	Version
	Kind      VersionKind
	Platforms []string // of an index or a platform child, as people type them
	// Size is the bytes of config and layers; of an index, of all children
	// together, each layer counted once. -1: not read.
	Size      int64
	Commit    string // 40 hex where known
	Release   string // name of the release, "" where none is known
	Parents   []Digest
	Referrers []Digest
}

// PartRole is why a version is folded under another.
type PartRole string

// The roles of a part.
const (
	PartPlatform    PartRole = "platform"    // an index's child that runs
	PartArchIndex   PartRole = "arch index"  // shares its platform children
	PartBuildx      PartRole = "buildx"      // BuildKit's unsigned attestation
	PartAttestation PartRole = "attestation" // a signed bundle
	PartFallback    PartRole = "referrers"   // sha256-<hex> index
	PartCosign      PartRole = "cosign"      // .sig, .att, .sbom
	PartInferred    PartRole = "by its time" // unread; pushed just before the row
)

// Part is a version folded under a row.
type Part struct {
	Entry
	Role PartRole
}

// Stay is a time during which a channel pointed to a digest.
type Stay struct {
	Channel  string
	From, To time.Time // To is zero while it lasts; From zero where unknown
	Evidence Evidence
}

// Row is a version of its own together with what belongs to it: a row of the
// folded history.
type Row struct {
	Entry
	Parts []Part
	Stays []Stay // newest first
	// Failed says in words that the publish did not finish, "" where it did.
	Failed string
}
