package layout_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"github.com/novotnyllc/caitui/internal/ui/layout"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

func th(ascii bool) theme.Theme {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.Ascii)
	return theme.New(theme.Options{Renderer: r, ASCII: ascii})
}

func coloured() theme.Theme {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.TrueColor)
	return theme.New(theme.Options{Renderer: r, Name: theme.Dark})
}

// picture draws rectangles by their letters, a tenth of the size across and a
// quarter down, to be read in the test.
func picture(w, h int, l layout.Layout) string {
	var b strings.Builder
	for y := 0; y < h; y++ {
		if y != 0 && y != h-1 && y != h/2 {
			continue
		}
		for x := 0; x < w; x += 10 {
			b.WriteByte(letter(l, x, y))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func letter(l layout.Layout, x, y int) byte {
	out := byte('.')
	for _, p := range []struct {
		c byte
		r layout.Rect
	}{{'S', l.Status}, {'B', l.Body}, {'D', l.Side}, {'H', l.Far}, {'F', l.Footer}} {
		if x >= p.r.X && x < p.r.X+p.r.W && y >= p.r.Y && y < p.r.Y+p.r.H {
			if out != '.' {
				return '#' // two overlap
			}
			out = p.c
		}
	}
	return out
}

func TestScreen(t *testing.T) {
	for _, c := range []struct {
		w, h int
		o    layout.Options
		want string
	}{
		{80, 24, layout.Options{}, "SSSSSSSS\nBBBBBBBB\nFFFFFFFF\n"},
		{119, 30, layout.Options{}, "SSSSSSSSSSSS\nBBBBBBBBBBBB\nFFFFFFFFFFFF\n"},
		{120, 40, layout.Options{}, "SSSSSSSSSSSS\nBBBBBBBB.DDD\nFFFFFFFFFFFF\n"},
		{120, 40, layout.Options{Alone: true}, "SSSSSSSSSSSS\nBBBBBBBBBBBB\nFFFFFFFFFFFF\n"},
		{160, 45, layout.Options{Far: true}, "SSSSSSSSSSSSSSSS\nBBBBBBBBBB.DDDDD\nFFFFFFFFFFFFFFFF\n"},
		{200, 60, layout.Options{Far: true}, "SSSSSSSSSSSSSSSSSSSS\nBBBBBBBBBDDDDDDHHHHH\nFFFFFFFFFFFFFFFFFFFF\n"},
		{200, 60, layout.Options{}, "SSSSSSSSSSSSSSSSSSSS\nBBBBBBBBBBBB.DDDDDDD\nFFFFFFFFFFFFFFFFFFFF\n"},
	} {
		l := layout.Screen(c.w, c.h, c.o)
		if got := picture(c.w, c.h, l); got != c.want {
			t.Errorf("%dx%d %+v:\n%swant:\n%s", c.w, c.h, c.o, got, c.want)
		}
		if l.TooSmall {
			t.Errorf("%dx%d is too small", c.w, c.h)
		}
	}
}

func TestScreenOfAnySize(t *testing.T) {
	for w := -2; w < 260; w += 3 {
		for h := -2; h < 70; h += 2 {
			for _, o := range []layout.Options{{}, {Alone: true}, {Far: true}} {
				l := layout.Screen(w, h, o)
				if want := w < layout.MinWidth || h < layout.MinHeight; l.TooSmall != want {
					t.Fatalf("%dx%d: too small is %v", w, h, l.TooSmall)
				}
				cells := 0
				for _, r := range []layout.Rect{l.Status, l.Body, l.Side, l.Far, l.Footer} {
					if r.W < 0 || r.H < 0 || r.X < 0 || r.Y < 0 || r.X+r.W > max(w, 0) || r.Y+r.H > max(h, 0) {
						t.Fatalf("%dx%d %+v: %+v leaves the screen", w, h, o, r)
					}
					cells += r.W * r.H
				}
				dividers := 0
				for _, r := range []layout.Rect{l.Side, l.Far} {
					if !r.Empty() {
						dividers += l.Body.H
					}
				}
				if cells+dividers != max(w, 0)*max(h, 0) {
					t.Fatalf("%dx%d %+v: %d cells are in use and %d dividers: %+v", w, h, o, cells, dividers, l)
				}
			}
		}
	}
}

func TestTooSmall(t *testing.T) {
	for _, c := range []struct {
		w, h int
		want bool
	}{{60, 16, false}, {59, 16, true}, {60, 15, true}, {40, 12, true}, {0, 0, true}} {
		if got := layout.Screen(c.w, c.h, layout.Options{}).TooSmall; got != c.want {
			t.Errorf("%dx%d: too small is %v", c.w, c.h, got)
		}
	}
}

func TestRows(t *testing.T) {
	channels := layout.Part{Want: 5, Min: 3}
	packages := layout.Part{Want: 10, Min: 4, Grow: true}
	summary := layout.Part{Want: 4, Min: 2, Drop: 1}
	for _, c := range []struct{ height, a, b, c int }{
		{30, 5, 21, 4}, {19, 5, 10, 4}, {18, 5, 10, 3}, {16, 5, 9, 2}, {9, 3, 4, 2}, {8, 4, 4, 0}, {7, 3, 4, 0},
		{6, 3, 3, 0}, {2, 2, 0, 0}, {0, 0, 0, 0}, {-4, 0, 0, 0},
	} {
		r := layout.Rows(layout.Rect{X: 3, Y: 2, W: 10, H: c.height}, channels, packages, summary)
		if r[0].H != c.a || r[1].H != c.b || r[2].H != c.c {
			t.Errorf("height %d is shared %d %d %d, want %d %d %d", c.height, r[0].H, r[1].H, r[2].H, c.a, c.b, c.c)
		}
		if r[0].Y != 2 || r[1].Y != r[0].Y+r[0].H || r[2].Y != r[1].Y+r[1].H || r[1].X != 3 || r[1].W != 10 {
			t.Errorf("height %d: the parts do not follow each other: %+v", c.height, r)
		}
	}
}

func TestRule(t *testing.T) {
	for _, c := range []struct {
		title, right string
		w            int
		focused      bool
		want         string
	}{
		{"[1] Channels", "", 30, false, "── [1] Channels ──────────────"},
		{"[1] Channels", "", 30, true, "▌─ [1] Channels ──────────────"},
		{"Packages", "1–9 of 10", 40, false, "── Packages ─────────────── 1–9 of 10 ──"},
		{"Packages", "1–9 of 10", 20, false, "── Packages ────────"},
		{"Packages", "", 10, false, "── Packa… "},
		{"", "", 5, false, "─────"},
		{"漢字漢字", "", 10, false, "── 漢字… ─"},
		{"x", "", 4, false, "────"},
		{"x", "", 1, true, "▌"},
		{"x", "", 0, true, ""},
		{"x", "", -1, true, ""},
	} {
		got := layout.Rule(th(false), c.title, c.right, c.w, c.focused)
		if got != c.want || ansi.StringWidth(got) != max(c.w, 0) {
			t.Errorf("%q %q in %d: %q (%d cells), want %q", c.title, c.right, c.w, got, ansi.StringWidth(got), c.want)
		}
	}
	if got := layout.Rule(th(true), "a → b", "1–2", 30, true); strings.IndexFunc(got, func(r rune) bool { return r > 126 }) >= 0 || ansi.StringWidth(got) != 30 {
		t.Errorf("not in ASCII: %q", got)
	}
}

func TestFit(t *testing.T) {
	red := "\x1b[31mabcdef\x1b[0m"
	for _, c := range []struct {
		name, in string
		w, h     int
		want     string
	}{
		{"empty", "", 5, 2, "\n"},
		{"too tall loses the bottom", "a\nb\nc", 5, 2, "a\nb"},
		{"too short", "a", 5, 3, "a\n\n"},
		{"too wide", "abcdef", 3, 1, "abc"},
		{"wide cut in half", "漢字", 3, 1, "漢"},
		{"styled", red, 3, 1, "\x1b[31mabc\x1b[0m"},
		{"no width", "abc", 0, 2, "\n"},
		{"negative", "abc", -3, 1, ""},
		{"no height", "abc", 3, 0, ""},
		{"carriage return", "ab\r\nc", 3, 2, "ab\nc"},
	} {
		if got := layout.Fit(c.in, c.w, c.h); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestSides(t *testing.T) {
	for _, c := range []struct {
		left, right string
		w           int
		want        string
	}{
		{"left", "right", 12, "left   right"},
		{"left", "right", 10, "left right"},
		{"a long left text", "right", 16, "a long le… right"},
		{"a long left text", "a long right text", 20, "a long left text"},
		{"left", "", 3, "le…"},
		{"left", "right", 0, ""},
	} {
		if got := layout.Sides(c.left, c.right, c.w, "…"); got != c.want {
			t.Errorf("%q %q in %d: %q, want %q", c.left, c.right, c.w, got, c.want)
		}
	}
}

func TestOverlay(t *testing.T) {
	bg := strings.TrimSuffix(strings.Repeat("0123456789\n", 5), "\n")
	want := "0123456789\n0123ab6789\n0123c 6789\n0123456789\n0123456789"
	if got := layout.Overlay(bg, "ab\nc", 10, 5); got != want {
		t.Errorf("%s\nwant:\n%s", got, want)
	}
	wide := layout.Overlay("漢漢漢漢漢", "abc", 10, 1)
	if wide != "漢 abc漢漢" && wide != "漢 abc 漢漢" || ansi.StringWidth(wide) != 10 {
		t.Errorf("a wide background: %q (%d cells)", wide, ansi.StringWidth(wide))
	}
	styled := layout.Overlay("\x1b[31m0123456789\x1b[0m", "ab", 10, 1)
	if ansi.Strip(styled) != "0123ab6789" || !strings.Contains(styled, "\x1b[0mab") {
		t.Errorf("the background's style runs into the box: %q", styled)
	}
	open := layout.Overlay("\x1b[31m0123456789", "ab", 10, 1)
	if !strings.Contains(open, "\x1b[0mab") {
		t.Errorf("a style that never ends runs into the box: %q", open)
	}
	if !strings.HasPrefix(styled[strings.Index(styled, "ab")+2:], "\x1b[31m") {
		t.Errorf("the background has lost its style behind the box: %q", styled)
	}
}

// Whatever is drawn over whatever, the screen keeps its size.
func TestDrawingFits(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	pieces := []string{"a", "漢", "e\u0301", "👩‍👩‍👧", "\x1b[31m", "\x1b[0m", "\n", " ", "─", "\x1b[38;2;1;2;3m", "xyz", "é"}
	text := func(n int) string {
		var b strings.Builder
		for range r.IntN(n) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		return b.String()
	}
	for i := range 3000 {
		w, h := r.IntN(50)-4, r.IntN(12)-2
		bg, box := text(150), text(60)
		name := fmt.Sprintf("%d: %dx%d %q over %q", i, w, h, box, bg)
		fits(t, name+" overlay", layout.Overlay(bg, box, w, h), w, h)
		fits(t, name+" frame", layout.Frame(coloured(), "title", "foot", box, w, h, i%2 == 0), w, h)
		rect := layout.Rect{X: r.IntN(60) - 10, Y: r.IntN(16) - 4, W: r.IntN(30), H: r.IntN(8)}
		fits(t, name+" compose", layout.Compose(w, h, layout.Placed{Rect: layout.Rect{W: w, H: h}, View: bg}, layout.Placed{Rect: rect, View: box}), w, h)
		line := strings.ReplaceAll(bg, "\n", "")
		if got := layout.Pad(line, w); ansi.StringWidth(got) != max(w, 0) {
			t.Fatalf("%s: padded to %d", name, ansi.StringWidth(got))
		}
	}
}

func fits(t *testing.T, name, view string, w, h int) {
	t.Helper()
	if h <= 0 {
		if view != "" {
			t.Fatalf("%s: draws %q without height", name, view)
		}
		return
	}
	lines := strings.Split(view, "\n")
	if len(lines) != h {
		t.Fatalf("%s: %d lines\n%s", name, len(lines), view)
	}
	for _, l := range lines {
		if ansi.StringWidth(l) > max(w, 0) {
			t.Fatalf("%s: %q is %d cells wide", name, l, ansi.StringWidth(l))
		}
	}
}

func TestCompose(t *testing.T) {
	got := layout.Compose(9, 3,
		layout.Placed{Rect: layout.Rect{W: 4, H: 3}, View: "left\nl"},
		layout.Placed{Rect: layout.Rect{X: 4, W: 1, H: 3}, View: layout.Divider(th(false), 3)},
		layout.Placed{Rect: layout.Rect{X: 5, W: 4, H: 3}, View: "right side\nr"},
	)
	if want := "left│righ\nl   │r   \n    │    "; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestFrame(t *testing.T) {
	got := layout.Frame(th(false), "Retag", "esc cancel", "a\nb", 24, 5, false)
	want := strings.Join([]string{
		"┌─ Retag ──────────────┐",
		"│ a                    │",
		"│ b                    │",
		"│                      │",
		"└─ esc cancel ─────────┘",
	}, "\n")
	if got != want {
		t.Errorf("\n%s\nwant\n%s", got, want)
	}
	for _, l := range strings.Split(layout.Frame(th(true), "Retag → x", "", "a", 24, 5, true), "\n") {
		if strings.IndexFunc(l, func(r rune) bool { return r > 126 }) >= 0 || len(l) != 24 {
			t.Errorf("not in ASCII or of another width: %q", l)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		in   string
		w    int
		want string
	}{
		{"one two three", 8, "one two|three"}, {"toolongword x", 5, "toolo|ngwor|d x"}, {"", 5, ""}, {"x", 0, ""}, {"x", -1, ""},
	} {
		if got := strings.Join(layout.Wrap(c.in, c.w), "|"); got != c.want {
			t.Errorf("%q in %d: %q, want %q", c.in, c.w, got, c.want)
		}
	}
}
