package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// imageSpec is an image of a test: what differs between two is what the test
// changes.
type imageSpec struct {
	config string // the members of "config"
	outer  string // further members of the document, each with a comma in front
	steps  []string
	layers []string // content of the layer of each step; "" for none
	media  string
}

func (s imageSpec) part(t testing.TB, platform string) DiffPart {
	t.Helper()
	var history []string
	var layers []Descriptor
	for i, step := range s.steps {
		h := map[string]any{"created": "2026-01-01T00:00:00Z", "created_by": step}
		if s.layers[i] == "" {
			h["empty_layer"] = true
		} else {
			layers = append(layers, Descriptor{MediaType: "layer", Digest: DigestOf([]byte(s.layers[i])), Size: int64(len(s.layers[i]))})
		}
		raw, _ := json.Marshal(h)
		history = append(history, string(raw))
	}
	raw := fmt.Sprintf(`{"os":"linux","architecture":%q,"config":{%s},"history":[%s]%s}`, platform, s.config, strings.Join(history, ","), s.outer)
	c, err := ParseImageConfig([]byte(raw))
	if err != nil {
		t.Fatalf("the test's own configuration: %v\n%s", err, raw)
	}
	m := &Manifest{MediaType: MediaOCIManifest, Layers: layers, Config: &Descriptor{MediaType: "application/vnd.oci.image.config.v1+json", Digest: DigestOf([]byte(raw))}}
	if s.media != "" {
		m.MediaType = s.media
	}
	m.Digest = DigestOf([]byte(fmt.Sprint(raw, layers)))
	return DiffPart{Platform: platform, Digest: m.Digest, Manifest: m, Config: c}
}

// indexed is an index over images.
func indexed(t testing.TB, images map[string]imageSpec) DiffInput {
	t.Helper()
	in := DiffInput{Side: DiffSide{Package: "p"}, Manifest: &Manifest{MediaType: MediaOCIIndex}}
	for _, platform := range slices.Sorted(func(yield func(string) bool) {
		for k := range images {
			if !yield(k) {
				return
			}
		}
	}) {
		part := images[platform].part(t, platform)
		in.Parts = append(in.Parts, part)
		in.Manifest.Manifests = append(in.Manifest.Manifests, Descriptor{Digest: part.Digest, Platform: &Platform{OS: "linux", Architecture: platform}})
	}
	in.Manifest.Digest = DigestOf([]byte(fmt.Sprint(in.Manifest.Manifests)))
	return in
}

// lines are the entries of a section, one a line; noise begins with "~".
func lines(d Diff, name string) []string {
	s, _ := d.Section(name)
	out := []string{}
	for _, e := range s.Entries {
		line := fmt.Sprintf("%s %s", e.Change, e.Path)
		if e.HasBefore() {
			line += " <" + e.Before + ">"
		}
		if e.HasAfter() {
			line += " [" + e.After + "]"
		}
		if e.Noise {
			line = "~" + line
		}
		out = append(out, line)
	}
	return out
}

