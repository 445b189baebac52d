package verify_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/verify"
	"github.com/novotnyllc/caitui/internal/verify/simca"
)

// crowd is many attestations of all instances, good and bad by turns.
func crowd(t testing.TB, n int) []model.Attestation {
	t.Helper()
	out := make([]model.Attestation, n)
	for i := range out {
		how := signing(func(s *simca.Signing) { s.At = s.At.AddDate(0, 0, i) })
		if i%3 == 2 {
			how.Flaw = simca.BadSignature
		}
		out[i] = found(t, attest(t, instance(personas()[i%2]), statement(), how))
	}
	return out
}

var sameErrors = cmp.Comparer(func(a, b error) bool { return fmt.Sprint(a) == fmt.Sprint(b) })

// Many goroutines with one verifier and the same attestations come to the same
// as one by one. Under the race detector this shows that nothing is shared.
func TestSharing(t *testing.T) {
	items := crowd(t, 12)
	roots := rootsOfAll(t)
	var one []model.Check
	for _, a := range items {
		one = append(one, check(t, roots, a, policy()))
	}
	v := verify.New(roots, 4)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			got := v.Check(context.Background(), items, policy(), model.ArtifactDigests{Name: askedFor})
			if diff := cmp.Diff(one, got, sameErrors, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("together (-one by one +together):\n%s", diff)
			}
			// What is handed out belongs to whom it is handed to.
			for i := range got {
				clear(got[i].Identity)
				clear(got[i].Proves)
			}
		})
	}
	wait.Wait()
}

// What is remembered is what was asked, in every part.
func TestRememberedChecksAreOfTheSameQuestion(t *testing.T) {
	public := instance(simca.PublicGood)
	base := found(t, attest(t, public, statement(), signing()))
	of := func(edit func(a *model.Attestation)) model.Attestation { a := base; edit(&a); return a }
	bad := found(t, attest(t, public, statement(), flawed(simca.BadSignature)))
	bad.Digest = base.Digest // whatever somebody says that it is
	signed := sig(t, public, simplePayload(image))
	unsigned := signed
	unsigned.Beside.Signature = sig(t, public, simplePayload(another)).Beside.Signature
	v := verify.New(rootsOfAll(t), 1)
	for _, step := range []struct {
		what  string
		item  model.Attestation
		p     model.Policy
		about model.ArtifactDigests
		want  model.VerdictKind
	}{
		{"first", base, policy(), model.ArtifactDigests{}, model.VerdictVerified},
		{"again", base, policy(), model.ArtifactDigests{}, model.VerdictVerified},
		{"other policy", base, policy(func(p *model.Policy) { p.Repository = "acme/other" }), model.ArtifactDigests{}, model.VerdictFailed},
		{"other subject", of(func(a *model.Attestation) { a.About = another }), policy(), model.ArtifactDigests{}, model.VerdictFailed},
		{"one subject more", of(func(a *model.Attestation) { a.About, a.Also = another, []model.Digest{image} }), policy(), model.ArtifactDigests{}, model.VerdictVerified},
		{"a file", base, policy(), model.ArtifactDigests{Of: map[string]string{"sha256": another.Hex()}}, model.VerdictFailed},
		{"other content under the same digest", bad, policy(), model.ArtifactDigests{}, model.VerdictFailed},
		{"shown otherwise", of(func(a *model.Attestation) { a.Statement = []byte("{}") }), policy(), model.ArtifactDigests{}, model.VerdictFailed},
		{"simple signature", signed, policy(), model.ArtifactDigests{}, model.VerdictVerified},
		{"another beside it", unsigned, policy(), model.ArtifactDigests{}, model.VerdictFailed},
		{"said not to be signed", of(func(a *model.Attestation) { a.Signed = false }), policy(), model.ArtifactDigests{}, model.VerdictNone},
		{"first once more", base, policy(), model.ArtifactDigests{}, model.VerdictVerified},
	} {
		got := v.Check(context.Background(), []model.Attestation{step.item}, step.p, step.about)[0]
		if got.Verdict != step.want {
			t.Errorf("%s: %s at %s (%v), want %s", step.what, got.Verdict, got.Step, got.Err, step.want)
		}
	}
	named := v.Check(context.Background(), []model.Attestation{base}, policy(), model.ArtifactDigests{Name: "ghcr.io/acme/other"})[0]
	if len(named.Differences) != 1 {
		t.Errorf("asked under another name: %v", named.Differences)
	}
}

// Whoever gives up gets an answer for each item, and none that says more than
// that nothing was checked. Nothing of it is remembered.
func TestGivingUp(t *testing.T) {
	items := crowd(t, 5)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	v := verify.New(rootsOfAll(t), 0)
	for _, c := range v.Check(ctx, items, policy(), model.ArtifactDigests{}) {
		if c.Done() || !errors.Is(c.Err, context.Canceled) || len(c.Proves) > 0 {
			t.Errorf("%+v", c)
		}
	}
	got := v.Check(context.Background(), items, policy(), model.ArtifactDigests{})
	if slices.ContainsFunc(got, func(c model.Check) bool { return !c.Done() }) {
		t.Error("something was left unchecked the second time")
	}
	if got := v.Check(context.Background(), nil, policy(), model.ArtifactDigests{}); len(got) != 0 {
		t.Errorf("of nothing: %v", got)
	}
}
