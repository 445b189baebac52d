package model

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// whole fails where a version of the snapshot is not exactly once a row or a
// part.
func whole(t *testing.T, s Survey, pkg string, rows []Row) {
	t.Helper()
	p, _ := s.Inventory.Package(pkg)
	seen := make(map[Digest]int)
	for _, r := range rows {
		seen[r.Digest]++
		for _, part := range r.Parts {
			seen[part.Digest]++
			if part.Role == "" {
				t.Errorf("%s under %s has no role", part.Digest.Short(), r.Digest.Short())
			}
		}
	}
	for _, v := range p.Snapshot.Versions {
		if seen[v.Digest] != 1 {
			t.Errorf("version %d (%v) stands %d times", v.ID, v.Tags, seen[v.Digest])
		}
		delete(seen, v.Digest)
	}
	if len(seen) > 0 {
		t.Errorf("%d rows are no versions", len(seen))
	}
}

func roles(r Row) map[PartRole]int {
	out := make(map[PartRole]int)
	for _, p := range r.Parts {
		out[p.Role]++
	}
	return out
}

func TestFoldTheStory(t *testing.T) {
	w := story()
	for _, v := range []view{{}, {manifests: true}} {
		s := w.survey(v, Past{})
		for _, spec := range w.layout.Packages {
			rows := Fold(s, spec.Name)
			whole(t, s, spec.Name, rows)
			want := 14 // builds
			switch {
			case spec.Name == "containai-log-forwarder":
				want = 13 // not in the legacy build
			case spec.Role == RoleMetadata:
				want = 24 // twelve publishes, two manifests each
			case spec.Kind == KindArtifact:
				want = 12
			}
			if len(rows) != want {
				t.Errorf("manifests %v: %s has %d rows, want %d", v.manifests, spec.Name, len(rows), want)
			}
			if !slices.IsSortedFunc(rows, func(a, b Row) int { return b.Created.Compare(a.Created) }) {
				t.Errorf("%s is not sorted", spec.Name)
			}
		}
	}
}

func TestFoldRowsOfClaude(t *testing.T) {
	w := story()
	rows := Fold(w.survey(view{manifests: true}, Past{}), "containai-claude")
	want := map[PartRole]int{PartPlatform: 2, PartArchIndex: 2, PartBuildx: 2, PartAttestation: 2, PartFallback: 2}
	for i, r := range rows {
		switch i {
		case 1: // build 13
			if d := cmp.Diff(map[PartRole]int{PartPlatform: 1, PartBuildx: 1, PartAttestation: 1, PartFallback: 1}, roles(r)); d != "" {
				t.Errorf("failed build (-want +got):\n%s", d)
			}
			if r.Failed != "amd64 only" || r.Commit != sha("f24b770") || r.Release != "" {
				t.Errorf("failed build: %q %q %q", r.Failed, r.Commit, r.Release)
			}
		case 13: // legacy
			if d := cmp.Diff(map[PartRole]int{PartPlatform: 2, PartBuildx: 2}, roles(r)); d != "" {
				t.Errorf("legacy (-want +got):\n%s", d)
			}
		default:
			if d := cmp.Diff(want, roles(r)); d != "" {
				t.Errorf("row %d (-want +got):\n%s", i, d)
			}
			if r.Failed != "" || r.Kind != VersionIndex || !slices.Equal(r.Platforms, []string{"amd64", "arm64"}) || r.Release == "" {
				t.Errorf("row %d: %q %s %v %q", i, r.Failed, r.Kind, r.Platforms, r.Release)
			}
			for _, p := range r.Parts {
				if p.Commit != r.Commit {
					t.Errorf("row %d: %s has commit %q, the row %q", i, p.Role, p.Commit, r.Commit)
				}
			}
		}
	}
	if got := Fold(w.survey(view{manifests: true}, Past{}), "containai-codex")[1].Failed; got != "amd64 and arm64 without an index over them" {
		t.Errorf("codex of build 13: %q", got)
	}
}

