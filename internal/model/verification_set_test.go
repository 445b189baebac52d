package model

import "testing"

// One that is not known is never a part of a set that holds.
func TestSetVerdict(t *testing.T) {
	d := DigestOf([]byte("x"))
	expecting := func(v VerdictKind) PackageVerification {
		return PackageVerification{Digest: d, Verification: Verification{Policy: Policy{Predicates: []string{PredicateSLSA}}, Verdict: v}}
	}
	idle := PackageVerification{Digest: d, Verification: Verification{Verdict: VerdictNone}}
	for name, c := range map[string]struct {
		packages []PackageVerification
		want     VerdictKind
	}{
		"nothing":            {nil, VerdictNone},
		"nothing expected":   {[]PackageVerification{idle}, VerdictNone},
		"all":                {[]PackageVerification{expecting(VerdictVerified), idle}, VerdictVerified},
		"one none":           {[]PackageVerification{expecting(VerdictVerified), expecting(VerdictNone)}, VerdictNone},
		"one failed":         {[]PackageVerification{expecting(VerdictNone), expecting(VerdictFailed), expecting(VerdictUnverifiable)}, VerdictFailed},
		"one unverifiable":   {[]PackageVerification{expecting(VerdictUnverifiable), expecting(VerdictVerified)}, VerdictUnverifiable},
		"one unchecked":      {[]PackageVerification{expecting(VerdictVerified), expecting(VerdictUnchecked)}, VerdictUnchecked},
		"one lacks":          {[]PackageVerification{expecting(VerdictVerified), {State: MemberMissing}}, VerdictUnchecked},
		"one not answerable": {[]PackageVerification{expecting(VerdictVerified), {Digest: d, Err: ErrUnreachable}}, VerdictUnchecked},
	} {
		s := SetVerification{Packages: c.packages}
		if got := s.Verdict(); got != c.want || s.Met() != (c.want == VerdictVerified) {
			t.Errorf("%s: %q, met %v, want %q", name, got, s.Met(), c.want)
		}
	}
	if v := (Verification{Verdict: VerdictVerified}); v.Met() {
		t.Error("a policy that expects nothing is met")
	}
}

func TestSumTrust(t *testing.T) {
	good := TargetTrust{Expected: true, Verdict: VerdictVerified}
	for name, c := range map[string]struct {
		of   map[string]TargetTrust
		want TrustSum
	}{
		"nothing":             {nil, TrustSum{Verdict: VerdictNone}},
		"nothing expected":    {map[string]TargetTrust{"a": {}}, TrustSum{Verdict: VerdictNone}},
		"all good":            {map[string]TargetTrust{"a": good, "b": good, "c": {}}, TrustSum{Verified: 2, Expected: 2, Verdict: VerdictVerified}},
		"the worst speaks":    {map[string]TargetTrust{"a": good, "b": {Expected: true, Verdict: VerdictFailed}, "c": {Expected: true, Verdict: VerdictNone}}, TrustSum{Verified: 1, Expected: 3, Verdict: VerdictFailed}},
		"one alone":           {map[string]TargetTrust{"a": {Expected: true, Verdict: VerdictUnverifiable}}, TrustSum{Expected: 1, Verdict: VerdictUnverifiable}},
		"more may be there":   {map[string]TargetTrust{"a": {Expected: true, Verdict: VerdictNone, Unsure: true}, "b": good}, TrustSum{Verified: 1, Expected: 2, Verdict: VerdictNone, Unsure: true}},
		"and does not matter": {map[string]TargetTrust{"a": {Expected: true, Verdict: VerdictVerified, Unsure: true}}, TrustSum{Verified: 1, Expected: 1, Verdict: VerdictVerified}},
	} {
		if got := SumTrust(c.of); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
