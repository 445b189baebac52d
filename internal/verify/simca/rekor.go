package simca

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"
)

// logged is what a log is told of a signature.
type logged struct {
	signature []byte
	verifier  verifier
	// Of an envelope: the hashes of its payload and of itself, and the digest
	// that was signed (of the pre-authentication encoding).
	payload, envelope, signed []byte
	// Of a message signature: the name and the value of the digest that was
	// signed, under which hash.
	algorithm string
	digest    []byte
}

func (l logged) isEnvelope() bool { return l.envelope != nil }

// verifier is the certificate or the key that the signature is checked with.
type verifier struct {
	raw         []byte // DER
	certificate bool
	pem         []byte
	details     string
}

// The bodies of Rekor v1 (rekor pkg/types/dsse and hashedrekord, v0.0.1
// schemas). Fields stand in alphabetical order, which makes the text canonical
// (RFC 8785): it is all ASCII without numbers.
type (
	entryBody struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
		Spec       any    `json:"spec"`
	}
	hashValue struct {
		Algorithm string `json:"algorithm"`
		Value     string `json:"value"`
	}
	dsseSpec struct {
		EnvelopeHash hashValue       `json:"envelopeHash"`
		PayloadHash  hashValue       `json:"payloadHash"`
		Signatures   []dsseSignature `json:"signatures"`
	}
	dsseSignature struct {
		Signature []byte `json:"signature"`
		Verifier  []byte `json:"verifier"`
	}
	hashedSpec struct {
		Data struct {
			Hash hashValue `json:"hash"`
		} `json:"data"`
		Signature struct {
			Content   []byte `json:"content"`
			PublicKey struct {
				Content []byte `json:"content"`
			} `json:"publicKey"`
		} `json:"signature"`
	}
	// promised is what a signed entry timestamp signs.
	promised struct {
		Body           []byte `json:"body"`
		IntegratedTime int64  `json:"integratedTime"`
		LogID          string `json:"logID"` //nolint:tagliatelle // rekor's spelling
		LogIndex       int64  `json:"logIndex"`
	}
)

// An entry as sigstore_rekor.proto has it in JSON.
type (
	logEntry struct {
		LogIndex          string      `json:"logIndex"`
		LogID             keyID       `json:"logId"`
		KindVersion       kindVersion `json:"kindVersion"`
		IntegratedTime    string      `json:"integratedTime,omitempty"`
		InclusionPromise  *promise    `json:"inclusionPromise,omitempty"`
		InclusionProof    *inclusion  `json:"inclusionProof,omitempty"`
		CanonicalizedBody []byte      `json:"canonicalizedBody"`
	}
	kindVersion struct {
		Kind    string `json:"kind"`
		Version string `json:"version"`
	}
	promise struct {
		SignedEntryTimestamp []byte `json:"signedEntryTimestamp"`
	}
	inclusion struct {
		LogIndex   string   `json:"logIndex"`
		RootHash   []byte   `json:"rootHash"`
		TreeSize   string   `json:"treeSize"`
		Hashes     [][]byte `json:"hashes"`
		Checkpoint struct {
			Envelope string `json:"envelope"`
		} `json:"checkpoint"`
	}
)

