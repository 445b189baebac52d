package versionrows

import (
	"slices"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// Row is one line of a list: a version of its own with what is folded under
// it, or, unfolded, any version.
type Row struct {
	model.Row
	In   *Package       // where it belongs
	Role model.PartRole // of a part that unfolding gave a line of its own
	Now  []Holder       // channels that point here, in the layout's order

	full  string // FullKey, made once where rows of several packages are listed
	text  string // lower case: what the words of a filter look at
	cells *present.HistoryRow
}

// Holder is a channel that points to a row.
type Holder struct {
	Channel string
	Via     model.Via
}

// Tenant is a version that a channel points to, or pointed to.
type Tenant struct {
	model.Stay
	Digest model.Digest
}

// Package is the rows of one package, drawn from one survey.
type Package struct {
	Name   string
	Folded bool
	Survey model.Survey
	State  model.PackageState
	Listed bool // whether the inventory has the package at all
	Rows   []*Row
	Builds []model.Row // as folded, whether Rows are or not
	Parts  int         // versions that are folded under rows
	// Unread is how many rows may turn out to be parts of others, or anything
	// else: nothing of them was read.
	Unread int
	// First is where a cursor that nobody placed belongs: the row of the
	// first channel that holds something of this package.
	First model.Digest
	Main  string // that channel

	rowOf   map[model.Digest]model.Digest // a folded version → its row
	tenants map[string][]Tenant           // by channel, newest first
}

// Key is what cursor and marks follow in a list of one package.
func (r *Row) Key() string { return string(r.Digest) }

// FullKey is Key where several packages are listed: the same digest may be in
// more than one.
func (r *Row) FullKey() string {
	if r.full == "" {
		return FullKey(r.In.Name, r.Digest)
	}
	return r.full
}

// FullKey is the key of a version among those of all packages.
func FullKey(pkg string, d model.Digest) string { return pkg + "@" + string(d) }

// Load draws the rows of a package out of a survey. It is pure and may take
// long: it runs in a command.
func Load(s model.Survey, pkg string, folded bool) *Package {
	out := &Package{Name: pkg, Folded: folded, Survey: s}
	out.State, out.Listed = s.Inventory.Package(pkg)
	if !out.Listed || !out.State.Known {
		return out
	}
	held, first, main := holders(s, pkg)
	out.First, out.Main = first, main
	out.Builds = model.Fold(s, pkg)
	out.rowOf = make(map[model.Digest]model.Digest)
	for _, r := range out.Builds {
		if r.Kind == model.VersionUnknown && len(r.Tags) == 0 {
			out.Unread++
		}
		for _, part := range r.Parts {
			if _, taken := out.rowOf[part.Digest]; !taken {
				out.rowOf[part.Digest] = r.Digest
			}
		}
	}
	out.Parts = max(len(out.State.Snapshot.Versions)-len(out.Builds), 0)
	out.tenants = tenants(out.Builds)
	list := make([]Row, 0, len(out.Builds))
	if folded {
		for _, r := range out.Builds {
			list = append(list, Row{Row: r})
		}
	} else {
		list = unfold(model.Entries(s, pkg), out.Builds)
	}
	out.Rows = make([]*Row, len(list))
	for i := range list {
		list[i].In = out
		list[i].Now = held[list[i].Digest]
		list[i].text = list[i].searchable()
		out.Rows[i] = &list[i]
	}
	return out
}

// unfold makes a row of every version, with what folding knows of it.
func unfold(entries []model.Entry, builds []model.Row) []Row {
	known := make(map[model.Digest]int, len(builds))
	roles := make(map[model.Digest]model.PartRole)
	for i, r := range builds {
		known[r.Digest] = i
		for _, p := range r.Parts {
			if _, taken := roles[p.Digest]; !taken {
				roles[p.Digest] = p.Role
			}
		}
	}
	out := make([]Row, len(entries))
	for i, e := range entries {
		if j, ok := known[e.Digest]; ok {
			out[i] = Row{Row: builds[j]}
			continue
		}
		out[i] = Row{Row: model.Row{Entry: e}, Role: roles[e.Digest]}
	}
	return out
}

// holders tells which channels point to which digests of a package, and which
// digest is the first channel's, and its name.
func holders(s model.Survey, pkg string) (held map[model.Digest][]Holder, first model.Digest, main string) {
	held = make(map[model.Digest][]Holder)
	for _, c := range s.Channels {
		for _, m := range c.Members {
			if m.Package != pkg || m.Digest == "" {
				continue
			}
			held[m.Digest] = append(held[m.Digest], Holder{c.Name, m.Via})
			if first == "" {
				first, main = m.Digest, c.Name
			}
		}
	}
	return held, first, main
}

// tenants lists for each channel where it points and pointed.
func tenants(builds []model.Row) map[string][]Tenant {
	out := make(map[string][]Tenant)
	for _, r := range builds {
		for _, s := range r.Stays {
			out[s.Channel] = append(out[s.Channel], Tenant{s, r.Digest})
		}
	}
	for _, list := range out {
		slices.SortStableFunc(list, func(a, b Tenant) int {
			switch {
			case a.To.IsZero() != b.To.IsZero(): // the present one first
				if a.To.IsZero() {
					return -1
				}
				return 1
			}
			return b.To.Compare(a.To)
		})
	}
	return out
}

// Find returns the digest of the row that shows d: its own or the one that it
// is folded under.
func (p *Package) Find(d model.Digest) model.Digest {
	if p.Folded {
		if owner, ok := p.rowOf[d]; ok {
			return owner
		}
	}
	return d
}

// All is the rows of all packages, drawn from one survey, newest first.
type All struct {
	Folded   bool
	Survey   model.Survey
	Packages []*Package // in the inventory's order
	Rows     []*Row
	by       map[string]*Package
}

// LoadAll is Load for every package of the inventory. What was created at the
// same time keeps the inventory's order; what nobody can date comes last.
func LoadAll(s model.Survey, folded bool) *All {
	out := &All{Folded: folded, Survey: s, by: make(map[string]*Package, len(s.Inventory.Packages))}
	n := 0
	for _, p := range s.Inventory.Packages {
		one := Load(s, p.Spec.Name, folded)
		out.Packages = append(out.Packages, one)
		out.by[one.Name] = one
		n += len(one.Rows)
		name := "\n" + strings.ToLower(one.Name)
		for _, r := range one.Rows {
			r.full = FullKey(one.Name, r.Digest)
			r.text += name
		}
	}
	out.Rows = make([]*Row, 0, n)
	for _, p := range out.Packages {
		out.Rows = append(out.Rows, p.Rows...)
	}
	slices.SortStableFunc(out.Rows, func(a, b *Row) int { return b.Created.Compare(a.Created) })
	return out
}

// Package is one of the packages, nil where there is none of this name.
func (a *All) Package(name string) *Package { return a.by[name] }

// searchable is what a filter's words look at: of a folded row also the digests
// and tags of its parts, so that whatever a person has in hand finds its build.
func (r *Row) searchable() string {
	words := []string{string(r.Digest), r.Release, r.Commit, string(r.Kind), string(r.Role), r.Failed}
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
func (r *Row) channels() []string {
	out := make([]string, 0, len(r.Now)+len(r.Stays))
	for _, h := range r.Now {
		out = append(out, h.Channel)
	}
	for _, s := range r.Stays {
		out = append(out, s.Channel)
	}
	return out
}
