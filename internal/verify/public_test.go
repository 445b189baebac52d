package verify_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/verify"
)

// library is where the module that is verified with lies: its test data are
// bundles of real instances.
var library = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/sigstore/sigstore-go").Output()
	return strings.TrimSpace(string(out)), err
})

func libraryFile(t testing.TB, name string) []byte {
	t.Helper()
	dir, err := library()
	if err != nil {
		t.Fatalf("finding sigstore-go: %v", err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func publicGood(t testing.TB) verify.Roots {
	t.Helper()
	roots, err := verify.PublicGood()
	if err != nil {
		t.Fatal(err)
	}
	return roots
}

const (
	sigstore130 = "76176ffa33808b54602c7c35de5c6e9a4deb96066dba6533f50ac234f4f1f4c6b3527515dc17c06fbe2860030f410eee69ea20079bd3a2c6f3dcf3b329b10751"
	sigstore200 = "46d4e2f74c4877316640000a6fdf8a8b59f1e0847667973e9859f774dd31b8f1e0937813b777fb66a2ac67d50540fe34640966eee9fc2ccca387082b4c85cd3c"
	slsa007     = "bbfd372fc9beeb777fe35d05bb10c0c70a9733d366a75fed7dd18866c7391de3ee7e88ba74dd47abf3e15c845e547fcf0e5c3da80854c751554224d3a6d4e55f"
	othername   = "bc103b4a84971ef6459b294a2b98568a2bfb72cded09d4acd1e16366a401f95b"
	testContent = "6ae8a75555209fd6c44157c0aed8016e763ff435a19cf186f76863140143ff72" // "test content"
)

// What the world signed is verified with the root that is built in, or refused
// as it has to be.
func TestPublicBundles(t *testing.T) {
	npm := model.Policy{Host: "github.com", Repository: "sigstore/sigstore-js", Issuer: model.IssuerGitHub}
	with := func(edit func(p *model.Policy)) model.Policy { p := npm; edit(&p); return p }
	scaffolding := rootsOf(t, libraryFile(t, "pkg/testing/data/trusted-roots/scaffolding.json"))
	stamping := rootsOf(t, libraryFile(t, "pkg/testing/data/trusted-roots/public-key-validity.json"))
	const bundles = "pkg/testing/data/bundles/"
	for name, c := range map[string]struct {
		file      string
		roots     verify.Roots
		algorithm string
		digest    string
		policy    model.Policy
		want      want
	}{
		"npm, SLSA v1":            {bundles + "sigstore.js@2.0.0-provenance.sigstore.json", publicGood(t), "sha512", sigstore200, npm, verified()},
		"npm, SLSA v0.2":          {"examples/bundle-provenance.json", publicGood(t), "sha512", sigstore130, npm, verified()},
		"npm, of another version": {bundles + "sigstore.js@2.0.0-provenance.sigstore.json", publicGood(t), "sha512", sigstore130, npm, refused(model.StepDigest, sigstore130, sigstore200)},
		"npm, fake repository": {bundles + "sigstore.js@2.0.0-provenance.sigstore.json", publicGood(t), "sha512", sigstore200,
			with(func(p *model.Policy) { p.Repository = "sigstore/fake" }), refused(model.StepIdentity, "sigstore/fake", "sigstore/sigstore-js/.github/workflows/release.yml@")},
		"npm, other issuer": {bundles + "sigstore.js@2.0.0-provenance.sigstore.json", publicGood(t), "sha512", sigstore200,
			with(func(p *model.Policy) { p.Issuer = "https://accounts.example" }), refused(model.StepIssuer, "https://accounts.example", model.IssuerGitHub)},
		"npm, no root": {bundles + "sigstore.js@2.0.0-provenance.sigstore.json", scaffolding, "sha512", sigstore200, npm,
			want{model.VerdictUnverifiable, model.StepRoot, "Linux Foundation", "sigstore.dev"}},
		"npm's own key": {"examples/bundle-publish.json", publicGood(t), "sha512", sigstore130,
			model.Policy{Key: libraryFile(t, "examples/publish_key.pub")}, verified()},
		"npm's own key, of another version": {"examples/bundle-publish.json", publicGood(t), "sha512", sigstore200,
			model.Policy{Key: libraryFile(t, "examples/publish_key.pub")}, refused(model.StepDigest, sigstore200, sigstore130)},
		"e-mail": {bundles + "dsse.sigstore.json", publicGood(t), "sha512", slsa007,
			model.Policy{CertIdentity: "brian@dehamer.com", Issuer: "https://github.com/login/oauth"}, verified()},
		"e-mail, where a workflow is demanded": {bundles + "dsse.sigstore.json", publicGood(t), "sha512", slsa007, npm,
			refused(model.StepIdentity, "a workflow of", "brian@dehamer.com")},
		"two signatures": {bundles + "dsse-2sigs.sigstore.json", publicGood(t), "sha512", slsa007,
			model.Policy{CertIdentity: "brian@dehamer.com", Issuer: "https://github.com/login/oauth"}, refused(model.StepSignature, "exactly one signature", "")},
		"other name": {bundles + "othername.sigstore.json", scaffolding, "sha256", othername,
			model.Policy{CertIdentity: "foo!oidc.local", Issuer: "http://oidc.local:8080"}, verified()},
		"other name, as e-mail": {bundles + "othername.sigstore.json", scaffolding, "sha256", othername,
			model.Policy{CertIdentity: "foo@oidc.local", Issuer: "http://oidc.local:8080"}, refused(model.StepIdentity, "foo@oidc.local", "foo!oidc.local")},
		"key and timestamp": {bundles + "public-key-validity.sigstore.json", stamping, "sha256", testContent,
			model.Policy{Key: libraryFile(t, "pkg/testing/data/public-keys/public-key-validity.pem")}, verified()},
	} {
		t.Run(name, func(t *testing.T) {
			items := model.ParseAttestations(libraryFile(t, c.file))
			about := model.ArtifactDigests{Of: map[string]string{c.algorithm: c.digest}}
			c.want.hold(t, verify.New(c.roots, 1).Check(context.Background(), items, c.policy, about)[0])
		})
	}
}

// The provenance of npm says nothing else than its certificate.
func TestPublicProvenanceAgreesWithItsCertificate(t *testing.T) {
	for file, digest := range map[string]string{
		"pkg/testing/data/bundles/sigstore.js@2.0.0-provenance.sigstore.json": sigstore200,
		"examples/bundle-provenance.json":                                     sigstore130,
	} {
		policy := model.Policy{Repository: "sigstore/sigstore-js", Issuer: model.IssuerGitHub}
		got := verify.New(publicGood(t), 1).Check(context.Background(), model.ParseAttestations(libraryFile(t, file)), policy,
			model.ArtifactDigests{Of: map[string]string{"sha512": digest}})[0]
		verified().hold(t, got)
		if len(got.Differences) > 0 || got.LogIndex <= 0 || len(got.Notes) != 1 || !strings.HasPrefix(got.Notes[0], "legacy") {
			t.Errorf("%s: differences %v, log index %d, notes %q", file, got.Differences, got.LogIndex, got.Notes)
		}
	}
}

func TestBuiltInRoot(t *testing.T) {
	all := publicGood(t).All()
	if len(all) != 1 || all[0].Instance != model.InstancePublicGood || all[0].Origin != "built in" ||
		all[0].At.Before(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) || strings.Join(all[0].Who, "|") != "sigstore.dev" {
		t.Errorf("%+v", all)
	}
}

func TestReadingRoots(t *testing.T) {
	one, two := libraryFile(t, "pkg/testing/data/trusted-roots/scaffolding.json"), libraryFile(t, "pkg/testing/data/trusted-roots/public-good.json")
	line := func(raw []byte) string {
		var out bytes.Buffer
		if err := json.Compact(&out, raw); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	pretty := func(raw []byte) string {
		var out bytes.Buffer
		if err := json.Indent(&out, raw, "", "\t"); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	for name, c := range map[string]struct {
		text string
		want int
	}{
		"one line":                     {line(one), 1},
		"over many lines":              {pretty(one), 1},
		"two lines, no newline at end": {line(one) + "\n" + line(two), 2},
		"two lines":                    {line(one) + "\n" + line(two) + "\n", 2},
		"blank lines and CR":           {"\r\n\n" + line(one) + "\r\n\r\n" + line(two) + "\r\n", 2},
		"both over many lines":         {pretty(one) + "\n" + pretty(two) + "\n\n", 2},
		"without anything between":     {line(one) + line(two), 2},
		"the same twice":               {line(one) + "\n" + pretty(one), 1},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "roots")
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			roots, err := verify.ReadRoots(file)
			if err != nil {
				t.Fatal(err)
			}
			all := roots.All()
			if len(all) != c.want || all[0].Origin != file || all[0].At.IsZero() || all[0].Digest != model.DigestOf([]byte(line(one))) {
				t.Errorf("%+v", all)
			}
			if string(all[0].JSON) != line(one) {
				t.Error("the root's text is not given back")
			}
		})
	}
	for name, text := range map[string]string{
		"empty":          "",
		"blank":          " \n",
		"not JSON":       "roots",
		"cut off":        line(one)[:len(line(one))-1],
		"rubbish after":  line(one) + "\n}",
		"a bundle":       string(libraryFile(t, "examples/bundle-provenance.json")),
		"other version":  strings.Replace(line(one), "version=0.1", "version=0.9", 1),
		"no clock":       strings.Replace(line(one), `"tlogs":`, `"unknown":`, 1),
		"nothing in it":  `{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}`,
		"too many":       strings.Repeat("{}", 100),
		"an array":       "[" + line(one) + "]",
		"nested deeply":  strings.Repeat("[", 20000),
		"a bad one last": line(one) + "\n" + strings.Replace(line(two), "SHA2_256", "SHA2_512", 1),
	} {
		t.Run(name, func(t *testing.T) {
			roots, err := verify.ParseRoots([]byte(text), "a file", time.Time{})
			if err == nil || len(roots.All()) > 0 || model.CureOf(err) == "" || !strings.Contains(err.Error(), "a file") {
				t.Errorf("%v: %v", roots.All(), err)
			}
		})
	}
	if _, err := verify.ReadRoots(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a missing file is read")
	}
}
