package ghcr

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/novotnyllc/caitui/internal/model"
)

// Executions tells from the journal what became of each plan of this registry
// and owner, oldest first. Nothing is sent.
func (s *Service) Executions(ctx context.Context) ([]model.Execution, error) {
	list, _, err := s.executions(ctx)
	return list, err
}

// executions also returns the events that they are told from.
func (s *Service) executions(ctx context.Context) ([]model.Execution, []model.JournalEvent, error) {
	events, err := s.Journal(ctx)
	if err != nil {
		return nil, nil, err
	}
	plans, err := s.keptPlans(ctx, events)
	if err != nil {
		return nil, nil, err
	}
	return model.Executions(events, plans), events, nil
}

// keptPlans are the plans of which a file is kept. Those that were only
// previewed have none. A file that cannot be read is as good as none: the
// journal's lines tell what was done.
func (s *Service) keptPlans(ctx context.Context, events []model.JournalEvent) (map[string]model.Plan, error) {
	out := make(map[string]model.Plan)
	asked := make(map[string]bool)
	for _, e := range events {
		if e.Plan == "" || e.Kind == model.EventPreview || asked[e.Plan] {
			continue
		}
		asked[e.Plan] = true
		p, err := s.o.Journal.LoadPlan(ctx, e.Plan)
		switch {
		case err == nil:
			out[e.Plan] = p
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case !errors.Is(err, model.ErrNotFound):
			s.o.Log.WarnContext(ctx, "reading a kept plan", "plan", e.Plan, "error", err)
		}
	}
	return out, nil
}

// JournalHead is number and hash of the journal's last line, which reports quote.
func (s *Service) JournalHead(ctx context.Context) (model.JournalHead, error) {
	if s.o.Journal == nil {
		return model.JournalHead{}, nil
	}
	return s.o.Journal.Head(ctx)
}

// Unfinished lists the plans that were begun here and did not come to their
// end, newest first. Nothing is sent: Settle reads what became of them.
func (s *Service) Unfinished(ctx context.Context) ([]model.Execution, error) {
	list, err := s.Executions(ctx)
	return model.UnfinishedOf(list), err
}

// Settle reads what became of the steps whose outcome the journal does not
// tell, and of the others what they point to now.
func (s *Service) Settle(ctx context.Context, x model.Execution) (model.Execution, error) {
	if err := s.load(ctx); err != nil {
		return x, err
	}
	survey, _, err := s.lookAgain(ctx, againOf(x.Plan.Changes, nil))
	if err != nil {
		return x, fmt.Errorf("reading what became of plan %s: %w", x.ID(), err)
	}
	return x.Settled(survey), nil
}

// GiveUp notes that an unfinished plan shall stay as it is and not be asked
// about again. Nothing is sent.
func (s *Service) GiveUp(ctx context.Context, x model.Execution, why string) error {
	e := s.event(x.Plan, model.EventNote)
	e.Actor, e.State, e.Reason = s.actor(), model.StateGivenUp, why
	_, err := s.record(ctx, e)
	return err
}

// Note writes a remark of a person into the journal. Nothing is sent but the
// question whose token this is.
func (s *Service) Note(ctx context.Context, n model.JournalNote) (model.JournalEvent, error) {
	if n.Text == "" {
		return model.JournalEvent{}, model.Invalid("the note is empty", "say what the journal shall keep")
	}
	if s.api != nil {
		s.api.whoami(ctx)
	}
	e := s.event(model.Plan{ID: n.Plan, Reason: n.Text, Incident: n.Incident}, model.EventNote)
	return s.record(ctx, e)
}

func (s *Service) record(ctx context.Context, e model.JournalEvent) (model.JournalEvent, error) {
	if s.o.Journal == nil {
		return model.JournalEvent{}, errNoJournal()
	}
	return s.o.Journal.Append(ctx, e)
}

// Record tells the journal as a whole. Nothing is sent.
func (s *Service) Record(ctx context.Context) (model.Record, error) {
	list, events, err := s.executions(ctx)
	if err != nil {
		return model.Record{}, err
	}
	out := model.Record{Executions: list, Place: s.place()}
	for _, e := range events {
		if e.Plan == "" {
			out.Loose = append(out.Loose, e)
		}
	}
	out.Head, err = s.JournalHead(ctx)
	return out, err
}

// place is where this service changes things.
func (s *Service) place() model.Place {
	p := model.Place{Registry: s.host, Owner: s.o.Layout.Owner, PathOwner: s.o.OwnerInPath, Plain: strings.HasPrefix(s.o.Registry, "http://")}
	if s.api != nil {
		p.API = s.api.base.Host
		s.api.mu.Lock()
		p.User = s.api.settled && s.api.door != ofOrganization
		s.api.mu.Unlock()
	}
	return p
}
