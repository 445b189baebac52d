package ui

import (
	"context"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/matrix"
	"github.com/novotnyllc/caitui/internal/ui/pane"
)

// A pane whose content is not the survey has it fetched: the root asks the
// service for it when it opens the pane, and brings the answer to that very
// pane. Of the same question only the newest counts: an older one is cancelled,
// and what it still brings is dropped. With the pane its questions go.

// question tells a pane's requests apart.
type question int

const (
	content question = iota // what the pane was opened for
	files                   // what differs within layers
	other                   // what the content is compared with
	later                   // what has not happened yet: nobody waits for it
)

// fetch is a request that a pane waits for.
type fetch struct {
	gen    uint64
	of     question
	cancel context.CancelFunc
	news   chan any      // what is told before the answer, the newest only
	done   chan struct{} // closed when the service has answered
}

// ask is a call of the service. tell brings something to the pane before the
// answer: a pane.Progress, or a first part of what is asked for; of what is told
// too fast for the screen only the newest arrives. It may be called from any
// goroutine.
type ask func(ctx context.Context, tell func(any)) (any, error)

// fetchedMsg is the answer, progressMsg what is told before it, listenMsg the
// time to look for that again.
type (
	fetchedMsg struct {
		gen   uint64
		value any
		err   error
	}
	progressMsg struct {
		gen  uint64
		news any
	}
	listenMsg struct{ gen uint64 }
)

// progressEvery is how often progress is drawn.
const progressEvery = 100 * time.Millisecond

// openDiff shows what differs between two versions.
func (r *Root) openDiff(a pane.Compare) tea.Cmd {
	service := r.o.Service
	return r.open(r.panes.diff(a), func(ctx context.Context, _ func(any)) (any, error) {
		return service.Compare(ctx, a.Package, a.A, a.B)
	})
}

// openChannelDiff shows what changed in a channel.
func (r *Root) openChannelDiff(a pane.CompareChannel) tea.Cmd {
	service := r.o.Service
	return r.open(r.panes.channel(a), func(ctx context.Context, _ func(any)) (any, error) {
		return service.CompareChannel(ctx, a.Channel)
	})
}

// openAttestations shows all statements about a version: as soon as they are
// found, and again when they are checked.
func (r *Root) openAttestations(a pane.ShowAttestations) tea.Cmd {
	service := r.o.Service
	return r.open(r.panes.attest(a), func(ctx context.Context, tell func(any)) (any, error) {
		return service.Attested(ctx, a.Package, a.Digest, func(l model.AttestationList) { tell(l) })
	})
}

// openMatrix sets packages against channels. A matrix that is on top or next on
// the way forward is gone to, unless a release is to get a column of its own.
func (r *Root) openMatrix(a pane.ShowMatrix) tea.Cmd {
	service := r.o.Service
	if a.Release == "" {
		if cmd, found := r.near(func(o open) bool { return o.pane.ID() == matrix.Name }, a); found {
			return cmd
		}
	}
	return r.open(r.panes.matrix(a), func(ctx context.Context, tell func(any)) (any, error) {
		return service.Audit(ctx, a.Channel, a.Release, func(sets []model.SetVerification) { tell(pane.SomeVerdicts{Sets: sets}) })
	})
}

// openSBOM shows the SBOMs of a version.
func (r *Root) openSBOM(a pane.ShowSBOM) tea.Cmd {
	service := r.o.Service
	return r.open(r.panes.sbom(a), func(ctx context.Context, _ func(any)) (any, error) {
		return service.SBOMs(ctx, a.Package, a.Digest)
	})
}

// compareSBOM fetches the SBOMs of another version for a pane.
func (r *Root) compareSBOM(p pane.Pane, a pane.CompareSBOM) tea.Cmd {
	service := r.o.Service
	return tea.Batch(r.tellPane(p, a), r.fetch(p, other, func(ctx context.Context, _ func(any)) (any, error) {
		return service.SBOMs(ctx, a.Package, a.Digest)
	}))
}

// openContent shows content that is at hand.
func (r *Root) openContent(a pane.ShowContent) tea.Cmd {
	content := *a.Content
	return r.open(r.panes.raw(pane.ShowRaw{Package: content.Package, Digest: content.Digest}), func(context.Context, func(any)) (any, error) {
		return content, nil
	})
}

// openRaw shows what the registry has under a digest.
func (r *Root) openRaw(a pane.ShowRaw) tea.Cmd {
	service := r.o.Service
	return r.open(r.panes.raw(a), func(ctx context.Context, _ func(any)) (any, error) {
		return service.Raw(ctx, a.Package, a.Digest)
	})
}

