package ghcr_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
)

func TestLongHistories(t *testing.T) {
	notRaced(t)
	r := newRig(t, "scale:2000")
	s := open(t, r.options(r.Tokens.Write))
	p := pkg(t, refresh(t, s), "containai")
	if len(p.Snapshot.Versions) != 500 || !p.Snapshot.Partial || p.Snapshot.Total != 2000 {
		t.Errorf("a refresh reads %d of %d versions, partial %v", len(p.Snapshot.Versions), p.Snapshot.Total, p.Snapshot.Partial)
	}
	survey, err := s.Versions(t.Context(), "containai")
	if err != nil {
		t.Fatalf("reading all versions: %v", err)
	}
	want, _ := r.World().Versions("containai", false, 0, 2000)
	for pass, got := range []model.Snapshot{pkg(t, survey, "containai").Snapshot, pkg(t, refresh(t, s), "containai").Snapshot} {
		if len(got.Versions) != 2000 || got.Partial || got.Total != 2000 {
			t.Fatalf("pass %d: %d of %d versions, partial %v", pass, len(got.Versions), got.Total, got.Partial)
		}
		for i, v := range want {
			if got.Versions[i].ID != v.ID {
				t.Fatalf("pass %d: version %d is %d, want %d", pass, i, got.Versions[i].ID, v.ID)
			}
		}
	}
	// A page that fails leaves what came before it.
	r.post("faults", []any{map[string]any{"host": "api", "path": "/containai/versions.*page=7&", "do": map[string]any{"status": 500}}})
	survey, err = s.Versions(t.Context(), "containai")
	got := pkg(t, survey, "containai").Snapshot
	if !errors.Is(err, model.ErrUnreachable) || len(got.Versions) > 600 || len(got.Versions) < 100 || len(got.Versions)%100 != 0 || !got.Partial {
		t.Errorf("%d versions, partial %v, %v", len(got.Versions), got.Partial, err)
	}
}

func TestManifestsAreFetchedOnce(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	var digests []model.Digest
	for _, v := range pkg(t, refresh(t, s), "containai").Snapshot.Versions[:20] {
		digests = append(digests, v.Digest)
	}
	mark := r.mark()
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			if _, err := s.Read(t.Context(), "containai", digests); err != nil {
				t.Errorf("reading: %v", err)
			}
		})
	}
	wg.Wait()
	fetched := 0
	for _, e := range r.since(mark) {
		if e.Method == http.MethodGet && byDigest.MatchString(e.Path) {
			fetched++
		}
	}
	if fetched != len(digests) {
		t.Errorf("%d requests for %d manifests", fetched, len(digests))
	}
	survey, _ := s.Stored(t.Context())
	snap := pkg(t, survey, "containai").Snapshot
	for _, d := range digests {
		if snap.Manifests[d] == nil {
			t.Errorf("%s is not known", d.Short())
		}
	}
	if after := pkg(t, refresh(t, s), "containai").Snapshot; len(after.Manifests) != len(snap.Manifests) {
		t.Errorf("a refresh leaves %d of %d manifests", len(after.Manifests), len(snap.Manifests))
	}
}

// One reader who leaves must not take the answer from the others.
func TestReaderWhoLeaves(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	d, _ := r.World().Resolve("containai", "prod")
	r.post("faults", []any{map[string]any{"host": "registry", "method": "GET", "path": "/manifests/", "do": map[string]any{"hang": "300ms"}}})
	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() { _, err := s.Read(ctx, "containai", []model.Digest{d}); first <- err }()
	second := make(chan error, 1)
	go func() { _, err := s.Read(t.Context(), "containai", []model.Digest{d}); second <- err }()
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("who left: %v", err)
	}
	if err := <-second; err != nil {
		t.Errorf("who stayed: %v", err)
	}
}

func TestReadingWhatIsNotThere(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	good, _ := r.World().Resolve("containai", "prod")
	gone := model.Digest("sha256:" + strings.Repeat("9", 64))
	survey, err := s.Read(t.Context(), "containai", []model.Digest{gone, good})
	if !errors.Is(err, model.ErrNotFound) || pkg(t, survey, "containai").Snapshot.Manifests[good] == nil {
		t.Errorf("%v", err)
	}
	for _, bad := range [][]model.Digest{{"prod"}, {"sha256:xyz"}, {"sha256:../../x"}} {
		if _, err := s.Read(t.Context(), "containai", bad); !errors.Is(err, model.ErrInvalid) {
			t.Errorf("%v: %v", bad, err)
		}
	}
	if _, err := s.Read(t.Context(), "a/../b", nil); !errors.Is(err, model.ErrInvalid) {
		t.Errorf("an evil package: %v", err)
	}
}

// Tags are remembered as they were seen, and that one has gone.
func TestSightingsAreKept(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Write))
	refresh(t, s)
	old := r.prod["containai"]
	now, _ := r.World().Resolve("containai", "v1.2.0")
	r.post("clock", map[string]string{"advance": "1h"})
	r.post("retag", map[string]any{"package": "containai", "tag": "prod", "digest": string(now)})
	survey := refresh(t, s)
	var seen []model.Digest
	for _, o := range survey.Past.Observations {
		if o.Package == "containai" && o.Tag == "prod" {
			seen = append(seen, o.Digest)
			if o.Source != "registry" || o.At.IsZero() {
				t.Errorf("sighting: %+v", o)
			}
		}
	}
	if !slices.Equal(seen, []model.Digest{old, now}) {
		t.Errorf("prod was seen at %v", seen)
	}
}
