package verify

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/certificate-transparency-go/x509util"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/tlog"

	"github.com/novotnyllc/caitui/internal/model"
)

// prefixes tell the steps of sigstore-go apart (pkg/verify/signed_entity.go,
// Verify): it has no other sign of them.
var prefixes = []struct {
	prefix string
	step   model.CheckStep
}{
	{"failed to verify log inclusion", model.StepLog},
	{"failed to verify timestamps", model.StepTime},
	{"signature time outside of public key validity", model.StepTime},
	{"failed to summarize certificate", model.StepCertificate},
	{"failed to verify leaf certificate", model.StepCertificate},
	{"failed to verify signed certificate timestamp", model.StepSCT},
	{"SCTs required", model.StepSCT},
	{"failed to get signature verifier", model.StepSignature},
	{"failed to verify signature", model.StepSignature},
	{"failed to fetch", model.StepRead},
	{"expected key signature", model.StepIdentity},
}

// explain says at which step sigstore-go stopped, what was expected there and
// what was found. It looks only after something was refused, and never makes a
// refusal less of one. Where the certificate was not issued by whom it names,
// that is said first: all else follows from it.
func (s *sealed) explain(t *trusted, err error) *refusal {
	if s.leaf != nil && t != nil {
		if why := s.forged(t, err); why != nil {
			return why
		}
	}
	step := model.StepSignature
	for _, p := range prefixes {
		if strings.HasPrefix(err.Error(), p.prefix) {
			step = p.step
			break
		}
	}
	switch step {
	case model.StepLog:
		return s.explainLog(t, err)
	case model.StepTime:
		return s.explainTime(t, err)
	case model.StepCertificate:
		return s.explainCertificate(t, err)
	case model.StepSCT:
		return s.explainSCT(t, err)
	case model.StepRead:
		return unverifiable(step, "an in-toto statement", "", err)
	case model.StepIdentity:
		return failed(step, "a signature by a bare key", "a certificate", err)
	}
	return s.explainSignature(err)
}

// forged finds out whether the certificate bears the name of an authority that
// did not sign it.
func (s *sealed) forged(t *trusted, cause error) *refusal {
	for _, ca := range t.authorities {
		if bytes.Equal(ca.RawSubject, s.leaf.RawIssuer) && s.leaf.CheckSignatureFrom(ca) == nil {
			return nil
		}
	}
	return failed(model.StepRoot, fmt.Sprintf("a certificate issued by %s", s.leaf.Issuer), "one that bears its name and was signed by another key", cause)
}

// explainLog looks for what keeps the log entry from counting.
func (s *sealed) explainLog(t *trusted, cause error) *refusal {
	const expected = "an entry in the transparency log"
	no := func(expected, actual string) *refusal { return failed(model.StepLog, expected, actual, cause) }
	if strings.Contains(cause.Error(), "integrated time outside certificate validity") {
		return s.outside(s.integrated(), cause)
	}
	entries, err := s.bundle.TlogEntries()
	if err != nil || len(entries) == 0 {
		return no(expected, "")
	}
	logs := t.material.RekorLogs()
	for _, e := range entries {
		log := logs[hex.EncodeToString([]byte(e.LogKeyID()))]
		if log == nil {
			continue
		}
		if why := s.explainEntry(e, logs, log, no); why != nil {
			return why
		}
		return no(expected+" that fits", lastCause(cause))
	}
	var known []string
	for id, log := range logs {
		known = append(known, log.BaseURL+" ("+id[:min(len(id), model.ShortLen)]+")")
	}
	slices.Sort(known)
	return no("an entry in a log of the root: "+strings.Join(known, ", "), "an entry in the log "+hex.EncodeToString([]byte(entries[0].LogKeyID())))
}

// explainEntry looks at one entry in a log that is known; nil: nothing is found.
func (s *sealed) explainEntry(e *tlog.Entry, logs map[string]*root.TransparencyLog, log *root.TransparencyLog, no func(expected, actual string) *refusal) *refusal {
	if e.HasInclusionPromise() && tlog.VerifySET(e, logs) != nil {
		return no("a promise signed by "+log.BaseURL, "one that its key did not sign, or signed for another time or entry")
	}
	if tlog.ValidateEntry(e) != nil {
		return unverifiable(model.StepLog, "an entry of a kind that is known here", "", errors.New("the log entry is of a kind that cannot be compared with what was signed"))
	}
	if e.IsRekorV2() {
		return nil
	}
	if s.payload != nil {
		here := sha256.Sum256(s.payload)
		if logged, ok := e.GetDssePayloadHash(); ok && !bytes.Equal(logged, here[:]) {
			return no("the payload that was logged, "+hex.EncodeToString(logged), "another one, "+hex.EncodeToString(here[:]))
		}
		return nil
	}
	if s.message != nil {
		if logged, _, ok := e.GetHashedRekordDigest(); ok && !bytes.Equal(logged, s.message.digest) {
			return no("the digest that was logged, "+hex.EncodeToString(logged), hex.EncodeToString(s.message.digest))
		}
	}
	return nil
}

