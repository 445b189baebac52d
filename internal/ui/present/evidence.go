package present

import (
	"fmt"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// EvidenceTable lists what evidence is about, with the verdicts.
func EvidenceTable(set model.EvidenceSet) Table {
	t := Table{Columns: []Column{{Title: "package"}, {Title: "asked for"}, {Title: "digest"}, {Title: "verdict"}, {Title: "why"}}}
	for _, s := range set.Subjects {
		why := s.Verification.Why()
		switch {
		case s.Err != nil:
			why = s.Err.Error()
		case s.Verification.Coverage == model.CoverageThrough:
			why = "covered through the indexes of its platforms"
		}
		ref := s.Ref
		if ref == string(s.Digest) {
			ref = "its digest"
		}
		t.Rows = append(t.Rows, []Cell{text(s.Package), text(ref), {Text: Short(s.Digest)}, evidenceVerdict(s), text(why)})
	}
	return t
}

func evidenceVerdict(s model.EvidenceSubject) Cell {
	if s.Err != nil {
		return trustCell(model.VerdictUnchecked, true)
	}
	return trustCell(s.Verification.Verdict, s.Verification.Expected())
}

// EvidenceSentences says what a set of evidence is of and what it lacks.
func EvidenceSentences(set model.EvidenceSet) []string {
	var out []string
	if p := set.Past; p != nil {
		out = append(out, fmt.Sprintf("%s at %s: it pointed to %s, known from %s.", model.Sanitize(set.About), Full(p.At), model.Sanitize(p.Release), p.Evidence))
	}
	if set.Customer {
		out = append(out, "For a customer: without journal, hosts, names and reasons.")
	}
	return append(out, model.SanitizeAll(set.Notes)...)
}

// EvidenceLines tells what was written where, the summary first.
func EvidenceLines(w model.EvidenceWritten) []Line {
	dir := model.Sanitize(w.Dir)
	out := []Line{
		{Text: fmt.Sprintf("%s: %s, sha256 %s", model.Sanitize(w.Archive), verdictSaid(w.Set.Verdict()), w.SHA256)},
		{Text: Many(w.Files, "file") + " in " + dir + ", which says the same."},
		{Text: "Check it: sh " + model.ShellWord(dir+"/check.sh")},
		{Text: "or: caitui verify --evidence " + model.ShellWord(dir)},
	}
	for _, s := range w.Set.Subjects {
		cell := evidenceVerdict(s)
		out = append(out, Line{Text: model.Sanitize(s.Package) + ": " + cell.Text, Mark: cell.Mark, Tone: cell.Tone})
	}
	for _, s := range EvidenceSentences(w.Set) {
		out = append(out, Line{Text: s, Tone: Muted})
	}
	return out
}

func verdictSaid(k model.VerdictKind) string {
	if k == model.VerdictUnchecked {
		return "unchecked"
	}
	return string(k)
}

// EvidencePolicyLines says what the subjects are held to, each policy once with
// the packages that it is for.
func EvidencePolicyLines(set model.EvidenceSet) []string {
	var policies []model.Policy
	of := make(map[model.Digest][]string)
	for _, s := range set.Subjects {
		p := s.Verification.Policy
		if of[p.Digest()] == nil {
			policies = append(policies, p)
		}
		of[p.Digest()] = append(of[p.Digest()], model.Sanitize(s.Package))
	}
	var out []string
	for _, p := range policies {
		out = append(out, "Held to, "+strings.Join(of[p.Digest()], ", ")+":")
		for _, l := range p.Lines() {
			out = append(out, "- "+l.What+": "+model.Sanitize(l.Must))
		}
	}
	return out
}

// EvidenceRootLines says which roots the verdicts rely on, and of evidence that
// is checked again whether this machine knows them by itself.
func EvidenceRootLines(c model.EvidenceCheck) []string {
	var out []string
	if c.Replaced {
		out = append(out, "Checked with the roots given, not with those in the directory.")
	}
	for _, r := range c.Set.Roots {
		known := "this machine does not know it: compare the hash with one that you trust"
		if c.Known[r.Digest] {
			known = "this machine knows it by itself"
		}
		out = append(out, fmt.Sprintf("root of %s, sha256 %s: %s", r.Instance, r.Digest.Hex(), known))
	}
	return out
}
