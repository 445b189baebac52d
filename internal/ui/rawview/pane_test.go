package rawview

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

const pkg = "containai-payload"

func d(name string) model.Digest { return model.DigestOf([]byte(name)) }

// content is a manifest as oras pushes it.
func content() model.RawContent {
	body := fmt.Sprintf(`{"schemaVersion":2,"mediaType":%q,"artifactType":"application/vnd.containai.payload.v1",`+
		`"config":{"mediaType":%q,"digest":%q,"size":2},"layers":[{"mediaType":"application/vnd.containai.payload.layer.v1+gzip",`+
		`"digest":%q,"size":7204,"annotations":{"org.opencontainers.image.title":"artifacts/publish/v1.3.0/payload.tar.gz"}}],`+
		`"annotations":{"org.opencontainers.image.created":"2026-06-24T10:41:07Z"}}`,
		model.MediaOCIManifest, model.MediaOCIEmpty, d("{}"), d("tarball"))
	return model.RawContent{Package: pkg, Digest: d("manifest"), MediaType: model.MediaOCIManifest, Manifest: true, Body: []byte(body)}
}

func blob(body string) model.RawContent {
	return model.RawContent{Package: pkg, Digest: d("manifest"), Body: []byte(body)}
}

func at(c model.RawContent, w, h int) *Pane {
	p := New(uitest.Theme(), pkg, d("manifest"))
	p.SetFocus(true)
	p.SetSize(w, h)
	uitest.Bring(p, pane.Result{To: Name, Value: c})
	return p
}

func text(p *Pane) string { return uitest.Plain(p.View()) }

func TestGoldens(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {160, 45}, {40, 12}} {
		w, h := size[0], size[1]-2
		check := func(name string, p *Pane) {
			t.Helper()
			uitest.Fits(t, p.View(), w, h)
			uitest.Golden(t, fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), p.View())
		}
		check("manifest", at(content(), w, h))
		p := at(content(), w, h)
		uitest.Press(t, p, "/", "t", "i", "t", "l", "e", "enter")
		check("search", p)
		p = New(uitest.Theme(), pkg, d("manifest"))
		p.SetSize(w, h)
		check("reading", p)
		p.Update(pane.Result{To: Name, Err: &model.Error{Kind: model.ErrTooLarge, Message: d("manifest").Short() + " of " + pkg + " is too large to be shown", Cure: "save it with caitui pull"}})
		check("failed", p)
	}
}

func TestEveryDigestOpens(t *testing.T) {
	p := at(content(), 100, 30)
	uitest.Press(t, p, "/", "7", "2", "0", "4", "enter", "esc", "k") // the line above the layer's size
	if got := uitest.Press(t, p, "enter"); got != (pane.ShowRaw{Package: pkg, Digest: d("tarball")}) {
		t.Errorf("on the layer's digest: %#v", got)
	}
	uitest.Press(t, p, "g", "j") // its own digest, which is open already
	if got := uitest.Press(t, p, "enter"); got != nil {
		t.Errorf("on its own digest: %#v", got)
	}
	uitest.Press(t, p, "g")
	before := text(p)
	if got := uitest.Press(t, p, "enter"); got != nil || text(p) == before {
		t.Errorf("on a group: %#v", got)
	}
}

func TestCopyAndBack(t *testing.T) {
	p := at(content(), 100, 30)
	uitest.Press(t, p, "/", "c", "r", "e", "a", "t", "e", "d", "enter")
	if got := uitest.Press(t, p, "y"); got != (pane.Tell{Text: "2026-06-24T10:41:07Z"}) {
		t.Errorf("a value: %#v", got)
	}
	if got := uitest.Press(t, p, "esc"); got != nil || strings.Contains(text(p), "matches") {
		t.Errorf("esc ends the search first: %#v", got)
	}
	uitest.Press(t, p, "left")
	if got, ok := uitest.Press(t, p, "y").(pane.Copy); !ok || !strings.Contains(got.Text, "image.created") || got.Said != "content.annotations" {
		t.Errorf("a group: %#v", got)
	}
	if got := uitest.Press(t, p, "esc"); got != (pane.Back{}) {
		t.Errorf("esc: %#v", got)
	}
	uitest.Press(t, p, "g")
	if got := uitest.Press(t, p, "left", "left"); got != (pane.Back{}) {
		t.Errorf("left at the outermost: %#v", got)
	}
}

