package versionrows

import (
	"fmt"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// Pair is two versions of a package to be compared, the older one first, and in
// words what they are to each other. Where nothing can be compared, Why says
// so.
type Pair struct {
	A, B model.Digest
	What string // "against prod"
	Why  string
}

// Pair finds what is to be compared: the two marked versions of this package;
// with fewer marks the row's version with what the main channel holds, and what
// that holds with what it held before. marks is the marked ones as long as they
// are two, n how many there are.
func (r *Row) Pair(marks []model.Digest, n int) Pair {
	p := r.In
	switch {
	case n == 2:
		return p.pair(marks[0], marks[1], "between the marked two")
	case n > 2:
		return Pair{Why: fmt.Sprintf("%d versions are marked: two can be compared", n)}
	case p.First == "":
		return Pair{Why: "no channel holds anything of this package: mark two versions to compare them"}
	case p.Find(p.First) == r.Digest:
		return p.former()
	}
	return p.pair(p.First, r.Digest, "against "+p.MainName())
}

// pair puts the older one first.
func (p *Package) pair(a, b model.Digest, what string) Pair {
	va, _ := p.State.Snapshot.Version(a)
	vb, _ := p.State.Snapshot.Version(b)
	if va.Created.After(vb.Created) {
		a, b = b, a
	}
	return Pair{A: a, B: b, What: what}
}

// former is what the main channel holds, and what it held before.
func (p *Package) former() Pair {
	c, _ := p.Survey.Channel(p.Main)
	this := "this is what " + p.MainName() + " holds"
	const cure = ": put the cursor on another version, or mark two"
	if c.Previous == nil {
		return Pair{Why: this + ", and its former release is not known" + cure}
	}
	was := model.Sanitize(c.Previous.Release.Label())
	m, ok := c.Previous.Release.Members[p.Name]
	switch {
	case !ok:
		return Pair{Why: this + ", and " + was + " before it has nothing of this package" + cure}
	case m.Digest == p.First:
		return Pair{Why: this + ", and " + was + " before it has the same " + present.Short(m.Digest) + cure}
	}
	return Pair{A: m.Digest, B: p.First, What: "against " + was + ", " + p.MainName() + " before"}
}

// Compare shows the differences of the row's pair. Where nothing can be
// compared it says why.
func (r *Row) Compare(marks []model.Digest, n int) (action pane.Action, why string) {
	two := r.Pair(marks, n)
	if two.Why != "" {
		return nil, two.Why
	}
	return pane.Compare{Package: r.In.Name, A: two.A, B: two.B}, ""
}

// SBOM shows the SBOMs of d, or of two marked versions what changed in them.
func (r *Row) SBOM(d model.Digest, marks []model.Digest, n int) pane.Action {
	if n == 2 {
		if two := r.Pair(marks, n); two.Why == "" {
			return pane.ShowSBOM{Package: r.In.Name, Digest: two.B, Against: two.A}
		}
	}
	return pane.ShowSBOM{Package: r.In.Name, Digest: d}
}

// MainName is the name of the channel that versions are compared with: the
// first of the layout that holds something of this package.
func (p *Package) MainName() string {
	if p == nil || p.Main == "" {
		return "the first channel"
	}
	return model.Sanitize(p.Main)
}
