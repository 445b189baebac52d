package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
)

// The sweep breaks one request of a ten-package rollback, each in turn and in
// each way, and holds what caitui says against the simulator's truth. `make
// faults` runs it whole; otherwise a spread of it is run.

// sweepFaults are the ways in which a request goes wrong.
var sweepFaults = []struct {
	name string
	do   map[string]any
}{
	{"500", map[string]any{"status": 500}},
	{"403", map[string]any{"status": 403, "body": `{"errors":[{"code":"DENIED","message":"denied"}]}`}},
	{"429", map[string]any{"status": 429, "headers": map[string]string{"Retry-After": "1"}}},
	{"reset", map[string]any{"reset": true}},
	{"hang", map[string]any{"hang": "300ms"}},
	{"truncated", map[string]any{"truncate": 7}},
	{"lost reply", map[string]any{"lost_reply": true}},
}

func TestFaultSweep(t *testing.T) {
	if testing.Short() {
		t.Skip("long; runs without -short")
	}
	step, writes := 97, 4 // every how many-th request, and write, is broken
	if wholeSweep {
		step, writes = 1, 1
	}
	for _, scenario := range []string{"containai", "runbook"} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			s := newSweep(t, scenario)
			n := s.count(t)
			runs := 0
			for f, fault := range sweepFaults {
				// Each fault starts elsewhere, so that a spread covers more.
				for i := 1 + f*step/len(sweepFaults); i <= n; i += step {
					rule := map[string]any{"from": i, "count": 1, "do": fault.do}
					if !t.Run(fmt.Sprintf("%s at %d", fault.name, i), func(t *testing.T) { s.one(t, rule, (i+f)%2 == 0) }) {
						return
					}
					runs++
				}
				// The writes are few among many reads, and what matters most.
				for i := 1 + f%writes; i <= len(moved(s.seed, s.target)); i += writes {
					rule := map[string]any{"method": "PUT", "from": i, "count": 1, "do": fault.do}
					if !t.Run(fmt.Sprintf("%s of write %d", fault.name, i), func(t *testing.T) { s.one(t, rule, (i+f)%2 == 0) }) {
						return
					}
					runs++
				}
			}
			t.Logf("%d runs over %d requests of a rollback", runs, n)
		})
	}
}

// sweep is one simulator, put back to its seed between runs.
type sweep struct {
	r      *rig
	seed   map[string]string
	target map[string]string // after an undisturbed rollback
}

func newSweep(t *testing.T, scenario string) *sweep {
	r := newRig(t, scenario)
	return &sweep{r: r, seed: r.tags()}
}

// count runs the rollback undisturbed and counts its requests.
func (s *sweep) count(t *testing.T) int {
	t.Helper()
	before := s.requests(t)
	if res := s.run(t, t.TempDir(), "rollback", "--channel", "prod", "--to", "v1.2.0", "--yes", "-o", "json"); res.code != 0 {
		t.Fatalf("undisturbed: exit %d: %s", res.code, res.stderr)
	}
	n := s.requests(t) - before
	s.target = s.r.tags()
	if len(moved(s.seed, s.target)) < 10 {
		t.Fatalf("undisturbed it moves %v", moved(s.seed, s.target))
	}
	s.restore(t)
	return n
}

func (s *sweep) requests(t *testing.T) int {
	t.Helper()
	resp, err := http.Get(s.r.server.Info().API + "/_sim/log")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var all []json.RawMessage
	if err := json.NewDecoder(resp.Body).Decode(&all); err != nil {
		t.Fatal(err)
	}
	return len(all)
}

