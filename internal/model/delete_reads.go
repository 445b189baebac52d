package model

// DeleteReads lists, by package, the manifests to read next for a deletion:
// everything in the packages concerned that may list something, without which it
// cannot be judged, and then what goes itself, which is kept on disk before it
// goes and tells how large it is. Asked again with what was read it lists what
// that left open; an empty answer is "all is known". Each manifest counts as a
// download when it is fetched.
//
// What an index lists as a plain manifest needs nothing itself and is not read.
// What only seems to belong to an index is left for the second answer: the index
// mostly tells.
func DeleteReads(s Survey, req DeleteRequest) map[string][]Digest {
	out := make(map[string][]Digest)
	refs := refsOf(req.Versions)
	for pkg := range refs {
		p, ok := s.Inventory.Package(pkg)
		if !ok {
			continue
		}
		list := unjudged(s, p.Snapshot)
		if len(list) == 0 {
			set := newDeletionSet(s, pkg, refs[pkg], req.WithParts)
			for _, v := range set.snap.Versions {
				if set.goes[v.Digest] && set.snap.Manifests[v.Digest] == nil {
					list = append(list, v.Digest)
				}
			}
		}
		if len(list) > 0 {
			out[pkg] = list
		}
	}
	return out
}

// refsOf are the refs by package.
func refsOf(list []VersionRef) map[string][]VersionRef {
	out := make(map[string][]VersionRef)
	for _, ref := range list {
		out[ref.Package] = append(out[ref.Package], ref)
	}
	return out
}

// packagesOf lists the packages of the refs, each once, as they come.
func packagesOf(refs []VersionRef) []string {
	var out []string
	seen := make(map[string]bool)
	for _, r := range refs {
		if !seen[r.Package] {
			seen[r.Package] = true
			out = append(out, r.Package)
		}
	}
	return out
}

func unjudged(s Survey, snap Snapshot) []Digest {
	inferred := make(map[Digest]bool)
	for _, r := range Fold(s, snap.Package) {
		for _, p := range r.Parts {
			if p.Role == PartInferred {
				inferred[p.Digest] = true
			}
		}
	}
	var first, later []Digest
	for _, v := range snap.Versions {
		switch {
		case !snap.mayList(v.Digest):
		case inferred[v.Digest]:
			later = append(later, v.Digest)
		default:
			first = append(first, v.Digest)
		}
	}
	if len(first) > 0 {
		return first
	}
	return later
}

// mayList reports whether a version was not read and may be an index, or may
// speak of another: nobody told that it is a plain manifest.
func (s Snapshot) mayList(d Digest) bool {
	if s.Manifests[d] != nil {
		return false
	}
	for _, l := range s.related(d).listed {
		if l.entry.MediaType == MediaOCIManifest || l.entry.MediaType == MediaDockerManifest {
			return false
		}
	}
	return true
}

// DeleteHolders lists, by package, what is kept and needs what a request would
// delete. A list of versions may show some that are gone: whoever is refused by
// one of these may ask whether it is there at all.
func DeleteHolders(s Survey, req DeleteRequest) map[string][]Digest {
	out := make(map[string][]Digest)
	for pkg, list := range refsOf(req.Versions) {
		set := newDeletionSet(s, pkg, list, req.WithParts)
		for d := range set.goes {
			if !set.asked[d] {
				continue
			}
			for _, p := range set.snap.Parents(d) {
				if _, listed := set.snap.Version(p); listed && !set.goes[p] {
					out[pkg] = append(out[pkg], p)
				}
			}
		}
		if len(out[pkg]) > 0 {
			out[pkg] = sortedSet(out[pkg])
		}
	}
	return out
}
