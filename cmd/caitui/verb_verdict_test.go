package main

import (
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
)

// toBadNightly is a rollback to a build of whose attestations two do not hold.
var toBadNightly = []string{"rollback", "--channel", "nightly", "--to", "d5502ee", "--reason", "the feed is down"}

// strict makes caitui block plans whose targets are not verified.
func (r *rig) strict() { r.configure("verification:\n  block: true\n") }

// liftedVerdict fails unless the journal has, before the plan's first intent,
// that the verdict was lifted, and for what reason.
func (r *rig) liftedVerdict(reason string) {
	r.t.Helper()
	said := false
	for _, one := range r.run("journal", "-o", "json").document(r.t)["events"].([]any) {
		e, _ := one.(map[string]any)
		text, _ := e["reason"].(string)
		switch e["kind"] {
		case string(model.EventNote):
			said = said || strings.HasPrefix(text, "blockers lifted by name: verdict (containai-base and containai-claude)") && strings.HasSuffix(text, reason)
		case string(model.EventIntent):
			if !said {
				r.t.Fatalf("begun before the journal had what was lifted: %v", e)
			}
		}
	}
	if !said {
		r.t.Error("the journal does not have what was lifted")
	}
	if res := r.run("journal", "--verify"); res.code != exitOK {
		r.t.Errorf("the journal is not intact: %s", res.stdout)
	}
}

// Where the configuration wants it, a target that is not verified blocks; what to
// say to go there all the same is said, and whoever says it is journalled. The way
// back is held to the same.
func TestUnverifiedTargetBlocks(t *testing.T) {
	r := newRig(t, "containai")
	before := r.truth()
	if doc := r.run(append(toBadNightly, "-o", "json")...).document(t); doc["blocked"] != false || strings.Count(codesIn(doc, "warnings"), model.CodeVerdict) != 2 {
		t.Errorf("not configured: blocked %v, warnings %s", doc["blocked"], codesIn(doc, "warnings"))
	}
	r.strict()
	res := r.run(append(toBadNightly, "--yes")...)
	said := res.stdout + res.stderr
	for _, want := range []string{"containai-base: the attestations of", "is failed at root", "is failed at certificate", "(may be lifted by name: verdict)", "make it with --override verdict\n"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not in\n%s", want, said)
		}
	}
	if res.code != exitFinding {
		t.Errorf("blocked: exit %d", res.code)
	}
	if res := r.run(append(toBadNightly, "--yes", "--override", model.CodeNeverReturn)...); res.code != exitFinding {
		t.Errorf("something else is lifted: exit %d", res.code)
	}
	r.same(before)
	for _, line := range serverWrites(r) {
		t.Errorf("blocked, and wrote %s", line)
	}
	lifted := append(toBadNightly, "--override", model.CodeVerdict)
	want := r.foretold(lifted...)
	if res := r.run(append(lifted, "--yes", "-o", "json")...); res.code != exitOK || res.document(t)["result"] != "done" {
		t.Fatalf("lifted: exit %d: %s%s", res.code, res.stdout, res.stderr)
	}
	r.same(want)
	r.liftedVerdict("; reason: the feed is down")
	report := r.run("report").stdout
	for _, want := range []string{"blockers lifted by name: verdict", "containai-base: overridden: the attestations of"} {
		if !strings.Contains(report, want) {
			t.Errorf("%q is not in the report:\n%s", want, report)
		}
	}
	// What nightly goes back to does not hold either: four packages of it.
	back := r.run("undo", "-o", "json")
	doc := back.document(t)
	if back.code != exitFinding || codesIn(doc, "blockers") != strings.TrimSpace(strings.Repeat(model.CodeVerdict+" ", 4)) {
		t.Errorf("undo: exit %d, blockers %s", back.code, codesIn(doc, "blockers"))
	}
	if res := r.run("undo", "--override", model.CodeVerdict, "--yes"); res.code != exitOK {
		t.Errorf("undo lifted: exit %d: %s%s", res.code, res.stdout, res.stderr)
	}
	r.same(before)
}

// In the console the name of the blocker is typed, and then the channel's.
func TestSessionUnverifiedTarget(t *testing.T) {
	notRaced(t)
	r := newRig(t, "containai")
	r.strict()
	before := r.truth()
	x := r.open(80, 24)
	fresh(x)
	x.WaitFor(`> prod`, limit)
	x.Press("down")
	x.WaitFor(`> nightly`, limit)
	x.Type("R")
	x.WaitFor(`ROLL BACK nightly`, limit)
	x.WaitFor(`to d5502ee`, limit)
	x.WaitFor(`Blocked: containai-base: the attestations of`, limit)
	x.WaitFor(`To lift it, type verdict`, limit)
	x.Type("nightly")
	x.Press("enter")
	r.same(before)
	for range len("nightly") {
		x.Press("backspace")
	}
	x.Type(model.CodeVerdict)
	x.Press("enter")
	x.WaitFor(`Type nightly to move`, limit)
	x.WaitGone(`Blocked: containai-base`, limit)
	r.same(before)
	x.Press("tab")
	x.WaitFor(`leave out`, limit)
	x.Press("tab")
	x.Type("the feed is down")
	x.Press("tab", "tab")
	x.WaitFor(`the feed is down`, limit)
	x.Type("nightly")
	x.Press("enter")
	x.WaitFor(`LIVE Done`, limit)
	r.same(r.previewed(before))
	r.liftedVerdict("; reason: the feed is down")
	x.Press("esc")
	x.WaitFor(`nightly +d5502ee`, limit)
	x.Type("q")
	if code := x.WaitExit(limit); code != exitOK {
		t.Errorf("caitui left with %d", code)
	}
}
