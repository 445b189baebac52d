package ghcr_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
)

// resolved is what a tag of the simulator points to.
func (r *rig) resolved(pkg, tag string) model.Digest {
	r.t.Helper()
	d, ok := r.World().Resolve(pkg, tag)
	if !ok {
		r.t.Fatalf("%s has no tag %s", pkg, tag)
	}
	return d
}

func section(t testing.TB, d model.Diff, name string) model.DiffSection {
	t.Helper()
	s, ok := d.Section(name)
	if !ok {
		t.Fatalf("no section %s", name)
	}
	return s
}

// paths are the entries of a section with a sign for the change, noise left
// out.
func paths(s model.DiffSection) []string {
	signs := map[model.DiffChange]string{model.DiffAdded: "+", model.DiffRemoved: "-", model.DiffChanged: "~"}
	out := []string{}
	for _, e := range s.Entries {
		if !e.Noise {
			out = append(out, signs[e.Change]+e.Path)
		}
	}
	return out
}

func entryAt(t testing.TB, s model.DiffSection, path string) model.DiffEntry {
	t.Helper()
	for _, e := range s.Entries {
		if e.Path == path {
			return e
		}
	}
	t.Fatalf("%s has no entry %s: %v", s.Name, path, paths(s))
	return model.DiffEntry{}
}

// The story of v1.3.0: everything was built anew, and one file matters.
func TestCompareTheBadRelease(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	refresh(t, s)
	const pkg = "containai-claude"
	a, b := r.resolved(pkg, "v1.2.0"), r.resolved(pkg, "v1.3.0")
	d, err := s.Compare(t.Context(), pkg, a, b)
	if err != nil {
		t.Fatalf("comparing: %v", err)
	}
	if d.A.Release != "v1.2.0" || d.B.Release != "v1.3.0" || d.A.Digest != a || d.B.Digest != b || d.A.Created.IsZero() || d.B.Package != pkg {
		t.Errorf("sides %+v, %+v", d.A, d.B)
	}
	for _, name := range []string{model.DiffManifest, model.DiffConfig, model.DiffEnv, model.DiffLabels, model.DiffHistory, model.DiffAttestations} {
		if got := paths(section(t, d, name)); len(got) != 0 {
			t.Errorf("%s differs: %v", name, got)
		}
	}
	layers := section(t, d, model.DiffLayers)
	if layers.Note != "41 layers shared with containai@"+r.resolved("containai", "v1.3.0").Short() || layers.Equal != 2 || len(layers.Entries) != 88 {
		t.Errorf("layers: %d entries, %d shared, %q", len(layers.Entries), layers.Equal, layers.Note)
	}
	if got := paths(section(t, d, model.DiffPlatforms)); !slices.Equal(got, []string{"~amd64", "~arm64"}) {
		t.Errorf("platforms %v", got)
	}
	if f := section(t, d, model.DiffFiles); f.Compared() || f.Note != "not read" {
		t.Errorf("files before anybody asked: %+v", f)
	}

	mark := r.mark()
	var last, total int64
	read := func() model.DiffSection {
		files, err := s.CompareFiles(t.Context(), pkg, a, b, func(done, all int64) {
			if done < last || all < total || done > all {
				t.Errorf("progress %d of %d after %d of %d", done, all, last, total)
			}
			last, total = done, all
		})
		if err != nil {
			t.Fatalf("comparing files: %v", err)
		}
		return files
	}
	files := read()
	if last != total || total == 0 {
		t.Errorf("progress ends at %d of %d", last, total)
	}
	e := entryAt(t, files, "arm64/usr/local/share/containai/validate-claude.sh")
	if e.Change != model.DiffChanged || !strings.Contains(e.Text, "\n-expected=\"aarch64\"\n+expected=\"arm64\"\n") {
		t.Errorf("validate-claude.sh: %+v", e)
	}
	if slices.Contains(paths(files), "~amd64/usr/local/share/containai/validate-claude.sh") || files.Note != "" || files.Equal == 0 {
		t.Errorf("files: %v, note %q", paths(files), files.Note)
	}
	if e := entryAt(t, files, "/usr/local/go/VERSION"); !strings.Contains(e.Text, "-go1.25.10\n") {
		t.Errorf("what both platforms say: %+v", e)
	}
	// Each layer once, and never again.
	fetched := make(map[string]int)
	for _, e := range r.since(mark) {
		if r.host(e) == "registry" && strings.Contains(e.Path, "/blobs/") {
			fetched[e.Path]++
		}
	}
	if len(fetched) != 2*len(layers.Entries) {
		t.Errorf("%d blobs fetched for %d changed layers", len(fetched), len(layers.Entries))
	}
	for path, n := range fetched {
		if n != 1 {
			t.Errorf("%s fetched %d times", path, n)
		}
	}
	mark, last, total = r.mark(), 0, 0
	if again := read(); len(again.Entries) != len(files.Entries) || r.mark() != mark {
		t.Errorf("the second time: %d entries, %d requests", len(again.Entries), r.mark()-mark)
	}
	// A thing against itself.
	if d, err = s.Compare(t.Context(), pkg, a, a); err != nil {
		t.Fatal(err)
	}
	same, err := s.CompareFiles(t.Context(), pkg, a, a, nil)
	if err != nil || len(same.Entries) != 0 || !same.Compared() {
		t.Errorf("files against themselves: %+v, %v", same, err)
	}
	for _, sec := range d.Sections {
		if len(sec.Entries) > 0 {
			t.Errorf("%s against itself: %v", sec.Name, sec.Entries)
		}
	}
}

