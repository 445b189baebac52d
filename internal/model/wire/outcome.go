package wire

import "github.com/novotnyllc/caitui/internal/model"

// Outcome is the "outcome" document.
type Outcome struct {
	Schema   string `json:"schema"`
	Registry Text   `json:"registry"`
	Owner    Text   `json:"owner"`
	Plan     string `json:"plan"`
	Result   string `json:"result"`
	Steps    []Step `json:"steps"`
	Error    Text   `json:"error"` // why the plan did not end
	Head     *Head  `json:"head"`
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
		Plan: o.Plan, Result: string(o.Result), Steps: make([]Step, len(o.Steps)),
		Error: failure(o.Err), Head: head(o.Head),
	}
	for i, s := range o.Steps {
		doc.Steps[i] = Step{Package: s.Package, Tag: Text(s.Tag), VersionID: ID(s.VersionID),
			State: string(s.State), Error: failure(s.Err), Verified: s.Verified}
	}
	return doc
}
