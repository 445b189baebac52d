package model

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Bounds of what is read out of attestations.
const (
	// MaxAttestation is how many bytes of content are read at most: BuildKit's
	// statements may have 40 MiB (moby/buildkit, docs/attestations), those of
	// actions/attest 16 MB.
	MaxAttestation = 40 << 20
	// maxStatements bounds the documents in one file of JSON lines.
	maxStatements = 200
	// maxSubjects bounds the subjects that are taken out of one statement.
	maxSubjects = 1000
	// maxDepth bounds how deep brackets may be nested: enough for every honest
	// document, and nothing that walks one can be led too far down.
	maxDepth = 500
)

// ParseAttestations reads what a place holds: one document, or several as JSON
// lines. It never fails: what is not understood is an attestation of form
// unknown with Err set, so that nothing that is there can hide.
func ParseAttestations(raw []byte) []Attestation {
	docs, err := documentsOf(raw)
	if len(docs) == 0 {
		return []Attestation{unreadable(raw, err)}
	}
	out := make([]Attestation, 0, len(docs)+1)
	for _, doc := range docs {
		a := parseAttestation(doc)
		if len(docs) == 1 && err == nil {
			// The whole content, a newline at its end included: its digest is
			// the one that the registry knows.
			a.Raw, a.Digest, a.Size = raw, DigestOf(raw), int64(len(raw))
		}
		out = append(out, a)
	}
	if err != nil {
		out = append(out, unreadable(raw, err))
	}
	return out
}

func unreadable(raw []byte, cause error) Attestation {
	return Attestation{
		Form: FormUnknown, Raw: raw, Digest: DigestOf(raw), Size: int64(len(raw)), key: DigestOf(raw),
		Err: &Error{Kind: ErrMalformed, Message: "the content is not readable JSON", Cause: cause},
	}
}

