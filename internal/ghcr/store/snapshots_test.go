package store

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
)

func storedPackage(name string, versions int) StoredPackage {
	p := StoredPackage{
		Info: model.PackageInfo{Name: name, Visibility: model.VisibilityPublic, Anonymous: model.AnonymousReadable,
			Repository: "novotnyllc/ContainAI", VersionCount: versions, Updated: testNow, URL: "https://github.com/orgs/x"},
		Origin: model.OriginAPI, ReadAt: testNow.Add(123 * time.Millisecond), Partial: true, Total: versions + 3,
	}
	for i := range versions {
		v := model.Version{ID: int64(900_000_000 - i), Digest: model.DigestOf(fmt.Append(nil, name, i)),
			Created: testNow.Add(-time.Duration(i) * time.Hour), Updated: testNow}
		if i%4 == 0 {
			v.Tags = []string{fmt.Sprintf("sha-%040x", i), fmt.Sprintf("v1.%d.0", i)}
		}
		p.Versions = append(p.Versions, v)
	}
	return p
}

func TestSnapshotsAreKeptByOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	s := open(t, path)
	a, b, foreign := storedPackage("a", 5), storedPackage("b", 0), storedPackage("a", 2)
	put := func(owner string, list ...StoredPackage) {
		t.Helper()
		if err := s.PutSnapshots(t.Context(), "ghcr.io", owner, list); err != nil {
			t.Fatal(err)
		}
	}
	put("o", b, a)
	put("other", foreign)
	a.Versions, a.Total = a.Versions[:1], -1
	put("o", a) // replaces a, leaves b
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, path)
	got, err := s.Snapshots(t.Context(), "ghcr.io", "o")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]StoredPackage{a, b}, got); diff != "" {
		t.Errorf("snapshots differ (-want +got):\n%s", diff)
	}
	if got, _ := s.Snapshots(t.Context(), "127.0.0.1:5000", "o"); len(got) != 0 {
		t.Errorf("another registry has %v", got)
	}
}

func TestSpoiltSnapshotIsLeftOut(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "store.db"))
	if err := s.PutSnapshots(t.Context(), "r", "o", []StoredPackage{storedPackage("a", 3), storedPackage("b", 3)}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.ExecContext(t.Context(), "UPDATE snapshot SET body = substr(body, 1, length(body)-1) WHERE package = 'a'"); err != nil {
		t.Fatal(err)
	}
	got, err := s.Snapshots(t.Context(), "r", "o")
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0].Info.Name != "b" {
		t.Errorf("got %d packages, want only the whole one", len(got))
	}
}

func TestBodyKeepsEverything(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	texts := []string{"", "x", "\xff\x00", "sha256:short", "sha256:" + fmt.Sprintf("%064X", 10), string(model.DigestOf(nil)), "žluť"}
	text := func() string { return texts[rng.IntN(len(texts))] }
	times := []time.Time{{}, time.Unix(0, 0).UTC(), testNow, testNow.Add(7), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC)}
	at := func() time.Time { return times[rng.IntN(len(times))] }
	for range 300 {
		p := StoredPackage{
			Info:   model.PackageInfo{Visibility: model.Visibility(text()), Anonymous: model.Anonymous(text()), Repository: text(), VersionCount: rng.IntN(5) - 1, Updated: at(), URL: text()},
			Origin: model.Origin(text()), ReadAt: at(), Partial: rng.IntN(2) == 0, Total: rng.IntN(5) - 1,
		}
		for range rng.IntN(4) {
			v := model.Version{ID: rng.Int64() - rng.Int64(), Digest: model.Digest(text()), Created: at(), Updated: at()}
			for range rng.IntN(3) {
				v.Tags = append(v.Tags, text())
			}
			p.Versions = append(p.Versions, v)
		}
		got, err := decodePackage(encodePackage(p))
		if err != nil {
			t.Fatalf("%+v: %v", p, err)
		}
		if diff := cmp.Diff(p, got); diff != "" {
			t.Fatalf("differs (-want +got):\n%s", diff)
		}
	}
}

// Any cut of a body is noticed, and so is anything added to it.
func TestCutBodyIsRefused(t *testing.T) {
	body := encodePackage(storedPackage("a", 3))
	for n := range body {
		if _, err := decodePackage(body[:n]); err == nil {
			t.Errorf("the first %d of %d bytes are taken for a body", n, len(body))
		}
	}
	if _, err := decodePackage(append(body, 0)); err == nil {
		t.Error("a body with a byte more is taken")
	}
}

func FuzzDecodePackage(f *testing.F) {
	f.Add(encodePackage(storedPackage("a", 3)))
	f.Add([]byte{bodyFormat})
	f.Add([]byte{bodyFormat, 0xfe, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := decodePackage(body)
		if err != nil {
			return
		}
		again, err := decodePackage(encodePackage(p))
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		if diff := cmp.Diff(p, again); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Ten packages with 1,100 versions in all: what the first frame waits for.
func benchmarkStore(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "store.db")
	s := open(b, path)
	var list []StoredPackage
	for i := range 10 {
		list = append(list, storedPackage(fmt.Sprintf("containai-%d", i), 110))
	}
	if err := s.PutSnapshots(b.Context(), "ghcr.io", "o", list); err != nil {
		b.Fatal(err)
	}
	var seen []model.Observation
	for _, p := range list {
		for _, v := range p.Versions {
			for _, tag := range v.Tags {
				seen = append(seen, model.Observation{Package: p.Info.Name, Tag: tag, Digest: v.Digest, At: testNow, Source: "api"})
			}
		}
	}
	if err := s.Observe(b.Context(), "ghcr.io", "o", seen); err != nil {
		b.Fatal(err)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	return path
}

func BenchmarkOpenAndLoad(b *testing.B) {
	path := benchmarkStore(b)
	for b.Loop() {
		s, _, err := Open(path, clock)
		if err != nil {
			b.Fatal(err)
		}
		got, err := s.Snapshots(b.Context(), "ghcr.io", "o")
		if err != nil || len(got) != 10 {
			b.Fatal(len(got), err)
		}
		seen, err := s.Observations(b.Context(), "ghcr.io", "o")
		if err != nil || len(seen) == 0 {
			b.Fatal(len(seen), err)
		}
		b.StopTimer()
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

func BenchmarkDecode100000Versions(b *testing.B) {
	body := encodePackage(storedPackage("a", 100_000))
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := decodePackage(body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkObserveUnchanged(b *testing.B) {
	s := open(b, benchmarkStore(b))
	list, err := s.Snapshots(b.Context(), "ghcr.io", "o")
	if err != nil {
		b.Fatal(err)
	}
	at := testNow
	for b.Loop() {
		at = at.Add(time.Minute)
		var seen []model.Observation
		for _, p := range list {
			for _, v := range p.Versions {
				for _, tag := range v.Tags {
					seen = append(seen, model.Observation{Package: p.Info.Name, Tag: tag, Digest: v.Digest, At: at, Source: "api"})
				}
			}
		}
		if err := s.Observe(b.Context(), "ghcr.io", "o", seen); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkManifests(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "store.db"))
	var digests []model.Digest
	var all []Content
	for i := range 1100 {
		c := content(fmt.Sprintf("%01200d", i))
		all, digests = append(all, c), append(digests, c.Digest)
	}
	mustPut(b, s, all...)
	for b.Loop() {
		got, err := s.Manifests(b.Context(), digests)
		if err != nil || len(got) != len(all) {
			b.Fatal(len(got), err)
		}
	}
}
