package journal

import (
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/records"
	"github.com/novotnyllc/caitui/internal/ui/table"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Name is the pane's address.
const Name pane.ID = "journal"

// Pane shows plans and remarks, the newest first.
type Pane struct {
	*records.Browser[*row]
	th theme.Theme

	have   bool
	err    error
	record model.Record
	rows   []*row
	wanted string // id of the plan to put the cursor on
	teller pane.Teller
}

// New builds the pane, the cursor on the newest execution of a plan where one is
// named. The journal comes as a Result.
func New(th theme.Theme, plan string) *Pane {
	p := &Pane{th: th, wanted: plan}
	p.Browser = records.New(th, func(r *row) string { return r.key }, p.columns(), records.Form[*row]{
		Title: title, Details: "Details", Note: p.note, Message: p.message, Count: present.Count,
		Beside: besideWidth, ListShare: 10, Below: below,
		Items: func(r *row) ([]records.Item, int) { return itemsOf(r, p.record.Place), 0 }, Centre: true,
		Text: func(r *row) string { return r.text }, Field: (*row).field, At: func(r *row) time.Time { return r.at },
		Fields:     []string{"incident", "by", "kind", "state", "plan", "digest", "channel", "tag", "name"},
		ItemFields: []string{"tag", "name", "digest", "state", "kind"},
	})
	p.Table.SetEmpty("Nothing was previewed or changed from this machine yet.")
	return p
}

// ID is the pane's address.
func (p *Pane) ID() pane.ID { return Name }

// Title is the breadcrumb's part.
func (p *Pane) Title() string { return "journal" }

// Update takes the journal, and the text of a filter.
func (p *Pane) Update(msg tea.Msg) (pane.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case pane.Result:
		p.result(msg)
	case pane.Surveyed:
		p.Now = msg.Survey.Inventory.ReadAt
	case tea.KeyMsg:
		if p.CapturesText() {
			p.Typed(msg)
		}
	case tea.MouseMsg:
		p.Moused(msg)
		p.teller.Reset()
	}
	return nil, nil
}

func (p *Pane) result(msg pane.Result) {
	record, ok := msg.Value.(model.Record)
	if !ok {
		if msg.Err != nil {
			p.err = msg.Err
		}
		return
	}
	p.have, p.err, p.record = true, nil, record
	p.Redraw() // the same row may say something else now
	p.rows = rowsOf(record)
	p.Table.SetRows(p.rows)
	if p.wanted != "" {
		for _, r := range p.Table.Shown() {
			if r.x != nil && r.x.ID() == p.wanted {
				p.Table.GoTo(r.key)
				break
			}
		}
		p.wanted = ""
	}
	p.Arrange()
}

// current is the row under the cursor, nil where there is none.
func (p *Pane) current() *row {
	r, ok := p.Table.Cursor()
	if !ok {
		return nil
	}
	return r
}

// row is a plan, or a remark that belongs to none.
type row struct {
	key  string
	at   time.Time
	x    *model.Execution
	note model.JournalEvent
	text string // what a filter looks at, in lower case
}

// rowsOf are the rows, newest first.
func rowsOf(record model.Record) []*row {
	loose := record.Loose
	var out []*row
	take := func(e model.JournalEvent) {
		out = append(out, &row{key: present.Count(int(e.Seq)), at: e.At, note: e, text: strings.ToLower(e.Reason + " " + e.Actor + " " + e.Incident)})
	}
	for i := len(record.Executions) - 1; i >= 0; i-- {
		x := &record.Executions[i]
		for len(loose) > 0 && loose[len(loose)-1].Seq > x.Start {
			take(loose[len(loose)-1])
			loose = loose[:len(loose)-1]
		}
		out = append(out, &row{key: present.Count(int(x.First)), at: x.Began, x: x, text: textOf(x)})
	}
	for i := len(loose) - 1; i >= 0; i-- {
		take(loose[i])
	}
	return out
}

// textOf is what a filter looks at in a plan.
func textOf(x *model.Execution) string {
	parts := []string{present.ExecutionTitle(*x), x.Actor, x.Reason, x.Incident, x.ID(), present.ExecutionState(*x).Text}
	for _, s := range x.Steps {
		parts = append(parts, present.ChangeName(s.Change))
	}
	return strings.ToLower(strings.Join(parts, " "))
}

// field is what a name:value term looks at.
func (r *row) field(name string) string {
	if r.x == nil {
		switch name {
		case "incident":
			return r.note.Incident
		case "by":
			return r.note.Actor
		case "kind":
			return "note"
		}
		return ""
	}
	switch name {
	case "incident":
		return r.x.Incident
	case "by":
		return r.x.Actor
	case "state":
		return present.ExecutionState(*r.x).Text
	case "plan", "digest":
		return r.x.ID()
	case "channel":
		return r.x.Plan.Aim.Channel
	case "kind":
		return string(r.x.Plan.Aim.Act)
	case "tag", "name":
		var names []string
		for _, s := range r.x.Steps {
			names = append(names, present.ChangeName(s.Change))
		}
		return strings.Join(names, " ")
	}
	return ""
}

// columns are the list's.
func (p *Pane) columns() []table.Column[*row] {
	cell := func(c present.Cell) table.Cell { return table.CellOf(p.th, c) }
	muted := func(s string) table.Cell {
		return cell(present.Cell{Text: model.Sanitize(s), Tone: present.Muted})
	}
	return []table.Column[*row]{
		{ID: "at", Title: "UTC", Min: 16, Max: 16, Drop: 4, Cell: func(r *row) table.Cell {
			return muted(strings.TrimSuffix(present.Stamp(r.at), r.at.UTC().Format(":05")))
		}},
		{ID: "state", Title: "how it stands", Min: 13, Max: 18, Cell: func(r *row) table.Cell {
			if r.x == nil {
				return cell(present.Cell{Mark: present.MarkDot, Text: "note", Tone: present.Muted})
			}
			return cell(present.ExecutionState(*r.x))
		}},
		{ID: "what", Title: "what", Min: 24, Cell: func(r *row) table.Cell {
			if r.x == nil {
				return cell(present.Cell{Text: model.Sanitize(r.note.Reason)})
			}
			return cell(present.Cell{Text: present.ExecutionTitle(*r.x)})
		}},
		{ID: "incident", Title: "incident", Min: 8, Max: 10, Drop: 3, Cell: func(r *row) table.Cell {
			if r.x == nil {
				return muted(r.note.Incident)
			}
			return muted(r.x.Incident)
		}},
		{ID: "by", Title: "by", Min: 6, Max: 10, Drop: 2, Cell: func(r *row) table.Cell {
			if r.x == nil {
				return muted(r.note.Actor)
			}
			return muted(r.x.Actor)
		}},
	}
}
