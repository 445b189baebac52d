package versionrows

import (
	"cmp"
	"slices"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/table"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Columns are those of a list of versions. Cells are made for visible rows
// only. The larger Drop, the sooner a column gives way to the others.
func Columns(th theme.Theme) []table.Column[*Row] {
	cell := func(of func(present.HistoryRow) present.Cell) func(*Row) table.Cell {
		return func(r *Row) table.Cell { return table.CellOf(th, of(r.Cells())) }
	}
	return []table.Column[*Row]{
		{ID: "age", Title: "age", Min: 6, Max: 6, Right: true,
			Compare: func(a, b *Row) int { return b.Created.Compare(a.Created) },
			Lacks:   func(r *Row) bool { return r.Created.IsZero() },
			Cell:    cell(func(h present.HistoryRow) present.Cell { return h.Age })},
		{ID: "release", Title: "release", Min: 7, Max: 12,
			Compare: func(a, b *Row) int { return model.OrderVersions(a.Release, b.Release) },
			Lacks:   func(r *Row) bool { return r.Release == "" || model.IsHex(r.Release, 40) },
			Cell:    cell(func(h present.HistoryRow) present.Cell { return h.Release })},
		{ID: "tags", Title: "tags", Min: 24,
			Compare: func(a, b *Row) int { return slices.Compare(a.Tags, b.Tags) },
			Lacks:   func(r *Row) bool { return len(r.Tags) == 0 },
			Cell:    cell(func(h present.HistoryRow) present.Cell { return h.Tags })},
		{ID: "commit", Title: "commit", Min: 7, Max: 7, Drop: 4,
			Compare: func(a, b *Row) int { return strings.Compare(a.Commit, b.Commit) },
			Lacks:   func(r *Row) bool { return r.Commit == "" },
			Cell:    cell(func(h present.HistoryRow) present.Cell { return h.Commit })},
		{ID: "platforms", Title: "platforms", Min: 11, Max: 13, Drop: 2,
			Compare: func(a, b *Row) int { return slices.Compare(a.Platforms, b.Platforms) },
			Lacks:   func(r *Row) bool { return len(r.Platforms) == 0 },
			Cell:    cell(func(h present.HistoryRow) present.Cell { return h.Platforms })},
		{ID: "size", Title: "size", Min: 7, Max: 7, Right: true, Drop: 3,
			Compare: func(a, b *Row) int { return cmp.Compare(a.Size, b.Size) },
			Lacks:   func(r *Row) bool { return r.Size < 0 },
			Cell:    cell(func(h present.HistoryRow) present.Cell { return h.Size })},
		{ID: "trust", Title: "trust", Min: 11, Max: 11, Drop: 5, Cell: func(*Row) table.Cell {
			return table.Cell{Text: "not checked", Style: th.Muted}
		}},
		{ID: "channel", Title: "channel", Min: 16, Max: 22, Drop: 1,
			Compare: byChannel, Lacks: func(r *Row) bool { return len(r.Now)+len(r.Stays) == 0 },
			Cell: cell(func(h present.HistoryRow) present.Cell { return h.Note })},
	}
}

// byChannel puts what a channel points to now before what one pointed to.
func byChannel(a, b *Row) int {
	if now := len(b.Now) - len(a.Now); now != 0 && (len(a.Now) == 0 || len(b.Now) == 0) {
		return now
	}
	return slices.Compare(a.channels(), b.channels())
}

// ColumnsOfAll are Columns with the package beside, whose name is not cut; the
// tags have less room for it.
func ColumnsOfAll(th theme.Theme) []table.Column[*Row] {
	out := Columns(th)
	for i := range out {
		if out[i].ID == "tags" {
			out[i].Min = 18
		}
	}
	return slices.Insert(out, 1, table.Column[*Row]{ID: "package", Title: "package", Min: 23, Max: 30,
		Compare: func(a, b *Row) int { return strings.Compare(a.In.Name, b.In.Name) },
		Cell:    func(r *Row) table.Cell { return table.Cell{Text: r.In.Name} }})
}

// Cells makes the cells of a row, once. A row that is not on the screen has
// none. It belongs to the event loop.
func (r *Row) Cells() present.HistoryRow {
	if r.cells == nil {
		inv := r.In.Survey.Inventory
		h := present.History(inv.Layout, r.Row, inv.ReadAt)
		if r.Role != "" {
			h.Tags = present.Part(inv.Layout, model.Part{Entry: r.Entry, Role: r.Role}, inv.ReadAt).Tags
		}
		if r.Failed != "" {
			// What failed comes before the tags, for a narrow column cuts.
			h.Tags.Mark, h.Tags.Text = present.MarkWarn, "failed: "+model.Sanitize(r.Failed)
			if len(r.Tags) > 0 {
				h.Tags.Text += "  " + present.Tags(inv.Layout, r.Tags)
			}
		}
		h.Note = whereNow(r, h.Note)
		r.cells = &h
	}
	return *r.cells
}

// whereNow marks what a channel points to, and adds what no tag says: that a
// channel's metadata names this row.
func whereNow(r *Row, note present.Cell) present.Cell {
	if len(r.Now) == 0 {
		return note
	}
	var more []string
	for _, h := range r.Now {
		if said := model.Sanitize(h.Channel) + " now"; !strings.Contains(note.Text, said) {
			if h.Via == model.ViaMetadata {
				said = "~" + said
			}
			more = append(more, said)
		}
	}
	if note.Text != "" {
		more = append(more, note.Text)
	}
	return present.Cell{Mark: present.MarkArrow, Text: strings.Join(more, ", "), Tone: present.Good}
}
