package model

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseManifest(t *testing.T) {
	for name, tc := range map[string]struct {
		raw, media string
		want       string // media type, "" where it is refused
		index      bool
		artifact   string
	}{
		"OCI image":         {`{"mediaType":"` + MediaOCIManifest + `","config":{"mediaType":"application/vnd.oci.image.config.v1+json"},"layers":[]}`, "", MediaOCIManifest, false, ""},
		"Docker image":      {`{"config":{"mediaType":"application/vnd.docker.container.image.v1+json"},"layers":[]}`, MediaDockerManifest, MediaDockerManifest, false, ""},
		"own type wins":     {`{"mediaType":"` + MediaOCIManifest + `","config":{}}`, MediaDockerManifest, MediaOCIManifest, false, ""},
		"index":             {`{"manifests":[]}`, MediaOCIIndex, MediaOCIIndex, true, ""},
		"index of no type":  {`{"manifests":[]}`, "", MediaOCIIndex, true, ""},
		"null list":         {`{"mediaType":"` + MediaOCIIndex + `","manifests":null}`, "", MediaOCIIndex, true, ""},
		"Docker list":       {`{"mediaType":"` + MediaDockerList + `","manifests":[]}`, "", MediaDockerList, true, ""},
		"artifact":          {`{"mediaType":"` + MediaOCIManifest + `","artifactType":"a/b","config":{"mediaType":"` + MediaOCIEmpty + `"}}`, "", MediaOCIManifest, false, "a/b"},
		"by its config":     {`{"mediaType":"` + MediaOCIManifest + `","config":{"mediaType":"c/d"}}`, "", MediaOCIManifest, false, "c/d"},
		"empty config":      {`{"mediaType":"` + MediaOCIManifest + `","config":{"mediaType":"` + MediaOCIEmpty + `"}}`, "", MediaOCIManifest, false, ""},
		"index with layers": {`{"mediaType":"` + MediaOCIIndex + `","config":{}}`, "", "", false, ""},
		"nothing":           {`{}`, "", "", false, ""},
		"an error":          {`{"errors":[{"code":"DENIED"}]}`, "application/json", "", false, ""},
		"a list":            {`[]`, MediaOCIIndex, "", false, ""},
		"no JSON":           {`<html>`, MediaOCIManifest, "", false, ""},
		"empty":             {``, MediaOCIManifest, "", false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := ParseManifest([]byte(tc.raw), tc.media)
			if tc.want == "" {
				if !errors.Is(err, ErrMalformed) || m != nil {
					t.Errorf("%+v, %v", m, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if m.MediaType != tc.want || m.IsIndex() != tc.index || m.ArtifactType != tc.artifact || m.Digest != DigestOf([]byte(tc.raw)) {
				t.Errorf("%+v", m)
			}
		})
	}
}

func TestPlatformsAndSizes(t *testing.T) {
	w := story()
	p := w.packages["containai"]
	index := p.manifests[p.tags["prod"]]
	var got []string
	for _, d := range index.Platforms() {
		got = append(got, d.Platform.String())
	}
	if d := cmp.Diff([]string{"amd64", "arm64"}, got); d != "" || len(index.Manifests) != 4 {
		t.Errorf("platforms %v, %d entries", got, len(index.Manifests))
	}
	child := p.manifests[index.Manifests[0].Digest]
	want := child.Config.Size + child.Layers[0].Size + child.Layers[1].Size
	l := newEntryLook(w.survey(view{manifests: true}, Past{}), "containai")
	if l.size(child) != want || want == 0 {
		t.Errorf("size %d, want %d", l.size(child), want)
	}
	// Of an index all children count, what they share once.
	other := p.manifests[index.Manifests[2].Digest]
	if got := l.size(index); got != want+l.size(other)-other.Layers[0].Size {
		t.Errorf("size of the index %d", got)
	}
	for platform, want := range map[Platform]string{
		{OS: "linux", Architecture: "amd64"}:                "amd64",
		{OS: "linux", Architecture: "arm", Variant: "v7"}:   "arm/v7",
		{OS: "windows", Architecture: "amd64"}:              "windows/amd64",
		{OS: "windows", Architecture: "arm", Variant: "v8"}: "windows/arm/v8",
		{Architecture: "amd64"}:                             "amd64",
	} {
		if got := platform.String(); got != want {
			t.Errorf("%+v is %q, want %q", platform, got, want)
		}
	}
}

func FuzzParseManifest(f *testing.F) {
	w := story()
	for _, p := range w.packages {
		for _, m := range p.manifests {
			f.Add(m.Raw, m.MediaType)
			break
		}
	}
	f.Add([]byte(`{"manifests":[{"platform":{}},{"annotations":{"vnd.docker.reference.digest":""}},null]}`), MediaOCIIndex)
	f.Add([]byte(`{"config":null,"layers":[{}],"subject":{"digest":"x"}}`), "")
	f.Fuzz(func(t *testing.T, raw []byte, media string) {
		m, err := ParseManifest(raw, media)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Errorf("%v", err)
			}
			return
		}
		if m.Digest != DigestOf(raw) {
			t.Error("foreign digest")
		}
		_ = m.Platforms()
		s := NewSnapshot("a", OriginAPI, time.Time{}, []Version{{Digest: m.Digest, Tags: []string{"prod"}}}).
			WithManifests(map[Digest]*Manifest{m.Digest: m})
		layout := ContainAI()
		layout.Packages = []PackageSpec{{Name: "a", Kind: KindImage}}
		survey := NewSurvey(Inventory{Layout: layout, Packages: []PackageState{{Spec: layout.Packages[0], Known: true, Snapshot: s}}}, Past{})
		if rows := Fold(survey, "a"); len(rows) != 1 {
			t.Errorf("%d rows of one version", len(rows))
		}
		PlanRetag(survey, RetagRequest{Package: "a", Tag: "dev", Target: m.Digest}, RetagFacts{})
	})
}

