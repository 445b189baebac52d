package model

import (
	"cmp"
	"slices"
)

// infer folds what was not read and has no tag by the time of its push. A
// build pushes the parts of an index before the index, and a signed bundle
// between what it speaks of and the referrers tag. Of several that may follow
// the next one is taken.
func (f *folder) infer() {
	order := make([]int, 0, len(f.under))
	for i, v := range f.snap.Versions {
		if !v.Created.IsZero() {
			order = append(order, i)
		}
	}
	newest := func(a, b int) int { return f.snap.Versions[b].Created.Compare(f.snap.Versions[a].Created) }
	if !slices.IsSortedFunc(order, newest) {
		slices.SortStableFunc(order, newest)
	}
	index, bundle := -1, -1 // the next index, the next referrers tag
	for from := 0; from < len(order); {
		to := from + 1
		for to < len(order) && newest(order[from], order[to]) == 0 {
			to++
		}
		group := order[from:to] // pushed in the same second
		for _, i := range group {
			if f.facts[i].subject != "" && !f.facts[i].cosign {
				bundle = i
			}
			if f.anchors(i) {
				index = i
			}
		}
		for _, i := range group {
			if f.mystery(i) {
				f.guess(i, index, bundle)
			}
		}
		from = to
	}
}

// mystery reports whether nothing is known of a version but its digest: no
// tag, no manifest, no release that it is a member of.
func (f *folder) mystery(i int) bool {
	v := &f.snap.Versions[i]
	return f.under[i] == i && f.kinds[i] == VersionUnknown && len(v.Tags) == 0 && f.of[i] == nil
}

// anchors reports whether what was pushed just before may belong to the row of
// i: an index, or what its tags call one.
func (f *folder) anchors(i int) bool {
	row := f.root(i)
	switch {
	case f.spec.Kind == KindArtifact, f.mystery(row):
		return false
	case f.facts[i].plumbing && !f.facts[i].own:
		return false
	}
	kind := f.kinds[row]
	return kind == VersionIndex || kind == VersionUnknown
}

func (f *folder) guess(i, index, bundle int) {
	created := f.snap.Versions[i].Created
	near := func(j int) bool {
		return j >= 0 && f.snap.Versions[j].Created.Sub(created) <= inferredWithin
	}
	if near(bundle) {
		subject, ok := f.at(f.facts[bundle].subject)
		if ok && subject != i && !f.snap.Versions[subject].Created.After(created) && f.put(i, subject, PartInferred) {
			return
		}
	}
	if near(index) {
		f.put(i, index, PartInferred)
	}
}

// partOrder is the place of a role among the parts of a row: what runs first,
// what is only inferred last.
func partOrder(role PartRole) int {
	switch role {
	case PartPlatform:
		return 0
	case PartArchIndex:
		return 1
	case PartBuildx:
		return 2
	case PartAttestation:
		return 3
	case PartFallback:
		return 4
	case PartCosign:
		return 5
	}
	return 6
}

// rows gathers the parts under their rows and tells each row's past.
func (f *folder) rows() []Row {
	n := len(f.under)
	first := make([]int, n+1) // by row: where its parts begin in one list of all
	rows := 0
	for i := range f.under {
		f.under[i] = f.root(i)
		if f.under[i] == i {
			rows++
		} else {
			first[f.under[i]+1]++
		}
	}
	for i := range n {
		first[i+1] += first[i]
	}
	places, next := make([]int, n-rows), slices.Clone(first)
	for i, r := range f.under {
		if r != i {
			places[next[r]] = i
			next[r]++
		}
	}
	stays := f.stays()
	failed := f.unmerged()
	parts := make([]Part, len(places))
	out := make([]Row, 0, rows)
	for i := range f.under {
		if f.under[i] != i {
			continue
		}
		from, to := first[i], first[i+1]
		row := Row{Entry: f.entry(i), Parts: parts[from:to:to], Failed: failed[i]}
		row.Stays = stays[row.Digest]
		f.fill(row, places[from:to])
		out = append(out, row)
	}
	sortNewestFirst(out, func(r *Row) *Entry { return &r.Entry })
	return out
}

// fill makes the parts of a row, in the order of their roles. A part that is
// there for certain has the row's commit where it has none of its own.
func (f *folder) fill(row Row, places []int) {
	slices.SortStableFunc(places, func(a, b int) int {
		return cmp.Compare(partOrder(f.role[a]), partOrder(f.role[b]))
	})
	for k, i := range places {
		row.Parts[k] = Part{Entry: f.entry(i), Role: f.role[i]}
		if row.Parts[k].Commit == "" && f.role[i] != PartInferred {
			row.Parts[k].Commit = row.Commit
		}
	}
}

// unmerged says of rows without an index over their architectures which there
// are, by the row's place.
func (f *folder) unmerged() map[int]string {
	out := make(map[int]string)
	for _, list := range f.apart {
		var arches []string
		for _, i := range list {
			arches = append(arches, f.facts[i].arch)
		}
		slices.Sort(arches)
		arches = slices.Compact(arches)
		text := enumerate(arches) + " without an index over them"
		if len(arches) == 1 {
			text = arches[0] + " only"
		}
		for _, i := range list {
			if f.under[i] == i {
				out[i] = text
			}
		}
	}
	return out
}

// stays are the times at which each channel pointed to a digest, newest first.
func (f *folder) stays() map[Digest][]Stay {
	out := make(map[Digest][]Stay)
	p, ok := f.survey.Inventory.Package(f.spec.Name)
	if !ok {
		return out
	}
	m := newMemory(f.survey.Inventory, f.survey.Releases, f.survey.Past)
	for _, c := range f.survey.Inventory.Layout.Channels {
		for _, s := range m.past(p, c.Name).stays {
			out[s.digest] = append(out[s.digest], s.Stay)
		}
	}
	for _, list := range out {
		slices.SortStableFunc(list, func(a, b Stay) int {
			if a.To.IsZero() != b.To.IsZero() {
				if a.To.IsZero() {
					return -1
				}
				return 1
			}
			return cmp.Or(b.To.Compare(a.To), b.From.Compare(a.From))
		})
	}
	return out
}