func TestContentOfEveryForm(t *testing.T) {
	big := `{"list":[` + strings.Repeat(`"x",`, 40_000) + `"last"]}`
	for name, c := range map[string]struct{ body, says string }{
		"object":       {`{"a":"b"}`, `"b"`},
		"lines":        {"{\"a\":1}\n{\"a\":2}\n", "documents"},
		"broken":       {`{"schemaVersion":2,"manifests":[{"mediaT`, "ends in the middle"},
		"text":         {"#!/bin/sh\necho ok\n", "echo ok"},
		"gzip":         {"\x1f\x8b\x08\x00\x00", "compressed with gzip"},
		"zstd":         {"\x28\xb5\x2f\xfd\x00", "compressed with zstd"},
		"tar":          {strings.Repeat("\x00", 257) + "ustar\x00", "a tar archive"},
		"binary":       {"\x00\x01\x02", "binary content"},
		"empty":        {"", "it is empty"},
		"large":        {big, "40,001"},
		"scalar":       {"null", "null"},
		"escape":       {"\x1b[2J\x1b]0;owned\x07", "text"},
		"invalid utf8": {`{"a":"` + "\xff\xfe" + `"}`, "a"},
	} {
		t.Run(name, func(t *testing.T) {
			p := at(blob(c.body), 80, 22)
			p.tree.SetAll(true)
			if c.says == "40,001" {
				uitest.Press(t, p, "G")
				c.says = "last"
			}
			if got := text(p); !strings.Contains(got, c.says) {
				t.Errorf("%q is not said:\n%s", c.says, got)
			}
			uitest.Fits(t, p.View(), 80, 22)
			if strings.ContainsAny(p.View(), "\x07\x00") || strings.Contains(p.View(), "\x1b]") || strings.Contains(p.View(), "\x1b[2J") {
				t.Errorf("the content acts on the terminal: %q", p.View())
			}
		})
	}
}

func TestFailureIsAskedAgainWithARefresh(t *testing.T) {
	p := New(uitest.Theme(), pkg, d("manifest"))
	p.SetSize(80, 22)
	survey := func(at int64) pane.Surveyed {
		return pane.Surveyed{Survey: model.Survey{Inventory: model.Inventory{ReadAt: time.Unix(at, 0)}}}
	}
	p.Update(survey(1))
	p.Update(pane.Result{To: Name, Err: errors.New("no")})
	if a, _ := p.Update(survey(1)); a != nil {
		t.Errorf("the same survey: %#v", a)
	}
	if a, _ := p.Update(survey(2)); a != (pane.Again{}) {
		t.Errorf("a newer survey: %#v", a)
	}
	p.Update(pane.Result{To: Name, Value: model.RawContent{Package: "another", Digest: d("manifest"), Body: []byte("{}")}})
	if p.have {
		t.Error("content of another package is taken")
	}
	uitest.Bring(p, pane.Result{To: Name, Value: content()})
	p.Update(pane.Result{To: Name, Err: errors.New("late")})
	if a, _ := p.Update(survey(3)); a != nil || !strings.Contains(text(p), "schemaVersion") {
		t.Errorf("what is there is asked for again: %#v", a)
	}
}

func TestMouse(t *testing.T) {
	p := at(content(), 100, 30)
	p.Update(tea.MouseMsg{Y: 2, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
	if got := uitest.Press(t, p, "y"); got != (pane.Tell{Text: string(d("manifest"))}) {
		t.Errorf("the second line: %#v", got)
	}
	p.Update(tea.MouseMsg{Button: tea.MouseButtonWheelUp})
	if got, ok := uitest.Press(t, p, "y").(pane.Copy); !ok {
		t.Errorf("the first line: %#v", got)
	}
}
