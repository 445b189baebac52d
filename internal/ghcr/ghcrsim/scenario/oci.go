package scenario

import (
	"encoding/json"
	"fmt"

	"github.com/novotnyllc/caitui/internal/model"
)

// Media types of what is written here (OCI image-spec media-types.md,
// sigstore protobuf-specs, and the ContainAI pipeline's own).
const (
	mediaManifest  = "application/vnd.oci.image.manifest.v1+json"
	mediaIndex     = "application/vnd.oci.image.index.v1+json"
	mediaConfig    = "application/vnd.oci.image.config.v1+json"
	mediaLayer     = "application/vnd.oci.image.layer.v1.tar+gzip"
	mediaEmpty     = "application/vnd.oci.empty.v1+json"
	mediaInToto    = "application/vnd.in-toto+json"
	mediaBundle    = "application/vnd.dev.sigstore.bundle.v0.3+json"
	mediaCycloneDX = "application/vnd.cyclonedx+json"
	mediaJSON      = "application/json"

	artifactPayload   = "application/vnd.containai.payload.v1"
	artifactInstaller = "application/vnd.containai.installer.v1"
	artifactMetadata  = "application/vnd.containai.metadata.v1+json"
	layerPayload      = "application/vnd.containai.payload.layer.v1+gzip"
	layerInstaller    = "application/vnd.containai.installer.v1+sh"

	annotationTitle     = "org.opencontainers.image.title"
	annotationCreated   = "org.opencontainers.image.created"
	annotationRefType   = "vnd.docker.reference.type"
	annotationRefDigest = "vnd.docker.reference.digest"
	annotationContent   = "dev.sigstore.bundle.content"
	annotationPredicate = "dev.sigstore.bundle.predicateType"
)

// emptyConfig is the content behind every artifact's config.
const emptyConfig = "{}"

type platform struct {
	Architecture string `json:"architecture"`
	OS           string `json:"os"`
}

// descriptor has the field order of the Go type that BuildKit and oras write.
type descriptor struct {
	MediaType    string            `json:"mediaType"`
	Digest       model.Digest      `json:"digest"`
	Size         int               `json:"size"`
	Annotations  map[string]string `json:"annotations,omitempty"`
	Data         []byte            `json:"data,omitempty"`
	Platform     *platform         `json:"platform,omitempty"`
	ArtifactType string            `json:"artifactType,omitempty"`
}

type manifest struct {
	SchemaVersion int               `json:"schemaVersion"`
	MediaType     string            `json:"mediaType"`
	ArtifactType  string            `json:"artifactType,omitempty"`
	Config        descriptor        `json:"config"`
	Layers        []descriptor      `json:"layers"`
	Subject       *descriptor       `json:"subject,omitempty"`
	Annotations   map[string]string `json:"annotations,omitempty"`
}

type index struct {
	SchemaVersion int               `json:"schemaVersion"`
	MediaType     string            `json:"mediaType"`
	Manifests     []descriptor      `json:"manifests"`
	Annotations   map[string]string `json:"annotations,omitempty"`
}

// document is a manifest or index as it is pushed.
type document struct {
	raw       []byte
	mediaType string
	digest    model.Digest
}

func newDocument(raw []byte, mediaType string) document {
	return document{raw: raw, mediaType: mediaType, digest: model.DigestOf(raw)}
}

// describe points to the document.
func (d document) describe() descriptor {
	return descriptor{MediaType: d.mediaType, Digest: d.digest, Size: len(d.raw)}
}

// describeBlob points to content.
func describeBlob(mediaType string, content []byte) descriptor {
	return descriptor{MediaType: mediaType, Digest: model.DigestOf(content), Size: len(content)}
}

// emptyDescriptor is oras' config, which carries its two bytes along.
func emptyDescriptor() descriptor {
	d := describeBlob(mediaEmpty, []byte(emptyConfig))
	d.Data = []byte(emptyConfig)
	return d
}

// compact writes JSON as oras and actions/attest do.
func compact(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("scenario: writing %T: %v", v, err)) // only this package's own types
	}
	return raw
}

// indented writes JSON as BuildKit, imagetools and jq do.
func indented(v any) []byte {
	raw, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		panic(fmt.Sprintf("scenario: writing %T: %v", v, err)) // only this package's own types
	}
	return raw
}
