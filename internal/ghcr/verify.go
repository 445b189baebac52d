package ghcr

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/novotnyllc/caitui/internal/model"
)

// Verifier checks attestations. It does no requests of its own for a check, is
// safe for concurrent use, and remembers by content what it has checked.
type Verifier interface {
	// Check returns one Check an item, in their order.
	Check(ctx context.Context, items []model.Attestation, p model.Policy, about model.ArtifactDigests) []model.Check
	// Roots are the trusted roots that checks rely on.
	Roots() []model.TrustRoot
}

// Verify collects everything that is stated about a digest, checks each
// statement against the policy and weighs them. Where the policy names no
// commit, it is bound to the one that the digest's own tag or its release
// names. Without a verifier the verdict is "unchecked".
//
// Errors: a policy that expects something and cannot be used, and those of
// Attestations.
func (s *Service) Verify(ctx context.Context, pkg string, d model.Digest, p model.Policy) (model.Verification, error) {
	return s.verify(ctx, pkg, d, p, func(model.AttestationList) {})
}

// Attested is Verify with the policy that the configuration has for the package.
// found gets what was found as soon as it is there, unchecked.
func (s *Service) Attested(ctx context.Context, pkg string, d model.Digest, found func(model.AttestationList)) (model.Verification, error) {
	return s.verify(ctx, pkg, d, s.o.Layout.PolicyOf(pkg), found)
}

func (s *Service) verify(ctx context.Context, pkg string, d model.Digest, p model.Policy, found func(model.AttestationList)) (model.Verification, error) {
	policyErr := p.Check()
	if len(p.Predicates) > 0 && policyErr != nil {
		return model.Verification{}, policyErr
	}
	_, list, err := s.collect(ctx, pkg, d, false)
	if err != nil {
		return model.Verification{}, err
	}
	early := list
	early.Items = slices.Clone(list.Items) // checks are written into the others
	found(early)
	if policyErr != nil { // nothing is expected and nobody is trusted: a list
		return model.Verification{List: list, Policy: p, Warnings: []string{"nothing is checked: " + plain(policyErr)}}, nil
	}
	p, note := s.BindPolicy(pkg, d, p)
	if note != "" {
		list.Notes = append(list.Notes, note)
	}
	return s.judge(ctx, list, p, model.ArtifactDigests{Name: s.subjectName(pkg)})
}

// BindPolicy holds a policy to the commit that a digest is said to be of, unless
// it names one itself. The sentence says by what it is bound, "" where there was
// nothing to do.
func (s *Service) BindPolicy(pkg string, d model.Digest, p model.Policy) (model.Policy, string) {
	if p.Commit != "" || len(p.Key) > 0 {
		return p, ""
	}
	commit, note := model.CommitSaid(s.Survey(), pkg, d)
	p.Commit = commit
	return p, note
}

// subjectName is the name that statements about a package should bear, "" for a
// registry on this machine: what lies there was pushed under another name first.
func (s *Service) subjectName(pkg string) string {
	if isLoopback(s.registry.base) {
		return ""
	}
	return s.host + "/" + s.registry.repo(pkg)
}

// judge checks a list and weighs it.
func (s *Service) judge(ctx context.Context, list model.AttestationList, p model.Policy, about model.ArtifactDigests) (model.Verification, error) {
	if s.o.Verifier == nil {
		return model.Verification{List: list, Policy: p, Warnings: []string{"nothing is checked here: no verifier is in use"}}, nil
	}
	checks := s.o.Verifier.Check(ctx, list.Items, p, about)
	if ctx.Err() != nil {
		return model.Verification{}, ctx.Err()
	}
	if len(checks) != len(list.Items) {
		return model.Verification{}, fmt.Errorf("checking %d attestations: %d answers", len(list.Items), len(checks))
	}
	for i := range checks {
		list.Items[i].Check = checks[i]
	}
	v := model.Judge(list, p)
	v.Roots = s.o.Verifier.Roots()
	return v, nil
}

// VerifyChannel checks everything that a channel points to, all packages side
// by side, each against the policy that the configuration has for it. What the
// channel points to is told by what is known: refresh before.
func (s *Service) VerifyChannel(ctx context.Context, channel string) (model.SetVerification, error) {
	if err := s.load(ctx); err != nil {
		return model.SetVerification{}, err
	}
	state, ok := s.Survey().Channel(channel)
	if !ok {
		return model.SetVerification{}, noChannel(s.o.Layout, channel)
	}
	out := model.SetVerification{Channel: channel}
	if state.Release != nil {
		out.Release = state.Release.Name
	}
	for _, m := range state.Members {
		out.Packages = append(out.Packages, model.PackageVerification{Package: m.Package, Digest: m.Digest, Via: m.Via, State: m.State, Err: m.Err})
	}
	return s.verifySet(ctx, out)
}

