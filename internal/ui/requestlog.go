package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/ui/pane"
)

// The pane of requests waits for the next one to be sent instead of asking
// again and again. A refresh sends dozens at once, so after each answer the
// next question waits as long as a frame may.

// followMsg is the time to ask for more.
type followMsg struct {
	pane  pane.Pane
	after int64
}

// openRequests shows what was sent.
func (r *Root) openRequests() tea.Cmd {
	p := r.panes.requests()
	if p.ID() == r.top().ID() {
		r.say("this is what caitui has sent; esc goes back")
		return nil
	}
	cmd := r.open(p, r.requestsAfter(-1))
	r.stack[len(r.stack)-1].live = true
	return cmd
}

// followRequests asks for more, soon.
func (r *Root) followRequests(p pane.Pane, a pane.FollowRequests) tea.Cmd {
	return r.o.timer(progressEvery, followMsg{pane: p, after: a.After})
}

// onFollow asks for more, unless the pane is gone.
func (r *Root) onFollow(msg followMsg) tea.Cmd {
	return r.fetch(msg.pane, later, r.requestsAfter(msg.after))
}

func (r *Root) requestsAfter(n int64) ask {
	service := r.o.Service
	return func(ctx context.Context, _ func(any)) (any, error) {
		return service.Requests(ctx, n)
	}
}
