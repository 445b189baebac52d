package verify

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	protobundle "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
	protocommon "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	protodsse "github.com/sigstore/protobuf-specs/gen/pb-go/dsse"
	protorekor "github.com/sigstore/protobuf-specs/gen/pb-go/rekor/v1"
	"github.com/sigstore/sigstore-go/pkg/bundle"

	"github.com/novotnyllc/caitui/internal/model"
)

// simpleSigningType is what cosign's payloads must say that they are
// (containers/image, docs/containers-signature.5.md, "critical.type").
const simpleSigningType = "cosign container image signature"

// openCosign makes a bundle of version 0.1 of cosign's older forms: the content
// is a layer, all else stands in its annotations (sigstore/cosign,
// specs/SIGNATURE_SPEC.md and pkg/oci/static/signature.go).
func openCosign(a model.Attestation) (*sealed, error) {
	material, err := cosignMaterial(a.Beside)
	if err != nil {
		return nil, err
	}
	pb := &protobundle.Bundle{MediaType: model.MediaBundlePrefix + "+json;version=0.1", VerificationMaterial: material}
	s := &sealed{notes: []string{"legacy: cosign's form from before bundles"}}
	if a.Form == model.FormSimpleSigning {
		s.content = a.Raw
		pb.Content, err = cosignMessage(a)
	} else {
		pb.Content, s.payload, err = cosignEnvelope(a.Raw)
	}
	if err != nil {
		return nil, err
	}
	s.bundle, err = bundle.NewBundle(pb)
	return s, err
}

// cosignMessage is a signature over the bytes of the layer.
func cosignMessage(a model.Attestation) (*protobundle.Bundle_MessageSignature, error) {
	signature, err := base64.StdEncoding.DecodeString(a.Beside.Signature)
	if err != nil || len(signature) == 0 {
		return nil, fmt.Errorf("the annotation with the signature is not readable base64: %w", orEmpty(err))
	}
	if kind := simpleSigning(a.Raw).Critical.Type; kind != simpleSigningType {
		return nil, fmt.Errorf("the signed payload says that it is %q and not %q", kind, simpleSigningType)
	}
	sum := sha256.Sum256(a.Raw)
	return &protobundle.Bundle_MessageSignature{MessageSignature: &protocommon.MessageSignature{
		MessageDigest: &protocommon.HashOutput{Algorithm: protocommon.HashAlgorithm_SHA2_256, Digest: sum[:]},
		Signature:     signature,
	}}, nil
}

// simplePayload is what cosign signs of an image.
type simplePayload struct {
	Critical struct {
		Type  string `json:"type"`
		Image struct {
			Digest string `json:"docker-manifest-digest"`
		} `json:"image"`
		Identity struct {
			Reference string `json:"docker-reference"`
		} `json:"identity"`
	} `json:"critical"`
}

// simpleSigning reads such a payload; what cannot be read is empty, and
// matches nothing.
func simpleSigning(raw []byte) simplePayload {
	var p simplePayload
	if json.Unmarshal(raw, &p) != nil {
		return simplePayload{}
	}
	return p
}

// subjects are those of a payload, in a statement's form.
func (p simplePayload) subjects() []subject {
	hexDigest, ok := strings.CutPrefix(p.Critical.Image.Digest, "sha256:")
	if !ok {
		return nil
	}
	return []subject{{Name: p.Critical.Identity.Reference, Digest: map[string]string{"sha256": hexDigest}}}
}

// cosignEnvelope reads the layer as a DSSE envelope.
func cosignEnvelope(raw []byte) (*protobundle.Bundle_DsseEnvelope, []byte, error) {
	var e struct {
		Payload     string `json:"payload"`
		PayloadType string `json:"payloadType"`
		Signatures  []struct {
			KeyID string `json:"keyid"`
			Sig   string `json:"sig"`
		} `json:"signatures"`
	}
	if err := json.Unmarshal(raw, &e); err != nil {
		return nil, nil, fmt.Errorf("reading the envelope: %w", err)
	}
	payload, err := base64.StdEncoding.DecodeString(e.Payload)
	if err != nil {
		return nil, nil, fmt.Errorf("reading the envelope's payload: %w", err)
	}
	out := &protodsse.Envelope{Payload: payload, PayloadType: e.PayloadType}
	for _, s := range e.Signatures {
		sig, err := base64.StdEncoding.DecodeString(s.Sig)
		if err != nil {
			return nil, nil, fmt.Errorf("reading the envelope's signature: %w", err)
		}
		out.Signatures = append(out.Signatures, &protodsse.Signature{Sig: sig, Keyid: s.KeyID})
	}
	return &protobundle.Bundle_DsseEnvelope{DsseEnvelope: out}, payload, nil
}

