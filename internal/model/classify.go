package model

import (
	"slices"
	"strings"
)

// VersionKind is what a version turns out to be. Wire words of the "history"
// document.
type VersionKind string

// The kinds of version. An image without known parent is an image; a platform
// child is an image with parents.
const (
	VersionIndex       VersionKind = "index"
	VersionImage       VersionKind = "image"
	VersionArtifact    VersionKind = "artifact"
	VersionAttestation VersionKind = "attestation"
	VersionReferrers   VersionKind = "referrers"
	VersionUnknown     VersionKind = "unknown"
)

// Kind says what a version is, from what has been read so far: its own
// manifest, else an index that lists it, else its plumbing tag. Nothing is
// guessed: what none of them tells is VersionUnknown.
func (s Snapshot) Kind(layout Layout, d Digest) VersionKind {
	v, _ := s.Version(d)
	for _, t := range v.Tags {
		if info := layout.Tag(t); info.Kind == TagPlumbing {
			if strings.Contains(t, ".") {
				return VersionAttestation // cosign's .sig, .att, .sbom
			}
			return VersionReferrers
		}
	}
	return s.kindOfContent(layout, s.Manifests[d], s.related(d).listed)
}

// kindOfContent is what the version's own manifest says, else the index that
// lists it.
func (s Snapshot) kindOfContent(layout Layout, m *Manifest, listed []listing) VersionKind {
	if m != nil {
		return kindOfManifest(m)
	}
	for _, l := range listed {
		if k := s.kindOfChild(layout, l); k != VersionUnknown {
			return k
		}
	}
	return VersionUnknown
}

// kindOfChild is what the index that lists a child says about it.
func (s Snapshot) kindOfChild(layout Layout, l listing) VersionKind {
	switch child := l.entry; {
	case child.BuildxAttestation(), isAttestationType(child.ArtifactType):
		return VersionAttestation
	case child.MediaType == MediaOCIIndex, child.MediaType == MediaDockerList:
		return VersionIndex
	case child.Platform != nil:
		return VersionImage
	case s.fallbackIndex(layout, l.parent):
		return VersionAttestation
	}
	return VersionUnknown
}

// fallbackIndex reports whether a version is an index of referrers by its tag.
func (s Snapshot) fallbackIndex(layout Layout, d Digest) bool {
	v, _ := s.Version(d)
	return slices.ContainsFunc(v.Tags, func(t string) bool {
		info := layout.Tag(t)
		return info.Kind == TagPlumbing && !strings.Contains(t, ".")
	})
}

func kindOfManifest(m *Manifest) VersionKind {
	if m.IsIndex() {
		return VersionIndex
	}
	if isAttestationType(m.ArtifactType) {
		return VersionAttestation
	}
	if m.Config != nil && isImageConfig(m.Config.MediaType) && onlyStatements(m.Layers) {
		return VersionAttestation // BuildKit's hides behind an ordinary image config
	}
	if m.Subject != nil {
		return VersionAttestation
	}
	if m.ArtifactType != "" || m.Config != nil && !isImageConfig(m.Config.MediaType) {
		return VersionArtifact
	}
	return VersionImage
}

// onlyStatements reports whether the layers are in-toto statements and nothing
// that could run.
func onlyStatements(layers []Descriptor) bool {
	for _, l := range layers {
		if l.MediaType != MediaInToto {
			return false
		}
	}
	return len(layers) > 0
}

func isAttestationType(t string) bool {
	return strings.HasPrefix(t, MediaBundlePrefix) ||
		strings.HasPrefix(t, "application/vnd.docker.attestation.manifest")
}
