package ui

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/modal"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

// shows opens a pane of differences and returns it; its answer waits.
func (b *bench) shows(a, c string) *stub {
	b.Helper()
	b.later(b.root.act(pane.Compare{Package: "containai", A: digest(a), B: digest(c)}))
	return b.diffs[len(b.diffs)-1]
}

func (b *bench) deliver(msgs ...tea.Msg) {
	b.Helper()
	for _, m := range msgs {
		b.send(m)
	}
}

func TestContentIsFetchedForThePaneThatOpens(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	p := b.shows("old", "new")
	if b.root.top() != pane.Pane(p) || !p.focused || p.w == 0 || len(p.surveys()) != 1 {
		t.Fatalf("the pane is not on the screen, in size, with the survey: %+v", p)
	}
	if b.root.Busy() != 1 {
		t.Errorf("busy with %d requests, want 1", b.root.Busy())
	}
	b.rest()
	got := p.results()
	if len(got) != 1 || got[0].To != "tagdiff" || got[0].Err != nil {
		t.Fatalf("results: %+v", got)
	}
	if d, ok := got[0].Value.(model.Diff); !ok || d.A.Digest != digest("old") || d.B.Digest != digest("new") {
		t.Errorf("the pane got %+v", got[0].Value)
	}
	if b.root.Busy() != 0 {
		t.Error("the console is still busy")
	}
	b.later(b.root.act(pane.CompareChannel{Channel: "prod"}))
	b.later(b.root.act(pane.ShowAttestations{Package: "containai", Digest: digest("new")}))
	b.rest()
	if d, ok := b.diffs[1].results()[0].Value.(model.ChannelDiff); !ok || d.Channel != "prod" {
		t.Errorf("the channel's pane got %+v", b.diffs[1].results())
	}
	if v, ok := b.attest.results()[0].Value.(model.Verification); !ok || v.List.Subject != digest("new") {
		t.Errorf("the pane of attestations got %+v", b.attest.results())
	}
	if b.home.results() != nil {
		t.Error("the home pane got an answer that it did not ask for")
	}
}

// What is found is shown while it is being checked.
func TestFirstPartsComeBeforeTheAnswer(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	checked := make(chan struct{})
	b.fake.attested = func(pkg string, d model.Digest, found func(model.AttestationList)) (model.Verification, error) {
		l := model.AttestationList{Package: pkg, Subject: d}
		found(l)
		<-checked
		return model.Verification{List: l}, nil
	}
	messages := make(chan tea.Msg, 10)
	var run func(cmd tea.Cmd)
	run = func(cmd tea.Cmd) {
		if cmd == nil {
			return
		}
		go func() {
			switch msg := cmd().(type) {
			case tea.BatchMsg:
				for _, c := range msg {
					run(c)
				}
			default:
				messages <- msg
			}
		}()
	}
	run(b.root.act(pane.ShowAttestations{Package: "containai", Digest: digest("new")}))
	for len(b.attest.results()) == 0 {
		if m, ok := (<-messages).(progressMsg); ok {
			b.send(m)
		}
	}
	if l, ok := b.attest.results()[0].Value.(model.AttestationList); !ok || l.Subject != digest("new") {
		t.Errorf("first came %+v", b.attest.results()[0])
	}
	close(checked)
	for len(b.attest.results()) == 1 {
		if m, ok := (<-messages).(fetchedMsg); ok {
			b.send(m)
		}
	}
	if _, ok := b.attest.results()[1].Value.(model.Verification); !ok {
		t.Errorf("then came %+v", b.attest.results()[1])
	}
}

// Two panes of a kind stand above each other; each gets its own answer, in
// whatever order they come.
func TestAnswersGoToThePaneThatAsked(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	lower, upper := b.shows("old", "new"), b.shows("new", "old")
	answers := b.answers()
	slices.Reverse(answers)
	b.deliver(answers...)
	for name, c := range map[string]struct {
		pane *stub
		a    model.Digest
	}{"lower": {lower, digest("old")}, "upper": {upper, digest("new")}} {
		got := c.pane.results()
		if len(got) != 1 || got[0].Value.(model.Diff).A.Digest != c.a {
			t.Errorf("the %s pane got %+v", name, got)
		}
	}
}

