package packages

import (
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/table"
	"github.com/novotnyllc/caitui/internal/ui/theme"
	"github.com/novotnyllc/caitui/internal/ui/versionrows"
)

// sorted is the history of one package, made in a command, for that takes time
// in proportion to the package.
type sorted struct {
	*versionrows.Package
	told uint64                            // the survey that it was made from
	held map[model.Digest]*versionrows.Row // what channels hold
}

func sortedOf(s model.Survey, pkg string, told uint64) sorted {
	out := sorted{versionrows.Load(s, pkg, true), told, make(map[model.Digest]*versionrows.Row)}
	for _, r := range out.Rows {
		if len(r.Now) > 0 {
			out.held[r.Digest] = r
		}
	}
	return out
}

// follow sorts the history of the package under the cursor where it is shown
// and not there yet. One sorting is under way at a time; what is wanted when it
// ends is seen then.
func (p *Pane) follow() tea.Cmd {
	r := p.current()
	if p.sorting || p.part != inPackages || r == nil || !r.Known || p.areas.side.Empty() {
		return nil
	}
	if p.past.of(r.Spec.Name) && p.past.told == p.told {
		return nil
	}
	p.sorting = true
	s, pkg, told := p.pic.survey, r.Spec.Name, p.told
	return func() tea.Msg { return pane.Result{To: Name, Value: sortedOf(s, pkg, told)} }
}

// of reports whether this is the history of a package.
func (s sorted) of(pkg string) bool { return s.Package != nil && s.Name == pkg }

// take shows a history that was sorted.
func (p *Pane) take(s sorted) tea.Cmd {
	p.sorting = false
	if r := p.current(); r == nil || r.Spec.Name != s.Name {
		return p.follow()
	}
	p.past = s
	p.builds.SetRows(s.Rows)
	p.arrange()
	return p.follow()
}

// buildOf is what is known of a digest that a channel holds, nil where the
// history of its package is not there.
func (p *Pane) buildOf(pkg string, d model.Digest) *versionrows.Row {
	if !p.past.of(pkg) {
		return nil
	}
	return p.past.held[d]
}

// releaseRow is one release of the survey.
type releaseRow struct {
	model.Release
	note present.Cell
}

func releaseKey(r *releaseRow) string { return r.Name + " " + r.Built.String() }

// releaseRows are the releases with the channels that they are and were in.
func releaseRows(s model.Survey) []*releaseRow {
	out := make([]*releaseRow, len(s.Releases))
	for i, r := range s.Releases {
		out[i] = &releaseRow{Release: r, note: places(s, r)}
	}
	return out
}

// places are the channels that point to a release, and those that did before
// the one they point to now.
func places(s model.Survey, r model.Release) present.Cell {
	var here, gone []string
	for _, c := range s.Channels {
		switch {
		case c.Release != nil && r.Same(*c.Release):
			here = append(here, model.Sanitize(c.Name)+" now")
		case c.Previous != nil && r.Same(c.Previous.Release):
			gone = append(gone, "was "+model.Sanitize(c.Name))
		}
	}
	text := strings.Join(append(here, gone...), ", ")
	if len(here) > 0 {
		return present.Cell{Mark: present.MarkArrow, Text: text, Tone: present.Good}
	}
	return present.Cell{Text: text}
}

// releaseColumns are those of the releases beside a channel.
func releaseColumns(th theme.Theme, p picture) []table.Column[*releaseRow] {
	cell := func(of func(*releaseRow) present.Cell) func(*releaseRow) table.Cell {
		return func(r *releaseRow) table.Cell { return table.CellOf(th, of(r)) }
	}
	return []table.Column[*releaseRow]{
		{ID: "age", Title: "age", Min: 5, Max: 5, Right: true, Cell: cell(func(r *releaseRow) present.Cell {
			return present.Cell{Text: present.Age(r.Built, p.now)}
		})},
		{ID: "release", Title: "release", Min: 8, Max: 10, Cell: cell(func(r *releaseRow) present.Cell {
			return present.Cell{Text: model.Sanitize(r.Label()), Tone: present.Strong}
		})},
		{ID: "packages", Title: "packages", Min: 8, Max: 10, Cell: cell(func(r *releaseRow) present.Cell {
			n, all := len(r.Members), len(r.Members)+len(r.Missing)
			c := present.Cell{Text: strconv.Itoa(n) + " of " + strconv.Itoa(all)}
			if !r.Complete() {
				c.Tone = present.Warn
			}
			return c
		})},
		{ID: "made-for", Title: "made for", Min: 8, Max: 10, Drop: 1, Cell: cell(func(r *releaseRow) present.Cell {
			return present.Cell{Text: model.Sanitize(r.Channel)}
		})},
		{ID: "channel", Title: "channel", Min: 12, Max: 24, Cell: cell(func(r *releaseRow) present.Cell { return r.note })},
	}
}

// buildColumns are those of the history beside a package: narrow enough to
// keep platforms and channels.
func buildColumns(th theme.Theme) []table.Column[*versionrows.Row] {
	out := versionrows.Columns(th)
	for i, c := range out {
		switch c.ID {
		case "tags":
			out[i].Min = 10
		case "channel":
			out[i].Min = 16
		case "release":
			out[i].Max = 8
		}
	}
	return out
}
