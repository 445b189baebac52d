package ghcr

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/novotnyllc/caitui/internal/model"
)

// pullLimits bound what one pull may save, so that a manifest cannot fill a
// disk by what it claims.
type pullLimits struct {
	file  int64 // bytes of one file
	total int64 // bytes of all
	files int   // how many
	depth int   // indexes inside indexes
}

// GHCR takes layers of at most 10 GB (GitHub docs, "Working with the Container
// registry"); whole sets are seldom above a tenth of what is allowed here.
func defaultPullLimits() pullLimits {
	return pullLimits{file: 10 << 30, total: 64 << 30, files: 4096, depth: 16}
}

// pullConcurrency is how many layers arrive at a time: more do not make one
// line faster.
const pullConcurrency = 4

// pullItem is one file to save: bytes that are at hand, or content to fetch.
type pullItem struct {
	file   model.PulledFile
	inline []byte // nil: to be fetched by the file's digest
	about  string // what it is, for errors
}

// Pull saves a version into dir: the layers of an artifact by safe names, an
// image with everything below it as an OCI image layout. Nothing that came is
// unpacked or executed, and no title chooses where it is written. Content is
// compared with its digest while it arrives. Either all files are there at the
// end or none of this call's, and files that were there stay: one with the
// same content is kept, another makes the call fail with ErrInvalid before
// anything is fetched. progress, which may be nil, is told the bytes so far and
// in all, by one goroutine at a time.
func (s *Service) Pull(ctx context.Context, pkg string, d model.Digest, dir string, progress func(done, total int64)) (model.Pulled, error) {
	return s.pullWithin(ctx, defaultPullLimits(), pkg, d, dir, progress)
}

func (s *Service) pullWithin(ctx context.Context, limits pullLimits, pkg string, d model.Digest, dir string, progress func(done, total int64)) (model.Pulled, error) {
	if dir == "" {
		return model.Pulled{}, model.Invalid("no directory is named to save "+pkg+" in", "name one")
	}
	out, items, err := s.pullItems(ctx, limits, pkg, d)
	if err != nil {
		return model.Pulled{}, err
	}
	out.Dir = dir
	if err := s.save(ctx, pkg, items, dir, progress); err != nil {
		return model.Pulled{}, err
	}
	out.Files = filesOf(items) // save has marked those that were there
	return out, nil
}

// PullFiles tells which files Pull would write for a version, and writes
// nothing. Manifests are read for it, each once ever.
func (s *Service) PullFiles(ctx context.Context, pkg string, d model.Digest) (model.Pulled, error) {
	out, items, err := s.pullItems(ctx, defaultPullLimits(), pkg, d)
	if err != nil {
		return model.Pulled{}, err
	}
	out.Files = filesOf(items)
	return out, nil
}

func filesOf(items []pullItem) []model.PulledFile {
	var out []model.PulledFile
	for _, item := range items {
		out = append(out, item.file)
	}
	return out
}

// pullItems is what a version consists of; its files are not listed yet.
func (s *Service) pullItems(ctx context.Context, limits pullLimits, pkg string, d model.Digest) (model.Pulled, []pullItem, error) {
	if err := model.ValidPackage(pkg); err != nil {
		return model.Pulled{}, nil, err
	}
	if _, err := model.ParseDigest(string(d)); err != nil {
		return model.Pulled{}, nil, err
	}
	m, _, err := s.manifest(ctx, pkg, d)
	if err != nil {
		return model.Pulled{}, nil, err
	}
	out := model.Pulled{Package: pkg, Digest: d, Kind: model.KindOfManifest(m)}
	var items []pullItem
	switch out.Kind {
	case model.VersionIndex, model.VersionImage:
		out.Layout = true
		items, out.Foreign, err = s.layoutItems(ctx, limits, pkg, m)
	default:
		items, err = artifactItems(limits, m)
	}
	return out, items, err
}

// artifactItems are the layers of an artifact. Its config is not a file of it.
func artifactItems(limits pullLimits, m *model.Manifest) ([]pullItem, error) {
	if len(m.Layers) > limits.files {
		return nil, tooManyParts(m.Digest, limits)
	}
	files := model.PulledFiles(m.Layers)
	items := make([]pullItem, len(files))
	for i, f := range files {
		items[i] = pullItem{file: f, about: f.Path}
	}
	return items, limits.check(m.Digest, items)
}

