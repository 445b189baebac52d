package ui

import (
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
)

func (b *bench) reads(names ...string) {
	var digests []model.Digest
	for _, n := range names {
		digests = append(digests, digest(n))
	}
	b.later(b.root.act(pane.ReadManifests{Package: "containai", Digests: digests}))
}

// known is how many manifests the newest survey of the home pane has.
func (b *bench) known() int {
	all := b.home.surveys()
	p, _ := all[len(all)-1].Inventory.Package("containai")
	return len(p.Snapshot.Manifests)
}

func TestReadsAreBatchedAndAskedOnce(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	known := []string{}
	b.fake.read = func(_ string, digests []model.Digest) (model.Survey, error) {
		for _, name := range []string{"a", "b", "c", "d"} {
			for _, d := range digests {
				if d == digest(name) {
					known = append(known, name)
				}
			}
		}
		return survey(0, known...), nil
	}
	b.reads("a", "b")
	b.reads("a", "b")      // on its way already
	b.reads("c")           // waits for the next batch
	b.reads("c", "d", "a") // one batch with the former
	b.rest()
	if n := b.fake.called("read containai 2"); n != 2 || b.fake.called("read") != 2 {
		t.Errorf("calls: %v", b.fake.calls)
	}
	if b.known() != 4 {
		t.Errorf("%d manifests are shown, want 4", b.known())
	}
	b.reads("a", "d")
	if b.fake.called("read") != 2 {
		t.Error("what is known was asked for")
	}
}

func TestReadDeliveredAfterARefreshDoesNotGoBack(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.fake.read = func(string, []model.Digest) (model.Survey, error) { return survey(time.Hour, "a"), nil }
	b.reads("a")
	late := b.answers() // as of an hour ago
	b.press("r")
	b.rest()
	b.fake.read = func(string, []model.Digest) (model.Survey, error) { return survey(0, "a"), nil }
	for _, m := range late {
		b.send(m)
	}
	all := b.home.surveys()
	if got := all[len(all)-1].Inventory.ReadAt; !got.Equal(noon()) {
		t.Fatalf("the screen went back to %s", got)
	}
	b.rest()
	if b.known() != 1 {
		t.Error("what the dropped answer had brought was not asked again")
	}
	if b.fake.called("read") != 2 {
		t.Errorf("read %d times, want 2", b.fake.called("read"))
	}
}

func TestRefreshDeliveredAfterAReadKeepsTheRead(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.press("r")
	slow := b.answers() // drawn up before the read
	b.fake.read = func(string, []model.Digest) (model.Survey, error) { return survey(0, "a"), nil }
	b.reads("a")
	b.rest()
	if b.known() != 1 {
		t.Fatal("a refresh under way keeps reads from the screen")
	}
	for _, m := range slow {
		b.send(m)
	}
	b.rest()
	if b.known() != 1 {
		t.Error("what had been read is gone after the refresh")
	}
}

func TestFailedReadsAreTriedAgainAfterARefreshOnly(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.fake.read = func(string, []model.Digest) (model.Survey, error) { return model.Survey{}, errDown }
	b.reads("a")
	b.rest()
	b.sees("reading manifests: ghcr.io did not answer")
	if n := b.fake.called("read"); n != 1 {
		t.Errorf("read %d times, want 1", n)
	}
	b.fake.read = func(string, []model.Digest) (model.Survey, error) { return survey(0, "a"), nil }
	b.press("r")
	b.rest()
	if b.fake.called("read") != 2 || b.known() != 1 {
		t.Errorf("read %d times, %d known", b.fake.called("read"), b.known())
	}
}

func TestReadThatBringsNothingEnds(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.home.on = func(msg tea.Msg) pane.Action {
		if _, ok := msg.(pane.Surveyed); ok {
			return pane.ReadManifests{Package: "containai", Digests: []model.Digest{digest("gone")}}
		}
		return nil
	}
	b.press("r")
	b.rest() // fails where it goes round
	if n := b.fake.called("read"); n > mostTries {
		t.Errorf("read %d times, want at most %d", n, mostTries)
	}
}

// partial is a survey in which only the newest versions of containai are read.
func partial(age time.Duration) model.Survey {
	s := survey(age)
	for i, p := range s.Inventory.Packages {
		if p.Spec.Name == "containai" {
			s.Inventory.Packages[i].Snapshot.Partial = true
			s.Inventory.Packages[i].Snapshot.Total = 700
		}
	}
	return s
}

func TestOpenHistoryReadsAllVersions(t *testing.T) {
	b := newBench(t, nil)
	b.fake.fresh = partial(0)
	b.rest()
	if b.fake.called("versions") != 0 {
		t.Error("all versions were read without need")
	}
	b.fake.versions = func(string) (model.Survey, error) { return survey(0), nil }
	b.press("enter")
	b.rest()
	if b.fake.called("versions containai") != 1 {
		t.Errorf("calls: %v", b.fake.calls)
	}
	all := b.history.surveys()
	if p, _ := all[len(all)-1].Inventory.Package("containai"); p.Snapshot.Partial {
		t.Error("the pane did not get them")
	}
}

func TestClosedHistoryGivesUpReading(t *testing.T) {
	b := newBench(t, nil)
	b.fake.fresh = partial(0)
	b.rest()
	b.press("enter")
	late := b.answers()
	b.press("esc")
	if b.fake.asked("versions containai").Err() == nil {
		t.Error("reading goes on")
	}
	n := len(b.home.surveys())
	for _, m := range late {
		b.send(m)
	}
	if len(b.home.surveys()) != n {
		t.Error("what was given up is shown")
	}
}

func TestVersionsThatStayPartialAreAskedOnce(t *testing.T) {
	b := newBench(t, nil)
	b.fake.fresh = partial(0)
	b.rest()
	b.fake.versions = func(string) (model.Survey, error) { return partial(0), nil }
	b.press("enter")
	b.rest()
	b.press("esc", "enter")
	b.rest()
	if n := b.fake.called("versions"); n != 1 {
		t.Errorf("asked %d times", n)
	}
}
