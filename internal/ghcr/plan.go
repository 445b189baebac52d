package ghcr

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// PlanRetag makes the plan for one tag on what the registry says now: the tag,
// the target and each of its children are asked for by HEAD, the versions of
// the package are read anew, and GitHub is asked for runs that would move the
// tag again. What GitHub does not answer becomes a warning. The preview is
// written into the journal.
func (s *Service) PlanRetag(ctx context.Context, req model.RetagRequest) (model.Plan, error) {
	if err := checkRetag(req); err != nil {
		return model.Plan{}, err
	}
	if err := s.load(ctx); err != nil {
		return model.Plan{}, err
	}
	survey, found, err := s.lookAll(ctx, []wanted{{pkg: req.Package, tags: []string{req.Tag}, target: req.Target}})
	if err != nil {
		return model.Plan{}, err
	}
	facts := found.packages[req.Package]
	facts.Running = found.running
	facts.Unchecked = append(facts.Unchecked, found.unchecked...)
	s.sign(&req.At, &req.Actor)
	return s.preview(ctx, model.PlanRetag(survey, req, facts)), nil
}

func checkRetag(req model.RetagRequest) error {
	if err := model.ValidPackage(req.Package); err != nil {
		return err
	}
	if err := model.ValidTag(req.Tag); err != nil {
		return err
	}
	_, err := model.ParseDigest(string(req.Target))
	return err
}

// PlanChannel makes the plan that brings a channel in all packages to one set
// of digests, on what the registry says now: all tags concerned, all targets
// and their children are asked for by HEAD. GitHub and its limits may be down:
// what it does not answer becomes a warning. The preview is written into the
// journal.
//
// Which releases there are is told by what is known: refresh before, where that
// may be old or nothing.
func (s *Service) PlanChannel(ctx context.Context, req model.ChannelRequest) (model.Plan, error) {
	if err := s.load(ctx); err != nil {
		return model.Plan{}, err
	}
	survey := s.Survey()
	if err := checkChannel(survey, req); err != nil {
		return model.Plan{}, err
	}
	if req.At.IsZero() {
		req.At, _ = s.stack.seen.clock(s.o.Now()) // a document bears it, beside times of the servers
	}
	s.sign(&req.At, &req.Actor)
	var list []wanted
	for _, m := range model.ChannelMoves(survey, req) {
		w := wanted{pkg: m.Spec.Name, tags: slices.Clone(m.Tags), target: m.Target, written: m.Writes != nil}
		if m.As != "" {
			w.tags = append(w.tags, m.As)
		}
		if m.Target != "" {
			list = append(list, w)
		}
	}
	survey, found, err := s.lookAll(ctx, list)
	if err != nil {
		return model.Plan{}, err
	}
	plan := model.PlanChannel(survey, req, model.ChannelFacts{
		Packages: found.packages, Running: found.running, Unchecked: found.unchecked,
		Attested: model.AttestedTargets(survey, req),
	})
	return s.preview(ctx, plan), nil
}

// checkChannel refuses what no plan can be made of.
func checkChannel(survey model.Survey, req model.ChannelRequest) error {
	layout := survey.Inventory.Layout
	if _, ok := layout.Channel(req.Channel); !ok {
		return noChannel(layout, req.Channel)
	}
	if req.Release == "" && len(req.Digests) == 0 {
		return model.Invalid("no release is named", "name one with --to, or take the channel's former one with --previous")
	}
	if _, n := model.FindRelease(survey, req.Release); req.Release != "" && n == 0 {
		return noRelease(req.Release)
	}
	if req.As != "" {
		if layout.Tag(req.As).Version == "" {
			return model.Invalid(fmt.Sprintf("%s is not a version", model.Sanitize(req.As)), "a version is like v1.4.0")
		}
	}
	for pkg, d := range req.Digests {
		if _, ok := survey.Inventory.Package(pkg); !ok {
			return unknownPackage(pkg)
		}
		if _, err := model.ParseDigest(string(d)); err != nil {
			return err
		}
	}
	for _, pkg := range req.Exclude {
		if _, ok := survey.Inventory.Package(pkg); !ok {
			return unknownPackage(pkg)
		}
	}
	return nil
}

