package ghcr_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/novotnyllc/caitui/internal/ghcr"
	"github.com/novotnyllc/caitui/internal/model"
)

// audit is what an audit says, after everything that it told on the way was
// looked at: each time one set more, and the others as they were.
func audit(t *testing.T, s *ghcr.Service, first, release string) []model.SetVerification {
	t.Helper()
	var told []int
	out, err := s.Audit(t.Context(), first, release, func(sets []model.SetVerification) { told = append(told, len(sets)) })
	if err != nil {
		t.Fatalf("auditing: %v", err)
	}
	for i, n := range told {
		if n != i+1 {
			t.Errorf("told of %v sets", told)
		}
	}
	if len(told) != len(out) {
		t.Errorf("%d sets, told of %d", len(out), len(told))
	}
	return out
}

// verdicts are those of a set by package, "error" where nothing could be checked.
func verdicts(t *testing.T, set model.SetVerification) map[string]string {
	t.Helper()
	out := make(map[string]string)
	for _, p := range set.Packages {
		if _, twice := out[p.Package]; twice {
			t.Errorf("%s%s: %s stands there twice", set.Channel, set.Release, p.Package)
		}
		out[p.Package] = string(p.Verification.Verdict)
		if p.Err != nil {
			out[p.Package] = "error"
		}
	}
	return out
}

// An audit has the release that is asked for, then the channel that is asked for,
// then the others, each with one verdict on every package, as checking that
// channel alone has.
func TestAudit(t *testing.T) {
	r := newRig(t, "containai")
	s := r.trusting(believer{}, nil)
	refresh(t, s)
	sets := audit(t, s, "nightly", "v1.2.0")
	var names []string
	for _, set := range sets {
		if set.Channel == "" {
			names = append(names, set.Release)
		} else {
			names = append(names, set.Channel)
		}
	}
	if want := []string{"v1.2.0", "nightly", "prod", "dev"}; !slices.Equal(names, want) {
		t.Fatalf("audited %v, want %v", names, want)
	}
	for i, set := range sets {
		got := verdicts(t, set)
		if len(got) != 10 {
			t.Errorf("%s: %d packages", names[i], len(got))
		}
		for pkg, v := range got {
			want := model.VerdictVerified
			if pkg == "containai-metadata" {
				want = model.VerdictNone // nothing is expected of it
			}
			if v != string(want) && names[i] != "nightly" { // where this verifier, too, sees a statement about something else
				t.Errorf("%s: %s is %q, want %q", names[i], pkg, v, want)
			}
		}
	}
	alone, err := s.VerifyChannel(t.Context(), "nightly")
	if err != nil {
		t.Fatal(err)
	}
	got, want := verdicts(t, sets[1]), verdicts(t, alone)
	for pkg, v := range want {
		if got[pkg] != v {
			t.Errorf("nightly's %s: %q in the audit, %q alone", pkg, got[pkg], v)
		}
	}
	if sets[1].Met() || !sets[2].Met() {
		t.Errorf("nightly met: %v, prod met: %v", sets[1].Met(), sets[2].Met())
	}
}

// What is wrong with one package, or cannot be asked about it, hides nothing of
// the others.
func TestAuditOfAFailingPackage(t *testing.T) {
	r := newRig(t, "containai")
	const pkg = "containai-proxy"
	others := func(t *testing.T, set model.SetVerification, of string) {
		t.Helper()
		n := 0
		for _, v := range verdicts(t, set) {
			if v == string(model.VerdictVerified) {
				n++
			}
		}
		if n != 8 || set.Met() || set.Verdict() == model.VerdictVerified {
			t.Errorf("prod: %q is %s, %d others are verified, want 8", pkg, of, n)
		}
	}
	t.Run("refused", func(t *testing.T) {
		index := mustResolve(t, r, pkg, "prod")
		arches := make(map[model.Digest]bool)
		probe := r.trusting(believer{}, nil)
		refresh(t, probe)
		v, err := probe.Verify(t.Context(), pkg, index, model.ContainAI().PolicyOf(pkg))
		if err != nil {
			t.Fatal(err)
		}
		for _, target := range v.List.Targets {
			arches[target.Digest] = true
		}
		s := r.trusting(believer{func(_ context.Context, a model.Attestation, _ model.Policy) (model.Check, bool) {
			return model.Check{Verdict: model.VerdictFailed, Step: model.StepIdentity, Expected: "us", Actual: "them", LogIndex: -1}, arches[a.About]
		}}, nil)
		refresh(t, s)
		prod := audit(t, s, "", "")[0]
		if got := verdicts(t, prod)[pkg]; got != string(model.VerdictFailed) || prod.Verdict() != model.VerdictFailed {
			t.Errorf("%s is %q, prod %q", pkg, got, prod.Verdict())
		}
		others(t, prod, "refused")
	})
	t.Run("not answered", func(t *testing.T) {
		s := r.trusting(believer{}, nil)
		refresh(t, s)
		r.post("faults", []any{map[string]any{"path": "/" + pkg + "/", "do": map[string]any{"status": 404, "body": `{"errors":[{"code":"MANIFEST_UNKNOWN"}]}`}}})
		t.Cleanup(func() { r.post("faults", []any{}) })
		prod := audit(t, s, "", "")[0]
		if got := verdicts(t, prod)[pkg]; got == string(model.VerdictVerified) {
			t.Errorf("%s is %q although nothing of it can be read", pkg, got)
		}
		others(t, prod, "not answered")
	})
	t.Run("no such release", func(t *testing.T) {
		s := r.trusting(believer{}, nil)
		refresh(t, s)
		_, err := s.Audit(t.Context(), "", "v9.9.9", func([]model.SetVerification) { t.Error("told of a release that is none") })
		if !errors.Is(err, model.ErrNotFound) && !errors.Is(err, model.ErrInvalid) {
			t.Errorf("error %v", err)
		}
	})
}
