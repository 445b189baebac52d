package ghcr

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// refreshHeads bounds how many tags a refresh resolves one by one where only
// the registry can be asked. Versions resolves all.
const refreshHeads = 500

// readRegistry learns a package's tagged versions from the registry alone:
// there are no ids, no times and no untagged versions to be had.
func (s *Service) readRegistry(ctx context.Context, one *reading, limit int) {
	snap, err := s.registrySnapshot(ctx, one.before.Spec, limit)
	if snap != nil {
		one.snapshot = snap
		for tag := range tagsOf(*snap) {
			one.confirmed[tag] = snap.Tag(tag)
		}
	}
	one.fail(err)
}

func tagsOf(snap model.Snapshot) map[string]bool {
	out := make(map[string]bool)
	for _, t := range snap.TagNames() {
		out[t] = true
	}
	return out
}

// registrySnapshot lists the tags of a package and resolves them by HEAD. A
// snapshot together with an error is one in which some tags are missing.
func (s *Service) registrySnapshot(ctx context.Context, spec model.PackageSpec, limit int) (*model.Snapshot, error) {
	all, err := s.registry.tags(ctx, spec.Name)
	if err != nil {
		return nil, err
	}
	tags := s.worthFirst(spec, all)
	if limit > 0 && len(tags) > limit {
		tags = tags[:limit]
	}
	digests, errs := s.heads(ctx, spec.Name, tags)
	byDigest := make(map[model.Digest][]string)
	for i, d := range digests {
		if d != "" && errs[i] == nil {
			byDigest[d] = append(byDigest[d], tags[i])
		}
	}
	if len(byDigest) == 0 && firstError(errs) != nil {
		return nil, firstError(errs)
	}
	versions := make([]model.Version, 0, len(byDigest))
	for d, names := range byDigest {
		slices.Sort(names)
		versions = append(versions, model.Version{Digest: d, Tags: names})
	}
	slices.SortFunc(versions, s.o.Layout.CompareTagged)
	at, _ := s.stack.seen.clock(s.o.Now())
	snap := model.NewSnapshot(spec.Name, model.OriginRegistry, at, versions)
	snap.Partial = len(tags) < len(all) || firstError(errs) != nil
	if snap.Partial {
		snap.Total = -1
	}
	return &snap, firstError(errs)
}

// worthFirst orders tags by what people look for: channels, versions, other
// tags, plumbing.
func (s *Service) worthFirst(spec model.PackageSpec, tags []string) []string {
	rank := make(map[string]int, len(tags))
	aliases := make(map[string]bool)
	for _, list := range spec.Aliases {
		for _, t := range list {
			aliases[t] = true
		}
	}
	for _, t := range tags {
		info := s.o.Layout.Tag(t)
		_, channel := s.o.Layout.Channel(t)
		switch {
		case channel, aliases[t]:
			rank[t] = 0
		case info.Version != "":
			rank[t] = 1
		case info.Kind == model.TagPlumbing:
			rank[t] = 3
		default:
			rank[t] = 2
		}
	}
	out := slices.Clone(tags)
	slices.SortStableFunc(out, func(a, b string) int { return rank[a] - rank[b] })
	return out
}

// asSelf tells whether strangers can read the package where this very reading
// was done as a stranger; "" where it was not.
func (s *Service) asSelf(one *reading) model.Anonymous {
	if !s.o.RegistryCredentials.Anonymous() && !s.registry.tokens.isStale() {
		return ""
	}
	for _, d := range one.confirmed {
		if d != "" {
			return model.AnonymousReadable
		}
	}
	for _, err := range one.errs {
		if errors.Is(err, model.ErrUnauthorized) {
			return model.AnonymousRefused
		}
	}
	return ""
}

