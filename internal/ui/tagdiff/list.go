package tagdiff

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/table"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// member is a package of the channel in the list.
type member struct {
	model.PackageDiff
	change, where present.Cell
}

func memberKey(m *member) string { return m.Package }

// list shows what became of each package, what differs first.
func (p *Pane) list(d model.ChannelDiff) {
	p.whole = &d
	rows := make([]*member, len(d.Packages))
	for i, pkg := range d.Packages {
		rows[i] = newMember(pkg)
	}
	slices.SortStableFunc(rows, func(a, b *member) int { return a.weight() - b.weight() })
	p.table.SetColumns(memberColumns(p.th, rows))
	p.members = rows
	p.table.SetRows(rows)
	p.arrange()
}

// The order of the list.
const (
	notCompared = iota
	differs
	builtAnew
	isSame
)

// weight is where a package stands in the list.
func (m *member) weight() int {
	switch {
	case m.Err != nil:
		return notCompared
	case m.Same:
		return isSame
	case m.Diff != nil && nothingDiffers(*m.Diff):
		return builtAnew
	}
	return differs
}

// nothingDiffers holds where only dates and the like do.
func nothingDiffers(d model.Diff) bool {
	added, removed, changed := d.Count()
	return added+removed+changed == 0
}

func newMember(d model.PackageDiff) *member {
	m := &member{PackageDiff: d, change: present.PackageDiffState(d)}
	m.where = present.Cell{Text: present.PackageDiffWhere(d)}
	switch {
	case d.Err != nil:
		m.where = present.Cell{Text: present.Why(d.Err), Tone: present.Warn}
	case d.Same || d.Diff != nil:
	case d.Before == "":
		m.change = present.Cell{Text: "new", Tone: present.Warn}
		m.where = present.Cell{Text: "the former release has none of it", Tone: present.Muted}
	case d.After == "":
		m.change = present.Cell{Mark: present.MarkWarn, Text: "gone", Tone: present.Warn}
		m.where = present.Cell{Text: "the channel has none of it", Tone: present.Muted}
	}
	return m
}

func memberColumns(th theme.Theme, rows []*member) []table.Column[*member] {
	cell := func(f func(*member) present.Cell) func(*member) table.Cell {
		return func(m *member) table.Cell { return table.CellOf(th, f(m)) }
	}
	widest := func(least, most int, f func(*member) present.Cell) int {
		for _, m := range rows {
			least = max(least, min(layout.Width(th.Text(f(m).String())), most))
		}
		return least
	}
	name := func(m *member) present.Cell {
		return present.Cell{Text: model.Sanitize(m.Package), Tone: present.Strong}
	}
	change := func(m *member) present.Cell { return m.change }
	before := func(m *member) present.Cell { return present.Cell{Text: present.Short(m.Before), Tone: present.Muted} }
	after := func(m *member) present.Cell { return present.Cell{Text: present.Short(m.After), Tone: present.Muted} }
	names, changes := widest(16, 40, name), widest(10, 18, change)
	return table.SortByText([]table.Column[*member]{
		{ID: "package", Title: "package", Min: names, Max: names, Cell: cell(name)},
		{ID: "change", Title: "state", Min: changes, Max: changes, Cell: cell(change)},
		{ID: "before", Title: "before", Min: model.ShortLen, Max: model.ShortLen, Drop: 2, Cell: cell(before)},
		{ID: "after", Title: "after", Min: model.ShortLen, Max: model.ShortLen, Drop: 1, Cell: cell(after)},
		{ID: "where", Title: "what differs", Min: 12, Drop: 3, Cell: cell(func(m *member) present.Cell { return m.where })},
	})
}

// Tables is the list of a channel's packages, while it is shown.
func (p *Pane) Tables() (all []pane.Table, here int) {
	if !p.index {
		here = -1
	}
	return []pane.Table{{Name: "changed packages", Arranger: p.table}}, here
}

// listHead is the lines above the list.
func (p *Pane) listHead() []string {
	note := ""
	if p.whole != nil {
		note = p.table.Position()
	}
	out := []string{layout.Rule(p.th, p.Title(), note, p.width, p.focused)}
	if p.whole == nil || p.height < 6 {
		return out
	}
	for _, line := range layout.Wrap(p.th.Text(p.listSummary()), max(p.width-4, 1)) {
		out = append(out, "   "+p.th.Base.Render(line))
	}
	return out[:min(len(out), 1+summaryLines)]
}

// listSummary says in one sentence what became of the channel.
func (p *Pane) listSummary() string {
	d := *p.whole
	same, different, failed := d.Count()
	anew := 0
	for _, m := range p.members {
		if m.weight() == builtAnew {
			anew++
		}
	}
	text := ""
	if d.From != "" && d.To != "" {
		text = "Since " + model.Sanitize(d.From) + ", now " + model.Sanitize(d.To) + ": "
	}
	switch all := len(d.Packages); {
	case all == 0:
		return text + "the channel has no packages."
	case same == all:
		return text + "nothing changed, all " + present.Many(all, "package") + " are the same."
	default:
		text += present.Count(different-anew) + " of " + present.Many(all, "package") + " changed"
	}
	if anew > 0 {
		text += ", " + present.Count(anew) + " only built anew"
	}
	if failed > 0 {
		text += ", " + present.Count(failed) + " could not be compared"
	}
	return text + "."
}

func (p *Pane) listHeight() int { return p.height - len(p.listHead()) }

// listView draws the list of packages.
func (p *Pane) listView() []string {
	out := p.listHead()
	channel := model.Sanitize(p.channel)
	switch {
	case p.err != nil:
		return append(out, p.say("What changed in "+channel+" could not be found out: "+present.Why(p.err)+".", "r tries again, esc goes back.")...)
	case p.whole == nil:
		return append(out, p.say("Comparing what "+channel+" holds of each package with its former release.",
			"Manifests and configurations are read for it; layers only when f asks for the files of a package.")...)
	case len(p.whole.Packages) == 0:
		return append(out, p.say("Nothing was compared: "+channel+" has no packages, or no former release is known.", "esc goes back.")...)
	}
	return append(out, strings.Split(p.table.View(p.focused), "\n")...)
}

// noMember says why the package under the cursor cannot be opened.
func (p *Pane) noMember() string {
	m, ok := p.table.Cursor()
	switch {
	case !ok:
		return "no package is under the cursor"
	case m.Same:
		return "nothing changed: both releases have " + present.Short(m.After)
	case m.Err != nil:
		return "it could not be compared: " + present.Why(m.Err)
	case m.Diff == nil:
		return "there is nothing to compare it with"
	}
	return ""
}

// openMember shows the differences of the package under the cursor.
func (p *Pane) openMember() tea.Cmd {
	m, ok := p.table.Cursor()
	if !ok || m.Diff == nil {
		return nil
	}
	p.index, p.pkg, p.a, p.b = false, m.Package, m.Before, m.After
	return p.open(*m.Diff)
}

// changedMember goes to the next or previous package that is not the same.
func (p *Pane) changedMember(forward bool) pane.Action {
	step := 1
	if !forward {
		step = -1
	}
	here, ok := p.table.Cursor()
	if !ok {
		return nil
	}
	for i := slices.Index(p.members, here) + step; i >= 0 && i < len(p.members); i += step {
		if !p.members[i].Same {
			p.table.GoTo(p.members[i].Package)
			return nil
		}
	}
	if forward {
		return pane.Notice{Text: "this is the last package that changed"}
	}
	return pane.Notice{Text: "this is the first package that changed"}
}
