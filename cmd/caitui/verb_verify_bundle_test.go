package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model/wire"
)

// saved are the bundles that evidence has of a version, as JSON lines.
func (r *rig) saved(ref string) string {
	r.t.Helper()
	dir := filepath.Join(r.t.TempDir(), "evidence")
	if res := runProgram(r.t, r.variables(), "evidence", ref, "--out", dir); res.code != exitOK {
		r.t.Fatalf("evidence of %s: exit %d: %s", ref, res.code, res.stderr)
	}
	names, err := filepath.Glob(filepath.Join(dir, "attestations", "*", "*.sigstore.json"))
	if err != nil || len(names) == 0 {
		r.t.Fatalf("no bundles of %s: %v", ref, err)
	}
	var lines bytes.Buffer
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			r.t.Fatal(err)
		}
		if err := json.Compact(&lines, raw); err != nil {
			r.t.Fatal(err)
		}
		lines.WriteByte('\n')
	}
	return lines.String()
}

// file is a new file with this content.
func (r *rig) file(content string) string {
	r.t.Helper()
	name := filepath.Join(r.t.TempDir(), "bundles.jsonl")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		r.t.Fatal(err)
	}
	return name
}

// What the stores' attestations prove of a version, the same attestations prove
// that a person saved and brought along: directly, and through the indexes of
// its architectures, each of which has to be there.
func TestVerifyReferenceByBundles(t *testing.T) {
	r := newRig(t, "containai")
	all, of := r.saved("containai-claude:prod"), r.saved("containai-payload:prod")
	half, rest, _ := strings.Cut(all, "\n")
	if strings.Count(rest, "\n") != 1 {
		t.Fatalf("the index has other attestations than those of its two architectures: %s", all)
	}
	image, payload := r.file(all), r.file(of)
	claude := r.tags()["containai-claude:prod"]
	start := r.lastRequest()
	for name, c := range map[string]struct {
		args              []string
		code              int
		verdict, coverage string
	}{
		"through":            {[]string{"containai-claude:prod", "--bundle", image}, exitOK, "verified", "through"},
		"by digest":          {[]string{"containai-claude@" + claude, "--bundle", image}, exitOK, "verified", "through"},
		"directly":           {[]string{"containai-payload:prod", "--bundle", payload}, exitOK, "verified", "direct"},
		"with another's":     {[]string{"containai-payload:prod", "--bundle", r.file(all + of)}, exitOK, "verified", "direct"},
		"one architecture":   {[]string{"containai-claude:prod", "--bundle", r.file(half)}, exitFinding, "failed", ""},
		"another package's":  {[]string{"containai-codex:prod", "--bundle", image}, exitFinding, "failed", ""},
		"another version's":  {[]string{"containai-claude:v1.2.0", "--bundle", image}, exitFinding, "failed", ""},
		"another repository": {[]string{"containai-claude:prod", "--bundle", image, "--repo", r.server.Info().Owner + "/other"}, exitFinding, "failed", ""},
		"altered":            {[]string{"containai-payload:prod", "--bundle", r.file(otherPayload(t, of))}, exitFinding, "failed", ""},
		"empty":              {[]string{"containai-claude:prod", "--bundle", r.file("")}, exitUsage, "", ""},
		"blank":              {[]string{"containai-claude:prod", "--bundle", r.file("\n \n")}, exitUsage, "", ""},
		"not a bundle":       {[]string{"containai-claude:prod", "--bundle", r.file(all + "{}")}, exitUsage, "", ""},
		"no such tag":        {[]string{"containai-claude:none", "--bundle", image}, exitAccess, "", ""},
	} {
		res := runProgram(t, r.variables(), append([]string{"verify", "-o", "json"}, c.args...)...)
		if res.code != c.code {
			t.Errorf("%s: exit %d, want %d: %s%.2000s", name, res.code, c.code, res.stderr, res.stdout)
			continue
		}
		if c.verdict == "" {
			if res.stdout != "" {
				t.Errorf("%s: refused, and still said %s", name, res.stdout)
			}
			continue
		}
		var doc wire.Attestations
		if err := json.Unmarshal([]byte(res.stdout), &doc); err != nil {
			t.Fatal(err)
		}
		if string(doc.Verdict) != c.verdict || string(doc.Coverage) != c.coverage {
			t.Errorf("%s: %q, covered %q: %s", name, doc.Verdict, doc.Coverage, doc.Why)
		}
		for _, a := range doc.Attestations {
			if !slices.Equal(a.Origins, []string{"file"}) || a.GitHub != "not asked" || a.InRegistry == "here" || a.InRegistry == "missing" {
				t.Errorf("%s: found by %v, GitHub %q, registry %q", name, a.Origins, a.GitHub, a.InRegistry)
			}
		}
	}
	// No store was asked: only what belongs to the version.
	for _, q := range r.requests(start) {
		if strings.Contains(q.Path, "/attestations/") || strings.Contains(q.Path, "/referrers/") || strings.Contains(q.Path, "/manifests/sha256-") || q.write() {
			t.Errorf("asked %s %s", q.Method, q.Path)
		}
	}
	res := runProgram(t, r.variables(), "verify", "containai-claude:prod", "--bundle", image, "--offline", "--trusted-root", rootFile(t, r))
	if res.code != exitOK {
		t.Errorf("offline: exit %d: %s%s", res.code, res.stderr, res.stdout)
	}
}

// otherPayload is the first of some bundles, stating what nobody signed.
func otherPayload(t *testing.T, bundles string) string {
	t.Helper()
	line, _, _ := strings.Cut(bundles, "\n")
	var bundle map[string]any
	if err := json.Unmarshal([]byte(line), &bundle); err != nil {
		t.Fatal(err)
	}
	envelope, _ := bundle["dsseEnvelope"].(map[string]any)
	text, _ := envelope["payload"].(string)
	statement, err := base64.StdEncoding.DecodeString(text)
	altered := bytes.Replace(statement, []byte("github-hosted"), []byte("GitHub-hosted"), 1)
	if err != nil || bytes.Equal(altered, statement) {
		t.Fatalf("there is nothing to alter: %v", err)
	}
	envelope["payload"] = base64.StdEncoding.EncodeToString(altered)
	out, err := json.Marshal(bundle)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
