package ghcr

import (
	"context"
	"fmt"

	"github.com/novotnyllc/caitui/internal/model"
)

// Approve adds the consent of the token's account to a plan that somebody else
// made, and writes it into the journal. The plan is returned with it.
func (s *Service) Approve(ctx context.Context, plan model.Plan, note string) (model.Plan, error) {
	if err := s.isHere(plan); err != nil {
		return plan, err
	}
	if s.o.Journal == nil {
		return plan, errNoJournal()
	}
	login, err := s.whose(ctx)
	if err != nil {
		return plan, err
	}
	at, _ := s.stack.seen.clock(s.o.Now())
	approved, err := model.Approve(plan, model.Account{Login: login}, note, at.UTC())
	if err != nil || len(approved.Approvals) == len(plan.Approvals) {
		return approved, err
	}
	e := s.event(approved, model.EventApproval)
	e.Actor, e.Reason = login, note
	_, err = s.o.Journal.Append(ctx, e)
	return approved, err
}

// whose is GitHub's word for whose token this is, and no one else's: neither
// the environment nor a configuration beside the token counts for a consent.
func (s *Service) whose(ctx context.Context) (string, error) {
	if s.api == nil || s.api.creds.Anonymous() {
		return "", &model.Error{Kind: model.ErrUnauthorized, Message: "GitHub cannot be asked whose token this is: there is none",
			Cure: "give a token of a person in GITHUB_TOKEN or by gh auth login"}
	}
	me, _, err := s.api.client.Users.Get(s.api.with(ctx), "")
	if err != nil {
		return "", s.api.fail("asking whose token this is", err)
	}
	return model.Sanitize(me.GetLogin()), nil
}

// isHere refuses a plan for another registry or owner.
func (s *Service) isHere(plan model.Plan) error {
	if plan.Registry == s.host && plan.Owner == s.o.Layout.Owner {
		return nil
	}
	return model.Invalid(fmt.Sprintf("the plan is for %s of %s, not for %s of %s",
		model.Sanitize(plan.Owner), model.Sanitize(plan.Registry), s.o.Layout.Owner, s.host), "point caitui at what the plan is for")
}

func errNoJournal() error {
	return &model.Error{Kind: model.ErrUnsupported, Message: "there is no journal, and nothing is written without one"}
}
