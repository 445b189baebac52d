package model

import (
	"maps"
	"strings"
	"testing"
	"time"
)

// readAs puts both sides of a comparison into a snapshot, without the children
// of the platforms named.
func readAs(sides []DiffInput, unread ...string) Snapshot {
	manifests := make(map[Digest]*Manifest)
	for _, in := range sides {
		manifests[in.Manifest.Digest] = in.Manifest
		for _, p := range in.Parts {
			if !strings.Contains(strings.Join(unread, " "), p.Platform) {
				manifests[p.Digest] = p.Manifest
			}
		}
	}
	return NewSnapshot("p", OriginAPI, time.Time{}, nil).WithManifests(maps.Clone(manifests))
}

func TestCompareReadSaysWhatTheWholeComparisonSays(t *testing.T) {
	image := func(layers ...string) imageSpec {
		return imageSpec{steps: make([]string, len(layers)), layers: layers}
	}
	a := indexed(t, map[string]imageSpec{"amd64": image("base", "tools", "app 1"), "arm64": image("base", "app 1")})
	b := indexed(t, map[string]imageSpec{"amd64": image("base", "tools", "app 2"), "arm64": image("base", "app 1")})
	whole := CompareVersions(a, b, nil)
	want, _ := whole.Section(DiffLayers)

	got, ok := readAs([]DiffInput{a, b}).CompareRead(a.Manifest.Digest, b.Manifest.Digest)
	layers, _ := got.Section(DiffLayers)
	if !ok || layers.Equal != want.Equal || len(layers.Entries) != len(want.Entries) || len(want.Entries) != 1 {
		t.Errorf("layers: %+v, want %+v", layers, want)
	}
	for _, name := range []string{DiffConfig, DiffEnv, DiffLabels, DiffFiles} {
		if s, there := got.Section(name); there {
			t.Errorf("%s was not read and is there: %+v", name, s)
		}
	}

	got, ok = readAs([]DiffInput{a, b}, "amd64").CompareRead(a.Manifest.Digest, b.Manifest.Digest)
	layers, _ = got.Section(DiffLayers)
	if !ok || layers.Note != "amd64 not read" || layers.Equal != 2 {
		t.Errorf("with amd64 unread: %+v", layers)
	}
	if _, ok := readAs([]DiffInput{a}).CompareRead(a.Manifest.Digest, b.Manifest.Digest); ok {
		t.Error("a side that was not read was compared")
	}
	if d, ok := readAs([]DiffInput{a}).CompareRead(a.Manifest.Digest, a.Manifest.Digest); !ok || func() bool { x, y, z := d.Count(); return x+y+z > 0 }() {
		t.Errorf("a digest differs from itself: %+v", d)
	}
}