func TestCompareChannel(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	if _, err := s.CompareChannel(t.Context(), "prod"); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("before anything was read: %v", err)
	}
	if _, err := s.CompareChannel(t.Context(), "nope"); !errors.Is(err, model.ErrInvalid) {
		t.Errorf("no channel: %v", err)
	}
	refresh(t, s)
	if _, err := s.Confirm(t.Context()); err != nil {
		t.Fatal(err)
	}
	c, err := s.CompareChannel(t.Context(), "prod")
	if err != nil {
		t.Fatal(err)
	}
	if same, different, failed := c.Count(); c.From != "v1.2.0" || c.To != "v1.3.0" || same != 0 || different != 10 || failed != 0 {
		t.Errorf("%s → %s: %d same, %d differ, %d failed", c.From, c.To, same, different, failed)
	}
	for _, p := range c.Packages {
		if p.Diff == nil || p.Before == p.After {
			t.Fatalf("%+v", p)
		}
		if p.Package == "containai-metadata" {
			m := section(t, *p.Diff, model.DiffMetadata)
			if got := entryAt(t, m, "version"); got.Before != "v1.2.0" || got.After != "v1.3.0" {
				t.Errorf("version %+v", got)
			}
			if got := entryAt(t, m, "images.containai-claude"); got.After != string(r.resolved("containai-claude", "prod")) {
				t.Errorf("image %+v", got)
			}
		}
	}
	// One package put back: it is the same, the others still differ.
	r.post("retag", map[string]any{"package": "containai-proxy", "tag": "prod", "digest": string(r.resolved("containai-proxy", "v1.2.0"))})
	refresh(t, s)
	if c, err = s.CompareChannel(t.Context(), "prod"); err != nil {
		t.Fatal(err)
	}
	if same, different, _ := c.Count(); same != 1 || different != 9 {
		t.Errorf("%d same, %d differ", same, different)
	}
}

func TestCompareArtifacts(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	refresh(t, s)
	files := func(pkg string) model.DiffSection {
		f, err := s.CompareFiles(t.Context(), pkg, r.resolved(pkg, "v1.2.0"), r.resolved(pkg, "v1.3.0"), nil)
		if err != nil || f.Name != model.DiffPayload {
			t.Fatalf("%s: %+v, %v", pkg, f, err)
		}
		return f
	}
	if got, want := paths(files("containai-payload")), []string{
		"~payload.sbom.json", "~payload.tar.gz/SHA256SUMS", "~payload.tar.gz/payload.sbom.json",
		"~payload.tar.gz/payload.sbom.json.intoto.jsonl", "~payload.tar.gz/payload.sha256",
	}; !slices.Equal(got, want) {
		t.Errorf("payload: %v", got)
	}
	if e := entryAt(t, files("containai-installer"), "installer.sh"); !strings.Contains(e.Text, "-# v1.2.0\n+# v1.3.0\n") {
		t.Errorf("installer: %+v", e)
	}
}

