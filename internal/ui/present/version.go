package present

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// VersionTable is one version fact by fact, for a ticket.
func VersionTable(s model.Survey, pkg string, r model.Row) Table {
	row := History(s.Inventory.Layout, r, s.Inventory.ReadAt)
	t := Table{Columns: []Column{{Title: "what"}, {Title: "is"}}}
	add := func(what string, c Cell) {
		if text := c.String(); text != "" && text != None {
			t.Rows = append(t.Rows, []Cell{{Text: what}, c})
		}
	}
	add("version", text(place(s.Inventory)+"/"+pkg+"@"+string(r.Digest)))
	add("release", row.Release)
	add("tags", text(tagList(r.Tags)))
	add("commit", text(r.Commit))
	add("pushed", text(Full(r.Created)))
	add("kind", row.Kind)
	add("platforms", row.Platforms)
	add("size", row.Size)
	add("note", row.Note)
	return t
}

// tagList are all tags whole.
func tagList(tags []string) string {
	if len(tags) == 0 {
		return "(untagged)"
	}
	return strings.Join(tags, " ")
}
