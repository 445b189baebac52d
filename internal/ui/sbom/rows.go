package sbom

import (
	"strconv"
	"strings"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/table"
)

// row is a component, a difference, or the line above a group of them.
type row struct {
	key   string
	text  string // what a search looks through, in lower case
	group int    // into rows.groups, -1 for none
	head  bool   // the line above the group

	c      *model.SBOMComponent // of a component, or of a difference what is there now
	before *model.SBOMComponent // of a difference what was there
	change change
}

// change is a sort of difference.
type change int

const (
	none change = iota
	licensed
	version
	added
	removed
)

// group is what the line above it says.
type group struct {
	name  present.Cell
	key   string
	total int
	shown int // that the search lets through
}

// rows are what the table holds, with groups where there are any.
type rows struct {
	list   []*row
	groups []*group
	total  int // without the lines above groups
}

// built is rows that were made in a command.
type built struct {
	of       *Pane
	rows     *rows
	ordered  table.Ordered[*row]
	compared *comparison
	failed   error
}

// atOnce is up to how many components rows are made of at once: less than the
// round through the event loop takes.
const atOnce = 2000

// build makes the rows anew, in a command where they are many.
func (p *Pane) build() tea.Cmd {
	p.gen++
	d := p.document()
	if d == nil {
		p.show(built{rows: &rows{}, ordered: p.Table.Orderer()(nil)})
		return nil
	}
	doc, other, by := *d, p.other, p.by
	gen, of := p.gen, p
	p.setColumns(other != nil)
	orderer := p.Table.Orderer()
	work := func() built {
		out := built{of: of}
		if other != nil {
			before, err := other.Counterpart(doc)
			if err != nil {
				out.failed = err
			} else {
				out.compared = &comparison{before, model.CompareSBOMs(before.Components, doc.Components)}
				out.rows = changeRows(out.compared.diff)
			}
		}
		if out.rows == nil {
			out.rows = componentRows(doc.Components, by)
		}
		out.ordered = orderer(out.rows.list)
		return out
	}
	n := len(doc.Components)
	if other != nil {
		n *= 2
	}
	if n <= atOnce {
		p.show(work())
		return nil
	}
	p.building = true
	p.Arrange()
	return func() tea.Msg { return pane.Result{To: Name, Gen: gen, Value: work()} }
}

// show takes rows.
func (p *Pane) show(b built) {
	p.building = false
	p.rows, p.compared = b.rows, b.compared
	if b.failed != nil {
		p.failed = b.failed
		p.setColumns(false)
	}
	p.Redraw()
	p.Table.SetOrdered(b.ordered)
	p.Filter(p.Query)
}

// componentRows are the rows of a document.
func componentRows(list []model.SBOMComponent, by model.SBOMGrouping) *rows {
	out := &rows{total: len(list), list: make([]*row, 0, len(list))}
	all := make([]row, len(list))
	add := func(i, group int) {
		c := &list[i]
		all[i] = row{key: strconv.Itoa(i) + " " + c.Ref + " " + c.Name, text: c.Text(), group: group, c: c}
		out.list = append(out.list, &all[i])
	}
	if by == model.GroupNone {
		for i := range list {
			add(i, -1)
		}
		return out
	}
	for _, g := range model.GroupComponents(list, by) {
		at := out.head(present.SBOMGroupName(by, g.Name), string(by)+" "+g.Name, len(g.Members))
		for _, i := range g.Members {
			add(i, at)
		}
	}
	return out
}

// head begins a group.
func (r *rows) head(name present.Cell, key string, total int) int {
	at := len(r.groups)
	r.groups = append(r.groups, &group{name: name, key: key, total: total, shown: total})
	r.list = append(r.list, &row{key: "group " + key, group: at, head: true})
	return at
}

// changeRows are the rows of a difference: a licence that changed first, for
// that is what nobody expects.
func changeRows(d model.SBOMDiff) *rows {
	out := &rows{}
	add := func(group int, what change, before, after *model.SBOMComponent) {
		r := &row{group: group, change: what, c: after, before: before}
		for _, c := range []*model.SBOMComponent{before, after} {
			if c != nil {
				r.text += c.Text() + " "
				r.key += c.Ref + " " + c.Name + " " + c.Version + " "
			}
		}
		r.key = strconv.Itoa(int(what)) + " " + strconv.Itoa(len(out.list)) + " " + r.key
		out.list = append(out.list, r)
		out.total++
	}
	pairs := func(title string, what change, list []model.SBOMChange) {
		if len(list) == 0 {
			return
		}
		at := out.head(present.Cell{Text: title}, title, len(list))
		for i := range list {
			add(at, what, &list[i].Before, &list[i].After)
		}
	}
	pairs("another licence", licensed, d.Licences)
	pairs("another version", version, d.Changed)
	if len(d.Added) > 0 {
		at := out.head(present.Cell{Text: "added"}, "added", len(d.Added))
		for i := range d.Added {
			add(at, added, nil, &d.Added[i])
		}
	}
	if len(d.Removed) > 0 {
		at := out.head(present.Cell{Text: "removed"}, "removed", len(d.Removed))
		for i := range d.Removed {
			add(at, removed, &d.Removed[i], nil)
		}
	}
	return out
}

// match is what a search and folded groups let through. A search finds what is
// in folded groups too; the line above a group stays while something is in it.
func (p *Pane) match(q table.Query) func(*row) bool {
	searching := !q.Empty()
	if !searching && len(p.folded) == 0 {
		for _, g := range p.rows.groups {
			g.shown = g.total
		}
		return nil
	}
	found := func(r *row) bool { return !searching || q.Match(r.text, r.field, time.Time{}, time.Time{}) }
	all, folded := p.rows, p.folded
	var once sync.Once
	return func(r *row) bool {
		if r.group < 0 {
			return found(r)
		}
		if r.head {
			once.Do(func() { all.count(found) })
			return all.groups[r.group].shown > 0
		}
		return (searching || !folded[all.groups[r.group].key]) && found(r)
	}
}

// count counts what each group has of what is found.
func (r *rows) count(found func(*row) bool) {
	for _, g := range r.groups {
		g.shown = 0
	}
	for _, x := range r.list {
		if !x.head && found(x) {
			r.groups[x.group].shown++
		}
	}
}

// field is what a name:value term looks at.
func (r *row) field(name string) string {
	if name == "change" {
		return strings.TrimLeft(r.cells().Change.String(), "+-~! ")
	}
	out := ""
	for _, c := range []*model.SBOMComponent{r.before, r.c} {
		if c != nil {
			out += c.Field(name) + " "
		}
	}
	return out
}

// component is what is there now, else what was.
func (r *row) component() *model.SBOMComponent {
	if r.c != nil {
		return r.c
	}
	return r.before
}

// cells presents a difference.
func (r *row) cells() present.SBOMChangeRow {
	switch r.change {
	case added:
		return present.SBOMAdded(*r.c)
	case removed:
		return present.SBOMRemoved(*r.before)
	case version:
		return present.SBOMChanged(model.SBOMChange{Before: *r.before, After: *r.c})
	case licensed:
		return present.SBOMLicensed(model.SBOMChange{Before: *r.before, After: *r.c})
	case none:
	}
	return present.SBOMChangeRow{}
}