// restore puts every tag back to where it was seeded.
func (s *sweep) restore(t *testing.T) {
	t.Helper()
	w := s.r.server.World()
	for _, p := range w.Packages() {
		for _, tag := range w.TagNames(p.Name) {
			want, seeded := s.seed[p.Name+":"+tag]
			now, _ := w.Resolve(p.Name, tag)
			switch {
			case !seeded:
				t.Fatalf("a run left the tag %s:%s", p.Name, tag)
			case string(now) != want:
				if err := w.SetTag(p.Name, tag, model.Digest(want), w.Now()); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// run runs the built program.
func (s *sweep) run(t *testing.T, data string, args ...string) result {
	t.Helper()
	vars := s.r.variables()
	vars["CAITUI_DATA_DIR"], vars["HOME"] = data, data
	return runProgram(t, vars, args...)
}

func (s *sweep) fault(t *testing.T, rules ...any) {
	t.Helper()
	body, err := json.Marshal(append([]any{}, rules...))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Post(s.r.server.Info().API+"/_sim/faults", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		t.Fatalf("setting a fault: %s", resp.Status)
	}
}

// one breaks the request that a rule names, and then either goes on or back.
func (s *sweep) one(t *testing.T, rule map[string]any, revert bool) {
	defer s.restore(t)
	data := t.TempDir()
	s.fault(t, rule)
	res := s.run(t, data, "rollback", "--channel", "prod", "--to", "v1.2.0", "--yes", "-o", "json")
	s.fault(t)
	truth := s.r.tags()
	s.honest(t, data, res, truth)
	if t.Failed() {
		t.Logf("exit %d\n%s%s", res.code, res.stdout, res.stderr)
		return
	}
	args, want := []string{"resume", "--yes", "-o", "json"}, s.target
	if revert {
		args, want = []string{"resume", "--revert", "--yes", "-o", "json"}, s.seed
	}
	if res.code == exitOK {
		want = s.target // it ended: there is nothing to go on with or back from
	}
	if len(moved(s.seed, truth)) == 0 && res.code != exitOK && !s.begun(t, data) {
		want = s.seed // it never began
	}
	again := s.run(t, data, args...)
	if again.code != exitOK {
		t.Errorf("%v: exit %d\n%s%s", args, again.code, again.stdout, again.stderr)
	}
	if d := moved(want, s.r.tags()); len(d) > 0 {
		t.Errorf("%v after exit %d leaves %v", args, res.code, d)
	}
}

// begun reports whether the journal has an intent.
func (s *sweep) begun(t *testing.T, data string) bool {
	t.Helper()
	return slices.ContainsFunc(s.events(t, data), func(e map[string]any) bool { return e["kind"] == "intent" })
}

func (s *sweep) events(t *testing.T, data string) []map[string]any {
	t.Helper()
	var doc struct {
		Intact *bool
		Events []map[string]any
	}
	res := s.run(t, data, "journal", "--verify", "-o", "json")
	if err := json.Unmarshal([]byte(res.stdout), &doc); err != nil {
		t.Fatalf("the journal: exit %d, %v: %s", res.code, err, res.stderr)
	}
	if doc.Intact == nil || !*doc.Intact {
		t.Errorf("the journal is not intact: %s", res.stdout)
	}
	return doc.Events
}

// honest holds outcome and journal against the truth: what is said to be done
// is done, what is said not to be is not, and nothing else moved.
func (s *sweep) honest(t *testing.T, data string, res result, truth map[string]string) {
	t.Helper()
	steps := map[string]string{}
	var doc struct {
		Schema string
		Steps  []struct{ Package, Tag, State string }
	}
	if res.stdout != "" {
		if err := json.Unmarshal([]byte(res.stdout), &doc); err != nil {
			t.Fatalf("stdout is no document: %v", err)
		}
		for _, step := range doc.Steps {
			steps[step.Package+":"+step.Tag] = step.State
		}
	}
	if res.code == exitPartial && doc.Schema != "caitui.outcome/v1" {
		t.Error("something was written and there is no outcome")
	}
	for name, now := range truth {
		was, goal := s.seed[name], s.target[name]
		state, told := steps[name]
		switch {
		case now == was && now == goal:
		case now == was && (state == "done" || state == "already"):
			t.Errorf("%s is said to be %s and is not", name, state)
		case now == goal && (!told || state != "done" && state != "already" && state != "unknown"):
			t.Errorf("%s moved and is said to be %q", name, state)
		case now != was && now != goal:
			t.Errorf("%s is at %s", name, now)
		}
	}
	if res.code == exitOK && len(moved(s.target, truth)) > 0 {
		t.Errorf("exit 0, but %v", moved(s.target, truth))
	}
	if (res.code == exitAccess || res.code == exitUsage) && len(moved(s.seed, truth)) > 0 {
		t.Errorf("exit %d says that nothing was written, but %v", res.code, moved(s.seed, truth))
	}
	for _, e := range s.events(t, data) {
		if e["kind"] != "outcome" {
			continue
		}
		name := fmt.Sprint(e["package"], ":", e["tag"])
		if e["state"] == "done" && truth[name] != fmt.Sprint(e["after"]) {
			t.Errorf("the journal says that %s is done, it is at %s", name, truth[name])
		}
		if e["state"] == "failed" && truth[name] != fmt.Sprint(e["before"]) {
			t.Errorf("the journal says that %s failed, it is at %s", name, truth[name])
		}
	}
}
