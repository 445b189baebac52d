package archive

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/novotnyllc/caitui/internal/model"
)

// member is one entry of a test's archive; a name that ends in a slash is a
// directory.
type member struct {
	name, body string
	header     func(*tar.Header)
}

func tarOf(t testing.TB, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, m := range members {
		h := &tar.Header{Name: m.name, Mode: 0o644, Size: int64(len(m.body)), Typeflag: tar.TypeReg}
		if strings.HasSuffix(m.name, "/") {
			h.Typeflag, h.Mode = tar.TypeDir, 0o755
		}
		if m.header != nil {
			m.header(h)
		}
		if h.Typeflag != tar.TypeReg {
			h.Size = 0
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatalf("writing %q: %v", m.name, err)
		}
		if h.Size > 0 {
			if _, err := io.WriteString(w, m.body); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func symlink(to string) func(*tar.Header) {
	return func(h *tar.Header) { h.Typeflag, h.Linkname = tar.TypeSymlink, to }
}

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}

func zstdpacked(t testing.TB, b []byte) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return w.EncodeAll(b, nil)
}

func generous() Limits {
	kept := &atomic.Int64{}
	kept.Store(1 << 20)
	return Limits{Bytes: 1 << 20, Entries: 1000, Text: 1000, Kept: kept}
}

func layerOf(t testing.TB, raw []byte) *Listing {
	t.Helper()
	l, err := ReadLayer(t.Context(), bytes.NewReader(raw), generous())
	if err != nil {
		t.Fatalf("reading a layer: %v", err)
	}
	return l
}

func TestOneLayerInAllPackings(t *testing.T) {
	raw := tarOf(t, member{name: "etc/"}, member{name: "./etc//motd", body: "hi\n", header: func(h *tar.Header) { h.Mode, h.Uid, h.Gid = 0o4755, 1, 2 }},
		member{name: "bin", header: symlink("../../usr/bin")}, member{name: "null", header: func(h *tar.Header) { h.Typeflag, h.Devmajor, h.Devminor = tar.TypeChar, 1, 3 }},
		member{name: "hard", header: func(h *tar.Header) { h.Typeflag, h.Linkname = tar.TypeLink, "etc/motd" }}, member{name: "pipe", header: func(h *tar.Header) { h.Typeflag = tar.TypeFifo }})
	want := []string{
		"etc: directory 0755 0:0", "etc/motd: file 4755 1:2 3 bytes " + string(model.DigestOf([]byte("hi\n"))), "bin: link 0:0 to ../../usr/bin",
		"null: device 0644 0:0 character 1:3", "hard: hard link to /etc/motd, which was not read", "pipe: pipe 0644 0:0",
	}
	for name, packed := range map[string][]byte{"plain": raw, "gzip": gzipped(raw), "zstd": zstdpacked(t, raw)} {
		l := layerOf(t, packed)
		var got []string
		for i := range l.Entries {
			got = append(got, l.Entries[i].Path+": "+l.Entries[i].String())
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
		if e := l.Entries[1]; e.Text != "hi\n" || !e.IsText {
			t.Errorf("%s: text %q", name, e.Text)
		}
	}
	if l := layerOf(t, gzipped(make([]byte, 1024))); len(l.Entries) != 0 {
		t.Errorf("an empty layer: %+v", l)
	}
}

func TestBadContent(t *testing.T) {
	raw := tarOf(t, member{name: "a", body: strings.Repeat("x", 2000)})
	many := make([]member, 1001)
	for i := range many {
		many[i] = member{name: fmt.Sprint(i)}
	}
	bomb := gzipped(tarOf(t, member{name: "zeros", body: strings.Repeat("\x00", 2<<20)}))
	for name, tc := range map[string]struct {
		raw  []byte
		kind error
		word string
	}{
		"nothing":            {nil, model.ErrMalformed, "neither gzip, zstd nor a tar"},
		"a text":             {[]byte(strings.Repeat("hello ", 200)), model.ErrMalformed, "neither gzip, zstd nor a tar"},
		"a text in gzip":     {gzipped([]byte("hello")), model.ErrMalformed, "gzip packed is no tar"},
		"a text in zstd":     {zstdpacked(t, []byte("hello")), model.ErrMalformed, "zstd packed is no tar"},
		"half a gzip":        {gzipped(raw)[:20], model.ErrMalformed, ""},
		"a broken gzip":      {append(gzipped(raw)[:12], 0xff, 0xff, 0xff, 0xff), model.ErrMalformed, ""},
		"half a zstd":        {zstdpacked(t, raw)[:16], model.ErrMalformed, ""},
		"half a tar":         {raw[:700], model.ErrMalformed, "ends in the middle"},
		"a bomb":             {bomb, model.ErrTooLarge, "unpacks to more"},
		"too many entries":   {tarOf(t, many...), model.ErrTooLarge, "more than the 1000 entries"},
		"a second bad entry": {append(slices.Clone(raw[:512+2048]), []byte(strings.Repeat("garbage ", 64))...), model.ErrMalformed, ""},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := ReadLayer(t.Context(), bytes.NewReader(tc.raw), generous())
			if l != nil || !errors.Is(err, tc.kind) || !strings.Contains(err.Error(), tc.word) {
				t.Errorf("%+v, %v", l, err)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ReadLayer(ctx, bytes.NewReader(gzipped(raw)), generous()); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	broken := &model.Error{Kind: model.ErrUnreachable, Message: "cut off"}
	if _, err := ReadLayer(t.Context(), io.MultiReader(bytes.NewReader(gzipped(raw)[:15]), failing{broken}), generous()); !errors.Is(err, model.ErrUnreachable) {
		t.Errorf("an error on the way: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// A sparse file says that it is larger than any disk: what it unpacks to
// counts, not what it stores.
func TestSparseBomb(t *testing.T) {
	h := make([]byte, 512)
	copy(h, "sparse")
	copy(h[100:], "0000644\x00")
	copy(h[108:], "0000000\x00")
	copy(h[116:], "0000000\x00")
	copy(h[124:], "00000000000\x00")
	copy(h[136:], "00000000000\x00")
	h[156] = tar.TypeGNUSparse
	copy(h[257:], "ustar  \x00")
	copy(h[386:], "77777777777\x0000000000000\x00") // one piece of nothing at the end
	copy(h[483:], "77777777777\x00")                // 8 GiB
	for i := 148; i < 156; i++ {
		h[i] = ' '
	}
	sum := 0
	for _, c := range h {
		sum += int(c)
	}
	copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
	raw := append(h, make([]byte, 1024)...)
	tr := tar.NewReader(bytes.NewReader(raw))
	if head, err := tr.Next(); err != nil || head.Size != 8<<30-1 {
		t.Fatalf("the test's own archive: %+v, %v", head, err)
	}
	if _, err := ReadLayer(t.Context(), bytes.NewReader(raw), generous()); !errors.Is(err, model.ErrTooLarge) {
		t.Errorf("%v", err)
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]string{
		"a": "a", "./a/": "a", "/etc//x": "etc/x", "a/./b": "a/b", "./": "", "": "", "a b\x1b[2J": "a b\x1b[2J", "..a/b..": "..a/b..",
	} {
		if got, ok := cleanName(name); !ok || got != want {
			t.Errorf("%q is %q, %v", name, got, ok)
		}
	}
	for _, bad := range []string{"..", "../a", "a/../../b", "a/..", "a\x00b", strings.Repeat("x", 256), strings.Repeat("a/", 2100)} {
		if got, ok := cleanName(bad); ok {
			t.Errorf("%q is %q", bad, got)
		}
	}
	l := layerOf(t, tarOf(t, member{name: "../../etc/passwd", body: "x"}, member{name: "ok", body: "x"}, member{name: "d/.wh."}, member{name: "d/.wh..."},
		member{name: "d/.wh.gone"}, member{name: "o/.wh..wh..opq"}, member{name: ".wh..wh.aufs"}, member{name: "./", header: func(h *tar.Header) { h.Typeflag = tar.TypeSymlink }}))
	if l.Refused != 4 || len(l.Odd) != 4 || l.Odd[0] != "../../etc/passwd" || len(l.Entries) != 1 ||
		!slices.Equal(l.Gone, []string{"d/gone"}) || !slices.Equal(l.Opaque, []string{"o"}) {
		t.Errorf("%+v", l)
	}
}

func TestAnyContent(t *testing.T) {
	archive := tarOf(t, member{name: "./"}, member{name: "./.wh.kept", body: "x"})
	l, err := ReadAny(t.Context(), bytes.NewReader(gzipped(archive)), generous())
	if err != nil || l.Single || len(l.Entries) != 2 || l.Entries[1].Path != ".wh.kept" || l.Gone != nil {
		t.Errorf("an archive that is no layer: %+v, %v", l, err)
	}
	for name, raw := range map[string][]byte{"plain": []byte("#!/bin/sh\n"), "gzip": gzipped([]byte("#!/bin/sh\n"))} {
		l, err := ReadAny(t.Context(), bytes.NewReader(raw), generous())
		if err != nil || !l.Single || l.Entries[0].Text != "#!/bin/sh\n" || l.Entries[0].Digest != model.DigestOf([]byte("#!/bin/sh\n")) {
			t.Errorf("%s: %+v, %v", name, l, err)
		}
	}
	for name, body := range map[string]string{"NUL": "a\x00b", "no UTF-8": "a\xff", "too long": strings.Repeat("x", 1001)} {
		l, err := ReadAny(t.Context(), strings.NewReader(body), generous())
		if err != nil || l.Entries[0].IsText || l.Entries[0].Size != int64(len(body)) || l.Entries[0].Digest != model.DigestOf([]byte(body)) {
			t.Errorf("%s: %+v, %v", name, l, err)
		}
	}
	few := generous()
	few.Kept.Store(3)
	for i, want := range []bool{true, false} {
		l, err := ReadAny(t.Context(), strings.NewReader("ab"), few)
		if err != nil || l.Entries[0].IsText != want {
			t.Errorf("text %d: %+v, %v", i, l, err)
		}
	}
	if _, err := ReadAny(t.Context(), bytes.NewReader(gzipped(bytes.Repeat([]byte("x"), 2<<20))), generous()); !errors.Is(err, model.ErrTooLarge) {
		t.Errorf("a bomb of zeros: %v", err)
	}
}

// change is a delta in short: the path with + - or ~, and ? where lower layers
// decide.
func changes(deltas []Delta) []string {
	out := []string{}
	for _, d := range deltas {
		sign := "~"
		switch {
		case d.BeforeBelow || d.AfterBelow:
			sign = "?"
		case d.Before == nil:
			sign = "+"
		case d.After == nil:
			sign = "-"
		}
		if d.Contents {
			sign += "*"
		}
		out = append(out, sign+d.Path)
	}
	return out
}

func treeOf(complete bool, layers ...*Listing) *Tree {
	t := NewTree(complete)
	for _, l := range layers {
		t.Apply(l)
	}
	return t
}

func TestWhiteouts(t *testing.T) {
	layer := func(names ...string) *Listing {
		var members []member
		for _, n := range names {
			members = append(members, member{name: n, body: n})
		}
		return layerOf(t, tarOf(t, members...))
	}
	for name, tc := range map[string]struct {
		a, b []*Listing
		want []string // over unread lower layers
		full []string // where there are none
	}{
		"the same":             {[]*Listing{layer("x")}, []*Listing{layer("x")}, []string{}, []string{}},
		"a file more":          {nil, []*Listing{layer("x")}, []string{"?x"}, []string{"+x"}},
		"hidden on both":       {[]*Listing{layer(".wh.x")}, []*Listing{layer(".wh.x")}, []string{}, []string{}},
		"hidden on one":        {[]*Listing{layer(".wh.x")}, nil, []string{"?x"}, []string{}},
		"hidden, then there":   {[]*Listing{layer(".wh.x")}, []*Listing{layer("x")}, []string{"+x"}, []string{"+x"}},
		"same layer":           {[]*Listing{layer("x", ".wh.x")}, []*Listing{layer("x")}, []string{}, []string{}},
		"layer after layer":    {[]*Listing{layer("x"), layer(".wh.x")}, []*Listing{layer("x")}, nil, []string{"+x"}},
		"a directory hidden":   {[]*Listing{layer("d/", "d/x"), layer(".wh.d")}, []*Listing{layer("d/", "d/x")}, []string{"+d", "+d/x", "?*d"}, []string{"+d", "+d/x"}},
		"opaque":               {[]*Listing{layer("d/", "d/x"), layer("d/.wh..wh..opq", "d/y")}, []*Listing{layer("d/", "d/x"), layer("d/y")}, nil, []string{"+d/x"}},
		"a file over":          {[]*Listing{layer("d/", "d/x"), layer("d")}, []*Listing{layer("d/", "d/x")}, []string{"~d", "?*d", "+d/x"}, []string{"~d", "+d/x"}},
		"a directory over":     {[]*Listing{layer("d"), layer("d/", "d/x")}, []*Listing{layer("d/", "d/x")}, []string{"?*d"}, []string{}},
		"twice, the last wins": {[]*Listing{layer("x", "x/")}, []*Listing{layer("x/")}, []string{"?*x"}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			open, _ := Compare(treeOf(false, tc.a...), treeOf(false, tc.b...))
			full, _ := Compare(treeOf(true, tc.a...), treeOf(true, tc.b...))
			sorted := func(list []string) []string { out := slices.Clone(list); slices.Sort(out); return out }
			t.Log(changes(open), changes(full))
			if tc.want != nil {
				if d := cmp.Diff(sorted(tc.want), sorted(changes(open))); d != "" {
					t.Errorf("over unread layers (-want +got):\n%s", d)
				}
			}
			if tc.full != nil {
				if d := cmp.Diff(sorted(tc.full), sorted(changes(full))); d != "" {
					t.Errorf("alone (-want +got):\n%s", d)
				}
			}
			if Unsettled(full) {
				t.Error("a complete tree is unsettled")
			}
		})
	}
}

// stack is random layers over few names, as members and as listings.
func stack(t testing.TB, r *rand.Rand, n int) (layers [][]member, listings []*Listing) {
	names := []string{"a", "b", "d/", "d/a", "d/b", "d/e/", "d/e/f", "d", ".wh.a", ".wh.d", "d/.wh.a", "d/.wh.e", "d/.wh..wh..opq", "d/e/.wh..wh..opq"}
	for range n {
		var members []member
		for range r.IntN(4) {
			m := member{name: names[r.IntN(len(names))]}
			if !strings.HasSuffix(m.name, "/") && !strings.Contains(m.name, ".wh.") {
				m.body = fmt.Sprint(r.IntN(3))
			}
			// Parents first, as every builder writes them; a file in the place of
			// a directory of the same layer is no layer that one can unpack.
			if dir := filepath.Dir(m.name); dir != "." && !strings.HasSuffix(m.name, "/") {
				for i := range strings.Split(dir, "/") {
					members = append(members, member{name: strings.Join(strings.Split(dir, "/")[:i+1], "/") + "/"})
				}
			}
			members = append(members, m)
		}
		if slices.ContainsFunc(members, func(m member) bool { return m.name == "d" }) {
			members = slices.DeleteFunc(members, func(m member) bool { return strings.HasPrefix(m.name, "d/") })
		}
		layers = append(layers, members)
		listings = append(listings, layerOf(t, tarOf(t, members...)))
	}
	return layers, listings
}

// unpackAll is the plain way: a map of paths, layer after layer.
func unpackAll(layers [][]member) map[string]string {
	fs := map[string]string{}
	drop := func(p string, self bool) {
		for k := range fs {
			if k == p && self || strings.HasPrefix(k, p+"/") || p == "." {
				delete(fs, k)
			}
		}
	}
	for _, members := range layers {
		for _, m := range members {
			dir, base := filepath.Dir(m.name), filepath.Base(m.name)
			switch {
			case base == ".wh..wh..opq":
				drop(dir, false)
			case strings.HasPrefix(base, ".wh."):
				drop(filepath.Join(dir, strings.TrimPrefix(base, ".wh.")), true)
			}
		}
		for _, m := range members {
			name := strings.TrimSuffix(m.name, "/")
			switch {
			case strings.Contains(m.name, ".wh."):
			case strings.HasSuffix(m.name, "/"):
				fs[name] = "directory"
			default:
				drop(name, true)
				fs[name] = "file " + m.body
			}
		}
	}
	return fs
}

func TestTreesAgreeWithUnpacking(t *testing.T) {
	for seed := range uint64(600) {
		r := rand.New(rand.NewPCG(seed, 3))
		common, commonListings := stack(t, r, r.IntN(3))
		a, la := stack(t, r, r.IntN(3))
		b, lb := stack(t, r, r.IntN(3))
		x, y := unpackAll(slices.Concat(common, a)), unpackAll(slices.Concat(common, b))
		want := []string{}
		for _, k := range keys(x, y) {
			switch before, after := x[k], y[k]; {
			case before == "":
				want = append(want, "+"+k)
			case after == "":
				want = append(want, "-"+k)
			case before != after:
				want = append(want, "~"+k)
			}
		}
		full, _ := Compare(treeOf(true, slices.Concat(commonListings, la)...), treeOf(true, slices.Concat(commonListings, lb)...))
		if d := cmp.Diff(want, changes(full)); d != "" {
			t.Fatalf("seed %d: %v | %v | %v (-want +got):\n%s", seed, common, a, b, d)
		}
		// Without the common layers the answer is the same, or says that it
		// depends on them.
		open, _ := Compare(treeOf(false, la...), treeOf(false, lb...))
		if !Unsettled(open) {
			if d := cmp.Diff(want, changes(open)); d != "" {
				t.Fatalf("seed %d: %v | %v | %v, common layers unread (-want +got):\n%s", seed, common, a, b, d)
			}
		}
		back, _ := Compare(treeOf(false, lb...), treeOf(false, la...))
		for i, d := range back {
			back[i].Before, back[i].After, back[i].BeforeBelow, back[i].AfterBelow = d.After, d.Before, d.AfterBelow, d.BeforeBelow
		}
		if d := cmp.Diff(open, back); d != "" {
			t.Fatalf("seed %d: there and back differ:\n%s", seed, d)
		}
	}
}

func keys(a, b map[string]string) []string {
	var out []string
	for _, m := range []map[string]string{a, b} {
		for k := range m {
			out = append(out, k)
		}
	}
	// In the order of a walk: a directory before what is in it.
	slices.SortFunc(out, func(a, b string) int {
		return slices.Compare(strings.Split(a, "/"), strings.Split(b, "/"))
	})
	return slices.Compact(out)
}

// The programs tar and diff know nothing of this package.
func TestAgreesWithTarAndDiff(t *testing.T) {
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 4))
		dirs := [2]string{filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")}
		trees := [2]*Tree{}
		for i, dir := range dirs {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			files := map[string]string{}
			for range 12 {
				files[fmt.Sprintf("d%d/e%d/f%d", r.IntN(2), r.IntN(2), r.IntN(3))] = fmt.Sprint(r.IntN(2))
			}
			var members []member
			for _, name := range keys(files, nil) {
				members = append(members, member{name: name, body: files[name]})
			}
			raw := gzipped(tarOf(t, members...))
			cmd := exec.CommandContext(t.Context(), needs(t, "tar"), "-xzf", "-", "-C", dir)
			cmd.Stdin = bytes.NewReader(raw)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("tar: %v\n%s", err, out)
			}
			trees[i] = treeOf(true, layerOf(t, raw))
		}
		cmd := exec.CommandContext(t.Context(), needs(t, "diff"), "-rqN", dirs[0], dirs[1])
		out, err := cmd.Output()
		if exit := (*exec.ExitError)(nil); err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
			t.Fatalf("diff: %v", err)
		}
		want := []string{}
		for line := range strings.Lines(string(out)) {
			first := strings.Fields(line)[1]
			want = append(want, strings.TrimPrefix(first, dirs[0]+"/"))
		}
		deltas, _ := Compare(trees[0], trees[1])
		got := []string{}
		for _, d := range deltas {
			got = append(got, d.Path)
		}
		slices.Sort(want)
		slices.Sort(got)
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("seed %d (-diff +got):\n%s", seed, d)
		}
	}
}

// needs finds a program, and skips the test where it is not installed.
func needs(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skipf("not tried: %v", err)
	}
	return path
}

