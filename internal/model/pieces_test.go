package model

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// parsed is a manifest as a registry would send it.
func parsed(t testing.TB, doc map[string]any) *Manifest {
	t.Helper()
	raw, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	m, err := ParseManifest(raw, MediaOCIManifest)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// sized is an image whose contents are named, each with its size.
func sized(t testing.TB, contents map[string]int64, order ...string) *Manifest {
	t.Helper()
	layers := []Descriptor{}
	for _, name := range order {
		layers = append(layers, Descriptor{MediaType: "layer", Digest: DigestOf([]byte(name)), Size: contents[name]})
	}
	config := Descriptor{MediaType: "application/vnd.oci.image.config.v1+json", Digest: DigestOf([]byte("config of " + strings.Join(order, "+"))), Size: 7}
	return parsed(t, map[string]any{"mediaType": MediaOCIManifest, "config": config, "layers": layers})
}

// surveyOf is one package of these manifests, the newest first.
func surveyOf(list ...*Manifest) Survey {
	layout := ContainAI()
	now := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	var versions []Version
	read := make(map[Digest]*Manifest)
	for i, m := range list {
		versions = append(versions, Version{ID: int64(1 + i), Digest: m.Digest, Tags: []string{fmt.Sprintf("v1.0.%d", len(list)-i)}, Created: now.Add(-time.Duration(i) * time.Hour)})
		read[m.Digest] = m
	}
	snap := NewSnapshot("containai", OriginAPI, now, versions).WithManifests(read)
	return NewSurvey(Inventory{Registry: "ghcr.io", Owner: layout.Owner, Layout: layout, ReadAt: now,
		Packages: []PackageState{{Spec: layout.Package("containai"), Known: true, Snapshot: snap}}}, Past{})
}

func TestOwnAndSharedBytes(t *testing.T) {
	sizes := map[string]int64{"base": 1000, "agents": 300, "new": 50, "old": 60}
	newer := sized(t, sizes, "base", "agents", "new", "new")
	older := sized(t, sizes, "base", "old")
	s := surveyOf(newer, older)
	got := ShareSizes(s.Inventory.Packages[0].Snapshot, Fold(s, "containai"))
	want := Sharings{Read: 2, Builds: 2, Of: map[Digest]Sharing{
		newer.Digest: {Own: 300 + 50 + 7, Shared: 1000}, older.Digest: {Own: 60 + 7, Shared: 1000},
	}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	// What was not read is in no figure, and counted as not read.
	snap := s.Inventory.Packages[0].Snapshot
	snap.Manifests = map[Digest]*Manifest{newer.Digest: newer}
	s.Inventory.Packages[0].Snapshot = snap
	got = ShareSizes(snap, Fold(s, "containai"))
	want = Sharings{Read: 1, Builds: 2, Of: map[Digest]Sharing{newer.Digest: {Own: 1000 + 300 + 50 + 7}}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("half read: %s", d)
	}
}

// A build's own parts share with it and are no other build; a platform that
// two builds list is shared whole.
func TestSharingOverPlatforms(t *testing.T) {
	w := story()
	s := w.survey(view{manifests: true}, Past{})
	for _, spec := range w.layout.Packages {
		p, _ := s.Inventory.Package(spec.Name)
		rows := Fold(s, spec.Name)
		got := ShareSizes(p.Snapshot, rows)
		for _, e := range Entries(s, spec.Name) {
			of, ok := got.Of[e.Digest]
			if ok && of.Own+of.Shared != e.Size {
				t.Errorf("%s %v: %d own and %d shared of %d", spec.Name, e.Tags, of.Own, of.Shared, e.Size)
			}
		}
		for _, r := range rows {
			if _, ok := got.Of[r.Digest]; ok != (r.Size >= 0) {
				t.Errorf("%s %v: size %d, sharing %t", spec.Name, r.Tags, r.Size, ok)
			}
		}
	}
	// The rebuilt dev of a commit has the same platforms twice.
	a := sized(t, map[string]int64{"x": 10}, "x")
	list := func(note string) *Manifest {
		return parsed(t, map[string]any{"mediaType": MediaOCIIndex, "annotations": map[string]string{"note": note},
			"manifests": []Descriptor{{MediaType: MediaOCIManifest, Digest: a.Digest, Size: 1, Platform: &Platform{OS: "linux", Architecture: "amd64"}}}})
	}
	s = surveyOf(list("one"), list("two"), a)
	s.Inventory.Packages[0].Snapshot.Versions[2].Tags = nil
	got := ShareSizes(s.Inventory.Packages[0].Snapshot, Fold(s, "containai"))
	for d, of := range got.Of {
		if of.Own != 0 || of.Shared != 17 {
			t.Errorf("%s: %+v", d.Short(), of)
		}
	}
	if len(got.Of) != 3 || got.Builds != 2 {
		t.Errorf("%+v", got)
	}
}

// Own bytes are what would be gone with the build: without it the package has
// exactly so much less. Held against a count made another way, over generated
// packages.
func TestOwnBytesAreWhatABuildAdds(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 1))
	sizes := make(map[string]int64)
	for i := range 30 {
		sizes[fmt.Sprint(i)] = int64(1 + rnd.IntN(1000))
	}
	for range 200 {
		var list []*Manifest
		seen := make(map[Digest]bool)
		for range 1 + rnd.IntN(6) {
			var order []string
			for range rnd.IntN(9) {
				order = append(order, fmt.Sprint(rnd.IntN(len(sizes))))
			}
			if m := sized(t, sizes, order...); !seen[m.Digest] {
				seen[m.Digest] = true
				list = append(list, m)
			}
		}
		total := func(skip int) (sum int64) {
			all := make(map[Digest]int64)
			for i, m := range list {
				if i != skip {
					all[m.Config.Digest] = m.Config.Size
					for _, l := range m.Layers {
						all[l.Digest] = l.Size
					}
				}
			}
			for _, n := range all {
				sum += n
			}
			return sum
		}
		s := surveyOf(list...)
		got := ShareSizes(s.Inventory.Packages[0].Snapshot, Fold(s, "containai"))
		for i, m := range list {
			if want := total(-1) - total(i); got.Of[m.Digest].Own != want {
				t.Fatalf("%d own, want %d", got.Of[m.Digest].Own, want)
			}
		}
	}
}

