package model

import "strings"

// ShellWord writes a word for a POSIX shell so that it stays one word and
// means nothing but itself, whatever stands in it. Text that is not fit for a
// screen is not for a shell either: callers refuse it.
func ShellWord(s string) string {
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plainInShell(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// plainInShell are the characters that no shell gives a meaning to in any
// place of an argument.
func plainInShell(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		return true
	}
	return strings.ContainsRune("@%+:,./_-", r)
}

// shellLine joins words to a command.
func shellLine(words ...string) string {
	out := make([]string, 0, len(words))
	for _, w := range words {
		out = append(out, ShellWord(w))
	}
	return strings.Join(out, " ")
}
