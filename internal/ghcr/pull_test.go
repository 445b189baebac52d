package ghcr_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/validate"
	"oras.land/oras-go/v2/content/oci"

	"github.com/novotnyllc/caitui/internal/ghcr"
	"github.com/novotnyllc/caitui/internal/model"
)

// tree is all that lies below a directory: path → digest, or what it is.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || path == dir || e.IsDir() {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		if !e.Type().IsRegular() {
			out[name] = e.Type().String()
			return nil
		}
		body, err := os.ReadFile(path)
		out[name] = string(model.DigestOf(body))
		return err
	})
	if err != nil {
		t.Fatalf("looking through %s: %v", dir, err)
	}
	return out
}

func saved(p model.Pulled) map[string]string {
	out := make(map[string]string)
	for _, f := range p.Files {
		out[f.Path] = string(f.Digest)
	}
	return out
}

func resolve(t *testing.T, s *ghcr.Service, ref string) model.Digest {
	t.Helper()
	parsed, err := model.ParseReference(ref)
	if err != nil {
		t.Fatal(err)
	}
	d, _, err := s.Resolve(t.Context(), parsed)
	if err != nil {
		t.Fatalf("resolving %s: %v", ref, err)
	}
	return d
}

func TestPullOfArtifactsInBothWorlds(t *testing.T) {
	type want struct{ names, forms []string }
	for scenario, wants := range map[string]map[string]want{
		"containai": {
			"containai-payload:prod":   {[]string{"payload.tar.gz", "payload.sbom.json", "attestation.jsonl"}, []string{"path", "path", "absolute"}},
			"containai-installer:prod": {[]string{"installer.sh.gz", "attestation.jsonl"}, []string{"path", "absolute"}},
			"containai-metadata:prod":  {[]string{"channels.json"}, []string{"name"}},
		},
		"runbook": {
			"containai-payload:prod":   {[]string{"payload.tar.gz", "payload.sbom.json", "attestation.jsonl"}, []string{"name", "name", "name"}},
			"containai-installer:prod": {[]string{"installer.sh.gz", "attestation.jsonl"}, []string{"name", "name"}},
			"containai-metadata:prod":  {[]string{"channels.json"}, []string{"name"}},
		},
	} {
		r := newRig(t, scenario)
		s := open(t, r.options(r.Tokens.Read))
		for ref, w := range wants {
			t.Run(scenario+" "+ref, func(t *testing.T) {
				name, _, _ := strings.Cut(ref, ":")
				dir := filepath.Join(t.TempDir(), "new", "dir")
				var last [2]int64
				got, err := s.Pull(t.Context(), name, resolve(t, s, ref), dir, func(done, total int64) { last = [2]int64{done, total} })
				if err != nil {
					t.Fatalf("pulling: %v", err)
				}
				if diff := cmp.Diff(saved(got), tree(t, dir)); diff != "" {
					t.Errorf("told and saved differ: %s", diff)
				}
				var names, forms []string
				for _, f := range got.Files {
					names, forms = append(names, f.Path), append(forms, string(f.Form))
					want, ok := r.World().Blob(name, f.Digest)
					body, err := os.ReadFile(filepath.Join(dir, f.Path))
					if !ok || err != nil || !bytes.Equal(body, want) || f.Size != int64(len(want)) {
						t.Errorf("%s is not what the registry has: %v", f.Path, err)
					}
					if info, err := os.Stat(filepath.Join(dir, f.Path)); err != nil || info.Mode()&0o133 != 0 {
						t.Errorf("%s has mode %v: %v", f.Path, info.Mode(), err)
					}
				}
				if !slices.Equal(names, w.names) || !slices.Equal(forms, w.forms) {
					t.Errorf("saved %v as %v, want %v as %v", names, forms, w.names, w.forms)
				}
				if got.Kind != model.VersionArtifact || got.Layout || last != [2]int64{got.Bytes(), got.Bytes()} {
					t.Errorf("kind %s, layout %v, progress ended with %v of %d bytes", got.Kind, got.Layout, last, got.Bytes())
				}
			})
		}
	}
}