func TestOnlyTheNewestAnswerCounts(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	n := 0
	b.fake.compare = func(context.Context, string, model.Digest, model.Digest) (model.Diff, error) {
		n++
		d := differences("containai", digest("old"), digest("new"))
		d.A.Ref = []string{"", "older", "newer"}[n]
		return d, nil
	}
	p := b.shows("old", "new")
	older := b.answers()
	asked := b.fake.asked("compare containai " + digest("old").Short() + " " + digest("new").Short())
	b.press("z")
	if asked.Err() == nil {
		t.Error("the older request goes on")
	}
	newer := b.answers()
	b.deliver(append(newer, older...)...) // swapped
	got := p.results()
	if len(got) != 1 || got[0].Value.(model.Diff).A.Ref != "newer" {
		t.Errorf("the pane got %+v", got)
	}
	if b.root.Busy() != 0 {
		t.Errorf("busy with %d requests", b.root.Busy())
	}
}

func TestClosedPaneGivesUpWhatItAsked(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	p := b.shows("old", "new")
	late := b.answers()
	b.press("f")
	late = append(late, b.answers()...)
	b.press("esc")
	if b.root.top() != pane.Pane(b.home) || b.root.Busy() != 0 {
		t.Fatal("esc does not close the pane and its requests")
	}
	for _, call := range []string{"files containai", "compare containai " + digest("old").Short() + " " + digest("new").Short()} {
		if b.fake.asked(call).Err() == nil {
			t.Errorf("%s goes on", call)
		}
	}
	b.deliver(late...)
	if len(p.results()) != 0 || len(b.home.results()) != 0 {
		t.Error("what was given up is delivered")
	}
}

func TestFailureIsShownInThePane(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.fake.compare = func(context.Context, string, model.Digest, model.Digest) (model.Diff, error) {
		return differences("half", "", ""), errDown
	}
	p := b.shows("old", "new")
	b.rest()
	got := p.results()
	if len(got) != 1 || !errors.Is(got[0].Err, model.ErrUnreachable) || got[0].Value != nil {
		t.Fatalf("results: %+v", got)
	}
	b.fake.compare = nil
	b.press("z")
	b.rest()
	if got = p.results(); len(got) != 2 || got[1].Err != nil {
		t.Errorf("again: %+v", got)
	}
}

// A refresh that fails is about the survey, which is not what such a pane
// shows.
func TestFailedRefreshLeavesDifferencesAlone(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	p := b.shows("old", "new")
	b.rest()
	n := len(p.results())
	b.fake.refreshErr = errDown
	b.press("r")
	b.rest()
	if len(p.results()) != n {
		t.Errorf("the pane got %+v", p.results()[n:])
	}
	if h := b.home.results(); len(h) == 0 || h[len(h)-1].Err == nil {
		t.Error("the home pane was not told")
	}
}

func TestProgressOfFiles(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	step, read := make(chan struct{}), make(chan struct{})
	b.fake.compareFiles = func(_ context.Context, progress func(done, total int64)) (model.DiffSection, error) {
		progress(1, 100)
		progress(40, 100) // the newest counts
		close(read)
		<-step
		return model.DiffSection{Name: model.DiffFiles, Equal: 1}, nil
	}
	p := b.shows("old", "new")
	b.rest()
	b.press("f")
	waiting := b.waiting
	b.waiting = nil
	done := make(chan []tea.Msg)
	var cmds []tea.Cmd
	for _, c := range waiting {
		if batch, ok := c().(tea.BatchMsg); ok {
			cmds = append(cmds, flatten(batch)...)
		}
	}
	if len(cmds) != 2 {
		t.Fatalf("%d commands, want the work and the listening", len(cmds))
	}
	go func() { done <- []tea.Msg{cmds[0]()} }()
	<-read
	b.deliver(cmds[1]())
	if last := p.got[len(p.got)-1]; last != tea.Msg(pane.Progress{Done: 40, Total: 100}) {
		t.Errorf("progress: %+v", last)
	}
	b.timers = nil
	close(step)
	b.deliver(<-done...)
	if got := p.results(); got[len(got)-1].Value.(model.DiffSection).Equal != 1 {
		t.Errorf("results: %+v", got)
	}
	b.rest()
	if b.root.Busy() != 0 {
		t.Error("the console is still busy")
	}
}

// flatten takes batches within batches apart.
func flatten(batch tea.BatchMsg) []tea.Cmd {
	var out []tea.Cmd
	for _, c := range batch {
		if c != nil {
			out = append(out, c)
		}
	}
	if len(out) == 1 {
		if inner, ok := out[0]().(tea.BatchMsg); ok {
			return flatten(inner)
		}
	}
	return out
}

