package ui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// framesPerSecond halves the wait of bubbletea's default of 60: it draws on a
// ticker, so a key's answer and the first frame wait for the next tick.
const framesPerSecond = 120

// settleTime is how long the end of the program waits for the step under way,
// which gives up by itself before that.
const settleTime = 2 * time.Minute

// Run shows the console until the person leaves it or ctx ends, which stops a
// plan that runs after the step under way. in and out are the terminal. drawn,
// where it is not nil, is called once, when the first frame has been written.
func Run(ctx context.Context, root *Root, in io.Reader, out io.Writer, drawn func()) error {
	p := tea.NewProgram(opening{root, out, drawn},
		tea.WithInput(in), tea.WithOutput(out), tea.WithAltScreen(),
		tea.WithFPS(framesPerSecond), tea.WithFilter(Filter), tea.WithoutSignalHandler())
	// A signal is taken like ctrl+c: it asks, or stops the plan, and only then
	// ends the program.
	stop := context.AfterFunc(ctx, func() { p.Send(tea.InterruptMsg{}) })
	defer stop()
	_, err := p.Run()
	// However the program ended (a hang-up takes the screen away at once), a
	// plan under way gets the time to end the step that it is at.
	settle, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	root.Settle(settle)
	if err == nil || errors.Is(err, tea.ErrInterrupted) {
		return nil
	}
	return fmt.Errorf("running the console: %w", err)
}
