package config

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
)

var sameRegexp = cmp.Comparer(func(a, b *regexp.Regexp) bool { return a.String() == b.String() })

func noEnv(string) string { return "" }

func envOf(pairs ...string) func(string) string {
	m := make(map[string]string)
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return m[name] }
}

func mustParse(t *testing.T, text string) Config {
	t.Helper()
	c, err := Parse("/home/me/.config/caitui/config.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%v (%s)", err, model.CureOf(err))
	}
	return c
}

func mustResolve(t *testing.T, f Flags, env func(string) string, c Config) Settings {
	t.Helper()
	s, err := Resolve(f, env, c)
	if err != nil {
		t.Fatalf("%v (%s)", err, model.CureOf(err))
	}
	return s
}

func names(s Settings) string { return packageNames(s.Layout.Packages) }

func TestDefaultIsContainAI(t *testing.T) {
	s := Default()
	if diff := cmp.Diff(model.ContainAI(), s.Layout, sameRegexp); diff != "" {
		t.Errorf("layout differs (-want +got):\n%s", diff)
	}
	if s.Registry != "https://ghcr.io" || s.API != "https://api.github.com" || !s.OwnerInPath || s.Theme != "auto" || s.ReadOnly || s.InsecureHTTP || s.Host() != "ghcr.io" {
		t.Errorf("settings = %+v", s)
	}
	for _, line := range s.Describe() {
		if line.Source != "default" {
			t.Errorf("%s comes from %q", line.Name, line.Source)
		}
	}
}

