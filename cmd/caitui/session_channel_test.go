package main

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model/wire"
	"github.com/novotnyllc/caitui/internal/ui/uitest/term"
)

// worlds are those in which a channel is rolled back, by scenario.
var worlds = []string{"containai", "runbook"}

// admin calls an admin endpoint of the simulator.
func (r *rig) admin(call, body string) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, r.server.Info().API+"/_sim/"+call, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatalf("calling %s: %v", call, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= http.StatusMultipleChoices {
		r.t.Fatalf("calling %s: %s", call, resp.Status)
	}
}

// foretold is what the truth will be by the effects of the plan that a verb
// prints.
func (r *rig) foretold(args ...string) truth {
	r.t.Helper()
	res := r.run(append(args, "-o", "json")...)
	plan, err := wire.DecodePlan([]byte(res.stdout))
	if err != nil {
		r.t.Fatalf("%v: %v\n%s", args, err, res.stderr)
	}
	return carriedOut(r.truth(), plan)
}

// same fails unless the simulator's truth is want: every tag and every version.
func (r *rig) same(want truth) {
	r.t.Helper()
	if d := r.truth().differs(want); len(d) > 0 {
		r.t.Errorf("not as it was foretold: %v", d)
	}
}

// toRollback opens the dialog that rolls prod back: one key from home.
func toRollback(x *term.Term) {
	fresh(x)
	x.WaitFor(`> prod`, limit)
	x.Type("R")
	x.WaitFor(`ROLL BACK prod`, limit)
	x.WaitFor(`Type prod to move`, limit) // stands there once keys are taken
}

func TestSessionRollback(t *testing.T) {
	for _, world := range worlds {
		for _, size := range sizes {
			t.Run(world+"-"+size.name, func(t *testing.T) {
				t.Parallel()
				r := newRig(t, world)
				want := r.foretold("rollback", "--channel", "prod", "--to", "v1.2.0")
				before := r.truth()
				if len(want.differs(before)) < 10 {
					t.Fatalf("the plan moves too little: %v", want.differs(before))
				}
				x := r.open(size.cols, size.rows)
				toRollback(x)
				for _, s := range []string{"from v1.3.0", "to v1.2.0", "containai-log-forwarder", "same", "latest", "LIVE", before["containai:prod"][7:19], want["containai:prod"][7:19]} {
					x.WaitFor(regexp.QuoteMeta(s), limit)
				}
				x.Type("prot")
				x.Press("enter")
				x.WaitFor(`the word is prod; nothing has been done`, limit)
				r.same(before)
				x.Press("backspace")
				x.Type("d")
				x.Press("enter")
				x.WaitFor(`LIVE Done`, limit)
				x.WaitFor(`installed users`, limit)
				r.same(want)
				r.same(r.previewed(before))
				x.WaitFor(`esc close`, limit) // once keys are taken
				x.Type("y")
				x.WaitFor(`sent, not confirmed: .*roll prod back`, limit)
				x.Type("y")
				x.WaitFor(`sent, not confirmed: the report as Markdown`, limit)
				x.Press("esc")
				x.WaitFor(`prod +v1\.2\.0`, limit)
				x.Type("q")
				x.WaitExit(limit)
				if res := r.run("journal", "--verify"); res.code != 0 || !strings.Contains(res.stdout, "intact") {
					t.Errorf("the journal after the rollback: %+v", res)
				}
			})
		}
	}
}

