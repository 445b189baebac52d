package model

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// world is a small registry that the tests publish into as the pipeline does:
// real manifests, so that every digest computes, and times in its order.
type world struct {
	layout   Layout
	packages map[string]*worldPackage
	now      time.Time
}

type worldPackage struct {
	versions  []Version // oldest first
	place     map[Digest]int
	tags      map[string]Digest
	manifests map[Digest]*Manifest
	documents map[Digest]ChannelDocument
}

// publish is one run of the pipeline.
type publish struct {
	at      string // start, RFC 3339 without zone
	commit  string // the first characters
	channel string
	version string   // prod only
	fails   string   // "IMAGE ARCH": that build fails and nothing is published
	until   string   // the run dies after the channel's "tags" moved, or its "metadata" was pushed
	skip    []string // "PACKAGE ARCH": no referrers tag for these
}

func newWorld(layout Layout) *world {
	w := &world{layout: layout, packages: make(map[string]*worldPackage), now: at("2026-07-01T12:00:00")}
	for _, p := range layout.Packages {
		w.packages[p.Name] = &worldPackage{place: map[Digest]int{}, tags: map[string]Digest{},
			manifests: map[Digest]*Manifest{}, documents: map[Digest]ChannelDocument{}}
	}
	return w
}

func at(s string) time.Time {
	t, err := time.Parse("2006-01-02T15:04:05", s)
	if err != nil {
		panic(err)
	}
	return t
}

// sha is the whole commit that begins with prefix.
func sha(prefix string) string {
	return prefix + strings.Repeat("0", 36-len(prefix)) + "c0de"
}

func (w *world) push(pkg string, when time.Time, doc map[string]any, tags ...string) Digest {
	raw, err := json.Marshal(doc)
	if err != nil {
		panic(err)
	}
	m, err := ParseManifest(raw, "")
	if err != nil {
		panic(err)
	}
	p := w.packages[pkg]
	if _, known := p.place[m.Digest]; !known {
		p.place[m.Digest] = len(p.versions)
		p.versions = append(p.versions, Version{ID: int64(len(p.versions) + 1), Digest: m.Digest, Created: when, Updated: when})
		p.manifests[m.Digest] = m
	}
	w.tag(pkg, when, m.Digest, tags...)
	return m.Digest
}

func (w *world) tag(pkg string, when time.Time, d Digest, tags ...string) {
	p := w.packages[pkg]
	for _, t := range tags {
		if old, ok := p.tags[t]; ok {
			v := &p.versions[p.place[old]]
			v.Tags = slices.DeleteFunc(slices.Clone(v.Tags), func(x string) bool { return x == t })
			v.Updated = when
		}
		p.tags[t] = d
		v := &p.versions[p.place[d]]
		v.Tags = append(slices.Clone(v.Tags), t)
		v.Updated = when
	}
}

func descriptor(media, content string) map[string]any {
	return map[string]any{"mediaType": media, "digest": string(DigestOf([]byte(content))), "size": len(content)}
}

func (w *world) image(content string) map[string]any {
	return map[string]any{"schemaVersion": 2, "mediaType": MediaOCIManifest,
		"config": descriptor("application/vnd.oci.image.config.v1+json", "config of "+content),
		"layers": []any{descriptor("application/vnd.oci.image.layer.v1.tar+gzip", "base layer"),
			descriptor("application/vnd.oci.image.layer.v1.tar+gzip", content)}}
}

func artifact(kind, content string) map[string]any {
	return map[string]any{"schemaVersion": 2, "mediaType": MediaOCIManifest, "artifactType": kind,
		"config": descriptor(MediaOCIEmpty, "{}"), "layers": []any{descriptor("application/octet-stream", content)}}
}

func indexOf(entries ...map[string]any) map[string]any {
	return map[string]any{"schemaVersion": 2, "mediaType": MediaOCIIndex, "manifests": entries}
}

func entry(d Digest, os, arch string, annotations map[string]string) map[string]any {
	return map[string]any{"mediaType": MediaOCIManifest, "digest": string(d), "size": 1,
		"platform": map[string]string{"os": os, "architecture": arch}, "annotations": annotations}
}

// attest pushes a bundle about a digest and the referrers tag that lists it.
func (w *world) attest(pkg string, when time.Time, subject Digest, fallback bool) {
	bundle := artifact(MediaBundlePrefix+".v0.3+json", "statement about "+string(subject))
	bundle["subject"] = map[string]any{"mediaType": MediaOCIIndex, "digest": string(subject), "size": 1}
	d := w.push(pkg, when.Add(5*time.Second), bundle)
	if fallback {
		listed := map[string]any{"mediaType": MediaOCIManifest, "digest": string(d), "size": 1, "artifactType": MediaBundlePrefix + ".v0.3+json"}
		w.push(pkg, when.Add(8*time.Second), indexOf(listed), subject.FallbackTag())
	}
}