// Every error about the file names line and column, and says what to do.
func TestFileErrors(t *testing.T) {
	for name, tc := range map[string]struct{ text, want, cure string }{
		"unknown key":          {"owner: a\nregistri: x\n", `config.yaml:2:1: the configuration has no key "registri"`, `did you mean "registry"?`},
		"unknown, not near":    {"zzzzzzz: x\n", `config.yaml:1:1: the configuration has no key "zzzzzzz"`, "possible are api, approvals, ascii,"},
		"not built yet":        {"retention:\n  keep: 3\n", `config.yaml:1:1: the configuration has no key "retention"`, "possible are"},
		"unknown rule":         {"approvals:\n  channel: [prod]\n", `config.yaml:2:3: approvals has no key "channel"`, `did you mean "channels"?`},
		"approval of nothing":  {"approvals:\n  channels: [prd]\n", `config.yaml:2:14: approvals names "prd", which is not a channel`, `did you mean "prod"?`},
		"approval twice":       {"approvals:\n  channels: [prod, prod]\n", `the channel prod is listed twice`, "remove one"},
		"deletions of none":    {"approvals:\n  deletions: 0\n", `approvals.deletions`, ""},
		"wait without unit":    {"approvals:\n  wait: 'soon'\n", `config.yaml:2:9: approvals.wait is "soon"`, "or never: an approval alone"},
		"never nothing":        {"never_return:\n  - why: bad\n", `an entry of never_return names nothing`, "release: or digest:"},
		"never both":           {"never_return:\n  - release: v1\n    digest: sha256:" + strings.Repeat("0", 64) + "\n", `names a release and a digest`, "two entries"},
		"never a bad digest":   {"never_return:\n  - digest: v1\n", `"v1" is not a digest`, "sha256: and 64"},
		"never no name":        {"never_return:\n  - 'a b'\n", `"a b" is neither a release nor a digest`, "version such as"},
		"cleanup without unit": {"cleanup_after: '180'\n", `config.yaml:1:16: cleanup_after is "180"`, "180d"},
		"too few points":       {"points_per_minute: 4\n", `config.yaml:1:20: points_per_minute is 4`, "from 5 to"},
		"points in words":      {"points_per_minute: many\n", `points_per_minute`, ""},
		"letters swapped":      {"onwer: a\n", `has no key "onwer"`, `did you mean "owner"?`},
		"key twice":            {"owner: a\nowner: b\n", "config.yaml:2:1:", ""},
		"not a mapping":        {"- a\n- b\n", "the configuration is a list and should be a mapping", ""},
		"just text":            {"hello\n", "the configuration is text and should be a mapping", ""},
		"bad YAML":             {"owner: [a\n", "config.yaml:1:", "must be YAML"},
		"tab":                  {"packages:\n\t- a\n", "config.yaml:2:", "must be YAML"},
		"two documents":        {"owner: a\n---\nowner: b\n", "a second document", "one configuration"},
		"no value":             {"owner:\ntheme: dark\n", "owner has no value", "remove the line"},
		"number for text":      {"owner: 12\n", "config.yaml:1:8: owner is a number and should be text", "quotes"},
		"empty text":           {"owner: ''\n", "config.yaml:1:8: owner is empty", ""},
		"list for text":        {"owner: [a]\n", "owner is a list and should be text", ""},
		"text for bool":        {"read_only: yes\n", "config.yaml:1:12: read_only is text and should be true or false", ""},
		"alias":                {"owner: &o acme\nrepository: *o\n", "uses an anchor", "write the value out"},
		"owner":                {"owner: a/-b\n", `config.yaml:1:8: "a/-b" cannot be an owner`, "GitHub account"},
		"repository":           {"repository: a/b/c\n", `config.yaml:1:13: "a/b/c" cannot be a repository`, ""},
		"registry scheme":      {"registry: ftp://x\n", `config.yaml:1:11: "ftp://x" is not a registry`, ""},
		"registry path":        {"registry: ghcr.io/novotnyllc\n", "has a path", "--owner"},
		"registry login":       {"registry: https://me:pw@ghcr.io\n", "holds a login", ""},
		"api":                  {"api: api.github.com\n", `"api.github.com" is not the URL of an API`, "https://HOST"},
		"theme":                {"theme: drak\n", `config.yaml:1:8: there is no theme "drak"`, `did you mean "dark"?`},
		"packages not a list":  {"packages: app\n", "packages is text and should be a list", ""},
		"packages empty":       {"packages: []\n", "packages lists nothing", "remove the line"},
		"package name":         {"packages:\n  - App\n", `config.yaml:2:5: "App" is not a package name`, "lower-case"},
		"package twice":        {"packages:\n  - app\n  - name: app\n", "config.yaml:3:11: the package app is listed twice", ""},
		"package key":          {"packages:\n  - name: app\n    knd: image\n", `config.yaml:3:5: a package has no key "knd"`, `"kind"`},
		"package without name": {"packages:\n  - kind: image\n", "a package has no name", ""},
		"package kind":         {"packages:\n  - name: app\n    kind: immage\n", `config.yaml:3:11: kind cannot be "immage"`, `"image"`},
		"package role":         {"packages:\n  - name: app\n    role: payload\n", "is an image and has the role payload", "kind: artifact"},
		"two metadata": {"packages:\n  - {name: a, kind: artifact, role: metadata}\n  - {name: b, kind: artifact, role: metadata}\n",
			"config.yaml:3:12: a second package has the role metadata", ""},
		"stage":               {"packages:\n  - {name: a, stage: 0}\n", "config.yaml:2:22: stage is 0", "from 1 to 99"},
		"stage huge":          {"packages:\n  - {name: a, stage: 99999999999999999999}\n", "stage is ", ""},
		"stage text":          {"packages:\n  - {name: a, stage: first}\n", "stage is text and should be a whole number", ""},
		"alias tag":           {"packages:\n  - {name: a, aliases: {prod: '-x'}}\n", `"-x" is not a tag`, ""},
		"alias channel":       {"packages:\n  - {name: a, aliases: {prd: [x]}}\n", "aliases for the channel prd, which there is not", `did you mean "prod"?`},
		"metadata absent":     {"packages: [app-metadata]\nmetadata_package: app-metdata\n", `config.yaml:2:19: metadata_package "app-metdata" is not among the packages`, `"app-metadata"`},
		"metadata alone":      {"metadata_package: app\n", "no packages are configured", ""},
		"metadata twice":      {"packages:\n  - {name: a, kind: artifact, role: metadata}\n  - b\nmetadata_package: b\n", "config.yaml:4:19: metadata_package is b, but a has the role metadata", ""},
		"channel name":        {"channels: ['a b']\n", `config.yaml:1:12: "a b" is not a tag`, ""},
		"channel twice":       {"channels: [a, a]\n", "config.yaml:1:15: the channel a is listed twice", ""},
		"channel without":     {"channels: [{version_tags: true}]\n", "a channel has no name", ""},
		"channels empty":      {"channels: []\n", "channels lists nothing", ""},
		"channel is plumbing": {"channels: [prod]\ntags: {plumbing: ['^p.*$']}\n", "the channel prod is a plumbing tag", ""},
		"tags key":            {"tags:\n  imutable: []\n", `config.yaml:2:3: tags has no key "imutable"`, `"immutable"`},
		"pattern":             {"tags:\n  immutable:\n    - '^v(\\d$'\n", "config.yaml:3:7:", "re2"},
		"pattern loose":       {"tags:\n  immutable: ['v\\d']\n", "does not cover the whole tag", "begin it with ^"},
		"pattern group":       {"tags:\n  immutable: ['^(?P<comit>x)$']\n", `has a group "comit" that means nothing`, `did you mean "commit"?`},
		"keys type":           {"keys: t\n", "keys is text and should be a mapping", ""},
		"keys empty":          {"keys: {retag: []}\n", "keys.retag names no key", ""},
		"keys number":         {"keys: {retag: 1}\n", "keys.retag is a number and should be text", "quotes"},
		"keys twice":          {"keys: {retag: [t, t]}\n", `keys.retag names "t" twice`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse("/x/config.yaml", []byte(tc.text))
			if !errors.Is(err, model.ErrInvalid) {
				t.Fatalf("err = %v, want ErrInvalid", err)
			}
			if !strings.Contains(err.Error(), tc.want) || !strings.HasPrefix(err.Error(), "config.yaml:") {
				t.Errorf("message %q should begin with the place and contain %q", err, tc.want)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("message of several lines: %q", err)
			}
			if !strings.Contains(model.CureOf(err), tc.cure) {
				t.Errorf("cure %q should contain %q", model.CureOf(err), tc.cure)
			}
		})
	}
}

