package ghcr

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/novotnyllc/caitui/internal/model"
)

// The two files that make a directory an OCI image layout (image-spec,
// image-layout.md).
const (
	layoutFile      = "oci-layout"
	layoutIndex     = "index.json"
	layoutHeader    = `{"imageLayoutVersion":"1.0.0"}`
	layoutMediaType = "application/vnd.oci.layout.header.v1+json"
)

// layoutWalk collects everything that an image consists of, each digest once.
type layoutWalk struct {
	limits  pullLimits
	root    model.Digest
	seen    map[model.Digest]bool
	items   []pullItem
	foreign []model.Descriptor
}

// layoutItems are the files of an image layout for one image or index. All
// manifests are read for it, each once ever; index.json, which names the
// whole, comes last.
func (s *Service) layoutItems(ctx context.Context, limits pullLimits, pkg string, root *model.Manifest) ([]pullItem, []model.Descriptor, error) {
	w := &layoutWalk{limits: limits, root: root.Digest, seen: make(map[model.Digest]bool)}
	top := model.Descriptor{MediaType: root.MediaType, Digest: root.Digest, Size: int64(len(root.Raw))}
	w.inline(layoutFile, layoutMediaType, []byte(layoutHeader))
	w.seen[top.Digest] = true
	level := []model.Descriptor{top}
	for depth := 0; len(level) > 0; depth++ {
		if depth > limits.depth {
			return nil, nil, &model.Error{Kind: model.ErrMalformed, Message: fmt.Sprintf("%s nests indexes more than %d deep", root.Digest.Short(), limits.depth)}
		}
		next, err := s.walkLevel(ctx, pkg, w, level)
		if err != nil {
			return nil, nil, err
		}
		level = next
	}
	index, err := indexOf(top)
	if err != nil {
		return nil, nil, err
	}
	w.inline(layoutIndex, model.MediaOCIIndex, index)
	return w.items, w.foreign, limits.check(root.Digest, w.items)
}

// walkLevel reads the manifests of one level and returns those below.
func (s *Service) walkLevel(ctx context.Context, pkg string, w *layoutWalk, level []model.Descriptor) ([]model.Descriptor, error) {
	digests := make([]model.Digest, len(level))
	for i, d := range level {
		digests[i] = d.Digest
	}
	got, err := s.manifests(ctx, pkg, digests)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("reading what %s@%s consists of: %w", pkg, w.root.Short(), err)
	}
	var next []model.Descriptor
	for _, d := range level {
		m := got[d.Digest]
		if int64(len(m.Raw)) != d.Size {
			return nil, &model.Error{Kind: model.ErrMalformed, Message: fmt.Sprintf("%s names %s with %d bytes and it has %d", w.root.Short(), d.Digest.Short(), d.Size, len(m.Raw))}
		}
		w.inline(blobPath(d.Digest), m.MediaType, m.Raw)
		if m.Config != nil {
			w.blob(*m.Config, "the config")
		}
		for _, l := range m.Layers {
			w.blob(l, "the layer")
		}
		for _, child := range m.Manifests {
			if !isManifest(child.MediaType) { // image-spec, image-index.md: other types may stand there
				w.blob(child, "the entry")
				continue
			}
			if w.seen[child.Digest] {
				continue
			}
			if _, err := model.ParseDigest(string(child.Digest)); err != nil {
				return nil, &model.Error{Kind: model.ErrMalformed, Message: fmt.Sprintf("%s lists a manifest without a usable digest", d.Digest.Short()), Cause: err}
			}
			w.seen[child.Digest] = true
			next = append(next, child)
		}
		if len(w.items)+len(next) > w.limits.files {
			return nil, tooManyParts(w.root, w.limits)
		}
	}
	return next, nil
}

// inline adds a file whose bytes are at hand.
func (w *layoutWalk) inline(path, mediaType string, content []byte) {
	w.items = append(w.items, pullItem{about: path, inline: content, file: model.PulledFile{
		Path: path, MediaType: mediaType, Digest: model.DigestOf(content), Size: int64(len(content)),
	}})
}

// blob adds content to fetch.
func (w *layoutWalk) blob(d model.Descriptor, what string) {
	if w.seen[d.Digest] {
		return
	}
	w.seen[d.Digest] = true
	if d.IsForeign() {
		w.foreign = append(w.foreign, d)
		return
	}
	w.items = append(w.items, pullItem{about: what + " " + d.Digest.Short(), file: model.PulledFile{
		Path: blobPath(d.Digest), MediaType: d.MediaType, Digest: d.Digest, Size: d.Size,
	}})
}

func blobPath(d model.Digest) string { return "blobs/sha256/" + d.Hex() }

func isManifest(mediaType string) bool {
	switch mediaType {
	case model.MediaOCIIndex, model.MediaOCIManifest, model.MediaDockerList, model.MediaDockerManifest:
		return true
	}
	return false
}

// indexOf is the index.json of a layout that holds one thing. It names no tag:
// the same digest always gives the same directory.
func indexOf(top model.Descriptor) ([]byte, error) {
	return layoutList{2, model.MediaOCIIndex, []model.Descriptor{top}}.encode()
}

// layoutList is the index.json of a layout.
type layoutList struct {
	SchemaVersion int                `json:"schemaVersion"`
	MediaType     string             `json:"mediaType"`
	Manifests     []model.Descriptor `json:"manifests"`
}

func (l layoutList) encode() ([]byte, error) {
	raw, err := json.Marshal(l)
	if err != nil {
		return nil, fmt.Errorf("writing the index of a layout: %w", err)
	}
	return raw, nil
}
