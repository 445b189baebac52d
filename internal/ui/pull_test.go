package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/keys"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

// saving is a bench on a home pane whose key S saves the good version.
func saving(t *testing.T, change func(*Options)) *bench {
	b := newBench(t, change)
	b.rest()
	b.home.bindings = append(b.home.bindings, keys.Binding{ID: "pull", Keys: []string{"S"}, Does: "save files"})
	b.home.do["pull"] = pane.Pull{Package: "containai", Digest: digest("old")}
	b.press("S")
	return b
}

func TestPullShowsFilesAsksAndSaves(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		b := saving(t, func(o *Options) { o.Home = "/home/alice" })
		b.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		check := func(name string) {
			t.Helper()
			uitest.Golden(t, fmt.Sprintf("pull-%s-%dx%d", name, size[0], size[1]), b.root.View())
		}
		b.sees("Nothing is written before you have seen the files")
		b.rest()
		b.elapse()
		b.sees("./containai-v1.2.0")
		check("files")
		if n := b.fake.called("pull "); n != 0 {
			t.Fatal("something was saved before it was asked for")
		}
		for range len("./containai-v1.2.0") {
			b.press("backspace")
		}
		b.press("~/here", "enter")
		if b.root.Busy() == 0 {
			t.Error("saving does not count as work")
		}
		check("begins")
		b.rest()
		if n := b.fake.called("pull containai into /home/alice/here"); n != 1 {
			t.Errorf("asked for %v", b.fake.calls)
		}
		b.elapse()
		check("saved")
		b.press("y")
		b.rest()
		if len(b.copied) != 1 || !strings.Contains(b.copied[0], "saved in /home/alice/here") {
			t.Errorf("copied %q", b.copied)
		}
		b.press("esc")
		if b.root.modals.Len() != 0 || b.root.pull != nil {
			t.Error("the way does not end")
		}
	}
}

func TestPullTellsBytesAndStops(t *testing.T) {
	b := saving(t, nil)
	b.rest()
	b.elapse()
	started, cleaned := make(chan struct{}), make(chan struct{})
	b.fake.pull = func(ctx context.Context, _ string, progress func(done, total int64)) (model.Pulled, error) {
		progress(1_000_000, 4_000_000)
		progress(2_000_000, 4_000_000)
		close(started)
		<-ctx.Done()
		close(cleaned)
		return model.Pulled{}, ctx.Err()
	}
	b.press("enter")
	cmds := b.waiting
	b.waiting = nil
	answers := make(chan tea.Msg, 8)
	batch, ok := cmds[len(cmds)-1]().(tea.BatchMsg)
	if !ok {
		t.Fatal("nothing is done at once")
	}
	for _, c := range batch {
		if c != nil {
			go func() { answers <- c() }()
		}
	}
	<-started
	b.now = b.now.Add(2 * time.Second)
	var news pullNewsMsg
	for news.progress.Done != 2_000_000 { // the newest counts
		msg := <-answers
		n, ok := msg.(pullNewsMsg)
		if !ok {
			t.Fatalf("instead of progress came %T", msg)
		}
		news = n
		b.send(n)
		if n.progress.Done != 2_000_000 {
			go func() { answers <- b.root.pull.listen()() }()
		}
	}
	b.sees("2.0 MB of 4.0 MB, 1.0 MB/s, 2 s left")
	b.press("esc")
	<-cleaned
	b.sees("stopped: nothing of it is kept")
	if b.root.pull != nil || b.root.modals.Len() != 0 {
		t.Error("stopping leaves the dialog")
	}
	b.send(pulledMsg{gen: news.gen, pulled: model.Pulled{Package: "late"}})
	if b.root.modals.Len() != 0 {
		t.Error("what comes late opens a dialog")
	}
	ctx, cancel := context.WithTimeout(t.Context(), uitest.Limit)
	defer cancel()
	b.root.Settle(ctx) // the end of the program waits for the files to be taken away
	if ctx.Err() != nil {
		t.Error("the end waits for what has ended")
	}
}

// A directory that will not do is told, and another one can be named.
func TestPullAsksForAnotherDirectory(t *testing.T) {
	b := saving(t, nil)
	b.rest()
	b.elapse()
	b.fake.pull = func(context.Context, string, func(done, total int64)) (model.Pulled, error) {
		return model.Pulled{}, model.Invalid("attestation.jsonl is there already", "choose another directory")
	}
	b.press("enter")
	b.rest()
	b.elapse()
	b.sees("attestation.jsonl is there already")
	b.sees("./containai-v1.2.0")
	b.fake.pull = nil
	b.press("-again", "enter")
	b.rest()
	if b.fake.called("pull containai into ./containai-v1.2.0-again") != 1 {
		t.Errorf("asked for %v", b.fake.calls)
	}
}

func TestPullThatFails(t *testing.T) {
	b := newBench(t, nil)
	b.fake.pullFiles = func(string, model.Digest) (model.Pulled, error) {
		return model.Pulled{}, errors.New("ghcr.io does not answer\x1b[2J")
	}
	b.rest()
	b.home.bindings = append(b.home.bindings, keys.Binding{ID: "pull", Keys: []string{"S"}, Does: "save files"})
	b.home.do["pull"] = pane.Pull{Package: "containai", Digest: digest("old")}
	b.press("S")
	b.rest()
	b.elapse()
	b.sees("ghcr.io does not answer")
	b.sees("Nothing was written.")
	b.press("esc")
	// Without layers there is nothing to ask.
	b.fake.pullFiles = func(pkg string, d model.Digest) (model.Pulled, error) {
		return model.Pulled{Package: pkg, Digest: d}, nil
	}
	b.press("S")
	b.rest()
	b.elapse()
	b.sees("there is nothing to save")
	b.press("esc", "S", "esc") // given up while it is read
	b.rest()
	if b.root.modals.Len() != 0 || b.root.pull != nil {
		t.Error("what was given up opens a dialog")
	}
}
