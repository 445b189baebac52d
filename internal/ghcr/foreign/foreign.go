// Package foreign gives tests the programs that nobody here wrote: clients that
// prove the simulator to be a registry, and a registry that proves the service
// not to fit the simulator alone.
//
// Its law: tests only; everything is on loopback and ends with the test; a
// program that is missing fails the test, for what is not tried is not proved.
package foreign

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Tool returns the path of a foreign program that `make tools` installs. A
// missing one fails the test: what is not tried is not proved.
func Tool(t testing.TB, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatalf("finding the module: %v", err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
			continue
		}
		path := filepath.Join(dir, ".tools", "bin", name)
		if _, err := os.Stat(path); err != nil {
			t.Fatalf("%s is not installed: run make tools", name)
		}
		return path
	}
	t.Fatal("the tests do not run inside the module")
	return ""
}

// until calls ok every few milliseconds until it holds or the limit is over.
func until(t testing.TB, what string, limit time.Duration, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("waited %v for %s", limit, what)
		}
	}
}

// Distribution runs the CNCF distribution registry as a process and returns
// its host:port. It has no referrers API, honours If-None-Match on manifests
// and pages tags.
func Distribution(t testing.TB) string {
	t.Helper()
	var lc net.ListenConfig
	listener, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("looking for a free port: %v", err)
	}
	addr := listener.Addr().String()
	_ = listener.Close() // it was opened only to find the port

	dir := t.TempDir()
	config := filepath.Join(dir, "config.yml")
	text := fmt.Sprintf(`version: 0.1
log: {level: error, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: %q}, delete: {enabled: true}}
http: {addr: %q}
`, filepath.Join(dir, "data"), addr)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatalf("writing the registry's configuration: %v", err)
	}
	var output bytes.Buffer
	cmd := exec.CommandContext(t.Context(), Tool(t, "registry"), "serve", config)
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.Env = append(os.Environ(), "OTEL_TRACES_EXPORTER=none")
	if err := cmd.Start(); err != nil {
		t.Fatalf("starting distribution: %v", err)
	}
	exited := make(chan struct{})
	go func() { _ = cmd.Wait(); close(exited) }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-exited
		if t.Failed() {
			t.Logf("distribution said: %s", output.String())
		}
	})
	until(t, "distribution to serve", 20*time.Second, func() bool {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+"/v2/", nil)
		if err != nil {
			return false
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
	return addr
}
