package model

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// Digest is a content address in the OCI form "sha256:<64 lower-case hex>"
// (OCI image-spec, descriptor.md, "Digests"). The empty Digest means "none":
// a tag that does not exist has the empty digest before it is created.
type Digest string

// digestPrefix is the only algorithm that GHCR and the ContainAI pipeline use.
const digestPrefix = "sha256:"

// ShortLen is how many hex characters of a digest people are shown in lists.
const ShortLen = 12

// ParseDigest accepts exactly "sha256:" and 64 lower-case hex characters.
func ParseDigest(s string) (Digest, error) {
	hexPart, ok := strings.CutPrefix(s, digestPrefix)
	if !ok || !IsHex(hexPart, 64) {
		return "", Invalid(
			fmt.Sprintf("%q is not a digest", Sanitize(s)),
			"a digest is sha256: followed by 64 characters 0-9 a-f")
	}
	return Digest(s), nil
}

// DigestOf computes the digest of content.
func DigestOf(content []byte) Digest {
	sum := sha256.Sum256(content)
	return Digest(digestPrefix + hex.EncodeToString(sum[:]))
}

// Hex returns the part after the algorithm, or "" for the empty digest.
func (d Digest) Hex() string {
	return strings.TrimPrefix(string(d), digestPrefix)
}

// Short returns the first ShortLen hex characters, as lists show them.
func (d Digest) Short() string {
	h := d.Hex()
	if len(h) > ShortLen {
		return h[:ShortLen]
	}
	return h
}

// FallbackTag is the tag under which a registry without the referrers API
// keeps the index of everything that refers to d (OCI distribution-spec,
// "Referrers Tag Schema").
func (d Digest) FallbackTag() string {
	return "sha256-" + d.Hex()
}

// IsHex reports whether s is exactly n lower-case hex characters.
func IsHex(s string, n int) bool {
	if len(s) != n {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
