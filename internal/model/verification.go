package model

import (
	"fmt"
	"slices"
	"strings"
)

// Coverage says how a digest is covered by what was verified.
type Coverage string

// The coverages.
const (
	CoverageNone    Coverage = ""
	CoverageDirect  Coverage = "direct"  // a verified statement names the digest itself
	CoverageThrough Coverage = "through" // verified statements cover every platform in it
)

// Link is one way from a digest to the attestation that covers it: the digest
// that was asked about, a platform in it, and the index around that platform
// that a verified statement names.
type Link struct {
	Platform string
	Chain    []Digest // from what was asked about to what the statement names
	Item     int      // of the list: the attestation
}

// Gap is a platform that nothing verified covers.
type Gap struct {
	Digest   Digest
	Platform string
	Why      string
}

// PredicateVerdict is the verdict on one expected predicate type.
type PredicateVerdict struct {
	Predicate string
	Verdict   VerdictKind
	Coverage  Coverage
	Links     []Link
	Gaps      []Gap
}

// Verification is everything found about a digest, checked against a policy.
type Verification struct {
	List   AttestationList
	Policy Policy
	// Verdict is the whole's: verified where every expected predicate type is.
	// Unchecked where nothing was found but not every source answered.
	Verdict    VerdictKind
	Coverage   Coverage
	Predicates []PredicateVerdict // in the policy's order
	Warnings   []string           // a failing attestation beside a good one, and the like
	Roots      []TrustRoot
}

// Expected reports whether the policy expects anything at all.
func (v Verification) Expected() bool { return len(v.Policy.Predicates) > 0 }

// Links are all ways by which the digest is covered.
func (v Verification) Links() []Link {
	var out []Link
	for _, p := range v.Predicates {
		out = append(out, p.Links...)
	}
	return out
}

// Why says in one line what keeps the policy from being met, "" where it is.
func (v Verification) Why() string {
	for _, p := range v.Predicates {
		switch {
		case p.Verdict == VerdictVerified:
		case len(p.Gaps) > 0 && len(p.Links) > 0:
			g := p.Gaps[0]
			return fmt.Sprintf("%s is not covered: %s", gapName(g), g.Why)
		default:
			return v.whyNot(p)
		}
	}
	return ""
}

func gapName(g Gap) string {
	if g.Platform != "" {
		return g.Platform
	}
	return g.Digest.Short()
}

func (v Verification) whyNot(p PredicateVerdict) string {
	l := v.List
	for _, a := range l.Items {
		c := a.Check
		if !counts(a, p.Predicate) || !c.Done() || c.Verdict == VerdictVerified {
			continue
		}
		if c.Expected != "" || c.Actual != "" {
			return fmt.Sprintf("%s: expected %s, found %s", c.Step, said(c.Expected), said(c.Actual))
		}
		if c.Err != nil {
			return fmt.Sprintf("%s: %s", c.Step, c.Err)
		}
	}
	for _, a := range l.Items {
		if counts(a, p.Predicate) && !a.Check.Done() && a.Check.Err != nil {
			return fmt.Sprintf("not checked: %s", a.Check.Err)
		}
	}
	switch {
	case p.Verdict == VerdictUnchecked && l.Whole():
		return "found, but not checked"
	case p.Verdict == VerdictUnchecked:
		return "nothing found, but not every source answered"
	}
	return fmt.Sprintf("no attestation of type %s", p.Predicate)
}

