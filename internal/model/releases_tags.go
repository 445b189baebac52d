package model

import (
	"slices"
	"strings"
)

// tagIndex is what the names of all tags of all packages tell about releases,
// read once.
type tagIndex struct {
	versions   map[string]map[string]Digest // version → package → digest
	versionsOf map[placed][]string
	commits    map[string]map[string]Digest // 40-hex commit → package → digest
	commitsOf  map[placed][]string
	named      map[string][]namedTag // package → tags named after channel and commit
}

// namedTag is a tag like dev-9d04e7a: a channel and the beginning of a commit.
type namedTag struct {
	channel string
	commit  string // 7 to 40 hex characters
	digest  Digest
}

func indexTags(layout Layout, packages []*PackageState) tagIndex {
	x := tagIndex{
		versions: make(map[string]map[string]Digest), versionsOf: make(map[placed][]string),
		commits: make(map[string]map[string]Digest), commitsOf: make(map[placed][]string),
		named: make(map[string][]namedTag),
	}
	put := func(m map[string]map[string]Digest, of map[placed][]string, key, pkg string, d Digest) {
		if m[key] == nil {
			m[key] = make(map[string]Digest, len(packages))
		}
		m[key][pkg] = d
		at := placed{pkg, d}
		of[at] = append(of[at], key)
	}
	for _, p := range packages {
		pkg := p.Spec.Name
		for _, v := range p.Snapshot.Versions {
			for _, t := range v.Tags {
				switch info := layout.Tag(t); {
				case info.Kind != TagImmutable || info.Arch != "":
				case info.Version != "":
					put(x.versions, x.versionsOf, info.Version, pkg, v.Digest)
				case info.Commit != "" && info.Channel != "":
					x.named[pkg] = append(x.named[pkg], namedTag{info.Channel, info.Commit, v.Digest})
				case len(info.Commit) == 40:
					put(x.commits, x.commitsOf, info.Commit, pkg, v.Digest)
				}
			}
		}
	}
	return x
}

// namedAfterCommit completes a release by tags like dev-9d04e7a. The short
// commit must mean this release and no other that is known.
func (b *releaseBuilder) namedAfterCommit(r *Release) {
	for pkg, list := range b.tags.named {
		for _, t := range list {
			if !strings.HasPrefix(r.Commit, t.commit) || b.ambiguous(t.commit) ||
				r.Channel != "" && r.Channel != t.channel || b.claimed[placed{pkg, t.digest}] != nil {
				continue
			}
			if b.claim(r, pkg, t.digest, EvidenceTag) && r.Channel == "" {
				r.Channel = t.channel
			}
		}
	}
}

// ambiguous reports whether several commits known from tags begin like this.
func (b *releaseBuilder) ambiguous(short string) bool {
	i, _ := slices.BinarySearch(b.hashes, short)
	return i+1 < len(b.hashes) && strings.HasPrefix(b.hashes[i+1], short)
}