func noChannel(layout model.Layout, name string) error {
	names := make([]string, 0, len(layout.Channels))
	for _, c := range layout.Channels {
		names = append(names, c.Name)
	}
	return model.Invalid(fmt.Sprintf("there is no channel %s", model.Sanitize(name)), fmt.Sprintf("the channels are %v", names))
}

func noRelease(name string) error {
	return &model.Error{Kind: model.ErrNotFound, Message: fmt.Sprintf("no release is known by the name %s", model.Sanitize(name)),
		Cure: "name a version such as v1.2.0 or a commit; caitui history lists what each package has"}
}

func unknownPackage(pkg string) error {
	return model.Invalid("there is no package "+model.Sanitize(pkg), "caitui packages lists them")
}

// preview journals that a plan was shown. A journal that cannot be written is
// said now: nothing could be executed.
func (s *Service) preview(ctx context.Context, plan model.Plan) model.Plan {
	if s.o.Journal == nil {
		return plan
	}
	e := s.event(plan, model.EventPreview)
	if len(plan.Changes) == 1 {
		e = about(e, plan.Changes[0])
	}
	if slices.ContainsFunc(plan.Changes, func(c model.Change) bool { return c.Artifact != nil || c.Kind == model.DeleteVersion }) {
		// The time of this plan counts: a document bears it, and a deletion may
		// have to wait from then on. It cannot be made again from the same words;
		// see SavedPlan.
		if err := s.o.Journal.SavePlan(ctx, plan); err != nil {
			s.o.Log.WarnContext(ctx, "keeping a plan that was shown", "error", err)
		}
	}
	if _, err := s.o.Journal.Append(ctx, e); err != nil {
		plan.Warnings = append(slices.Clone(plan.Warnings), model.Remark{Code: CodeJournal,
			Message: "the journal cannot be written (" + plain(err) + "): this plan could not be executed now"})
	}
	return plan
}

// CodeJournal warns that the journal cannot be written.
const CodeJournal = "journal"

// sign says when and by whom a plan is made, where the request does not: plans
// are dated by this machine's clock.
func (s *Service) sign(at *time.Time, actor *string) {
	if at.IsZero() {
		*at = s.o.Now().UTC()
	}
	if *actor == "" {
		*actor = s.actor()
	}
}

// actor is who acts: the token's account, else who the wiring says.
func (s *Service) actor() string {
	if login := s.Status().Account.Login; login != "" {
		return login
	}
	return s.o.Actor
}

// event begins a journal event of a plan. Its time is the servers', as last
// seen: the times of versions, which it will be laid beside, are theirs too.
func (s *Service) event(plan model.Plan, kind model.JournalKind) model.JournalEvent {
	actor := plan.Actor
	if actor == "" {
		actor = s.actor()
	}
	at, _ := s.stack.seen.clock(s.o.Now())
	return model.JournalEvent{
		At: at, Registry: s.host, Owner: s.o.Layout.Owner, Plan: plan.ID, Kind: kind,
		Actor: actor, Host: s.o.Host, Reason: plan.Reason, Incident: plan.Incident,
	}
}

// about adds the change that an event is about.
func about(e model.JournalEvent, c model.Change) model.JournalEvent {
	e.Package, e.Tag, e.VersionID, e.Before, e.After = c.Package, c.Tag, c.VersionID, c.From, c.To
	return e
}

// SavedPlan is a plan that was executed, or shown and not to be made again from
// the same words, by its id. ErrNotFound where there is none.
func (s *Service) SavedPlan(ctx context.Context, id string) (model.Plan, error) {
	if s.o.Journal == nil {
		return model.Plan{}, &model.Error{Kind: model.ErrNotFound, Message: "there is no journal, and so no plan is kept"}
	}
	return s.o.Journal.LoadPlan(ctx, id)
}
