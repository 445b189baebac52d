package ui

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
)

// telling is a bench whose key y on home asks for what is given.
func telling(t *testing.T, action pane.Action, change func(*Options)) *bench {
	b := newBench(t, change)
	b.rest()
	b.home.do["tell"] = action
	b.press("y")
	return b
}

func TestDocumentsAreMadeInACommand(t *testing.T) {
	var of any
	document := func(v any) (string, error) { of = v; return "{\n  \"a\": \"\x1b[2J\"\n}", nil }
	b := telling(t, pane.CopyDocument{Of: 7, Said: "prod, as JSON"}, func(o *Options) { o.Document = document })
	if of != nil {
		t.Fatal("the document was made in Update")
	}
	b.rest()
	if of != 7 || len(b.copied) != 1 || b.copied[0] != "{\n  \"a\": \"\uFFFD[2J\"\n}" {
		t.Errorf("of %v copied %q", of, b.copied)
	}
	b.sees("sent, not confirmed: prod, as JSON")

	b = telling(t, pane.CopyDocument{Of: 7}, nil)
	b.sees("there is no JSON here")

	b = telling(t, pane.CopyDocument{Of: 7}, func(o *Options) {
		o.Document = func(any) (string, error) { return "", errors.New("no such document") }
	})
	b.rest()
	b.sees("nothing was copied: no such document")
	if b.root.modals.Len() != 0 {
		t.Error("an empty text is offered to copy")
	}
}

// What the clipboard does not take is shown, with the reason and the cure.
func TestClipboardThatRefuses(t *testing.T) {
	b := telling(t, pane.Copy{Text: "| a |\n| b |", Said: "a table"}, func(o *Options) {
		o.Clipboard = func(string) error {
			return &model.Error{Kind: model.ErrTooLarge, Message: "80000 bytes are more than terminals take", Cure: "select it by hand"}
		}
	})
	b.rest()
	b.elapse()
	b.sees("| b |")
	b.sees("not sent to the clipboard: 80000 bytes")
}

func TestPlainTextWaitsForEnter(t *testing.T) {
	for _, in := range []string{"\n", "typed\n", ""} {
		var out bytes.Buffer
		p := &plainText{text: "one line\n\n| a |\n"}
		p.SetStdin(strings.NewReader(in))
		p.SetStdout(&out)
		p.SetStderr(&out)
		if err := p.Run(); err != nil {
			t.Errorf("%q: %v", in, err)
		}
		if got := out.String(); !strings.HasPrefix(got, "\none line\n\n| a |\n\n") || !strings.Contains(got, "enter goes back") {
			t.Errorf("shows %q", got)
		}
	}
	p := &plainText{text: "x"}
	p.SetStdin(errReader{})
	p.SetStdout(&bytes.Buffer{})
	if err := p.Run(); err == nil {
		t.Error("an input that fails is no failure")
	}
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, errors.New("hung up") }

// Leaving the screen turns the mouse off; it comes back.
func TestMouseComesBackAfterSelectingByHand(t *testing.T) {
	for _, mouse := range []bool{true, false} {
		b := newBench(t, func(o *Options) { o.Mouse = mouse })
		b.rest()
		_, cmd := b.root.Update(backMsg{})
		if (cmd != nil) != mouse {
			t.Errorf("mouse %v, command %v", mouse, cmd != nil)
		}
		if cmd != nil {
			if got := cmd(); got != tea.EnableMouseCellMotion() {
				t.Errorf("brings %#v", got)
			}
		}
	}
}
