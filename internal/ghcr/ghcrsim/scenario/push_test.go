package scenario

import (
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim/world"
)

func TestEmpty(t *testing.T) {
	w := fresh(t, "empty")
	if len(w.Packages()) != 0 || len(w.Runs()) != 0 || len(w.Workflows()) != 1 {
		t.Error("the empty world is not empty")
	}
	if err := Publish(w, "prod", "v0.1.0", ""); err != nil {
		t.Fatal(err)
	}
	checkWhole(t, w)
	for _, p := range w.Packages() {
		if p.Visibility != world.Private || p.Repository != repository {
			t.Errorf("first publish of %s: %s, %s", p.Name, p.Visibility, p.Repository)
		}
	}
	if len(w.Packages()) != 10 {
		t.Errorf("%d packages", len(w.Packages()))
	}
}

func TestPush(t *testing.T) {
	for _, scenario := range []string{"containai", "runbook"} {
		w := fresh(t, scenario)
		before := map[string]int{}
		for _, p := range w.Packages() {
			before[p.Name] = p.VersionCount
		}
		good := resolve(t, w, "containai", "prod")
		sha := commit("1234567")
		if err := Push(w, "nightly", sha); err != nil {
			t.Fatal(err)
		}
		checkWhole(t, w)
		doc := channelDoc(t, w, resolve(t, w, "containai-metadata", "nightly"))
		if doc.Commit() != sha || doc.PayloadTag() != "nightly-1234567" || !doc.GeneratedAt.Equal(w.Now()) {
			t.Errorf("%s: nightly is %s, %s", scenario, doc.Commit(), doc.PayloadTag())
		}
		for name, d := range doc.Images {
			v, _ := w.VersionByDigest(name, d)
			if d != resolve(t, w, name, "nightly") || !v.Created.Equal(w.Now()) {
				t.Errorf("%s: %s of nightly is %+v", scenario, name, v)
			}
		}
		if resolve(t, w, "containai", "prod") != good {
			t.Errorf("%s: a nightly moved prod", scenario)
		}
		want := map[string]int{"containai-payload": 3, "containai-installer": 3, "containai-metadata": 2}
		for _, p := range w.Packages() {
			n, ok := want[p.Name]
			switch {
			case !ok && scenario == "runbook":
				n = 13
			case !ok:
				n = 11
			case p.Name == "containai-metadata" && scenario == "runbook":
				n = 1
			}
			if p.VersionCount-before[p.Name] != n {
				t.Errorf("%s: %s gained %d versions, want %d", scenario, p.Name, p.VersionCount-before[p.Name], n)
			}
		}
		if r := w.Runs()[0]; r.SHA != sha || r.Event != "workflow_dispatch" || r.Conclusion != success || r.Updated.After(w.Now()) {
			t.Errorf("%s: the run is %+v", scenario, r)
		}
	}
}

func TestPushTwiceAtOneMomentMakesTwoBuilds(t *testing.T) {
	w := fresh(t, "containai")
	for range 2 {
		if err := Push(w, "dev", commit("1234567")); err != nil {
			t.Fatal(err)
		}
	}
	if p, _ := w.Package("containai-claude"); p.VersionCount != 142+22 {
		t.Errorf("%d versions after two builds of one commit, want %d", p.VersionCount, 142+22)
	}
}

func TestPublishBelongsToTheRunUnderWay(t *testing.T) {
	w := fresh(t, "containai")
	sha := commit("6e19a5d")
	id := w.AddRun(world.Run{Name: workflowName, Event: "workflow_dispatch", SHA: sha, Status: "in_progress", Actor: "bob"})
	if err := Publish(w, "prod", "v1.4.0", sha); err != nil {
		t.Fatal(err)
	}
	if len(w.Runs()) != 15 {
		t.Errorf("%d runs, the publication made one of its own", len(w.Runs()))
	}
	part := resolve(t, w, "containai", "sha-"+sha+"-amd64")
	if s := string(compact(statementOf(t, w.Attestations(part)[0].Bundle))); !strings.Contains(s, "/actions/runs/"+formatID(id)+"/attempts/1") {
		t.Errorf("provenance names another run: %s", s)
	}
	for _, name := range imageNames() {
		if resolve(t, w, name, "v1.4.0") != resolve(t, w, name, "prod") {
			t.Errorf("%s: v1.4.0 is not in prod", name)
		}
	}
	if resolve(t, w, "containai-installer", "latest") != resolve(t, w, "containai-installer", "v1.4.0") {
		t.Error("the installer's latest did not follow")
	}
}

func formatID(id int64) string { return strings.TrimSpace(string(compact(id))) }

func TestPublishRefuses(t *testing.T) {
	w := fresh(t, "containai")
	for _, tc := range [][3]string{{"stable", "", ""}, {"prod", "", "abc"}, {"prod", "", strings.Repeat("X", 40)}, {"prod", "not a tag", ""}} {
		if err := Publish(w, tc[0], tc[1], tc[2]); err == nil {
			t.Errorf("published %q", tc)
		}
	}
}
