package table_test

import (
	"io"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/table"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

func colours(name string, profile termenv.Profile) theme.Theme {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(profile)
	r.SetHasDarkBackground(true)
	return theme.New(theme.Options{Renderer: r, Name: name})
}

func TestView(t *testing.T) {
	m := newTable(items("alpha beta gamma"), 24, 6)
	m.Move(1)
	m.ToggleMark()
	m.Move(1)
	want := strings.Join([]string{
		"   name                n",
		"   alpha               0",
		"▌  beta                1",
		" > gamma               2",
		"",
		"",
	}, "\n")
	if got := trimmed(m.View(true)); got != want {
		t.Errorf("focused:\n%s\nwant:\n%s", got, want)
	}
	want = strings.Replace(want, " > ", " · ", 1)
	if got := trimmed(m.View(false)); got != want {
		t.Errorf("not focused:\n%s\nwant:\n%s", got, want)
	}
}

func trimmed(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n")
}

func TestOneLineIsARow(t *testing.T) {
	m := newTable(items("alpha beta"), 24, 1)
	m.Move(1)
	if got := m.View(true); !strings.Contains(got, "beta") {
		t.Errorf("one line shows %q", got)
	}
}

func TestDroppedColumns(t *testing.T) {
	m := table.New(plain(), keyOf, []table.Column[item]{
		{Title: "name", Min: 6, Cell: func(i item) table.Cell { return table.Cell{Text: i.key} }},
		{Title: "first", Min: 5, Max: 5, Drop: 2, Cell: func(item) table.Cell { return table.Cell{Text: "1"} }},
		{Title: "last", Min: 5, Max: 5, Drop: 1, Cell: func(item) table.Cell { return table.Cell{Text: "2"} }},
		{Title: "stays", Min: 5, Max: 5, Cell: func(item) table.Cell { return table.Cell{Text: "3"} }},
	})
	m.SetRows(items("containai-log-forwarder"))
	for _, c := range []struct {
		width  int
		header string
	}{
		{40, "   name                first last  stays"},
		{27, "   name   first last  stays"},
		{26, "   name        last  stays"},
		{21, "   name   last  stays"},
		{20, "   name        stays"},
		{15, "   name   stays"},
		{12, "   name sta…"},
		{6, "   … …"},
		{4, "   …"},
		{2, ""},
	} {
		m.SetSize(c.width, 3)
		if got := strings.Split(trimmed(m.View(true)), "\n")[0]; got != c.header {
			t.Errorf("width %d: %q, want %q", c.width, got, c.header)
		}
	}
}

func TestTruncation(t *testing.T) {
	for _, c := range []struct {
		name, text string
		w          int
		want       string
	}{
		{"short", "abc", 6, "abc   "},
		{"whole", "abcdef", 6, "abcdef"},
		{"long", "abcdefg", 6, "abcde…"},
		{"wide cut in half", "漢字漢字", 6, "漢字… "},
		{"wide whole", "漢字漢", 6, "漢字漢"},
		{"combining", "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301", 6, "e\u0301e\u0301e\u0301e\u0301e\u0301…"},
		{"emoji", "👩x👩x👩x", 6, "👩x👩…"},
		{"escape", "\x1b[31mred\x1b[0m", 6, "�[31m…"},
		{"newline", "a\nb", 6, "a b   "},
		{"bidi", "a\u202eb", 6, "a�b   "},
		{"nul and bel", "a\x00\x07", 6, "a��   "},
		{"invalid", "a\xffb", 6, "a�b   "},
		{"empty", "", 6, "      "},
	} {
		m := table.New(plain(), keyOf, []table.Column[item]{{Min: c.w, Max: c.w, Cell: func(item) table.Cell { return table.Cell{Text: c.text} }}})
		m.SetSize(40, 2)
		m.SetRows(items("x"))
		got := strings.Split(m.View(true), "\n")[1]
		if want := " > " + c.want; !strings.HasPrefix(got, want) || lipgloss.Width(got) != 40 {
			t.Errorf("%s: %q, want %q", c.name, got, want)
		}
	}
}

func TestHostileCellsFit(t *testing.T) {
	texts := []string{
		"👩‍👩‍👧‍👦 family", "\x1b]0;title\x07", "\x1b[2J", strings.Repeat("漢", 50), "a\tb\r\nc", "\u200b\u200b\u200b",
		strings.Repeat("e\u0301", 60), "\u009b31m", "עברית עברית", "🇨🇿🇨🇿🇨🇿", "\xf0\x9f", "\u3164\u3164",
	}
	for _, text := range texts {
		m := table.New(plain(), keyOf, []table.Column[item]{
			{Min: 3, Cell: func(item) table.Cell { return table.Cell{Text: text, Mark: "✓"} }},
			{Min: 3, Right: true, Cell: func(item) table.Cell { return table.Cell{Text: text} }},
		})
		m.SetRows(items("x"))
		for w := range 30 {
			m.SetSize(w, 2)
			view := m.View(true)
			fits(t, view, w, 2, text)
			if strings.ContainsAny(view, "\x1b\x07\r\t\x00") || strings.ContainsRune(view, '\u009b') {
				t.Errorf("%q came through as %q", text, view)
			}
		}
	}
}

func TestColouredCellsKeepTheSelectionsGround(t *testing.T) {
	th := colours(theme.Dark, termenv.TrueColor)
	m := table.New(th, keyOf, []table.Column[item]{
		{Min: 8, Max: 8, Cell: func(item) table.Cell { return table.Cell{Text: "plain"} }},
		{Min: 8, Max: 8, Cell: func(item) table.Cell { return table.Cell{Text: "broken", Style: th.Danger} }},
		{Min: 8, Max: 8, Cell: func(item) table.Cell {
			return table.CellOf(th, present.Cell{Mark: present.MarkOK, Text: "fine", Tone: present.Good})
		}},
	})
	m.SetSize(40, 2)
	m.SetRows(items("x"))
	line := strings.Split(m.View(true), "\n")[1]
	// Every run of the row carries the ground, the last one to the line's end.
	runs := strings.Split(strings.TrimSuffix(line, "\x1b[0m"), "\x1b[0m")
	ground := "48;2;43;63;92"
	for _, r := range runs {
		if !strings.Contains(r, ground) {
			t.Errorf("the run %q has lost the ground of the selection", r)
		}
	}
	if !strings.Contains(line, "38;2;255;123;113") {
		t.Errorf("the broken cell has lost its colour: %q", line)
	}
	if got := ansi.Strip(line); lipgloss.Width(got) != 40 {
		t.Errorf("the selected row is %d wide", lipgloss.Width(got))
	}
}

func TestReversedSelectionIsOneRun(t *testing.T) {
	for _, name := range []string{theme.ANSI16, theme.None} {
		th := colours(name, termenv.ANSI)
		m := table.New(th, keyOf, []table.Column[item]{
			{Min: 8, Max: 8, Cell: func(item) table.Cell { return table.Cell{Text: "broken", Style: th.Danger} }},
		})
		m.SetSize(20, 2)
		m.SetRows(items("x"))
		line := strings.Split(m.View(true), "\n")[1]
		for _, r := range strings.Split(strings.TrimSuffix(line, "\x1b[0m"), "\x1b[0m") {
			if !strings.HasPrefix(r, "\x1b[7m") && !strings.Contains(r, ";7m") && !strings.Contains(r, "7;") {
				t.Errorf("%s: the run %q is not reversed", name, r)
			}
		}
	}
}

func TestEmptySentences(t *testing.T) {
	m := newTable(nil, 30, 5)
	m.SetEmpty("No versions in this package. r reads it again.")
	if got := trimmed(m.View(true)); !strings.Contains(got, "No versions in this") || !strings.Contains(got, "again.") {
		t.Errorf("no rows:\n%s", got)
	}
	m.SetRows(items("a b"))
	m.SetFilter(func(item) bool { return false })
	if got := m.View(true); !strings.Contains(got, "Nothing matches") {
		t.Errorf("all hidden:\n%s", got)
	}
	m.SetSize(30, 2)
	m.SetFilter(nil)
	m.SetRows(nil)
	fits(t, m.View(true), 30, 2, "a sentence of two lines in one")
}

func TestPosition(t *testing.T) {
	m := newTable(many(1142), 30, 24)
	m.GoTo("row000030")
	for _, c := range []struct {
		name string
		do   func()
		want string
	}{
		{"scrolled", func() {}, "11–33 of 1,142"},
		{"marked", func() { m.ToggleMark() }, "11–33 of 1,142, 1 marked"},
		{"range", func() { m.MarkRange(); m.Move(-4) }, "11–33 of 1,142, 1 marked, marking 5"},
		{"cancelled", func() { m.CancelRange(); m.ClearMarks() }, "11–33 of 1,142"},
		{"filtered", func() { m.SetFilter(ending("42")) }, "1–11 of 11, 1,131 hidden"},
		{"all hidden", func() { m.SetFilter(ending("x")) }, "1,142 hidden"},
		{"all on the screen", func() { m.SetFilter(nil); m.SetRows(many(3)) }, ""},
		{"none", func() { m.SetRows(nil) }, ""},
	} {
		c.do()
		if got := m.Position(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestOnlyVisibleRowsArePresented(t *testing.T) {
	calls := 0
	m := table.New(plain(), keyOf, []table.Column[item]{{Min: 8, Cell: func(i item) table.Cell {
		calls++
		return table.Cell{Text: i.key}
	}}})
	m.SetSize(40, 21)
	m.SetRows(many(10_000))
	m.Move(5000)
	if calls != 0 {
		t.Errorf("%d cells presented before the first view", calls)
	}
	m.View(true)
	if calls != 20 {
		t.Errorf("%d cells presented for 20 rows", calls)
	}
}

func TestASCII(t *testing.T) {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.Ascii)
	th := theme.New(theme.Options{Renderer: r, ASCII: true})
	m := table.New(th, keyOf, []table.Column[item]{{Title: "naïve", Min: 8, Max: 8, Cell: func(item) table.Cell {
		return table.CellOf(th, present.Cell{Mark: present.MarkOK, Text: "sha-6e19a5d… → 漢字"})
	}}})
	m.SetSize(30, 4)
	m.SetRows(items("a b"))
	m.ToggleMark()
	m.Move(1)
	view := m.View(true) + m.View(false) + m.Position()
	for _, c := range view {
		if c > 0x7e {
			t.Errorf("%q is not ASCII in\n%s", c, view)
		}
	}
}
