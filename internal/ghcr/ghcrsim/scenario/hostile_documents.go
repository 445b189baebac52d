package scenario

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
	"github.com/novotnyllc/caitui/internal/verify/simca"
)

// artifacts puts a payload and an installer under prod's names whose titles
// lead out of any directory, and whose layers are not what they claim.
func (h *intruder) artifacts() {
	bom := indented(obj{
		"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": evils()[0], "version": -1,
		"components": evilComponents(),
	})
	tarball := storeGzip(writeTar([]file{
		{path: "../payload.sbom.json", body: "{}"}, {path: "./payload.sbom.json", link: "/etc/passwd"},
		{path: "./payload.sbom.json", body: strings.Repeat("[", 20000)},
	}, h.at))
	noise := []byte("neither gzip nor zstd\x00\x1b[2J")
	layers := []descriptor{
		titled(layerPayload, "../../../../home/user/.bashrc", tarball),
		titled(mediaCycloneDX, evils()[0], bom),
		titled(mediaInToto, "/etc/cron.d/\u202egpj.evil", noise),
		titled("application/\x1b[2Jevil", strings.Repeat("n", 5000), noise),
	}
	layers[0].Annotations = evilMap("layer")
	blobs := [][]byte{tarball, bom, noise, []byte(emptyConfig)}
	h.put("containai-payload", mediaManifest, h.artifact(evils()[0], layers), blobs, "v9.9.9", "prod")
	short := storeGzip([]byte("#!/bin/bash\n" + strings.Repeat("echo x\n", 100)))
	short = short[:len(short)/2]
	h.put("containai-installer", mediaManifest,
		h.artifact(artifactInstaller+strings.Repeat("x", 3000), []descriptor{titled(layerInstaller, "installer\n.sh.gz", short)}),
		[][]byte{short, []byte(emptyConfig)}, "v9.9.9", "prod", "latest")
}

// artifact is an artifact's manifest with evil annotations.
func (h *intruder) artifact(artifactType string, layers []descriptor) []byte {
	annotations := evilMap("artifact")
	annotations[annotationCreated] = "\x1b[7mnever"
	return compact(manifest{
		SchemaVersion: 2, MediaType: mediaManifest, ArtifactType: artifactType,
		Config: emptyDescriptor(), Layers: layers, Annotations: annotations,
	})
}

func evilComponents() []obj {
	var out []obj
	for _, evil := range evils() {
		out = append(out, obj{"type": "library", "name": evil, "version": evil, "purl": "pkg:" + evil, "licenses": []obj{{"license": obj{"name": evil}}}})
	}
	return out
}

// documents replaces what the metadata tags point to: prod's document is full
// of evil texts, nightly's is nested without end, dev's is cut off, channels
// holds thousands of images.
func (h *intruder) documents() {
	const name = "containai-metadata"
	payload := known(h.w, "containai-payload", "v1.2.0")
	var images []obj
	for _, r := range recipes() {
		images = append(images, obj{"image": r.name, "repository": evils()[0], "digest": known(h.w, r.name, "v1.2.0")})
	}
	for _, evil := range evils() {
		images = append(images, obj{"image": evil, "repository": evil, "digest": evil})
	}
	var crowd []obj
	for i := range 5000 {
		crowd = append(crowd, obj{"image": fmt.Sprintf("image-%d", i), "digest": payload})
	}
	documents := map[string][]byte{
		"prod": indented(obj{
			"channel": "prod", "version": evils()[0], "immutable_tag": evils()[4], "moving_tags": evils(), "images": images,
			"payload":      obj{"ref": "ghcr.io/novotnyllc/containai-payload:" + evils()[2] + "@" + string(payload), "digest": payload},
			"generated_at": "9999-12-31T23:59:59Z" + evils()[1],
		}),
		"nightly":  []byte(`{"channel":"nightly","version":` + nested(9000) + `}`),
		"dev":      []byte("{\"channel\":\"dev\",\"version\":\"\xff\xfe\x80\",\"images\":[{\"image\":\"containai\",\"dig"),
		"channels": indented(obj{"channel": "\u202edorp", "version": "v1.2.0", "images": crowd}),
	}
	for _, tag := range slices.Sorted(maps.Keys(documents)) {
		content := documents[tag]
		layer := titled(mediaJSON, "channels.json", content)
		h.put(name, mediaManifest, h.artifact(artifactMetadata, []descriptor{layer}), [][]byte{content, []byte(emptyConfig)}, tag)
	}
}

