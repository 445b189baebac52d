package ui

import (
	"context"
	"maps"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/modal"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// channelChange brings a channel, in all packages, to one set of digests.
type channelChange struct {
	req    model.ChannelRequest
	target model.ChannelTarget // what is aimed at, zero where digests were typed
	// targets are all that the channel can go to, counted what was counted of
	// statements about them.
	targets  []model.ChannelTarget
	counted  []*model.Attested
	versions []string
}

func (i channelChange) plan(ctx context.Context, service Service, t terms) (model.Plan, error) {
	req := i.req
	req.Actor, req.Reason, req.Incident, req.Overrides = t.actor, t.reason, t.incident, t.overrides
	return service.PlanChannel(ctx, req)
}

func (i channelChange) words() words {
	channel := model.Sanitize(i.req.Channel)
	act := "ROLL BACK"
	if i.req.Act == model.ActPromote {
		act = "PROMOTE to"
	}
	return words{
		act: act, subject: channel,
		reading: "Reading what " + channel + " points to in every package, and the target, from the registry.",
		nothing: "everything of " + channel + " is there already.",
	}
}

// at is the change with another aim.
func (i channelChange) at(o modal.Targeted) channelChange {
	i.req.Release, i.req.Digests, i.req.As, i.target = "", o.Hand, o.As, model.ChannelTarget{}
	if o.Index >= 0 && o.Index < len(i.targets) {
		i.aim(i.targets[o.Index])
	}
	return i
}

// aim names a set. A name that several publishes share means the newest of
// them, so that of an older one the digests are named one by one.
func (i *channelChange) aim(t model.ChannelTarget) {
	i.target, i.req.Release, i.req.Digests = t, t.Release.Name, nil
	for _, other := range i.targets {
		if other.Release.Name != t.Release.Name {
			continue
		}
		if !other.Release.Built.Equal(t.Release.Built) {
			i.req.Digests = t.Release.Digests()
		}
		return
	}
}

// revised is the change with a package left out or taken in again, or with
// tags kept or not.
func (i channelChange) revised(o modal.Revised) channelChange {
	if o.Keep {
		i.req.Keep = !i.req.Keep
		return i
	}
	i.req.Exclude = slices.Clone(i.req.Exclude)
	if at := slices.Index(i.req.Exclude, o.Package); at >= 0 {
		i.req.Exclude = slices.Delete(i.req.Exclude, at, at+1)
	} else {
		i.req.Exclude = append(i.req.Exclude, o.Package)
	}
	return i
}

// aimedMsg is what a channel can go to.
type aimedMsg struct {
	gen    uint64
	change channelChange
}

// countedTargets is for how many targets statements are counted: whoever goes
// further back than that looks at one by itself.
const countedTargets = 50

// startChannel looks for what the channel can go to, and plans for what is
// advised, or asks.
func (r *Root) startChannel(a pane.MoveChannel) tea.Cmd {
	what := channelChange{req: model.ChannelRequest{Act: a.Act, Channel: a.Channel}}
	f := r.begin(what)
	if f == nil {
		return nil
	}
	f.wait = a.Act == model.ActPromote
	f.planning = true
	ctx, cancel := context.WithCancel(r.ctx)
	f.cancel = cancel
	gen, survey := f.gen, r.survey
	return tea.Batch(r.planning("Looking for what "+what.words().subject+" can go to."), func() tea.Msg {
		return aimedMsg{gen: gen, change: what.look(ctx, survey)}
	})
}

// look finds what there is to aim at. It takes its time over a long history,
// so it runs beside the event loop.
func (i channelChange) look(ctx context.Context, s model.Survey) channelChange {
	i.targets = model.ChannelTargets(s, i.req.Channel)
	i.counted = make([]*model.Attested, len(i.targets))
	for n, t := range i.targets[:min(len(i.targets), countedTargets)] {
		if ctx.Err() != nil {
			return i
		}
		sum := model.Attested{}
		at := i
		at.aim(t)
		for a := range maps.Values(model.AttestedTargets(s, at.req)) {
			sum.Found, sum.Expected = sum.Found+a.Found, sum.Expected+a.Expected
		}
		i.counted[n] = &sum
	}
	if i.req.Act == model.ActPromote {
		i.versions = append([]string{}, model.SuggestVersions(s)...)
	}
	return i
}

// onAimed plans for what is advised. Where nothing is, and for a promotion,
// which always asks for the version, the list opens.
func (r *Root) onAimed(msg aimedMsg) tea.Cmd {
	f := r.flow
	if f == nil || msg.gen != f.gen || !f.planning {
		return nil
	}
	f.cancel()
	f.planning, f.cancel = false, nil
	what := msg.change
	at := slices.IndexFunc(what.targets, func(t model.ChannelTarget) bool { return t.Advised })
	if what.req.Act == model.ActRollback && at >= 0 {
		what.aim(what.targets[at])
		f.intent = what
		return r.plan()
	}
	f.intent = what
	return r.openTargets(what, r.next)
}

// targets asks for another aim.
func (r *Root) targets(what channelChange) *modal.Targets {
	channel := model.Sanitize(what.req.Channel)
	now := r.latest()
	l := modal.TargetList{Title: r.word() + " " + what.words().act + " " + channel, Versions: what.versions}
	question := "What shall " + channel + " go back to? Newest first; typing narrows the list down."
	if what.req.Act == model.ActPromote {
		question = "Which build shall " + channel + " point to? It is not built again: what was tested is what is released."
	}
	l.Head = []modal.Line{{Text: question, Tone: present.Strong}}
	for n, t := range what.targets {
		l.Rows = append(l.Rows, present.Target(t, len(r.survey.Inventory.Packages), what.counted[n], now))
	}
	l.Here = r.source(what)
	for n, t := range what.targets {
		if what.target.Release.Name != "" && t.Release.Same(what.target.Release) {
			l.Here = n
		}
	}
	return modal.NewTargets(r.th, l)
}

// source is the place of the build that is most likely to be promoted: the
// newest complete one of the channel after this one, else of any other.
func (r *Root) source(what channelChange) int {
	if what.req.Act != model.ActPromote {
		return 0
	}
	channels := r.survey.Inventory.Layout.Channels
	at := slices.IndexFunc(channels, func(c model.ChannelSpec) bool { return c.Name == what.req.Channel })
	from := ""
	if at >= 0 && at+1 < len(channels) {
		from = channels[at+1].Name
	}
	best := -1
	for n, t := range what.targets {
		switch {
		case t.Now || t.Never != "" || !t.Release.Complete():
		case t.Release.Channel == from:
			return n
		case best < 0 && t.Release.Channel != what.req.Channel:
			best = n
		}
	}
	return max(best, 0)
}

// targeted plans for what was chosen.
func (r *Root) targeted(front modal.Modal, o modal.Targeted) tea.Cmd {
	f := r.flow
	what, ok := r.channelChange()
	if !ok || f.planning || r.run != nil {
		return nil
	}
	f.intent, f.terms.overrides = what.at(o), nil // what was lifted was lifted for another aim
	if front != f.dialog {
		return tea.Batch(r.modals.Remove(front), r.plan())
	}
	return r.plan()
}

// channelChange is what is wanted, where that is a channel's change.
func (r *Root) channelChange() (channelChange, bool) {
	if r.flow == nil {
		return channelChange{}, false
	}
	what, ok := r.flow.intent.(channelChange)
	return what, ok
}

// otherTarget opens the list above the preview, which esc comes back to.
func (r *Root) otherTarget(o modal.OtherTarget) tea.Cmd {
	what, ok := r.channelChange()
	if !ok || r.flow.planning || r.run != nil {
		return nil
	}
	r.flow.remark(o.Reason, o.Incident)
	return r.openTargets(what, r.push)
}

// revise plans again under the preview, which stays in sight.
func (r *Root) revise(o modal.Revised) tea.Cmd {
	f := r.flow
	what, ok := r.channelChange()
	dialog, is := r.dialog().(*modal.Channel)
	if !ok || !is || f.planning || r.run != nil {
		return nil
	}
	f.remark(o.Reason, o.Incident)
	f.former, f.intent = what, what.revised(o)
	dialog.Again()
	return r.request()
}

// dialog is the one of the way under way, nil where none is.
func (r *Root) dialog() modal.Modal {
	if r.flow == nil {
		return nil
	}
	return r.flow.dialog
}

// show makes the dialog of a channel's plan, or gives the new plan to the one
// that asked for it.
func (r *Root) showChannel(what channelChange) tea.Cmd {
	f := r.flow
	if dialog, ok := f.dialog.(*modal.Channel); ok && f.former != nil {
		f.former = nil
		dialog.Replanned(r.channelPlan(what))
		return nil
	}
	return r.next(modal.NewChannel(r.th, r.channelPlan(what)))
}

// channelPlan is everything that the dialog shows.
func (r *Root) channelPlan(what channelChange) modal.ChannelPlan {
	f := r.flow
	now := r.latest()
	w := what.words()
	p := modal.ChannelPlan{
		Terms:   r.askFor(f),
		Title:   r.word() + " " + w.act + " " + w.subject,
		Rows:    present.Matrix(f.plan, r.survey, now),
		Notes:   present.MatrixNotes(f.plan, r.survey, now),
		Summary: present.PlanCounts(f.plan),
		Stages:  len(present.Stages(f.plan)),
		Wait:    f.wait,
		Orphans: present.Orphans(f.plan),
		Kept:    what.req.Keep,
		Tell:    present.TellPlan(f.plan, r.place()),
		CanSave: r.o.Save != nil && !f.plan.Empty() && !f.plan.Blocked(),
	}
	p.Head = append(present.Blockers(f.plan), r.liftedLine(f)...)
	p.Head = append(p.Head, present.ChannelMove(f.plan, r.survey, what.target, now))
	return p
}

// differs shows what differs between two versions of a package; the dialog
// waits beneath and is back when that is closed.
func (r *Root) differs(o modal.Differs) tea.Cmd {
	f := r.flow
	if f == nil || r.run != nil {
		return nil
	}
	f.away = len(r.stack)
	return tea.Batch(r.modals.Remove(f.dialog), r.openDiff(pane.Compare{Package: o.Package, A: o.A, B: o.B}))
}

// comeBack shows the dialog again that stepped aside for a pane.
func (r *Root) comeBack() tea.Cmd {
	f := r.flow
	if f == nil || f.away == 0 || len(r.stack) > f.away {
		return nil
	}
	f.away = 0
	return r.push(f.dialog)
}

// savedMsg tells where a plan was written.
type savedMsg struct {
	path string
	err  error
}

// save writes the plan to a file.
func (r *Root) save(o modal.Saved) tea.Cmd {
	f := r.flow
	if f == nil || f.planning || r.o.Save == nil {
		return nil
	}
	f.remark(o.Reason, o.Incident)
	plan, save := f.plan, r.o.Save
	plan.Reason, plan.Incident = f.terms.reason, f.terms.incident
	return func() tea.Msg {
		path, err := save(plan)
		return savedMsg{path: path, err: err}
	}
}

func (r *Root) onSaved(msg savedMsg) tea.Cmd {
	if msg.err != nil {
		r.complain(trouble("the plan was not saved", msg.err))
		return nil
	}
	r.say("saved as " + msg.path)
	return nil
}
