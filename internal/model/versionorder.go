package model

import (
	"cmp"
	"slices"
	"strings"
)

// OrderVersions orders the names of releases, the older first; see
// compareVersions.
func OrderVersions(a, b string) int { return compareVersions(a, b) }

// compareVersions orders version tags as semantic versioning does (semver.org
// section 11), with or without a leading v: the numbers first, then a release
// after its pre-releases. Text that is no version comes before all versions.
func compareVersions(a, b string) int {
	coreA, preA, _ := strings.Cut(strings.TrimPrefix(a, "v"), "-")
	coreB, preB, _ := strings.Cut(strings.TrimPrefix(b, "v"), "-")
	if c := compareIdentifiers(coreA, coreB); c != 0 {
		return c
	}
	switch {
	case preA == preB:
		return strings.Compare(a, b)
	case preA == "":
		return 1
	case preB == "":
		return -1
	}
	if c := compareIdentifiers(preA, preB); c != 0 {
		return c
	}
	return strings.Compare(a, b)
}

// compareIdentifiers compares dot-separated parts: numbers as numbers and
// before words, the shorter list first where one begins the other.
func compareIdentifiers(a, b string) int {
	for a != "" || b != "" {
		var partA, partB string
		partA, a, _ = strings.Cut(a, ".")
		partB, b, _ = strings.Cut(b, ".")
		if c := compareIdentifier(partA, partB); c != 0 {
			return c
		}
	}
	return 0
}

func compareIdentifier(a, b string) int {
	numA, numB := isNumber(a), isNumber(b)
	switch {
	case numA && numB:
		a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
		if c := cmp.Compare(len(a), len(b)); c != 0 {
			return c
		}
		return strings.Compare(a, b)
	case numA != numB && a != "" && b != "":
		if numA {
			return -1
		}
		return 1
	}
	return strings.Compare(a, b)
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// CompareTagged orders versions of which nothing but the tags is known as
// people would: the newest version tag first, then what has none, by its tags.
func (l Layout) CompareTagged(a, b Version) int {
	versionOf := func(v Version) string {
		best := ""
		for _, t := range v.Tags {
			if tag := l.Tag(t).Version; tag != "" && (best == "" || compareVersions(tag, best) > 0) {
				best = tag
			}
		}
		return best
	}
	newest := [2]string{versionOf(a), versionOf(b)}
	switch {
	case newest[0] != "" && newest[1] != "":
		return compareVersions(newest[1], newest[0])
	case newest[0] != "":
		return -1
	case newest[1] != "":
		return 1
	}
	return slices.Compare(a.Tags, b.Tags)
}
