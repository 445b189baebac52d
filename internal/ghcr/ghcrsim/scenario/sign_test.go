package scenario

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sigstore/sigstore-go/pkg/bundle"
	"github.com/sigstore/sigstore-go/pkg/fulcio/certificate"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/verify"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
	"github.com/novotnyllc/caitui/internal/model"
)

// auditor verifies bundles by what the simulator says is to be trusted.
type auditor struct {
	publicGood, gitHub *verify.Verifier
	policy             verify.PolicyOption
}

func newAuditor(t *testing.T) auditor {
	t.Helper()
	var verifiers []*verify.Verifier
	for i, line := range bytes.Split(bytes.TrimSuffix(TrustedRoot(), []byte("\n")), []byte("\n")) {
		trusted, err := root.NewTrustedRootFromJSON(line)
		if err != nil {
			t.Fatal(err)
		}
		options := []verify.VerifierOption{
			verify.WithSignedCertificateTimestamps(1), verify.WithTransparencyLog(1), verify.WithObserverTimestamps(1),
		}
		if i == 1 {
			options = []verify.VerifierOption{verify.WithSignedTimestamps(1)}
		}
		v, err := verify.NewVerifier(trusted, options...)
		if err != nil {
			t.Fatal(err)
		}
		verifiers = append(verifiers, v)
	}
	id, err := verify.NewShortCertificateIdentity(
		"https://token.actions.githubusercontent.com", "",
		"https://github.com/novotnyllc/ContainAI/.github/workflows/build-runtime-images.yml@refs/heads/main", "")
	if err != nil {
		t.Fatal(err)
	}
	id.Extensions = certificate.Extensions{
		SourceRepositoryURI: "https://github.com/novotnyllc/ContainAI", RunnerEnvironment: "github-hosted",
		SourceRepositoryRef: "refs/heads/main", SourceRepositoryOwnerURI: "https://github.com/novotnyllc",
	}
	return auditor{verifiers[0], verifiers[1], verify.WithCertificateIdentity(id)}
}

// instanceOf reads in an unverified bundle who issued its certificate.
func instanceOf(t *testing.T, b *bundle.Bundle) string {
	t.Helper()
	content, err := b.VerificationContent()
	if err != nil {
		t.Fatal(err)
	}
	return content.Certificate().Issuer.Organization[0]
}

// verify checks a bundle about a subject under the instance that it names.
func (a auditor) verify(t *testing.T, raw []byte, subject model.Digest) (instance string, result *verify.VerificationResult, err error) {
	t.Helper()
	var b bundle.Bundle
	if err := b.UnmarshalJSON(raw); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	digest, err := hex.DecodeString(subject.Hex())
	if err != nil {
		t.Fatal(err)
	}
	v, instance := a.publicGood, instanceOf(t, &b)
	if instance == "GitHub, Inc." {
		v = a.gitHub
	}
	result, err = v.Verify(&b, verify.NewPolicy(verify.WithArtifactDigest("sha256", digest), a.policy))
	return instance, result, err
}

// subjects lists what can be attested in a world: manifests and their layers.
func subjects(t *testing.T, w *world.World) map[model.Digest]string {
	t.Helper()
	out := map[model.Digest]string{}
	for _, name := range names(w) {
		versions, _ := w.Versions(name, false, 0, 0)
		for _, v := range versions {
			out[v.Digest] = strings.Join(append([]string{name}, v.Tags...), " ")
			for _, layer := range read(t, w, name, v.Digest).Layers {
				if _, ok := out[layer.Digest]; !ok {
					out[layer.Digest] = name + " " + layer.MediaType
				}
			}
		}
	}
	return out
}

// Every attestation of the seed verifies under the strict policy, but for those
// that are there to be refused; none of these is of a prod release.
func TestTheSeedVerifies(t *testing.T) {
	w, a := load(t, "containai"), newAuditor(t)
	count, refused, private := 0, map[string]string{}, []string{}
	for subject, what := range subjects(t, w) {
		for _, stored := range w.Attestations(subject) {
			count++
			instance, result, err := a.verify(t, stored.Bundle, subject)
			if instance == "GitHub, Inc." {
				private = append(private, what)
			}
			if err != nil {
				refused[what] = err.Error()
				continue
			}
			checkClaims(t, what, result)
		}
	}
	if count != 245 {
		t.Errorf("%d attestations, want 245", count)
	}
	nightly, former := "sha-"+commit("08dd3c9"), "sha-"+commit("d5502ee")
	want := map[string]string{
		"containai-base " + nightly + "-amd64":          "does not match any digest in statement",
		"containai-codex " + nightly + "-amd64":         "expected SAN value",
		"containai-copilot " + nightly + "-arm64":       "expected SAN value",
		"containai-log-forwarder " + nightly + "-amd64": "does not match envelope payload hash",
		"containai-base " + former + "-arm64":           "not enough verified log entries",
		"containai-claude " + former + "-amd64":         "integrated time outside certificate validity",
	}
	for what, text := range want {
		if !strings.Contains(refused[what], text) {
			t.Errorf("%s: %q, want %q", what, refused[what], text)
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(refused))); diff != "" {
		t.Error(diff)
	}
	if len(private) != 1 || !strings.HasPrefix(private[0], "containai-installer") {
		t.Errorf("signed under GitHub's own instance: %v", private)
	}
}

