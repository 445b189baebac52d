package packages

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

// at builds the pane with a survey, in a size, with the focus.
func at(s model.Survey, w, h int) *Pane {
	p := New(uitest.Theme())
	p.SetFocus(true)
	p.SetSize(w, h)
	p.Update(pane.Surveyed{Survey: s})
	return p
}
func text(p *Pane) string { return ansi.Strip(p.View()) }

func TestCursorStartsWhereAttentionIsNeeded(t *testing.T) {
	tests := []struct {
		name   string
		survey model.Survey
		want   string
	}{
		{"all is well", healthy(), "prod"},
		{"drift in dev", drifted(), "dev"},
		{"incoherent metadata of nightly", changed("nightly", func(c *model.ChannelState) {
			c.Incoherent = []model.Incoherence{{Code: "metadata-old", Message: "the metadata of nightly is older than its images"}}
		}), "nightly"},
		{"a package is missing in dev", changed("dev", func(c *model.ChannelState) {
			c.Members[0] = model.ChannelMember{Package: c.Members[0].Package, State: model.MemberMissing}
		}), "dev"},
		{"a channel that was never published", changed("nightly", func(c *model.ChannelState) {
			*c = model.ChannelState{Name: c.Name, Attested: model.Attested{Found: -1, Expected: -1}}
			for _, p := range model.ContainAI().Packages {
				c.Members = append(c.Members, model.ChannelMember{Package: p.Name, State: model.MemberMissing})
			}
		}), "prod"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := at(tt.survey, 80, 22)
			if got := p.channel(); got == nil || got.Name != tt.want {
				t.Errorf("cursor on %+v, want %s", got, tt.want)
			}
		})
	}
}

func TestCursorStaysWhereAPersonPutIt(t *testing.T) {
	p := at(healthy(), 80, 22)
	uitest.Press(t, p, "j")
	p.Update(pane.Surveyed{Survey: drifted()})
	if got := p.channel().Name; got != "nightly" {
		t.Errorf("after a refresh the cursor is on %s, want nightly", got)
	}
	uitest.Press(t, p, "2", "j", "j")
	before := p.current().Spec.Name
	p.Update(pane.Surveyed{Survey: healthy()}) // the drifted packages go back down
	if got := p.current().Spec.Name; got != before {
		t.Errorf("after a refresh the cursor is on %s, want %s", got, before)
	}
}