func TestFilesThatSayNothing(t *testing.T) {
	for _, text := range []string{"", "\n", "# just a comment\n", "---\n", "null\n"} {
		s := mustResolve(t, Flags{}, noEnv, mustParse(t, text))
		if diff := cmp.Diff(model.ContainAI(), s.Layout, sameRegexp); diff != "" {
			t.Errorf("%q changes the layout (-want +got):\n%s", text, diff)
		}
	}
}

func TestExample(t *testing.T) {
	s := mustResolve(t, Flags{}, noEnv, mustParse(t, Example))
	want := []model.PackageSpec{
		{Name: "app", Kind: model.KindImage, Stage: 2},
		{Name: "app-worker", Kind: model.KindImage, Stage: 1, Attested: 1},
		{Name: "app-payload", Kind: model.KindArtifact, Role: model.RolePayload, FollowsMetadata: true, Stage: 3},
		{Name: "app-installer", Kind: model.KindArtifact, Role: model.RoleInstaller, Stage: 3, Aliases: map[string][]string{"stable": {"latest"}}},
		{Name: "app-metadata", Kind: model.KindArtifact, Role: model.RoleMetadata, Stage: 4},
	}
	if diff := cmp.Diff(want, s.Layout.Packages); diff != "" {
		t.Errorf("packages differ (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]model.ChannelSpec{{Name: "stable", VersionTags: true}, {Name: "edge"}}, s.Layout.Channels); diff != "" {
		t.Errorf("channels differ (-want +got):\n%s", diff)
	}
	if got := s.Layout.Tag("v1.2.3"); got.Version != "v1.2.3" || got.Kind != model.TagImmutable {
		t.Errorf("v1.2.3 is %+v", got)
	}
	if got := s.Layout.Tag("dev-abcdef0"); got.Kind != model.TagMoving {
		t.Errorf("a built-in pattern still holds: %+v", got)
	}
	if got := s.Layout.Tag("sha256-" + strings.Repeat("0", 64)); got.Kind != model.TagPlumbing {
		t.Errorf("the built-in plumbing patterns are gone: %+v", got)
	}
	if diff := cmp.Diff(model.ApprovalRules{Channels: []string{"stable"}, Deletions: 50, DeletionWait: 30 * time.Minute}, s.Layout.Approvals); diff != "" {
		t.Errorf("approvals differ (-want +got):\n%s", diff)
	}
	if n := s.Layout.NeverReturn; len(n) != 2 || n[0].Release != "v1.3.0" || n[1].Digest == "" || n[1].Release != "" || n[1].Why == "" {
		t.Errorf("never_return is %+v", n)
	}
	if s.Layout.CleanupAfter != 90*24*time.Hour {
		t.Errorf("cleanup_after is %s", s.Layout.CleanupAfter)
	}
	if diff := cmp.Diff(map[string][]string{"retag": {"t", "ctrl+t"}}, s.Keys); diff != "" {
		t.Errorf("keys differ (-want +got):\n%s", diff)
	}
	if got := s.KeyPlace("retag"); !strings.HasPrefix(got, "config.yaml:") {
		t.Errorf("place of keys.retag = %q", got)
	}
}

// Less than GitHub allows may be asked for anywhere, more only of others.
func TestPointsPerMinute(t *testing.T) {
	env := func(text string) func(string) string {
		return func(name string) string {
			if name == "CAITUI_POINTS_PER_MINUTE" {
				return text
			}
			return ""
		}
	}
	elsewhere := Flags{API: "https://github.example.com/api/v3", Registry: "https://containers.github.example.com"}
	for name, tc := range map[string]struct {
		flags Flags
		env   string
		file  string
		want  int // 0: refused
	}{
		"built in":              {want: 900},
		"less for GitHub":       {env: "450", want: 450},
		"more for GitHub":       {env: "901"},
		"more in the file":      {file: "points_per_minute: 5000\n"},
		"more for another":      {flags: elsewhere, file: "points_per_minute: 5000\n", want: 5000},
		"more for GitHub's own": {flags: Flags{API: "https://api.acme.ghe.com", Registry: "https://containers.acme.ghe.com"}, env: "901"},
		"environment first":     {env: "300", file: "points_per_minute: 100\n", want: 300},
		"no number":             {env: "fast"},
		"too few":               {env: "0"},
	} {
		s, err := Resolve(tc.flags, env(tc.env), mustParse(t, tc.file))
		if (err == nil) != (tc.want > 0) || err == nil && s.PointsPerMinute != tc.want {
			t.Errorf("%s: %d, %v", name, s.PointsPerMinute, err)
		}
		if err != nil && model.CureOf(err) == "" {
			t.Errorf("%s: no cure: %v", name, err)
		}
	}
}

func TestRulesNever(t *testing.T) {
	s := mustResolve(t, Flags{}, noEnv, mustParse(t, "approvals:\n  deletions: never\n  wait: never\ncleanup_after: never\n"))
	if s.Layout.Approvals.Deletions != 0 || s.Layout.Approvals.DeletionWait != 0 || s.Layout.CleanupAfter != 0 {
		t.Errorf("rules: %+v, cleanup %s", s.Layout.Approvals, s.Layout.CleanupAfter)
	}
	s = mustResolve(t, Flags{}, noEnv, mustParse(t, "approvals:\n  channels: [prod]\n"))
	if d := model.DefaultApprovals(); s.Layout.Approvals.Deletions != d.Deletions || s.Layout.Approvals.DeletionWait != d.DeletionWait {
		t.Errorf("what is not written does not stay: %+v", s.Layout.Approvals)
	}
}

// The table in the README, the parser and the example know the same keys.
func TestKeysAreDocumented(t *testing.T) {
	markdown := Markdown()
	for _, k := range Keys() {
		if !strings.Contains(markdown, "| `"+k.Name+"` |") {
			t.Errorf("%s is not in the table", k.Name)
		}
		if !strings.Contains(Example, k.Name+":") {
			t.Errorf("%s is not in the example", k.Name)
		}
		if k.Name == "" || k.Means == "" || k.Default == "" {
			t.Errorf("%+v says too little", k)
		}
	}
}

func TestPrecedence(t *testing.T) {
	file := mustParse(t, "owner: fromfile\nrepository: fromfile/r\nregistry: file.example\napi: https://api.file.example\ntheme: dark\nread_only: true\nascii: true\n")
	env := envOf("CAITUI_OWNER", "fromenv", "CAITUI_REPO", "r2", "CAITUI_REGISTRY", "127.0.0.1:5000", "CAITUI_API", "http://127.0.0.1:4000/",
		"CAITUI_THEME", "light", "CAITUI_READ_ONLY", "false", "CAITUI_ASCII", "0", "CAITUI_LOG_FILE", "/tmp/env.log", "CAITUI_PACKAGES", "a, b")
	flags := Flags{Owner: "fromflag", Repository: "x/y", Registry: "https://flag.example/", API: "none", Theme: "none", ReadOnly: true, ASCII: true, LogFile: "/tmp/flag.log", Packages: []string{"c"}}
	type row struct{ Owner, Repository, Registry, API, Theme, Log, Packages, OwnerSource string }
	look := func(s Settings) (row, bool, bool) {
		source := ""
		for _, d := range s.Describe() {
			if d.Name == "owner" {
				source = d.Source
			}
		}
		return row{s.Layout.Owner, s.Layout.Repository, s.Registry, s.API, s.Theme, s.LogFile, names(s), source}, s.ReadOnly, s.ASCII
	}
	for name, tc := range map[string]struct {
		flags           Flags
		env             func(string) string
		file            Config
		want            row
		readOnly, ascii bool
	}{
		"file":             {Flags{}, noEnv, file, row{"fromfile", "fromfile/r", "https://file.example", "https://api.file.example", "dark", "", "", "config.yaml:1:8"}, true, true},
		"environment":      {Flags{}, env, file, row{"fromenv", "fromenv/r2", "http://127.0.0.1:5000", "http://127.0.0.1:4000", "light", "/tmp/env.log", "a, b", "environment CAITUI_OWNER"}, false, false},
		"flag":             {flags, env, file, row{"fromflag", "x/y", "https://flag.example", "", "none", "/tmp/flag.log", "c", "flag --owner"}, true, true},
		"flag given false": {Flags{Changed: func(f string) bool { return f == "read-only" }}, noEnv, file, row{"fromfile", "fromfile/r", "https://file.example", "https://api.file.example", "dark", "", "", "config.yaml:1:8"}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			got, readOnly, ascii := look(mustResolve(t, tc.flags, tc.env, tc.file))
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if readOnly != tc.readOnly || ascii != tc.ascii {
				t.Errorf("read-only %v, ascii %v", readOnly, ascii)
			}
		})
	}
}

