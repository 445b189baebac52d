package model

// untrusted says of a target that its attestations do not meet the policy: a
// warning, and where the configuration wants it so a blocker that may be
// lifted. What could not be checked, or not everywhere, never blocks: that
// somebody else's service is down is no reason to refuse a rollback.
func (r *remarks) untrusted(l Layout, pkg string, target Digest, t TargetTrust) {
	why := ""
	if t.Why != "" {
		why = ": " + t.Why
	}
	text := ""
	switch {
	case !t.Expected, t.Verdict == VerdictVerified:
		return
	case t.Verdict == VerdictUnchecked:
		r.warning(CodeUncheckedVerdict, pkg, "the attestations of %s were not checked%s", target.Short(), why)
		return
	case t.Verdict == VerdictFailed:
		text = "the attestations of %s do not hold%s"
	case t.Verdict == VerdictUnverifiable:
		text = "the attestations of %s cannot be verified here%s"
	case t.Verdict == VerdictNone:
		text = "nothing that is expected is attested about %s%s"
	}
	if t.Unsure {
		why += "; not every source answered"
	}
	if l.BlockUnverified && !t.Unsure {
		r.blocker(CodeVerdict, pkg, true, text, target.Short(), why)
		return
	}
	r.warning(CodeVerdict, pkg, text, target.Short(), why)
}
