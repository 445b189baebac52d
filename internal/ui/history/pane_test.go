package history

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

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
	tell(p, s)
	return p
}

// tell gives the pane a survey and the answer of the command that follows.
func tell(p *Pane, s model.Survey) {
	_, cmd := p.Update(pane.Surveyed{Survey: s})
	p.Update(cmd())
}

// press runs the binding of a key as the root does, and delivers what a
// computation or a filter answers. Ticks are left alone.
func press(t testing.TB, p *Pane, names ...string) pane.Action {
	t.Helper()
	var last pane.Action
	for _, name := range names {
		var cmd tea.Cmd
		if p.CapturesText() {
			last, cmd = p.Update(uitest.Key(name))
		} else {
			b, ok := keys.Find(p.Keys(), name)
			if !ok || b.Disabled != "" {
				t.Fatalf("key %s: declared %t, disabled %q", name, ok, b.Disabled)
			}
			last, cmd = p.Do(b.ID)
		}
		if name == "z" && !p.CapturesText() {
			p.Update(cmd())
		}
	}
	return last
}

func text(p *Pane) string { return uitest.Plain(p.View()) }

func cursor(p *Pane) model.Digest {
	if r := p.current(); r != nil {
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
			tell(p, survey(w, w.snapshot(true)))
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
	press(t, p, "j", "j", " ")
	want := cursor(p)
	w.push("newer", day(0.1), commit("1234567"), true, "sha-"+commit("1234567"))
	tell(p, survey(w, w.snapshot(true)))
	if got := cursor(p); got != want {
		t.Errorf("after a new build the cursor is on %s, want %s", got.Short(), want.Short())
	}
	if d := cmp.Diff([]model.Digest{want}, p.Marks()); d != "" {
		t.Error(d)
	}
	if a := press(t, p, "esc"); a != (pane.Back{}) {
		t.Errorf("esc gave %#v", a)
	}
	if len(p.Marks()) != 1 {
		t.Error("esc lost a mark")
	}
}

func TestUnfoldKeepsTheCursorOnItsVersion(t *testing.T) {
	w := story(t)
	p := at(survey(w, w.snapshot(true)), 80, 22)
	press(t, p, "z")
	if got, want := p.table.Total(), len(w.versions); got != want {
		t.Fatalf("%d rows unfolded, want %d", got, want)
	}
	if got := cursor(p); got != w.builds["v1.3.0"].index {
		t.Errorf("unfolded: cursor on %s", got.Short())
	}
	press(t, p, "j", "j") // onto a part
	if cursor(p) == w.builds["v1.3.0"].index {
		t.Fatal("the cursor did not move")
	}
	press(t, p, "z")
	if got := cursor(p); got != w.builds["v1.3.0"].index {
		t.Errorf("folded again: cursor on %s, want the row of the part", got.Short())
	}
}

func TestOldGenerationsAreDropped(t *testing.T) {
	w := story(t)
	folded := survey(w, w.snapshot(true))
	p := New(uitest.Theme(), pkg)
	p.SetSize(80, 22)
	_, first := p.Update(pane.Surveyed{Survey: folded})
	_, second := p.Do(keyFold) // unfolded: the first answer is not wanted any more
	answer := first()
	p.Update(second())
	p.Update(answer) // late
	if got, want := p.table.Total(), len(w.versions); got != want {
		t.Errorf("a late answer left %d rows, want %d", got, want)
	}
}

func TestSurveysThatComeWhileComputing(t *testing.T) {
	w := story(t)
	p := New(uitest.Theme(), pkg)
	p.SetSize(80, 22)
	_, first := p.Update(pane.Surveyed{Survey: survey(w, w.snapshot(false))})
	_, none := p.Update(pane.Surveyed{Survey: survey(w, w.snapshot(false))})
	_, none2 := p.Update(pane.Surveyed{Survey: survey(w, w.snapshot(true))})
	if none != nil || none2 != nil {
		t.Fatal("a second computation was started beside the first")
	}
	_, next := p.Update(first())
	if got := p.table.Total(); got == 0 {
		t.Error("the first answer was not shown")
	}
	for _, msg := range commands(next) {
		p.Update(msg)
	}
	if got := p.table.Total(); got != 6 {
		t.Errorf("%d rows after the newest survey, want 6\n%s", got, text(p))
	}
}

// commands runs a command and those that it is made of, without timers'
// effects: it waits for them.
func commands(cmd tea.Cmd) []tea.Msg {
	if cmd == nil {
		return nil
	}
	msg := cmd()
	batch, ok := msg.(tea.BatchMsg)
	if !ok {
		return []tea.Msg{msg}
	}
	var out []tea.Msg
	for _, c := range batch {
		out = append(out, commands(c)...)
	}
	return out
}

func TestResultsOfOthersAreDropped(t *testing.T) {
	w := story(t)
	p := New(uitest.Theme(), pkg)
	p.SetSize(80, 22)
	_, cmd := p.Update(pane.Surveyed{Survey: survey(w, w.snapshot(true))})
	other := cmd().(pane.Result)
	l := other.Value.(loaded)
	l.pkg = "containai-base"
	other.Value = l
	p.Update(other)
	if p.ready {
		t.Error("the answer for another package was shown")
	}
}

func TestFilter(t *testing.T) {
	w := story(t)
	index := func(names ...string) []model.Digest {
		var out []model.Digest
		for _, n := range names {
			out = append(out, w.builds[n].index)
		}
		return out
	}
	for typed, want := range map[string][]model.Digest{
		"tag:v1":                             index("v1.3.0", "v1.2.0"),
		"channel:prod":                       index("v1.3.0", "v1.2.0"),
		"release:v1.2":                       index("v1.2.0"),
		"age>40d":                            index("v1.2.0"),
		"age<4d !dev !amd64":                 nil,
		"08dd3c9":                            index("nightly"),
		"kind:index age>10d age<12d":         index("old dev"),
		w.builds["nightly"].arm64.Hex()[:20]: index("nightly"), // a part finds its row
		"state:failed":                       {w.builds["failed"].archIndex},
		"digest:" + w.builds["dev"].index.Hex()[:12]: index("dev"),
	} {
		t.Run(typed, func(t *testing.T) {
			p := at(survey(w, w.snapshot(true)), 80, 22)
			press(t, p, "/")
			for _, r := range typed {
				press(t, p, string(r))
			}
			var got []model.Digest
			for _, r := range p.table.Visible() {
				got = append(got, r.Digest)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("%s\n%s", d, text(p))
			}
			press(t, p, "enter", "esc")
			if p.table.Len() != 6 || p.CapturesText() {
				t.Errorf("esc leaves %d rows", p.table.Len())
			}
		})
	}
}

func TestUnreadableFilterKeepsTheOneBefore(t *testing.T) {
	w := story(t)
	p := at(survey(w, w.snapshot(true)), 80, 22)
	press(t, p, "/")
	for _, r := range "age>40d" {
		press(t, p, string(r))
	}
	press(t, p, "x")
	if p.table.Len() != 1 || !strings.Contains(text(p), "the filter before stays") {
		t.Errorf("%d rows\n%s", p.table.Len(), text(p))
	}
}

func TestLateFilterAnswersAreDropped(t *testing.T) {
	p := at(scale(3000), 80, 22)
	p.Do(keyFilter)
	filter := func(text string) pane.Result {
		for _, msg := range commands(p.setQuery(text)) {
			if r, ok := msg.(pane.Result); ok {
				if _, ok := r.Value.(matched); ok {
					return r
				}
			}
		}
		t.Fatalf("no answer for %q", text)
		return pane.Result{}
	}
	first := filter("age>1h")
	second := filter("age>49h")
	p.Update(second)
	want := p.table.Len()
	p.Update(first)
	if got := p.table.Len(); got != want || got == 3000 {
		t.Errorf("a late filter left %d rows, want %d", got, want)
	}
}

func TestRetagTellAndBrowse(t *testing.T) {
	w := story(t)
	p := at(survey(w, w.snapshot(true)), 80, 22)
	good := w.builds["v1.2.0"].index
	press(t, p, "G")
	if d := cmp.Diff(pane.Action(pane.Retag{Package: pkg, Digest: good}), press(t, p, "t")); d != "" {
		t.Error(d)
	}
	if got := press(t, p, "y").(pane.Tell).Text; !strings.HasPrefix(got, "ghcr.io/novotnyllc/"+pkg+"@"+string(good)) {
		t.Errorf("tell: %s", got)
	}
	v, _ := p.data.state.Snapshot.Version(good)
	want := fmt.Sprintf("https://github.com/orgs/novotnyllc/packages/container/%s/%d", pkg, v.ID)
	if d := cmp.Diff(pane.Action(pane.Browse{URL: want}), press(t, p, "o")); d != "" {
		t.Error(d)
	}
}

func TestDetailsNameEveryPart(t *testing.T) {
	w := story(t)
	p := at(survey(w, w.snapshot(true)), 80, 22)
	r := p.current()
	press(t, p, "enter")
	seen := map[model.Digest]bool{}
	for range p.lines {
		seen[p.target(r)] = true
		press(t, p, "j")
	}
	for _, part := range r.Parts {
		if !seen[part.Digest] {
			t.Errorf("%s %s is not in the details", part.Role, part.Digest.Short())
		}
	}
	var all strings.Builder
	for _, l := range p.lines {
		all.WriteString(l.text + "\n")
	}
	for _, want := range []string{string(r.Digest), string(w.builds["v1.3.0"].fallback), "arch index arm64", "prod points here now"} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("the details lack %q:\n%s", want, all.String())
		}
	}
	// What acts on the cursor acts on the part under it.
	for i, l := range p.lines {
		if l.digest == w.builds["v1.3.0"].arm64 {
			p.line = i
		}
	}
	if a, ok := press(t, p, "t").(pane.Retag); !ok || a.Digest != w.builds["v1.3.0"].arm64 {
		t.Errorf("t on a part gave %#v", a)
	}
	if b, _ := keys.Find(p.Keys(), " "); b.Disabled == "" {
		t.Error("space marks from within the details")
	}
	press(t, p, "esc")
	if p.inDetails || cursor(p) != r.Digest {
		t.Error("esc did not go back to the list")
	}
}

