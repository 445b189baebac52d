package ghcr_test

import (
	"bytes"
	"errors"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/registry"

	"github.com/novotnyllc/caitui/internal/ghcr"
	"github.com/novotnyllc/caitui/internal/ghcr/foreign"
	"github.com/novotnyllc/caitui/internal/model"
)

// plainRegistry is a registry that nobody here wrote, without credentials.
func plainRegistry(t *testing.T) (filler, *ghcr.Service) {
	t.Helper()
	srv := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(srv.Close)
	return filler{T: t, Base: srv.URL}, open(t, plain(srv.URL))
}

// artifact pushes layers with these titles, each with content of its own.
func artifact(f filler, repo, tag string, titles ...string) model.Digest {
	f.T.Helper()
	layers := make([]model.Descriptor, len(titles))
	for i, title := range titles {
		layers[i] = f.Blob(repo, []byte("content of "+title))
		layers[i].Annotations = map[string]string{model.AnnotationTitle: title}
	}
	return f.Artifact(repo, tag, "application/vnd.example", layers...)
}

// Whatever a title says, the file lands in the directory, under a name that
// harms nobody, and nowhere else.
func TestPullOfHostileTitles(t *testing.T) {
	f, s := plainRegistry(t)
	long := strings.Repeat("long/", 300) + strings.Repeat("n", 5000)
	titles := []string{
		"../../x", "/etc/passwd", "", long, "\x1b]0;owned\x07\x1b[2J", "nul\x00byte", `..\..\boot.ini`, `C:\Windows\x.dll`,
		"CON", "aux.txt", "a:b", "..", "/", "./.", "x", "X", "dir/x", ".bash_login", "-rf", "$(reboot)", "v1\u202e3v", "oci-layout", ".caitui-0000.part",
	}
	d := artifact(f, "evil", "v1", titles...)
	base := t.TempDir()
	dir := filepath.Join(base, "a", "b", "c")
	got, err := s.Pull(t.Context(), "evil", d, dir, nil)
	if err != nil {
		t.Fatalf("pulling: %v", err)
	}
	want := make(map[string]string)
	for name, d := range saved(got) {
		want[filepath.Join("a", "b", "c", name)] = d
	}
	if diff := cmp.Diff(want, tree(t, base)); diff != "" || len(want) != len(titles) {
		t.Errorf("%d files of %d titles; told and saved differ: %s", len(want), len(titles), diff)
	}
	for i, file := range got.Files {
		if file.Title != titles[i] || file.Digest != model.DigestOf([]byte("content of "+titles[i])) {
			t.Errorf("layer %d: %.60q as %s", i, file.Title, file.Path)
		}
		if strings.ContainsAny(file.Path, "/\\:$\x00\x1b") || strings.HasPrefix(file.Path, ".") || len(file.Path) > 210 {
			t.Errorf("%.40q is written as %q", file.Title, file.Path)
		}
	}
	again, err := s.Pull(t.Context(), "evil", d, dir, nil)
	if err != nil || again.Kept() != len(titles) {
		t.Errorf("again: kept %d, %v", again.Kept(), err)
	}
}

// ordinary are tags of the seed that the intruder did not touch.
var ordinary = regexp.MustCompile(`^(sha-|sha256-|main|(nightly|dev)-|v[0-3]\.)`)

// What the hostile world holds is saved or refused in words, and lands nowhere
// but in the directory.
func TestPullFromTheHostileWorld(t *testing.T) {
	notRaced(t)
	r := newRig(t, "hostile")
	s := open(t, r.options(r.Tokens.Read))
	for _, p := range r.World().Packages() {
		for _, tag := range r.World().TagNames(p.Name) {
			if ordinary.MatchString(tag) {
				continue
			}
			d, _ := r.World().Resolve(p.Name, tag)
			base := t.TempDir()
			got, err := s.Pull(t.Context(), p.Name, d, filepath.Join(base, "out"), nil)
			entries, _ := os.ReadDir(base)
			if err != nil {
				if model.CodeOf(err) == "error" || len(entries) != 0 {
					t.Errorf("%s:%.20s: %v, left behind %v", p.Name, tag, err, entries)
				}
				continue
			}
			if diff := cmp.Diff(saved(got), tree(t, filepath.Join(base, "out"))); diff != "" || len(entries) != 1 {
				t.Errorf("%s:%.20s: %v: %s", p.Name, tag, entries, diff)
			}
		}
	}
}

