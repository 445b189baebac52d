package scenario

import (
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// channelDocument is channels.json as write-channels-json.sh writes it: one
// channel, whatever the name says.
type channelDocument struct {
	Channel      string          `json:"channel"`
	Version      string          `json:"version"`
	ImmutableTag string          `json:"immutable_tag"`
	MovingTags   []string        `json:"moving_tags"`
	Images       []documentImage `json:"images"`
	Payload      documentPayload `json:"payload"`
	GeneratedAt  string          `json:"generated_at"`
}

type documentImage struct {
	Image      string       `json:"image"`
	Repository string       `json:"repository"`
	Digest     model.Digest `json:"digest"`
}

type documentPayload struct {
	Ref    string       `json:"ref"`
	Digest model.Digest `json:"digest"`
}

// finalizeOrder is the order in which finalize-tags comes upon the images: the
// file system's, not the alphabet's.
func finalizeOrder() []string {
	return []string{
		"containai-proxy", "containai-base", "containai-copilot", "containai-log-forwarder",
		"containai", "containai-codex", "containai-claude",
	}
}

// channelsJSON writes the document, in the way of jq: indented by two, with a
// newline at its end.
func (b *build) channelsJSON(wholes map[string]document, payload document) []byte {
	doc := channelDocument{
		Channel: b.channel, Version: b.version(), ImmutableTag: b.immutable(), MovingTags: b.movingTags(),
		GeneratedAt: b.at(5*time.Minute - 2*time.Second).UTC().Format(time.RFC3339),
	}
	for _, name := range finalizeOrder() {
		doc.Images = append(doc.Images, documentImage{Image: name, Repository: b.repository(name), Digest: wholes[name].digest})
	}
	doc.Payload = documentPayload{
		Ref:    b.repository("containai-payload") + ":" + b.release() + "@" + string(payload.digest),
		Digest: payload.digest,
	}
	return append(indented(doc), '\n')
}

// metadataTwins are the two pushes of one document: the second falls into the
// next second, so its manifest has another digest.
func (b *build) metadataTwins(wholes map[string]document, payload document) (channel, channels artifact) {
	content := b.channelsJSON(wholes, payload)
	layers := []descriptor{titled(mediaJSON, "channels.json", content)}
	first := b.at(5 * time.Minute)
	channel = push("containai-metadata", artifactMetadata, first, layers, content)
	channels = push("containai-metadata", artifactMetadata, first.Add(time.Second), layers, content)
	if b.instant {
		channels.pushed = first
	}
	return channel, channels
}