func TestFoldUnread(t *testing.T) {
	w := story()
	rows := Fold(w.survey(view{}, Past{}), "containai-claude")
	for i, r := range rows {
		switch i {
		case 1:
			if r.Failed != "amd64 only" || len(r.Parts) != 4 || !slices.Equal(r.Platforms, []string{"amd64"}) {
				t.Errorf("failed build: %q, %v, %v", r.Failed, roles(r), r.Platforms)
			}
		case 4: // build 10: its tags were taken by build 11
			if r.Label() != "" || len(r.Tags) != 0 || len(r.Parts) != 10 || r.Release != sha("b81e6f4") {
				t.Errorf("build 10: %v, %d parts, %q", r.Tags, len(r.Parts), r.Release)
			}
		case 13:
			if len(r.Parts) != 4 || roles(r)[PartInferred] != 4 {
				t.Errorf("legacy: %v", roles(r))
			}
		default:
			if d := cmp.Diff(map[PartRole]int{PartArchIndex: 2, PartFallback: 2, PartInferred: 6}, roles(r)); d != "" {
				t.Errorf("row %d (-want +got):\n%s", i, d)
			}
		}
	}
	for _, r := range Fold(w.survey(view{}, Past{}), "containai-payload") {
		if d := cmp.Diff(map[PartRole]int{PartFallback: 1, PartInferred: 1}, roles(r)); d != "" {
			t.Errorf("payload %v (-want +got):\n%s", r.Tags, d)
		}
	}
}

// Label of a row in a test: its first tag.
func (r Row) Label() string {
	if len(r.Tags) == 0 {
		return ""
	}
	return r.Tags[0]
}

func TestFoldKeepsWhatPeopleTag(t *testing.T) {
	w := story()
	p := w.packages["containai"]
	index := p.manifests[p.tags["prod"]]
	child := index.Manifests[0].Digest
	w.tag("containai", w.now, child, "prod")
	s := w.survey(view{manifests: true}, Past{})
	rows := Fold(s, "containai")
	whole(t, s, "containai", rows)
	i := slices.IndexFunc(rows, func(r Row) bool { return r.Digest == child })
	if i < 0 || rows[i].Kind != VersionImage || !slices.Equal(rows[i].Platforms, []string{"amd64"}) {
		t.Fatalf("a channel tag on a platform child is folded away (row %d)", i)
	}
	// A tag that names its platform is no person's tag.
	w.tag("containai", w.now, p.tags["v1.3.0"], "prod")
	w.tag("containai", w.now, child, "mine-amd64")
	if slices.ContainsFunc(Fold(w.survey(view{manifests: true}, Past{}), "containai"), func(r Row) bool { return r.Digest == child }) {
		t.Error("mine-amd64 stands for itself")
	}
}

func TestFoldSharedChildren(t *testing.T) {
	layout := Layout{Tags: DefaultTagRules(), Packages: []PackageSpec{{Name: "a", Kind: KindImage}}}
	w := newWorld(layout)
	amd := w.push("a", at("2026-01-01T00:00:00"), w.image("amd"))
	arm := w.push("a", at("2026-01-01T00:00:01"), w.image("arm"))
	entries := []map[string]any{entry(amd, "linux", "amd64", nil), entry(arm, "linux", "arm64", nil)}
	old := w.push("a", at("2026-01-02T00:00:00"), indexOf(entries...), "one")
	doc := indexOf(entries...)
	doc["annotations"] = map[string]string{"rebuilt": "yes"}
	young := w.push("a", at("2026-01-03T00:00:00"), doc, "two")
	s := w.survey(view{manifests: true}, Past{})
	rows := Fold(s, "a")
	whole(t, s, "a", rows)
	if len(rows) != 2 || rows[0].Digest != young || len(rows[0].Parts) != 2 || rows[1].Digest != old || len(rows[1].Parts) != 0 {
		t.Fatalf("rows %+v", rows)
	}
	if !slices.Equal(rows[1].Platforms, []string{"amd64", "arm64"}) || rows[1].Size != rows[0].Size || rows[1].Size <= 0 {
		t.Errorf("the older row does not count what it shares: %v, %d", rows[1].Platforms, rows[1].Size)
	}
	if got := rows[0].Parts[0].Parents; len(got) != 2 {
		t.Errorf("parents %v", got)
	}
}