// documentsOf splits JSON documents that follow each other.
func documentsOf(raw []byte) ([]json.RawMessage, error) {
	if deeper(raw, maxDepth) {
		return nil, fmt.Errorf("brackets are nested more than %d deep", maxDepth)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	var out []json.RawMessage
	for {
		var doc json.RawMessage
		err := dec.Decode(&doc)
		switch {
		case err == io.EOF && len(out) == 0:
			return nil, io.ErrUnexpectedEOF
		case err == io.EOF:
			return out, nil
		case err != nil:
			return out, err
		case len(out) == maxStatements:
			return out, fmt.Errorf("more than %d documents in one file", maxStatements)
		}
		out = append(out, doc)
	}
}

// deeper reports whether brackets outside of strings are nested deeper than
// limit. It looks at bytes only, so that it is safe before any parsing.
func deeper(raw []byte, limit int) bool {
	depth, text := 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case text && c == '\\':
			i++
		case c == '"':
			text = !text
		case text:
		case c == '{' || c == '[':
			if depth++; depth > limit {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

// TooDeep reports whether brackets are nested deeper than any honest document
// nests them, so that nothing that walks one can be led too far down.
func TooDeep(raw []byte) bool { return deeper(raw, maxDepth) }

// object reads the fields of a JSON object by their exact names. Where a name
// comes twice the last one counts.
func object(raw []byte) map[string]json.RawMessage {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil {
		return nil
	}
	return fields
}

// word reads a JSON string, "" where it is none.
func word(raw json.RawMessage) string {
	var s string
	if len(raw) == 0 || json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

// parseAttestation reads one document, by what it holds.
func parseAttestation(doc []byte) Attestation {
	a := Attestation{Form: FormUnknown, Raw: doc, Digest: DigestOf(doc), Size: int64(len(doc))}
	fields := object(doc)
	switch {
	case fields == nil:
		a.Err = &Error{Kind: ErrMalformed, Message: "the content is JSON but no object"}
	case fields["dsseEnvelope"] != nil:
		a.Form = FormBundle
		a.envelope(object(fields["dsseEnvelope"]))
	case fields["messageSignature"] != nil && (fields["verificationMaterial"] != nil || strings.HasPrefix(word(fields["mediaType"]), MediaBundlePrefix)):
		a.Form = FormBundle
		a.message(object(fields["messageSignature"]))
	case fields["payloadType"] != nil && fields["payload"] != nil:
		a.Form = FormDSSE
		a.envelope(fields)
	case isStatement(fields):
		a.Form = FormStatement
		a.statement(doc)
	case object(fields["critical"])["image"] != nil:
		a.Form = FormSimpleSigning
		a.simpleSigning(doc, object(fields["critical"]))
	case word(fields["bomFormat"]) == "CycloneDX", fields["spdxVersion"] != nil, strings.Contains(word(fields["@context"]), "spdx.org/rdf/3"):
		a.Form = FormSBOM
	case strings.HasPrefix(word(fields["mediaType"]), MediaBundlePrefix):
		a.Form = FormBundle
		a.Err = &Error{Kind: ErrMalformed, Message: "a bundle that holds neither an envelope nor a signature"}
	default:
		a.Err = &Error{Kind: ErrMalformed, Message: "the content is JSON but no attestation of a form that caitui knows"}
	}
	a.key = contentKey(a.Form, doc, fields)
	return a
}

// isStatement holds for in-toto statements of all versions, and for what tries
// to be one.
func isStatement(fields map[string]json.RawMessage) bool {
	return strings.HasPrefix(word(fields["_type"]), "https://in-toto.io/Statement/") ||
		fields["predicateType"] != nil && (fields["subject"] != nil || fields["predicate"] != nil)
}

// envelope reads a DSSE envelope (its envelope.md: payload, payloadType,
// signatures).
func (a *Attestation) envelope(fields map[string]json.RawMessage) {
	var signatures []struct {
		Sig string `json:"sig"`
	}
	if raw := fields["signatures"]; raw != nil && json.Unmarshal(raw, &signatures) == nil {
		for _, s := range signatures {
			a.Signed = a.Signed || s.Sig != ""
		}
	}
	payload, err := unbase64(word(fields["payload"]))
	if err != nil || len(payload) == 0 {
		a.Err = &Error{Kind: ErrMalformed, Message: "the envelope's payload is not readable base64", Cause: err}
		return
	}
	if deeper(payload, maxDepth) {
		a.Err = &Error{Kind: ErrMalformed, Message: fmt.Sprintf("the statement's brackets are nested more than %d deep", maxDepth)}
		return
	}
	a.statement(payload)
}

// unbase64 reads all the forms of base64 that signers write.
func unbase64(s string) ([]byte, error) {
	s = strings.TrimRight(s, "=")
	if strings.ContainsAny(s, "-_") {
		return base64.RawURLEncoding.DecodeString(s)
	}
	return base64.RawStdEncoding.DecodeString(s)
}

// statement reads an in-toto statement (in-toto/attestation, spec/v1/statement.md).
func (a *Attestation) statement(raw []byte) {
	fields := object(raw)
	if fields == nil {
		a.Err = &Error{Kind: ErrMalformed, Message: "the statement is not a readable JSON object"}
		return
	}
	a.Statement = raw
	a.PredicateType = word(fields["predicateType"])
	var subjects []struct {
		Name   string            `json:"name"`
		Digest map[string]string `json:"digest"`
	}
	if s := fields["subject"]; s != nil && json.Unmarshal(s, &subjects) != nil {
		a.Err = &Error{Kind: ErrMalformed, Message: "the statement's subjects are not readable"}
		return
	}
	for _, s := range subjects[:min(len(subjects), maxSubjects)] {
		d, _ := ParseDigest(digestPrefix + s.Digest["sha256"])
		a.Subjects = append(a.Subjects, AttestationSubject{Name: s.Name, Digest: d})
	}
	if a.PredicateType == "" {
		a.Err = &Error{Kind: ErrMalformed, Message: "the statement names no predicate type"}
	}
}

// message reads a bundle that signs bytes and no statement.
func (a *Attestation) message(fields map[string]json.RawMessage) {
	a.Signed = word(fields["signature"]) != ""
	digest := object(fields["messageDigest"])
	if word(digest["algorithm"]) != "SHA2_256" {
		return
	}
	if sum, err := unbase64(word(digest["digest"])); err == nil {
		if d, err := ParseDigest(fmt.Sprintf("%s%x", digestPrefix, sum)); err == nil {
			a.Subjects = []AttestationSubject{{Digest: d}}
		}
	}
}

// simpleSigning reads cosign's payload (containers/image, signature formats:
// "Simple signing"). Whether there is a signature stands beside it, in the
// layer's annotations.
func (a *Attestation) simpleSigning(doc []byte, critical map[string]json.RawMessage) {
	a.Statement = doc
	d, err := ParseDigest(word(object(critical["image"])["docker-manifest-digest"]))
	if err != nil {
		a.Err = &Error{Kind: ErrMalformed, Message: "the signed payload names no digest", Cause: err}
	}
	a.Subjects = []AttestationSubject{{Name: word(object(critical["identity"])["docker-reference"]), Digest: d}}
}

// SignedBy takes over what stands beside the content, in the annotations of
// cosign's layers. Two signatures of the same bytes are two attestations.
func (a *Attestation) SignedBy(m SigningMaterial) {
	a.Beside = m
	if m.Signature == "" {
		return
	}
	a.Signed = true
	a.key = DigestOf([]byte(string(a.key) + "\x00" + m.Signature))
}
