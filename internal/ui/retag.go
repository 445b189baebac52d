package ui

import (
	"context"
	"fmt"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/modal"
	"github.com/novotnyllc/caitui/internal/ui/pane"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// retag is the way from the key t to the end: choose a tag, plan, preview and
// confirm, execute, read the result. One dialog of it is open at a time, and
// closing that ends the way.
type retag struct {
	gen      uint64
	req      model.RetagRequest
	dialog   modal.Modal
	planning bool
	cancel   context.CancelFunc // of the planning under way
	plan     model.Plan
	executed bool
}

type plannedMsg struct {
	gen  uint64
	plan model.Plan
	err  error
}

// startRetag opens the chooser, or plans at once where the tag is known.
func (r *Root) startRetag(a pane.Retag) tea.Cmd {
	if r.retag != nil {
		return nil
	}
	r.gens++
	r.retag = &retag{gen: r.gens, req: model.RetagRequest{
		Package: a.Package, Tag: a.Tag, Target: a.Digest, Actor: r.status.Account.Login,
	}}
	if a.Tag != "" {
		return r.plan()
	}
	head := []modal.Line{
		{Text: "Which tag of " + model.Sanitize(a.Package) + " shall point to this version?", Tone: present.Strong},
		{Text: r.describe(a.Package, a.Digest)},
	}
	chooser := modal.NewChooser(r.th, r.title("Retag", r.retag.req), head, r.choices(a.Package, a.Digest))
	r.retag.dialog = chooser
	return r.push(chooser)
}

// choices are the channels of the layout, then the other moving tags.
func (r *Root) choices(pkg string, target model.Digest) []modal.TagChoice {
	state, _ := r.survey.Inventory.Package(pkg)
	layout := r.survey.Inventory.Layout
	var names []string
	for _, c := range layout.Channels {
		for _, t := range layout.Package(pkg).TagsOf(c.Name) {
			if t == c.Name || state.Snapshot.Tag(t) != "" {
				names = append(names, t)
			}
		}
	}
	for _, t := range state.Snapshot.TagNames() {
		if layout.Tag(t).Kind == model.TagMoving && !slices.Contains(names, t) {
			names = append(names, t)
		}
	}
	out := make([]modal.TagChoice, 0, len(names))
	for _, t := range names {
		note := "no such tag yet"
		switch d := state.Snapshot.Tag(t); d {
		case "":
		case target:
			note = "points here already"
		default:
			note = "now " + r.describe(pkg, d)
		}
		out = append(out, modal.TagChoice{Tag: model.Sanitize(t), Note: note})
	}
	return out
}

// describe names a digest by its release and age, as far as they are known.
func (r *Root) describe(pkg string, d model.Digest) string {
	text := present.Short(d)
	if release, ok := r.survey.ReleaseOf(pkg, d); ok {
		text += ", " + model.Sanitize(release.Label())
	}
	if state, ok := r.survey.Inventory.Package(pkg); ok {
		if v, ok := state.Snapshot.Version(d); ok && !v.Created.IsZero() {
			text += ", " + present.Age(v.Created, r.serverNow()) + " old"
		}
	}
	return text
}

func (r *Root) chosen(tag string) tea.Cmd {
	if r.retag == nil {
		return nil
	}
	r.retag.req.Tag = tag
	return r.plan()
}

// plan makes the plan on fresh data. Nothing is changed by it, so giving it up
// is free.
func (r *Root) plan() tea.Cmd {
	f := r.retag
	r.gens++
	f.gen, f.planning = r.gens, true
	ctx, cancel := context.WithCancel(r.ctx)
	f.cancel = cancel
	working := modal.NewWorking(r.th, r.title("Planning", f.req), []modal.Line{
		{Text: fmt.Sprintf("Reading %s:%s and the target from the registry.", model.Sanitize(f.req.Package), model.Sanitize(f.req.Tag))},
		{Text: "Nothing changes before you have seen the preview.", Tone: present.Muted},
	})
	cmd := r.modals.Replace(f.dialog, working)
	f.dialog = working
	gen, req, service := f.gen, f.req, r.o.Service
	req.Overrides = slices.Clone(req.Overrides)
	return tea.Batch(cmd, working.Init(), func() tea.Msg {
		plan, err := service.PlanRetag(ctx, req)
		return plannedMsg{gen: gen, plan: plan, err: err}
	})
}

// onPlanned shows the preview, which is the confirmation.
func (r *Root) onPlanned(msg plannedMsg) tea.Cmd {
	f := r.retag
	if f == nil || msg.gen != f.gen || !f.planning {
		return nil // given up
	}
	f.cancel()
	f.planning, f.cancel = false, nil
	var next modal.Modal
	if msg.err != nil {
		lines := []modal.Line{
			{Mark: present.MarkBad, Text: model.Sanitize(msg.err.Error()), Tone: present.Bad},
		}
		if cure := model.CureOf(msg.err); cure != "" {
			lines = append(lines, modal.Line{Text: model.Sanitize(cure)})
		}
		lines = append(lines, modal.Line{Text: "Nothing has been changed.", Tone: present.Muted})
		next = modal.NewReport(r.th, r.title("No plan", f.req), lines, model.Sanitize(msg.err.Error()))
	} else {
		f.plan = msg.plan
		next = modal.NewConfirm(r.th, r.preview(f))
	}
	cmd := r.modals.Replace(f.dialog, next)
	f.dialog = next
	return cmd
}

// lifted plans again without a blocker that the person has named.
func (r *Root) lifted(o modal.Lifted) tea.Cmd {
	f := r.retag
	if f == nil || f.planning || r.run != nil {
		return nil
	}
	f.req.Reason, f.req.Incident = o.Reason, o.Incident
	if !slices.Contains(f.req.Overrides, o.Code) {
		f.req.Overrides = append(f.req.Overrides, o.Code)
	}
	return r.plan()
}

// endRetag forgets the way; after an execution everything is read anew.
func (r *Root) endRetag() tea.Cmd {
	f := r.retag
	r.retag = nil
	if f.cancel != nil {
		f.cancel()
	}
	if f.executed {
		return r.refresh()
	}
	r.say("cancelled, nothing has been changed")
	return nil
}

// title is a dialog's title with what it is about.
func (r *Root) title(act string, req model.RetagRequest) string {
	name := model.Sanitize(req.Package)
	if req.Tag != "" {
		name += ":" + model.Sanitize(req.Tag)
	}
	return act + " " + name
}
