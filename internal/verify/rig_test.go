package verify_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/verify"
	"github.com/novotnyllc/caitui/internal/verify/simca"
)

var (
	signedAt = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	image    = model.DigestOf([]byte("image"))
	another  = model.DigestOf([]byte("another image"))
	commit   = strings.Repeat("3f", 20)
	askedFor = "ghcr.io/acme/app"
)

// build is the workflow that signs in these tests.
func build() simca.Workflow {
	return simca.Workflow{
		Repository: "Acme/App", RepositoryID: "1001", OwnerID: "2002",
		Path: ".github/workflows/release.yml", Name: "Release", Ref: "refs/heads/main",
		Commit: commit, Event: "push", Run: "https://github.com/Acme/App/actions/runs/7/attempts/1",
	}
}

// policy demands what a release of build proves.
func policy(edit ...func(p *model.Policy)) model.Policy {
	p := model.Policy{
		Host: "github.com", Owner: "acme", Repository: "acme/app", Issuer: model.IssuerGitHub,
		Predicates: []string{model.PredicateSLSA}, SourceRefs: []string{"refs/heads/main"}, HostedOnly: true, Commit: commit,
	}
	for _, e := range edit {
		e(&p)
	}
	return p
}

// provenance is what actions/attest writes of a run.
func provenance(w simca.Workflow) map[string]any {
	return map[string]any{
		"buildDefinition": map[string]any{
			"buildType":          "https://actions.github.io/buildtypes/workflow/v1",
			"externalParameters": map[string]any{"workflow": map[string]any{"ref": w.Ref, "repository": "https://github.com/" + w.Repository, "path": w.Path}},
			"internalParameters": map[string]any{"github": map[string]any{
				"event_name": w.Event, "repository_id": w.RepositoryID, "repository_owner_id": w.OwnerID, "runner_environment": "github-hosted",
			}},
			"resolvedDependencies": []any{map[string]any{
				"uri": "git+https://github.com/" + w.Repository + "@" + w.Ref, "digest": map[string]any{"gitCommit": w.Commit},
			}},
		},
		"runDetails": map[string]any{
			"builder":  map[string]any{"id": w.URI()},
			"metadata": map[string]any{"invocationId": w.Run},
		},
	}
}

func statementOf(predicate any, subjects ...simca.Subject) []byte {
	return simca.Statement(model.PredicateSLSA, predicate, subjects...)
}

// about is a subject of an image.
func about(d model.Digest) simca.Subject {
	return simca.Subject{Name: askedFor, Digest: map[string]string{"sha256": d.Hex()}}
}

func statement() []byte { return statementOf(provenance(build()), about(image)) }

func signing(edit ...func(s *simca.Signing)) simca.Signing {
	s := simca.Signing{Identity: build().Identity(), At: signedAt}
	for _, e := range edit {
		e(&s)
	}
	return s
}

func by(edit func(w *simca.Workflow)) simca.Signing {
	w := build()
	edit(&w)
	return signing(func(s *simca.Signing) { s.Identity = w.Identity() })
}

func flawed(f simca.Flaw) simca.Signing { return signing(func(s *simca.Signing) { s.Flaw = f }) }

func attest(t testing.TB, i *simca.Instance, content []byte, s simca.Signing) []byte {
	t.Helper()
	raw, err := i.Attest(content, s)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// The instances of these tests. Founding them is cheap and always the same.
func instance(p simca.Persona) *simca.Instance { return simca.MustNew(p, "verify") }

func personas() []simca.Persona {
	return []simca.Persona{simca.PublicGood, simca.GitHub, simca.Custom}
}

func rootsOf(t testing.TB, raw []byte) verify.Roots {
	t.Helper()
	roots, err := verify.ParseRoots(raw, "test", signedAt)
	if err != nil {
		t.Fatal(err)
	}
	return roots
}

func rootsOfAll(t testing.TB) verify.Roots {
	t.Helper()
	return rootsOf(t, simca.JoinRoots(instance(simca.PublicGood), instance(simca.GitHub), instance(simca.Custom)))
}

// found is an attestation as a source found it for the image.
func found(t testing.TB, raw []byte) model.Attestation {
	t.Helper()
	list := model.ParseAttestations(raw)
	if len(list) != 1 {
		t.Fatalf("%d attestations in one document", len(list))
	}
	list[0].About = image
	return list[0]
}

// check checks one attestation of the image.
func check(t testing.TB, roots verify.Roots, a model.Attestation, p model.Policy) model.Check {
	t.Helper()
	return verify.New(roots, 1).Check(context.Background(), []model.Attestation{a}, p, model.ArtifactDigests{Name: askedFor})[0]
}

// want is how a check has to end. Parts of the texts suffice.
type want struct {
	verdict          model.VerdictKind
	step             model.CheckStep
	expected, actual string
}

func verified() want { return want{verdict: model.VerdictVerified} }

func refused(step model.CheckStep, expected, actual string) want {
	return want{model.VerdictFailed, step, expected, actual}
}

func (w want) hold(t *testing.T, c model.Check) {
	t.Helper()
	if c.Verdict != w.verdict || c.Step != w.step {
		t.Fatalf("%q at %q, want %q at %q\nexpected: %s\nactual: %s\nerror: %v", c.Verdict, c.Step, w.verdict, w.step, c.Expected, c.Actual, c.Err)
	}
	if !strings.Contains(c.Expected, w.expected) || !strings.Contains(c.Actual, w.actual) {
		t.Errorf("expected %q, found %q; want %q and %q", c.Expected, c.Actual, w.expected, w.actual)
	}
	if c.Verdict == model.VerdictVerified {
		if c.Err != nil || c.Expected != "" || c.Actual != "" || len(c.Proves) == 0 {
			t.Errorf("verified, and yet: %+v", c)
		}
		return
	}
	if c.Err == nil || c.Expected == "" || len(c.Proves) > 0 || len(c.Differences) > 0 {
		t.Errorf("refused without all its reasons: %+v", c)
	}
}
