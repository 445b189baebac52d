package model

import (
	"slices"
	"strings"
	"time"
)

// Approve adds a second person's consent to a plan, bound to its id. An author
// cannot approve their own plan, and nobody can whom GitHub does not name. Who
// approved it before is left as they are.
func Approve(p Plan, who Account, note string, at time.Time) (Plan, error) {
	login := Sanitize(who.Login)
	switch {
	case login == "":
		return p, &Error{Kind: ErrUnauthorized, Message: "whose token this is is not known, and nobody unknown approves a plan",
			Cure: "give a token that GitHub knows an account for, in GITHUB_TOKEN or by gh auth login"}
	case p.ID != p.CanonicalID():
		return p, Invalid("the plan was altered after it was made: its content does not have its id", "make it anew")
	case p.Blocked():
		return p, &Error{Kind: ErrBlocked, Message: "the plan is blocked, which an approval does not lift: " + Sanitize(p.Blockers[0].Message)}
	case p.Actor == "":
		return p, &Error{Kind: ErrForbidden, Message: "the plan does not say who made it, so that nobody can be told from its author",
			Cure: "make it anew with a token that GitHub knows an account for"}
	case strings.EqualFold(login, p.Actor):
		return p, &Error{Kind: ErrForbidden, Message: login + " made this plan and cannot approve it", Cure: "ask a second person to approve it"}
	case slices.ContainsFunc(p.Approvals, func(a Approval) bool { return a.Plan == p.ID && strings.EqualFold(a.Login, login) }):
		return p, nil
	}
	p.Approvals = append(slices.Clone(p.Approvals), Approval{Login: login, At: at, Note: Sanitize(note), Plan: p.ID})
	return p, nil
}
