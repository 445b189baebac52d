package ghcr

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/novotnyllc/caitui/internal/model"
)

// CompareChannel compares each package of a channel with what the channel's
// former release had of it, by the newest survey. What fails for one package
// stands with it.
func (s *Service) CompareChannel(ctx context.Context, channel string) (model.ChannelDiff, error) {
	if err := s.load(ctx); err != nil {
		return model.ChannelDiff{}, err
	}
	state, ok := s.Survey().Channel(channel)
	switch {
	case !ok:
		return model.ChannelDiff{}, model.Invalid(fmt.Sprintf("%q is no channel", model.Sanitize(channel)), "channels are named in the configuration")
	case state.Previous == nil:
		return model.ChannelDiff{}, &model.Error{Kind: model.ErrNotFound,
			Message: "what " + channel + " pointed to before is not known", Cure: "compare two versions of a package by name: caitui diff PKG A B"}
	}
	former := state.Previous.Release
	out := model.ChannelDiff{Channel: channel, From: former.Label(), Packages: make([]model.PackageDiff, len(state.Members))}
	if state.Release != nil {
		out.To = state.Release.Label()
	}
	var g errgroup.Group
	for i, m := range state.Members {
		p := model.PackageDiff{Package: m.Package, Before: former.Members[m.Package].Digest, After: m.Digest}
		g.Go(func() error {
			out.Packages[i] = s.comparePackage(ctx, channel, out.From, m, p)
			return nil
		})
	}
	_ = g.Wait()
	if ctx.Err() != nil {
		return model.ChannelDiff{}, ctx.Err()
	}
	return out, nil
}

func (s *Service) comparePackage(ctx context.Context, channel, from string, m model.ChannelMember, p model.PackageDiff) model.PackageDiff {
	switch {
	case p.After == "" && m.Err != nil:
		p.Err = m.Err
	case p.After == "" && m.State == model.MemberUnknown:
		p.Err = &model.Error{Kind: model.ErrNotFound, Message: fmt.Sprintf("what %s has of %s is not known", channel, p.Package)}
	case p.After == "":
		p.Err = &model.Error{Kind: model.ErrNotFound, Message: fmt.Sprintf("%s has nothing of %s", channel, p.Package)}
	case p.Before == "":
		p.Err = &model.Error{Kind: model.ErrNotFound, Message: fmt.Sprintf("the former release %s has nothing of %s", model.Sanitize(from), p.Package)}
	case p.Before == p.After:
		p.Same = true
	default:
		d, err := s.Compare(ctx, p.Package, p.Before, p.After)
		if err != nil {
			p.Err = err
			return p
		}
		d.A.Ref, d.B.Ref = from, channel
		p.Diff = &d
	}
	return p
}
