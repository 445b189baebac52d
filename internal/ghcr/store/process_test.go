package store

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
)

// Environment of a child process: the database, and the child's name.
const (
	envPath = "CAITUI_TEST_STORE"
	envName = "CAITUI_TEST_NAME"
	// childWrites is how many transactions of each kind a child does.
	childWrites = 25
)

func TestMain(m *testing.M) {
	path := os.Getenv(envPath)
	if path == "" {
		os.Exit(m.Run())
	}
	if err := child(path, os.Getenv(envName)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func child(path, name string) error {
	s, notice, err := Open(path, clock)
	if err != nil {
		return err
	}
	if notice != "" {
		return fmt.Errorf("notice: %s", notice)
	}
	for i := range childWrites {
		ctx := context.Background()
		if err := s.PutManifests(ctx, []Content{content(name + fmt.Sprint(i))}); err != nil {
			return err
		}
		tag := fmt.Sprintf("t%d", i)
		seen := []model.Observation{{Package: "p", Tag: tag, Digest: model.DigestOf([]byte(tag)), At: testNow, Source: name}}
		if err := s.Observe(ctx, "r", "o", seen); err != nil {
			return err
		}
	}
	return s.Close()
}

// Real processes on one file that is not there yet.
func TestManyProcesses(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "store.db")
	var running []*exec.Cmd
	for _, name := range []string{"a", "b", "c"} {
		cmd := exec.CommandContext(t.Context(), exe)
		cmd.Env = append(os.Environ(), envPath+"="+path, envName+"="+name)
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		running = append(running, cmd)
	}
	for _, cmd := range running {
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
	s := open(t, path)
	for _, name := range []string{"a", "b", "c"} {
		for i := range childWrites {
			if !has(t, s, content(name+fmt.Sprint(i))) {
				t.Errorf("what %s wrote in round %d is lost", name, i)
			}
		}
	}
	if seen, err := s.Observations(t.Context(), "r", "o"); err != nil || len(seen) != childWrites {
		t.Errorf("%d runs, %v; want %d", len(seen), err, childWrites)
	}
}