func TestConfigDifferences(t *testing.T) {
	const base = `"Entrypoint":["/e"],"Cmd":["x"],"User":"u","WorkingDir":"/w","ExposedPorts":{"1/tcp":{}},"Volumes":{"/v":{}},"StopSignal":"TERM","Shell":["/bin/sh"],
		"Env":["A=1","B=2","A=3"],"Labels":{"l":"1"},"Healthcheck":{"Test":["CMD","t"],"Interval":1000000000,"Retries":3}`
	for name, tc := range map[string]struct {
		a, b    string
		section string
		want    []string
	}{
		"the same":            {base, base, DiffConfig, []string{}},
		"entrypoint":          {base, strings.Replace(base, `["/e"]`, `["/f","<&>"]`, 1), DiffConfig, []string{`changed entrypoint <["/e"]> [["/f","<&>"]]`}},
		"cmd as one string":   {base, strings.Replace(base, `"Cmd":["x"]`, `"Cmd":"x"`, 1), DiffConfig, []string{}},
		"cmd gone":            {base, strings.Replace(base, `"Cmd":["x"],`, ``, 1), DiffConfig, []string{`removed cmd <["x"]>`}},
		"user":                {base, strings.Replace(base, `"u"`, `"root"`, 1), DiffConfig, []string{`changed user <u> [root]`}},
		"workdir":             {base, strings.Replace(base, `"/w"`, `"/x"`, 1), DiffConfig, []string{`changed workdir </w> [/x]`}},
		"ports":               {base, strings.Replace(base, `"1/tcp"`, `"2/tcp"`, 1), DiffConfig, []string{`removed ports/1/tcp <1/tcp>`, `added ports/2/tcp [2/tcp]`}},
		"volumes":             {base, strings.Replace(base, `{"/v":{}}`, `null`, 1), DiffConfig, []string{`removed volumes//v </v>`}},
		"signal":              {base, strings.Replace(base, `"TERM"`, `"INT"`, 1), DiffConfig, []string{`changed stop signal <TERM> [INT]`}},
		"shell":               {base, strings.Replace(base, `"Shell"`, `"other"`, 1), DiffConfig, []string{`removed shell <["/bin/sh"]>`}},
		"health":              {base, strings.Replace(base, `1000000000,"Retries":3`, `5000000000`, 1), DiffConfig, []string{`changed healthcheck/interval <1s> [5s]`, `removed healthcheck/retries <3>`}},
		"env":                 {base, strings.Replace(base, `"B=2","A=3"`, `"C","A=1"`, 1), DiffEnv, []string{`changed A <3> [1]`, `removed B <2>`, `added C []`}},
		"labels":              {base, strings.Replace(base, `"l":"1"`, `"l":"","m":"2"`, 1), DiffLabels, []string{`changed l <1> []`, `added m [2]`}},
		"labels of time":      {`"Labels":{"org.opencontainers.image.created":"1"}`, `"Labels":{"org.opencontainers.image.created":"2"}`, DiffLabels, []string{`~changed org.opencontainers.image.created <1> [2]`}},
		"env is not a config": {base, strings.Replace(base, `"A=1",`, ``, 1), DiffConfig, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			a := indexed(t, map[string]imageSpec{"amd64": {config: tc.a}, "arm64": {config: tc.a}})
			both := indexed(t, map[string]imageSpec{"amd64": {config: tc.b}, "arm64": {config: tc.b}})
			if d := cmp.Diff(tc.want, lines(CompareVersions(a, both, nil), tc.section)); d != "" {
				t.Errorf("on both platforms (-want +got):\n%s", d)
			}
			one := indexed(t, map[string]imageSpec{"amd64": {config: tc.a}, "arm64": {config: tc.b}})
			want := []string{}
			for _, line := range tc.want {
				change, rest, _ := strings.Cut(line, " ")
				want = append(want, change+" arm64/"+rest)
			}
			if d := cmp.Diff(want, lines(CompareVersions(a, one, nil), tc.section)); d != "" {
				t.Errorf("on one platform (-want +got):\n%s", d)
			}
		})
	}
}

func TestHistoryAndLayers(t *testing.T) {
	steps := []string{"FROM", "/bin/sh -c #(nop)  ENV A=1", "RUN  apt # buildkit", "COPY a", "CMD x"}
	a := imageSpec{steps: steps, layers: []string{"base", "", "apt", "a", ""}}
	for name, tc := range map[string]struct {
		steps, layers   []string
		history, shared []string
		equal           int
	}{
		"a layer built anew": {steps, []string{"base", "", "apt2", "a", ""},
			[]string{"~changed RUN apt"}, []string{"changed RUN apt"}, 2},
		"a step more": {[]string{"FROM", "ENV A=1", "RUN  apt # buildkit", "RUN new", "COPY a", "CMD x"}, []string{"base", "", "apt", "new", "a", ""},
			[]string{"added RUN new"}, []string{"added RUN new"}, 3},
		"another command": {[]string{"FROM", "ENV A=2", "RUN apt", "COPY b", "CMD x"}, []string{"base", "", "apt", "b", ""},
			[]string{"removed ENV A=1", "added ENV A=2", "removed COPY a", "added COPY b"}, []string{"removed COPY a", "added COPY b"}, 2},
		"moved": {[]string{"FROM", "COPY a", "ENV A=1", "RUN apt", "CMD x"}, []string{"base", "a", "", "apt", ""},
			[]string{"added COPY a", "removed COPY a"}, []string{}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			b := imageSpec{steps: tc.steps, layers: tc.layers}
			d := CompareVersions(indexed(t, map[string]imageSpec{"arm64": a}), indexed(t, map[string]imageSpec{"arm64": b}), nil)
			cut := func(list []string) []string {
				for i, l := range list {
					list[i], _, _ = strings.Cut(l, " <")
					list[i], _, _ = strings.Cut(list[i], " [")
				}
				return list
			}
			if diff := cmp.Diff(tc.history, cut(lines(d, DiffHistory))); diff != "" {
				t.Errorf("history (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.shared, cut(lines(d, DiffLayers))); diff != "" {
				t.Errorf("layers (-want +got):\n%s", diff)
			}
			if s, _ := d.Section(DiffLayers); s.Equal != tc.equal {
				t.Errorf("%d layers shared, want %d", s.Equal, tc.equal)
			}
		})
	}
}

