package scenario

import (
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// referrer is what actions/attest with push-to-registry leaves in a registry
// without the referrers API: the bundle as an artifact with a subject, and the
// fallback index that points to it.
type referrer struct {
	bundle   []byte
	artifact document
	fallback document
	tag      string // of the fallback index
}

// annotationTime is how actions/attest writes a moment.
const annotationTime = "2006-01-02T15:04:05.000Z"

// bundleArtifact is the manifest around a bundle.
func bundleArtifact(bundle []byte, subject descriptor, at time.Time) (document, map[string]string) {
	annotations := map[string]string{
		annotationCreated:   at.UTC().Format(annotationTime),
		annotationContent:   "dsse-envelope",
		annotationPredicate: predicateSLSA,
	}
	about := descriptor{MediaType: subject.MediaType, Digest: subject.Digest, Size: subject.Size}
	return newDocument(compact(manifest{
		SchemaVersion: 2, MediaType: mediaManifest, ArtifactType: mediaBundle,
		Config: describeBlob(mediaEmpty, []byte(emptyConfig)),
		Layers: []descriptor{describeBlob(mediaBundle, bundle)}, Subject: &about, Annotations: annotations,
	}), mediaManifest), annotations
}

// attest makes the registry's copy of an attestation about subject. Where the
// fallback index lost its entry it lists nothing: the artifact is there, but
// only its own subject field leads to it.
func (b *build) attest(what part, subject document, at time.Time) referrer {
	bundle := b.vouch(b.repository(what.image), subject.digest, at, b.misdeeds[what])
	artifact, annotations := bundleArtifact(bundle, subject.describe(), at)
	entries := []descriptor{}
	if !b.forgot(what) {
		entry := artifact.describe()
		entry.ArtifactType, entry.Annotations = mediaBundle, annotations
		entries = append(entries, entry)
	}
	return referrer{
		bundle: bundle, artifact: artifact,
		fallback: newDocument(compact(index{SchemaVersion: 2, MediaType: mediaIndex, Manifests: entries}), mediaIndex),
		tag:      fallbackTag(subject.digest),
	}
}

// fallbackTag is the referrers tag schema of the distribution spec.
func fallbackTag(d model.Digest) string { return strings.Replace(string(d), ":", "-", 1) }
