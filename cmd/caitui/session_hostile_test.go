package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/ui/uitest/term"
)

// ours are all the control sequences that the program may send: colours,
// moving and erasing by the renderer, the alternate screen, the cursor's
// hiding, bracketed paste and the mouse. Nothing that the emulator would not
// undo at the end, and nothing that reaches beyond the screen.
var ours = regexp.MustCompile(`^\x1b(` +
	`\[[0-9;:]*m` + // colours
	`|\[[0-9;]*[ABCDGHJKf]` + // moving and erasing
	`|\[\?(25|1049|2004|1002|1003|1006)[hl]` + // cursor, screen, paste, mouse
	`|\[6n|\[c|\]1[01];\?(\x07|\x1b\\)` + // questions about the terminal
	`)`)

// begun is a control sequence whose end has not been read yet.
var begun = regexp.MustCompile(`\x1b(\[[0-9;?]*)?$`)

// strangeBytes finds the control sequences in a program's output that it has no
// reason to send, and control characters that have no place in it. The output
// is looked at while the program draws, so its last sequence may be half there.
func strangeBytes(raw []byte) []string {
	var out []string
	s := begun.ReplaceAllString(string(raw), "")
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == 0x1b:
			if m := ours.FindString(s[i:]); m != "" {
				i += len(m)
				continue
			}
			out = append(out, fmt.Sprintf("%q", s[i:min(i+24, len(s))]))
		case c == '\r', c == '\n', c >= ' ' && c != 0x7f:
		default:
			out = append(out, fmt.Sprintf("control %#x before %q", c, s[i:min(i+16, len(s))]))
		}
		i++
	}
	for _, r := range []rune{'\u0085', '\u009b', '\u009d', '\u009c', '\u202e', '\u2066', '\u200b', '\ufeff'} {
		if at := strings.IndexRune(s, r); at >= 0 {
			out = append(out, fmt.Sprintf("%U before %q", r, s[at:min(at+24, len(s))]))
		}
	}
	return out
}

func TestForeignIsFound(t *testing.T) {
	for _, bad := range []string{"\x1b]0;owned\x07", "\x1b]52;c;Y3Vyb\x07", "\x1bc", "\x1b[2;5r", "\x1b[?1049s", "\a", "\x7f", "a\u009b31m", "\u202e", "\x1bPq#0\x1b\\"} {
		if len(strangeBytes([]byte("text "+bad+" text"))) == 0 {
			t.Errorf("%q is taken for the program's own", bad)
		}
	}
	for _, end := range []string{"", "\x1b", "\x1b[38;2;"} {
		if got := strangeBytes([]byte("\x1b[?1049h\x1b[1;38;5;3mprod\x1b[0m\r\n\x1b[K\x1b[12;1H漢✓" + end)); len(got) > 0 {
			t.Errorf("the program's own: %v", got)
		}
	}
}

// visit goes through the pane that is open: some lines down, to its end, back,
// and through a search.
func visit(x *term.Term) {
	x.Press("down", "down", "pgdown")
	x.Type("G")
	x.Type("g")
}

// Whatever is in the packages, going through every pane does nothing to the
// terminal that the program did not mean to.
func TestSessionHostile(t *testing.T) {
	for _, size := range sizes {
		t.Run(size.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, "hostile")
			x := r.open(size.cols, size.rows)
			x.WaitFor(`prod`, limit)
			fresh(x)
			visit(x) // home
			x.Press("tab")
			visit(x)
			for _, pkg := range []string{"containai-claude", "containai-payload", "containai-metadata", "containai-proxy"} {
				x.Type(":")
				x.WaitFor(`esc`, limit)
				x.Type("pkg " + pkg)
				x.Press("enter")
				x.WaitFor(`─ `+pkg+` history.*\d`, limit)
				visit(x) // history
				x.Type("g")
				x.Press("enter") // details
				x.Type("z")      // down to the layers
				visit(x)
				x.Press("down")
				x.Press("enter") // as it is
				x.WaitFor(pkg+` raw`, limit)
				x.WaitFor(`media type|could not be read`, limit)
				x.Type("z")
				visit(x)
				x.Press("esc")
				x.WaitFor(pkg+` history`, limit)
				x.Press("esc") // to the list
				x.Type("a")    // attestations
				x.WaitFor(`GitHub|statement|attestation`, limit)
				visit(x)
				x.Press("esc")
				x.WaitFor(pkg+` history`, limit)
				x.Press("esc")
				x.WaitFor(`Channels`, limit)
			}
			x.Press("shift+tab")
			x.Type("g")
			x.Type("d") // what changed
			x.WaitFor(`packages? changed|not known|could not be compared`, limit)
			visit(x)
			x.Press("enter")
			visit(x)
			if got := strangeBytes(x.Raw()); len(got) > 0 {
				t.Errorf("sent to the terminal: %s", strings.Join(got[:min(len(got), 10)], "\n"))
			}
			if !x.AltScreen() || !x.CursorHidden() {
				t.Errorf("alternate screen %t, cursor hidden %t", x.AltScreen(), x.CursorHidden())
			}
			x.Press("esc", "esc", "esc")
			x.WaitFor(`Channels`, limit)
			x.Type("q")
			if code := x.WaitExit(limit); code != 0 {
				t.Errorf("caitui left with %d", code)
			}
			if x.AltScreen() || x.CursorHidden() {
				t.Errorf("at the end: alternate screen %t, cursor hidden %t", x.AltScreen(), x.CursorHidden())
			}
			if got := strangeBytes(x.Raw()); len(got) > 0 {
				t.Errorf("sent by the end: %s", strings.Join(got[:min(len(got), 10)], "\n"))
			}
			for _, line := range serverWrites(r) {
				t.Errorf("looking wrote: %s", line)
			}
		})
	}
}
