package ghcr

import (
	"context"
	"fmt"

	"github.com/novotnyllc/caitui/internal/ghcr/store"
	"github.com/novotnyllc/caitui/internal/model"
)

// artifactContent is the manifest of the artifact that a change writes.
func artifactContent(c model.Change) (store.Content, error) {
	raw, err := c.Artifact.Manifest()
	if err != nil {
		return store.Content{}, err
	}
	return store.Content{Digest: c.To, MediaType: model.MediaOCIManifest, Body: raw}, nil
}

// artifact is the manifest of the artifact that a change writes, once all that
// it needs is there. A blob that nothing names changes nothing, so only the
// manifest counts as a write.
func (e *execution) artifact(ctx context.Context, c model.Change) (store.Content, error) {
	content, err := artifactContent(c)
	if err != nil {
		return content, err
	}
	for _, blob := range [][]byte{[]byte(model.EmptyConfig), c.Artifact.Content} {
		if err := e.putBlob(ctx, c, blob); err != nil {
			return content, fmt.Errorf("bringing what %s:%s needs: %w", c.Package, c.Tag, err)
		}
	}
	return content, nil
}

// putBlob brings a blob that is not there. Where the answer gets lost, whether
// it is there decides: the same bytes have the same name.
func (e *execution) putBlob(ctx context.Context, c model.Change, blob []byte) error {
	there, err := e.s.registry.hasBlob(ctx, c.Package, blob)
	if there || err != nil {
		return err
	}
	err = e.s.registry.putBlob(ctx, c.Package, blob)
	if err == nil || !mayHaveHappened(err) {
		return err
	}
	if there, again := e.s.registry.hasBlob(ctx, c.Package, blob); again == nil && there {
		return nil
	}
	return err
}