// Wherever somebody leaves, nothing is written.
func TestSessionRollbackCancel(t *testing.T) {
	steps := map[string]func(x *term.Term){
		"word":       func(x *term.Term) { x.Type("prod") },
		"wrong word": func(x *term.Term) { x.Type("dev"); x.Press("enter"); x.WaitFor(`the word is prod`, limit) },
		"rows":       func(x *term.Term) { x.Press("tab", "down"); x.WaitFor(`leave out`, limit) },
		"left out":   func(x *term.Term) { x.Press("tab", "down", "space"); x.WaitFor(`Type prod partial`, limit) },
		"kept":       func(x *term.Term) { x.Press("tab"); x.Type("+"); x.WaitFor(`kept-`, limit) },
		"other target": func(x *term.Term) {
			x.Press("tab")
			x.Type("e")
			x.WaitFor(`What shall prod`, limit)
			x.Press("esc")
			x.WaitFor(`Type prod`, limit)
		},
		"diff": func(x *term.Term) {
			x.Press("tab")
			x.Type("d")
			x.WaitFor(`differences`, limit)
			x.Press("esc")
			x.WaitFor(`Type prod`, limit)
		},
		"reason": func(x *term.Term) { x.Press("tab", "tab"); x.Type("prod"); x.Press("enter") },
	}
	for name, step := range steps {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, "containai")
			before := r.truth()
			x := r.open(80, 24)
			toRollback(x)
			step(x)
			x.Press("esc")
			x.WaitFor(`cancelled, nothing has been changed`, limit)
			r.same(before)
			for _, line := range serverWrites(r) {
				t.Errorf("cancelling wrote: %s", line)
			}
		})
	}
}

func TestSessionRollbackLeavesOut(t *testing.T) {
	for _, world := range worlds {
		t.Run(world, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, world)
			want := r.foretold("rollback", "--channel", "prod", "--to", "v1.2.0", "--exclude", "containai")
			x := r.open(80, 24)
			toRollback(x)
			x.Press("tab", "down", "space")
			x.WaitFor(`containai .*left out`, limit)
			x.WaitFor(`Type prod partial`, limit)
			x.Press("enter")
			x.Type("prod")
			x.Press("enter")
			x.WaitFor(`the word is prod partial`, limit)
			x.Type(" partial")
			x.Press("enter")
			x.WaitFor(`containai was left out and stays`, limit)
			r.same(want)
		})
	}
}

func TestSessionRollbackStopsAfterTheFirst(t *testing.T) {
	t.Parallel()
	r := newRig(t, "containai")
	all := r.foretold("rollback", "--channel", "prod", "--to", "v1.2.0")
	want := r.truth()
	want["containai-log-forwarder:prod"] = all["containai-log-forwarder:prod"]
	x := r.open(80, 24)
	toRollback(x)
	x.Press("tab")
	x.Type("w")
	x.WaitFor(`waits for you after the first stage`, limit)
	x.Press("enter")
	x.Type("prod")
	x.Press("enter")
	x.WaitFor(`First stage done and read back, 1 of 10`, limit)
	x.WaitFor(`log-forwarder.*read back`, limit)
	r.same(want)
	x.WaitFor(`x stop here`, limit) // once keys are taken
	x.Type("x")
	x.WaitFor(`LIVE Stopped`, limit)
	x.WaitFor(`1 of 10 done.*9 not started`, limit)
	r.same(want)
}

func TestSessionRollbackStopsWhileItRuns(t *testing.T) {
	for _, key := range []string{"x", "ctrl+x", "ctrl+c"} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, "containai")
			all := r.foretold("rollback", "--channel", "prod", "--to", "v1.2.0")
			before := r.truth()
			// The second stage takes long enough to stop in it.
			r.fault(`[{"method":"PUT","path":"/manifests/","from":2,"do":{"hang":"2s"}}]`)
			x := r.open(80, 24)
			toRollback(x)
			x.Type("prod")
			x.Press("enter")
			x.WaitFor(`log-forwarder.*read back`, limit)
			x.WaitFor(`containai .*moving`, limit)
			if len(key) == 1 {
				x.Type(key)
			} else {
				x.Press(key)
			}
			x.WaitFor(`stopping after the step under way`, limit)
			x.WaitFor(`LIVE Stopped`, limit)
			x.WaitFor(`not started`, limit)
			after := r.truth()
			if after["containai-log-forwarder:prod"] != all["containai-log-forwarder:prod"] || after["containai-metadata:prod"] != before["containai-metadata:prod"] {
				t.Errorf("moved: %v", after.differs(before))
			}
			r.same(r.journalled(before))
			for place, d := range after {
				if d != before[place] && d != all[place] {
					t.Errorf("%s is %s, which nobody foretold", place, d)
				}
			}
		})
	}
}
