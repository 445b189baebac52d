package present

import (
	"slices"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// Verdict is a verdict as mark and word.
func Verdict(k model.VerdictKind) Cell {
	switch k {
	case model.VerdictVerified:
		return Cell{Mark: MarkOK, Text: "verified", Tone: Good}
	case model.VerdictFailed:
		return Cell{Mark: MarkBad, Text: "failed", Tone: Bad}
	case model.VerdictUnverifiable:
		return Cell{Mark: MarkUnknown, Text: "unverifiable", Tone: Warn}
	case model.VerdictNone:
		return Cell{Mark: MarkDash, Text: "none", Tone: Muted}
	case model.VerdictUnchecked:
	}
	return Cell{Mark: MarkDot, Text: "not checked", Tone: Muted}
}

// CheckVerdict is the verdict on one attestation. What nobody signed has none.
func CheckVerdict(a model.Attestation) Cell {
	if a.Check.Verdict == model.VerdictNone || !a.Signed && !a.Check.Done() && a.Form != model.FormUnknown {
		return Cell{Mark: MarkDash, Text: "unsigned", Tone: Muted}
	}
	return Verdict(a.Check.Verdict)
}

// CheckWhy is in one line why an attestation is not verified, "" where it is or
// was not checked.
func CheckWhy(c model.Check) string {
	if !c.Done() || c.Verdict == model.VerdictVerified || c.Verdict == model.VerdictNone {
		return ""
	}
	text := model.Sanitize(string(c.Step))
	switch {
	case c.Expected != "" || c.Actual != "":
		text += ": expected " + valueOr(c.Expected, "none") + ", found " + valueOr(c.Actual, "none")
	case c.Err != nil:
		text += ": " + clip(model.Sanitize(c.Err.Error()), 400)
	}
	return text
}

// valueOr is a value as somebody wrote it, bounded.
func valueOr(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return clip(model.Sanitize(s), 400)
}

// Audit is the verdict on a digest as a whole in one cell of a matrix.
func Audit(v model.Verification) Cell {
	switch {
	case v.Verdict == model.VerdictVerified && v.Coverage == model.CoverageThrough:
		return Cell{Mark: MarkOK, Text: "through", Tone: Good}
	case v.Verdict == model.VerdictNone && !v.Expected():
		return Cell{Mark: MarkDash, Text: "not expected", Tone: Muted}
	case v.Verdict == model.VerdictNone:
		return Cell{Mark: MarkWarn, Text: "none", Tone: Warn}
	}
	return Verdict(v.Verdict)
}

// AuditOf is the verdict on a package of a channel or a release in one cell of a
// matrix.
func AuditOf(p model.PackageVerification) Cell {
	if p.Err != nil {
		return Cell{Mark: MarkUnknown, Text: "not checked", Tone: Warn}
	}
	return Audit(p.Verification)
}

// AuditSum says of a channel or a release as a whole how many of its packages
// meet their policy.
func AuditSum(s model.SetVerification) Line {
	verified, expected := 0, 0
	for _, p := range s.Packages {
		if p.Err == nil && !p.Verification.Expected() {
			continue
		}
		expected++
		if p.Err == nil && p.Verification.Met() {
			verified++
		}
	}
	l := Verdict(s.Verdict())
	l.Text = setName(s) + ": " + l.Text + ", " + Count(verified) + " of " + Many(expected, "package") + " that must be attested"
	return l
}

// setName is a channel with its release, or a release.
func setName(s model.SetVerification) string {
	release := model.Sanitize(model.Release{Name: s.Release}.Label())
	switch {
	case s.Channel == "":
		return release
	case s.Release == "":
		return model.Sanitize(s.Channel)
	}
	return model.Sanitize(s.Channel) + " (" + release + ")"
}

// TellAudit is one line about a channel or a release, for a chat: what is not
// verified by name.
func TellAudit(s model.SetVerification) string {
	text := strings.Trim(model.Sanitize(s.Registry)+"/"+model.Sanitize(s.Owner), "/") + " " + AuditSum(s).Text
	for _, p := range s.Packages {
		if p.Err == nil && (!p.Verification.Expected() || p.Verification.Met()) {
			continue
		}
		text += "; " + model.Sanitize(p.Package) + " " + AuditOf(p).Text
		if p.Err == nil {
			if why := p.Verification.Why(); why != "" {
				text += ": " + clip(model.Sanitize(why), 200)
			}
		}
	}
	return text
}

// VerificationHead says in lines what checking came to: the verdict on the
// whole, how it is covered or which platform is not, and what to look at beside
// that. tag is what people call the digest, "" for nothing.
func VerificationHead(v model.Verification, tag string) []Line {
	out := append([]Line{verdictLine(v)}, cures(v)...)
	for _, p := range v.Predicates {
		name := ""
		if len(v.Predicates) > 1 {
			name = PredicateName(p.Predicate) + ": "
			one := Verdict(p.Verdict)
			out = append(out, Line{Mark: one.Mark, Tone: one.Tone, Text: PredicateName(p.Predicate) + " " + one.Text})
		}
		if p.Coverage == model.CoverageThrough || len(p.Gaps) > 0 {
			for _, l := range p.Links {
				out = append(out, Line{Mark: MarkOK, Tone: Good, Text: name + Chain(v.List, l, tag)})
			}
		}
		for _, g := range p.Gaps {
			out = append(out, Line{Mark: MarkBad, Tone: Bad, Text: name + gap(v.List, g)})
		}
	}
	for _, w := range v.Warnings {
		out = append(out, Line{Mark: MarkWarn, Tone: Warn, Text: clip(model.Sanitize(w), 600)})
	}
	return out
}

// cures are what would let somebody tell the worth of what is unverifiable here,
// each once.
func cures(v model.Verification) []Line {
	var out []Line
	for _, a := range v.List.Items {
		cure := clip(model.Sanitize(model.CureOf(a.Check.Err)), 200)
		if a.Check.Verdict != model.VerdictUnverifiable || cure == "" || v.Verdict == model.VerdictVerified {
			continue
		}
		line := Line{Mark: MarkUnknown, Tone: Warn, Text: cure}
		if !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	return out
}

func verdictLine(v model.Verification) Line {
	l := Verdict(v.Verdict)
	switch {
	case v.Verdict == model.VerdictNone && !v.Expected():
		l.Text = "none expected: the policy demands no attestation of this package"
	case v.Verdict == model.VerdictVerified && v.Coverage == model.CoverageThrough:
		l.Text = "verified, covered through: every platform in it is attested in another index"
	case v.Verdict == model.VerdictVerified:
		l.Text = "verified directly: " + kinds(v.Policy.Predicates) + " about this very digest"
	case gaps(v) > 0 && v.Verdict != model.VerdictNone && v.Verdict != model.VerdictUnchecked:
		l.Text += ": " + Count(gaps(v)) + " of " + Many(len(v.List.Platforms), "platform") + " not covered"
	default:
		if v.Verdict == model.VerdictNone {
			l.Mark, l.Tone = MarkWarn, Warn
		}
		if why := v.Why(); why != "" {
			l.Text += ": " + clip(model.Sanitize(why), 600)
		}
	}
	return l
}

// gaps counts the platforms of an expected type that lacks some.
func gaps(v model.Verification) int {
	for _, p := range v.Predicates {
		if p.Verdict != model.VerdictVerified && len(p.Gaps) > 0 {
			return len(p.Gaps)
		}
	}
	return 0
}

// kinds are predicate types in the words of people.
func kinds(list []string) string {
	out := make([]string, len(list))
	for i, p := range list {
		out[i] = PredicateName(p)
		if p == model.PredicateAny {
			out[i] = "an attestation"
		}
	}
	return strings.Join(out, ", ")
}

// gap says which platform is not covered, and why: where an attestation that
// would cover it did not hold, what was expected and what was found.
func gap(l model.AttestationList, g model.Gap) string {
	name := model.Sanitize(g.Platform)
	if name == "" {
		name = "the platform"
	}
	why := clip(model.Sanitize(g.Why), 400)
	for _, a := range l.Items {
		t, _ := l.Target(a.About)
		holds := slices.ContainsFunc(t.Holds, func(p model.PlatformRef) bool { return p.Digest == g.Digest })
		if text := CheckWhy(a.Check); text != "" && a.Signed && (holds || a.About == g.Digest) {
			why = "the attestation about " + TargetName(t) + " " + Short(a.About) + " failed at " + text
			if a.Check.Verdict == model.VerdictUnverifiable {
				why = "the attestation about " + TargetName(t) + " " + Short(a.About) + " is unverifiable at " + text
			}
			break
		}
	}
	return name + " " + Short(g.Digest) + " is not covered: " + why
}

// Chain is one way from a digest to the attestation that covers it: what it is
// called, the index, the platform in it, the other index that holds the same
// platform, and the attestation about that.
func Chain(l model.AttestationList, link model.Link, tag string) string {
	var parts []string
	if tag != "" {
		parts = append(parts, clip(model.Sanitize(tag), 40))
	}
	for i, d := range link.Chain {
		name := "index"
		switch t, _ := l.Target(d); {
		case len(l.Platforms) == 1 && l.Platforms[0].Digest == l.Subject:
			name = "image"
		case i == 0 && len(l.Platforms) == 0:
			name = "artifact"
		case i > 0 && t.Role == model.RoleArchIndex:
			name = "arch index"
		case i > 0:
			name = valueOr(link.Platform, "platform")
		}
		parts = append(parts, name+" "+Short(d))
	}
	if link.Item >= 0 && link.Item < len(l.Items) {
		a := l.Items[link.Item]
		parts = append(parts, AttestationName(a)+" "+Short(a.Digest))
	}
	return strings.Join(parts, " "+string(MarkArrow)+" ")
}

// PolicyLines are the demands of a policy, in gh's words.
func PolicyLines(p model.Policy) []Line {
	var out []Line
	for _, l := range p.Lines() {
		out = append(out, Line{Mark: MarkDot, Text: model.Sanitize(l.What) + ": " + clip(model.Sanitize(l.Must), 400)})
	}
	return out
}

// PolicyTable is the same as a table.
func PolicyTable(p model.Policy) Table {
	t := Table{Columns: []Column{{Title: "policy"}, {Title: "must be"}}, Empty: "The policy demands nothing."}
	for _, l := range p.Lines() {
		t.Rows = append(t.Rows, []Cell{text(l.What), text(l.Must)})
	}
	return t
}

// TellVerification is one line about what checking came to, for a chat. named
// is what people call the digest, "" for nothing.
func TellVerification(v model.Verification, named string) string {
	head := verdictLine(v)
	text := SubjectName(v.List, named) + ": " + head.Text
	if n := len(v.List.Items); n > 0 {
		good := 0
		for _, a := range v.List.Items {
			if a.Check.Verdict == model.VerdictVerified {
				good++
			}
		}
		text += "; " + Many(n, "attestation") + ", " + Count(good) + " verified"
	}
	return text
}
