package evidence

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// report is report.md. What a certificate proves and what a statement only
// claims never stand in one table.
func report(set model.EvidenceSet, doc document) []byte {
	b := &bytes.Buffer{}
	title := set.About
	if set.Release != "" && set.Release != set.About {
		title += " (" + set.Release + ")"
	}
	fmt.Fprintf(b, "# Evidence for %s\n\n", text(title))
	fmt.Fprintf(b, "Packages of %s, collected %s", text(set.Registry+"/"+set.Owner), clock(set.At))
	if doc.By != "" {
		fmt.Fprintf(b, " by %s", text(doc.By))
	}
	fmt.Fprintf(b, ". Verdict: **%s**.\n\n", said(string(set.Verdict())))
	if p := set.Past; p != nil {
		fmt.Fprintf(b, "This is the state at %s: %s, from %s to %s, known from %s.\n\n", clock(p.At), text(p.Release), clock(p.From), clock(p.To), text(string(p.Evidence)))
	}
	b.WriteString("| package | asked for | digest | verdict | how |\n| --- | --- | --- | --- | --- |\n")
	for _, s := range set.Subjects {
		fmt.Fprintf(b, "| %s | %s | `%s` | %s | %s |\n", text(s.Package), text(s.Ref), s.Digest, verdictWords(s), text(how(s)))
	}
	for _, note := range set.Notes {
		fmt.Fprintf(b, "\n- %s\n", text(note))
	}
	checkAgain(b, doc)
	for i, s := range set.Subjects {
		subjectReport(b, s, doc.Subjects[i])
	}
	if len(set.Journal) > 0 && !set.Customer {
		fmt.Fprintf(b, "\n## Changes\n\nThe %d events in %s are what caitui did to these packages; the journal's head was %d:%s.\n", len(set.Journal), eventsName, set.Head.Seq, set.Head.Hash)
	}
	return b.Bytes()
}

func checkAgain(b *bytes.Buffer, doc document) {
	b.WriteString("\n## Check it again\n\n" +
		"`sh check.sh` needs cosign 3 and no network; `caitui verify --evidence DIR` also weighs which digest is covered by which statement.\n" +
		"Both rely on these roots. Compare their hashes with roots that you trust: whoever made this directory chose them.\n\n" +
		"| root | of | sha256 of the file |\n| --- | --- | --- |\n")
	for _, r := range doc.Roots {
		fmt.Fprintf(b, "| %s | %s | `%s` |\n", text(r.Path), text(strings.Join(r.Who, ", ")), model.Digest(r.Digest).Hex())
	}
}

func verdictWords(s model.EvidenceSubject) string {
	v := s.Verification
	switch {
	case s.Err != nil:
		return "not collected"
	case !v.Expected():
		return "none expected"
	case v.Coverage == model.CoverageThrough:
		return "verified, covered through others"
	}
	return said(string(v.Verdict))
}

func how(s model.EvidenceSubject) string {
	switch v := s.Verification; {
	case s.Err != nil:
		return s.Err.Error()
	case v.Verdict == model.VerdictVerified && v.Coverage == model.CoverageThrough:
		return fmt.Sprintf("each of its %d platforms is in an attested index, byte for byte", len(v.Links()))
	case v.Verdict == model.VerdictVerified:
		return "a verified statement names this digest"
	default:
		return v.Why()
	}
}

// subjectReport tells of one digest.
func subjectReport(b *bytes.Buffer, s model.EvidenceSubject, doc subject) {
	fmt.Fprintf(b, "\n## %s\n\n`%s`", text(s.Package), s.Digest)
	if len(s.Tags) > 0 {
		fmt.Fprintf(b, ", tags %s", text(strings.Join(s.Tags, ", ")))
	}
	b.WriteString("\n\nHeld to:\n\n")
	for _, l := range s.Verification.Policy.Lines() {
		fmt.Fprintf(b, "- %s: %s\n", text(l.What), text(l.Must))
	}
	for _, link := range s.Verification.Links() {
		fmt.Fprintf(b, "\nCovered: %s\n", chain(s, link))
	}
	for _, p := range s.Verification.Predicates {
		for _, g := range p.Gaps {
			fmt.Fprintf(b, "\n**Not covered:** %s `%s`: %s\n", text(g.Platform), g.Digest, text(g.Why))
		}
	}
	for i, a := range s.Verification.List.Items {
		itemReport(b, a, doc.Attestations[i])
	}
	for _, sbom := range doc.SBOMs {
		fmt.Fprintf(b, "\nBill of materials: %s (%s, describes the %s, found in %s)\n", text(sbom.Path), text(sbom.Format), text(sbom.Describes), text(sbom.Origin))
	}
}

func chain(s model.EvidenceSubject, link model.Link) string {
	words := make([]string, 0, len(link.Chain)+2)
	if s.Ref != string(s.Digest) {
		words = append(words, text(s.Ref))
	}
	for _, d := range link.Chain {
		words = append(words, "`"+d.Short()+"`")
	}
	return strings.Join(append(words, "attestation `"+s.Verification.List.Items[link.Item].Digest.Short()+"`"), " → ")
}

// itemReport tells of one attestation: its verdict, then what is proved, then
// what is claimed.
func itemReport(b *bytes.Buffer, a model.Attestation, doc item) {
	name := doc.Path
	if name == "" {
		name = a.Digest.Short()
	}
	fmt.Fprintf(b, "\n### %s\n\n%s about `%s`: **%s**", text(name), text(orUnknown(a.PredicateType)), a.About, itemVerdict(a))
	if doc.Step != "" {
		fmt.Fprintf(b, " at %s: expected %s, found %s", text(doc.Step), text(orUnknown(doc.Expected)), text(orUnknown(doc.Actual)))
	}
	if doc.Error != "" {
		fmt.Fprintf(b, " (%s)", text(doc.Error))
	}
	b.WriteString(".\n")
	if a.Check.Verdict != model.VerdictVerified {
		return
	}
	b.WriteString("\nProved by the certificate:\n\n| field | value |\n| --- | --- |\n")
	for _, f := range a.Check.Identity {
		fmt.Fprintf(b, "| %s | %s |\n", text(f.Name), text(f.Value))
	}
	for _, t := range a.Check.Timestamps {
		fmt.Fprintf(b, "| signed | %s, by %s %s |\n", clock(t.At), text(t.Kind), text(t.Who))
	}
	if a.Check.LogIndex >= 0 {
		fmt.Fprintf(b, "| log index | %d |\n", a.Check.LogIndex)
	}
	b.WriteString("\nClaimed by the statement, which the signer wrote and nobody checked: see the file.\n")
	for _, d := range a.Check.Differences {
		fmt.Fprintf(b, "\n**Difference** in %s: proved %s, claimed %s.\n", text(d.Field), text(d.Proved), text(d.Claimed))
	}
}

func itemVerdict(a model.Attestation) string {
	if !a.Signed {
		return "not signed"
	}
	return said(string(a.Check.Verdict))
}

// text is a value as it may stand in a cell or a line of Markdown, whatever
// somebody has put into it.
func text(s string) string {
	return strings.NewReplacer("|", `\|`, "`", "'", "<", "&lt;", "\n", " ").Replace(model.Sanitize(s))
}

func said(verdict string) string {
	if verdict == "" {
		return "not checked"
	}
	return verdict
}

func orUnknown(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}

func clock(t time.Time) string {
	if t.IsZero() {
		return "unknown"
	}
	return t.UTC().Format(time.RFC3339)
}