// An image becomes a layout that programs nobody here wrote can read.
func TestPullOfAnImageIsAnOCILayout(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	dir := filepath.Join(t.TempDir(), "image")
	d := resolve(t, s, "containai-proxy:v1.2.0")
	got, err := s.Pull(t.Context(), "containai-proxy", d, dir, nil)
	if err != nil {
		t.Fatalf("pulling: %v", err)
	}
	if !got.Layout || got.Kind != model.VersionIndex || got.Digest != d {
		t.Errorf("pulled %+v", got)
	}
	if diff := cmp.Diff(saved(got), tree(t, dir)); diff != "" {
		t.Errorf("told and saved differ: %s", diff)
	}
	index, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		t.Fatalf("reading the layout: %v", err)
	}
	inner, err := v1.NewHash(string(d))
	if err != nil {
		t.Fatal(err)
	}
	child, err := index.ImageIndex(inner)
	if err != nil {
		t.Fatalf("reading the index in the layout: %v", err)
	}
	platforms, err := partial.FindImages(child, func(desc v1.Descriptor) bool { return desc.Platform.OS == "linux" })
	if err != nil || len(platforms) != 2 {
		t.Fatalf("%d platforms, %v", len(platforms), err)
	}
	for _, image := range platforms {
		if err := validate.Image(image); err != nil {
			t.Errorf("an image in the layout is not whole: %v", err)
		}
	}
	store, err := oci.NewFromFS(t.Context(), os.DirFS(dir))
	if err != nil {
		t.Fatalf("reading the layout with oras-go: %v", err)
	}
	if desc, err := store.Resolve(t.Context(), string(d)); err != nil || desc.MediaType != model.MediaOCIIndex {
		t.Errorf("oras-go finds %+v, %v", desc, err)
	}
	// One platform alone is an image and becomes a layout too.
	alone, err := platforms[0].Digest()
	if err != nil {
		t.Fatal(err)
	}
	one, err := s.Pull(t.Context(), "containai-proxy", model.Digest(alone.String()), t.TempDir(), nil)
	if err != nil || one.Kind != model.VersionImage || !one.Layout || len(one.Files) >= len(got.Files) {
		t.Errorf("one platform: %+v, %v", one, err)
	}
}

func TestSecondPullKeepsWhatIsThere(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	for _, ref := range []string{"containai-payload:prod", "containai-log-forwarder:prod"} {
		name, _, _ := strings.Cut(ref, ":")
		d, dir := resolve(t, s, ref), t.TempDir()
		first, err := s.Pull(t.Context(), name, d, dir, nil)
		if err != nil {
			t.Fatalf("%s: %v", ref, err)
		}
		r.settle()
		before, since := tree(t, dir), r.mark()
		second, err := s.Pull(t.Context(), name, d, dir, nil)
		if err != nil {
			t.Fatalf("%s again: %v", ref, err)
		}
		if second.Kept() != len(second.Files) || first.Kept() != 0 {
			t.Errorf("%s: kept %d of %d", ref, second.Kept(), len(second.Files))
		}
		if asked := r.since(since); len(asked) != 0 {
			t.Errorf("%s: what was there was asked for again: %v", ref, asked)
		}
		if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
			t.Errorf("%s: %s", ref, diff)
		}
		// What is missing is fetched, what is there stays.
		gone := first.Files[len(first.Files)-1].Path
		if err := os.Remove(filepath.Join(dir, gone)); err != nil {
			t.Fatal(err)
		}
		third, err := s.Pull(t.Context(), name, d, dir, nil)
		if err != nil || third.Kept() != len(third.Files)-1 {
			t.Errorf("%s: kept %d of %d, %v", ref, third.Kept(), len(third.Files), err)
		}
		if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
			t.Errorf("%s: %s", ref, diff)
		}
	}
}

// Whatever stands in the way stays as it is, and nothing is put beside it.
func TestPullReplacesNothing(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	elsewhere := t.TempDir()
	for name, c := range map[string]struct {
		ref  string
		make func(dir string) error
	}{
		"another file": {"containai-payload:prod", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "attestation.jsonl"), []byte("mine"), 0o600)
		}},
		"a directory": {"containai-payload:prod", func(dir string) error { return os.Mkdir(filepath.Join(dir, "payload.tar.gz"), 0o700) }},
		"a link out": {"containai-payload:prod", func(dir string) error {
			return os.Symlink(filepath.Join(elsewhere, "x"), filepath.Join(dir, "payload.tar.gz"))
		}},
		"a link within":          {"containai-payload:prod", func(dir string) error { return os.Symlink("other", filepath.Join(dir, "payload.tar.gz")) }},
		"another layout":         {"containai-proxy:prod", func(dir string) error { return os.WriteFile(filepath.Join(dir, "index.json"), []byte("{}"), 0o600) }},
		"a link where blobs are": {"containai-proxy:prod", func(dir string) error { return os.Symlink(elsewhere, filepath.Join(dir, "blobs")) }},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := c.make(dir); err != nil {
				t.Fatal(err)
			}
			before, since := tree(t, dir), 0
			pkgName, _, _ := strings.Cut(c.ref, ":")
			d := resolve(t, s, c.ref)
			_, err := s.Pull(t.Context(), pkgName, d, dir, func(int64, int64) { since++ })
			if !errors.Is(err, model.ErrInvalid) || model.CureOf(err) == "" || !strings.Contains(err.Error(), "is there already") {
				t.Errorf("told as: %v", err)
			}
			if diff := cmp.Diff(before, tree(t, dir)); diff != "" || since != 0 {
				t.Errorf("progress told %d times, changed: %s", since, diff)
			}
			if left := tree(t, elsewhere); len(left) != 0 {
				t.Errorf("written elsewhere: %v", left)
			}
		})
	}
}

