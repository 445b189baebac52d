package history

import (
	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/versionrows"
)

// row is one line of the list.
type row = versionrows.Row

// loaded is the outcome of one computation over one survey.
type loaded struct {
	*versionrows.Package
	sizes model.Sharings
}

// load draws the rows of a package out of a survey, and what their bytes share.
// It is pure and may take long: it runs in a command.
func load(s model.Survey, pkg string, folded bool) loaded {
	p := versionrows.Load(s, pkg, folded)
	return loaded{Package: p, sizes: model.ShareSizes(p.State.Snapshot, p.Builds)}
}
