package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
)

// rolledBack is a rig on which prod was rolled back by the verb, its truth from
// before, and the plan's id.
func rolledBack(t *testing.T) (*rig, map[string]string, string) {
	t.Helper()
	r := newRig(t, "containai")
	before := r.tags()
	res := r.run("rollback", "--channel", "prod", "--previous", "--yes", "--incident", "INC-412", "--reason", "claude exits", "-o", "json")
	doc := res.document(t)
	if res.code != exitOK || doc["result"] != "done" || len(moved(before, r.tags())) == 0 {
		t.Fatalf("rolling back: exit %d %s %s", res.code, res.stdout, res.stderr)
	}
	return r, before, doc["plan"].(string)
}

func TestUndoVerb(t *testing.T) {
	r, before, plan := rolledBack(t)
	after := r.tags()
	res := r.run("undo", "-o", "json")
	doc := res.document(t)
	aim, _ := doc["aim"].(map[string]any)
	if res.code != exitOK || doc["schema"] != "caitui.plan/v1" || doc["title"] != "put prod back to v1.3.0, undoing INC-412" || aim["undoes"] != plan {
		t.Fatalf("exit %d, %s", res.code, res.stdout)
	}
	if diff := cmp.Diff(after, r.tags()); diff != "" {
		t.Fatalf("printing a plan wrote:\n%s", diff)
	}
	// The id that was printed is the id of what --yes executes, here named by
	// the beginning of the undone plan's id.
	res = r.run("undo", plan[:20], "--yes", "--plan", doc["id"].(string), "-o", "json")
	if out := res.document(t); res.code != exitOK || out["result"] != "done" {
		t.Fatalf("exit %d, %s %s", res.code, res.stdout, res.stderr)
	}
	if diff := cmp.Diff(before, r.tags()); diff != "" {
		t.Errorf("truth (-before +after undo):\n%s", diff)
	}
	report := r.run("report", plan, "-o", "json").document(t)
	if report["state"] != "undone" || report["schema"] != "caitui.report/v1" {
		t.Errorf("report: %v", report["state"])
	}
	if res := r.run("undo", "sha256:"+strings.Repeat("0", 64)); res.code != exitAccess {
		t.Errorf("a plan that there is not: exit %d", res.code)
	}
}

func TestNothingToUndoOrResume(t *testing.T) {
	r := newRig(t, "containai")
	for _, args := range [][]string{{"undo"}, {"undo", "--yes"}, {"resume"}, {"resume", "--yes"}, {"resume", "--revert"}, {"resume", "--revert", "--yes"}} {
		res := r.run(append(args, "-o", "json")...)
		if doc := res.document(t); res.code != exitOK || doc["schema"] != "caitui.outcome/v1" || doc["result"] != "nothing-to-do" || doc["plan"] != nil ||
			doc["registry"] == "" || doc["owner"] != r.server.Info().Owner {
			t.Errorf("%v: exit %d %s", args, res.code, res.stdout)
		}
	}
	if n := r.lastRequest(); n > 0 {
		t.Errorf("%d requests, to find out what the journal tells", n)
	}
}

// stuck is a rig on which a rollback failed in the middle.
func stuck(t *testing.T) (*rig, map[string]string) {
	t.Helper()
	r := newRig(t, "containai")
	before := r.tags()
	r.fault(`[{"method":"PUT","path":"/manifests/","from":4,"do":{"status":500}}]`)
	res := r.run("rollback", "--channel", "prod", "--previous", "--yes", "-o", "json")
	r.fault(`[]`)
	if doc := res.document(t); res.code != exitPartial || doc["result"] != "stopped" {
		t.Fatalf("exit %d %s", res.code, res.stdout)
	}
	return r, before
}

