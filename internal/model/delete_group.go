package model

import (
	"fmt"
	"strings"
)

// DeletionGroup is what of one package is deleted, counted by what it is.
type DeletionGroup struct {
	Package  string
	Versions int
	// Builds are versions that stand for themselves.
	Builds int
	// Of counts versions by what they are, in words.
	Of map[string]int
}

// groupWords is the order in which a group is told.
var groupWords = [...]string{"index", "image", "artifact", "architecture index", "platform image", "BuildKit attestation",
	"signed attestation", "list of attestations", "unknown version"}

// String says it in one line: "28 builds = 300 versions: 28 indexes, …".
func (g DeletionGroup) String() string {
	var parts []string
	for _, word := range groupWords {
		switch n := g.Of[word]; {
		case n == 0:
		case strings.HasSuffix(word, "index"):
			parts = append(parts, fmt.Sprintf("%d %s%s", n, word, ofPlural(n, "", "es")))
		case word == "list of attestations" && n > 1:
			parts = append(parts, fmt.Sprintf("%d lists of attestations", n))
		default:
			parts = append(parts, counted(n, word))
		}
	}
	head := counted(g.Versions, "version")
	if g.Builds > 0 {
		head = counted(g.Builds, "build") + " = " + head
	}
	return head + " of " + g.Package + ": " + strings.Join(parts, ", ")
}

// group counts what goes.
func (set *deletionSet) group() DeletionGroup {
	g := DeletionGroup{Package: set.pkg, Versions: len(set.goes), Of: make(map[string]int)}
	for _, r := range set.rows {
		if set.goes[r.Digest] {
			word := rowWord(r.Entry)
			g.Of[word]++
			if word == "index" || word == "artifact" || word == "image" {
				g.Builds++
			}
		}
		for _, p := range r.Parts {
			if set.goes[p.Digest] {
				g.Of[partWord(p)]++
			}
		}
	}
	return g
}

func rowWord(e Entry) string {
	switch e.Kind {
	case VersionIndex:
		return "index"
	case VersionImage:
		if len(e.Parents) > 0 {
			return "platform image"
		}
		return "image"
	case VersionArtifact:
		return "artifact"
	case VersionAttestation:
		return "signed attestation"
	case VersionReferrers:
		return "list of attestations"
	case VersionUnknown:
	}
	return "unknown version"
}

func partWord(p Part) string {
	switch p.Role {
	case PartPlatform:
		return "platform image"
	case PartArchIndex:
		return "architecture index"
	case PartBuildx:
		return "BuildKit attestation"
	case PartAttestation, PartCosign:
		return "signed attestation"
	case PartFallback:
		return "list of attestations"
	case PartInferred:
	}
	return rowWord(p.Entry)
}
