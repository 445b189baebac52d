package sbom

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

func at(l model.SBOMList, w, h int) *Pane { return opened(uitest.Theme(), w, h, &l) }

func disabled(t *testing.T, p *Pane, name string) string {
	t.Helper()
	b, ok := keys.Find(p.Keys(), name)
	if !ok {
		t.Fatalf("key %s is not declared", name)
	}
	return b.Disabled
}

func says(t *testing.T, p *Pane, words ...string) {
	t.Helper()
	got := text(p)
	for _, w := range words {
		if !strings.Contains(got, w) {
			t.Errorf("%q is not said:\n%s", w, got)
		}
	}
}

// The payload's SBOM is never the image's, and the way to it is open.
func TestNoneForAnImage(t *testing.T) {
	p := at(nowhere(), 80, 22)
	says(t, p, "none for this image; looked in seven places", "cosign's .sbom tags", "it describes the", "not asked")
	if got := uitest.Press(t, p, "enter"); got != (pane.ShowSBOM{Package: pkg, Digest: d("v1.3.0")}) {
		t.Errorf("enter: %#v", got)
	}
	for _, key := range []string{"d", "/", "y", "v", "n"} {
		if disabled(t, p, key) == "" {
			t.Errorf("%s acts on nothing", key)
		}
	}
	l := several()
	l.Documents = l.Documents[1:] // the payload's alone, and a broken one
	p = at(l, 80, 22)
	says(t, p, "1 SBOM found here that the", "n shows what is there")
	uitest.Press(t, p, "n")
	says(t, p, "describes the payload, not this image", "tomli")
}

func TestDocuments(t *testing.T) {
	p := at(several(), 100, 30)
	says(t, p, "document 1 of 3", "the image, amd64", "libc6")
	uitest.Press(t, p, "n")
	says(t, p, "document 2 of 3", "not this image", "tomli")
	uitest.Press(t, p, "n")
	says(t, p, "document 3 of 3", "cannot be read")
	if raw, ok := uitest.Press(t, p, "v").(pane.ShowContent); !ok || raw.Content.Digest != d("broken") {
		t.Errorf("v: %#v", raw)
	}
	uitest.Press(t, p, "n", "N", "N")
	says(t, p, "document 2 of 3")
	// The document stays when the list comes again.
	uitest.Bring(p, pane.Result{To: Name, Value: several()})
	says(t, p, "document 2 of 3")
}

func TestGroupsAndSearch(t *testing.T) {
	p := at(payload("v1.3.0"), 100, 30)
	uitest.Press(t, p, "b")
	says(t, p, "- MIT  2", "- no licence asserted  1")
	uitest.Press(t, p, "g", "enter")
	says(t, p, "+ MIT  2")
	if strings.Contains(text(p), "pyyaml") {
		t.Errorf("a folded group shows its members:\n%s", text(p))
	}
	// A search finds what is folded, and only its groups stay.
	uitest.Press(t, p, "/", "6", ".", "0", "enter")
	says(t, p, "pyyaml", "MIT  1 of 2", "of 6 components")
	if strings.Contains(text(p), "BSD-3-Clause") {
		t.Errorf("a group without a match stays:\n%s", text(p))
	}
	uitest.Press(t, p, "esc", "z", "z")
	says(t, p, "+ BSD-3-Clause  1")
	uitest.Press(t, p, "b", "b", "b")
	says(t, p, "certifi", "codex")
	uitest.Press(t, p, "/")
	for _, r := range "licence:mpl" {
		uitest.Press(t, p, string(r))
	}
	uitest.Press(t, p, "enter")
	if got := len(p.Table.Shown()); got != 1 {
		t.Errorf("%d rows", got)
	}
	if got, ok := uitest.Press(t, p, "y").(pane.Tell); !ok || got.Text != "certifi 2025.11.12 (pkg:pypi/certifi@2025.11.12), licences: MPL-2.0" {
		t.Errorf("y: %#v", got)
	}
	if got, ok := uitest.Press(t, p, "y").(pane.Copy); !ok || strings.Count(got.Text, "\n") != 3 {
		t.Errorf("y again: %#v", got)
	}
	if got, ok := uitest.Press(t, p, "y").(pane.CopyDocument); !ok || got.Of.(pane.SBOMOf).Shown != 0 {
		t.Errorf("y a third time: %#v", got)
	}
}

