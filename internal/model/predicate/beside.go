package predicate

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// Pair is a claim with what the certificate says of the same thing.
type Pair struct {
	Fact
	// Proved is the certificate's value in the claim's terms, "" where it says
	// nothing of it. Whether the certificate itself was verified, the check
	// tells.
	Proved  string
	Differs bool
}

// Beside sets a claim beside the certificate of a check.
func (f Fact) Beside(c model.Check) Pair {
	p := Pair{Fact: f}
	if f.Field == "" {
		return p
	}
	p.Proved = c.Field(f.Field)
	if p.Proved == "" {
		return p
	}
	claimed := f.Value
	switch f.Field {
	case fieldRepository:
		p.Differs = !strings.EqualFold(plainRepository(claimed), p.Proved) // GitHub's names have no case
		return p
	case fieldWorkflow:
		p.Proved = workflowPath(p.Proved)
	case fieldRunner:
		claimed = strings.TrimPrefix(claimed, runnerPrefix)
	}
	p.Differs = claimed != p.Proved
	return p
}

// Differences are all claims of a summary that differ from the certificate.
func (s Summary) Differences(c model.Check) []Pair {
	var out []Pair
	for _, x := range s.Sections {
		for _, f := range x.Facts {
			if p := f.Beside(c); p.Differs {
				out = append(out, p)
			}
		}
	}
	return out
}

// workflowPath is the path in a repository of a workflow's address,
// https://HOST/OWNER/NAME/PATH@REF; the whole where it is none.
func workflowPath(uri string) string {
	rest, ok := strings.CutPrefix(uri, "https://")
	if !ok {
		return uri
	}
	rest, _, _ = strings.Cut(rest, "@")
	if parts := strings.SplitN(rest, "/", 4); len(parts) == 4 {
		return parts[3]
	}
	return uri
}