// open puts a pane on the stack and asks for its content.
func (r *Root) open(p pane.Pane, of ask) tea.Cmd {
	cmd := tea.Batch(r.show(open{pane: p, content: of}), r.fetch(p, content, of))
	if r.have {
		return tea.Batch(cmd, r.tellPane(p, pane.Surveyed{Survey: r.survey}))
	}
	return cmd
}

// fetchAgain repeats what a pane was opened with.
func (r *Root) fetchAgain(p pane.Pane) tea.Cmd {
	i := r.find(p)
	if i < 0 || r.stack[i].content == nil {
		return nil
	}
	return r.fetch(p, content, r.stack[i].content)
}

// compareFiles reads the files of two versions for a pane.
func (r *Root) compareFiles(p pane.Pane, a pane.CompareFiles) tea.Cmd {
	service := r.o.Service
	return r.fetch(p, files, func(ctx context.Context, tell func(any)) (any, error) {
		return service.CompareFiles(ctx, a.Package, a.A, a.B, func(done, total int64) { tell(pane.Progress{Done: done, Total: total}) })
	})
}

// find is a pane's place in the stack, -1 where it is gone.
func (r *Root) find(p pane.Pane) int {
	return slices.IndexFunc(r.stack, func(o open) bool { return o.pane == p })
}

// fetch asks the service for a pane of the stack.
func (r *Root) fetch(p pane.Pane, of question, call ask) tea.Cmd {
	i := r.find(p)
	if i < 0 {
		return nil
	}
	r.stack[i].drop(func(f *fetch) bool { return f.of == of })
	ctx, cancel := context.WithCancel(r.ctx)
	r.gens++
	f := &fetch{gen: r.gens, of: of, cancel: cancel, news: make(chan any, 1), done: make(chan struct{})}
	r.stack[i].fetches = append(r.stack[i].fetches, f)
	work := func() tea.Msg {
		defer close(f.done)
		value, err := call(ctx, func(part any) { newest(f.news, part) })
		return fetchedMsg{gen: f.gen, value: value, err: err}
	}
	return tea.Batch(work, f.listen())
}

// newest puts p in the place of what a channel with room for one holds.
func newest[T any](news chan T, p T) {
	select {
	case <-news:
	default:
	}
	select {
	case news <- p:
	default:
	}
}

// listen waits for progress; it is issued again after each.
func (f *fetch) listen() tea.Cmd {
	return func() tea.Msg {
		select {
		case p := <-f.news:
			return progressMsg{gen: f.gen, news: p}
		case <-f.done:
			return nil
		}
	}
}

// waiting finds the pane and the request that an answer belongs to; false
// where nobody waits for it any more.
func (r *Root) waiting(gen uint64) (at int, f *fetch, ok bool) {
	for i, o := range r.stack {
		for _, f := range o.fetches {
			if f.gen == gen {
				return i, f, true
			}
		}
	}
	return 0, nil, false
}

func (r *Root) onFetched(msg fetchedMsg) tea.Cmd {
	i, f, ok := r.waiting(msg.gen)
	if !ok {
		return nil
	}
	r.stack[i].drop(func(other *fetch) bool { return other == f })
	p := r.stack[i].pane
	out := pane.Result{To: p.ID(), Gen: msg.gen, Value: msg.value, Err: msg.err}
	if msg.err != nil {
		out.Value = nil // what comes with an error is nothing to show
	}
	return r.tellPane(p, out)
}

func (r *Root) onProgress(msg progressMsg) tea.Cmd {
	i, _, ok := r.waiting(msg.gen)
	if !ok {
		return nil
	}
	p, news := r.stack[i].pane, msg.news
	if _, ok := news.(pane.Progress); !ok {
		news = pane.Result{To: p.ID(), Gen: msg.gen, Value: news}
	}
	return tea.Batch(r.tellPane(p, news), r.o.timer(progressEvery, listenMsg{msg.gen}))
}

func (r *Root) onListen(msg listenMsg) tea.Cmd {
	if _, f, ok := r.waiting(msg.gen); ok {
		return f.listen()
	}
	return nil
}

// drop cancels the requests that a condition holds for, and forgets them.
func (o *open) drop(which func(*fetch) bool) {
	o.fetches = slices.DeleteFunc(o.fetches, func(f *fetch) bool {
		if !which(f) {
			return false
		}
		f.cancel()
		return true
	})
}

// giveUp drops what a pane has asked for besides its content.
func (r *Root) giveUp(p pane.Pane) {
	if i := r.find(p); i >= 0 {
		r.stack[i].drop(func(f *fetch) bool { return f.of != content && f.of != later })
	}
}

// fetching counts the requests that panes wait for.
func (r *Root) fetching() int {
	n := 0
	for _, o := range r.stack {
		for _, f := range o.fetches {
			if f.of != later {
				n++
			}
		}
	}
	return n
}