// said is a value as somebody wrote it, or that there is none.
func said(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// counts reports whether an attestation is of an expected type.
func counts(a Attestation, predicate string) bool {
	return a.Signed && (predicate == PredicateAny || a.PredicateType == predicate)
}

// Judge weighs checked attestations against a policy. A digest is covered
// directly by a verified statement that names it. An index without one is
// covered through others when each platform in it is, by a statement about the
// platform itself or about another index that holds the very same platform
// manifest, byte for byte: what runs is then what was attested.
func Judge(l AttestationList, p Policy) Verification {
	v := Verification{List: l, Policy: p, Verdict: VerdictVerified}
	for _, predicate := range p.Predicates {
		v.Predicates = append(v.Predicates, judgePredicate(l, predicate))
	}
	v.Verdict, v.Coverage = worst(v.Predicates)
	if len(v.Predicates) == 0 {
		v.Verdict = VerdictNone
		if len(l.Items) == 0 && !l.Whole() {
			v.Verdict = VerdictUnchecked
		}
	}
	v.warn()
	return v
}

// worst sums up the verdicts on all expected types.
func worst(list []PredicateVerdict) (VerdictKind, Coverage) {
	order := []VerdictKind{VerdictFailed, VerdictUnverifiable, VerdictUnchecked, VerdictNone, VerdictVerified}
	sum, coverage := VerdictVerified, CoverageDirect
	for _, p := range list {
		if slices.Index(order, p.Verdict) < slices.Index(order, sum) {
			sum = p.Verdict
		}
		if p.Coverage == CoverageThrough {
			coverage = CoverageThrough
		}
	}
	if sum != VerdictVerified || len(list) == 0 {
		coverage = CoverageNone
	}
	return sum, coverage
}

func judgePredicate(l AttestationList, predicate string) PredicateVerdict {
	out := PredicateVerdict{Predicate: predicate}
	if i := proof(l, predicate, l.Subject); i >= 0 {
		out.Verdict, out.Coverage = VerdictVerified, CoverageDirect
		out.Links = []Link{{Chain: []Digest{l.Subject}, Item: i}}
		return out
	}
	for _, p := range l.Platforms {
		if link, ok := linkTo(l, predicate, p); ok {
			out.Links = append(out.Links, link)
		} else {
			out.Gaps = append(out.Gaps, Gap{p.Digest, p.Platform, gapReason(l, predicate, p)})
		}
	}
	if len(out.Links) > 0 && len(out.Gaps) == 0 {
		out.Verdict, out.Coverage = VerdictVerified, CoverageThrough
		return out
	}
	out.Verdict = unmet(l, predicate, len(out.Links) > 0)
	return out
}

// proof finds the attestation of a type that proves a digest, -1 for none.
func proof(l AttestationList, predicate string, d Digest) int {
	return slices.IndexFunc(l.Items, func(a Attestation) bool { return counts(a, predicate) && a.Check.proves(d) })
}

// linkTo finds what covers one platform: a statement about itself, else about
// an index that holds it.
func linkTo(l AttestationList, predicate string, p PlatformRef) (Link, bool) {
	chain := []Digest{l.Subject}
	if p.Digest != l.Subject {
		chain = append(chain, p.Digest)
		if i := proof(l, predicate, p.Digest); i >= 0 {
			return Link{p.Platform, chain, i}, true
		}
	}
	for _, t := range l.Targets {
		if t.Role != RoleArchIndex || !slices.ContainsFunc(t.Holds, func(h PlatformRef) bool { return h.Digest == p.Digest }) {
			continue
		}
		if i := proof(l, predicate, t.Digest); i >= 0 {
			return Link{p.Platform, append(chain, t.Digest), i}, true
		}
	}
	return Link{}, false
}

// gapReason says why nothing covers a platform.
func gapReason(l AttestationList, predicate string, p PlatformRef) string {
	held := false
	for _, t := range l.Targets {
		if t.Digest != p.Digest && (t.Role != RoleArchIndex || !slices.ContainsFunc(t.Holds, func(h PlatformRef) bool { return h.Digest == p.Digest })) {
			continue
		}
		held = held || t.Role == RoleArchIndex
		for _, a := range l.Items {
			if counts(a, predicate) && (a.About == t.Digest || slices.Contains(a.Also, t.Digest)) && a.Check.Done() {
				return fmt.Sprintf("the attestation about %s is %s at %s", t.Digest.Short(), a.Check.Verdict, a.Check.Step)
			}
		}
	}
	switch {
	case !l.Whole():
		return "none found, but not every source answered"
	case held:
		return "no attestation about it nor about an index that holds it"
	}
	return "no attestation about it, and no attested index holds this very manifest"
}

// unmet is the verdict on a type that nothing covers whole.
func unmet(l AttestationList, predicate string, part bool) VerdictKind {
	failed, unverifiable, unchecked := false, false, false
	for _, a := range l.Items {
		if !counts(a, predicate) {
			continue
		}
		failed = failed || a.Check.Verdict == VerdictFailed
		unverifiable = unverifiable || a.Check.Verdict == VerdictUnverifiable
		unchecked = unchecked || !a.Check.Done()
	}
	switch {
	case failed:
		return VerdictFailed
	case unverifiable:
		return VerdictUnverifiable
	case unchecked, !l.Whole(): // "none" would be a guess
		return VerdictUnchecked
	case part:
		return VerdictFailed // a platform that nobody attests runs as well as the others
	}
	return VerdictNone
}

// warn tells of what is beside the verdict and yet worth a look.
func (v *Verification) warn() {
	for _, a := range v.List.Items {
		c := a.Check
		if c.Verdict == VerdictFailed && (v.Verdict == VerdictVerified || !v.Expected()) {
			v.Warnings = append(v.Warnings, fmt.Sprintf("an attestation about %s failed at %s; the verdict does not rest on it", a.About.Short(), c.Step))
		}
		if c.Verdict == VerdictVerified && len(c.Differences) > 0 {
			var fields []string
			for _, d := range c.Differences {
				fields = append(fields, d.Field)
			}
			v.Warnings = append(v.Warnings, fmt.Sprintf("the predicate about %s claims another %s than the certificate proves", a.About.Short(), strings.Join(fields, ", ")))
		}
	}
}