// VerifyRelease is VerifyChannel for a release, by its name.
func (s *Service) VerifyRelease(ctx context.Context, name string) (model.SetVerification, error) {
	if err := s.load(ctx); err != nil {
		return model.SetVerification{}, err
	}
	r, n := model.FindRelease(s.Survey(), name)
	if n == 0 {
		return model.SetVerification{}, noRelease(name)
	}
	return s.verifyRelease(ctx, r)
}

func (s *Service) verifyRelease(ctx context.Context, r model.Release) (model.SetVerification, error) {
	out := model.SetVerification{Release: r.Name}
	for _, p := range s.Survey().Inventory.Packages {
		m, has := r.Members[p.Spec.Name]
		part := model.PackageVerification{Package: p.Spec.Name, Digest: m.Digest, State: model.MemberOK}
		switch {
		case !has && !s.o.Layout.Knows(p.Spec.Name):
			continue // of another project of the owner
		case !has:
			part.State = model.MemberMissing
		}
		out.Packages = append(out.Packages, part)
	}
	return s.verifySet(ctx, out)
}

func (s *Service) verifySet(ctx context.Context, set model.SetVerification) (model.SetVerification, error) {
	set.Registry, set.Owner = s.host, s.o.Layout.Owner
	var g errgroup.Group
	for i := range set.Packages {
		g.Go(func() error {
			p := &set.Packages[i]
			if p.Digest == "" {
				if p.Err == nil {
					p.Err = &model.Error{Kind: model.ErrNotFound, Message: fmt.Sprintf("%s has no version here (%s)", p.Package, p.State)}
				}
				return nil
			}
			p.Verification, p.Err = s.Verify(ctx, p.Package, p.Digest, s.o.Layout.PolicyOf(p.Package))
			return nil
		})
	}
	_ = g.Wait()
	return set, ctx.Err()
}

// Trusted is what checking digests of many packages comes to, one each, as far
// as the registry's tags lead: what was read there once is not read again, and
// GitHub's API is not asked. What this does not show to be verified is unsure.
func (s *Service) Trusted(ctx context.Context, digests map[string]model.Digest) (map[string]model.TargetTrust, error) {
	if err := s.load(ctx); err != nil {
		return nil, err
	}
	out := make(map[string]model.TargetTrust, len(digests))
	var mu sync.Mutex
	var g errgroup.Group
	for pkg, d := range digests {
		g.Go(func() error {
			t := s.trustBy(ctx, pkg, d, true)
			t.Unsure = t.Unsure || t.Verdict != model.VerdictVerified
			mu.Lock()
			defer mu.Unlock()
			out[pkg] = t
			return nil
		})
	}
	_ = g.Wait()
	return out, ctx.Err()
}

// trust is what checking the attestations of a plan's target comes to, at a
// price that a plan can pay: first what the registry's tags, as far as they are
// known, lead to, which is read once ever; everything else is asked only where
// that does not meet the policy. More sources can add attestations, and those
// cannot make a met policy unmet.
//
// It never fails: what could not be checked is unchecked.
func (s *Service) trust(ctx context.Context, pkg string, d model.Digest) model.TargetTrust {
	return s.trustBy(ctx, pkg, d, true, false)
}

// trustBy looks once for each of near, as collect has it, until the policy is
// met.
func (s *Service) trustBy(ctx context.Context, pkg string, d model.Digest, looks ...bool) model.TargetTrust {
	p := s.o.Layout.PolicyOf(pkg)
	if s.o.Verifier == nil || len(p.Predicates) == 0 || d == "" {
		return model.TargetTrust{}
	}
	unchecked := func(err error) model.TargetTrust {
		return model.TargetTrust{Expected: true, Unsure: true, Why: plain(err)}
	}
	if err := p.Check(); err != nil {
		return unchecked(err)
	}
	p, _ = s.BindPolicy(pkg, d, p)
	about := model.ArtifactDigests{Name: s.subjectName(pkg)}
	var out model.TargetTrust
	for _, near := range looks {
		v, err := s.lookFor(ctx, pkg, d, near, p, about)
		if err != nil {
			out = unchecked(late(ctx, err))
			continue
		}
		if out = model.TrustOf(v); v.Verdict == model.VerdictVerified {
			break
		}
	}
	return out
}

// lookFor collects attestations, near or everywhere, and weighs them.
func (s *Service) lookFor(ctx context.Context, pkg string, d model.Digest, near bool, p model.Policy, about model.ArtifactDigests) (model.Verification, error) {
	_, list, err := s.collect(ctx, pkg, d, near)
	if err != nil {
		return model.Verification{}, err
	}
	return s.judge(ctx, list, p, about)
}

// late says that there was no time where that is why something failed.
func late(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return errors.New("there was no answer in time")
	}
	return err
}
