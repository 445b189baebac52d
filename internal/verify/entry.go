package verify

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	protorekor "github.com/sigstore/protobuf-specs/gen/pb-go/rekor/v1"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/tlog"
	"github.com/sigstore/sigstore/pkg/signature"

	"github.com/novotnyllc/caitui/internal/model"
)

// entries holds log entries of a known log to what the library leaves open
// because it needs it not: what an entry says of itself twice must agree, and
// the body that a person may look at must be the one that was logged. (Of logs
// of the second generation the library proves a body that it makes itself.) It
// returns the index of the first one, -1 for none.
func (s *sealed) entries(t *trusted) (int64, *refusal) {
	index := int64(-1)
	all := s.bundle.GetVerificationMaterial().GetTlogEntries()
	for _, e := range all {
		log := t.material.RekorLogs()[hex.EncodeToString(e.GetLogId().GetKeyId())]
		if log == nil {
			continue
		}
		if err := consistent(e); err != nil {
			return -1, failed(model.StepLog, "an entry that agrees with itself", err.Error(), err)
		}
		if len(all) == 1 && e.GetInclusionPromise() != nil {
			index = e.GetLogIndex()
			continue // the library has found the promise good, and it is about this body
		}
		if err := logged(e, log, t.material.RekorLogs()); err != nil {
			return -1, failed(model.StepLog, "the entry that was logged", "another body", err)
		}
		if index < 0 {
			index = e.GetLogIndex()
		}
	}
	return index, nil
}

// logged proves that an entry's own body is in the log. Of several entries the
// library passes over those whose promise is bad.
func logged(e *protorekor.TransparencyLogEntry, log *root.TransparencyLog, logs map[string]*root.TransparencyLog) error {
	entry, err := tlog.ParseTransparencyLogEntry(e)
	if err != nil {
		return err
	}
	if entry.HasInclusionPromise() {
		if err := tlog.VerifySET(entry, logs); err != nil {
			return err
		}
	}
	if !entry.IsRekorV2() {
		return nil
	}
	verifier, err := signature.LoadVerifier(log.PublicKey, log.SignatureHashFunc)
	if err != nil {
		return err
	}
	origin, err := url.Parse(log.BaseURL)
	if err != nil {
		return err
	}
	return tlog.VerifyCheckpointAndInclusion(entry, verifier, origin.Hostname())
}

// consistent compares what an entry says twice: its kind and the kind in its
// body, its proof and the tree head that the log signed (C2SP
// tlog-checkpoint).
func consistent(e *protorekor.TransparencyLogEntry) error {
	var body struct {
		Kind    string `json:"kind"`
		Version string `json:"apiVersion"`
	}
	if err := json.Unmarshal(e.GetCanonicalizedBody(), &body); err != nil {
		return fmt.Errorf("its body cannot be read: %w", err)
	}
	if kv := e.GetKindVersion(); body.Kind != kv.GetKind() || body.Version != kv.GetVersion() {
		return fmt.Errorf("it is of kind %q, version %q, and its body of %q, %q", kv.GetKind(), kv.GetVersion(), body.Kind, body.Version)
	}
	proof := e.GetInclusionProof()
	if proof == nil {
		return nil
	}
	head := strings.SplitN(proof.GetCheckpoint().GetEnvelope(), "\n", 4)
	if len(head) < 4 {
		return fmt.Errorf("its tree head cannot be read")
	}
	if size := strconv.FormatInt(proof.GetTreeSize(), 10); size != head[1] {
		return fmt.Errorf("its proof is of a tree of %s, and the signed head of one of %s", size, head[1])
	}
	if root := base64.StdEncoding.EncodeToString(proof.GetRootHash()); root != head[2] {
		return fmt.Errorf("its proof leads to the root %s, and the signed head is %s", root, head[2])
	}
	return nil
}
