package scenario

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// persona is the Sigstore instance that an attestation is signed under.
type persona int

const (
	// publicGood is sigstore.dev, what a public repository uses: certificate,
	// transparency log entry with promise and proof.
	publicGood persona = iota
	// gitHub is GitHub's own instance: certificate and timestamp only.
	gitHub
)

// makeBundle wraps an in-toto statement as a Sigstore bundle v0.3 (sigstore
// protobuf-specs, sigstore_bundle.proto). It is the one place that does: the
// bundle is well formed and deterministic, but certificate, signature and log
// entry are placeholders derived from the statement, so that nothing here can
// be mistaken for a valid signature.
func makeBundle(statement []byte, at time.Time, who persona) []byte {
	fill := filler{seed: sha256.Sum256(fmt.Appendf(nil, "%d|%d|%s", who, at.Unix(), statement))}
	material := obj{"certificate": obj{"rawBytes": fill.der("certificate", 700)}}
	if who == publicGood {
		material["tlogEntries"] = []obj{fill.logEntry(statement, at)}
	} else {
		material["timestampVerificationData"] = obj{"rfc3161Timestamps": []obj{{"signedTimestamp": fill.der("timestamp", 560)}}}
	}
	return compact(obj{
		"mediaType":            mediaBundle,
		"verificationMaterial": material,
		"dsseEnvelope": obj{
			"payload":     base64.StdEncoding.EncodeToString(statement),
			"payloadType": mediaInToto,
			"signatures":  []obj{{"sig": fill.der("signature", 70)}},
		},
	})
}

// filler makes bytes that stand for cryptographic material.
type filler struct{ seed [sha256.Size]byte }

// bytes gives n bytes for a purpose.
func (f filler) bytes(purpose string, n int) []byte {
	var out []byte
	for i := 0; len(out) < n; i++ {
		block := sha256.Sum256(fmt.Appendf(nil, "%s|%x|%d", purpose, f.seed, i))
		out = append(out, block[:]...)
	}
	return out[:n]
}

// der gives base64 of a DER sequence of n bytes, the outer shape of all that
// it stands for.
func (f filler) der(purpose string, n int) string {
	var head []byte
	if n < 0x80 {
		head = []byte{0x30, byte(n - 2)}
	} else {
		head = []byte{0x30, 0x82, byte((n - 4) >> 8), byte(n - 4)}
	}
	return base64.StdEncoding.EncodeToString(append(head, f.bytes(purpose, n-len(head))...))
}

// logEntry is a Rekor v1 entry of kind dsse.
func (f filler) logEntry(statement []byte, at time.Time) obj {
	number := strconv.FormatInt(190_000_000+at.Unix()-1_760_000_000, 10)
	payload := sha256.Sum256(statement)
	body := compact(obj{
		"apiVersion": "0.0.1", "kind": "dsse",
		"spec": obj{
			"payloadHash": obj{"algorithm": "sha256", "value": fmt.Sprintf("%x", payload)},
			"signatures":  []obj{{"signature": f.der("signature", 70), "verifier": f.der("certificate", 700)}},
		},
	})
	root := f.bytes("root", sha256.Size)
	checkpoint := strings.Join([]string{
		"rekor.invalid - 1", "1", base64.StdEncoding.EncodeToString(root), "",
		"— rekor.invalid " + base64.StdEncoding.EncodeToString(f.bytes("checkpoint", 68)), "",
	}, "\n")
	return obj{
		"logIndex":         number,
		"logId":            obj{"keyId": base64.StdEncoding.EncodeToString(filler{}.bytes("log", sha256.Size))},
		"kindVersion":      obj{"kind": "dsse", "version": "0.0.1"},
		"integratedTime":   strconv.FormatInt(at.Unix(), 10),
		"inclusionPromise": obj{"signedEntryTimestamp": f.der("promise", 71)},
		"inclusionProof": obj{
			"logIndex": "0", "treeSize": "1", "hashes": []string{},
			"rootHash":   base64.StdEncoding.EncodeToString(root),
			"checkpoint": obj{"envelope": checkpoint},
		},
		"canonicalizedBody": base64.StdEncoding.EncodeToString(body),
	}
}
