package history

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/table"
)

// matched is the answer of a filter over many rows.
type matched struct {
	pkg    string
	answer table.Filtered
}

// openFilter takes the keys for the filter's text.
func (p *Pane) openFilter() {
	p.typing, p.inDetails = true, false
	p.field.Set(p.query)
	p.arrange()
}

// typed takes a key while the filter is typed: enter keeps it, esc drops it,
// the arrows move in what it shows, everything else is text.
func (p *Pane) typed(msg tea.KeyMsg) tea.Cmd {
	switch msg.String() {
	case "enter":
		p.typing = false
		p.arrange()
	case "esc":
		p.typing = false
		return p.setQuery("")
	case "up":
		p.move(keys.Up)
	case "down":
		p.move(keys.Down)
	case "pgup":
		p.move(keys.PageUp)
	case "pgdown":
		p.move(keys.PageDown)
	default:
		if p.field.Update(msg) {
			return p.setQuery(p.field.Value())
		}
		return nil
	}
	p.settle()
	return p.askSoon()
}

// setQuery shows only what matches. What cannot be read as a filter is said,
// and the filter before it stays.
func (p *Pane) setQuery(text string) tea.Cmd {
	p.query, p.bad = text, nil
	query, err := table.ParseQuery(text)
	if err != nil {
		p.bad = err
		p.arrange()
		return nil
	}
	var match func(*row) bool
	if !query.Empty() {
		// It runs outside the event loop for many rows: it may touch nothing
		// but what does not change.
		now := p.data.survey.Inventory.ReadAt
		match = func(r *row) bool { return query.Match(r.text, r.field, r.Created, now) }
	}
	pkg := p.pkg
	cmd := p.table.FilterCmd(match, func(f table.Filtered) tea.Msg {
		return pane.Result{To: Name, Value: matched{pkg: pkg, answer: f}}
	})
	p.arrange()
	return tea.Batch(cmd, p.askSoon())
}

// filterLine is the last line while there is a filter.
func (p *Pane) filterLine() string {
	counts := present.Count(p.table.Len()) + " of " + present.Many(p.table.Total(), "row")
	style := p.th.Muted
	if p.bad != nil {
		counts, style = "the filter before stays: "+model.Sanitize(p.bad.Error()), p.th.Warn
	}
	counts = layout.Truncate(p.th.Text(counts), max(p.width/2, 1), p.th.Glyphs.Ellipsis)
	left := p.th.Key.Render("/") + " " + p.field.View(max(p.width-layout.Width(counts)-4, 1), p.typing)
	return layout.Sides(left, style.Render(counts)+" ", p.width, "")
}
