package history

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// now is the server's time of every survey here.
var now = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

const pkg = "containai-claude"

// world builds the versions of one package as the pipeline publishes them:
// per build two architecture indexes, two platform manifests, two unsigned
// attestations, two bundles with their fallback indexes and one index of all.
type world struct {
	t         testing.TB
	versions  []model.Version
	manifests map[model.Digest]*model.Manifest
	builds    map[string]build
}

// build is what one run of the pipeline pushed.
type build struct {
	index, arm64, archIndex, fallback model.Digest
}

func newWorld(t testing.TB) *world {
	return &world{t: t, manifests: map[model.Digest]*model.Manifest{}, builds: map[string]build{}}
}

func (w *world) put(at time.Time, doc map[string]any, tags ...string) model.Descriptor {
	w.t.Helper()
	raw, err := json.Marshal(doc)
	if err != nil {
		w.t.Fatal(err)
	}
	m, err := model.ParseManifest(raw, "")
	if err != nil {
		w.t.Fatal(err)
	}
	w.manifests[m.Digest] = m
	w.versions = append(w.versions, model.Version{ID: int64(700000 + len(w.versions)), Digest: m.Digest, Tags: tags, Created: at, Updated: at})
	return model.Descriptor{MediaType: m.MediaType, Digest: m.Digest, Size: int64(len(raw)), ArtifactType: m.ArtifactType}
}

func blob(name, mediaType string, size int64) model.Descriptor {
	return model.Descriptor{MediaType: mediaType, Digest: model.DigestOf([]byte(name)), Size: size}
}

// push publishes one build of a commit. Tags are those of the whole index; a
// build without arm64 has no index, as when half of the pipeline fails.
func (w *world) push(name string, at time.Time, commit string, whole bool, tags ...string) {
	arches := []string{"amd64", "arm64"}
	if !whole {
		arches = arches[:1]
	}
	var all []model.Descriptor
	var b build
	for i, arch := range arches {
		at := at.Add(time.Duration(i-4) * time.Minute)
		image := w.put(at, map[string]any{"schemaVersion": 2, "mediaType": model.MediaOCIManifest,
			"config": blob(name+arch, "application/vnd.oci.image.config.v1+json", 9000),
			"layers": []model.Descriptor{blob("base"+arch, "application/vnd.oci.image.layer.v1.tar+gzip", 400_000_000), blob(name+arch+"layer", "application/vnd.oci.image.layer.v1.tar+gzip", 650_000_000)}})
		image.Platform = &model.Platform{OS: "linux", Architecture: arch}
		buildx := w.put(at.Add(time.Second), map[string]any{"schemaVersion": 2, "mediaType": model.MediaOCIManifest,
			"config": blob(name+arch+"att", "application/vnd.oci.image.config.v1+json", 200), "layers": []model.Descriptor{blob(name+arch+"prov", model.MediaInToto, 4000)}})
		buildx.Platform = &model.Platform{OS: "unknown", Architecture: "unknown"}
		buildx.Annotations = map[string]string{model.AnnotationRefType: "attestation-manifest", model.AnnotationRefDigest: string(image.Digest)}
		index := w.put(at.Add(2*time.Second), map[string]any{"schemaVersion": 2, "mediaType": model.MediaOCIIndex, "manifests": []model.Descriptor{image, buildx}}, "sha-"+commit+"-"+arch)
		bundle := w.put(at.Add(20*time.Second), map[string]any{"schemaVersion": 2, "mediaType": model.MediaOCIManifest, "artifactType": model.MediaBundlePrefix + ".v0.3+json",
			"config": blob("{}", model.MediaOCIEmpty, 2), "layers": []model.Descriptor{blob(name+arch+"bundle", model.MediaBundlePrefix+".v0.3+json", 9000)}, "subject": index})
		fallback := w.put(at.Add(21*time.Second), map[string]any{"schemaVersion": 2, "mediaType": model.MediaOCIIndex, "manifests": []model.Descriptor{bundle}}, index.Digest.FallbackTag())
		all = append(all, image, buildx)
		b.arm64, b.archIndex, b.fallback = image.Digest, index.Digest, fallback.Digest
	}
	if whole {
		b.index = w.put(at, map[string]any{"schemaVersion": 2, "mediaType": model.MediaOCIIndex, "manifests": all}, tags...).Digest
	}
	w.builds[name] = b
}

