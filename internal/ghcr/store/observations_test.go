package store

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
)

type sighting struct {
	digest string
	at     int64
}

// draw writes a timeline as "A1-3 B5": digest, first and last.
func draw(t timeline) []string {
	var out []string
	for _, r := range t {
		name := string(r.digest)
		if name == "" {
			name = "none"
		}
		if r.first == r.last {
			out = append(out, fmt.Sprintf("%s%d", name, r.first))
		} else {
			out = append(out, fmt.Sprintf("%s%d-%d", name, r.first, r.last))
		}
	}
	return out
}

func seeAll(list []sighting) timeline {
	var t timeline
	for _, s := range list {
		t = t.see(model.Digest(s.digest), s.at, "api")
	}
	return t
}

func TestSightings(t *testing.T) {
	for name, tc := range map[string]struct {
		seen []sighting
		want []string
	}{
		"one":                              {[]sighting{{"A", 1}}, []string{"A1"}},
		"same digest extends":              {[]sighting{{"A", 1}, {"A", 5}, {"A", 9}}, []string{"A1-9"}},
		"change":                           {[]sighting{{"A", 1}, {"B", 5}, {"B", 6}}, []string{"A1", "B5-6"}},
		"there and back":                   {[]sighting{{"A", 1}, {"B", 5}, {"A", 9}}, []string{"A1", "B5", "A9"}},
		"absence of the unknown":           {[]sighting{{"", 1}}, nil},
		"absence of the known":             {[]sighting{{"A", 1}, {"", 5}, {"", 6}, {"A", 9}}, []string{"A1", "none5-6", "A9"}},
		"absence before the first":         {[]sighting{{"A", 5}, {"", 1}}, []string{"A5"}},
		"within one second, in order":      {[]sighting{{"A", 1}, {"B", 1}}, []string{"A1", "B1"}},
		"late, nothing new":                {[]sighting{{"A", 1}, {"A", 9}, {"A", 5}}, []string{"A1-9"}},
		"late, before all, same":           {[]sighting{{"A", 5}, {"A", 1}}, []string{"A1-5"}},
		"late, before all, other":          {[]sighting{{"A", 5}, {"B", 1}}, []string{"B1", "A5"}},
		"late, between, extends former":    {[]sighting{{"A", 1}, {"B", 9}, {"A", 5}}, []string{"A1-5", "B9"}},
		"late, between, extends latter":    {[]sighting{{"A", 1}, {"B", 9}, {"B", 5}}, []string{"A1", "B5-9"}},
		"late, between, a third":           {[]sighting{{"A", 1}, {"B", 9}, {"C", 5}}, []string{"A1", "C5", "B9"}},
		"late, contradicts":                {[]sighting{{"A", 1}, {"A", 9}, {"B", 5}}, []string{"A1", "B5", "A9"}},
		"late, contradicts with absence":   {[]sighting{{"A", 1}, {"A", 9}, {"", 5}}, []string{"A1", "none5", "A9"}},
		"late, contradicts at its begin":   {[]sighting{{"A", 1}, {"A", 9}, {"B", 1}}, []string{"A1", "B1", "A9"}},
		"late, at its end is simply after": {[]sighting{{"A", 1}, {"A", 9}, {"B", 9}}, []string{"A1-9", "B9"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, draw(seeAll(tc.seen))); diff != "" {
				t.Errorf("runs differ (-want +got):\n%s", diff)
			}
		})
	}
}

// In order, runs are what is left when repeated sightings are dropped. In any
// order, ends are sightings, runs do not overlap, and neighbours differ.
func TestRunsProperty(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	digests := []string{"A", "B", "C", ""}
	for range 3000 {
		var seen []sighting
		for range rng.IntN(12) {
			seen = append(seen, sighting{digests[rng.IntN(len(digests))], rng.Int64N(15)})
		}
		checkRuns(t, seen, seeAll(seen))
		slices.SortStableFunc(seen, func(a, b sighting) int { return int(a.at - b.at) })
		var want timeline
		for _, s := range seen {
			switch last := len(want) - 1; {
			case last < 0 && s.digest == "":
			case last >= 0 && string(want[last].digest) == s.digest:
				want[last].last = s.at
			default:
				want = append(want, &run{digest: model.Digest(s.digest), first: s.at, last: s.at})
			}
		}
		if diff := cmp.Diff(draw(want), draw(seeAll(seen))); diff != "" {
			t.Fatalf("in order %v (-want +got):\n%s", seen, diff)
		}
	}
}