func TestStepsWithoutTheirLayers(t *testing.T) {
	a := indexed(t, map[string]imageSpec{"arm64": {steps: []string{"A", "B"}, layers: []string{"1", "2"}}})
	b := indexed(t, map[string]imageSpec{"arm64": {steps: []string{"A", "B"}, layers: []string{"1", "3"}}})
	b.Parts[0].Config.History = b.Parts[0].Config.History[:1]
	d := CompareVersions(a, b, nil)
	if h, _ := d.Section(DiffHistory); !strings.Contains(h.Note, "do not fit together") || len(h.Entries) != 1 || h.Entries[0].Path != "B" {
		t.Errorf("history %+v", h)
	}
	if got := lines(d, DiffLayers); len(got) != 2 || !strings.HasPrefix(got[1], "added layer 2 ["+string(DigestOf([]byte("3")))) {
		t.Errorf("layers %v", got)
	}
}

func TestSharedWithAnotherPackage(t *testing.T) {
	image := imageSpec{steps: []string{"A", "B", "C"}, layers: []string{"1", "2", "3"}}
	in := indexed(t, map[string]imageSpec{"amd64": image, "arm64": image})
	set := func(pkg string, layers ...string) LayerSet {
		s := LayerSet{Package: pkg, Digest: DigestOf([]byte(pkg))}
		for _, l := range layers {
			s.Layers = append(s.Layers, DigestOf([]byte(l)))
		}
		return s
	}
	known := []LayerSet{set("base", "1"), set("parent", "1", "2"), set("sibling", "1", "2", "4"), set("p", "1", "2", "3"), set("empty")}
	d := CompareVersions(in, in, known)
	if s, _ := d.Section(DiffLayers); s.Note != "2 layers shared with parent@"+DigestOf([]byte("parent")).Short() {
		t.Errorf("note %q", s.Note)
	}
	arm := imageSpec{steps: []string{"A", "B"}, layers: []string{"1", "5"}}
	d = CompareVersions(in, indexed(t, map[string]imageSpec{"amd64": image, "arm64": arm}), known)
	if s, _ := d.Section(DiffLayers); !strings.HasPrefix(s.Note, "amd64: 2 layers shared with parent@") || !strings.Contains(s.Note, "; arm64: 1 layer shared with base@") {
		t.Errorf("note %q", s.Note)
	}
}

