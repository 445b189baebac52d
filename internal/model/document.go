package model

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// ChannelDocument is the JSON that a publish puts into the metadata package:
// what one channel consists of (the pipeline's channels.json). Despite the
// name of its file it speaks of one channel only.
type ChannelDocument struct {
	Channel      string
	Version      string // as written; the channel's own name for nightly and dev
	ImmutableTag string // sha-<40 hex>
	MovingTags   []string
	Images       map[string]Digest // package name → index digest
	PayloadRef   string            // REPOSITORY:TAG@DIGEST
	Payload      Digest            // "" where the document names none
	GeneratedAt  time.Time         // zero where unreadable
	Raw          []byte
}

// Commit is the 40-hex commit of the immutable tag, or "".
func (d ChannelDocument) Commit() string {
	c, ok := strings.CutPrefix(d.ImmutableTag, "sha-")
	if !ok || !IsHex(c, 40) {
		return ""
	}
	return c
}

// PayloadTag is the tag in the payload's reference: the only place where a
// nightly document names its payload's version.
func (d ChannelDocument) PayloadTag() string {
	name, _, _ := strings.Cut(d.PayloadRef, "@")
	i := strings.LastIndexByte(name, ':')
	if i < 0 || strings.Contains(name[i:], "/") {
		return ""
	}
	return name[i+1:]
}

// ParseChannelDocument reads a channels.json. The pipeline lets any field be
// empty, so only a document without a channel is refused; an image with an
// unreadable digest is left out, as if it were not named.
func ParseChannelDocument(raw []byte) (ChannelDocument, error) {
	var doc struct {
		Channel      string   `json:"channel"`
		Version      string   `json:"version"`
		ImmutableTag string   `json:"immutable_tag"`
		MovingTags   []string `json:"moving_tags"`
		Images       []struct {
			Image  string `json:"image"`
			Digest string `json:"digest"`
		} `json:"images"`
		Payload struct {
			Ref    string `json:"ref"`
			Digest string `json:"digest"`
		} `json:"payload"`
		GeneratedAt string `json:"generated_at"`
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		return ChannelDocument{}, &Error{Kind: ErrMalformed, Message: "a channel document is not readable JSON", Cause: err}
	}
	if doc.Channel == "" {
		return ChannelDocument{}, &Error{Kind: ErrMalformed, Message: fmt.Sprintf("a channel document of %d bytes names no channel", len(raw))}
	}
	out := ChannelDocument{
		Channel: doc.Channel, Version: doc.Version, ImmutableTag: doc.ImmutableTag,
		MovingTags: doc.MovingTags, PayloadRef: doc.Payload.Ref, Raw: raw,
		Images: make(map[string]Digest, len(doc.Images)),
	}
	for _, image := range doc.Images {
		if d, err := ParseDigest(image.Digest); err == nil {
			out.Images[image.Image] = d
		}
	}
	if d, err := ParseDigest(doc.Payload.Digest); err == nil {
		out.Payload = d
	}
	if t, err := time.Parse(time.RFC3339, doc.GeneratedAt); err == nil {
		out.GeneratedAt = t.UTC()
	}
	return out, nil
}
