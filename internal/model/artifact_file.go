package model

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"strings"
)

// ArtifactFile is what lies in no registry: a local file, or a digest that a
// person gave.
type ArtifactFile struct {
	Name string // of the file, "" for a digest alone
	// Of are its digests, as in ArtifactDigests.
	Of map[string]string
}

// ReadArtifact computes all digests of a file by which a statement may name it.
func ReadArtifact(name string, r io.Reader) (ArtifactFile, error) {
	sums := map[string]hash.Hash{"sha256": sha256.New(), "sha384": sha512.New384(), "sha512": sha512.New()}
	n, err := io.Copy(io.MultiWriter(sums["sha256"], sums["sha384"], sums["sha512"]), r)
	if err != nil {
		return ArtifactFile{}, &Error{Kind: ErrInvalid, Message: fmt.Sprintf("%s cannot be read", Sanitize(name)), Cause: err}
	}
	if n == 0 {
		return ArtifactFile{}, Invalid(fmt.Sprintf("%s is empty", Sanitize(name)), "name a file with content: an empty one is what many broken downloads are")
	}
	out := ArtifactFile{Name: name, Of: make(map[string]string, len(sums))}
	for algorithm, h := range sums {
		out.Of[algorithm] = hex.EncodeToString(h.Sum(nil))
	}
	return out, nil
}

// ParseArtifactDigest reads ALGORITHM:HEX of SHA-256, SHA-384 or SHA-512.
func ParseArtifactDigest(s string) (ArtifactFile, error) {
	algorithm, hex, _ := strings.Cut(s, ":")
	if !IsArtifactDigest(algorithm, hex) {
		return ArtifactFile{}, Invalid(fmt.Sprintf("%q is not a digest", Sanitize(s)),
			"a digest is sha256: and 64, sha384: and 96 or sha512: and 128 characters 0-9 a-f")
	}
	return ArtifactFile{Of: map[string]string{algorithm: hex}}, nil
}

// Subject is the digest that it goes by: that of SHA-256 where it is known.
func (f ArtifactFile) Subject() Digest {
	about := ArtifactDigests{Of: f.Of}
	for _, d := range about.All() { // sha256 is the first of them
		return d
	}
	return ""
}
