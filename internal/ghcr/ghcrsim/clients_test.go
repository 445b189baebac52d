package ghcrsim

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/foreign"
	"github.com/novotnyllc/caitui/internal/model"
)

// The clients that prove the simulator to be a registry: they do their daily
// work against it.

// clientStep is one call of a client. H stands for the registry's address and
// owner, want is a part of what it prints, fails says that it must be refused.
type clientStep struct {
	name  string
	args  string
	want  string
	fails bool
	truth func(t *testing.T, s *sim)
}

func TestClients(t *testing.T) {
	for client, steps := range map[string][]clientStep{
		"crane": craneSteps(), "oras": orasSteps(), "regctl": regctlSteps(),
	} {
		t.Run(client, func(t *testing.T) { runClient(t, client, steps) })
	}
}

func runClient(t *testing.T, client string, steps []clientStep) {
	program := foreign.Tool(t, client)
	s := startReal(t)
	dir := t.TempDir()
	host := strings.TrimPrefix(s.info.Registry, "http://")
	config := `{"auths":{"` + host + `":{"auth":"` + strings.TrimPrefix(basic(s.info.Tokens.Admin), "Basic ") + `"}}}`
	for name, content := range map[string]string{"config.json": config, "hello.txt": "hello\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range steps {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		args := strings.Fields(strings.NewReplacer("HOST", host, "H/", host+"/novotnyllc/").Replace(step.args))
		cmd := exec.CommandContext(ctx, program, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "DOCKER_CONFIG="+dir, "HOME="+dir, "REGCTL_CONFIG="+filepath.Join(dir, "regctl.json"))
		out, err := cmd.CombinedOutput()
		cancel()
		want := step.want
		if strings.HasPrefix(want, "digest of ") {
			ref, tag, _ := strings.Cut(strings.TrimPrefix(want, "digest of "), ":")
			d, _ := s.World().Resolve(ref, tag)
			want = string(d)
		}
		if (err != nil) != step.fails || !strings.Contains(string(out), want) {
			t.Errorf("%s: %s %s: %v, want %q\n%s", step.name, client, step.args, err, want, out)
		}
		if step.truth != nil {
			step.truth(t, s)
		}
	}
}

// startReal starts the default scenario with the time of day, which clients
// put into what they push.
func startReal(t *testing.T) *sim {
	t.Helper()
	s, err := Start(t.Context(), Options{RealNow: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // the test's context has ended it already
	return &sim{T: t, Server: s, info: s.Info()}
}

// same asserts that two tags hold one digest.
func same(a, b string) func(*testing.T, *sim) {
	return func(t *testing.T, s *sim) {
		t.Helper()
		digest := func(ref string) model.Digest {
			pkg, tag, _ := strings.Cut(ref, ":")
			d, ok := s.World().Resolve(pkg, tag)
			if !ok {
				t.Errorf("%s is not there", ref)
			}
			return d
		}
		if digest(a) != digest(b) {
			t.Errorf("%s and %s differ", a, b)
		}
	}
}

func craneSteps() []clientStep {
	return []clientStep{
		{name: "list", args: "ls --insecure H/containai", want: "v1.2.0"},
		{name: "digest", args: "digest --insecure H/containai:prod", want: "digest of containai:prod"},
		{name: "tag", args: "tag --insecure H/containai:v1.2.0 prod", truth: same("containai:prod", "containai:v1.2.0")},
		{name: "pull", args: "pull --insecure --platform linux/amd64 H/containai-proxy:prod image.tar"},
		{name: "push", args: "push --insecure image.tar H/containai-new:one", want: "digest of containai-new:one"},
		{name: "push what is there", args: "push --insecure image.tar H/containai-proxy:again", want: "existing blob"},
		{name: "copy", args: "copy --insecure H/containai-proxy:prod H/containai-copy:prod", want: "mounted blob",
			truth: same("containai-copy:prod", "containai-proxy:prod")},
		{name: "delete", args: "delete --insecure H/containai:prod", want: "UNSUPPORTED", fails: true,
			truth: same("containai:prod", "containai:v1.2.0")},
		{name: "catalogue", args: "catalog --insecure HOST", want: "DENIED", fails: true},
	}
}

func orasSteps() []clientStep {
	return []clientStep{
		{name: "list", args: "repo tags --plain-http H/containai-metadata", want: "channels"},
		{name: "digest", args: "resolve --plain-http H/containai-metadata:prod", want: "digest of containai-metadata:prod"},
		{name: "pull", args: "pull --plain-http H/containai-metadata:prod", want: "channels.json"},
		{name: "tag", args: "tag --plain-http H/containai-metadata:prod good",
			truth: same("containai-metadata:good", "containai-metadata:prod")},
		{name: "attach", args: "attach --plain-http --artifact-type application/x.one H/containai-metadata:prod hello.txt:text/plain"},
		{name: "attach again", args: "attach --plain-http --artifact-type application/x.two H/containai-metadata:prod hello.txt:text/plain"},
		{name: "discover", args: "discover --plain-http H/containai-metadata:prod", want: "application/x.one"},
		{name: "discover both", args: "discover --plain-http H/containai-metadata:prod", want: "application/x.two"},
		{name: "push", args: "push --plain-http H/fresh:1 hello.txt:text/plain", want: "digest of fresh:1"},
		{name: "copy with referrers", args: "cp --from-plain-http --to-plain-http -r H/containai-installer:v1.2.0 H/copied:x",
			truth: same("copied:x", "containai-installer:v1.2.0")},
		{name: "delete", args: "manifest delete --plain-http -f H/containai-metadata:good", want: "unsupported", fails: true,
			truth: same("containai-metadata:good", "containai-metadata:prod")},
	}
}

func regctlSteps() []clientStep {
	return []clientStep{
		{name: "plain http", args: "registry set HOST --tls disabled"},
		{name: "list", args: "tag ls H/containai", want: "v1.2.0"},
		{name: "digest", args: "image digest H/containai:prod", want: "digest of containai:prod"},
		{name: "inspect", args: "image inspect H/containai:prod --platform linux/amd64 --format {{.Architecture}}", want: "amd64"},
		{name: "tag", args: "image copy H/containai:v1.2.0 H/containai:prod", truth: same("containai:prod", "containai:v1.2.0")},
		{name: "copy", args: "image copy H/containai-proxy:prod H/nested/name:prod", truth: same("nested/name:prod", "containai-proxy:prod")},
		{name: "attach", args: "artifact put --artifact-type application/x.one --subject H/containai-metadata:prod -f hello.txt"},
		{name: "discover", args: "artifact tree H/containai-metadata:prod", want: "application/x.one"},
		{name: "delete", args: "manifest delete --force-tag-dereference H/containai:prod", want: "UNSUPPORTED", fails: true,
			truth: same("containai:prod", "containai:v1.2.0")},
	}
}
