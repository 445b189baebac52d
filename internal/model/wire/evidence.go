package wire

import (
	"path/filepath"

	"github.com/novotnyllc/caitui/internal/model"
)

// Evidence is the "evidence" document: what was written where.
type Evidence struct {
	Schema   string            `json:"schema"`
	Registry Text              `json:"registry"`
	Owner    Text              `json:"owner"`
	About    Text              `json:"about"`
	Release  Text              `json:"release"`
	Dir      string            `json:"dir"`
	Archive  *EvidenceFile     `json:"archive"`
	Files    []EvidenceFile    `json:"files"`
	Subjects []EvidenceSubject `json:"subjects"`
	Roots    []EvidenceRoot    `json:"roots"`
	Verdict  Text              `json:"verdict"`
	// Findings are what does not hold, when evidence is checked again.
	Findings []EvidenceFinding `json:"findings"`
	Notes    []string          `json:"notes"`
}

// EvidenceFile is one file, with the directory as it was given.
type EvidenceFile struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
}

// EvidenceSubject is one digest that the evidence is about.
type EvidenceSubject struct {
	Package  string `json:"package"`
	Ref      Text   `json:"ref"`
	Digest   Digest `json:"digest"`
	Verdict  Text   `json:"verdict"`
	Coverage Text   `json:"coverage"`
	Expected bool   `json:"expected"`
	Why      Text   `json:"why"`
	Error    Text   `json:"error"`
}

// EvidenceRoot is a trusted root that verdicts rely on. Known is whether this
// machine knows it too, null where that was not asked.
type EvidenceRoot struct {
	Digest   Digest   `json:"digest"`
	Instance Text     `json:"instance"`
	Who      []string `json:"who"`
	Origin   Text     `json:"origin"`
	Known    *bool    `json:"known"`
}

// EvidenceFinding is something that does not hold. Path is null where it is
// about the whole.
type EvidenceFinding struct {
	Path    Text   `json:"path"`
	Message string `json:"message"`
}

// EvidenceDoc is the document of evidence that was written into dir.
func EvidenceDoc(set model.EvidenceSet, dir string, files []model.EvidenceFile) Evidence {
	doc := evidenceDoc(set, dir)
	for _, f := range files {
		doc.Files = append(doc.Files, EvidenceFile{filepath.Join(dir, filepath.FromSlash(f.Path)), model.DigestOf(f.Content).Hex()})
	}
	return doc
}

// EvidenceCheckDoc is the document of evidence that was checked again.
func EvidenceCheckDoc(c model.EvidenceCheck, dir string) Evidence {
	doc := evidenceDoc(c.Set, dir)
	for i, r := range c.Set.Roots {
		known := c.Known[r.Digest]
		doc.Roots[i].Known = &known
	}
	for _, f := range c.Findings {
		doc.Findings = append(doc.Findings, EvidenceFinding{remote(f.Path), model.Sanitize(f.Message)})
	}
	return doc
}

func evidenceDoc(set model.EvidenceSet, dir string) Evidence {
	doc := Evidence{
		Schema: schema("evidence"), Registry: remote(set.Registry), Owner: remote(set.Owner), About: remote(set.About), Release: remote(set.Release),
		Dir: dir, Files: []EvidenceFile{}, Subjects: make([]EvidenceSubject, len(set.Subjects)), Roots: make([]EvidenceRoot, len(set.Roots)),
		Verdict: Text(set.Verdict()), Findings: []EvidenceFinding{}, Notes: words(set.Notes),
	}
	for i, s := range set.Subjects {
		v := s.Verification
		doc.Subjects[i] = EvidenceSubject{Package: model.Sanitize(s.Package), Ref: remote(s.Ref), Digest: known(s.Digest), Verdict: Text(v.Verdict),
			Coverage: Text(v.Coverage), Expected: v.Expected(), Why: remote(v.Why()), Error: failure(s.Err)}
	}
	for i, r := range set.Roots {
		doc.Roots[i] = EvidenceRoot{Digest: known(r.Digest), Instance: remote(r.Instance), Who: words(r.Who), Origin: remote(r.Origin)}
	}
	return doc
}