func TestCompare(t *testing.T) {
	p := at(payload("v1.3.0"), 110, 32)
	choose, ok := uitest.Press(t, p, "d").(pane.Choose)
	if !ok || len(choose.Choices) != 1 || choose.Choices[0].Action != (pane.CompareSBOM{Package: pkg, Digest: d("v1.2.0")}) {
		t.Fatalf("d: %#v", choose)
	}
	uitest.Bring(p, choose.Choices[0].Action)
	says(t, p, "comparing with v1.2.0")
	uitest.Bring(p, pane.Result{To: Name, Value: payload("v1.2.0")})
	says(t, p, "against v1.2.0", "1 added, 1 removed, 2 of another version, 1 licence change, 3 the same", "another licence  1", "codex", "0.88.0", "idna", "urllib3")
	if disabled(t, p, "b") == "" {
		t.Error("differences are grouped twice")
	}
	if of := uitest.Press(t, p, "y", "y", "y").(pane.CopyDocument).Of.(pane.SBOMOf); of.Diff == nil || of.AgainstOf.Digest != d("v1.2.0") {
		t.Errorf("y: %+v", of)
	}
	uitest.Press(t, p, "/")
	for _, r := range "change:removed" {
		uitest.Press(t, p, string(r))
	}
	uitest.Press(t, p, "enter")
	if rows := p.Table.Shown(); len(rows) != 2 || rows[1].component().Name != "urllib3" {
		t.Errorf("%d rows", len(rows))
	}
	uitest.Press(t, p, "esc")
	if got := uitest.Press(t, p, "esc"); got != (pane.Stop{}) {
		t.Errorf("esc: %#v", got)
	}
	says(t, p, "6 components", "pyyaml")
	if got := uitest.Press(t, p, "esc"); got != (pane.Back{}) {
		t.Errorf("esc: %#v", got)
	}
	// What comes late, or is of something else, changes nothing.
	uitest.Bring(p, pane.Result{To: Name, Value: payload("v1.2.0")})
	if p.compared != nil {
		t.Error("a late answer is taken")
	}
	// Opened with another version, it asks for that as soon as it can.
	p = New(uitest.Theme(), pane.ShowSBOM{Package: pkg, Digest: d("v1.3.0"), Against: d("v1.2.0")})
	p.SetSize(100, 30)
	if got := uitest.Bring(p, pane.Result{To: Name, Value: payload("v1.3.0")}); got != (pane.CompareSBOM{Package: pkg, Digest: d("v1.2.0")}) {
		t.Errorf("%#v", got)
	}
	uitest.Bring(p, pane.CompareSBOM{Package: pkg, Digest: d("v1.2.0")})
	uitest.Bring(p, pane.Result{To: Name, Err: errors.New("gone")})
	says(t, p, "not compared with", "gone", "pyyaml")
	none := nowhere()
	none.Package, none.Subject = pkg, d("v1.2.0")
	uitest.Bring(p, pane.CompareSBOM{Package: pkg, Digest: d("v1.2.0")})
	uitest.Bring(p, pane.Result{To: Name, Value: none})
	says(t, p, "there is no SBOM of", "pyyaml")
}

// An answer to an older question never replaces that of a newer one.
func TestRowsOfAnOlderQuestionAreDropped(t *testing.T) {
	p := at(many(atOnce+1), 100, 30)
	_, first := p.Do(keyGroup) // by licence
	_, second := p.Do(keyGroup)
	if first == nil || second == nil {
		t.Fatal("many rows are not made in a command")
	}
	p.Update(second())
	before := text(p)
	p.Update(first())
	if got := text(p); got != before || !strings.Contains(got, "npm") {
		t.Errorf("an older answer is taken:\n%s", got)
	}
}

func TestHostileText(t *testing.T) {
	for _, size := range [][2]int{{80, 22}, {60, 14}, {160, 45}} {
		p := at(hostile(), size[0], size[1])
		for _, then := range [][]string{nil, {"b"}, {"enter"}, {"n"}} {
			uitest.Press(t, p, then...)
			uitest.Fits(t, p.View(), size[0], size[1])
			for _, evil := range []string{"\x07", "\x00", "\x1b]", "\x1b[2J", "\u202e", "\u009b"} {
				if strings.Contains(p.View(), evil) {
					t.Errorf("%v lets %q through", then, evil)
				}
			}
		}
		choose, _ := uitest.Press(t, p, "d").(pane.Choose)
		uitest.Bring(p, pane.CompareSBOM{Package: pkg, Digest: d("v1.2.0")})
		uitest.Bring(p, pane.Result{To: Name, Value: payload("v1.2.0")})
		uitest.Fits(t, p.View(), size[0], size[1])
		if strings.ContainsAny(fmt.Sprint(choose, text(p)), "\x1b\x07\x00") {
			t.Error("evil text in a comparison")
		}
	}
}

func BenchmarkSearchKeystroke50k(b *testing.B) {
	for _, grouped := range []bool{false, true} {
		name := map[bool]string{false: "plain", true: "grouped"}[grouped]
		b.Run(name, func(b *testing.B) {
			p := at(many(50_000), 120, 38)
			if grouped {
				uitest.Press(b, p, "b")
			}
			uitest.Press(b, p, "/", "4")
			for b.Loop() {
				p.Update(uitest.Key("2"))
				_ = p.View()
				p.Update(uitest.Key("backspace"))
				_ = p.View()
			}
		})
	}
}

func BenchmarkOpen50k(b *testing.B) {
	l := many(50_000)
	for b.Loop() {
		p := at(l, 120, 38)
		_ = p.View()
	}
}
