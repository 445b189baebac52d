package model

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestReleasesOfTheStory(t *testing.T) {
	for _, v := range []view{{}, {manifests: true}} {
		t.Run(fmt.Sprintf("manifests %v", v.manifests), func(t *testing.T) {
			got := Releases(story().inventory(v))
			want := []string{"6e19a5d/dev", "f24b770", "08dd3c9/nightly", "v1.3.0/prod", "b81e6f4/dev", "d5502ee/nightly",
				"v1.2.0/prod", "7ac4d31/nightly", "e0927dc/dev", "v1.1.0/prod", "c83a115/nightly", "9d04e7a/dev", "v1.0.0/prod"}
			if d := cmp.Diff(want, labels(got)); d != "" {
				t.Fatalf("releases (-want +got):\n%s", d)
			}
			for _, r := range got {
				if r.Label() == "f24b770" {
					want := []string{"containai-claude", "containai-codex", "containai-copilot", "containai-log-forwarder", "containai-proxy",
						"containai-payload", "containai-installer", "containai-metadata"}
					if d := cmp.Diff(want, r.Missing); d != "" {
						t.Errorf("the failed build lacks (-want +got):\n%s", d)
					}
					continue
				}
				if !r.Complete() || len(r.Members) != 10 {
					t.Errorf("%s lacks %v", r.Label(), r.Missing)
				}
				if len(r.Documents) != 2 || r.Built.IsZero() || len(r.Commit) != 40 {
					t.Errorf("%s: %d documents, built %v, commit %q", r.Label(), len(r.Documents), r.Built, r.Commit)
				}
			}
		})
	}
}

func TestReleaseMembers(t *testing.T) {
	w := story()
	all := Releases(w.inventory(view{}))
	good := release(t, all, "v1.2.0", "prod")
	for _, p := range w.layout.Packages {
		m := good.Members[p.Name]
		want, ev := w.packages[p.Name].tags["v1.2.0"], EvidenceMetadata
		switch p.Role {
		case RoleInstaller:
			ev = EvidenceTag
		case RoleMetadata:
			want = good.Documents[0]
		}
		if m.Digest != want || m.Evidence != ev {
			t.Errorf("%s: %s by %s, want %s by %s", p.Name, m.Digest.Short(), m.Evidence, want.Short(), ev)
		}
	}
	// The older twin stands first and is the member of a release that has gone.
	meta := w.packages["containai-metadata"]
	if a, b := meta.place[good.Documents[0]], meta.place[good.Documents[1]]; a >= b {
		t.Errorf("twins are in places %d, %d", a, b)
	}
	// Of the current one the twin with the channel's tag is the member.
	dev := release(t, all, "6e19a5d", "dev")
	if got := dev.Members["containai-metadata"].Digest; got != meta.tags["dev"] {
		t.Errorf("dev's document is %s, want the tagged %s", got.Short(), meta.tags["dev"].Short())
	}
	// Installers: by the channel's tag where it is there, else by their time.
	if m := dev.Members["containai-installer"]; m.Digest != w.packages["containai-installer"].tags["dev"] || m.Evidence != EvidenceTag {
		t.Errorf("dev's installer: %v", m)
	}
	old := release(t, all, "b81e6f4", "dev").Members["containai-installer"]
	v := w.packages["containai-installer"].versions[w.packages["containai-installer"].place[old.Digest]]
	if old.Evidence != EvidenceInferred || !v.Created.Equal(at("2026-06-20T09:45:00")) {
		t.Errorf("installer of build 10: %v, pushed %v", old, v.Created)
	}
	// One commit, two publishes: no member in common.
	ten, eleven := release(t, all, "b81e6f4", "dev"), release(t, all, "v1.3.0", "prod")
	if ten.Commit != eleven.Commit {
		t.Errorf("builds 10 and 11 have commits %s, %s", ten.Commit, eleven.Commit)
	}
	for pkg, m := range ten.Members {
		if eleven.Has(pkg, m.Digest) {
			t.Errorf("builds 10 and 11 share %s", pkg)
		}
	}
}

