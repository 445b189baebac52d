package tagdiff

import (
	"unicode"
	"unicode/utf8"
)

// span is a part of a text in bytes.
type span struct{ from, to int }

// mostWords bounds the comparison of words: beyond it, everything between what
// two texts have in common at both ends counts as changed.
const mostWords = 80

// differing finds the words that two texts do not have in common. Where they
// have hardly anything in common it finds nothing: marking all helps nobody.
func differing(a, b string) (inA, inB []span) {
	x, y := split(a), split(b)
	head := 0
	for head < len(x) && head < len(y) && same(a, b, x[head], y[head]) {
		head++
	}
	tail := 0
	for tail < len(x)-head && tail < len(y)-head && same(a, b, x[len(x)-1-tail], y[len(y)-1-tail]) {
		tail++
	}
	x, y = x[head:len(x)-tail], y[head:len(y)-tail]
	keepX, keepY := common(a, b, x, y)
	inA, inB = rest(x, keepX), rest(y, keepY)
	if whole(inA, a) && whole(inB, b) {
		return nil, nil
	}
	return inA, inB
}

func same(a, b string, s, t span) bool { return a[s.from:s.to] == b[t.from:t.to] }

// whole reports whether spans cover all of a text that there is.
func whole(spans []span, s string) bool {
	n := 0
	for _, p := range spans {
		n += p.to - p.from
	}
	return n >= len(s)
}

// common finds a longest common subsequence of words.
func common(a, b string, x, y []span) (keepX, keepY []bool) {
	keepX, keepY = make([]bool, len(x)), make([]bool, len(y))
	if len(x) > mostWords || len(y) > mostWords || len(x) == 0 || len(y) == 0 {
		return keepX, keepY
	}
	stride := len(y) + 1
	best := make([]uint8, (len(x)+1)*stride)
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			if same(a, b, x[i], y[j]) {
				best[i*stride+j] = best[(i+1)*stride+j+1] + 1
				continue
			}
			best[i*stride+j] = max(best[(i+1)*stride+j], best[i*stride+j+1])
		}
	}
	for i, j := 0, 0; i < len(x) && j < len(y); {
		switch {
		case same(a, b, x[i], y[j]):
			keepX[i], keepY[j] = true, true
			i++
			j++
		case best[(i+1)*stride+j] >= best[i*stride+j+1]:
			i++
		default:
			j++
		}
	}
	return keepX, keepY
}

// rest joins the words that are not kept.
func rest(words []span, keep []bool) []span {
	var out []span
	for i, w := range words {
		if keep[i] {
			continue
		}
		if n := len(out); n > 0 && out[n-1].to == w.from {
			out[n-1].to = w.to
			continue
		}
		out = append(out, w)
	}
	return out
}

// split takes a text apart into words, runs of blanks, and single other
// characters.
func split(s string) []span {
	var out []span
	class := func(r rune) int {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '_':
			return 1
		case unicode.IsSpace(r):
			return 2
		}
		return 0
	}
	last := 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		c := class(r)
		if k := len(out); k > 0 && c != 0 && c == last {
			out[k-1].to = i + n
		} else {
			out = append(out, span{i, i + n})
		}
		last = c
		i += n
	}
	return out
}