func TestWhatCounts(t *testing.T) {
	base := member{name: "f", body: "x"}
	with := func(f func(*tar.Header)) member { m := base; m.header = f; return m }
	for name, m := range map[string]member{
		"mode":         with(func(h *tar.Header) { h.Mode = 0o755 }),
		"owner":        with(func(h *tar.Header) { h.Uid = 1 }),
		"group":        with(func(h *tar.Header) { h.Gid = 1 }),
		"content":      {name: "f", body: "y"},
		"kind":         with(symlink("x")),
		"capabilities": with(func(h *tar.Header) { h.PAXRecords = map[string]string{"SCHILY.xattr.security.capability": "\x01"} }),
	} {
		deltas, equal := Compare(treeOf(false, layerOf(t, tarOf(t, base))), treeOf(false, layerOf(t, tarOf(t, m))))
		if len(deltas) != 1 || equal != 0 {
			t.Errorf("another %s: %v", name, deltas)
		}
		if len(deltas) == 1 && deltas[0].Before.String() == deltas[0].After.String() {
			t.Errorf("another %s does not show: %s", name, deltas[0].Before)
		}
	}
	late := with(func(h *tar.Header) { h.ModTime = h.ModTime.AddDate(30, 0, 0); h.Uname = "who" })
	if deltas, equal := Compare(treeOf(false, layerOf(t, tarOf(t, base))), treeOf(false, layerOf(t, tarOf(t, late)))); len(deltas) != 0 || equal != 1 {
		t.Errorf("another time: %v", deltas)
	}
}

