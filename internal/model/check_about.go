package model

import (
	"maps"
	"slices"
)

// ArtifactDigests is what an attestation has to be about, as far as the
// attestations themselves do not say it.
//
// For what lies in a registry Of is empty: each attestation is held to the
// digests that it was found for, its About and Also. For a file, or a digest
// that a person gave, Of holds every digest known of it, since a statement may
// name it by another algorithm than SHA-256 (npm names SHA-512), and About and
// Also count for nothing.
type ArtifactDigests struct {
	// Of is keyed by algorithm, "sha256", "sha384" or "sha512", the values are
	// lower-case hex. They are digests of one and the same content.
	Of map[string]string
	// Name is the name that a statement's subject is expected to bear,
	// REGISTRY/OWNER/PACKAGE, "" where any will do. Another one is a Difference
	// and no failure: who pushed under which name is not what a digest proves.
	Name string
}

// digestHexLen is how many hex characters the digests have that statements and
// signatures are compared by. Weaker algorithms prove nothing.
var digestHexLen = map[string]int{"sha256": 64, "sha384": 96, "sha512": 128}

// IsArtifactDigest reports whether an algorithm is one that proves something
// and the value is a digest of it.
func IsArtifactDigest(algorithm, hex string) bool {
	n, known := digestHexLen[algorithm]
	return known && IsHex(hex, n)
}

// All lists the digests as ALGORITHM:HEX, in the order of the algorithms. Those
// of SHA-256 are digests as registries have them.
func (a ArtifactDigests) All() []Digest {
	var out []Digest
	for _, algorithm := range slices.Sorted(maps.Keys(a.Of)) {
		if IsArtifactDigest(algorithm, a.Of[algorithm]) {
			out = append(out, Digest(algorithm+":"+a.Of[algorithm]))
		}
	}
	return out
}
