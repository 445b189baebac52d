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

// retag points one tag to another version of its package.
type retag struct {
	pkg, tag string
	target   model.Digest
}

func (i retag) plan(ctx context.Context, service Service, t terms) (model.Plan, error) {
	return service.PlanRetag(ctx, model.RetagRequest{
		Package: i.pkg, Tag: i.tag, Target: i.target,
		Actor: t.actor, Reason: t.reason, Incident: t.incident, Overrides: t.overrides,
	})
}

func (i retag) words() words {
	pkg, tag := model.Sanitize(i.pkg), model.Sanitize(i.tag)
	return words{
		act: "retag", subject: pkg + ":" + tag,
		reading: fmt.Sprintf("Reading %s:%s and the target from the registry.", pkg, tag),
		nothing: tag + " already points there.",
	}
}

// startRetag opens the chooser, or plans at once where the tag is known.
func (r *Root) startRetag(a pane.Retag) tea.Cmd {
	if a.Tag != "" {
		return r.change(retag{pkg: a.Package, tag: a.Tag, target: a.Digest})
	}
	f := r.begin(retag{pkg: a.Package, target: a.Digest})
	if f == nil {
		return nil
	}
	head := []modal.Line{
		{Text: "Which tag of " + model.Sanitize(a.Package) + " shall point to this version?", Tone: present.Strong},
		{Text: r.describe(a.Package, a.Digest)},
	}
	chooser := modal.NewChooser(r.th, "Retag "+model.Sanitize(a.Package), head, r.choices(a.Package, a.Digest))
	f.dialog = chooser
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

// chosen takes the tag that the chooser asked for.
func (r *Root) chosen(tag string) tea.Cmd {
	if r.flow == nil {
		return nil
	}
	what, ok := r.flow.intent.(retag)
	if !ok {
		return nil
	}
	what.tag = tag
	r.flow.intent = what
	return r.plan()
}
