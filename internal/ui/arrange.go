package ui

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/ui/modal"
	"github.com/novotnyllc/caitui/internal/ui/pane"
)

// How tables are arranged is the root's to keep: what a person has sorted and
// hidden in one history holds for every history, until the program ends.

// arrangedMsg finishes a sort that took a command.
type arrangedMsg struct {
	pane   pane.Pane
	finish func() bool
}

// tableHere is the table that the keys belong to, and why there is none.
func (r *Root) tableHere() (t pane.Table, why string) {
	const none = "nothing here has columns"
	tabled, ok := r.top().(pane.Tabled)
	if !ok {
		return t, none
	}
	all, here := tabled.Tables()
	if here < 0 || here >= len(all) {
		return t, none
	}
	return all[here], ""
}

// noColumns says why no table can be arranged here, "" where one can.
func (r *Root) noColumns() string {
	_, why := r.tableHere()
	return why
}

// arrange opens the dialog about the columns of the table.
func (r *Root) arrange() tea.Cmd {
	t, why := r.tableHere()
	if why != "" {
		return nil
	}
	return r.push(modal.NewColumns(r.th, t.Name, t.Columns(), t.Look()))
}

// looked keeps what was arranged, and shows it in every table of that name.
func (r *Root) looked(o modal.Looked) tea.Cmd {
	t, why := r.tableHere()
	if why != "" {
		return nil
	}
	if r.looks == nil {
		r.looks = make(map[string]pane.Look)
	}
	r.looks[t.Name] = o.Look
	var cmds []tea.Cmd
	for _, list := range [][]open{r.stack, r.ahead} {
		for i := range list {
			cmds = append(cmds, r.dress(list[i].pane))
		}
	}
	return tea.Batch(cmds...)
}

// dress arranges the tables of a pane as they were arranged before.
func (r *Root) dress(p pane.Pane) tea.Cmd {
	tabled, ok := p.(pane.Tabled)
	if !ok || len(r.looks) == 0 {
		return nil
	}
	var cmds []tea.Cmd
	all, _ := tabled.Tables()
	for _, t := range all {
		look, kept := r.looks[t.Name]
		if !kept {
			continue
		}
		if work := t.SetLook(look); work != nil {
			cmds = append(cmds, func() tea.Msg { return arrangedMsg{pane: p, finish: work()} })
		}
	}
	return tea.Batch(append(cmds, r.tellPane(p, pane.Arranged{}))...)
}

// onArranged shows rows in the order that a command has found.
func (r *Root) onArranged(msg arrangedMsg) tea.Cmd {
	if !msg.finish() {
		return nil
	}
	return r.tellPane(msg.pane, pane.Arranged{})
}
