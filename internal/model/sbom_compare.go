package model

import (
	"cmp"
	"slices"
	"strings"
)

// CompareComponents is the order of components: by name without regard to case,
// then version, then purl.
func CompareComponents(a, b SBOMComponent) int {
	return cmp.Or(compareFolded(a.Name, b.Name), cmp.Compare(a.Version, b.Version), cmp.Compare(a.PURL, b.PURL), cmp.Compare(a.Ref, b.Ref))
}

// compareFolded compares without regard to the case of ASCII letters, and with
// it where nothing else tells two apart.
func compareFolded(a, b string) int {
	for i := 0; i < len(a) && i < len(b); i++ {
		if x, y := lower(a[i]), lower(b[i]); x != y {
			return cmp.Compare(x, y)
		}
	}
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// SBOMChange is a component that both documents have, in two versions or under
// other licences.
type SBOMChange struct{ Before, After SBOMComponent }

// SBOMDiff is what differs between two SBOMs, in the order of
// CompareComponents.
type SBOMDiff struct {
	Added, Removed []SBOMComponent
	Changed        []SBOMChange // of another version
	// Licences are components under other licences, whether or not their
	// version changed too.
	Licences []SBOMChange
	Equal    int // components that are in both as they are
}

// Empty reports whether nothing differs.
func (d SBOMDiff) Empty() bool {
	return len(d.Added)+len(d.Removed)+len(d.Changed)+len(d.Licences) == 0
}

// CompareSBOMs tells what differs in b against a. Components are the same thing
// by their Key; where one of two has no purl, by their name. Of a thing that is
// there in several versions, those in both are equal, and what remains is
// paired in order.
func CompareSBOMs(a, b []SBOMComponent) SBOMDiff {
	var d SBOMDiff
	before := byKey(a)
	var onlyB []SBOMComponent
	for key, newer := range byKey(b) {
		older, ok := before[key]
		if !ok {
			onlyB = append(onlyB, newer...)
			continue
		}
		delete(before, key)
		d.pair(older, newer)
	}
	var onlyA []SBOMComponent
	for _, older := range before {
		onlyA = append(onlyA, older...)
	}
	d.byName(onlyA, onlyB)
	for _, list := range [][]SBOMComponent{d.Added, d.Removed} {
		slices.SortFunc(list, CompareComponents)
	}
	for _, list := range [][]SBOMChange{d.Changed, d.Licences} {
		slices.SortFunc(list, func(x, y SBOMChange) int {
			return cmp.Or(CompareComponents(x.After, y.After), CompareComponents(x.Before, y.Before))
		})
	}
	return d
}

// byKey groups components, the same version of the same thing once.
func byKey(list []SBOMComponent) map[string][]SBOMComponent {
	out := make(map[string][]SBOMComponent, len(list))
	for _, c := range list {
		key := c.Key
		if key == "" {
			key = nameKey(c)
		}
		have := out[key]
		if i := slices.IndexFunc(have, func(h SBOMComponent) bool { return h.Version == c.Version }); i >= 0 {
			have[i].Licenses = union(have[i].Licenses, c.Licenses)
			continue
		}
		out[key] = append(have, c)
	}
	return out
}

// nameKey tells a component apart that has no purl.
func nameKey(c SBOMComponent) string { return c.Type + "\x00" + strings.ToLower(c.Name) }

// pair settles what one thing is in both documents.
func (d *SBOMDiff) pair(older, newer []SBOMComponent) {
	slices.SortFunc(older, CompareComponents)
	slices.SortFunc(newer, CompareComponents)
	var gone []SBOMComponent
	for _, o := range older {
		i := slices.IndexFunc(newer, func(n SBOMComponent) bool { return n.Version == o.Version })
		if i < 0 {
			gone = append(gone, o)
			continue
		}
		if !d.licences(o, newer[i]) {
			d.Equal++
		}
		newer = slices.Delete(newer, i, i+1)
	}
	n := min(len(gone), len(newer))
	for i := range n {
		d.Changed = append(d.Changed, SBOMChange{gone[i], newer[i]})
		d.licences(gone[i], newer[i])
	}
	d.Removed = append(d.Removed, gone[n:]...)
	d.Added = append(d.Added, newer[n:]...)
}

// licences notes another licence and reports whether there is one.
func (d *SBOMDiff) licences(o, n SBOMComponent) bool {
	if slices.Equal(licenceSet(o.Licenses), licenceSet(n.Licenses)) {
		return false
	}
	d.Licences = append(d.Licences, SBOMChange{o, n})
	return true
}

// licenceSet is licences in a form that does not depend on the format: SPDX
// cannot name a licence of its own without a prefix (SPDX 2.3, clause 10.1).
func licenceSet(list []string) []string {
	out := make([]string, len(list))
	for i, l := range list {
		out[i] = strings.ToLower(strings.TrimPrefix(l, "LicenseRef-"))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// byName pairs what is left by name alone, where one of two has no purl that
// could say that they are not the same.
func (d *SBOMDiff) byName(onlyA, onlyB []SBOMComponent) {
	type side struct{ a, b []SBOMComponent }
	names := make(map[string]*side)
	at := func(c SBOMComponent) *side {
		name := strings.ToLower(c.Name)
		if names[name] == nil {
			names[name] = &side{}
		}
		return names[name]
	}
	for _, c := range onlyA {
		s := at(c)
		s.a = append(s.a, c)
	}
	for _, c := range onlyB {
		s := at(c)
		s.b = append(s.b, c)
	}
	for _, s := range names {
		if len(s.a) == 0 || len(s.b) == 0 || !bare(s.a) && !bare(s.b) {
			d.Removed, d.Added = append(d.Removed, s.a...), append(d.Added, s.b...)
			continue
		}
		d.pair(s.a, s.b)
	}
}

// bare reports whether none of them has a purl.
func bare(list []SBOMComponent) bool {
	return !slices.ContainsFunc(list, func(c SBOMComponent) bool { return c.PURL != "" })
}
