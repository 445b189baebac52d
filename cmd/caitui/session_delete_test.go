package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// versions is the simulator's truth about versions: package#id → digest.
func (r *rig) versions() map[string]string {
	out := make(map[string]string)
	w := r.server.World()
	for _, p := range w.Packages() {
		list, _ := w.Versions(p.Name, false, 0, 0)
		for _, v := range list {
			out[fmt.Sprintf("%s#%d", p.Name, v.ID)] = string(v.Digest)
		}
	}
	return out
}

// foretold is what a plan document says will differ, in moved's form: of tags
// and of versions.
func foretold(doc map[string]any) (tags, versions []string) {
	effects, _ := doc["effects"].([]any)
	for _, one := range effects {
		e, _ := one.(map[string]any)
		text := func(name string) string { s, _ := e[name].(string); return s }
		ends := " " + text("before") + " → " + text("after")
		if tag := text("tag"); tag != "" {
			tags = append(tags, text("package")+":"+tag+ends)
			continue
		}
		id, _ := e["version_id"].(float64)
		versions = append(versions, fmt.Sprintf("%s#%d%s", text("package"), int64(id), ends))
	}
	slices.Sort(tags)
	slices.Sort(versions)
	return tags, versions
}

// differs compares what happened between two truths with what was foretold.
func differs(t *testing.T, what string, want []string, before, after map[string]string) {
	t.Helper()
	got := moved(before, after)
	slices.Sort(got)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-previewed +true):\n%s", what, d)
	}
}

// Marked builds go with what belongs to them, by the number of versions, and come
// back by their plan.
func TestSessionDeleteAndRestore(t *testing.T) {
	notRaced(t)
	for _, size := range sizes {
		t.Run(size.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, "containai")
			r.token = r.server.Info().Tokens.Admin
			tags, versions := r.tags(), r.versions()
			plan := r.run("delete", "containai-proxy", r.id("containai-proxy", "latest"), r.id("containai-proxy", "sha-"+legacyCommit(r)), "-o", "json").document(t)
			lostTags, lostVersions := foretold(plan)
			if len(lostVersions) != 16 {
				t.Fatalf("%v", plan["title"])
			}

			x := r.open(size.cols, size.rows)
			fresh(x)
			openPackage(x, "containai-proxy")
			x.WaitFor(`amd64 arm64`, limit)
			x.Type("D") // nothing is marked: it says so
			x.WaitFor(`marked versions only`, limit)
			for _, tag := range []string{"latest", "sha-" + legacyCommit(r)} {
				x.Type("/tag:" + tag)
				x.WaitFor(`1 of \d+ rows`, limit)
				x.Press("enter")
				x.Type(" ")
				x.WaitFor(`marked`, limit)
				x.Press("esc")
				x.WaitGone(`1 of \d+ rows`, limit)
			}
			x.WaitFor(`2 marked`, limit)
			x.Type("D")
			x.WaitFor(`DELETE 2 marked`, limit)
			x.WaitFor(`dev could not go back to 9d04e7a`, limit)
			x.WaitFor(`To lift it, type channel-targets`, limit)
			x.Type("channel-targets")
			x.Press("enter")
			x.WaitFor(`Type 16`, limit)
			for _, want := range []string{"2 builds = 16 versions", "5,000 downloads", "frees at most"} {
				x.WaitFor(regexp.QuoteMeta(want), limit)
			}
			x.Type("prod")
			x.Press("enter")
			x.WaitFor(`the word is 16`, limit)
			if got := moved(tags, r.tags()); len(got) > 0 {
				t.Fatalf("a wrong word moved %v", got)
			}
			for range len("prod") {
				x.Press("backspace")
			}
			x.Type("16")
			x.Press("enter")
			x.WaitFor(`16 of 16 done`, limit)
			differs(t, "tags", lostTags, tags, r.tags())
			differs(t, "versions", lostVersions, versions, r.versions())
			x.Press("esc")
			x.WaitFor(`131 versions`, limit)
			x.WaitFor(`2 marks dropped`, limit)
			x.Type("q")
			x.WaitExit(limit)
			r.bringBack(t, plan, tags, versions)
		})
	}
}

// legacyCommit is the commit of the oldest dev build.
func legacyCommit(r *rig) string {
	r.t.Helper()
	for _, tag := range r.server.World().TagNames("containai-proxy") {
		if commit, ok := strings.CutPrefix(tag, "sha-9d04e7a"); ok && !strings.Contains(commit, "-") {
			return "9d04e7a" + commit
		}
	}
	r.t.Fatal("the simulator has no build 9d04e7a")
	return ""
}

// bringBack restores one version of a deletion with what belongs to it, and then
// all, and compares with the simulator each time.
func (r *rig) bringBack(t *testing.T, deletion map[string]any, tags, versions map[string]string) {
	t.Helper()
	id, _ := deletion["id"].(string)
	afterTags, afterVersions := r.tags(), r.versions()
	index := ""
	for _, one := range deletion["changes"].([]any) {
		c, _ := one.(map[string]any)
		if c["from"] == tags["containai-proxy:latest"] {
			index = fmt.Sprintf("%d", int64(c["version_id"].(float64)))
		}
	}
	args := []string{"restore", "--plan", id, "--only", index, "-o", "json"}
	some := r.run(args...).document(t)
	if some["title"] != "restore 5 versions of containai-proxy: 1 asked for, 4 that belong to them" {
		t.Errorf("title %v", some["title"])
	}
	backTags, backVersions := foretold(some)
	if res := r.run(append(args, "--yes")...); res.code != 0 {
		t.Fatalf("exit %d: %s%s", res.code, res.stdout, res.stderr)
	}
	differs(t, "tags that came back", backTags, afterTags, r.tags())
	differs(t, "versions that came back", backVersions, afterVersions, r.versions())
	if res := r.run("restore", "--plan", id, "--yes"); res.code != 0 {
		t.Fatalf("exit %d: %s%s", res.code, res.stdout, res.stderr)
	}
	differs(t, "tags in the end", nil, tags, r.tags())
	differs(t, "versions in the end", nil, versions, r.versions())
}

// A tag is taken off, its version stays, and no other version is left behind.
func TestUntagVerb(t *testing.T) {
	r := newRig(t, "containai")
	r.token = r.server.Info().Tokens.Admin
	tags, versions := r.tags(), r.versions()
	plan := r.run("untag", "containai", "main", "-o", "json").document(t)
	lost, _ := foretold(plan)
	if res := r.run("untag", "containai", "main", "--yes", "-o", "json"); res.code != 0 || res.document(t)["result"] != "done" {
		t.Fatalf("exit %d: %s%s", res.code, res.stdout, res.stderr)
	}
	differs(t, "tags", lost, tags, r.tags())
	differs(t, "versions", nil, versions, r.versions())
}
