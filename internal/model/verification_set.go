package model

import (
	"fmt"
	"slices"
)

// PackageVerification is what checking one package's digest came to, as part of
// a channel or a release.
type PackageVerification struct {
	Package string
	Digest  Digest // "" where the set has none of this package
	Via     Via    // how the channel's digest was found, "" for a release
	State   MemberState
	// Verification is zero where Err says why nothing could be checked.
	Verification Verification
	Err          error
}

// SetVerification is a channel or a release, all of its packages checked.
type SetVerification struct {
	Registry string
	Owner    string
	Channel  string // "" for a release
	Release  string // name of the release, of a channel that most of it is of
	Packages []PackageVerification
}

// Verdict sums up: the worst of those that something is expected of. A package
// that could not be checked, or that the set lacks, leaves it unchecked, and a
// set of which nothing is expected proves nothing.
func (s SetVerification) Verdict() VerdictKind {
	sum, expected := VerdictVerified, false
	for _, p := range s.Packages {
		v := p.Verification.Verdict
		if p.Err != nil || p.Digest == "" {
			v = VerdictUnchecked
		} else if !p.Verification.Expected() {
			continue
		}
		expected = true
		if badness(v) > badness(sum) {
			sum = v
		}
	}
	if !expected {
		return VerdictNone
	}
	return sum
}

// Met reports whether every package meets its policy.
func (s SetVerification) Met() bool { return s.Verdict() == VerdictVerified }

// badness orders verdicts: the higher, the sooner it speaks for the whole.
func badness(v VerdictKind) int {
	return slices.Index([]VerdictKind{VerdictVerified, VerdictNone, VerdictUnchecked, VerdictUnverifiable, VerdictFailed}, v)
}

// Met reports whether the policy is met: something is expected, and all of it
// is verified.
func (v Verification) Met() bool { return v.Expected() && v.Verdict == VerdictVerified }

// TargetTrust is what checking the attestations of a plan's target came to. The
// zero value: nothing is expected, and nothing was checked.
type TargetTrust struct {
	Expected bool
	Verdict  VerdictKind
	Why      string // what keeps the policy from being met, "" where it is
	// Unsure is set where not every source answered, so that something better
	// may be there: then the verdict is a warning and no reason to refuse.
	Unsure bool
}

// TrustOf sums up a verification for a plan.
func TrustOf(v Verification) TargetTrust {
	return TargetTrust{Expected: v.Expected(), Verdict: v.Verdict, Why: v.Why(), Unsure: !v.List.Whole()}
}

// TrustSum is what checking all packages of a release came to.
type TrustSum struct {
	Verified, Expected int
	// Verdict is that of the worst package, VerdictNone where nothing is expected.
	Verdict VerdictKind
	// Unsure is set where a package that is not verified might be, had every
	// source answered.
	Unsure bool
}

// SumTrust counts over packages.
func SumTrust(of map[string]TargetTrust) TrustSum {
	out := TrustSum{Verdict: VerdictNone}
	for _, t := range of {
		if !t.Expected {
			continue
		}
		if out.Expected++; out.Expected == 1 || badness(t.Verdict) > badness(out.Verdict) {
			out.Verdict = t.Verdict
		}
		if t.Verdict == VerdictVerified {
			out.Verified++
		} else {
			out.Unsure = out.Unsure || t.Unsure
		}
	}
	return out
}

// CommitSaid is the git commit that a version says it is of: that of the commit
// tag it bears, else that of the release which holds it; "" where neither
// tells. note is a sentence for people: by what it is bound, or that it is not.
func CommitSaid(s Survey, pkg string, d Digest) (commit, note string) {
	state, _ := s.Inventory.Package(pkg)
	v, _ := state.Snapshot.Version(d)
	var all []string
	tag := ""
	for _, t := range v.Tags {
		info := s.Inventory.Layout.Tag(t)
		if info.Kind != TagImmutable || !IsHex(info.Commit, 40) || slices.Contains(all, info.Commit) {
			continue
		}
		if all = append(all, info.Commit); tag == "" {
			tag = t
		}
	}
	switch r, ok := s.ReleaseOf(pkg, d); {
	case len(all) > 1:
		return all[0], fmt.Sprintf("its tags name %d commits: it is held to the one of %s", len(all), tag)
	case len(all) == 1:
		return all[0], "held to the commit of its tag " + tag
	case ok && IsHex(r.Commit, 40):
		return r.Commit, fmt.Sprintf("held to the commit of the release %s, which holds it: no tag of it names one", r.Label())
	}
	return "", "not held to a commit: neither a tag of it nor a release that holds it names one"
}
