package ui

import (
	"io"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/term"
)

// opening is the console until its first message, from which on the root stands
// in its place. It draws the first frame by itself: bubbletea would wait for the
// terminal's size, which comes as a message, and then for the next tick, 8 ms
// and more in which a person looks at nothing. Bubbletea draws that frame again
// over itself on its first tick, which nobody sees.
type opening struct {
	*Root
	out   io.Writer
	drawn func()
}

// Init is called when the terminal has been prepared (raw mode, second screen)
// and before anything else is written to it.
func (o opening) Init() tea.Cmd {
	if o.drawn != nil {
		defer o.drawn()
	}
	size, ok := terminalSize(o.out)
	if !ok {
		return o.Root.Init()
	}
	_, resized := o.Update(size)
	cmd := o.Root.Init()
	// In raw mode the terminal takes a line feed for no more than that. What
	// cannot be written now cannot be written by bubbletea either, which says so.
	_, _ = io.WriteString(o.out, strings.ReplaceAll(o.View(), "\n", "\r\n"))
	return tea.Batch(resized, cmd)
}

// terminalSize is the size of the terminal that out is, if it is one.
func terminalSize(out io.Writer) (tea.WindowSizeMsg, bool) {
	file, ok := out.(term.File)
	if !ok {
		return tea.WindowSizeMsg{}, false
	}
	w, h, err := term.GetSize(file.Fd())
	return tea.WindowSizeMsg{Width: w, Height: h}, err == nil && w > 0 && h > 0
}