func TestStopGivesUpFilesAndKeepsTheRest(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	p := b.shows("old", "new")
	b.press("f")
	if b.root.Busy() != 2 {
		t.Fatalf("busy with %d requests, want 2", b.root.Busy())
	}
	b.press("s")
	b.rest()
	if b.fake.asked("files containai").Err() == nil {
		t.Error("reading files goes on")
	}
	got := p.results()
	if len(got) != 1 {
		t.Fatalf("results: %+v", got)
	}
	if _, ok := got[0].Value.(model.Diff); !ok {
		t.Errorf("the content was given up: %+v", got)
	}
}

func TestProgressOfARequestThatIsGone(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	p := b.shows("old", "new")
	b.rest()
	n := len(p.got)
	b.deliver(progressMsg{gen: 12345}, listenMsg{gen: 12345}, fetchedMsg{gen: 12345})
	if len(p.got) != n {
		t.Error("the pane got progress of nothing")
	}
}

func TestRootContextEndsFetches(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	b := newBench(t, func(o *Options) { o.Context = ctx })
	b.rest()
	b.later(b.root.act(pane.ShowAttestations{Package: "containai", Digest: digest("new")}))
	b.answers()
	cancel()
	if b.fake.asked("attestations containai").Err() == nil {
		t.Error("the request outlives the program")
	}
}

func TestCopyOfSeveralLines(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.later(b.root.act(pane.Copy{Text: "| a |\n| \x1b[2Jb |", Said: "a table"}))
	b.rest()
	if len(b.copied) != 1 || b.copied[0] != "| a |\n| \ufffd[2Jb |" {
		t.Errorf("copied %q", b.copied)
	}
	b.sees("sent, not confirmed: a table")
	b.root.o.Clipboard = nil
	b.later(b.root.act(pane.Copy{Text: "first\nsecond", Said: "a table"}))
	b.elapse()
	b.sees("first", "second")
	if _, ok := b.root.modals.Front().(*modal.Message); !ok {
		t.Errorf("without a clipboard: %T", b.root.modals.Front())
	}
}

// The real panes: what a person does to see what changed in prod.
func TestRealPanesOfDifferences(t *testing.T) {
	first := survey(0)
	first.Channels = []model.ChannelState{{
		Name: "prod", Release: &first.Releases[0], Previous: &model.Previous{Release: first.Releases[1]},
		Members: []model.ChannelMember{{Package: "containai", Digest: digest("new"), Via: model.ViaTag, State: model.MemberOK}},
	}}
	b := newBench(t, func(o *Options) { o.panes, o.First = nil, first })
	b.fake.fresh, b.fake.stored = first, first
	b.rest()
	b.press("d")
	b.rest()
	b.sees("Since v1.2.0, now v1.3.0: 1 of 1 package changed.", "prod changes")
	b.press("enter")
	b.rest()
	b.sees("root → agent", "v1.3.0")
	b.press("f")
	b.rest()
	b.sees("etc/motd")
	b.press("y")
	b.rest()
	if len(b.copied) != 1 || !strings.Contains(b.copied[0], "(config 1, files 1)") {
		t.Errorf("copied %q", b.copied)
	}
	for _, size := range [][2]int{{60, 16}, {120, 40}, {200, 60}} {
		b.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		uitest.Fits(t, b.root.View(), size[0], size[1])
	}
	b.press("esc", "esc", "2", "d")
	b.rest()
	if id := b.root.top().ID(); id != "tagdiff" {
		t.Fatalf("d on a package shows %s", id)
	}
	b.press("esc", "a")
	b.rest()
	if b.fake.called("attestations containai") != 1 {
		t.Errorf("a on a package: %v", b.fake.calls)
	}
	b.press("esc", "enter")
	b.rest()
	b.press("a")
	b.rest()
	if b.fake.called("attestations containai") != 2 {
		t.Errorf("a in the history: %v", b.fake.calls)
	}
}

func TestScopesOfTheNewPanes(t *testing.T) {
	for _, name := range []string{"differences", "attestations"} {
		i := slices.IndexFunc(PaneScopes(), func(s keys.Scope) bool { return s.Name == name })
		if i < 0 {
			t.Errorf("no scope %s", name)
		}
	}
}