func TestPullFailsCleanly(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	blob := func(do map[string]any) []any {
		return []any{map[string]any{"host": "blobs", "from": 2, "do": do}}
	}
	for name, c := range map[string]struct {
		faults []any
		kind   error
	}{
		"truncated":     {blob(map[string]any{"truncate": 40}), model.ErrUnreachable},
		"other content": {blob(map[string]any{"status": 200, "body": "not what was asked for"}), model.ErrMalformed},
		"gone":          {blob(map[string]any{"status": 404, "body": "<Error/>"}), model.ErrNotFound},
		"reset":         {blob(map[string]any{"reset": true}), model.ErrUnreachable},
	} {
		// An artifact into a directory that is made, an image into one that
		// somebody uses.
		for ref, sub := range map[string]string{"containai-payload:prod": "a/b", "containai-proxy:prod": ""} {
			t.Run(name+" "+ref, func(t *testing.T) {
				defer r.restore()
				pkgName, _, _ := strings.Cut(ref, ":")
				d, dir := resolve(t, s, ref), t.TempDir()
				if err := os.WriteFile(filepath.Join(dir, "mine"), []byte("mine"), 0o600); err != nil {
					t.Fatal(err)
				}
				r.post("faults", c.faults)
				_, err := s.Pull(t.Context(), pkgName, d, filepath.Join(dir, sub), nil)
				if !errors.Is(err, c.kind) {
					t.Errorf("told as: %v", err)
				}
				if strings.Contains(err.Error(), "sig=") || strings.Contains(err.Error(), "/ghcr1/") {
					t.Errorf("a signed address is told: %v", err)
				}
				if entries, _ := os.ReadDir(dir); len(entries) != 1 {
					t.Errorf("left behind: %v", entries)
				}
			})
		}
	}
}

// A connection that breaks once is no failure, and no byte is told twice.
func TestPullGoesOnAfterABreak(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	d, dir := resolve(t, s, "containai-payload:prod"), t.TempDir()
	r.post("faults", []any{map[string]any{"host": "blobs", "from": 1, "count": 2, "do": map[string]any{"truncate": 40}}})
	var done, total int64
	got, err := s.Pull(t.Context(), "containai-payload", d, dir, func(d, t int64) { done, total = d, t })
	if err != nil {
		t.Fatalf("pulling: %v", err)
	}
	if diff := cmp.Diff(saved(got), tree(t, dir)); diff != "" || done != total || total != got.Bytes() {
		t.Errorf("%d of %d bytes; %s", done, total, diff)
	}
}

func TestCancelledPullCleansUp(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	d, parent := resolve(t, s, "containai-proxy:prod"), t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := s.Pull(ctx, "containai-proxy", d, filepath.Join(parent, "out"), func(done, _ int64) {
		if done > 0 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("told as: %v", err)
	}
	if entries, _ := os.ReadDir(parent); len(entries) != 0 {
		t.Errorf("left behind: %v", entries)
	}
	if n := s.Status().InFlight; n != 0 {
		t.Errorf("%d requests are still under way", n)
	}
}

func TestPullRefusesWhatIsNoPlace(t *testing.T) {
	r := newRig(t, "containai")
	s := open(t, r.options(r.Tokens.Read))
	d := resolve(t, s, "containai-metadata:prod")
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"", file, filepath.Join(file, "below")} {
		if _, err := s.Pull(t.Context(), "containai-metadata", d, dir, nil); !errors.Is(err, model.ErrInvalid) || model.CureOf(err) == "" {
			t.Errorf("%q: %v", dir, err)
		}
	}
	for name, d := range map[string]model.Digest{"../x": d, "containai-metadata": "sha256:zz"} {
		if _, err := s.Pull(t.Context(), name, d, t.TempDir(), nil); !errors.Is(err, model.ErrInvalid) {
			t.Errorf("%s@%s: %v", name, d, err)
		}
	}
	if _, err := s.Pull(t.Context(), "containai-metadata", model.DigestOf([]byte("never")), t.TempDir(), nil); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("a digest that is not there: %v", err)
	}
}
