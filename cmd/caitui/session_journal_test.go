package main

import (
	"testing"
)

// Roll back, look at it in the journal, take it back from there: the truth is as
// before.
func TestSessionUndo(t *testing.T) {
	r := newRig(t, "containai")
	before := r.tags()
	x := r.open(80, 24)
	fresh(x)
	x.Type("R")
	x.WaitFor(`Type prod to move 10 tags`, limit)
	x.Type("prod")
	x.Press("enter")
	x.WaitFor(`LIVE Done`, limit)
	if n := len(moved(before, r.tags())); n != 10 {
		t.Fatalf("%d tags moved, want 10", n)
	}
	x.WaitFor(`U undo`, limit)
	x.Press("esc")
	x.WaitGone(`LIVE Done`, limit)
	x.Type("J")
	x.WaitFor(`What was done from this machine`, limit)
	x.WaitFor(`10 of 10 done`, limit)
	x.WaitFor(`U undo`, limit)
	x.Type("U")
	x.WaitFor(`put prod back to v1\.3\.0, undoing the rollback of`, limit)
	x.Press("esc") // cancelled: nothing changes
	x.WaitGone(`put prod back to`, limit)
	if n := len(moved(before, r.tags())); n != 10 {
		t.Fatalf("cancelling left %d tags moved, want 10", n)
	}
	x.Type("U")
	x.WaitFor(`Type prod to move 10 tags`, limit)
	x.Type("prod")
	x.Press("enter")
	x.WaitFor(`LIVE Done`, limit)
	if diff := moved(before, r.tags()); len(diff) > 0 {
		t.Errorf("the truth differs after the undo: %v", diff)
	}
	x.Press("esc")
	x.WaitFor(`undone`, limit)
	x.Type("q")
	if code := x.WaitExit(limit); code != 0 {
		t.Errorf("caitui left with %d", code)
	}
}

// Killed in the middle, the console says so at the next start, before anything
// else, and both ways out of it end where they should.
func TestSessionUnfinished(t *testing.T) {
	for _, way := range []struct {
		name, goes, entry string
		downs             int
	}{{"continue", "CONTINUE", "continue", 1}, {"revert", "TAKE BACK", "take back", 2}} {
		t.Run(way.name, func(t *testing.T) {
			r := newRig(t, "containai")
			before, target := r.rollbackTruths()
			r.admin("latency", `{"rtt":"5ms"}`)
			r.killedAt(6)
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
			if diff := moved(want, r.tags()); len(diff) > 0 {
				t.Errorf("the truth differs: %v", diff)
			}
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