func TestPlatformsThatComeAndGo(t *testing.T) {
	image := imageSpec{config: `"User":"u"`}
	a := indexed(t, map[string]imageSpec{"amd64": image, "arm64": image})
	b := indexed(t, map[string]imageSpec{"amd64": {config: `"User":"v"`}, "s390x": image})
	d := CompareVersions(a, b, nil)
	got := lines(d, DiffPlatforms)
	if len(got) != 3 || !strings.HasPrefix(got[0], "changed amd64 <") || !strings.HasPrefix(got[1], "removed arm64 <") || !strings.HasPrefix(got[2], "added s390x [") {
		t.Errorf("%v", got)
	}
	// One platform of three does not speak for all.
	if diff := cmp.Diff([]string{"changed amd64/user <u> [v]"}, lines(d, DiffConfig)); diff != "" {
		t.Error(diff)
	}
	// What was not read is not equal.
	b = indexed(t, map[string]imageSpec{"amd64": image, "arm64": image})
	b.Parts[1].Manifest, b.Parts[1].Config, b.Parts[1].Err = nil, nil, errors.New("gone")
	for _, name := range []string{DiffManifest, DiffConfig, DiffEnv, DiffHistory, DiffLayers} {
		if s, _ := CompareVersions(a, b, nil).Section(name); !strings.Contains(s.Note, "arm64 not read: gone") {
			t.Errorf("%s: note %q", name, s.Note)
		}
	}
	b.Parts[0].Config = nil
	if s, _ := CompareVersions(a, b, nil).Section(DiffConfig); s.Compared() || s.Note == "" {
		t.Errorf("a configuration that nobody read: %+v", s)
	}
}

func TestAnImageAgainstAnIndex(t *testing.T) {
	image := imageSpec{config: `"User":"u"`}
	index := indexed(t, map[string]imageSpec{"amd64": {config: `"User":"v"`}, "arm64": image})
	part := image.part(t, "arm64")
	part.Platform = ""
	lone := DiffInput{Side: DiffSide{Package: "p"}, Manifest: part.Manifest, Parts: []DiffPart{part}}
	d := CompareVersions(lone, index, nil)
	if got := lines(d, DiffManifest); len(got) != 1 || !strings.HasPrefix(got[0], "changed media type") {
		t.Errorf("manifest %v", got)
	}
	if s, _ := d.Section(DiffConfig); len(s.Entries) != 0 || s.Equal == 0 {
		t.Errorf("config %+v", s)
	}
}

func diffArtifact(t testing.TB, raw string) DiffInput {
	t.Helper()
	m, err := ParseManifest([]byte(raw), MediaOCIManifest)
	if err != nil {
		t.Fatal(err)
	}
	return DiffInput{Side: DiffSide{Package: "p", Digest: m.Digest}, Manifest: m, Parts: []DiffPart{{Digest: m.Digest, Manifest: m}}}
}

