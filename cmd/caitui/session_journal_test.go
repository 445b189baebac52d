package main

import (
	"fmt"
	"slices"
	"testing"
)

// Roll back, look at it in the journal, take it back from there: the truth is as
// before.
func TestSessionUndo(t *testing.T) {
	notRaced(t)
	for world, tags := range map[string]int{"containai": 10, "runbook": 11} {
		t.Run(world, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, world)
			before := r.truth()
			move, done := fmt.Sprintf(`Type prod to move %d tags`, tags), fmt.Sprintf(`%d of %d done`, tags, tags)
			x := r.open(80, 24)
			toRollback(x)
			x.WaitFor(move, limit)
			x.Type("prod")
			x.Press("enter")
			x.WaitFor(`LIVE Done`, limit)
			rolledBack := r.previewed(before)
			r.same(rolledBack)
			x.WaitFor(`U undo`, limit)
			x.Press("esc")
			x.WaitGone(`LIVE Done`, limit)
			x.Type("J")
			x.WaitFor(`What was done from this machine`, limit)
			x.WaitFor(done, limit)
			x.WaitFor(`U undo`, limit)
			x.Type("U")
			x.WaitFor(`put prod back to v1\.3\.0, undoing the rollback of`, limit)
			x.Press("esc")
			x.WaitGone(`put prod back to`, limit)
			r.same(rolledBack)
			x.Type("U")
			x.WaitFor(move, limit)
			x.Type("prod")
			x.Press("enter")
			x.WaitFor(`LIVE Done`, limit)
			r.same(before)
			x.Press("esc")
			x.WaitFor(`undone`, limit)
			x.Type("q")
			if code := x.WaitExit(limit); code != exitOK {
				t.Errorf("caitui left with %d", code)
			}
		})
	}
}

// Killed in the middle, the console says so at the next start, before anything
// else, and both ways out of it end where they should.
func TestSessionUnfinished(t *testing.T) {
	notRaced(t)
	for _, way := range []struct {
		name, goes, entry string
		downs             int
	}{{"continue", "CONTINUE", "continue", 1}, {"revert", "TAKE BACK", "take back", 2}} {
		t.Run(way.name, func(t *testing.T) {
			r := newRig(t, "containai")
			before, target := r.truth(), r.foretold(rollback...)
			r.admin("latency", `{"rtt":"5ms"}`)
			r.killedAt(r.journalLines()+6, append(slices.Clone(rollback), "--yes")...)
			r.admin("latency", `{"rtt":"0s"}`)
			if r.tags()["containai-log-forwarder:prod"] == before["containai-log-forwarder:prod"] {
				t.Fatal("the kill came too early to try anything")
			}
			x := r.open(80, 24)
			x.WaitFor(`A plan did not come to its end`, limit)
			x.WaitFor(`roll prod back from v1\.3\.0 to v1\.2\.0`, limit)
			x.WaitFor(`later`, limit)
			for range way.downs {
				x.Press("down")
			}
			x.WaitFor(`> `+way.entry, limit)
			x.Press("enter")
			x.WaitFor(way.goes, limit)
			x.WaitFor(`Type prod to move`, limit)
			x.Type("prod")
			x.Press("enter")
			x.WaitFor(`LIVE Done`, limit)
			want := target
			if way.name == "revert" {
				want = before
			}
			r.same(want)
			x.Press("esc")
			x.WaitGone(`LIVE Done`, limit)
			x.Type("q")
			if code := x.WaitExit(limit); code != 0 {
				t.Errorf("caitui left with %d", code)
			}
			x = r.open(80, 24)
			fresh(x)
			if doc := r.run("resume", "-o", "json").document(t); doc["result"] != "nothing-to-do" {
				t.Errorf("still unfinished: %v", doc)
			}
			x.Type("q")
			x.WaitExit(limit)
		})
	}
}
