package scenario

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"sync"
	"testing"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
	"github.com/novotnyllc/caitui/internal/model"
)

// The tests read the world as a client would: through manifests and blobs.

// loaded keeps one world of each scenario for all tests that only read.
var loaded sync.Map

// load gives a world that the test must not change.
func load(t testing.TB, name string) *world.World {
	t.Helper()
	once, _ := loaded.LoadOrStore(name, sync.OnceValues(func() (*world.World, error) { return Load(name, 0) }))
	w, err := once.(func() (*world.World, error))()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// fresh gives a world of the test's own.
func fresh(t testing.TB, name string) *world.World {
	t.Helper()
	w, err := Load(name, 0)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func resolve(t testing.TB, w *world.World, pkg, tag string) model.Digest {
	t.Helper()
	d, ok := w.Resolve(pkg, tag)
	if !ok {
		t.Fatalf("%s has no tag %s", pkg, tag)
	}
	return d
}

func read(t testing.TB, w *world.World, pkg string, d model.Digest) *model.Manifest {
	t.Helper()
	raw, mediaType, ok := w.Manifest(pkg, d)
	if !ok {
		t.Fatalf("%s has no manifest %s", pkg, d)
	}
	m, err := model.ParseManifest(raw, mediaType)
	if err != nil {
		t.Fatalf("%s@%s: %v", pkg, d, err)
	}
	return m
}

func readTag(t testing.TB, w *world.World, pkg, tag string) *model.Manifest {
	t.Helper()
	return read(t, w, pkg, resolve(t, w, pkg, tag))
}

func blob(t testing.TB, w *world.World, pkg string, d model.Digest) []byte {
	t.Helper()
	content, ok := w.Blob(pkg, d)
	if !ok {
		t.Fatalf("%s has no blob %s", pkg, d)
	}
	return content
}

// child is an index's platform manifest of an architecture.
func child(t testing.TB, w *world.World, pkg string, m *model.Manifest, arch string) *model.Manifest {
	t.Helper()
	for _, d := range m.Manifests {
		if d.Platform != nil && d.Platform.Architecture == arch {
			return read(t, w, pkg, d.Digest)
		}
	}
	t.Fatalf("%s@%s has no %s", pkg, m.Digest, arch)
	return nil
}

// unpack reads a gzipped tar.
func unpack(t testing.TB, content []byte) map[string]string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[h.Name] = string(body)
	}
}

func gunzip(t testing.TB, content []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// files are all files that an image's layers put into place.
func files(t testing.TB, w *world.World, pkg string, m *model.Manifest) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, l := range m.Layers {
		for name, body := range unpack(t, blob(t, w, pkg, l.Digest)) {
			out[name] = body
		}
	}
	return out
}

// document reads the channels.json behind a metadata manifest.
func channelDoc(t testing.TB, w *world.World, d model.Digest) model.ChannelDocument {
	t.Helper()
	m := read(t, w, "containai-metadata", d)
	doc, err := model.ParseChannelDocument(blob(t, w, "containai-metadata", m.Layers[0].Digest))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func parse(t testing.TB, raw []byte) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatalf("%v in %.200s", err, raw)
	}
	return v
}

func names(w *world.World) []string {
	var out []string
	for _, p := range w.Packages() {
		out = append(out, p.Name)
	}
	return out
}

func imageNames() []string {
	var out []string
	for _, r := range recipes() {
		out = append(out, r.name)
	}
	slices.Sort(out)
	return out
}

// checkWhole asserts that everything a manifest names is there, with the size
// and digest it is named by.
func checkWhole(t *testing.T, w *world.World) {
	t.Helper()
	for _, p := range w.Packages() {
		versions, _ := w.Versions(p.Name, false, 0, 0)
		if len(versions) != p.VersionCount {
			t.Errorf("%s: %d versions listed, %d counted", p.Name, len(versions), p.VersionCount)
		}
		for _, v := range versions {
			raw, mediaType, ok := w.Manifest(p.Name, v.Digest)
			if !ok || model.DigestOf(raw) != v.Digest || mediaType != v.MediaType {
				t.Fatalf("%s@%s is not what its digest says", p.Name, v.Digest)
			}
			checkNamed(t, w, p.Name, read(t, w, p.Name, v.Digest))
		}
	}
}

func checkNamed(t *testing.T, w *world.World, pkg string, m *model.Manifest) {
	t.Helper()
	blobs := slices.Clone(m.Layers)
	if m.Config != nil {
		blobs = append(blobs, *m.Config)
	}
	for _, d := range blobs {
		if content := blob(t, w, pkg, d.Digest); int64(len(content)) != d.Size || model.DigestOf(content) != d.Digest {
			t.Errorf("%s@%s: blob %s of %d bytes is said to have %d", pkg, m.Digest, d.Digest, len(content), d.Size)
		}
	}
	manifests := slices.Clone(m.Manifests)
	if m.Subject != nil {
		manifests = append(manifests, *m.Subject)
	}
	for _, d := range manifests {
		raw, mediaType, ok := w.Manifest(pkg, d.Digest)
		if !ok || int64(len(raw)) != d.Size || mediaType != d.MediaType {
			t.Errorf("%s@%s: names %s (%s, %d bytes), which is there: %v (%s, %d bytes)",
				pkg, m.Digest, d.Digest, d.MediaType, d.Size, ok, mediaType, len(raw))
		}
	}
}
