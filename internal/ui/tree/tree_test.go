package tree

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/muesli/termenv"

	"github.com/novotnyllc/caitui/internal/ui/theme"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

const statement = `{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"a","digest":{"sha256":"abc"}}],
"predicate":{"buildType":"workflow","n":190000000123456789,"ok":true,"none":null,"empty":{},"list":[],"deep":{"er":{"needle":"found me"}}}}`

func of(raw string, levels, w, h int) *Model {
	m := New(uitest.Theme())
	m.SetSize(w, h)
	m.SetDoc(JSONDoc([]byte(raw), levels))
	return m
}

func view(m *Model) string { return uitest.Plain(m.View(true)) }

func TestShowsWhatTheDocumentHolds(t *testing.T) {
	m := of(statement, 9, 60, 30)
	uitest.Golden(t, "statement", m.View(true))
	uitest.Fits(t, m.View(true), 60, 30)
}

func TestFolding(t *testing.T) {
	m := of(statement, 1, 60, 30)
	if m.Len() != 4 { // the root and its three
		t.Errorf("%d lines at first\n%s", m.Len(), view(m))
	}
	m.Move(2)
	m.Toggle()
	if m.Len() != 5 || m.Path() != "subject" {
		t.Errorf("%d lines with %s open\n%s", m.Len(), m.Path(), view(m))
	}
	m.Move(1)
	m.Expand()
	m.Move(2)
	m.Expand()
	m.Move(1)
	if m.Path() != "subject[0].digest.sha256" || m.Copy() != "abc" {
		t.Errorf("at %s: %s", m.Path(), m.Copy())
	}
	m.Collapse()
	m.Collapse() // to digest, folded
	if m.Path() != "subject[0].digest" || m.Unfolded() {
		t.Errorf("at %s, unfolded %v", m.Path(), m.Unfolded())
	}
	m.SetAll(true)
	if !m.AllOpen() || m.Path() != "subject[0].digest" || m.Len() != m.doc.Len() {
		t.Errorf("all open: %v, at %s, %d of %d", m.AllOpen(), m.Path(), m.Len(), m.doc.Len())
	}
	m.SetAll(false)
	if m.Len() != 1 || m.Path() != "" {
		t.Errorf("all folded: %d lines, at %q", m.Len(), m.Path())
	}
}

func TestSearchFindsWhatIsFolded(t *testing.T) {
	m := of(statement, 1, 60, 6)
	m.Search("NEEDLE")
	if at, total := m.Matches(); at != 1 || total != 1 || m.Path() != "predicate.deep.er.needle" {
		t.Errorf("match %d of %d at %s", at, total, m.Path())
	}
	if !strings.Contains(view(m), "found me") {
		t.Errorf("the match is not on the screen\n%s", view(m))
	}
	m.Search("e")
	_, total := m.Matches()
	seen := map[string]bool{}
	for range total {
		seen[m.Path()] = true
		m.Next(1)
	}
	if len(seen) != total {
		t.Errorf("n goes through %d of %d matches", len(seen), total)
	}
	first := m.Path()
	m.Next(-1)
	m.Next(1)
	if m.Path() != first {
		t.Errorf("N and n lead from %s to %s", first, m.Path())
	}
	m.Search("nothing like it")
	if m.Next(1) || m.Path() != first {
		t.Error("a search without a match moves the cursor")
	}
}

func TestWholeValues(t *testing.T) {
	long := strings.Repeat("0123456789", 20) + "\nsecond line\x1b[2J"
	raw, _ := json.Marshal(map[string]string{"text": long})
	m := of(string(raw), 2, 40, 20)
	m.Move(1)
	before := m.Len()
	m.Toggle()
	if m.Len() < before+5 {
		t.Fatalf("%d lines\n%s", m.Len(), view(m))
	}
	shown := strings.ReplaceAll(strings.ReplaceAll(view(m), "\n", ""), " ", "")
	if !strings.Contains(shown, strings.Repeat("0123456789", 20)) || !strings.Contains(shown, "secondline\uFFFD[2J") {
		t.Errorf("the value is not whole:\n%s", view(m))
	}
	uitest.Fits(t, m.View(true), 40, 20)
	m.SetSize(30, 20)
	uitest.Fits(t, m.View(true), 30, 20)
	if got := m.Copy(); !strings.HasSuffix(got, "\nsecond line\uFFFD[2J") || strings.Contains(got, "\x1b") {
		t.Errorf("copied %q", got)
	}
	m.Toggle()
	if m.Len() != before {
		t.Errorf("%d lines after folding, want %d", m.Len(), before)
	}
}

func TestCopyOfABranch(t *testing.T) {
	m := of(statement, 9, 60, 30)
	m.Search(`deep`)
	want := "deep: {1}\n  er: {1}\n    needle: \"found me\""
	if got := m.Copy(); got != want {
		t.Errorf("copied %q", got)
	}
}