// checkClaims asserts that the predicate claims what the certificate proves.
func checkClaims(t *testing.T, what string, result *verify.VerificationResult) {
	t.Helper()
	raw, err := result.Statement.Predicate.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	var p struct {
		BuildDefinition struct {
			ExternalParameters struct {
				Workflow struct{ Ref, Repository, Path string }
			}
			InternalParameters struct {
				GitHub struct {
					Event   string `json:"event_name"`
					Repo    string `json:"repository_id"`
					Owner   string `json:"repository_owner_id"`
					Machine string `json:"runner_environment"`
				}
			}
			ResolvedDependencies []struct{ Digest struct{ GitCommit string } }
		}
		RunDetails struct {
			Builder  struct{ ID string }
			Metadata struct{ InvocationID string }
		}
	}
	if err := json.Unmarshal(raw, &p); err != nil {
		t.Fatal(err)
	}
	d, github, cert := p.BuildDefinition, p.BuildDefinition.InternalParameters.GitHub, result.Signature.Certificate
	claimed := []string{
		d.ExternalParameters.Workflow.Ref, d.ExternalParameters.Workflow.Repository, github.Event, github.Repo, github.Owner,
		github.Machine, d.ResolvedDependencies[0].Digest.GitCommit, p.RunDetails.Builder.ID, p.RunDetails.Metadata.InvocationID,
		d.ExternalParameters.Workflow.Repository + "/" + d.ExternalParameters.Workflow.Path + "@" + d.ExternalParameters.Workflow.Ref,
	}
	proved := []string{
		cert.SourceRepositoryRef, cert.SourceRepositoryURI, cert.BuildTrigger, cert.SourceRepositoryIdentifier,
		cert.SourceRepositoryOwnerIdentifier, cert.RunnerEnvironment, cert.SourceRepositoryDigest, cert.SubjectAlternativeName,
		cert.RunInvocationURI, cert.BuildConfigURI,
	}
	if diff := cmp.Diff(proved, claimed); diff != "" {
		t.Errorf("%s: proved and claimed differ:\n%s", what, diff)
	}
	if got := cert.SourceRepositoryDigest; strings.Contains(what, " sha-") && !strings.Contains(what, "sha-"+got) {
		t.Errorf("%s was built from %s", what, got)
	}
}

// Of ten thousand versions those verify that a channel points to, and the
// releases; of a build between them nothing does.
func TestScaledAttestationsVerify(t *testing.T) {
	w, a := load(t, "scale:10000"), newAuditor(t)
	verify := func(name, tag string) (*verify.VerificationResult, error) {
		subject := resolve(t, w, name, tag)
		_, result, err := a.verify(t, bundlesOf(t, w, name, subject)[0], subject)
		return result, err
	}
	p := newScalePlan(10_000, 0)
	for _, k := range []int{p.dev, p.nightly, p.prod, 420} {
		for _, arch := range architectures() {
			tag := "sha-" + p.commit(k) + "-" + arch
			result, err := verify("containai", tag)
			if err != nil {
				t.Fatalf("build %d: %v", k, err)
			}
			checkClaims(t, "containai "+tag, result)
		}
		if _, err := verify("containai-payload", p.release(k)); err != nil {
			t.Errorf("payload of build %d: %v", k, err)
		}
	}
	if _, err := verify("containai", "sha-"+p.commit(7)+"-amd64"); err == nil {
		t.Error("the attestation of build 7 verifies with the signature of another")
	}
}

// The predicates of the hostile scenario are evil under a good signature.
func TestHostileAttestationsAreSigned(t *testing.T) {
	w, a := load(t, "hostile"), newAuditor(t)
	subject := resolve(t, w, "containai-log-forwarder", "v1.3.0")
	fine := 0
	for _, stored := range w.Attestations(subject) {
		if !json.Valid(stored.Bundle) {
			continue // cut off
		}
		if _, result, err := a.verify(t, stored.Bundle, subject); err == nil && result.Statement.PredicateType != predicateSLSA {
			fine++
		}
	}
	if fine != 6 {
		t.Errorf("%d evil attestations verify, want 6", fine)
	}
}