func TestManifestsAreAskedForOnce(t *testing.T) {
	w := story(t)
	p := New(uitest.Theme(), pkg)
	p.SetSize(80, 22)
	asked := map[model.Digest]int{}
	read := map[model.Digest]*model.Manifest{}
	at := func() model.Survey { return survey(w, w.snapshot(false).WithManifests(read)) }
	_, cmd := p.Update(pane.Surveyed{Survey: at()})
	for round := 0; cmd != nil; round++ {
		if round > 20 {
			t.Fatal("asking goes round in circles")
		}
		var next []tea.Cmd
		for _, msg := range commands(cmd) {
			action, more := p.Update(msg)
			next = append(next, more)
			want, ok := action.(pane.ReadManifests)
			if !ok {
				continue
			}
			if len(want.Digests) > batch || want.Package != pkg {
				t.Errorf("asked for %d digests of %s", len(want.Digests), want.Package)
			}
			for _, d := range want.Digests {
				asked[d]++
				read[d] = w.manifests[d]
			}
			_, more = p.Update(pane.Surveyed{Survey: at()})
			next = append(next, more)
		}
		next = slices.DeleteFunc(next, func(c tea.Cmd) bool { return c == nil })
		cmd = nil
		if len(next) > 0 {
			cmd = tea.Batch(next...)
		}
	}
	for d, n := range asked {
		if n > 1 {
			t.Errorf("%s was asked for %d times", d.Short(), n)
		}
	}
	if got := p.table.Total(); got != 6 {
		t.Errorf("%d rows once all is read, want 6\n%s", got, text(p))
	}
	for _, r := range p.table.Visible() {
		if r.Size < 0 {
			t.Errorf("the size of %s was not read", r.Digest.Short())
		}
	}
}