func TestWhosePackages(t *testing.T) {
	ten := packageNames(model.ContainAI().Packages)
	for name, tc := range map[string]struct {
		flags                   Flags
		file                    string
		owner, repository, want string
		note                    bool
	}{
		"nothing":                      {Flags{}, "", "novotnyllc", "novotnyllc/ContainAI", ten, false},
		"the built-in owner, loudly":   {Flags{Owner: "NovotnyLLC"}, "", "NovotnyLLC", "novotnyllc/ContainAI", ten, false},
		"another owner":                {Flags{Owner: "acme"}, "", "acme", "", "", false},
		"owner by repository":          {Flags{Repository: "acme/app"}, "", "acme", "acme/app", "", false},
		"a name for the built-in":      {Flags{Repository: "ContainAI"}, "", "novotnyllc", "novotnyllc/ContainAI", ten, false},
		"another, with packages":       {Flags{Owner: "acme", Packages: []string{"containai-payload", "x"}}, "", "acme", "", "containai-payload, x", false},
		"file":                         {Flags{}, "owner: acme\npackages: [app]\n", "acme", "", "app", false},
		"file's list, other owner":     {Flags{Owner: "other"}, "owner: acme\npackages: [app]\n", "other", "", "", true},
		"file's list, built-in owner":  {Flags{Owner: "novotnyllc"}, "owner: acme\npackages: [app]\n", "novotnyllc", "novotnyllc/ContainAI", ten, true},
		"file's list without owner":    {Flags{Owner: "other"}, "packages: [app]\n", "other", "", "app", false},
		"flag beats the file's list":   {Flags{Packages: []string{"x"}}, "owner: acme\npackages: [app]\n", "acme", "", "x", false},
		"foreign registry":             {Flags{Registry: "127.0.0.1:5000"}, "", "", "", "", false},
		"foreign registry, repository": {Flags{Registry: "127.0.0.1:5000", Repository: "acme/app"}, "", "", "acme/app", "", false},
		"foreign registry, owner":      {Flags{Registry: "127.0.0.1:5000", Owner: "novotnyllc"}, "", "novotnyllc", "novotnyllc/ContainAI", ten, false},
		"simulator":                    {Flags{Registry: "http://127.0.0.1:5000", API: "http://127.0.0.1:4000"}, "", "novotnyllc", "novotnyllc/ContainAI", ten, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := mustResolve(t, tc.flags, noEnv, mustParse(t, tc.file))
			if s.Layout.Owner != tc.owner || s.Layout.Repository != tc.repository || names(s) != tc.want {
				t.Errorf("owner %q, repository %q, packages %q", s.Layout.Owner, s.Layout.Repository, names(s))
			}
			if s.OwnerInPath != (tc.owner != "") {
				t.Errorf("OwnerInPath = %v", s.OwnerInPath)
			}
			if (len(s.Notes) > 0) != tc.note {
				t.Errorf("notes = %q", s.Notes)
			}
		})
	}
}

