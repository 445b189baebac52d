package ghcr_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim"
)

// The proof that the simulator is a registry: clients that nobody here wrote
// do their daily work against it.

// client runs one foreign program with credentials for the simulator.
type client struct {
	t    *testing.T
	path string
	env  []string
	args []string // before the verb's own
}

// docker writes a Docker configuration directory that holds a credential.
func docker(t *testing.T, registry, token string) string {
	t.Helper()
	dir := t.TempDir()
	auth := base64.StdEncoding.EncodeToString([]byte("someone:" + token))
	body, err := json.Marshal(map[string]any{"auths": map[string]any{registry: map[string]string{"auth": auth}}})
	if err != nil {
		t.Fatalf("encoding the credential: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "config.json"), body, 0o600); err != nil {
		t.Fatalf("writing the credential: %v", err)
	}
	return dir
}

func newClient(t *testing.T, name, dockerDir string, args ...string) client {
	t.Helper()
	home := t.TempDir()
	return client{t: t, path: tool(t, name), args: args, env: []string{
		"HOME=" + home, "XDG_CONFIG_HOME=" + home, "DOCKER_CONFIG=" + dockerDir, "PATH=" + os.Getenv("PATH"),
		"REGCTL_CONFIG=" + filepath.Join(home, "regctl.json"),
	}}
}

func (c client) try(args ...string) (string, error) {
	c.t.Helper()
	cmd := exec.CommandContext(c.t.Context(), c.path, append(args, c.args...)...)
	cmd.Env = c.env
	cmd.Dir = c.t.TempDir()
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

func (c client) run(args ...string) string {
	c.t.Helper()
	out, err := c.try(args...)
	if err != nil {
		c.t.Fatalf("%s %s: %v\n%s", filepath.Base(c.path), strings.Join(args, " "), err, out)
	}
	return out
}

// refused runs something that the registry must not do.
func (c client) refused(why string, args ...string) {
	c.t.Helper()
	out, err := c.try(args...)
	if err == nil {
		c.t.Fatalf("%s %s succeeded:\n%s", filepath.Base(c.path), strings.Join(args, " "), out)
	}
	if !strings.Contains(strings.ToLower(out), strings.ToLower(why)) {
		c.t.Errorf("%s %s was refused without %q:\n%s", filepath.Base(c.path), strings.Join(args, " "), why, out)
	}
}

func simulator(t *testing.T, scenario string) *ghcrsim.Server {
	t.Helper()
	server, err := ghcrsim.Start(t.Context(), ghcrsim.Options{Scenario: scenario, RealNow: time.Now})
	if err != nil {
		t.Fatalf("starting the simulator: %v", err)
	}
	t.Cleanup(func() { server.Close() })
	return server
}

// target is a package of the simulator as foreign clients name it.
func target(t *testing.T, server *ghcrsim.Server, pkg string) (host, repository string) {
	t.Helper()
	u, err := url.Parse(server.Info().Registry)
	if err != nil {
		t.Fatalf("reading the registry's address: %v", err)
	}
	return u.Host, u.Host + "/" + server.Info().Owner + "/" + pkg
}

// truth is the digest that a tag points to in the simulator's own state.
func truth(t *testing.T, server *ghcrsim.Server, pkg, tag string) string {
	t.Helper()
	d, ok := server.World().Resolve(pkg, tag)
	if !ok {
		t.Fatalf("%s has no tag %s", pkg, tag)
	}
	return string(d)
}

func TestCraneWorksWithTheSimulator(t *testing.T) {
	server := simulator(t, "containai")
	host, repo := target(t, server, "containai")
	crane := newClient(t, "crane", docker(t, host, server.Info().Tokens.Write))

	tags := strings.Fields(crane.run("ls", repo))
	if len(tags) != len(server.World().TagNames("containai")) {
		t.Errorf("crane ls shows %d tags, the simulator has %d", len(tags), len(server.World().TagNames("containai")))
	}
	good := truth(t, server, "containai", "v1.2.0")
	if got := crane.run("digest", repo+":v1.2.0"); got != good {
		t.Errorf("crane digest: %s, want %s", got, good)
	}
	crane.run("tag", repo+":v1.2.0", "prod")
	if got := truth(t, server, "containai", "prod"); got != good {
		t.Errorf("after crane tag prod is %s, want %s", got, good)
	}
	archive := filepath.Join(t.TempDir(), "image.tar")
	crane.run("pull", "--platform", "linux/arm64", repo+":v1.2.0", archive)
	if info, err := os.Stat(archive); err != nil || info.Size() == 0 {
		t.Errorf("crane pull wrote nothing: %v", err)
	}
	crane.refused("UNSUPPORTED", "delete", repo+"@"+good)
	crane.refused("MANIFEST_UNKNOWN", "digest", repo+":no-such-tag")

	stale := newClient(t, "crane", docker(t, host, server.Info().Tokens.Expired))
	stale.refused("DENIED", "digest", repo+":prod")
	reader := newClient(t, "crane", docker(t, host, server.Info().Tokens.Read))
	reader.refused("DENIED", "tag", repo+":v1.3.0", "prod")
	if got := truth(t, server, "containai", "prod"); got != good {
		t.Errorf("a refused write moved prod to %s", got)
	}
}

func TestORASWorksWithTheSimulator(t *testing.T) {
	server := simulator(t, "containai")
	host, repo := target(t, server, "containai-installer")
	oras := newClient(t, "oras", docker(t, host, server.Info().Tokens.Write), "--plain-http")

	if tags := oras.run("repo", "tags", repo); !strings.Contains(tags, "v1.2.0") {
		t.Errorf("oras repo tags lists no v1.2.0:\n%s", tags)
	}
	good := truth(t, server, "containai-installer", "v1.2.0")
	if got := oras.run("resolve", repo+":v1.2.0"); got != good {
		t.Errorf("oras resolve: %s, want %s", got, good)
	}
	oras.run("tag", repo+":v1.2.0", "prod")
	if got := truth(t, server, "containai-installer", "prod"); got != good {
		t.Errorf("after oras tag prod is %s, want %s", got, good)
	}
	// The real installer carries an absolute title, which oras will not write.
	oras.refused("path traversal", "pull", repo+":v1.2.0", "--output", t.TempDir())

	_, metadata := target(t, server, "containai-metadata")
	dir := t.TempDir()
	oras.run("pull", metadata+":prod", "--output", dir)
	body, err := os.ReadFile(filepath.Join(dir, "channels.json"))
	if err != nil || !strings.Contains(string(body), `"channel": "prod"`) {
		t.Errorf("oras pull of the metadata: %v\n%s", err, body)
	}

	file := filepath.Join(t.TempDir(), "note.txt")
	if err := os.WriteFile(file, []byte("checked\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	oras.run("attach", "--artifact-type", "application/vnd.example.note", "--disable-path-validation", repo+"@"+good, file+":text/plain")
	if tree := oras.run("discover", repo+"@"+good); !strings.Contains(tree, "application/vnd.example.note") {
		t.Errorf("oras discover does not find what oras attach attached:\n%s", tree)
	}
	fallback := "sha256-" + strings.TrimPrefix(good, "sha256:")
	if _, ok := server.World().Resolve("containai-installer", fallback); !ok {
		t.Errorf("oras attach left no fallback tag %s", fallback)
	}
	oras.refused("unsupported", "manifest", "delete", "--force", repo+"@"+good)
}

func TestRegctlWorksWithTheSimulator(t *testing.T) {
	server := simulator(t, "containai")
	host, repo := target(t, server, "containai-proxy")
	regctl := newClient(t, "regctl", docker(t, host, server.Info().Tokens.Write), "--verbosity", "error", "--host", "reg="+host+",tls=disabled")

	if tags := regctl.run("tag", "ls", repo); !strings.Contains(tags, "nightly") {
		t.Errorf("regctl tag ls lists no nightly:\n%s", tags)
	}
	good := truth(t, server, "containai-proxy", "v1.2.0")
	if got := regctl.run("image", "digest", repo+":v1.2.0"); got != good {
		t.Errorf("regctl image digest: %s, want %s", got, good)
	}
	regctl.run("image", "copy", repo+":v1.2.0", repo+":prod")
	if got := truth(t, server, "containai-proxy", "prod"); got != good {
		t.Errorf("after regctl image copy prod is %s, want %s", got, good)
	}
	if tree := regctl.run("artifact", "tree", repo+":v1.2.0"); !strings.Contains(tree, "linux/arm64") {
		t.Errorf("regctl artifact tree shows no platform:\n%s", tree)
	}
	layout := "ocidir://" + filepath.Join(t.TempDir(), "copy")
	regctl.run("image", "copy", repo+":v1.2.0", layout+":v1.2.0")
	if got := regctl.run("image", "digest", layout+":v1.2.0"); got != good {
		t.Errorf("a pulled copy has digest %s, want %s", got, good)
	}
	regctl.refused("405", "manifest", "delete", fmt.Sprintf("%s@%s", repo, good))
}
