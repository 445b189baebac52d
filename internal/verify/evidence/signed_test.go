package evidence_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/foreign"
	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/verify"
	"github.com/novotnyllc/caitui/internal/verify/evidence"
	"github.com/novotnyllc/caitui/internal/verify/simca"
)

// opened trusts the roots of a directory, as caitui itself does.
func opened(raw [][]byte) (evidence.Checker, error) {
	roots, err := verify.ParseRoots(bytes.Join(raw, []byte("\n")), "the evidence", time.Time{})
	if err != nil {
		return nil, err
	}
	return verify.New(roots, 2), nil
}

// signedSample is evidence with real signatures: the index of one architecture
// is attested under the public good instance, the other's under GitHub's.
func signedSample(t *testing.T) model.EvidenceSet {
	t.Helper()
	instances := []*simca.Instance{simca.MustNew(simca.PublicGood, "evidence"), simca.MustNew(simca.GitHub, "evidence")}
	roots, err := verify.ParseRoots(simca.JoinRoots(instances...), "simca", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	set := sample(t)
	subject := &set.Subjects[0]
	list := subject.Verification.List
	workflow := simca.Workflow{Repository: "acme/app", RepositoryID: "1", OwnerID: "2", Path: ".github/workflows/release.yml", Name: "Release",
		Ref: "refs/heads/main", Commit: strings.Repeat("3f", 20), Event: "push", Run: "https://github.com/acme/app/actions/runs/7/attempts/1"}
	for i, old := range list.Items {
		statement := simca.Statement(model.PredicateSLSA, map[string]any{"buildDefinition": map[string]any{}},
			simca.Subject{Name: "ghcr.io/acme/app", Digest: map[string]string{"sha256": old.About.Hex()}})
		raw, err := instances[i].Attest(statement, simca.Signing{Identity: workflow.Identity(), At: set.At})
		if err != nil {
			t.Fatal(err)
		}
		list.Items[i] = model.ParseAttestations(raw)[0]
		list.Items[i].About = old.About
	}
	verifier := verify.New(roots, 2)
	for i, c := range verifier.Check(t.Context(), list.Items, provenance, model.ArtifactDigests{}) {
		list.Items[i].Check = c
		if c.Verdict != model.VerdictVerified {
			t.Fatalf("the sample is %s at %s: expected %s, found %s, %v", c.Verdict, c.Step, c.Expected, c.Actual, c.Err)
		}
	}
	subject.Verification = model.Judge(list, provenance)
	set.Roots = verifier.Roots()
	return set
}

// With real signatures and the roots in the directory all holds; with roots of
// somebody else nothing does.
func TestSignedRoundTrip(t *testing.T) {
	files := laidOut(t, signedSample(t))
	got, err := evidence.Check(t.Context(), files, evidence.Options{Open: opened})
	if err != nil || !got.Holds() || got.Set.Verdict() != model.VerdictVerified {
		t.Fatalf("%v, %v, %s", err, got.Findings, got.Set.Verdict())
	}
	foreign, err := verify.ParseRoots(simca.JoinRoots(simca.MustNew(simca.PublicGood, "foreign"), simca.MustNew(simca.GitHub, "foreign")), "elsewhere", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	got, err = evidence.Check(t.Context(), files, evidence.Options{Open: opened, Roots: foreign.All()})
	if err != nil || got.Holds() || got.Set.Verdict() == model.VerdictVerified || !got.Replaced {
		t.Errorf("under foreign roots: %v, %v, %s", err, got.Findings, got.Set.Verdict())
	}
}

// What the evidence calls verified, cosign verifies too, by the script that
// goes along; and not any more once a file was altered.
func TestCosignAgrees(t *testing.T) {
	cosign := foreign.Tool(t, "cosign")
	files, err := evidence.Files(signedSample(t))
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "evidence")
	if err := evidence.Write(dir, files); err != nil {
		t.Fatal(err)
	}
	run := func() (string, error) {
		cmd := exec.CommandContext(t.Context(), "sh", filepath.Join(dir, "check.sh"))
		cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(cosign)+":"+os.Getenv("PATH"), "HOME="+t.TempDir())
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := run(); err != nil || strings.Count(out, "verified  ") != 2 {
		t.Errorf("%v\n%s", err, out)
	}
	for _, f := range files {
		if strings.HasPrefix(f.Path, "manifests/") {
			if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(f.Path)), append(f.Content, ' '), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if out, err := run(); err == nil || !strings.Contains(out, "FAILED    ") || strings.Contains(out, "verified  ") {
		t.Errorf("altered manifests: %v\n%s", err, out)
	}
}
