package ui

import (
	"slices"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/pane"
)

// One matrix is open at a time, save where a release gets a column of its own.
func TestMatrix(t *testing.T) {
	b := newBench(t, nil)
	b.rest()
	b.press("C")
	b.rest()
	first := b.matrix
	if b.root.top() != pane.Pane(first) || b.fake.called("audit") != 1 {
		t.Fatalf("C: on top is %s after %d audits", b.root.top().ID(), b.fake.called("audit"))
	}
	if got := first.results(); len(got) == 0 || got[len(got)-1].Value.([]model.SetVerification)[0].Channel != "prod" {
		t.Errorf("it got %+v", got)
	}
	b.later(b.root.act(pane.ShowMatrix{Channel: "dev"}))
	b.rest()
	if b.root.top() != pane.Pane(first) || b.fake.called("audit") != 1 || !slices.Contains(first.got, tea.Msg(pane.ShowMatrix{Channel: "dev"})) {
		t.Errorf("asked for a channel in the matrix that is open: on top is %+v after %d audits", b.root.top(), b.fake.called("audit"))
	}
	b.later(b.root.act(pane.ShowMatrix{Release: "v1.2.0"}))
	b.rest()
	if b.root.top() != pane.Pane(b.matrix) || b.matrix == first || b.fake.called("audit  v1.2.0") != 1 {
		t.Errorf("a release: on top is %+v, %v", b.root.top(), b.fake.calls)
	}
}