// lastCause is the innermost of a chain of causes, which says most.
func lastCause(err error) string {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err.Error()
		}
		err = next
	}
}

// integrated is the time that the log says, zero for none.
func (s *sealed) integrated() (at time.Time) {
	entries, _ := s.bundle.TlogEntries()
	for _, e := range entries {
		if t := e.IntegratedTime(); !t.IsZero() {
			at = t
		}
	}
	return at
}

// outside says that a signature was made when the certificate was not valid.
func (s *sealed) outside(at time.Time, cause error) *refusal {
	const form = time.RFC3339
	if s.leaf == nil {
		return failed(model.StepTime, "a signature while the key was valid", at.UTC().Format(form), cause)
	}
	return failed(model.StepCertificate,
		fmt.Sprintf("a signature between %s and %s", s.leaf.NotBefore.UTC().Format(form), s.leaf.NotAfter.UTC().Format(form)),
		"one of "+at.UTC().Format(form), cause)
}

func (s *sealed) explainTime(t *trusted, cause error) *refusal {
	stamps, err := s.bundle.Timestamps()
	switch {
	case err != nil || len(stamps) > 0:
		return failed(model.StepTime, "a timestamp by an authority of the root, of this signature", lastCause(cause), cause)
	case t != nil && len(t.material.RekorLogs()) > 0:
		return failed(model.StepTime, "a time by the log or by a timestamp authority", "", cause)
	}
	return failed(model.StepTime, "a timestamp by an authority of the root", "", cause)
}

// explainCertificate tells a certificate that was not valid at the time from
// one that leads to no root.
func (s *sealed) explainCertificate(t *trusted, cause error) *refusal {
	if s.leaf == nil || t == nil {
		return failed(model.StepCertificate, "a certificate", "", cause)
	}
	at := s.stamped(t)
	for _, when := range at {
		if when.Before(s.leaf.NotBefore) || when.After(s.leaf.NotAfter) {
			return s.outside(when, cause)
		}
	}
	actual := "one that no such chain can be made for"
	for _, ca := range t.material.FulcioCertificateAuthorities() {
		for _, when := range at {
			if _, err := ca.Verify(s.leaf, when); err != nil {
				actual = err.Error()
			}
		}
	}
	return failed(model.StepCertificate, "a chain to the root of "+strings.Join(t.info.Who, ", ")+", valid when it was signed", actual, cause)
}

// stamped are all times that somebody vouches for.
func (s *sealed) stamped(t *trusted) []time.Time {
	out := s.stampedBy(t)
	if at := s.integrated(); !at.IsZero() && len(t.material.RekorLogs()) > 0 {
		out = append(out, at)
	}
	return out
}

// stampedBy are the times that the root's timestamp authorities vouch for.
func (s *sealed) stampedBy(t *trusted) []time.Time {
	stamps, err := s.bundle.Timestamps()
	if err != nil || len(stamps) == 0 {
		return nil
	}
	content, err := s.bundle.SignatureContent()
	if err != nil {
		return nil
	}
	var out []time.Time
	for _, stamp := range stamps[:min(len(stamps), maxStamps)] {
		for _, tsa := range t.material.TimestampingAuthorities() {
			if at, err := tsa.Verify(stamp, content.Signature()); err == nil {
				out = append(out, at.Time)
			}
		}
	}
	return out
}

// maxStamps bounds how many timestamps of one bundle are looked at; sigstore-go
// refuses more.
const maxStamps = 32

func (s *sealed) explainSCT(t *trusted, cause error) *refusal {
	const expected = "the word of a certificate transparency log of the root (SCT)"
	if s.leaf == nil {
		return failed(model.StepSCT, expected, "a bare key", cause)
	}
	scts, err := x509util.ParseSCTsFromCertificate(s.leaf.Raw)
	if err != nil || len(scts) == 0 {
		return failed(model.StepSCT, expected, "", cause)
	}
	for _, sct := range scts {
		if t.material.CTLogs()[hex.EncodeToString(sct.LogID.KeyID[:])] != nil {
			return failed(model.StepSCT, expected, "one that does not fit the certificate", cause)
		}
	}
	return failed(model.StepSCT, expected, "one of the log "+hex.EncodeToString(scts[0].LogID.KeyID[:]), cause)
}

func (s *sealed) explainSignature(cause error) *refusal {
	const expected = "a signature over the content by the key of the certificate"
	text := cause.Error()
	switch {
	case strings.Contains(text, "ed25519 signatures can only be verified with artifacts"):
		return unverifiable(model.StepSignature, "the artifact itself", "only its digest", cause)
	case strings.Contains(text, "exactly one signature"):
		return failed(model.StepSignature, "exactly one signature", "another number of them", cause)
	case strings.Contains(text, "too many subjects"), strings.Contains(text, "too many digests"):
		return unverifiable(model.StepRead, "a statement about fewer things", lastCause(cause), cause)
	case s.leaf == nil:
		return failed(model.StepSignature, "a signature over the content by the key of the policy", "one that does not fit", cause)
	}
	return failed(model.StepSignature, expected, "one that does not fit", cause)
}
