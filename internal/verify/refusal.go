package verify

import (
	"fmt"

	"github.com/novotnyllc/caitui/internal/model"
)

// refusal is why a check did not end as verified.
type refusal struct {
	verdict          model.VerdictKind
	step             model.CheckStep
	expected, actual string
	err              error
}

// failed: it was checked, and is not what it has to be. err may be nil where
// expected and actual say all.
func failed(step model.CheckStep, expected, actual string, err error) *refusal {
	return newRefusal(model.VerdictFailed, step, expected, actual, err)
}

// unverifiable: it cannot be told here what it is worth.
func unverifiable(step model.CheckStep, expected, actual string, err error) *refusal {
	return newRefusal(model.VerdictUnverifiable, step, expected, actual, err)
}

func newRefusal(verdict model.VerdictKind, step model.CheckStep, expected, actual string, err error) *refusal {
	if err == nil {
		found := actual
		if found == "" {
			found = "none"
		}
		err = fmt.Errorf("expected %s, found %s", expected, found)
	}
	return &refusal{verdict, step, expected, actual, err}
}

// write enters it into a check.
func (r *refusal) write(c *model.Check) {
	c.Verdict, c.Step, c.Expected, c.Actual, c.Err = r.verdict, r.step, r.expected, r.actual, r.err
	c.Proves, c.Differences = nil, nil
}
