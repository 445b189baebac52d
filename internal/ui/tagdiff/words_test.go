package tagdiff

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func parts(s string, spans []span) []string {
	var out []string
	for _, p := range spans {
		out = append(out, s[p.from:p.to])
	}
	return out
}

func TestDiffering(t *testing.T) {
	for _, c := range []struct {
		a, b     string
		inA, inB []string
	}{
		{"", "", nil, nil},
		{"same text", "same text", nil, nil},
		{"root", "agent", nil, nil}, // nothing in common: marking all helps nobody
		{"curl=8.5 -y", "curl=8.6 -y", []string{"5"}, []string{"6"}},
		{"/bin:/sbin", "/opt/bin:/sbin", nil, []string{"opt/"}},
		{"a b c d", "a x c y", []string{"b", "d"}, []string{"x", "y"}},
		{"größe 5", "größe 7", []string{"5"}, []string{"7"}},
	} {
		x, y := differing(c.a, c.b)
		if diff := cmp.Diff([][]string{c.inA, c.inB}, [][]string{parts(c.a, x), parts(c.b, y)}); diff != "" {
			t.Errorf("%q and %q (- want, + got):\n%s", c.a, c.b, diff)
		}
	}
}

// without is what is left of a text when spans are taken out.
func without(s string, spans []span) string {
	var b strings.Builder
	at := 0
	for _, p := range spans {
		b.WriteString(s[at:p.from])
		at = p.to
	}
	return b.String() + s[at:]
}

func FuzzDiffering(f *testing.F) {
	f.Add("a b c", "a c b")
	f.Add(strings.Repeat("x y ", 200), strings.Repeat("y x ", 190))
	f.Add("\xff\xfe", "漢字")
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := differing(a, b)
		if x == nil && y == nil {
			return
		}
		if without(a, x) != without(b, y) {
			t.Errorf("%q and %q: what is not marked differs: %q and %q", a, b, without(a, x), without(b, y))
		}
	})
}

func FuzzWrap(f *testing.F) {
	f.Add("the quick brown fox", 7)
	f.Add("漢字漢字 e\u0301 👩‍👩‍👧", 3)
	f.Add("", 0)
	f.Fuzz(func(t *testing.T, s string, cells int) {
		cells %= 200
		got := wrap(s, cells)
		if len(got) == 0 || strings.Join(parts(s, got), "") != s {
			t.Fatalf("%q in %d cells: %q", s, cells, parts(s, got))
		}
		for _, p := range parts(s, got) {
			if w := width(p); w > max(cells, 2) {
				t.Errorf("%q takes %d cells, not %d", p, w, cells)
			}
		}
	})
}
