package ghcr_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/ghcr"
	"github.com/novotnyllc/caitui/internal/model"
)

// packed is a layer of files as "path=content"; a path may carry a mode
// ("path:0755=content"), ".wh." works as in any layer, and "path:link=target"
// is a hard link.
func packed(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, f := range files {
		path, body, _ := strings.Cut(f, "=")
		h := &tar.Header{Name: path, Mode: 0o644, Size: int64(len(body)), Typeflag: tar.TypeReg}
		if name, mode, ok := strings.Cut(path, ":"); ok {
			h.Name = name
			if mode == "link" {
				h.Typeflag, h.Linkname, h.Size, body = tar.TypeLink, body, 0, ""
			} else if _, err := fmt.Sscanf(mode, "%o", &h.Mode); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(w.WriteHeader(h), func() error { _, err := io.WriteString(w, body); return err }()); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const testImage = "containai-proxy"

// pushImage puts an image of these layers into the simulator.
func (r *rig) pushImage(layers ...[]byte) model.Digest {
	r.t.Helper()
	config := []byte(`{"os":"linux","architecture":"amd64"}`)
	type descriptor struct {
		MediaType string       `json:"mediaType"`
		Digest    model.Digest `json:"digest"`
		Size      int          `json:"size"`
	}
	m := struct {
		MediaType string       `json:"mediaType"`
		Config    descriptor   `json:"config"`
		Layers    []descriptor `json:"layers"`
	}{MediaType: model.MediaOCIManifest, Layers: []descriptor{}}
	m.Config = descriptor{"application/vnd.oci.image.config.v1+json", r.World().PutBlob(testImage, config), len(config)}
	for _, l := range layers {
		m.Layers = append(m.Layers, descriptor{"application/vnd.oci.image.layer.v1.tar+gzip", r.World().PutBlob(testImage, l), len(l)})
	}
	raw, err := json.Marshal(m)
	if err != nil {
		r.t.Fatal(err)
	}
	return r.World().PutManifest(testImage, model.MediaOCIManifest, raw, r.World().Now())
}

func TestLayersBelow(t *testing.T) {
	r := newRig(t, "containai")
	base := packed(t, "etc/passwd=root\n", "usr/a=1", "usr/b=2")
	for name, tc := range map[string]struct {
		a, b [][]byte
		// want is what differs where the common layers may be read, open where
		// they may not.
		want, open []string
	}{
		"a file of the base altered": {[][]byte{base}, [][]byte{base, packed(t, "etc/passwd=root\nme\n")},
			[]string{"~/etc/passwd"}, []string{"~/etc/passwd"}},
		"a file written again as it was": {[][]byte{base}, [][]byte{base, packed(t, "etc/passwd=root\n")},
			[]string{}, []string{"~/etc/passwd"}},
		"a file more": {[][]byte{base}, [][]byte{base, packed(t, "new=x")},
			[]string{"+/new"}, []string{"~/new"}},
		"a file of the base gone": {[][]byte{base}, [][]byte{base, packed(t, "usr/.wh.a=")},
			[]string{"-/usr/a"}, []string{"-/usr/a"}},
		"all of a directory gone": {[][]byte{base, packed(t, "usr/.wh..wh..opq=", "usr/c=3")}, [][]byte{base, packed(t, "usr/c=3")},
			[]string{"+/usr/a", "+/usr/b"}, []string{"+/usr/*"}},
		"only a mode": {[][]byte{base, packed(t, "x=1")}, [][]byte{base, packed(t, "x:0755=1")},
			[]string{"~/x"}, []string{"~/x"}},
		"hidden by a common layer above": {[][]byte{base, packed(t, "x=1"), packed(t, "x=9")}, [][]byte{base, packed(t, "x=2"), packed(t, "x=9")},
			[]string{}, []string{}},
		"other layers, the same files": {[][]byte{base, packed(t, "x=1"), packed(t, "y=1")}, [][]byte{base, packed(t, "x=1", "y=1")},
			[]string{}, []string{}},
		"a link to a file of the base": {[][]byte{base, packed(t, "l:link=usr/a")}, [][]byte{base, packed(t, "usr/a=9", "l:link=usr/a")},
			[]string{"~/l", "~/usr/a"}, []string{"~/l", "~/usr/a"}},
		"nothing in common": {[][]byte{packed(t, "x=1")}, [][]byte{packed(t, "y=1")},
			[]string{"-/x", "+/y"}, []string{"-/x", "+/y"}},
		"no layers at all": {nil, [][]byte{packed(t, "y=1")}, []string{"+/y"}, []string{"+/y"}},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := r.pushImage(tc.a...), r.pushImage(tc.b...)
			compare := func(s *ghcr.Service, a, b model.Digest) model.DiffSection {
				d, err := s.CompareFiles(t.Context(), testImage, a, b, nil)
				if err != nil {
					t.Fatal(err)
				}
				return d
			}
			s := open(t, r.options(r.Tokens.Read))
			mark := r.mark()
			d := compare(s, a, b)
			fetched := make(map[string]bool)
			for _, e := range r.since(mark) {
				if r.host(e) == "registry" && strings.Contains(e.Path, "/blobs/") {
					if fetched[e.Path] {
						t.Errorf("%s fetched again", e.Path)
					}
					fetched[e.Path] = true
				}
			}
			if diff := cmp.Diff(tc.want, paths(d)); diff != "" || strings.Contains(d.Note, "not read") {
				t.Errorf("(-want +got) %s\nnote %q", diff, d.Note)
			}
			narrow := open(t, r.options(r.Tokens.Read))
			narrow.LimitFiles(1<<20, 1<<20, 0)
			d = compare(narrow, a, b)
			if diff := cmp.Diff(tc.open, paths(d)); diff != "" {
				t.Errorf("common layers unread (-want +got) %s", diff)
			}
			alike := []string{"a file of the base altered", "a file of the base gone", "a link to a file of the base"} // by their paths alone
			if unsure := !slices.Equal(tc.want, tc.open); unsure != strings.Contains(d.Note, "were not read") && !slices.Contains(alike, name) {
				t.Errorf("note %q", d.Note)
			}
			back := compare(s, b, a)
			var turned []string
			for _, p := range tc.want {
				turned = append(turned, strings.NewReplacer("+", "-", "-", "+").Replace(p[:1])+p[1:])
			}
			if diff := cmp.Diff(append([]string{}, turned...), paths(back)); diff != "" {
				t.Errorf("back (-want +got) %s", diff)
			}
		})
	}
}

func TestBadLayers(t *testing.T) {
	r := newRig(t, "containai")
	good := r.pushImage(packed(t, "x=1"))
	whole := packed(t, "x="+strings.Repeat("2", 4000))
	for name, tc := range map[string]struct {
		layer []byte
		word  string
	}{
		"no archive":      {[]byte("this is neither gzip nor zstd"), "neither gzip, zstd nor a tar"},
		"half an archive": {whole[:len(whole)-20], "ends in the middle"},
		"empty":           {[]byte{}, "neither gzip, zstd nor a tar"},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, r.options(r.Tokens.Read))
			d, err := s.CompareFiles(t.Context(), testImage, good, r.pushImage(packed(t, "y=1"), tc.layer), nil)
			if !errors.Is(err, model.ErrMalformed) || !strings.Contains(err.Error(), tc.word) || d.Compared() {
				t.Errorf("%+v, %v", d, err)
			}
		})
	}
}

