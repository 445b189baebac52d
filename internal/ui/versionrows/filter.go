package versionrows

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/table"
)

// Fields is what a filter of versions may name, for help.
const Fields = "words, !word, tag:, kind:, release:, commit:, channel:, platform:, digest:, age>7d, age<24h"

// Match makes a filter of what a person typed: nil where it lets everything
// through. The filter touches nothing that changes, so it may run outside the
// event loop.
func Match(text string, s model.Survey) (func(*Row) bool, error) {
	query, err := table.ParseQuery(text, fields())
	if err != nil || query.Empty() {
		return nil, err
	}
	now := s.Inventory.ReadAt
	if !query.Fields() { // of most filters; it saves making one of each row's fields
		return func(r *Row) bool { return query.Match(r.text, nil, r.Created, now) }, nil
	}
	return func(r *Row) bool { return query.Match(r.text, r.field, r.Created, now) }, nil
}

func fields() []string {
	return []string{"name", "tag", "kind", "release", "commit", "platform", "channel", "digest", "state"}
}

// field is what a filter's name:value looks at, for each of fields.
func (r *Row) field(name string) string {
	switch name {
	case "name":
		return r.In.Name
	case "tag":
		return strings.Join(r.Tags, "\n")
	case "kind":
		return string(r.Kind) + "\n" + string(r.Role)
	case "release":
		return r.Release
	case "commit":
		return r.Commit
	case "platform":
		return strings.Join(r.Platforms, "\n")
	case "channel":
		return strings.Join(r.channels(), "\n")
	case "digest":
		return string(r.Digest)
	case "state":
		if r.Failed != "" {
			return "failed"
		}
	}
	return ""
}