func TestScrollingPastAsksForNothing(t *testing.T) {
	p := at(scale(500), 80, 22)
	_, passed := p.Do(keyPageDown)
	_, stays := p.Do(keyPageDown)
	if a, _ := p.Update(passed()); a != nil {
		t.Errorf("a screen that was left asked for %#v", a)
	}
	a, _ := p.Update(stays())
	want, ok := a.(pane.ReadManifests)
	if !ok || len(want.Digests) == 0 || len(want.Digests) > 22 {
		t.Fatalf("the screen that stayed asked for %#v", a)
	}
	for _, r := range p.table.Visible() {
		if !slices.Contains(want.Digests, r.Digest) {
			t.Errorf("%s is on the screen and was not asked for", r.Digest.Short())
		}
	}
}

func TestStatesAreSentences(t *testing.T) {
	w := story(t)
	unread := survey(w, model.Snapshot{})
	unread.Inventory.Packages[0].Known = false
	failed := survey(w, model.Snapshot{})
	failed.Inventory.Packages[0].Known = false
	failed.Inventory.Packages[0].Err = &model.Error{Kind: model.ErrForbidden, Message: "this token may not read packages", Cure: "give it read:packages"}
	stale := survey(w, w.snapshot(true))
	stale.Inventory.Packages[0].Err = errors.New("no such host")
	gone := survey(w, model.Snapshot{})
	gone.Inventory.Packages = nil
	partial := survey(w, w.snapshot(true))
	partial.Inventory.Packages[0].Snapshot.Partial, partial.Inventory.Packages[0].Snapshot.Total = true, 4988
	tests := map[string]struct {
		survey model.Survey
		want   string
	}{
		"unread":  {unread, "Reading the versions of containai-claude."},
		"failed":  {failed, "this token may not read packages. Give it read:packages."},
		"gone":    {gone, "There is no package containai-claude in ghcr.io/novotnyllc."},
		"empty":   {survey(w, model.NewSnapshot(pkg, model.OriginAPI, now, nil)), "has no versions: the package versions of GitHub's API is empty"},
		"stale":   {stale, "as of 2026-07-01T12:00:00Z"},
		"partial": {partial, "the newest 60 of 4,988 versions"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := at(tt.survey, 118, 22)
			if got := strings.Join(strings.Fields(text(p)), " "); !strings.Contains(got, tt.want) {
				t.Errorf("nothing says %q in\n%s", tt.want, text(p))
			}
		})
	}
}

