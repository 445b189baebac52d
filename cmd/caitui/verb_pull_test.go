package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/ghcr/foreign"
	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/wire"
)

func TestPullVerb(t *testing.T) {
	oras := foreign.Tool(t, "oras")
	for _, c := range []struct {
		scenario, ref string
		via           string
		files         []string
		refused       bool // by a plain oras pull
	}{
		{"containai", "containai-payload", "metadata", []string{"payload.tar.gz", "payload.sbom.json", "attestation.jsonl"}, true},
		{"containai", "containai-payload:v1.2.0", "tag", []string{"payload.tar.gz", "payload.sbom.json", "attestation.jsonl"}, true},
		{"containai", "containai-installer:latest", "tag", []string{"installer.sh.gz", "attestation.jsonl"}, true},
		{"containai", "containai-metadata", "tag", []string{"channels.json"}, false},
		{"runbook", "containai-payload", "tag", []string{"payload.tar.gz", "payload.sbom.json", "attestation.jsonl"}, false},
		{"runbook", "containai-installer:prod", "tag", []string{"installer.sh.gz", "attestation.jsonl"}, false},
	} {
		t.Run(c.scenario+" "+c.ref, func(t *testing.T) {
			r := newRig(t, c.scenario)
			dir := filepath.Join(t.TempDir(), "out")
			res := r.run("pull", c.ref, "--out", dir, "-o", "json")
			if res.code != 0 {
				t.Fatalf("exit %d: %s", res.code, res.stderr)
			}
			var doc wire.Pull
			if err := json.Unmarshal([]byte(res.stdout), &doc); err != nil {
				t.Fatalf("reading the document: %v", err)
			}
			if doc.Schema != "caitui.pull/v1" || string(doc.Subject.Via) != c.via || doc.Dir != dir || doc.Layout || len(doc.Files) != len(c.files) {
				t.Errorf("document: %+v", doc)
			}
			for i, f := range doc.Files {
				body, err := os.ReadFile(f.Path)
				if err != nil || filepath.Join(dir, c.files[i]) != f.Path || model.DigestOf(body) != model.Digest(f.Digest) {
					t.Errorf("%s: %v", f.Path, err)
				}
			}
			notes := strings.Join(doc.Notes, "\n")
			if got := strings.Contains(notes, "path traversal disallowed"); got != c.refused {
				t.Errorf("refusal by oras told: %v\n%s", got, notes)
			}
			if strings.Contains(notes, "containai-metadata:prod names its digest") != (c.via == "metadata") {
				t.Errorf("the way to the digest: %s", notes)
			}
			// What is told about oras is what oras does.
			host := strings.TrimPrefix(r.server.Info().Registry, "http://")
			pull := exec.CommandContext(t.Context(), oras, "pull", "--plain-http", "--username", "x", "--password-stdin",
				host+"/"+r.server.Info().Owner+"/"+doc.Package+"@"+string(doc.Subject.Digest))
			pull.Dir, pull.Stdin = t.TempDir(), strings.NewReader(r.token)
			pull.Env = append(os.Environ(), "DOCKER_CONFIG="+t.TempDir())
			out, err := pull.CombinedOutput()
			if (err != nil) != c.refused || strings.Contains(string(out), "path traversal disallowed") != c.refused {
				t.Errorf("oras pull: %v\n%s", err, out)
			}
		})
	}
}

func TestPullVerbTellsAPerson(t *testing.T) {
	r := newRig(t, "containai")
	dir := filepath.Join(t.TempDir(), "out")
	res := r.run("pull", "containai-payload", "--out", dir)
	for _, want := range []string{
		"payload.tar.gz", "✓ saved", "containai-payload has no tag prod: containai-metadata:prod names its digest, sha256:",
		"/attestation.jsonl is absolute; written as attestation.jsonl; plain oras pull would have refused: path traversal disallowed",
	} {
		if !strings.Contains(res.stdout, want) {
			t.Errorf("%q is not told:\n%s", want, res.stdout)
		}
	}
	again := r.run("pull", "containai-payload", "--out", dir, "-o", "md")
	if again.code != 0 || !strings.Contains(again.stdout, "there already, the same") || !strings.HasPrefix(again.stdout, "| file |") {
		t.Errorf("again: exit %d\n%s", again.code, again.stdout)
	}
	// Another version in the same place would replace files.
	other := r.run("pull", "containai-payload:v1.2.0", "--out", dir)
	if other.code != exitUsage || !strings.Contains(other.stderr, "is there already in") || other.stdout != "" {
		t.Errorf("another version: exit %d\n%s", other.code, other.stderr)
	}
}

func TestPullVerbOfAnImage(t *testing.T) {
	r := newRig(t, "containai")
	dir := filepath.Join(t.TempDir(), "out")
	res := r.run("pull", "containai-proxy", "--out", dir, "-o", "json")
	doc := res.document(t)
	if res.code != 0 || doc["layout"] != true {
		t.Fatalf("exit %d: %s", res.code, res.stderr)
	}
	want := r.tags()["containai-proxy:prod"]
	out, err := exec.CommandContext(t.Context(), foreign.Tool(t, "oras"), "manifest", "fetch", "--oci-layout", dir+"@"+want).Output()
	if err != nil || string(model.DigestOf(out)) != want {
		t.Errorf("oras reads %s from the layout, want %s: %v", model.DigestOf(out).Short(), want, err)
	}
	out, err = exec.CommandContext(t.Context(), foreign.Tool(t, "regctl"), "image", "copy", "ocidir://"+dir+"@"+want, "ocidir://"+t.TempDir()+":copy").CombinedOutput()
	if err != nil {
		t.Errorf("regctl copies the layout: %v\n%s", err, out)
	}
}

func TestPullVerbExitCodes(t *testing.T) {
	r := newRig(t, "containai")
	base := t.TempDir()
	out := filepath.Join(base, "out")
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		args []string
		code int
	}{
		{"no package", []string{"--out", out}, exitUsage},
		{"no directory", []string{"containai"}, exitUsage},
		{"no reference", []string{"Containai:prod", "--out", out}, exitUsage},
		{"no digest", []string{"containai@sha256:zz", "--out", out}, exitUsage},
		{"a file in place of the directory", []string{"containai-metadata", "--out", file}, exitUsage},
		{"no such tag", []string{"containai:never", "--out", out}, exitAccess},
		{"no such package", []string{"absent", "--out", out}, exitAccess},
		{"no such digest", []string{"containai@sha256:" + strings.Repeat("0", 64), "--out", out}, exitAccess},
	} {
		res := r.run(append([]string{"pull"}, c.args...)...)
		if res.code != c.code || res.stdout != "" || res.stderr == "" {
			t.Errorf("%s: exit %d, want %d: %s%s", c.name, res.code, c.code, res.stdout, res.stderr)
		}
	}
	if entries, _ := os.ReadDir(base); len(entries) != 0 {
		t.Errorf("left behind: %v", entries)
	}
}
