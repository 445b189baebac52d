package ghcr

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/novotnyllc/caitui/internal/ghcr/store"
	"github.com/novotnyllc/caitui/internal/model"
)

// Versions reads all pages of one package, where Refresh stops at the newest
// 500 versions; in a plain registry it resolves every tag.
func (s *Service) Versions(ctx context.Context, pkg string) (model.Survey, error) {
	if err := model.ValidPackage(pkg); err != nil {
		return model.Survey{}, err
	}
	if err := s.load(ctx); err != nil {
		return model.Survey{}, err
	}
	one := &reading{before: s.state(pkg), confirmed: make(map[string]model.Digest)}
	snap, err := s.allVersions(ctx, one.before.Spec)
	if snap == nil {
		return s.Survey(), err
	}
	one.snapshot = snap
	if snap.Origin == model.OriginRegistry {
		for tag := range tagsOf(*snap) {
			one.confirmed[tag] = snap.Tag(tag)
		}
	}
	st, _ := one.state(snap.ReadAt)
	st.Err = err
	s.remember(ctx, one.sightings(st, snap.ReadAt), []store.StoredPackage{{
		Info: st.Info, Origin: st.Snapshot.Origin, ReadAt: st.Snapshot.ReadAt,
		Partial: st.Snapshot.Partial, Total: st.Snapshot.Total, Versions: st.Snapshot.Versions,
	}})
	return s.publish(func() { s.states[pkg], s.readAt = st, snap.ReadAt }), err
}

func (s *Service) allVersions(ctx context.Context, spec model.PackageSpec) (*model.Snapshot, error) {
	if s.api == nil {
		return s.registrySnapshot(ctx, spec, 0)
	}
	first, err := s.api.versions(ctx, spec.Name, 1)
	if err != nil {
		return nil, err
	}
	versions, more, err := s.api.rest(ctx, spec.Name, first, 0)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return s.apiSnapshot(spec.Name, versions, more), err
}

// Read makes the manifests of these digests known, each fetched once ever, and
// of the metadata package the documents too. The survey holds what could be
// read, also where the error tells of others.
func (s *Service) Read(ctx context.Context, pkg string, digests []model.Digest) (model.Survey, error) {
	if err := model.ValidPackage(pkg); err != nil {
		return model.Survey{}, err
	}
	for _, d := range digests {
		if _, err := model.ParseDigest(string(d)); err != nil {
			return model.Survey{}, err
		}
	}
	if err := s.load(ctx); err != nil {
		return model.Survey{}, err
	}
	st := s.state(pkg)
	metadata := st.Spec.Role == model.RoleMetadata
	wanted := slices.DeleteFunc(slices.Clone(digests), func(d model.Digest) bool {
		_, documented := st.Snapshot.Documents[d]
		return st.Snapshot.Manifests[d] != nil && (!metadata || documented || s.isDull(d))
	})
	slices.Sort(wanted)
	wanted = slices.Compact(wanted)
	if len(wanted) == 0 {
		return s.Survey(), nil
	}
	var got bundle
	var err error
	if metadata {
		got, err = s.documents(ctx, pkg, wanted)
	} else {
		got.manifests, err = s.manifests(ctx, pkg, wanted)
	}
	if ctx.Err() != nil {
		return model.Survey{}, ctx.Err()
	}
	return s.learn(pkg, got), err
}

// learn takes manifests and documents into the newest state of a package.
func (s *Service) learn(pkg string, got bundle) model.Survey {
	if len(got.manifests) == 0 {
		return s.Survey()
	}
	return s.publish(func() {
		st := s.stateLocked(pkg)
		st.Snapshot = st.Snapshot.WithManifests(got.manifests).WithDocuments(got.documents)
		if st.Snapshot.Package == "" {
			st.Snapshot.Package = pkg
		}
		s.states[pkg] = st
	})
}

func (s *Service) isDull(d model.Digest) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dull[d]
}