func TestArtifacts(t *testing.T) {
	const form = `{"artifactType":%q,"config":{"mediaType":"` + MediaOCIEmpty + `"},"annotations":{"org.opencontainers.image.created":%q},"layers":[
		{"mediaType":"x/y","digest":"sha256:%s","size":3,"annotations":{"org.opencontainers.image.title":"dir/%s/payload.tar.gz"}},
		{"mediaType":"` + MediaInToto + `","digest":"sha256:%s","size":3,"annotations":{"org.opencontainers.image.title":"/home/%s/attestation.jsonl"}}%s]}`
	hex := func(c string) string { return strings.Repeat(c, 64) }
	a := diffArtifact(t, fmt.Sprintf(form, "a/b", "1", hex("1"), "v1", hex("2"), "x", ""))
	b := diffArtifact(t, fmt.Sprintf(form, "a/c", "2", hex("3"), "v2", hex("4"), "y", `,{"mediaType":"z/z","digest":"sha256:`+hex("5")+`","size":1}`))
	a.Document = &ChannelDocument{Channel: "prod", Version: "v1", Images: map[string]Digest{"i": "sha256:1", "j": "sha256:2"}, GeneratedAt: at("2026-01-01T00:00:00")}
	b.Document = &ChannelDocument{Channel: "prod", Version: "v2", Images: map[string]Digest{"i": "sha256:1", "k": "sha256:3"}, GeneratedAt: at("2026-01-02T00:00:00")}
	d := CompareVersions(a, b, nil)
	for name, want := range map[string][]string{
		DiffManifest: {"changed artifact type <a/b> [a/c]", "~changed annotations/org.opencontainers.image.created <1> [2]"},
		DiffLayers: {"changed payload.tar.gz <sha256:" + hex("1") + " (3 bytes)> [sha256:" + hex("3") + " (3 bytes)]",
			"~changed payload.tar.gz/title <dir/v1/payload.tar.gz> [dir/v2/payload.tar.gz]", "added z/z [sha256:" + hex("5") + " (1 bytes)]"},
		DiffAttestations: {"~changed attestation.jsonl <sha256:" + hex("2") + "> [sha256:" + hex("4") + "]"},
		DiffMetadata: {"~changed generated_at <2026-01-01T00:00:00Z> [2026-01-02T00:00:00Z]", "removed images.j <sha256:2>", "added images.k [sha256:3]",
			"changed version <v1> [v2]"},
	} {
		if diff := cmp.Diff(want, lines(d, name)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if _, ok := d.Section(DiffConfig); ok {
		t.Error("an artifact has a configuration to run")
	}
	if s, _ := d.Section(DiffPayload); s.Compared() || s.Note != "not read" {
		t.Errorf("payload %+v", s)
	}
	b.Document = nil
	if s, _ := CompareVersions(a, b, nil).Section(DiffMetadata); s.Note == "" || len(s.Entries) == 0 {
		t.Errorf("metadata without a document: %+v", s)
	}
}

// randomImage draws an image out of a small world, so that two of them have
// much in common.
func randomImage(r *rand.Rand) imageSpec {
	var s imageSpec
	word := func(n int) string { return string(rune('a' + r.IntN(n))) }
	var env, labels []string
	for range r.IntN(4) {
		env = append(env, fmt.Sprintf("%q", strings.ToUpper(word(3))+"="+word(2)))
		labels = append(labels, fmt.Sprintf("%q:%q", word(9), word(2)))
	}
	slices.Sort(labels)
	labels = slices.CompactFunc(labels, func(a, b string) bool { return a[:3] == b[:3] })
	s.config = fmt.Sprintf(`"User":%q,"Env":[%s],"Labels":{%s},"Cmd":[%q]`, word(2), strings.Join(env, ","), strings.Join(labels, ","), word(2))
	s.outer = fmt.Sprintf(`,"created":%q`, word(3))
	for range r.IntN(7) {
		layer := ""
		if r.IntN(3) > 0 {
			layer = word(3)
		}
		s.steps, s.layers = append(s.steps, "RUN "+word(3)), append(s.layers, layer)
	}
	return s
}

// mirrored turns a difference round, in an order that does not depend on which
// side is which.
func mirrored(d Diff, turn bool) map[string][]DiffEntry {
	out := make(map[string][]DiffEntry)
	for _, s := range d.Sections {
		list := slices.Clone(s.Entries)
		for i, e := range list {
			if !turn {
				continue
			}
			e.Before, e.After = e.After, e.Before
			switch e.Change {
			case DiffAdded:
				e.Change = DiffRemoved
			case DiffRemoved:
				e.Change = DiffAdded
			case DiffChanged:
			}
			list[i] = e
		}
		slices.SortFunc(list, func(a, b DiffEntry) int { return strings.Compare(fmt.Sprintf("%+v", a), fmt.Sprintf("%+v", b)) })
		out[s.Name] = append(list, DiffEntry{Path: fmt.Sprint("equal ", s.Equal)})
	}
	return out
}

func TestMetamorphic(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 1))
		draw := func() DiffInput {
			images := map[string]imageSpec{"amd64": randomImage(r), "arm64": randomImage(r)}
			if r.IntN(4) == 0 {
				delete(images, "arm64")
			}
			return indexed(t, images)
		}
		a, b := draw(), draw()
		self := CompareVersions(a, a, nil)
		for _, s := range self.Sections {
			if len(s.Entries) > 0 {
				t.Fatalf("seed %d: %s of a thing against itself: %+v", seed, s.Name, s.Entries)
			}
		}
		there, back := CompareVersions(a, b, nil), CompareVersions(b, a, nil)
		if d := cmp.Diff(mirrored(there, false), mirrored(back, true)); d != "" {
			t.Fatalf("seed %d: there and back differ:\n%s", seed, d)
		}
		added, removed, changed := there.Count()
		if x, y, z := back.Count(); x != removed || y != added || z != changed {
			t.Fatalf("seed %d: counts %d %d %d and %d %d %d", seed, added, removed, changed, x, y, z)
		}
	}
}

