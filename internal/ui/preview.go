package ui

import (
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/ui/modal"
	"github.com/novotnyllc/caitui/internal/ui/present"
)

// preview is what the confirmation of a plan shows.
func (r *Root) preview(f *flow) modal.Preview {
	w := f.intent.words()
	p := modal.Preview{
		Terms: r.askFor(f),
		Title: r.word() + " " + w.act + " " + w.subject,
		Lines: present.PlanLines(f.plan, r.survey, r.latest()),
	}
	if f.plan.Title != "" {
		p.Head = append(p.Head, modal.Line{Text: model.Sanitize(f.plan.Title), Tone: present.Strong})
	}
	p.Head = append(p.Head, r.liftedLine(f)...)
	return p
}

// liftedLine says which blockers were lifted.
func (r *Root) liftedLine(f *flow) []modal.Line {
	if len(f.terms.overrides) == 0 {
		return nil
	}
	return []modal.Line{{
		Mark: present.MarkWarn, Tone: present.Warn,
		Text: "lifted by name: " + strings.Join(model.SanitizeAll(f.terms.overrides), ", "),
	}}
}

// askFor is what the confirmation of a plan asks for.
func (r *Root) askFor(f *flow) modal.Terms {
	t := modal.Terms{
		Where:    r.place(),
		Blockers: f.plan.Blockers,
		Word:     present.PlanWord(f.plan, r.survey.Inventory.Layout, r.demo()),
		Act:      act(f.plan),
		Reason:   f.terms.reason,
		Incident: f.terms.incident,
	}
	switch {
	case f.plan.Blocked():
	case f.plan.Empty():
		t.Closed = "Nothing to do: " + f.intent.words().nothing + " esc closes."
	case r.readOnly():
		t.Closed = "caitui is read-only: this is a preview, nothing can be executed. Start it without --read-only to write."
	}
	return t
}

// act says what executing the plan does, in a few words.
func act(plan model.Plan) string {
	count := map[model.ChangeKind]int{}
	packages := map[string]bool{}
	for _, c := range plan.Changes {
		count[c.Kind]++
		packages[c.Package] = true
	}
	var parts []string
	for _, k := range []struct {
		kind model.ChangeKind
		verb string
		noun string
	}{
		{model.MoveTag, "move", "tag"}, {model.CreateTag, "create", "tag"}, {model.RemoveTag, "remove", "tag"},
		{model.PutArtifact, "write", "artifact"}, {model.DeleteVersion, "delete", "version"}, {model.RestoreVersion, "restore", "version"},
	} {
		if n := count[k.kind]; n > 0 {
			parts = append(parts, k.verb+" "+present.Many(n, k.noun))
		}
	}
	return strings.Join(parts, " and ") + " in " + present.Many(len(packages), "package")
}
