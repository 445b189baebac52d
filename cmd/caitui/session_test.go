package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/ui/uitest/term"
)

// limit is how long a session waits for what must come.
const limit = 20 * time.Second

// fresh waits until the servers have answered.
func fresh(x *term.Term) { x.WaitFor(`Z fresh`, limit) }

// sizes are the terminals that every session runs in.
var sizes = []struct {
	name       string
	cols, rows int
}{{"80x24", 80, 24}, {"160x45", 160, 45}}

func TestSessionBrowse(t *testing.T) {
	for _, size := range sizes {
		t.Run(size.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, "containai")
			x := r.open(size.cols, size.rows)
			fresh(x)
			for _, want := range []string{"LIVE", "novotnyllc", "@bob may write", "prod", "v1.3.0", "v1.2.0", "10 of 10", "containai-metadata", "PRIVATE", "installer is private"} {
				x.WaitFor(regexp.QuoteMeta(want), limit)
			}
			x.Press("tab")
			x.Type("/claude")
			x.WaitGone(`containai-proxy +image`, limit)
			x.WaitFor(`containai-claude +image`, limit)
			x.Press("enter") // ends typing, the filter stays
			x.Press("enter") // opens what is left
			x.WaitFor(`containai-claude history`, limit)
			x.WaitFor(`142 versions`, limit)
			x.WaitFor(`failed: amd64 only`, limit)
			x.WaitFor(`prod +v1\.3\.0`, limit)
			x.WaitFor(`amd64 arm64`, limit)
			x.Press("esc")
			x.WaitFor(`Channels`, limit)
			x.Type("q")
			if code := x.WaitExit(limit); code != 0 {
				t.Errorf("caitui left with %d", code)
			}
			for _, line := range serverWrites(r) {
				t.Errorf("browsing wrote: %s", line)
			}
		})
	}
}

// serverWrites lists the requests of the simulator's log that could have
// changed something.
func serverWrites(r *rig) []string {
	r.t.Helper()
	entries := r.requests(0)
	if len(entries) == 0 {
		r.t.Fatal("the simulator's log is empty: nothing was asked at all")
	}
	var out []string
	for _, e := range entries {
		if e.write() {
			out = append(out, e.Method+" "+e.Path)
		}
	}
	return out
}

// openPackage opens a package's history by the palette.
func openPackage(x *term.Term, pkg string) {
	x.Type(":")
	x.WaitFor(`esc`, limit)
	x.Type("pkg " + pkg)
	x.Press("enter")
	x.WaitFor(`─ `+pkg+` history.*\d+ builds`, limit)
}

// toRetag goes from home to the dialog that confirms moving prod of containai
// to v1.2.0, and returns after the preview is there.
func toRetag(x *term.Term) {
	fresh(x)
	openPackage(x, "containai")
	x.WaitFor(`amd64 arm64`, limit)
	x.Type("/tag:v1.2.0")
	x.WaitFor(`1 of \d+ rows`, limit)
	x.Press("enter")
	x.Type("t")
	x.WaitFor(`Which tag of containai`, limit)
	x.Type("prod")
	x.Press("enter")
	x.WaitFor(`Type prod`, limit)
}

func TestSessionRetag(t *testing.T) {
	for _, size := range sizes {
		t.Run(size.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, "containai")
			before := r.tags()
			bad, good := before["containai:prod"], before["containai:v1.2.0"]
			x := r.open(size.cols, size.rows)
			toRetag(x)
			for _, want := range []string{bad[7:19], good[7:19], "v1.3.0", "v1.2.0"} {
				x.WaitFor(regexp.QuoteMeta(want), limit)
			}
			x.Type("nightly") // the wrong word keeps the dialog
			x.Press("enter")
			x.WaitFor(`prod`, limit)
			if got := moved(before, r.tags()); len(got) > 0 {
				t.Fatalf("a wrong word moved %v", got)
			}
			for range len("nightly") {
				x.Press("backspace")
			}
			x.Type("prod")
			x.Press("enter")
			x.WaitFor(`read back`, limit)
			x.WaitFor(`Journal head`, limit)
			want := []string{"containai:prod " + bad + " → " + good}
			if got := moved(before, r.tags()); !slices.Equal(got, want) {
				t.Errorf("moved %v, previewed %v", got, want)
			}
			x.Press("esc")
			x.Type("q")
			x.WaitExit(limit)

			journal := r.run("journal", "--verify")
			if journal.code != 0 || !strings.Contains(journal.stdout, "intact") {
				t.Errorf("the journal after the retag: %+v", journal)
			}
		})
	}
}