func TestResumeVerb(t *testing.T) {
	t.Run("continue", func(t *testing.T) {
		r, before := stuck(t)
		res := r.run("resume")
		if res.code != exitOK || !strings.Contains(res.stdout, "Unfinished: ") || !strings.Contains(res.stdout, "not started") {
			t.Fatalf("exit %d %s", res.code, res.stdout)
		}
		res = r.run("resume", "--yes", "-o", "json")
		if doc := res.document(t); res.code != exitOK || doc["result"] != "done" {
			t.Fatalf("exit %d %s %s", res.code, res.stdout, res.stderr)
		}
		if n := len(moved(before, r.tags())); n != 10 {
			t.Errorf("%d tags moved, want 10", n)
		}
		if doc := r.run("resume", "--yes", "-o", "json").document(t); doc["result"] != "nothing-to-do" {
			t.Errorf("again: %v", doc["result"])
		}
	})
	t.Run("revert", func(t *testing.T) {
		r, before := stuck(t)
		res := r.run("resume", "--revert", "--yes", "-o", "json")
		if doc := res.document(t); res.code != exitOK || doc["result"] != "done" {
			t.Fatalf("exit %d %s %s", res.code, res.stdout, res.stderr)
		}
		if diff := moved(before, r.tags()); len(diff) > 0 {
			t.Errorf("truth differs: %v", diff)
		}
		if doc := r.run("resume", "-o", "json").document(t); doc["result"] != "nothing-to-do" {
			t.Errorf("again: %v", doc["result"])
		}
	})
}

func TestApplyVerb(t *testing.T) {
	r := newRig(t, "containai")
	file := filepath.Join(t.TempDir(), "plan.json")
	before := r.tags()
	plan := r.run("rollback", "--channel", "prod", "--previous", "--save", file, "-o", "json").document(t)
	res := r.run("apply", file, "-o", "json")
	if doc := res.document(t); res.code != exitOK || doc["id"] != plan["id"] || doc["blocked"] != false || len(moved(before, r.tags())) > 0 {
		t.Fatalf("exit %d %s", res.code, res.stdout)
	}
	// Somebody moves one of the tags: nothing at all is written.
	target := r.tags()["containai:v1.1.0"]
	r.retag("containai", "prod", target)
	changed := r.tags()
	for _, args := range [][]string{{"apply", file}, {"apply", file, "--yes"}} {
		res := r.run(append(args, "-o", "json")...)
		doc := res.document(t)
		blockers, _ := doc["blockers"].([]any)
		if res.code != exitConflict || len(blockers) == 0 || !strings.Contains(blockers[0].(map[string]any)["message"].(string), target[7:19]) {
			t.Errorf("%v: exit %d %s", args, res.code, res.stdout)
		}
	}
	if diff := moved(changed, r.tags()); len(diff) > 0 {
		t.Fatalf("written in spite of the difference: %v", diff)
	}
	r.retag("containai", "prod", before["containai:prod"])
	if res := r.run("apply", file, "--yes", "-o", "json"); res.code != exitOK || res.document(t)["result"] != "done" {
		t.Fatalf("exit %d %s %s", res.code, res.stdout, res.stderr)
	}
	if res := r.run("apply", file, "--yes", "-o", "json"); res.code != exitOK || res.document(t)["result"] != "nothing-to-do" {
		t.Errorf("again: exit %d %s", res.code, res.stdout)
	}
	// A plan for somewhere else, and one that was altered.
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, altered := range map[string]string{
		"another target":   strings.ReplaceAll(string(body), before["containai:v1.2.0"], target),
		"another registry": strings.Replace(string(body), plan["registry"].(string), "ghcr.io", 1),
		"no plan":          "{}",
	} {
		if err := os.WriteFile(file, []byte(altered), 0o600); err != nil {
			t.Fatal(err)
		}
		if res := r.run("apply", file, "--yes"); res.code != exitUsage {
			t.Errorf("%s: exit %d %s", name, res.code, res.stderr)
		}
	}
}

