package ghcr

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/novotnyllc/caitui/internal/ghcr/store"
	"github.com/novotnyllc/caitui/internal/model"
)

// capConfig bounds an image's configuration, in bytes: histories grow, but not
// beyond what a manifest may be.
const capConfig = 4 << 20

// maxParts is how many platforms of an index are compared. Real ones have
// twenty at most.
const maxParts = 64

// Compare compares two versions of a package by what their manifests,
// configurations and channel documents say; a is the former. It reads no
// layers: CompareFiles does. What could not be read stands in the notes of the
// sections; the error is for a side of which nothing could be.
func (s *Service) Compare(ctx context.Context, pkg string, a, b model.Digest) (model.Diff, error) {
	former, present, err := s.diffInputs(ctx, pkg, a, b)
	if err != nil {
		return model.Diff{}, err
	}
	known := s.layerSets(ctx, pkg, present)
	if ctx.Err() != nil {
		return model.Diff{}, ctx.Err()
	}
	return model.CompareVersions(former, present, known), nil
}

// diffInputs reads both sides of a comparison.
func (s *Service) diffInputs(ctx context.Context, pkg string, a, b model.Digest) (former, present model.DiffInput, err error) {
	if err := model.ValidPackage(pkg); err != nil {
		return former, present, err
	}
	for _, d := range []model.Digest{a, b} {
		if _, err := model.ParseDigest(string(d)); err != nil {
			return former, present, err
		}
	}
	if err := s.load(ctx); err != nil {
		return former, present, err
	}
	g, both := errgroup.WithContext(ctx)
	g.Go(func() (err error) { former, err = s.diffInput(both, pkg, a); return err })
	g.Go(func() (err error) { present, err = s.diffInput(both, pkg, b); return err })
	if err := g.Wait(); err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return model.DiffInput{}, model.DiffInput{}, err
	}
	return former, present, nil
}

// diffInput reads one side: its manifest, and of each platform manifest and
// configuration.
func (s *Service) diffInput(ctx context.Context, pkg string, d model.Digest) (model.DiffInput, error) {
	m, _, err := s.manifest(ctx, pkg, d)
	if err != nil {
		return model.DiffInput{}, err
	}
	in := model.DiffInput{Side: s.diffSide(pkg, d), Manifest: m}
	if !m.IsIndex() {
		part := model.DiffPart{Digest: d, Manifest: m}
		if m.Runs() {
			part.Config, part.Err = s.imageConfig(ctx, pkg, m)
		}
		in.Parts = []model.DiffPart{part}
		if s.o.Layout.Package(pkg).Role == model.RoleMetadata {
			if doc, err := s.document(ctx, pkg, m); err == nil {
				in.Document = &doc
			}
		}
		return in, ctx.Err()
	}
	in.Parts, in.Left = platformParts(m)
	var g errgroup.Group
	for i := range in.Parts {
		g.Go(func() error { s.readPart(ctx, pkg, &in.Parts[i]); return nil })
	}
	_ = g.Wait()
	return in, ctx.Err()
}

// platformParts lists what is read of an index, and names what is left out. Of
// too many platforms those are read that come first by name, so that of two
// indexes the same ones are.
func platformParts(m *model.Manifest) (parts []model.DiffPart, left []string) {
	parts = model.PlatformParts(m)
	if len(parts) <= maxParts {
		return parts, nil
	}
	slices.SortStableFunc(parts, func(a, b model.DiffPart) int { return strings.Compare(a.Platform, b.Platform) })
	for _, p := range parts[maxParts:] {
		left = append(left, p.Platform)
	}
	return parts[:maxParts], left
}

// readPart reads manifest and configuration of one platform.
func (s *Service) readPart(ctx context.Context, pkg string, p *model.DiffPart) {
	if _, p.Err = model.ParseDigest(string(p.Digest)); p.Err != nil {
		return
	}
	m, _, err := s.manifest(ctx, pkg, p.Digest)
	switch {
	case err != nil:
		p.Err = err
	case m.IsIndex():
		p.Err = &model.Error{Kind: model.ErrUnsupported, Message: p.Digest.Short() + " is an index within an index"}
	default:
		p.Manifest = m
		if m.Runs() {
			p.Config, p.Err = s.imageConfig(ctx, pkg, m)
		}
	}
}

// imageConfig reads an image's configuration, once ever like a manifest.
func (s *Service) imageConfig(ctx context.Context, pkg string, m *model.Manifest) (*model.ImageConfig, error) {
	d := m.Config
	if _, err := model.ParseDigest(string(d.Digest)); err != nil {
		return nil, err
	}
	c, err := s.content(ctx, pkg, d.Digest, func(ctx context.Context) (store.Content, error) {
		c, err := s.registry.blob(ctx, pkg, d.Digest, capConfig)
		c.MediaType = d.MediaType
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the configuration %s of %s: %w", d.Digest.Short(), pkg, err)
	}
	return model.ParseImageConfig(c.Body)
}

// diffSide is what is known of a version by itself.
func (s *Service) diffSide(pkg string, d model.Digest) model.DiffSide {
	side := model.DiffSide{Ref: pkg + "@" + d.Short(), Package: pkg, Digest: d}
	survey := s.Survey()
	if r, ok := survey.ReleaseOf(pkg, d); ok {
		side.Release = r.Label()
	}
	if p, ok := survey.Inventory.Package(pkg); ok {
		v, _ := p.Snapshot.Version(d)
		side.Created = v.Created
	}
	return side
}

// layerSets are the layers of the other images of the release that a version
// belongs to. They say where shared layers come from and nothing else depends
// on them, so what cannot be read is left out.
func (s *Service) layerSets(ctx context.Context, pkg string, in model.DiffInput) []model.LayerSet {
	release, ok := s.Survey().ReleaseOf(pkg, in.Side.Digest)
	if !ok || !in.Manifest.Runs() {
		return nil
	}
	wanted := make(map[string]bool)
	for _, p := range in.Parts {
		wanted[p.Platform] = true
	}
	specs := s.o.Layout.Packages
	found := make([][]model.LayerSet, len(specs))
	var g errgroup.Group
	for i, spec := range specs {
		member, has := release.Members[spec.Name]
		if spec.Kind != model.KindImage || spec.Name == pkg || !has {
			continue
		}
		g.Go(func() error {
			found[i] = s.layerSetsOf(ctx, spec.Name, member.Digest, wanted)
			return nil
		})
	}
	_ = g.Wait()
	var out []model.LayerSet
	for _, sets := range found {
		out = append(out, sets...)
	}
	return out
}

func (s *Service) layerSetsOf(ctx context.Context, pkg string, d model.Digest, wanted map[string]bool) []model.LayerSet {
	top, _, err := s.manifest(ctx, pkg, d)
	if err != nil {
		return nil
	}
	images := []*model.Manifest{top}
	if top.IsIndex() {
		images = nil
		parts, _ := platformParts(top)
		for _, p := range parts {
			if _, err := model.ParseDigest(string(p.Digest)); err != nil || !wanted[p.Platform] {
				continue
			}
			if m, _, err := s.manifest(ctx, pkg, p.Digest); err == nil && !m.IsIndex() {
				images = append(images, m)
			}
		}
	}
	var out []model.LayerSet
	for _, m := range images {
		set := model.LayerSet{Package: pkg, Digest: d}
		for _, l := range m.Layers {
			set.Layers = append(set.Layers, l.Digest)
		}
		out = append(out, set)
	}
	return out
}