func TestNamedPackagesKeepTheirSpecs(t *testing.T) {
	file := mustParse(t, "packages:\n  - {name: app, attested: 7}\n")
	s := mustResolve(t, Flags{Packages: []string{"app", "containai-installer", "unheard-of"}}, noEnv, file)
	builtIn := model.ContainAI().Package("containai-installer")
	want := []model.PackageSpec{{Name: "app", Kind: model.KindImage, Stage: 2, Attested: 7}, builtIn, {Name: "unheard-of", Kind: model.KindImage, Stage: 2}}
	if diff := cmp.Diff(want, s.Layout.Packages); diff != "" {
		t.Errorf("packages differ (-want +got):\n%s", diff)
	}
}

func TestBadFlagsAndEnvironment(t *testing.T) {
	for name, tc := range map[string]struct {
		flags      Flags
		env        func(string) string
		want, cure string
	}{
		"owner":                {Flags{Owner: "a b"}, noEnv, `--owner: "a b" cannot be an owner`, "GitHub account"},
		"owner by environment": {Flags{}, envOf("CAITUI_OWNER", "a b"), "CAITUI_OWNER: ", "GitHub account"},
		"registry":             {Flags{Registry: "https://"}, noEnv, "--registry: ", "127.0.0.1:5000"},
		"package":              {Flags{Packages: []string{"A"}}, noEnv, "--package: ", "lower-case"},
		"package twice":        {Flags{Packages: []string{"a", "a"}}, noEnv, "named twice", ""},
		"packages":             {Flags{}, envOf("CAITUI_PACKAGES", "a,B"), "CAITUI_PACKAGES: ", ""},
		"theme":                {Flags{Theme: "pink"}, noEnv, "--theme: there is no theme", "ansi16"},
		"bool":                 {Flags{}, envOf("CAITUI_READ_ONLY", "perhaps"), "CAITUI_READ_ONLY: ", "true or false"},
		"escape":               {Flags{Owner: "\x1b[31m"}, noEnv, "--owner: ", ""},
		"plain http":           {Flags{Registry: "http://registry.example"}, noEnv, "without encryption", "--insecure-http"},
		"plain http of an API": {Flags{Registry: "https://registry.example", API: "http://registry.example"}, noEnv, "without encryption", "--insecure-http"},
		"API without registry": {Flags{API: "http://127.0.0.1:4000"}, noEnv, "does not belong to the registry", "--registry"},
		"GHES API alone":       {Flags{}, envOf("CAITUI_API", "https://ghes.example/api/v3"), "does not belong to the registry", "CAITUI_REGISTRY"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Resolve(tc.flags, tc.env, Config{})
			if !errors.Is(err, model.ErrInvalid) || !strings.Contains(err.Error(), tc.want) || strings.Contains(err.Error(), "\x1b") {
				t.Errorf("err = %v, want ErrInvalid with %q", err, tc.want)
			}
			if !strings.Contains(model.CureOf(err), tc.cure) {
				t.Errorf("cure = %q, want %q in it", model.CureOf(err), tc.cure)
			}
		})
	}
}

