package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/model/wire"
	"github.com/novotnyllc/caitui/internal/verify/simca"
	"github.com/novotnyllc/caitui/internal/verify/simtuf"
)

// farAway is when the metadata of these tests expires.
func farAway() time.Time { return time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC) }

// repository is a bench whose signer's root is to be had of a TUF repository
// only, under a name.
type repository struct {
	*bench
	tuf  *simtuf.Repository
	http *httptest.Server
}

func newRepository(t *testing.T, name string, persona simca.Persona) *repository {
	t.Helper()
	b := newBench(t)
	b.ca = simca.MustNew(persona, "repository")
	b.write("good.json", b.bundle(simca.Signing{Identity: builder().Identity()}))
	tuf, err := simtuf.New("cmd", b.ca.TrustedRoot(), farAway())
	if err != nil {
		t.Fatal(err)
	}
	r := &repository{b, tuf, httptest.NewServer(tuf)}
	t.Cleanup(r.http.Close)
	b.write("anchor.json", string(tuf.Anchor()))
	if err := os.MkdirAll(b.path("data"), 0o700); err != nil {
		t.Fatal(err)
	}
	b.write("data/config.yaml", fmt.Sprintf("verification:\n  tuf:\n    - {name: %s, url: '%s', root: %s}\n", name, r.http.URL, b.path("anchor.json")))
	return r
}

// variables are those of the built program, with a token that nobody must see.
func (r *repository) variables() map[string]string {
	return map[string]string{"CAITUI_DATA_DIR": r.path("data"), "HOME": r.dir, "CAITUI_OWNER": "acme", "CAITUI_REPO": "acme/app", "CAITUI_API": "none",
		"CAITUI_REGISTRY": "127.0.0.1:1", "GITHUB_TOKEN": "ghp_secret"}
}

// verifies checks the artifact as this machine trusts it.
func (r *repository) verifies(want int, args ...string) wire.Attestations {
	r.t.Helper()
	return r.verdict(want, append([]string{"{app.tgz}", "--bundle", "{good.json}", "--repo", "acme/app"}, args...)...)
}

func (r *repository) roots(want int, args ...string) wire.Roots {
	r.t.Helper()
	res := runInside(r.t.Context(), r.variables(), append([]string{"roots", "-o", "json"}, args...)...)
	if res.code != want {
		r.t.Fatalf("roots %v: exit %d, want %d: %s%s", args, res.code, want, res.stdout, res.stderr)
	}
	var doc wire.Roots
	if err := json.Unmarshal([]byte(res.stdout), &doc); err != nil || doc.Schema != "caitui.roots/v1" {
		r.t.Fatalf("%v: %s", err, res.stdout)
	}
	return doc
}

// What the built-in root cannot verify, the refreshed one does: in its place,
// offline too, and said to be what it is.
func TestRootsRefresh(t *testing.T) {
	r := newRepository(t, "public-good", simca.PublicGood)
	if doc := r.verifies(exitFinding); doc.Verdict != "unverifiable" || !strings.Contains(string(doc.Attestations[0].Cure), "caitui roots --refresh") {
		t.Errorf("%s: %s", doc.Verdict, doc.Attestations[0].Cure)
	}
	if doc := r.roots(exitOK); len(doc.Roots) != 1 || doc.Roots[0].Origin != "built in" || len(doc.Roots[0].Parts) < 5 ||
		len(doc.Repositories) != 2 || doc.Repositories[0].Root != "" || doc.Repositories[0].Versions != nil {
		t.Errorf("before: %+v", doc)
	}
	// The built program, as a person would.
	res := runProgram(t, r.variables(), "roots", "--refresh", "public-good", "--log-file", r.path("log"))
	if res.code != exitOK || !strings.Contains(res.stdout, "refreshed 2") || !strings.Contains(res.stdout, "certificate authority") || res.stderr != "" {
		t.Fatalf("exit %d: %s%s", res.code, res.stdout, res.stderr)
	}
	if r.tuf.SawCredentials() {
		t.Error("the token was sent to the TUF repository")
	}
	if log, err := os.ReadFile(r.path("log")); err != nil || !strings.Contains(string(log), "path=/timestamp.json") || strings.Contains(string(log), "ghp_secret") {
		t.Errorf("%v: %s", err, log)
	}
	if doc := r.roots(exitOK, "--refresh", "public-good"); doc.Repositories[0].Outcome != "unchanged" || doc.Repositories[0].Versions.Root != 1 ||
		doc.Repositories[1].Outcome != "" {
		t.Errorf("again: %+v", doc.Repositories)
	}
	r.http.Close()
	doc := r.verifies(exitOK, "--offline")
	if len(doc.Roots) != 1 || !strings.HasPrefix(string(doc.Roots[0].Origin), "refreshed 20") || !strings.HasSuffix(string(doc.Roots[0].Origin), r.http.URL) {
		t.Errorf("%+v", doc.Roots)
	}
	if raw := runInside(t.Context(), r.variables(), "roots", "--raw"); raw.stdout != string(r.ca.TrustedRoot())+"\n" {
		t.Errorf("raw: %s%s", raw.stdout, raw.stderr)
	}
	// Roots that are given replace it as they replace all others.
	r.verifies(exitFinding, "--trusted-root", "{roots.json}")
}

