package ui

import (
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
)

func TestForwardReturnsToTheVeryPane(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.press("enter", "j")
	left := b.history
	left.marks = []model.Digest{digest("new")}
	b.press("esc")
	b.sees("the home pane", "alt+→ forward")
	if b.root.marks() != 1 {
		t.Error("the marks of a pane that forward leads to are not counted before quitting")
	}
	b.press("alt+right")
	b.sees("the history of containai")
	b.seesNot("alt+→ forward")
	if b.root.top() != pane.Pane(left) || !left.focused {
		t.Error("forward led to another pane than the one that was left")
	}
	b.press("alt+right")
	b.sees("alt+→ does nothing now: there is nothing ahead")
	b.press("alt+left")
	b.sees("the home pane")
	b.press("alt+left")
	b.sees("this is the first screen")
}

func TestForwardGoesTheWholeWay(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.press("enter")
	b.later(b.root.act(pane.Compare{Package: "containai", A: digest("old"), B: digest("new")}))
	b.rest()
	b.press("alt+left", "alt+left")
	b.sees("the home pane")
	b.press("alt+right")
	b.sees("the history of containai")
	b.press("alt+right")
	b.sees("the differences of containai")
}

func TestAnotherWayDropsWhatLiesAheadAndSaysSo(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.press("enter")
	b.history.marks = []model.Digest{digest("new"), digest("old")}
	b.press("esc", ":", "pkg containai-base", "enter")
	b.sees("2 marks given up")
	if len(b.root.ahead) != 0 || b.root.marks() != 0 {
		t.Errorf("%d panes are still ahead", len(b.root.ahead))
	}
	b.press("esc")
	b.seesNot("given up")
}

// Opening once more what was just left is the way forward: nothing is lost.
func TestOpeningTheSameAgainIsTheWayForward(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.press("enter")
	left := b.history
	left.marks = []model.Digest{digest("new")}
	b.press("esc", "enter")
	b.seesNot("given up")
	if b.root.top() != pane.Pane(left) {
		t.Error("another pane was opened for the same package")
	}
	last := left.got[len(left.got)-1]
	if last != tea.Msg(pane.GoTo{Package: "containai", Digest: digest("old")}) {
		t.Errorf("the pane was told %#v, want to go to the version", last)
	}
}

// There is one list of all versions, wherever it is asked for.
func TestAllVersionsIsOneList(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.later(b.root.act(pane.OpenVersions{}))
	list := b.versions
	b.later(b.root.act(pane.OpenHistory{Package: "containai"}))
	b.later(b.root.act(pane.OpenVersions{Package: "containai", Digest: digest("old")}))
	if b.root.top() != pane.Pane(list) || len(b.root.stack) != 2 {
		t.Fatalf("another list was opened: %d panes", len(b.root.stack))
	}
	if last := list.got[len(list.got)-1]; last != tea.Msg(pane.GoTo{Package: "containai", Digest: digest("old")}) {
		t.Errorf("the list was told %#v", last)
	}
	b.press("alt+right")
	b.sees("the history of containai")
	b.press("alt+left", "alt+left")
	b.later(b.root.act(pane.OpenVersions{}))
	if b.root.top() != pane.Pane(list) {
		t.Error("the list that forward leads to was not taken")
	}
}

func TestChoosingAPlaceGoesThere(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.press("enter")
	choose := pane.Choose{Title: "Places", Head: []string{"Choose\x1b[2J one."}, Choices: []pane.Choice{
		{Label: "not there", Disabled: "nothing is there", Note: "-"},
		{Label: "containai-base", Note: "0123456789ab", Action: pane.OpenHistory{Package: "containai-base", Digest: digest("x")}},
		{Label: "in here", Action: pane.GoTo{Package: "containai", Digest: digest("old")}},
	}}
	b.later(b.root.act(choose))
	b.sees("Places", "Choose", "> containai-base", "esc close")
	b.press("up", "enter")
	b.sees("not now: nothing is there")
	b.press("down", "enter")
	b.sees("the history of containai-base")
	b.press("esc")
	b.later(b.root.act(choose))
	b.press("here", "enter")
	b.sees("the history of containai")
	if last := b.history.got; len(last) == 0 {
		t.Error("the pane was not told")
	}
	n := len(b.root.stack)
	b.later(b.root.act(choose))
	b.press("esc")
	if len(b.root.stack) != n {
		t.Error("esc went somewhere")
	}
}

// A pane that was away is shown what became known, once and only then.
func TestForwardBringsWhatBecameKnown(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.press("enter")
	left := b.history
	n := len(left.surveys())
	b.press("esc", "alt+right")
	if got := len(left.surveys()); got != n {
		t.Errorf("nothing is new, but the pane got %d surveys more", got-n)
	}
	b.press("esc")
	b.root.spread(survey(-10 * time.Second))
	if got := len(left.surveys()); got != n {
		t.Error("a pane that nobody sees works on a survey")
	}
	b.press("alt+right")
	if got := left.surveys(); len(got) != n+1 || !got[n].Inventory.ReadAt.Equal(noon().Add(10*time.Second)) {
		t.Errorf("the pane got %d surveys more, want the newest", len(got)-n)
	}
}

// Going back gives up what a pane waits for, and going forward asks again; an
// answer that had come stays.
func TestForwardAsksAgainForWhatNeverCame(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.later(b.root.act(pane.Compare{Package: "containai", A: digest("old"), B: digest("new")}))
	b.press("alt+left")
	late := b.answers()
	b.press("alt+right")
	for _, m := range late {
		b.send(m)
	}
	if got := len(b.diffs[0].results()); got != 0 {
		t.Errorf("%d answers to a question that was given up", got)
	}
	b.rest()
	if got := len(b.diffs[0].results()); got != 1 {
		t.Errorf("%d answers after going forward, want 1", got)
	}
	asked := b.fake.called("compare")
	b.press("alt+left", "alt+right")
	b.rest()
	if b.fake.called("compare") != asked {
		t.Error("what is there was asked for again")
	}
}

// However deep somebody goes and returns, what is kept is bounded.
func TestWhatLiesAheadIsBounded(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	const deep = mostAhead + 5
	for range deep {
		b.later(b.root.act(pane.Compare{Package: "containai", A: digest("old"), B: digest("new")}))
		b.rest()
	}
	for range deep {
		b.press("alt+left")
	}
	if len(b.root.ahead) != mostAhead {
		t.Errorf("%d panes are kept, want %d", len(b.root.ahead), mostAhead)
	}
	b.press("alt+right")
	if b.root.top() != pane.Pane(b.diffs[0]) {
		t.Error("the nearest pane was not kept")
	}
}
