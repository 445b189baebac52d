package ghcr

import (
	"context"
	"errors"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/novotnyllc/caitui/internal/model"
)

// After looks at what a plan that was carried out has left: every tag of it is
// read again, the platforms of what the tags point to are asked for, and a
// stranger tries to read it. It changes nothing, and whatever does not answer is
// said to be unknown.
func (s *Service) After(ctx context.Context, plan model.Plan) model.Aftermath {
	var out model.Aftermath
	for _, e := range plan.Effects {
		if e.Tag != "" && e.Kind != model.EffectUnchanged {
			out.Tags = append(out.Tags, model.TagAfter{Package: e.Package, Tag: e.Tag, Want: e.After})
		}
	}
	for _, v := range plan.Verdicts {
		if v.Digest != "" {
			out.Packages = append(out.Packages, model.PackageAfter{Package: v.Package, Digest: v.Digest,
				Platforms: -1, Resolved: -1, Anonymous: model.AnonymousUnknown})
		}
	}
	var g errgroup.Group
	g.SetLimit(hostConcurrency)
	for i := range out.Tags {
		g.Go(func() error {
			t := &out.Tags[i]
			t.Now, t.Err = s.registry.find(ctx, t.Package, t.Tag)
			return nil
		})
	}
	for i := range out.Packages {
		g.Go(func() error {
			s.afterPackage(ctx, &out.Packages[i])
			return nil
		})
	}
	_ = g.Wait()
	s.knowDocument(ctx, plan.Aim.Channel)
	survey := s.Survey()
	for i, p := range out.Packages {
		out.Packages[i].Attested = model.AttestedDigest(survey, p.Package, p.Digest)
	}
	if c, ok := survey.Channel(plan.Aim.Channel); ok {
		out.Channel = &c
	}
	return out
}

// knowDocument reads the document that a channel's tag leads to, where it is not
// known yet: without it nobody can say whether the channel is one set. A registry
// that lists tagged versions only shows it with the tag.
func (s *Service) knowDocument(ctx context.Context, channel string) {
	spec, ok := s.o.Layout.Metadata()
	if !ok {
		return
	}
	if d := s.state(spec.Name).Snapshot.Tag(channel); d != "" {
		_, _ = s.Read(ctx, spec.Name, []model.Digest{d}) // the channel's judgement says where it was not read
	}
}

// afterPackage asks for the platforms of one target, checks what is attested
// about it and lets a stranger ask for the target itself.
func (s *Service) afterPackage(ctx context.Context, p *model.PackageAfter) {
	var wg sync.WaitGroup
	wg.Go(func() { p.Anonymous = s.asStranger(ctx, p.Package, string(p.Digest)) })
	wg.Go(func() {
		ctx, done := context.WithTimeout(ctx, s.advice)
		defer done()
		p.Trust = s.trust(ctx, p.Package, p.Digest)
	})
	m, _, err := s.manifest(ctx, p.Package, p.Digest)
	if err == nil && m.IsIndex() {
		var platforms []model.Digest
		for _, child := range m.Platforms() {
			platforms = append(platforms, child.Digest)
		}
		found, errs := s.heads(ctx, p.Package, refs(platforms))
		resolved := 0
		for i := range platforms {
			if errs[i] == nil && found[i] != "" {
				resolved++
			}
		}
		if firstError(errs) == nil {
			p.Platforms, p.Resolved = len(platforms), resolved
		}
	}
	wg.Wait()
}

// asStranger tries whether somebody without credentials can read a reference.
func (s *Service) asStranger(ctx context.Context, pkg, ref string) model.Anonymous {
	switch _, err := s.stranger.head(ctx, pkg, ref); {
	case err == nil:
		return model.AnonymousReadable
	case errors.Is(err, model.ErrUnauthorized), errors.Is(err, model.ErrForbidden):
		return model.AnonymousRefused
	}
	return model.AnonymousUnknown
}
