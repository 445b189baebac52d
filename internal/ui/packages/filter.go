package packages

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/table"
)

// openFilter takes the keys for the filter's text. It filters packages, so it
// goes there.
func (p *Pane) openFilter() {
	p.typing, p.part = true, inPackages
	p.field.Set(p.query)
}

// typed takes a key while the filter is typed: enter keeps it, esc drops it,
// the arrows move in what it shows, everything else is text.
func (p *Pane) typed(msg tea.KeyMsg) {
	switch msg.String() {
	case "enter":
		p.typing = false
	case "esc":
		p.typing = false
		p.setQuery("")
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
			p.setQuery(p.field.Value())
		}
	}
	p.arrange()
}

// setQuery shows only packages that match. There are few, so it is done at
// once. What cannot be read as a filter is said; the filter before it stays.
func (p *Pane) setQuery(text string) {
	p.query, p.bad = text, nil
	query, err := table.ParseQuery(text)
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
	counts := present.Count(p.packages.Len()) + " of " + present.Many(p.packages.Total(), "package")
	style := p.th.Muted
	if p.bad != nil {
		counts, style = "the filter before stays: "+model.Sanitize(p.bad.Error()), p.th.Warn
	}
	counts = layout.Truncate(p.th.Text(counts), max(w/2, 1), p.th.Glyphs.Ellipsis)
	left := p.th.Key.Render("/") + " " + p.field.View(max(w-layout.Width(counts)-4, 1), p.typing)
	return layout.Sides(left, style.Render(counts)+" ", w, "")
}
