package model

import (
	"cmp"
	"slices"
	"strings"
)

// SBOMGrouping is what components are put together by.
type SBOMGrouping string

// The groupings.
const (
	GroupNone      SBOMGrouping = ""
	GroupLicence   SBOMGrouping = "licence"
	GroupType      SBOMGrouping = "type"
	GroupEcosystem SBOMGrouping = "ecosystem"
)

// SBOMGroupings lists the groupings that put something together.
func SBOMGroupings() []SBOMGrouping {
	return []SBOMGrouping{GroupLicence, GroupType, GroupEcosystem}
}

// Of is the group of a component, "" where it has nothing to go by. Several
// licences are one group of their own: all of them apply.
func (g SBOMGrouping) Of(c SBOMComponent) string {
	switch g {
	case GroupLicence:
		return strings.Join(c.Licenses, ", ")
	case GroupType:
		return c.Type
	case GroupEcosystem:
		return c.Ecosystem
	case GroupNone:
	}
	return ""
}

// SBOMGroup is the components that have something in common, by their places
// in the list that was grouped, in its order.
type SBOMGroup struct {
	Name    string // "" for those that have nothing to go by
	Members []int
}

// GroupComponents puts components together: the largest group first, those of
// one size by name, what has nothing to go by last.
func GroupComponents(list []SBOMComponent, by SBOMGrouping) []SBOMGroup {
	at := make(map[string]int)
	var out []SBOMGroup
	for i, c := range list {
		name := by.Of(c)
		g, ok := at[name]
		if !ok {
			g = len(out)
			at[name] = g
			out = append(out, SBOMGroup{Name: name})
		}
		out[g].Members = append(out[g].Members, i)
	}
	slices.SortFunc(out, func(a, b SBOMGroup) int {
		return cmp.Or(compareBool(a.Name == "", b.Name == ""), cmp.Compare(len(b.Members), len(a.Members)), compareFolded(a.Name, b.Name))
	})
	return out
}