// Who gave up is told so, and nothing wrong is kept for the next one.
func TestComparisonsEnd(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	refresh(t, s)
	const pkg = "containai-proxy"
	a, b := r.resolved(pkg, "v1.2.0"), r.resolved(pkg, "v1.3.0")
	if _, err := s.Compare(t.Context(), pkg, a, b); err != nil {
		t.Fatal(err)
	}
	r.post("faults", []any{map[string]any{"host": "blobs", "do": map[string]any{"hang": "30s"}}})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { _, err := s.CompareFiles(ctx, pkg, a, b, nil); done <- err }()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	for name, do := range map[string]any{
		"refused": map[string]any{"status": 404}, "cut short": map[string]any{"truncate": 100},
		"other bytes": map[string]any{"status": 200, "body": "no layer at all"},
	} {
		r.post("faults", []any{map[string]any{"host": "blobs", "path": "/", "do": do}})
		files, err := s.CompareFiles(t.Context(), pkg, a, b, nil)
		if err == nil || len(files.Entries) > 0 || files.Equal > 0 {
			t.Errorf("%s: %+v, %v", name, files, err)
		}
	}
	r.post("faults", []any{})
	if files, err := s.CompareFiles(t.Context(), pkg, a, b, nil); err != nil || !files.Compared() {
		t.Errorf("afterwards: %+v, %v", files, err)
	}
	for _, bad := range []model.Digest{"", "prod", "sha256:xyz"} {
		if _, err := s.Compare(t.Context(), pkg, bad, b); !errors.Is(err, model.ErrInvalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	gone := model.Digest("sha256:" + strings.Repeat("9", 64))
	if _, err := s.Compare(t.Context(), pkg, gone, b); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("a version that is gone: %v", err)
	}
}

func TestLimitsOfFiles(t *testing.T) {
	r := newRig(t, "containai")
	const pkg = "containai-log-forwarder"
	a, b := r.resolved(pkg, "v1.2.0"), r.resolved(pkg, "v1.3.0")
	for name, limits := range map[string][3]int64{"of a layer": {10, 1 << 30, 1 << 30}, "of all": {1 << 30, 10, 1 << 30}} {
		s := open(t, r.options(r.Tokens.Read))
		s.LimitFiles(limits[0], limits[1], limits[2])
		mark := r.mark()
		_, err := s.CompareFiles(t.Context(), pkg, a, b, nil)
		if !errors.Is(err, model.ErrTooLarge) {
			t.Errorf("the limit %s: %v", name, err)
		}
		blobs := 0
		for _, e := range r.since(mark) {
			if r.host(e) == "registry" && strings.Contains(e.Path, "/blobs/") {
				blobs++
			}
		}
		if blobs != 4 {
			t.Errorf("%d blobs fetched under the limit %s, there are 4 configurations", blobs, name)
		}
	}
}

// Whatever was pushed, comparing it neither fails as a whole nor shows as equal
// what nobody could read.
func TestCompareHostileThings(t *testing.T) {
	notRaced(t)
	r := newRig(t, "hostile")
	s := open(t, r.options(r.Tokens.Read))
	refresh(t, s)
	for _, pkg := range []string{"containai", "containai-claude", "containai-payload", "containai-installer", "containai-metadata", "containai-proxy", "containai-base"} {
		good, ok := r.World().Resolve(pkg, "v1.2.0")
		if !ok {
			good = r.resolved(pkg, "nightly")
		}
		for _, tag := range r.World().TagNames(pkg) {
			if strings.HasPrefix(tag, "sha") {
				continue
			}
			bad := r.resolved(pkg, tag)
			d, err := s.Compare(t.Context(), pkg, good, bad)
			if err != nil && !errors.Is(err, model.ErrMalformed) {
				t.Errorf("%s:%s: %v", pkg, tag, err)
			}
			if _, err := json.Marshal(d); err != nil {
				t.Errorf("%s:%s: %v", pkg, tag, err)
			}
			files, err := s.CompareFiles(t.Context(), pkg, good, bad, nil)
			if err != nil && files.Compared() {
				t.Errorf("%s:%s: an error and a section: %v", pkg, tag, err)
			}
		}
	}
	d, err := s.CompareFiles(t.Context(), "containai", r.resolved("containai", "v1.2.0"), r.resolved("containai", "prod"), nil)
	if err != nil || !strings.Contains(d.Note, "refused") {
		t.Errorf("names that leave the root: %q, %v", d.Note, err)
	}
	for _, e := range d.Entries {
		if strings.Contains(e.Path, "..") && strings.Contains(e.Path, "cron.d") {
			t.Errorf("path %q", e.Path)
		}
	}
}
