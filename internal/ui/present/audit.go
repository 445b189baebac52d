package present

import (
	"fmt"
	"slices"

	"github.com/novotnyllc/caitui/internal/model"
)

// ChecksTable is what checking each attestation came to, in the order of
// AttestationsTable.
func ChecksTable(v model.Verification) Table {
	t := Table{Columns: []Column{{Title: "attestation"}, {Title: "verdict"}, {Title: "step"}, {Title: "expected"}, {Title: "found"}, {Title: "signed by"},
		{Title: "signed at"}, {Title: "instance"}, {Title: "log index", Right: true}, {Title: "cause"}}, Empty: "There was nothing to check."}
	for _, a := range v.List.Items {
		c := a.Check
		at, index := None, None
		if len(c.Timestamps) > 0 {
			at = Full(c.Timestamps[0].At)
		}
		if c.Done() && c.LogIndex >= 0 {
			index = fmt.Sprint(c.LogIndex)
		}
		by := c.Field("SubjectAlternativeName")
		if c.KeyID != "" {
			by = "key " + c.KeyID
		}
		cause := ""
		if c.Err != nil {
			cause = c.Err.Error()
		}
		if c.Verdict == model.VerdictNone { // nobody signed it, and that is all there is to say
			c, cause = model.Check{}, ""
		}
		t.Rows = append(t.Rows, []Cell{{Text: AttestationName(a) + " " + Short(a.Digest)}, CheckVerdict(a), text(string(c.Step)), text(c.Expected), text(c.Actual),
			text(by), {Text: at}, text(c.Instance), {Text: index}, text(clip(cause, 600))})
	}
	return t
}

// DifferenceLines tell where predicates claim other things than certificates
// prove.
func DifferenceLines(v model.Verification) []string {
	var out []string
	for _, a := range v.List.Items {
		for _, d := range a.Check.Differences {
			out = append(out, fmt.Sprintf("%s %s: %s is proved to be %s, claimed to be %s", AttestationName(a), Short(a.Digest),
				model.Sanitize(d.Field), valueOr(d.Proved, "nothing"), valueOr(d.Claimed, "nothing")))
		}
	}
	return out
}

// AuditTable is a channel or a release with the verdict on every package.
func AuditTable(s model.SetVerification) Table {
	t := Table{Columns: []Column{{Title: "package"}, {Title: "digest"}, {Title: "verdict"}, {Title: "coverage"}, {Title: "attestations", Right: true}, {Title: "commit"}, {Title: "why"}},
		Empty: "There are no packages."}
	for _, p := range s.Packages {
		v := p.Verification
		row := []Cell{text(p.Package), {Text: ShortOrNone(p.Digest)}, Audit(v), {Text: None}, {Text: Count(len(v.List.Items))}, {Text: None}, text(clip(v.Why(), 400))}
		switch {
		case p.Err != nil:
			row[2], row[4], row[6] = Cell{Mark: MarkUnknown, Text: "not checked", Tone: Warn}, Cell{Text: None}, text(clip(p.Err.Error(), 400))
		case v.Coverage != model.CoverageNone:
			row[3].Text = string(v.Coverage)
		}
		if len(v.Policy.Commit) >= 7 {
			row[5].Text = v.Policy.Commit[:7]
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// TrustLines sum the verdicts on a plan's targets up; none where nothing was
// checked.
func TrustLines(p model.Plan, l model.Layout) []string {
	verified, expected := 0, 0
	for _, v := range p.Verdicts {
		if len(l.PolicyOf(v.Package).Predicates) == 0 {
			continue
		}
		expected++
		if v.Verdict == model.VerdictVerified {
			verified++
		}
	}
	if verified == 0 && !slices.ContainsFunc(p.Verdicts, func(v model.PlanVerdict) bool { return v.Verdict != model.VerdictUnchecked }) {
		return nil
	}
	mark := MarkOK
	if verified < expected {
		mark = MarkWarn
	}
	return []string{fmt.Sprintf("%s %d of %d targets of which attestations are expected are verified", mark, verified, expected)}
}

// AuditLines sum a channel or a release up.
func AuditLines(s model.SetVerification) []string {
	out := []string{AuditSum(s).Text + "."}
	for _, p := range s.Packages {
		for _, w := range p.Verification.Warnings {
			out = append(out, model.Sanitize(p.Package)+": "+clip(model.Sanitize(w), 400))
		}
	}
	return out
}