func TestFoldSharedByTheNewestWhateverTheDigests(t *testing.T) {
	layout := Layout{Tags: DefaultTagRules(), Packages: []PackageSpec{{Name: "a", Kind: KindImage}}}
	for n := range 8 {
		w := newWorld(layout)
		child := w.push("a", at("2026-01-01T00:00:00"), w.image("x"))
		var last Digest
		for k := range 3 {
			doc := indexOf(entry(child, "linux", "amd64", nil))
			doc["annotations"] = map[string]string{"n": fmt.Sprint(n, k)}
			last = w.push("a", at("2026-01-02T00:00:00").Add(time.Duration(k)*time.Hour), doc, fmt.Sprintf("t%d", k), "sha-"+sha(fmt.Sprintf("%07x", k)))
		}
		s := w.survey(view{manifests: true}, Past{})
		rows := Fold(s, "a")
		if len(rows) != 3 || rows[0].Digest != last || len(rows[0].Parts) != 1 {
			t.Errorf("round %d: %+v", n, rows)
		}
		// Three commits claim the child: it has none of its own.
		for _, e := range Entries(s, "a") {
			if e.Digest == child && e.Commit != "" {
				t.Errorf("round %d: the shared child has commit %s", n, e.Commit)
			}
		}
	}
}

func TestFoldRebuildFromTheCache(t *testing.T) {
	// Two builds with the same platforms and other provenance: each
	// architecture's index goes to its own build.
	layout := Layout{Tags: DefaultTagRules(), Packages: []PackageSpec{{Name: "a", Kind: KindImage}}}
	w := newWorld(layout)
	amd, arm := w.push("a", at("2026-01-01T00:00:00"), w.image("amd")), w.push("a", at("2026-01-01T00:00:00"), w.image("arm"))
	want := make(map[Digest]Digest)
	for k := range 2 {
		when := at("2026-01-02T00:00:00").Add(time.Duration(k) * time.Hour)
		var all []map[string]any
		var arches []Digest
		for arch, child := range map[string]Digest{"amd64": amd, "arm64": arm} {
			doc := w.image(fmt.Sprint("provenance ", arch, k))
			note := entry(w.push("a", when, doc), "unknown", "unknown", map[string]string{AnnotationRefType: "attestation-manifest"})
			entries := []map[string]any{entry(child, "linux", arch, nil), note}
			arches = append(arches, w.push("a", when, indexOf(entries...)))
			all = append(all, entries...)
		}
		index := w.push("a", when, indexOf(all...), fmt.Sprintf("build%d", k))
		for _, d := range arches {
			want[d] = index
		}
	}
	for _, r := range Fold(w.survey(view{manifests: true}, Past{}), "a") {
		for _, p := range r.Parts {
			if p.Role == PartArchIndex && want[p.Digest] != r.Digest {
				t.Error("an architecture's index went to the other build")
			}
			delete(want, p.Digest)
		}
	}
	if len(want) > 0 {
		t.Errorf("%d architectures' indexes stand alone", len(want))
	}
}

func TestFoldInfersOnlyWhatIsNear(t *testing.T) {
	layout := Layout{Tags: DefaultTagRules(), Packages: []PackageSpec{{Name: "a", Kind: KindImage}}}
	for _, kind := range []PackageKind{KindImage, KindArtifact} {
		layout.Packages[0].Kind = kind
		w := newWorld(layout)
		w.push("a", at("2026-01-01T00:00:00"), w.image("far"))
		w.push("a", at("2026-01-01T11:45:00"), w.image("near"))
		w.push("a", at("2026-01-01T12:00:00"), w.image("tagged"), "latest")
		w.push("a", at("2026-01-01T12:00:01"), w.image("after"))
		rows := Fold(w.survey(view{}, Past{}), "a")
		want := 3
		if kind == KindArtifact {
			want = 4 // an artifact has no parts that are pushed before it
		}
		if len(rows) != want {
			t.Errorf("%s: %d rows, want %d", kind, len(rows), want)
		}
	}
}

