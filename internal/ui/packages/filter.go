package packages

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/field"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/table"
)

// openFilter takes the keys for the filter's text. It filters packages, so it
// goes there.
func (p *Pane) openFilter() {
	p.part = inPackages
	p.prompt.Open(p.query)
}

// typed takes a key while the filter is typed.
func (p *Pane) typed(msg tea.KeyMsg) {
	switch did, move := p.prompt.Take(msg); did {
	case field.Edited, field.Dropped:
		p.setQuery(p.prompt.Value())
	case field.Moved:
		keys.Move(p.list(), move)
	case field.Kept, field.Nothing:
	}
	p.arrange()
}

// setQuery shows only packages that match. There are few, so it is done at
// once. What cannot be read as a filter is said; the filter before it stays.
func (p *Pane) setQuery(text string) {
	p.query, p.bad = text, nil
	query, err := table.ParseQuery(text, filterFields())
	switch {
	case err != nil:
		p.bad = err
	case query.Empty():
		p.packages.SetFilter(nil)
	default:
		now := p.pic.now
		p.packages.SetFilter(func(r *packageRow) bool {
			return query.Match(r.text, r.field, r.Info.Updated, now)
		})
	}
}

// filterLine is drawn while there is a filter.
func (p *Pane) filterLine(w int) string {
	if p.bad != nil {
		return p.prompt.View(w, "the filter before stays: "+model.Sanitize(p.bad.Error()), true)
	}
	return p.prompt.View(w, present.Count(p.packages.Len())+" of "+present.Many(p.packages.Total(), "package"), false)
}
