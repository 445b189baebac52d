package versionrows

import (
	"fmt"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
)

// Compare compares the two marked versions of this package, or with fewer
// marks the row's version with what the main channel holds, the older one
// first. Where nothing can be compared it says why.
func (r *Row) Compare(marks []model.Digest) (action pane.Action, why string) {
	p := r.In
	var a, b model.Digest
	switch n := len(marks); {
	case n == 2:
		a, b = marks[0], marks[1]
	case n > 2:
		return nil, fmt.Sprintf("%d versions are marked: two can be compared", n)
	case p.First == "":
		return nil, "no channel holds anything of this package: mark two versions to compare them"
	case p.Find(p.First) == r.Digest:
		return nil, "this is what " + p.MainName() + " holds: put the cursor on another version, or mark two"
	default:
		a, b = p.First, r.Digest
	}
	va, _ := p.State.Snapshot.Version(a)
	vb, _ := p.State.Snapshot.Version(b)
	if va.Created.After(vb.Created) {
		a, b = b, a
	}
	return pane.Compare{Package: p.Name, A: a, B: b}, ""
}

// MainName is the name of the channel that versions are compared with: the
// first of the layout that holds something of this package.
func (p *Package) MainName() string {
	if p == nil || p.Main == "" {
		return "the first channel"
	}
	return model.Sanitize(p.Main)
}