func TestAlign(t *testing.T) {
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 2))
		draw := func() []int {
			out := make([]int, r.IntN(9))
			for i := range out {
				out[i] = r.IntN(4)
			}
			return out
		}
		a, b := draw(), draw()
		got := align(a, b)
		i, j, common := 0, 0, 0
		for _, p := range got {
			if p.a >= 0 {
				if p.a != i {
					t.Fatalf("seed %d: %v", seed, got)
				}
				i++
			}
			if p.b >= 0 {
				if p.b != j {
					t.Fatalf("seed %d: %v", seed, got)
				}
				j++
			}
			if p.a >= 0 && p.b >= 0 {
				if a[p.a] != b[p.b] {
					t.Fatalf("seed %d: %v pairs what differs", seed, got)
				}
				common++
			}
		}
		if i != len(a) || j != len(b) || common != longest(a, b) {
			t.Fatalf("seed %d: %v of %v and %v, longest is %d", seed, got, a, b, longest(a, b))
		}
	}
	// Beyond the bound both ends still count.
	n := 3000
	a, b := make([]int, n), make([]int, n)
	for i := range n {
		a[i], b[i] = i, -i
	}
	b[n-1] = a[n-1]
	if got := align(a, b); got[0] != (pair{0, 0}) || got[len(got)-1] != (pair{n - 1, n - 1}) || len(got) != 2*n-2 {
		t.Errorf("%d pairs from %v to %v", len(got), got[0], got[len(got)-1])
	}
}

// longest is the textbook's recursion.
func longest(a, b []int) int {
	switch {
	case len(a) == 0 || len(b) == 0:
		return 0
	case a[0] == b[0]:
		return 1 + longest(a[1:], b[1:])
	}
	return max(longest(a[1:], b), longest(a, b[1:]))
}

func TestImageConfigs(t *testing.T) {
	for _, bad := range []string{"", "[]", "null", `"x"`, `{"config":[]}`, `{"history":{}}`, `{"config":{"Env":"A"}}`, `{"config":{"Entrypoint":7}}`} {
		if _, err := ParseImageConfig([]byte(bad)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", bad, err)
		}
	}
	for _, good := range []string{"{}", `{"config":null}`, `{"config":{"Entrypoint":null,"Volumes":{"a":null}}}`} {
		if _, err := ParseImageConfig([]byte(good)); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
}

func FuzzParseImageConfig(f *testing.F) {
	f.Add([]byte(`{"os":"linux","config":{"Entrypoint":"x","Healthcheck":{"Test":["a"],"Interval":1},"Labels":{"a":"b"}},"history":[{"empty_layer":true},{}]}`))
	f.Add([]byte(`{"config":{"ExposedPorts":{"1/tcp":{}}},"rootfs":{"diff_ids":["sha256:x"]}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, err := ParseImageConfig(raw)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Errorf("%v", err)
			}
			return
		}
		m := &Manifest{MediaType: MediaOCIManifest, Layers: []Descriptor{{Digest: "a"}, {Digest: "b"}}, Config: &Descriptor{MediaType: "application/vnd.oci.image.config.v1+json"}}
		in := DiffInput{Manifest: m, Parts: []DiffPart{{Manifest: m, Config: c}}}
		empty := DiffInput{Manifest: m, Parts: []DiffPart{{Manifest: m, Config: &ImageConfig{}}}}
		for _, s := range CompareVersions(in, in, nil).Sections {
			if len(s.Entries) > 0 {
				t.Errorf("%s differs from itself: %+v", s.Name, s.Entries)
			}
		}
		if d := cmp.Diff(mirrored(CompareVersions(in, empty, nil), false), mirrored(CompareVersions(empty, in, nil), true)); d != "" {
			t.Error(d)
		}
	})
}

func BenchmarkCompareVersions(b *testing.B) {
	var x, y imageSpec
	for i := range 60 {
		x.steps, x.layers = append(x.steps, fmt.Sprint("RUN step ", i)), append(x.layers, fmt.Sprint("a", i))
		y.steps, y.layers = append(y.steps, fmt.Sprint("RUN step ", i)), append(y.layers, fmt.Sprint("b", i/2))
	}
	p, q := indexed(b, map[string]imageSpec{"amd64": x, "arm64": x}), indexed(b, map[string]imageSpec{"amd64": y, "arm64": y})
	for b.Loop() {
		CompareVersions(p, q, nil)
	}
}
