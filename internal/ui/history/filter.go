package history

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/field"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/versionrows"
)

// openFilter takes the keys for the filter's text.
func (p *Pane) openFilter() {
	p.inDetails = false
	p.prompt.Open(p.query)
	p.arrange()
}

// typed takes a key while the filter is typed.
func (p *Pane) typed(msg tea.KeyMsg) tea.Cmd {
	switch did, move := p.prompt.Take(msg); did {
	case field.Kept:
		p.arrange()
	case field.Dropped:
		return p.setQuery("")
	case field.Edited:
		return p.setQuery(p.prompt.Value())
	case field.Moved:
		p.move(move)
	case field.Nothing:
		return nil
	}
	p.settle()
	return p.askSoon()
}

// setQuery shows only what matches. What cannot be read as a filter is said,
// and the filter before it stays.
func (p *Pane) setQuery(text string) tea.Cmd {
	p.query, p.bad = text, nil
	match, err := versionrows.Match(text, p.data.Survey)
	if err != nil {
		p.bad = err
		p.arrange()
		return nil
	}
	cmd := p.table.FilterCmd(match, p.filtered)
	p.arrange()
	return tea.Batch(cmd, p.askSoon())
}

// filterLine is the last line while there is a filter.
func (p *Pane) filterLine() string {
	if p.bad != nil {
		return p.prompt.View(p.width, "the filter before stays: "+model.Sanitize(p.bad.Error()), true)
	}
	return p.prompt.View(p.width, present.Count(p.table.Len())+" of "+present.Many(p.table.Total(), "row"), false)
}