func TestParseChannelDocument(t *testing.T) {
	w := story()
	meta := w.packages["containai-metadata"]
	doc := meta.documents[meta.tags["prod"]]
	if doc.Channel != "prod" || doc.Version != "v1.3.0" || doc.Commit() != sha("b81e6f4") || doc.PayloadTag() != "v1.3.0" || len(doc.Images) != 7 ||
		doc.Images["containai"] != w.packages["containai"].tags["prod"] || doc.Payload != w.packages["containai-payload"].tags["v1.3.0"] ||
		!doc.GeneratedAt.Equal(at("2026-06-24T10:46:00")) {
		t.Errorf("%+v", doc)
	}
	nightly := meta.documents[meta.tags["nightly"]]
	if nightly.Version != "nightly" || nightly.PayloadTag() != "nightly-08dd3c9" {
		t.Errorf("nightly: %q, payload tag %q", nightly.Version, nightly.PayloadTag())
	}
	bare, err := ParseChannelDocument([]byte(`{"channel":"dev","version":"","immutable_tag":"","images":[{"image":"a","digest":"sha256:1"},{}],"payload":{"ref":"","digest":""},"generated_at":"yesterday"}`))
	if err != nil || len(bare.Images) != 0 || bare.Commit() != "" || bare.PayloadTag() != "" || !bare.GeneratedAt.IsZero() || bare.Payload != "" {
		t.Errorf("%+v, %v", bare, err)
	}
	for ref, want := range map[string]string{"": "", "ghcr.io:443/o/p": "", "ghcr.io:443/o/p:v1": "v1", "ghcr.io/o/p:v1@sha256:x": "v1", "p:": ""} {
		if got := (ChannelDocument{PayloadRef: ref}).PayloadTag(); got != want {
			t.Errorf("tag in %q: %q, want %q", ref, got, want)
		}
	}
	for _, bad := range []string{"", "[]", `{"channel":""}`, `{"channel":7}`, `null`, `{"version":"v1"}`} {
		if _, err := ParseChannelDocument([]byte(bad)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func FuzzParseChannelDocument(f *testing.F) {
	w := newWorld(ContainAI())
	w.publish(publish{at: "2026-06-24T10:02:00", commit: "b81e6f4", channel: "prod", version: "v1.3.0"})
	for _, doc := range w.packages["containai-metadata"].documents {
		f.Add(doc.Raw)
		break
	}
	f.Add([]byte(`{"channel":"prod","images":[{"image":"containai","digest":"` + string(DigestOf(nil)) + `"}],"immutable_tag":"sha-"}`))
	inv := w.inventory(view{})
	f.Fuzz(func(t *testing.T, raw []byte) {
		doc, err := ParseChannelDocument(raw)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Errorf("%v", err)
			}
			return
		}
		if c := doc.Commit(); c != "" && !IsHex(c, 40) {
			t.Errorf("commit %q", c)
		}
		_ = doc.PayloadTag()
		mine := inv
		mine.Packages = append([]PackageState(nil), inv.Packages...)
		for i, p := range mine.Packages {
			if p.Spec.Role == RoleMetadata {
				mine.Packages[i].Snapshot = p.Snapshot.WithDocuments(map[Digest]ChannelDocument{p.Snapshot.Tag("prod"): doc})
			}
		}
		s := NewSurvey(mine, Past{})
		for _, r := range s.Releases {
			if r.Name == "" {
				t.Error("a release without a name")
			}
		}
		for _, c := range s.Channels {
			for _, i := range c.Incoherent {
				if Sanitize(i.Message) != i.Message {
					t.Errorf("unsafe message %q", i.Message)
				}
			}
		}
	})
}

func TestKinds(t *testing.T) {
	layout := ContainAI()
	w := story()
	s := w.snapshot("containai", view{manifests: true})
	p := w.packages["containai"]
	index := p.manifests[p.tags["prod"]]
	arch := p.tags["sha-"+sha("b81e6f4")+"-amd64"]
	payload := w.snapshot("containai-payload", view{manifests: true})
	for name, tc := range map[string]struct {
		s    Snapshot
		d    Digest
		want VersionKind
	}{
		"index":          {s, index.Digest, VersionIndex},
		"platform child": {s, index.Manifests[0].Digest, VersionImage},
		"provenance":     {s, index.Manifests[1].Digest, VersionAttestation},
		"arch index":     {s, arch, VersionIndex},
		"fallback index": {s, p.tags[arch.FallbackTag()], VersionReferrers},
		"bundle":         {s, s.Referrers(arch)[0], VersionAttestation},
		"artifact":       {payload, payload.Tag("v1.3.0"), VersionArtifact},
		"absent":         {s, DigestOf([]byte("?")), VersionUnknown},
		"not read":       {w.snapshot("containai", view{}), index.Digest, VersionUnknown},
	} {
		if got := tc.s.Kind(layout, tc.d); got != tc.want {
			t.Errorf("%s is %s, want %s", name, got, tc.want)
		}
	}
	// Children that were not read themselves are known by what lists them.
	some := NewSnapshot("containai", OriginAPI, w.now, s.Versions).WithManifests(map[Digest]*Manifest{
		index.Digest: index, p.tags[arch.FallbackTag()]: p.manifests[p.tags[arch.FallbackTag()]]})
	for d, want := range map[Digest]VersionKind{index.Manifests[0].Digest: VersionImage, index.Manifests[1].Digest: VersionAttestation,
		s.Referrers(arch)[0]: VersionAttestation, arch: VersionUnknown} {
		if got := some.Kind(layout, d); got != want {
			t.Errorf("%s is %s, want %s", d.Short(), got, want)
		}
	}
	for raw, want := range map[string]VersionKind{
		`{"config":{"mediaType":"` + MediaOCIEmpty + `"},"layers":[{"mediaType":"` + MediaInToto + `"}]}`:                            VersionArtifact,
		`{"config":{"mediaType":"application/vnd.oci.image.config.v1+json"},"layers":[{"mediaType":"` + MediaInToto + `"}]}`:         VersionAttestation,
		`{"config":{"mediaType":"application/vnd.oci.image.config.v1+json"},"layers":[]}`:                                            VersionImage,
		`{"artifactType":"application/vnd.docker.attestation.manifest.v1+json","config":{"mediaType":"` + MediaOCIEmpty + `"}}`:      VersionAttestation,
		`{"artifactType":"x/y","config":{"mediaType":"` + MediaOCIEmpty + `"},"subject":{"digest":"` + string(DigestOf(nil)) + `"}}`: VersionAttestation,
		`{"artifactType":"x/y","config":{"mediaType":"` + MediaOCIEmpty + `"},"layers":[{"mediaType":"` + MediaInToto + `"},{}]}`:    VersionArtifact,
	} {
		m, err := ParseManifest([]byte(raw), MediaOCIManifest)
		if err != nil {
			t.Fatal(err)
		}
		if got := kindOfManifest(m); got != want {
			t.Errorf("%s is %s, want %s", raw, got, want)
		}
	}
}

func TestRelations(t *testing.T) {
	w := story()
	p := w.packages["containai"]
	s := w.snapshot("containai", view{manifests: true})
	index := p.manifests[p.tags["prod"]]
	arch := p.tags["sha-"+sha("b81e6f4")+"-amd64"]
	child, provenance := index.Manifests[0].Digest, index.Manifests[1].Digest
	want := []Digest{arch, index.Digest}
	if arch > index.Digest {
		want[0], want[1] = want[1], want[0]
	}
	if d := cmp.Diff(want, s.Parents(child)); d != "" {
		t.Errorf("parents (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]Digest{provenance}, s.Referrers(child)); d != "" {
		t.Errorf("referrers of the child (-want +got):\n%s", d)
	}
	// The bundle's own subject and the fallback index name the same one.
	if got := s.Referrers(arch); len(got) != 1 {
		t.Errorf("referrers of the arch index: %v", got)
	}
	fallback := p.tags[arch.FallbackTag()]
	only := NewSnapshot("containai", OriginAPI, w.now, s.Versions).WithManifests(map[Digest]*Manifest{fallback: p.manifests[fallback]})
	if d := cmp.Diff(s.Referrers(arch), only.Referrers(arch)); d != "" {
		t.Errorf("by the fallback index alone (-want +got):\n%s", d)
	}
	if s.Parents(index.Digest) != nil || s.Referrers(index.Digest) != nil {
		t.Error("the channel's index has parents or referrers")
	}
}

func TestDescriptorsReadBack(t *testing.T) {
	raw, err := json.Marshal(Descriptor{MediaType: "a/b", Digest: DigestOf(nil), Size: 3})
	if err != nil || strings.Contains(string(raw), "platform") {
		t.Errorf("%s, %v", raw, err)
	}
}
