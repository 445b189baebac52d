package model

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// CodeApproval is the code of a remark about a plan that needs a second person.
const CodeApproval = "approval"

// Demand is what a plan lacks before it may be executed: a second person's
// approval, or, where Until is set, the passing of time.
type Demand struct {
	Code    string
	Message string
	Cure    string
	Until   time.Time // zero: waiting does not help
}

// Demands lists what the layout's rules ask of a plan at a time, and nothing
// where all of it is there. Planners and screens show it as a remark, Execute
// refuses by it.
func (l Layout) Demands(p Plan, now time.Time) []Demand {
	if len(p.Changes) == 0 || p.approved() {
		return nil
	}
	const cure = "have somebody else approve the plan: caitui approve PLANFILE"
	var out []Demand
	for _, channel := range l.Approvals.Channels {
		if l.moves(p, channel) {
			out = append(out, Demand{Code: CodeApproval, Cure: cure,
				Message: fmt.Sprintf("the plan changes %s, which takes the approval of somebody else than %s", Sanitize(channel), actorOf(p))})
		}
	}
	n, rules := p.deletions(), l.Approvals
	if rules.Deletions <= 0 || n <= rules.Deletions {
		return out
	}
	d := Demand{Code: CodeApproval, Cure: cure,
		Message: fmt.Sprintf("the plan deletes %d versions; more than %d take the approval of somebody else than %s", n, rules.Deletions, actorOf(p))}
	if rules.DeletionWait > 0 {
		d.Until = p.Created.Add(rules.DeletionWait)
		if !now.Before(d.Until) {
			return out
		}
		d.Message += fmt.Sprintf(", or a wait of %s since the plan was made", brief(rules.DeletionWait))
		d.Cure += ", or wait until " + d.Until.UTC().Format(time.RFC3339)
	}
	return append(out, d)
}

// brief is a duration without the zeros at its end.
func brief(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

func actorOf(p Plan) string {
	if p.Actor == "" {
		return "whoever made it"
	}
	return Sanitize(p.Actor)
}

// approved reports whether somebody else than the author has approved this very
// plan. Without an author nobody can be known to be somebody else.
func (p Plan) approved() bool {
	return p.Actor != "" && slices.ContainsFunc(p.Approvals, func(a Approval) bool {
		return a.Plan == p.ID && a.Login != "" && !strings.EqualFold(a.Login, p.Actor)
	})
}

func (p Plan) deletions() int {
	n := 0
	for _, c := range p.Changes {
		if c.Kind == DeleteVersion {
			n++
		}
	}
	return n
}

// moves reports whether a plan changes what a channel holds of any package, be
// it by the channel's tag, by one that moves with it, or by deleting a version
// that has one of them.
func (l Layout) moves(p Plan, channel string) bool {
	of := func(pkg, tag string) bool { return slices.Contains(l.Package(pkg).TagsOf(channel), tag) }
	return slices.ContainsFunc(p.Changes, func(c Change) bool { return of(c.Package, c.Tag) }) ||
		slices.ContainsFunc(p.Effects, func(e Effect) bool { return e.Kind != EffectUnchanged && of(e.Package, e.Tag) })
}
