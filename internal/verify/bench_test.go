package verify_test

import (
	"context"
	"encoding/hex"
	"runtime"
	"testing"

	"github.com/sigstore/sigstore-go/pkg/bundle"
	"github.com/sigstore/sigstore-go/pkg/root"
	sigstore "github.com/sigstore/sigstore-go/pkg/verify"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/verify"
	"github.com/novotnyllc/caitui/internal/verify/simca"
)

// fresh are items that differ so little that they cost the same, and enough
// that none is remembered from another.
func fresh(b *testing.B, n int) []model.Attestation {
	b.Helper()
	base := found(b, attest(b, instance(simca.PublicGood), statement(), signing()))
	out := make([]model.Attestation, n)
	for i := range out {
		out[i] = base
		out[i].Platform = "linux/amd64"
		out[i].Also = []model.Digest{model.Digest(hex.EncodeToString([]byte{byte(i), byte(i >> 8), byte(i >> 16), byte(i >> 24)}))}
	}
	return out
}

// BenchmarkVerify checks one bundle, warm, with all that a check says; its peer
// is BenchmarkVerifyBare.
func BenchmarkVerify(b *testing.B) {
	v := verify.New(rootsOfAll(b), 1)
	items := fresh(b, b.N)
	p := policy()
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		if c := v.Check(context.Background(), items[i:i+1], p, model.ArtifactDigests{Name: askedFor})[0]; c.Verdict != model.VerdictVerified {
			b.Fatal(c.Err)
		}
	}
}

// BenchmarkVerifyBare is the same in sigstore-go alone, with the identity
// compared by its own means.
func BenchmarkVerifyBare(b *testing.B) {
	trusted, err := root.NewTrustedRootFromJSON(instance(simca.PublicGood).TrustedRoot())
	if err != nil {
		b.Fatal(err)
	}
	v, err := sigstore.NewVerifier(trusted, sigstore.WithSignedCertificateTimestamps(1), sigstore.WithTransparencyLog(1), sigstore.WithObserverTimestamps(1))
	if err != nil {
		b.Fatal(err)
	}
	id, err := sigstore.NewShortCertificateIdentity(model.IssuerGitHub, "", build().URI(), "")
	if err != nil {
		b.Fatal(err)
	}
	digest, err := hex.DecodeString(image.Hex())
	if err != nil {
		b.Fatal(err)
	}
	raw := attest(b, instance(simca.PublicGood), statement(), signing())
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		var one bundle.Bundle
		if err := one.UnmarshalJSON(raw); err != nil {
			b.Fatal(err)
		}
		if _, err := v.Verify(&one, sigstore.NewPolicy(sigstore.WithArtifactDigest("sha256", digest), sigstore.WithCertificateIdentity(id))); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVerifyMany checks a hundred bundles on all cores; per bundle.
func BenchmarkVerifyMany(b *testing.B) {
	const many = 100
	v := verify.New(rootsOfAll(b), runtime.GOMAXPROCS(0))
	items := fresh(b, many*b.N)
	b.ResetTimer()
	for i := range b.N {
		v.Check(context.Background(), items[i*many:(i+1)*many], policy(), model.ArtifactDigests{Name: askedFor})
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(many*b.N), "us/bundle")
}

// BenchmarkVerifyAgain asks for what was checked before.
func BenchmarkVerifyAgain(b *testing.B) {
	v := verify.New(rootsOfAll(b), 1)
	items := fresh(b, 1)
	for b.Loop() {
		v.Check(context.Background(), items, policy(), model.ArtifactDigests{Name: askedFor})
	}
}