// enter writes an entry of the first generation: promise, and proof in a tree
// of one leaf.
func (i *Instance) enter(what logged, at time.Time, flaw Flaw) (logEntry, error) {
	body := entryBody{APIVersion: "0.0.1", Kind: "dsse"}
	if what.isEnvelope() {
		body.Spec = dsseSpec{
			EnvelopeHash: hashValue{"sha256", hex.EncodeToString(what.envelope)},
			PayloadHash:  hashValue{"sha256", hex.EncodeToString(what.payload)},
			Signatures:   []dsseSignature{{what.signature, what.verifier.pem}},
		}
	} else {
		var spec hashedSpec
		spec.Data.Hash = hashValue{what.algorithm, hex.EncodeToString(what.digest)}
		spec.Signature.Content, spec.Signature.PublicKey.Content = what.signature, what.verifier.pem
		body.Kind, body.Spec = "hashedrekord", spec
	}
	raw, err := compact(body)
	if err != nil {
		return logEntry{}, err
	}
	// Sixteen thousand numbers a second, in the order of time.
	index := (at.Unix()-foundedAt.Unix())<<14 + int64(binary.BigEndian.Uint16(sum(raw))>>2)
	entry := logEntry{
		LogIndex: strconv.FormatInt(index, 10), LogID: keyID{i.rekor.id[:]},
		KindVersion: kindVersion{body.Kind, body.APIVersion}, IntegratedTime: strconv.FormatInt(at.Unix(), 10),
		CanonicalizedBody: raw,
	}
	if !flaw.has(NoSET) {
		pledge, err := compact(promised{raw, at.Unix(), hex.EncodeToString(i.rekor.id[:]), index})
		if err != nil {
			return logEntry{}, err
		}
		if flaw.has(BadSET) {
			pledge = append(pledge, ' ')
		}
		signature, err := i.rekor.sign(pledge)
		if err != nil {
			return logEntry{}, err
		}
		entry.InclusionPromise = &promise{signature}
	}
	if !flaw.has(NoProof) {
		origin := "rekor." + i.persona.domain()
		entry.InclusionProof, err = include(i.rekor, origin+" - 1", origin, raw, flaw)
	}
	return entry, err
}

// enterSecond writes an entry of the second generation (rekor-tiles,
// hashedrekord 0.0.2): proof only, no time.
func (i *Instance) enterSecond(what logged, flaw Flaw) (logEntry, error) {
	digest, names := what.digest, map[string]string{"sha256": "SHA2_256", "sha384": "SHA2_384", "sha512": "SHA2_512"}
	if what.isEnvelope() {
		digest = what.signed
	}
	material := map[string]any{"keyDetails": what.verifier.details}
	if what.verifier.certificate {
		material["x509Certificate"] = rawBytes{what.verifier.raw}
	} else {
		material["publicKey"] = rawBytes{what.verifier.raw}
	}
	raw, err := compact(entryBody{"0.0.2", "hashedrekord", map[string]any{"hashedRekordV002": map[string]any{
		"data":      map[string]any{"algorithm": names[what.algorithm], "digest": digest},
		"signature": map[string]any{"content": what.signature, "verifier": material},
	}}})
	if err != nil {
		return logEntry{}, err
	}
	proof, err := include(i.rekor2, i.secondOrigin(), i.secondOrigin(), raw, flaw)
	return logEntry{
		LogIndex: "0", LogID: keyID{i.rekor2.id[:]}, KindVersion: kindVersion{"hashedrekord", "0.0.2"},
		InclusionProof: proof, CanonicalizedBody: raw,
	}, err
}

// secondOrigin is the host, and so the checkpoint's origin, of the second log.
func (i *Instance) secondOrigin() string { return "log2025-1.rekor." + i.persona.domain() }

// include proves that a body is the only leaf of a tree: its leaf hash (RFC
// 6962 section 2.1) is the root, and a signed checkpoint (C2SP
// tlog-checkpoint, signed-note) says so. The number that ends the origin of a
// log of the first generation tells it from the second.
func include(log signer, origin, name string, body []byte, flaw Flaw) (*inclusion, error) {
	root := sum([]byte{0}, body)
	if flaw.has(BadProof) {
		root[0] ^= 1
	}
	note := fmt.Sprintf("%s\n1\n%s\n", origin, b64(root))
	signed := note
	if flaw.has(BadCheckpoint) {
		signed += " "
	}
	signature, err := log.sign([]byte(signed))
	if err != nil {
		return nil, err
	}
	out := &inclusion{LogIndex: "0", TreeSize: "1", RootHash: root, Hashes: [][]byte{}}
	out.Checkpoint.Envelope = fmt.Sprintf("%s\n\u2014 %s %s\n", note, name, b64(append(log.id[:4:4], signature...)))
	return out, nil
}

// sum is SHA-256 over all parts.
func sum(parts ...[]byte) []byte {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}
