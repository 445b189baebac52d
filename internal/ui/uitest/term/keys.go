package term

import (
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// Type types text, one key for each character. It waits after each until the
// program has read it, so that keys do not run together into one.
func (x *Term) Type(text string) {
	x.t.Helper()
	for _, r := range text {
		x.send(string(r), string(r))
	}
}

// Press presses keys by name: "enter", "esc", "ctrl+c", "shift+tab", "f1",
// "alt+x", or a single character.
func (x *Term) Press(names ...string) {
	x.t.Helper()
	for _, name := range names {
		code, ok := sequence(name)
		if !ok {
			x.t.Fatalf("no key is called %q", name)
		}
		x.send(name, code)
	}
}

// Burst writes text at once, as fast typing or a paste without bracketed paste
// arrives: the program may read it as one key.
func (x *Term) Burst(text string) {
	x.t.Helper()
	x.send(text, text)
}

// Keys lists the keys sent so far, a Burst as one.
func (x *Term) Keys() []string { return append([]string(nil), x.keys...) }

// KeyCount is how many keys were sent so far.
func (x *Term) KeyCount() int { return len(x.keys) }

func (x *Term) send(name, code string) {
	x.t.Helper()
	x.keys = append(x.keys, name)
	if _, err := x.ptm.WriteString(code); err != nil {
		x.fail("sending key %s: %v", name, err)
	}
	tick := time.NewTicker(200 * time.Microsecond)
	defer tick.Stop()
	limit := time.NewTimer(Limit)
	defer limit.Stop()
	for x.unread() {
		select {
		case <-tick.C:
		case <-x.exited:
			return
		case <-limit.C:
			x.fail("the program does not read key %s within %s", name, Limit)
		}
	}
}

// unread reports whether the program has input that it has not read. It asks
// the program's own end of the terminal.
func (x *Term) unread() bool {
	raw, err := x.tty.SyscallConn()
	if err != nil {
		return false // closed: the program has ended
	}
	waiting := false
	_ = raw.Control(func(fd uintptr) {
		fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		n, err := unix.Poll(fds, 0)
		waiting = err == nil && n > 0 && fds[0].Revents&unix.POLLIN != 0
	})
	return waiting
}

// sequence is what an xterm sends for a key.
func sequence(name string) (string, bool) {
	switch name {
	case "enter":
		return "\r", true
	case "esc":
		return "\x1b", true
	case "tab":
		return "\t", true
	case "shift+tab":
		return "\x1b[Z", true
	case "space":
		return " ", true
	case "backspace":
		return "\x7f", true
	case "up":
		return "\x1b[A", true
	case "down":
		return "\x1b[B", true
	case "right":
		return "\x1b[C", true
	case "left":
		return "\x1b[D", true
	case "alt+right":
		return "\x1b[1;3C", true
	case "alt+left":
		return "\x1b[1;3D", true
	case "home":
		return "\x1b[H", true
	case "end":
		return "\x1b[F", true
	case "insert":
		return "\x1b[2~", true
	case "delete":
		return "\x1b[3~", true
	case "pgup":
		return "\x1b[5~", true
	case "pgdown":
		return "\x1b[6~", true
	case "f1":
		return "\x1bOP", true
	case "f2":
		return "\x1bOQ", true
	case "f3":
		return "\x1bOR", true
	case "f4":
		return "\x1bOS", true
	case "f5":
		return "\x1b[15~", true
	}
	if rest, ok := strings.CutPrefix(name, "ctrl+"); ok && len(rest) == 1 {
		if c := rest[0]; c >= '@' && c <= '_' || c >= 'a' && c <= 'z' {
			return string(rune(c & 0x1f)), true
		}
	}
	if rest, ok := strings.CutPrefix(name, "alt+"); ok {
		code, ok := sequence(rest)
		return "\x1b" + code, ok
	}
	if utf8.RuneCountInString(name) == 1 {
		return name, true
	}
	return "", false
}
