package credentials

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/authn"
)

const (
	gitHub      = "https://api.github.com"
	ghcr        = "https://ghcr.io"
	classic     = "ghp_abcdefghijklmnopqrstuvwxyz0123456789"
	oauth       = "gho_abcdefghijklmnopqrstuvwxyz0123456789"
	loopbackAPI = "http://127.0.0.1:4000"
	loopback    = "http://127.0.0.1:5000"
)

func envOf(pairs ...string) func(string) string {
	m := make(map[string]string)
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return m[name] }
}

// docker is a keychain that knows one registry.
type docker struct {
	host string
	auth authn.AuthConfig
	err  error
}

func (d docker) Resolve(r authn.Resource) (authn.Authenticator, error) {
	if d.err != nil {
		return nil, d.err
	}
	if r.RegistryStr() == d.host {
		return authn.FromConfig(d.auth), nil
	}
	return authn.Anonymous, nil
}

// show is a credential in a line, its secret revealed for the test alone.
func show(c Credential) string {
	return strings.Join([]string{c.Source, c.Kind, c.Login, c.Token.Reveal()}, "|")
}

const none = "none|anonymous||"

func ghConfig(t *testing.T, hosts string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "hosts.yml"), []byte(hosts), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestEnvironmentToken(t *testing.T) {
	for name, tc := range map[string]struct {
		env           func(string) string
		api, registry string
		wantAPI, want string
		note          string
	}{
		"GitHub":             {envOf("GITHUB_TOKEN", classic), gitHub, ghcr, "GITHUB_TOKEN|classic||" + classic, "GITHUB_TOKEN|classic||" + classic, ""},
		"the other variable": {envOf("GH_TOKEN", oauth), gitHub, ghcr, "GH_TOKEN|oauth||" + oauth, "GH_TOKEN|oauth||" + oauth, ""},
		"both":               {envOf("GITHUB_TOKEN", classic, "GH_TOKEN", oauth), gitHub, ghcr, "GITHUB_TOKEN|classic||" + classic, "GITHUB_TOKEN|classic||" + classic, ""},
		"blanks around":      {envOf("GITHUB_TOKEN", " "+classic+"\n"), gitHub, ghcr, "GITHUB_TOKEN|classic||" + classic, "GITHUB_TOKEN|classic||" + classic, ""},
		"blanks only":        {envOf("GITHUB_TOKEN", " \n"), gitHub, ghcr, none, none, ""},
		"fine-grained":       {envOf("GITHUB_TOKEN", "github_pat_1"), gitHub, ghcr, "GITHUB_TOKEN|fine-grained||github_pat_1", "GITHUB_TOKEN|fine-grained||github_pat_1", ""},
		"Actions":            {envOf("GITHUB_TOKEN", "ghs_1", "GITHUB_ACTOR", "octocat"), gitHub, ghcr, "GITHUB_TOKEN|actions|octocat|ghs_1", "GITHUB_TOKEN|actions|octocat|ghs_1", ""},
		"unknown form":       {envOf("GITHUB_TOKEN", "0123abc"), gitHub, ghcr, "GITHUB_TOKEN|unknown||0123abc", "GITHUB_TOKEN|unknown||0123abc", ""},
		"a header in it":     {envOf("GITHUB_TOKEN", "x\r\nHost: evil"), gitHub, ghcr, none, none, "holds characters that no token has"},
		"bad first, good second": {envOf("GITHUB_TOKEN", "x y", "GH_TOKEN", oauth), gitHub, ghcr,
			"GH_TOKEN|oauth||" + oauth, "GH_TOKEN|oauth||" + oauth, "GITHUB_TOKEN is not used"},
		"nothing":                  {envOf(), gitHub, ghcr, none, none, ""},
		"simulator":                {envOf("GITHUB_TOKEN", classic), loopbackAPI, loopback, "GITHUB_TOKEN|classic||" + classic, "GITHUB_TOKEN|classic||" + classic, ""},
		"no API, GHCR":             {envOf("GITHUB_TOKEN", classic), "", ghcr, none, "GITHUB_TOKEN|classic||" + classic, ""},
		"no API, this machine":     {envOf("GITHUB_TOKEN", classic), "", "http://localhost:5000", none, "GITHUB_TOKEN|classic||" + classic, ""},
		"no API, foreign":          {envOf("GITHUB_TOKEN", classic), "", "https://registry.example.com", none, none, "GITHUB_TOKEN is not sent to registry.example.com"},
		"no API, foreign by name":  {envOf("GITHUB_TOKEN", classic), "", "https://containers.evil.example", none, none, "not sent to containers.evil.example"},
		"GitHub's API, foreign":    {envOf("GITHUB_TOKEN", classic), gitHub, "https://registry.example.com", "GITHUB_TOKEN|classic||" + classic, none, "not sent to registry.example.com"},
		"GitHub's API, containers": {envOf("GITHUB_TOKEN", classic), gitHub, "https://containers.github.com", "GITHUB_TOKEN|classic||" + classic, none, "not sent"},
		"enterprise server":        {envOf("GITHUB_TOKEN", classic), "https://ghes.example/api/v3", "https://containers.ghes.example", "GITHUB_TOKEN|classic||" + classic, "GITHUB_TOKEN|classic||" + classic, ""},
		"other enterprise server":  {envOf("GITHUB_TOKEN", classic), "https://ghes.example/api/v3", "https://containers.other.example", "GITHUB_TOKEN|classic||" + classic, none, "not sent"},
		"one host for both":        {envOf("GITHUB_TOKEN", classic), "http://sim.lan:4000", "http://sim.lan:5000", "GITHUB_TOKEN|classic||" + classic, "GITHUB_TOKEN|classic||" + classic, ""},
		"a lookalike":              {envOf("GITHUB_TOKEN", classic), "", "https://ghcr.io.evil.example", none, none, "not sent"},
		"localhost lookalike":      {envOf("GITHUB_TOKEN", classic), "", "https://localhost.evil.example", none, none, "not sent"},
	} {
		t.Run(name, func(t *testing.T) {
			found := Finder{Env: tc.env}.Find(t.Context(), tc.api, tc.registry)
			if got := show(found.API); got != tc.wantAPI {
				t.Errorf("API gets %q, want %q", got, tc.wantAPI)
			}
			if got := show(found.Registry); got != tc.want {
				t.Errorf("registry gets %q, want %q", got, tc.want)
			}
			notes := strings.Join(found.Notes, "\n")
			if tc.note == "" && notes != "" || !strings.Contains(notes, tc.note) {
				t.Errorf("notes = %q, want %q in them", notes, tc.note)
			}
			if strings.Contains(notes, classic) || strings.Contains(notes, "evil\n") {
				t.Errorf("notes = %q hold a secret", notes)
			}
		})
	}
}

