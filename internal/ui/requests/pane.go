package requests

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/field"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/table"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// Name is the pane's address.
const Name pane.ID = "requests"

// Pane shows the newest requests, the newest last.
type Pane struct {
	th      theme.Theme
	width   int
	height  int
	focused bool

	have  bool
	total int64 // of all requests, kept or not
	last  int64 // number of the newest one
	err   error
	table *table.Model[*row]
	// following is set while the cursor stays on the newest request.
	following bool

	inDetails bool
	shown     int64 // number of the request whose details are drawn
	items     []item
	item      int // under the cursor of the details
	teller    pane.Teller

	prompt field.Line
	query  string
	wrong  string // why the filter cannot be read
	now    time.Time
}

// row is one request with what a filter looks at.
type row struct {
	model.Request
	text string // in lower case
}

// New builds the pane. What was sent comes as Results.
func New(th theme.Theme) *Pane {
	p := &Pane{th: th, prompt: field.NewLine(th), following: true}
	p.table = table.New(th, func(r *row) string { return strconv.FormatInt(r.N, 10) }, p.columns())
	p.table.SetEmpty("Nothing has been sent yet: all that is on the screen came from the local store.")
	return p
}

// ID is the pane's address.
func (p *Pane) ID() pane.ID { return Name }

// Title is the breadcrumb's part.
func (p *Pane) Title() string { return "requests" }

// Tables is the list, for its columns.
func (p *Pane) Tables() (all []pane.Table, here int) {
	return []pane.Table{{Name: "requests", Arranger: p.table}}, 0
}

// CapturesText is true while a filter is typed.
func (p *Pane) CapturesText() bool { return p.prompt.Typing() }

// SetFocus tells whether keys go here.
func (p *Pane) SetFocus(focused bool) { p.focused = focused }

// SetSize gives the pane its size in cells.
func (p *Pane) SetSize(width, height int) {
	p.width, p.height = width, height
	p.arrange()
}

// Update takes what was sent, and the text of a filter.
func (p *Pane) Update(msg tea.Msg) (pane.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case pane.Result:
		return p.result(msg), nil
	case tea.KeyMsg:
		if p.prompt.Typing() {
			p.typed(msg)
		}
	case tea.MouseMsg:
		p.moused(msg)
	}
	return nil, nil
}

// result takes what was sent so far and asks to be told when there is more.
func (p *Pane) result(msg pane.Result) pane.Action {
	log, ok := msg.Value.(model.RequestLog)
	if !ok {
		if msg.Err != nil {
			p.err = msg.Err
		}
		return nil
	}
	p.have, p.err = true, nil
	if log.Total >= p.total { // an older picture brings nothing
		p.take(log)
	}
	return pane.FollowRequests{After: p.total}
}

func (p *Pane) take(log model.RequestLog) {
	p.total = log.Total
	rows := make([]*row, len(log.Requests))
	for i, r := range log.Requests {
		rows[i] = &row{Request: r, text: strings.ToLower(r.Method + " " + r.Target() + " " + strconv.Itoa(r.Status) + " " + r.Err)}
		p.last, p.now = r.N, r.At.Add(r.Took)
	}
	p.table.SetRows(rows)
	if p.following {
		p.table.End()
	}
	p.arrange()
}

// current is the request under the cursor, nil where there is none.
func (p *Pane) current() *row {
	r, ok := p.table.Cursor()
	if !ok {
		return nil
	}
	return r
}

// setQuery filters the list. A filter that cannot be read yet leaves it as it
// is and says why.
func (p *Pane) setQuery(text string) {
	q, err := table.ParseQuery(text)
	if err != nil {
		p.wrong = model.CureOf(err)
		return
	}
	p.query, p.wrong = text, ""
	if q.Empty() {
		p.table.SetFilter(nil)
	} else {
		now := p.now
		p.table.SetFilter(func(r *row) bool { return q.Match(r.text, r.field, r.At, now) })
	}
	if p.following {
		p.table.End()
	}
	p.arrange()
}

