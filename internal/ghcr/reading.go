package ghcr

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/novotnyllc/caitui/internal/model"
)

// read learns what there is to learn about one package. ready is closed when
// the registry's token is there.
func (s *Service) read(ctx context.Context, one *reading, ready <-chan struct{}) {
	name := one.before.Spec.Name
	if err := model.ValidPackage(name); err != nil {
		one.fail(err)
		return
	}
	if s.api == nil {
		<-ready
		s.readRegistry(ctx, one, refreshHeads)
		s.readDocuments(ctx, one, one.newest())
		one.anonymous = s.asSelf(one)
		return
	}
	var wg sync.WaitGroup
	var apiErr error
	one.listed = make(chan struct{})
	wg.Go(func() { apiErr = s.readVersions(ctx, one) })
	wg.Go(func() {
		tags := s.channelTags(one.before.Spec)
		if one.before.Spec.FollowsMetadata {
			<-one.listed
			tags = one.listing(tags)
		}
		<-ready
		s.confirm(ctx, one, tags)
	})
	wg.Go(func() {
		<-one.listed
		<-ready
		s.readDocuments(ctx, one, one.first.versions)
	})
	wg.Go(func() { s.tryAnonymous(ctx, one) })
	wg.Wait()
	if one.anonymous == "" {
		one.anonymous = s.asSelf(one)
	}
	if apiErr == nil {
		return
	}
	one.fail(apiErr)
	if ctx.Err() == nil && one.snapshot == nil && (!one.before.Known || one.before.Snapshot.Origin != model.OriginAPI) {
		// Without the API and without a memory of it, the registry is asked
		// for what it can tell.
		s.readRegistry(ctx, one, refreshHeads)
		s.readDocuments(ctx, one, one.newest())
	}
}

// newest are the versions just read.
func (one *reading) newest() []model.Version {
	if one.snapshot == nil {
		return nil
	}
	return one.snapshot.Versions
}

// maxRefreshPages is how many pages a refresh reads of a history that was read
// whole before; older versions are kept as they were.
const maxRefreshPages = 20

// readVersions reads the newest pages of a package, or as many as were read
// before within reason, so that a history once seen whole stays whole.
func (s *Service) readVersions(ctx context.Context, one *reading) error {
	name, limit := one.before.Spec.Name, refreshPages
	if n := len(one.before.Snapshot.Versions); one.before.Snapshot.Origin == model.OriginAPI && !one.before.Snapshot.Partial {
		limit = max(limit, min((n+versionsPage-1)/versionsPage+1, maxRefreshPages))
	}
	p, err := s.api.versions(ctx, name, 1)
	one.first = p
	close(one.listed)
	if err != nil {
		return err
	}
	versions, more, err := s.api.rest(ctx, name, p, limit)
	if more && one.before.Snapshot.Origin == model.OriginAPI && !one.before.Snapshot.Partial {
		versions, more = withTail(versions, one.before.Snapshot.Versions), false
	}
	one.snapshot = s.apiSnapshot(name, versions, more)
	return err
}

// withTail adds the versions known from before that are older than the newest
// ones just read.
func withTail(versions, before []model.Version) []model.Version {
	if len(versions) == 0 {
		return before
	}
	oldest := versions[len(versions)-1]
	seen := make(map[model.Digest]bool, len(versions))
	for _, v := range versions {
		seen[v.Digest] = true
	}
	for _, v := range before {
		if !seen[v.Digest] && !v.Created.After(oldest.Created) {
			versions = append(versions, v)
		}
	}
	return versions
}

func (s *Service) apiSnapshot(name string, versions []model.Version, more bool) *model.Snapshot {
	at, _ := s.stack.seen.clock(s.o.Now())
	snap := model.NewSnapshot(name, model.OriginAPI, at, versions)
	snap.Partial = more
	if more {
		snap.Total = -1
	}
	return &snap
}

// channelTags are the tags of a package that mean a channel.
func (s *Service) channelTags(spec model.PackageSpec) []string {
	var out []string
	for _, c := range s.o.Layout.Channels {
		out = append(out, spec.TagsOf(c.Name)...)
	}
	return out
}

// listing are those of the tags that the first page of versions shows: a
// package that follows the metadata has no channel tags as a rule, and asking
// for them would be for a 404.
func (one *reading) listing(tags []string) []string {
	return slices.DeleteFunc(tags, func(tag string) bool {
		return !slices.ContainsFunc(one.first.versions, func(v model.Version) bool { return slices.Contains(v.Tags, tag) })
	})
}

