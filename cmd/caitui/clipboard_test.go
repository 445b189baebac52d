package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
)

// terminal is an app in an environment, and what it writes.
func terminal(env map[string]string) (*app, *bytes.Buffer) {
	var out bytes.Buffer
	return &app{process: process{stdout: &out, getenv: func(name string) string { return env[name] }}}, &out
}

func TestClipboardByTerminal(t *testing.T) {
	text := "prod is v1.3.0 – ok"
	b64 := base64.StdEncoding.EncodeToString([]byte(text))
	plain := "\x1b]52;c;" + b64 + "\a"
	for name, c := range map[string]struct {
		env  map[string]string
		want string // "" where there is no clipboard
	}{
		"xterm":               {map[string]string{"TERM": "xterm-256color"}, plain},
		"tmux":                {map[string]string{"TERM": "tmux-256color", "TMUX": "/tmp/x,1,0"}, plain + "\x1bPtmux;\x1b" + plain + "\x1b\\"},
		"screen":              {map[string]string{"TERM": "screen", "STY": "1.x"}, "\x1bP" + plain + "\x1b\\"},
		"console":             {map[string]string{"TERM": "linux"}, ""},
		"dumb":                {map[string]string{"TERM": "dumb"}, ""},
		"none":                {nil, ""},
		"Apple's":             {map[string]string{"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, ""},
		"tmux inside Apple's": {map[string]string{"TERM": "screen", "TERM_PROGRAM": "Apple_Terminal", "TMUX": "x"}, plain + "\x1bPtmux;\x1b" + plain + "\x1b\\"},
	} {
		a, out := terminal(c.env)
		clip := a.clipboard()
		if (clip == nil) != (c.want == "") {
			t.Errorf("%s: there is a clipboard: %v", name, clip != nil)
			continue
		}
		if clip == nil {
			continue
		}
		if err := clip(text); err != nil || out.String() != c.want {
			t.Errorf("%s: sent %q, %v, want %q", name, out, err, c.want)
		}
	}
}

// A long text in screen goes in pieces that screen takes, and all of it.
func TestClipboardInScreenIsInPieces(t *testing.T) {
	a, out := terminal(map[string]string{"TERM": "screen", "STY": "1.x"})
	text := strings.Repeat("0123456789", 100)
	if err := a.clipboard()(text); err != nil {
		t.Fatal(err)
	}
	var all string
	for _, piece := range strings.Split(out.String(), "\x1b\\") {
		piece = strings.TrimPrefix(piece, "\x1bP")
		if len(piece) > 200 {
			t.Errorf("a piece has %d bytes", len(piece))
		}
		all += piece
	}
	if want := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte(text)) + "\a"; all != want {
		t.Errorf("the pieces are %q", all)
	}
}

func TestClipboardSendsNothingThatIsTooLong(t *testing.T) {
	a, out := terminal(map[string]string{"TERM": "xterm"})
	clip := a.clipboard()
	if err := clip(strings.Repeat("x", longestCopy)); err != nil {
		t.Errorf("as much as goes: %v", err)
	}
	if n := out.Len(); n > 100_000 {
		t.Errorf("the sequence has %d bytes", n)
	}
	out.Reset()
	err := clip(strings.Repeat("x", longestCopy+1))
	if !errors.Is(err, model.ErrTooLarge) || model.CureOf(err) == "" || out.Len() > 0 {
		t.Errorf("one more: %v, sent %d bytes", err, out.Len())
	}
}

// The documents that panes copy are those of the verbs.
func TestDocuments(t *testing.T) {
	d := model.DigestOf([]byte("x"))
	survey := model.Survey{
		Inventory: model.Inventory{Registry: "ghcr.io", Owner: "acme", Packages: []model.PackageState{
			{Spec: model.PackageSpec{Name: "app"}, Known: true, Snapshot: model.NewSnapshot("app", model.OriginAPI, time.Time{}, []model.Version{{ID: 1, Digest: d}, {ID: 2, Digest: model.DigestOf([]byte("y"))}})},
			{Spec: model.PackageSpec{Name: "worker"}, Known: true},
		}},
		Channels: []model.ChannelState{{Name: "prod"}, {Name: "dev"}},
	}
	for _, c := range []struct {
		of           any
		schema, list string
		n            int
	}{
		{pane.ChannelOf{Survey: survey, Channel: "prod"}, "caitui.channels/v1", "channels", 1},
		{pane.PackageOf{Survey: survey, Package: "app"}, "caitui.packages/v1", "packages", 1},
		{pane.VersionOf{Survey: survey, Package: "app", Digest: d}, "caitui.history/v1", "versions", 1},
		{pane.DiffOf{Inventory: survey.Inventory}, "caitui.diff/v1", "sections", 0},
		{pane.ChannelDiffOf{Inventory: survey.Inventory}, "caitui.diff/v1", "packages", 0},
		{model.AttestationList{Package: "app", Subject: d}, "caitui.attestations/v1", "attestations", 0},
		{model.Verification{List: model.AttestationList{Package: "app", Subject: d}}, "caitui.attestations/v1", "attestations", 0},
		{model.SetVerification{Channel: "prod", Packages: []model.PackageVerification{{Package: "app", Digest: d}}}, "caitui.attestations/v1", "packages", 1},
	} {
		text, err := document(c.of)
		if err != nil {
			t.Errorf("%T: %v", c.of, err)
			continue
		}
		var doc map[string]any
		if err := json.Unmarshal([]byte(text), &doc); err != nil {
			t.Errorf("%T: %v", c.of, err)
		}
		list, _ := doc[c.list].([]any)
		if doc["schema"] != c.schema || len(list) != c.n {
			t.Errorf("%T: schema %v, %s has %d, want %d", c.of, doc["schema"], c.list, len(list), c.n)
		}
	}
	if len(survey.Channels) != 2 || len(survey.Inventory.Packages) != 2 || survey.Channels[1].Name != "dev" {
		t.Error("making a document changed the survey")
	}
	if _, err := document(7); err == nil {
		t.Error("a number has a document")
	}
}
