package scenario

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// scaleArtifact writes payload or installer: the artifact, its bundle, the
// fallback index. All builds share the files, the commit in the annotations
// tells them apart.
type scaleArtifact struct {
	plan     *scalePlan
	name     string
	manifest template // commit
	shared   [][]byte
	signed   scaleAttestation
}

func newScaleArtifact(p *scalePlan, name string) *scaleArtifact {
	s := &scaleArtifact{plan: p, name: name}
	b := scaleBuild(p)
	files := storeGzip(writeTar([]file{{path: "./README.md", body: text("README.md")}}, b.tagged))
	artifactType, layers := artifactPayload, []descriptor{titled(layerPayload, "payload.tar.gz", files)}
	s.shared = [][]byte{files, []byte(emptyConfig)}
	if name == "containai-installer" {
		script := storeGzip([]byte(text("install.sh", "@CHANNEL@", "dev")))
		artifactType, layers = artifactInstaller, []descriptor{titled(layerInstaller, "installer.sh.gz", script)}
		s.shared = [][]byte{script, []byte(emptyConfig)}
	}
	s.manifest = newTemplate(unescape(compact(manifest{
		SchemaVersion: 2, MediaType: mediaManifest, ArtifactType: artifactType, Config: emptyDescriptor(), Layers: layers,
		Annotations: map[string]string{"org.opencontainers.image.revision": markCommit},
	})), markCommit)
	s.signed = newScaleAttestation(p, name, mediaManifest, len(s.manifest.fill(strings.Repeat("0", 40))))
	return s
}

func (s *scaleArtifact) size() int        { return 3 }
func (s *scaleArtifact) common() [][]byte { return s.shared }

// document is the artifact's manifest of build k.
func (s *scaleArtifact) document(k int) document {
	return newDocument(s.manifest.fill(s.plan.commit(k)), mediaManifest)
}

func (s *scaleArtifact) build(k int) []scaleVersion {
	doc := s.document(k)
	tags := []string{s.plan.release(k)}
	if s.name == "containai-installer" {
		tags = s.plan.channels(k)
		if v := s.plan.version(k); v[0] == 'v' {
			tags = append([]string{v}, tags...)
		}
		if k == s.plan.prod {
			tags = append(tags, "latest")
		}
	}
	return append([]scaleVersion{{document: doc, tags: tags}}, s.signed.about(doc.digest, k)...)
}

// scaleMetadata writes the two twins of a channel document.
type scaleMetadata struct {
	plan    *scalePlan
	images  []*scaleImage
	payload *scaleArtifact
}

func (s *scaleMetadata) size() int        { return 2 }
func (s *scaleMetadata) common() [][]byte { return [][]byte{[]byte(emptyConfig)} }

func (s *scaleMetadata) build(k int) []scaleVersion {
	b := scaleBuild(s.plan)
	b.commit, b.channel, b.tagged = s.plan.commit(k), s.plan.channel(k), s.plan.at(k)
	if v := s.plan.version(k); v[0] == 'v' {
		b.typed = v
	}
	wholes := map[string]document{}
	for _, image := range s.images {
		if k < s.plan.builds(imageVersions) {
			wholes[image.name] = document{digest: image.index(k)}
		} else { // the images were cleaned up long ago
			wholes[image.name] = document{digest: model.DigestOf([]byte(image.name + b.commit))}
		}
	}
	own, twin := b.metadataTwins(wholes, s.payload.document(k))
	var second []string
	if k == s.plan.dev {
		second = []string{"channels"}
	}
	return []scaleVersion{
		{document: own.doc, tags: s.plan.channels(k), blobs: own.blobs},
		{document: twin.doc, tags: second, blobs: twin.blobs},
	}
}
