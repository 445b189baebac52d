package verify_test

import (
	"strings"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/verify"
	"github.com/novotnyllc/caitui/internal/verify/simca"
)

// untampered holds what every check keeps to, whatever it is of: it ends, says
// why, breaks no reader, and verifies nothing but the very thing that was signed.
func untampered(t *testing.T, c model.Check, good bool) {
	t.Helper()
	switch {
	case c.Err != nil && strings.Contains(c.Err.Error(), "broke the reader"):
		t.Fatalf("a reader broke: %v", c.Err)
	case c.Verdict == model.VerdictVerified && !good:
		t.Fatal("something that nobody signed is verified")
	case c.Verdict != model.VerdictVerified && (c.Step == "" || c.Err == nil || len(c.Proves) > 0):
		t.Fatalf("refused without reasons: %+v", c)
	}
}

// FuzzBundle reads anything as a bundle. Only payloads that were signed are
// ever verified.
func FuzzBundle(f *testing.F) {
	roots := rootsOfAll(f)
	signed := map[string]bool{string(statement()): true}
	for _, p := range personas() {
		f.Add(attest(f, instance(p), statement(), signing()))
		f.Add(attest(f, instance(p), statement(), signing(func(s *simca.Signing) { s.Shape, s.Stamped = simca.V01, true })))
	}
	f.Add(attest(f, instance(simca.PublicGood), statement(), signing(func(s *simca.Signing) { s.SecondLog = true })))
	f.Add([]byte(`{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","dsseEnvelope":{},"verificationMaterial":{}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, a := range model.ParseAttestations(raw) {
			a.About = image
			untampered(t, check(t, roots, a, policy()), signed[string(a.Statement)])
		}
	})
}

// FuzzCosign reads anything as the annotations of cosign's older forms.
func FuzzCosign(f *testing.F) {
	roots := rootsOfAll(f)
	for _, a := range []model.Attestation{
		att(f, instance(simca.PublicGood)), att(f, instance(simca.GitHub)), sig(f, instance(simca.PublicGood), simplePayload(image)),
	} {
		f.Add(a.Raw, a.Beside.Signature, a.Beside.Certificate, a.Beside.Bundle, a.Beside.Timestamp)
	}
	signed := map[string]bool{string(statement()): true, string(simplePayload(image)): true}
	f.Fuzz(func(t *testing.T, raw []byte, signature, certificate, entry, timestamp string) {
		for _, a := range model.ParseAttestations(raw) {
			a.About = image
			a.SignedBy(model.SigningMaterial{Signature: signature, Certificate: certificate, Bundle: entry, Timestamp: timestamp})
			untampered(t, check(t, roots, a, policy()), signed[string(a.Statement)])
		}
	})
}

// FuzzRoots reads anything as trusted roots. What is read tells its digest, and
// reads as the same again.
func FuzzRoots(f *testing.F) {
	for _, p := range personas() {
		f.Add(instance(p).TrustedRoot())
	}
	f.Add(simca.JoinRoots(instance(simca.PublicGood), instance(simca.GitHub)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		roots, err := verify.ParseRoots(raw, "fuzz", time.Time{})
		if err != nil {
			if len(roots.All()) > 0 {
				t.Fatal("roots and an error")
			}
			return
		}
		for _, r := range roots.All() {
			again, err := verify.ParseRoots(r.JSON, "fuzz", time.Time{})
			if err != nil || len(again.All()) != 1 || again.All()[0].Digest != r.Digest {
				t.Fatalf("%v: %v", r, err)
			}
		}
	})
}
