package layout_test

import (
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/ui/layout"
)

func TestStackKeepsTheFootOnTheLastLine(t *testing.T) {
	head, foot := []string{"head"}, []string{"foot"}
	for _, c := range []struct {
		body string
		h    int
		want string
	}{
		{"a b", 5, "head\na\nb\n\nfoot"},
		{"a b c d e", 4, "head\na\nb\nfoot"},
		{"a", 2, "head\nfoot"},
		{"a", 1, "foot"},
		{"a", 0, ""},
	} {
		if got := layout.Stack(10, c.h, head, strings.Fields(c.body), foot); got != c.want {
			t.Errorf("%q in %d lines:\n%s\nwant\n%s", c.body, c.h, got, c.want)
		}
	}
}

func TestColumns(t *testing.T) {
	got := layout.Columns(th(true), 2,
		layout.Column{W: 5, Lines: []string{"one", "longer than it"}},
		layout.Column{W: 0, Lines: []string{"not there"}},
		layout.Column{W: 4, Lines: []string{"two"}},
		layout.Column{W: 3, Lines: []string{"", "end", "too many"}})
	want := "one  |two |\nlonge|    |end"
	if text := strings.Join(got, "\n"); text != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
	styled := layout.Columns(coloured(), 3, layout.Column{W: 20, Lines: []string{coloured().Danger.Render(strings.Repeat("x", 40))}}, layout.Column{W: 9})
	for _, l := range styled {
		if layout.Width(l) > 30 {
			t.Errorf("%q is %d cells wide", l, layout.Width(l))
		}
	}
}

func TestSentencesFitAndStayReadable(t *testing.T) {
	long := strings.Repeat("some words ", 30)
	for w := 1; w < 240; w += 7 {
		for _, l := range layout.Sentences(th(true), w, long, "next") {
			if n := layout.Width(l); n > max(w, 13) || n > 93 {
				t.Errorf("%d cells in %d: %q", n, w, l)
			}
		}
	}
}

func TestNoteKeepsWhatMattersMost(t *testing.T) {
	const title = "containai history"
	for w, want := range map[int]string{
		90: "as of noon . 1-9 of 40 . 40 versions", 60: "as of noon . 1-9 of 40", 40: "as of noon", 30: "", 0: "",
	} {
		got := layout.Note(th(true), title, w, "as of noon", "", "1-9 of 40", "40 versions")
		if got != want {
			t.Errorf("in %d cells %q, want %q", w, got, want)
		}
		if got != "" && !strings.Contains(layout.Rule(th(true), title, got, w, true), got) {
			t.Errorf("in %d cells the rule drops %q", w, got)
		}
	}
}
