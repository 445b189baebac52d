package main

import (
	"maps"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/uitest/term"
)

// What a person does to a channel or to versions ends in both worlds with exactly
// what was previewed: no tag and no version differs besides. TestSessionRollback
// and TestSessionUndo belong to these, and TestSessionDeleteAndRestore for the
// world in which it plays.
func TestSessionChanges(t *testing.T) {
	if testing.Short() {
		t.Skip("long sessions, which run without the race detector")
	}
	for _, one := range []struct {
		name   string
		worlds []string
		admin  bool
		// play does it, up to where the screen says how it ended.
		play func(r *rig, x *term.Term)
		// ends is the truth that it should leave.
		ends func(r *rig, before truth) truth
		// behind is what the screen shows once the dialog is closed.
		behind string
	}{
		{"promotion", worlds, false, playPromotion, (*rig).previewed, `\[1\] Channels`},
		{"deletion", []string{"runbook"}, true, playDeletion, (*rig).previewed, `1 mark dropped`},
		{"stop in the middle", []string{"runbook"}, false, playStop, (*rig).journalled, `\[1\] Channels`},
		{"conflict", worlds, false, playConflict, retaggedBySomebody, `\[1\] Channels`},
		{"missing role", worlds, false, playMissingRole, func(_ *rig, before truth) truth { return before }, `\[1\] Channels`},
	} {
		for _, world := range one.worlds {
			t.Run(one.name+" in "+world, func(t *testing.T) {
				t.Parallel()
				r := newRig(t, world)
				if one.admin {
					r.token = r.server.Info().Tokens.Admin
				}
				before := r.truth()
				x := r.open(80, 24)
				fresh(x)
				one.play(r, x)
				r.same(one.ends(r, before))
				x.Press("esc")
				x.WaitFor(one.behind, limit)
				x.Type("q")
				if code := x.WaitExit(limit); code != exitOK {
					t.Errorf("caitui left with %d", code)
				}
				if res := r.run("journal", "--verify"); res.code != exitOK {
					t.Errorf("the journal is not intact: %s", res.stdout)
				}
			})
		}
	}
}

// previewed is a truth with exactly what the preview said of the one plan that
// was executed.
func (r *rig) previewed(before truth) truth {
	r.t.Helper()
	plans := r.kept()
	if len(plans) != 1 {
		r.t.Fatalf("%d plans are kept, want 1", len(plans))
	}
	want := carriedOut(before, plans[0])
	if len(want.differs(before)) < len(plans[0].Changes) {
		r.t.Fatalf("the preview tells less than the plan has changes: %v", want.differs(before))
	}
	return want
}

// journalled is a truth with exactly those tags moved that the journal says are.
func (r *rig) journalled(before truth) truth {
	r.t.Helper()
	out := maps.Clone(before)
	for _, one := range r.run("journal", "-o", "json").document(r.t)["events"].([]any) {
		e, _ := one.(map[string]any)
		text := func(name string) string { s, _ := e[name].(string); return s }
		if e["kind"] == string(model.EventOutcome) && e["state"] == string(model.StepDone) {
			out[text("package")+":"+text("tag")] = text("after")
		}
	}
	if moved := out.differs(before); len(moved) == 0 || len(moved) > 9 {
		r.t.Errorf("stopped in the middle, and the journal has %v", moved)
	}
	return out
}

func playPromotion(_ *rig, x *term.Term) {
	x.WaitFor(`> prod`, limit)
	x.Type("P")
	x.WaitFor(`Which build shall prod point to`, limit)
	x.WaitFor(`> 08dd3c9`, limit)
	x.WaitFor(`v1\.4\.0`, limit)
	x.Press("enter")
	x.WaitFor(`type payload-other-channel`, limit)
	x.Type("payload-other-channel")
	x.Press("enter")
	x.WaitFor(`Type prod to move`, limit)
	x.WaitFor(`waits for you after the first stage`, limit)
	x.Type("prod")
	x.Press("enter")
	x.WaitFor(`First stage done and read back, 2 of \d+`, limit)
	x.WaitFor(`enter go on`, limit) // once keys are taken
	x.Press("enter")
	x.WaitFor(`LIVE Done`, limit)
}

func playDeletion(_ *rig, x *term.Term) {
	openPackage(x, "containai-proxy")
	x.WaitFor(`amd64 arm64`, limit)
	x.Type("/tag:latest")
	x.WaitFor(`1 of \d+ rows`, limit)
	x.Press("enter")
	x.Type(" ")
	x.WaitFor(`1 marked`, limit)
	x.Type("D")
	x.WaitFor(`DELETE 1 marked`, limit)
	x.WaitFor(`Type 5 `, limit)
	x.Type("5")
	x.Press("enter")
	x.WaitFor(`5 of 5 done`, limit)
}

// playStop stops while the second stage is under way, which takes long enough.
func playStop(r *rig, x *term.Term) {
	r.fault(`[{"method":"PUT","path":"/manifests/","from":2,"do":{"hang":"2s"}}]`)
	toRollback(x)
	x.Type("prod")
	x.Press("enter")
	x.WaitFor(`log-forwarder.*read back`, limit)
	x.WaitFor(`containai .*moving`, limit)
	x.Type("x")
	x.WaitFor(`stopping after the step under way`, limit)
	x.WaitFor(`LIVE Stopped`, limit)
	x.WaitFor(`not started`, limit)
}

// somebodysTag is what somebody else moves between preview and confirmation.
const somebodysTag = "containai-log-forwarder:prod"

func playConflict(r *rig, x *term.Term) {
	toRollback(x)
	r.admin("retag", `{"package":"containai-log-forwarder","tag":"prod","digest":"`+r.tags()["containai-log-forwarder:nightly"]+`"}`)
	x.Type("prod")
	x.Press("enter")
	x.WaitFor(`Stopped by a conflict`, limit)
	x.WaitFor(`Nothing was written`, limit)
}

func retaggedBySomebody(_ *rig, before truth) truth {
	out := maps.Clone(before)
	out[somebodysTag] = before["containai-log-forwarder:nightly"]
	return out
}

// playMissingRole has one package that may not be written to, the last one.
func playMissingRole(r *rig, x *term.Term) {
	if err := r.server.World().SetRole("containai-metadata", "bob", "read"); err != nil {
		r.t.Fatal(err)
	}
	toRollback(x)
	x.Type("prod")
	x.Press("enter")
	x.WaitFor(`LIVE Stopped`, limit)
	x.WaitFor(`Nothing was written`, limit)
	x.WaitFor(`containai-metadata`, limit)
}
