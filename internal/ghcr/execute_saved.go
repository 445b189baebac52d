package ghcr

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/novotnyllc/caitui/internal/ghcr/journal"
	"github.com/novotnyllc/caitui/internal/ghcr/store"
	"github.com/novotnyllc/caitui/internal/model"
)

// refName names a manifest in the index of a layout (image-spec,
// annotations.md).
const refName = "org.opencontainers.image.ref.name"

// saveManifests keeps the manifests of everything that the plan deletes in an
// OCI image layout of its own, synced to the disk before the first deletion.
// Layers and configurations are not in it: with the manifest one can tell what
// was deleted, and push it again while the registry still has the blobs.
//
// A manifest that cannot be read ends the plan, unless it is gone already.
func (e *execution) saveManifests(ctx context.Context) error {
	var doomed []model.Change
	for _, c := range e.plan.Changes {
		if c.Kind == model.DeleteVersion {
			doomed = append(doomed, c)
		}
	}
	if len(doomed) == 0 {
		return nil
	}
	dir := openLayout(filepath.Join(e.s.o.Saved, model.Digest(e.plan.ID).Hex()))
	var mu sync.Mutex
	var g errgroup.Group
	g.SetLimit(hostConcurrency)
	for _, c := range doomed {
		g.Go(func() error {
			content, kept := dir.read(c.From)
			if !kept {
				var err error
				if content, err = e.raw(ctx, c); errors.Is(err, model.ErrNotFound) {
					return nil
				} else if err != nil {
					return fmt.Errorf("reading %s of %s: %w", c.From.Short(), c.Package, err)
				}
			}
			mu.Lock()
			defer mu.Unlock()
			e.saved[target{c.Package, c.From}] = content
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return dir.write(e.index(doomed), e.saved)
}

// raw is a manifest as it is, readable or not, from the store where it is kept.
func (e *execution) raw(ctx context.Context, c model.Change) (store.Content, error) {
	return e.s.content(ctx, c.Package, c.From, func(ctx context.Context) (store.Content, error) {
		return e.s.registry.get(ctx, c.Package, string(c.From))
	})
}

// index lists what is kept by the names that it had.
func (e *execution) index(doomed []model.Change) []model.Descriptor {
	var out []model.Descriptor
	for _, c := range doomed {
		content, ok := e.saved[target{c.Package, c.From}]
		if !ok {
			continue
		}
		shown, _ := e.tagsShown(c)
		names := []string{c.Package + "@" + string(c.From)}
		for _, tag := range shown {
			names = append(names, c.Package+":"+tag)
		}
		for _, name := range names {
			out = append(out, model.Descriptor{MediaType: content.MediaType, Digest: c.From, Size: int64(len(content.Body)),
				Annotations: map[string]string{refName: name}})
		}
	}
	return out
}

// savedLayout is the folder of one plan's manifests.
type savedLayout struct {
	dir    string
	listed []model.Descriptor // by an earlier run
}

// openLayout looks at what an earlier run of the plan has kept. An index that
// cannot be read names nothing: it is written anew.
func openLayout(dir string) savedLayout {
	var doc layoutList
	raw, err := os.ReadFile(filepath.Join(dir, layoutIndex))
	if err != nil || json.Unmarshal(raw, &doc) != nil {
		doc.Manifests = nil
	}
	return savedLayout{dir, doc.Manifests}
}

func (l savedLayout) blob(d model.Digest) string {
	return filepath.Join(l.dir, filepath.FromSlash(blobPath(d)))
}

// read returns a manifest that an earlier run has kept, where its bytes are
// what they should be. Its media type is in it as a rule; where it is not, the
// index has it.
func (l savedLayout) read(d model.Digest) (store.Content, bool) {
	raw, err := os.ReadFile(l.blob(d))
	if err != nil || model.DigestOf(raw) != d {
		return store.Content{}, false
	}
	for _, one := range l.listed {
		if one.Digest == d {
			return store.Content{Digest: d, MediaType: one.MediaType, Body: raw}, true
		}
	}
	return store.Content{}, false
}

// write keeps the manifests and then the index that names them, together with
// what an earlier run of the plan has kept.
func (l savedLayout) write(list []model.Descriptor, contents map[target]store.Content) error {
	name := func(d model.Descriptor) string { return d.Annotations[refName] }
	for _, old := range l.listed {
		if !slices.ContainsFunc(list, func(d model.Descriptor) bool { return name(d) == name(old) }) {
			list = append(list, old)
		}
	}
	slices.SortFunc(list, func(a, b model.Descriptor) int { return strings.Compare(name(a), name(b)) })
	if err := journal.MakeDir(filepath.Dir(l.blob(model.DigestOf(nil)))); err != nil {
		return err
	}
	for at, content := range contents {
		if _, whole := l.read(at.digest); whole {
			continue
		}
		if err := journal.ReplaceFile(l.blob(at.digest), content.Body); err != nil {
			return err
		}
	}
	index, err := layoutList{2, model.MediaOCIIndex, list}.encode()
	if err != nil {
		return err
	}
	if err := journal.ReplaceFile(filepath.Join(l.dir, layoutFile), []byte(layoutHeader)); err != nil {
		return err
	}
	return journal.ReplaceFile(filepath.Join(l.dir, layoutIndex), index)
}