// arch pushes the index of one architecture: 5 versions with its attestation.
func (w *world) arch(pkg, arch, content string, when time.Time, fallback bool, tags ...string) []map[string]any {
	child := w.push(pkg, when, w.image(content+" "+arch))
	statement := w.image("provenance of " + content + " " + arch)
	statement["layers"] = []any{descriptor(MediaInToto, "provenance of "+content+" "+arch)}
	buildx := w.push(pkg, when.Add(time.Second), statement)
	entries := []map[string]any{entry(child, "linux", arch, nil),
		entry(buildx, "unknown", "unknown", map[string]string{AnnotationRefType: "attestation-manifest", AnnotationRefDigest: string(child)})}
	if len(tags) > 0 {
		d := w.push(pkg, when.Add(2*time.Second), indexOf(entries...), tags...)
		w.attest(pkg, when.Add(10*time.Second), d, fallback)
	}
	return entries
}

// legacy is build 1: one multi-arch index, no attestation, no channel.
func (w *world) legacy(when time.Time, commit string) {
	for _, p := range w.layout.Packages {
		if p.Kind != KindImage || strings.Contains(p.Name, "forwarder") {
			continue
		}
		entries := w.arch(p.Name, "amd64", "legacy "+p.Name, when, false)
		entries = append(entries, w.arch(p.Name, "arm64", "legacy "+p.Name, when, false)...)
		w.push(p.Name, when.Add(time.Minute), indexOf(entries...), "latest", "main", "main-"+commit)
	}
}

func (w *world) publish(b publish) {
	start, commit := at(b.at), sha(b.commit)
	content := b.at + " " + b.commit
	images := make(map[string]Digest)
	order := []string{"containai-base", "containai", "containai-copilot", "containai-codex", "containai-claude", "containai-proxy", "containai-log-forwarder"}
	for i, name := range order {
		var entries []map[string]any
		whole := true
		for k, arch := range []string{"amd64", "arm64"} {
			if b.fails == name+" "+arch {
				whole = false
				continue
			}
			when := start.Add(time.Duration(2*i+5*k) * time.Minute)
			entries = append(entries, w.arch(name, arch, content+" "+name, when, !slices.Contains(b.skip, name+" "+arch), "sha-"+commit+"-"+arch)...)
		}
		if b.fails != "" && i > 1 {
			whole = false // the wrappers' indexes wait for all of them
		}
		if whole {
			images[name] = w.push(name, start.Add(time.Duration(2*i+7)*time.Minute), indexOf(entries...), "sha-"+commit)
		}
	}
	if b.fails != "" {
		return
	}
	tags := []string{b.channel}
	if b.version != "" {
		tags = append(tags, b.version)
	}
	for i, name := range order {
		w.tag(name, start.Add(39*time.Minute+time.Duration(i)*time.Second), images[name], tags...)
	}
	if b.until != "tags" {
		w.artifacts(b, start, commit, content, images, tags)
	}
}

func (w *world) artifacts(b publish, start time.Time, commit, content string, images map[string]Digest, tags []string) {
	payloadTag := b.version
	if payloadTag == "" {
		payloadTag = b.channel + "-" + b.commit
	}
	payload := w.push("containai-payload", start.Add(42*time.Minute), artifact("application/vnd.containai.payload.v1", content), payloadTag)
	w.attest("containai-payload", start.Add(42*time.Minute), payload, true)
	raw := documentFor(b, commit, images, payload, payloadTag, start.Add(44*time.Minute))
	doc, err := ParseChannelDocument(raw)
	if err != nil {
		panic(err)
	}
	for k, tag := range []string{b.channel, "channels"} {
		m := artifact("application/vnd.containai.metadata.v1+json", string(raw))
		m["annotations"] = map[string]string{AnnotationCreated: start.Add(time.Duration(44*60+2+2*k) * time.Second).Format(time.RFC3339)}
		d := w.push("containai-metadata", start.Add(time.Duration(44*60+2+2*k)*time.Second), m, tag)
		w.packages["containai-metadata"].documents[d] = doc
	}
	if b.until == "metadata" {
		return
	}
	last := tags[len(tags)-1:]
	installer := w.push("containai-installer", start.Add(45*time.Minute), artifact("application/vnd.containai.installer.v1", content), last...)
	w.attest("containai-installer", start.Add(45*time.Minute), installer, true)
	if b.version != "" {
		w.tag("containai-installer", start.Add(45*time.Minute+30*time.Second), installer, b.channel, "latest")
	}
}

func documentFor(b publish, commit string, images map[string]Digest, payload Digest, payloadTag string, when time.Time) []byte {
	version := b.version
	if version == "" {
		version = b.channel
	}
	var list []map[string]string
	for name, d := range images {
		list = append(list, map[string]string{"image": name, "repository": "ghcr.io/novotnyllc/" + name, "digest": string(d)})
	}
	slices.SortFunc(list, func(a, b map[string]string) int { return strings.Compare(a["image"], b["image"]) })
	raw, err := json.MarshalIndent(map[string]any{"channel": b.channel, "version": version, "immutable_tag": "sha-" + commit,
		"moving_tags": []string{b.channel}, "images": list,
		"payload":      map[string]string{"ref": "ghcr.io/novotnyllc/containai-payload:" + payloadTag + "@" + string(payload), "digest": string(payload)},
		"generated_at": when.Format(time.RFC3339)}, "", "  ")
	if err != nil {
		panic(err)
	}
	return raw
}

