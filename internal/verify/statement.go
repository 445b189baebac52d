package verify

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/sigstore/sigstore-go/pkg/verify"

	"github.com/novotnyllc/caitui/internal/model"
)

// statementPrefix begins the type of in-toto statements of all versions
// (in-toto/attestation, spec/v1/statement.md and spec/v0.1.0).
const statementPrefix = "https://in-toto.io/Statement/"

// statement is the part of an in-toto statement that checks look at.
type statement struct {
	Type          string          `json:"_type"`
	PredicateType string          `json:"predicateType"`
	Subject       []subject       `json:"subject"`
	Predicate     json.RawMessage `json:"predicate"`
}

type subject struct {
	Name   string            `json:"name"`
	Digest map[string]string `json:"digest"`
}

func readStatement(payload []byte) (statement, error) {
	var s statement
	if err := json.Unmarshal(payload, &s); err != nil {
		return statement{}, fmt.Errorf("reading the statement: %w", err)
	}
	return s, nil
}

// wanted is what one attestation has to be about.
type wanted struct {
	model.ArtifactDigests
	candidates []model.Digest // where Of is empty
}

// wantedOf takes what an attestation was found for, unless the digests are of
// a file or were given.
func wantedOf(a model.Attestation, about model.ArtifactDigests) wanted {
	w := wanted{ArtifactDigests: about}
	if len(about.Of) > 0 {
		return w
	}
	for _, d := range append([]model.Digest{a.About}, a.Also...) {
		if model.IsArtifactDigest("sha256", d.Hex()) && !slices.Contains(w.candidates, d) {
			w.candidates = append(w.candidates, d)
		}
	}
	return w
}

// names reports what of it a set of digests names. Where several algorithms
// are known on both sides all must agree: who names one artifact by SHA-256 and
// another by SHA-512 names neither.
func (w wanted) names(digest map[string]string) []model.Digest {
	if len(w.Of) == 0 {
		d := model.Digest("sha256:" + digest["sha256"])
		if slices.Contains(w.candidates, d) {
			return []model.Digest{d}
		}
		return nil
	}
	agree := false
	for algorithm, want := range w.Of {
		got, named := digest[algorithm]
		switch {
		case !named || !model.IsArtifactDigest(algorithm, want):
		case got != want:
			return nil
		default:
			agree = true
		}
	}
	if !agree {
		return nil
	}
	return w.All()
}

// proved lists what of it the subjects name, and those subjects.
func (w wanted) proved(subjects []subject) ([]model.Digest, []subject) {
	var digests []model.Digest
	var by []subject
	for _, s := range subjects {
		named := w.names(s.Digest)
		if len(named) > 0 {
			by = append(by, s)
		}
		for _, d := range named {
			if !slices.Contains(digests, d) {
				digests = append(digests, d)
			}
		}
	}
	return digests, by
}

// held is the digests that sigstore-go is to hold the statement to: all those
// that we find in it, each as the statement names it.
func (w wanted) held(subjects []subject) []verify.ArtifactDigest {
	var out []verify.ArtifactDigest
	_, by := w.proved(subjects)
	for _, s := range by {
		for _, d := range w.all() {
			algorithm, value, _ := strings.Cut(string(d), ":")
			raw, err := hex.DecodeString(value)
			if err == nil && s.Digest[algorithm] == value {
				out = append(out, verify.ArtifactDigest{Algorithm: algorithm, Digest: raw})
			}
		}
	}
	return out
}

func (w wanted) all() []model.Digest {
	if len(w.Of) > 0 {
		return w.All()
	}
	return w.candidates
}

// refuse says that nothing of it is named.
func (w wanted) refuse(subjects []subject) *refusal {
	var actual []string
	for _, s := range subjects {
		for _, algorithm := range []string{"sha256", "sha384", "sha512"} {
			if value := s.Digest[algorithm]; value != "" {
				actual = append(actual, algorithm+":"+value)
			}
		}
	}
	const shown = 3
	if n := len(actual); n > shown {
		actual = append(actual[:shown], fmt.Sprintf("%d more", n-shown))
	}
	var expected []string
	for _, d := range w.all() {
		expected = append(expected, string(d))
	}
	if len(expected) == 0 {
		expected = []string{"a digest by SHA-256, SHA-384 or SHA-512 to look for"}
	}
	return failed(model.StepDigest, strings.Join(expected, " or "), strings.Join(actual, ", "),
		fmt.Errorf("what was asked about is not among what the statement names (%d)", len(subjects)))
}
