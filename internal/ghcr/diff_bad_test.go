package ghcr_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
)

// headers is a layer of these entries without content, as tar writes them.
func headers(t testing.TB, list ...tar.Header) []byte {
	t.Helper()
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(z)
	for i := range list {
		if list[i].Mode == 0 {
			list[i].Mode = 0o644
		}
		if err := w.WriteHeader(&list[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What can be read of a layer that means ill is shown for what it is, and its
// names leave nothing but their text.
func TestOddLayers(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	base := r.pushImage(packed(t, "x=1"))
	escape := "\x1b]0;owned\x07\u202e"
	for name, tc := range map[string]struct {
		layer []byte
		path  string
		after string
		note  string
	}{
		"a link out of the root": {headers(t, tar.Header{Name: "bin", Typeflag: tar.TypeSymlink, Linkname: "../../../etc/shadow"}),
			"/bin", "link 0:0 to ../../../etc/shadow", ""},
		"a hard link out of the root": {headers(t, tar.Header{Name: "bin", Typeflag: tar.TypeLink, Linkname: "../../../etc/shadow"}),
			"/bin", "hard link to ../../../etc/shadow, which leaves the root", ""},
		"a name out of the root": {headers(t, tar.Header{Name: "../../etc/cron.d/x"}, tar.Header{Name: "ok", Typeflag: tar.TypeFifo}),
			"/ok", "pipe 0644 0:0", `1 entries refused, whose names leave the root or are none, such as "../../etc/cron.d/x"`},
		"escapes in a name": {headers(t, tar.Header{Name: escape, Typeflag: tar.TypeFifo}), "/" + escape, "pipe 0644 0:0", ""},
		"a device":          {headers(t, tar.Header{Name: "sda", Typeflag: tar.TypeBlock, Devmajor: 8}), "/sda", "device 0644 0:0 block 8:0", ""},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := s.CompareFiles(t.Context(), testImage, base, r.pushImage(packed(t, "x=1"), tc.layer), nil)
			if err != nil {
				t.Fatal(err)
			}
			e := entryAt(t, d, tc.path)
			if e.After != tc.after || e.Change != model.DiffAdded || !strings.Contains(d.Note, tc.note) || (tc.note == "") != (d.Note == "") {
				t.Errorf("%+v, note %q", e, d.Note)
			}
		})
	}
}

// A NUL ends a name in a tar header; in an extended header it is refused by
// the format, so that such a name cannot even be read.
func TestNULInNames(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(&tar.Header{Name: "seen", Mode: 0o644, Typeflag: tar.TypeFifo}); err != nil {
		t.Fatal(err)
	}
	raw := b.Bytes()
	copy(raw[5:], "hidden") // "seenX": beyond the NUL
	raw[4] = 0
	fix := func(h []byte) {
		copy(h[148:], "        ")
		sum := 0
		for _, c := range h[:512] {
			sum += int(c)
		}
		copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
	}
	fix(raw)
	raw = append(raw[:512:512], make([]byte, 1024)...)
	d, err := s.CompareFiles(t.Context(), testImage, r.pushImage(), r.pushImage(raw), nil)
	if err != nil || len(d.Entries) != 1 || d.Entries[0].Path != "/seen" {
		t.Errorf("%+v, %v", d, err)
	}
}

// A layer of 200,000 entries is compared like any other: one that differs is
// found among them.
func TestManyEntries(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	n, at := 200_000, 123_456
	if underRace {
		n, at = 2_000, 1_956
	}
	list := make([]tar.Header, n)
	for i := range list {
		list[i] = tar.Header{Name: fmt.Sprintf("usr/lib/d%d/f%d", i%500, i), Typeflag: tar.TypeSymlink, Linkname: "x"}
	}
	a := r.pushImage(headers(t, list...))
	list[at].Linkname = "y"
	d, err := s.CompareFiles(t.Context(), testImage, a, r.pushImage(headers(t, list...)), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := paths(d); len(got) != 1 || got[0] != fmt.Sprintf("~/usr/lib/d456/f%d", at) || d.Equal != n-1 {
		t.Errorf("%v, %d equal", got, d.Equal)
	}
}

// Nothing is called equal that was not read: where one of many layers fails,
// all of its platform is left open, whatever fails.
func TestWhatFailsOnTheWay(t *testing.T) {
	for name, tc := range map[string]struct {
		do   any
		kind error
		word string
	}{
		"cut off":      {map[string]any{"truncate": 30}, model.ErrUnreachable, "broke off in the middle"},
		"other bytes":  {map[string]any{"status": 200, "body": strings.Repeat("x", 200)}, model.ErrMalformed, ""},
		"refused":      {map[string]any{"status": 403}, nil, ""},
		"reset":        {map[string]any{"reset": true}, model.ErrUnreachable, ""},
		"not there":    {map[string]any{"status": 404}, nil, ""},
		"server error": {map[string]any{"status": 500}, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, "empty")
			s := open(t, r.options(r.Tokens.Read))
			a := r.pushImage(packed(t, "base=1"), packed(t, "x=1"))
			b := r.pushImage(packed(t, "base=1"), packed(t, "x=2", "y="+strings.Repeat("random", 20)), packed(t, "z=1"))
			if _, err := s.Compare(t.Context(), testImage, a, b); err != nil {
				t.Fatal(err)
			}
			r.post("faults", []any{map[string]any{"host": "blobs", "from": 2, "do": tc.do}}) // the first layer comes
			d, err := s.CompareFiles(t.Context(), testImage, a, b, nil)
			if err == nil || d.Compared() || tc.kind != nil && !errors.Is(err, tc.kind) || !strings.Contains(err.Error(), tc.word) {
				t.Errorf("%+v, %v", d, err)
			}
			r.post("faults", []any{})
			if d, err = s.CompareFiles(t.Context(), testImage, a, b, nil); err != nil || len(d.Entries) != 3 {
				t.Errorf("afterwards: %v, %v", paths(d), err)
			}
		})
	}
}
