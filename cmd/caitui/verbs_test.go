package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model/wire"
)

func TestVerbsSpeakJSON(t *testing.T) {
	r := newRig(t, "containai")
	for _, c := range []struct {
		name, schema string
		args         []string
		fields       []string
	}{
		{"packages", "caitui.packages/v1", []string{"packages"}, []string{"registry", "owner", "packages"}},
		{"channels", "caitui.channels/v1", []string{"channels"}, []string{"registry", "owner", "channels"}},
		{"history", "caitui.history/v1", []string{"history", "containai-proxy"}, []string{"registry", "owner", "package", "versions"}},
		{"plan", "caitui.plan/v1", []string{"retag", "containai", "v1.2.0", "prod"}, []string{
			"id", "title", "reason", "incident", "actor", "created", "changes", "effects", "verdicts", "consumers",
			"approvals", "warnings", "blockers", "blocked", "registry", "owner"}},
		{"diff", "caitui.diff/v1", []string{"diff", "containai-proxy", "v1.2.0", "v1.3.0"}, []string{"registry", "owner", "package", "a", "b", "sections"}},
		{"channel diff", "caitui.diff/v1", []string{"diff", "prod"}, []string{"registry", "owner", "packages"}},
		{"attestations", "caitui.attestations/v1", []string{"attestations", "containai-proxy"}, []string{
			"registry", "owner", "subject", "policy", "verdict", "coverage", "through", "attestations"}},
		{"pull", "caitui.pull/v1", []string{"pull", "containai-payload:prod", "--out", t.TempDir()}, []string{"registry", "owner", "subject", "files"}},
		{"journal", "caitui.journal/v1", []string{"journal"}, []string{"events"}},
		{"version", "caitui.version/v1", []string{"version"}, []string{"version", "commit", "go"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			res := r.run(append(c.args, "-o", "json")...)
			if res.code != 0 {
				t.Fatalf("exit %d: %s", res.code, res.stderr)
			}
			doc := res.document(t)
			if doc["schema"] != c.schema {
				t.Errorf("schema %v, want %s", doc["schema"], c.schema)
			}
			for _, f := range c.fields {
				if _, ok := doc[f]; !ok {
					t.Errorf("the field %q is left out", f)
				}
			}
		})
	}
}

func TestPackagesDocument(t *testing.T) {
	r := newRig(t, "containai")
	var doc wire.Packages
	if err := json.Unmarshal([]byte(r.run("packages", "-o", "json").stdout), &doc); err != nil {
		t.Fatalf("reading the document: %v", err)
	}
	if len(doc.Packages) != 10 {
		t.Fatalf("%d packages, want 10", len(doc.Packages))
	}
	truth := r.tags()
	for _, p := range doc.Packages {
		if want := truth[p.Name+":prod"]; want != "" && string(p.Channels["prod"]) != want {
			t.Errorf("%s: prod is %s, the registry says %s", p.Name, p.Channels["prod"], want)
		}
	}
}

func TestRetagVerb(t *testing.T) {
	r := newRig(t, "containai")
	before := r.tags()

	plan := r.run("retag", "containai", "v1.2.0", "prod", "-o", "json", "--incident", "INC-412", "--reason", "claude exits at start")
	id, _ := plan.document(t)["id"].(string)
	if got := moved(before, r.tags()); len(got) > 0 {
		t.Fatalf("planning moved %v", got)
	}

	wrong := r.run("retag", "containai", "v1.2.0", "prod", "--yes", "--plan", "sha256:"+strings.Repeat("0", 64))
	if wrong.code != exitConflict {
		t.Errorf("another plan's id: exit %d, want %d: %s", wrong.code, exitConflict, wrong.stderr)
	}

	saved := filepath.Join(t.TempDir(), "plan.json")
	res := r.run("retag", "containai", "v1.2.0", "prod", "--yes", "--plan", id, "--save", saved, "-o", "json")
	doc := res.document(t)
	if res.code != 0 || doc["result"] != "done" || doc["plan"] != id {
		t.Fatalf("exit %d, %s: %s", res.code, res.stdout, res.stderr)
	}
	want := []string{"containai:prod " + before["containai:prod"] + " → " + before["containai:v1.2.0"]}
	if got := moved(before, r.tags()); !slices.Equal(got, want) {
		t.Errorf("moved %v, want %v", got, want)
	}
	body, err := os.ReadFile(saved)
	if err != nil {
		t.Fatalf("reading the saved plan: %v", err)
	}
	if p, err := wire.DecodePlan(body); err != nil || p.ID != id {
		t.Errorf("the saved plan does not read back as %s: %v", id, err)
	}

	again := r.run("retag", "containai", "v1.2.0", "prod", "--yes", "-o", "json")
	if doc := again.document(t); again.code != 0 || doc["result"] != "nothing-to-do" {
		t.Errorf("repeating it: exit %d, %s", again.code, again.stdout)
	}

	journal := r.run("journal", "--verify", "-o", "json").document(t)
	if journal["intact"] != true {
		t.Errorf("the journal is not intact: %v", journal)
	}
}

