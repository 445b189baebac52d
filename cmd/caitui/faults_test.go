package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// The sweep breaks one request of a ten-package rollback, each in turn and in
// each way, and holds what caitui says against the simulator's truth. `make
// faults` runs it whole; otherwise a spread of it is run.

// sweepFaults are the ways in which a request goes wrong. One that hangs for
// good is given up by caitui's own deadline, which takes 6 to 20 seconds: it is
// tried in the whole sweep, and a slow answer always.
var sweepFaults = []struct {
	name  string
	do    map[string]any
	whole bool
}{
	{"500", map[string]any{"status": 500}, false},
	{"403", map[string]any{"status": 403, "body": `{"errors":[{"code":"DENIED","message":"denied"}]}`}, false},
	{"429", map[string]any{"status": 429, "headers": map[string]string{"Retry-After": "1"}}, false},
	{"reset", map[string]any{"reset": true}, false},
	{"slow", map[string]any{"hang": "300ms"}, false},
	{"hang", map[string]any{"hang": "1h"}, true},
	{"truncated", map[string]any{"truncate": 7}, false},
	{"lost reply", map[string]any{"lost_reply": true}, false},
}

// breach is one run of the sweep: a request of the rollback that breaks, and
// whether caitui then goes on or back.
type breach struct {
	name   string
	fault  string
	rule   map[string]any
	nth    int // of all requests, 0 where writes are counted
	revert bool
}

func TestFaultSweep(t *testing.T) {
	if testing.Short() {
		t.Skip("long; runs without -short")
	}
	for _, scenario := range []string{"containai", "runbook"} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			sweeps := newSweeps(t, scenario)
			first := <-sweeps
			n := first.count(t)
			list := breaches(n, len(moved(first.seed, first.target)))
			t.Logf("%d runs over %d requests of a rollback", len(list), n)
			sweeps <- first
			var told tally
			t.Cleanup(func() { t.Logf("%d runs in %s\n%s", len(list), time.Since(began).Round(time.Second), told.String()) })
			for _, b := range list {
				t.Run(b.name, func(t *testing.T) {
					t.Parallel()
					s := <-sweeps
					defer func() { sweeps <- s }()
					if s.r.t = t; s.target == nil {
						s.count(t)
					}
					end := s.one(t, b)
					t.Log(end)
					told.add(b.fault, end)
				})
			}
		})
	}
}

// breaches lists the runs over a rollback of so many requests and writes. The
// writes are few among many reads and what matters most: they are counted for
// themselves too.
func breaches(requests, writes int) []breach {
	step, each := 97, 4 // every how many-th request, and write, is broken
	if wholeSweep {
		step, each = 1, 1
	}
	var out []breach
	add := func(fault, name string, rule map[string]any, nth int, revert bool) {
		if revert {
			name += ", back"
		}
		out = append(out, breach{fault + name, fault, rule, nth, revert})
	}
	for f, fault := range sweepFaults {
		if fault.whole && !wholeSweep {
			continue
		}
		// Each fault starts elsewhere, so that a spread covers more.
		for i := 1 + f*step/len(sweepFaults); i <= requests; i += step {
			rule := map[string]any{"from": i, "count": 1, "do": fault.do}
			add(fault.name, fmt.Sprintf(" at %d", i), rule, i, len(out)%2 == 0)
		}
		for i := 1 + f%each; i <= writes; i += each {
			rule := map[string]any{"method": "PUT", "from": i, "count": 1, "do": fault.do}
			for _, revert := range []bool{true, false} {
				if wholeSweep || revert == (len(out)%2 == 0) {
					add(fault.name, fmt.Sprintf(" of write %d", i), rule, 0, revert)
				}
			}
		}
	}
	return out
}

// tally counts how runs ended, by fault.
type tally struct {
	mu   sync.Mutex
	ends map[string]int
}

func (c *tally) add(fault, end string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ends == nil {
		c.ends = make(map[string]int)
	}
	c.ends[fault+": "+end]++
}

func (c *tally) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out strings.Builder
	for _, what := range slices.Sorted(maps.Keys(c.ends)) {
		fmt.Fprintf(&out, "%5d %s\n", c.ends[what], what)
	}
	return out.String()
}

// sweep is one simulator, put back to its seed between runs.
type sweep struct {
	r      *rig
	seed   map[string]string
	target map[string]string // after an undisturbed rollback
}

// newSweeps starts simulators of one world. The whole sweep takes many, since
// most of a run that hangs is waiting.
func newSweeps(t *testing.T, scenario string) chan *sweep {
	n := 1
	if wholeSweep {
		n = 8
	}
	out := make(chan *sweep, n)
	for range n { // of different digests: documents name the port
		r := newRig(t, scenario)
		r.unlimited()
		out <- &sweep{r: r, seed: r.tags()}
	}
	return out
}

