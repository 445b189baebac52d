package evidence

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/wire"
)

// Names of the files that every directory has.
const (
	reportName = "report.md"
	setName    = "evidence.json"
	scriptName = "check.sh"
	sumsName   = "SHA256SUMS"
	eventsName = "journal.jsonl"
)

// Files lays out a set of evidence, in the order of their paths. The same set
// always gives the same bytes. For a customer what is not theirs to know is
// left out here, whatever the set holds.
func Files(set model.EvidenceSet) ([]model.EvidenceFile, error) {
	if set.Customer {
		set.Journal, set.Head, set.By, set.Host = nil, model.JournalHead{}, "", ""
	}
	w := &writer{seen: make(map[string]bool)}
	doc := document{
		Schema: schema, Registry: set.Registry, Owner: set.Owner, Repository: set.Repository, About: set.About, Release: set.Release,
		At: set.At.UTC(), Customer: set.Customer, By: set.By, Host: set.Host, Verdict: string(set.Verdict()),
		Subjects: []subject{}, Roots: []root{}, Notes: slices.Clone(set.Notes),
	}
	if set.Past != nil {
		doc.Past = &past{At: set.Past.At.UTC(), Release: set.Past.Release, From: stamp(set.Past.From), To: stamp(set.Past.To), Evidence: string(set.Past.Evidence)}
	}
	if set.Head.Seq > 0 {
		doc.Head = &head{set.Head.Seq, set.Head.Hash}
	}
	for _, r := range set.Roots {
		doc.Roots = append(doc.Roots, w.root(r))
	}
	for _, s := range set.Subjects {
		doc.Subjects = append(doc.Subjects, w.subject(s))
	}
	events, err := journalLines(set.Journal)
	if err != nil {
		return nil, err
	}
	if len(events) > 0 {
		w.add(eventsName, events)
	}
	raw, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", setName, err)
	}
	w.add(setName, append(raw, '\n'))
	w.add(reportName, report(set, doc))
	w.add(scriptName, script(set, doc))
	slices.SortFunc(w.files, func(a, b model.EvidenceFile) int { return strings.Compare(a.Path, b.Path) })
	return append(w.files, model.EvidenceFile{Path: sumsName, Content: sums(w.files)}), nil
}

// writer gathers files, each path once.
type writer struct {
	files []model.EvidenceFile
	seen  map[string]bool
}

func (w *writer) add(path string, content []byte) {
	if w.seen[path] {
		return
	}
	w.seen[path] = true
	w.files = append(w.files, model.EvidenceFile{Path: path, Content: content})
}

func (w *writer) root(r model.TrustRoot) root {
	name := r.Instance
	if name == "" {
		name = model.InstanceUnknown
	}
	file := path.Join("roots", name+"-"+r.Digest.Short()+".json")
	w.add(file, r.JSON)
	return root{Path: file, Digest: string(r.Digest), Instance: r.Instance, Who: r.Who, Origin: r.Origin}
}

func (w *writer) subject(s model.EvidenceSubject) subject {
	v := s.Verification
	out := subject{
		Package: s.Package, Ref: s.Ref, Via: string(s.Via), Digest: string(s.Digest), Tags: slices.Clone(s.Tags), Created: stamp(s.Created),
		Policy: policyOf(v.Policy), Verdict: string(v.Verdict), Coverage: string(v.Coverage), Why: v.Why(), Error: errorText(s.Err),
		Targets: []target{}, Sources: []source{}, Manifests: []manifest{}, Attestations: []item{}, SBOMs: []sbom{},
	}
	for _, t := range v.List.Targets {
		out.Targets = append(out.Targets, target{string(t.Digest), string(t.Role), t.Platform, t.Title})
	}
	for _, src := range v.List.Sources {
		out.Sources = append(out.Sources, source{string(src.Name), string(src.State), errorText(src.Err)})
	}
	for _, d := range sortedDigests(s.Manifests) {
		m := s.Manifests[d]
		file := path.Join("manifests", s.Package, d.Hex()+".json")
		w.add(file, m.Raw)
		out.Manifests = append(out.Manifests, manifest{string(d), m.MediaType, file})
	}
	for _, a := range v.List.Items {
		out.Attestations = append(out.Attestations, w.item(s.Package, a))
	}
	for i, b := range s.SBOMs {
		file := path.Join("sbom", s.Package, fmt.Sprintf("%d-%s.%s.json", i+1, model.DigestOf(b.Raw).Short(), b.Format))
		w.add(file, b.Raw)
		out.SBOMs = append(out.SBOMs, sbom{file, b.Origin, b.Describes, b.Format})
	}
	return out
}

// item writes one attestation. The same content found for two packages is two
// files; found twice for one it is one.
func (w *writer) item(pkg string, a model.Attestation) item {
	out := item{
		Digest: string(a.Digest), Form: string(a.Form), MediaType: a.MediaType, About: string(a.About), Platform: a.Platform, Predicate: a.PredicateType,
		Verdict: string(a.Check.Verdict), Step: string(a.Check.Step), Expected: a.Check.Expected, Actual: a.Check.Actual,
		Error: errorText(a.Check.Err), Root: string(a.Check.Root), Also: []string{}, Origins: []origin{},
	}
	if a.Err != nil {
		out.Error = errorText(a.Err)
	}
	for _, d := range a.Also {
		out.Also = append(out.Also, string(d))
	}
	for _, o := range a.Origins {
		out.Origins = append(out.Origins, origin{string(o.Kind), string(o.Source), o.Tag, string(o.Manifest), o.Title, o.Hint})
	}
	if a.Beside != (model.SigningMaterial{}) {
		beside := a.Beside
		out.Beside = &beside
	}
	if a.Raw != nil {
		out.Path = path.Join("attestations", pkg, model.DigestOf(a.Raw).Hex()+suffix(a.Form))
		w.add(out.Path, a.Raw)
	}
	return out
}

// suffix tells a person, and the tools that go by names, what a file is.
func suffix(form model.AttestationForm) string {
	switch form {
	case model.FormBundle:
		return ".sigstore.json"
	case model.FormDSSE:
		return ".dsse.json"
	case model.FormStatement:
		return ".intoto.json"
	case model.FormSimpleSigning:
		return ".simple-signing.json"
	case model.FormSBOM:
		return ".sbom.json"
	case model.FormUnknown:
	}
	return ".bin"
}

func sortedDigests(all map[model.Digest]model.RawManifest) []model.Digest {
	out := make([]model.Digest, 0, len(all))
	for d := range all {
		out = append(out, d)
	}
	slices.Sort(out)
	return out
}

// journalLines are events as the journal itself and its document have them.
func journalLines(events []model.JournalEvent) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	for _, e := range events {
		if err := enc.Encode(wire.FromEvent(e)); err != nil {
			return nil, fmt.Errorf("writing %s: %w", eventsName, err)
		}
	}
	return b.Bytes(), nil
}
