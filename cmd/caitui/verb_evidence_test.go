package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/ghcr/foreign"
	"github.com/novotnyllc/caitui/internal/model/wire"
)

// What evidence says of prod holds when it is checked again on another machine,
// by caitui and by cosign, and not any more once something in it was altered.
func TestEvidenceVerb(t *testing.T) {
	r := newRig(t, "containai")
	dir := filepath.Join(t.TempDir(), "evidence")
	res := r.run("evidence", "prod", "--out", dir, "-o", "json")
	var doc wire.Evidence
	if err := json.Unmarshal([]byte(res.stdout), &doc); err != nil || res.code != exitOK || doc.Schema != "caitui.evidence/v1" || doc.Verdict != "verified" || len(doc.Subjects) != 10 {
		t.Fatalf("exit %d, %v: %s%s", res.code, err, res.stdout, res.stderr)
	}
	for _, f := range append(doc.Files, *doc.Archive) {
		if raw, err := os.ReadFile(f.Path); err != nil || len(raw) == 0 {
			t.Errorf("%s: %v", f.Path, err)
		}
	}
	elsewhere := map[string]string{"HOME": t.TempDir(), "CAITUI_DATA_DIR": t.TempDir()}
	check := func(args ...string) result {
		return runInside(t.Context(), elsewhere, append([]string{"verify", "--evidence", dir}, args...)...)
	}
	if res := check(); res.code != exitOK || !strings.Contains(res.stdout, "this machine does not know it") || !strings.Contains(res.stdout, "Source Repository URI must match") {
		t.Errorf("checked again: exit %d: %s%s", res.code, res.stdout, res.stderr)
	}
	script := exec.CommandContext(t.Context(), "sh", filepath.Join(dir, "check.sh"))
	script.Env = append(os.Environ(), "PATH="+filepath.Dir(foreign.Tool(t, "cosign"))+":"+os.Getenv("PATH"), "HOME="+t.TempDir())
	if out, err := script.CombinedOutput(); err != nil || strings.Count(string(out), "verified  ") < 16 {
		t.Errorf("cosign: %v\n%s", err, out)
	}
	root := filepath.Join(t.TempDir(), "root.json")
	if err := os.WriteFile(root, newBench(t).ca.TrustedRoot(), 0o600); err != nil {
		t.Fatal(err)
	}
	if res := check("--trusted-root", root); res.code != exitFinding {
		t.Errorf("under other roots: exit %d: %s", res.code, res.stdout)
	}
	for _, bad := range [][]string{{"--source-ref", "refs/heads/x"}, {"--owner", "acme"}, {"containai:prod"}, {"--channel", "prod"}} {
		if res := check(bad...); res.code != exitUsage {
			t.Errorf("%v: exit %d: %s", bad, res.code, res.stderr)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "report.md"), []byte("all is well"), 0o600); err != nil {
		t.Fatal(err)
	}
	if res := check(); res.code != exitFinding || !strings.Contains(res.stdout, "DOES NOT HOLD report.md") {
		t.Errorf("altered: exit %d: %s", res.code, res.stdout)
	}
	if res := runInside(t.Context(), elsewhere, "verify", "--evidence", t.TempDir()); res.code != exitUsage {
		t.Errorf("an empty directory: exit %d", res.code)
	}
}

func TestEvidenceVerbRefuses(t *testing.T) {
	r := newRig(t, "containai")
	used := t.TempDir()
	if err := os.WriteFile(filepath.Join(used, "mine"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out")
	for _, c := range []struct {
		args []string
		code int
	}{
		{[]string{"prod"}, exitUsage},
		{[]string{"prod", "--out", used}, exitUsage},
		{[]string{"prod", "--out", out, "--for", "everybody"}, exitUsage},
		{[]string{"prod", "--out", out, "--at", "yesterday"}, exitUsage},
		{[]string{"v1.2.0", "--out", out, "--at", "2026-05-18T10:00:00Z"}, exitUsage},
		{[]string{"containai", "--out", out}, exitUsage},
		{[]string{"v9.9.9", "--out", out}, exitAccess},
		{[]string{"prod", "--out", out, "--at", "2001-05-18T10:00:00Z"}, exitAccess},
	} {
		if res := r.run(append([]string{"evidence"}, c.args...)...); res.code != c.code || res.stderr == "" {
			t.Errorf("%v: exit %d: %s", c.args, res.code, res.stderr)
		}
		if _, err := os.Stat(out); err == nil {
			t.Fatalf("%v wrote something", c.args)
		}
	}
}
