package matrix

import (
	"errors"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/theme"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

func TestColours(t *testing.T) {
	p := New(uitest.ColourTheme(theme.Dark, termenv.TrueColor), pane.ShowMatrix{Channel: "dev"})
	p.SetFocus(true)
	p.SetSize(120, 20)
	p.Update(pane.Surveyed{Survey: survey()})
	bring(p, mixed(survey()))
	uitest.GoldenColour(t, "colour", p.View())
}

// The cursor starts on the channel that was asked for, and there on what failed.
func TestStartsOnTrouble(t *testing.T) {
	p := at(pane.ShowMatrix{Channel: "dev"}, survey(), 80, 22)
	bring(p, mixed(survey()))
	r, _, _ := p.current()
	if r.pkg != "containai-copilot" || p.column().channel != "dev" {
		t.Fatalf("on %s in %s", r.pkg, p.column().channel)
	}
	for _, want := range []string{"✗ failed", "expected https://github.com/novotnyllc/ContainAI, found", "dev (6e19a5d): ✗ failed"} {
		want = strings.TrimPrefix(want, "dev (6e19a5d): ✗ ")
		if !strings.Contains(strings.Join(strings.Fields(text(p)), " "), want) {
			t.Errorf("no %q in\n%s", want, text(p))
		}
	}
	got := uitest.Press(t, p, "enter")
	if got != (pane.ShowAttestations{Package: "containai-copilot", Digest: digest("containai-copilot", channels["dev"])}) {
		t.Errorf("enter: %#v", got)
	}
	uitest.Press(t, p, "j", "left")
	bring(p, mixed(survey()))
	if r, _, _ := p.current(); r.pkg == "containai-copilot" || p.column().channel != "nightly" {
		t.Errorf("moved, and then on %s in %s", r.pkg, p.column().channel)
	}
	p.Update(pane.ShowMatrix{Channel: "prod"})
	if p.column().channel != "prod" {
		t.Errorf("told to go to prod, and on %s", p.column().channel)
	}
}

// A verdict is for the digest that was checked.
func TestVerdictsOfOtherDigestsAreNotShown(t *testing.T) {
	s := survey()
	p := at(pane.ShowMatrix{}, s, 120, 30)
	bring(p, mixed(s))
	newer := survey()
	newer.Inventory.ReadAt = now.Add(time.Minute)
	for i, m := range newer.Channels[0].Members {
		if m.Package == "containai-claude" {
			newer.Channels[0].Members[i].Digest = digest(m.Package, "moved")
		}
	}
	if a, _ := p.Update(pane.Surveyed{Survey: newer}); a != (pane.Again{}) {
		t.Errorf("what moved is not asked for: %#v", a)
	}
	for _, r := range p.table.Shown() {
		if got := p.present(r.cells[0]).Text; (got == "checking…") != (r.pkg == "containai-claude") {
			t.Errorf("%s in prod is %q", r.pkg, got)
		}
	}
	bring(p, pane.SomeVerdicts{Sets: []model.SetVerification{audited(newer, "prod", nil)}})
	for _, r := range p.table.Shown() {
		if got := p.present(r.cells[0]).Text; got == "checking…" {
			t.Errorf("%s in prod is %q", r.pkg, got)
		}
		if got := p.present(r.cells[2]).Text; got == "checking…" {
			t.Errorf("%s in dev lost its verdict", r.pkg)
		}
	}
}

// What failed is asked again when everything was read anew, and only then.
func TestFailuresAreAskedAgain(t *testing.T) {
	s := survey()
	p := at(pane.ShowMatrix{}, s, 80, 22)
	p.Update(pane.Result{To: Name, Err: errors.New("down")})
	if a, _ := p.Update(pane.Surveyed{Survey: s}); a != nil {
		t.Errorf("the same survey: %#v", a)
	}
	s.Inventory.ReadAt = now.Add(time.Minute)
	if a, _ := p.Update(pane.Surveyed{Survey: s}); a != (pane.Again{}) {
		t.Errorf("a newer one: %#v", a)
	}
}

// What cannot be told here is asked again too, and only that: a trusted root may
// have come.
func TestWhatCannotBeToldIsAskedAgain(t *testing.T) {
	for verdict, want := range map[model.VerdictKind]pane.Action{model.VerdictUnchecked: nil, model.VerdictFailed: nil, model.VerdictUnverifiable: pane.Again{}} {
		s := survey()
		p := at(pane.ShowMatrix{}, s, 80, 22)
		var sets []model.SetVerification
		for _, c := range s.Channels {
			set := audited(s, c.Name, map[string]model.VerdictKind{"containai-claude": verdict})
			for i, one := range set.Packages {
				if one.Err != nil {
					set.Packages[i].Err, set.Packages[i].Verification = nil, verification(s, one.Package, one.Digest, model.VerdictUnchecked)
				}
			}
			sets = append(sets, set)
		}
		bring(p, sets)
		s.Inventory.ReadAt = now.Add(time.Minute)
		if a, _ := p.Update(pane.Surveyed{Survey: s}); a != want {
			t.Errorf("%s: %#v", verdict, a)
		}
	}
}

func TestKeys(t *testing.T) {
	s := survey()
	p := at(pane.ShowMatrix{}, s, 80, 22)
	bring(p, mixed(s))
	if got := uitest.Press(t, p, "d"); got != (pane.CompareChannel{Channel: "prod"}) {
		t.Errorf("d: %#v", got)
	}
	if got := uitest.Press(t, p, "R"); got != (pane.MoveChannel{Act: model.ActRollback, Channel: "prod"}) {
		t.Errorf("R: %#v", got)
	}
	if got := uitest.Press(t, p, "left"); got != (pane.Back{}) {
		t.Errorf("left of the first channel: %#v", got)
	}
	uitest.Press(t, p, "tab")
	if b, _ := keys.Find(p.Keys(), "d"); b.Disabled == "" {
		t.Error("nightly has no former release, and d does something")
	}
	uitest.Press(t, p, "right", "right", "right", "g", "v")
	if p.column().channel != "dev" {
		t.Errorf("at %s", p.column().channel)
	}
	if got, ok := uitest.Press(t, p, "enter").(pane.OpenHistory); !ok || got.Digest == "" {
		t.Errorf("enter on a release: %#v", got)
	}
	if _, ok := uitest.Press(t, p, "a").(pane.ShowAttestations); !ok {
		t.Error("a does not show the proof")
	}
	uitest.Press(t, p, "j")
	if b, _ := keys.Find(p.Keys(), "a"); b.Disabled == "" {
		t.Error("nothing is there, and a does something")
	}
	chosen := uitest.Press(t, p, "e").(pane.Choose)
	if len(chosen.Choices) != 2 || chosen.Choices[1].Action != (pane.ShowMatrix{Release: "v1.2.0"}) {
		t.Errorf("e: %+v", chosen)
	}
	if c := keys.Conflicts(keys.Scope{Name: "matrix", Bindings: p.Keys()}); len(c) > 0 {
		t.Error(c)
	}
	for _, b := range New(uitest.Theme(), pane.ShowMatrix{}).Keys() {
		if b.Does == "" || b.Help == "" {
			t.Errorf("%s says nothing", b.ID)
		}
	}
}

// n goes from finding to finding, through all channels and round again.
func TestNextFinding(t *testing.T) {
	s := survey()
	p := at(pane.ShowMatrix{}, s, 80, 22)
	if b, _ := keys.Find(p.Keys(), "n"); b.Disabled == "" {
		t.Error("there are findings before anything was checked")
	}
	bring(p, mixed(s))
	var got []string
	for range 6 {
		uitest.Press(t, p, "n")
		r, _, _ := p.current()
		got = append(got, p.column().channel+" "+strings.TrimPrefix(r.pkg, "containai-"))
	}
	want := "prod log-forwarder, nightly claude, nightly codex, nightly log-forwarder, dev copilot, dev log-forwarder"
	if strings.Join(got, ", ") != want {
		t.Errorf("it goes to %v, want %s", got, want)
	}
	uitest.Press(t, p, "n")
	if p.column().channel != "prod" {
		t.Errorf("after the last one it is in %s", p.column().channel)
	}
}

func TestTell(t *testing.T) {
	s := survey()
	p := at(pane.ShowMatrix{Channel: "dev"}, s, 80, 22)
	if b, _ := keys.Find(p.Keys(), "y"); b.Disabled != "it is being checked" {
		t.Errorf("before there is anything: %q", b.Disabled)
	}
	bring(p, mixed(s))
	got := uitest.Press(t, p, "y").(pane.Tell).Text
	for _, want := range []string{"ghcr.io/novotnyllc dev (6e19a5d): failed, ", "containai-copilot failed", "containai-log-forwarder not checked"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	c := uitest.Press(t, p, "y").(pane.Copy)
	for _, want := range []string{"| package | prod (v1.3.0) | nightly (08dd3c9) | dev (6e19a5d) |", "✓ through", "- containai-copilot in dev: ✗ failed"} {
		if !strings.Contains(c.Text, want) {
			t.Errorf("no %q in\n%s", want, c.Text)
		}
	}
	if d, ok := uitest.Press(t, p, "y").(pane.CopyDocument); !ok || d.Of.(model.SetVerification).Channel != "dev" {
		t.Errorf("and again: %+v", d)
	}
}

func TestMouse(t *testing.T) {
	p := at(pane.ShowMatrix{}, survey(), 80, 22)
	p.Update(tea.MouseMsg{X: 5, Y: 4, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
	if r, _, _ := p.current(); r.pkg != p.table.Shown()[2].pkg {
		t.Errorf("a click on the third row: %s", r.pkg)
	}
	p.Update(tea.MouseMsg{X: 5, Y: 4, Button: tea.MouseButtonWheelDown})
}
