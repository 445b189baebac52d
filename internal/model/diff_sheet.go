package model

import (
	"fmt"
	"strconv"
	"strings"
)

// sheet collects what both sides say, platform by platform, and tells at the
// end once what all platforms say alike.
type sheet struct {
	platforms int // how many the two sides have altogether
	rows      []*sheetRow
	byKey     map[string]*sheetRow
}

type sheetRow struct {
	path  string
	facts []fact
}

// fact is one thing as both sides of one platform have it; nil is none.
type fact struct {
	platform      string
	before, after *string
	noise         bool
	text          string
}

func newSheet(platforms int) *sheet {
	return &sheet{platforms: platforms, byKey: make(map[string]*sheetRow)}
}

// add notes a thing. Nothing on either side is no thing.
func (s *sheet) add(path string, f fact) {
	if f.before == nil && f.after == nil {
		return
	}
	// What one step lost and another gained is two things, by the same name.
	key := path + fmt.Sprint(f.before != nil, f.after != nil)
	row := s.byKey[key]
	if row == nil {
		row = &sheetRow{path: path}
		s.byKey[key] = row
		s.rows = append(s.rows, row)
	}
	row.facts = append(row.facts, f)
}

func (f fact) equal() bool {
	return f.before != nil && f.after != nil && *f.before == *f.after
}

func (f fact) entry(path string) DiffEntry {
	e := DiffEntry{Path: path, Change: DiffChanged, Noise: f.noise, Text: f.text}
	if f.before != nil {
		e.Before = *f.before
	} else {
		e.Change = DiffAdded
	}
	if f.after != nil {
		e.After = *f.after
	} else {
		e.Change = DiffRemoved
	}
	return e
}

// agree reports whether all platforms say the same of a thing.
func (s *sheet) agree(row *sheetRow) bool {
	if len(row.facts) < s.platforms {
		return false
	}
	first := row.facts[0].entry(row.path)
	for _, f := range row.facts[1:] {
		if f.entry(row.path) != first {
			return false
		}
	}
	return true
}

// section is what was collected, in the order in which it came.
func (s *sheet) section(name string) DiffSection {
	out := DiffSection{Name: name}
	for _, row := range s.rows {
		if s.agree(row) {
			if row.facts[0].equal() {
				out.Equal++
			} else {
				out.Entries = append(out.Entries, row.facts[0].entry(row.path))
			}
			continue
		}
		for _, f := range row.facts {
			if f.equal() {
				out.Equal++
				continue
			}
			out.Entries = append(out.Entries, f.entry(under(f.platform, row.path)))
		}
	}
	return out
}

// under puts a platform in front of a path.
func under(platform, path string) string {
	if platform == "" {
		return path
	}
	return platform + "/" + strings.TrimPrefix(path, "/")
}

// numbered gives names that occur again a number, so that each stands for one
// thing.
type numbered map[string]int

func (n numbered) name(s string) string {
	n[s]++
	if k := n[s]; k > 1 {
		return s + " #" + strconv.Itoa(k)
	}
	return s
}

// some is a value that is there.
func some(s string) *string { return &s }

// unless is a value that counts as none where it is empty.
func unless(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
