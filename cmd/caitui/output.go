package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// format is what -o asks for.
type format string

const (
	formatTable format = "table"
	formatJSON  format = "json"
	formatMD    format = "md"
	formatChat  format = "chat" // one line; of verbs that say so only
)

// chatAnnotation marks verbs that can answer in one line for a chat.
const chatAnnotation = "chat"

// String, Set and Type make format a flag value.
func (f *format) String() string { return string(*f) }
func (f *format) Type() string   { return "table|json|md|chat" }
func (f *format) Set(s string) error {
	switch format(s) {
	case formatTable, formatJSON, formatMD, formatChat:
		*f = format(s)
		return nil
	default:
		return fmt.Errorf("it is table, json or md, or with report chat, not %q", s)
	}
}

// answer is what a verb found, in the forms that -o can ask for.
type answer struct {
	doc    any             // the JSON document
	tables []present.Table // for table and md, in order
	lines  []string        // sentences under the tables
	texts  []present.Block // texts of several lines, last
}

// print writes the answer to stdout in the format asked for.
func (a *app) print(ans answer) error {
	switch a.format {
	case formatJSON:
		body, err := encode(ans.doc)
		if err != nil {
			return err
		}
		return writeLine(a.stdout, body)
	case formatMD:
		for i, t := range ans.tables {
			if i > 0 {
				if err := writeLine(a.stdout, ""); err != nil {
					return err
				}
			}
			if _, err := io.WriteString(a.stdout, t.Markdown()); err != nil {
				return writing(err)
			}
		}
	default:
		for i, t := range ans.tables {
			if i > 0 {
				if err := writeLine(a.stdout, ""); err != nil {
					return err
				}
			}
			if _, err := io.WriteString(a.stdout, t.Text(0)); err != nil {
				return writing(err)
			}
		}
	}
	if len(ans.lines) > 0 && len(ans.tables) > 0 {
		if err := writeLine(a.stdout, ""); err != nil {
			return err
		}
	}
	for _, line := range ans.lines {
		if a.format == formatMD {
			line = "- " + line
		}
		if err := writeLine(a.stdout, line); err != nil {
			return err
		}
	}
	for _, text := range ans.texts {
		body := text.Text()
		if a.format == formatMD {
			body = text.Markdown()
		}
		if err := writeLine(a.stdout, "\n"+body); err != nil {
			return err
		}
	}
	return nil
}

// encode is the one way a document becomes text: indented, and without the
// escaping that JSON needs only inside HTML.
func encode(doc any) (string, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return "", fmt.Errorf("encoding the answer: %w", err)
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// note writes a line to stderr: progress and remarks, never the answer.
func (a *app) note(text string, args ...any) {
	fmt.Fprintln(a.stderr, model.Sanitize(fmt.Sprintf(text, args...)))
}

func writeLine(w io.Writer, line string) error {
	_, err := io.WriteString(w, line+"\n")
	return writing(err)
}

func writing(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("writing the answer: %w", err)
}
