package main

import (
	"fmt"

	"github.com/aymanbagabas/go-osc52/v2"

	"github.com/novotnyllc/caitui/internal/model"
)

// longestCopy is the most bytes that are sent to a terminal's clipboard. Many
// terminals drop a longer sequence without a word: hterm and those after it
// take 100,000 bytes of it, which is this much text in base64.
const longestCopy = 74_994

// clipboard sends a text to the terminal's clipboard by OSC 52 (xterm, ctlseqs,
// "Manipulate Selection Data"), which works over SSH too. No terminal answers,
// so nobody knows whether it has taken it. nil where the terminal is one that
// is known not to have it.
func (a *app) clipboard() func(string) error {
	switch a.getenv("TERM") {
	case "", "dumb", "linux": // the kernel's console has no clipboard
		return nil
	}
	if a.getenv("TERM_PROGRAM") == "Apple_Terminal" && a.getenv("TMUX") == "" {
		return nil
	}
	tmux, screen := a.getenv("TMUX") != "", a.getenv("STY") != ""
	return func(text string) error {
		if len(text) > longestCopy {
			return &model.Error{Kind: model.ErrTooLarge,
				Message: fmt.Sprintf("%d bytes are more than the %d that terminals take", len(text), longestCopy),
				Cure:    "select it by hand, or let the verb of the same name write it into a file"}
		}
		// One write: what the screen draws meanwhile must not fall into it.
		if _, err := a.stdout.Write([]byte(copySequence(text, tmux, screen))); err != nil {
			return fmt.Errorf("sending to the terminal's clipboard: %w", err)
		}
		return nil
	}
}

// copySequence is what is sent. tmux takes the plain sequence where set-clipboard
// is on, and hands the wrapped one on where allow-passthrough is: it gets both,
// which say the same. screen takes none of its own and hands the wrapped one on.
func copySequence(text string, tmux, screen bool) string {
	seq := osc52.New(text)
	switch {
	case tmux:
		return seq.String() + seq.Tmux().String()
	case screen:
		return seq.Screen().String()
	}
	return seq.String()
}
