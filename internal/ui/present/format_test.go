package present_test

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// now is the present of all tests here.
func now() time.Time { return time.Date(2025, 7, 1, 12, 0, 4, 0, time.UTC) }

func ago(d time.Duration) time.Time { return now().Add(-d) }

const day = 24 * time.Hour

func TestAge(t *testing.T) {
	for _, c := range []struct {
		t    time.Time
		want string
	}{
		{time.Time{}, "–"}, {now(), "0 s"}, {ago(3 * time.Second), "3 s"}, {ago(59999 * time.Millisecond), "59 s"},
		{ago(time.Minute), "1 min"}, {ago(26 * time.Minute), "26 min"}, {ago(time.Hour - 1), "59 min"},
		{ago(time.Hour), "1 h"}, {ago(11 * time.Hour), "11 h"}, {ago(day - 1), "23 h"}, {ago(day), "1 d"},
		{ago(7*day + 5*time.Hour), "7 d"}, {ago(44 * day), "44 d"}, {ago(400 * day), "400 d"}, {ago(730 * day), "2 y"}, {ago(3700 * day), "10 y"},
		{ago(-30 * time.Second), "0 s"}, {ago(-5 * time.Minute), "in 5 min"}, {ago(-3 * day), "in 3 d"},
	} {
		if got := present.Age(c.t, now()); got != c.want {
			t.Errorf("%v: %q, want %q", c.t, got, c.want)
		}
	}
	if got := present.Age(now(), time.Time{}); got != "–" {
		t.Errorf("without a now: %q", got)
	}
}

func TestTimes(t *testing.T) {
	prague := time.FixedZone("CEST", 2*60*60)
	at := time.Date(2025, 6, 24, 12, 41, 7, 0, prague)
	for _, c := range []struct{ name, got, want string }{
		{"when", present.When(at, now()), "24 Jun 10:41"},
		{"when, one figure", present.When(at.AddDate(0, 0, 7), now()), " 1 Jul 10:41"},
		{"when, long ago", present.When(at.AddDate(-1, 0, 0), now()), "24 Jun 2024"},
		{"when, ahead", present.When(at.AddDate(0, 5, 0), now()), "24 Nov 2025"},
		{"when, never", present.When(time.Time{}, now()), "–"},
		{"day", present.Day(at), "24 Jun"},
		{"day, never", present.Day(time.Time{}), "–"},
		{"clock", present.Clock(at), "10:41:07Z"},
		{"clock, never", present.Clock(time.Time{}), "–"},
		{"full", present.Full(at), "2025-06-24T10:41:07Z"},
		{"full, never", present.Full(time.Time{}), "–"},
		{"stamp", present.Stamp(at), "2025-06-24 10:41:07"},
		{"stamp, never", present.Stamp(time.Time{}), "–"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
}

func TestSizeAndCount(t *testing.T) {
	for n, want := range map[int64]string{
		-1: "–", 0: "0 B", 999: "999 B", 1000: "1.0 kB", 1234: "1.2 kB", 9949: "9.9 kB", 9951: "10 kB", 340_000_000: "340 MB",
		999_499: "999 kB", 999_600: "1.0 MB", 2_100_000_000: "2.1 GB", 21_400_000_000: "21 GB", 5_000_000_000_000_000_000: "5.0 EB", 1<<63 - 1: "9.2 EB",
	} {
		if got := present.Size(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int]string{-1: "–", 0: "0", 999: "999", 1000: "1,000", 4988: "4,988", 100_000: "100,000", 1_234_567: "1,234,567"} {
		if got := present.Count(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	if a, b := present.Many(1, "tag"), present.Many(1200, "tag"); a != "1 tag" || b != "1,200 tags" {
		t.Errorf("%q, %q", a, b)
	}
}

func TestTagShortening(t *testing.T) {
	hex40, hex64 := strings.Repeat("6e19a5d2", 5), strings.Repeat("9a01d2c3", 8)
	for in, want := range map[string]string{
		"prod": "prod", "v1.3.0": "v1.3.0", "": "",
		"sha-" + hex40:                     "sha-6e19a5d…",
		"sha-" + hex40 + "-amd64":          "sha-6e19a5d…-amd64",
		"nightly-08dd3c9":                  "nightly-08dd3c9",
		"sha256-" + hex64 + ".sig":         "sha256-9a01d2c….sig",
		hex64:                              "9a01d2c…",
		"deadbeefdeadbee":                  "deadbeefdeadbee",
		"a-" + hex40[:16]:                  "a-6e19a5d…",
		"bad\x1b[2J":                       "bad�[2J",
		strings.Repeat("z", 128):           strings.Repeat("z", 128),
		"DEADBEEFDEADBEEFDEADBEEFDEADBEEF": "DEADBEEFDEADBEEFDEADBEEFDEADBEEF",
	} {
		if got := present.Tag(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestShort(t *testing.T) {
	d := model.DigestOf([]byte("x"))
	for _, c := range []struct{ got, want string }{
		{present.Short(d), string(d)[7:19]}, {present.Short(""), "–"}, {present.Short("sha256:ab"), "ab"}, {present.Short("\x1b"), "�"},
		{present.Commit("b81e6f4aaaaaaaa"), "b81e6f4"}, {present.Commit("b81"), "b81"}, {present.Commit(""), "–"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func TestMarksAndASCII(t *testing.T) {
	marks := []present.Mark{present.MarkOK, present.MarkWarn, present.MarkBad, present.MarkDot, present.MarkCursor, present.MarkHere,
		present.MarkArrow, present.MarkCrumb, present.MarkEllipsis, present.MarkRule, present.MarkDash}
	for _, m := range marks {
		if ansi.StringWidth(string(m)) != 1 {
			t.Errorf("%s is not one cell wide", m)
		}
		if a := m.ASCII(); a == "" || strings.IndexFunc(a, func(r rune) bool { return r > 126 }) >= 0 {
			t.Errorf("%s has the twin %q", m, a)
		}
	}
	for in, want := range map[string]string{
		"plain": "plain", "✓ 10 of 10": "+ 10 of 10", "a → b…": "a -> b~", "12–34": "12-34", "漢é": "??", "": "", "\xff": "?",
	} {
		if got := present.ASCII(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestCellText(t *testing.T) {
	for _, c := range []struct {
		cell present.Cell
		want string
	}{
		{present.Cell{}, ""}, {present.Cell{Text: "x"}, "x"}, {present.Cell{Mark: present.MarkOK}, "✓"}, {present.Cell{Mark: present.MarkOK, Text: "x"}, "✓ x"},
	} {
		if got := c.cell.String(); got != c.want {
			t.Errorf("%+v: %q", c.cell, got)
		}
	}
	if got := present.Texts([]present.Line{{Text: "a"}, {Mark: present.MarkWarn, Text: "b"}}); strings.Join(got, "|") != "a|! b" {
		t.Errorf("%q", got)
	}
}
