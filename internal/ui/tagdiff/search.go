package tagdiff

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/ui/field"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// openSearch takes the keys for the text that is looked for.
func (p *Pane) openSearch() {
	p.prompt.Open(p.query)
	p.from = 0
	if p.cursor < len(p.shown.rows) {
		p.from = int(p.shown.rows[p.cursor].item)
	}
	p.arrange()
}

// typed takes a key while a search is typed; the arrows go from match to match.
func (p *Pane) typed(msg tea.KeyMsg) {
	switch did, move := p.prompt.Take(msg); did {
	case field.Kept:
		p.arrange()
	case field.Dropped:
		p.setQuery("")
	case field.Edited:
		p.setQuery(p.prompt.Value())
		p.toHit()
	case field.Moved:
		if move == keys.Up || move == keys.Down {
			p.change(move == keys.Down)
			return
		}
		keys.Move(p.mover(), move)
	case field.Nothing:
	}
}

// setQuery looks for a text, "" for none. What matches is shown though it could
// be folded.
func (p *Pane) setQuery(text string) {
	p.query = text
	p.search()
	p.arrange()
}

// search finds the items that match.
func (p *Pane) search() {
	p.hits = nil
	if p.query == "" || p.doc == nil {
		return
	}
	text := strings.ToLower(p.query)
	for i := range p.doc.items {
		if strings.Contains(p.doc.items[i].found, text) {
			p.hits = append(p.hits, i)
		}
	}
}

// toHit goes to the first match from where the search began, else to the first
// of all.
func (p *Pane) toHit() {
	if len(p.hits) == 0 {
		p.jump(p.shown.at(p.from))
		return
	}
	for _, i := range p.hits {
		if i >= p.from {
			p.jump(p.shown.at(i))
			return
		}
	}
	p.jump(p.shown.at(p.hits[0]))
}

// hitRows are the rows at which matches begin.
func (p *Pane) hitRows() []int {
	var out []int
	next := 0
	for i, r := range p.shown.rows {
		for next < len(p.hits) && p.hits[next] < int(r.item) {
			next++
		}
		if next == len(p.hits) {
			break
		}
		if int(r.item) == p.hits[next] && r.shape != blank {
			out = append(out, i)
			next++
		}
	}
	return out
}

// matches are the places of the search's text in a text.
func (p *Pane) matches(s string) []span {
	if p.query == "" {
		return nil
	}
	lower, text := strings.ToLower(s), strings.ToLower(p.query)
	if len(lower) != len(s) {
		return nil // places in the one are none in the other
	}
	var out []span
	for from := 0; ; {
		i := strings.Index(lower[from:], text)
		if i < 0 {
			return out
		}
		out = append(out, span{from + i, from + i + len(text)})
		from += i + len(text)
	}
}

// searchLine is the last line while there is a search.
func (p *Pane) searchLine() string {
	found := present.Many(len(p.hits), "match")
	if len(p.hits) != 1 {
		found = present.Count(len(p.hits)) + " matches"
	}
	none := p.query != "" && len(p.hits) == 0
	if none {
		found = "nothing matches"
	}
	return p.prompt.View(p.width, found, none)
}
