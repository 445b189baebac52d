package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/ghcr/ghcrsim"
	"github.com/novotnyllc/caitui/internal/ui/uitest/term"
)

// program is the path of caitui as built for these tests.
var program string

func TestMain(m *testing.M) {
	flag.Parse()
	if testing.Short() {
		sizes = sizes[:1] // what the others show is what the panes' goldens show
	}
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "caitui-test-")
		if err != nil {
			fmt.Fprintln(os.Stderr, "making room for the program:", err)
			return 1
		}
		defer os.RemoveAll(dir)
		program = filepath.Join(dir, "caitui")
		args := append([]string{"build", "-o", program}, buildFlags...)
		build := exec.Command("go", append(args, ".")...)
		if flag.Lookup("test.bench").Value.String() != "" {
			build.Env = append(os.Environ(), "CGO_ENABLED=0") // what is measured is made like what people use (Makefile)
		}
		if out, err := build.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "building caitui: %v\n%s", err, out)
			return 1
		}
		return m.Run()
	}())
}

// notRaced leaves out, under the race detector's short run, a long test that
// takes roads which others take there too. make test plays it.
func notRaced(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("long, and without a road of its own for the race detector to watch")
	}
}

// rig is a simulator with a place for caitui's data beside it.
type rig struct {
	t      *testing.T
	server *ghcrsim.Server
	data   string
	token  string
	seen   int // number of the latest request that lastRequest knows
}

func newRig(t *testing.T, scenario string) *rig {
	t.Helper()
	server, err := ghcrsim.Start(t.Context(), ghcrsim.Options{Scenario: scenario, RealNow: time.Now})
	if err != nil {
		t.Fatalf("starting the simulator: %v", err)
	}
	t.Cleanup(func() { server.Close() })
	return &rig{t: t, server: server, data: t.TempDir(), token: server.Info().Tokens.Write}
}

// variables are what makes any caitui use the simulator.
func (r *rig) variables() map[string]string {
	info := r.server.Info()
	return map[string]string{
		"CAITUI_API": info.API, "CAITUI_REGISTRY": info.Registry, "GITHUB_TOKEN": r.token,
		"CAITUI_TRUSTED_ROOT": info.TrustedRoot,
		"CAITUI_DATA_DIR":     r.data, "HOME": r.data, "LANG": "C.UTF-8", "CAITUI_OWNER": info.Owner,
	}
}

// open starts the console in a terminal.
func (r *rig) open(cols, rows int, args ...string) *term.Term {
	r.t.Helper()
	var env []string
	for name, value := range r.variables() {
		env = append(env, name+"="+value)
	}
	return term.Start(r.t, cols, rows, env, append([]string{program}, args...)...)
}

// result is what a headless verb gave.
type result struct {
	code           int
	stdout, stderr string
}

// run runs a headless verb in this process.
func (r *rig) run(args ...string) result {
	r.t.Helper()
	return runInside(r.t.Context(), r.variables(), args...)
}

// runInside runs a headless verb in this process with these variables and no
// others.
func runInside(ctx context.Context, vars map[string]string, args ...string) result {
	var out, errs bytes.Buffer
	code := run(ctx, args, process{
		stdin: strings.NewReader(""), stdout: &out, stderr: &errs,
		getenv: func(name string) string { return vars[name] }, now: time.Now,
	})
	return result{code, out.String(), errs.String()}
}

// runProgram runs the built program with these variables and no others.
func runProgram(t *testing.T, vars map[string]string, args ...string) result {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Env = environment(vars)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatalf("running caitui: %v", err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// environment is variables as a process takes them. It is never nil, which
// would mean those of the tests.
func environment(vars map[string]string) []string {
	env := []string{}
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		env = append(env, name+"="+vars[name])
	}
	return env
}

// document decodes the JSON document on stdout, which must be the only thing
// there.
func (res result) document(t *testing.T) map[string]any {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(res.stdout))
	var doc map[string]any
	if err := dec.Decode(&doc); err != nil {
		t.Fatalf("stdout is no JSON document: %v\n%s\nstderr: %s", err, res.stdout, res.stderr)
	}
	if dec.More() {
		t.Fatalf("stdout holds more than one JSON document:\n%s", res.stdout)
	}
	return doc
}

// fault makes the simulator answer by these rules from now on.
func (r *rig) fault(rules string) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, r.server.Info().API+"/_sim/faults", strings.NewReader(rules))
	if err != nil {
		r.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatalf("setting faults: %v", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= http.StatusMultipleChoices {
		r.t.Fatalf("setting faults: %s", resp.Status)
	}
}

// unlimited takes GitHub's limits away: a sweep runs in minutes what people do
// in months, and would otherwise only show what caitui does when it is limited.
func (r *rig) unlimited() {
	r.admin("switches", `{"primary_limit":1000000000,"secondary_points":1000000000,"registry_limit":0}`)
}

// requests are those of the simulator's log after a number.
func (r *rig) requests(after int) []request {
	r.t.Helper()
	resp, err := http.Get(fmt.Sprintf("%s/_sim/log?since=%d", r.server.Info().API, after))
	if err != nil {
		r.t.Fatalf("asking for the log: %v", err)
	}
	defer resp.Body.Close()
	var out []request
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		r.t.Fatalf("reading the log: %v", err)
	}
	return out
}

// lastRequest is the number of the latest request that is answered.
func (r *rig) lastRequest() int {
	r.t.Helper()
	for _, q := range r.requests(r.seen) {
		r.seen = max(r.seen, q.N)
	}
	return r.seen
}

// request is one line of the simulator's log.
type request struct {
	N            int
	Method, Path string
	Status       int
}

// write reports whether it could have changed something.
func (q request) write() bool { return q.Method != http.MethodGet && q.Method != http.MethodHead }

// tags is the simulator's truth: package:tag → digest.
func (r *rig) tags() map[string]string {
	out := make(map[string]string)
	w := r.server.World()
	for _, p := range w.Packages() {
		for _, tag := range w.TagNames(p.Name) {
			d, _ := w.Resolve(p.Name, tag)
			out[p.Name+":"+tag] = string(d)
		}
	}
	return out
}

// moved lists what differs between two truths as "package:tag before → after".
func moved(before, after map[string]string) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if before[name] != after[name] {
			out = append(out, name+" "+before[name]+" → "+after[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if _, ok := after[name]; !ok {
			out = append(out, name+" "+before[name]+" → ")
		}
	}
	return out
}