// confirm asks the registry itself for tags: REST lags behind it.
func (s *Service) confirm(ctx context.Context, one *reading, tags []string) {
	if !s.o.Layout.Knows(one.before.Spec.Name) && s.api != nil {
		return // nobody said that it has channels
	}
	digests, errs := s.heads(ctx, one.before.Spec.Name, tags)
	for i, tag := range tags {
		if errs[i] == nil {
			one.confirmed[tag] = digests[i]
		}
	}
	one.fail(firstError(errs))
}

// heads asks for tags or digests in parallel; an absent one is "" without an
// error.
func (s *Service) heads(ctx context.Context, pkg string, refs []string) ([]model.Digest, []error) {
	digests, errs := make([]model.Digest, len(refs)), make([]error, len(refs))
	var g errgroup.Group
	g.SetLimit(hostConcurrency)
	for i, ref := range refs {
		g.Go(func() error {
			digests[i], errs[i] = s.registry.find(ctx, pkg, ref)
			return nil
		})
	}
	_ = g.Wait()
	return digests, errs
}

// tagsNow asks for tags of which each must be answered.
func (s *Service) tagsNow(ctx context.Context, pkg string, tags []string) (map[string]model.Digest, error) {
	digests, errs := s.heads(ctx, pkg, tags)
	out := make(map[string]model.Digest, len(tags))
	for i, tag := range tags {
		out[tag] = digests[i]
	}
	return out, firstError(errs)
}

// refs are digests as what heads asks for.
func refs(digests []model.Digest) []string {
	out := make([]string, len(digests))
	for i, d := range digests {
		out[i] = string(d)
	}
	return out
}

func firstError(errs []error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Bounds of reading channel documents in one refresh.
const (
	// documentWave is how many metadata manifests are read at once: enough for
	// the present and the former document of each channel as a rule, and few
	// enough to keep a cold refresh of ten packages within 80 requests. Older
	// ones follow with the next refreshes.
	documentWave = 16
	maxDocuments = 60 // of one refresh
)

// readDocuments reads channel documents, newest first: one wave, and further
// ones until each channel has its present and a former document.
func (s *Service) readDocuments(ctx context.Context, one *reading, versions []model.Version) {
	if one.before.Spec.Role != model.RoleMetadata {
		return
	}
	one.found = bundle{make(map[model.Digest]*model.Manifest), make(map[model.Digest]model.ChannelDocument)}
	unread := s.unread(one.before, versions)
	for read := 0; len(unread) > 0 && read < maxDocuments; {
		wave := unread[:min(documentWave, len(unread), maxDocuments-read)]
		unread = unread[len(wave):]
		read += len(wave)
		got, err := s.documents(ctx, one.before.Spec.Name, wave)
		for d, m := range got.manifests {
			one.found.manifests[d] = m
		}
		for d, doc := range got.documents {
			one.found.documents[d] = doc
		}
		if err != nil && !missingOnly(err) { // a ghost is no error
			one.fail(fmt.Errorf("reading channel documents: %w", err))
			return
		}
		if s.enough(one) {
			return
		}
	}
}

// unread are the metadata manifests whose document is not known, newest first.
func (s *Service) unread(before model.PackageState, versions []model.Version) []model.Digest {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []model.Digest
	for _, v := range versions {
		if _, known := before.Snapshot.Documents[v.Digest]; known || s.dull[v.Digest] {
			continue
		}
		if slices.ContainsFunc(v.Tags, func(t string) bool { return s.o.Layout.Tag(t).Kind == model.TagPlumbing }) {
			continue
		}
		out = append(out, v.Digest)
	}
	return out
}

// enough reports whether each channel has two different documents.
func (s *Service) enough(one *reading) bool {
	times := make(map[string]map[time.Time]bool)
	count := func(docs map[model.Digest]model.ChannelDocument) {
		for _, doc := range docs {
			if times[doc.Channel] == nil {
				times[doc.Channel] = make(map[time.Time]bool)
			}
			times[doc.Channel][doc.GeneratedAt] = true
		}
	}
	count(one.before.Snapshot.Documents)
	count(one.found.documents)
	for _, c := range s.o.Layout.Channels {
		if len(times[c.Name]) < 2 {
			return false
		}
	}
	return true
}
