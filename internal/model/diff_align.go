package model

import "cmp"

// pair is two places that belong together; -1 where a side has none.
type pair struct{ a, b int }

// maxAlign bounds the table of an alignment. Beyond it only what both sides
// have in common at their ends is aligned.
const maxAlign = 4 << 20

// align finds a longest common subsequence of keys and returns all places of
// both sides in order, what is not common alone: those of a before those of b.
// Which of several equally long ones it finds does not depend on which side is
// called a.
func align[K cmp.Ordered](a, b []K) []pair {
	if compareKeys(a, b) > 0 {
		flipped := alignOrdered(b, a)
		for i, p := range flipped {
			flipped[i] = pair{p.b, p.a}
		}
		return formerFirst(flipped)
	}
	return formerFirst(alignOrdered(a, b))
}

// formerFirst puts, between common places, those of a before those of b.
func formerFirst(pairs []pair) []pair {
	out := make([]pair, 0, len(pairs))
	var later []pair
	for _, p := range pairs {
		if p.a < 0 {
			later = append(later, p)
			continue
		}
		if p.b >= 0 {
			out, later = append(out, later...), later[:0]
		}
		out = append(out, p)
	}
	return append(out, later...)
}

func compareKeys[K cmp.Ordered](a, b []K) int {
	for i := range min(len(a), len(b)) {
		if c := cmp.Compare(a[i], b[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

func alignOrdered[K cmp.Ordered](a, b []K) []pair {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	out := make([]pair, 0, max(len(a), len(b)))
	for i := range head {
		out = append(out, pair{i, i})
	}
	for _, p := range alignMiddle(a[head:len(a)-tail], b[head:len(b)-tail]) {
		if p.a >= 0 {
			p.a += head
		}
		if p.b >= 0 {
			p.b += head
		}
		out = append(out, p)
	}
	for i := tail; i > 0; i-- {
		out = append(out, pair{len(a) - i, len(b) - i})
	}
	return out
}

func alignMiddle[K cmp.Ordered](a, b []K) []pair {
	var out []pair
	i, j := 0, 0
	if n := len(b) + 1; (len(a)+1)*n <= maxAlign {
		best := make([]int32, (len(a)+1)*n) // of the rests from i and j on
		for i := len(a) - 1; i >= 0; i-- {
			for j := len(b) - 1; j >= 0; j-- {
				if a[i] == b[j] {
					best[i*n+j] = best[(i+1)*n+j+1] + 1
				} else {
					best[i*n+j] = max(best[(i+1)*n+j], best[i*n+j+1])
				}
			}
		}
		for i < len(a) && j < len(b) {
			switch {
			case a[i] == b[j]:
				out = append(out, pair{i, j})
				i, j = i+1, j+1
			case best[(i+1)*n+j] >= best[i*n+j+1]:
				out = append(out, pair{i, -1})
				i++
			default:
				out = append(out, pair{-1, j})
				j++
			}
		}
	}
	for ; i < len(a); i++ {
		out = append(out, pair{i, -1})
	}
	for ; j < len(b); j++ {
		out = append(out, pair{-1, j})
	}
	return out
}
