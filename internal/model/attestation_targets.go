package model

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Bounds of what is asked about for one digest.
const (
	maxTargets = 64
	// archWindow is how far from an index the indexes of its architectures are
	// pushed at most: builds run beside each other, the slowest ends last.
	archWindow = 2 * time.Hour
	// maxSearched is how many manifests are read to find them.
	maxSearched = 32
)

// AttestationTargets lists what has to be asked about to learn who attests d:
// d itself, what its index holds, and other indexes over nothing but the same
// platforms, for a pipeline may attest the index of each architecture and not
// the one over all. Of an artifact also its files, which may be attested by
// themselves.
//
// unread are manifests that would tell more. Ask again when they are read, and
// no more for those that cannot be.
func AttestationTargets(layout Layout, s Snapshot, d Digest) (targets []AttestationTarget, unread []Digest, notes []string) {
	w := walk{layout: layout, snap: s, seen: map[Digest]bool{d: true}}
	w.targets = []AttestationTarget{{Digest: d, Role: RoleSubject}}
	m := s.Manifests[d]
	switch {
	case m == nil:
		return w.targets, []Digest{d}, nil
	case m.IsIndex():
		w.children(m)
		unread = w.shared(d, m)
	case kindOfManifest(m) == VersionImage:
		// A platform by itself: its own index may be what is attested.
		unread = w.shared(d, &Manifest{MediaType: MediaOCIIndex, Manifests: []Descriptor{{Digest: d}}})
	case kindOfManifest(m) == VersionArtifact:
		w.layers(m)
	}
	return w.targets, unread, w.notes
}

type walk struct {
	layout  Layout
	snap    Snapshot
	targets []AttestationTarget
	seen    map[Digest]bool
	notes   []string
	left    int // what did not fit
}

func (w *walk) add(t AttestationTarget) {
	if _, err := ParseDigest(string(t.Digest)); err != nil || w.seen[t.Digest] {
		return
	}
	if len(w.targets) == maxTargets {
		if w.left++; w.left == 1 {
			w.notes = append(w.notes, "only the first 64 digests were asked about")
		}
		return
	}
	w.seen[t.Digest] = true
	w.targets = append(w.targets, t)
}

func (w *walk) children(m *Manifest) {
	for _, child := range m.Manifests {
		if child.BuildxAttestation() {
			continue
		}
		t := AttestationTarget{Digest: child.Digest, Role: RolePlatform}
		if child.Platform != nil {
			t.Platform = child.Platform.String()
		}
		w.add(t)
	}
}

func (w *walk) layers(m *Manifest) {
	for _, l := range m.Layers {
		w.add(AttestationTarget{Digest: l.Digest, Role: RoleLayer, Title: l.Annotations[AnnotationTitle]})
	}
}

// shared adds the other indexes that hold nothing but what runs in m, and
// returns what has to be read to find more of them, while some of m's platforms
// have none.
func (w *walk) shared(d Digest, m *Manifest) (unread []Digest) {
	bare := make(map[Digest]bool) // platforms without such an index
	var found []Digest
	for _, child := range m.Manifests {
		if child.BuildxAttestation() || bare[child.Digest] {
			continue
		}
		bare[child.Digest] = true
		for _, p := range w.snap.Parents(child.Digest) {
			if p != d && w.sharesOnly(p, m) && !slices.Contains(found, p) {
				found = append(found, p)
			}
		}
	}
	for _, p := range found {
		for _, child := range w.snap.Manifests[p].Manifests {
			delete(bare, child.Digest)
		}
	}
	slices.SortFunc(found, func(a, b Digest) int {
		return cmp.Or(strings.Compare(w.platformsOf(a), w.platformsOf(b)), cmp.Compare(a, b))
	})
	for _, p := range found {
		w.add(AttestationTarget{Digest: p, Role: RoleArchIndex, Platform: w.platformsOf(p), Holds: PlatformRefs(w.snap.Manifests[p])})
	}
	if len(bare) == 0 {
		return nil
	}
	if byTag := w.unreadByTag(d); len(byTag) > 0 {
		return byTag
	}
	return w.unreadByTime(d)
}

// sharesOnly reports whether an index holds nothing that runs but what runs in
// m, and is not an index of referrers.
func (w *walk) sharesOnly(p Digest, m *Manifest) bool {
	if v, ok := w.snap.Version(p); ok && slices.ContainsFunc(v.Tags, func(t string) bool { return w.layout.Tag(t).Kind == TagPlumbing }) {
		return false
	}
	small := w.snap.Manifests[p]
	return small != nil && small.IsIndex() && holds(m, small)
}

func (w *walk) platformsOf(p Digest) string {
	var names []string
	for _, d := range w.snap.Manifests[p].Platforms() {
		if name := d.Platform.String(); !slices.Contains(names, name) && len(names) < 8 {
			names = append(names, name)
		}
	}
	return strings.Join(names, " ")
}

// unreadByTag are the unread indexes that the architecture tags of d's own
// commit tags point to.
func (w *walk) unreadByTag(d Digest) []Digest {
	var out []Digest
	v, _ := w.snap.Version(d)
	for _, t := range v.Tags {
		if info := w.layout.Tag(t); info.Kind != TagImmutable || info.Arch != "" {
			continue
		}
		for _, arch := range knownArches {
			tag := t + "-" + arch
			p := w.snap.Tag(tag)
			if p != "" && w.layout.Tag(tag).Arch == arch && w.snap.Manifests[p] == nil && !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}

// unreadByTime are unread versions that something refers to and that were
// pushed around the time of d: a later build of the same commit takes the tags
// away, the referrers stay.
func (w *walk) unreadByTime(d Digest) []Digest {
	v, ok := w.snap.Version(d)
	if !ok || v.Created.IsZero() || w.snap.Tag(d.FallbackTag()) != "" {
		return nil // d itself is attested
	}
	away := func(x Version) time.Duration { return v.Created.Sub(x.Created).Abs() }
	var near []Version
	for _, x := range w.snap.Versions {
		if x.Digest != d && !x.Created.IsZero() && away(x) <= archWindow && w.snap.Manifests[x.Digest] == nil && w.snap.Tag(x.Digest.FallbackTag()) != "" {
			near = append(near, x)
		}
	}
	slices.SortStableFunc(near, func(a, b Version) int { return cmp.Compare(away(a), away(b)) })
	var out []Digest
	for _, x := range near[:min(len(near), maxSearched)] {
		out = append(out, x.Digest)
	}
	return out
}

// ManifestKind is what a manifest is by its own content.
func ManifestKind(m *Manifest) VersionKind { return kindOfManifest(m) }

// PlatformRefs lists what runs in a manifest: the platforms of an index, an
// image itself, nothing of what is neither.
func PlatformRefs(m *Manifest) []PlatformRef {
	switch {
	case m == nil:
		return nil
	case kindOfManifest(m) == VersionImage:
		return []PlatformRef{{Digest: m.Digest}}
	case !m.IsIndex():
		return nil
	}
	var out []PlatformRef
	for _, child := range m.Manifests {
		if child.BuildxAttestation() {
			continue
		}
		ref := PlatformRef{Digest: child.Digest}
		if child.Platform != nil {
			ref.Platform = child.Platform.String()
		}
		out = append(out, ref)
	}
	return out
}
