package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/wire"
)

// rollback is the verb for the story that both worlds tell.
var rollback = []string{"rollback", "--channel", "prod", "--previous"}

// truth is what a simulator has: package:tag → digest, and package@digest → id
// of every version.
type truth map[string]string

func (r *rig) truth() truth {
	out := truth(r.tags())
	for place, d := range r.versions() {
		pkg, id, _ := strings.Cut(place, "#")
		out[pkg+"@"+d] = id
	}
	return out
}

// differs lists what is not as it should be. Which number a new version gets is
// the registry's affair: "" stands for any.
func (have truth) differs(want truth) []string {
	want = maps.Clone(want)
	for place, id := range want {
		if now, there := have[place]; there && id == "" {
			want[place] = now
		}
	}
	return moved(want, have)
}

// confirmed is a verb with what makes it execute the very plan that it prints.
func (r *rig) confirmed(args ...string) []string {
	r.t.Helper()
	doc := r.run(append(slices.Clone(args), "-o", "json")...).document(r.t)
	id, _ := doc["id"].(string)
	if id == "" {
		r.t.Fatalf("%v: no plan: %v", args, doc)
	}
	if args[0] == "restore" && args[1] == "--plan" {
		return append(slices.Clone(args), "--yes") // there the flag names the deletion
	}
	return append(slices.Clone(args), "--yes", "--plan", id)
}

// finish makes a plan and executes it.
func (r *rig) finish(args ...string) {
	r.t.Helper()
	if res := r.run(r.confirmed(args...)...); res.code != exitOK {
		r.t.Fatalf("%v: exit %d %s", args, res.code, res.stderr)
	}
}

// kept are the plans that were kept before their first write.
func (r *rig) kept() []model.Plan {
	r.t.Helper()
	return keptIn(r.t, r.data)
}

func keptIn(t *testing.T, data string) []model.Plan {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(data, "plans", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var out []model.Plan
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		plan, err := wire.DecodePlan(raw)
		if err != nil {
			t.Fatalf("a kept plan: %v", err)
		}
		out = append(out, plan)
	}
	return out
}

// onlyPlan is the id of the plan that was executed here.
func (r *rig) onlyPlan() string {
	r.t.Helper()
	plans := r.kept()
	if len(plans) != 1 {
		r.t.Fatalf("%d plans are kept, want 1", len(plans))
	}
	return plans[0].ID
}

// unfinished is the plan that can be continued or taken back, where there is
// one.
func (r *rig) unfinished() (model.Plan, bool) {
	r.t.Helper()
	doc := r.run("resume", "-o", "json").document(r.t)
	if doc["result"] == "nothing-to-do" {
		return model.Plan{}, false
	}
	id, _ := doc["id"].(string)
	return r.keptPlan(id), true
}

// keptPlan is the kept plan with this id.
func (r *rig) keptPlan(id string) model.Plan {
	r.t.Helper()
	plans := r.kept()
	i := slices.IndexFunc(plans, func(p model.Plan) bool { return p.ID == id })
	if i < 0 {
		r.t.Fatalf("plan %q was begun and is not kept", id)
	}
	return plans[i]
}

// carriedOut is a truth with exactly what the preview of a plan says.
func carriedOut(origin truth, plan model.Plan) truth {
	out := maps.Clone(origin)
	for _, e := range plan.Effects {
		switch tag := e.Package + ":" + e.Tag; {
		case e.Tag != "" && e.After == "":
			delete(out, tag)
		case e.Tag != "":
			out[tag] = string(e.After)
		case e.Kind == model.EffectDeleted:
			delete(out, e.Package+"@"+string(e.Before))
		case e.Kind == model.EffectRestored:
			out[e.Package+"@"+string(e.After)] = fmt.Sprint(e.VersionID)
		}
	}
	for _, c := range plan.Changes {
		if c.Kind == model.PutArtifact {
			out[c.Package+"@"+string(c.To)] = ""
		}
	}
	return out
}

