package ui

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/modal"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// pull is the way from the key S to the files: what would be written, where to,
// the bytes as they come, what was written. One dialog of it is open at a time,
// and closing that ends the way.
type pull struct {
	gen    uint64
	of     pane.Pull
	files  model.Pulled
	dialog modal.Modal
	busy   bool
	began  time.Time
	cancel context.CancelFunc
	news   chan pane.Progress // the newest only
	ended  chan struct{}      // closed when nothing is written any more
}

// pullFilesMsg is what would be written, pullNewsMsg how far it is, pulledMsg
// the end.
type (
	pullFilesMsg struct {
		gen   uint64
		files model.Pulled
		err   error
	}
	pullNewsMsg struct {
		gen      uint64
		progress pane.Progress
	}
	pulledMsg struct {
		gen    uint64
		dir    string
		pulled model.Pulled
		err    error
	}
)

// startPull looks what a version consists of. Nothing is written by that.
func (r *Root) startPull(a pane.Pull) tea.Cmd {
	if r.pull != nil {
		return nil
	}
	r.gens++
	ctx, cancel := context.WithCancel(r.ctx)
	p := &pull{gen: r.gens, of: a, busy: true, cancel: cancel}
	working := modal.NewWorking(r.th, p.title("Looking at"), []modal.Line{
		{Text: "Reading what it consists of."},
		{Text: "Nothing is written before you have seen the files.", Tone: present.Muted},
	})
	p.dialog, r.pull = working, p
	gen, service := p.gen, r.o.Service
	return tea.Batch(r.push(working), working.Init(), func() tea.Msg {
		files, err := service.PullFiles(ctx, a.Package, a.Digest)
		return pullFilesMsg{gen: gen, files: files, err: err}
	})
}

// title is a dialog's title with what it is about.
func (p *pull) title(act string) string {
	return act + " " + model.Sanitize(p.of.Package) + "@" + present.Short(p.of.Digest)
}

// onPullFiles shows the files and asks for the directory.
func (r *Root) onPullFiles(msg pullFilesMsg) tea.Cmd {
	p := r.pull
	if p == nil || msg.gen != p.gen {
		return nil // given up
	}
	p.cancel()
	p.busy = false
	if msg.err != nil {
		return r.turnPull(modal.NewReport(r.th, p.title("Cannot save"), failureLines(msg.err), ""))
	}
	p.files = msg.files
	return r.askDirectory(p, "./"+present.PullDir(r.survey, p.of.Package, p.of.Digest), nil)
}

// askDirectory asks where to; trouble is why the last answer did not do.
func (r *Root) askDirectory(p *pull, dir string, trouble error) tea.Cmd {
	lines := present.PullPreview(p.files)
	if trouble != nil {
		lines = append(failureLines(trouble), lines...)
	}
	if len(p.files.Files) == 0 {
		return r.turnPull(modal.NewReport(r.th, p.title("Nothing to save of"), lines, ""))
	}
	return r.turnPull(modal.NewPrompt(r.th, p.title("Save"), lines, "directory", dir, "save"))
}

// failureLines are an error and its cure, for a dialog.
func failureLines(err error) []modal.Line {
	return append(present.Failure(err), modal.Line{Text: "Nothing was written.", Tone: present.Muted})
}

// turnPull goes on to the next dialog.
func (r *Root) turnPull(next modal.Modal) tea.Cmd {
	cmd := r.modals.Replace(r.pull.dialog, next)
	r.pull.dialog = next
	return cmd
}

// directory is a directory as a person types it, with ~ for the home.
func (r *Root) directory(dir string) string {
	if rest, ok := strings.CutPrefix(dir, "~/"); ok && r.o.Home != "" {
		return filepath.Join(r.o.Home, rest)
	}
	return dir
}

// pullInto saves the version in a directory.
func (r *Root) pullInto(dir string) tea.Cmd {
	p := r.pull
	if p == nil || p.busy {
		return nil
	}
	dir = r.directory(dir)
	r.gens++
	ctx, cancel := context.WithCancel(r.ctx)
	p.gen, p.busy, p.began, p.cancel = r.gens, true, r.now, cancel
	p.news, p.ended = make(chan pane.Progress, 1), make(chan struct{})
	r.saves = append(slices.DeleteFunc(r.saves, (*pull).over), p.writer())
	cmd := r.turnPull(modal.NewTransfer(r.th, p.title("Saving"), []modal.Line{
		{Text: present.Many(len(p.files.Files), "file") + " into " + model.Sanitize(dir)},
		{Text: "Each is compared with its digest while it arrives.", Tone: present.Muted},
	}))
	gen, of, service, news, ended := p.gen, p.of, r.o.Service, p.news, p.ended
	report := func(done, total int64) { newest(news, pane.Progress{Done: done, Total: total}) }
	work := func() tea.Msg {
		defer close(ended)
		pulled, err := service.Pull(ctx, of.Package, of.Digest, dir, report)
		return pulledMsg{gen: gen, dir: dir, pulled: pulled, err: err}
	}
	return tea.Batch(cmd, work, p.listen())
}

// writer is what has to end before the program may: a copy, for the way may go
// on to another directory.
func (p *pull) writer() *pull { return &pull{cancel: p.cancel, ended: p.ended} }

// over is whether nothing is written any more.
func (p *pull) over() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// listen waits for progress; it is issued again after each.
func (p *pull) listen() tea.Cmd {
	gen, news, ended := p.gen, p.news, p.ended
	return func() tea.Msg {
		select {
		case n := <-news:
			return pullNewsMsg{gen: gen, progress: n}
		case <-ended:
			return nil
		}
	}
}

func (r *Root) onPullNews(msg pullNewsMsg) tea.Cmd {
	p := r.pull
	if p == nil || msg.gen != p.gen || !p.busy {
		return nil
	}
	if t, ok := p.dialog.(*modal.Transfer); ok {
		t.Progress(msg.progress.Done, msg.progress.Total, r.now.Sub(p.began))
	}
	return r.o.timer(progressEvery, pullListenMsg{msg.gen})
}

// pullListenMsg is the time to look for progress again.
type pullListenMsg struct{ gen uint64 }

func (r *Root) onPullListen(msg pullListenMsg) tea.Cmd {
	if p := r.pull; p != nil && msg.gen == p.gen && p.busy {
		return p.listen()
	}
	return nil
}

// onPulled tells what was saved. Where the directory was the trouble, another
// one can be named.
func (r *Root) onPulled(msg pulledMsg) tea.Cmd {
	p := r.pull
	if p == nil || msg.gen != p.gen {
		return nil // stopped
	}
	p.cancel()
	p.busy = false
	switch {
	case errors.Is(msg.err, model.ErrInvalid):
		return r.askDirectory(p, msg.dir, msg.err)
	case msg.err != nil:
		return r.turnPull(modal.NewReport(r.th, p.title("Not saved"), failureLines(msg.err), ""))
	}
	line := present.PullSentences(msg.pulled)[0]
	return r.turnPull(modal.NewReport(r.th, p.title("Saved"), present.PullReport(msg.pulled), line))
}

// endPull forgets the way. What is under way ends by itself and leaves nothing.
func (r *Root) endPull() {
	p := r.pull
	r.pull = nil
	p.cancel()
	if p.busy {
		r.say("stopped: nothing of it is kept")
	}
}
