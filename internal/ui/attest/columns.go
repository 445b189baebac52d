package attest

import (
	"cmp"

	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/table"
)

// columns are those of the list. The verdict and the two stores side by side
// never go; what stands in the details goes first.
func (p *Pane) columns() []table.Column[*row] {
	cell := func(of func(present.AttestationRow) present.Cell) func(*row) table.Cell {
		return func(r *row) table.Cell {
			if p.list == nil {
				return table.Cell{}
			}
			return table.CellOf(p.th, of(present.Attestation(*p.list, r.Attestation)))
		}
	}
	return table.SortByText([]table.Column[*row]{
		{ID: "states", Title: "states", Min: 20,
			Cell: cell(func(r present.AttestationRow) present.Cell { return r.Predicate })},
		{ID: "verdict", Title: "verdict", Min: 14, Max: 14, Cell: p.verdict},
		{ID: "about", Title: "about", Min: 11, Max: 20,
			Cell: cell(func(r present.AttestationRow) present.Cell { return r.About })},
		{ID: "of", Title: "its digest", Min: 12, Max: 12, Drop: 5,
			Cell: cell(func(r present.AttestationRow) present.Cell { return r.Of })},
		{ID: "platform", Title: "platform", Min: 8, Max: 11, Drop: 1,
			Cell: cell(func(r present.AttestationRow) present.Cell { return r.Platform })},
		{ID: "signed", Title: "signed", Min: 8, Max: 8, Drop: 2,
			Cell: cell(func(r present.AttestationRow) present.Cell { return r.Signed })},
		{ID: "github", Title: "GitHub", Min: 11, Max: 11,
			Cell: cell(func(r present.AttestationRow) present.Cell { return r.GitHub })},
		{ID: "registry", Title: "registry", Min: 11, Max: 11,
			Cell: cell(func(r present.AttestationRow) present.Cell { return r.Registry })},
		{ID: "size", Title: "size", Min: 6, Max: 7, Right: true, Drop: 3,
			Compare: func(a, b *row) int { return cmp.Compare(a.Size, b.Size) }, Lacks: func(r *row) bool { return r.Size < 0 },
			Cell: cell(func(r present.AttestationRow) present.Cell { return r.Size })},
		{ID: "found", Title: "found by", Min: 14, Max: 40, Drop: 4,
			Cell: cell(func(r present.AttestationRow) present.Cell { return r.Found })},
	})
}

// verdict is the verdict on one attestation. What was just found is being
// checked.
func (p *Pane) verdict(r *row) table.Cell {
	c := present.CheckVerdict(r.Attestation)
	if p.check == nil && p.err == nil && r.Signed {
		c.Text = "checking" + string(present.MarkEllipsis)
	}
	return table.CellOf(p.th, c)
}