func TestEverythingFitsEverySize(t *testing.T) {
	const evil = "\x1b[2J\u202eabc\u200b\xff\nx"
	w := story(t)
	hostile := survey(w, w.snapshot(true))
	hostile.Releases[2].Name, hostile.Releases[2].Version = evil, evil
	for i := range hostile.Inventory.Packages[0].Snapshot.Versions {
		v := &hostile.Inventory.Packages[0].Snapshot.Versions[i]
		v.Tags = append(slices.Clone(v.Tags), evil)
	}
	empty := survey(w, model.NewSnapshot(pkg, model.OriginAPI, now, nil))
	for name, s := range map[string]model.Survey{"story": survey(w, w.snapshot(true)), "hostile": hostile, "empty": empty, "scale": scale(300)} {
		for width := 0; width < 210; width += 13 {
			for height := 0; height < 60; height += 7 {
				p := at(s, width, height)
				uitest.Fits(t, p.View(), width, height)
				if name != "empty" {
					press(t, p, "enter", "j", "G")
					uitest.Fits(t, p.View(), width, height)
				}
				press(t, p, "/", "a")
				uitest.Fits(t, p.View(), width, height)
			}
		}
		p := at(s, 120, 40)
		if strings.ContainsFunc(strings.ReplaceAll(text(p), "\n", ""), func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) {
			t.Errorf("%s: control characters on the screen", name)
		}
		if name == "empty" {
			continue
		}
		if got := press(t, p, "y").(pane.Tell).Text; strings.ContainsFunc(got, unicode.IsControl) {
			t.Errorf("%s: %q holds control characters", name, got)
		}
	}
}

