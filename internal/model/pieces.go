package model

import (
	"fmt"
	"math"
)

// Piece is one thing that a version is made of: a manifest that an index lists,
// a configuration, a layer.
type Piece struct {
	Descriptor
	Name string // what it is, as the registry has it: not to be drawn unsanitised
	// Depth is how far below the version it stands, 0 being right below it.
	Depth int
	// Version is set for a manifest, which can stand for itself; anything else
	// is content.
	Version bool
	// Unread is set for a manifest whose own pieces are not known.
	Unread bool
}

// Bounds of Pieces: real images have two platforms and some forty layers.
const (
	mostPieces = 2000
	deepest    = 4
)

// Pieces lists what a version is made of down to its layers, as far as
// manifests have been read, in the order of the manifests. more is set where
// there are too many to be listed.
func (s Snapshot) Pieces(d Digest) (list []Piece, more bool) {
	m := s.Manifests[d]
	if m == nil {
		return nil, false
	}
	t := taking{snap: s, above: map[Digest]bool{d: true}, deepest: deepest, most: mostPieces}
	t.take(m, 0)
	return t.list, t.more
}

// Names lists what the manifest of a version names itself, nil where it was
// not read.
func (s Snapshot) Names(d Digest) []Piece {
	m := s.Manifests[d]
	if m == nil {
		return nil
	}
	t := taking{snap: s, list: []Piece{}, most: math.MaxInt}
	t.take(m, 0)
	return t.list
}

// taking is one Pieces under way.
type taking struct {
	snap    Snapshot
	list    []Piece
	more    bool
	deepest int
	most    int
	above   map[Digest]bool // manifests that the present one stands in
}

func (t *taking) add(p Piece) {
	if len(t.list) >= t.most {
		t.more = true
		return
	}
	t.list = append(t.list, p)
}

func (t *taking) take(m *Manifest, depth int) {
	of := make(map[Digest]string)
	for _, d := range m.Platforms() {
		of[d.Digest] = d.Platform.String()
	}
	for i := range m.Manifests {
		entry := &m.Manifests[i]
		child := t.snap.Manifests[entry.Digest]
		t.add(Piece{Descriptor: *entry, Name: entryName(entry, of), Depth: depth, Version: true, Unread: child == nil})
		if child == nil || depth >= t.deepest || t.above[entry.Digest] || len(t.list) >= t.most {
			continue
		}
		t.above[entry.Digest] = true
		t.take(child, depth+1)
		delete(t.above, entry.Digest)
	}
	if m.Config != nil {
		t.add(Piece{Descriptor: *m.Config, Name: "config", Depth: depth})
	}
	for i, l := range m.Layers {
		name := fmt.Sprintf("layer %d", i+1)
		if title := FileName(l.Annotations[AnnotationTitle]); title != "" {
			name += " " + title
		}
		t.add(Piece{Descriptor: l, Name: name, Depth: depth})
	}
}

// entryName says what an index lists: a platform, an attestation and of what,
// or something else.
func entryName(d *Descriptor, of map[Digest]string) string {
	switch about := of[Digest(d.Annotations[AnnotationRefDigest])]; {
	case d.BuildxAttestation() && about != "":
		return "buildx attestation of " + about
	case d.BuildxAttestation():
		return "buildx attestation"
	case d.Platform != nil:
		return "platform " + d.Platform.String()
	case isAttestationType(d.ArtifactType):
		return "attestation"
	case d.MediaType == MediaOCIIndex, d.MediaType == MediaDockerList:
		return "index"
	}
	return "manifest"
}

// Sharing is how the size of a version divides: bytes that no other build of
// the package needs, and bytes that another one needs too, as far as builds
// have been read.
type Sharing struct{ Own, Shared int64 }

// Sharings are the sizes of all builds of a package, held against each other.
type Sharings struct {
	// Of has the builds, and their parts, whose size is known.
	Of map[Digest]Sharing
	// Read is how many builds were held against each other, Builds how many
	// there are.
	Read, Builds int
}

// shared marks content that several builds have.
const shared = -1

// ShareSizes tells of each build, and of the parts of it that run, which bytes
// are its own. rows are the builds, as Fold makes them. Attestations and other
// plumbing count on no side, as they do not in a version's size.
func ShareSizes(s Snapshot, rows []Row) Sharings {
	out := Sharings{Of: make(map[Digest]Sharing), Builds: len(rows)}
	owner := make(map[Digest]int)
	for i := range rows {
		own := func(d Descriptor) {
			if at, known := owner[d.Digest]; known && at != i {
				owner[d.Digest] = shared
			} else {
				owner[d.Digest] = i
			}
		}
		whole := s.content(s.Manifests[rows[i].Digest], own)
		for _, p := range rows[i].Parts {
			if runs(p.Role) {
				_ = s.content(s.Manifests[p.Digest], own)
			}
		}
		if whole {
			out.Read++
		}
	}
	seen := make(map[Digest]bool)
	divide := func(d Digest) {
		clear(seen)
		var sum Sharing
		if s.content(s.Manifests[d], func(d Descriptor) {
			switch {
			case seen[d.Digest]:
			case owner[d.Digest] == shared:
				sum.Shared = addBytes(sum.Shared, d.Size)
			default:
				sum.Own = addBytes(sum.Own, d.Size)
			}
			seen[d.Digest] = true
		}) {
			out.Of[d] = sum
		}
	}
	for i := range rows {
		divide(rows[i].Digest)
		for _, p := range rows[i].Parts {
			if runs(p.Role) {
				divide(p.Digest)
			}
		}
	}
	return out
}

// runs reports whether a part is an image or an index of images.
func runs(role PartRole) bool { return role == PartPlatform || role == PartArchIndex }

// content visits configuration and layers of a manifest, of an index those of
// everything in it that runs, the same content as often as it is named. It is
// false where a manifest was not read; what was read is visited nevertheless.
func (s Snapshot) content(m *Manifest, visit func(Descriptor)) (whole bool) {
	if m == nil {
		return false
	}
	if !m.IsIndex() {
		visitContent(m, visit)
		return true
	}
	whole = true
	for i := range m.Manifests {
		entry := &m.Manifests[i]
		if entry.BuildxAttestation() || isAttestationType(entry.ArtifactType) {
			continue
		}
		child := s.Manifests[entry.Digest]
		if child == nil || child.IsIndex() {
			whole = false
			continue
		}
		visitContent(child, visit)
	}
	return whole
}

func visitContent(m *Manifest, visit func(Descriptor)) {
	for _, l := range m.Layers {
		visit(l)
	}
	if m.Config != nil {
		visit(*m.Config)
	}
}

// addBytes adds a size as a stranger says it: it may be negative, and the sum
// may be more than a number holds.
func addBytes(sum, size int64) int64 {
	switch {
	case size <= 0:
		return sum
	case sum > math.MaxInt64-size:
		return math.MaxInt64
	}
	return sum + size
}
