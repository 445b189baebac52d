package simca_test

import (
	"crypto"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sigstore/sigstore-go/pkg/bundle"
	"github.com/sigstore/sigstore-go/pkg/fulcio/certificate"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/verify"
	"github.com/sigstore/sigstore/pkg/cryptoutils"
	"github.com/sigstore/sigstore/pkg/signature"

	"github.com/novotnyllc/caitui/internal/verify/simca"
)

const (
	slsa   = "https://slsa.dev/provenance/v1"
	wanted = "a3f5c1b2d4e60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90"
	other  = "00f5c1b2d4e60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90"
)

var signedAt = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func workflow() simca.Workflow {
	return simca.Workflow{
		Repository: "Owner/Project", RepositoryID: "1001", OwnerID: "2002",
		Path: ".github/workflows/build.yml", Name: "Build", Ref: "refs/heads/main",
		Commit: "3f9c82b0000000000000000000000000000000aa", Event: "push",
		Run: "https://github.com/Owner/Project/actions/runs/7/attempts/1",
	}
}

func good() simca.Signing { return simca.Signing{Identity: workflow().Identity(), At: signedAt} }

func statement(digest string) []byte {
	return simca.Statement(slsa, map[string]any{"builder": "x"}, simca.Subject{Name: "image", Digest: map[string]string{"sha256": digest}})
}

func found(t *testing.T, p simca.Persona, seed string) *simca.Instance {
	t.Helper()
	i, err := simca.New(p, seed)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func attest(t *testing.T, i *simca.Instance, content []byte, s simca.Signing) []byte {
	t.Helper()
	raw, err := i.Attest(content, s)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// strict is the policy that each persona is held to.
func strict(p simca.Persona) []verify.VerifierOption {
	if p == simca.GitHub {
		return []verify.VerifierOption{verify.WithSignedTimestamps(1)}
	}
	return []verify.VerifierOption{
		verify.WithSignedCertificateTimestamps(1), verify.WithTransparencyLog(1), verify.WithObserverTimestamps(1),
	}
}

// identity demands what the honest workflow's certificate says.
func identity(t *testing.T) verify.PolicyOption {
	t.Helper()
	san, err := verify.NewSANMatcher(workflow().URI(), "")
	if err != nil {
		t.Fatal(err)
	}
	issuer, err := verify.NewIssuerMatcher(simca.Issuer, "")
	if err != nil {
		t.Fatal(err)
	}
	id, err := verify.NewCertificateIdentity(san, issuer, certificate.Extensions{
		SourceRepositoryURI: "https://github.com/Owner/Project", RunnerEnvironment: "github-hosted",
	})
	if err != nil {
		t.Fatal(err)
	}
	return verify.WithCertificateIdentity(id)
}

// check verifies from files, as a person with a root and a bundle would.
func check(t *testing.T, roots, raw []byte, with []verify.VerifierOption, policy verify.PolicyBuilder) (*verify.VerificationResult, error) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string][]byte{"root.json": roots, "bundle.json": raw} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	trusted, err := root.NewTrustedRootFromPath(filepath.Join(dir, "root.json"))
	if err != nil {
		t.Fatalf("reading the root: %v", err)
	}
	b, err := bundle.LoadJSONFromPath(filepath.Join(dir, "bundle.json"))
	if err != nil {
		return nil, err
	}
	v, err := verify.NewVerifier(trusted, with...)
	if err != nil {
		t.Fatal(err)
	}
	return v.Verify(b, policy)
}

func artifact(t *testing.T, algorithm, digest string) verify.ArtifactPolicyOption {
	t.Helper()
	raw, err := hex.DecodeString(digest)
	if err != nil {
		t.Fatal(err)
	}
	return verify.WithArtifactDigest(algorithm, raw)
}

func personas() []simca.Persona {
	return []simca.Persona{simca.PublicGood, simca.GitHub, simca.Custom}
}

