package wire

import "github.com/novotnyllc/caitui/internal/model"

// Roots is the "roots" document: everything that verification rests on here.
type Roots struct {
	Schema       string            `json:"schema"`
	Roots        []RootInUse       `json:"roots"`
	Repositories []TrustRepository `json:"repositories"`
	// Unusable is what should be in use and cannot be: while there is any,
	// nothing is verified.
	Unusable []UnusableRoot `json:"unusable"`
}

// RootInUse is a trusted root with what it trusts.
type RootInUse struct {
	TrustRoot
	Parts []TrustPart `json:"parts"`
}

// TrustPart is one authority or log, and for which times.
type TrustPart struct {
	Kind  string `json:"kind"` // certificate-authority, ct-log, transparency-log, timestamp-authority
	Name  Text   `json:"name"`
	From  Time   `json:"from"`
	Until Time   `json:"until"`
}

// TrustRepository is a TUF repository. What was not fetched yet is null, and so
// is Outcome where it was not asked just now.
type TrustRepository struct {
	Name      string               `json:"name"`
	URL       Text                 `json:"url"`
	Target    Text                 `json:"target"`
	Anchor    Digest               `json:"anchor"`
	Root      Digest               `json:"root"`
	Refreshed Time                 `json:"refreshed"`
	Expires   Time                 `json:"expires"`
	Versions  *model.TrustVersions `json:"versions"`
	Outcome   Text                 `json:"outcome"` // refreshed, unchanged, refused, unreachable, not-kept
	Error     Text                 `json:"error"`
	Cure      Text                 `json:"cure"`
}

// UnusableRoot is a source of roots that cannot be used.
type UnusableRoot struct {
	Source string `json:"source"`
	Error  Text   `json:"error"`
	Cure   Text   `json:"cure"`
}

// RootsDoc is the document of all that is trusted.
func RootsDoc(t model.Trust) Roots {
	doc := Roots{Schema: schema("roots"), Roots: []RootInUse{}, Repositories: []TrustRepository{}, Unusable: []UnusableRoot{}}
	for _, r := range t.Roots {
		one := RootInUse{TrustRoot: trustRoot(r), Parts: []TrustPart{}}
		for _, p := range r.Parts {
			one.Parts = append(one.Parts, TrustPart{p.Kind, remote(p.Name), Time(p.From), Time(p.Until)})
		}
		doc.Roots = append(doc.Roots, one)
	}
	for _, r := range t.Repositories {
		one := TrustRepository{Name: model.Sanitize(r.Name), URL: remote(r.URL), Target: remote(r.Target), Anchor: Digest(r.Anchor), Root: Digest(r.Root),
			Refreshed: Time(r.At), Expires: Time(r.Expires), Outcome: Text(r.Outcome), Error: failure(r.Err), Cure: remote(model.CureOf(r.Err))}
		if r.Root != "" {
			one.Versions = &r.Versions
		}
		doc.Repositories = append(doc.Repositories, one)
	}
	for _, u := range t.Unusable {
		doc.Unusable = append(doc.Unusable, UnusableRoot{model.Sanitize(u.Source), failure(u.Err), remote(model.CureOf(u.Err))})
	}
	return doc
}

func trustRoot(r model.TrustRoot) TrustRoot {
	return TrustRoot{Digest(r.Digest), r.Instance, words(r.Who), remote(r.Origin), Time(r.At)}
}
