package ui

import (
	"fmt"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/modal"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// act does what the pane on top asks for.
func (r *Root) act(action pane.Action) tea.Cmd { return r.actFor(r.top(), action) }

// actFor does what a pane asks for. The switch is complete.
func (r *Root) actFor(p pane.Pane, action pane.Action) tea.Cmd {
	switch a := action.(type) {
	case nil:
	case pane.OpenHistory:
		return r.openHistory(a)
	case pane.OpenVersions:
		return r.openVersions(a)
	case pane.GoTo:
		return r.tellPane(p, a)
	case pane.Choose:
		return r.choose(a)
	case pane.Several:
		var cmds []tea.Cmd
		for _, one := range a {
			cmds = append(cmds, r.actFor(p, one))
		}
		return tea.Batch(cmds...)
	case pane.ReadManifests:
		return r.want(a.Package, a.Digests)
	case pane.Retag:
		return r.startRetag(a)
	case pane.Untag:
		return r.change(untagging{pkg: a.Package, tag: a.Tag})
	case pane.MoveChannel:
		return r.startChannel(a)
	case pane.Delete:
		return r.change(deletion{versions: a.Versions, withParts: a.WithParts})
	case pane.Compare:
		return r.openDiff(a)
	case pane.CompareChannel:
		return r.openChannelDiff(a)
	case pane.CompareFiles:
		return r.compareFiles(p, a)
	case pane.ShowAttestations:
		return r.openAttestations(a)
	case pane.ShowMatrix:
		return r.openMatrix(a)
	case pane.ShowSBOM:
		return r.openSBOM(a)
	case pane.CompareSBOM:
		return r.compareSBOM(p, a)
	case pane.ShowContent:
		return r.openContent(a)
	case pane.ShowRaw:
		return r.openRaw(a)
	case pane.FollowRequests:
		return r.followRequests(p, a)
	case pane.OpenJournal:
		return r.openJournal(a.Plan)
	case pane.Undo:
		return r.change(undoing{x: a.Execution, act: a.Act, only: a.Only})
	case pane.Resume:
		return r.change(resuming{x: a.Execution})
	case pane.Unfinished:
		return r.offer(a.Execution, 1)
	case pane.GiveUp:
		return r.giveUpPlan(a.Execution)
	case pane.WriteNote:
		return r.writeNote(a)
	case pane.Pull:
		return r.startPull(a)
	case pane.ExportEvidence:
		return r.startExport(a)
	case pane.Again:
		return r.fetchAgain(p)
	case pane.Stop:
		r.giveUp(p)
	case pane.Tell:
		return r.copy(a.Text)
	case pane.Copy:
		return r.copyAll(a)
	case pane.CopyDocument:
		return r.copyDocument(a)
	case pane.ByHand:
		return r.byHand(a.Text)
	case pane.Browse:
		return r.browse(a.URL)
	case pane.Notice:
		r.say(a.Text)
	case pane.Refresh:
		return r.refresh()
	case pane.Back:
		r.back()
	}
	return nil
}

// decide does what follows from a dialog's outcome. The switch is complete.
func (r *Root) decide(front modal.Modal, outcome modal.Outcome) tea.Cmd {
	switch o := outcome.(type) {
	case nil:
	case modal.Cancelled, modal.Closed:
		return r.closed(front)
	case modal.Agreed:
		return r.agreed(front)
	case modal.Chosen:
		return r.chosen(o.Tag)
	case modal.Revised:
		return r.revise(o)
	case modal.OtherTarget:
		return r.otherTarget(o)
	case modal.Targeted:
		return r.targeted(front, o)
	case modal.Differs:
		return r.differs(o)
	case modal.Saved:
		return r.save(o)
	case modal.WentOn:
		r.goOn()
	case modal.Confirmed:
		return r.execute(o)
	case modal.Lifted:
		return r.lifted(o)
	case modal.StopAsked:
		r.stop()
	case modal.Named:
		if r.noting != nil && front == r.noting.dialog {
			return r.noted(o.Text)
		}
		if r.export != nil && front == r.export.dialog {
			return r.exportInto(o.Text)
		}
		return r.pullInto(o.Text)
	case modal.Undone:
		return r.undoLast()
	case modal.QuitAsked:
		return r.quit()
	case modal.Copied:
		return r.copyAll(pane.Copy{Text: o.Text, Said: o.Said})
	case modal.Ran:
		return tea.Batch(r.modals.Remove(front), r.runID(o.ID))
	case modal.Picked:
		return tea.Batch(r.modals.Remove(front), r.act(o.Action))
	case modal.Looked:
		return r.looked(o)
	case modal.Commanded:
		return tea.Batch(r.modals.Remove(front), r.command(o))
	}
	return nil
}

// closed takes a dialog away, and what it belonged to with it.
func (r *Root) closed(m modal.Modal) tea.Cmd {
	cmd := r.modals.Remove(m)
	if m == r.asking {
		r.asking = nil
	}
	if r.noting != nil && m == r.noting.dialog {
		r.noting = nil
	}
	if r.pull != nil && m == r.pull.dialog {
		r.endPull()
	}
	if r.export != nil && m == r.export.dialog {
		r.endExport()
	}
	if r.flow != nil && m == r.flow.dialog {
		return tea.Batch(cmd, r.endFlow())
	}
	return cmd
}

// agreed is yes to a question; there is only one so far.
func (r *Root) agreed(m modal.Modal) tea.Cmd {
	cmd := r.modals.Remove(m)
	if m != r.asking {
		return cmd
	}
	r.asking = nil
	if r.run == nil {
		return r.leave()
	}
	r.leaving = true
	r.stop()
	return cmd
}

// command does what was chosen in the palette by name.
func (r *Root) command(c modal.Commanded) tea.Cmd {
	if c.Name != "pkg" {
		r.complain("there is no command " + c.Name)
		return nil
	}
	for len(r.stack) > 1 {
		if r.stack[len(r.stack)-1].pkg == c.Argument {
			return nil // it is open already
		}
		r.back()
	}
	return r.openHistory(pane.OpenHistory{Package: c.Argument})
}

// quit leaves, or asks first where something would be lost or left undone.
func (r *Root) quit() tea.Cmd {
	marks := r.marks()
	switch {
	case r.asking != nil:
		return nil // it is being asked
	case r.run != nil:
		done, all := r.run.dialog.Count()
		return r.ask("Quit while a plan runs?", "stop and quit", "go on",
			fmt.Sprintf("%s: %d of %d steps done.", r.run.plan.Title, done, all),
			"Quitting stops it after the step under way. What is done stays done, and the journal tells how far it came.")
	case marks > 0:
		return r.ask("Quit and lose the marks?", "quit", "stay", present.Many(marks, "version")+" marked. Marks are not kept.")
	}
	return r.leave()
}

// leave ends the program. The event loop takes a moment to see that; no key
// may do anything in it.
func (r *Root) leave() tea.Cmd {
	r.gone = true
	return tea.Quit
}

func (r *Root) ask(title, yes, no string, text ...string) tea.Cmd {
	var lines []modal.Line
	for _, t := range text {
		lines = append(lines, modal.Line{Text: model.Sanitize(t)})
	}
	r.asking = modal.NewAsk(r.th, title, lines, yes, no)
	return r.push(r.asking)
}

func (r *Root) marks() int {
	n := 0
	for _, o := range slices.Concat(r.stack, r.ahead) {
		n += o.marks()
	}
	return n
}

// browsedMsg tells how it went with the browser.
type browsedMsg struct {
	url string
	err error
}

// browse opens a page, or shows its address where there is no browser.
func (r *Root) browse(url string) tea.Cmd {
	url = model.Sanitize(url)
	visit := r.o.Browser
	if visit == nil {
		return r.showAddress(url)
	}
	return func() tea.Msg { return browsedMsg{url: url, err: visit(url)} }
}

func (r *Root) onBrowsed(msg browsedMsg) tea.Cmd {
	if msg.err != nil {
		r.complain("no browser here: " + msg.err.Error())
		return r.showAddress(msg.url)
	}
	r.say("opened " + msg.url)
	return nil
}

func (r *Root) showAddress(url string) tea.Cmd {
	return r.push(modal.NewReport(r.th, "Address", []modal.Line{{Text: url}}, url))
}
