package history

import (
	"fmt"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
)

// diff compares the two marked versions, or with fewer marks the version under
// the cursor with what the main channel holds, the older one first. Where
// nothing can be compared it says why.
func (p *Pane) diff() (action pane.Action, why string) {
	r := p.current()
	if r == nil {
		return nil, "no version is under the cursor"
	}
	marks := p.Marks()
	var a, b model.Digest
	switch n := len(marks); {
	case n == 2:
		a, b = marks[0], marks[1]
	case n > 2:
		return nil, fmt.Sprintf("%d versions are marked: two can be compared", n)
	case p.data.first == "":
		return nil, "no channel holds anything of this package: mark two versions to compare them"
	case p.data.find(p.data.first) == r.Digest:
		return nil, "this is what " + p.main() + " holds: put the cursor on another version, or mark two"
	default:
		a, b = p.data.first, r.Digest
	}
	if p.created(a).After(p.created(b)) {
		a, b = b, a
	}
	return pane.Compare{Package: p.pkg, A: a, B: b}, ""
}

// created is when a version came to be, as far as the registry tells.
func (p *Pane) created(d model.Digest) time.Time {
	v, _ := p.data.state.Snapshot.Version(d)
	return v.Created
}

// main is the name of the channel that versions are compared with: the first
// of the layout that holds something of this package.
func (p *Pane) main() string {
	if p.data.main == "" {
		return "the first channel"
	}
	return model.Sanitize(p.data.main)
}
