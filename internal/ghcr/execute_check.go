package ghcr

import (
	"fmt"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// executable refuses what must not even begin.
func (s *Service) executable(plan model.Plan) error {
	if s.o.ReadOnly {
		return errReadOnly()
	}
	if err := s.isHere(plan); err != nil {
		return err
	}
	if plan.ID != plan.CanonicalID() {
		return model.Invalid("the plan was altered after it was made: its content does not have its id", "make it anew")
	}
	if plan.Blocked() {
		return &model.Error{Kind: model.ErrBlocked, Message: "the plan is blocked: " + model.Sanitize(plan.Blockers[0].Message)}
	}
	if s.o.Journal == nil {
		return errNoJournal()
	}
	for _, c := range plan.Changes {
		if err := s.executableChange(c); err != nil {
			return err
		}
	}
	if lacks := s.o.Layout.Demands(plan, s.clockOf(plan)); len(lacks) > 0 {
		return &model.Error{Kind: model.ErrBlocked, Message: lacks[0].Message, Cure: lacks[0].Cure}
	}
	return nil
}

// clockOf is the time on the clock that a plan was dated by: the servers' as it
// was last seen, or this machine's before any was. The nearer one it is, which
// makes no wait shorter.
func (s *Service) clockOf(plan model.Plan) time.Time {
	ours := s.o.Now()
	servers, _ := s.stack.seen.clock(ours)
	if servers.Sub(plan.Created).Abs() < ours.Sub(plan.Created).Abs() {
		return servers
	}
	return ours
}

// executableChange refuses a change that is not whole, or that nothing here can
// carry out.
func (s *Service) executableChange(c model.Change) error {
	if err := model.ValidPackage(c.Package); err != nil {
		return err
	}
	switch c.Kind {
	case model.MoveTag, model.CreateTag, model.PutArtifact:
		if err := checkRetag(model.RetagRequest{Package: c.Package, Tag: c.Tag, Target: c.To}); err != nil {
			return err
		}
		if c.Kind == model.PutArtifact && (c.Artifact == nil || c.Artifact.Digest() != c.To) {
			return model.Invalid(fmt.Sprintf("the plan does not hold the content that it puts at %s:%s", c.Package, c.Tag), "make it anew")
		}
		return nil
	case model.RemoveTag:
		if err := model.ValidTag(c.Tag); err != nil {
			return err
		}
		_, err := model.ParseDigest(string(c.From))
		return err
	case model.DeleteVersion, model.RestoreVersion:
		return s.executableVersion(c)
	}
	return &model.Error{Kind: model.ErrUnsupported, Message: fmt.Sprintf("this caitui cannot execute a %s", model.Sanitize(string(c.Kind)))}
}

func (s *Service) executableVersion(c model.Change) error {
	d := c.From
	if c.Kind == model.RestoreVersion {
		d = c.To
	}
	if _, err := model.ParseDigest(string(d)); err != nil {
		return err
	}
	if c.VersionID <= 0 {
		return model.Invalid(fmt.Sprintf("the plan names %s of %s without its number", d.Short(), c.Package), "make it anew")
	}
	if s.api == nil {
		return &model.Error{Kind: model.ErrUnsupported, Message: "versions are deleted and restored by GitHub's API, and there is none here",
			Cure: "name it with --api"}
	}
	if c.Kind == model.DeleteVersion && s.o.Saved == "" {
		return &model.Error{Kind: model.ErrUnsupported, Message: "there is no folder to keep manifests in, and nothing is deleted without keeping them"}
	}
	return nil
}