func FuzzReadLayer(f *testing.F) {
	raw := tarOf(f, member{name: "a/"}, member{name: "a/.wh.b"}, member{name: "c", header: symlink("/d")}, member{name: "a/.wh..wh..opq"})
	f.Add(raw)
	f.Add(gzipped(raw))
	f.Add(zstdpacked(f, raw))
	f.Add([]byte("no archive"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		l := Limits{Bytes: 1 << 16, Entries: 50, Text: 100}
		for _, read := range []func(context.Context, io.Reader, Limits) (*Listing, error){ReadLayer, ReadAny} {
			got, err := read(t.Context(), bytes.NewReader(raw), l)
			if err != nil {
				if !errors.Is(err, model.ErrMalformed) && !errors.Is(err, model.ErrTooLarge) {
					t.Errorf("%v", err)
				}
				continue
			}
			tree := treeOf(false, got)
			if deltas, _ := Compare(tree, treeOf(false, got)); len(deltas) > 0 {
				t.Errorf("a layer differs from itself: %v", changes(deltas))
			}
			for _, e := range got.Entries {
				if strings.HasPrefix(e.Path, "/") || slices.Contains(strings.Split(e.Path, "/"), "..") {
					t.Errorf("path %q", e.Path)
				}
			}
		}
	})
}

func BenchmarkLayerOf200000(b *testing.B) {
	members := make([]member, 200_000)
	for i := range members {
		members[i] = member{name: fmt.Sprintf("d%d/e%d/f%d", i%100, i/100%100, i)}
	}
	raw := gzipped(tarOf(b, members...))
	limits := Limits{Bytes: 1 << 30, Entries: 1 << 20, Text: 1 << 10}
	b.ReportAllocs()
	for b.Loop() {
		l, err := ReadLayer(b.Context(), bytes.NewReader(raw), limits)
		if err != nil {
			b.Fatal(err)
		}
		if deltas, equal := Compare(treeOf(false, l), treeOf(false, l)); len(deltas) != 0 || equal != len(members) {
			b.Fatal(len(deltas), equal)
		}
	}
}
