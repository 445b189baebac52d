package versions

import (
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
	"github.com/novotnyllc/caitui/internal/ui/versionrows"
)

// order is the packages of the rows in their order.
func order(p *Pane) []string {
	var out []string
	for _, r := range p.data.Rows {
		out = append(out, strings.TrimPrefix(r.In.Name, "containai-"))
	}
	return out
}

func TestNewestFirstAcrossPackages(t *testing.T) {
	p := at(world(t, story(), true), 120, 38)
	want := []string{"proxy", "claude", "base", "proxy", "claude", "base", "claude", "base"}
	if diff := cmp.Diff(want, order(p)); diff != "" {
		t.Errorf("(- want, + got)\n%s", diff)
	}
	uitest.Press(t, p, "z")
	if got := p.table.Total(); got != 16 {
		t.Errorf("%d rows unfolded, want 16", got)
	}
}

func TestSameDigestInTwoPackagesIsTwoRows(t *testing.T) {
	s := scale(2, 3)
	s.Inventory.Packages[1].Snapshot = s.Inventory.Packages[0].Snapshot
	p := at(s, 120, 38)
	uitest.Press(t, p, " ")
	first, _ := p.table.Cursor()
	if got := p.list.Marked(); len(got) != 1 || got[0].Package != first.In.Name {
		t.Fatalf("one mark became %v", got)
	}
	uitest.Press(t, p, "j", " ")
	got := p.list.Marked()
	if len(got) != 2 || got[0].Digest != got[1].Digest || got[0].Package == got[1].Package {
		t.Errorf("marks of one digest in two packages: %v", got)
	}
	if b, _ := keys.Get(p.Keys(), versionrows.KeyDiff); !strings.Contains(b.Disabled, "different packages") {
		t.Errorf("d with marks in two packages: %q", b.Disabled)
	}
}

func TestKeysActOnTheRowsPackage(t *testing.T) {
	s := world(t, story(), true)
	p := at(s, 120, 38)
	old := tagged(t, s, "containai-claude", "v1.2.0")
	p.Update(pane.GoTo{Package: "containai-claude", Digest: old})
	prod := tagged(t, s, "containai-claude", "prod")
	for key, want := range map[string]pane.Action{
		"enter": pane.OpenHistory{Package: "containai-claude", Digest: old},
		"t":     pane.Retag{Package: "containai-claude", Digest: old},
		"a":     pane.ShowAttestations{Package: "containai-claude", Digest: old},
		"s":     pane.ShowSBOM{Package: "containai-claude", Digest: old},
		"d":     pane.Compare{Package: "containai-claude", A: old, B: prod},
		"o":     pane.Browse{URL: "https://github.com/orgs/novotnyllc/packages/container/containai-claude/1002"},
		"esc":   pane.Back{},
	} {
		if diff := cmp.Diff(want, uitest.Press(t, p, key)); diff != "" {
			t.Errorf("%s (- want, + got)\n%s", key, diff)
		}
	}
	if got := uitest.Press(t, p, "y").(pane.Tell).Text; !strings.HasPrefix(got, "ghcr.io/novotnyllc/containai-claude@"+string(old)) {
		t.Errorf("y tells %s", got)
	}
	uitest.Press(t, p, " ")
	p.Update(pane.GoTo{Package: "containai-claude", Digest: tagged(t, s, "containai-claude", "dev")})
	uitest.Press(t, p, " ")
	p.Update(pane.GoTo{Package: "containai-base", Digest: tagged(t, s, "containai-base", "dev")})
	want := pane.Compare{Package: "containai-claude", A: old, B: tagged(t, s, "containai-claude", "dev")}
	if diff := cmp.Diff(pane.Action(want), uitest.Press(t, p, "d")); diff != "" {
		t.Errorf("two marked versions, the cursor elsewhere (- want, + got)\n%s", diff)
	}
}

func TestFilterNamesPackagesToo(t *testing.T) {
	p := at(world(t, story(), true), 120, 38)
	for text, want := range map[string]int{"name:claude": 3, "claude": 3, "tag:prod !claude": 2, "name:claude age>8d": 1, "": 8, "channel:prod name:base": 2} {
		p.list.SetQuery(text)
		if got := p.table.Len(); got != want {
			t.Errorf("%q shows %d rows, want %d", text, got, want)
		}
	}
	p.list.SetQuery("")
	uitest.Press(t, p, "/")
	for _, c := range "name:proxy" {
		uitest.Press(t, p, string(c))
	}
	uitest.Press(t, p, "enter", "*")
	if got := len(p.Marks()); got != 2 {
		t.Errorf("* marked %d rows of those that the filter shows, want 2", got)
	}
	uitest.Press(t, p, "esc")
	if p.table.Filtering() || len(p.Marks()) != 2 {
		t.Error("esc lost marks, or left the filter")
	}
}

