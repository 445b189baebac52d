package ui

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/modal"
	"github.com/novotnyllc/caitui/internal/ui/pane"
)

// copiedMsg tells what was sent to the clipboard, or why not.
type copiedMsg struct {
	text string
	said string // instead of the text, where that is long
	err  error
}

// copy puts a line into the clipboard, or shows it where there is none.
func (r *Root) copy(text string) tea.Cmd {
	return r.copyAll(pane.Copy{Text: model.Sanitize(text)})
}

// copyAll is copy for a text of several lines.
func (r *Root) copyAll(a pane.Copy) tea.Cmd {
	text := cleanLines(a.Text)
	clip := r.o.Clipboard
	if clip == nil {
		return r.push(modal.NewMessage(r.th, "To copy", lines(text), ""))
	}
	said := model.Sanitize(a.Said)
	return func() tea.Msg { return copiedMsg{text: text, said: said, err: clip(text)} }
}

// lines are the lines of a text, for a dialog.
func lines(text string) []modal.Line {
	var out []modal.Line
	for _, l := range strings.Split(text, "\n") {
		out = append(out, modal.Line{Text: l})
	}
	return out
}

func (r *Root) onCopied(msg copiedMsg) tea.Cmd {
	switch {
	case msg.err != nil && msg.text == "":
		r.complain(trouble("nothing was copied", msg.err))
		return nil
	case msg.err != nil:
		r.complain(trouble("not sent to the clipboard", msg.err))
		return r.push(modal.NewReport(r.th, "To copy", lines(msg.text), ""))
	}
	if msg.said == "" {
		msg.said = msg.text
	}
	// No terminal says whether it took it.
	r.say("sent, not confirmed: " + msg.said)
	return nil
}

// cleanLines sanitises a text line by line.
func cleanLines(text string) string {
	return strings.Join(model.SanitizeAll(strings.Split(text, "\n")), "\n")
}

// copyDocument copies the JSON of what a pane tells. It is made in a command:
// a difference may be large.
func (r *Root) copyDocument(a pane.CopyDocument) tea.Cmd {
	document, clip := r.o.Document, r.o.Clipboard
	if document == nil {
		r.say("there is no JSON here")
		return nil
	}
	said := model.Sanitize(a.Said)
	return func() tea.Msg {
		text, err := document(a.Of)
		if err != nil {
			return copiedMsg{err: err}
		}
		text = cleanLines(text)
		if clip == nil {
			return handMsg{text}
		}
		return copiedMsg{text: text, said: said, err: clip(text)}
	}
}

// handMsg is a text to select by hand, backMsg the end of that.
type (
	handMsg struct{ text string }
	backMsg struct{ err error }
)

// byHand leaves the screen and writes a text as plain lines: the terminal
// breaks and scrolls them itself, so that what is selected there is the text
// and nothing of a frame.
func (r *Root) byHand(text string) tea.Cmd {
	return tea.Exec(&plainText{text: cleanLines(text)}, func(err error) tea.Msg { return backMsg{err} })
}

func (r *Root) onBack(msg backMsg) tea.Cmd {
	if msg.err != nil {
		r.complain(trouble("the text could not be shown", msg.err))
	}
	if r.mouse { // leaving the screen has turned it off
		return tea.EnableMouseCellMotion
	}
	return nil
}

// plainText is shown instead of the program until enter is pressed.
type plainText struct {
	text string
	in   io.Reader
	out  io.Writer
}

func (p *plainText) SetStdin(r io.Reader)  { p.in = r }
func (p *plainText) SetStdout(w io.Writer) { p.out = w }
func (p *plainText) SetStderr(io.Writer)   {}

// Run writes the text and waits for enter, or for the end of the input.
func (p *plainText) Run() error {
	if _, err := fmt.Fprintf(p.out, "\n%s\n\nSelect with the mouse, or as this terminal does it; enter goes back to caitui.\n", strings.TrimRight(p.text, "\n")); err != nil {
		return fmt.Errorf("writing to the terminal: %w", err)
	}
	if _, err := bufio.NewReader(p.in).ReadString('\n'); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("waiting for enter: %w", err)
	}
	return nil
}