func TestGoodBundlesVerify(t *testing.T) {
	for _, p := range personas() {
		t.Run(p.Organization(), func(t *testing.T) {
			i := found(t, p, "a")
			got, err := check(t, i.TrustedRoot(), attest(t, i, statement(wanted), good()), strict(p),
				verify.NewPolicy(artifact(t, "sha256", wanted), identity(t)))
			if err != nil {
				t.Fatal(err)
			}
			cert := got.Signature.Certificate
			want := workflow().Identity()
			if cert.SubjectAlternativeName != want.URI || cert.Extensions != want.Extensions {
				t.Errorf("the certificate says %+v, want %+v", cert, want)
			}
			if !strings.Contains(cert.CertificateIssuer, p.Organization()) && !strings.Contains(cert.CertificateIssuer, `GitHub\, Inc.`) {
				t.Errorf("issued by %q", cert.CertificateIssuer)
			}
			kinds := []string{"Tlog"}
			if p != simca.PublicGood {
				kinds = []string{"TimestampAuthority"}
			}
			if p == simca.Custom {
				kinds = []string{"TimestampAuthority", "Tlog"}
			}
			var seen []string
			for _, ts := range got.VerifiedTimestamps {
				seen = append(seen, ts.Type)
				if !ts.Timestamp.Equal(signedAt) {
					t.Errorf("%s says %s, want %s", ts.Type, ts.Timestamp, signedAt)
				}
			}
			slices.Sort(seen)
			if !slices.Equal(seen, kinds) {
				t.Errorf("vouched for by %v, want %v", seen, kinds)
			}
		})
	}
}

// Each way of being bad is refused, at the step that it is about.
func TestBadBundlesAreRefused(t *testing.T) {
	const (
		loading = "inclusion proof missing in bundle"
		logging = "failed to verify log inclusion"
		timing  = "failed to verify timestamps"
		leaf    = "failed to verify leaf certificate"
		sct     = "failed to verify signed certificate timestamp"
		sign    = "failed to verify signature"
		who     = "failed to verify certificate identity"
	)
	as := func(change func(*simca.Workflow)) simca.Signing {
		w := workflow()
		change(&w)
		return simca.Signing{Identity: w.Identity(), At: signedAt}
	}
	flaw := func(f simca.Flaw) simca.Signing { s := good(); s.Flaw = f; return s }
	altered := good()
	altered.Alter = func(p []byte) []byte { return append(p, '\n') }
	cases := map[string]struct {
		how     simca.Signing
		digest  string
		foreign bool
		want    [2]string // of public good and of GitHub; empty: does not concern it
	}{
		"another digest":     {how: good(), digest: other, want: [2]string{sign, sign}},
		"foreign root":       {how: good(), foreign: true, want: [2]string{logging, timing}},
		"altered payload":    {how: altered, want: [2]string{logging, sign}},
		"bad signature":      {how: flaw(simca.BadSignature), want: [2]string{sign, sign}},
		"expired":            {how: flaw(simca.Expired), want: [2]string{logging, leaf}},
		"no SCT":             {how: flaw(simca.NoSCT), want: [2]string{sct, ""}},
		"bad SCT":            {how: flaw(simca.BadSCT), want: [2]string{sct, ""}},
		"no SET":             {how: flaw(simca.NoSET), want: [2]string{timing, ""}},
		"bad SET":            {how: flaw(simca.BadSET), want: [2]string{logging, ""}},
		"no proof":           {how: flaw(simca.NoProof), want: [2]string{loading, ""}},
		"bad proof":          {how: flaw(simca.BadProof), want: [2]string{logging, ""}},
		"bad checkpoint":     {how: flaw(simca.BadCheckpoint), want: [2]string{logging, ""}},
		"not logged":         {how: flaw(simca.Unlogged), want: [2]string{logging, ""}},
		"no timestamp":       {how: flaw(simca.Unstamped), want: [2]string{"", timing}},
		"bad timestamp":      {how: flaw(simca.BadStamp), want: [2]string{"", timing}},
		"other repository":   {how: as(func(w *simca.Workflow) { w.Repository = "Owner/Fork" }), want: [2]string{who, who}},
		"other workflow":     {how: as(func(w *simca.Workflow) { w.Path = ".github/workflows/evil.yml" }), want: [2]string{who, who}},
		"other issuer":       {how: as(func(w *simca.Workflow) { w.Issuer += "/acme" }), want: [2]string{who, who}},
		"self-hosted runner": {how: as(func(w *simca.Workflow) { w.Runner = "self-hosted" }), want: [2]string{who, who}},
	}
	for name, c := range cases {
		for n, p := range []simca.Persona{simca.PublicGood, simca.GitHub} {
			if c.want[n] == "" {
				continue
			}
			t.Run(name+"/"+p.Organization(), func(t *testing.T) {
				signing := found(t, p, "a")
				trusted := signing
				if c.foreign {
					trusted = found(t, p, "b")
				}
				about := wanted
				if c.digest != "" {
					about = c.digest
				}
				_, err := check(t, trusted.TrustedRoot(), attest(t, signing, statement(about), c.how), strict(p),
					verify.NewPolicy(artifact(t, "sha256", wanted), identity(t)))
				if err == nil || !strings.Contains(err.Error(), c.want[n]) {
					t.Errorf("got %v, want %q", err, c.want[n])
				}
			})
		}
	}
}