func TestGoToBeforeAndAfterTheVersionsAreThere(t *testing.T) {
	s := world(t, story(), true)
	base := tagged(t, s, "containai-base", "v1.2.0")
	in, _ := s.Inventory.Package("containai-base")
	child := in.Snapshot.Manifests[base].Manifests[0].Digest
	for name, d := range map[string]model.Digest{"a row": base, "a part, to its row": child} {
		t.Run(name, func(t *testing.T) {
			p := New(uitest.Theme())
			p.SetSize(120, 38)
			p.Update(pane.GoTo{Package: "containai-base", Digest: d})
			uitest.Bring(p, pane.Surveyed{Survey: s})
			if r := p.list.Current(); r == nil || r.Digest != base {
				t.Error("the cursor is elsewhere")
			}
			p = at(s, 120, 38)
			p.list.SetQuery("name:claude")
			p.Update(pane.GoTo{Package: "containai-base", Digest: d})
			if r := p.list.Current(); r == nil || r.Digest != base || p.list.Query() != "" {
				t.Error("a filter keeps the cursor from what was asked for")
			}
		})
	}
}

func TestAnswersInAnyOrder(t *testing.T) {
	s := world(t, story(), true)
	p := New(uitest.Theme())
	p.SetSize(120, 38)
	_, first := p.Update(pane.Surveyed{Survey: s})
	late := first()
	_, second := p.Do(versionrows.KeyFold)
	own := second().(pane.Result)
	p.Update(own)
	p.Update(late)
	if got := p.table.Total(); got != 16 {
		t.Errorf("a late answer left %d rows, want 16", got)
	}
	_, cmd := New(uitest.Theme()).Update(pane.Surveyed{Survey: s})
	other := cmd().(pane.Result)
	other.Gen = own.Gen
	if p.Update(other); p.table.Total() != 16 {
		t.Error("another pane's answer was taken")
	}
	// A survey that comes while rows are computed is worked on afterwards.
	_, cmd = p.Update(pane.Surveyed{Survey: s})
	if _, none := p.Update(pane.Surveyed{Survey: world(t, story()[1:], true)}); none != nil {
		t.Fatal("a second computation runs beside the first")
	}
	_, next := p.Update(cmd())
	for _, msg := range messages(next) {
		p.Update(msg)
	}
	if got := p.table.Total(); got != 10 {
		t.Errorf("%d rows of the newest survey, want 10", got)
	}
}

func TestManifestsOnTheScreenAreAskedForOnce(t *testing.T) {
	p := New(uitest.Theme())
	p.SetSize(120, 38)
	_, cmd := p.Update(pane.Surveyed{Survey: world(t, story(), false)})
	_, settle := p.Update(cmd())
	asked := map[string]int{}
	for _, msg := range messages(settle) {
		action, _ := p.Update(msg)
		several, ok := action.(pane.Several)
		if !ok {
			t.Fatalf("after the screen stood still: %#v", action)
		}
		for _, a := range several {
			read := a.(pane.ReadManifests)
			asked[read.Package] += len(read.Digests)
		}
	}
	if diff := cmp.Diff(map[string]int{"containai-base": 3, "containai-claude": 3, "containai-proxy": 2}, asked); diff != "" {
		t.Errorf("(- want, + got)\n%s", diff)
	}
	if cmd := p.list.AskSoon(); cmd != nil {
		t.Error("what was asked for is asked for again")
	}
}

func TestCursorAndMarksOutliveASurvey(t *testing.T) {
	s := world(t, story(), true)
	p := at(s, 120, 38)
	d := tagged(t, s, "containai-claude", "prod")
	p.Update(pane.GoTo{Package: "containai-claude", Digest: d})
	uitest.Press(t, p, " ")
	uitest.Bring(p, pane.Surveyed{Survey: world(t, append(story(), build{0.1, []string{"nightly"}}), true)})
	if r := p.list.Current(); r == nil || r.Digest != d {
		t.Error("the cursor went elsewhere")
	}
	if diff := cmp.Diff([]model.VersionRef{{Package: "containai-claude", Digest: d}}, p.list.Marked()); diff != "" {
		t.Error(diff)
	}
}

