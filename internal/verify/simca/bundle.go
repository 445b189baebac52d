package simca

import (
	"crypto"
	"errors"
	"fmt"
	"time"
)

// Shape is the version of a bundle's format.
type Shape int

const (
	// V03 is the present one: one certificate, an inclusion proof.
	V03 Shape = iota
	// V02 has a chain of certificates and an inclusion proof.
	V02
	// V01 has a chain of certificates and a promise; the proof is left out.
	V01
)

func (s Shape) mediaType() string {
	return [...]string{
		"application/vnd.dev.sigstore.bundle.v0.3+json",
		"application/vnd.dev.sigstore.bundle+json;version=0.2",
		"application/vnd.dev.sigstore.bundle+json;version=0.1",
	}[s]
}

// Flaw is what is wrong with a bundle. Flaws can be combined.
type Flaw uint

const (
	// Expired signs after the certificate's ten minutes.
	Expired Flaw = 1 << iota
	// NoSCT leaves out the CT log's word from the certificate; BadSCT has one
	// that does not match.
	NoSCT
	BadSCT
	// NoSET leaves out the log's promise, and with it the time that it vouches
	// for; BadSET has one that does not match.
	NoSET
	BadSET
	// NoProof leaves out the inclusion proof; BadProof has a root hash that
	// does not follow from the entry; BadCheckpoint a tree head that the log
	// did not sign.
	NoProof
	BadProof
	BadCheckpoint
	// BadSignature has the payload's signature over something else.
	BadSignature
	// BadStamp has a timestamp of another signature.
	BadStamp
	// Unlogged leaves out the log entry, Unstamped the timestamp.
	Unlogged
	Unstamped
)

func (f Flaw) has(one Flaw) bool { return f&one != 0 }

// Signing says how something is to be signed.
type Signing struct {
	// Identity is the certificate's. Without meaning where Key is set.
	Identity Identity
	// Key signs without a certificate.
	Key *Key
	// At is the moment of signature, log entry and timestamp; the certificate
	// is two seconds older. Whole seconds, from 2021-01-12 on.
	At    time.Time
	Shape Shape
	// SecondLog enters into the log of the second generation, whose entries
	// have no time, so that a timestamp is added.
	SecondLog bool
	// Stamped adds a timestamp where the persona has none of its own.
	Stamped bool
	Flaw    Flaw
	// Alter changes an envelope's payload after it was signed and logged.
	Alter func(payload []byte) []byte
}

// A bundle as sigstore_bundle.proto has it in JSON.
type (
	bundleJSON struct {
		MediaType        string       `json:"mediaType"`
		Material         material     `json:"verificationMaterial"`
		Envelope         *envelope    `json:"dsseEnvelope,omitempty"`
		MessageSignature *messageSeal `json:"messageSignature,omitempty"`
	}
	material struct {
		PublicKey   *publicKeyHint `json:"publicKey,omitempty"`
		Chain       *certChain     `json:"x509CertificateChain,omitempty"`
		Certificate *rawBytes      `json:"certificate,omitempty"`
		Entries     []logEntry     `json:"tlogEntries,omitempty"`
		Stamps      *stamps        `json:"timestampVerificationData,omitempty"`
	}
	publicKeyHint struct {
		Hint string `json:"hint"`
	}
	stamps struct {
		RFC3161 []stampJSON `json:"rfc3161Timestamps"`
	}
	stampJSON struct {
		SignedTimestamp []byte `json:"signedTimestamp"`
	}
	envelope struct {
		Payload     []byte       `json:"payload"`
		PayloadType string       `json:"payloadType"`
		Signatures  []sealOfDSSE `json:"signatures"`
	}
	sealOfDSSE struct {
		Sig []byte `json:"sig"`
	}
	messageSeal struct {
		MessageDigest messageDigest `json:"messageDigest"`
		Signature     []byte        `json:"signature"`
	}
	messageDigest struct {
		Algorithm string `json:"algorithm"`
		Digest    []byte `json:"digest"`
	}
)

// Attest signs an in-toto statement, or whatever stands in its place, in a DSSE
// envelope and returns the bundle as JSON on one line.
func (i *Instance) Attest(statement []byte, s Signing) ([]byte, error) {
	key, err := i.signingKey(s, crypto.SHA256, statement)
	if err != nil {
		return nil, err
	}
	// DSSE's pre-authentication encoding (protocol.md).
	pae := fmt.Appendf(nil, "DSSEv1 %d %s %d %s", len(PayloadType), PayloadType, len(statement), statement)
	signed := sum(pae)
	signature, err := key.signDigest(s.Flaw.spoil(signed))
	if err != nil {
		return nil, err
	}
	out := bundleJSON{Envelope: &envelope{Payload: statement, PayloadType: PayloadType, Signatures: []sealOfDSSE{{signature}}}}
	raw, err := compact(out.Envelope)
	if err != nil {
		return nil, err
	}
	err = i.prove(&out, key, s, logged{
		signature: signature, algorithm: "sha256", payload: sum(statement), envelope: sum(raw), signed: signed,
	})
	if err != nil {
		return nil, fmt.Errorf("attesting as %s: %w", s.Identity.URI, err)
	}
	if s.Alter != nil {
		out.Envelope.Payload = s.Alter(append([]byte(nil), statement...))
	}
	return compact(out)
}

