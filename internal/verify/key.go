package verify

import (
	"crypto"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"time"

	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/verify"
	"github.com/sigstore/sigstore/pkg/signature"
	"github.com/sigstore/sigstore/pkg/signature/options"

	"github.com/novotnyllc/caitui/internal/model"
)

// pinnedKey is the public key that a policy demands.
type pinnedKey struct {
	public crypto.PublicKey
	id     string // SHA-256 of its DER form, as model.Digest
}

// readKey reads a public key in PEM, as `cosign public-key` writes it.
func readKey(raw []byte) (*pinnedKey, error) {
	block, _ := pem.Decode(raw)
	if block == nil || block.Type != "PUBLIC KEY" {
		return nil, badKey(errors.New("there is no PEM block \"PUBLIC KEY\" in it"))
	}
	public, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, badKey(err)
	}
	if _, err := signature.LoadDefaultVerifier(public); err != nil {
		return nil, badKey(err)
	}
	return &pinnedKey{public, string(model.DigestOf(block.Bytes))}, nil
}

func badKey(cause error) error {
	return &model.Error{
		Kind: model.ErrInvalid, Message: "the public key cannot be read", Cause: cause,
		Cure: "give a PEM file as `cosign public-key` writes it",
	}
}

// material is the key as something that signatures are verified with, whatever
// a bundle calls it. An envelope is signed by Ed25519 as it is, a digest by its
// prehashed form.
func (k *pinnedKey) material(envelope bool) (root.TrustedMaterial, error) {
	var opts []signature.LoadOption
	if !envelope {
		opts = append(opts, options.WithED25519ph())
	}
	verifier, err := signature.LoadDefaultVerifier(k.public, opts...)
	if err != nil {
		return nil, fmt.Errorf("the key signs in no way that is known here: %w", err)
	}
	key := root.NewExpiringKey(verifier, time.Time{}, time.Time{})
	return root.NewTrustedPublicKeyMaterial(func(string) (root.TimeConstrainedVerifier, error) { return key, nil }), nil
}

// keyed makes ready to verify what a bare key signed. A key needs no time to be
// good: an entry in a log that is known here, and a timestamp by an authority
// that is, are held to, and where there is neither that is told. It returns the
// root that knows them, nil for none.
func (s *sealed) keyed(roots Roots, key *pinnedKey) (*trusted, *verify.Verifier, *refusal) {
	material, err := key.material(s.payload != nil)
	if err != nil {
		return nil, nil, unverifiable(model.StepIdentity, "a key of a known kind", "", err)
	}
	t, promised, err := s.logged(roots)
	if err != nil {
		return nil, nil, failed(model.StepLog, "log entries that can be read", "", err)
	}
	opts := []verify.VerifierOption{verify.WithoutStatementPredicate()}
	if t != nil {
		opts = append(opts, verify.WithTransparencyLog(1))
	} else {
		t = s.timed(roots)
	}
	if promised || t != nil && len(s.stampedBy(t)) > 0 {
		opts = append(opts, verify.WithObserverTimestamps(1))
	} else {
		opts = append(opts, verify.WithNoObserverTimestamps())
		s.notes = append(s.notes, "nobody but the holder of the key vouches for when it was signed")
	}
	if t != nil {
		material = root.TrustedMaterialCollection{t.material, material}
	}
	v, err := verify.NewVerifier(material, opts...)
	if err != nil {
		return nil, nil, unverifiable(model.StepRoot, "a way to verify with a key", "", err)
	}
	return t, v, nil
}

// timed finds a root that vouches for the time of a signature that no log has.
func (s *sealed) timed(roots Roots) *trusted {
	for _, t := range roots.list {
		if len(s.stampedBy(t)) > 0 {
			return t
		}
	}
	return nil
}

// logged finds the root that knows the log of one of the entries, and whether
// the log promised that entry's time.
func (s *sealed) logged(roots Roots) (t *trusted, promised bool, err error) {
	entries, err := s.bundle.TlogEntries()
	if err != nil {
		return nil, false, err
	}
	for _, e := range entries {
		if known := roots.logging(hex.EncodeToString([]byte(e.LogKeyID()))); len(known) > 0 {
			return known[0], e.HasInclusionPromise(), nil
		}
	}
	if len(entries) > 0 {
		s.notes = append(s.notes, "its log entry is in a log that no root here knows, and counts for nothing")
	}
	return nil, false, nil
}