// count runs the rollback undisturbed and counts its requests.
func (s *sweep) count(t *testing.T) int {
	t.Helper()
	before := s.r.lastRequest()
	if res := s.run(t, t.TempDir(), "rollback", "--channel", "prod", "--to", "v1.2.0", "--yes", "-o", "json"); res.code != 0 {
		t.Fatalf("undisturbed: exit %d: %s", res.code, res.stderr)
	}
	n := s.r.lastRequest() - before
	s.target = s.r.tags()
	if len(moved(s.seed, s.target)) < 10 {
		t.Fatalf("undisturbed it moves %v", moved(s.seed, s.target))
	}
	s.restore(t)
	return n
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

// one breaks the request that a rule names, and then either goes on or back. It
// tells how both ended.
func (s *sweep) one(t *testing.T, b breach) string {
	defer s.restore(t)
	data := t.TempDir()
	before := s.r.lastRequest()
	s.fault(t, b.rule)
	res := s.run(t, data, "rollback", "--channel", "prod", "--to", "v1.2.0", "--yes", "-o", "json")
	asked := s.r.lastRequest() - before
	s.fault(t)
	now := s.r.tags()
	target := s.aim(t, data)
	s.honest(t, data, res, now, target)
	if t.Failed() {
		t.Logf("exit %d\n%s", res.code, res.stderr)
		return "not honest"
	}
	args, want := []string{"resume", "--yes", "-o", "json"}, target
	if b.revert {
		args, want = []string{"resume", "--revert", "--yes", "-o", "json"}, s.seed
	}
	begun := s.begun(t, data)
	if res.code == exitOK {
		want = target // it ended: there is nothing to go on with or back from
	}
	if len(moved(s.seed, now)) == 0 && res.code != exitOK && !begun {
		want = s.seed // it never began
	}
	again := s.run(t, data, args...)
	if again.code != exitOK {
		t.Errorf("%v: exit %d\n%s", args, again.code, again.stderr)
	}
	if d := moved(want, s.r.tags()); len(d) > 0 {
		t.Errorf("%v after exit %d leaves %v", args, res.code, d)
	}
	if (b.fault == "slow" || asked < b.nth) && res.code != exitOK {
		t.Errorf("with no harm done: exit %d\n%s", res.code, res.stderr)
	}
	switch {
	case asked < b.nth:
		return fmt.Sprintf("exit %d, of which the fault had no part", res.code)
	case res.code == exitOK:
		return "exit 0"
	case !begun:
		return fmt.Sprintf("exit %d, nothing begun", res.code)
	case b.revert:
		return fmt.Sprintf("exit %d, taken back", res.code)
	}
	return fmt.Sprintf("exit %d, continued", res.code)
}

// aim is where the plan of a run leads. It is where it would lead undisturbed,
// or the plan's own warnings say of which package something is not known.
func (s *sweep) aim(t *testing.T, data string) map[string]string {
	t.Helper()
	kept := keptIn(t, data)
	if len(kept) == 0 {
		return s.target
	}
	plan := kept[0]
	target := carriedOut(s.seed, plan)
	for _, e := range plan.Effects {
		name := e.Package + ":" + e.Tag
		if e.Tag != "" && target[name] != s.target[name] && !slices.ContainsFunc(plan.Warnings, func(w model.Remark) bool { return w.Package == e.Package && w.Code == model.CodeUncheckedParts }) {
			t.Errorf("the plan leads %s to %s and says nothing of it", name, target[name])
		}
	}
	return target
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
	vars := s.r.variables()
	vars["CAITUI_DATA_DIR"], vars["HOME"] = data, data
	res := runInside(t.Context(), vars, "journal", "--verify", "-o", "json")
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
func (s *sweep) honest(t *testing.T, data string, res result, now, target map[string]string) {
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
	for name, is := range now {
		was, goal := s.seed[name], target[name]
		state, told := steps[name]
		switch {
		case is == was && is == goal:
		case is == was && (state == "done" || state == "already"):
			t.Errorf("%s is said to be %s and is not", name, state)
		case is == goal && (!told || state != "done" && state != "already" && state != "unknown"):
			t.Errorf("%s moved and is said to be %q", name, state)
		case is != was && is != goal:
			t.Errorf("%s is at %s", name, is)
		}
	}
	if res.code == exitOK && len(moved(target, now)) > 0 {
		t.Errorf("exit 0, but %v", moved(target, now))
	}
	if (res.code == exitAccess || res.code == exitUsage) && len(moved(s.seed, now)) > 0 {
		t.Errorf("exit %d says that nothing was written, but %v", res.code, moved(s.seed, now))
	}
	for _, e := range s.events(t, data) {
		if e["kind"] != "outcome" {
			continue
		}
		name := fmt.Sprint(e["package"], ":", e["tag"])
		if e["state"] == "done" && now[name] != fmt.Sprint(e["after"]) {
			t.Errorf("the journal says that %s is done, it is at %s", name, now[name])
		}
		if e["state"] == "failed" && now[name] != fmt.Sprint(e["before"]) {
			t.Errorf("the journal says that %s failed, it is at %s", name, now[name])
		}
	}
}
