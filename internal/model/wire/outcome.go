package wire

import "github.com/novotnyllc/caitui/internal/model"

// Outcome is the "outcome" document.
type Outcome struct {
	Schema   string `json:"schema"`
	Registry Text   `json:"registry"`
	Owner    Text   `json:"owner"`
	Plan     Text   `json:"plan"` // null where there was none to carry out
	Result   string `json:"result"`
	Steps    []Step `json:"steps"`
	Error    Text   `json:"error"` // why the plan did not end
	Head     *Head  `json:"head"`
	After    *After `json:"after"` // null where nobody looked afterwards
}

// After is what was found once the plan had been carried out.
type After struct {
	Tags     []AfterTag     `json:"tags"`
	Packages []AfterPackage `json:"packages"`
	// OneSet is whether the plan's channel is coherent, null without a channel.
	OneSet     *bool         `json:"one_set"`
	Incoherent []Incoherence `json:"incoherent"`
}

// AfterTag is one tag as the registry shows it afterwards.
type AfterTag struct {
	Package string `json:"package"`
	Tag     string `json:"tag"`
	Want    Digest `json:"want"`
	Now     Digest `json:"now"`
	Error   Text   `json:"error"`
}

// AfterPackage is one target. Platforms, Resolved and the counts of Attested
// are null where they are not known.
type AfterPackage struct {
	Package   string `json:"package"`
	Digest    Digest `json:"digest"`
	Platforms *int   `json:"platforms"`
	Resolved  *int   `json:"resolved"`
	Anonymous string `json:"anonymous"`
	Found     *int   `json:"attested_found"`
	Expected  *int   `json:"attested_expected"`
	// Verdict is what checking its attestations came to, null where nobody did.
	Verdict Text `json:"verdict"`
	Why     Text `json:"why"`
}

// Looked adds what was found afterwards.
func (doc Outcome) Looked(a model.Aftermath) Outcome {
	after := After{Tags: make([]AfterTag, len(a.Tags)), Packages: make([]AfterPackage, len(a.Packages)), Incoherent: []Incoherence{}}
	for i, t := range a.Tags {
		after.Tags[i] = AfterTag{Package: t.Package, Tag: t.Tag, Want: Digest(t.Want), Now: Digest(t.Now), Error: failure(t.Err)}
	}
	for i, p := range a.Packages {
		after.Packages[i] = AfterPackage{Package: p.Package, Digest: Digest(p.Digest), Platforms: counted(p.Platforms), Resolved: counted(p.Resolved),
			Anonymous: string(p.Anonymous), Found: counted(p.Attested.Found), Expected: counted(p.Attested.Expected),
			Verdict: Text(p.Trust.Verdict), Why: remote(p.Trust.Why)}
	}
	if c := a.Channel; c != nil {
		oneSet := len(c.Incoherent) == 0
		after.OneSet = &oneSet
		for _, i := range c.Incoherent {
			after.Incoherent = append(after.Incoherent, Incoherence{Code: i.Code, Message: i.Message})
		}
	}
	doc.After = &after
	return doc
}

// Step is what became of one change. Verified is null where nothing was read
// back.
type Step struct {
	Package   string `json:"package"`
	Tag       Text   `json:"tag"`
	VersionID ID     `json:"version_id"`
	State     string `json:"state"`
	Error     Text   `json:"error"`
	Verified  *bool  `json:"verified"`
}

// OutcomeDoc is the document of what executing a plan came to.
func OutcomeDoc(p model.Plan, o model.Outcome) Outcome {
	doc := Outcome{
		Schema: schema("outcome"), Registry: remote(p.Registry), Owner: remote(p.Owner),
		Plan: Text(o.Plan), Result: string(o.Result), Steps: make([]Step, len(o.Steps)),
		Error: failure(o.Err), Head: head(o.Head),
	}
	for i, s := range o.Steps {
		doc.Steps[i] = Step{Package: s.Package, Tag: Text(s.Tag), VersionID: ID(s.VersionID),
			State: string(s.State), Error: failure(s.Err), Verified: s.Verified}
	}
	return doc
}
