package main

import (
	"bufio"
	"context"
	"io"
	"strings"
	"testing"
	"time"
)

// What another process writes appears, what a filter keeps out does not, and an
// interrupt is how it is meant to end.
func TestJournalFollows(t *testing.T) {
	r := newRig(t, "empty")
	if res := runProgram(t, r.variables(), "journal", "--note", "before", "--incident", "INC-1"); res.code != exitOK {
		t.Fatalf("noting: %+v", res)
	}
	ctx, stop := context.WithTimeout(t.Context(), limit)
	defer stop()
	read, write := io.Pipe()
	vars, code := r.variables(), make(chan int, 1)
	go func() {
		code <- run(ctx, []string{"journal", "--follow", "--incident", "INC-1"}, process{
			stdin: strings.NewReader(""), stdout: write, stderr: io.Discard,
			getenv: func(name string) string { return vars[name] }, now: time.Now,
		})
		_ = write.Close()
	}()
	lines := bufio.NewScanner(read)
	expect := func(want string) {
		t.Helper()
		if !lines.Scan() || !strings.Contains(lines.Text(), want) {
			t.Fatalf("the line is %q, want one with %q", lines.Text(), want)
		}
	}
	expect("before")
	for _, note := range [][2]string{{"of something else", "INC-2"}, {"written meanwhile", "INC-1"}} {
		if res := runProgram(t, r.variables(), "journal", "--note", note[0], "--incident", note[1]); res.code != exitOK {
			t.Fatalf("noting: %+v", res)
		}
	}
	expect("written meanwhile")
	stop()
	if got := <-code; got != exitOK {
		t.Errorf("interrupted it ends with %d", got)
	}
}

// A stream is no document: with -o json stdout is one document or nothing.
func TestJournalFollowsForPeopleAlone(t *testing.T) {
	r := newRig(t, "empty")
	for _, form := range []string{"json", "md"} {
		res := r.run("journal", "--follow", "-o", form)
		if res.code != exitUsage || res.stdout != "" || !strings.Contains(res.stderr, "journal.jsonl") {
			t.Errorf("-o %s: exit %d %q %s", form, res.code, res.stdout, res.stderr)
		}
	}
}