// referrers hangs evil attestations on the log forwarder's prod, in the
// registry and in GitHub's store. The project's workflow signed them: a valid
// signature does not make a text harmless.
func (h *intruder) referrers() {
	const name = "containai-log-forwarder"
	subject := known(h.w, name, "v1.3.0")
	raw, mediaType, _ := h.w.Manifest(name, subject)
	about := newDocument(raw, mediaType).describe()
	var entries []descriptor
	by := &build{
		commit: commitOf("", 0), event: "push", repo: h.w.Repository(), repoID: h.w.RepositoryID(), ownerID: h.w.OwnerID(),
		run: world.Run{ID: 1, Attempt: 1},
	}
	instances := []*simca.Instance{signers().publicGood, signers().gitHub}
	for i, evil := range evils() {
		predicate := any(evilMap("predicate"))
		if i == 0 {
			predicate = deep(400)
		}
		kind, digests := statementV1, digestSet{"sha256": subject.Hex(), evil: "00"}
		if i%4 == 3 { // not even a statement
			kind, digests["md5"] = evil, evil
		}
		bundle := attest(instances[i%2], compact(statement{
			Type: kind, Subject: []subjectOf{{Name: evil, Digest: digests}}, PredicateType: evil, Predicate: predicate,
		}), simca.Signing{Identity: by.identity(), At: h.at})
		if i%3 == 2 {
			bundle = bundle[:len(bundle)*2/3]
		}
		doc, annotations := bundleArtifact(bundle, about, h.at)
		h.put(name, mediaManifest, doc.raw, [][]byte{bundle, []byte(emptyConfig)})
		annotations[annotationPredicate] = evil
		entry := doc.describe()
		entry.ArtifactType, entry.Annotations = evil, annotations
		entries = append(entries, entry)
		h.w.AddAttestation(world.Attestation{
			SubjectDigest: subject, Bundle: bundle, PredicateType: predicateSLSA, Initiator: evil, RepositoryID: h.w.RepositoryID(),
		})
	}
	h.put(name, mediaIndex, compact(index{SchemaVersion: 2, MediaType: mediaIndex, Manifests: entries}), nil, fallbackTag(subject))
}

// deep is an object n levels deep.
func deep(n int) any {
	var v any = "\x1b[2J"
	for range n {
		v = obj{"deeper": v}
	}
	return v
}

// names makes packages whose names are as odd as the grammar lets them be.
func (h *intruder) names() {
	for _, name := range []string{
		"containai/nested.name_with__all---of-it", "containai-prod", "0", strings.Repeat("long-", 40) + "name",
	} {
		h.w.CreatePackage(name, world.PackageOptions{Visibility: world.Internal, Repository: "somebody/Else." + strings.Repeat("r", 90), Created: h.at})
		h.put(name, mediaIndex, compact(index{SchemaVersion: 2, MediaType: mediaIndex, Manifests: []descriptor{}}), nil, "prod", "sha256-"+strings.Repeat("0", 64))
	}
}

// runs adds a run with an evil title for every evil text.
func (h *intruder) runs() {
	for i, evil := range evils() {
		h.w.AddRun(world.Run{
			WorkflowID: workflowID(h.w), Name: workflowName, Title: evil, Event: "push", Actor: "mallory", Branch: "feature/" + evil,
			SHA: commitOf("", int64(i)), Status: completed, Conclusion: failure, Created: h.at.Add(time.Duration(i) * time.Second),
			Jobs: []world.Job{job(evil, failure, h.at, h.at.Add(time.Minute), evil)},
		})
	}
}
