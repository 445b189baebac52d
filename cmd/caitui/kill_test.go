package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
)

// wholeSweep is set by `make faults`: every instant and not a sample of them.
var wholeSweep = os.Getenv("CAITUI_FAULTS") == "whole"

// story is a plan that is killed in the middle.
type story struct {
	name, world string
	admin       bool // it takes the right to delete
	// before is done beforehand, into the journal as well.
	before func(r *rig)
	// verb makes the plan.
	verb func(r *rig) []string
	// at are the numbers of events at which it is killed in the sample.
	at []int
}

var stories = []story{
	{
		name: "rollback", world: "containai", at: []int{1, 9, 14, 21},
		verb: func(*rig) []string { return rollback },
	},
	{
		name: "rollback", world: "runbook", at: []int{4},
		verb: func(*rig) []string { return rollback },
	},
	{
		name: "promotion", world: "containai", admin: true, at: []int{12, 36},
		verb: func(*rig) []string {
			return []string{"promote", "--to", "prod", "--from", "nightly", "--as", "v1.4.0", "--override", model.CodePayloadChannel}
		},
	},
	{
		// Tags that the promotion created are taken off, each in two writes.
		name: "undoing a promotion", world: "containai", admin: true, at: []int{24},
		before: func(r *rig) {
			r.finish("promote", "--to", "prod", "--from", "nightly", "--as", "v1.4.0", "--override", model.CodePayloadChannel)
		},
		verb: func(*rig) []string { return []string{"undo"} },
	},
	{
		name: "deletion", world: "containai", admin: true, at: []int{8},
		verb: func(r *rig) []string { return []string{"delete", "containai-proxy", r.id("containai-proxy", "latest")} },
	},
	{
		name: "restoring", world: "containai", admin: true, at: []int{9},
		before: func(r *rig) {
			r.finish("delete", "containai-proxy", r.id("containai-proxy", "latest"))
		},
		verb: func(r *rig) []string { return []string{"restore", "--plan", r.onlyPlan()} },
	},
}

// Killed at whatever event of its journal, caitui says on the next start what is
// done and what is not known, and both ways out of it end where they should:
// nothing is done twice, nothing is skipped.
func TestKilledAnywhere(t *testing.T) {
	if testing.Short() {
		t.Skip("long; runs without -short")
	}
	for _, tale := range stories {
		t.Run(tale.name+" in "+tale.world, func(t *testing.T) {
			t.Parallel()
			k := newKill(t, tale)
			instants := tale.at
			if wholeSweep {
				instants = nil
				for n := 1; n <= k.events; n++ {
					instants = append(instants, n)
				}
			}
			ends := make(map[string]int)
			for _, n := range instants {
				for _, revert := range []bool{false, true} {
					ends[k.one(n, revert)]++
				}
			}
			t.Logf("%d events, killed %d times: %v", k.events, 2*len(instants), ends)
		})
	}
}

// kill is a story on its simulator.
type kill struct {
	story
	r      *rig
	seed   truth
	events int // how many lines the verb writes into the journal when left alone
}

func newKill(t *testing.T, tale story) *kill {
	k := &kill{story: tale, r: newRig(t, tale.world)}
	if tale.admin {
		k.r.token = k.r.server.Info().Tokens.Admin
	}
	k.seed = k.r.truth()
	args := k.begin()
	before := k.r.journalLines()
	if res := runProgram(t, k.r.variables(), args...); res.code != exitOK {
		t.Fatalf("undisturbed: exit %d %s", res.code, res.stderr)
	}
	k.events = k.r.journalLines() - before
	return k
}

// begin puts the world back, tells the story up to the plan, and returns the
// verb that executes it.
func (k *kill) begin() []string {
	r := k.r
	r.t.Helper()
	r.admin("reset", "")
	r.unlimited()
	r.data = r.t.TempDir()
	if d := r.truth().differs(k.seed); len(d) > 0 {
		r.t.Fatalf("the simulator is not as seeded: %v", d)
	}
	if k.before != nil {
		k.before(r)
	}
	return r.confirmed(k.verb(r)...)
}

// one kills the plan at the n-th event that it writes into the journal, and goes
// on or back from there. It tells how it ended.
func (k *kill) one(n int, revert bool) string {
	r := k.r
	r.t.Helper()
	args := k.begin()
	origin, past := r.truth(), r.journalLines()
	r.admin("latency", `{"rtt":"3ms"}`)
	start := r.lastRequest()
	lines := r.killedAt(past+n, args...) - past
	r.admin("latency", `{"rtt":"0s"}`)
	what := fmt.Sprintf("%s in %s, killed at %d (%d lines), revert %v", k.name, k.world, n, lines, revert)
	if n%2 == 0 {
		r.tear()
	}
	mid := r.truth()
	forward, between := r.wrote(start)
	verb, want := []string{"resume", "--yes"}, origin
	plan, open := r.unfinished()
	switch {
	case open && revert:
		want, verb = r.takenBack(origin, plan), r.confirmed("resume", "--revert")
	case open:
		want, verb = carriedOut(origin, plan), append(verb, "--plan", plan.ID)
	case revert:
		verb = append(verb, "--revert")
	}
	if !open && len(mid.differs(origin)) > 0 { // it had come to its end
		want = carriedOut(origin, r.keptPlan(r.lastWritten()))
	}
	res := r.run(append(verb, "-o", "json")...)
	if res.code != exitOK {
		r.t.Errorf("%s: exit %d %s", what, res.code, res.stderr)
	}
	if d := r.truth().differs(want); len(d) > 0 {
		r.t.Errorf("%s: the truth is not what it should be: %v", what, d)
	}
	again, _ := r.wrote(between)
	k.onceOnly(what, open && revert, forward, again)
	if res := r.run("journal", "--verify"); res.code != exitOK {
		r.t.Errorf("%s: the journal is not intact: %s", what, res.stdout)
	}
	if _, open := r.unfinished(); open {
		r.t.Errorf("%s: still unfinished", what)
	}
	switch {
	case !open && len(mid.differs(origin)) > 0:
		return "ended before"
	case !open:
		return "nothing begun"
	case revert:
		return "taken back"
	}
	return "continued"
}

// onceOnly fails where a write was done twice. What is taken back is written
// once more, which for a tag that did not exist takes two writes: a placeholder
// and its deletion.
func (k *kill) onceOnly(what string, revert bool, forward, again map[string]int) {
	k.r.t.Helper()
	for place, n := range forward {
		if n > 1 {
			k.r.t.Errorf("%s: %s was written %d times", what, place, n)
		}
	}
	for place, n := range again {
		if n > 1 || !revert && forward[place] > 0 {
			k.r.t.Errorf("%s: %s was written %d times, after %d before", what, place, n, forward[place])
		}
	}
}

// Several people note, roll back and look at the same time, in processes of
// their own: one journal, intact, with everything that each of them did.
func TestManyProcessesShareOneJournal(t *testing.T) {
	r := newRig(t, "containai")
	target := r.foretold(rollback...)
	const people = 6
	var wg sync.WaitGroup
	codes := make([]int, people)
	outs := make([]string, people)
	for i := range people {
		wg.Go(func() {
			args := []string{"journal", "--note", "from another process", "-o", "json"}
			if i < 2 {
				args = append(slices.Clone(rollback), "--yes", "-o", "json")
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
	r.same(target)
}
