package verify

import "testing"

func TestParseWorkflow(t *testing.T) {
	const commit = "3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f"
	for uri, want := range map[string]workflow{
		"https://github.com/Acme/App/.github/workflows/release.yml@refs/heads/main": {
			"github.com", "Acme", "App", ".github/workflows/release.yml", "refs/heads/main"},
		"https://acme.ghe.com/a/b.c_d-e/.github/workflows/x.yaml@" + commit: {
			"acme.ghe.com", "a", "b.c_d-e", ".github/workflows/x.yaml", commit},
		"https://github.com/a/b/dynamic/scan/x@refs/pull/1/merge": {"github.com", "a", "b", "dynamic/scan/x", "refs/pull/1/merge"},
		"https://github.com/a/b/.github/workflows/x.yml@refs/heads/deps/@types/node": {
			"github.com", "a", "b", ".github/workflows/x.yml", "refs/heads/deps/@types/node"},
	} {
		got, err := parseWorkflow(uri)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v", uri, got, err)
		}
	}
	for name, uri := range map[string]string{
		"empty":                 "",
		"no scheme":             "github.com/a/b/c@refs/heads/main",
		"other scheme":          "http://github.com/a/b/c@refs/heads/main",
		"capital scheme":        "HTTPS://github.com/a/b/c@refs/heads/main",
		"user":                  "https://user@github.com/a/b/c@refs/heads/main",
		"user and host":         "https://github.com@evil.example/a/b/c@refs/heads/main",
		"password":              "https://github.com:x@evil.example/a/b/c@refs/heads/main",
		"port":                  "https://github.com:443/a/b/c@refs/heads/main",
		"no host":               "https:///a/b/c@refs/heads/main",
		"final dot":             "https://github.com./a/b/c@refs/heads/main",
		"no repository":         "https://github.com/a@refs/heads/main",
		"no path":               "https://github.com/a/b@refs/heads/main",
		"empty path":            "https://github.com/a/b/@refs/heads/main",
		"no ref":                "https://github.com/a/b/c",
		"empty ref":             "https://github.com/a/b/c@",
		"short ref":             "https://github.com/a/b/c@main",
		"short commit":          "https://github.com/a/b/c@3f3f3f",
		"up in the path":        "https://github.com/a/b/../../c/d/.github/workflows/x.yml@refs/heads/main",
		"up at the owner":       "https://github.com/../b/c@refs/heads/main",
		"here in the path":      "https://github.com/a/b/./c@refs/heads/main",
		"double slash":          "https://github.com/a//b/c@refs/heads/main",
		"double slash later":    "https://github.com/a/b/c//d@refs/heads/main",
		"percent":               "https://github.com/a/b/c%2f..%2fd@refs/heads/main",
		"percent in the owner":  "https://github.com/%61/b/c@refs/heads/main",
		"percent in the ref":    "https://github.com/a/b/c@refs/heads/%6dain",
		"backslash":             `https://github.com\evil.example/a/b/c@refs/heads/main`,
		"query":                 "https://github.com/a/b/c?x=@refs/heads/main",
		"fragment":              "https://github.com/a/b/c#@refs/heads/main",
		"blank":                 "https://github.com/a/b/c d@refs/heads/main",
		"newline":               "https://github.com/a/b/c\n@refs/heads/main",
		"beyond ASCII":          "https://github.com/\u212aa/b/c@refs/heads/main",
		"at sign in a file":     "https://github.com/a/b/.github/workflows/release.yml@evil.yml@refs/heads/main",
		"at sign and refs":      "https://github.com/a/b/.github/workflows/release.yml@refs@refs/heads/main",
		"at sign in a folder":   "https://github.com/a/b/x/release.yml@refs/y.yml@refs/heads/main",
		"at sign below folders": "https://github.com/a/b/.github/workflows/x/release.yml@refs/y.yml@refs/heads/main",
	} {
		if got, err := parseWorkflow(uri); err == nil {
			t.Errorf("%s: %q is read as %+v", name, uri, got)
		}
	}
}

func TestWorkflowsAreComparedByParts(t *testing.T) {
	w, err := parseWorkflow("https://GitHub.com/Acme/App/.github/workflows/release.yml@refs/heads/main")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{
		"acme/app/.github/workflows/release.yml":       true,
		"ACME/APP/.github/workflows/release.yml":       true,
		"acme/app/.github/workflows/Release.yml":       false,
		"acme/app/.github/workflows/release.yml-evil":  false,
		"acme/app/.github/workflows/releasexyml":       false,
		"acme/app/release.yml":                         false,
		"acme/app":                                     false,
		"acme":                                         false,
		"\u212acme/app/.github/workflows/release.yml":  false,
		"acme/app/.github/workflows/release.yml/extra": false,
	} {
		if got := w.is("github.com", name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
	if w.is("github.com.evil.example", "acme/app/.github/workflows/release.yml") || w.of("github.com", "acme/ap") || !w.of("GITHUB.COM", "acme/APP") {
		t.Error("host or repository compared wrongly")
	}
	// Kelvin's sign is not a k, whatever Unicode says of their cases.
	if fold("k", "\u212a") || fold("\u212a", "k") || !fold("Kk", "kK") || fold("k", "kk") {
		t.Error("names compared by more than ASCII")
	}
}
