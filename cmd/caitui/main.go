// Command caitui operates the packages of a project on the GitHub Container
// Registry: a console without a verb, and a headless verb for every screen.
//
// Its law: this room parses flags, finds configuration and credentials, wires
// the service into the console, and maps errors to exit codes. It decides
// nothing about packages: that is internal/model, and it asks no server
// anything: that is internal/ghcr. It is the only room that looks at the clock,
// the environment and the terminal.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// version and commit are set by the linker (see Makefile).
var (
	version = "devel"
	commit  = ""
)

func main() {
	// SIGHUP and SIGTERM are asked politely like ctrl+c: a plan that runs ends
	// after the step under way.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	code := run(ctx, os.Args[1:], process{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		getenv: os.Getenv, now: time.Now,
	})
	stop()
	os.Exit(code)
}