// snapshot is the package with all manifests read, or none.
func (w *world) snapshot(read bool) model.Snapshot {
	versions := slices.Clone(w.versions)
	slices.SortStableFunc(versions, func(a, b model.Version) int { return b.Created.Compare(a.Created) })
	s := model.NewSnapshot(pkg, model.OriginAPI, now, versions)
	if read {
		s = s.WithManifests(w.manifests)
	}
	return s
}

func commit(prefix string) string { return prefix + strings.Repeat("0", 40-len(prefix)) }

func day(n float64) time.Time { return now.Add(-time.Duration(n * 24 * float64(time.Hour))) }

// story is v1.2.0 that was good, v1.3.0 in prod, a nightly, a failed build and
// the present dev.
func story(t testing.TB) *world {
	w := newWorld(t)
	w.push("v1.2.0", day(44), commit("3f9c82b"), true, "v1.2.0", "sha-"+commit("3f9c82b"))
	w.push("old dev", day(11), commit("b81e6f4"), true)
	w.push("v1.3.0", day(7), commit("b81e6f4"), true, "prod", "v1.3.0", "sha-"+commit("b81e6f4"))
	w.push("nightly", day(3), commit("08dd3c9"), true, "nightly", "sha-"+commit("08dd3c9"))
	w.push("failed", day(1), commit("f24b770"), false)
	w.push("dev", day(0.46), commit("6e19a5d"), true, "dev", "sha-"+commit("6e19a5d"))
	return w
}

// survey is the package in an inventory, with prod, nightly and dev where the
// tags are and v1.2.0 in prod before.
func survey(w *world, snap model.Snapshot) model.Survey {
	layout := model.ContainAI()
	s := model.Survey{Inventory: model.Inventory{Registry: "ghcr.io", Owner: layout.Owner, Layout: layout, ReadAt: now}}
	s.Inventory.Packages = []model.PackageState{{
		Spec: layout.Package(pkg), Known: true, Fresh: true, Snapshot: snap,
		Info: model.PackageInfo{Name: pkg, Visibility: model.VisibilityPublic, URL: "https://github.com/orgs/novotnyllc/packages/container/package/" + pkg},
	}}
	release := func(version, commit string, built time.Time, build string) model.Release {
		r := model.Release{Name: version, Version: version, Commit: commit, Built: built,
			Members: map[string]model.Member{pkg: {Digest: w.builds[build].index, Evidence: model.EvidenceTag}}}
		if version == "" {
			r.Name = commit
		}
		return r
	}
	v13, v12 := release("v1.3.0", commit("b81e6f4"), day(7), "v1.3.0"), release("v1.2.0", commit("3f9c82b"), day(44), "v1.2.0")
	dev, nightly := release("", commit("6e19a5d"), day(0.46), "dev"), release("", commit("08dd3c9"), day(3), "nightly")
	v13.Channel, v12.Channel = "prod", "prod"
	s.Releases = []model.Release{dev, nightly, v13, v12}
	at := func(name string, r model.Release) model.ChannelState {
		return model.ChannelState{Name: name, Release: &r, Since: r.Built, SinceEvidence: model.EvidenceMetadata,
			Members: []model.ChannelMember{{Package: pkg, Digest: r.Members[pkg].Digest, Via: model.ViaTag, Release: r.Name, Commit: r.Commit, State: model.MemberOK}}}
	}
	prod := at("prod", v13)
	prod.Previous = &model.Previous{Release: v12, From: day(44), To: day(7), Evidence: model.EvidenceMetadata}
	s.Channels = []model.ChannelState{prod, at("nightly", nightly), at("dev", dev)}
	return s
}

// scale is a package of n tagged versions, none of them read.
func scale(n int) model.Survey {
	versions := make([]model.Version, n)
	for i := range versions {
		versions[i] = model.Version{ID: int64(n - i), Digest: model.DigestOf([]byte(fmt.Sprint(i))),
			Tags: []string{"sha-" + model.DigestOf([]byte(fmt.Sprint("c", i))).Hex()[:40]}, Created: now.Add(-time.Duration(i) * time.Minute)}
	}
	snap := model.NewSnapshot(pkg, model.OriginAPI, now, versions)
	layout := model.ContainAI()
	return model.Survey{Inventory: model.Inventory{Registry: "ghcr.io", Owner: layout.Owner, Layout: layout, ReadAt: now,
		Packages: []model.PackageState{{Spec: layout.Package(pkg), Known: true, Fresh: true, Snapshot: snap}}}}
}
