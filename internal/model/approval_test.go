package model

import (
	"strings"
	"testing"
	"time"
)

func TestDemands(t *testing.T) {
	made := time.Date(2026, 3, 1, 3, 0, 0, 0, time.UTC)
	layout := ContainAI()
	layout.Approvals = ApprovalRules{Channels: []string{"prod"}, Deletions: 2, DeletionWait: 10 * time.Minute}
	tag := func(pkg, name string) Plan {
		return Plan{Changes: []Change{{Kind: MoveTag, Package: pkg, Tag: name, From: "a", To: "b"}}}
	}
	deletes := func(n int) Plan {
		p := Plan{}
		for i := range n {
			p.Changes = append(p.Changes, Change{Kind: DeleteVersion, Package: "containai", VersionID: int64(i + 1)})
		}
		return p
	}
	takes := deletes(1)
	takes.Effects = []Effect{{Package: "containai", Tag: "prod", Before: "a", Kind: EffectRemoved}}
	stays := deletes(1)
	stays.Effects = []Effect{{Package: "containai", Tag: "prod", Before: "a", After: "a", Kind: EffectUnchanged}}
	by := func(login, plan string) []Approval { return []Approval{{Login: login, Plan: plan}} }
	const id = "sha256:this"
	for name, c := range map[string]struct {
		plan      Plan
		actor     string // "": alice
		approvals []Approval
		after     time.Duration
		rules     *ApprovalRules
		want      string // in the message; "": nothing is demanded
	}{
		"nothing to do":               {plan: Plan{Aim: Aim{Channel: "prod"}}},
		"another channel":             {plan: tag("containai", "dev")},
		"the channel":                 {plan: tag("containai", "prod"), want: "changes prod"},
		"an alias of it":              {plan: tag("containai-installer", "latest"), want: "changes prod"},
		"a tag of that name only":     {plan: tag("containai", "latest")},
		"deleting what it points to":  {plan: takes, want: "changes prod"},
		"an effect that is none":      {plan: stays},
		"waiting does not do":         {plan: tag("containai", "prod"), after: 24 * time.Hour, want: "changes prod"},
		"approved":                    {plan: tag("containai", "prod"), approvals: by("bob", id)},
		"approved by the author":      {plan: tag("containai", "prod"), approvals: by("Alice", id), want: "else than alice"},
		"approved for another plan":   {plan: tag("containai", "prod"), approvals: by("bob", "sha256:other"), want: "changes prod"},
		"approved by nobody":          {plan: tag("containai", "prod"), approvals: by("", id), want: "changes prod"},
		"the second approval counts":  {plan: tag("containai", "prod"), approvals: append(by("alice", id), by("bob", id)...)},
		"an author who is not known":  {plan: tag("containai", "prod"), actor: "-", approvals: by("bob", id), want: "whoever made it"},
		"few deletions":               {plan: deletes(2)},
		"many deletions":              {plan: deletes(3), want: "deletes 3 versions; more than 2"},
		"many, almost long enough":    {plan: deletes(3), after: 10*time.Minute - time.Second, want: "a wait of 10m since"},
		"many, after the wait":        {plan: deletes(3), after: 10 * time.Minute},
		"many, approved":              {plan: deletes(3), approvals: by("bob", id)},
		"many, without a wait":        {plan: deletes(3), after: 24 * time.Hour, rules: &ApprovalRules{Deletions: 2}, want: "deletes 3"},
		"without a rule":              {plan: deletes(300), rules: &ApprovalRules{}},
		"a clock that was put back":   {plan: deletes(3), after: -time.Hour, want: "deletes 3"},
		"both, and only one has time": {plan: Plan{Changes: append(deletes(3).Changes, tag("containai", "prod").Changes...)}, after: time.Hour, want: "changes prod"},
	} {
		t.Run(name, func(t *testing.T) {
			p, l := c.plan, layout
			p.ID, p.Created, p.Actor, p.Approvals = id, made, "alice", c.approvals
			if c.actor != "" {
				p.Actor = strings.TrimPrefix(c.actor, "-")
			}
			if c.rules != nil {
				l.Approvals = *c.rules
			}
			got := l.Demands(p, made.Add(c.after))
			if c.want == "" {
				if len(got) > 0 {
					t.Errorf("demands %+v", got)
				}
				return
			}
			if len(got) != 1 || got[0].Code != CodeApproval || !strings.Contains(got[0].Message, c.want) || !strings.Contains(got[0].Cure, "caitui approve") {
				t.Errorf("demands %+v, want %q", got, c.want)
			}
		})
	}
}