func TestSizesThatCannotBe(t *testing.T) {
	m := parsed(t, map[string]any{"mediaType": MediaOCIManifest, "config": Descriptor{MediaType: "x", Digest: DigestOf([]byte("c")), Size: -5},
		"layers": []Descriptor{{Digest: DigestOf([]byte("a")), Size: math.MaxInt64}, {Digest: DigestOf([]byte("b")), Size: math.MaxInt64}}})
	s := surveyOf(m)
	if e := Entries(s, "containai")[0]; e.Size != math.MaxInt64 {
		t.Errorf("size %d", e.Size)
	}
}

func TestPieces(t *testing.T) {
	w := story()
	s := w.snapshot("containai", view{manifests: true})
	d := w.packages["containai"].tags["prod"]
	list, more := s.Pieces(d)
	if more {
		t.Error("something is left out")
	}
	var got []string
	for _, p := range list {
		got = append(got, fmt.Sprintf("%d %s", p.Depth, p.Name))
		if p.Digest == "" || p.Size == 0 || p.Version != (p.Depth == 0) || p.Unread {
			t.Errorf("%+v", p)
		}
	}
	image := []string{"1 config", "1 layer 1", "1 layer 2"}
	var want []string
	for _, arch := range []string{"amd64", "arm64"} {
		want = append(append(want, "0 platform "+arch), image...)
		want = append(want, "0 buildx attestation of "+arch, "1 config", "1 layer 1")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	unread := w.snapshot("containai", view{})
	if list, _ := unread.Pieces(d); list != nil {
		t.Errorf("pieces of what nobody read: %v", list)
	}
	top := unread.WithManifests(map[Digest]*Manifest{d: s.Manifests[d]})
	list, _ = top.Pieces(d)
	for _, p := range list {
		if !p.Unread || p.Depth != 0 {
			t.Errorf("%+v", p)
		}
	}
	if len(list) != 4 {
		t.Errorf("%d pieces", len(list))
	}
}

// An index may list itself by way of others only by a lie about digests, and
// one thing thousands of times.
func TestPiecesHaveAnEnd(t *testing.T) {
	leaf := sized(t, nil, "x")
	at := Descriptor{MediaType: MediaOCIManifest, Digest: leaf.Digest}
	read := map[Digest]*Manifest{leaf.Digest: leaf}
	var top *Manifest
	for range 8 {
		many := make([]Descriptor, 40)
		for i := range many {
			many[i] = at
		}
		top = parsed(t, map[string]any{"mediaType": MediaOCIIndex, "manifests": many})
		read[top.Digest] = top
		at = Descriptor{MediaType: MediaOCIIndex, Digest: top.Digest}
	}
	s := NewSnapshot("a", OriginAPI, time.Time{}, nil).WithManifests(read)
	list, more := s.Pieces(top.Digest)
	if len(list) != mostPieces || !more {
		t.Errorf("%d pieces, more %t", len(list), more)
	}
	round := *leaf
	round.MediaType, round.Manifests = MediaOCIIndex, []Descriptor{{Digest: leaf.Digest}}
	s.Manifests[leaf.Digest] = &round
	if list, _ := s.Pieces(leaf.Digest); len(list) != 3 {
		t.Errorf("a round gives %d pieces", len(list))
	}
}

// BenchmarkShareSizes is the sizes of 20,000 builds of 20 layers each held
// against each other, in a command.
func BenchmarkShareSizes(b *testing.B) {
	var list []*Manifest
	for i := range 20_000 {
		m := &Manifest{Digest: DigestOf(fmt.Appendf(nil, "m%d", i)), MediaType: MediaOCIManifest}
		for k := range 20 {
			name := fmt.Sprintf("l%d", k)
			if k > 10 {
				name = fmt.Sprintf("l%d of %d", k, i)
			}
			m.Layers = append(m.Layers, Descriptor{Digest: DigestOf([]byte(name)), Size: 1000})
		}
		list = append(list, m)
	}
	s := surveyOf(list...)
	rows := Fold(s, "containai")
	snap := s.Inventory.Packages[0].Snapshot
	for b.Loop() {
		ShareSizes(snap, rows)
	}
}
