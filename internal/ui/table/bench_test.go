package table_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/muesli/termenv"

	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/table"
	"github.com/novotnyllc/caitui/internal/ui/theme"
)

// version is a row as wide and as coloured as those of the digest history.
type version struct {
	digest, tags, commit, text string
	created                    time.Time
}

func versionKey(v *version) string { return v.digest }

func versionRows(n int) []*version {
	out := make([]*version, n)
	now := time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC)
	for i := range out {
		v := &version{
			digest: fmt.Sprintf("sha256:%064x", i*7919), tags: fmt.Sprintf("sha-%040x", i*104729),
			commit: fmt.Sprintf("%07x", i), created: now.Add(-time.Duration(i) * time.Hour),
		}
		v.text = strings.ToLower(v.digest + "\n" + v.tags + "\n" + v.commit + "\nindex amd64 arm64")
		out[i] = v
	}
	return out
}

func versionTable(rows []*version) *table.Model[*version] {
	th := colours(theme.Dark, termenv.TrueColor)
	now := rows[0].created
	cell := func(c present.Cell) table.Cell { return table.CellOf(th, c) }
	m := table.New(th, versionKey, []table.Column[*version]{
		{Title: "age", Min: 7, Max: 7, Right: true, Cell: func(v *version) table.Cell { return table.Cell{Text: present.Age(v.created, now)} }},
		{Title: "release", Min: 9, Max: 12, Cell: func(*version) table.Cell { return cell(present.Cell{Text: "v1.2.0", Tone: present.Strong}) }},
		{Title: "tags", Min: 16, Cell: func(v *version) table.Cell { return table.Cell{Text: present.Tag(v.tags)} }},
		{ID: "commit", Title: "commit", Min: 7, Max: 7, Drop: 3, Compare: func(a, b *version) int { return strings.Compare(a.commit, b.commit) }, Cell: func(v *version) table.Cell { return table.Cell{Text: v.commit} }},
		{Title: "platforms", Min: 11, Max: 16, Drop: 2, Cell: func(*version) table.Cell { return table.Cell{Text: "amd64 arm64"} }},
		{Title: "size", Min: 8, Max: 8, Right: true, Drop: 4, Cell: func(*version) table.Cell { return table.Cell{Text: present.Size(2_100_000_000)} }},
		{Title: "note", Min: 14, Max: 24, Drop: 1, Cell: func(*version) table.Cell {
			return cell(present.Cell{Mark: present.MarkOK, Text: "prod now", Tone: present.Good})
		}},
	})
	m.SetSize(160, 45)
	m.SetRows(rows)
	return m
}

// Budget: one key and its frame at 100,000 rows within 2 ms.
func BenchmarkKeyAndView(b *testing.B) {
	m := versionTable(versionRows(100_000))
	m.Move(50_000)
	for b.Loop() {
		m.Move(1)
		_ = m.View(true)
	}
}

// The same with a filter, marks and a range over all rows.
func BenchmarkKeyAndViewMarked(b *testing.B) {
	m := versionTable(versionRows(100_000))
	m.SetFilter(func(v *version) bool { return strings.Contains(v.text, "a") })
	m.MarkAll()
	m.MarkRange()
	m.End()
	for b.Loop() {
		m.Move(-1)
		_ = m.View(true)
		_ = m.Position()
	}
}

// Budget: a keystroke in the filter at 100,000 rows within 16 ms.
func BenchmarkFilterKeystroke(b *testing.B) {
	rows := versionRows(100_000)
	m := versionTable(rows)
	now := rows[0].created
	b.Run("own work in the event loop", func(b *testing.B) {
		for b.Loop() {
			q, _ := table.ParseQuery("sha-00 !zz age>3d", nil)
			_ = m.FilterCmd(func(v *version) bool { return q.Match(v.text, nil, v.created, now) }, wrap)
			_ = m.View(true)
		}
	})
	b.Run("to the answer", func(b *testing.B) {
		for b.Loop() {
			q, _ := table.ParseQuery("sha-0000ab", nil)
			cmd := m.FilterCmd(func(v *version) bool { return q.Match(v.text, nil, v.created, now) }, wrap)
			m.Apply(cmd().(table.Filtered))
			_ = m.View(true)
		}
	})
}

func BenchmarkSetRows(b *testing.B) {
	rows := versionRows(100_000)
	m := versionTable(rows)
	m.Move(50_000)
	b.Run("same rows", func(b *testing.B) {
		for b.Loop() {
			m.SetRows(rows)
		}
	})
	b.Run("cursor's row gone", func(b *testing.B) {
		for b.Loop() {
			m.SetRows(rows)
			m.GoTo(rows[50_000].digest)
			m.SetRows(rows[:50_000])
		}
	})
}