// Sizes and shapes that a manifest only claims are refused before anything is
// fetched or made.
func TestPullOfFalseManifests(t *testing.T) {
	f, s := plainRegistry(t)
	content := f.Blob("evil", []byte("0123456789"))
	layer := func(change func(*model.Descriptor)) model.Digest {
		l := content
		l.Annotations = map[string]string{model.AnnotationTitle: "x"}
		change(&l)
		return f.Manifest("evil", "", model.MediaOCIManifest, map[string]any{
			"schemaVersion": 2, "mediaType": model.MediaOCIManifest, "artifactType": "application/vnd.example",
			"config": model.Descriptor{MediaType: model.MediaOCIEmpty, Digest: content.Digest, Size: 10}, "layers": []model.Descriptor{l, l},
		}).Digest
	}
	for name, c := range map[string]struct {
		d    model.Digest
		kind error
	}{
		"shorter":      {layer(func(l *model.Descriptor) { l.Size = 5 }), model.ErrMalformed},
		"longer":       {layer(func(l *model.Descriptor) { l.Size = 50 }), model.ErrMalformed},
		"empty":        {layer(func(l *model.Descriptor) { l.Size = 0 }), model.ErrMalformed},
		"negative":     {layer(func(l *model.Descriptor) { l.Size = -1 }), model.ErrMalformed},
		"huge":         {layer(func(l *model.Descriptor) { l.Size = 1 << 62 }), model.ErrTooLarge},
		"other digest": {layer(func(l *model.Descriptor) { l.Digest = "sha512:" + model.Digest(strings.Repeat("a", 128)) }), model.ErrMalformed},
		"no digest":    {layer(func(l *model.Descriptor) { l.Digest = "sha256:../../../etc/passwd" }), model.ErrMalformed},
		"gone":         {layer(func(l *model.Descriptor) { l.Digest = model.DigestOf(nil) }), model.ErrNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			base := t.TempDir()
			_, err := s.Pull(t.Context(), "evil", c.d, filepath.Join(base, "out"), nil)
			if !errors.Is(err, c.kind) {
				t.Errorf("told as: %v", err)
			}
			if entries, _ := os.ReadDir(base); len(entries) != 0 {
				t.Errorf("left behind: %v", entries)
			}
		})
	}
}

// What oras pushed is what is saved, and what oras then makes of it is what
// was told about its titles.
func TestPullOfWhatOrasPushed(t *testing.T) {
	oras := foreign.Tool(t, "oras")
	f, s := plainRegistry(t)
	source := t.TempDir()
	files := map[string]string{"payload.tar.gz": "payload", "sub/sbom.json": "{}", "attestation.jsonl": "statement\n"}
	for name, content := range files {
		path := filepath.Join(source, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(dir string, args ...string) (string, error) {
		cmd := exec.CommandContext(t.Context(), oras, args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "HOME="+t.TempDir(), "DOCKER_CONFIG="+t.TempDir())
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	host := strings.TrimPrefix(f.Base, "http://")
	for name, c := range map[string]struct {
		args []string
		says string // of oras pull, "" where it works
		want []string
	}{
		"plain":    {[]string{"payload.tar.gz", "attestation.jsonl"}, "", []string{"attestation.jsonl", "payload.tar.gz"}},
		"path":     {[]string{"payload.tar.gz", "sub/sbom.json"}, "", []string{"payload.tar.gz", "sbom.json"}},
		"absolute": {[]string{"payload.tar.gz", filepath.Join(source, "attestation.jsonl"), "--disable-path-validation"}, "path traversal disallowed", []string{"attestation.jsonl", "payload.tar.gz"}},
		"a folder": {[]string{"sub"}, "", []string{"sub"}},
	} {
		t.Run(name, func(t *testing.T) {
			tag := strings.ReplaceAll(name, " ", "-")
			args := append([]string{"push", "--plain-http", host + "/tool:" + tag}, c.args...)
			if out, err := run(source, args...); err != nil {
				t.Fatalf("oras %v: %v\n%s", args, err, out)
			}
			dir := t.TempDir()
			got, err := s.Pull(t.Context(), "tool", resolve(t, s, "tool:"+tag), dir, nil)
			if err != nil {
				t.Fatalf("pulling: %v", err)
			}
			var names []string
			for _, file := range got.Files {
				names = append(names, file.Path)
				body, err := os.ReadFile(filepath.Join(dir, file.Path))
				if want, ok := files[file.Path]; ok && (err != nil || !bytes.Equal(body, []byte(want))) {
					t.Errorf("%s holds %q: %v", file.Path, body, err)
				}
				if file.Unpack != (name == "a folder") {
					t.Errorf("%s: unpack %v", file.Path, file.Unpack)
				}
			}
			if slices.Sort(names); !slices.Equal(names, c.want) {
				t.Errorf("saved %v, want %v", names, c.want)
			}
			refused := slices.ContainsFunc(got.Files, func(f model.PulledFile) bool {
				return f.Form == model.TitleAbsolute || f.Form == model.TitleOutside
			})
			out, err := run(t.TempDir(), "pull", "--plain-http", host+"/tool:"+tag)
			if (err != nil) != refused || !strings.Contains(out, c.says) || (c.says != "") != refused {
				t.Errorf("refused by its titles: %v; oras pull: %v\n%s", refused, err, out)
			}
		})
	}
}

// A link is not the file, even where it leads to the same content and is as
// long as that.
func TestPullDoesNotKeepALink(t *testing.T) {
	f, s := plainRegistry(t)
	d, dir := artifact(f, "tool", "v1", "x"), t.TempDir()
	const content = "content of x"
	elsewhere := strings.Repeat("y", len(content))
	if err := os.WriteFile(filepath.Join(dir, elsewhere), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, filepath.Join(dir, "x")); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Pull(t.Context(), "tool", d, dir, nil); !errors.Is(err, model.ErrInvalid) {
		t.Errorf("pulled %+v, %v", got, err)
	}
}
