package matrix

import (
	"slices"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/table"
)

// column is one channel, or the release that was asked for.
type column struct {
	channel string // "" for a release
	release string // its name
	title   string
	members map[string]model.ChannelMember
	set     *model.SetVerification // nil until it was checked
}

// row is one package with a cell for each column.
type row struct {
	pkg   string
	spec  model.PackageSpec
	cells []*cell
}

// cell is what a column holds of a package.
type cell struct {
	member model.ChannelMember
	// checked is what checking this very digest came to, nil where nothing did.
	checked *model.PackageVerification
}

// build draws columns and rows out of survey and verdicts. The cursor stays.
func (p *Pane) build() {
	if !p.ready {
		return
	}
	p.columns = nil
	for _, c := range p.survey.Channels {
		col := &column{channel: c.Name, title: model.Sanitize(c.Name), members: map[string]model.ChannelMember{}}
		if c.Release != nil {
			col.release = c.Release.Name
		}
		for _, m := range c.Members {
			col.members[m.Package] = m
		}
		p.columns = append(p.columns, col)
	}
	if p.release != "" {
		p.columns = append(p.columns, p.releaseColumn())
	}
	for _, col := range p.columns {
		i := slices.IndexFunc(p.sets, func(s model.SetVerification) bool {
			return s.Channel == col.channel && (col.channel != "" || s.Release == p.release || s.Release == col.release)
		})
		if i >= 0 {
			col.set = &p.sets[i]
		}
	}
	rows := make([]*row, 0, len(p.survey.Inventory.Packages))
	for _, state := range p.survey.Inventory.Packages {
		r := &row{pkg: state.Spec.Name, spec: state.Spec}
		for _, col := range p.columns {
			r.cells = append(r.cells, col.cell(r.pkg))
		}
		rows = append(rows, r)
	}
	p.place()
	p.table.SetRows(rows)
	p.toTrouble()
	p.arrange()
}

// releaseColumn is the column of the release that was asked for.
func (p *Pane) releaseColumn() *column {
	col := &column{release: p.release, title: model.Sanitize(p.release), members: map[string]model.ChannelMember{}}
	if r, n := model.FindRelease(p.survey, p.release); n > 0 {
		col.release, col.title = r.Name, model.Sanitize(r.Label())
		for _, state := range p.survey.Inventory.Packages {
			m := model.ChannelMember{Package: state.Spec.Name, State: model.MemberMissing}
			if has, ok := r.Members[m.Package]; ok {
				m.Digest, m.State, m.Release, m.Commit = has.Digest, model.MemberOK, r.Label(), r.Commit
			}
			col.members[m.Package] = m
		}
	}
	return col
}

func (col *column) cell(pkg string) *cell {
	c := &cell{member: col.members[pkg]}
	if c.member.Package == "" {
		c.member = model.ChannelMember{Package: pkg, State: model.MemberUnknown}
	}
	if col.set == nil || c.member.Digest == "" {
		return c
	}
	for i, v := range col.set.Packages {
		if v.Package == pkg && v.Digest == c.member.Digest {
			c.checked = &col.set.Packages[i]
		}
	}
	return c
}

// place puts the cursor on the column that was asked for.
func (p *Pane) place() {
	if i := slices.IndexFunc(p.columns, func(c *column) bool {
		return c.channel == p.wanted && (p.wanted != "" || p.release != "")
	}); i >= 0 {
		p.at, p.wanted = i, "\x00" // once
	}
	p.at = max(min(p.at, len(p.columns)-1), 0)
	p.setColumns()
}

// toTrouble puts the cursor on the first package of the column whose verdict is
// bad, as long as nobody has moved it.
func (p *Pane) toTrouble() {
	if p.touched || p.at >= len(p.columns) {
		return
	}
	for _, bad := range []model.VerdictKind{model.VerdictFailed, model.VerdictUnverifiable, model.VerdictNone} {
		for _, r := range p.table.Shown() {
			if c := r.cells[p.at]; c.trouble() && c.checked.Err == nil && c.checked.Verification.Verdict == bad {
				p.table.GoTo(r.pkg)
				return
			}
		}
	}
}

// Widths of the columns.
const (
	leastCell, mostCell = 14, 17
	leastName           = 16
)

// setColumns makes the columns of the table: the one under the cursor bears the
// cursor's mark and never goes.
func (p *Pane) setColumns() {
	name := leastName
	for _, state := range p.survey.Inventory.Packages {
		name = max(name, layout.Width(model.Sanitize(state.Spec.Name)))
	}
	out := []table.Column[*row]{{ID: "package", Title: "package", Min: min(name, 40), Max: min(name, 40),
		Cell: func(r *row) table.Cell { return table.Cell{Text: model.Sanitize(r.pkg)} }}}
	for i, col := range p.columns {
		title, drop := "  "+col.title, i+1
		if i == p.at {
			title, drop = p.th.Glyph(present.MarkCursor)+" "+col.title, 0
		}
		id := "channel:" + col.channel
		if col.channel == "" {
			id = "release"
		}
		out = append(out, table.Column[*row]{ID: id, Title: title, Min: leastCell, Max: mostCell, Drop: drop,
			Cell: func(r *row) table.Cell {
				if i >= len(r.cells) {
					return table.Cell{}
				}
				return table.CellOf(p.th, p.present(r.cells[i]))
			}})
	}
	p.table.SetColumns(table.SortByText(out))
}

// present is a cell in the words of the present view.
func (p *Pane) present(c *cell) present.Cell {
	if p.releases {
		return present.Member(c.member)
	}
	return p.cellOf(c)
}

// cellOf is a cell's verdict, or why there can be none.
func (p *Pane) cellOf(c *cell) present.Cell {
	switch {
	case c.member.Digest == "" && c.member.State == model.MemberError: // "failed" is a verdict here
		return present.Cell{Mark: present.MarkUnknown, Text: "not read", Tone: present.Warn}
	case c.member.Digest == "":
		return present.Member(c.member)
	}
	return p.verdict(c)
}

// verdict is what checking a cell came to, or why nothing did.
func (p *Pane) verdict(c *cell) present.Cell {
	switch {
	case c.checked == nil && !p.done:
		return present.Cell{Mark: present.MarkDot, Text: "checking" + string(present.MarkEllipsis), Tone: present.Muted}
	case c.checked == nil:
		return present.Verdict(model.VerdictUnchecked)
	}
	return present.AuditOf(*c.checked)
}
