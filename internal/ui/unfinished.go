package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/modal"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// A plan that did not come to its end is spoken of at once: what is done of it,
// and what only the registry knows, which is read meanwhile.

// offered is the question what to do about an unfinished plan.
type offered struct {
	x      model.Execution
	more   int // further unfinished ones
	dialog *modal.Palette
}

type (
	unfinishedMsg struct{ list []model.Execution }
	settledMsg    struct {
		about *offered
		x     model.Execution
		err   error
	}
	// recordedMsg is how writing into the journal went.
	recordedMsg struct {
		said string
		err  error
	}
)

// lookForUnfinished asks the journal on start. A journal that cannot be read is
// told when it is needed: no plan is executed without one.
func (r *Root) lookForUnfinished() tea.Cmd {
	ctx, service := r.ctx, r.o.Service
	return func() tea.Msg {
		record, err := service.Record(ctx)
		if err != nil {
			return unfinishedMsg{}
		}
		return unfinishedMsg{list: model.UnfinishedOf(record.Executions)}
	}
}

func (r *Root) onUnfinished(msg unfinishedMsg) tea.Cmd {
	if len(msg.list) == 0 || r.flow != nil {
		return nil
	}
	return r.offer(msg.list[0], len(msg.list))
}

// offer asks what to do about an unfinished plan, of several ones.
func (r *Root) offer(x model.Execution, several int) tea.Cmd {
	o := &offered{x: x, more: several - 1}
	o.dialog = r.unfinishedDialog(o, len(x.Doubtful()) > 0)
	r.offered = o
	cmd := r.push(o.dialog)
	if len(x.Doubtful()) == 0 {
		return cmd
	}
	ctx, service := r.ctx, r.o.Service
	return tea.Batch(cmd, func() tea.Msg {
		settled, err := service.Settle(ctx, x)
		return settledMsg{about: o, x: settled, err: err}
	})
}

// onSettled puts what was read in the place of what was not known, while the
// question still stands.
func (r *Root) onSettled(msg settledMsg) tea.Cmd {
	o := r.offered
	if o == nil || o != msg.about || !r.modals.Has(o.dialog) {
		return nil
	}
	if msg.err != nil {
		r.complain(trouble("what became of the unfinished plan is not known yet", msg.err))
		return nil
	}
	former := o.dialog
	o.x = msg.x
	o.dialog = r.unfinishedDialog(o, false)
	o.dialog.Keep(former)
	return r.modals.Replace(former, o.dialog)
}

// unfinishedDialog says what is done and what not. Nothing happens by its first
// entry; continuing and taking back lead to a preview with the word to type.
func (r *Root) unfinishedDialog(o *offered, reading bool) *modal.Palette {
	head := present.ExecutionStanding(o.x)
	if reading {
		head = append(head, modal.Line{Mark: present.MarkDot, Text: "What became of these is being read from the registry.", Tone: present.Muted})
	}
	if o.more > 0 {
		head = append(head, modal.Line{Mark: present.MarkDot, Text: present.Many(o.more, "more plan") + " did not come to the end; J lists them.", Tone: present.Muted})
	}
	blocked := ""
	if r.readOnly() {
		blocked = "caitui is read-only"
	}
	noPlan := blocked
	if !o.x.Kept && noPlan == "" {
		noPlan = "the plan's file is not kept here"
	}
	entry := func(label, help, disabled string, action pane.Action) modal.Entry {
		return modal.Entry{Label: label, Help: help, Disabled: disabled, Outcome: modal.Picked{Action: action}}
	}
	return modal.NewPicker(r.th, r.word()+" A plan did not come to its end", head, []modal.Entry{
		entry("later", "Ask again at the next start, or in the journal.", "", nil),
		entry("continue", "Preview what is left; nothing is done twice.", noPlan, pane.Resume{Execution: o.x}),
		entry("take back", "Preview how what is done is taken back.", blocked, pane.Undo{Execution: o.x, Act: model.ActRevert}),
		entry("look at it", "Open the journal on this plan.", "", pane.OpenJournal{Plan: o.x.ID()}),
		entry("leave it so", "Leave it half done and do not ask again.", "", pane.GiveUp{Execution: o.x}),
	})
}

// giveUpPlan leaves an unfinished plan as it is.
func (r *Root) giveUpPlan(x model.Execution) tea.Cmd {
	ctx, service := r.ctx, r.o.Service
	return func() tea.Msg {
		return recordedMsg{said: "it stays half done, and is not asked about again", err: service.GiveUp(ctx, x, "left as it is by a person")}
	}
}

// onRecorded says how it went and brings the journal up to date where it is
// open.
func (r *Root) onRecorded(msg recordedMsg) tea.Cmd {
	if msg.err != nil {
		r.complain(trouble("writing into the journal", msg.err))
		return nil
	}
	r.say(msg.said)
	return r.journalAgain()
}

// undoing takes back what an execution did.
type undoing struct {
	x   model.Execution
	act model.Act
	// only are the steps that are meant, none: all of them.
	only []model.StepRef
}

func (i undoing) plan(ctx context.Context, service Service, t terms) (model.Plan, error) {
	plan, err := service.PlanUndo(ctx, i.x, model.UndoRequest{Act: i.act, Actor: t.actor, Reason: t.reason, Incident: t.incident, Overrides: t.overrides, Only: i.only})
	if err == nil && i.act == model.ActRevert && plan.Empty() && !plan.Blocked() {
		// Nothing of it is there: the journal says so, or it would be asked about
		// for ever.
		err = service.GiveUp(ctx, i.x, "nothing of it is left to take back")
	}
	return plan, err
}

func (i undoing) remembered() (reason, incident string) { return "", i.x.Incident }

func (i undoing) words() words {
	w := words{act: "UNDO", subject: present.ExecutionTitle(i.x),
		reading: "Reading where the plan left things, and whether they are there still.",
		nothing: "nothing of it is left to take back."}
	if i.act == model.ActRevert {
		w.act = "TAKE BACK"
	}
	if n := len(i.only); n > 0 {
		w.subject = present.Count(n) + " marked of " + present.Many(len(i.x.Steps), "step")
		w.nothing = "nothing of what is marked is left to take back."
	}
	if i.x.Deletion() {
		w.reading = "Listing the versions that GitHub gives back, and what was kept here of their manifests and tags."
	}
	return w
}

// resuming carries an unfinished plan on.
type resuming struct{ x model.Execution }

func (i resuming) plan(ctx context.Context, service Service, _ terms) (model.Plan, error) {
	settled, err := service.Settle(ctx, i.x)
	if err != nil {
		return model.Plan{}, err
	}
	p := i.x.Plan
	p.Warnings = append([]model.Remark{present.ResumeRemark(settled)}, p.Warnings...)
	return p, nil
}

func (i resuming) remembered() (reason, incident string) { return i.x.Reason, i.x.Incident }

func (i resuming) words() words {
	return words{act: "CONTINUE", subject: present.ExecutionTitle(i.x),
		reading: "Reading from the registry how far the plan came.",
		nothing: "the plan has no change."}
}
