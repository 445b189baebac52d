package archive

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
)

func pickLimits() PickLimits { return PickLimits{Bytes: 1 << 20, Entries: 100, File: 1000, Files: 10} }

func isJSON(path string) bool { return strings.HasSuffix(path, ".json") }

func pick(t testing.TB, raw []byte) *Selection {
	t.Helper()
	s, err := Pick(t.Context(), bytes.NewReader(raw), pickLimits(), isJSON)
	if err != nil {
		t.Fatalf("picking: %v", err)
	}
	return s
}

// The pipeline's members all begin with a dot and a slash, as tar writes them.
func TestPick(t *testing.T) {
	raw := tarOf(t, member{name: "./"}, member{name: "./host/"}, member{name: "./host/x.sh", body: "no"}, member{name: "./payload.sbom.json", body: "{1}"},
		member{name: "./deep/a.json", body: "{2}"}, member{name: "./payload.sbom.json", body: "{3}"}, member{name: "./dir.json/"})
	for name, packed := range map[string][]byte{"plain": raw, "gzip": gzipped(raw), "zstd": zstdpacked(t, raw)} {
		s := pick(t, packed)
		var got []string
		for _, f := range s.Files {
			got = append(got, f.Path+"="+string(f.Body))
		}
		if want := "payload.sbom.json={1} deep/a.json={2} payload.sbom.json={3}"; strings.Join(got, " ") != want || s.Entries != 7 || s.Refused != 0 {
			t.Errorf("%s: %v; %+v", name, got, s)
		}
	}
}

func TestPickRefuses(t *testing.T) {
	s := pick(t, tarOf(t,
		member{name: "link.json", header: symlink("/etc/passwd")}, member{name: "hard.json", header: hard("host/secret")},
		member{name: "fifo.json", header: func(h *tar.Header) { h.Typeflag = tar.TypeFifo }},
		member{name: "/abs.json", body: "x"}, member{name: "../../up.json", body: "x"}, member{name: "a/../../up.txt", body: "x"},
		member{name: "large.json", body: strings.Repeat("x", 1001)}, member{name: "good.json", body: "x"}))
	want := map[string]struct {
		word string
		kind error
	}{
		"link.json": {`a link to "/etc/passwd"`, model.ErrUnsupported}, "hard.json": {`a link to "host/secret"`, model.ErrUnsupported},
		"fifo.json": {"no file", model.ErrUnsupported}, "abs.json": {`"/abs.json" is absolute`, model.ErrUnsupported},
		"up.json": {"leads out of the archive", model.ErrUnsupported}, "large.json": {"1001 bytes", model.ErrTooLarge}, "good.json": {"", nil},
	}
	if len(s.Files) != len(want) || s.Refused != 3 || len(s.Odd) != 3 {
		t.Errorf("%+v", s)
	}
	for _, f := range s.Files {
		w := want[f.Path]
		switch {
		case w.kind == nil:
			if f.Err != nil || string(f.Body) != "x" {
				t.Errorf("%s: %+v", f.Path, f)
			}
		case f.Body != nil || !errors.Is(f.Err, w.kind) || !strings.Contains(f.Err.Error(), w.word):
			t.Errorf("%s: %q, %v", f.Path, f.Body, f.Err)
		}
	}
}

func TestPickBounds(t *testing.T) {
	files := func(n int, name string) []byte {
		members := make([]member, n)
		for i := range members {
			members[i] = member{name: name, body: "x"}
		}
		return gzipped(tarOf(t, members...))
	}
	for name, c := range map[string]struct {
		raw  []byte
		kind error
	}{
		"a gzip bomb":      {gzipped(tarOf(t, member{name: "zeros", body: strings.Repeat("\x00", 2<<20)})), model.ErrTooLarge},
		"a bomb of zeros":  {gzipped(bytes.Repeat([]byte{0}, 2<<20)), nil}, // the end of an empty archive
		"too many entries": {files(101, "a.txt"), model.ErrTooLarge},
		"too many files":   {files(11, "a.json"), model.ErrTooLarge},
		"no archive":       {[]byte("#!/bin/sh\n"), model.ErrUnsupported},
		"no archive in it": {gzipped([]byte("#!/bin/sh\n")), model.ErrUnsupported},
		"nothing":          {nil, model.ErrUnsupported},
		"cut off":          {files(5, "a.json")[:40], model.ErrMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Pick(t.Context(), bytes.NewReader(c.raw), pickLimits(), isJSON)
			if !errors.Is(err, c.kind) || (err == nil) != (c.kind == nil) || c.kind != nil && s != nil {
				t.Errorf("%+v, %v", s, err)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Pick(ctx, bytes.NewReader(files(5, "a.json")), pickLimits(), isJSON); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func FuzzPick(f *testing.F) {
	raw := tarOf(f, member{name: "./a/"}, member{name: "./b.json", body: "{}"}, member{name: "c.json", header: symlink("/d")}, member{name: "../e.json", body: "x"})
	f.Add(raw)
	f.Add(gzipped(raw))
	f.Add(zstdpacked(f, raw))
	f.Add([]byte("no archive"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		l := PickLimits{Bytes: 1 << 16, Entries: 50, File: 100, Files: 5}
		s, err := Pick(t.Context(), bytes.NewReader(raw), l, func(string) bool { return true })
		if err != nil {
			for _, kind := range []error{model.ErrMalformed, model.ErrTooLarge, model.ErrUnsupported} {
				if errors.Is(err, kind) {
					return
				}
			}
			t.Fatalf("%v", err)
		}
		for _, p := range s.Files {
			if (p.Body == nil) != (p.Err != nil) || int64(len(p.Body)) > l.File || strings.HasPrefix(p.Path, "/") || strings.HasPrefix(p.Path, "../") {
				t.Errorf("%+v", p)
			}
		}
	})
}
