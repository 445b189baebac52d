package main

import (
	"encoding/base64"
	"regexp"
	"strings"
	"testing"
)

// y tells in one form after the other, at home and in the history, and the last
// one leaves the screen for a plain one.
func TestSessionTell(t *testing.T) {
	for _, size := range sizes {
		t.Run(size.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, "containai")
			x := r.open(size.cols, size.rows)
			fresh(x)
			forms := func(line, first string) {
				t.Helper()
				x.Type("y")
				x.WaitFor(`sent, not confirmed: `+line, limit)
				x.Type("y")
				x.WaitFor(`sent, not confirmed: .*as Markdown`, limit)
				x.Type("y")
				x.WaitFor(`sent, not confirmed: .*as JSON`, limit)
				x.Type("y")
				x.WaitFor(`enter goes back to caitui`, limit)
				x.WaitFor(`\| `+first+` \|`, limit)
				if x.AltScreen() {
					t.Error("the text to select is on the screen of the program")
				}
				x.Press("enter")
				x.WaitFor(`LIVE`, limit)
			}
			forms(`\S+/novotnyllc prod: v1\.3\.0`, `channel`)
			openPackage(x, "containai")
			forms(`\S+/novotnyllc/containai@sha256:`, `what`)
			if schema := copied(t, string(x.Raw())); !strings.Contains(schema, `"schema": "caitui.channels/v1"`) || !strings.Contains(schema, `"schema": "caitui.history/v1"`) {
				t.Errorf("the documents of the verbs were not among what was sent: %.300s", schema)
			}
			x.Type("q")
			x.WaitExit(limit)
		})
	}
}

// copied is all that was sent to the clipboard.
func copied(t *testing.T, raw string) string {
	t.Helper()
	var out strings.Builder
	for _, m := range regexp.MustCompile(`\x1b\]52;c;([A-Za-z0-9+/=]*)\a`).FindAllStringSubmatch(raw, -1) {
		text, err := base64.StdEncoding.DecodeString(m[1])
		if err != nil {
			t.Errorf("what was sent to the clipboard is broken: %v", err)
		}
		out.Write(text)
		out.WriteString("\n")
	}
	return out.String()
}