// cosignMaterial reads the annotations that prove a signature.
func cosignMaterial(m model.SigningMaterial) (*protobundle.VerificationMaterial, error) {
	out := &protobundle.VerificationMaterial{
		Content: &protobundle.VerificationMaterial_PublicKey{PublicKey: &protocommon.PublicKeyIdentifier{}},
	}
	if m.Certificate != "" {
		block, rest := pem.Decode([]byte(m.Certificate))
		if block == nil || block.Type != "CERTIFICATE" || strings.TrimSpace(string(rest)) != "" {
			return nil, errors.New("the annotation with the certificate is not one certificate in PEM")
		}
		// The chain beside it proves nothing: the root brings its own.
		out.Content = &protobundle.VerificationMaterial_X509CertificateChain{X509CertificateChain: &protocommon.X509CertificateChain{
			Certificates: []*protocommon.X509Certificate{{RawBytes: block.Bytes}},
		}}
	}
	if m.Bundle != "" {
		entry, err := cosignEntry(m.Bundle)
		if err != nil {
			return nil, err
		}
		out.TlogEntries = []*protorekor.TransparencyLogEntry{entry}
	}
	if m.Timestamp != "" {
		var stamp struct {
			SignedRFC3161Timestamp []byte
		}
		if err := json.Unmarshal([]byte(m.Timestamp), &stamp); err != nil {
			return nil, fmt.Errorf("reading the annotation with the timestamp: %w", err)
		}
		out.TimestampVerificationData = &protobundle.TimestampVerificationData{
			Rfc3161Timestamps: []*protocommon.RFC3161SignedTimestamp{{SignedTimestamp: stamp.SignedRFC3161Timestamp}},
		}
	}
	return out, nil
}

// cosignEntry reads Rekor's answer as cosign keeps it.
func cosignEntry(raw string) (*protorekor.TransparencyLogEntry, error) {
	var r struct {
		SignedEntryTimestamp []byte
		Payload              struct {
			Body           []byte `json:"body"`
			IntegratedTime int64  `json:"integratedTime"`
			LogIndex       int64  `json:"logIndex"`
			LogID          string `json:"logID"`
		}
	}
	if err := json.Unmarshal([]byte(raw), &r); err != nil {
		return nil, fmt.Errorf("reading the annotation with the log entry: %w", err)
	}
	var kind struct {
		Kind    string `json:"kind"`
		Version string `json:"apiVersion"`
	}
	if err := json.Unmarshal(r.Payload.Body, &kind); err != nil {
		return nil, fmt.Errorf("reading the body of the log entry: %w", err)
	}
	id, err := hex.DecodeString(r.Payload.LogID)
	if err != nil || len(id) == 0 {
		return nil, fmt.Errorf("the log entry names no log: %w", orEmpty(err))
	}
	return &protorekor.TransparencyLogEntry{
		LogIndex: r.Payload.LogIndex, LogId: &protocommon.LogId{KeyId: id},
		KindVersion:       &protorekor.KindVersion{Kind: kind.Kind, Version: kind.Version},
		IntegratedTime:    r.Payload.IntegratedTime,
		InclusionPromise:  &protorekor.InclusionPromise{SignedEntryTimestamp: r.SignedEntryTimestamp},
		CanonicalizedBody: r.Payload.Body,
	}, nil
}

var errEmpty = errors.New("it is empty")

func orEmpty(err error) error {
	if err == nil {
		return errEmpty
	}
	return err
}
