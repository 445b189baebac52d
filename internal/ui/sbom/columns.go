package sbom

import (
	"cmp"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/table"
)

// setColumns gives the table the columns of components or of differences. Rows
// in groups have their groups' order.
func (p *Pane) setColumns(differences bool) {
	if differences {
		p.Table.SetColumns(p.changeColumns())
		return
	}
	columns := p.columns()
	if p.by != model.GroupNone {
		for i := range columns {
			columns[i].Compare, columns[i].Lacks = nil, nil
		}
	}
	p.Table.SetColumns(columns)
}

// heading is the first cell of the line above a group.
func (p *Pane) heading(r *row) table.Cell {
	g := p.rows.groups[r.group]
	text := g.name.Text + "  " + present.Count(g.shown)
	if g.shown != g.total {
		text += " of " + present.Count(g.total)
	}
	sign := "-"
	if p.folded[g.key] && p.Query == "" {
		sign = "+"
	}
	return table.Cell{Text: sign + " " + text, Style: p.th.Strong}
}

// named is a column's cell: the line above a group says what it is in the
// column of names, and nothing in others.
func (p *Pane) cell(named bool, of func(*row) present.Cell) func(*row) table.Cell {
	return func(r *row) table.Cell {
		switch {
		case r.head && named && r.group < len(p.rows.groups):
			return p.heading(r)
		case r.head:
			return table.Cell{}
		}
		c := table.CellOf(p.th, of(r))
		if named && r.group >= 0 {
			c.Text = "  " + c.Text
		}
		return c
	}
}

func component(of func(present.SBOMRow) present.Cell) func(*row) present.Cell {
	return func(r *row) present.Cell { return of(present.SBOMComponent(*r.component())) }
}

func by(of func(model.SBOMComponent) string) (compare func(a, b *row) int, lacks func(*row) bool) {
	return func(a, b *row) int { return cmp.Compare(of(*a.component()), of(*b.component())) },
		func(r *row) bool { return of(*r.component()) == "" }
}

// columns are those of components: the name never goes, the licence late.
func (p *Pane) columns() []table.Column[*row] {
	out := []table.Column[*row]{
		{ID: "component", Title: "component", Min: 20, Max: 60, Cell: p.cell(true, component(func(r present.SBOMRow) present.Cell { return r.Name }))},
		{ID: "version", Title: "version", Min: 10, Max: 28, Drop: 1, Cell: p.cell(false, component(func(r present.SBOMRow) present.Cell { return r.Version }))},
		{ID: "type", Title: "type", Min: 8, Max: 16, Drop: 3, Cell: p.cell(false, component(func(r present.SBOMRow) present.Cell { return r.Type }))},
		{ID: "licences", Title: "licences", Min: 14, Max: 40, Drop: 2, Cell: p.cell(false, component(func(r present.SBOMRow) present.Cell { return r.Licences }))},
		{ID: "purl", Title: "purl", Min: 30, Drop: 4, Cell: p.cell(false, component(func(r present.SBOMRow) present.Cell { return r.PURL }))},
	}
	out[0].Compare = func(a, b *row) int { return model.CompareComponents(*a.component(), *b.component()) }
	out[1].Compare, out[1].Lacks = by(func(c model.SBOMComponent) string { return c.Version })
	out[2].Compare, out[2].Lacks = by(present.SBOMType)
	out[3].Compare, out[3].Lacks = by(func(c model.SBOMComponent) string { return model.GroupLicence.Of(c) })
	out[4].Compare, out[4].Lacks = by(func(c model.SBOMComponent) string { return c.PURL })
	return out
}

// changeColumns are those of differences, which always stand in groups.
func (p *Pane) changeColumns() []table.Column[*row] {
	of := func(f func(present.SBOMChangeRow) present.Cell) func(*row) present.Cell {
		return func(r *row) present.Cell { return f(r.cells()) }
	}
	return []table.Column[*row]{
		{ID: "component", Title: "component", Min: 20, Max: 60, Cell: p.cell(true, of(func(r present.SBOMChangeRow) present.Cell { return r.Name }))},
		{ID: "change", Title: "change", Min: 9, Max: 9, Drop: 5, Cell: p.cell(false, of(func(r present.SBOMChangeRow) present.Cell { return r.Change }))},
		{ID: "before", Title: "before", Min: 10, Max: 28, Drop: 2, Cell: p.cell(false, of(func(r present.SBOMChangeRow) present.Cell { return r.Before }))},
		{ID: "after", Title: "after", Min: 10, Max: 28, Drop: 1, Cell: p.cell(false, of(func(r present.SBOMChangeRow) present.Cell { return r.After }))},
		{ID: "type", Title: "type", Min: 8, Max: 16, Drop: 4, Cell: p.cell(false, of(func(r present.SBOMChangeRow) present.Cell { return r.Type }))},
		{ID: "licences", Title: "licences", Min: 14, Drop: 3, Cell: p.cell(false, of(func(r present.SBOMChangeRow) present.Cell { return r.Licences }))},
	}
}
