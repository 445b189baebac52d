package ui

import (
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/requests"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

// sentLog is n requests for tags.
func sentLog(n int) model.RequestLog {
	l := model.RequestLog{Total: int64(n)}
	for i := range n {
		l.Requests = append(l.Requests, model.Request{N: int64(i + 1), At: noon(), Method: "GET", To: model.ToRegistry, Host: "ghcr.io",
			Path: "/v2/novotnyllc/containai/tags/list", Status: 200, Attempt: 1})
	}
	return l
}

// withRequests is a bench whose key @ opens the real pane.
func withRequests(t *testing.T) *bench {
	b := newBench(t, func(o *Options) {
		o.panes.requests = func() pane.Pane { return requests.New(uitest.Theme()) }
	})
	b.fake.sent = sentLog(3)
	b.rest()
	b.press("@")
	return b
}

// one is the answer of the only command that waits.
func (b *bench) one() []tea.Msg {
	b.Helper()
	if len(b.waiting) == 0 {
		b.Fatal("nothing is asked")
	}
	return b.answers()
}

func TestRequestsAreShownAndFollowed(t *testing.T) {
	b := withRequests(t)
	for _, m := range b.one() {
		b.send(m)
	}
	b.sees("3 requests")
	b.sees("crane ls ghcr.io/novotnyllc/containai")
	if n := b.fake.called("requests"); n != 1 {
		t.Fatalf("asked %d times at once", n)
	}
	// Only after a moment the next is asked for, and nobody waits for that.
	due := b.timers
	b.timers = nil
	var follow tea.Msg
	for _, m := range due {
		if f, ok := m.(followMsg); ok {
			follow = f
		}
	}
	if follow == nil {
		t.Fatal("the next requests are not asked for")
	}
	b.fake.sent = sentLog(5)
	b.send(follow)
	if b.root.Busy() != 0 {
		t.Error("waiting for what may never happen counts as work")
	}
	for _, m := range b.one() {
		b.send(m)
	}
	b.sees("5 requests")
}

// Who waits for more is given up with the pane, and comes back with it.
func TestFollowingEndsWithThePane(t *testing.T) {
	b := withRequests(t)
	for _, m := range b.one() {
		b.send(m)
	}
	due := b.timers
	b.timers = nil
	for _, m := range due {
		if _, ok := m.(followMsg); ok {
			b.send(m)
		}
	}
	done := make(chan struct{})
	cmds := b.waiting
	b.waiting = nil
	go func() { // blocks until its context ends
		defer close(done)
		for _, c := range cmds {
			b.run(c)
		}
	}()
	b.press("esc")
	select {
	case <-done:
	case <-time.After(uitest.Limit):
		t.Fatal("the question outlives its pane")
	}
	if b.root.top().ID() != "packages" {
		t.Fatal("esc did not go back")
	}
	for _, m := range due { // a timer that ends late
		b.send(m)
	}
	if len(b.waiting) > 0 {
		b.rest()
	}
	before := b.fake.called("requests")
	b.send(tea.KeyMsg{Type: tea.KeyRight, Alt: true})
	b.fake.sent = sentLog(7)
	for _, m := range b.one() {
		b.send(m)
	}
	if b.fake.called("requests") != before+1 {
		t.Error("forward did not ask again")
	}
	b.sees("7 requests")
}

func TestRequestsOpenOnce(t *testing.T) {
	b := withRequests(t)
	for _, m := range b.one() {
		b.send(m)
	}
	b.press("@")
	b.sees("this is what caitui has sent")
	if len(b.root.stack) != 2 {
		t.Errorf("%d panes are open", len(b.root.stack))
	}
}
