package ghcr

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/novotnyllc/caitui/internal/ghcr/store"
	"github.com/novotnyllc/caitui/internal/model"
)

// content gets something by digest: from the store, else from the network
// once, however many ask for it at the same time.
func (s *Service) content(ctx context.Context, pkg string, d model.Digest, read func(context.Context) (store.Content, error)) (store.Content, error) {
	ch := s.flights.DoChan(pkg+"@"+string(d), func() (any, error) {
		// Others may wait for it too, so one of them leaving must not end it.
		detached, cancel := context.WithTimeout(context.WithoutCancel(ctx), requestDeadline+maxPatience)
		defer cancel()
		if kept, err := s.store.Manifests(detached, []model.Digest{d}); err == nil {
			if c, ok := kept[d]; ok {
				return c, nil
			}
		}
		c, err := read(detached)
		if err != nil {
			return store.Content{}, err
		}
		if err := s.store.PutManifests(detached, []store.Content{c}); err != nil {
			s.o.Log.WarnContext(detached, "keeping a manifest", "error", err)
		}
		return c, nil
	})
	select {
	case r := <-ch:
		if r.Err != nil {
			return store.Content{}, r.Err
		}
		return r.Val.(store.Content), nil
	case <-ctx.Done():
		return store.Content{}, ctx.Err()
	}
}

// manifest reads a manifest by digest, once ever: each GET counts as a
// download of the package.
func (s *Service) manifest(ctx context.Context, pkg string, d model.Digest) (*model.Manifest, store.Content, error) {
	c, err := s.content(ctx, pkg, d, func(ctx context.Context) (store.Content, error) {
		return s.registry.get(ctx, pkg, string(d))
	})
	if err != nil {
		return nil, store.Content{}, err
	}
	m, err := model.ParseManifest(c.Body, c.MediaType)
	if err != nil {
		return nil, store.Content{}, fmt.Errorf("reading the manifest %s of %s: %w", d.Short(), pkg, err)
	}
	return m, c, nil
}

// manifests reads several in parallel. What could be read is returned together
// with the errors of the others.
func (s *Service) manifests(ctx context.Context, pkg string, digests []model.Digest) (map[model.Digest]*model.Manifest, error) {
	read := make([]*model.Manifest, len(digests))
	errs := make([]error, len(digests))
	var g errgroup.Group
	g.SetLimit(hostConcurrency)
	for i, d := range digests {
		g.Go(func() error {
			read[i], _, errs[i] = s.manifest(ctx, pkg, d)
			return nil
		})
	}
	_ = g.Wait()
	out := make(map[model.Digest]*model.Manifest, len(digests))
	for i, m := range read {
		if m != nil {
			out[digests[i]] = m
		}
	}
	return out, joined(errs)
}

// documentLayer is the layer that carries a channel document: the first one,
// where it is JSON of a sane size.
func documentLayer(m *model.Manifest) (model.Descriptor, bool) {
	if m.IsIndex() || len(m.Layers) == 0 {
		return model.Descriptor{}, false
	}
	l := m.Layers[0]
	_, err := model.ParseDigest(string(l.Digest))
	return l, err == nil && l.Size <= capDocument && strings.HasSuffix(l.MediaType, "json") && l.MediaType != model.MediaInToto
}

// document reads the channel document that a metadata manifest carries. Twins
// of one publish share the layer, which is fetched once.
func (s *Service) document(ctx context.Context, pkg string, m *model.Manifest) (model.ChannelDocument, error) {
	layer, ok := documentLayer(m)
	if !ok {
		return model.ChannelDocument{}, &model.Error{Kind: model.ErrMalformed, Message: fmt.Sprintf("%s@%s carries no channel document", pkg, m.Digest.Short())}
	}
	c, err := s.content(ctx, pkg, layer.Digest, func(ctx context.Context) (store.Content, error) {
		c, err := s.registry.blob(ctx, pkg, layer.Digest, capDocument)
		c.MediaType = layer.MediaType
		return c, err
	})
	if err != nil {
		return model.ChannelDocument{}, err
	}
	return model.ParseChannelDocument(c.Body)
}

// documentsIn finds the documents among contents that are at hand.
func documentsIn(manifests map[model.Digest]*model.Manifest, contents map[model.Digest]store.Content) map[model.Digest]model.ChannelDocument {
	out := make(map[model.Digest]model.ChannelDocument)
	for d, m := range manifests {
		layer, ok := documentLayer(m)
		if !ok {
			continue
		}
		if c, ok := contents[layer.Digest]; ok {
			if doc, err := model.ParseChannelDocument(c.Body); err == nil {
				out[d] = doc
			}
		}
	}
	return out
}

// bundle is manifests of the metadata package with their documents.
type bundle struct {
	manifests map[model.Digest]*model.Manifest
	documents map[model.Digest]model.ChannelDocument
}

// documents reads metadata manifests and what they carry, each document as
// soon as its manifest is there.
func (s *Service) documents(ctx context.Context, pkg string, digests []model.Digest) (bundle, error) {
	out := bundle{make(map[model.Digest]*model.Manifest), make(map[model.Digest]model.ChannelDocument)}
	type result struct {
		m   *model.Manifest
		doc *model.ChannelDocument
		err error
	}
	results := make([]result, len(digests))
	var g errgroup.Group
	g.SetLimit(hostConcurrency)
	for i, d := range digests {
		g.Go(func() error {
			m, _, err := s.manifest(ctx, pkg, d)
			if results[i].m, results[i].err = m, err; m == nil {
				return nil
			}
			if _, carries := documentLayer(m); !carries {
				s.markDull(d)
				return nil
			}
			doc, err := s.document(ctx, pkg, m)
			switch {
			case errors.Is(err, model.ErrMalformed):
				s.markDull(d) // the same bytes will not become readable
			case err != nil:
				results[i].err = err
			default:
				results[i].doc = &doc
			}
			return nil
		})
	}
	_ = g.Wait()
	var errs []error
	for i, d := range digests {
		if results[i].m != nil {
			out.manifests[d] = results[i].m
		}
		if results[i].doc != nil {
			out.documents[d] = *results[i].doc
		}
		errs = append(errs, results[i].err)
	}
	return out, joined(errs)
}

// markDull remembers that a metadata manifest holds no readable document.
func (s *Service) markDull(d model.Digest) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dull[d] = true
}
