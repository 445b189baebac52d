package scenario

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/verify/simca"
)

// scaleAttestation are the templates of a bundle artifact and its fallback
// index, and the sample's bundle.
type scaleAttestation struct {
	plan      *scalePlan
	statement template // subject's hex, commit
	sample    template // the statement in base64
	artifact  template // bundle, subject, bundle's size, time
	fallback  template // artifact, artifact's size, time
}

// Blanks for a size, for the time of an artifact's annotation, and for a
// payload.
const (
	markSize = 987654321012345
	markTime = "1000-01-01T00:00:00.000Z"
	// markPayload is where a bundle's payload goes.
	markPayload = "<payload>"
)

// newScaleAttestation makes templates for attestations about subjects of one
// media type and size.
func newScaleAttestation(p *scalePlan, name, mediaType string, size int) scaleAttestation {
	b, a := scaleBuild(p), scaleAttestation{plan: p}
	a.statement = newTemplate(unescape(b.slsaStatement(b.repository(name), model.Digest("sha256:"+markHex))), markHex, markCommit)
	sample := a.statement.fill(strings.Repeat("0", 64), p.commit(0))
	encoded := base64.StdEncoding.EncodeToString(sample)
	a.sample = newTemplate(bytes.Replace(a.sign(sample, 0), []byte(encoded), []byte(markPayload), 1), markPayload)
	blankSize := strconv.Itoa(markSize)
	at := time.Date(1000, 1, 1, 0, 0, 0, 0, time.UTC) // what markTime says
	doc, annotations := bundleArtifact(nil, descriptor{MediaType: mediaType, Digest: mark('s'), Size: size}, at)
	blank := describeBlob(mediaBundle, nil)
	empty := string(compact(blank))
	blank.Digest, blank.Size = mark('b'), markSize
	raw := strings.Replace(string(doc.raw), empty, string(compact(blank)), 1)
	a.artifact = newTemplate(unescape([]byte(raw)), append(marks("bs"), blankSize, markTime)...)
	fallback := compact(index{SchemaVersion: 2, MediaType: mediaIndex, Manifests: []descriptor{{
		MediaType: mediaManifest, Digest: mark('a'), Size: markSize, ArtifactType: mediaBundle, Annotations: annotations,
	}}})
	a.fallback = newTemplate(unescape(fallback), append(marks("a"), blankSize, markTime)...)
	return a
}

// about writes the two versions that an attestation of a subject of build k
// adds.
func (a scaleAttestation) about(subject model.Digest, k int) []scaleVersion {
	created := a.plan.at(k).Add(attestDelay).Format(annotationTime)
	statement := a.statement.fill(subject.Hex(), a.plan.commit(k))
	var bundle []byte
	if a.plan.signed(k) {
		bundle = a.sign(statement, k)
	} else {
		bundle = a.sample.fill(base64.StdEncoding.EncodeToString(statement))
	}
	artifact := newDocument(
		a.artifact.fill(string(model.DigestOf(bundle)), string(subject), strconv.Itoa(len(bundle)), created), mediaManifest)
	fallback := newDocument(a.fallback.fill(string(artifact.digest), strconv.Itoa(len(artifact.raw)), created), mediaIndex)
	return []scaleVersion{
		{document: artifact, blobs: [][]byte{bundle}},
		{document: fallback, tags: []string{fallbackTag(subject)}},
	}
}

// sign makes the bundle of a statement of build k.
func (a scaleAttestation) sign(statement []byte, k int) []byte {
	b := scaleBuild(a.plan)
	b.commit = a.plan.commit(k)
	return attest(signers().publicGood, statement, simca.Signing{Identity: b.identity(), At: a.plan.at(k).Add(attestDelay)})
}
