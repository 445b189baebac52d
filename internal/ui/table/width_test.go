package table

import (
	"slices"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestWidthIsTheTerminals(t *testing.T) {
	for _, s := range []string{"", "ascii", "a…", "12–34", "→ prod now", "a · b", "✓", "漢字", "e\u0301", "…\u0301", "–\ufe0f", "\x1b[1mb\x1b[0m"} {
		if got, want := width(s), ansi.StringWidth(s); got != want {
			t.Errorf("%q is %d cells wide, not %d", s, got, want)
		}
	}
}

// However many goroutines share the rows, what they find is the same and in
// order.
func TestManyRowsAreFilteredInOrder(t *testing.T) {
	for _, n := range []int{0, 1, share, 2*share - 1, 2 * share, 9*share + 5} {
		rows := make([]int, n)
		for i := range rows {
			rows[i] = i
		}
		got := matching(rows, func(i int) bool { return i%3 == 0 })
		if len(got) != (n+2)/3 || !slices.IsSorted(got) || n > 0 && got[len(got)-1] != (n-1)/3*3 {
			t.Errorf("of %d rows %d match, sorted %t", n, len(got), slices.IsSorted(got))
		}
		if none := matching(rows, func(int) bool { return false }); none == nil || len(none) != 0 {
			t.Errorf("of %d rows none matches: %v", n, none)
		}
	}
}