func checkRuns(t *testing.T, seen []sighting, runs timeline) {
	t.Helper()
	for i, r := range runs {
		if !slices.Contains(seen, sighting{string(r.digest), r.first}) || !slices.Contains(seen, sighting{string(r.digest), r.last}) {
			t.Fatalf("%v: an end of run %d of %v was never seen", seen, i, draw(runs))
		}
		if r.first > r.last {
			t.Fatalf("%v: run %d of %v ends before it begins", seen, i, draw(runs))
		}
		if i == 0 {
			if r.digest == "" {
				t.Fatalf("%v: %v begins with an absence", seen, draw(runs))
			}
			continue
		}
		if before := runs[i-1]; before.last > r.first || before.digest == r.digest {
			t.Fatalf("%v: runs %d and %d of %v overlap or are one", seen, i-1, i, draw(runs))
		}
	}
}

// What the database gives back is what the pure rules say, however the
// sightings are cut into batches and handles.
func TestObserveMatchesTheRules(t *testing.T) {
	dir := t.TempDir()
	rng := rand.New(rand.NewPCG(5, 6))
	for round := range 25 {
		path := filepath.Join(dir, fmt.Sprintf("%d.db", round))
		handles := []*Store{open(t, path), open(t, path)}
		var all []sighting
		for range 1 + rng.IntN(4) {
			var batch []model.Observation
			for range rng.IntN(6) {
				s := sighting{[]string{"A", "B", ""}[rng.IntN(3)], int64(rng.IntN(20))}
				all = append(all, s)
				batch = append(batch, model.Observation{Package: "p", Tag: "prod", Digest: model.Digest(s.digest), At: testNow.Add(time.Duration(s.at) * time.Second), Source: "api"})
			}
			if err := handles[rng.IntN(2)].Observe(t.Context(), "r", "o", batch); err != nil {
				t.Fatal(err)
			}
		}
		got, err := handles[0].Observations(t.Context(), "r", "o")
		if err != nil {
			t.Fatal(err)
		}
		var want []model.Observation
		for _, r := range seeAll(all) {
			want = append(want, model.Observation{Package: "p", Tag: "prod", Digest: r.digest, Source: "api",
				At: testNow.Add(time.Duration(r.first) * time.Second), Last: testNow.Add(time.Duration(r.last) * time.Second)})
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%v (-want +got):\n%s", all, diff)
		}
	}
}

func TestObservationsOfSeveralTagsAndOwners(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "store.db"))
	at := func(n int) time.Time { return testNow.Add(time.Duration(n) * time.Minute) }
	o := func(pkg, tag, digest string, n, last int, source string) model.Observation {
		return model.Observation{Package: pkg, Tag: tag, Digest: model.Digest(digest), At: at(n), Last: at(last), Source: source}
	}
	for _, batch := range [][]model.Observation{
		{o("a", "prod", "A", 0, 0, "api"), o("a", "dev", "A", 0, 0, "api"), o("b", "prod", "B", 0, 0, "registry")},
		{o("a", "prod", "A", 5, 7, "registry"), o("a", "dev", "C", 5, 5, "execute")},
		{{Package: "b", Tag: "prod", At: at(6), Source: "registry"}}, // gone; Last not set
	} {
		if err := s.Observe(t.Context(), "r", "o", batch); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Observe(t.Context(), "r", "other", []model.Observation{o("a", "prod", "Z", 1, 1, "api")}); err != nil {
		t.Fatal(err)
	}
	got, err := s.Observations(t.Context(), "r", "o")
	if err != nil {
		t.Fatal(err)
	}
	want := []model.Observation{
		o("a", "dev", "A", 0, 0, "api"), o("b", "prod", "B", 0, 0, "registry"), o("a", "prod", "A", 0, 7, "api"),
		o("a", "dev", "C", 5, 5, "execute"), o("b", "prod", "", 6, 6, "registry"),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("observations differ (-want +got):\n%s", diff)
	}
}

func TestSightingWithoutTimeIsRefused(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "store.db"))
	err := s.Observe(t.Context(), "r", "o", []model.Observation{{Package: "p", Tag: "ok", Digest: "A", At: testNow}, {Package: "p", Tag: "prod", Digest: "A"}})
	if err == nil {
		t.Fatal("a sighting without a time was kept")
	}
	if got, _ := s.Observations(t.Context(), "r", "o"); len(got) != 0 {
		t.Errorf("part of the batch was kept: %v", got)
	}
}
