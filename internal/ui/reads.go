package ui

import (
	"context"
	"maps"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
)

// wants is digests by package.
type wants map[string]map[model.Digest]bool

func (w wants) add(pkg string, d model.Digest) {
	if w[pkg] == nil {
		w[pkg] = make(map[model.Digest]bool)
	}
	w[pkg][d] = true
}

// reading collects what panes want to see of manifests, and reads it in
// batches, one at a time, so that a pane may ask as often as it draws.
//
// A batch's answer is the survey of its time. If another survey was shown
// between question and answer, nobody knows which of the two is the older, so
// the answer is not shown; what it should have brought and the present survey
// lacks is asked again, and then comes from the service's memory. Nothing goes
// backwards on the screen.
type reading struct {
	busy    bool
	pending wants
	sent    wants
	// brought is what answers have brought since the refresh under way began:
	// its survey may have been drawn up without it.
	brought wants
	failed  wants // to be tried again after the next refresh
	tries   map[model.Digest]int
}

// mostTries bounds how often a digest is asked for between two refreshes.
const mostTries = 3

func newReading() reading {
	return reading{pending: wants{}, sent: wants{}, brought: wants{}, failed: wants{}, tries: map[model.Digest]int{}}
}

type readMsg struct {
	basis  uint64
	survey model.Survey
	got    bool // survey is one
	err    error
}

// has reports whether a survey knows a manifest.
func has(s model.Survey, pkg string, d model.Digest) bool {
	p, ok := s.Inventory.Package(pkg)
	return ok && p.Snapshot.Manifests[d] != nil
}

// want notes what a pane asks for, once.
func (r *Root) want(pkg string, digests []model.Digest) tea.Cmd {
	for _, d := range digests {
		if !has(r.survey, pkg, d) && !r.read.sent[pkg][d] && r.read.tries[d] < mostTries {
			r.read.pending.add(pkg, d)
		}
	}
	return r.readMore()
}

// readMore sends the next batch, if there is one and none is under way.
func (r *Root) readMore() tea.Cmd {
	if r.read.busy || len(r.read.pending) == 0 {
		return nil
	}
	type batch struct {
		pkg     string
		digests []model.Digest
	}
	var batches []batch
	for _, pkg := range slices.Sorted(maps.Keys(r.read.pending)) {
		batches = append(batches, batch{pkg, slices.Sorted(maps.Keys(r.read.pending[pkg]))})
		for d := range r.read.pending[pkg] {
			r.read.tries[d]++
		}
	}
	r.read.busy, r.read.sent, r.read.pending = true, r.read.pending, wants{}
	basis, ctx, service := r.load.basis, r.ctx, r.o.Service
	return func() tea.Msg {
		out := readMsg{basis: basis}
		for _, b := range batches {
			s, err := service.Read(ctx, b.pkg, b.digests)
			if len(s.Inventory.Packages) > 0 {
				out.survey, out.got = s, true
			}
			if err != nil && out.err == nil {
				out.err = err
			}
		}
		return out
	}
}

// onRead shows a batch, or asks again for what cannot be believed.
func (r *Root) onRead(msg readMsg) tea.Cmd {
	asked := r.read.sent
	r.read.busy, r.read.sent = false, wants{}
	var cmds []tea.Cmd
	if msg.err != nil {
		r.complain(trouble("reading manifests", msg.err))
	}
	basis := r.load.basis
	if msg.got && msg.basis == basis {
		cmds = append(cmds, r.spread(msg.survey))
	}
	for pkg, digests := range asked {
		for d := range digests {
			switch {
			case has(r.survey, pkg, d):
				if r.load.busy {
					r.read.brought.add(pkg, d)
				}
			case msg.err == nil && msg.basis != basis && r.read.tries[d] < mostTries:
				r.read.pending.add(pkg, d)
			default:
				r.read.failed.add(pkg, d)
			}
		}
	}
	return tea.Batch(append(cmds, r.readMore())...)
}

// again is called after a refresh: what had been read while it ran and did not
// come with it, and what could not be read before, is asked once more.
func (r *reading) again(s model.Survey) {
	for _, list := range []wants{r.brought, r.failed} {
		for pkg, digests := range list {
			for d := range digests {
				if !has(s, pkg, d) {
					r.pending.add(pkg, d)
				}
			}
		}
	}
	r.brought, r.failed = wants{}, wants{}
	clear(r.tries)
}

// wholeReading reads all versions of the package whose history is open, where
// a refresh reads only the newest.
type wholeReading struct {
	busy   bool
	pkg    string
	gen    uint64
	cancel context.CancelFunc
	failed string // package whose reading failed since the last refresh
}

type wholeMsg struct {
	gen, basis uint64
	survey     model.Survey
	err        error
}

// readWhole asks for the rest of the package on top, if it has one.
func (r *Root) readWhole() tea.Cmd {
	pkg := r.stack[len(r.stack)-1].pkg
	if pkg == "" || r.whole.failed == pkg || r.whole.busy && r.whole.pkg == pkg {
		return nil
	}
	if p, ok := r.survey.Inventory.Package(pkg); !ok || !p.Known || !p.Snapshot.Partial {
		return nil
	}
	r.dropWhole()
	ctx, cancel := context.WithCancel(r.ctx)
	r.whole.busy, r.whole.pkg, r.whole.cancel = true, pkg, cancel
	gen, basis, service := r.whole.gen, r.load.basis, r.o.Service
	return func() tea.Msg {
		s, err := service.Versions(ctx, pkg)
		return wholeMsg{gen: gen, basis: basis, survey: s, err: err}
	}
}

// dropWhole gives up the reading under way: its pane is gone.
func (r *Root) dropWhole() {
	if r.whole.cancel != nil {
		r.whole.cancel()
	}
	r.whole.gen++
	r.whole.busy, r.whole.pkg, r.whole.cancel = false, "", nil
}

func (r *Root) onWhole(msg wholeMsg) tea.Cmd {
	if msg.gen != r.whole.gen {
		return nil
	}
	pkg := r.whole.pkg
	r.dropWhole()
	if msg.err != nil {
		r.whole.failed = pkg
		r.complain(trouble("reading all versions of "+pkg, msg.err))
		var cmds []tea.Cmd
		for _, o := range r.stack {
			if o.pkg == pkg {
				cmds = append(cmds, r.failPane(o.pane, msg.err))
			}
		}
		return tea.Batch(cmds...)
	}
	if msg.basis != r.load.basis {
		return r.readWhole() // see reading: it may be older than what is shown
	}
	cmd := r.spread(msg.survey)
	if p, ok := r.survey.Inventory.Package(pkg); ok && p.Snapshot.Partial {
		r.whole.failed = pkg // no more is to be had; do not go round
	}
	return cmd
}
