package ui

import (
	"context"
	"errors"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/modal"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// export is the way from the key E to a directory of evidence. One dialog of it
// is open at a time, and closing that ends the way.
type export struct {
	gen    uint64
	of     pane.ExportEvidence
	dialog modal.Modal
	busy   bool
	cancel context.CancelFunc
}

// exportedMsg is the end.
type exportedMsg struct {
	gen     uint64
	dir     string
	written model.EvidenceWritten
	err     error
}

// startExport asks for the directory.
func (r *Root) startExport(a pane.ExportEvidence) tea.Cmd {
	if r.export != nil {
		return nil
	}
	if r.o.Evidence == nil {
		r.complain("evidence cannot be written here")
		return nil
	}
	e := &export{of: a, cancel: func() {}}
	e.dialog = exportPrompt(r, e, a.Dir, nil)
	r.export = e
	return r.push(e.dialog)
}

func exportPrompt(r *Root, e *export, dir string, trouble error) modal.Modal {
	lines := []modal.Line{
		{Text: "A new or empty directory, and one archive of it beside it."},
		{Text: "The servers are only read.", Tone: present.Muted},
	}
	if trouble != nil {
		lines = append(failureLines(trouble), lines...)
	}
	return modal.NewPrompt(r.th, "Evidence for "+e.of.Title, lines, "directory", dir, "export")
}

// turnExport goes on to the next dialog.
func (r *Root) turnExport(next modal.Modal) tea.Cmd {
	cmd := r.modals.Replace(r.export.dialog, next)
	r.export.dialog = next
	return cmd
}

// exportInto collects and writes.
func (r *Root) exportInto(dir string) tea.Cmd {
	e := r.export
	if e == nil || e.busy {
		return nil
	}
	dir = r.directory(dir)
	r.gens++
	ctx, cancel := context.WithCancel(r.ctx)
	e.gen, e.busy, e.cancel = r.gens, true, cancel
	working := modal.NewWorking(r.th, "Collecting evidence for "+e.of.Title, []modal.Line{
		{Text: "Every attestation is checked, every manifest on the way is kept."},
		{Text: "The directory is there whole or not at all.", Tone: present.Muted},
	})
	gen, req, write := e.gen, e.of.Request, r.o.Evidence
	return tea.Batch(r.turnExport(working), working.Init(), func() tea.Msg {
		written, err := write(ctx, req, dir)
		return exportedMsg{gen, dir, written, err}
	})
}

// onExported tells what was written. Where the directory was the trouble,
// another one can be named.
func (r *Root) onExported(msg exportedMsg) tea.Cmd {
	e := r.export
	if e == nil || msg.gen != e.gen {
		return nil // given up
	}
	e.cancel()
	e.busy = false
	switch {
	case errors.Is(msg.err, model.ErrInvalid):
		return r.turnExport(exportPrompt(r, e, msg.dir, msg.err))
	case msg.err != nil:
		return r.turnExport(modal.NewReport(r.th, "No evidence for "+e.of.Title, failureLines(msg.err), ""))
	}
	lines := present.EvidenceLines(msg.written)
	return r.turnExport(modal.NewReport(r.th, "Evidence for "+e.of.Title, lines, lines[0].Text))
}

// endExport forgets the way. What is under way ends by itself.
func (r *Root) endExport() {
	r.export.cancel()
	r.export = nil
}
