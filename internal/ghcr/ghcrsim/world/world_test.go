package world

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
)

var noon = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

const (
	pkgName = "app"
	media   = "application/vnd.oci.image.manifest.v1+json"
)

func newWorld() *World { return New("acme", "acme/App", noon) }

// push puts a manifest under tags at some minutes before noon.
func push(t *testing.T, w *World, body string, minutes int, tags ...string) model.Digest {
	t.Helper()
	at := noon.Add(-time.Duration(minutes) * time.Minute)
	d := w.PutManifest(pkgName, media, []byte(body), at)
	for _, tag := range tags {
		if err := w.SetTag(pkgName, tag, d, at); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func version(t *testing.T, w *World, d model.Digest) Version {
	t.Helper()
	v, ok := w.VersionByDigest(pkgName, d)
	if !ok {
		t.Fatalf("no version of %s", d)
	}
	return v
}

func TestFirstPushMakesAPrivatePackage(t *testing.T) {
	w := newWorld()
	push(t, w, "a", 5)
	p, ok := w.Package(pkgName)
	if !ok || p.Visibility != Private || p.Repository != "" || p.VersionCount != 1 || !p.Created.Equal(noon.Add(-5*time.Minute)) {
		t.Errorf("package after the first push: %+v", p)
	}
}

func TestRetagMovesTheTagAndTouchesBothVersions(t *testing.T) {
	w := newWorld()
	a := push(t, w, "a", 50, "v1", "prod")
	b := push(t, w, "b", 40, "v2")
	if err := w.SetTag(pkgName, "prod", b, time.Time{}); err != nil {
		t.Fatal(err)
	}
	va, vb := version(t, w, a), version(t, w, b)
	if !slices.Equal(va.Tags, []string{"v1"}) || !slices.Equal(vb.Tags, []string{"v2", "prod"}) {
		t.Errorf("tags: a %v, b %v", va.Tags, vb.Tags)
	}
	if !va.Updated.Equal(noon) || !vb.Updated.Equal(noon) {
		t.Errorf("updated: a %s, b %s, want both at noon", va.Updated, vb.Updated)
	}
	if va.Created.Equal(noon) || vb.Created.Equal(noon) {
		t.Error("a retag moved Created")
	}
	if d, _ := w.Resolve(pkgName, "prod"); d != b {
		t.Errorf("prod is %s, want %s", d, b)
	}
	if _, total := w.Versions(pkgName, false, 0, 0); total != 2 {
		t.Errorf("%d versions, a retag makes none", total)
	}
	moves := w.TagMoves(pkgName)
	if got, want := moves[len(moves)-1], (TagMove{At: noon, Tag: "prod", From: a, To: b}); got != want {
		t.Errorf("last move %+v, want %+v", got, want)
	}
}

func TestSettingATagThatIsThereChangesNothing(t *testing.T) {
	w := newWorld()
	a := push(t, w, "a", 50, "prod")
	before := version(t, w, a)
	if err := w.SetTag(pkgName, "prod", a, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, version(t, w, a)); diff != "" {
		t.Error(diff)
	}
}

func TestKnownDigestMakesNoVersion(t *testing.T) {
	w := newWorld()
	a := push(t, w, "a", 50)
	id := version(t, w, a).ID
	push(t, w, "a", 10)
	if v := version(t, w, a); v.ID != id || !v.Created.Equal(noon.Add(-50*time.Minute)) {
		t.Errorf("pushing the same manifest again gave %+v", v)
	}
}

func TestDeletedDigestPushedAgainIsANewVersion(t *testing.T) {
	w := newWorld()
	a := push(t, w, "a", 50, "v1")
	push(t, w, "b", 40, "v2")
	old := version(t, w, a).ID
	if err := w.DeleteVersion(pkgName, old); err != nil {
		t.Fatal(err)
	}
	push(t, w, "a", 0)
	again := version(t, w, a)
	if again.ID == old || len(again.Tags) != 0 {
		t.Errorf("pushed again: %+v, deleted was %d", again, old)
	}
	if err := w.RestoreVersion(pkgName, old); !errors.Is(err, ErrTaken) {
		t.Errorf("restoring beside its twin: %v, want ErrTaken", err)
	}
}

func TestDeleteTakesTagsAndRestoreGivesBackTheFreeOnes(t *testing.T) {
	w := newWorld()
	a := push(t, w, "a", 50, "v1", "prod", "latest")
	b := push(t, w, "b", 40, "v2")
	id := version(t, w, a).ID
	if err := w.DeleteVersion(pkgName, id); err != nil {
		t.Fatal(err)
	}
	if _, _, ok := w.Manifest(pkgName, a); ok {
		t.Error("a deleted manifest is still served")
	}
	if got, want := w.TagNames(pkgName), []string{"v2"}; !slices.Equal(got, want) {
		t.Errorf("tags %v, want %v", got, want)
	}
	if gone, total := w.Versions(pkgName, true, 0, 0); total != 1 || gone[0].ID != id || gone[0].Deleted == nil || !slices.Equal(gone[0].Tags, []string{"v1", "prod", "latest"}) {
		t.Errorf("deleted versions: %+v", gone)
	}
	if err := w.SetTag(pkgName, "prod", b, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if err := w.RestoreVersion(pkgName, id); err != nil {
		t.Fatal(err)
	}
	if v := version(t, w, a); v.ID != id || v.Deleted != nil || !slices.Equal(v.Tags, []string{"v1", "latest"}) {
		t.Errorf("restored: %+v", v)
	}
	if d, _ := w.Resolve(pkgName, "prod"); d != b {
		t.Error("a restore took a tag back from another version")
	}
}

func TestRefusals(t *testing.T) {
	w := newWorld()
	a := push(t, w, "a", 50)
	id := version(t, w, a).ID
	for name, tc := range map[string]struct{ got, want error }{
		"tag without manifest":      {w.SetTag(pkgName, "x", model.DigestOf([]byte("no")), noon), ErrNoManifest},
		"tag without package":       {w.SetTag("none", "x", a, noon), ErrNoPackage},
		"delete without version":    {w.DeleteVersion(pkgName, 1), ErrNoVersion},
		"delete without package":    {w.DeleteVersion("none", id), ErrNoPackage},
		"restore of what is there":  {w.RestoreVersion(pkgName, id), ErrNoVersion},
		"restore of no package":     {w.RestorePackage("none"), ErrNoPackage},
		"deleting no package":       {w.DeletePackage("none"), ErrNoPackage},
		"visibility of no package":  {w.SetVisibility("none", Public), ErrNoPackage},
		"second delete of the same": {errors.Join(w.DeleteVersion(pkgName, id), w.DeleteVersion(pkgName, id)), ErrNoVersion},
	} {
		if !errors.Is(tc.got, tc.want) {
			t.Errorf("%s: %v, want %v", name, tc.got, tc.want)
		}
	}
}

func TestVersionsAreNewestFirstAndPaged(t *testing.T) {
	w := newWorld()
	push(t, w, "late", 10)
	push(t, w, "early", 90)
	push(t, w, "same-1", 10)
	push(t, w, "middle", 50)
	all, total := w.Versions(pkgName, false, 0, 0)
	if total != 4 {
		t.Fatalf("%d versions, want 4", total)
	}
	if !slices.IsSortedFunc(all, func(a, b Version) int {
		if c := b.Created.Compare(a.Created); c != 0 {
			return c
		}
		return int(b.ID - a.ID)
	}) {
		t.Errorf("not newest first: %+v", all)
	}
	var paged []Version
	for at := 0; at < 6; at += 3 {
		page, _ := w.Versions(pkgName, false, at, 3)
		paged = append(paged, page...)
	}
	if diff := cmp.Diff(all, paged); diff != "" {
		t.Error(diff)
	}
	if beyond, total := w.Versions(pkgName, false, 99, 3); len(beyond) != 0 || total != 4 {
		t.Errorf("beyond the end: %d of %d", len(beyond), total)
	}
}

func TestBlobsAreKnownPerPackage(t *testing.T) {
	w := newWorld()
	d := w.PutBlob("one", []byte("content"))
	if _, ok := w.Blob("two", d); ok {
		t.Error("a blob is known to a package that never got it")
	}
	if !w.MountBlob("two", "one", d) {
		t.Error("a mount of a known blob was refused")
	}
	if w.MountBlob("two", "three", d) {
		t.Error("a mount from a package without the blob was accepted")
	}
	for _, name := range []string{"one", "two", ""} {
		if got, ok := w.Blob(name, d); !ok || string(got) != "content" {
			t.Errorf("blob of %q: %q %v", name, got, ok)
		}
	}
	if _, ok := w.Package("one"); ok {
		t.Error("a blob alone made a package")
	}
}

func TestDeletedPackageComesBackUntilItsNameIsUsed(t *testing.T) {
	w := newWorld()
	a := push(t, w, "a", 50, "v1")
	if err := w.DeletePackage(pkgName); err != nil {
		t.Fatal(err)
	}
	if _, ok := w.Resolve(pkgName, "v1"); ok {
		t.Error("a deleted package resolves")
	}
	if err := w.RestorePackage(pkgName); err != nil {
		t.Fatal(err)
	}
	if d, _ := w.Resolve(pkgName, "v1"); d != a {
		t.Error("a restored package lost its tag")
	}
	if err := w.DeletePackage(pkgName); err != nil {
		t.Fatal(err)
	}
	push(t, w, "b", 0)
	if p, _ := w.Package(pkgName); p.VersionCount != 1 || p.Deleted != nil {
		t.Errorf("the name used again gave %+v", p)
	}
}

func TestNumbersRiseWithTime(t *testing.T) {
	w := newWorld()
	a, b := push(t, w, "a", 5000), push(t, w, "b", 10)
	if x, y := version(t, w, a).ID, version(t, w, b).ID; x < firstVersionID || y-x < 4990*60*versionsASecond {
		t.Errorf("numbers %d, %d do not follow the time", x, y)
	}
}

func TestRunsAreNumberedAndEdited(t *testing.T) {
	w := newWorld()
	first := w.AddRun(Run{Name: "Build", Created: noon.Add(-time.Hour), Jobs: []Job{{Name: "one", Steps: []Step{{Name: "s"}}}}})
	second := w.AddRun(Run{Name: "Build"})
	runs := w.Runs()
	if len(runs) != 2 || runs[0].ID != second || runs[1].ID != first || runs[0].Number != 2 || runs[1].Jobs[0].ID == 0 || runs[1].Jobs[0].Steps[0].Number != 1 {
		t.Errorf("runs: %+v", runs)
	}
	runs[1].Jobs[0].Name = "changed"
	w.UpdateRun(first, func(r *Run) { r.Status = "completed" })
	if r := w.Runs()[1]; r.Status != "completed" || r.Jobs[0].Name != "one" {
		t.Errorf("after the update: %+v", r)
	}
	if w.UpdateRun(1, func(*Run) {}) {
		t.Error("an unknown run was updated")
	}
}

// stored is a Source made of what a package holds.
type stored struct {
	versions []Version // oldest first
	raw      map[model.Digest][]byte
	tags     []string
}

func storedFrom(w *World) stored {
	s := stored{raw: map[model.Digest][]byte{}, tags: w.TagNames(pkgName)}
	s.versions, _ = w.Versions(pkgName, false, 0, 0)
	slices.Reverse(s.versions)
	for _, v := range s.versions {
		s.raw[v.Digest], _, _ = w.Manifest(pkgName, v.Digest)
	}
	return s
}

func (s stored) Len() int              { return len(s.versions) }
func (s stored) Version(i int) Version { return s.versions[i] }
func (s stored) Manifest(i int) ([]byte, string) {
	return s.raw[s.versions[i].Digest], s.versions[i].MediaType
}
func (s stored) Tags() []string                         { return s.tags }
func (s stored) Blob(model.Digest, bool) ([]byte, bool) { return nil, false }
func (s stored) Find(d model.Digest) (int, bool) {
	i := slices.IndexFunc(s.versions, func(v Version) bool { return v.Digest == d })
	return i, i >= 0
}
func (s stored) FindTag(tag string) (int, bool) {
	i := slices.IndexFunc(s.versions, func(v Version) bool { return slices.Contains(v.Tags, tag) })
	return i, i >= 0
}

// A package on a source must answer as one that holds the same versions
// itself, whatever is done to both.
func TestSourceBehavesLikeAKeptPackage(t *testing.T) {
	for seed := range uint64(20) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		kept := newWorld()
		for i := range 12 {
			push(t, kept, fmt.Sprint("body", i), 100-i, fmt.Sprint("t", i), fmt.Sprint("u", i%5))
		}
		lazy := newWorld()
		lazy.CreatePackage(pkgName, PackageOptions{Source: storedFrom(kept)})
		for step := range 60 {
			body, tag := []byte(fmt.Sprint("body", rnd.IntN(16))), fmt.Sprint("tu"[rnd.IntN(2):][:1], rnd.IntN(14))
			d := model.DigestOf(body)
			all, _ := kept.Versions(pkgName, rnd.IntN(2) == 0, 0, 0)
			op := rnd.IntN(5)
			for _, w := range []*World{kept, lazy} {
				switch {
				case op == 0:
					w.PutManifest(pkgName, media, body, noon)
				case op == 1:
					_ = w.SetTag(pkgName, tag, d, noon)
				case op == 2:
					w.AddDownload(pkgName, d)
				case op == 3 && len(all) > 0:
					_ = w.DeleteVersion(pkgName, all[step%len(all)].ID)
				case len(all) > 0:
					_ = w.RestoreVersion(pkgName, all[step%len(all)].ID)
				}
			}
			for _, deleted := range []bool{false, true} {
				x, _ := kept.Versions(pkgName, deleted, 0, 0)
				y, _ := lazy.Versions(pkgName, deleted, 0, 0)
				if diff := cmp.Diff(x, y); diff != "" {
					t.Fatalf("seed %d step %d op %d deleted %v (-kept +lazy):\n%s", seed, step, op, deleted, diff)
				}
			}
			x, y := kept.TagNames(pkgName), lazy.TagNames(pkgName)
			if diff := cmp.Diff(x, y); diff != "" {
				t.Fatalf("seed %d step %d op %d tags (-kept +lazy):\n%s", seed, step, op, diff)
			}
			for _, name := range append(x, tag) {
				a, ok := kept.Resolve(pkgName, name)
				if b, ok2 := lazy.Resolve(pkgName, name); a != b || ok != ok2 {
					t.Fatalf("seed %d step %d: %s is %s %v, lazily %s %v", seed, step, name, a, ok, b, ok2)
				}
			}
		}
	}
}

// Versions are found by their number in a rising order, so what is pushed onto
// a source must be numbered above it.
func TestPushesAreNumberedAboveTheSource(t *testing.T) {
	w := newWorld()
	push(t, w, "a", 50)
	source := storedFrom(w)
	source.versions[0].ID = 9_000_000_000
	above := newWorld()
	above.CreatePackage(pkgName, PackageOptions{Source: source})
	b := push(t, above, "b", 10)
	id := version(t, above, b).ID
	if v, ok := above.VersionByID(pkgName, id); id <= 9_000_000_000 || !ok || v.Digest != b {
		t.Errorf("pushed version is number %d, found: %v", id, ok)
	}
}

func TestConcurrentUse(t *testing.T) {
	w := newWorld()
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 50 {
				name := fmt.Sprint("p", i%3)
				d := w.PutManifest(name, media, fmt.Append(nil, g, i), time.Time{})
				_ = w.SetTag(name, "prod", d, time.Time{})
				w.AddDownload(name, d)
				w.Versions(name, false, 0, 10)
				w.Packages()
				w.PutBlob(name, fmt.Append(nil, i))
				w.Blob("", d)
				w.AddRun(Run{})
				w.Runs()
				w.AddAttestation(Attestation{SubjectDigest: d})
				w.Attestations(d)
				w.Advance(time.Second)
			}
		})
	}
	wg.Wait()
	total := 0
	for _, p := range w.Packages() {
		total += p.VersionCount
	}
	if total != 400 || len(w.Runs()) != 400 || w.AttestationCount() != 400 {
		t.Errorf("%d versions, %d runs, %d attestations, want 400 each", total, len(w.Runs()), w.AttestationCount())
	}
}
