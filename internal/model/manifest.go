package model

import (
	"encoding/json"
	"fmt"
)

// Media types that caitui tells apart (OCI image-spec media-types.md and the
// Docker Image Manifest V2 Schema 2 specification).
const (
	MediaOCIManifest    = "application/vnd.oci.image.manifest.v1+json"
	MediaOCIIndex       = "application/vnd.oci.image.index.v1+json"
	MediaDockerManifest = "application/vnd.docker.distribution.manifest.v2+json"
	MediaDockerList     = "application/vnd.docker.distribution.manifest.list.v2+json"
	MediaOCIEmpty       = "application/vnd.oci.empty.v1+json"
	// MediaBundlePrefix begins every media type of a Sigstore bundle.
	MediaBundlePrefix = "application/vnd.dev.sigstore.bundle"
	MediaInToto       = "application/vnd.in-toto+json"
)

// Annotations that caitui reads.
const (
	AnnotationRefType   = "vnd.docker.reference.type"   // buildx: "attestation-manifest"
	AnnotationRefDigest = "vnd.docker.reference.digest" // buildx: the platform manifest
	AnnotationTitle     = "org.opencontainers.image.title"
	AnnotationCreated   = "org.opencontainers.image.created"
)

// Platform is what an index says a manifest runs on.
type Platform struct {
	OS           string `json:"os"`
	Architecture string `json:"architecture"`
	Variant      string `json:"variant,omitempty"`
}

// String is the form people type: arch alone for linux, else os/arch[/variant].
func (p Platform) String() string {
	s := p.Architecture
	if p.OS != "" && p.OS != "linux" {
		s = p.OS + "/" + s
	}
	if p.Variant != "" {
		s += "/" + p.Variant
	}
	return s
}

// Descriptor points to content (OCI image-spec descriptor.md).
type Descriptor struct {
	MediaType    string            `json:"mediaType"`
	Digest       Digest            `json:"digest"`
	Size         int64             `json:"size"` // bytes
	ArtifactType string            `json:"artifactType,omitempty"`
	Platform     *Platform         `json:"platform,omitempty"`
	Annotations  map[string]string `json:"annotations,omitempty"`
}

// BuildxAttestation reports whether an index entry is BuildKit's unsigned
// attestation manifest and not something that runs.
func (d Descriptor) BuildxAttestation() bool {
	return d.Platform != nil && d.Platform.OS == "unknown" && d.Platform.Architecture == "unknown" ||
		len(d.Annotations) > 0 && d.Annotations[AnnotationRefType] == "attestation-manifest"
}

// Manifest is a parsed manifest or index, of OCI or Docker form, together with
// its exact bytes, for only these keep the digest.
type Manifest struct {
	Digest       Digest
	MediaType    string
	ArtifactType string
	Config       *Descriptor
	Layers       []Descriptor
	Manifests    []Descriptor // children, where this is an index
	Subject      *Descriptor
	Annotations  map[string]string
	Raw          []byte
}

// ParseManifest reads the bytes of a manifest or index. mediaType is what the
// server said; the document's own field wins where the two differ, as the
// digest covers only the latter. An answer that is neither is ErrMalformed.
func ParseManifest(raw []byte, mediaType string) (*Manifest, error) {
	var doc struct {
		MediaType    string            `json:"mediaType"`
		ArtifactType string            `json:"artifactType"`
		Config       *Descriptor       `json:"config"`
		Layers       []Descriptor      `json:"layers"`
		Manifests    *[]Descriptor     `json:"manifests"`
		Subject      *Descriptor       `json:"subject"`
		Annotations  map[string]string `json:"annotations"`
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, &Error{Kind: ErrMalformed, Message: "a manifest is not readable JSON", Cause: err}
	}
	m := &Manifest{
		Digest: DigestOf(raw), MediaType: doc.MediaType, ArtifactType: doc.ArtifactType,
		Config: doc.Config, Layers: doc.Layers, Subject: doc.Subject,
		Annotations: doc.Annotations, Raw: raw,
	}
	if m.MediaType == "" {
		m.MediaType = mediaType
	}
	switch {
	case doc.Manifests != nil:
		m.Manifests = *doc.Manifests
		if !m.IsIndex() {
			m.MediaType = MediaOCIIndex
		}
	case doc.Config != nil || doc.Layers != nil:
		if m.IsIndex() {
			return nil, &Error{Kind: ErrMalformed, Message: fmt.Sprintf("%s says that it is an index but lists no manifests", m.Digest.Short())}
		}
	case m.IsIndex(): // an index may list nothing: "manifests": null or absent
	default:
		return nil, &Error{Kind: ErrMalformed, Message: fmt.Sprintf("%s is neither a manifest nor an index", m.Digest.Short())}
	}
	if m.ArtifactType == "" && m.Config != nil && !isImageConfig(m.Config.MediaType) && m.Config.MediaType != MediaOCIEmpty {
		// image-spec manifest.md: without artifactType the config's type tells.
		m.ArtifactType = m.Config.MediaType
	}
	return m, nil
}

// IsIndex reports whether m lists manifests.
func (m *Manifest) IsIndex() bool {
	return m.MediaType == MediaOCIIndex || m.MediaType == MediaDockerList
}

// Platforms lists what an index runs on, in its order, attestations left out.
func (m *Manifest) Platforms() []Descriptor {
	var out []Descriptor
	for _, d := range m.Manifests {
		if d.Platform != nil && !d.BuildxAttestation() {
			out = append(out, d)
		}
	}
	return out
}

func isImageConfig(mediaType string) bool {
	return mediaType == "application/vnd.oci.image.config.v1+json" ||
		mediaType == "application/vnd.docker.container.image.v1+json"
}
