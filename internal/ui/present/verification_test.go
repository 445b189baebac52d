package present

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/predicate"
)

// judged is an index of two platforms whose architectures' indexes are
// attested, each with a verdict.
func judged(amd64, arm64 model.VerdictKind) model.Verification {
	d := func(s string) model.Digest { return model.DigestOf([]byte(s)) }
	l := model.AttestationList{Registry: "ghcr.io", Owner: "o", Package: "p", Subject: d("index"),
		Targets: []model.AttestationTarget{{Digest: d("index"), Role: model.RoleSubject}},
		Sources: []model.SourceState{{Name: model.SourceFallback, State: model.SourceFound}}}
	for arch, verdict := range map[string]model.VerdictKind{"amd64": amd64, "arm64": arm64} {
		ref := model.PlatformRef{Digest: d(arch), Platform: arch}
		l.Platforms = append(l.Platforms, ref)
		l.Targets = append(l.Targets, model.AttestationTarget{Digest: d(arch), Role: model.RolePlatform, Platform: arch},
			model.AttestationTarget{Digest: d("arch " + arch), Role: model.RoleArchIndex, Holds: []model.PlatformRef{ref}})
		a := model.Attestation{Digest: d("bundle " + arch), Signed: true, PredicateType: model.PredicateSLSA, About: d("arch " + arch),
			Check: model.Check{Verdict: verdict, LogIndex: -1}}
		switch verdict {
		case model.VerdictVerified:
			a.Check.Proves = []model.Digest{a.About}
		case model.VerdictFailed:
			a.Check.Step, a.Check.Expected, a.Check.Actual, a.Check.Err = model.StepSource, "o/r", "o/\x1b[2Jevil", errors.New("no")
		case model.VerdictUnverifiable:
			a.Check.Step = model.StepRoot
			a.Check.Err = &model.Error{Kind: model.ErrNotFound, Message: "no root for GitHub, Inc.", Cure: "fetch it\x1b"}
		case model.VerdictNone, model.VerdictUnchecked:
		}
		l.Items = append(l.Items, a)
	}
	return model.Judge(l, model.Policy{Predicates: []string{model.PredicateSLSA}})
}

func TestVerificationHead(t *testing.T) {
	for name, c := range map[string]struct {
		v    model.Verification
		want []string
	}{
		"covered through": {judged(model.VerdictVerified, model.VerdictVerified), []string{"✓ verified, covered through", "✓ nightly → index ", " → amd64 ", " → arch index ", " → SLSA provenance v1 "}},
		"one fails":       {judged(model.VerdictVerified, model.VerdictFailed), []string{"✗ failed: 1 of 2 platforms not covered", "✗ arm64 ", " failed at source: expected o/r, found o/\uFFFD[2Jevil", "✓ nightly → index "}},
		"no root":         {judged(model.VerdictUnverifiable, model.VerdictUnverifiable), []string{"? unverifiable: 2 of 2 platforms not covered", "at root: no root for GitHub, Inc.", "platforms not covered\n? fetch it\uFFFD\n✗"}},
		"nothing":         {model.Judge(model.AttestationList{}, model.Policy{Predicates: []string{model.PredicateSLSA}}), []string{"! none: no attestation of type"}},
		"not expected":    {model.Judge(model.AttestationList{}, model.Policy{}), []string{"– none expected"}},
		"two types":       {model.Judge(judged(model.VerdictVerified, model.VerdictVerified).List, model.Policy{Predicates: []string{model.PredicateSLSA, "y"}}), []string{"! none: no attestation of type y", "✓ SLSA provenance v1 verified", "– y none", "SLSA provenance v1: nightly"}},
		"not checked":     {model.Verification{Warnings: []string{"no verifier is in use"}}, []string{"· not checked", "! no verifier is in use"}},
	} {
		got := strings.Join(Texts(VerificationHead(c.v, "nightly")), "\n")
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %q in\n%s", name, want, got)
			}
		}
		if strings.Contains(got, "\x1b") {
			t.Errorf("%s: remote text is not clean: %q", name, got)
		}
	}
}

// Every end of a check is another cell, and so is every end of the whole.
func TestVerdictsAreDifferentWords(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range []model.VerdictKind{model.VerdictVerified, model.VerdictFailed, model.VerdictUnverifiable, model.VerdictNone, model.VerdictUnchecked} {
		seen[ASCII(Verdict(k).String())] = true
	}
	if len(seen) != 5 {
		t.Errorf("five verdicts are %v", seen)
	}
	seen = map[string]bool{}
	expects := model.Policy{Predicates: []string{model.PredicateSLSA}}
	for _, v := range []model.Verification{
		judged(model.VerdictVerified, model.VerdictVerified), judged(model.VerdictFailed, model.VerdictFailed), judged(model.VerdictUnverifiable, model.VerdictUnverifiable),
		model.Judge(model.AttestationList{}, expects), model.Judge(model.AttestationList{}, model.Policy{}), {},
		{Policy: expects, Verdict: model.VerdictVerified, Coverage: model.CoverageDirect},
	} {
		seen[ASCII(Audit(v).String())] = true
	}
	if len(seen) != 7 {
		t.Errorf("seven ends are %v", seen)
	}
}

func TestTellVerification(t *testing.T) {
	got := TellVerification(judged(model.VerdictVerified, model.VerdictFailed), "nightly")
	for _, want := range []string{"ghcr.io/o/p@sha256:", "(nightly): failed: 1 of 2", "2 attestations, 1 verified"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
}

func TestPredicatePresenters(t *testing.T) {
	now := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	scan := predicate.Read("https://in-toto.io/attestation/vulns/v0.1", []byte(`{"scanner":{"uri":"https://trivy","result":[{"severity":[{"score":"critical\u001b"}]},{"severity":[{"score":"9.1"}]}]},"metadata":{"scanFinishedOn":"2026-05-22T12:00:00Z"}}`))
	if got := PredicateHead(scan, now); got != "scanned 40 d ago, 1 critical, 1 unrated, by trivy" {
		t.Errorf("the scan is %q", got)
	}
	slsa := predicate.Read(model.PredicateSLSA, []byte(`{"buildDefinition":{"externalParameters":{"workflow":{"repository":"https://github.com/o/r","ref":"refs/heads/main\u202e"}}}}`))
	check := model.Check{Verdict: model.VerdictVerified, Identity: []model.IdentityField{{Name: "SourceRepositoryURI", Value: "https://github.com/o/r"}, {Name: "SourceRepositoryRef", Value: "refs/heads/evil"}}}
	got := PredicateTable(slsa, check, now).Text(0)
	for _, want := range []string{"✓ the same proved", "! proved: refs/heads/evil", "refs/heads/main\uFFFD"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	check.Verdict = model.VerdictFailed
	if got := PredicateTable(slsa, check, now).Text(0); !strings.Contains(got, "in the certificate, not proved") {
		t.Errorf("a certificate that was not verified proves:\n%s", got)
	}
}