func TestTagsWinOverTheDocumentsName(t *testing.T) {
	w := story()
	// Build 12's images get a version tag afterwards: promoted as v1.4.0.
	nightly := release(t, Releases(w.inventory(view{})), "08dd3c9", "nightly")
	for pkg, m := range nightly.Members {
		if w.layout.Package(pkg).Kind == KindImage {
			w.tag(pkg, w.now, m.Digest, "v1.4.0")
		}
	}
	// And one image of dev is tagged like a release by mistake.
	w.tag("containai", w.now, w.packages["containai"].tags["dev"], "v9.9.9")
	all := Releases(w.inventory(view{}))
	if r := release(t, all, "v1.4.0", "nightly"); len(r.Members) != 10 || r.Commit != sha("08dd3c9") {
		t.Errorf("promoted nightly: %+v", r)
	}
	release(t, all, "6e19a5d", "dev")
	for _, r := range all {
		if r.Version == "v9.9.9" {
			t.Errorf("one stray tag made a release of %d members", len(r.Members))
		}
	}
	// A version that now stands on other digests is no longer the old one's name.
	w = story()
	for _, p := range w.layout.Packages {
		if d, ok := w.packages[p.Name].tags["v1.1.0"]; ok && d != "" {
			w.tag(p.Name, w.now, w.packages[p.Name].tags["v1.0.0"], "v1.1.0")
		}
	}
	all = Releases(w.inventory(view{}))
	release(t, all, "51f7be2", "prod")
	release(t, all, "v1.0.0", "prod")
}

func TestReleasesFromTagsAlone(t *testing.T) {
	w := story()
	inv := w.inventory(view{registry: true})
	all := Releases(inv)
	for _, label := range []string{"v1.0.0", "v1.1.0", "v1.2.0"} {
		r := release(t, all, label, "prod")
		if d := cmp.Diff([]string{"containai-metadata"}, r.Missing); d != "" {
			t.Errorf("%s (-want +got):\n%s", label, d)
		}
		if !r.Built.IsZero() || len(r.Commit) != 40 {
			t.Errorf("%s: built %v, commit %q", label, r.Built, r.Commit)
		}
	}
	release(t, all, "v1.3.0", "prod")
	if r := release(t, all, "9d04e7a", "dev"); r.Members["containai-payload"].Digest != w.packages["containai-payload"].tags["dev-9d04e7a"] {
		t.Errorf("payload of an old dev build: %v", r.Members["containai-payload"])
	}
	for i, r := range all {
		if r.Name == "" {
			t.Errorf("release %d has no name", i)
		}
		if i > 0 && newestFirst(all[i-1], r) > 0 {
			t.Errorf("%s stands before %s", all[i-1].Label(), r.Label())
		}
	}
	// The three current documents still work without the API.
	if got := labels(all)[:3]; !slices.Equal(got, []string{"6e19a5d/dev", "08dd3c9/nightly", "v1.3.0/prod"}) {
		t.Errorf("first three: %v", got)
	}
}

func TestReleasesWithoutMetadataPackage(t *testing.T) {
	w := story()
	w.layout.Packages = slices.DeleteFunc(slices.Clone(w.layout.Packages), func(p PackageSpec) bool { return p.Kind == KindArtifact })
	all := Releases(w.inventory(view{}))
	if r := release(t, all, "v1.2.0", "prod"); !r.Complete() || r.Members["containai"].Evidence != EvidenceTag || r.Built.IsZero() {
		t.Errorf("v1.2.0 from tags: %+v", r)
	}
	if r := release(t, all, "6e19a5d", ""); !r.Complete() {
		t.Errorf("a dev build lacks %v", r.Missing)
	}
	for _, r := range all {
		if strings.HasPrefix(r.Commit, "a17c0de") {
			t.Errorf("the legacy build got a commit nobody told: %s", r.Commit)
		}
	}
	if got := Releases(Inventory{Layout: ContainAI()}); len(got) != 0 {
		t.Errorf("releases of nothing: %v", labels(got))
	}
}

