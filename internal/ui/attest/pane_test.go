package attest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

// at builds the pane with a list, in a size, with the focus.
func at(l model.AttestationList, w, h int) *Pane {
	p := New(uitest.Theme(), pkg, d("index"))
	p.SetFocus(true)
	p.SetSize(w, h)
	p.Update(pane.Surveyed{Survey: survey()})
	uitest.Bring(p, pane.Result{To: Name, Value: l})
	return p
}

// checked is the pane when its list was checked.
func checked(v model.Verification, w, h int) *Pane {
	p := at(v.List, w, h)
	uitest.Bring(p, pane.Result{To: Name, Value: v})
	return p
}

func text(p *Pane) string { return uitest.Plain(p.View()) }

func TestGoldens(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {160, 45}, {40, 12}} {
		w, h := size[0], size[1]-2
		of := func(name string) string { return fmt.Sprintf("%s-%dx%d", name, size[0], size[1]) }
		check := func(name string, p *Pane) {
			uitest.Fits(t, p.View(), w, h)
			uitest.Golden(t, of(name), p.View())
		}
		check("checking", at(list(t), w, h))
		check("covered", checked(judged(list(t), good), w, h))
		p := checked(judged(list(t), bad), w, h)
		check("failed", p)
		uitest.Press(t, p, "enter")
		check("why", p)
		uitest.Press(t, p, "G", "k")
		check("statement", p)
		p = checked(judged(list(t), good), w, h)
		uitest.Press(t, p, "/", "m", "a", "i", "n", "enter")
		check("search", p)
		check("failed-source", checked(judged(troubled(t), good), w, h))
		check("none", checked(judged(nothing(t), good), w, h))
		check("hostile", at(hostile(t), w, h))
		p = New(uitest.Theme(), pkg, d("index"))
		p.SetSize(w, h)
		check("looking", p)
		p.Update(pane.Result{To: Name, Err: &model.Error{Kind: model.ErrForbidden, Message: "ghcr.io denies access to " + pkg, Cure: "ask for the read role"}})
		check("refused", p)
	}
}

func TestListKeepsTheCursor(t *testing.T) {
	p := at(list(t), 80, 22)
	uitest.Press(t, p, "j", "j")
	want := p.current().Digest
	l := list(t)
	l.Items = append([]model.Attestation{found([]byte(`{"bomFormat":"CycloneDX"}`), d("index"), buildkit)[0]}, l.Items...)
	uitest.Bring(p, pane.Result{To: Name, Value: l})
	if got := p.current().Digest; got != want {
		t.Errorf("cursor on %s, was on %s", got.Short(), want.Short())
	}
}

// What is for another digest is not shown here.
func TestForeignResultsAreDropped(t *testing.T) {
	p := at(list(t), 80, 22)
	other := list(t)
	other.Subject, other.Items = d("other"), nil
	uitest.Bring(p, pane.Result{To: Name, Value: other})
	if p.current() == nil {
		t.Error("the list of another digest was taken")
	}
	uitest.Bring(p, pane.Result{To: Name, Gen: 999, Value: built{p, nil}})
	uitest.Bring(p, pane.Result{To: Name, Gen: p.gen, Value: built{at(list(t), 80, 22), nil}})
	if p.tree.Len() == 0 {
		t.Error("the statement of another pane or generation was taken")
	}
}

// What is found is there at once, and settles when it was checked; a list that
// comes again does not take the verdicts away.
func TestVerdictsSettle(t *testing.T) {
	p := at(list(t), 120, 38)
	if got := text(p); !strings.Contains(got, "checking 4 attestations") || !strings.Contains(got, "· checking…") || strings.Contains(got, "not checked") {
		t.Errorf("while it is checked:\n%s", got)
	}
	uitest.Press(t, p, "j", "k")
	want := p.current().key
	uitest.Bring(p, pane.Result{To: Name, Value: judged(list(t), bad)})
	if got := text(p); strings.Contains(got, "checking 4") || !strings.Contains(got, "✗ failed") || p.current().key != want {
		t.Errorf("when it was checked:\n%s", got)
	}
	uitest.Bring(p, pane.Result{To: Name, Value: list(t)})
	if got := text(p); strings.Contains(got, "checking 4") || !strings.Contains(got, "✗ failed") {
		t.Errorf("asked again, before it is checked again:\n%s", got)
	}
	other := judged(list(t), good)
	other.List.Subject = d("other")
	uitest.Bring(p, pane.Result{To: Name, Value: other})
	if !strings.Contains(text(p), "✗ failed") {
		t.Error("the verdicts of another digest were taken")
	}
	p = checked(judged(list(t), bad), 120, 38)
	if p.current().About != d("arch arm64") {
		t.Error("the cursor is not on what failed though nobody touched it")
	}
	p = at(list(t), 120, 38)
	uitest.Bring(p, pane.Result{To: Name, Err: errors.New("down")})
	if got := text(p); strings.Contains(got, "checking 4") || !strings.Contains(got, "· not checked") {
		t.Errorf("when checking failed:\n%s", got)
	}
}