func TestShapesAndLogsVerify(t *testing.T) {
	i := found(t, simca.PublicGood, "a")
	cases := map[string]struct {
		change func(*simca.Signing)
		want   string
	}{
		"v0.1":       {func(s *simca.Signing) { s.Shape = simca.V01 }, "application/vnd.dev.sigstore.bundle+json;version=0.1"},
		"v0.2":       {func(s *simca.Signing) { s.Shape = simca.V02 }, "application/vnd.dev.sigstore.bundle+json;version=0.2"},
		"second log": {func(s *simca.Signing) { s.SecondLog = true }, "application/vnd.dev.sigstore.bundle.v0.3+json"},
		"stamped":    {func(s *simca.Signing) { s.Stamped = true }, "application/vnd.dev.sigstore.bundle.v0.3+json"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			how := good()
			c.change(&how)
			raw := attest(t, i, statement(wanted), how)
			got, err := check(t, i.TrustedRoot(), raw, strict(simca.PublicGood),
				verify.NewPolicy(artifact(t, "sha256", wanted), identity(t)))
			if err != nil {
				t.Fatalf("%v\n%s", err, raw)
			}
			if !strings.Contains(string(raw), `"mediaType":"`+c.want+`"`) {
				t.Errorf("not of type %s: %s", c.want, raw)
			}
			if got.Signature.Certificate == nil {
				t.Error("no certificate was verified")
			}
		})
	}
}

func TestEveryDigestOfTheStatementCounts(t *testing.T) {
	i := found(t, simca.PublicGood, "a")
	long := strings.Repeat("5a", 48)
	longer := strings.Repeat("c3", 64)
	content := simca.Statement(slsa, struct{}{}, simca.Subject{Name: "x", Digest: map[string]string{"sha384": long, "sha512": longer}})
	raw := attest(t, i, content, good())
	for algorithm, digest := range map[string]string{"sha384": long, "sha512": longer} {
		if _, err := check(t, i.TrustedRoot(), raw, strict(simca.PublicGood), verify.NewPolicy(artifact(t, algorithm, digest), identity(t))); err != nil {
			t.Errorf("%s: %v", algorithm, err)
		}
	}
	if _, err := check(t, i.TrustedRoot(), raw, strict(simca.PublicGood), verify.NewPolicy(artifact(t, "sha256", wanted), identity(t))); err == nil {
		t.Error("verified by a digest that it does not name")
	}
}

func TestMessageSignaturesVerify(t *testing.T) {
	for _, p := range personas() {
		i := found(t, p, "a")
		for algorithm, hash := range map[string]crypto.Hash{"sha256": crypto.SHA256, "sha384": crypto.SHA384, "sha512": crypto.SHA512} {
			for _, second := range []bool{false, true} {
				h := hash.New()
				h.Write([]byte("installer"))
				how := good()
				how.SecondLog = second
				raw, err := i.SignDigest(algorithm, h.Sum(nil), how)
				if err != nil {
					t.Fatal(err)
				}
				for content, fine := range map[string]bool{"installer": true, "another": false} {
					policy := verify.NewPolicy(verify.WithArtifact(strings.NewReader(content)), identity(t))
					if _, err := check(t, i.TrustedRoot(), raw, strict(p), policy); (err == nil) != fine {
						t.Errorf("%s, %s, second log %v: %q: %v", p.Organization(), algorithm, second, content, err)
					}
				}
			}
		}
	}
}