func TestPackagesThatNeedAttentionComeFirst(t *testing.T) {
	tests := []struct {
		name   string
		survey model.Survey
		want   []string
	}{
		{"healthy", healthy(), []string{"containai-installer", "containai", "containai-base"}},
		{"drift", drifted(), []string{"containai-codex", "containai-proxy", "containai-installer", "containai"}},
		{"failing", failing(), []string{"containai-codex", "containai-proxy", "containai-installer", "containai"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := at(tt.survey, 80, 22)
			var got []string
			for _, r := range p.pic.packages[:len(tt.want)] {
				got = append(got, r.Spec.Name)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestEnterOpensWhatTheChannelHolds(t *testing.T) {
	p := at(healthy(), 80, 22)
	uitest.Press(t, p, "j") // nightly
	if a := uitest.Press(t, p, "enter"); a != nil {
		t.Fatalf("enter on a channel gave %#v", a)
	}
	uitest.Press(t, p, "j", "j")
	got := uitest.Press(t, p, "enter")
	want := pane.OpenHistory{Package: "containai-base", Digest: digestOf("containai-base", commit("08dd3c9"))}
	if d := cmp.Diff(pane.Action(want), got); d != "" {
		t.Error(d)
	}
}

func TestRetagSaysWhereItIs(t *testing.T) {
	p := at(healthy(), 80, 22)
	b, ok := keys.Find(p.Keys(), "t")
	if !ok || !b.Danger || !strings.Contains(b.Disabled, "history") {
		t.Errorf("binding of t: %+v", b)
	}
}

func TestTell(t *testing.T) {
	p := at(drifted(), 80, 22)
	got := uitest.Press(t, p, "y").(pane.Tell).Text
	for _, want := range []string{"ghcr.io/novotnyllc dev: 6e19a5d", "since 2026-07-01T01:00:00Z", "NOT one set (8 of 10"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
	if c, ok := uitest.Press(t, p, "y").(pane.Copy); !ok || !strings.Contains(c.Text, "| dev |") || strings.Contains(c.Text, "| prod |") {
		t.Errorf("again: %+v", c)
	}
	if d, ok := uitest.Press(t, p, "y").(pane.CopyDocument); !ok || d.Of.(pane.ChannelOf).Channel != "dev" {
		t.Errorf("and again: %+v", d)
	}
	uitest.Press(t, p, "2", "G")
	got = uitest.Press(t, p, "y").(pane.Tell).Text
	want := "ghcr.io/novotnyllc/containai-metadata: prod v1.3.0 " + digestOf("containai-metadata", "v1.3.0").Short()
	if !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want it to begin with %q", got, want)
	}
	for _, s := range []model.Survey{healthy(), hostile()} {
		p := at(s, 80, 22)
		for _, part := range []string{"1", "2"} {
			uitest.Press(t, p, part)
			if got := uitest.Press(t, p, "y").(pane.Tell).Text; strings.ContainsFunc(got, unicode.IsControl) {
				t.Errorf("%q holds control characters", got)
			}
		}
	}
}

func TestBrowse(t *testing.T) {
	p := at(healthy(), 80, 22)
	if b, _ := keys.Find(p.Keys(), "o"); b.Disabled == "" {
		t.Error("o works on a channel")
	}
	uitest.Press(t, p, "2")
	got := uitest.Press(t, p, "o")
	want := pane.Browse{URL: "https://github.com/orgs/novotnyllc/packages/container/package/containai-installer"}
	if d := cmp.Diff(pane.Action(want), got); d != "" {
		t.Error(d)
	}
	s := failing() // the first package there was never read
	p = at(s, 80, 22)
	uitest.Press(t, p, "2")
	if b, _ := keys.Find(p.Keys(), "o"); b.Disabled == "" {
		t.Error("o works without an address")
	}
}

func TestFocusOfTheParts(t *testing.T) {
	p := at(healthy(), 80, 22)
	steps := []struct {
		key  string
		want part
	}{{"tab", inPackages}, {"tab", inChannels}, {"shift+tab", inPackages}, {"[", inChannels}, {"]", inPackages}, {"1", inChannels}, {"2", inPackages}}
	for _, s := range steps {
		uitest.Press(t, p, s.key)
		if p.part != s.want {
			t.Errorf("after %s the focus is on part %d, want %d", s.key, p.part, s.want)
		}
	}
}

func TestFilter(t *testing.T) {
	tests := []struct {
		typed string
		want  []string
	}{
		{"co!claude", nil},
		{"prox", []string{"containai-proxy"}},
		{"kind:artifact !meta", []string{"containai-installer", "containai-payload"}},
		{"seen:private", []string{"containai-installer"}},
		{"nosuchpackage", nil},
	}
	for _, tt := range tests {
		t.Run(tt.typed, func(t *testing.T) {
			p := at(healthy(), 80, 22)
			uitest.Press(t, p, "/")
			for _, r := range tt.typed {
				uitest.Press(t, p, string(r))
			}
			var got []string
			for _, r := range p.packages.Visible() {
				got = append(got, r.Spec.Name)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
			uitest.Press(t, p, "enter")
			if p.CapturesText() || !strings.Contains(text(p), fmt.Sprintf("%d of 10 packages", len(tt.want))) {
				t.Errorf("after enter: captures %t\n%s", p.CapturesText(), text(p))
			}
			uitest.Press(t, p, "esc")
			if p.packages.Len() != 10 {
				t.Errorf("esc leaves %d packages", p.packages.Len())
			}
		})
	}
}

func TestWhatIsWrongIsSaidInWords(t *testing.T) {
	tests := []struct {
		name   string
		survey model.Survey
		want   []string
	}{
		{"private", healthy(), []string{"containai-installer is private: nobody outside can pull it", "PRIVATE"}},
		{"drift", drifted(), []string{"dev is not one set: 2 of 10 packages are at b81e6f4", "✗ 8 of 10", "✗ b81e6f4"}},
		{"failures", failing(), []string{
			"containai-proxy may not be read with this token", "give the token read:packages", "(shown as last read)",
			"containai-codex: api.github.com did not answer in 10 s", "! error", "✗ not reachable", "! 3 h old, not a",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := strings.Join(strings.Fields(text(at(tt.survey, 110, 40))), " ")
			for _, want := range tt.want {
				if !strings.Contains(strings.ToLower(got), strings.ToLower(want)) {
					t.Errorf("nothing says %q in\n%s", want, got)
				}
			}
		})
	}
}

func TestNothingReadIsNotGuessedAt(t *testing.T) {
	s := healthy()
	offline := &model.Error{Kind: model.ErrUnreachable, Message: "ghcr.io did not answer"}
	for i := range s.Inventory.Packages {
		s.Inventory.Packages[i] = model.PackageState{Spec: s.Inventory.Packages[i].Spec, Err: offline, Info: model.PackageInfo{VersionCount: -1}}
	}
	for i, c := range s.Channels {
		s.Channels[i] = model.ChannelState{Name: c.Name, Attested: model.Attested{Found: -1, Expected: -1}}
		for _, m := range c.Members {
			s.Channels[i].Members = append(s.Channels[i].Members, model.ChannelMember{Package: m.Package, State: model.MemberError, Err: offline})
		}
	}
	got := text(at(s, 80, 22))
	for _, want := range []string{"all 10 packages: ghcr.io did not answer", "Nothing is known of prod", "! unknown", "✗ not reachable"} {
		if !strings.Contains(got, want) {
			t.Errorf("nothing says %q in\n%s", want, got)
		}
	}
	uitest.Golden(t, "offline", at(s, 80, 22).View())
}

func TestFindingsGroupWhatFailedAlike(t *testing.T) {
	s := healthy()
	for i := range s.Inventory.Packages {
		p := &s.Inventory.Packages[i]
		p.Err = &model.Error{Kind: model.ErrUnreachable, Message: "reading " + p.Spec.Name, Cause: errors.New("no such host")}
	}
	got := unread(s.Inventory)
	if len(got) != 1 || !strings.HasPrefix(got[0].text, "all 10 packages: ") {
		t.Errorf("findings: %+v", got)
	}
}

func TestEveryStateFitsEverySize(t *testing.T) {
	states := states()
	for name, s := range states {
		for w := 0; w < 210; w += 29 {
			for h := 0; h < 64; h += 9 {
				p := at(s, w, h)
				uitest.Fits(t, p.View(), w, h)
				uitest.Press(t, p, "2", "/", "a")
				uitest.Fits(t, p.View(), w, h)
			}
		}
		if strings.ContainsFunc(strings.ReplaceAll(text(at(s, 120, 40)), "\n", ""), func(r rune) bool {
			return unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
		}) {
			t.Errorf("%s: control characters on the screen", name)
		}
	}
}

func TestLateErrorReplacesTheWait(t *testing.T) {
	p := New(uitest.Theme())
	p.SetSize(80, 22)
	if !strings.Contains(text(p), "Reading the packages") {
		t.Errorf("before a survey:\n%s", text(p))
	}
	p.Update(pane.Result{To: Name, Err: &model.Error{Kind: model.ErrUnreachable, Message: "ghcr.io did not answer", Cure: "check the network"}})
	if got := text(p); !strings.Contains(got, "ghcr.io did not answer. Check the network") {
		t.Errorf("after an error:\n%s", got)
	}
	p.Update(pane.Surveyed{Survey: healthy()})
	if got := text(p); !strings.Contains(got, "v1.3.0") {
		t.Errorf("after a survey:\n%s", got)
	}
}

func TestMouse(t *testing.T) {
	p := at(healthy(), 80, 22)
	p.Update(tea.MouseMsg{Y: 3, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
	if got := p.channel().Name; got != "nightly" || p.part != inChannels {
		t.Errorf("a click on the second channel put the cursor on %s", got)
	}
	p.Update(tea.MouseMsg{Y: p.areas.packages.Y + 3, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
	if got := p.current().Spec.Name; got != "containai" || p.part != inPackages {
		t.Errorf("a click on the second package put the cursor on %s", got)
	}
	p.Update(tea.MouseMsg{Button: tea.MouseButtonWheelDown})
	if got := p.current().Spec.Name; got != "containai-codex" {
		t.Errorf("the wheel put the cursor on %s", got)
	}
}

func TestASCIIAndKeys(t *testing.T) {
	for name, s := range states() {
		if name == "hostile" {
			continue
		}
		p := New(uitest.ASCIITheme())
		p.SetSize(130, 40)
		p.Update(pane.Surveyed{Survey: s})
		if i := strings.IndexFunc(text(p), func(r rune) bool { return r > unicode.MaxASCII }); i >= 0 {
			t.Errorf("%s: outside ASCII: %q", name, text(p)[i:i+8])
		}
		if c := keys.Conflicts(keys.Scope{Name: "home", Bindings: p.Keys()}); len(c) > 0 {
			t.Error(c)
		}
	}
}
