package keys

import (
	"strings"
	"unicode/utf8"
)

// Label is a key as people read it: arrows as arrows, " " as space.
func Label(key string) string {
	switch key {
	case " ":
		return "space"
	case "up":
		return "↑"
	case "down":
		return "↓"
	case "left":
		return "←"
	case "right":
		return "→"
	case "pgup":
		return "PgUp"
	case "pgdown":
		return "PgDn"
	}
	if rest, ok := strings.CutPrefix(key, "alt+"); ok {
		return "alt+" + Label(rest)
	}
	return key
}

// Canonical is a key's name as bubbletea gives it, read from what a person
// writes into a configuration, and whether there is such a key.
func Canonical(key string) (string, bool) {
	switch key {
	case "":
		return "", false
	case "space":
		return " ", true
	case "return":
		return "enter", true
	case "escape":
		return "esc", true
	case "pageup", "PgUp":
		return "pgup", true
	case "pagedown", "PgDn":
		return "pgdown", true
	}
	if utf8.RuneCountInString(key) == 1 {
		r, _ := utf8.DecodeRuneInString(key)
		return key, r != utf8.RuneError && r >= ' ' && r != 0x7f
	}
	if named(key) {
		return key, true
	}
	if rest, ok := strings.CutPrefix(key, "alt+"); ok && !strings.HasPrefix(rest, "alt+") {
		name, ok := Canonical(rest)
		return "alt+" + name, ok
	}
	return "", false
}

// named reports whether bubbletea has a key of this name that is longer than
// one character.
func named(key string) bool {
	switch key {
	case "enter", "esc", "tab", "shift+tab", "backspace", "delete", "insert",
		"up", "down", "left", "right", "home", "end", "pgup", "pgdown",
		"shift+up", "shift+down", "shift+left", "shift+right", "shift+home", "shift+end",
		"ctrl+up", "ctrl+down", "ctrl+left", "ctrl+right", "ctrl+home", "ctrl+end",
		"ctrl+pgup", "ctrl+pgdown", "ctrl+@", "ctrl+\\", "ctrl+]", "ctrl+^", "ctrl+_",
		"f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10",
		"f11", "f12", "f13", "f14", "f15", "f16", "f17", "f18", "f19", "f20":
		return true
	}
	rest, ok := strings.CutPrefix(key, "ctrl+")
	// ctrl+i and ctrl+m arrive as tab and enter, ctrl+[ as esc.
	return ok && len(rest) == 1 && rest[0] >= 'a' && rest[0] <= 'z' && rest != "i" && rest != "m"
}