// A text that is too long, and content that is no text, differ without lines.
func TestTextsOfFiles(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	long := strings.Repeat("line\n", 60_000)
	a := r.pushImage(packed(t, "long="+long, "binary=a\x00b", "text=one\ntwo\n", "gone=was\n"))
	b := r.pushImage(packed(t, "long="+long+"x", "binary=a\x00c", "text=one\n2\n", "new=is\n"))
	d, err := s.CompareFiles(t.Context(), testImage, a, b, nil)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/long": "", "/binary": "", "/text": "--- before\n+++ after\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n",
		"/gone": "--- before\n+++ after\n@@ -1 +0,0 @@\n-was\n", "/new": "--- before\n+++ after\n@@ -0,0 +1 @@\n+is\n",
	} {
		if got := entryAt(t, d, path).Text; got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

// Of an index with more platforms than are compared, what is left out is named
// with every part of the comparison, and nothing speaks for it.
func TestMorePlatformsThanAreCompared(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	index := func(note string, n int, layers ...string) model.Digest {
		image := r.pushImage(packed(t, layers...))
		list := make([]model.Descriptor, n)
		for i := range list {
			// In another order each time: which ones are compared must not
			// depend on it.
			k := (i * 7) % n
			list[i] = model.Descriptor{MediaType: model.MediaOCIManifest, Digest: image, Size: 1, Platform: &model.Platform{OS: "linux", Architecture: fmt.Sprintf("cpu%02d", k)}}
			if note == "b" {
				list[i].Platform.Architecture = fmt.Sprintf("cpu%02d", n-1-k)
			}
		}
		raw, err := json.Marshal(map[string]any{"schemaVersion": 2, "mediaType": model.MediaOCIIndex, "manifests": list, "annotations": map[string]string{"note": note}})
		if err != nil {
			t.Fatal(err)
		}
		return r.World().PutManifest(testImage, model.MediaOCIIndex, raw, r.World().Now())
	}
	a, b := index("a", 71, "x=1"), index("b", 71, "x=2")
	d, err := s.Compare(t.Context(), testImage, a, b)
	if err != nil {
		t.Fatal(err)
	}
	files, err := s.CompareFiles(t.Context(), testImage, a, b, nil)
	if err != nil {
		t.Fatal(err)
	}
	d = d.WithSection(files)
	const left = "not compared, for there are too many: cpu64, cpu65, cpu66, cpu67, cpu68 and 2 more"
	for _, name := range []string{model.DiffManifest, model.DiffConfig, model.DiffEnv, model.DiffLabels, model.DiffHistory, model.DiffLayers, model.DiffFiles} {
		if got := section(t, d, name); !strings.Contains(got.Note, left) {
			t.Errorf("%s: note %q", name, got.Note)
		}
	}
	if got := section(t, d, model.DiffPlatforms); len(got.Entries) != 71 {
		t.Errorf("%d platforms differ", len(got.Entries))
	}
	if got := paths(files); len(got) != 64 || !slices.Contains(got, "~cpu63/x") {
		t.Errorf("files: %v", got)
	}
	one, err := s.CompareFiles(t.Context(), testImage, index("a", 3, "x=1"), index("b", 2, "x=2"), nil)
	if err != nil || !strings.Contains(one.Note, "for only one side has it: cpu02") {
		t.Errorf("note %q, %v", one.Note, err)
	}
}
