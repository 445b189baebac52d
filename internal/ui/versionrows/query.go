package versionrows

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/field"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// Typing is true while the filter is typed.
func (l *List) Typing() bool { return l.prompt.Typing() }

// Query is the filter's text, "" where there is no filter.
func (l *List) Query() string { return l.query }

// typed takes a key while the filter is typed.
func (l *List) typed(msg tea.KeyMsg) tea.Cmd {
	switch did, move := l.prompt.Take(msg); did {
	case field.Kept:
		l.owner.Arrange()
	case field.Dropped:
		return l.SetQuery("")
	case field.Edited:
		return l.SetQuery(l.prompt.Value())
	case field.Moved:
		l.owner.Move(move)
	case field.Nothing:
		return nil
	}
	return l.Moved()
}

// SetQuery shows only what matches. What cannot be read as a filter is said,
// and the filter before it stays.
func (l *List) SetQuery(text string) tea.Cmd {
	l.query, l.bad = text, nil
	match, err := Match(text, l.survey)
	if err != nil {
		l.bad = err
		l.owner.Arrange()
		return nil
	}
	cmd := l.table.FilterCmd(match, l.filtered)
	l.owner.Arrange()
	return tea.Batch(cmd, l.AskSoon())
}

// Foot is the pane's last line while there is a filter, else nothing.
func (l *List) Foot(width int) []string {
	switch {
	case !l.filtering():
		return nil
	case l.bad != nil:
		return []string{l.prompt.View(width, "the filter before stays: "+model.Sanitize(l.bad.Error()), true)}
	}
	return []string{l.prompt.View(width, present.Count(l.table.Len())+" of "+present.Many(l.table.Total(), "row"), false)}
}

// filtering is whether there is a filter, be it only begun.
func (l *List) filtering() bool { return l.prompt.Typing() || l.query != "" }

// BodyHeight is what the title's line and the filter's leave of a pane.
func (l *List) BodyHeight(height int) int {
	height--
	if l.filtering() {
		height--
	}
	return max(height, 0)
}
