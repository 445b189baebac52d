package main

import (
	"context"
	"io"
	"time"
)

// process is everything of the outside world that a run of caitui touches, so
// that a test can run it whole without a process of its own.
type process struct {
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	getenv func(string) string
	now    func() time.Time
}

// run is caitui from its arguments to its exit code.
func run(ctx context.Context, args []string, p process) int {
	a := &app{process: p}
	root := newRoot(a)
	root.SetArgs(args)
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	err := root.ExecuteContext(ctx)
	return a.finish(err)
}
