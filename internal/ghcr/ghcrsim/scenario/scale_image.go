package scenario

import (
	"slices"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// imageVersions is what one build leaves in an image package: for each
// architecture the platform manifest, BuildKit's provenance, their index, the
// bundle and the fallback index; then the multi-platform index.
const imageVersions = 11

// scaleImage writes the same small image for every build, told apart by the
// commit in its annotations. Layers and config are shared by all builds.
type scaleImage struct {
	plan   *scalePlan
	name   string
	shared [][]byte
	parts  []scalePart
	whole  template // marks: platform, attestation of either architecture
	signed scaleAttestation
}

// scalePart are the templates of one architecture.
type scalePart struct {
	arch      string
	platform  template // commit
	statement template // platform's hex, commit
	about     template // statement
	index     template // platform, about
}

// Blanks for a commit and for the hex of a digest, as long as these are.
const (
	markCommit = "<commit-of-forty-hexadecimal-digits---->"
	markHex    = "<sixty-four-hexadecimal-characters-of-a-digest----------------->"
)

func newScaleImage(p *scalePlan, name string) *scaleImage {
	s := &scaleImage{plan: p, name: name}
	b := scaleBuild(p)
	all := recipes()
	own := all[slices.IndexFunc(all, func(r recipe) bool { return r.name == name })]
	if own.upstream == "" {
		own.upstream = "ubuntu:24.04" // each image for itself: the layers below are not told
	}
	var samples []*imagePart
	for _, arch := range architectures() {
		made, part := s.newPart(b, own, arch)
		samples = append(samples, made)
		s.parts = append(s.parts, part)
	}
	s.whole = newTemplate(unescape(indexOf(samples...).raw), marks("pqrs")...)
	s.signed = newScaleAttestation(p, name, mediaIndex, len(s.parts[0].index.fill(string(mark('p')), string(mark('q')))))
	s.shared = append(s.shared, []byte(emptyConfig))
	return s
}

// marks are the blanks of digests by their letters.
func marks(letters string) []string {
	var out []string
	for _, letter := range []byte(letters) {
		out = append(out, string(mark(letter)))
	}
	return out
}

// scaleBuild stands for any build of the scale: its documents become templates.
func scaleBuild(p *scalePlan) *build {
	b := &build{
		commit: markCommit, event: "push", channel: "dev", owner: owner, repo: repository,
		ownerID: p.ownerID, repoID: p.repoID,
		tagged: p.at(0), start: p.at(0), instant: true, tools: toolsAt(p.at(0)),
	}
	b.run.ID, b.run.Attempt = 18_400_000_001, 1
	return b
}

// newPart cooks the image once and cuts its documents into templates. It
// returns the sample with blanks for digests, for the index over both.
func (s *scaleImage) newPart(b *build, r recipe, arch string) (*imagePart, scalePart) {
	made := b.cook(r, arch, nil)
	for _, l := range made.layers {
		s.shared = append(s.shared, l.blob)
	}
	s.shared = append(s.shared, made.configRaw, made.dummyConfig)
	part := scalePart{arch: arch}

	var layers []descriptor
	for _, l := range made.layers {
		layers = append(layers, descriptor{MediaType: mediaLayer, Digest: l.digest, Size: len(l.blob)})
	}
	raw := compact(manifest{
		SchemaVersion: 2, MediaType: mediaManifest, Config: describeBlob(mediaConfig, made.configRaw), Layers: layers,
		Annotations: map[string]string{"org.opencontainers.image.revision": markCommit},
	})
	part.platform = newTemplate(unescape(raw), markCommit)
	size := len(part.platform.fill(strings.Repeat("0", 40)))
	statement := strings.ReplaceAll(string(unescape(made.provenance)), made.platform.digest.Hex(), markHex)
	part.statement = newTemplate([]byte(statement), markHex, markCommit)
	part.about = newTemplate(unescape(compact(manifest{
		SchemaVersion: 2, MediaType: mediaManifest, Config: describeBlob(mediaConfig, made.dummyConfig),
		Layers: []descriptor{{
			MediaType: mediaInToto, Digest: mark('s'), Size: len(statement),
			Annotations: map[string]string{"in-toto.io/predicate-type": predicateBuildx},
		}},
	})), marks("s")...)
	made.platform = document{mediaType: mediaManifest, digest: mark('p'), raw: make([]byte, size)}
	made.attestation = document{mediaType: mediaManifest, digest: mark('q'), raw: part.about.fill(string(mark('s')))}
	part.index = newTemplate(unescape(indexOf(made).raw), marks("pq")...)
	if arch != architectures()[0] {
		made.platform.digest, made.attestation.digest = mark('r'), mark('s')
	}
	return made, part
}

// unescape puts back the angle brackets that encoding/json escapes: they stand
// in marks only.
func unescape(raw []byte) []byte {
	return []byte(strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(string(raw)))
}

func (s *scaleImage) size() int        { return imageVersions }
func (s *scaleImage) common() [][]byte { return s.shared }

// children are the platform and provenance manifests of one architecture.
func (p scalePart) children(commit string) (platform, about document, statement []byte) {
	platform = newDocument(p.platform.fill(commit), mediaManifest)
	statement = p.statement.fill(platform.digest.Hex(), commit)
	about = newDocument(p.about.fill(string(model.DigestOf(statement))), mediaManifest)
	return platform, about, statement
}

// build writes the eleven versions of build k.
func (s *scaleImage) build(k int) []scaleVersion {
	commit := s.plan.commit(k)
	out := make([]scaleVersion, 0, imageVersions)
	var digests []string
	for _, part := range s.parts {
		platform, about, statement := part.children(commit)
		digests = append(digests, string(platform.digest), string(about.digest))
		whole := newDocument(part.index.fill(string(platform.digest), string(about.digest)), mediaIndex)
		out = append(out,
			scaleVersion{document: platform},
			scaleVersion{document: about, blobs: [][]byte{statement}},
			scaleVersion{document: whole, tags: []string{"sha-" + commit + "-" + part.arch}})
		out = append(out, s.signed.about(whole.digest, k)...)
	}
	tags := []string{"sha-" + commit}
	tags = append(tags, s.plan.channels(k)...)
	if v := s.plan.version(k); v[0] == 'v' {
		tags = append(tags, v)
	}
	return append(out, scaleVersion{document: newDocument(s.whole.fill(digests...), mediaIndex), tags: tags})
}

// index gives the digest of the multi-platform index of build k alone.
func (s *scaleImage) index(k int) model.Digest {
	commit := s.plan.commit(k)
	var digests []string
	for _, part := range s.parts {
		platform, about, _ := part.children(commit)
		digests = append(digests, string(platform.digest), string(about.digest))
	}
	return model.DigestOf(s.whole.fill(digests...))
}
