package history

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// row is one line of the list: a version of its own with what is folded under
// it, or, unfolded, any version.
type row struct {
	model.Row
	role  model.PartRole // of a part that unfolding gave a line of its own
	now   []holder       // channels that point here, in the layout's order
	text  string         // lower case: what the words of a filter look at
	cells *present.HistoryRow
}

// holder is a channel that points to a row.
type holder struct {
	channel string
	via     model.Via
}

func rowKey(r *row) string { return string(r.Digest) }

// loaded is the outcome of one computation over one survey.
type loaded struct {
	pkg    string
	folded bool
	survey model.Survey
	state  model.PackageState
	listed bool // whether the inventory has the package at all
	rows   []*row
	// rowOf finds the row under which a folded version stands.
	rowOf map[model.Digest]model.Digest
	parts int // versions that are folded under rows
	// unread is how many rows may turn out to be parts of others, or anything
	// else: nothing of them was read.
	unread int
	// first is where a cursor that nobody placed belongs: the row of the
	// first channel that holds something of this package.
	first model.Digest
	main  string // that channel
	sizes model.Sharings
}

// load draws the rows of a package out of a survey. It is pure and may take
// long: it runs in a command.
func load(s model.Survey, pkg string, folded bool) loaded {
	out := loaded{pkg: pkg, folded: folded, survey: s}
	out.state, out.listed = s.Inventory.Package(pkg)
	if !out.listed || !out.state.Known {
		return out
	}
	held, first, main := holders(s, pkg)
	out.first, out.main = first, main
	rows := model.Fold(s, pkg)
	out.sizes = model.ShareSizes(out.state.Snapshot, rows)
	out.rowOf = make(map[model.Digest]model.Digest)
	for _, r := range rows {
		if r.Kind == model.VersionUnknown && len(r.Tags) == 0 {
			out.unread++
		}
		for _, part := range r.Parts {
			if _, taken := out.rowOf[part.Digest]; !taken {
				out.rowOf[part.Digest] = r.Digest
			}
		}
	}
	out.parts = max(len(out.state.Snapshot.Versions)-len(rows), 0)
	list := make([]row, 0, len(rows))
	if folded {
		for _, r := range rows {
			list = append(list, row{Row: r})
		}
	} else {
		list = unfold(model.Entries(s, pkg), rows)
	}
	out.rows = make([]*row, len(list))
	for i := range list {
		list[i].now = held[list[i].Digest]
		list[i].text = searchable(&list[i])
		out.rows[i] = &list[i]
	}
	return out
}

// unfold makes a row of every version, with what folding knows of it.
func unfold(entries []model.Entry, rows []model.Row) []row {
	known := make(map[model.Digest]int, len(rows))
	roles := make(map[model.Digest]model.PartRole)
	for i, r := range rows {
		known[r.Digest] = i
		for _, p := range r.Parts {
			if _, taken := roles[p.Digest]; !taken {
				roles[p.Digest] = p.Role
			}
		}
	}
	out := make([]row, len(entries))
	for i, e := range entries {
		if j, ok := known[e.Digest]; ok {
			out[i] = row{Row: rows[j]}
			continue
		}
		out[i] = row{Row: model.Row{Entry: e}, role: roles[e.Digest]}
	}
	return out
}

// holders tells which channels point to which digests of a package, and which
// digest is the first channel's, and its name.
func holders(s model.Survey, pkg string) (held map[model.Digest][]holder, first model.Digest, main string) {
	held = make(map[model.Digest][]holder)
	for _, c := range s.Channels {
		for _, m := range c.Members {
			if m.Package != pkg || m.Digest == "" {
				continue
			}
			held[m.Digest] = append(held[m.Digest], holder{c.Name, m.Via})
			if first == "" {
				first, main = m.Digest, c.Name
			}
		}
	}
	return held, first, main
}

// find returns the digest of the row that shows d: its own or the one that it
// is folded under; "" where neither is there.
func (l loaded) find(d model.Digest) model.Digest {
	if l.folded {
		if owner, ok := l.rowOf[d]; ok {
			return owner
		}
	}
	return d
}

// searchable is what a filter's words look at: of a folded row also the digests
// and tags of its parts, so that whatever a person has in hand finds its build.
func searchable(r *row) string {
	words := []string{string(r.Digest), r.Release, r.Commit, string(r.Kind), string(r.role), r.Failed}
	words = append(words, r.Tags...)
	words = append(words, r.Platforms...)
	words = append(words, r.channels()...)
	for _, p := range r.Parts {
		words = append(words, string(p.Digest))
		words = append(words, p.Tags...)
	}
	return strings.ToLower(strings.Join(words, "\n"))
}

// channels are those that point here and those that did.
func (r *row) channels() []string {
	out := make([]string, 0, len(r.now)+len(r.Stays))
	for _, h := range r.now {
		out = append(out, h.channel)
	}
	for _, s := range r.Stays {
		out = append(out, s.Channel)
	}
	return out
}

// field is what a filter's name:value looks at.
func (r *row) field(name string) string {
	switch name {
	case "tag":
		return strings.Join(r.Tags, "\n")
	case "kind":
		return string(r.Kind) + "\n" + string(r.role)
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