// What is not let pass leaves everything as it was; the exit code tells a
// refusal from silence.
func TestRootsNotRefreshed(t *testing.T) {
	past := time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)
	other := func(t *testing.T) []byte { return simca.MustNew(simca.PublicGood, "other").TrustedRoot() }
	for name, c := range map[string]struct {
		make    func(t *testing.T, r *repository)
		code    int
		outcome wire.Text
	}{
		"expired": {func(t *testing.T, r *repository) {
			if err := r.tuf.Publish(other(t), past); err != nil {
				t.Fatal(err)
			}
		}, exitFinding, "refused"},
		"signed by others": {func(t *testing.T, r *repository) {
			evil, err := simtuf.New("evil", other(t), farAway())
			if err != nil {
				t.Fatal(err)
			}
			r.tuf.Set(evil.State())
		}, exitFinding, "refused"},
		"played back": {func(t *testing.T, r *repository) {
			before := r.tuf.State()
			if err := r.tuf.Publish(r.ca.TrustedRoot(), farAway()); err != nil {
				t.Fatal(err)
			}
			r.roots(exitOK, "--refresh", "public-good")
			r.tuf.Set(before)
		}, exitFinding, "refused"},
		"not there":     {func(_ *testing.T, r *repository) { r.tuf.Set(nil) }, exitAccess, "unreachable"},
		"not reachable": {func(_ *testing.T, r *repository) { r.http.Close() }, exitAccess, "unreachable"},
		"no anchor": {func(t *testing.T, r *repository) {
			if err := os.Remove(r.path("anchor.json")); err != nil {
				t.Fatal(err)
			}
		}, exitUsage, "not-kept"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRepository(t, "public-good", simca.PublicGood)
			r.roots(exitOK, "--refresh", "public-good")
			c.make(t, r)
			doc := r.roots(c.code, "--refresh", "public-good")
			if got := doc.Repositories[0]; got.Outcome != c.outcome || got.Error == "" || got.Cure == "" {
				t.Errorf("%+v", got)
			}
			if name != "no anchor" { // without it nothing can be told
				r.verifies(exitOK)
			}
		})
	}
}

// A damaged file, or one that came from elsewhere than the configuration now
// says, is an error with a cure; it is never passed over.
func TestRootsDamaged(t *testing.T) {
	r := newRepository(t, "public-good", simca.PublicGood)
	r.roots(exitOK, "--refresh", "public-good")
	r.write("data/roots/public-good.json", "{")
	if res := r.run("{app.tgz}", "--bundle", "{good.json}", "--repo", "acme/app"); res.code != exitUsage || !strings.Contains(res.stderr, "caitui roots --refresh public-good") {
		t.Errorf("exit %d: %s", res.code, res.stderr)
	}
	if doc := r.roots(exitUsage); len(doc.Unusable) != 1 || doc.Unusable[0].Cure == "" {
		t.Errorf("%+v", doc.Unusable)
	}
	if res := runInside(t.Context(), r.variables(), "roots", "--raw"); res.code != exitUsage || res.stdout != "" || !strings.Contains(res.stderr, "CANNOT BE USED") {
		t.Errorf("raw: exit %d: %s%s", res.code, res.stdout, res.stderr)
	}
	r.roots(exitOK, "--refresh", "public-good")
	r.verifies(exitOK)
}

