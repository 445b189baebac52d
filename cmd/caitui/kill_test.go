package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

// wholeSweep is set by `make faults`: every instant and not a sample of them.
var wholeSweep = os.Getenv("CAITUI_FAULTS") == "whole"

// eventsOfRollback is how many lines a rollback of the scenario writes into the
// journal: a preview, and an intent and an outcome for each of ten tags.
const eventsOfRollback = 21

// killedAt starts the program on a rollback and kills it (SIGKILL) as soon as its
// journal has n lines. It reports how many there are then.
func (r *rig) killedAt(n int) int {
	r.t.Helper()
	cmd := exec.CommandContext(r.t.Context(), program, "rollback", "--channel", "prod", "--previous", "--yes", "--incident", "INC-412")
	for name, value := range r.variables() {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	if err := cmd.Start(); err != nil {
		r.t.Fatalf("starting caitui: %v", err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	for {
		select {
		case <-ended:
			return r.journalLines()
		default:
		}
		if r.journalLines() >= n {
			_ = cmd.Process.Kill()
			<-ended
			return r.journalLines()
		}
		time.Sleep(100 * time.Microsecond) // how often the file is looked at, nothing waits for it to be right
	}
}

func (r *rig) journalLines() int {
	raw, err := os.ReadFile(filepath.Join(r.data, "journal", "journal.jsonl"))
	if err != nil {
		return 0
	}
	return bytes.Count(raw, []byte("\n"))
}

// kinds are the kinds of event in the journal so far.
func (r *rig) kinds() []string {
	r.t.Helper()
	var out []string
	for _, e := range r.run("journal", "-o", "json").document(r.t)["events"].([]any) {
		out = append(out, e.(map[string]any)["kind"].(string))
	}
	return out
}

// Killed at whatever event of its journal, caitui says on the next start what is
// done and what is not known, and both ways out of it end where they should:
// nothing is done twice, nothing is skipped.
func TestKilledAnywhere(t *testing.T) {
	if testing.Short() {
		t.Skip("long; runs without -short")
	}
	instants := []int{1, 2, 3, 4, 9, 14, 19, 21}
	if wholeSweep {
		instants = nil
		for n := 1; n <= eventsOfRollback; n++ {
			instants = append(instants, n)
		}
	}
	for _, way := range []string{"continue", "revert"} {
		t.Run(way, func(t *testing.T) {
			r := newRig(t, "containai")
			before, target := r.rollbackTruths()
			r.admin("latency", `{"rtt":"3ms"}`)
			for _, n := range instants {
				r.data = t.TempDir()
				lines := r.killedAt(n)
				begun := slices.Contains(r.kinds(), "intent")
				r.recovers(way, n, lines, begun, before, target)
				r.putBack(before)
			}
		})
	}
}

// recovers goes one way after a kill and holds the truth against it.
func (r *rig) recovers(way string, n, lines int, begun bool, before, target map[string]string) {
	r.t.Helper()
	args := []string{"resume", "--yes", "-o", "json"}
	want := target
	if way == "revert" {
		args, want = []string{"resume", "--revert", "--yes", "-o", "json"}, before
	}
	done := lines >= eventsOfRollback
	if way == "revert" && done {
		want = target // it had come to its end: nothing is unfinished
	}
	if !begun {
		want = before
	}
	res := r.run(args...)
	doc := res.document(r.t)
	if res.code != exitOK || doc["result"] != "done" && doc["result"] != "nothing-to-do" {
		r.t.Errorf("killed at %d (%d lines): exit %d %s %s", n, lines, res.code, res.stdout, res.stderr)
	}
	if diff := moved(want, r.tags()); len(diff) > 0 {
		r.t.Errorf("killed at %d (%d lines), %s: the truth differs: %v", n, lines, way, diff)
	}
	if res := r.run("journal", "--verify"); res.code != exitOK {
		r.t.Errorf("killed at %d: the journal is not intact: %s", n, res.stdout)
	}
	if doc := r.run("resume", "-o", "json").document(r.t); doc["result"] != "nothing-to-do" {
		r.t.Errorf("killed at %d: still unfinished: %v", n, doc)
	}
}

// rollbackTruths are the truth as it is and as a rollback leaves it, which is
// tried and put back.
func (r *rig) rollbackTruths() (before, target map[string]string) {
	r.t.Helper()
	data := r.data
	r.data = r.t.TempDir()
	defer func() { r.data = data }()
	before = r.tags()
	if res := r.run("rollback", "--channel", "prod", "--previous", "--yes"); res.code != exitOK {
		r.t.Fatalf("rolling back: exit %d %s", res.code, res.stderr)
	}
	target = r.tags()
	r.putBack(before)
	return before, target
}

// putBack makes the simulator's prod and latest what they were.
func (r *rig) putBack(before map[string]string) {
	r.t.Helper()
	now := r.tags()
	for _, p := range r.server.World().Packages() {
		for _, tag := range []string{"prod", "latest"} {
			if was := before[p.Name+":"+tag]; was != "" && was != now[p.Name+":"+tag] {
				r.retag(p.Name, tag, was)
			}
		}
	}
}

// Several people note, roll back and look at the same time, in processes of
// their own: one journal, intact, with everything that each of them did.
func TestManyProcessesShareOneJournal(t *testing.T) {
	r := newRig(t, "containai")
	_, target := r.rollbackTruths()
	const people = 6
	var wg sync.WaitGroup
	codes := make([]int, people)
	outs := make([]string, people)
	for i := range people {
		wg.Go(func() {
			args := []string{"journal", "--note", "from another process", "-o", "json"}
			if i < 2 {
				args = []string{"rollback", "--channel", "prod", "--previous", "--yes", "-o", "json"}
			}
			cmd := exec.CommandContext(t.Context(), program, args...)
			for name, value := range r.variables() {
				cmd.Env = append(cmd.Env, name+"="+value)
			}
			out, _ := cmd.Output() // the exit code tells
			codes[i], outs[i] = cmd.ProcessState.ExitCode(), string(out)
		})
	}
	wg.Wait()
	for i, code := range codes {
		if i >= 2 && code != exitOK {
			t.Errorf("process %d: exit %d %s", i, code, outs[i])
		}
		var doc map[string]any
		if err := json.Unmarshal([]byte(outs[i]), &doc); err != nil {
			t.Errorf("process %d: stdout is no document: %q", i, outs[i])
		}
	}
	if res := r.run("journal", "--verify"); res.code != exitOK {
		t.Errorf("the journal is not intact: %s", res.stdout)
	}
	notes := 0
	for _, kind := range r.kinds() {
		if kind == "note" {
			notes++
		}
	}
	if notes != people-2 {
		t.Errorf("%d notes, want %d", notes, people-2)
	}
	// Of two who roll back the same at once, what is there already is found to be.
	if diff := moved(target, r.tags()); len(diff) > 0 {
		t.Errorf("truth: %v", diff)
	}
}
