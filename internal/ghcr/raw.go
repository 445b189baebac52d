package ghcr

import (
	"context"
	"errors"

	"github.com/novotnyllc/caitui/internal/ghcr/store"
	"github.com/novotnyllc/caitui/internal/model"
)

// capRaw bounds, in bytes, a blob that is shown: what is larger is for a file.
const capRaw = 4 << 20

// Raw reads what a package has under a digest: a manifest, whether or not it
// can be made sense of, else a blob of at most 4 MiB. Larger ones are
// ErrTooLarge.
func (s *Service) Raw(ctx context.Context, pkg string, d model.Digest) (model.RawContent, error) {
	if err := model.ValidPackage(pkg); err != nil {
		return model.RawContent{}, err
	}
	if _, err := model.ParseDigest(string(d)); err != nil {
		return model.RawContent{}, err
	}
	out := model.RawContent{Package: pkg, Digest: d}
	c, err := s.content(ctx, pkg, d, func(ctx context.Context) (store.Content, error) {
		return s.registry.get(ctx, pkg, string(d))
	})
	if err == nil {
		_, parseErr := model.ParseManifest(c.Body, c.MediaType)
		out.MediaType, out.Body, out.Manifest = c.MediaType, c.Body, parseErr == nil || isManifest(c.MediaType)
		return out, nil
	}
	if !errors.Is(err, model.ErrNotFound) {
		return model.RawContent{}, err
	}
	c, blobErr := s.registry.blob(ctx, pkg, d, capRaw)
	switch {
	case errors.Is(blobErr, model.ErrTooLarge):
		return model.RawContent{}, &model.Error{Kind: model.ErrTooLarge, Message: d.Short() + " of " + pkg + " is too large to be shown",
			Cure: "save it with caitui pull"}
	case errors.Is(blobErr, model.ErrNotFound):
		return model.RawContent{}, err
	case blobErr != nil:
		return model.RawContent{}, blobErr
	}
	out.MediaType, out.Body = c.MediaType, c.Body
	return out, nil
}