func TestGHLogin(t *testing.T) {
	const hosts = `github.com:
    users:
        octocat:
            oauth_token: gho_octocat
        other:
            oauth_token: gho_other
    git_protocol: https
    oauth_token: gho_octocat
    user: octocat
newer.example:
    users:
        a:
            oauth_token: gho_a
        b:
            oauth_token: gho_b
    user: b
ghes.example:
    user: admin
    oauth_token: ghp_enterprise
sub.ghe.com:
    user: resident
    oauth_token: gho_resident
bad.example:
    user: x
    oauth_token: "a b"
`
	dir := ghConfig(t, hosts)
	for name, tc := range map[string]struct {
		api, registry string
		wantAPI, want string
	}{
		"GitHub":            {gitHub, ghcr, "gh|oauth|octocat|gho_octocat", "gh|oauth|octocat|gho_octocat"},
		"no API":            {"", ghcr, none, "gh|oauth|octocat|gho_octocat"},
		"users only":        {"https://newer.example/api/v3", "https://containers.newer.example", "gh|oauth|b|gho_b", "gh|oauth|b|gho_b"},
		"enterprise server": {"https://ghes.example/api/v3", "https://containers.ghes.example", "gh|classic|admin|ghp_enterprise", "gh|classic|admin|ghp_enterprise"},
		"data residency":    {"https://api.sub.ghe.com", "https://containers.sub.ghe.com", "gh|oauth|resident|gho_resident", "gh|oauth|resident|gho_resident"},
		"simulator":         {loopbackAPI, loopback, none, none},
		"foreign registry":  {"", "https://registry.example.com", none, none},
		"GitHub's beside":   {gitHub, "https://registry.example.com", "gh|oauth|octocat|gho_octocat", none},
		"not logged in":     {"https://else.example", "https://containers.else.example", none, none},
		"unusable":          {"https://bad.example/api/v3", "", none, none},
		"a lookalike":       {"https://api.github.com.evil.example", "https://containers.github.com", none, none},
	} {
		t.Run(name, func(t *testing.T) {
			f := Finder{Env: envOf("GH_CONFIG_DIR", dir), Run: func(context.Context, string, ...string) ([]byte, error) {
				t.Error("gh was run although the file has the token")
				return nil, nil
			}}
			found := f.Find(t.Context(), tc.api, tc.registry)
			if got := show(found.API); got != tc.wantAPI {
				t.Errorf("API gets %q, want %q", got, tc.wantAPI)
			}
			if got := show(found.Registry); got != tc.want {
				t.Errorf("registry gets %q, want %q", got, tc.want)
			}
			if notes := strings.Join(found.Notes, "\n"); strings.Contains(notes, "gho_") || strings.Contains(notes, "a b") {
				t.Errorf("notes = %q hold a secret", notes)
			}
		})
	}
}