// check refuses digests and sizes before anything is fetched or made room for.
func (l pullLimits) check(whole model.Digest, items []pullItem) error {
	var total int64
	for _, item := range items {
		f := item.file
		if _, err := model.ParseDigest(string(f.Digest)); err != nil {
			return &model.Error{Kind: model.ErrMalformed, Message: fmt.Sprintf("%s names content without a usable digest", whole.Short()), Cause: err}
		}
		if f.Size < 0 {
			return &model.Error{Kind: model.ErrMalformed, Message: fmt.Sprintf("%s gives %s a negative size", whole.Short(), f.Digest.Short())}
		}
		if f.Size > l.file {
			return &model.Error{Kind: model.ErrTooLarge, Message: fmt.Sprintf("%s is %d bytes by its manifest, more than the %d allowed for one file",
				item.about, f.Size, l.file), Cure: "fetch it by other means if it is really meant to be so large"}
		}
		if total += f.Size; total > l.total {
			return &model.Error{Kind: model.ErrTooLarge, Message: fmt.Sprintf("%s is more than the %d bytes allowed for one pull", whole.Short(), l.total),
				Cure: "pull one platform by its digest"}
		}
	}
	return nil
}

func tooManyParts(d model.Digest, limits pullLimits) error {
	return &model.Error{Kind: model.ErrTooLarge, Message: fmt.Sprintf("%s consists of more than the %d parts allowed for one pull", d.Short(), limits.files),
		Cure: "pull one part of it by its digest"}
}

// save brings all items into dir, or none.
func (s *Service) save(ctx context.Context, pkg string, items []pullItem, dir string, progress func(done, total int64)) (err error) {
	land, err := openLanding(dir)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			land.abandon()
		}
		land.close()
	}()
	count := &counter{tell: progress}
	for i := range items {
		f := &items[i].file
		if f.Kept, err = land.holds(ctx, f.Path, f.Digest, f.Size); err != nil {
			return err
		}
		count.total += f.Size
		if f.Kept {
			count.done += f.Size
		}
	}
	count.add(0)
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(pullConcurrency)
	for _, item := range items {
		if !item.file.Kept {
			group.Go(func() error { return s.stage(inner, land, pkg, item, count) })
		}
	}
	err = group.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return err
	}
	for _, item := range items { // in order: what names the others comes last
		if !item.file.Kept {
			if err := land.place(item.file.Path); err != nil {
				return err
			}
		}
	}
	return nil
}

// stage fills a temporary file with one item.
func (s *Service) stage(ctx context.Context, land *landing, pkg string, item pullItem, count *counter) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	f, err := land.stage(item.file.Path)
	if err != nil {
		return err
	}
	if item.inline != nil {
		_, err = f.Write(item.inline)
		count.add(int64(len(item.inline)))
	} else {
		err = s.fetch(ctx, pkg, item, f, count)
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("saving %s: %w", item.about, err)
	}
	return nil
}

// fetch writes content into a file, from the start again where the connection
// broke in a way that the next one may not.
func (s *Service) fetch(ctx context.Context, pkg string, item pullItem, f *os.File, count *counter) error {
	for attempt := 1; ; attempt++ {
		body, err := s.registry.layer(ctx, pkg, model.Descriptor{MediaType: item.file.MediaType, Digest: item.file.Digest, Size: item.file.Size})
		if err != nil {
			return err // the stack has tried again where that could help
		}
		n, err := io.CopyBuffer(struct{ io.Writer }{f}, counted{body, count}, make([]byte, 128<<10))
		if closeErr := body.Close(); err == nil {
			err = closeErr
		}
		if err == nil {
			return nil
		}
		count.add(-n)
		if attempt == maxAttempts || ctx.Err() != nil || !isTransient(err) {
			return err
		}
		if err := s.stack.pause(ctx, firstPause<<(attempt-1)); err != nil {
			return err
		}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return err
		}
		if err := f.Truncate(0); err != nil {
			return err
		}
	}
}

// counter adds up the bytes of all files.
type counter struct {
	mu          sync.Mutex
	done, total int64
	tell        func(done, total int64)
}

func (c *counter) add(n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done += n
	if c.tell != nil {
		c.tell(c.done, c.total)
	}
}

// counted tells a counter what was read.
type counted struct {
	io.Reader
	count *counter
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.count.add(int64(n))
	return n, err
}