// tryAnonymous asks for one tag without credentials, beside everything else,
// so that it costs no dependent trip. It waits for a refresh that has requests
// to spare: one with the package's tags known from before, and once a process.
func (s *Service) tryAnonymous(ctx context.Context, one *reading) {
	name := one.before.Spec.Name
	if s.o.RegistryCredentials.Anonymous() || !one.before.Known || one.before.Info.Anonymous == model.AnonymousReadable {
		return
	}
	tag := s.anyTag(one.before.Snapshot)
	if tag == "" {
		return
	}
	s.mu.Lock()
	tried := s.tried[name]
	s.tried[name] = true
	s.mu.Unlock()
	if tried {
		return
	}
	if found := s.asStranger(ctx, name, tag); found != model.AnonymousUnknown {
		one.anonymous = found
	}
}

// anyTag is a tag that is likely to be there still: a channel's, else the
// first one.
func (s *Service) anyTag(snap model.Snapshot) string {
	for _, c := range s.o.Layout.Channels {
		if snap.Tag(c.Name) != "" {
			return c.Name
		}
	}
	names := snap.TagNames()
	if len(names) == 0 {
		return ""
	}
	return names[0]
}

// state is a package after a refresh, and whether anything was learned.
func (one *reading) state(at time.Time) (model.PackageState, bool) {
	st := one.before
	st.Fresh, st.Err = false, firstError(one.errs)
	if st.Info.Name == "" {
		st.Info = unknownInfo(st.Spec.Name)
	}
	if one.info != nil {
		anonymous := st.Info.Anonymous
		st.Info = *one.info
		st.Info.Anonymous = anonymous
	}
	if one.anonymous != "" {
		st.Info.Anonymous = one.anonymous
	}
	if one.snapshot != nil {
		next := carry(*one.snapshot, one.before.Snapshot)
		if next.Partial && st.Info.VersionCount > len(next.Versions) {
			next.Total = st.Info.VersionCount
		}
		st.Snapshot, st.Known, st.Fresh = next, true, true
	}
	learned := one.snapshot != nil || len(one.confirmed) > 0 && hasDigest(one.confirmed)
	if !st.Known && learned {
		// The list failed but a channel's tag did answer.
		st.Snapshot = model.NewSnapshot(st.Spec.Name, model.OriginRegistry, at, nil)
		st.Snapshot.Partial, st.Snapshot.Total = true, -1
		st.Known = true
	}
	if len(one.confirmed) > 0 && st.Known {
		st.Snapshot = st.Snapshot.WithTags(one.confirmed)
	}
	if len(one.found.manifests) > 0 {
		st.Snapshot = st.Snapshot.WithManifests(one.found.manifests).WithDocuments(one.found.documents)
	}
	return st, learned || one.info != nil && st.Known
}

func hasDigest(tags map[string]model.Digest) bool {
	for _, d := range tags {
		if d != "" {
			return true
		}
	}
	return false
}

// sightings are what this reading saw of tags, absences included.
func (one *reading) sightings(st model.PackageState, at time.Time) []model.Observation {
	pkg := st.Spec.Name
	var out []model.Observation
	see := func(tag string, d model.Digest, source string) {
		out = append(out, model.Observation{Package: pkg, Tag: tag, Digest: d, At: at, Last: at, Source: source})
	}
	for _, tag := range slices.Sorted(maps.Keys(one.confirmed)) {
		see(tag, one.confirmed[tag], "registry")
	}
	if one.snapshot == nil {
		return out
	}
	for _, tag := range st.Snapshot.TagNames() {
		if _, told := one.confirmed[tag]; !told {
			see(tag, st.Snapshot.Tag(tag), "api")
		}
	}
	if st.Snapshot.Partial || one.before.Snapshot.Origin != st.Snapshot.Origin {
		return out // a tag that is not in the list may be further down
	}
	for _, tag := range one.before.Snapshot.TagNames() {
		if _, told := one.confirmed[tag]; !told && st.Snapshot.Tag(tag) == "" {
			see(tag, "", "api")
		}
	}
	return out
}
