package tree

import (
	"slices"
	"strings"

	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// Search looks for a text in names and values, folded ones too, without regard
// to case, and goes to the first match from the cursor on. "" ends a search.
func (m *Model) Search(query string) {
	m.query = strings.ToLower(query)
	m.find()
	if len(m.matches) == 0 {
		return
	}
	at := m.current()
	i, _ := slices.BinarySearch(m.matches, at)
	m.reveal(m.matches[i%len(m.matches)])
}

// Query is what is searched for, in lower case.
func (m *Model) Query() string { return m.query }

func (m *Model) find() {
	m.matches = m.matches[:0]
	if m.query == "" || m.doc == nil {
		return
	}
	for i := range m.doc.items {
		if strings.Contains(m.doc.items[i].found, m.query) {
			m.matches = append(m.matches, int32(i))
		}
	}
}

// Matches is how many items match, and which of them the cursor is on, from 1;
// 0 where it is on none.
func (m *Model) Matches() (at, total int) {
	if i, on := slices.BinarySearch(m.matches, m.current()); on {
		at = i + 1
	}
	return at, len(m.matches)
}

// Next goes to the next match, with dir -1 to the previous one, around the
// ends; false where nothing matches.
func (m *Model) Next(dir int) bool {
	n := len(m.matches)
	if n == 0 {
		return false
	}
	i, on := slices.BinarySearch(m.matches, m.current())
	switch {
	case dir < 0:
		i = (i - 1 + n) % n
	case on:
		i = (i + 1) % n
	default:
		i %= n
	}
	m.reveal(m.matches[i])
	return true
}

// reveal unfolds what hides an item and goes there.
func (m *Model) reveal(item int32) {
	folded := false
	for p := m.doc.items[item].parent; p >= 0; p = m.doc.items[p].parent {
		folded = folded || !m.open[p]
		m.open[p] = true
	}
	if folded {
		m.flatten()
	}
	m.moveTo(m.placeOf(item))
}

// Found says how much of a search was found, and whether that is nothing.
func (m *Model) Found() (text string, none bool) {
	at, total := m.Matches()
	text = present.Count(total) + " matches"
	if total == 1 {
		text = "1 match"
	}
	switch {
	case total == 0 && m.query != "":
		return "nothing matches", true
	case total == 0:
		return "", false
	case at > 0 && total > 1:
		return present.Count(at) + " of " + text, false
	}
	return text, false
}

// Walk moves while a search is typed: line by line from match to match.
func (m *Model) Walk(move keys.ID) {
	switch move {
	case keys.Down:
		m.Next(1)
	case keys.Up:
		m.Next(-1)
	default:
		keys.Move(m, move)
	}
}
