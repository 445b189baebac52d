package term

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// Limit is how long Type, Press and the clean-up wait for the program.
const Limit = 10 * time.Second

// Term is a program in a terminal. Its methods belong to the test's goroutine.
type Term struct {
	t    testing.TB
	cmd  *exec.Cmd
	ptm  *os.File // our end
	tty  *os.File // the program's end, kept open to see what it has not read
	keys []string

	mu      sync.Mutex // guards the emulator and what follows
	em      *vt.Emulator
	raw     []byte
	changed chan struct{} // closed and renewed with every output

	exited chan struct{} // closed when the program has ended and all its output is on the screen
	err    error         // of the wait, after exited
}

// Start runs a program in a terminal of cols × rows cells. The environment is
// the test's own without what changes how terminal programs draw (TMUX, CI,
// NO_COLOR and the like), with TERM=xterm-256color and COLORTERM=truecolor;
// env, of the form NAME=value, is added last. The program is killed at the end
// of the test if it still runs.
func Start(t testing.TB, cols, rows int, env []string, argv ...string) *Term {
	t.Helper()
	ptm, tty, err := pty.Open()
	if err != nil {
		t.Fatalf("opening a pseudo-terminal: %v", err)
	}
	size := &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)}
	if err := pty.Setsize(ptm, size); err != nil {
		t.Fatalf("setting the terminal's size: %v", err)
	}
	cmd := exec.CommandContext(t.Context(), argv[0], argv[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	cmd.Env = environment(os.Environ(), env)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	x := &Term{
		t: t, cmd: cmd, ptm: ptm, tty: tty, em: vt.NewEmulator(cols, rows),
		changed: make(chan struct{}), exited: make(chan struct{}),
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("starting %s: %v", argv[0], err)
	}
	x.run()
	return x
}

// environment is what the program sees.
func environment(base, more []string) []string {
	drop := map[string]bool{
		"TMUX": true, "CI": true, "NO_COLOR": true, "CLICOLOR": true, "CLICOLOR_FORCE": true, "FORCE_COLOR": true,
		"TERM": true, "COLORTERM": true, "COLUMNS": true, "LINES": true, "TERM_PROGRAM": true, "STY": true,
		"SSH_TTY": true, "SSH_CONNECTION": true, "SSH_CLIENT": true, "LC_ALL": true, "LC_CTYPE": true, "LANG": true,
	}
	var out []string
	for _, kv := range base {
		if name, _, _ := strings.Cut(kv, "="); !drop[name] {
			out = append(out, kv)
		}
	}
	out = append(out, "TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8", "TZ=UTC")
	return append(out, more...)
}

// run starts what moves bytes between program and emulator, and sees to their
// end.
func (x *Term) run() {
	var pumps sync.WaitGroup
	read := make(chan struct{})
	pumps.Go(func() { defer close(read); x.pump() })
	// The program's questions are answered by the emulator, whose Write blocks
	// until somebody reads the answers.
	pumps.Go(func() { _, _ = io.Copy(x.ptm, x.em) })
	go func() {
		err := x.cmd.Wait()
		// Closing the program's end ends the pump after the last byte.
		_ = x.tty.Close()
		<-read
		x.mu.Lock()
		x.err = err
		x.mu.Unlock()
		close(x.exited)
	}()
	x.t.Cleanup(func() {
		select {
		case <-x.exited:
		default:
			_ = syscall.Kill(-x.cmd.Process.Pid, syscall.SIGKILL) // its own session
			<-x.exited
		}
		// Emulator.Close races with Read; closing the pipe ends Read as well.
		if pipe, ok := x.em.InputPipe().(io.Closer); ok {
			_ = pipe.Close()
		}
		_ = x.ptm.Close()
		pumps.Wait()
	})
}

// pump feeds the emulator until the terminal is closed.
func (x *Term) pump() {
	buf := make([]byte, 32<<10)
	for {
		n, err := x.ptm.Read(buf)
		if n > 0 {
			x.mu.Lock()
			x.raw = append(x.raw, buf[:n]...)
			_, _ = x.em.Write(buf[:n])
			close(x.changed)
			x.changed = make(chan struct{})
			x.mu.Unlock()
		}
		if err != nil {
			return
		}
	}
}

// Resize changes the size of the terminal; the program gets its signal.
func (x *Term) Resize(cols, rows int) {
	x.t.Helper()
	x.mu.Lock()
	x.em.Resize(cols, rows)
	x.mu.Unlock()
	size := &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)}
	if err := pty.Setsize(x.ptm, size); err != nil {
		x.t.Fatalf("resizing the terminal: %v", err)
	}
}

// Signal sends the program a signal.
func (x *Term) Signal(s os.Signal) {
	x.t.Helper()
	if err := x.cmd.Process.Signal(s); err != nil {
		x.t.Fatalf("sending %v: %v", s, err)
	}
}

// WaitExit waits for the program's end and returns its exit code, -1 where a
// signal ended it.
func (x *Term) WaitExit(limit time.Duration) int {
	x.t.Helper()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-x.exited:
	case <-timer.C:
		x.fail("the program still runs after %s", limit)
	}
	var exit *exec.ExitError
	switch {
	case x.err == nil:
		return 0
	case errors.As(x.err, &exit):
		return exit.ExitCode()
	}
	x.fail("waiting for the program: %v", x.err)
	return -1
}

// fail ends the test with the screen and the keys that led there.
func (x *Term) fail(format string, args ...any) {
	x.t.Helper()
	x.t.Fatalf(format+"\nkeys: %q\n%s", append(args, x.keys, x.boxed())...)
}

// boxed is the screen in a frame, so that its size is seen.
func (x *Term) boxed() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	w := x.em.Width()
	edge := "+" + strings.Repeat("-", w) + "+\n"
	var b strings.Builder
	b.WriteString(edge)
	for y := range x.em.Height() {
		text, _ := x.row(y)
		b.WriteString("|" + text + "|\n")
	}
	b.WriteString(edge)
	return b.String()
}
