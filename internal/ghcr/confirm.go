package ghcr

import (
	"context"
	"errors"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/novotnyllc/caitui/internal/model"
)

// Confirm reads what the conclusions of the newest survey rest on and a refresh
// leaves unread, because the first screen should not wait for it: the indexes
// that the channels point to, the indexes of referrers of what is attested, and
// the older channel documents (at most 60 a call, newest first). Each is read
// once ever; with nothing unread no request is sent.
//
// The survey holds what could be read, also where the error tells of others.
func (s *Service) Confirm(ctx context.Context) (model.Survey, error) {
	if err := s.load(ctx); err != nil {
		return model.Survey{}, err
	}
	survey := s.Survey()
	wanted := survey.Unread()
	if spec, ok := s.o.Layout.Metadata(); ok {
		st := s.state(spec.Name)
		documents := s.unread(st, st.Snapshot.Versions)
		wanted[spec.Name] = slices.Concat(wanted[spec.Name], documents[:min(len(documents), maxDocuments)])
	}
	var (
		g    errgroup.Group
		mu   sync.Mutex
		errs []error
	)
	for pkg, digests := range wanted {
		g.Go(func() error {
			if _, err := s.Read(ctx, pkg, digests); err != nil && !errors.Is(err, model.ErrNotFound) {
				mu.Lock()
				defer mu.Unlock()
				errs = append(errs, err)
			}
			return nil // one package's failure does not end the others
		})
	}
	_ = g.Wait()
	if ctx.Err() != nil {
		return model.Survey{}, ctx.Err()
	}
	return s.Survey(), errors.Join(errs...)
}