func TestApproveVerb(t *testing.T) {
	notRaced(t)
	r := newRig(t, "containai")
	file := filepath.Join(t.TempDir(), "plan.json")
	config := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(config, []byte("approvals:\n  channels: [prod]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := r.tags()
	rollback := []string{"--config", config, "rollback", "--channel", "prod", "--previous", "-o", "json"}
	plan := r.run(append(rollback, "--save", file)...).document(t)
	id := plan["id"].(string)
	if res := r.run(append(rollback, "--yes", "--plan", id)...); res.code != exitFinding {
		t.Errorf("executed without approval: exit %d %s", res.code, res.stderr)
	}
	if res := r.run("--config", config, "apply", file, "--yes"); res.code != exitFinding || !strings.Contains(res.stderr, "approv") {
		t.Errorf("applied without approval: exit %d %s", res.code, res.stderr)
	}
	if res := r.run("approve", file); res.code != exitAccess || !strings.Contains(res.stderr, "cannot approve") {
		t.Errorf("approved by the author: exit %d %s", res.code, res.stderr)
	}
	r.token = ""
	if res := r.run("approve", file); res.code != exitAccess {
		t.Errorf("approved by nobody: exit %d %s", res.code, res.stderr)
	}
	if diff := moved(before, r.tags()); len(diff) > 0 {
		t.Fatalf("moved without approval: %v", diff)
	}
	r.token = r.server.Info().Tokens.Read
	res := r.run("approve", file, "--note", "looks right", "-o", "json")
	doc := res.document(t)
	approvals, _ := doc["approvals"].([]any)
	if res.code != exitOK || len(approvals) != 1 || doc["id"] != id {
		t.Fatalf("exit %d %s %s", res.code, res.stdout, res.stderr)
	}
	if one := approvals[0].(map[string]any); one["login"] != "carol" || one["note"] != "looks right" || one["plan"] != id || one["at"] == nil {
		t.Errorf("approval: %v", one)
	}
	r.token = r.server.Info().Tokens.Write
	if res := r.run("--config", config, "apply", file, "--yes", "-o", "json"); res.code != exitOK || res.document(t)["result"] != "done" {
		t.Errorf("exit %d %s %s", res.code, res.stdout, res.stderr)
	}
	var kinds []string
	for _, e := range r.run("journal", "--plan", id, "-o", "json").document(t)["events"].([]any) {
		if kind := e.(map[string]any)["kind"].(string); !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	if want := []string{"preview", "approval", "intent", "outcome"}; !slices.Equal(kinds, want) {
		t.Errorf("journal of the plan: %v, want %v", kinds, want)
	}
}

func TestReportVerb(t *testing.T) {
	r, _, plan := rolledBack(t)
	chat := r.run("report", "-o", "chat")
	if chat.code != exitOK || strings.Count(chat.stdout, "\n") != 1 || !strings.Contains(chat.stdout, "roll prod back from v1.3.0 to v1.2.0; done: 10 of 10 done") {
		t.Errorf("chat: %s", chat.stdout)
	}
	head := chat.stdout[strings.LastIndex(chat.stdout, "journal ")+len("journal ") : len(chat.stdout)-1]
	if res := r.run("journal", "--verify", "--head", head); res.code != exitOK {
		t.Errorf("the head of the chat line %q does not verify: %s", head, res.stdout)
	}
	md := r.run("report", plan[7:19], "-o", "md")
	for _, want := range []string{"## Roll prod back", "| 4 | containai-metadata | prod |", "### Who gets what", "Incident: INC-412", "caitui undo " + plan[7:19]} {
		if !strings.Contains(md.stdout, want) {
			t.Errorf("Markdown lacks %q:\n%s", want, md.stdout)
		}
	}
	doc := r.run("report", "-o", "json").document(t)
	if doc["plan"] != plan || doc["state"] != "done" || len(doc["steps"].([]any)) != 10 || doc["chat"] == "" {
		t.Errorf("report: %v", doc)
	}
	if res := r.run("channels", "-o", "chat"); res.code != exitUsage {
		t.Errorf("-o chat of another verb: exit %d", res.code)
	}
}

func TestJournalVerb(t *testing.T) {
	r, _, plan := rolledBack(t)
	if res := r.run("journal", "--note", "called bob", "--plan", plan[:16], "--incident", "INC-412"); res.code != exitOK {
		t.Fatalf("note: exit %d %s", res.code, res.stderr)
	}
	count := func(args ...string) int {
		t.Helper()
		events, ok := r.run(append([]string{"journal", "-o", "json"}, args...)...).document(t)["events"].([]any)
		if !ok {
			t.Fatalf("%v: no events", args)
		}
		return len(events)
	}
	all := count()
	if n := count("--plan", plan[7:15]); n != all {
		t.Errorf("of the one plan: %d of %d", n, all)
	}
	if count("--incident", "INC-9") != 0 || count("--incident", "inc-412") != all || count("--since", "2026-06-30T00:00:00Z") != all || count("--since", "2036-06-30T00:00:00Z") != 0 {
		t.Error("the filters do not filter")
	}
	out := filepath.Join(t.TempDir(), "journal.json")
	if res := r.run("journal", "--export", out); res.code != exitOK {
		t.Fatalf("export: exit %d %s", res.code, res.stderr)
	}
	var doc map[string]any
	if body, err := os.ReadFile(out); err != nil || json.Unmarshal(body, &doc) != nil || doc["intact"] != true || len(doc["events"].([]any)) != all {
		t.Errorf("export: %v %v", err, doc["intact"])
	}
	for _, args := range [][]string{{"--follow", "--verify"}, {"--follow", "-o", "json"}, {"--head", "1:abc"}, {"--since", "soon"}, {"--note", ""}} {
		if res := r.run(append([]string{"journal"}, args...)...); res.code != exitUsage {
			t.Errorf("%v: exit %d", args, res.code)
		}
	}
}

// retag is somebody else who moves a tag.
func (r *rig) retag(pkg, tag, digest string) {
	r.t.Helper()
	if err := r.server.World().SetTag(pkg, tag, model.Digest(digest), time.Time{}); err != nil {
		r.t.Fatalf("moving %s:%s: %v", pkg, tag, err)
	}
}

// Who may not delete cannot take version tags off, is told how to take back the
// rest of a promotion, and can; who may takes the rest back later.
func TestUndoOfAPromotionInPart(t *testing.T) {
	notRaced(t)
	r := newRig(t, "containai")
	before := r.tags()
	done := r.run("promote", "--to", "prod", "--from", "nightly", "--as", "v1.4.0", "--override", "payload-other-channel", "--yes", "-o", "json")
	plan, _ := done.document(t)["plan"].(string)
	promoted := r.tags()
	if done.code != exitOK || promoted["containai:v1.4.0"] == "" {
		t.Fatalf("exit %d %s", done.code, done.stderr)
	}
	if res := r.run("undo", "--yes"); res.code != exitAccess || !strings.Contains(res.stdout+res.stderr, "caitui undo --exclude :v1.4.0") {
		t.Errorf("exit %d %s%s", res.code, res.stdout, res.stderr)
	}
	if diff := moved(promoted, r.tags()); len(diff) > 0 {
		t.Fatalf("a refused undo moved %v", diff)
	}
	if res := r.run("undo", "--exclude", ":v1.4.1"); res.code != exitUsage {
		t.Errorf("a tag that the plan did not set: exit %d %s", res.code, res.stderr)
	}
	res := r.run("undo", "--exclude", ":v1.4.0", "-o", "json")
	previewed, _ := foretold(res.document(t))
	if res = r.run("undo", "--exclude", ":v1.4.0", "--yes", "-o", "json"); res.code != exitOK {
		t.Fatalf("exit %d %s%s", res.code, res.stdout, res.stderr)
	}
	differs(t, "tags", previewed, promoted, r.tags())
	for name, d := range r.tags() {
		switch {
		case strings.HasSuffix(name, ":v1.4.0"):
			if d != promoted[name] {
				t.Errorf("%s was left out and moved", name)
			}
		case before[name] != d:
			t.Errorf("%s is not back", name)
		}
	}
	if report := r.run("report", plan, "-o", "json").document(t); report["state"] == "undone" {
		t.Error("a plan taken back in part counts as undone")
	}
	r.token = r.server.Info().Tokens.Admin
	if res := r.run("undo", plan, "--yes"); res.code != exitOK {
		t.Fatalf("exit %d %s%s", res.code, res.stdout, res.stderr)
	}
	if diff := cmp.Diff(before, r.tags()); diff != "" {
		t.Errorf("the rest (-before +after):\n%s", diff)
	}
}
