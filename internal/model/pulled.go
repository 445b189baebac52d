package model

import (
	"slices"
	"strings"
)

// Pulled is what was saved of one version: the files of an artifact, or an
// image with everything below it as an OCI image layout.
type Pulled struct {
	Package string
	Digest  Digest
	Kind    VersionKind
	Dir     string // as it was named
	// Layout is set where Dir is an OCI image layout (image-spec,
	// image-layout.md) and not a directory of plain files.
	Layout bool
	Files  []PulledFile
	// Foreign are layers of images that are not kept in the registry, by their
	// own words (image-spec, "Non-Distributable Layers").
	Foreign []Descriptor
}

// PulledFile is one file of a pull.
type PulledFile struct {
	Path      string // below Dir, with slashes
	MediaType string
	Digest    Digest
	Size      int64  // bytes
	Title     string // of the layer, as the manifest has it: not to be trusted
	Form      TitleForm
	// Kept is set where the file was there already with this very content.
	Kept bool
	// Unpack is set where the layer asks clients to unpack it, which was not
	// done.
	Unpack bool
}

// Bytes is the size of all files.
func (p Pulled) Bytes() int64 {
	var n int64
	for _, f := range p.Files {
		n += f.Size
	}
	return n
}

// Kept counts the files that were there already.
func (p Pulled) Kept() int {
	n := 0
	for _, f := range p.Files {
		if f.Kept {
			n++
		}
	}
	return n
}

// AnnotationUnpack asks oras to unpack a layer into a directory.
const AnnotationUnpack = "io.deis.oras.content.unpack"

// PulledFiles says by which names the layers of an artifact are written: the
// safe last element of each title, numbered where names clash, also where they
// differ in case alone; without a title by the digest.
func PulledFiles(layers []Descriptor) []PulledFile {
	taken := make(map[string]bool, len(layers))
	out := make([]PulledFile, len(layers))
	for i, l := range layers {
		title := l.Annotations[AnnotationTitle]
		name := FileName(title)
		form := FormOf(title)
		if name == "" {
			name = nameByDigest(l)
		}
		unique := name
		for n := 2; taken[strings.ToLower(unique)]; n++ {
			unique = Numbered(name, n)
		}
		taken[strings.ToLower(unique)] = true
		out[i] = PulledFile{
			Path: unique, MediaType: l.MediaType, Digest: l.Digest, Size: l.Size,
			Title: title, Form: form, Unpack: l.Annotations[AnnotationUnpack] == "true",
		}
	}
	return out
}

// nameByDigest names a layer that has no title.
func nameByDigest(l Descriptor) string {
	ext := ""
	switch {
	case l.MediaType == MediaInToto || strings.HasSuffix(l.MediaType, "json"):
		ext = ".json"
	case strings.Contains(l.MediaType, "tar") && strings.HasSuffix(l.MediaType, "gzip"):
		ext = ".tar.gz"
	case strings.HasSuffix(l.MediaType, "gzip"):
		ext = ".gz"
	}
	return "sha256-" + l.Digest.Short() + ext
}

// IsForeign reports whether a layer is one that registries need not keep.
func (d Descriptor) IsForeign() bool {
	return slices.Contains([]string{
		"application/vnd.docker.image.rootfs.foreign.diff.tar",
		"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
		"application/vnd.oci.image.layer.nondistributable.v1.tar",
		"application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
		"application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
	}, d.MediaType)
}

// KindOfManifest says what a manifest is by its own words.
func KindOfManifest(m *Manifest) VersionKind { return kindOfManifest(m) }
