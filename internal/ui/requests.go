package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
)

// loading is about surveys of everything: what the store knows, and refreshes.
type loading struct {
	storing bool
	busy    bool
	gen     uint64 // of the newest refresh; answers of older ones are dropped
	cancel  context.CancelFunc
	fresh   bool  // a refresh has answered
	err     error // why the newest refresh failed, nil where it did not
	// basis counts the surveys that were shown. An answer about a part that was
	// asked for before the present one came may be older than it; see reading.
	basis uint64
	// confirming is set while what the survey's conclusions rest on is read.
	confirming bool
}

// storedMsg is the store's answer, refreshedMsg that of the servers.
type (
	storedMsg struct {
		survey model.Survey
		err    error
	}
	refreshedMsg struct {
		gen    uint64
		survey model.Survey
		err    error
	}
)

// stored asks the store.
func (r *Root) stored() tea.Cmd {
	r.load.storing = true
	ctx, service := r.ctx, r.o.Service
	return func() tea.Msg {
		s, err := service.Stored(ctx)
		return storedMsg{survey: s, err: err}
	}
}

// onStored takes the store's answer unless the servers were faster.
func (r *Root) onStored(msg storedMsg) tea.Cmd {
	r.load.storing = false
	switch {
	case msg.err != nil:
		r.complain("the local store: " + msg.err.Error())
	case !r.load.fresh && len(msg.survey.Inventory.Packages) > 0:
		return r.spread(msg.survey)
	}
	return nil
}

// refresh reads everything anew. A refresh under way is given up for it.
func (r *Root) refresh() tea.Cmd {
	if r.load.cancel != nil {
		r.load.cancel()
	}
	ctx, cancel := context.WithCancel(r.ctx)
	r.load.gen++
	r.load.busy, r.load.cancel = true, cancel
	gen, service := r.load.gen, r.o.Service
	return func() tea.Msg {
		s, err := service.Refresh(ctx)
		return refreshedMsg{gen: gen, survey: s, err: err}
	}
}

// onRefreshed takes the newest refresh. A failed one leaves what is known as
// it is and says so.
func (r *Root) onRefreshed(msg refreshedMsg) tea.Cmd {
	if msg.gen != r.load.gen {
		return nil // given up for a newer one
	}
	r.load.cancel()
	r.load.busy, r.load.cancel, r.load.err = false, nil, msg.err
	if msg.err != nil {
		r.complain(trouble("refresh failed", msg.err))
		var cmds []tea.Cmd
		for _, o := range r.stack {
			if o.content == nil {
				cmds = append(cmds, r.failPane(o.pane, msg.err))
			}
		}
		return tea.Batch(cmds...)
	}
	r.load.fresh = true
	r.whole.failed = ""
	r.read.again(msg.survey)
	cmd := r.spread(msg.survey)
	return tea.Batch(cmd, r.confirm(), r.readMore(), r.readWhole())
}

// confirmedMsg is the survey after what its conclusions rest on was read.
type confirmedMsg struct {
	gen, basis uint64
	survey     model.Survey
	err        error
}

// confirm reads what a refresh leaves unread, once its survey is on the screen.
func (r *Root) confirm() tea.Cmd {
	r.load.confirming = true
	gen, basis, ctx, service := r.load.gen, r.load.basis, r.ctx, r.o.Service
	return func() tea.Msg {
		s, err := service.Confirm(ctx)
		return confirmedMsg{gen: gen, basis: basis, survey: s, err: err}
	}
}

// onConfirmed shows it. Where another survey was shown meanwhile nobody knows
// which is the older: the service is asked again, which by now has everything.
func (r *Root) onConfirmed(msg confirmedMsg) tea.Cmd {
	if msg.gen != r.load.gen {
		return nil // the newer refresh confirms for itself
	}
	r.load.confirming = false
	if msg.err != nil {
		r.complain(trouble("not everything could be confirmed", msg.err))
	}
	switch {
	case len(msg.survey.Inventory.Packages) == 0:
		return nil
	case msg.basis != r.load.basis && msg.err == nil:
		return r.confirm()
	case msg.basis != r.load.basis:
		return nil
	}
	return r.spread(msg.survey)
}

// trouble words an error with its cure.
func trouble(what string, err error) string {
	text := what + ": " + err.Error()
	if cure := model.CureOf(err); cure != "" {
		text += "; " + cure
	}
	return text
}

// spread makes s the survey that everything shows.
func (r *Root) spread(s model.Survey) tea.Cmd {
	r.load.basis++
	r.survey, r.have = s, true
	var cmds []tea.Cmd
	for _, o := range r.stack {
		cmds = append(cmds, r.tellPane(o.pane, pane.Surveyed{Survey: s}))
	}
	return tea.Batch(cmds...)
}

// failPane tells a pane that what it waits for will not come.
func (r *Root) failPane(p pane.Pane, err error) tea.Cmd {
	return r.tellPane(p, pane.Result{To: p.ID(), Err: err})
}

// tellPane gives a pane a message and does what it asks for in return.
func (r *Root) tellPane(p pane.Pane, msg tea.Msg) tea.Cmd {
	action, cmd := p.Update(msg)
	return tea.Batch(cmd, r.actFor(p, action))
}
