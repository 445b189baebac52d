package modal

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/uitest"
)

// Long work says how fast it goes and how long it will still take; short work
// does not, nor work that has hardly begun.
func TestProgressTellsPaceAndTimeLeft(t *testing.T) {
	at := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	shown := func(steps, done int) string {
		var plan model.Plan
		for i := range steps {
			plan.Changes = append(plan.Changes, model.Change{Kind: model.DeleteVersion, Package: "containai", VersionID: int64(i + 1)})
		}
		p := NewProgress(uitest.Theme(), "Executing", "LIVE", plan)
		p.SetSize(100, 20)
		p.Step(model.Step{Index: 0, Package: "containai", VersionID: 1, State: model.StepMoving}, at)
		for i := range done {
			p.Step(model.Step{Index: i, Package: "containai", VersionID: int64(i + 1), State: model.StepDone}, at.Add(time.Duration(i+1)*500*time.Millisecond))
		}
		p.Step(model.Step{Index: done, Package: "containai", VersionID: int64(done + 1), State: model.StepMoving}, at.Add(time.Duration(done)*500*time.Millisecond))
		return ansi.Strip(p.View())
	}
	if view := shown(300, 60); !strings.Contains(view, "60 of 300 steps, 2.0 a second, 2 min left, running") || !strings.Contains(view, "deleting") {
		t.Errorf("of long work:\n%s", view)
	}
	for _, c := range [][2]int{{300, 2}, {5, 4}} {
		if view := shown(c[0], c[1]); strings.Contains(view, "left") {
			t.Errorf("%d of %d steps:\n%s", c[1], c[0], view)
		}
	}
}
