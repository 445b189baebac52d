package model

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// The annotations that oras writes, which the pipeline's own documents bear
// (OCI image spec, annotations.md).
const annotationCreated = "org.opencontainers.image.created"

// documentFile is the title under which the pipeline publishes a document.
const documentFile = "channels.json"

// document makes the move of the metadata package in a promotion: a document
// of its own, since the one that the build published speaks of its channel. It
// is written in the pipeline's form, from what the set holds.
func (a *channelAim) document(p PackageState, m ChannelMove) ChannelMove {
	body, err := a.encode()
	if err != nil {
		m.Target, m.Lacking = "", true
		m.Stay = append(m.Stay, Unmoved{Package: p.Spec.Name, Digest: p.Snapshot.Tag(a.req.Channel), Why: Sanitize(err.Error())})
		return m
	}
	m.Writes = &Artifact{Type: a.documentType(p), MediaType: "application/json", Title: documentFile, Content: body,
		Annotations: map[string]string{annotationCreated: stamp(a.req.At)}}
	m.Target = m.Writes.Digest()
	m.Tags = []string{a.req.Channel}
	a.version(p, &m)
	for _, tag := range p.Snapshot.TagNames() {
		doc, read := p.Snapshot.Documents[p.Snapshot.Tag(tag)]
		info := a.survey.Inventory.Layout.Tag(tag)
		if read && info.Kind == TagMoving && info.Channel == "" {
			m.Stay = append(m.Stay, Unmoved{Package: p.Spec.Name, Tag: tag, Digest: p.Snapshot.Tag(tag),
				Why: Sanitize(fmt.Sprintf("it holds the document of %s; only a publish of the pipeline moves it", doc.Channel))})
		}
	}
	return m
}

// documentType is the artifact type that the package's documents bear now.
func (a *channelAim) documentType(p PackageState) string {
	for _, c := range a.survey.Inventory.Layout.Channels {
		if m := p.Snapshot.Manifests[p.Snapshot.Tag(c.Name)]; m != nil && m.ArtifactType != "" {
			return m.ArtifactType
		}
	}
	return "application/vnd.containai.metadata.v1+json"
}

func stamp(t time.Time) string { return t.UTC().Truncate(time.Second).Format(time.RFC3339) }

// writtenDocument is a channel document as the pipeline's scripts write it.
type writtenDocument struct {
	Channel      string         `json:"channel"`
	Version      string         `json:"version"`
	ImmutableTag string         `json:"immutable_tag"`
	MovingTags   []string       `json:"moving_tags"`
	Images       []writtenImage `json:"images"`
	Payload      writtenPayload `json:"payload"`
	GeneratedAt  string         `json:"generated_at"`
}

type writtenImage struct {
	Image      string `json:"image"`
	Repository string `json:"repository"`
	Digest     Digest `json:"digest"`
}

type writtenPayload struct {
	Ref    string `json:"ref"`
	Digest Digest `json:"digest"`
}

// encode writes the document of the set aimed at for the channel.
func (a *channelAim) encode() ([]byte, error) {
	doc := writtenDocument{Channel: a.req.Channel, Version: a.req.As, MovingTags: []string{a.req.Channel}, GeneratedAt: stamp(a.req.At)}
	if doc.Version == "" {
		doc.Version = a.req.Channel
	} else {
		doc.MovingTags = append(doc.MovingTags, a.req.As)
	}
	if a.release.Commit != "" {
		doc.ImmutableTag = "sha-" + a.release.Commit
	}
	for _, name := range memberNames(a.survey.Inventory) {
		spec := a.survey.Inventory.Layout.Package(name)
		d := a.target(name)
		switch {
		case spec.Kind == KindImage && d != "":
			doc.Images = append(doc.Images, writtenImage{name, a.repository(name), d})
		case spec.Role == RolePayload && d != "":
			doc.Payload = writtenPayload{Ref: a.payloadRef(name, d), Digest: d}
		}
	}
	if len(doc.Images) == 0 {
		return nil, fmt.Errorf("no document can be written: %s holds no image", a.label())
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return nil, fmt.Errorf("writing the document of %s: %w", a.label(), err)
	}
	return b.Bytes(), nil
}

func (a *channelAim) repository(pkg string) string {
	inv := a.survey.Inventory
	if inv.Owner == "" {
		return inv.Registry + "/" + pkg
	}
	return inv.Registry + "/" + strings.ToLower(inv.Owner) + "/" + pkg
}

// payloadRef names the payload by the tag that it has or gets, and its digest.
func (a *channelAim) payloadRef(pkg string, d Digest) string {
	tag := a.req.As
	state, _ := a.survey.Inventory.Package(pkg)
	if tag == "" || !bearsVersions(a.survey.Inventory.Layout, state.Snapshot) {
		if v, _ := state.Snapshot.Version(d); len(v.Tags) > 0 {
			tag = v.Tags[0]
		}
	}
	if tag == "" {
		return a.repository(pkg) + "@" + string(d)
	}
	return a.repository(pkg) + ":" + tag + "@" + string(d)
}
