package scenario

import (
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// imageConfig is an image configuration in BuildKit's order of fields.
type imageConfig struct {
	Architecture string      `json:"architecture"`
	Config       runConfig   `json:"config"`
	Created      string      `json:"created"`
	History      []historyOf `json:"history"`
	OS           string      `json:"os"`
	RootFS       rootFS      `json:"rootfs"`
}

type runConfig struct {
	User         string              `json:"User,omitempty"`
	ExposedPorts map[string]struct{} `json:"ExposedPorts,omitempty"`
	Env          []string            `json:"Env,omitempty"`
	Entrypoint   []string            `json:"Entrypoint,omitempty"`
	Cmd          []string            `json:"Cmd,omitempty"`
	WorkingDir   string              `json:"WorkingDir,omitempty"`
	Labels       map[string]string   `json:"Labels,omitempty"`
}

type historyOf struct {
	Created    string `json:"created"`
	CreatedBy  string `json:"created_by"`
	Comment    string `json:"comment,omitempty"`
	EmptyLayer bool   `json:"empty_layer,omitempty"`
}

type rootFS struct {
	Type    string         `json:"type"`
	DiffIDs []model.Digest `json:"diff_ids"`
}

// imagePart is everything one architecture of an image pushes: the platform
// manifest with its config and layers, BuildKit's provenance manifest, and the
// index over both that the architecture's tag points to.
type imagePart struct {
	image, arch string
	layers      []layer
	inherited   int // how many of them came with the parent or from upstream
	config      imageConfig
	configRaw   []byte
	platform    document
	provenance  []byte // BuildKit's statement, not signed
	dummyConfig []byte
	attestation document
	index       document
}

// entries are the part's descriptors in an index.
func (p *imagePart) entries() []descriptor {
	own := p.platform.describe()
	own.Platform = &platform{Architecture: p.arch, OS: "linux"}
	about := p.attestation.describe()
	about.Annotations = map[string]string{
		annotationRefDigest: string(p.platform.digest),
		annotationRefType:   "attestation-manifest",
	}
	about.Platform = &platform{Architecture: "unknown", OS: "unknown"}
	return []descriptor{own, about}
}

// indexOf writes an index over parts as imagetools does.
func indexOf(parts ...*imagePart) document {
	doc := index{SchemaVersion: 2, MediaType: mediaIndex}
	for _, p := range parts {
		doc.Manifests = append(doc.Manifests, p.entries()...)
	}
	return newDocument(indented(doc), mediaIndex)
}

// cook makes one part from its recipe. parent is the same architecture of the
// own image below, or nil.
func (b *build) cook(r recipe, arch string, parent *imagePart) *imagePart {
	made := b.layersMade(r.name, arch)
	p := &imagePart{image: r.name, arch: arch}
	if parent != nil {
		p.layers = append(p.layers, parent.layers...)
		p.config = parent.config
		p.config.History = append([]historyOf(nil), parent.config.History...)
	} else {
		p.startFrom(upstreamAt(r.upstream, arch, made))
	}
	p.inherited = len(p.layers)
	p.config.Architecture, p.config.OS = arch, "linux"
	for _, s := range r.steps(kitchen{arch: arch, tools: b.tools, wrongMachine: b.wrong}) {
		h := historyOf{
			Created: made.Format(time.RFC3339Nano), CreatedBy: s.by,
			Comment: "buildkit.dockerfile.v0", EmptyLayer: s.files == nil,
		}
		if s.files != nil {
			p.layers = append(p.layers, newLayer(s.files, made))
		}
		p.config.History = append(p.config.History, h)
	}
	p.config.Created = made.Format(time.RFC3339Nano)
	p.config.Config.apply(r.settings)
	if b.legacy {
		p.config.Config.Labels = b.legacyLabels(r.name)
	}
	p.finish()
	b.attach(p, r, parent)
	return p
}

// startFrom takes over an external image.
func (p *imagePart) startFrom(u upstreamImage) {
	p.layers = []layer{u.layer}
	p.config.Config.apply(u.config)
	for i, by := range u.by {
		p.config.History = append(p.config.History, historyOf{
			Created: u.made.Format(time.RFC3339Nano), CreatedBy: by, EmptyLayer: i > 0,
		})
	}
}

// apply lets a Dockerfile's settings replace inherited ones.
func (c *runConfig) apply(s settings) {
	if s.user != "" {
		c.User = s.user
	}
	if s.workdir != "" {
		c.WorkingDir = s.workdir
	}
	if s.entrypoint != nil {
		c.Entrypoint = s.entrypoint
	}
	if s.cmd != nil {
		c.Cmd = s.cmd
	}
	c.Env = environment(c.Env, s.env)
	if s.labels != nil {
		c.Labels = s.labels
	}
	if s.ports != nil {
		c.ExposedPorts = map[string]struct{}{}
		for _, port := range s.ports {
			c.ExposedPorts[port] = struct{}{}
		}
	}
}

// finish writes config and platform manifest.
func (p *imagePart) finish() {
	p.config.RootFS = rootFS{Type: "layers"}
	m := manifest{SchemaVersion: 2, MediaType: mediaManifest}
	for _, l := range p.layers {
		p.config.RootFS.DiffIDs = append(p.config.RootFS.DiffIDs, l.diffID)
		m.Layers = append(m.Layers, descriptor{MediaType: mediaLayer, Digest: l.digest, Size: len(l.blob)})
	}
	p.configRaw = compact(p.config)
	m.Config = describeBlob(mediaConfig, p.configRaw)
	p.platform = newDocument(indented(m), mediaManifest)
}

// attach writes BuildKit's provenance and the index over both.
func (b *build) attach(p *imagePart, r recipe, parent *imagePart) {
	p.provenance = b.buildxStatement(p, r, parent)
	p.dummyConfig = compact(map[string]any{
		"architecture": "unknown", "os": "unknown", "config": struct{}{},
		"rootfs": rootFS{Type: "layers", DiffIDs: []model.Digest{model.DigestOf(p.provenance)}},
	})
	statement := describeBlob(mediaInToto, p.provenance)
	statement.Annotations = map[string]string{"in-toto.io/predicate-type": predicateBuildx}
	p.attestation = newDocument(indented(manifest{
		SchemaVersion: 2, MediaType: mediaManifest,
		Config: describeBlob(mediaConfig, p.dummyConfig), Layers: []descriptor{statement},
	}), mediaManifest)
	p.index = indexOf(p)
}

// legacyLabels are what metadata-action put on the images before channels.
func (b *build) legacyLabels(name string) map[string]string {
	const o = "org.opencontainers.image."
	return map[string]string{
		o + "created": b.tagged.Format("2006-01-02T15:04:05.000Z"), o + "description": "Runs coding agents in containers",
		o + "licenses": "MIT", o + "revision": b.commit, o + "source": "https://github.com/" + b.repo,
		o + "title": name, o + "url": "https://github.com/" + b.repo, o + "version": "main",
	}
}

// imageSet is all images of a build: parts by name and architecture.
type imageSet map[string]map[string]*imagePart

// cookAll makes every image part the build came to, parents first.
func (b *build) cookAll() imageSet {
	set := imageSet{}
	for _, r := range recipes() {
		if b.legacy && r.name == "containai-log-forwarder" {
			continue // came with the channels
		}
		set[r.name] = map[string]*imagePart{}
		for _, arch := range architectures() {
			if b.lacks(r.name, arch) {
				continue
			}
			var parent *imagePart
			if r.parent != "" {
				parent = set[r.parent][arch]
			}
			set[r.name][arch] = b.cook(r, arch, parent)
		}
	}
	return set
}

// whole is the multi-platform index of an image.
func (s imageSet) whole(name string) document {
	var parts []*imagePart
	for _, arch := range architectures() {
		if p := s[name][arch]; p != nil {
			parts = append(parts, p)
		}
	}
	return indexOf(parts...)
}