func TestFoldIndexesThatOnlyOverlap(t *testing.T) {
	layout := Layout{Tags: DefaultTagRules(), Packages: []PackageSpec{{Name: "a", Kind: KindImage}}}
	w := newWorld(layout)
	var entries []map[string]any
	for _, arch := range []string{"amd64", "arm64", "s390x", "riscv64"} {
		entries = append(entries, entry(w.push("a", at("2026-01-01T00:00:00"), w.image(arch)), "linux", arch, nil))
	}
	three := w.push("a", at("2026-01-02T00:00:00"), indexOf(entries[:3]...))
	overlap := w.push("a", at("2026-01-02T01:00:00"), indexOf(entries[0], entries[3]))
	same := indexOf(entries[:3]...)
	same["annotations"] = map[string]string{"again": "yes"}
	again := w.push("a", at("2026-01-03T00:00:00"), same, "latest")
	subset := w.push("a", at("2026-01-04T00:00:00"), indexOf(entries[1:3]...))
	s := w.survey(view{manifests: true}, Past{})
	rows := Fold(s, "a")
	whole(t, s, "a", rows)
	var got []Digest
	for _, r := range rows {
		got = append(got, r.Digest)
	}
	if d := cmp.Diff([]Digest{again, overlap, three}, got); d != "" {
		t.Errorf("rows (-want +got):\n%s", d)
	}
	if !slices.ContainsFunc(rows[0].Parts, func(p Part) bool { return p.Digest == subset && p.Role == PartArchIndex }) {
		t.Error("the index of two of the three platforms stands alone")
	}
}

func TestFoldForeignArchTag(t *testing.T) {
	// The architecture tag was moved by a build that never finished: what it
	// points to now does not belong to the commit's index.
	w := story()
	w.arch("containai", "amd64", "another build", w.now, true, "sha-"+sha("08dd3c9")+"-amd64")
	s := w.survey(view{manifests: true}, Past{})
	rows := Fold(s, "containai")
	whole(t, s, "containai", rows)
	if rows[0].Failed != "amd64 only" || len(rows[0].Parts) != 4 {
		t.Errorf("newest row: %q, %v", rows[0].Failed, roles(rows[0]))
	}
	for _, r := range rows {
		if slices.Contains(r.Tags, "nightly") && roles(r)[PartArchIndex] != 2 {
			t.Errorf("nightly: %v", roles(r))
		}
	}
}

func TestFoldCosignAndCircles(t *testing.T) {
	layout := Layout{Tags: DefaultTagRules(), Packages: []PackageSpec{{Name: "a", Kind: KindImage}}}
	w := newWorld(layout)
	image := w.push("a", at("2026-01-01T00:00:00"), w.image("x"), "latest")
	sig := w.push("a", at("2026-01-01T01:00:00"), artifact("", "signature"), image.FallbackTag()+".sig")
	one := w.push("a", at("2026-01-02T00:00:00"), artifact("", "one"))
	two := w.push("a", at("2026-01-02T00:00:01"), artifact("", "two"), one.FallbackTag())
	w.tag("a", w.now, one, two.FallbackTag())
	self := w.push("a", at("2026-01-03T00:00:01"), artifact("", "self"))
	w.tag("a", w.now, self, self.FallbackTag())
	s := w.survey(view{manifests: true}, Past{})
	rows := Fold(s, "a")
	whole(t, s, "a", rows)
	last := rows[len(rows)-1]
	if last.Digest != image || len(last.Parts) != 1 || last.Parts[0].Role != PartCosign || last.Parts[0].Kind != VersionAttestation {
		t.Errorf("signed image: %+v", last)
	}
	if !slices.Contains(last.Referrers, sig) {
		t.Errorf("referrers %v", last.Referrers)
	}
}

