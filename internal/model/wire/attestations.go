package wire

import "github.com/novotnyllc/caitui/internal/model"

// Attestations is the documents "attestations" and "verify": everything that was
// found about one digest, where was looked, and what checking it came to. Fields
// that a check fills are null where nothing was checked.
type Attestations struct {
	Schema   string             `json:"schema"`
	Registry Text               `json:"registry"`
	Owner    Text               `json:"owner"`
	Package  Text               `json:"package"`
	Subject  AttestationSubject `json:"subject"`
	Policy   *Policy            `json:"policy"`
	// Verdict is "none" where every source answered and none had what is
	// expected, null where that is not known: nothing was checked, or a source
	// failed.
	Verdict  Text `json:"verdict"`
	Coverage Text `json:"coverage"`
	// Through is the chain of digests that covers the subject: itself, then of
	// every platform its manifest and what the attestation names.
	Through []Digest `json:"through"`
	// Why is what keeps the policy from being met.
	Why          Text                `json:"why"`
	Expected     bool                `json:"expected"`
	Predicates   []PredicateVerdict  `json:"predicates"`
	Warnings     []string            `json:"warnings"`
	Roots        []TrustRoot         `json:"roots"`
	Checked      bool                `json:"checked"`
	Notes        []string            `json:"notes"`
	Targets      []AttestationTarget `json:"targets"`
	Sources      []AttestationSource `json:"sources"`
	Attestations []Attestation       `json:"attestations"`
}

// AttestationSubject is what was asked about: as a person named it, and the
// digest that this meant.
type AttestationSubject struct {
	Ref    Text   `json:"ref"`
	Digest Digest `json:"digest"`
}

// AttestationTarget is one of the digests that the sources were asked about.
type AttestationTarget struct {
	Digest   Digest `json:"digest"`
	Role     string `json:"role"`
	Platform Text   `json:"platform"`
	Title    Text   `json:"title"`
}

// AttestationSource is what became of asking one source. Count is null where it
// was not asked or failed.
type AttestationSource struct {
	Name  string `json:"name"`
	State string `json:"state"`
	Count Count  `json:"count"`
	Error Text   `json:"error"`
	Note  Text   `json:"note"`
}

// Attestation is one attestation with all its origins.
type Attestation struct {
	Digest        Digest             `json:"digest"`
	Origins       []string           `json:"origins"`
	Signed        bool               `json:"signed"`
	PredicateType Text               `json:"predicate_type"`
	Verdict       Text               `json:"verdict"`
	Step          Text               `json:"step"`
	Expected      Text               `json:"expected"`
	Actual        Text               `json:"actual"`
	Error         Text               `json:"error"`
	Cure          Text               `json:"cure"`
	Identity      map[string]Text    `json:"identity"`
	Instance      Text               `json:"instance"`
	Timestamps    []string           `json:"timestamps"`
	LogIndex      Count              `json:"log_index"`
	TimesBy       []TimeBy           `json:"times_by"`
	KeyID         Text               `json:"key_id"`
	Root          Digest             `json:"root"`
	Proves        []string           `json:"proves"`
	Differences   []Difference       `json:"differences"`
	Remarks       []string           `json:"remarks"`
	Form          string             `json:"form"`
	MediaType     Text               `json:"media_type"`
	Size          Count              `json:"size"`
	About         Digest             `json:"about"`
	Also          []Digest           `json:"also"`
	Role          Text               `json:"role"`
	Platform      Text               `json:"platform"`
	Subjects      []StatementSubject `json:"subjects"`
	GitHub        string             `json:"github"`
	InRegistry    string             `json:"in_registry"`
	Places        []AttestationPlace `json:"places"`
}

// StatementSubject is one thing that a statement says it is about.
type StatementSubject struct {
	Name   Text   `json:"name"`
	Digest Digest `json:"digest"`
}

// AttestationPlace is one place in which an attestation was found.
type AttestationPlace struct {
	Origin   string `json:"origin"`
	Source   string `json:"source"`
	Tag      Text   `json:"tag"`
	Manifest Digest `json:"manifest"`
	Title    Text   `json:"title"`
	Path     Text   `json:"path"`
}

// notChecked is said wherever something was found: nothing that is listed has
// been verified.
const notChecked = "found, not checked: signatures and identities were not verified"

// AttestationsDoc is the document of what was found. ref is the subject as a
// person named it.
func AttestationsDoc(l model.AttestationList, ref string) Attestations {
	doc := Attestations{
		Schema: schema("attestations"), Registry: remote(l.Registry), Owner: remote(l.Owner), Package: remote(l.Package),
		Subject: AttestationSubject{remote(ref), known(l.Subject)}, Through: []Digest{},
		Predicates: []PredicateVerdict{}, Warnings: []string{}, Roots: []TrustRoot{},
		Notes: words(l.Notes), Targets: make([]AttestationTarget, len(l.Targets)),
		Sources: make([]AttestationSource, len(l.Sources)), Attestations: make([]Attestation, len(l.Items)),
	}
	switch {
	case len(l.Items) > 0:
		doc.Notes = append(doc.Notes, notChecked)
	case l.Whole():
		doc.Verdict = "none"
	default:
		doc.Notes = append(doc.Notes, "nothing found, but not every source answered")
	}
	for i, t := range l.Targets {
		doc.Targets[i] = AttestationTarget{known(t.Digest), string(t.Role), remote(t.Platform), remote(t.Title)}
	}
	for i, s := range l.Sources {
		doc.Sources[i] = AttestationSource{Name: string(s.Name), State: string(s.State), Count: -1, Error: failure(s.Err), Note: remote(s.Note)}
		if s.State == model.SourceFound || s.State == model.SourceNone {
			doc.Sources[i].Count = Count(s.Count)
		}
	}
	for i, a := range l.Items {
		doc.Attestations[i] = attestation(l, a)
	}
	return doc
}

func attestation(l model.AttestationList, a model.Attestation) Attestation {
	target, _ := l.Target(a.About)
	out := Attestation{
		Digest: known(a.Digest), Origins: make([]string, 0, 2), Signed: a.Signed, PredicateType: remote(a.PredicateType),
		Error: failure(a.Err), Timestamps: []string{}, TimesBy: []TimeBy{}, Proves: []string{}, Differences: []Difference{}, Remarks: []string{}, Form: string(a.Form), MediaType: remote(a.MediaType),
		Size: Count(a.Size), About: known(a.About), Also: digests(a.Also), Role: Text(target.Role), Platform: remote(a.Platform),
		Subjects: make([]StatementSubject, len(a.Subjects)), GitHub: string(l.InGitHub(a)), InRegistry: string(l.InRegistry(a)),
		Places: placesOf(a.Origins),
	}
	for _, k := range a.Kinds() {
		out.Origins = append(out.Origins, string(k))
	}
	for i, s := range a.Subjects {
		out.Subjects[i] = StatementSubject{remote(s.Name), Digest(s.Digest)}
	}
	if a.Check.Done() || a.Check.Err != nil {
		out.checked(a.Check)
	}
	return out
}

// known is a digest as long as it is one: manifests may name anything.
func known(d model.Digest) Digest {
	if _, err := model.ParseDigest(string(d)); err != nil {
		return ""
	}
	return Digest(d)
}