func TestBadInput(t *testing.T) {
	for name, c := range map[string]struct{ raw, says string }{
		"nothing":   {"", "ends in the middle"},
		"cut":       {`{"a":[1,2`, "ends in the middle"},
		"no JSON":   {"\x1b[2Jevil", "not readable"},
		"more":      {`{"a":1}{"b":2}`, "more follows"},
		"deep":      {strings.Repeat(`{"a":`, 400) + "1" + strings.Repeat("}", 400), "nested more than 200 deep"},
		"very deep": {strings.Repeat("[", 100_000), "nested more than 200 deep"},
	} {
		t.Run(name, func(t *testing.T) {
			m := of(c.raw, 999, 80, 500)
			if !strings.Contains(view(m), c.says) {
				t.Errorf("does not say %q:\n%.800s", c.says, view(m))
			}
		})
	}
	var b bytes.Buffer
	b.WriteByte('[')
	for i := range MaxItems + 10 {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('1')
	}
	b.WriteByte(']')
	d := JSONDoc(b.Bytes(), 1)
	if d.Len() > MaxItems+2 || !strings.Contains(d.items[d.Len()-1].value, "not shown") {
		t.Errorf("%d items, the last says %q", d.Len(), d.items[d.Len()-1].value)
	}
}

func TestBothOfTwoEqualNamesAreShown(t *testing.T) {
	m := of(`{"payloadType":"good","payloadType":"evil"}`, 2, 40, 5)
	if got := view(m); !strings.Contains(got, "good") || !strings.Contains(got, "evil") {
		t.Error(got)
	}
}

func TestEverySizeFits(t *testing.T) {
	for _, size := range [][2]int{{0, 0}, {1, 1}, {3, 4}, {10, 3}, {80, 24}, {400, 2}} {
		m := of(statement, 9, size[0], size[1])
		m.End()
		m.Toggle()
		if got := m.View(true); size[1] > 0 {
			uitest.Fits(t, got, size[0], size[1])
		}
	}
	m := New(uitest.Theme())
	m.SetSize(10, 2)
	m.Move(1)
	m.Toggle()
	m.Search("x")
	uitest.Fits(t, m.View(true), 10, 2)
}

func TestColours(t *testing.T) {
	m := New(uitest.ColourTheme(theme.Dark, termenv.TrueColor))
	m.SetSize(50, 12)
	m.SetDoc(JSONDoc([]byte(statement), 9))
	m.Search("build")
	m.Home()
	uitest.GoldenColour(t, "colour", m.View(true))
}

// FuzzJSON: whatever the bytes are, the tree fits its size and nothing in it
// acts on a terminal.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{statement, "", "{", `{"a":"\u001b[2J"}`, "[[[[", "\xff\xfe", `{"":{"":""}}`, "1 2 3"} {
		f.Add([]byte(s), 3)
	}
	f.Fuzz(func(t *testing.T, raw []byte, keys int) {
		m := New(uitest.Theme())
		m.SetSize(30, 10)
		m.SetDoc(JSONDoc(raw, 5))
		for range keys & 15 {
			m.Move(1)
			m.Toggle()
			m.Search("a")
			m.Next(-1)
		}
		got := m.View(true)
		uitest.Fits(t, got, 30, 10)
		for _, s := range []string{got, m.Copy(), m.Path()} {
			if strings.ContainsAny(s, "\x1b\x07\r\x00\u009b\u202e") {
				t.Errorf("dangerous text: %q", s)
			}
		}
	})
}

// BenchmarkKeyAndView is one key and one frame in a document of 300,000 values.
// Budget: 2 ms.
func BenchmarkKeyAndView(b *testing.B) {
	m := New(uitest.Theme())
	m.SetSize(120, 40)
	m.SetDoc(large())
	b.ResetTimer()
	for range b.N {
		m.Page(1)
		_ = m.View(true)
	}
}

// BenchmarkSearch is one keystroke of a search there. Budget: 16 ms.
func BenchmarkSearch(b *testing.B) {
	m := New(uitest.Theme())
	m.SetSize(120, 40)
	m.SetDoc(large())
	b.ResetTimer()
	for i := range b.N {
		m.Search([]string{"component-29", "component-299"}[i%2])
		_ = m.View(true)
	}
}

// BenchmarkBuild is the work in the command.
func BenchmarkBuild(b *testing.B) {
	raw := largeJSON()
	b.SetBytes(int64(len(raw)))
	for range b.N {
		JSONDoc(raw, 2)
	}
}

func largeJSON() []byte {
	var b bytes.Buffer
	b.WriteString(`{"components":[`)
	for i := range 60_000 {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"name":"component-%d","version":"1.%d.0","purl":"pkg:npm/component-%d@1.%d.0","type":"library"}`, i, i, i, i)
	}
	b.WriteString("]}")
	return b.Bytes()
}

func large() *Doc { return JSONDoc(largeJSON(), 9) }