func TestRetagIsBlocked(t *testing.T) {
	r := newRig(t, "containai")
	before := r.tags()
	res := r.run("retag", "containai", "v1.2.0", "v1.3.0", "--yes")
	if res.code != exitFinding || !strings.Contains(res.stdout, "immutable-tag") {
		t.Errorf("exit %d: %s%s", res.code, res.stdout, res.stderr)
	}
	if got := moved(before, r.tags()); len(got) > 0 {
		t.Errorf("a blocked plan moved %v", got)
	}
	if res := r.run("retag", "containai", "v1.2.0", "v1.3.0", "--yes", "--override", "immutable-tag"); res.code != 0 {
		t.Errorf("lifted by name: exit %d: %s%s", res.code, res.stdout, res.stderr)
	}
	if got := moved(before, r.tags()); len(got) != 1 {
		t.Errorf("the lifted plan moved %v", got)
	}
}

// Somebody else moves the tag between preview and execution: nothing is
// written. The preview is bound by its id, so the other plan is refused.
func TestRetagConflict(t *testing.T) {
	r := newRig(t, "containai")
	id, _ := r.run("retag", "containai", "v1.2.0", "prod", "-o", "json").document(t)["id"].(string)
	other, _ := r.server.World().Resolve("containai", "v1.1.0")
	if err := r.server.World().SetTag("containai", "prod", other, r.server.World().Now()); err != nil {
		t.Fatalf("moving the tag: %v", err)
	}
	res := r.run("retag", "containai", "v1.2.0", "prod", "--yes", "--plan", id)
	if res.code != exitConflict {
		t.Errorf("exit %d, want %d: %s%s", res.code, exitConflict, res.stdout, res.stderr)
	}
	if d, _ := r.server.World().Resolve("containai", "prod"); d != other {
		t.Errorf("prod is %s: the conflict was written over", d)
	}
}

func TestReadOnlyRefusesEveryWrite(t *testing.T) {
	r := newRig(t, "containai")
	before := r.tags()
	res := r.run("retag", "containai", "v1.2.0", "prod", "--yes", "--read-only")
	if res.code == 0 || !strings.Contains(res.stdout+res.stderr, "read-only") {
		t.Errorf("exit %d: %s%s", res.code, res.stdout, res.stderr)
	}
	if got := moved(before, r.tags()); len(got) > 0 {
		t.Errorf("read-only moved %v", got)
	}
	for _, line := range serverWrites(r) {
		t.Errorf("read-only sent: %s", line)
	}
}

func TestDriftIsAFinding(t *testing.T) {
	r := newRig(t, "half-rollback")
	res := r.run("channels")
	if res.code != exitFinding || !strings.Contains(res.stdout, "drift") {
		t.Errorf("exit %d: %s", res.code, res.stdout)
	}
	if res := newRig(t, "containai").run("channels"); res.code != 0 {
		t.Errorf("channels that are whole: exit %d: %s%s", res.code, res.stdout, res.stderr)
	}
}

