package packages

import (
	"cmp"
	"slices"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/table"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// wish is a column before its width is known: few rows, so the widths are
// those of what stands in them.
type wish[R any] struct {
	id, title string
	least     int // cells that it has in any case
	most      int // cells that its content may ask for
	grows     bool
	right     bool
	drop      int
	cell      func(R) present.Cell
	// compare and lacks order the rows where the text of the cells does not.
	compare func(a, b R) int
	lacks   func(R) bool
}

// fitted makes columns that are as wide as their content asks for.
func fitted[R any](th theme.Theme, rows []R, wishes []wish[R]) []table.Column[R] {
	out := make([]table.Column[R], 0, len(wishes))
	for _, w := range wishes {
		width := max(w.least, layout.Width(w.title))
		for _, r := range rows {
			width = max(width, min(layout.Width(th.Text(w.cell(r).String())), w.most))
		}
		c := table.Column[R]{ID: w.id, Title: w.title, Min: width, Max: width, Right: w.right, Drop: w.drop,
			Compare: w.compare, Lacks: w.lacks,
			Cell: func(r R) table.Cell { return table.CellOf(th, w.cell(r)) }}
		if w.grows {
			c.Max = 0
		}
		out = append(out, c)
	}
	return table.SortByText(out)
}

// channelColumns are those of the first part.
func channelColumns(th theme.Theme, rows []*channelRow) []table.Column[*channelRow] {
	return fitted(th, rows, []wish[*channelRow]{
		{id: "channel", title: "channel", most: 16, cell: func(r *channelRow) present.Cell { return r.cells.Name }},
		{id: "release", title: "release", most: 14, cell: func(r *channelRow) present.Cell { return r.cells.Release }},
		{id: "since", title: "since", most: 12, drop: 2, compare: bySince, lacks: noSince, cell: func(r *channelRow) present.Cell { return r.cells.Since }},
		{id: "age", least: 4, most: 8, right: true, drop: 3, compare: func(a, b *channelRow) int { return bySince(b, a) }, lacks: noSince, cell: func(r *channelRow) present.Cell { return r.cells.Age }},
		{id: "set", title: "one set?", most: 26, cell: func(r *channelRow) present.Cell { return r.cells.OneSet }},
		{id: "attested", title: "attested", most: 16, drop: 4, cell: func(r *channelRow) present.Cell { return r.cells.Attested }},
		{id: "before", title: "before", most: 24, grows: true, drop: 1, cell: func(r *channelRow) present.Cell { return r.cells.Before }},
	})
}

func bySince(a, b *channelRow) int { return a.Since.Compare(b.Since) }
func noSince(r *channelRow) bool   { return r.Since.IsZero() }

// packageColumns are those of the second part: one for each channel, and one
// for what went wrong where something did.
func packageColumns(th theme.Theme, channels []*channelRow, rows []*packageRow) []table.Column[*packageRow] {
	wishes := []wish[*packageRow]{
		{id: "name", title: "name", least: 16, most: 40, cell: func(r *packageRow) present.Cell { return r.cells.Name }},
		{id: "kind", title: "kind", most: 10, drop: 101, cell: func(r *packageRow) present.Cell { return r.cells.Kind }},
	}
	for i, c := range channels {
		drop := 0
		if i > 0 {
			drop = 2 + i
		}
		wishes = append(wishes, wish[*packageRow]{id: "channel:" + c.Name, title: c.cells.Name.Text, least: 7, most: 16, drop: drop,
			cell: func(r *packageRow) present.Cell { return r.channel(i) }})
	}
	wishes = append(wishes,
		wish[*packageRow]{id: "seen", title: "seen", most: 10, drop: 2, cell: func(r *packageRow) present.Cell { return r.cells.Seen }},
		wish[*packageRow]{id: "versions", title: "versions", most: 10, right: true, drop: 100, cell: func(r *packageRow) present.Cell { return r.cells.Versions },
			compare: func(a, b *packageRow) int { return cmp.Compare(a.Info.VersionCount, b.Info.VersionCount) },
			lacks:   func(r *packageRow) bool { return r.Info.VersionCount < 0 }})
	if slices.ContainsFunc(rows, func(r *packageRow) bool { return r.Err != nil }) {
		wishes = append(wishes, wish[*packageRow]{id: "state", title: "state", most: 15, grows: true, drop: 1, cell: state})
	}
	return fitted(th, rows, wishes)
}

// state is what went wrong with a package. That all are of the store alone,
// and how old, the status line says.
func state(r *packageRow) present.Cell {
	if r.Err == nil {
		return present.Cell{}
	}
	return r.cells.State
}

// channel is the cell of one channel, empty where the row has none. What went
// wrong stands in the row's last column and is not said once for each channel.
func (r *packageRow) channel(i int) present.Cell {
	switch {
	case i >= len(r.cells.Channels):
		return present.Cell{}
	case r.Err != nil && r.members[i].State == model.MemberError:
		return present.Cell{Mark: present.MarkWarn, Text: "error", Tone: present.Warn}
	}
	return r.cells.Channels[i]
}
