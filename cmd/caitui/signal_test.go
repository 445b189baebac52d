package main

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A signal, a hang-up as well, ends a plan after the step under way: what that
// step writes is read back and journalled, and no other one begins.
func TestSignalsEndAPlanAfterItsStep(t *testing.T) {
	for name, signal := range map[string]os.Signal{"hang-up": syscall.SIGHUP, "interrupt": syscall.SIGINT, "terminate": syscall.SIGTERM} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, "containai")
			before := r.tags()
			rules := `[{"method":"PUT","path":"/manifests/","host":"registry","do":{"hang":"700ms"}}]`
			resp, err := http.Post(r.server.Info().API+"/_sim/faults", "application/json", strings.NewReader(rules))
			if err != nil || resp.StatusCode != http.StatusOK {
				t.Fatalf("setting the fault: %v", err)
			}
			resp.Body.Close()
			cmd := exec.CommandContext(t.Context(), program, "rollback", "--channel", "prod", "--previous", "--yes", "-o", "json")
			cmd.Env = os.Environ()
			for name, value := range r.variables() {
				cmd.Env = append(cmd.Env, name+"="+value)
			}
			var out, errs bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &errs
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			waitForIntent(t, r.data)
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			if code := cmd.ProcessState.ExitCode(); code != exitPartial || !strings.Contains(out.String(), `"result": "stopped"`) {
				t.Errorf("exit %d, %s%s", code, out.String(), errs.String())
			}
			if got := moved(before, r.tags()); len(got) != 1 || !strings.HasPrefix(got[0], "containai-log-forwarder:prod ") {
				t.Errorf("moved %v", got)
			}
			journal := readJournal(t, r.data)
			if n := strings.Count(journal, `"kind":"intent"`); n != 1 || strings.Count(journal, `"kind":"outcome"`) != 1 || !strings.Contains(journal, `"state":"done"`) {
				t.Errorf("journal:\n%s", journal)
			}
			if verified := r.run("journal", "--verify"); verified.code != 0 {
				t.Errorf("the journal: %+v", verified)
			}
		})
	}
}

func readJournal(t *testing.T, data string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(data, "journal", "journal.jsonl"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(raw)
}

// waitForIntent waits until a step has begun.
func waitForIntent(t *testing.T, data string) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	timeout := time.NewTimer(limit)
	defer timeout.Stop()
	for !strings.Contains(readJournal(t, data), `"kind":"intent"`) {
		select {
		case <-tick.C:
		case <-timeout.C:
			t.Fatal("no step began")
		}
	}
}
