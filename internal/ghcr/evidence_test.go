package ghcr_test

import (
	"context"
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr"
	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/verify/evidence"
)

// laidOut is the directory of a set of evidence.
func laidOut(t *testing.T, set model.EvidenceSet) fs.FS {
	t.Helper()
	files, err := evidence.Files(set)
	if err != nil {
		t.Fatal(err)
	}
	out := make(fstest.MapFS)
	for _, f := range files {
		out[f.Path] = &fstest.MapFile{Data: f.Content}
	}
	return out
}

func TestEvidence(t *testing.T) {
	r := newRig(t, "containai")
	s := r.trusting(believer{}, nil)
	refresh(t, s)
	set, err := s.Evidence(t.Context(), model.EvidenceRequest{Channel: "prod"})
	if err != nil {
		t.Fatal(err)
	}
	if set.Verdict() != model.VerdictVerified || len(set.Subjects) != 10 || set.Release != "v1.3.0" || len(set.Roots) != 1 || set.At.IsZero() {
		t.Errorf("%s, %d subjects of %s, %d roots", set.Verdict(), len(set.Subjects), set.Release, len(set.Roots))
	}
	sboms := 0
	for _, one := range set.Subjects {
		sboms += len(one.SBOMs)
		if one.Digest != r.prod[one.Package] && one.Via == model.ViaTag || one.Err != nil {
			t.Errorf("%s: %s by %q, %v", one.Package, one.Digest.Short(), one.Via, one.Err)
		}
		for d, m := range one.Manifests {
			if model.DigestOf(m.Raw) != d {
				t.Errorf("%s: %s is not %s", one.Package, model.DigestOf(m.Raw), d)
			}
		}
	}
	if sboms == 0 {
		t.Error("no bill of materials, not even of the payload")
	}
	checkAgain(t, set)
	// What the evidence says does not depend on anything but what is in it.
	files := laidOut(t, set).(fstest.MapFS)
	for name := range files {
		if name != "SHA256SUMS" && len(name) > 10 && name[:10] == "manifests/" {
			files[name].Data = append(files[name].Data, '\n')
		}
	}
	if got := readAgain(t, files); got.Holds() {
		t.Error("altered manifests hold")
	}
}

func checkAgain(t *testing.T, set model.EvidenceSet) {
	t.Helper()
	if got := readAgain(t, laidOut(t, set)); !got.Holds() || got.Set.Verdict() != set.Verdict() {
		t.Errorf("checked again: %s instead of %s, findings %v", got.Set.Verdict(), set.Verdict(), got.Findings)
	}
}

func readAgain(t *testing.T, files fs.FS) model.EvidenceCheck {
	t.Helper()
	got, err := evidence.Check(t.Context(), files, evidence.Options{Open: func([][]byte) (evidence.Checker, error) { return believer{}, nil }})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// A former state, a release and one version are found by what is known.
func TestEvidenceOfWhat(t *testing.T) {
	r := newRig(t, "containai")
	s := r.trusting(believer{}, nil)
	survey := refresh(t, s)
	prod, _ := survey.Channel("prod")
	before := prod.Since.Add(-time.Minute)
	for name, c := range map[string]struct {
		req      model.EvidenceRequest
		release  string
		subjects int
	}{
		"then":    {model.EvidenceRequest{Channel: "prod", At: before}, "v1.2.0", 10},
		"release": {model.EvidenceRequest{Release: "v1.2.0"}, "v1.2.0", 10},
		"version": {model.EvidenceRequest{Ref: model.Reference{Package: "containai", Tag: "v1.2.0"}}, "", 1},
		"payload": {model.EvidenceRequest{Ref: model.Reference{Package: "containai-payload", Tag: "prod"}}, "", 1},
	} {
		set, err := s.Evidence(t.Context(), c.req)
		if err != nil || set.Release != c.release || len(set.Subjects) != c.subjects || set.Verdict() != model.VerdictVerified {
			t.Errorf("%s: %d subjects of %q, %s, %v", name, len(set.Subjects), set.Release, set.Verdict(), err)
			continue
		}
		if (set.Past != nil) != (name == "then") {
			t.Errorf("%s: past %+v", name, set.Past)
		}
		checkAgain(t, set)
	}
	for name, req := range map[string]model.EvidenceRequest{
		"before anything": {Channel: "prod", At: time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)},
		"no release":      {Release: "v9.9.9"},
		"no version":      {Ref: model.Reference{Package: "containai", Tag: "nothing"}},
		"no channel":      {Channel: "nowhere"},
	} {
		if _, err := s.Evidence(t.Context(), req); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := open(t, r.options(r.Tokens.Read)).Evidence(t.Context(), model.EvidenceRequest{Channel: "prod"}); !errors.Is(err, model.ErrUnsupported) {
		t.Errorf("without a verifier: %v", err)
	}
}

// A package that cannot be collected is told of, and customers see no journal.
func TestEvidenceInPart(t *testing.T) {
	notRaced(t)
	r := newRig(t, "containai")
	s := r.trusting(believer{}, nil)
	refresh(t, s)
	plan, err := s.PlanChannel(t.Context(), model.ChannelRequest{Act: model.ActRollback, Channel: "prod", Release: "v1.2.0", Reason: "secret-reason"})
	if err != nil {
		t.Fatal(err)
	}
	if out, err := s.Execute(t.Context(), plan, model.Conduct{}); err != nil || out.Result != model.ResultDone {
		t.Fatalf("%+v, %v", out, err)
	}
	ours, err := s.Evidence(t.Context(), model.EvidenceRequest{Channel: "prod"})
	if err != nil || len(ours.Journal) == 0 || ours.Head.Seq == 0 || ours.Release != "v1.2.0" {
		t.Errorf("%d events, head %v, %s, %v", len(ours.Journal), ours.Head, ours.Release, err)
	}
	checkAgain(t, ours)
	theirs, err := s.Evidence(t.Context(), model.EvidenceRequest{Channel: "prod", Customer: true})
	if err != nil || len(theirs.Journal) != 0 || theirs.Head.Seq != 0 {
		t.Errorf("%d events, head %v, %v", len(theirs.Journal), theirs.Head, err)
	}
	failing := r.trusting(believer{func(_ context.Context, a model.Attestation, _ model.Policy) (model.Check, bool) {
		return model.Check{Verdict: model.VerdictFailed, Step: model.StepIdentity, LogIndex: -1}, a.Signed
	}}, func(o *ghcr.Options) {})
	refresh(t, failing)
	bad, err := failing.Evidence(t.Context(), model.EvidenceRequest{Channel: "prod"})
	if err != nil || bad.Verdict() != model.VerdictFailed {
		t.Errorf("%s, %v", bad.Verdict(), err)
	}
}