func TestSameReleaseElsewhere(t *testing.T) {
	s := world(t, story(), true)
	p := at(s, 120, 38)
	p.Update(pane.GoTo{Package: "containai-claude", Digest: tagged(t, s, "containai-claude", "v1.2.0")})
	choose := uitest.Press(t, p, "p").(pane.Choose)
	by := map[string]pane.Choice{}
	for _, c := range choose.Choices {
		by[c.Label] = c
	}
	want := pane.OpenHistory{Package: "containai-base", Digest: tagged(t, s, "containai-base", "v1.2.0")}
	if diff := cmp.Diff(pane.Action(want), by["containai-base"].Action); diff != "" {
		t.Errorf("(- want, + got)\n%s", diff)
	}
	if c := by["containai-proxy"]; c.Disabled == "" || c.Action != nil {
		t.Errorf("a package without this release is offered: %+v", c)
	}
	if _, self := by["containai-claude"]; self {
		t.Error("the package itself is offered")
	}
}

func TestTagsLeadToWhereAChannelWas(t *testing.T) {
	s := world(t, story(), true)
	p := at(s, 120, 38)
	prod, before := tagged(t, s, "containai-claude", "prod"), tagged(t, s, "containai-claude", "v1.2.0")
	p.Update(pane.GoTo{Package: "containai-claude", Digest: prod})
	choose := uitest.Press(t, p, "#").(pane.Choose)
	i := slices.IndexFunc(choose.Choices, func(c pane.Choice) bool {
		return c.Label == "prod" && c.Action == pane.Action(pane.GoTo{Package: "containai-claude", Digest: before})
	})
	if i < 0 || !strings.Contains(choose.Choices[i].Note, "v1.2.0") || !strings.Contains(choose.Choices[i].Note, "until 24 Jun") {
		t.Fatalf("the way to the former prod is missing: %+v", choose.Choices)
	}
	here := slices.IndexFunc(choose.Choices, func(c pane.Choice) bool { return c.Label == "v1.3.0" })
	if here < 0 || choose.Choices[here].Disabled == "" {
		t.Errorf("the version's own name leads somewhere: %+v", choose.Choices)
	}
	p.Update(choose.Choices[i].Action.(tea.Msg))
	if r := p.list.Current(); r.Digest != before {
		t.Error("the choice did not lead there")
	}
}

// Of several tags one is chosen, each saying what it is; the only one goes at
// once, and without one the key says why.
func TestUntagAsksWhichTag(t *testing.T) {
	s := world(t, story(), true)
	p := at(s, 120, 38)
	go2 := func(tag string) {
		p.Update(pane.GoTo{Package: "containai-claude", Digest: tagged(t, s, "containai-claude", tag)})
	}
	go2("prod")
	choose := uitest.Press(t, p, "-").(pane.Choose)
	notes := make(map[string]string)
	for _, c := range choose.Choices {
		notes[c.Label] = c.Note
		if c.Disabled != "" || c.Action != pane.Action(pane.Untag{Package: "containai-claude", Tag: c.Label}) {
			t.Errorf("%s: %q, %#v", c.Label, c.Disabled, c.Action)
		}
	}
	if notes["prod"] != "how people get prod" || notes["v1.3.0"] != "meant to stay for ever" {
		t.Errorf("choices %+v", choose.Choices)
	}
	for _, r := range p.data.Rows {
		p.Update(pane.GoTo{Package: r.In.Name, Digest: r.Digest})
		b, _ := keys.Find(p.Keys(), "-")
		switch v, _ := r.In.State.Snapshot.Version(r.Digest); {
		case !b.Danger:
			t.Fatal("taking a tag off does not look dangerous")
		case len(v.Tags) == 0 && b.Disabled != "it has no tag":
			t.Errorf("%s without a tag: %q", r.Digest.Short(), b.Disabled)
		case len(v.Tags) == 1:
			if a := uitest.Press(t, p, "-"); a != pane.Action(pane.Untag{Package: r.In.Name, Tag: v.Tags[0]}) {
				t.Errorf("with one tag: %#v", a)
			}
		}
	}
}

func TestMouse(t *testing.T) {
	p := at(world(t, story(), true), 120, 38)
	p.Update(tea.MouseMsg{Y: 4, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
	if r := p.list.Current(); r.In.Name != "containai-base" {
		t.Errorf("a click on the third row put the cursor into %s", r.In.Name)
	}
	p.Update(tea.MouseMsg{Y: 4, Button: tea.MouseButtonWheelDown})
	if r := p.list.Current(); r != p.data.Rows[5] {
		t.Error("the wheel did not move three rows")
	}
}

func TestSavingIsOfTheVersionUnderTheCursor(t *testing.T) {
	s := world(t, story(), true)
	p := at(s, 120, 38)
	d := tagged(t, s, "containai-claude", "prod")
	p.Update(pane.GoTo{Package: "containai-claude", Digest: d})
	if got := uitest.Press(t, p, "S"); got != (pane.Pull{Package: "containai-claude", Digest: d}) {
		t.Errorf("S does %#v", got)
	}
}
