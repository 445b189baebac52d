package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/wire"
)

func diffDocument(t *testing.T, res result) wire.Diff {
	t.Helper()
	if res.code != exitOK {
		t.Fatalf("exit %d: %s", res.code, res.stderr)
	}
	res.document(t) // the only thing on stdout
	var doc wire.Diff
	if err := json.Unmarshal([]byte(res.stdout), &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestDiffVerb(t *testing.T) {
	r := newRig(t, "containai")
	truth := r.tags()
	doc := diffDocument(t, r.run("diff", "containai-claude", "v1.2.0", "prod", "--files", "-o", "json"))
	if doc.Schema != "caitui.diff/v1" || doc.Package != "containai-claude" || doc.A.Ref != "v1.2.0" || doc.B.Ref != "prod" || doc.B.Release != "v1.3.0" ||
		string(doc.A.Digest) != truth["containai-claude:v1.2.0"] || string(doc.B.Digest) != truth["containai-claude:prod"] {
		t.Errorf("%+v %+v %+v", doc.Schema, doc.A, doc.B)
	}
	found := map[string]bool{}
	for _, s := range doc.Sections {
		for _, e := range s.Entries {
			if s.Name == "files" && strings.HasSuffix(e.Path, "validate-claude.sh") {
				found[e.Path] = strings.Contains(string(e.Text), "+expected=\"arm64\"")
			}
		}
	}
	if len(found) != 1 || !found["arm64/usr/local/share/containai/validate-claude.sh"] {
		t.Errorf("the changed script: %v", found)
	}

	res := r.run("diff", "containai-claude", "v1.2.0", "prod", "--files")
	if res.code != exitOK || !strings.Contains(res.stdout, "\n-expected=\"aarch64\"\n") || !strings.Contains(res.stderr, " read\n") {
		t.Errorf("exit %d\n%s\n%s", res.code, res.stdout, res.stderr)
	}
	res = r.run("diff", "containai-installer", "v1.2.0", "prod", "--files", "-o", "md")
	if res.code != exitOK || !strings.Contains(res.stdout, "#### installer.sh\n\n```diff\n") || !strings.Contains(res.stdout, "| layers | installer.sh.gz | changed |") {
		t.Errorf("exit %d\n%s", res.code, res.stdout)
	}
	// The payload has no channel tag: the metadata names it, and that is said.
	res = r.run("diff", "containai-payload", "v1.2.0", "prod")
	if res.code != exitOK || !strings.Contains(res.stderr, "metadata names") || !strings.Contains(res.stdout, "prod (v1.3.0)") {
		t.Errorf("exit %d\n%s\n%s", res.code, res.stdout, res.stderr)
	}
	// The same on both sides, once by digest.
	doc = diffDocument(t, r.run("diff", "containai", truth["containai:prod"], "v1.3.0", "--files", "-o", "json"))
	for _, s := range doc.Sections {
		if len(s.Entries) > 0 {
			t.Errorf("%s of a thing against itself: %+v", s.Name, s.Entries)
		}
	}
}

func TestDiffOfAChannel(t *testing.T) {
	r := newRig(t, "containai")
	before := r.tags()
	doc := diffDocument(t, r.run("diff", "prod", "-o", "json"))
	if doc.Channel != "prod" || doc.A.Ref != "v1.2.0" || doc.B.Release != "v1.3.0" || len(doc.Packages) != 10 || doc.Package != "" {
		t.Errorf("%s: %+v → %+v, %d packages", doc.Channel, doc.A, doc.B, len(doc.Packages))
	}
	for _, p := range doc.Packages {
		if p.Error != "" || p.Sections == nil {
			t.Errorf("%+v", p)
		}
	}
	res := r.run("diff", "prod")
	if res.code != exitOK || !strings.Contains(res.stdout, "prod v1.2.0 → v1.3.0: 10 of 10 packages changed") {
		t.Errorf("exit %d\n%s\n%s", res.code, res.stdout, res.stderr)
	}
	if m := moved(before, r.tags()); len(m) > 0 {
		t.Errorf("a diff moved tags: %v", m)
	}
}

// The files of all packages, read a few packages at a time; one that fails is
// told in the document and keeps no other from being told.
func TestDiffOfAllFilesOfAChannel(t *testing.T) {
	r := newRig(t, "containai")
	res := r.run("diff", "prod", "--files", "-o", "json")
	doc := diffDocument(t, res)
	files := func(p wire.PackageDiff) wire.DiffSection {
		for _, s := range p.Sections {
			if s.Name == model.DiffFiles || s.Name == model.DiffPayload {
				return s
			}
		}
		t.Fatalf("%s has no section of files", p.Name)
		return wire.DiffSection{}
	}
	found := false
	for _, p := range doc.Packages {
		s := files(p)
		if s.Equal == 0 && len(s.Entries) == 0 || strings.Contains(string(s.Note), "not compared") {
			t.Errorf("%s: %d files equal, %q", p.Name, s.Equal, s.Note)
		}
		for _, e := range s.Entries {
			found = found || p.Name == "containai-claude" && e.Path == "arm64/usr/local/share/containai/validate-claude.sh" && strings.Contains(string(e.Text), "aarch64")
		}
		if !strings.Contains(res.stderr, p.Name+": files compared, ") {
			t.Errorf("nothing tells that %s is done:\n%s", p.Name, res.stderr)
		}
	}
	if !found || !strings.Contains(res.stderr, "10 of 10 packages done") {
		t.Errorf("validate-claude.sh found: %t\n%s", found, res.stderr)
	}

	r.fault(`[{"host": "registry", "path": "containai-proxy/blobs/", "do": {"status": 404}}]`)
	res = r.run("diff", "prod", "--files", "-o", "json")
	if res.code != exitOK {
		t.Fatalf("exit %d\n%s", res.code, res.stderr)
	}
	for _, p := range diffDocument(t, res).Packages {
		s := files(p)
		if broken := p.Name == "containai-proxy"; broken != strings.HasPrefix(string(s.Note), "not compared: ") || broken == (s.Equal+wire.Count(len(s.Entries)) > 0) {
			t.Errorf("%s: equal %d, note %q", p.Name, s.Equal, s.Note)
		}
	}
}

func TestDiffRefuses(t *testing.T) {
	r := newRig(t, "containai")
	for _, c := range []struct {
		args []string
		code int
	}{
		{[]string{"diff"}, exitUsage},
		{[]string{"diff", "containai", "v1.2.0"}, exitUsage},
		{[]string{"diff", "containai"}, exitUsage}, // a package is no channel
		{[]string{"diff", "containai", "v1.2.0", "no tag"}, exitUsage},
		{[]string{"diff", "../x", "v1.2.0", "v1.3.0"}, exitUsage},
		{[]string{"diff", "containai", "v1.2.0", "v7.7.7"}, exitAccess},
	} {
		if res := r.run(c.args...); res.code != c.code || res.stdout != "" {
			t.Errorf("%v: exit %d, want %d: %s%s", c.args, res.code, c.code, res.stdout, res.stderr)
		}
	}
}