// field is what a name:value term looks at.
func (r *row) field(name string) string {
	switch name {
	case "method":
		return r.Method
	case "host":
		return r.Host
	case "path":
		return r.Path
	case "status":
		if r.Status == 0 {
			return "none"
		}
		return strconv.Itoa(r.Status)
	case "state":
		if r.Failed() {
			return "failed"
		}
		return "ok"
	}
	return ""
}

func (p *Pane) typed(msg tea.KeyMsg) {
	switch did, move := p.prompt.Take(msg); did {
	case field.Edited, field.Dropped:
		p.setQuery(p.prompt.Value())
	case field.Moved:
		p.move(move)
	}
	p.arrange()
}

// move moves in the list or in the details. On the last row the list follows
// what is sent.
func (p *Pane) move(id keys.ID) {
	if p.inDetails {
		keys.Move(inDetails{p}, id)
		return
	}
	if keys.Move(p.table, id) {
		p.followed()
	}
}

// followed notes whether the cursor is on the newest request that is shown.
func (p *Pane) followed() {
	p.following = p.table.AtEnd()
}

func (p *Pane) moused(msg tea.MouseMsg) {
	list, side := p.split()
	lines := keys.Wheel(msg)
	inList := msg.X < list.W && msg.Y <= list.H
	switch {
	case p.current() == nil:
		return
	case lines != 0 && p.inDetails:
		inDetails{p}.Move(lines)
	case lines != 0:
		p.table.Move(lines)
		p.followed()
	case keys.Click(msg) && inList:
		if _, ok := p.table.At(msg.Y - 1); ok {
			p.inDetails = false
			p.followed()
		}
	case keys.Click(msg) && !side.Empty():
		p.inDetails = true
	}
	p.teller.Reset()
	p.arrange()
}

// columns are the list's.
func (p *Pane) columns() []table.Column[*row] {
	cell := func(c present.Cell) table.Cell { return table.CellOf(p.th, c) }
	return table.SortByText([]table.Column[*row]{
		{ID: "time", Title: "UTC", Min: 8, Max: 8, Drop: 3, Cell: func(r *row) table.Cell {
			return cell(present.Cell{Text: strings.TrimSuffix(present.Clock(r.At), "Z"), Tone: present.Muted})
		}},
		{ID: "method", Title: "method", Min: 6, Max: 6, Cell: func(r *row) table.Cell { return cell(present.Cell{Text: r.Method}) }},
		{ID: "host", Title: "host", Min: 12, Max: 16, Drop: 5, Cell: func(r *row) table.Cell { return cell(present.Cell{Text: r.Host, Tone: present.Muted}) }},
		{ID: "path", Title: "path", Min: 36, Cell: func(r *row) table.Cell { return cell(present.RequestPath(r.Request)) }},
		{ID: "status", Title: "answer", Min: 7, Max: 9, Cell: func(r *row) table.Cell { return cell(present.RequestAnswer(r.Request)) }},
		{ID: "bytes", Title: "size", Min: 6, Max: 7, Right: true, Drop: 4,
			Compare: func(a, b *row) int { return cmp.Compare(a.Bytes, b.Bytes) }, Cell: func(r *row) table.Cell { return cell(present.Cell{Text: present.Size(int64(r.Bytes))}) }},
		{ID: "took", Title: "took", Min: 8, Max: 8, Right: true, Drop: 2,
			Compare: func(a, b *row) int { return cmp.Compare(a.Took, b.Took) }, Cell: func(r *row) table.Cell { return cell(present.Cell{Text: present.Took(r.Took)}) }},
		{ID: "attempt", Title: "try", Min: 3, Max: 3, Right: true, Drop: 6, Cell: func(r *row) table.Cell { return cell(present.Cell{Text: strconv.Itoa(r.Attempt)}) }},
	})
}
