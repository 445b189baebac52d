package history

import (
	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
)

// diff compares the two marked versions, or the one under the cursor with what
// the main channel holds. Where nothing can be compared it says why.
func (p *Pane) diff() (action pane.Action, why string) {
	r := p.list.Current()
	if r == nil {
		return nil, p.list.NoVersion()
	}
	return r.Compare(p.fewMarks())
}

// fewMarks is the marked versions as long as they can be compared, and how many
// there are.
func (p *Pane) fewMarks() (marks []model.Digest, n int) {
	few, n := p.table.FewMarks(2)
	for _, key := range few {
		marks = append(marks, model.Digest(key))
	}
	return marks, n
}
