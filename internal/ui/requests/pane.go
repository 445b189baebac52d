package requests

import (
	"cmp"
	"strconv"
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
const Name pane.ID = "requests"

// Pane shows the newest requests, the newest last.
type Pane struct {
	*records.Browser[*row]
	th theme.Theme

	have  bool
	total int64 // of all requests, kept or not
	last  int64 // number of the newest one
	err   error
	// following is set while the cursor stays on the newest request.
	following bool
	teller    pane.Teller
}

// row is one request with what a filter looks at.
type row struct {
	model.Request
	text string // in lower case
}

// New builds the pane. What was sent comes as Results.
func New(th theme.Theme) *Pane {
	p := &Pane{th: th, following: true}
	p.Browser = records.New(th, func(r *row) string { return strconv.FormatInt(r.N, 10) }, p.columns(), records.Form[*row]{
		Title: title, Details: "The same by other programs", Note: p.note, Message: p.message,
		Count:  func(n int) string { return present.Many(n, "request") },
		Beside: besideWidth, ListShare: 11, Below: below,
		Items: itemsOf, Labels: labelWidth, Margin: 1,
		Text: func(r *row) string { return r.text }, Field: (*row).field, At: func(r *row) time.Time { return r.At },
		Fields: []string{"method", "host", "path", "status", "state"},
		Moved:  func() { p.following = p.Table.AtEnd() }, Settle: p.follow,
	})
	p.Table.SetEmpty("Nothing has been sent yet: all that is on the screen came from the local store.")
	return p
}

// follow keeps the cursor on the newest request while it is followed.
func (p *Pane) follow() {
	if p.following {
		p.Table.End()
	}
}

// ID is the pane's address.
func (p *Pane) ID() pane.ID { return Name }

// Title is the breadcrumb's part.
func (p *Pane) Title() string { return "requests" }

// Tables is the list, for its columns.
func (p *Pane) Tables() (all []pane.Table, here int) {
	return []pane.Table{{Name: "requests", Arranger: p.Table}}, 0
}

// Update takes what was sent, and the text of a filter.
func (p *Pane) Update(msg tea.Msg) (pane.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case pane.Result:
		return p.result(msg), nil
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
		p.last, p.Now = r.N, r.At.Add(r.Took)
	}
	p.Table.SetRows(rows)
	p.Arrange()
}

// current is the request under the cursor, nil where there is none.
func (p *Pane) current() *row {
	r, ok := p.Table.Cursor()
	if !ok {
		return nil
	}
	return r
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
