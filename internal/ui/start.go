package ui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/ui/pane"
)

// clockTick lets the age of the data be drawn anew.
type clockTick struct{}

// Init shows what the store knows and asks the servers for the rest.
func (r *Root) Init() tea.Cmd {
	var cmds []tea.Cmd
	if len(r.o.First.Inventory.Packages) > 0 {
		cmds = append(cmds, r.spread(r.o.First))
	} else {
		cmds = append(cmds, r.stored())
	}
	cmds = append(cmds, r.refresh(), r.tick(), r.lookForUnfinished())
	if r.o.Package != "" {
		cmds = append(cmds, r.act(pane.OpenHistory{Package: r.o.Package}))
	}
	return tea.Batch(cmds...)
}

// tick is a clock by the second while that can be seen, then a slower one.
func (r *Root) tick() tea.Cmd {
	every := 10 * time.Second
	if !r.have || r.age() < time.Minute || r.Busy() > 0 {
		every = time.Second
	}
	return r.o.timer(every, clockTick{})
}

// age is how long ago the survey was read.
func (r *Root) age() time.Duration {
	return max(r.serverNow().Sub(r.survey.Inventory.ReadAt), 0)
}

// Filter is for tea.WithFilter: a SIGINT is taken for the key ctrl+c, so that
// it stops a plan, or asks, exactly like the key.
func Filter(_ tea.Model, msg tea.Msg) tea.Msg {
	if _, ok := msg.(tea.InterruptMsg); ok {
		return tea.KeyMsg{Type: tea.KeyCtrlC}
	}
	return msg
}