func TestGHConfigPlaces(t *testing.T) {
	for name, tc := range map[string]struct {
		env  func(string) string
		want string
	}{
		"own variable": {envOf("GH_CONFIG_DIR", "/g", "XDG_CONFIG_HOME", "/x", "HOME", "/h"), "/g/hosts.yml"},
		"xdg":          {envOf("XDG_CONFIG_HOME", "/x", "HOME", "/h"), "/x/gh/hosts.yml"},
		"home":         {envOf("HOME", "/h"), "/h/.config/gh/hosts.yml"},
		"nowhere":      {envOf(), ""},
	} {
		s := search{Finder: Finder{Env: tc.env}}
		if got := s.ghConfig(); got != filepath.FromSlash(tc.want) {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

func TestGHKeyring(t *testing.T) {
	dir := ghConfig(t, "github.com:\n    user: octocat\n    users:\n        octocat: {}\n")
	calls := 0
	f := Finder{Env: envOf("GH_CONFIG_DIR", dir), Run: func(ctx context.Context, program string, args ...string) ([]byte, error) {
		calls++
		if _, limited := ctx.Deadline(); !limited {
			t.Error("gh may run for ever")
		}
		if got, want := strings.Join(append([]string{program}, args...), " "), "gh auth token --hostname github.com"; got != want {
			t.Errorf("ran %q, want %q", got, want)
		}
		return []byte("gho_keyring\n"), nil
	}}
	found := f.Find(t.Context(), gitHub, ghcr)
	if show(found.API) != "gh|oauth|octocat|gho_keyring" || show(found.Registry) != show(found.API) {
		t.Errorf("found %q and %q", show(found.API), show(found.Registry))
	}
	if calls != 1 {
		t.Errorf("gh ran %d times for two hosts with one login", calls)
	}
	for name, err := range map[string]error{"is not installed": exec.ErrNotFound, "did not hand out": errors.New("exit status 1")} {
		f.Run = func(context.Context, string, ...string) ([]byte, error) { return nil, fmt.Errorf("running: %w", err) }
		found := f.Find(t.Context(), gitHub, ghcr)
		if !found.API.Anonymous() || !found.Registry.Anonymous() || len(found.Notes) != 1 || !strings.Contains(found.Notes[0], name) {
			t.Errorf("%v: %q, notes %q", err, show(found.API), found.Notes)
		}
	}
}

func TestGHFileThatCannotBeRead(t *testing.T) {
	for name, hosts := range map[string]string{
		"not YAML":   "github.com:\n\toauth_token: gho_secret\n  - [",
		"other form": "- gho_secret\n",
		"huge":       strings.Repeat("#", maxHosts+1),
		"mixed form": "github.com:\n    oauth_token: [gho_secret]\n",
	} {
		found := Finder{Env: envOf("GH_CONFIG_DIR", ghConfig(t, hosts))}.Find(t.Context(), gitHub, ghcr)
		if !found.API.Anonymous() || len(found.Notes) != 1 {
			t.Errorf("%s: %q, notes %q", name, show(found.API), found.Notes)
		}
		if strings.Contains(strings.Join(found.Notes, ""), "gho_secret") {
			t.Errorf("%s: notes hold the token: %q", name, found.Notes)
		}
	}
	// No file is no news.
	found := Finder{Env: envOf("GH_CONFIG_DIR", t.TempDir())}.Find(t.Context(), gitHub, ghcr)
	if len(found.Notes) != 0 {
		t.Errorf("notes = %q", found.Notes)
	}
}

func TestDockerLogin(t *testing.T) {
	for name, tc := range map[string]struct {
		docker        docker
		api, registry string
		want, note    string
	}{
		"a token":         {docker{host: "ghcr.io", auth: authn.AuthConfig{Username: "me", Password: classic}}, gitHub, ghcr, "docker|classic|me|" + classic, ""},
		"a password":      {docker{host: "127.0.0.1:5000", auth: authn.AuthConfig{Username: "me", Password: "pw"}}, "", loopback, "docker|basic|me|pw", ""},
		"another host":    {docker{host: "ghcr.io", auth: authn.AuthConfig{Username: "me", Password: classic}}, "", "https://registry.example.com", none, ""},
		"identity token":  {docker{host: "ghcr.io", auth: authn.AuthConfig{IdentityToken: "x"}}, gitHub, ghcr, none, ""},
		"unusable":        {docker{host: "ghcr.io", auth: authn.AuthConfig{Password: "a\nb"}}, gitHub, ghcr, none, ""},
		"a helper failed": {docker{err: errors.New("helper said no")}, gitHub, ghcr, none, "helper said no"},
	} {
		t.Run(name, func(t *testing.T) {
			found := Finder{Env: envOf(), Keychain: tc.docker}.Find(t.Context(), tc.api, tc.registry)
			if got := show(found.Registry); got != tc.want {
				t.Errorf("registry gets %q, want %q", got, tc.want)
			}
			if got := show(found.API); got != none {
				t.Errorf("Docker's login went to the API: %q", got)
			}
			if notes := strings.Join(found.Notes, "\n"); tc.note == "" && notes != "" || !strings.Contains(notes, tc.note) {
				t.Errorf("notes = %q, want %q in them", notes, tc.note)
			}
		})
	}
}

func TestOrder(t *testing.T) {
	gh := ghConfig(t, "github.com:\n    user: u\n    oauth_token: gho_file\n")
	keychain := docker{host: "ghcr.io", auth: authn.AuthConfig{Username: "d", Password: "ghp_docker"}}
	for _, tc := range []struct {
		finder        Finder
		api, registry string
	}{
		{Finder{Env: envOf("GITHUB_TOKEN", "ghp_env", "GH_CONFIG_DIR", gh), Keychain: keychain}, "ghp_env", "ghp_env"},
		{Finder{Env: envOf("GH_CONFIG_DIR", gh), Keychain: keychain}, "gho_file", "gho_file"},
		{Finder{Env: envOf(), Keychain: keychain}, "", "ghp_docker"},
		{Finder{Env: envOf()}, "", ""},
	} {
		found := tc.finder.Find(t.Context(), gitHub, ghcr)
		if found.API.Token.Reveal() != tc.api || found.Registry.Token.Reveal() != tc.registry {
			t.Errorf("API %q, registry %q; want %q, %q", show(found.API), show(found.Registry), tc.api, tc.registry)
		}
	}
}

// The real keychain with a real file and a real helper program, and gh as a
// program.
func TestOfThisProcess(t *testing.T) {
	home, bin := t.TempDir(), t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	t.Setenv("DOCKER_CONFIG", filepath.Join(home, ".docker"))
	write := func(path, text string, mode os.FileMode) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	plain := base64.StdEncoding.EncodeToString([]byte("me:filepw"))
	write(filepath.Join(home, ".docker", "config.json"), `{"auths":{"127.0.0.1:5000":{"auth":"`+plain+`"}},"credHelpers":{"ghcr.io":"caituitest"}}`, 0o600)
	write(filepath.Join(bin, "docker-credential-caituitest"), "#!/bin/sh\nread host\necho '{\"ServerURL\":\"'$host'\",\"Username\":\"helped\",\"Secret\":\"ghp_helper\"}'\n", 0o700)

	find := New(envOf("HOME", home)).Find
	if got := show(find(t.Context(), "", "127.0.0.1:5000").Registry); got != "docker|basic|me|filepw" {
		t.Errorf("from the file: %q", got)
	}
	if got := show(find(t.Context(), gitHub, ghcr).Registry); got != "docker|classic|helped|ghp_helper" {
		t.Errorf("from the helper: %q", got)
	}
	write(filepath.Join(home, ".config", "gh", "hosts.yml"), "github.com:\n    user: octocat\n", 0o600)
	write(filepath.Join(bin, "gh"), "#!/bin/sh\necho \"gho_$3_$4\" | tr -d '.-'\n", 0o700)
	if got := show(find(t.Context(), gitHub, ghcr).API); !strings.HasPrefix(got, "gh|oauth|octocat|gho_") {
		t.Errorf("from gh: %q", got)
	}
	// One that hangs is given up.
	write(filepath.Join(bin, "gh"), "#!/bin/sh\nexec sleep 60\n", 0o700)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	found := find(ctx, gitHub, "")
	if !found.API.Anonymous() || len(found.Notes) != 1 || !strings.Contains(found.Notes[0], "deadline") {
		t.Errorf("a hanging gh: %q, notes %q", show(found.API), found.Notes)
	}
}

func TestTokenIsNotPrinted(t *testing.T) {
	tok := NewToken(classic)
	type inside struct{ hidden Token }
	c := Credential{Login: "me", Token: tok, Source: "gh", Kind: KindClassic}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%p", "%T"} {
		for _, value := range []any{tok, &tok, c, &c, []Token{tok}, map[string]Token{"a": tok}, inside{tok}, &inside{tok}, Found{API: c}} {
			fmt.Fprintf(&out, verb+"\n", value)
		}
	}
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).Info("m", "token", tok, "credential", c, "pointer", &c, "inside", inside{tok})
	}
	raw, err := json.Marshal(map[string]any{"token": tok, "credential": c, "inside": inside{tok}})
	if err != nil {
		t.Fatal(err)
	}
	out.Write(raw)
	out.WriteString(errors.Join(fmt.Errorf("with %v", tok)).Error())
	printed := out.String()
	for _, secret := range []string{classic, fmt.Sprintf("%x", classic), fmt.Sprintf("%X", classic), classic[4:20]} {
		if strings.Contains(printed, secret) {
			t.Errorf("%q was printed:\n%s", secret, printed)
		}
	}
	if !strings.Contains(printed, hidden) {
		t.Error("nothing says that there was a token")
	}
	if tok.Reveal() != classic {
		t.Error("the token is lost")
	}
	if diff := cmp.Diff("", fmt.Sprint(Token{})+Token{}.Reveal()+NewToken("").String()); diff != "" {
		t.Errorf("no token prints something: %s", diff)
	}
}
