package simca

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
)

// PayloadType is the type of an in-toto statement in an envelope.
const PayloadType = "application/vnd.in-toto+json"

// Subject is what a statement is about: digests in hex by the name of their
// algorithm (sha256, sha384, sha512).
type Subject struct {
	Name   string            `json:"name,omitempty"`
	Digest map[string]string `json:"digest"`
}

// Statement writes an in-toto statement v1. It panics where the predicate
// cannot be written as JSON.
func Statement(predicateType string, predicate any, subjects ...Subject) []byte {
	raw, err := compact(struct {
		Type          string    `json:"_type"`
		Subject       []Subject `json:"subject"`
		PredicateType string    `json:"predicateType"`
		Predicate     any       `json:"predicate"`
	}{"https://in-toto.io/Statement/v1", subjects, predicateType, predicate})
	if err != nil {
		panic(err)
	}
	return raw
}

// compact writes JSON on one line, with all characters as they are.
func compact(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("writing JSON: %w", err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

func b64(raw []byte) string { return base64.StdEncoding.EncodeToString(raw) }
