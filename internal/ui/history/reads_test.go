package history

import (
	"slices"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
	"github.com/novotnyllc/caitui/internal/ui/versionrows"
)

func TestOldGenerationsAreDropped(t *testing.T) {
	w := story(t)
	folded := survey(w, w.snapshot(true))
	p := New(uitest.Theme(), pkg)
	p.SetSize(80, 22)
	_, first := p.Update(pane.Surveyed{Survey: folded})
	_, second := p.Do(versionrows.KeyFold) // unfolded: the first answer is not wanted any more
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
	beside := New(uitest.Theme(), pkg)
	beside.SetSize(80, 22)
	beside.Update(pane.Surveyed{Survey: survey(w, w.snapshot(true))})
	beside.Update(other)
	if beside.list.Ready() {
		t.Error("the answer for another history of the same package was shown")
	}
	if p.Update(other); !p.list.Ready() {
		t.Error("the pane's own answer was not shown")
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
			if len(want.Digests) > versionrows.Batch || want.Package != pkg {
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
	_, passed := p.Do(keys.PageDown)
	_, stays := p.Do(keys.PageDown)
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
