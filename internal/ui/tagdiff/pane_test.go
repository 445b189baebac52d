package tagdiff

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

// here is the label, or the line of text, of the row under the cursor.
func here(p *Pane) string {
	it := p.doc.items[p.shown.rows[p.cursor].item]
	if it.label != "" {
		return it.label
	}
	return it.before + it.after
}

func TestNextAndPreviousChange(t *testing.T) {
	p := shows(story(), 80, 22)
	want := []string{"size", "cmd", "user", "healthcheck", "PATH", "CLAUDE_LEGACY", "CLAUDE_QUIET", "org.opencontainers.image.revision", "step 42", "layer 39", "layer 39"}
	got := []string{here(p)}
	for range want[1:] {
		uitest.Press(t, p, "n")
		got = append(got, here(p))
		if p.cursor < p.top || p.cursor >= p.top+p.bodyHeight() {
			t.Errorf("%s is not on the screen", here(p))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("n goes to (- want, + got):\n%s", diff)
	}
	if _, ok := uitest.Press(t, p, "n").(pane.Notice); !ok || here(p) != "layer 39" {
		t.Error("n on the last change does not say so")
	}
	uitest.Press(t, p, "N", "N")
	if here(p) != "step 42" {
		t.Errorf("N goes to %s", here(p))
	}
	uitest.Press(t, p, "g")
	if _, ok := uitest.Press(t, p, "N").(pane.Notice); !ok {
		t.Error("N before the first change does not say so")
	}
	uitest.Press(t, p, "]")
	if here(p) != "platforms" {
		t.Errorf("] goes to %s", here(p))
	}
}

func TestFoldHidesNoiseAndEqualLines(t *testing.T) {
	p := shows(story(), 120, 100)
	give(p, model.Diff{Sections: append(story().Sections[:3:3], files())})
	for _, hidden := range []string{"2026-05-18T09:00:00Z", "check 3"} {
		if strings.Contains(text(p), hidden) {
			t.Errorf("%s is shown while folded", hidden)
		}
	}
	if !strings.Contains(text(p), "4 equal lines") || !strings.Contains(text(p), "1 difference of little weight (created)") {
		t.Errorf("what is folded is not counted:\n%s", text(p))
	}
	uitest.Press(t, p, "n", "n", "n")
	at := here(p)
	uitest.Press(t, p, "z")
	for _, hidden := range []string{"2026-05-18T09:00:00Z", "check 3"} {
		if !strings.Contains(text(p), hidden) {
			t.Errorf("%s is not shown after z", hidden)
		}
	}
	if here(p) != at {
		t.Errorf("z moved the cursor from %s to %s", at, here(p))
	}
}

func TestColumnsWhereThereIsRoom(t *testing.T) {
	p := shows(story(), 119, 40)
	if b, _ := keys.Get(p.Keys(), keySplit); b.Disabled == "" || p.split() {
		t.Error("two columns at 119")
	}
	p.SetSize(120, 40)
	if !p.split() || !strings.Contains(text(p), "│ + user") {
		t.Errorf("one column at 120:\n%s", text(p))
	}
	uitest.Press(t, p, "tab")
	if p.split() || !strings.Contains(text(p), "root → agent") {
		t.Errorf("tab does not join the columns:\n%s", text(p))
	}
}

func TestFilesOnRequest(t *testing.T) {
	p := shows(story(), 80, 22)
	a, b := sides()
	if diff := cmp.Diff(pane.Action(pane.CompareFiles{Package: pkg, A: a.Digest, B: b.Digest}), uitest.Press(t, p, "f")); diff != "" {
		t.Fatalf("f (- want, + got):\n%s", diff)
	}
	p.Update(pane.Progress{Done: 31_000_000, Total: 62_000_000})
	if !strings.Contains(text(p), "31 MB of 62 MB") {
		t.Errorf("no progress:\n%s", text(p))
	}
	if k, _ := keys.Get(p.Keys(), keyFiles); !strings.Contains(k.Disabled, "being read") {
		t.Error("f works while files are read")
	}
	give(p, files())
	if here(p) != "arm64/usr/local/bin/validate-claude.sh" || !strings.Contains(text(p), `+ test "$arch" = x86_64 || test "$arch" = aarch64`) {
		t.Errorf("the cursor does not go to the files:\n%s", text(p))
	}
	uitest.Press(t, p, "g")
	if action := uitest.Press(t, p, "f"); action != nil || here(p) != "arm64/usr/local/bin/validate-claude.sh" {
		t.Errorf("f reads again what was read: %+v, or goes to %s", action, here(p))
	}
}

func TestEscStopsReading(t *testing.T) {
	p := shows(story(), 80, 22)
	uitest.Press(t, p, "f")
	if got := uitest.Press(t, p, "esc"); got != pane.Action(pane.Stop{}) {
		t.Fatalf("esc while reading: %+v", got)
	}
	give(p, files())
	if got := sections(p); got[len(got)-1] != "files not read" || strings.Contains(text(p), "reading the layers") {
		t.Errorf("what was given up is shown: %v\n%s", got, text(p))
	}
	if got := uitest.Press(t, p, "esc"); got != pane.Action(pane.Back{}) {
		t.Errorf("the next esc: %+v", got)
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	p := shows(story(), 80, 22)
	uitest.Press(t, p, "f")
	p.Update(pane.Result{To: Name, Gen: 7, Err: &model.Error{Kind: model.ErrMalformed, Message: "layer 39 is neither gzip nor zstd"}})
	if !strings.Contains(text(p), "the files could not be read: layer 39 is neither gzip nor zstd; f tries again") || !strings.Contains(text(p), "root → agent") {
		t.Errorf("after the error:\n%s", text(p))
	}
	if _, ok := uitest.Press(t, p, "f").(pane.CompareFiles); !ok {
		t.Error("f does not try again")
	}
}

func TestFilesLeaveAMovedCursorAlone(t *testing.T) {
	p := shows(story(), 80, 22)
	uitest.Press(t, p, "f", "j", "j")
	at := here(p)
	if _, ok := give(p, files()).(pane.Notice); !ok || here(p) != at {
		t.Errorf("the cursor went from %s to %s", at, here(p))
	}
}

func TestSearch(t *testing.T) {
	p := shows(story(), 80, 22)
	uitest.Press(t, p, "/", "2", "0", "2", "6", "-") // in what is folded
	if !strings.Contains(text(p), "2026-06-24T10:41:00Z") || !strings.Contains(text(p), "2 matches") {
		t.Errorf("a match within a fold is not shown:\n%s", text(p))
	}
	uitest.Press(t, p, "enter", "n")
	if here(p) != "created" {
		t.Errorf("n goes to %s, want the next match", here(p))
	}
	if got := uitest.Press(t, p, "esc"); got != nil || p.query != "" {
		t.Error("esc does not end the search")
	}
	uitest.Press(t, p, "/", "P", "A", "t", "H")
	if here(p) != "PATH" {
		t.Errorf("the search went to %s", here(p))
	}
	uitest.Press(t, p, "q", "q")
	if !strings.Contains(text(p), "nothing matches") {
		t.Errorf("nothing is said:\n%s", text(p))
	}
	uitest.Press(t, p, "esc")
	if p.CapturesText() {
		t.Error("esc leaves the search open")
	}
}

func TestTell(t *testing.T) {
	p := shows(story(), 80, 22)
	want := present.TellDiff(story())
	if diff := cmp.Diff(pane.Action(pane.Tell{Text: want}), uitest.Press(t, p, "y")); diff != "" {
		t.Errorf("y (- want, + got):\n%s", diff)
	}
	copied, ok := uitest.Press(t, p, "y").(pane.Copy)
	if !ok || !strings.Contains(copied.Text, "| env | PATH | changed |") || copied.Said == "" {
		t.Errorf("y again: %+v", copied)
	}
	if d, ok := uitest.Press(t, p, "y").(pane.CopyDocument); !ok || len(d.Of.(pane.DiffOf).Diff.Sections) == 0 {
		t.Errorf("and again: %+v", d)
	}
	if h, ok := uitest.Press(t, p, "y").(pane.ByHand); !ok || !strings.Contains(h.Text, "| env | PATH | changed |") {
		t.Errorf("by hand: %+v", h)
	}
	uitest.Press(t, p, "y", "j")
	if _, ok := uitest.Press(t, p, "y").(pane.Tell); !ok {
		t.Error("y after another key is not the line")
	}
	p = lists(channel(), 80, 22)
	if told, ok := uitest.Press(t, p, "y").(pane.Tell); !ok || !strings.Contains(told.Text, "prod v1.2.0 → v1.3.0") {
		t.Errorf("y on a channel: %+v", told)
	}
}

func TestChannelListsWhatNeedsAttentionFirst(t *testing.T) {
	p := lists(channel(), 80, 22)
	var got []string
	for _, m := range p.members {
		got = append(got, m.Package)
	}
	want := []string{"containai-proxy", pkg, "containai-gemini", "containai-base", "containai"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the list (- want, + got):\n%s", diff)
	}
	for name, because := range map[string]string{
		"containai-proxy": "ghcr.io did not answer", "containai-gemini": "nothing to compare it with", "containai": "nothing changed",
	} {
		p.table.GoTo(name)
		if b, _ := keys.Get(p.Keys(), keyOpen); !strings.Contains(b.Disabled, because) {
			t.Errorf("enter on %s: %q, want %q", name, b.Disabled, because)
		}
	}
	p.table.GoTo(pkg)
	if got := uitest.Press(t, p, "a"); got != pane.Action(pane.ShowAttestations{Package: pkg, Digest: digest("v1.3.0")}) {
		t.Errorf("a: %+v", got)
	}
	uitest.Press(t, p, "enter", "n")
	if p.index || here(p) != "cmd" {
		t.Errorf("enter does not open the package:\n%s", text(p))
	}
	uitest.Press(t, p, "f")
	give(p, files())
	uitest.Press(t, p, "esc")
	if !p.index {
		t.Fatal("esc does not go back to the list")
	}
	uitest.Press(t, p, "enter")
	if !strings.Contains(strings.Join(sections(p), " "), "files +1 -1 ~1") {
		t.Errorf("what was read is forgotten: %v", sections(p))
	}
	uitest.Press(t, p, "esc", "g", "n", "n")
	if m, _ := p.table.Cursor(); m.Package != "containai-gemini" {
		t.Errorf("n goes to %s", m.Package)
	}
	uitest.Press(t, p, "n")
	if _, ok := uitest.Press(t, p, "n").(pane.Notice); !ok {
		t.Error("n goes to a package that is the same")
	}
	if got := uitest.Press(t, p, "esc"); got != pane.Action(pane.Back{}) {
		t.Errorf("esc in the list: %+v", got)
	}
}

func sections(p *Pane) []string {
	var out []string
	for _, s := range p.doc.sections {
		out = append(out, s.name+" "+p.counts(s))
	}
	return out
}

func TestFailureIsTriedAgainAfterARefreshOnly(t *testing.T) {
	p := at(uitest.Theme(), 80, 22)
	p.Update(pane.Result{To: Name, Gen: 1, Err: errors.New("no such host")})
	if action, _ := p.Update(pane.Surveyed{Survey: survey()}); action != nil {
		t.Errorf("a survey of the same reading: %+v", action)
	}
	s := survey()
	s.Inventory.ReadAt = now.Add(time.Minute)
	if action, _ := p.Update(pane.Surveyed{Survey: s}); action != pane.Action(pane.Again{}) {
		t.Errorf("a newer survey: %+v", action)
	}
	if !strings.Contains(text(p), "Comparing two versions") {
		t.Errorf("while it is tried again:\n%s", text(p))
	}
	if action, _ := p.Update(pane.Surveyed{Survey: s}); action != nil {
		t.Errorf("while it is tried again: %+v", action)
	}
}

func TestDrawingsOfOthersAreDropped(t *testing.T) {
	p, q := at(uitest.Theme(), 80, 22), at(uitest.Theme(), 80, 22)
	_, cmd := p.Update(pane.Result{To: Name, Gen: 1, Value: story()})
	q.Update(cmd())
	if q.doc != nil {
		t.Error("another pane took the drawing")
	}
	_, newer := p.Update(pane.Result{To: Name, Gen: 2, Value: model.Diff{Sections: []model.DiffSection{{Name: "newer", Equal: 1}}}})
	p.Update(newer())
	p.Update(cmd()) // swapped
	if p.doc.sections[0].name != "newer" {
		t.Error("an older drawing replaced the newer one")
	}
}

func TestKeysOfEveryState(t *testing.T) {
	for name, play := range scenes() {
		p := play(t, 120, 38)
		if c := keys.Conflicts(keys.Scope{Name: name, Bindings: p.Keys()}); len(c) > 0 {
			t.Error(c)
		}
		for _, b := range p.Keys() {
			if b.Disabled != "" && strings.HasSuffix(b.Disabled, ".") {
				t.Errorf("%s: %s: the reason ends with a stop", name, b.ID)
			}
			p := play(t, 120, 38)
			p.Do(b.ID) // whatever state it is in, no key may break the pane
			uitest.Fits(t, p.View(), 120, 38)
		}
	}
}

func TestMouse(t *testing.T) {
	p := shows(story(), 120, 38)
	p.Update(tea.MouseMsg{X: 2, Y: p.headHeight() + 4, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
	if here(p) != "env" {
		t.Errorf("a click on the list of sections went to %s", here(p))
	}
	p.Update(tea.MouseMsg{Button: tea.MouseButtonWheelDown})
	if here(p) != "CLAUDE_LEGACY" && here(p) != "PATH" {
		t.Errorf("the wheel went to %s", here(p))
	}
	p.Update(tea.MouseMsg{X: 60, Y: p.headHeight(), Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
	if p.cursor != p.top {
		t.Error("a click in the body does not put the cursor there")
	}
	p = lists(channel(), 120, 38)
	p.Update(tea.MouseMsg{X: 5, Y: len(p.listHead()) + 2, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
	if m, _ := p.table.Cursor(); m.Package != pkg {
		t.Errorf("a click on the second package put the cursor on %s", m.Package)
	}
}

// hostile is a difference whose every text wants to be more than text.
func hostile() model.Diff {
	const bad = "\x1b[2J\x1b]52;c;ZXZpbA==\x07\u202egpj.exe\u200b\x00\xff\r\nnext\tline 漢字 👩‍👩‍👧 e\u0301"
	a := model.DiffSide{Ref: bad, Package: bad, Digest: bad, Release: bad}
	d := model.Diff{A: a, B: a}
	for _, name := range []string{"config", bad, ""} {
		text := "@@ " + bad + "\n-" + bad + "\n+" + bad + "x\n " + bad + "\n\\ No newline\n\n"
		e := changed(bad, strings.Repeat(bad, 9), strings.Repeat(bad, 8))
		e.Text = text
		odd := model.DiffEntry{Path: bad, Change: model.DiffChange(bad), Before: strings.Repeat("漢", 9000), Text: "no hunk\n-\n+\n@@\n--- a\n+++ b"}
		d.Sections = append(d.Sections, model.DiffSection{Name: name, Note: bad, Equal: -1, Entries: []model.DiffEntry{e, odd, noise(e), added("", bad), removed(bad, ""), {}}})
	}
	return d
}

func TestHostileTextFitsEverySize(t *testing.T) {
	whole := model.ChannelDiff{Channel: "x\x1b[2J", From: "\x1b", To: "\u202e"}
	for _, name := range []string{"a\x1b[31m", "漢字\u200b", ""} {
		d := hostile()
		whole.Packages = append(whole.Packages, model.PackageDiff{Package: name, Before: "\x1b", After: "sha256:\x07", Diff: &d})
	}
	whole.Packages = append(whole.Packages, model.PackageDiff{Package: "e", Err: errors.New("\x1b[2Jboom\n\x00")})
	for w := 0; w < 210; w += 31 {
		for h := 0; h < 60; h += 11 {
			panes := map[string]*Pane{"diff": shows(hostile(), w, h), "list": lists(whole, w, h)}
			panes["unfolded"] = shows(hostile(), w, h)
			panes["unfolded"].Do(keyFold)
			panes["unfolded"].Do(keys.Bottom)
			panes["search"] = shows(hostile(), w, h)
			uitest.Press(t, panes["search"], "/", "n", "e")
			for name, p := range panes {
				view := p.View()
				uitest.Fits(t, view, w, h)
				plain := strings.ReplaceAll(ansi.Strip(view), "\n", "")
				if i := strings.IndexFunc(plain, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }); i >= 0 {
					t.Fatalf("%s at %d×%d: %q is on the screen", name, w, h, plain[i:])
				}
				if strings.ContainsAny(p.Title(), "\x1b\n") {
					t.Fatalf("title %q", p.Title())
				}
			}
		}
	}
}

func TestASCII(t *testing.T) {
	for _, size := range [][2]int{{80, 22}, {130, 40}} {
		p := at(uitest.ASCIITheme(), size[0], size[1])
		d := story()
		d.Sections = append(d.Sections, model.DiffSection{Name: "odd", Entries: []model.DiffEntry{changed("ключ", "значение", "→ 漢")}})
		give(p, d)
		uitest.Press(t, p, "f")
		p.Update(pane.Progress{Done: 1, Total: 2})
		for range 4 {
			if i := strings.IndexFunc(text(p), func(r rune) bool { return r > unicode.MaxASCII }); i >= 0 {
				t.Fatalf("outside ASCII: %q", text(p)[i:])
			}
			uitest.Press(t, p, "pgdown")
		}
	}
}

// large is a difference of n lines: files, one in ten with a text.
func large(n int) model.Diff {
	a, b := sides()
	s := model.DiffSection{Name: model.DiffFiles}
	for i := 0; i < n; i++ {
		e := changed(fmt.Sprintf("arm64/usr/lib/node_modules/package-%d/index.js", i), fmt.Sprintf("mode 0644, %d B", i), fmt.Sprintf("mode 0755, %d B", i+1))
		if i%10 == 0 {
			e.Text = "@@ -1,3 +1,3 @@\n const a = 1;\n-const b = require('left-pad');\n+const b = require('right-pad');\n const c = 2;\n"
			i += 4
		}
		s.Entries = append(s.Entries, e)
	}
	return model.Diff{A: a, B: b, Sections: []model.DiffSection{{Name: model.DiffConfig, Equal: 3}, s}}
}

// One key and one frame in a difference of 10,000 lines. Budget: 8 ms.
func BenchmarkKeyAndView(b *testing.B) {
	for name, id := range map[string]keys.ID{"down": keys.Down, "next": keyNext, "page": keys.PageDown, "fold": keyFold} {
		b.Run(name, func(b *testing.B) {
			p := shows(large(10_000), 160, 45)
			for i := 0; b.Loop(); i++ {
				if i%1000 == 999 {
					p.Do(keys.Top)
				}
				p.Do(id)
				_ = p.Keys()
				_ = p.View()
			}
		})
	}
	b.Run("search", func(b *testing.B) {
		p := shows(large(10_000), 160, 45)
		p.Do(keySearch)
		for i := 0; b.Loop(); i++ {
			p.Update(uitest.Key([]string{"p", "a", "backspace", "backspace"}[i%4]))
			_ = p.View()
		}
	})
}

// BenchmarkDraw is the command that draws up 10,000 lines.
func BenchmarkDraw(b *testing.B) {
	d := large(10_000)
	for b.Loop() {
		draw(d, false)
	}
}