func TestMarksAreNotFoldedAway(t *testing.T) {
	w := story(t)
	p := at(survey(w, w.snapshot(true)), 80, 22)
	press(t, p, "z", "j", " ")
	if b, _ := keys.Find(p.Keys(), "z"); b.Disabled == "" {
		t.Error("z would fold a marked version away")
	}
	press(t, p, " ")
	if b, _ := keys.Find(p.Keys(), "z"); b.Disabled != "" {
		t.Errorf("z does nothing without marks: %s", b.Disabled)
	}
	// A marked row that turns out to be a part is said to be no longer marked.
	p = at(survey(w, w.snapshot(false)), 80, 22)
	press(t, p, "*")
	_, cmd := p.Update(pane.Surveyed{Survey: survey(w, w.snapshot(true))})
	action, _ := p.Update(cmd())
	if n, ok := action.(pane.Notice); !ok || !strings.HasPrefix(n.Text, "6 marks dropped") {
		t.Errorf("dropped marks gave %#v, marks now %d", action, len(p.Marks()))
	}
}

func TestRangeIsMarkedAndDropped(t *testing.T) {
	w := story(t)
	p := at(survey(w, w.snapshot(true)), 80, 22)
	press(t, p, "g", "v", "j", "j", "v")
	if got := len(p.Marks()); got != 3 {
		t.Errorf("%d marks, want 3", got)
	}
	press(t, p, "v", "j")
	if a := press(t, p, "esc"); a != nil {
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
}

func TestASCIIAndKeys(t *testing.T) {
	w := story(t)
	p := New(uitest.ASCIITheme(), pkg)
	p.SetSize(160, 40)
	tell(p, survey(w, w.snapshot(true)))
	press(t, p, "enter", "j", "esc", "/", "v")
	if i := strings.IndexFunc(text(p), func(r rune) bool { return r > unicode.MaxASCII }); i >= 0 {
		t.Errorf("outside ASCII: %q", text(p)[i:i+8])
	}
	if c := keys.Conflicts(keys.Scope{Name: "history", Bindings: p.Keys()}); len(c) > 0 {
		t.Error(c)
	}
}

func TestWhatCouldNotBeReadIsAskedAgainAfterARefreshOnly(t *testing.T) {
	w := story(t)
	unread := survey(w, w.snapshot(false))
	ask := func(p *Pane, s model.Survey) pane.Action {
		_, cmd := p.Update(pane.Surveyed{Survey: s})
		_, tick := p.Update(cmd())
		if tick == nil {
			return nil
		}
		a, _ := p.Update(tick())
		return a
	}
	p := New(uitest.Theme(), pkg)
	p.SetSize(80, 40)
	first, ok := ask(p, unread).(pane.ReadManifests)
	if !ok {
		t.Fatal("nothing was asked for")
	}
	if a := ask(p, unread); a != nil {
		t.Errorf("asked again: %#v", a)
	}
	fresh := survey(w, w.snapshot(false))
	fresh.Inventory.Packages[0].Snapshot.ReadAt = now.Add(1)
	if again, ok := ask(p, fresh).(pane.ReadManifests); !ok || len(again.Digests) != len(first.Digests) {
		t.Errorf("after a refresh: %#v", again)
	}
}
