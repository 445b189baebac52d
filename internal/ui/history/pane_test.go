package history

import (
	"fmt"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

// at builds the pane with a survey, its rows computed, in a size, with the

// focus.

func at(s model.Survey, w, h int) *Pane {
	p := New(uitest.Theme(), pkg)
	p.SetFocus(true)
	p.SetSize(w, h)
	uitest.Bring(p, pane.Surveyed{Survey: s})
	return p
}

func text(p *Pane) string { return uitest.Plain(p.View()) }

func cursor(p *Pane) model.Digest {
	if r := p.list.Current(); r != nil {
		return r.Digest
	}
	return ""
}

func TestCursorStartsOnProd(t *testing.T) {
	w := story(t)
	p := at(survey(w, w.snapshot(true)), 80, 22)
	if got := cursor(p); got != w.builds["v1.3.0"].index {
		t.Errorf("cursor on %s\n%s", got.Short(), text(p))
	}
}

func TestGoTo(t *testing.T) {
	w := story(t)
	for name, want := range map[string]struct{ at, row model.Digest }{
		"a row":                {w.builds["v1.2.0"].index, w.builds["v1.2.0"].index},
		"a part, to its row":   {w.builds["v1.2.0"].arm64, w.builds["v1.2.0"].index},
		"nothing, so prod":     {"", w.builds["v1.3.0"].index},
		"a digest not there":   {model.DigestOf([]byte("?")), w.builds["dev"].index},
		"an architecture's":    {w.builds["nightly"].archIndex, w.builds["nightly"].index},
		"referrers of an arch": {w.builds["nightly"].fallback, w.builds["nightly"].index},
	} {
		t.Run(name, func(t *testing.T) {
			p := New(uitest.Theme(), pkg)
			p.SetSize(80, 22)
			p.GoTo(want.at)
			uitest.Bring(p, pane.Surveyed{Survey: survey(w, w.snapshot(true))})
			if got := cursor(p); got != want.row {
				t.Errorf("before the versions came: cursor on %s, want %s", got.Short(), want.row.Short())
			}
			p = at(survey(w, w.snapshot(true)), 80, 22)
			p.GoTo(want.at)
			if got := cursor(p); got != want.row && name != "a digest not there" {
				t.Errorf("after: cursor on %s, want %s", got.Short(), want.row.Short())
			}
		})
	}
}

func TestCursorAndMarksFollowDigests(t *testing.T) {
	w := story(t)
	p := at(survey(w, w.snapshot(true)), 80, 22)
	uitest.Press(t, p, "j", "j", " ")
	want := cursor(p)
	w.push("newer", day(0.1), commit("1234567"), true, "sha-"+commit("1234567"))
	uitest.Bring(p, pane.Surveyed{Survey: survey(w, w.snapshot(true))})
	if got := cursor(p); got != want {
		t.Errorf("after a new build the cursor is on %s, want %s", got.Short(), want.Short())
	}
	if d := cmp.Diff([]model.Digest{want}, p.Marks()); d != "" {
		t.Error(d)
	}
	if a := uitest.Press(t, p, "esc"); a != (pane.Back{}) {
		t.Errorf("esc gave %#v", a)
	}
	if len(p.Marks()) != 1 {
		t.Error("esc lost a mark")
	}
}

func TestUnfoldKeepsTheCursorOnItsVersion(t *testing.T) {
	w := story(t)
	p := at(survey(w, w.snapshot(true)), 80, 22)
	uitest.Press(t, p, "z")
	if got, want := p.table.Total(), len(w.versions); got != want {
		t.Fatalf("%d rows unfolded, want %d", got, want)
	}
	if got := cursor(p); got != w.builds["v1.3.0"].index {
		t.Errorf("unfolded: cursor on %s", got.Short())
	}
	uitest.Press(t, p, "j", "j") // onto a part
	if cursor(p) == w.builds["v1.3.0"].index {
		t.Fatal("the cursor did not move")
	}
	uitest.Press(t, p, "z")
	if got := cursor(p); got != w.builds["v1.3.0"].index {
		t.Errorf("folded again: cursor on %s, want the row of the part", got.Short())
	}
}

// commands runs a command and those that it is made of, without timers'

// effects: it waits for them.

func TestRetagTellAndBrowse(t *testing.T) {
	w := story(t)
	p := at(survey(w, w.snapshot(true)), 80, 22)
	good := w.builds["v1.2.0"].index
	uitest.Press(t, p, "G")
	if d := cmp.Diff(pane.Action(pane.Retag{Package: pkg, Digest: good}), uitest.Press(t, p, "t")); d != "" {
		t.Error(d)
	}
	if got := uitest.Press(t, p, "y").(pane.Tell).Text; !strings.HasPrefix(got, "ghcr.io/novotnyllc/"+pkg+"@"+string(good)) {
		t.Errorf("tell: %s", got)
	}
	if c, ok := uitest.Press(t, p, "y").(pane.Copy); !ok || !strings.Contains(c.Text, string(good)) {
		t.Errorf("again: %+v", c)
	}
	if d, ok := uitest.Press(t, p, "y").(pane.CopyDocument); !ok || d.Of.(pane.VersionOf).Digest != good {
		t.Errorf("and again: %+v", d)
	}
	v, _ := p.data.State.Snapshot.Version(good)
	want := fmt.Sprintf("https://github.com/orgs/novotnyllc/packages/container/%s/%d", pkg, v.ID)
	if d := cmp.Diff(pane.Action(pane.Browse{URL: want}), uitest.Press(t, p, "o")); d != "" {
		t.Error(d)
	}
}

func TestMarksAreNotFoldedAway(t *testing.T) {
	w := story(t)
	p := at(survey(w, w.snapshot(true)), 80, 22)
	uitest.Press(t, p, "z", "j", " ")
	if b, _ := keys.Find(p.Keys(), "z"); b.Disabled == "" {
		t.Error("z would fold a marked version away")
	}
	uitest.Press(t, p, " ")
	if b, _ := keys.Find(p.Keys(), "z"); b.Disabled != "" {
		t.Errorf("z does nothing without marks: %s", b.Disabled)
	}
	// A marked row that turns out to be a part is said to be no longer marked.
	p = at(survey(w, w.snapshot(false)), 80, 22)
	uitest.Press(t, p, "*")
	_, cmd := p.Update(pane.Surveyed{Survey: survey(w, w.snapshot(true))})
	action, _ := p.Update(cmd())
	if n, ok := action.(pane.Notice); !ok || !strings.HasPrefix(n.Text, "6 marks dropped") {
		t.Errorf("dropped marks gave %#v, marks now %d", action, len(p.Marks()))
	}
}

func TestRangeIsMarkedAndDropped(t *testing.T) {
	w := story(t)
	p := at(survey(w, w.snapshot(true)), 80, 22)
	uitest.Press(t, p, "g", "v", "j", "j", "v")
	if got := len(p.Marks()); got != 3 {
		t.Errorf("%d marks, want 3", got)
	}
	uitest.Press(t, p, "v", "j")
	if a := uitest.Press(t, p, "esc"); a != nil {
		t.Errorf("esc in a range gave %#v", a)
	}
	if got := len(p.Marks()); got != 3 {
		t.Errorf("%d marks after a dropped range, want 3", got)
	}
}

func TestMouse(t *testing.T) {
	w := story(t)
	p := at(survey(w, w.snapshot(true)), 120, 40)
	p.Update(tea.MouseMsg{Y: 2, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
	if got := cursor(p); got != w.builds["dev"].index {
		t.Errorf("a click on the first row put the cursor on %s", got.Short())
	}
	p.Update(tea.MouseMsg{Y: 2, Button: tea.MouseButtonWheelDown})
	if got := cursor(p); got != w.builds["v1.3.0"].index {
		t.Errorf("the wheel put the cursor on %s", got.Short())
	}
	p.Update(tea.MouseMsg{X: 100, Y: 3, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
	if got := cursor(p); got != w.builds["v1.3.0"].index {
		t.Errorf("a click into the details put the cursor on %s", got.Short())
	}
	if !p.inDetails || p.line != 2 {
		t.Errorf("a click into the details: there %v, line %d, want line 2", p.inDetails, p.line)
	}
	p.Update(tea.MouseMsg{X: 80, Y: 4, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
	if !p.inDetails || p.line != 2 {
		t.Errorf("a click on the divider: there %v, line %d", p.inDetails, p.line)
	}
}
