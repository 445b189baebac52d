package wire

import (
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// Policy is a policy by the names that flags and configuration have, and Lines
// the same in words. What is null or empty demands nothing.
type Policy struct {
	Host              Text         `json:"host"`
	Owner             Text         `json:"owner"`
	Repository        Text         `json:"repository"`
	SignerRepository  Text         `json:"signer_repository"`
	SignerWorkflows   []string     `json:"signer_workflows"`
	SignerDigest      Text         `json:"signer_digest"`
	CertIdentity      Text         `json:"cert_identity"`
	CertIdentityRegex Text         `json:"cert_identity_regex"`
	Issuer            Text         `json:"issuer"`
	Key               Digest       `json:"key"` // of the PEM
	Predicates        []string     `json:"predicates"`
	SourceRefs        []string     `json:"source_refs"`
	SourceDigest      Text         `json:"source_digest"`
	HostedOnly        bool         `json:"hosted_only"`
	Commit            Text         `json:"commit"` // of the release
	Digest            Digest       `json:"digest"` // of the policy itself
	Lines             []PolicyLine `json:"lines"`
}

// PolicyLine is one demand in words.
type PolicyLine struct {
	What string `json:"what"`
	Must string `json:"must"`
}

// PredicateVerdict is the verdict on one expected predicate type, with every
// chain by which the subject is covered and the platforms that are not.
type PredicateVerdict struct {
	PredicateType string `json:"predicate_type"`
	Verdict       Text   `json:"verdict"`
	Coverage      Text   `json:"coverage"`
	Links         []Link `json:"links"`
	Gaps          []Gap  `json:"gaps"`
}

// Link is one way from the subject to an attestation.
type Link struct {
	Platform    Text     `json:"platform"`
	Chain       []Digest `json:"chain"`
	Attestation Digest   `json:"attestation"`
}

// Gap is a platform that nothing verified covers.
type Gap struct {
	Platform Text   `json:"platform"`
	Digest   Digest `json:"digest"`
	Why      string `json:"why"`
}

// TrustRoot is a trusted root that checks relied on.
type TrustRoot struct {
	Digest   Digest   `json:"digest"`
	Instance string   `json:"instance"`
	Who      []string `json:"who"`
	Origin   Text     `json:"origin"`
	At       Time     `json:"at"`
}

// TimeBy is a time of signing with who vouches for it.
type TimeBy struct {
	Kind string `json:"kind"`
	Who  Text   `json:"who"`
	At   Time   `json:"at"`
}

// Difference is what a predicate claims other than the certificate proves.
type Difference struct {
	Field   string `json:"field"`
	Proved  Text   `json:"proved"`
	Claimed Text   `json:"claimed"`
}

// fulcioNames are the certificate's fields that "identity" always has
// (sigstore/fulcio, docs/oid-info.md).
func fulcioNames() []string {
	return []string{"SubjectAlternativeName", "Issuer", "BuildSignerURI", "BuildSignerDigest", "RunnerEnvironment", "SourceRepositoryURI",
		"SourceRepositoryDigest", "SourceRepositoryRef", "SourceRepositoryIdentifier", "SourceRepositoryOwnerURI",
		"SourceRepositoryOwnerIdentifier", "BuildConfigURI", "BuildConfigDigest", "BuildTrigger", "RunInvocationURI",
		"SourceRepositoryVisibilityAtSigning", "CertificateIssuer"}
}

// checked fills in what a check came to.
func (a *Attestation) checked(c model.Check) {
	a.Verdict, a.Step, a.Expected, a.Actual = Text(c.Verdict), Text(c.Step), remote(c.Expected), remote(c.Actual)
	if c.Err != nil {
		a.Error, a.Cure = failure(c.Err), remote(model.CureOf(c.Err))
	}
	if !c.Done() {
		return
	}
	if len(c.Identity) > 0 {
		a.Identity = make(map[string]Text)
		for _, name := range fulcioNames() {
			a.Identity[name] = ""
		}
		for _, f := range c.Identity {
			a.Identity[f.Name] = remote(f.Value)
		}
	}
	a.Instance, a.KeyID, a.Root, a.LogIndex = remote(c.Instance), remote(c.KeyID), known(c.Root), Count(c.LogIndex)
	for _, t := range c.Timestamps {
		a.Timestamps = append(a.Timestamps, t.At.UTC().Format(time.RFC3339))
		a.TimesBy = append(a.TimesBy, TimeBy{t.Kind, remote(t.Who), Time(t.At)})
	}
	for _, d := range c.Proves {
		a.Proves = append(a.Proves, model.Sanitize(string(d)))
	}
	for _, d := range c.Differences {
		a.Differences = append(a.Differences, Difference{d.Field, remote(d.Proved), remote(d.Claimed)})
	}
	a.Remarks = words(c.Notes)
}

// PolicyDoc is a policy as documents have it.
func PolicyDoc(p model.Policy) *Policy {
	out := &Policy{
		Host: Text(p.Host), Owner: remote(p.Owner), Repository: remote(p.Repository), SignerRepository: remote(p.SignerRepository),
		SignerWorkflows: words(p.SignerWorkflows), SignerDigest: Text(p.SignerDigest), CertIdentity: remote(p.CertIdentity),
		CertIdentityRegex: remote(p.CertIdentityRegex), Issuer: remote(p.Issuer), Predicates: words(p.Predicates),
		SourceRefs: words(p.SourceRefs), SourceDigest: Text(p.SourceDigest), HostedOnly: p.HostedOnly, Commit: Text(p.Commit),
		Digest: Digest(p.Digest()), Lines: []PolicyLine{},
	}
	if len(p.Key) > 0 {
		out.Key = Digest(model.DigestOf(p.Key))
	}
	for _, l := range p.Lines() {
		out.Lines = append(out.Lines, PolicyLine{l.What, model.Sanitize(l.Must)})
	}
	return out
}

// CheckedDoc is the document "attestations" of a digest that was checked, and
// VerifyDoc the same as the document "verify".
func CheckedDoc(v model.Verification, ref string) Attestations {
	doc := AttestationsDoc(v.List, ref)
	doc.Policy, doc.Expected, doc.Warnings = PolicyDoc(v.Policy), v.Expected(), words(v.Warnings)
	for _, r := range v.Roots {
		doc.Roots = append(doc.Roots, trustRoot(r))
	}
	doc.Verdict, doc.Coverage, doc.Why = Text(v.Verdict), Text(v.Coverage), remote(v.Why())
	doc.Checked = wasChecked(v)
	doc.Notes = words(v.List.Notes)
	switch {
	case !doc.Checked && len(v.List.Items) > 0:
		doc.Notes = append(doc.Notes, notChecked)
	case v.Verdict == model.VerdictUnchecked && !v.List.Whole():
		doc.Notes = append(doc.Notes, "not every source answered")
	}
	for _, p := range v.Predicates {
		doc.Predicates = append(doc.Predicates, predicateVerdict(v.List, p))
	}
	doc.Through = []Digest{}
	if v.Coverage != model.CoverageNone {
		doc.Through = chain(v)
	}
	return doc
}

// VerifyDoc is the document "verify".
func VerifyDoc(v model.Verification, ref string) Attestations {
	doc := CheckedDoc(v, ref)
	doc.Schema = schema("verify")
	return doc
}

// wasChecked reports whether somebody looked at everything that was found.
func wasChecked(v model.Verification) bool {
	for _, a := range v.List.Items {
		if !a.Check.Done() {
			return false
		}
	}
	return len(v.List.Items) > 0 || v.Verdict != model.VerdictUnchecked
}

// chain is every digest on the way from the subject to what covers it, each once.
func chain(v model.Verification) []Digest {
	out := []Digest{}
	seen := make(map[model.Digest]bool)
	for _, l := range v.Links() {
		for _, d := range l.Chain {
			if !seen[d] {
				seen[d] = true
				out = append(out, known(d))
			}
		}
	}
	return out
}

func predicateVerdict(l model.AttestationList, p model.PredicateVerdict) PredicateVerdict {
	out := PredicateVerdict{PredicateType: model.Sanitize(p.Predicate), Verdict: Text(p.Verdict), Coverage: Text(p.Coverage), Links: []Link{}, Gaps: []Gap{}}
	for _, link := range p.Links {
		one := Link{Platform: remote(link.Platform), Chain: []Digest{}}
		for _, d := range link.Chain {
			one.Chain = append(one.Chain, known(d))
		}
		if link.Item >= 0 && link.Item < len(l.Items) {
			one.Attestation = known(l.Items[link.Item].Digest)
		}
		out.Links = append(out.Links, one)
	}
	for _, g := range p.Gaps {
		out.Gaps = append(out.Gaps, Gap{remote(g.Platform), known(g.Digest), model.Sanitize(g.Why)})
	}
	return out
}

// AttestationSet is the document "attestations" (or "verify") of a channel or a
// release: every package with its verdict.
type AttestationSet struct {
	Schema   string `json:"schema"`
	Registry Text   `json:"registry"`
	Owner    Text   `json:"owner"`
	Channel  Text   `json:"channel"`
	Release  Text   `json:"release"`
	// Verdict is the worst of those that something is expected of.
	Verdict  Text          `json:"verdict"`
	Packages []SetAttested `json:"packages"`
}

// SetAttested is one package of a set. Attested is its own document, null where
// Error says why nothing could be checked.
type SetAttested struct {
	Package  string        `json:"package"`
	Digest   Digest        `json:"digest"`
	Via      Text          `json:"via"`
	State    Text          `json:"state"`
	Expected bool          `json:"expected"`
	Verdict  Text          `json:"verdict"`
	Coverage Text          `json:"coverage"`
	Through  []Digest      `json:"through"`
	Why      Text          `json:"why"`
	Error    Text          `json:"error"`
	Attested *Attestations `json:"attested"`
}

// AttestationSetDoc is the document of a set, under the name of a verb.
func AttestationSetDoc(s model.SetVerification, verb string) AttestationSet {
	doc := AttestationSet{Schema: schema(verb), Registry: remote(s.Registry), Owner: remote(s.Owner), Channel: remote(s.Channel),
		Release: remote(s.Release), Verdict: Text(s.Verdict()), Packages: make([]SetAttested, len(s.Packages))}
	for i, p := range s.Packages {
		one := SetAttested{Package: model.Sanitize(p.Package), Digest: known(p.Digest), Via: Text(p.Via), State: Text(p.State), Through: []Digest{}, Error: failure(p.Err)}
		if p.Err == nil {
			v := CheckedDoc(p.Verification, p.Package+"@"+string(p.Digest))
			v.Schema = schema(verb)
			one.Attested = &v
			one.Expected, one.Verdict, one.Coverage, one.Through, one.Why = v.Expected, v.Verdict, v.Coverage, v.Through, v.Why
		}
		doc.Packages[i] = one
	}
	return doc
}