// Whatever step the person leaves at, nothing is written.
func TestSessionCancelEverywhere(t *testing.T) {
	steps := map[string]func(x *term.Term){
		"choosing": func(x *term.Term) {
			fresh(x)
			x.Press("tab", "g", "enter")
			x.WaitFor(`\d+ builds`, limit)
			x.Type("t")
			x.WaitFor(`Which tag of`, limit)
			x.Press("esc")
			x.WaitGone(`Which tag of`, limit)
		},
		"confirming": func(x *term.Term) {
			toRetag(x)
			x.Type("pro")
			x.Press("esc")
			x.WaitGone(`Type prod`, limit)
		},
		"confirming with ctrl+c": func(x *term.Term) {
			toRetag(x)
			x.Press("ctrl+c")
			x.WaitGone(`Type prod`, limit)
		},
	}
	for name, step := range steps {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, "containai")
			before := r.tags()
			x := r.open(80, 24)
			step(x)
			if got := moved(before, r.tags()); len(got) > 0 {
				t.Errorf("cancelling moved %v", got)
			}
			for _, line := range serverWrites(r) {
				t.Errorf("cancelling wrote: %s", line)
			}
		})
	}
}

func TestSessionDemoAsksForTheWordDemo(t *testing.T) {
	t.Parallel()
	r := newRig(t, "empty")
	x := r.open(80, 24, "--demo")
	fresh(x)
	x.WaitFor(`DEMO`, limit)
	openPackage(x, "containai-proxy")
	x.Type("/tag:v1.2.0")
	x.WaitFor(`1 of \d+ rows`, limit)
	x.Press("enter")
	x.Type("t")
	x.WaitFor(`Which tag of`, limit)
	x.Type("prod")
	x.Press("enter")
	x.WaitFor(`Type demo`, limit)
	x.Type("demo")
	x.Press("enter")
	x.WaitFor(`read back`, limit)
}

func TestSessionSmallTerminalSaysSo(t *testing.T) {
	t.Parallel()
	r := newRig(t, "containai")
	x := r.open(40, 12)
	x.WaitFor(`60`, limit) // the size it needs
	x.Resize(100, 30)
	x.WaitFor(`Channels`, limit)
	x.Type("q")
	x.WaitExit(limit)
}

// The second start has data in its first frame, before any server answers.
func TestSessionStartsFromTheStore(t *testing.T) {
	t.Parallel()
	r := newRig(t, "containai")
	if res := r.run("packages"); res.code != 0 {
		t.Fatalf("filling the store: %+v", res)
	}
	r.server.Close() // nobody answers any more
	x := r.open(80, 24)
	x.WaitFor(`v1\.3\.0`, limit)
	x.WaitFor(`containai-metadata`, limit)
	x.WaitFor(`not refreshed`, limit)
}

func TestSessionReadOnly(t *testing.T) {
	t.Parallel()
	r := newRig(t, "containai")
	before := r.tags()
	x := r.open(80, 24, "--read-only")
	fresh(x)
	x.WaitFor(`read-only`, limit)
	x.Press("tab", "g", "enter")
	x.WaitFor(`\d+ builds`, limit)
	x.Type("/tag:v1.2.0")
	x.WaitFor(`1 of \d+ rows`, limit)
	x.Press("enter")
	x.Type("t")
	x.WaitFor(`read-only|Which tag of`, limit)
	if got := moved(before, r.tags()); len(got) > 0 {
		t.Errorf("read-only moved %v", got)
	}
}