func TestBareKeysVerify(t *testing.T) {
	key, err := simca.NewKey("k")
	if err != nil {
		t.Fatal(err)
	}
	i := found(t, simca.PublicGood, "a")
	public, err := cryptoutils.UnmarshalPEMToPublicKey(key.PublicPEM())
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := signature.LoadVerifier(public, crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	trusted, err := root.NewTrustedRootFromJSON(i.TrustedRoot())
	if err != nil {
		t.Fatal(err)
	}
	keys := root.NewTrustedPublicKeyMaterial(func(hint string) (root.TimeConstrainedVerifier, error) {
		if hint != key.Hint() {
			t.Errorf("asked for key %q, want %q", hint, key.Hint())
		}
		return root.NewExpiringKey(loaded, time.Time{}, time.Time{}), nil
	})
	material := root.TrustedMaterialCollection{trusted, keys}
	for name, c := range map[string]struct {
		how  simca.Signing
		with []verify.VerifierOption
	}{
		"logged":     {simca.Signing{Key: key, At: signedAt}, []verify.VerifierOption{verify.WithTransparencyLog(1), verify.WithObserverTimestamps(1)}},
		"second log": {simca.Signing{Key: key, At: signedAt, SecondLog: true}, []verify.VerifierOption{verify.WithTransparencyLog(1), verify.WithObserverTimestamps(1)}},
		"bare":       {simca.Signing{Key: key, At: signedAt, Flaw: simca.Unlogged}, []verify.VerifierOption{verify.WithNoObserverTimestamps()}},
	} {
		var b bundle.Bundle
		if err := b.UnmarshalJSON(attest(t, i, statement(wanted), c.how)); err != nil {
			t.Fatal(err)
		}
		v, err := verify.NewVerifier(material, c.with...)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := v.Verify(&b, verify.NewPolicy(artifact(t, "sha256", wanted), verify.WithKey())); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The digests of bundles are names in the simulator: twice the same from two
// instances of one seed, and of another seed something else.
func TestTheSameSeedGivesTheSameBytes(t *testing.T) {
	for _, p := range personas() {
		one, two, foreign := found(t, p, "a"), found(t, p, "a"), found(t, p, "b")
		how := good()
		how.Stamped = true
		if a, b := attest(t, one, statement(wanted), how), attest(t, two, statement(wanted), how); string(a) != string(b) {
			t.Errorf("%s: two bundles of one seed:\n%s\n%s", p.Organization(), a, b)
		} else if c := attest(t, foreign, statement(wanted), how); string(a) == string(c) {
			t.Errorf("%s: the seed changes nothing", p.Organization())
		}
		if string(one.TrustedRoot()) != string(two.TrustedRoot()) {
			t.Errorf("%s: two roots of one seed differ", p.Organization())
		}
	}
}

func TestJoinedRootsAreJSONLines(t *testing.T) {
	a, b := found(t, simca.PublicGood, "a"), found(t, simca.GitHub, "a")
	joined := simca.JoinRoots(a, b)
	lines := strings.Split(strings.TrimSuffix(string(joined), "\n"), "\n")
	if len(lines) != 2 || !json.Valid([]byte(lines[0])) || lines[0] != string(a.TrustedRoot()) || lines[1] != string(b.TrustedRoot()) {
		t.Errorf("joined roots: %s", joined)
	}
}

func BenchmarkAttest(b *testing.B) {
	for _, p := range personas() {
		b.Run(p.Organization(), func(b *testing.B) {
			i := simca.MustNew(p, "a")
			content, how := statement(wanted), good()
			for b.Loop() {
				if _, err := i.Attest(content, how); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
