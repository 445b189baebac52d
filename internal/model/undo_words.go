package model

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// aim says what the undo is for. What the plan left is where the undo goes to.
func (u *undo) aim() Aim {
	was := u.x.Plan.Aim
	return Aim{Act: u.req.Act, Channel: was.Channel, From: was.To, To: was.From, Undoes: u.x.ID()}
}

// title says what would be done and what would be undone by it: "put prod back
// to v1.3.0, undoing INC-412".
func (u *undo) title() string {
	return Sanitize(u.does() + ", " + undoing(u.x, u.req))
}

func (u *undo) does() string {
	was := u.x.Plan.Aim
	switch {
	case len(u.changes) == 0:
		return "leave everything as it is"
	case was.Channel != "" && was.From != "":
		return "put " + was.Channel + " back to " + was.From
	case was.Channel != "":
		return "put " + was.Channel + " back to where it was"
	}
	kinds := make(map[ChangeKind]int)
	for _, c := range u.changes {
		kinds[c.Kind]++
	}
	if n := kinds[RestoreVersion]; n > 0 {
		return "restore " + counted(n, "version")
	}
	if n := kinds[DeleteVersion]; n > 0 {
		return "delete " + counted(n, "restored version") + " again"
	}
	if len(u.changes) == 1 {
		return u.doesOne(u.changes[0])
	}
	return "put " + counted(len(u.changes), "tag") + " back to where they were"
}

func (u *undo) doesOne(c Change) string {
	name := c.Package + ":" + c.Tag
	switch c.Kind {
	case RemoveTag:
		return "take " + name + " away again"
	case CreateTag:
		return "create " + name + " again at " + u.label(c.Package, c.To)
	default:
		return "put " + name + " back to " + u.label(c.Package, c.To)
	}
}

func (u *undo) label(pkg string, d Digest) string {
	if r, ok := u.survey.ReleaseOf(pkg, d); ok {
		return r.Label()
	}
	return d.Short()
}

// undoing names what is undone: by its incident, else by act and time, which
// stay the same whenever the undo is planned.
func undoing(x Execution, req UndoRequest) string {
	word := "undoing "
	switch {
	case req.Act == ActRevert:
		word = "reverting "
	case len(req.Only) > 0:
		word += "part of "
	}
	if x.Incident != "" {
		return word + x.Incident
	}
	act := string(x.Plan.Aim.Act)
	if act == "" {
		act = "plan"
	}
	return word + "the " + act + " of " + stampDay(x.Began)
}

func stampDay(t time.Time) string { return t.UTC().Format("2 Jan 2006 15:04Z") }

// remark adds what a person should know about the whole.
func (u *undo) remark(p Plan) {
	if !u.x.Kept {
		u.warning(CodePlanNotKept, "", "the plan's file is not kept here: this is made from the journal's lines alone")
	}
	if len(p.Changes) == 0 {
		if slices.ContainsFunc(u.warnings, func(r Remark) bool {
			return r.Code == CodeMovedSince || r.Code == CodeRestoreOver || r.Code == CodeLastTagged
		}) {
			u.blocker(CodeMovedSince, "", false, "nothing of it can be taken back any more: %s", u.reasons())
		}
		return
	}
	if !u.until.IsZero() {
		u.warning(CodeRestoreUntil, "", "what was deleted can be restored until %s, %s from now", stampDay(u.until), left(u.until.Sub(u.now)))
	}
	for _, e := range p.Effects {
		if e.Kind == EffectOrphaned {
			u.warning(CodeOrphan, e.Package, "%s (%s) becomes untagged; a cleanup may delete it", e.Before.Short(), u.label(e.Package, e.Before))
		}
	}
	for _, v := range p.Verdicts {
		u.untrusted(u.survey.Inventory.Layout, v.Package, v.Digest, u.facts.Trust[v.Package][v.Digest])
	}
	for _, run := range u.facts.Running {
		u.warnings = append(u.warnings, RunWarning(run))
	}
	u.warnings = append(u.warnings, u.facts.Unchecked...)
}

// RunWarning warns of a run under way that may move what a plan moves.
func RunWarning(run Run) Remark {
	return Remark{Code: CodeRunInProgress, Message: Sanitize(underWay(run) + " and may move tags again")}
}

func (u *undo) reasons() string {
	var out []string
	for _, m := range u.unmoved {
		if !slices.Contains(out, m.Why) {
			out = append(out, m.Why)
		}
	}
	return strings.Join(out, "; ")
}

// left is how much time is left, as a person counts it.
func left(d time.Duration) string {
	if d >= 48*time.Hour {
		return fmt.Sprintf("%d days", int(d.Hours()/24))
	}
	return fmt.Sprintf("%d hours", max(int(d.Hours()), 0))
}
