package model

import "slices"

// CompareRead is CompareVersions with what a snapshot holds already: manifests
// and channel documents, no configurations, and nothing is read for it. The
// sections that need more are left out, so that none of them can be taken for
// equal. It reports false where one of the two has not been read at all.
func (s Snapshot) CompareRead(a, b Digest) (Diff, bool) {
	left, okA := s.sideRead(a)
	right, okB := s.sideRead(b)
	if !okA || !okB {
		return Diff{}, false
	}
	d := CompareVersions(left, right, nil)
	d.Sections = slices.DeleteFunc(d.Sections, func(sec DiffSection) bool {
		return !sec.Compared() && sec.Name != DiffLayers
	})
	return d, true
}

// sideRead is one side of a comparison as far as it is in the snapshot.
func (s Snapshot) sideRead(d Digest) (DiffInput, bool) {
	m := s.Manifests[d]
	if m == nil {
		return DiffInput{}, false
	}
	in := DiffInput{Side: DiffSide{Package: s.Package, Digest: d}, Manifest: m}
	if doc, ok := s.Documents[d]; ok {
		in.Document = &doc
	}
	if !m.IsIndex() {
		in.Parts = []DiffPart{{Digest: d, Manifest: m}}
		return in, true
	}
	in.Parts = PlatformParts(m)
	for i, p := range in.Parts {
		in.Parts[i].Manifest = s.Manifests[p.Digest]
	}
	return in, true
}
