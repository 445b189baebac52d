package present

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// DiffShort says in a few words for each section what differs; where a part of
// a section was not read it says so instead of calling it equal.
func DiffShort(d model.Diff) []Line {
	var out []Line
	for _, s := range d.Sections {
		out = append(out, Line{Text: model.Sanitize(s.Name) + " " + sectionShort(s)})
	}
	return out
}

func sectionShort(s model.DiffSection) string {
	var parts []string
	added, removed, changed := s.Count()
	if text := counts(added, removed, changed); text != "" {
		parts = append(parts, text)
	}
	if n := Noise(s); n > 0 {
		parts = append(parts, Count(n)+" built anew")
	}
	switch {
	case len(parts) > 0 && s.Equal > 0:
		parts = append(parts, Count(s.Equal)+" equal")
	case s.Equal > 0:
		parts = append(parts, "equal")
	}
	if s.Note != "" {
		parts = append(parts, sentence(s.Note))
	}
	return strings.Join(parts, ", ")
}