func TestHosts(t *testing.T) {
	for name, tc := range map[string]struct {
		flags         Flags
		registry, api string
	}{
		"default":           {Flags{}, "https://ghcr.io", "https://api.github.com"},
		"ghcr by name":      {Flags{Registry: "ghcr.io"}, "https://ghcr.io", "https://api.github.com"},
		"GHCR by URL":       {Flags{Registry: "https://GHCR.io/"}, "https://ghcr.io", "https://api.github.com"},
		"ghcr without API":  {Flags{API: "none"}, "https://ghcr.io", ""},
		"alone":             {Flags{Registry: "registry.example.com"}, "https://registry.example.com", ""},
		"loopback":          {Flags{Registry: "localhost:5000"}, "http://localhost:5000", ""},
		"loopback v6":       {Flags{Registry: "[::1]:5000"}, "http://[::1]:5000", ""},
		"loopback by https": {Flags{Registry: "https://127.0.0.1:5000"}, "https://127.0.0.1:5000", ""},
		"insecure":          {Flags{Registry: "http://registry.example", InsecureHTTP: true}, "http://registry.example", ""},
		"enterprise server": {Flags{Registry: "containers.ghes.example", API: "https://ghes.example/api/v3/"}, "https://containers.ghes.example", "https://ghes.example/api/v3"},
	} {
		t.Run(name, func(t *testing.T) {
			s := mustResolve(t, tc.flags, noEnv, Config{})
			if s.Registry != tc.registry || s.API != tc.api {
				t.Errorf("registry %q, API %q", s.Registry, s.API)
			}
		})
	}
}