func TestDeletedMembersAreMissing(t *testing.T) {
	w := story()
	gone := w.packages["containai"].tags["v1.2.0"]
	inv := w.inventory(view{})
	for i, p := range inv.Packages {
		if p.Spec.Name == "containai" {
			versions := slices.DeleteFunc(slices.Clone(p.Snapshot.Versions), func(v Version) bool { return v.Digest == gone })
			inv.Packages[i].Snapshot = NewSnapshot(p.Spec.Name, OriginAPI, w.now, versions)
		}
	}
	if r := release(t, Releases(inv), "v1.2.0", "prod"); !slices.Equal(r.Missing, []string{"containai"}) {
		t.Errorf("v1.2.0 lacks %v", r.Missing)
	}
	// A list that was cut off proves nothing.
	for i := range inv.Packages {
		inv.Packages[i].Snapshot.Partial = true
	}
	if r := release(t, Releases(inv), "v1.2.0", "prod"); !r.Complete() {
		t.Errorf("v1.2.0 lacks %v though the list is partial", r.Missing)
	}
}

func TestDocumentsOfOnePublish(t *testing.T) {
	// The document is written again later, for the same digests: one release.
	w := story()
	meta := w.packages["containai-metadata"]
	doc := meta.documents[meta.tags["nightly"]]
	doc.GeneratedAt = doc.GeneratedAt.Add(3 * time.Hour)
	d := w.push("containai-metadata", doc.GeneratedAt, artifact("application/vnd.containai.metadata.v1+json", "again"), "nightly")
	meta.documents[d] = doc
	all := Releases(w.inventory(view{}))
	if len(all) != 13 {
		t.Fatalf("%v", labels(all))
	}
	r := release(t, all, "08dd3c9", "nightly")
	if len(r.Documents) != 3 || r.Members["containai-metadata"].Digest != d || !r.Built.Equal(at("2026-06-28T09:44:00")) {
		t.Errorf("written again: %+v", r)
	}
}

func TestInstallersByTheirTime(t *testing.T) {
	w := story()
	// A publish that died before its installer does not take the next one's.
	w.publish(publish{at: "2026-07-01T03:00:00", commit: "aaaaaaa", channel: "dev", until: "metadata"})
	w.publish(publish{at: "2026-07-01T03:10:00", commit: "bbbbbbb", channel: "nightly"})
	w.publish(publish{at: "2026-07-01T05:00:00", commit: "ccccccc", channel: "nightly"})
	all := Releases(w.inventory(view{}))
	if r := release(t, all, "aaaaaaa", "dev"); !slices.Equal(r.Missing, []string{"containai-installer"}) {
		t.Errorf("the dead publish lacks %v, has %v", r.Missing, r.Members["containai-installer"])
	}
	if r := release(t, all, "bbbbbbb", "nightly"); !r.Complete() || r.Members["containai-installer"].Evidence != EvidenceInferred {
		t.Errorf("the next one: %+v", r)
	}
	// Of several pushed after the document, the attested one is the installer.
	w = story()
	w.push("containai-installer", at("2026-06-20T09:44:30"), artifact("application/x", "stray"))
	p := w.packages["containai-installer"]
	got := release(t, Releases(w.inventory(view{})), "b81e6f4", "dev").Members["containai-installer"].Digest
	if p.tags[got.FallbackTag()] == "" {
		t.Error("a stray artifact is taken for the installer")
	}
	// Where nothing is attested the first one is.
	for tag := range maps.Clone(p.tags) {
		if strings.HasPrefix(tag, "sha256-") {
			v := &p.versions[p.place[p.tags[tag]]]
			v.Tags, v.Created = nil, time.Time{}
			delete(p.tags, tag)
		}
	}
	got = release(t, Releases(w.inventory(view{})), "b81e6f4", "dev").Members["containai-installer"].Digest
	if v := p.versions[p.place[got]]; !v.Created.Equal(at("2026-06-20T09:44:30")) {
		t.Errorf("the installer was pushed %v", v.Created)
	}
}

