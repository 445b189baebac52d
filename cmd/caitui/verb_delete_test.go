package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
)

// id is the number of the version that a tag points to.
func (r *rig) id(pkg, tag string) string {
	r.t.Helper()
	d, ok := r.server.World().Resolve(pkg, tag)
	if !ok {
		r.t.Fatalf("the simulator has no %s:%s", pkg, tag)
	}
	v, _ := r.server.World().VersionByDigest(pkg, d)
	return strconv.FormatInt(v.ID, 10)
}

// codesIn are the codes of a plan document's warnings or blockers.
func codesIn(doc map[string]any, list string) string {
	var out []string
	remarks, _ := doc[list].([]any)
	for _, r := range remarks {
		remark, _ := r.(map[string]any)
		code, _ := remark["code"].(string)
		out = append(out, code)
	}
	return strings.Join(out, " ")
}

func TestDeleteVerbPlans(t *testing.T) {
	notRaced(t)
	r := newRig(t, "containai")
	r.token = r.server.Info().Tokens.Admin
	before := r.tags()
	old := r.id("containai", "latest")
	list := filepath.Join(t.TempDir(), "old.txt")
	if err := os.WriteFile(list, []byte("# the first build\ncontainai "+old+"  # with what belongs to it\n\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	one := r.run("delete", "containai", old, "-o", "json")
	doc := one.document(t)
	if one.code != 0 || doc["title"] != "delete 1 build = 5 versions of containai" || doc["blocked"] != false {
		t.Fatalf("exit %d: %s%s", one.code, one.stdout, one.stderr)
	}
	if same := r.run("delete", "--from", list, "-o", "json").document(t); same["id"] != doc["id"] {
		t.Errorf("from a file the plan is %v, by name %v", same["id"], doc["id"])
	}
	if bare := r.run("delete", "containai", old, "--without-parts", "-o", "json").document(t); len(bare["changes"].([]any)) != 1 ||
		!strings.Contains(codesIn(bare, "warnings"), model.CodeChildrenLeft) {
		t.Errorf("without parts: %v, %s", bare["title"], codesIn(bare, "warnings"))
	}
	text := r.run("delete", "containai", old)
	for _, want := range []string{"main-a17c0de", "vanishes", "is deleted", "1 index, 2 platform images", "5,000", "Plan sha256:"} {
		if !strings.Contains(text.stdout, want) {
			t.Errorf("%q is not in\n%s", want, text.stdout)
		}
	}
	if yes := r.run("delete", "containai", old, "--yes"); yes.code != exitUsage || !strings.Contains(yes.stderr, "--plan sha256:") {
		t.Errorf("without the id: exit %d, %s", yes.code, yes.stderr)
	}
	if other := r.run("delete", "containai", old, "--yes", "--plan", "sha256:"+strings.Repeat("0", 64)); other.code != exitConflict {
		t.Errorf("with another id: exit %d, %s", other.code, other.stderr)
	}
	if got := moved(before, r.tags()); len(got) > 0 {
		t.Errorf("planning moved %v", got)
	}
}

func TestDeleteVerbBlocks(t *testing.T) {
	notRaced(t)
	r := newRig(t, "containai")
	r.token = r.server.Info().Tokens.Admin
	prod := r.run("delete", "containai", r.id("containai", "prod"), "-o", "json").document(t)
	if prod["blocked"] != true || !strings.Contains(codesIn(prod, "blockers"), model.CodeHoldsChannel) {
		t.Errorf("what prod points to: %s", codesIn(prod, "blockers"))
	}
	id, _ := prod["id"].(string)
	if res := r.run("delete", "containai", r.id("containai", "prod"), "--yes", "--plan", id); res.code != exitFinding {
		t.Errorf("a blocked plan: exit %d, %s", res.code, res.stderr)
	}
	var target []string
	for _, version := range []string{"v1.0.0", "v1.2.0"} { // the oldest and the newest of three
		target = []string{"delete", "containai", r.id("containai", version), "-o", "json"}
		if doc := r.run(target...).document(t); codesIn(doc, "blockers") != model.CodeChannelTargets {
			t.Errorf("%s, a target of prod: %s", version, codesIn(doc, "blockers"))
		}
	}
	lifted := r.run(append(target, "--override", model.CodeChannelTargets)...).document(t)
	if lifted["blocked"] != false || !strings.Contains(codesIn(lifted, "warnings"), model.CodeChannelTargets) {
		t.Errorf("lifted: %s", codesIn(lifted, "blockers"))
	}
}

func TestDeleteRestoreUntagUsage(t *testing.T) {
	r := newRig(t, "empty")
	bad := filepath.Join(t.TempDir(), "bad.txt")
	if err := os.WriteFile(bad, []byte("containai\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	id := "sha256:" + strings.Repeat("0", 64)
	for _, args := range [][]string{
		{"delete"}, {"delete", "containai"}, {"delete", "containai", "prod"}, {"delete", "containai", "-o", "json", "0"},
		{"delete", "containai", "1", "--from", bad}, {"delete", "--from", bad}, {"delete", "--from", bad + ".none"}, {"delete", "--from", "-"},
		{"delete", "../x", "1"}, {"delete", "containai", "1", "--plan", id},
		{"restore"}, {"restore", "containai"}, {"restore", "--plan", "latest"}, {"restore", "--only", "1"},
		{"restore", "containai", "1", "--only", "2"}, {"restore", "--plan", id, "--only", "x"}, {"restore", "containai", "1", "--plan", id},
		{"untag", "containai"}, {"untag", "containai", "a b"}, {"untag", "../x", "prod"},
	} {
		if res := r.run(args...); res.code != exitUsage {
			t.Errorf("%v: exit %d, %s", args, res.code, res.stderr)
		}
	}
	if res := r.run("restore", "--plan", id); res.code != exitAccess || !strings.Contains(res.stderr, "journal") {
		t.Errorf("an unknown plan: exit %d, %s", res.code, res.stderr)
	}
}

func TestUntagVerbPlans(t *testing.T) {
	r := newRig(t, "containai")
	doc := r.run("untag", "containai", "main", "-o", "json").document(t)
	if doc["title"] != "take the tag main off containai" || doc["blocked"] != false {
		t.Errorf("plan: %v", doc)
	}
	if res := r.run("untag", "containai", "v1.2.0", "-o", "json").document(t); codesIn(res, "blockers") != model.CodeImmutableTag {
		t.Errorf("an immutable tag: %s", codesIn(res, "blockers"))
	}
	if res := r.run("untag", "containai", "no-such-tag", "--yes", "-o", "json"); res.code != 0 || res.document(t)["result"] != "nothing-to-do" {
		t.Errorf("a tag that is not there: exit %d, %s", res.code, res.stdout)
	}
}