func TestNoColor(t *testing.T) {
	env := envOf("NO_COLOR", "1")
	if s := mustResolve(t, Flags{}, env, Config{}); s.Theme != "none" {
		t.Errorf("theme = %q", s.Theme)
	}
	if s := mustResolve(t, Flags{Theme: "dark"}, env, Config{}); s.Theme != "dark" {
		t.Errorf("a flag must beat NO_COLOR; theme = %q", s.Theme)
	}
}

func TestPlaces(t *testing.T) {
	for name, tc := range map[string]struct {
		flags Flags
		env   func(string) string
		want  Paths
	}{
		"home":              {Flags{}, envOf("HOME", "/h"), Paths{Config: "/h/.config/caitui/config.yaml", Data: "/h/.local/share/caitui"}},
		"xdg":               {Flags{}, envOf("HOME", "/h", "XDG_CONFIG_HOME", "/c", "XDG_DATA_HOME", "/d"), Paths{Config: "/c/caitui/config.yaml", Data: "/d/caitui"}},
		"relative xdg":      {Flags{}, envOf("HOME", "/h", "XDG_DATA_HOME", "d"), Paths{Config: "/h/.config/caitui/config.yaml", Data: "/h/.local/share/caitui"}},
		"data dir":          {Flags{DataDir: "d"}, envOf("HOME", "/h"), Paths{Config: "d/config.yaml", Data: "d"}},
		"data dir, no home": {Flags{}, envOf("CAITUI_DATA_DIR", "/d"), Paths{Config: "/d/config.yaml", Data: "/d"}},
		"named file":        {Flags{Config: "f.yaml", DataDir: "/d"}, envOf("CAITUI_CONFIG", "e.yaml"), Paths{Config: "f.yaml", ConfigNamed: true, Data: "/d"}},
		"file by variable":  {Flags{}, envOf("HOME", "/h", "CAITUI_CONFIG", "e.yaml"), Paths{Config: "e.yaml", ConfigNamed: true, Data: "/h/.local/share/caitui"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Locate(tc.flags, tc.env)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if _, err := Locate(Flags{}, noEnv); !errors.Is(err, model.ErrInvalid) || model.CureOf(err) == "" {
		t.Errorf("without a home: %v", err)
	}
	p := Paths{Data: "/d"}
	if p.Store() != "/d/store.db" || p.Journal() != "/d/journal" {
		t.Errorf("store %s, journal %s", p.Store(), p.Journal())
	}
}

func TestWholeWay(t *testing.T) {
	dir := t.TempDir()
	s, err := For(Flags{DataDir: dir}, noEnv)
	if err != nil {
		t.Fatalf("a default file that is not there: %v", err)
	}
	if s.Paths.Data != dir || names(s) == "" {
		t.Errorf("settings = %+v", s)
	}
	missing := filepath.Join(dir, "missing.yaml")
	if _, err := For(Flags{DataDir: dir, Config: missing}, noEnv); !errors.Is(err, model.ErrInvalid) || !strings.Contains(err.Error(), "missing.yaml") {
		t.Errorf("a named file that is not there: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "config.yaml"), []byte("owner: acme\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err = For(Flags{DataDir: dir}, envOf("CAITUI_THEME", "dark")); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range s.Describe() {
		if d.Source != "default" {
			got = append(got, d.Name+"="+d.Value+" ("+d.Source+")")
		}
	}
	want := []string{"data_dir=" + dir + " (flag --data-dir)", "owner=acme (config.yaml:1:8)", "theme=dark (environment CAITUI_THEME)"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("described (-want +got):\n%s", diff)
	}
	if err := os.WriteFile(filepath.Join(dir, "config.yaml"), make([]byte, maxFile+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := For(Flags{DataDir: dir}, noEnv); !errors.Is(err, model.ErrInvalid) {
		t.Errorf("a huge file: %v", err)
	}
}

func TestDistance(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"owner", "onwer", 1}, {"kitten", "sitting", 3}, {"registry", "registri", 1}, {"abc", "abc", 0}, {"ca", "abc", 3}, {"žlutý", "žluty", 1}} {
		if got := distance(tc.a, tc.b); got != tc.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tc.a, tc.b, got, tc.want)
		}
		if got := distance(tc.b, tc.a); got != tc.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tc.b, tc.a, got, tc.want)
		}
	}
}

// No file makes the reader panic; one that is accepted resolves.
func FuzzParse(f *testing.F) {
	f.Add([]byte(Example))
	f.Add([]byte("keys: {a: b}\ntags: {immutable: ['^x$']}\n"))
	f.Add([]byte("a: &x [*x]\n? b\n: c\n<<: {}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse("config.yaml", data)
		if err != nil {
			if !errors.Is(err, model.ErrInvalid) {
				t.Fatalf("%v is no ErrInvalid", err)
			}
			return
		}
		if _, err := Resolve(Flags{InsecureHTTP: true}, noEnv, c); err != nil && !strings.Contains(err.Error(), "does not belong") {
			t.Fatalf("accepted, but: %v", err)
		}
	})
}