// Bad input of any kind: a clear error, the right exit code, a cure.
func TestBadInput(t *testing.T) {
	r := newRig(t, "containai")
	broken := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(broken, []byte("owner: novotnyllc\nchanels: [prod]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"unknown verb", []string{"frobnicate"}, exitUsage, "frobnicate"},
		{"unknown flag", []string{"packages", "--frobnicate"}, exitUsage, "frobnicate"},
		{"missing argument", []string{"history"}, exitUsage, "accepts 1 arg"},
		{"format", []string{"packages", "-o", "xml"}, exitUsage, "table, json or md"},
		{"malformed package", []string{"history", "Not/A Package"}, exitUsage, "not a package name"},
		{"malformed digest", []string{"retag", "containai", "sha256:12", "prod"}, exitUsage, "neither a tag nor a digest"},
		{"malformed tag", []string{"retag", "containai", "v1.2.0", "-prod"}, exitUsage, ""},
		{"unknown package", []string{"history", "no-such-package"}, exitAccess, "no-such-package"},
		{"unknown tag", []string{"retag", "containai", "v9.9.9", "prod"}, exitAccess, "v9.9.9"},
		{"wrong owner", []string{"packages", "--owner", "nobody-here"}, exitAccess, "nobody-here"},
		{"configuration", []string{"packages", "--config", broken}, exitUsage, "channels"},
		{"named configuration that is not there", []string{"packages", "--config", broken + "x"}, exitUsage, "config"},
		{"plan without yes", []string{"retag", "containai", "v1.2.0", "prod", "--plan", "sha256:00"}, exitUsage, "--yes"},
		{"head without verify", []string{"journal", "--head", "1:ab"}, exitUsage, "--verify"},
		{"demo scenario", []string{"packages", "--demo", "--scenario", "nonesuch"}, exitUsage, "nonesuch"},
	} {
		t.Run(c.name, func(t *testing.T) {
			res := r.run(c.args...)
			if res.code != c.code {
				t.Errorf("exit %d, want %d: %s", res.code, c.code, res.stderr)
			}
			if !strings.Contains(res.stderr, c.says) || res.stderr == "" {
				t.Errorf("stderr does not say %q: %s", c.says, res.stderr)
			}
		})
	}
}

func TestErrorDocument(t *testing.T) {
	r := newRig(t, "containai")
	res := r.run("history", "no-such-package", "-o", "json")
	var doc wire.Error
	if err := json.Unmarshal([]byte(res.stderr), &doc); err != nil {
		t.Fatalf("stderr is no document: %v\n%s", err, res.stderr)
	}
	if doc.Exit != exitAccess || doc.Code == "" || doc.Message == "" {
		t.Errorf("the error document says %+v", doc)
	}
	if res.stdout != "" {
		t.Errorf("stdout is not empty: %s", res.stdout)
	}
}

func TestNobodyAnswers(t *testing.T) {
	r := newRig(t, "containai")
	r.server.Close()
	res := r.run("packages")
	if res.code != exitAccess || res.stderr == "" {
		t.Errorf("exit %d: %s", res.code, res.stderr)
	}
}

func TestWrongToken(t *testing.T) {
	r := newRig(t, "containai")
	before := r.tags()
	for name, token := range map[string]string{
		"expired": r.server.Info().Tokens.Expired, "reader": r.server.Info().Tokens.Read, "fine-grained": r.server.Info().Tokens.FineGrained,
	} {
		t.Run(name, func(t *testing.T) {
			r.token = token
			res := r.run("retag", "containai", "v1.2.0", "prod", "--yes", "-o", "json")
			if res.code != exitAccess {
				t.Errorf("exit %d, want %d: %s%s", res.code, exitAccess, res.stdout, res.stderr)
			}
			if strings.Contains(res.stdout+res.stderr, token) {
				t.Error("the token stands in the output")
			}
			if got := moved(before, r.tags()); len(got) > 0 {
				t.Errorf("a refused write moved %v", got)
			}
		})
	}
}

// A request log shows what was asked and no secret.
func TestLogHoldsNoSecret(t *testing.T) {
	r := newRig(t, "containai")
	log := filepath.Join(t.TempDir(), "log")
	if res := r.run("packages", "--log-file", log); res.code != 0 {
		t.Fatalf("exit %d: %s", res.code, res.stderr)
	}
	body, err := os.ReadFile(log)
	if err != nil || len(body) == 0 {
		t.Fatalf("the log is empty: %v", err)
	}
	if strings.Contains(string(body), r.token) {
		t.Error("the token stands in the log")
	}
}