func TestStays(t *testing.T) {
	w := story()
	past := rollback(t, w, at("2026-07-01T11:00:00"))
	rows := Fold(w.survey(view{}, past), "containai-claude")
	stays := func(version string) []Stay {
		for _, r := range rows {
			if slices.Contains(r.Tags, version) {
				return r.Stays
			}
		}
		t.Fatalf("no row %s", version)
		return nil
	}
	want := []Stay{
		{Channel: "prod", From: at("2026-07-01T11:00:00"), Evidence: EvidenceJournal},
		{Channel: "prod", From: at("2026-05-18T09:44:00"), To: at("2026-06-24T10:46:00"), Evidence: EvidenceMetadata},
	}
	if d := cmp.Diff(want, stays("v1.2.0")); d != "" {
		t.Errorf("v1.2.0 (-want +got):\n%s", d)
	}
	want = []Stay{{Channel: "prod", From: at("2026-06-24T10:46:00"), To: at("2026-07-01T11:00:00"), Evidence: EvidenceMetadata}}
	if d := cmp.Diff(want, stays("v1.3.0")); d != "" {
		t.Errorf("v1.3.0 (-want +got):\n%s", d)
	}
	// The payload has no channel tag: documents tell, and the last goes on.
	for _, r := range Fold(w.survey(view{}, Past{}), "containai-payload") {
		if slices.Contains(r.Tags, "dev-6e19a5d") && (len(r.Stays) != 1 || !r.Stays[0].To.IsZero()) {
			t.Errorf("payload of dev: %+v", r.Stays)
		}
	}
	// Two clocks that disagree do not make a tag go back and forth.
	digest := w.packages["containai-claude"].tags["prod"]
	past.Observations = []Observation{{Package: "containai-claude", Tag: "prod", Digest: digest, At: at("2026-07-01T10:59:58"), Last: at("2026-07-01T10:59:58")}}
	rows = Fold(w.survey(view{}, past), "containai-claude")
	if got := stays("v1.2.0"); len(got) != 2 || got[0].Evidence != EvidenceObserved {
		t.Errorf("with skewed clocks: %+v", got)
	}
}

func TestEntries(t *testing.T) {
	w := story()
	s := w.survey(view{manifests: true}, Past{})
	entries := Entries(s, "containai")
	if len(entries) != 148 {
		t.Fatalf("%d entries", len(entries))
	}
	kinds := make(map[VersionKind]int)
	for _, e := range entries {
		kinds[e.Kind]++
		if e.Kind == VersionImage && (len(e.Platforms) != 1 || len(e.Parents) == 0 || len(e.Referrers) != 1) {
			t.Errorf("platform child: %+v", e)
		}
		if e.Kind == VersionReferrers && e.Commit == "" {
			t.Errorf("referrers index without the commit of its subject: %v", e.Tags)
		}
	}
	want := map[VersionKind]int{VersionIndex: 1 + 3*13, VersionImage: 2 * 14, VersionAttestation: 2*14 + 2*13, VersionReferrers: 2 * 13}
	if d := cmp.Diff(want, kinds); d != "" {
		t.Errorf("kinds (-want +got):\n%s", d)
	}
	unread := Entries(w.survey(view{}, Past{}), "containai")
	for _, e := range unread {
		if e.Size != -1 || len(e.Tags) == 0 && e.Kind != VersionUnknown {
			t.Errorf("unread entry claims to know: %+v", e)
		}
	}
	if got := Entries(s, "nonsense"); len(got) != 0 {
		t.Errorf("entries of an unknown package: %d", len(got))
	}
	if got := Fold(s, "nonsense"); len(got) != 0 {
		t.Errorf("rows of an unknown package: %d", len(got))
	}
}

