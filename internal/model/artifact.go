package model

import (
	"encoding/json"
	"fmt"
	"maps"
)

// Artifact is a small document that a plan writes as an OCI artifact: one layer
// under the empty configuration (OCI image spec, "Guidelines for Artifact
// Usage"). Everything that goes into the manifest stands here, so that its
// digest is known, shown and confirmed before anything is written.
type Artifact struct {
	Type      string // artifactType of the manifest
	MediaType string // of the layer
	Title     string // org.opencontainers.image.title of the layer, "" for none
	// Content is the layer's bytes.
	Content []byte
	// Annotations are the manifest's. The time of creation, where wanted, is one
	// of them: it is part of the digest.
	Annotations map[string]string
}

// maxArtifact bounds a document that a plan carries, in bytes.
const maxArtifact = 1 << 20

// EmptyConfig is the content of the configuration of every artifact (OCI image
// spec, media type application/vnd.oci.empty.v1+json).
const EmptyConfig = "{}"

// Manifest encodes the artifact's manifest. The same artifact always gives the
// same bytes.
func (a Artifact) Manifest() ([]byte, error) {
	if len(a.Content) > maxArtifact {
		return nil, Invalid(fmt.Sprintf("a document of %d bytes is too large to be written by a plan", len(a.Content)), "write it with oras push")
	}
	type descriptor struct {
		MediaType   string            `json:"mediaType"`
		Digest      Digest            `json:"digest"`
		Size        int               `json:"size"`
		Annotations map[string]string `json:"annotations,omitempty"`
	}
	layer := descriptor{MediaType: a.MediaType, Digest: DigestOf(a.Content), Size: len(a.Content)}
	if a.Title != "" {
		layer.Annotations = map[string]string{"org.opencontainers.image.title": a.Title}
	}
	return json.Marshal(struct {
		SchemaVersion int               `json:"schemaVersion"`
		MediaType     string            `json:"mediaType"`
		ArtifactType  string            `json:"artifactType"`
		Config        descriptor        `json:"config"`
		Layers        []descriptor      `json:"layers"`
		Annotations   map[string]string `json:"annotations,omitempty"`
	}{2, MediaOCIManifest, a.Type, descriptor{MediaType: MediaOCIEmpty, Digest: DigestOf([]byte(EmptyConfig)), Size: len(EmptyConfig)},
		[]descriptor{layer}, maps.Clone(a.Annotations)})
}

// Digest is the digest of the manifest, "" where it cannot be encoded.
func (a Artifact) Digest() Digest {
	raw, err := a.Manifest()
	if err != nil {
		return ""
	}
	return DigestOf(raw)
}