// Why is one key away: the step, both values, and every cause.
func TestWhy(t *testing.T) {
	p := checked(judged(list(t), bad), 80, 40)
	uitest.Press(t, p, "enter")
	for _, want := range []string{"✗ failed at the step source", "expected: https://github.com/novotnyllc/ContainAI", "found: https://github.com/mallory/ContainAI",
		"1: checking the source", "3: expected SourceRepositoryURI to be novotnyllc, got mallory", "certificate: what it says, not proved", "log index: 123456789"} {
		if !strings.Contains(text(p), want) {
			t.Errorf("no %q in\n%s", want, text(p))
		}
	}
	p = checked(judged(list(t), claimsOther), 120, 60)
	for _, want := range []string{"differs: ref: claimed refs/heads/main, proved refs/heads/other", "ref (differs): refs/heads/main", "proved instead: refs/heads/other", "repository (proved)"} {
		uitest.Press(t, p, "/")
		for range len(p.prompt.Value()) {
			uitest.Press(t, p, "backspace")
		}
		for _, r := range want[:12] {
			uitest.Press(t, p, string(r))
		}
		uitest.Press(t, p, "enter")
		if !strings.Contains(p.tree.Copy()+text(p), want[:12]) {
			t.Errorf("no %q in\n%s", want, text(p))
		}
	}
}

func TestPolicy(t *testing.T) {
	p := checked(judged(list(t), good), 100, 40)
	if !strings.Contains(text(p), "policy (p): 8 demands") {
		t.Error(text(p))
	}
	uitest.Press(t, p, "p")
	for _, want := range []string{"Source Repository URI must match: https://github.com/novotnyllc/ContainAI", "OIDC Issuer must match", "github-hosted", "must be the release's: 08dd3c9"} {
		if !strings.Contains(text(p), want) {
			t.Errorf("no %q in\n%s", want, text(p))
		}
	}
	uitest.Press(t, p, "p")
	if b, _ := keys.Find(at(list(t), 80, 22).Keys(), "p"); b.Disabled == "" {
		t.Error("a policy is shown before anything was checked")
	}
}

func TestEscLeavesTheInnermost(t *testing.T) {
	p := at(list(t), 80, 22)
	uitest.Press(t, p, "enter", "/", "m", "a", "i", "n", "enter", "n", "N")
	if a := uitest.Press(t, p, "esc"); a != nil || p.tree.Query() != "" || !p.inDetails {
		t.Errorf("the first esc: %#v, search %q, in the statement %v", a, p.tree.Query(), p.inDetails)
	}
	if a := uitest.Press(t, p, "esc"); a != nil || p.inDetails {
		t.Errorf("the second esc: %#v", a)
	}
	if a := uitest.Press(t, p, "esc"); a != (pane.Back{}) {
		t.Errorf("the third esc: %#v", a)
	}
	if a := uitest.Press(t, p, "left"); a != (pane.Back{}) {
		t.Errorf("left in the list: %#v", a)
	}
}

func TestTell(t *testing.T) {
	p := checked(judged(list(t), bad), 80, 22)
	got := uitest.Press(t, p, "y").(pane.Tell).Text
	for _, want := range []string{string(d("arch arm64")), "SLSA provenance v1", "signed, failed at source: expected https://github.com/novotnyllc", "registry missing"} {
		if !strings.Contains(got, want) {
			t.Errorf("the line lacks %q: %s", want, got)
		}
	}
	if c, ok := uitest.Press(t, p, "y").(pane.Copy); !ok || !strings.Contains(c.Text, "| SLSA provenance v1") || !strings.Contains(c.Text, "- ✗ failed: 1 of 2 platforms not covered") || !strings.Contains(c.Text, "OIDC Issuer must match") {
		t.Errorf("again: %+v", c)
	}
	if d, ok := uitest.Press(t, p, "y").(pane.CopyDocument); !ok || d.Of.(model.Verification).List.Package != pkg {
		t.Errorf("and again: %+v", d)
	}
	uitest.Press(t, p, "/", "r", "u", "n", "s", "/", "enter")
	if got := uitest.Press(t, p, "y"); got != (pane.Tell{Text: "https://github.com/novotnyllc/ContainAI/actions/runs/4711/attempts/1"}) {
		t.Errorf("copied %#v", got)
	}
	uitest.Press(t, p, "left", "left")
	if c, ok := uitest.Press(t, p, "y").(pane.Copy); !ok || !strings.Contains(c.Text, "workflow (as in the certificate)") || c.Said != "claims.build" {
		t.Errorf("copied %#v", c)
	}
	if got := uitest.Press(t, at(nothing(t), 80, 22), "y").(pane.Tell).Text; !strings.Contains(got, "No attestations about") || !strings.Contains(got, "cosign tags") {
		t.Errorf("nothing is told as %s", got)
	}
}

