package verify

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	protocommon "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	"github.com/sigstore/sigstore-go/pkg/bundle"
	"github.com/sigstore/sigstore-go/pkg/fulcio/certificate"

	"github.com/novotnyllc/caitui/internal/model"
)

// sealed is an attestation opened for one check: sigstore-go's bundles write
// to themselves while they are verified and must not be shared.
type sealed struct {
	bundle  *bundle.Bundle
	leaf    *x509.Certificate   // nil where a bare key signed
	summary certificate.Summary // of leaf, until it is verified only what it says
	hint    string              // of a bare key
	// One of the three: the payload of an envelope, the digest that was signed,
	// or the bytes that were (cosign's older signatures).
	payload []byte
	message *messageDigest
	content []byte
	notes   []string
}

// messageDigest is what a message signature says that it is over. The signature
// decides whether it is.
type messageDigest struct {
	algorithm string // as ArtifactDigests names them, "" for others
	digest    []byte
}

// open reads an attestation.
func open(a model.Attestation) (*sealed, *refusal) {
	switch {
	case !a.Signed && a.Err == nil && a.Form != model.FormUnknown:
		return nil, newRefusal(model.VerdictNone, model.StepRead, "a signature", "nobody signed it", nil)
	case a.Err != nil:
		return nil, unverifiable(model.StepRead, "an attestation that can be read", "", a.Err)
	case len(a.Raw) == 0:
		return nil, unverifiable(model.StepRead, "its content", "", errors.New("the content was not read"))
	case len(a.Raw) > model.MaxAttestation:
		return nil, unverifiable(model.StepRead, fmt.Sprintf("at most %d MiB", model.MaxAttestation>>20), fmt.Sprintf("%d bytes", len(a.Raw)), nil)
	}
	var s *sealed
	var err error
	switch a.Form {
	case model.FormBundle:
		s, err = openBundle(a.Raw)
	case model.FormDSSE, model.FormSimpleSigning:
		s, err = openCosign(a)
	default:
		err = errors.New("it is signed in no form that is known here")
	}
	if err != nil {
		return nil, unread(a, err)
	}
	if why := s.readSigner(); why != nil {
		return nil, why
	}
	return s, s.agrees(a)
}

// unread tells a bundle that is broken from one that is only newer than what
// can be read here.
func unread(a model.Attestation, cause error) *refusal {
	if a.Form == model.FormBundle {
		var head struct {
			MediaType string `json:"mediaType"`
		}
		if json.Unmarshal(a.Raw, &head) == nil && !slices.Contains(bundleTypes, head.MediaType) {
			return unverifiable(model.StepRead, "a Sigstore bundle of version 0.1 to 0.3", head.MediaType, cause)
		}
	}
	return failed(model.StepRead, "a bundle as its specification has it", cause.Error(), cause)
}

// bundleTypes are the media types of all versions of bundles that are read.
var bundleTypes = []string{
	model.MediaBundlePrefix + ".v0.3+json", model.MediaBundlePrefix + "+json;version=0.3",
	model.MediaBundlePrefix + "+json;version=0.2", model.MediaBundlePrefix + ".v0.2+json",
	model.MediaBundlePrefix + "+json;version=0.1", model.MediaBundlePrefix + ".v0.1+json",
}

func openBundle(raw []byte) (*sealed, error) {
	b := &bundle.Bundle{}
	if err := b.UnmarshalJSON(raw); err != nil {
		return nil, err
	}
	s := &sealed{bundle: b}
	if envelope := b.GetDsseEnvelope(); envelope != nil {
		s.payload = envelope.GetPayload()
	}
	if message := b.GetMessageSignature(); message != nil {
		s.message = &messageDigest{hashNames[message.GetMessageDigest().GetAlgorithm()], message.GetMessageDigest().GetDigest()}
	}
	if version, err := b.Version(); err == nil && !b.MinVersion("0.2") {
		s.notes = append(s.notes, "legacy: a bundle of version "+strings.TrimPrefix(version, "v"))
	}
	return s, nil
}

var hashNames = map[protocommon.HashAlgorithm]string{
	protocommon.HashAlgorithm_SHA2_256: "sha256",
	protocommon.HashAlgorithm_SHA2_384: "sha384",
	protocommon.HashAlgorithm_SHA2_512: "sha512",
}

// readSigner takes out the certificate, or the hint of a bare key.
func (s *sealed) readSigner() *refusal {
	content, err := s.bundle.VerificationContent()
	if err != nil {
		return failed(model.StepRead, "a certificate or a key", "", err)
	}
	if s.leaf = content.Certificate(); s.leaf == nil {
		if key := content.PublicKey(); key != nil {
			s.hint = key.Hint()
		}
		return nil
	}
	if s.summary, err = certificate.SummarizeCertificate(s.leaf); err != nil {
		return failed(model.StepRead, "a certificate that says whose it is", "", err)
	}
	return nil
}

// agrees holds what a person is shown to what was signed: both read the same
// content, and must have found the same in it.
func (s *sealed) agrees(a model.Attestation) *refusal {
	const expected = "one statement, however it is read"
	signed := s.payload
	if s.content != nil {
		signed = s.content
	}
	if a.Statement != nil && string(a.Statement) != string(signed) {
		return failed(model.StepRead, expected, "what is shown is not what is signed", nil)
	}
	if s.payload == nil {
		return nil
	}
	head, err := readStatement(s.payload)
	switch {
	case err != nil:
		return unverifiable(model.StepRead, "an in-toto statement", "", err)
	case a.Statement != nil && head.PredicateType != a.PredicateType:
		return failed(model.StepRead, expected, fmt.Sprintf("type %q and %q", a.PredicateType, head.PredicateType), nil)
	case !strings.HasPrefix(head.Type, statementPrefix):
		return unverifiable(model.StepRead, "an in-toto statement", head.Type, nil)
	}
	if a.Statement == nil {
		return nil
	}
	for i, subject := range a.Subjects {
		if i >= len(head.Subject) || subject.Digest != "" && subject.Digest != model.Digest("sha256:"+head.Subject[i].Digest["sha256"]) {
			return failed(model.StepRead, expected, "its subjects can be read in two ways", nil)
		}
	}
	return nil
}
