package model

import (
	"slices"
	"strconv"
	"strings"
)

// metadata compares channel documents field by field.
func (c *comparison) metadata() DiffSection {
	s := newSheet(1)
	a, b := fieldsOf(c.a.Document), fieldsOf(c.b.Document)
	for _, k := range keysOf(a, b) {
		s.add(k, fact{before: lookUp(a, k), after: lookUp(b, k), noise: k == "generated_at"})
	}
	out := s.section(DiffMetadata)
	switch {
	case c.a.Document == nil:
		out.Note = "the former side carries no readable document"
	case c.b.Document == nil:
		out.Note = "the new side carries no readable document"
	}
	return out
}

// fieldsOf are the fields of a document that have a value.
func fieldsOf(d *ChannelDocument) map[string]string {
	out := make(map[string]string)
	if d == nil {
		return out
	}
	put := func(k, v string) {
		if v != "" {
			out[k] = v
		}
	}
	put("channel", d.Channel)
	put("version", d.Version)
	put("immutable_tag", d.ImmutableTag)
	put("moving_tags", strings.Join(d.MovingTags, ", "))
	for name, digest := range d.Images {
		put("images."+name, string(digest))
	}
	put("payload.ref", d.PayloadRef)
	put("payload.digest", string(d.Payload))
	if !d.GeneratedAt.IsZero() {
		put("generated_at", d.GeneratedAt.UTC().Format("2006-01-02T15:04:05Z"))
	}
	return out
}

// layerName names an artifact's layer: by its file, else by its kind.
func layerName(d Descriptor) string {
	if name := FileName(d.Annotations[AnnotationTitle]); name != "" {
		return name
	}
	if d.MediaType != "" {
		return d.MediaType
	}
	return "layer"
}

// artifactLayers compares the layers of artifacts by their names. Only the last
// element of a title counts: the pipeline's titles are paths of the machine
// that made them.
func (c *comparison) artifactLayers() DiffSection {
	a, b := ArtifactLayers(c.a.Manifest), ArtifactLayers(c.b.Manifest)
	s := newSheet(1)
	for _, k := range slices.Compact(slices.Sorted(func(yield func(string) bool) {
		for _, m := range []map[string]Descriptor{a, b} {
			for k := range m {
				if !yield(k) {
					return
				}
			}
		}
	})) {
		before, inA := a[k]
		after, inB := b[k]
		side := func(ok bool, s string) *string {
			if !ok {
				return nil
			}
			return &s
		}
		s.add(k, fact{before: side(inA, layerValue(before)), after: side(inB, layerValue(after))})
		if !inA || !inB {
			continue
		}
		s.add(k+"/media type", fact{before: unless(before.MediaType), after: unless(after.MediaType)})
		s.add(k+"/title", fact{before: lookUp(before.Annotations, AnnotationTitle), after: lookUp(after.Annotations, AnnotationTitle), noise: true})
	}
	return s.section(DiffLayers)
}

// ArtifactLayers are the layers of an artifact by the names of their files,
// without the statements about them. Names that occur again are numbered.
func ArtifactLayers(m *Manifest) map[string]Descriptor {
	out := make(map[string]Descriptor, len(m.Layers))
	names := numbered{}
	for _, l := range m.Layers {
		if !carriesStatement(l) {
			out[names.name(layerName(l))] = l
		}
	}
	return out
}

// layerValue is a layer in one line.
func layerValue(d Descriptor) string {
	return string(d.Digest) + " (" + strconv.FormatInt(d.Size, 10) + " bytes)"
}
