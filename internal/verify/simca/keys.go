package simca

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/pem"
	"fmt"
)

// signer is an ECDSA key that is determined by its seed and signs the same
// message the same way each time.
type signer struct {
	key  *ecdsa.PrivateKey
	hash crypto.Hash
	spki []byte   // the public key as DER SubjectPublicKeyInfo
	id   [32]byte // SHA-256 of spki: log ID, key identifier, checkpoint hint
}

// curveFor says with which curve Sigstore signs under a hash function, and by
// which of its names it calls the pair (sigstore_common.proto,
// PublicKeyDetails).
func curveFor(hash crypto.Hash) (elliptic.Curve, string) {
	switch hash {
	case crypto.SHA384:
		return elliptic.P384(), "PKIX_ECDSA_P384_SHA_384"
	case crypto.SHA512:
		return elliptic.P521(), "PKIX_ECDSA_P521_SHA_512"
	default:
		return elliptic.P256(), "PKIX_ECDSA_P256_SHA_256"
	}
}

// newSigner derives a key from a seed.
func newSigner(hash crypto.Hash, seed string) (signer, error) {
	curve, _ := curveFor(hash)
	raw := make([]byte, (curve.Params().BitSize+7)/8)
	for try := 0; ; try++ {
		sum := sha512.Sum512(fmt.Appendf(nil, "caitui simca|%s|%d", seed, try))
		copy(raw[max(0, len(raw)-len(sum)):], sum[:])
		key, err := ecdsa.ParseRawPrivateKey(curve, raw)
		if err != nil && try < 8 {
			continue // not a number below the curve's order: one in four thousand million
		}
		if err != nil {
			return signer{}, fmt.Errorf("deriving the key %q: %w", seed, err)
		}
		spki, err := x509.MarshalPKIXPublicKey(key.Public())
		if err != nil {
			return signer{}, fmt.Errorf("writing the public key of %q: %w", seed, err)
		}
		return signer{key: key, hash: hash, spki: spki, id: sha256.Sum256(spki)}, nil
	}
}

// sign signs a message: ASN.1 DER, deterministic by RFC 6979, which is what
// ecdsa does without a source of randomness.
func (s signer) sign(message []byte) ([]byte, error) {
	h := s.hash.New()
	h.Write(message)
	return s.signDigest(h.Sum(nil))
}

func (s signer) signDigest(digest []byte) ([]byte, error) {
	signature, err := s.key.Sign(nil, digest, s.hash)
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	return signature, nil
}

// pem is the public key in the form that cosign and Rekor take.
func (s signer) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: s.spki})
}

// Key is a bare signing key, for bundles that carry no certificate.
type Key struct{ signer }

// NewKey derives a P-256 key from a seed.
func NewKey(seed string) (*Key, error) {
	s, err := newSigner(crypto.SHA256, "key|"+seed)
	return &Key{s}, err
}

// PublicPEM is the public key as `--key` reads it.
func (k *Key) PublicPEM() []byte { return k.pem() }

// Hint names the key in a bundle: base64 of the SHA-256 of its DER form.
func (k *Key) Hint() string { return b64(k.id[:]) }