// randomSnapshot lists versions at random: shared children, dangling subjects,
// tags of every kind on anything.
func randomSnapshot(r *rand.Rand) Inventory {
	layout := Layout{Packages: []PackageSpec{{Name: "a", Kind: []PackageKind{KindImage, KindArtifact}[r.IntN(2)]}},
		Channels: []ChannelSpec{{Name: "prod", VersionTags: true}}, Tags: DefaultTagRules()}
	w := newWorld(layout)
	when := at("2026-01-01T00:00:00")
	var known []Digest
	pick := func() Digest {
		if len(known) == 0 || r.IntN(8) == 0 {
			return DigestOf([]byte{byte(r.IntN(9))})
		}
		return known[r.IntN(len(known))]
	}
	for n := range r.IntN(40) {
		when = when.Add(time.Duration(r.IntN(20)) * time.Minute)
		var doc map[string]any
		switch r.IntN(4) {
		case 0:
			var list []map[string]any
			for range r.IntN(4) {
				list = append(list, entry(pick(), []string{"linux", "unknown"}[r.IntN(2)], []string{"amd64", "arm64", "unknown"}[r.IntN(3)], nil))
			}
			doc = indexOf(list...)
			doc["annotations"] = map[string]string{"n": fmt.Sprint(n)}
		case 1:
			doc = w.image(fmt.Sprint(n))
		default:
			doc = artifact([]string{"", "x/y", MediaBundlePrefix}[r.IntN(3)], fmt.Sprint(n))
		}
		if r.IntN(4) == 0 {
			doc["subject"] = map[string]any{"mediaType": MediaOCIIndex, "digest": string(pick()), "size": 1}
		}
		var tags []string
		for range r.IntN(3) {
			c := sha(fmt.Sprintf("%07x", r.IntN(3)))
			tags = append(tags, []string{"prod", "x", "v1.0.0", "sha-" + c, "sha-" + c + "-amd64", "sha-" + c + "-arm64",
				pick().FallbackTag(), pick().FallbackTag() + ".sig", "foo-amd64"}[r.IntN(9)])
		}
		known = append(known, w.push("a", when, doc, tags...))
	}
	inv := w.inventory(view{manifests: true})
	if r.IntN(2) == 0 { // forget some of what was read
		s := inv.Packages[0].Snapshot
		some := make(map[Digest]*Manifest)
		for d, m := range s.Manifests {
			if r.IntN(2) == 0 {
				some[d] = m
			}
		}
		inv.Packages[0].Snapshot = NewSnapshot("a", OriginAPI, w.now, s.Versions).WithManifests(some)
	}
	return inv
}

func TestFoldLosesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	for range 500 {
		s := NewSurvey(randomSnapshot(r), Past{})
		whole(t, s, "a", Fold(s, "a"))
		if got, want := len(Entries(s, "a")), len(s.Inventory.Packages[0].Snapshot.Versions); got != want {
			t.Fatalf("%d entries of %d versions", got, want)
		}
		if t.Failed() {
			return
		}
	}
}

func hugeSurvey(manifests bool) Survey {
	layout := ContainAI()
	layout.Packages = layout.Packages[:1]
	w := newWorld(layout)
	start := at("2016-01-01T00:00:00")
	for i := range 9091 {
		when := start.Add(time.Duration(i) * 8 * time.Hour)
		commit := sha(fmt.Sprintf("%07x", i*7919+1))
		var all []map[string]any
		for _, arch := range []string{"amd64", "arm64"} {
			all = append(all, w.arch("containai", arch, commit, when, true, "sha-"+commit+"-"+arch)...)
		}
		w.push("containai", when.Add(time.Minute), indexOf(all...), "sha-"+commit)
	}
	return w.survey(view{manifests: manifests}, Past{})
}

func BenchmarkFold100k(b *testing.B) {
	for _, read := range []bool{false, true} {
		s := hugeSurvey(read)
		b.Run(fmt.Sprintf("read=%v", read), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if n := len(Fold(s, "containai")); n != 9091 {
					b.Fatalf("%d rows", n)
				}
			}
		})
	}
}

func BenchmarkSnapshot100k(b *testing.B) {
	s := hugeSurvey(true).Inventory.Packages[0].Snapshot
	b.Run("new", func(b *testing.B) {
		for b.Loop() {
			NewSnapshot("a", OriginAPI, s.ReadAt, s.Versions)
		}
	})
	b.Run("manifests", func(b *testing.B) {
		for b.Loop() {
			s.WithManifests(nil)
		}
	})
	b.Run("tags", func(b *testing.B) {
		other := s.Versions[5].Digest
		for b.Loop() {
			s.WithTags(map[string]Digest{"prod": other, "dev": other, "nightly": other})
		}
	})
}