// GitHub's root is fetched as any other, and its absence names the way to it.
func TestRootsOfGitHub(t *testing.T) {
	r := newRepository(t, "github", simca.GitHub)
	if doc := r.verifies(exitFinding); doc.Attestations[0].Error != "no root for GitHub, Inc." || !strings.Contains(string(doc.Attestations[0].Cure), "caitui roots --refresh github") {
		t.Errorf("%s", doc.Attestations[0].Error)
	}
	doc := r.roots(exitOK, "--refresh", "github")
	if len(doc.Roots) != 2 || doc.Roots[0].Instance != "public-good" || doc.Roots[1].Instance != "github" {
		t.Errorf("%+v", doc.Roots)
	}
	r.verifies(exitOK)
}

// Somebody's own instance has a name of its own, beside the others.
func TestRootsOfACustomInstance(t *testing.T) {
	r := newRepository(t, "acme", simca.Custom)
	r.verifies(exitFinding)
	if doc := r.roots(exitOK, "--refresh", "acme"); len(doc.Repositories) != 3 || len(doc.Roots) != 2 || doc.Roots[1].Instance != "custom" {
		t.Errorf("%+v", doc)
	}
	r.verifies(exitOK)
}

func TestRootsUsage(t *testing.T) {
	r := newRepository(t, "acme", simca.Custom)
	for _, args := range [][]string{{"--refresh", "--offline"}, {"--refresh", "--trusted-root", r.path("roots.json")}, {"--refresh", "--demo"},
		{"acme"}, {"--refresh", "nobody"}, {"--raw", "-o", "json"}, {"--trusted-root", ""}, {"--trusted-root", "http://example.com/x"}} {
		if res := runInside(t.Context(), r.variables(), append([]string{"roots"}, args...)...); res.code != exitUsage || res.stderr == "" {
			t.Errorf("%v: exit %d: %s", args, res.code, res.stderr)
		}
	}
	if n := len(r.tuf.Asked()); n > 0 {
		t.Errorf("%d requests", n)
	}
}

// A session that is open takes a root that another process fetched.
func TestVerifierSeesRefreshedRoots(t *testing.T) {
	r := newRepository(t, "public-good", simca.PublicGood)
	vars := r.variables()
	a := &app{process: process{getenv: func(name string) string { return vars[name] }, now: time.Now, stderr: &strings.Builder{}}}
	settings, err := a.settings()
	if err != nil {
		t.Fatal(err)
	}
	late := a.newVerifier(settings, nil)
	origin := func() string {
		if _, err := late.verifier(t.Context()); err != nil {
			t.Fatal(err)
		}
		return late.Roots()[0].Origin
	}
	if len(late.Roots()) > 0 {
		t.Error("roots are read before anything is verified")
	}
	if got := origin(); got != "built in" {
		t.Errorf("root %s", got)
	}
	r.roots(exitOK, "--refresh", "public-good")
	if got := origin(); !strings.HasPrefix(got, "refreshed ") {
		t.Errorf("root %s", got)
	}
}

// Evidence carries the refreshed root, and a machine that has it says so.
func TestEvidenceKnowsRefreshedRoots(t *testing.T) {
	world := newRig(t, "containai")
	resp, err := http.Get(world.server.Info().TrustedRoot)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var root json.RawMessage
	if err := json.NewDecoder(resp.Body).Decode(&root); err != nil { // the first line: the public good instance's
		t.Fatal(err)
	}
	r := newRepository(t, "public-good", simca.PublicGood)
	if err := r.tuf.Publish(root, farAway()); err != nil {
		t.Fatal(err)
	}
	r.roots(exitOK, "--refresh", "public-good")
	vars := world.variables()
	vars["CAITUI_DATA_DIR"], vars["CAITUI_TRUSTED_ROOT"] = r.path("data"), ""
	dir := filepath.Join(t.TempDir(), "evidence")
	if res := runInside(t.Context(), vars, "evidence", "containai-payload:v1.2.0", "--out", dir); res.code != exitOK {
		t.Fatalf("exit %d: %s%s", res.code, res.stdout, res.stderr)
	}
	for data, want := range map[string]bool{r.path("data"): true, t.TempDir(): false} {
		res := runInside(t.Context(), map[string]string{"HOME": r.dir, "CAITUI_DATA_DIR": data}, "verify", "--evidence", dir, "-o", "json")
		var doc wire.Evidence
		if err := json.Unmarshal([]byte(res.stdout), &doc); err != nil || res.code != exitOK || len(doc.Roots) != 1 {
			t.Fatalf("exit %d, %v: %s%s", res.code, err, res.stdout, res.stderr)
		}
		if known := doc.Roots[0].Known; known == nil || *known != want {
			t.Errorf("known: %v, want %v", known, want)
		}
	}
}
