package tagdiff

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// width is the cells that plain text takes.
func width(s string) int {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return ansi.StringWidth(s)
		}
	}
	return len(s)
}

// wrap breaks plain text into parts of at most so many cells, behind a blank
// where there is one near the end. Nothing is left out: a difference may be in
// any character. The parts are spans of the text, at least one.
func wrap(s string, cells int) []span {
	cells = max(cells, 1)
	if len(s) <= cells && width(s) <= cells {
		return []span{{0, len(s)}}
	}
	var out []span
	for from := 0; from < len(s); {
		to := from + fitting(s[from:], cells)
		if to < len(s) {
			if i := strings.LastIndexByte(s[from:to], ' '); i+1 > (to-from)*2/3 {
				to = from + i + 1
			}
		}
		out = append(out, span{from, to})
		from = to
	}
	return out
}

// fitting is how many bytes of a text fit into so many cells, at least one
// character.
func fitting(s string, cells int) int {
	i := 0
	for i < len(s) && i < cells && s[i] < utf8.RuneSelf {
		i++
	}
	if i == len(s) || i == cells && s[i] < utf8.RuneSelf {
		return i
	}
	// From the last plain character on by grapheme, for what follows may be
	// joined to it.
	i = max(i-1, 0)
	used := i
	for i < len(s) {
		cluster, w := ansi.FirstGraphemeCluster(s[i:], ansi.GraphemeWidth)
		if len(cluster) == 0 || used+w > cells && i > 0 {
			break
		}
		i += len(cluster)
		used += w
	}
	return i
}