func TestTwinsOfOneSecond(t *testing.T) {
	doc := ChannelDocument{Channel: "dev", GeneratedAt: at("2026-01-01T00:00:00")}
	young, old := digestN(1), digestN(2)
	for range 2 {
		s := NewSnapshot("m", OriginAPI, time.Time{}, []Version{{ID: 2, Digest: young, Created: doc.GeneratedAt}, {ID: 1, Digest: old, Created: doc.GeneratedAt}}).
			WithDocuments(map[Digest]ChannelDocument{young: doc, old: doc})
		got := publications(&PackageState{Snapshot: s})
		if len(got) != 1 || !slices.Equal(got[0].digests, []Digest{old, young}) {
			t.Errorf("%+v", got)
		}
		young, old = old, young
	}
}

func TestPayloadsNamedAfterACommit(t *testing.T) {
	w := story()
	meta := w.packages["containai-metadata"]
	for d, doc := range meta.documents { // the document of build 10 does not name its payload
		if doc.Channel == "dev" && doc.Commit() == sha("b81e6f4") {
			doc.Payload, doc.PayloadRef = "", ""
			meta.documents[d] = doc
		}
	}
	w.push("containai-payload", w.now, artifact("application/x", "nightly of the same commit"), "nightly-b81e6f4")
	m := release(t, Releases(w.inventory(view{})), "b81e6f4", "dev").Members["containai-payload"]
	if m.Digest != w.packages["containai-payload"].tags["dev-b81e6f4"] || m.Evidence != EvidenceTag {
		t.Errorf("payload: %+v", m)
	}
	// Two commits that begin alike: the short name means neither.
	w.push("containai", w.now, w.image("other"), "sha-b81e6f4"+strings.Repeat("9", 33))
	r := release(t, Releases(w.inventory(view{})), "b81e6f4", "dev")
	if _, has := r.Members["containai-payload"]; has {
		t.Error("an ambiguous name was believed")
	}
}

func TestCompareVersions(t *testing.T) {
	ordered := []string{"", "v0.9.9", "v1.0.0-alpha", "v1.0.0-alpha.1", "v1.0.0-alpha.beta", "v1.0.0-rc.2", "v1.0.0-rc.11", "v1.0.0", "v1.2.0", "v1.10.0", "v2.0.0"}
	for i, a := range ordered {
		for j, b := range ordered {
			if got, want := sign(compareVersions(a, b)), sign(i-j); got != want {
				t.Errorf("%q against %q: %d, want %d", a, b, got, want)
			}
		}
	}
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

// bigInventory is a project with many publishes, without manifests read.
func bigInventory(builds int) Inventory {
	w := newWorld(ContainAI())
	start := at("2020-01-01T00:00:00")
	for i := range builds {
		b := publish{at: start.Add(time.Duration(i) * 6 * time.Hour).Format("2006-01-02T15:04:05"), commit: fmt.Sprintf("%07x", i*7919+1), channel: "dev"}
		switch i % 5 {
		case 1:
			b.channel = "nightly"
		case 2:
			b.channel, b.version = "prod", fmt.Sprintf("v1.%d.0", i)
		}
		w.publish(b)
	}
	return w.inventory(view{})
}

func BenchmarkReleases(b *testing.B) { // 10 packages, 45 builds: about 500 versions an image
	inv := bigInventory(45)
	b.ReportAllocs()
	for b.Loop() {
		Releases(inv)
	}
}

func BenchmarkSurvey(b *testing.B) {
	inv := bigInventory(45)
	b.ReportAllocs()
	for b.Loop() {
		NewSurvey(inv, Past{})
	}
}
