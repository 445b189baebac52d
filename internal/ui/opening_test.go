package ui

import (
	"bytes"
	"io"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/creack/pty"
)

// The first frame is on the terminal, whole and with data, when Init returns: no
// tick of bubbletea and no message stands before it.
func TestFirstFrameIsDrawnAtOnce(t *testing.T) {
	b := newBench(t, func(o *Options) { o.First = survey(0) })
	ptm, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ptm.Close() }()
	if err := pty.Setsize(ptm, &pty.Winsize{Cols: 100, Rows: 30}); err != nil {
		t.Fatal(err)
	}
	written := make(chan string)
	go func() {
		all, _ := io.ReadAll(ptm) // ends in an error once the other side is closed
		written <- string(all)
	}()
	drawn := 0
	opening{b.root, tty, func() { drawn++ }}.Init()
	if err := tty.Close(); err != nil {
		t.Fatal(err)
	}
	got := <-written
	if want := b.root.View(); strings.Count(want, "\n") != 29 {
		t.Fatalf("the root has not taken the terminal's size:\n%s", want)
	}
	// A terminal that is not in raw mode, as here, adds a carriage return of its own.
	got = strings.ReplaceAll(strings.ReplaceAll(got, "\r\r\n", "\n"), "\r\n", "\n")
	if got != b.root.View() {
		t.Errorf("written:\n%q\nthe view:\n%q", got, b.root.View())
	}
	if drawn != 1 {
		t.Errorf("drawn was called %d times", drawn)
	}
}

// Where there is no terminal bubbletea alone writes.
func TestFirstFrameWithoutTerminal(t *testing.T) {
	b := newBench(t, nil)
	var out bytes.Buffer
	drawn := 0
	opening{b.root, &out, func() { drawn++ }}.Init()
	if out.Len() > 0 || drawn != 1 {
		t.Errorf("written %q, drawn %d times", out.String(), drawn)
	}
	model, _ := opening{b.root, &out, nil}.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	if model != tea.Model(b.root) {
		t.Errorf("after the first message the program runs %T, not the root", model)
	}
}
