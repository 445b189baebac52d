package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model/wire"
)

func TestRollbackVerb(t *testing.T) {
	for scenario, tags := range map[string]int{"containai": 10, "runbook": 11} {
		t.Run(scenario, func(t *testing.T) {
			r := newRig(t, scenario)
			before := r.tags()
			plan := r.run("rollback", "--channel", "prod", "--previous", "-o", "json")
			doc := plan.document(t)
			if plan.code != 0 || doc["blocked"] != false || doc["title"] != "roll prod back from v1.3.0 to v1.2.0" {
				t.Fatalf("exit %d: %s%s", plan.code, plan.stdout, plan.stderr)
			}
			if got := moved(before, r.tags()); len(got) > 0 {
				t.Fatalf("planning moved %v", got)
			}
			id, _ := doc["id"].(string)
			saved := filepath.Join(t.TempDir(), "plan.json")
			res := r.run("rollback", "--channel", "prod", "--to", "v1.2.0", "--yes", "--plan", id, "--save", saved, "-o", "json")
			if res.code != 0 || res.document(t)["result"] != "done" {
				t.Fatalf("exit %d: %s%s", res.code, res.stdout, res.stderr)
			}
			body, err := os.ReadFile(saved)
			if err != nil {
				t.Fatal(err)
			}
			p, err := wire.DecodePlan(body)
			if err != nil || p.ID != id {
				t.Fatalf("the saved plan does not read back: %v", err)
			}
			want := make([]string, 0, tags)
			for _, e := range p.Effects {
				if e.Tag != "" {
					want = append(want, e.Package+":"+e.Tag+" "+string(e.Before)+" → "+string(e.After))
				}
			}
			slices.Sort(want)
			if got := moved(before, r.tags()); !slices.Equal(got, want) || len(got) != tags {
				t.Errorf("moved %d tags %v, the plan says %v", len(got), got, want)
			}
			again := r.run("rollback", "--channel", "prod", "--to", "v1.2.0", "--yes", "-o", "json")
			if again.code != 0 || again.document(t)["result"] != "nothing-to-do" {
				t.Errorf("repeating it: exit %d, %s", again.code, again.stdout)
			}
		})
	}
}

func TestRollbackVerbLeavesOut(t *testing.T) {
	r := newRig(t, "containai")
	before := r.tags()
	res := r.run("rollback", "--channel", "prod", "--to", "3f9c82b", "--exclude", "containai-proxy", "--keep", "--yes", "-o", "json")
	if res.code != 0 {
		t.Fatalf("exit %d: %s%s", res.code, res.stdout, res.stderr)
	}
	after := r.tags()
	if after["containai-proxy:prod"] != before["containai-proxy:prod"] || after["containai:prod"] != before["containai:v1.2.0"] {
		t.Errorf("moved %v", moved(before, after))
	}
	former := before["containai-metadata:prod"]
	if kept := after["containai-metadata:kept-"+strings.TrimPrefix(former, "sha256:")[:12]]; kept != former {
		t.Errorf("no tag was kept on %s: %v", former, moved(before, after))
	}
	if channels := r.run("channels"); channels.code != exitFinding {
		t.Errorf("a channel of two releases: exit %d", channels.code)
	}
}

func TestRollbackAndPromoteUsage(t *testing.T) {
	r := newRig(t, "containai")
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"no channel":        {[]string{"rollback", "--previous"}, exitUsage, "--channel"},
		"no target":         {[]string{"rollback", "--channel", "prod"}, exitUsage, "--previous"},
		"two targets":       {[]string{"rollback", "--channel", "prod", "--previous", "--to", "v1.2.0"}, exitUsage, "either"},
		"no such channel":   {[]string{"rollback", "--channel", "live", "--to", "v1.2.0"}, exitUsage, "no channel live"},
		"no such release":   {[]string{"rollback", "--channel", "prod", "--to", "v9.9.9"}, exitAccess, "no release"},
		"bad digest":        {[]string{"rollback", "--channel", "prod", "--digest", "containai=sha256:1"}, exitUsage, "PKG@sha256"},
		"promote nothing":   {[]string{"promote", "--to", "prod"}, exitUsage, "--from"},
		"promote nowhere":   {[]string{"promote", "--from", "nightly"}, exitUsage, "--to"},
		"not a version":     {[]string{"promote", "--to", "prod", "--from", "nightly", "--as", "latest"}, exitUsage, "not a version"},
		"blocked promotion": {[]string{"promote", "--to", "prod", "--from", "nightly", "--as", "v1.4.0", "--yes"}, exitFinding, "payload-other-channel"},
		"only printed":      {[]string{"promote", "--to", "prod", "--from", "nightly", "--as", "v1.4.0"}, exitFinding, "payload-other-channel"},
	} {
		t.Run(name, func(t *testing.T) {
			before := r.tags()
			res := r.run(c.args...)
			if res.code != c.code || !strings.Contains(res.stdout+res.stderr, c.says) {
				t.Errorf("exit %d, want %d with %q: %s%s", res.code, c.code, c.says, res.stdout, res.stderr)
			}
			if got := moved(before, r.tags()); len(got) > 0 {
				t.Errorf("moved %v", got)
			}
		})
	}
}

// The document that a promotion writes bears the plan's time: naming the plan
// gives the very same one, some time later.
func TestPromotePlanIsTheSameByItsID(t *testing.T) {
	notRaced(t)
	r := newRig(t, "containai")
	args := []string{"promote", "--to", "prod", "--from", "nightly", "--as", "v1.4.0", "--override", "payload-other-channel", "-o", "json"}
	id, _ := r.run(args...).document(t)["id"].(string)
	r.server.World().Advance(90_000_000_000)
	if other := r.run(args...).document(t)["id"]; other == id {
		t.Error("another time, the same document")
	}
	if same := r.run(append(args, "--yes", "--plan", id)...); same.code == exitConflict {
		t.Errorf("the plan that was named differs: %s", same.stderr)
	}
}