// story is the whole history of the project: 14 builds, a bad v1.3.0 in prod.
func story() *world {
	w := newWorld(ContainAI())
	w.legacy(at("2025-11-21T08:00:00"), "a17c0de")
	for _, b := range []publish{
		{at: "2025-12-01T09:00:00", commit: "2b61f09", channel: "prod", version: "v1.0.0"},
		{at: "2025-12-12T09:00:00", commit: "9d04e7a", channel: "dev"},
		{at: "2026-01-10T06:00:00", commit: "c83a115", channel: "nightly"},
		{at: "2026-02-03T09:00:00", commit: "51f7be2", channel: "prod", version: "v1.1.0"},
		{at: "2026-03-15T09:00:00", commit: "e0927dc", channel: "dev"},
		{at: "2026-04-20T09:00:00", commit: "7ac4d31", channel: "nightly"},
		{at: "2026-05-18T09:00:00", commit: "3f9c82b", channel: "prod", version: "v1.2.0"},
		{at: "2026-06-09T09:00:00", commit: "d5502ee", channel: "nightly"},
		{at: "2026-06-20T09:00:00", commit: "b81e6f4", channel: "dev"},
		{at: "2026-06-24T10:02:00", commit: "b81e6f4", channel: "prod", version: "v1.3.0"},
		{at: "2026-06-28T09:00:00", commit: "08dd3c9", channel: "nightly", skip: []string{"containai-proxy arm64"}},
		{at: "2026-06-30T09:00:00", commit: "f24b770", channel: "dev", fails: "containai-claude arm64"},
		{at: "2026-07-01T00:30:00", commit: "6e19a5d", channel: "dev"},
	} {
		w.publish(b)
	}
	return w
}

// view is how an inventory of the world is looked at.
type view struct {
	manifests bool // read every manifest
	registry  bool // tags only: no API
	drop      []string
}

func (w *world) snapshot(name string, v view) Snapshot {
	p := w.packages[name]
	versions := slices.Clone(p.versions)
	slices.Reverse(versions)
	origin := OriginAPI
	if v.registry {
		origin = OriginRegistry
		versions = slices.DeleteFunc(versions, func(v Version) bool { return len(v.Tags) == 0 })
		for i := range versions {
			versions[i] = Version{Digest: versions[i].Digest, Tags: versions[i].Tags}
		}
		slices.SortFunc(versions, func(a, b Version) int { return strings.Compare(a.Tags[0], b.Tags[0]) })
	}
	s := NewSnapshot(name, origin, w.now, versions)
	docs := make(map[Digest]ChannelDocument)
	read := make(map[Digest]*Manifest)
	for d, doc := range p.documents {
		if _, listed := s.Version(d); listed {
			docs[d] = doc
		}
	}
	for d, m := range p.manifests {
		if _, listed := s.Version(d); listed && v.manifests {
			read[d] = m
		}
	}
	return s.WithDocuments(docs).WithManifests(read)
}

func (w *world) inventory(v view) Inventory {
	inv := Inventory{Registry: "ghcr.io", Owner: "novotnyllc", Layout: w.layout, ReadAt: w.now}
	for _, spec := range w.layout.Packages {
		state := PackageState{Spec: spec}
		if !slices.Contains(v.drop, spec.Name) {
			state.Known, state.Fresh = true, true
			state.Snapshot = w.snapshot(spec.Name, v)
		}
		inv.Packages = append(inv.Packages, state)
	}
	return inv
}

func (w *world) survey(v view, past Past) Survey { return NewSurvey(w.inventory(v), past) }

// release finds a release by its label; one of several by its channel too.
func release(t *testing.T, list []Release, label, channel string) Release {
	t.Helper()
	for _, r := range list {
		if r.Label() == label && (channel == "" || r.Channel == channel) {
			return r
		}
	}
	t.Fatalf("no release %s (%s) in %v", label, channel, labels(list))
	return Release{}
}

func labels(list []Release) []string {
	var out []string
	for _, r := range list {
		out = append(out, strings.TrimSuffix(fmt.Sprintf("%s/%s", r.Label(), r.Channel), "/"))
	}
	return out
}

func channel(t *testing.T, s Survey, name string) ChannelState {
	t.Helper()
	c, ok := s.Channel(name)
	if !ok {
		t.Fatalf("no channel %s", name)
	}
	return c
}

func codesOf(c ChannelState) []string {
	var out []string
	for _, i := range c.Incoherent {
		out = append(out, i.Code)
	}
	return out
}