// SignDigest signs an artifact by its digest, sha256, sha384 or sha512 (with a
// key of the curve that goes with it), and returns the bundle with the message
// signature as JSON on one line.
func (i *Instance) SignDigest(algorithm string, digest []byte, s Signing) ([]byte, error) {
	hash, ok := map[string]crypto.Hash{"sha256": crypto.SHA256, "sha384": crypto.SHA384, "sha512": crypto.SHA512}[algorithm]
	if !ok || len(digest) != hash.Size() {
		return nil, fmt.Errorf("%d octets are no %q digest", len(digest), algorithm)
	}
	if s.Alter != nil || s.Key != nil && hash != crypto.SHA256 {
		return nil, errors.New("a message signature has no payload to alter, and a bare key signs sha256 alone")
	}
	key, err := i.signingKey(s, hash, digest)
	if err != nil {
		return nil, err
	}
	signature, err := key.signDigest(s.Flaw.spoil(digest))
	if err != nil {
		return nil, err
	}
	name := map[crypto.Hash]string{crypto.SHA256: "SHA2_256", crypto.SHA384: "SHA2_384", crypto.SHA512: "SHA2_512"}[hash]
	out := bundleJSON{MessageSignature: &messageSeal{messageDigest{name, digest}, signature}}
	if err := i.prove(&out, key, s, logged{signature: signature, algorithm: algorithm, digest: digest}); err != nil {
		return nil, fmt.Errorf("signing as %s: %w", s.Identity.URI, err)
	}
	return compact(out)
}

// spoil makes another digest of one whose signature is to be bad.
func (f Flaw) spoil(digest []byte) []byte {
	if !f.has(BadSignature) {
		return digest
	}
	return append([]byte{digest[0] ^ 1}, digest[1:]...)
}

// signingKey is the bare key, or a fresh one that what is signed determines.
func (i *Instance) signingKey(s Signing, hash crypto.Hash, content []byte) (signer, error) {
	if s.Key != nil {
		return s.Key.signer, nil
	}
	return newSigner(hash, fmt.Sprintf("%s|leaf|%s|%d|%d|%x", i.seed, s.Identity.URI, s.At.Unix(), s.Flaw, sum(content)))
}

// prove fills in the bundle's proofs: certificate or key, log entry, timestamp.
func (i *Instance) prove(out *bundleJSON, key signer, s Signing, what logged) error {
	out.MediaType = s.Shape.mediaType()
	var err error
	if what.verifier, err = i.present(out, key, s); err != nil {
		return err
	}
	if i.persona.logs() && !s.Flaw.has(Unlogged) {
		var entry logEntry
		if s.SecondLog {
			entry, err = i.enterSecond(what, s.Flaw)
		} else {
			if s.Shape == V01 {
				s.Flaw |= NoProof
			}
			entry, err = i.enter(what, s.At, s.Flaw)
		}
		if err != nil {
			return err
		}
		out.Material.Entries = []logEntry{entry}
	}
	if (i.persona.stamps() || s.SecondLog || s.Stamped) && !s.Flaw.has(Unstamped) {
		about := what.signature
		if s.Flaw.has(BadStamp) {
			about = sum(about)
		}
		stamp, err := i.stamp(about, s.At)
		if err != nil {
			return err
		}
		out.Material.Stamps = &stamps{[]stampJSON{{stamp}}}
	}
	return nil
}

// present puts the certificate, its chain or the key's hint into the bundle.
func (i *Instance) present(out *bundleJSON, key signer, s Signing) (verifier, error) {
	_, details := curveFor(key.hash)
	if s.Key != nil {
		out.Material.PublicKey = &publicKeyHint{s.Key.Hint()}
		return verifier{raw: key.spki, pem: key.pem(), details: details}, nil
	}
	from := s.At.Add(-2 * time.Second)
	if s.Flaw.has(Expired) {
		from = s.At.Add(-time.Hour)
	}
	cert, err := i.issue(key, s.Identity, from, s.Flaw)
	if err != nil {
		return verifier{}, err
	}
	if s.Shape == V03 {
		out.Material.Certificate = &rawBytes{cert}
	} else {
		out.Material.Chain = &certChain{[]rawBytes{{cert}, {i.intermediate.cert.Raw}}}
	}
	return verifier{raw: cert, certificate: true, pem: certificatePEM(cert), details: details}, nil
}