// takenBack is a truth with what stays of a plan that is under way when it is
// taken back: documents that it wrote, and placeholders of tags that it was
// taking off. Nothing points to them any more.
func (r *rig) takenBack(origin truth, plan model.Plan) truth {
	r.t.Helper()
	out, now := maps.Clone(origin), r.truth()
	for _, c := range plan.Changes {
		left := c.To
		switch c.Kind {
		case model.PutArtifact:
		case model.RemoveTag:
			_, left = model.UntagPlaceholder(plan.ID, c.Package, c.Tag)
		default:
			continue
		}
		if version := c.Package + "@" + string(left); now[version] != "" {
			out[version] = ""
		}
	}
	return out
}

// placeWritten finds in a request's path what it writes: a tag, or a version.
var placeWritten = regexp.MustCompile(`/([^/]+)/manifests/([^/]+)$|/container/([^/]+)/versions/(\d+)(/restore)?$`)

// wrote counts the writes that were done after a request, by what they wrote. It
// returns the number of the last request too.
func (r *rig) wrote(after int) (done map[string]int, last int) {
	r.t.Helper()
	done, last = make(map[string]int), after
	for _, q := range r.requests(after) {
		last = max(last, q.N)
		where := placeWritten.FindStringSubmatch(q.Path)
		// Without a status nobody was there any more to be answered.
		if !q.write() || q.Status == 0 || q.Status >= http.StatusMultipleChoices || where == nil {
			continue
		}
		place := where[1] + ":" + where[2]
		if where[4] != "" {
			place = where[3] + "#" + where[4]
		}
		done[q.Method+" "+place]++
	}
	return done, last
}

// killedAt starts the program on a verb and kills it (SIGKILL) as soon as its
// journal has n lines. It reports how many there are then.
func (r *rig) killedAt(n int, args ...string) int {
	r.t.Helper()
	cmd := exec.CommandContext(r.t.Context(), program, args...)
	cmd.Env = environment(r.variables())
	if err := cmd.Start(); err != nil {
		r.t.Fatalf("starting caitui: %v", err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	look := time.NewTicker(100 * time.Microsecond)
	defer look.Stop()
	for r.journalLines() < n {
		select {
		case <-ended:
			return r.journalLines()
		case <-look.C:
		}
	}
	_ = cmd.Process.Kill()
	<-ended
	r.alone()
	return r.journalLines()
}

// alone waits until what a killed program has sent is carried out: the simulator
// does not notice at once that nobody is there to be answered.
func (r *rig) alone() {
	r.t.Helper()
	http.DefaultClient.CloseIdleConnections() // the rig's own
	ctx, cancel := context.WithTimeout(r.t.Context(), limit)
	defer cancel()
	if err := r.server.WaitAlone(ctx); err != nil {
		r.t.Fatalf("waiting for the killed program's requests to end: %v", err)
	}
}

func (r *rig) journalFile() string { return filepath.Join(r.data, "journal", "journal.jsonl") }

// lastWritten is the id of the plan of which the journal's newest whole line is.
func (r *rig) lastWritten() string {
	r.t.Helper()
	raw, err := os.ReadFile(r.journalFile())
	if err != nil {
		r.t.Fatal(err)
	}
	id := ""
	for line := range bytes.Lines(raw) {
		var e struct{ Plan string }
		if json.Unmarshal(line, &e) == nil {
			id = e.Plan
		}
	}
	return id
}

func (r *rig) journalLines() int {
	raw, err := os.ReadFile(r.journalFile())
	if err != nil {
		return 0
	}
	return bytes.Count(raw, []byte("\n"))
}

// tear leaves the beginning of a line at the end of the journal, as a machine
// does that loses its power in the middle of writing it.
func (r *rig) tear() {
	r.t.Helper()
	file, err := os.OpenFile(r.journalFile(), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		r.t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteString(`{"seq":1000,"at":"2026-`); err != nil {
		r.t.Fatal(err)
	}
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
