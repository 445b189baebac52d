package model

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sanitize makes remote text safe for a screen, a log or a clipboard: control
// characters (ESC and the C1 set among them), bidirectional controls,
// zero-width and other invisible formatting characters and invalid UTF-8 each
// become U+FFFD, so that something odd is seen and nothing is interpreted.
// A tab or newline becomes one space. Text without any of these is returned as
// it is, without a copy.
//
// See Unicode TR36 section 3 and CVE-2021-42574 ("Trojan Source").
func Sanitize(s string) string {
	if clean(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch {
		case r == '\n' || r == '\t':
			b.WriteByte(' ')
		case r == utf8.RuneError && size == 1, unsafeRune(r):
			b.WriteRune(unicode.ReplacementChar)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// SanitizeAll returns the sanitised copy of every string of list.
func SanitizeAll(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = Sanitize(s)
	}
	return out
}

func clean(s string) bool {
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c < 0x20 || c == 0x7f {
				return false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 || unsafeRune(r) {
			return false
		}
		i += size
	}
	return true
}

// unsafeRune holds for what can move the cursor, reorder or hide text.
func unsafeRune(r rune) bool {
	if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
		return true // Cf: bidi controls, zero-width joiners, soft hyphen, tags
	}
	switch r {
	case '\u2028', '\u2029', // line and paragraph separator
		'\u115f', '\u1160', '\u3164', '\uffa0', // fillers that draw nothing
		'\u034f': // combining grapheme joiner
		return true
	}
	return unicode.Is(unicode.Variation_Selector, r)
}
