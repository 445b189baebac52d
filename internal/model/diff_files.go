package model

import (
	"slices"
	"strings"
)

// FileChange is one file that differs; nil is none.
type FileChange struct {
	Path          string // from the root, with a leading slash
	Before, After *string
	Text          string // unified difference, "" where there is none
}

// PartFiles is what differs in the files of one platform.
type PartFiles struct {
	Platform string
	Changes  []FileChange
	Equal    int
}

// FilesSection joins what differs in the files of all platforms. all is how
// many platforms the two sides have: what only some of them say has the
// platform in front of its path, what all say has not.
func FilesSection(name string, all int, parts []PartFiles, note string) DiffSection {
	s := newSheet(all)
	equal := 0
	for _, p := range parts {
		equal += p.Equal
		for _, f := range p.Changes {
			s.add(f.Path, fact{platform: p.Platform, before: f.Before, after: f.After, text: f.Text})
		}
	}
	slices.SortStableFunc(s.rows, func(a, b *sheetRow) int { return strings.Compare(a.path, b.path) })
	out := s.section(name)
	out.Equal += equal
	out.Note = note
	return out
}
