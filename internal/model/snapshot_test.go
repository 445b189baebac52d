package model

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func digestN(n int) Digest { return DigestOf([]byte{byte(n), byte(n >> 8)}) }

func TestNewSnapshotMendsTheList(t *testing.T) {
	list := []Version{
		{ID: 3, Digest: digestN(3), Tags: []string{"prod"}},
		{ID: 2, Digest: digestN(2), Tags: []string{"prod", "v1", "v1"}}, // the tag stands on two: the newest wins
		{ID: 3, Digest: digestN(3), Tags: []string{"prod", "dev"}},      // listed twice while paging
		{ID: 1, Digest: digestN(1), Tags: nil},
	}
	kept := slices.Clone(list[1].Tags)
	s := NewSnapshot("a", OriginAPI, time.Time{}, list)
	want := []Version{{ID: 3, Digest: digestN(3), Tags: []string{"prod", "dev"}}, {ID: 2, Digest: digestN(2), Tags: []string{"v1"}}, {ID: 1, Digest: digestN(1)}}
	if d := cmp.Diff(want, s.Versions); d != "" {
		t.Errorf("versions (-want +got):\n%s", d)
	}
	if s.Tag("prod") != digestN(3) || s.Tag("v1") != digestN(2) || s.Tag("none") != "" || s.Total != 3 {
		t.Errorf("tags %v, total %d", s.TagNames(), s.Total)
	}
	if !slices.Equal(list[1].Tags, kept) || len(list[0].Tags) != 1 {
		t.Error("the list that was passed in changed")
	}
	if d, ok := s.Resolve(Reference{Tag: "prod"}); !ok || d != digestN(3) {
		t.Error("prod does not resolve")
	}
	if d, ok := s.Resolve(Reference{Digest: digestN(9)}); !ok || d != digestN(9) {
		t.Error("a digest does not resolve to itself")
	}
	if _, ok := s.Resolve(Reference{Tag: "none"}); ok {
		t.Error("an absent tag resolves")
	}
}

func TestWithTags(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 9))
	names := []string{"prod", "dev", "nightly", "v1", "v2", "latest"}
	for range 700 {
		var versions []Version
		for n := range r.IntN(6) {
			v := Version{ID: int64(n + 1), Digest: digestN(n)}
			for range r.IntN(4) {
				v.Tags = append(v.Tags, names[r.IntN(len(names))])
			}
			versions = append(versions, v)
		}
		manifest := &Manifest{Digest: digestN(0), MediaType: MediaOCIIndex, Manifests: []Descriptor{{Digest: digestN(1)}}}
		before := NewSnapshot("a", OriginAPI, time.Time{}, versions).WithManifests(map[Digest]*Manifest{digestN(0): manifest}).
			WithDocuments(map[Digest]ChannelDocument{digestN(0): {Channel: "prod"}})
		before.Partial, before.Total = true, 77
		frozen := make([]Version, len(before.Versions))
		for i, v := range before.Versions {
			v.Tags = slices.Clone(v.Tags)
			frozen[i] = v
		}
		confirmed := make(map[string]Digest)
		for range r.IntN(4) {
			d := digestN(r.IntN(8))
			if r.IntN(3) == 0 {
				d = ""
			}
			confirmed[names[r.IntN(len(names))]] = d
		}
		after := before.WithTags(confirmed)
		for _, name := range names {
			want, told := confirmed[name]
			if !told {
				want = before.Tag(name)
			}
			if after.Tag(name) != want {
				t.Fatalf("%s is %s, want %s", name, after.Tag(name).Short(), want.Short())
			}
			bearers := 0
			for _, v := range after.Versions {
				for _, tag := range v.Tags {
					if tag == name {
						bearers++
						if v.Digest != want {
							t.Fatalf("%s stands on a version that it does not point to", name)
						}
					}
				}
			}
			if (want != "") != (bearers == 1) || bearers > 1 {
				t.Fatalf("%s stands on %d versions", name, bearers)
			}
		}
		for _, v := range frozen {
			if got, ok := after.Version(v.Digest); !ok || got.ID != v.ID {
				t.Fatalf("version %d is lost", v.ID)
			}
		}
		if d := cmp.Diff(frozen, before.Versions); d != "" {
			t.Fatalf("the first snapshot changed:\n%s", d)
		}
		if !after.Partial || after.Total != 77 || after.Documents[digestN(0)].Channel != "prod" || len(after.Parents(digestN(1))) != 1 {
			t.Fatal("something else was lost")
		}
	}
}

func TestWithTagsPutsTheUnlistedInFront(t *testing.T) {
	s := NewSnapshot("a", OriginAPI, time.Time{}, []Version{{ID: 1, Digest: digestN(1), Tags: []string{"prod"}}}).
		WithTags(map[string]Digest{"prod": digestN(2), "dev": digestN(2)})
	want := []Version{{Digest: digestN(2), Tags: []string{"dev", "prod"}}, {ID: 1, Digest: digestN(1), Tags: []string{}}}
	if d := cmp.Diff(want, s.Versions); d != "" {
		t.Errorf("versions (-want +got):\n%s", d)
	}
}

func TestSurveyLookups(t *testing.T) {
	s := story().survey(view{}, Past{})
	if _, ok := s.Channel("prod"); !ok {
		t.Error("no prod")
	}
	if _, ok := s.Channel("beta"); ok {
		t.Error("beta exists")
	}
	p, ok := s.Inventory.Package("containai")
	if !ok {
		t.Fatal("no containai")
	}
	if r, ok := s.ReleaseOf("containai", p.Snapshot.Tag("v1.2.0")); !ok || r.Label() != "v1.2.0" {
		t.Errorf("release of v1.2.0: %s", r.Label())
	}
	if _, ok := s.ReleaseOf("containai", p.Snapshot.Tag("latest")); ok {
		t.Error("the legacy image has a release")
	}
}