// Deep reads every version of a package and every manifest. Versions that the
// list still shows and the registry no longer has are not an error.
func (s *Service) Deep(ctx context.Context, pkg string) (model.Survey, error) {
	survey, err := s.Versions(ctx, pkg)
	if err != nil {
		return survey, err
	}
	asked := make(map[model.Digest]bool)
	for range 4 { // children that are no versions of their own, level by level
		var wanted []model.Digest
		st := s.state(pkg)
		want := func(d model.Digest) {
			if !asked[d] {
				asked[d] = true
				wanted = append(wanted, d)
			}
		}
		for _, v := range st.Snapshot.Versions {
			want(v.Digest)
		}
		for _, m := range st.Snapshot.Manifests {
			for _, child := range m.Manifests {
				if _, err := model.ParseDigest(string(child.Digest)); err == nil {
					want(child.Digest)
				}
			}
		}
		if len(wanted) == 0 {
			return s.Survey(), nil
		}
		if survey, err = s.Read(ctx, pkg, wanted); err != nil && !missingOnly(err) {
			return survey, err
		}
	}
	return survey, nil
}

// Resolve asks the registry which digest a reference means now. PKG:CHANNEL of
// a package that has no such tag and follows the metadata is answered by the
// channel's document.
func (s *Service) Resolve(ctx context.Context, ref model.Reference) (model.Digest, model.Via, error) {
	if err := model.ValidPackage(ref.Package); err != nil {
		return "", "", err
	}
	if s.o.Offline {
		return s.resolveKept(ctx, ref)
	}
	switch {
	case ref.Digest != "":
		d, err := model.ParseDigest(string(ref.Digest))
		if err != nil {
			return "", "", err
		}
		d, err = s.registry.head(ctx, ref.Package, string(d))
		return d, "", err
	case ref.Tag == "":
		return "", "", model.Invalid(ref.Package+" names a package, not one version of it", "add :TAG or @DIGEST")
	}
	if err := model.ValidTag(ref.Tag); err != nil {
		return "", "", err
	}
	d, err := s.registry.head(ctx, ref.Package, ref.Tag)
	if err == nil {
		return d, model.ViaTag, nil
	}
	_, channel := s.o.Layout.Channel(ref.Tag)
	spec := s.o.Layout.Package(ref.Package)
	if !errors.Is(err, model.ErrNotFound) || !channel || !spec.FollowsMetadata {
		return "", "", err
	}
	d, err = s.byMetadata(ctx, spec, ref.Tag)
	return d, model.ViaMetadata, err
}

// resolveKept is Resolve by what the store keeps: where a tag pointed when it
// was last read.
func (s *Service) resolveKept(ctx context.Context, ref model.Reference) (model.Digest, model.Via, error) {
	if ref.Digest != "" {
		d, err := model.ParseDigest(string(ref.Digest))
		return d, "", err
	}
	if err := model.ValidTag(ref.Tag); err != nil {
		return "", "", err
	}
	if err := s.load(ctx); err != nil {
		return "", "", err
	}
	if d := s.state(ref.Package).Snapshot.Tag(ref.Tag); d != "" {
		return d, model.ViaTag, nil
	}
	if channel, ok := s.Survey().Channel(ref.Tag); ok {
		for _, m := range channel.Members {
			if m.Package == ref.Package && m.Digest != "" {
				return m.Digest, m.Via, nil
			}
		}
	}
	return "", "", &model.Error{Kind: model.ErrNotFound, Message: fmt.Sprintf("the local store does not know where %s points", ref),
		Cure: "read it once while online, or name a digest"}
}

// byMetadata finds what a channel's document names of a package.
func (s *Service) byMetadata(ctx context.Context, spec model.PackageSpec, channel string) (model.Digest, error) {
	meta, ok := s.o.Layout.Metadata()
	if !ok {
		return "", &model.Error{Kind: model.ErrNotFound, Message: fmt.Sprintf("%s has no tag %s, and no package carries channel documents", spec.Name, channel)}
	}
	d, err := s.registry.head(ctx, meta.Name, channel)
	if err != nil {
		return "", err
	}
	m, _, err := s.manifest(ctx, meta.Name, d)
	if err != nil {
		return "", err
	}
	doc, err := s.document(ctx, meta.Name, m)
	if err != nil {
		return "", err
	}
	if doc.Channel != channel {
		return "", &model.Error{Kind: model.ErrNotFound,
			Message: fmt.Sprintf("%s:%s carries the document of %s, so what %s has of %s is not known", meta.Name, channel, model.Sanitize(doc.Channel), channel, spec.Name)}
	}
	found := doc.Images[spec.Name]
	if spec.Role == model.RolePayload {
		found = doc.Payload
	}
	if found == "" {
		return "", &model.Error{Kind: model.ErrNotFound, Message: fmt.Sprintf("%s has no tag %s, and %s:%s does not name it", spec.Name, channel, meta.Name, channel)}
	}
	return found, nil
}
