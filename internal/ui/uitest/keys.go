package uitest

import (
	"strings"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/ui/keys"
)

// Key is the message of one key by its bubbletea name ("j", "enter",
// "ctrl+c", "alt+x", " " or "space"). A name that no key has panics: the test
// itself is wrong.
func Key(name string) tea.KeyMsg {
	canonical, ok := keys.Canonical(name)
	if !ok {
		panic("uitest: no key is called " + name)
	}
	if rest, ok := strings.CutPrefix(canonical, "alt+"); ok {
		k := Key(rest)
		k.Alt = true
		return k
	}
	if canonical == " " {
		return tea.KeyMsg{Type: tea.KeySpace, Runes: []rune{' '}}
	}
	if utf8.RuneCountInString(canonical) == 1 {
		return Runes(canonical)
	}
	const first, last = -100, 127 // of bubbletea's key types
	for t := tea.KeyType(first); t <= last; t++ {
		if (tea.Key{Type: t}).String() == canonical {
			return tea.KeyMsg{Type: t}
		}
	}
	panic("uitest: bubbletea has no key " + name)
}

// Runes is what fast typing arrives as: several characters in one message.
func Runes(text string) tea.KeyMsg {
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text)}
}

// Paste is text pasted into a terminal with bracketed paste.
func Paste(text string) tea.KeyMsg {
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text), Paste: true}
}