// A large statement is read in a command, and a newer wish wins.
func TestLargeStatements(t *testing.T) {
	l := list(t)
	big := stated(t, slsa, "big", d("index"), map[string]string{"long": strings.Repeat("x", 200_000)})
	l.Items = append(found(big, d("index"), buildkit), l.Items...)
	p := New(uitest.Theme(), pkg, d("index"))
	p.SetSize(80, 22)
	_, cmd := p.Update(pane.Result{To: Name, Value: l})
	if cmd == nil || !p.building {
		t.Fatal("a large statement is read at once")
	}
	uitest.Press(t, p, "enter")
	if !strings.Contains(text(p), "Reading a large statement") {
		t.Error(text(p))
	}
	late := cmd()
	uitest.Press(t, p, "esc", "j")
	p.Update(late)
	if p.shown.Digest == l.Items[0].Digest || p.tree.Len() == 0 {
		t.Error("an older statement replaced the newer one")
	}
	uitest.Press(t, p, "k", "enter")
	if p.building || !strings.Contains(text(p), "200 kB") {
		t.Error(text(p))
	}
}

// r reads everything anew: what failed is asked again then, and only then.
func TestFailuresAreAskedAgain(t *testing.T) {
	p := New(uitest.Theme(), pkg, d("index"))
	p.SetSize(80, 22)
	s := survey()
	p.Update(pane.Surveyed{Survey: s})
	p.Update(pane.Result{To: Name, Err: errors.New("down")})
	if a, _ := p.Update(pane.Surveyed{Survey: s}); a != nil {
		t.Errorf("the same survey: %#v", a)
	}
	s.Inventory.ReadAt = now.Add(time.Minute)
	if a, _ := p.Update(pane.Surveyed{Survey: s}); a != (pane.Again{}) {
		t.Errorf("a newer one: %#v", a)
	}
	uitest.Bring(p, pane.Result{To: Name, Value: judged(list(t), good)})
	s.Inventory.ReadAt = now.Add(2 * time.Minute)
	if a, _ := p.Update(pane.Surveyed{Survey: s}); a != nil {
		t.Errorf("nothing failed: %#v", a)
	}
}

func TestMouse(t *testing.T) {
	p := at(list(t), 200, 58)
	first := 1 + len(p.head)
	click := func(x, y int) {
		p.Update(tea.MouseMsg{X: x, Y: y, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
	}
	click(5, first+3)
	if p.current().key != keyOf(p.list.Items[2]) || p.inDetails {
		t.Errorf("a click on the third row: %s", text(p))
	}
	click(150, first+2)
	if !p.inDetails {
		t.Error("a click into the statement does not go there")
	}
	p.Update(tea.MouseMsg{X: 150, Y: first, Button: tea.MouseButtonWheelDown})
	click(5, first+1)
	if p.inDetails || p.current().key != keyOf(p.list.Items[0]) {
		t.Error("a click back into the list does not go there")
	}
}

func TestKeysDoNotClash(t *testing.T) {
	p := at(list(t), 80, 22)
	for range 2 {
		if c := keys.Conflicts(keys.Scope{Name: "attestations", Bindings: p.Keys()}); len(c) > 0 {
			t.Error(c)
		}
		uitest.Press(t, p, "enter")
	}
	for _, b := range New(uitest.Theme(), pkg, "").Keys() {
		if b.Does == "" || b.Help == "" {
			t.Errorf("%s says nothing", b.ID)
		}
	}
}

// Whatever the text is, nothing of it acts on the terminal, in any size.
func TestHostile(t *testing.T) {
	for _, size := range [][2]int{{200, 58}, {120, 38}, {80, 22}, {61, 15}, {20, 5}, {1, 1}} {
		p := at(hostile(t), size[0], size[1])
		for range len(p.list.Items) {
			uitest.Press(t, p, "enter", "z")
			uitest.Fits(t, p.View(), size[0], size[1])
			for _, got := range []string{text(p), p.tree.Copy()} {
				if strings.ContainsAny(got, "\x07\x00\r\u009b\u202e\u2028") || strings.Contains(got, "\x1b]") || strings.Contains(got, "\x1b[2J") {
					t.Fatalf("evil text on the screen: %q", got)
				}
			}
			uitest.Press(t, p, "esc", "j")
		}
	}
}
